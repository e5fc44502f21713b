//! The keys that do something during a call.

use crate::text::{Strings, Text};
use leptos::prelude::*;

/// A key, and what it does.
type Shortcut = (&'static str, fn(&'static Strings) -> &'static str);

const SHORTCUTS: [Shortcut; 7] = [
    ("M", |words| words.microphone.name),
    ("V", |words| words.camera.name),
    ("C", |words| words.menus.chat),
    ("F", |words| words.call.full_screen),
    (",", |words| words.menus.settings),
    ("?", |words| words.menus.shortcuts),
    ("Esc", |words| words.close),
];

#[component]
pub(crate) fn ShortcutList(text: Text) -> impl IntoView {
    let rows = SHORTCUTS.map(|(key, pick)| {
        view! {
            <div>
                <dt>{move || pick(text.get())}</dt>
                <dd><kbd>{key}</kbd></dd>
            </div>
        }
    });
    view! { <dl class="shortcuts">{Vec::from(rows)}</dl> }
}
