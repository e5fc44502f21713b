//! What somebody wrote, as text: links in it can be followed, and nothing in it is anything else.

use super::links::{Piece, pieces};
use crate::text::{Text, say};
use crate::ui::icon::{Icon, Size, icon};
use crate::web::page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::{ChatLine, ChatMessage};
use std::sync::Arc;

#[component]
pub(super) fn MessageText(
    text: Text,
    lines: Memo<Arc<Vec<ChatLine>>>,
    message: ChatMessage,
) -> impl IntoView {
    let ChatMessage { id, delivery, text: written, .. } = message;
    let is_own = delivery.is_some();
    // Of the lines, which change seldom, and not of all that is to be seen: each message looks for itself.
    let delivery = Memo::new(move |_| {
        lines.with(|lines| {
            lines.iter().find_map(|line| match line {
                ChatLine::Message(message) if message.id == id => message.delivery,
                _ => None,
            })
        })
    });
    let state = move || delivery.get().map(|delivery| text.get().chat.delivery(delivery)).unwrap_or_default();
    let whole = written.to_string();
    let copy = move |_| {
        let written = whole.clone();
        spawn_local(async move {
            page::copy(written).await;
        });
    };
    let shown: Vec<_> = pieces(written.as_str())
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(address) => {
                let address = address.to_owned();
                let shown = address.clone();
                view! { <a href=address target="_blank" rel="noopener noreferrer">{shown}</a> }.into_any()
            }
        })
        .collect();
    view! {
        <div class="bubble-row">
            <div class="bubble" dir="auto">
                {shown}
            </div>
            <button
                type="button"
                class="btn-icon bubble-copy"
                aria-label=say(text, |words| words.chat.copy)
                title=say(text, |words| words.chat.copy)
                on:click=copy
            >
                {icon(Icon::Copy, Size::Small)}
            </button>
        </div>
        // Not said aloud on every change: what counts is what people write.
        {is_own.then(|| view! { <p class="delivery" aria-live="off">{state}</p> })}
    }
}
