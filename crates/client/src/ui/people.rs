//! The panel of people: who waits to come in, who is here, and what one can do about each of them.

use super::dialog::Dialog;
use super::icon::{Icon, Size, icon};
use super::knocks::{KnockList, knocks};
use super::person_row::{Row, RowFacts};
use super::spotlight::Spotlight;
use super::switch_row::SwitchRow;
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{DeviceView, Intent, View};

/// What stands in the panel below its headline.
#[component]
pub(crate) fn People(
    text: Text,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    spotlight: Spotlight,
    act: Callback<Intent>,
) -> impl IntoView {
    let knocks = knocks(view);
    let peers = Memo::new(move |_| {
        view.with(|view| view.people.iter().map(|person| person.peer).collect::<Vec<_>>())
    });
    let count = move || peers.with(Vec::len) + 1;
    let is_host =
        Memo::new(move |_| view.with(|view| view.door.as_ref().is_some_and(|door| door.host.is_none())));
    let open = RwSignal::new(None);
    let removing = RwSignal::new(None::<PeerId>);
    view! {
        <div class="panel-body" id="people">
            <KnockList text knocks act />
            <h3 class="group-title">
                <span>{say(text, |words| words.people.in_call)}</span>
                <span class="num">{count}</span>
            </h3>
            // Safari takes a list without marks for none.
            <ul role="list" aria-label=say(text, |words| words.menus.people)>
                <Row
                    text
                    facts=RowFacts::own(view, camera, microphone)
                    is_host
                    is_low=Signal::stored(false)
                    open
                    spotlight
                    removing
                />
                <For each=move || peers.get() key=|peer| *peer let(peer)>
                    <Row
                        text
                        facts=RowFacts::of(view, peer)
                        is_host
                        is_low=Signal::derive(move || {
                            peers.with(|peers| {
                                let place = peers.iter().position(|&other| other == peer).unwrap_or_default();
                                place >= 3 && place + 2 >= peers.len()
                            })
                        })
                        open
                        spotlight
                        removing
                    />
                </For>
            </ul>
        </div>
        <footer class="panel-foot">
            <Lock text view is_host act />
        </footer>
        // A key that closes the dialog is not to close the panel that it is in.
        <div on:keydown=|event| event.stop_propagation()>
            <Removing text view removing act />
        </div>
    }
}

/// Beside the headline.
pub(crate) fn invite_button(text: Text, invite: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="btn is-small is-ghost" on:click=move |_| invite.run(())>
            {icon(Icon::Invite, Size::Middle)}
            {say(text, |words| words.menus.invite)}
        </button>
    }
    .into_any()
}

/// Whether whoever comes has to ask: for the host to say, and for everybody else to know.
#[component]
fn Lock(text: Text, view: Signal<View>, is_host: Memo<bool>, act: Callback<Intent>) -> impl IntoView {
    let is_locked =
        Memo::new(move |_| view.with(|view| view.door.as_ref().is_some_and(|door| door.lock.is_on())));
    let host = Memo::new(move |_| {
        view.with(|view| {
            let host = view.door.as_ref()?.host?;
            view.people.iter().find(|person| person.peer == host).map(|person| person.name.to_string())
        })
    });
    move || {
        if is_host.get() {
            return view! {
                <SwitchRow
                    id="ask-first"
                    label=Signal::derive(say(text, |words| words.people.ask_first))
                    hint=Signal::stored(None)
                    is_on=is_locked
                    turn=Callback::new(move |is_on| act.run(Intent::Lock(Switch::from_on(is_on))))
                />
            }
            .into_any();
        }
        let state = move || {
            let words = &text.get().people;
            let host = host.get().unwrap_or_else(|| words.host.to_owned());
            if is_locked.get() { (words.is_locked)(&host) } else { words.is_open.to_owned() }
        };
        let picture = if is_locked.get() { Icon::Lock } else { Icon::Unlock };
        view! { <p class="panel-note">{icon(picture, Size::Small)}<span>{state}</span></p> }.into_any()
    }
}

/// Asks before somebody is sent out.
#[component]
fn Removing(
    text: Text,
    view: Signal<View>,
    removing: RwSignal<Option<PeerId>>,
    act: Callback<Intent>,
) -> impl IntoView {
    move || {
        let peer = removing.get()?;
        let name = view.with_untracked(|view| {
            view.people.iter().find(|person| person.peer == peer).map(|person| person.name.to_string())
        })?;
        let close = Callback::new(move |()| removing.set(None));
        let remove = move |_| {
            act.run(Intent::Remove(peer));
            removing.set(None);
        };
        let dialog = view! {
            <Dialog text title=Signal::derive(say(text, |words| words.people.remove)) class="is-small" close>
                <div class="pane">
                    <p class="ask">{move || (text.get().people.remove_who)(&name)}</p>
                    <p class="hint">{say(text, |words| words.people.remove_hint)}</p>
                    <div class="btn-row">
                        <button type="button" class="btn" on:click=move |_| removing.set(None)>
                            {say(text, |words| words.people.cancel)}
                        </button>
                        <button type="button" class="btn is-danger" on:click=remove>
                            {say(text, |words| words.people.remove)}
                        </button>
                    </div>
                </div>
            </Dialog>
        };
        Some(dialog)
    }
}
