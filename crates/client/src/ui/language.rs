//! The switch between the two languages.

use super::icon::{Icon, Size, icon};
use crate::text::Language;
use crate::web::page;
use leptos::prelude::*;

/// Names the other language, in that language; it takes effect at once, and is kept.
#[component]
pub(crate) fn LanguageSwitch(language: RwSignal<Language>) -> impl IntoView {
    let switch = move |_| {
        language.update(|language| *language = language.other());
        page::keep_language(language.get_untracked());
    };
    view! {
        <header class="page-head">
            <button
                type="button"
                class="btn is-ghost is-small page-lang"
                lang=Signal::derive(move || language.get().other().tag())
                on:click=switch
            >
                {icon(Icon::Globe, Size::Middle)}
                {Signal::derive(move || language.get().strings().other_language)}
            </button>
        </header>
    }
}
