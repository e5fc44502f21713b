//! The panel that is open.

use super::health::HealthPanel;
use super::panel::{Panel, SidePanel};
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::{DeviceView, Intent, View};

#[component]
pub(crate) fn Panels(
    text: Text,
    open: RwSignal<Option<Panel>>,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(None));
    move || {
        open.get().map(|panel| match panel {
            Panel::Chat => view! {
                <SidePanel text title=Signal::derive(say(text, |words| words.menus.chat)) close>
                    <div class="panel-body"></div>
                </SidePanel>
            }
            .into_any(),
            Panel::People => view! {
                <SidePanel text title=Signal::derive(say(text, |words| words.menus.people)) close>
                    <div class="panel-body"></div>
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
