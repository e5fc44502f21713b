//! The shell of what is not a call: one centred column, the language switch, a line at the foot.

use super::bridge::{Bridge, bridge};
use super::icon::mark;
use super::language::LanguageSwitch;
use crate::text::{Language, Sentence, Text, say};
use leptos::html::H1;
use leptos::prelude::*;

/// A page that says one thing, and the way on. Its headline takes the focus, so that it is read out.
#[component]
pub(crate) fn Page(
    text: Text,
    language: RwSignal<Language>,
    art: Bridge,
    #[prop(into)] sentence: Signal<Sentence>,
    children: Children,
) -> impl IntoView {
    let headline = NodeRef::<H1>::new();
    headline.on_load(|headline| {
        let _ = headline.focus();
    });
    view! {
        <div class="page">
            <LanguageSwitch language />
            <main class="column is-narrow center">
                {bridge(art)}
                <h1 node_ref=headline tabindex="-1">{move || sentence.get().title}</h1>
                <p class="lead">{move || sentence.get().detail}</p>
                {children()}
            </main>
            <footer class="page-foot">{mark()}<span>{say(text, |words| words.app)}</span></footer>
        </div>
    }
}
