//! Where the person writes, and chooses files.

use super::Talk;
use crate::text::{Text, say};
use crate::ui::icon::{Icon, Size, icon};
use crate::web::{chat, page};
use leptos::html::{Input, Textarea};
use leptos::prelude::*;
use ojak_call::Intent;
use ojak_call::protocol::{BadChatText, ChatText};

/// `sent` hears of every message that goes out.
#[component]
pub(super) fn Composer(text: Text, talk: Talk, sent: Callback<()>) -> impl IntoView {
    let Talk { view, draft, offer, act, .. } = talk;
    let field = NodeRef::<Textarea>::new();
    let files = NodeRef::<Input>::new();
    let is_full = Memo::new(move |_| view.with(|view| view.chat.is_full));
    let read = Memo::new(move |_| draft.with(|draft| ChatText::parse(draft).map(drop)));
    let can_send = Memo::new(move |_| read.get().is_ok() && !is_full.get());
    Effect::new(move |_| {
        draft.track();
        let field = field.get();
        // Only then the field holds what the draft is now.
        request_animation_frame(move || {
            if let Some(field) = field {
                chat::fit(&field);
            }
        });
    });
    // Who opens the chat writes; but on a phone a keyboard would cover what is to be read.
    field.on_load(|field| {
        if !page::is_handheld() {
            request_animation_frame(move || {
                let _ = field.focus();
            });
        }
    });
    let send = move || {
        if !can_send.get_untracked() {
            return;
        }
        act.run(Intent::Say(draft.get_untracked()));
        draft.set(String::new());
        sent.run(());
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        // An input method ends a syllable with Enter too.
        if event.key() == "Enter" && !event.shift_key() && !page::is_composing(&event) {
            event.prevent_default();
            send();
        }
    };
    let problem = move || {
        if is_full.get() {
            Some(text.get().chat.full)
        } else {
            (read.get() == Err(BadChatText::TooLong)).then(|| text.get().chat.too_long)
        }
    };
    view! {
        <p class="composer-problem" role="status">{problem}</p>
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <input
                type="file"
                multiple
                hidden
                node_ref=files
                on:change=move |_| {
                    if let Some(files) = files.get_untracked() {
                        offer.run(chat::chosen(&files));
                    }
                }
            />
            <button
                type="button"
                class="btn-icon"
                aria-label=say(text, |words| words.chat.attach)
                title=say(text, |words| words.chat.attach)
                on:click=move |_| {
                    if let Some(files) = files.get_untracked() {
                        chat::choose(&files);
                    }
                }
            >
                {icon(Icon::Clip, Size::Large)}
            </button>
            <textarea
                rows="1"
                node_ref=field
                aria-label=say(text, |words| words.chat.message)
                placeholder=say(text, |words| words.chat.placeholder)
                enterkeyhint="send"
                prop:value=move || draft.get()
                on:input=move |event| draft.set(event_target_value(&event))
                on:keydown=press
            ></textarea>
            <button
                type="submit"
                class="btn-icon is-accent"
                aria-label=say(text, |words| words.chat.send)
                title=say(text, |words| words.chat.send)
                aria-disabled=move || (!can_send.get()).to_string()
            >
                {icon(Icon::SendUp, Size::Large)}
            </button>
        </form>
    }
}
