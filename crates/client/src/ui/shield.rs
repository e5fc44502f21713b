//! Who is verified and who is not: the shield over the stage, and the list behind it.

use super::avatar::Avatar;
use super::dialog::Dialog;
use super::icon::{Icon, Size, changing_icon, icon};
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::protocol::{DisplayName, PeerId};
use ojak_call::{Intent, Standing, VerifyIntent, View};

/// Whether somebody in the call is not verified, and who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roll(pub(crate) Vec<(PeerId, DisplayName, Standing)>);

impl Roll {
    pub(crate) fn of(view: &View) -> Self {
        let entry = |person: &ojak_call::Person| (person.peer, person.name.clone(), person.standing);
        Self(view.people.iter().map(entry).collect())
    }

    /// The only other one here, if there is still something to be verified about them.
    pub(crate) fn only(&self) -> Option<PeerId> {
        match &*self.0 {
            [(peer, _, Standing::Unverified)] => Some(*peer),
            _ => None,
        }
    }

    /// What is to be said of all of them together.
    fn worst(&self) -> Standing {
        match (self.count(Standing::Changed), self.count(Standing::Unverified)) {
            (1.., _) => Standing::Changed,
            (_, 1..) => Standing::Unverified,
            _ => Standing::Verified,
        }
    }

    fn count(&self, standing: Standing) -> usize {
        self.0.iter().filter(|(.., of)| *of == standing).count()
    }
}

/// Whether everybody is verified; `open` says who, or begins with the only one.
#[component]
pub(crate) fn Shield(text: Text, roll: Memo<Roll>, open: Callback<()>) -> impl IntoView {
    // The button stays, whatever it says: a dialog gives the focus back to it.
    let has_company = Memo::new(move |_| roll.with(|roll| !roll.0.is_empty()));
    let worst = Memo::new(move |_| roll.with(Roll::worst));
    let class = move || match worst.get() {
        Standing::Changed => "info-shield is-bad",
        Standing::Unverified => "info-shield is-unsure",
        Standing::Verified => "info-shield is-sure",
    };
    let word = move || {
        let words = &text.get().verify;
        let (unverified, many) = roll.with(|roll| (roll.count(Standing::Unverified), roll.0.len() > 1));
        match worst.get() {
            Standing::Changed => words.not_safe.to_owned(),
            Standing::Unverified if many => (words.some_not_verified)(&unverified.to_string()),
            Standing::Unverified => words.not_verified.to_owned(),
            Standing::Verified => words.verified.to_owned(),
        }
    };
    move || {
        has_company.get().then(|| {
            view! {
                <button type="button" class=class on:click=move |_| open.run(())>
                    {changing_icon(Signal::derive(move || icon_of(worst.get())), Size::Middle)}
                    <span class="shield-word">{word}</span>
                </button>
            }
        })
    }
}

const fn icon_of(standing: Standing) -> Icon {
    match standing {
        Standing::Verified => Icon::ShieldCheck,
        Standing::Unverified => Icon::ShieldAsk,
        Standing::Changed => Icon::Warning,
    }
}

/// Who is verified and who is not.
#[component]
pub(crate) fn VerifyList(
    text: Text,
    roll: Memo<Roll>,
    act: Callback<Intent>,
    close: Callback<()>,
) -> impl IntoView {
    let row = move |(peer, name, standing): (PeerId, DisplayName, Standing)| {
        let verify = move |_| {
            close.run(());
            act.run(Intent::Verify(peer, VerifyIntent::Ask));
        };
        let reconnect = move |_| act.run(Intent::Verify(peer, VerifyIntent::Reconnect));
        let class = match standing {
            Standing::Verified => "verify-state is-sure",
            Standing::Unverified => "verify-state is-unsure",
            Standing::Changed => "verify-state is-bad",
        };
        let (shown, called) = (name.to_string(), name.to_string());
        let state = move || {
            let words = &text.get().verify;
            match standing {
                Standing::Verified => words.verified.to_owned(),
                Standing::Unverified => words.not_verified.to_owned(),
                Standing::Changed => (words.may_not_be)(&called),
            }
        };
        let action = match standing {
            Standing::Verified => None,
            Standing::Unverified => Some(
                view! {
                    <button type="button" class="btn is-small is-primary" on:click=verify>
                        {say(text, |words| words.verify.verify)}
                    </button>
                }
                .into_any(),
            ),
            Standing::Changed => Some(
                view! {
                    <button type="button" class="btn is-small is-danger-quiet" on:click=reconnect>
                        {say(text, |words| words.verify.connect_anyway)}
                    </button>
                }
                .into_any(),
            ),
        };
        view! {
            <li>
                <Avatar name=Signal::stored(shown.clone()) />
                <span class="verify-who">
                    <b class="clip">{shown}</b>
                    <span class=class>{icon(icon_of(standing), Size::Small)} {state}</span>
                </span>
                {action}
            </li>
        }
    };
    view! {
        <Dialog
            text
            title=Signal::derive(say(text, |words| words.verify.menu))
            detail=Signal::derive(move || text.get().verify.intro.to_owned())
            class="is-small is-verify"
            close
        >
            <ul class="pane verify-list">{move || roll.get().0.into_iter().map(row).collect_view()}</ul>
        </Dialog>
    }
}
