//! The panel that is open.

use super::chat::{ChatPanel, Talk};
use super::health::HealthPanel;
use super::more::Sheet;
use super::panel::{Panel, SidePanel};
use super::people::{People, invite_button};
use super::spotlight::Spotlight;
use crate::text::{Language, Text, say};
use leptos::prelude::*;
use ojak_call::{DeviceView, Intent, View};

#[component]
pub(crate) fn Panels(
    text: Text,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    spotlight: Spotlight,
    open: RwSignal<Option<Panel>>,
    sheet: RwSignal<Option<Sheet>>,
    act: Callback<Intent>,
    language: RwSignal<Language>,
    talk: Talk,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(None));
    let invite = Callback::new(move |()| sheet.set(Some(Sheet::Invite)));
    move || {
        open.get().map(|panel| match panel {
            Panel::Chat => view! { <ChatPanel text language talk close /> }.into_any(),
            Panel::People => view! {
                <SidePanel
                    text
                    title=Signal::derive(say(text, |words| words.menus.people))
                    beside=invite_button(text, invite)
                    close
                >
                    <People text view camera microphone spotlight act />
                </SidePanel>
            }
            .into_any(),
            Panel::Health => view! {
                <SidePanel text title=Signal::derive(say(text, |words| words.menus.health)) close>
                    <HealthPanel text view camera act />
                </SidePanel>
            }
            .into_any(),
        })
    }
}
