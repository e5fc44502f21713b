//! What of the call shows outside of the page: the title and the picture of the tab, the address; and what the
//! browser is asked for as long as it lasts.

use super::fields::Fields;
use crate::session::Session;
use crate::text::Text;
use crate::web::look::{self, Badge};
use crate::web::page;
use crate::web::wake::Awake;
use leptos::prelude::*;
use ojak_call::{DeviceView, Stage};

/// Shows it until the page of the call goes.
pub(crate) fn show(text: Text, session: Session, fields: Fields, microphone: Memo<DeviceView>) {
    let Session { view, .. } = session;
    let stage = Memo::new(move |_| view.with(|view| view.stage));
    let room = Memo::new(move |_| view.with(|view| view.room.clone()));
    Effect::new(move |_| {
        let state = if stage.get() == Stage::Reconnecting { text.get().call.reconnecting } else { "" };
        let app = text.get().app;
        room.with(|room| match room {
            Some(room) if state.is_empty() => page::show_title(&[room.as_str(), " · ", app].concat()),
            Some(room) => page::show_title(&[state, " ", room.as_str(), " · ", app].concat()),
            None => {}
        });
    });
    Effect::new(move |_| {
        look::show_badge(if stage.get() == Stage::Reconnecting {
            Badge::Reconnecting
        } else if microphone.with(|device| device.switch.is_on()) {
            Badge::Connected
        } else {
            Badge::Muted
        });
    });
    on_cleanup(|| look::show_badge(Badge::None));
    // The address is the invite link, and it stays when the call is over.
    Effect::new(move |_| {
        if let Some(room) = room.get() {
            page::show_address(Some(&room));
            fields.room.set(room.to_string());
        }
    });
    StoredValue::new_local(Awake::new());
    let is_with_others = Memo::new(move |_| matches!(stage.get(), Stage::Connected | Stage::Reconnecting));
    let asking = StoredValue::new_local(None);
    Effect::new(move |_| {
        asking.set_value(if is_with_others.get() { page::ask_before_leaving() } else { None });
    });
}
