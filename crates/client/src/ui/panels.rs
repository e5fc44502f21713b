//! The panel that is open.

use super::chat::{ChatPanel, Talk};
use super::panel::{Panel, SidePanel};
use crate::text::{Language, Text, say};
use leptos::prelude::*;

#[component]
pub(crate) fn Panels(
    text: Text,
    language: RwSignal<Language>,
    open: RwSignal<Option<Panel>>,
    talk: Talk,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(None));
    move || {
        open.get().map(|panel| match panel {
            Panel::Chat => view! { <ChatPanel text language talk close /> }.into_any(),
            Panel::People => view! {
                <SidePanel text title=Signal::derive(say(text, |words| words.menus.people)) close>
                    <div class="panel-body"></div>
                </SidePanel>
            }
            .into_any(),
            Panel::Health => view! {
                <SidePanel text title=Signal::derive(say(text, |words| words.menus.health)) close>
                    <div class="panel-body"></div>
                </SidePanel>
            }
            .into_any(),
        })
    }
}
