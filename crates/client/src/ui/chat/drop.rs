//! Files that are dragged over the call, and those that are dropped or pasted into it.

use super::Talk;
use crate::text::{Text, say};
use crate::ui::icon::{Icon, Size, icon};
use crate::ui::panel::Panel;
use crate::web::chat;
use crate::web::files::Chosen;
use leptos::prelude::*;

/// Shown over the call while files are dragged over it. Whoever gives one sees in the chat what becomes of it.
#[component]
pub(crate) fn DropTarget(text: Text, talk: Talk, open: RwSignal<Option<Panel>>) -> impl IntoView {
    let is_hovered = RwSignal::new(false);
    let give = move |chosen: Vec<Chosen>| {
        if !chosen.is_empty() {
            open.set(Some(Panel::Chat));
            talk.offer.run(chosen);
        }
    };
    let hover = move |is_over: bool| {
        if is_hovered.try_get_untracked() == Some(!is_over) {
            is_hovered.set(is_over);
        }
    };
    StoredValue::new_local((chat::on_drop(hover, give), chat::on_paste(give)));
    move || {
        is_hovered.get().then(|| {
            view! {
                <div class="drop-target">
                    <p>{icon(Icon::Clip, Size::Large)} {say(text, |words| words.chat.files.drop_here)}</p>
                </div>
            }
        })
    }
}
