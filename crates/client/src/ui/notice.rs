//! A problem, beside what it is about: the cause, and the way on.

use super::icon::{Icon, Size, icon};
use crate::text::{Sentence, Strings, Text, say};
use leptos::prelude::*;
use ojak_call::{DeviceKind, Intent};

/// A problem with a button that tries again. It is read out when it appears.
#[component]
pub(crate) fn Alert(
    text: Text,
    icon_of: Icon,
    #[prop(into)] sentence: Signal<Sentence>,
    retry: Callback<()>,
    /// On the button, instead of "Try again".
    #[prop(optional)]
    word: Option<fn(&'static Strings) -> &'static str>,
) -> impl IntoView {
    let word = word.unwrap_or(|words| words.try_again);
    view! {
        <div class="notice" role="alert">
            {icon(icon_of, Size::Large)}
            <div>
                <b>{Signal::derive(move || sentence.get().title)}</b>
                <span>{Signal::derive(move || sentence.get().detail)}</span>
            </div>
            <button type="button" class="btn is-small is-outline" on:click=move |_| retry.run(())>
                {icon(Icon::Retry, Size::Middle)}
                {say(text, word)}
            </button>
        </div>
    }
}

/// The microphone gives nothing: another one is offered.
#[component]
pub(crate) fn Silent(text: Text, act: Callback<Intent>) -> impl IntoView {
    view! {
        <Alert
            text
            icon_of=Icon::MicrophoneOff
            sentence=Signal::derive(move || text.get().devices.silent)
            retry=Callback::new(move |()| act.run(Intent::ChooseDefault(DeviceKind::Microphone)))
            word=|words| words.devices.use_default
        />
    }
}
