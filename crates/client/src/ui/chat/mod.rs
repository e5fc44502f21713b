//! The panel of the chat: what people wrote and gave, and where the person writes.

mod composer;
mod drop;
mod file;
mod links;
mod log;
mod message;

pub(crate) use drop::DropTarget;

use super::icon::{Icon, Size, icon};
use super::panel::SidePanel;
use crate::text::{Language, Text, say};
use crate::web::chat;
use crate::web::files::Chosen;
use composer::Composer;
use leptos::html::Div;
use leptos::prelude::*;
use log::Log;
use ojak_call::{FileId, Intent, View};
use std::collections::HashMap;

/// What the chat is made of, for as long as the call lasts.
#[derive(Clone, Copy)]
pub(crate) struct Talk {
    pub(crate) view: Signal<View>,
    pub(crate) shelf: Signal<HashMap<FileId, String>>,
    pub(crate) offer: Callback<Vec<Chosen>>,
    pub(crate) act: Callback<Intent>,
    /// What is typed and not sent: it is still there when the panel is opened again.
    pub(crate) draft: RwSignal<String>,
}

#[component]
pub(crate) fn ChatPanel(
    text: Text,
    language: RwSignal<Language>,
    talk: Talk,
    close: Callback<()>,
) -> impl IntoView {
    let body = NodeRef::<Div>::new();
    let is_at_end = StoredValue::new(true);
    let lines = Memo::new(move |_| talk.view.with(|view| view.chat.lines.clone()));
    // What is added is shown to whoever was at the end, and to nobody who reads what was before.
    Effect::new(move |_| {
        lines.track();
        request_animation_frame(move || {
            let body = body.try_get_untracked().flatten();
            if let Some(body) = body.filter(|_| is_at_end.try_get_value() == Some(true)) {
                chat::show_end(&body);
            }
        });
    });
    let scrolled = move |_| {
        if let Some(body) = body.get_untracked() {
            is_at_end.set_value(chat::is_at_end(&body));
        }
    };
    let sent = Callback::new(move |()| is_at_end.set_value(true));
    view! {
        <SidePanel text title=Signal::derive(say(text, |words| words.menus.chat)) close>
            <div class="panel-body" node_ref=body on:scroll=scrolled>
                <div class="chat">
                    <p class="panel-note">
                        {icon(Icon::Lock, Size::Small)} <span>{say(text, |words| words.chat.note)}</span>
                    </p>
                    <Log text language talk lines />
                </div>
            </div>
            <div class="panel-foot">
                <Composer text talk sent />
            </div>
        </SidePanel>
    }
}
