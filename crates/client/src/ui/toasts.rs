//! Notices: for the eye as toasts, for the ear in one live region that says each of them once.

use super::call_pages::CallPages;
use super::changing::changing;
use super::close_button::CloseButton;
use super::devices::device_icon;
use super::icon::{Size, icon};
use crate::shell::Toast;
use crate::text::{Language, Said, Strings, Text, say};
use leptos::prelude::*;
use ojak_call::{DeviceKind, Intent, Notice, View};

/// How many are on the screen at once: the latest. All are said.
const SHOWN_MAX: usize = 3;

#[component]
pub(crate) fn Toasts(
    text: Text,
    language: RwSignal<Language>,
    toasts: Signal<Vec<Toast>>,
    dismiss: Callback<u32>,
    view: Signal<View>,
    pages: Signal<Option<CallPages>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let is_empty = Signal::derive(move || {
        let has_knocks = view.with(|view| view.door.as_ref().is_some_and(|door| !door.knocks.is_empty()));
        !has_knocks && toasts.with(Vec::is_empty)
    });
    // Only what is newer than everything before, and all of that: two devices may stop at once. A toast that goes away
    // is not said again, nor is the one that is then the newest.
    let said = Memo::new(move |said: Option<&Vec<Toast>>| {
        let before = said.and_then(|said| said.last()).map(|toast| toast.id);
        let is_new = |toast: &&Toast| before.is_none_or(|before| toast.id > before);
        let new: Vec<_> = toasts.with(|toasts| toasts.iter().rev().filter(is_new).cloned().collect());
        if new.is_empty() { said.cloned().unwrap_or_default() } else { new }
    });
    let shown =
        Memo::new(move |_| toasts.with(|toasts| toasts.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>()));
    view! {
        <div class="vh" role="status" aria-live="polite">
            // A paragraph of its own for each, so that two alike are both said.
            {each(said.into(), Callback::new(move |toast: Toast| {
                view! { <p lang=language.get_untracked().tag()>{sentence(text, pages, &toast.notice)}</p> }.into_any()
            }))}
        </div>
        {changing(move || pages.get().map(|pages| (pages.knocks_said)(text, view)))}
        <aside
            class="toasts"
            aria-label=say(text, |words| words.notices_title)
            hidden=is_empty
        >
            {changing(move || pages.get().map(|pages| (pages.knock_toasts)(text, view, act)))}
            {each(shown.into(), Callback::new(move |toast: Toast| {
                view! {
                    <div class="toast">
                        {picture(pages, &toast.notice)} <ToastText text pages notice=toast.notice act />
                        <CloseButton text size=Size::Middle close=Callback::new(move |()| dismiss.run(toast.id)) />
                    </div>
                }
                .into_any()
            }))}
        </aside>
    }
}

/// Every toast as `view` shows it. Each stays the same element, whatever comes and goes beside it.
fn each(toasts: Signal<Vec<Toast>>, view: Callback<Toast, AnyView>) -> AnyView {
    view! { <For each=move || toasts.get() key=|toast| toast.id children=move |toast| view.run(toast) /> }
        .into_any()
}

/// What a notice says: those of a call come with it.
fn said(text: &'static Strings, pages: Option<CallPages>, notice: &Notice) -> Said {
    let of_call = || pages.map(|pages| (pages.said)(text, notice));
    text.device_notice(notice).or_else(of_call).unwrap_or(Said { title: String::new(), detail: "" })
}

/// The whole of a notice in one line.
fn sentence(text: Text, pages: Signal<Option<CallPages>>, notice: &Notice) -> String {
    let said = said(text.get_untracked(), pages.get_untracked(), notice);
    if said.detail.is_empty() { said.title } else { [&said.title, ". ", said.detail].concat() }
}

#[component]
fn ToastText(
    text: Text,
    pages: Signal<Option<CallPages>>,
    notice: Notice,
    act: Callback<Intent>,
) -> impl IntoView {
    let is_silent = notice == Notice::Silent;
    view! {
        <div class="toast-text">
            {changing(move || {
                let said = said(text.get(), pages.get_untracked(), &notice);
                Some(view! {
                    <b>{said.title}</b>
                    <span>{said.detail}</span>
                }.into_any())
            })}
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
fn picture(pages: Signal<Option<CallPages>>, notice: &Notice) -> AnyView {
    match notice {
        Notice::Kept(kind, _) | Notice::Ended(kind) => device_off(*kind),
        Notice::TalkingWhileMuted | Notice::Silent | Notice::JoinedMuted => {
            device_off(DeviceKind::Microphone)
        }
        notice => pages.get_untracked().map(|pages| (pages.picture)(notice)).into_any(),
    }
}

fn device_off(kind: DeviceKind) -> AnyView {
    view! { <span class="toast-icon is-fair">{icon(device_icon(kind, false), Size::Middle)}</span> }
        .into_any()
}
