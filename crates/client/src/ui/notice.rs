//! A problem, beside what it is about: the cause, and the way on.

use super::icon::{Icon, Size, icon};
use crate::text::{Sentence, Text, say};
use leptos::prelude::*;

/// A problem with a button that tries again. It is read out when it appears.
#[component]
pub(crate) fn Alert(
    text: Text,
    icon_of: Icon,
    #[prop(into)] sentence: Signal<Sentence>,
    retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="notice" role="alert">
            {icon(icon_of, Size::Large)}
            <div>
                <b>{move || sentence.get().title}</b>
                <span>{move || sentence.get().detail}</span>
            </div>
            <button type="button" class="btn is-small is-outline" on:click=move |_| retry.run(())>
                {icon(Icon::Retry, Size::Middle)}
                {say(text, |words| words.try_again)}
            </button>
        </div>
    }
}
