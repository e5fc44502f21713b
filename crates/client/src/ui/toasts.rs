//! Notices: for the eye as toasts, for the ear in one live region that says each of them once.

use super::avatar::Avatar;
use super::devices::device_icon;
use super::icon::{Icon, Size, icon};
use super::knocks::{KnockToasts, KnocksSaid};
use crate::shell::Toast;
use crate::text::{Language, Text, say};
use leptos::prelude::*;
use ojak_call::protocol::DisplayName;
use ojak_call::{DeviceKind, Intent, Knock, Notice};

#[component]
pub(crate) fn Toasts(
    text: Text,
    language: RwSignal<Language>,
    toasts: Signal<Vec<Toast>>,
    dismiss: Callback<u32>,
    knocks: Memo<Vec<Knock>>,
    act: Callback<Intent>,
) -> impl IntoView {
    // Only what is newer than everything before, and all of that: two devices may stop at once. A toast that goes away
    // is not said again, nor is the one that is then the newest.
    let said = Memo::new(move |said: Option<&Vec<Toast>>| {
        let before = said.and_then(|said| said.last()).map(|toast| toast.id);
        let is_new = |toast: &&Toast| before.is_none_or(|before| toast.id > before);
        let new: Vec<_> = toasts.with(|toasts| toasts.iter().rev().filter(is_new).cloned().collect());
        if new.is_empty() { said.cloned().unwrap_or_default() } else { new }
    });
    view! {
        <div class="vh" role="status" aria-live="polite">
            // A paragraph of its own for each, so that two alike are both said.
            <For each=move || said.get() key=|toast| toast.id let(toast)>
                <p lang=language.get_untracked().tag()>{sentence(text, &toast.notice)}</p>
            </For>
        </div>
        <KnocksSaid text knocks />
        <aside
            class="toasts"
            aria-label=say(text, |words| words.notices.title)
            hidden=move || toasts.with(Vec::is_empty) && knocks.with(Vec::is_empty)
        >
            <KnockToasts text knocks act />
            <For each=move || toasts.get() key=|toast| toast.id let(toast)>
                <div class="toast">
                    {picture(&toast.notice)} <ToastText text notice=toast.notice.clone() act />
                    <button
                        type="button"
                        class="btn-icon"
                        aria-label=say(text, |words| words.close)
                        on:click=move |_| dismiss.run(toast.id)
                    >
                        {icon(Icon::Close, Size::Middle)}
                    </button>
                </div>
            </For>
        </aside>
    }
}

/// The whole of a notice in one line.
fn sentence(text: Text, notice: &Notice) -> String {
    let said = text.get_untracked().notice(notice);
    if said.detail.is_empty() { said.title } else { [&said.title, ". ", said.detail].concat() }
}

#[component]
fn ToastText(text: Text, notice: Notice, act: Callback<Intent>) -> impl IntoView {
    let is_silent = notice == Notice::Silent;
    view! {
        <div class="toast-text">
            {move || {
                let said = text.get().notice(&notice);
                view! {
                    <b>{said.title}</b>
                    <span>{said.detail}</span>
                }
            }}
            {is_silent
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="btn is-small is-outline"
                            on:click=move |_| act.run(Intent::ChooseDefault(DeviceKind::Microphone))
                        >
                            {say(text, |words| words.devices.use_default)}
                        </button>
                    }
                })}
        </div>
    }
}

/// Whom or what it is about.
fn picture(notice: &Notice) -> AnyView {
    let person = |name: &DisplayName| {
        let name = name.to_string();
        view! { <Avatar name=Signal::stored(name) /> }.into_any()
    };
    match notice {
        Notice::Entered(name)
        | Notice::Left(name, _)
        | Notice::Microphone(name, _)
        | Notice::Shares(name, _)
        | Notice::HandRaised(name)
        | Notice::Unheard(name, _) => person(name),
        Notice::NotShared(_) | Notice::ShareEnded => {
            view! { <span class="toast-icon is-fair">{icon(Icon::Screen, Size::Middle)}</span> }.into_any()
        }
        Notice::Verified(_) => {
            view! { <span class="toast-icon is-good">{icon(Icon::ShieldCheck, Size::Middle)}</span> }
                .into_any()
        }
        Notice::Changed(_) => {
            view! { <span class="toast-icon is-bad">{icon(Icon::Warning, Size::Middle)}</span> }.into_any()
        }
        Notice::Host | Notice::NoPlace => {
            view! { <span class="toast-icon">{icon(Icon::People, Size::Middle)}</span> }.into_any()
        }
        Notice::Message(name, _) | Notice::File(name, _) => person(name),
        Notice::BackOnline => {
            view! { <span class="toast-icon is-good">{icon(Icon::Check, Size::Middle)}</span> }.into_any()
        }
        Notice::Records(name, _) => person(name),
        Notice::RecordingSaved => {
            view! { <span class="toast-icon is-good">{icon(Icon::Check, Size::Middle)}</span> }.into_any()
        }
        Notice::RecordingFull | Notice::NotRecorded(_) => {
            view! { <span class="toast-icon is-fair">{icon(Icon::Warning, Size::Middle)}</span> }.into_any()
        }
        Notice::Kept(kind, _) | Notice::Ended(kind) => device_off(*kind),
        Notice::TalkingWhileMuted | Notice::Silent | Notice::JoinedMuted => {
            device_off(DeviceKind::Microphone)
        }
    }
}

fn device_off(kind: DeviceKind) -> AnyView {
    view! { <span class="toast-icon is-fair">{icon(device_icon(kind, false), Size::Middle)}</span> }
        .into_any()
}
