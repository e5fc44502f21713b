//! Those who ask to come in, as the host is told of them: over the stage, and in the panel of people.

use super::avatar::Avatar;
use super::close_button::CloseButton;
use super::icon::Size;
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::protocol::PeerId;
use ojak_call::{Intent, Knock, View};

/// More at once would cover the stage; the panel has them all.
const TOASTS_MAX: usize = 2;

/// All of them.
pub(crate) fn knocks(view: Signal<View>) -> Memo<Vec<Knock>> {
    Memo::new(move |_| {
        view.with(|view| view.door.as_ref().map(|door| door.knocks.clone()).unwrap_or_default())
    })
}

/// For the ear: each of them once.
#[component]
pub(crate) fn KnocksSaid(text: Text, knocks: Memo<Vec<Knock>>) -> impl IntoView {
    view! {
        <div class="vh" role="alert">
            <For each=move || knocks.get() key=|knock| knock.peer let(knock)>
                <p>{(text.get_untracked().people.wants_to_join)(knock.name.as_str())}</p>
            </For>
        </div>
    }
}

/// Over the stage, until they are answered or the host wants to see them no more.
#[component]
pub(crate) fn KnockToasts(text: Text, knocks: Memo<Vec<Knock>>, act: Callback<Intent>) -> impl IntoView {
    let hidden = RwSignal::new(Vec::<PeerId>::new());
    let shown = move || {
        let mut knocks = knocks.get();
        knocks.retain(|knock| hidden.with(|hidden| !hidden.contains(&knock.peer)));
        knocks.truncate(TOASTS_MAX);
        knocks
    };
    view! {
        <For each=shown key=|knock| knock.peer let(knock)>
            <div class="toast is-knock">
                <Avatar name=Signal::stored(knock.name.to_string()) />
                <div class="toast-text">
                    <b>{
                        let name = knock.name.clone();
                        move || (text.get().people.wants_to_join)(name.as_str())
                    }</b>
                </div>
                <CloseButton text size=Size::Middle close=Callback::new(move |()| hidden.update(|hidden| hidden.push(knock.peer))) />
                <Answer text peer=knock.peer act />
            </div>
        </For>
    }
}

/// In the panel: everybody who waits, and for how long.
#[component]
pub(crate) fn KnockList(text: Text, knocks: Memo<Vec<Knock>>, act: Callback<Intent>) -> impl IntoView {
    let count = Memo::new(move |_| knocks.with(Vec::len));
    // Of its own, so that the list stays, and the focus in it, when one more comes.
    let is_empty = Memo::new(move |_| count.get() == 0);
    let minutes = move |peer: PeerId| {
        knocks.with(|knocks| knocks.iter().find(|knock| knock.peer == peer).map_or(0, |knock| knock.minutes))
    };
    move || {
        (!is_empty.get()).then(|| {
            view! {
                <h3 class="group-title">
                    <span>{say(text, |words| words.people.waiting)}</span>
                    <span class="num">{move || count.get()}</span>
                </h3>
                <ul aria-label=say(text, |words| words.people.waiting)>
                    <For each=move || knocks.get() key=|knock| knock.peer let(knock)>
                        <li class="person is-knock">
                            <Avatar name=Signal::stored(knock.name.to_string()) />
                            <div class="who">
                                <span class="name clip">{knock.name.to_string()}</span>
                                <span class="sub">
                                    {move || match minutes(knock.peer) {
                                        0 => text.get().people.asked_now.to_owned(),
                                        minutes => (text.get().people.asked)(minutes),
                                    }}
                                </span>
                            </div>
                            <Answer text peer=knock.peer act />
                        </li>
                    </For>
                </ul>
            }
        })
    }
}

#[component]
fn Answer(text: Text, peer: PeerId, act: Callback<Intent>) -> impl IntoView {
    view! {
        <div class="btn-row">
            <button type="button" class="btn is-small" on:click=move |_| act.run(Intent::Deny(peer))>
                {say(text, |words| words.people.decline)}
            </button>
            <button type="button" class="btn is-small is-primary" on:click=move |_| act.run(Intent::Admit(peer))>
                {say(text, |words| words.people.admit)}
            </button>
        </div>
    }
}
