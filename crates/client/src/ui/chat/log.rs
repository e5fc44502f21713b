//! Everything that was written and given, oldest first; what one person wrote in a row stands together.

use super::Talk;
use super::file::FileRow;
use super::message::MessageText;
use crate::text::{Language, Text, say};
use crate::ui::avatar::Avatar;
use crate::web::chat;
use leptos::prelude::*;
use ojak_call::{Author, ChatLine, FileId, FileView, View};
use std::sync::Arc;
use std::time::Duration;

/// What is written in a row by one person is apart when this lies between.
const APART: Duration = Duration::from_secs(5 * 60);

/// What tells one line from the others, and from what it was before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Message(Author, u32, u32, bool),
    File(FileId),
}

/// A line as it is shown.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    key: Key,
    line: ChatLine,
    /// Who it is of, when they have not been named just above.
    head: Option<Head>,
    is_own: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Head {
    /// None for the person themself.
    name: Option<String>,
    said: Duration,
    claimed_by: Option<String>,
}

fn all_shown(view: &View, lines: &[ChatLine]) -> Vec<Shown> {
    let mut before: Option<(Author, Option<String>, Duration)> = None;
    let mut shown = Vec::with_capacity(lines.len());
    for line in lines {
        let (key, author, name, said, claimed_by) = match line {
            ChatLine::Message(message) => {
                let (author, page, sequence) = message.id;
                let claimed_by = message.claimed_by.as_ref().map(ToString::to_string);
                let key = Key::Message(author, page, sequence, claimed_by.is_some());
                (key, author, message.name.to_string(), message.said, claimed_by)
            }
            ChatLine::File(id) => {
                let Some(file) = file_of(view, *id) else { continue };
                let (author, name) = match &file.from {
                    Some((peer, name)) => (Author::Peer(*peer), name.to_string()),
                    None => (Author::Own, String::new()),
                };
                (Key::File(*id), author, name, file.said, None)
            }
        };
        let is_own = author == Author::Own;
        let follows = before.as_ref().is_some_and(|(of, by, at)| {
            *of == author && *by == claimed_by && said.saturating_sub(*at) < APART
        });
        before = Some((author, claimed_by.clone(), said));
        let head = (!follows).then(|| Head { name: (!is_own).then_some(name), said, claimed_by });
        shown.push(Shown { key, line: line.clone(), head, is_own });
    }
    shown
}

pub(super) fn file_of(view: &View, id: FileId) -> Option<&FileView> {
    view.files.iter().find(|file| file.id == id)
}

#[component]
pub(super) fn Log(
    text: Text,
    language: RwSignal<Language>,
    talk: Talk,
    lines: Memo<Arc<Vec<ChatLine>>>,
) -> impl IntoView {
    let shown =
        Memo::new(move |_| lines.with(|lines| talk.view.with_untracked(|view| all_shown(view, lines))));
    view! {
        // It takes the focus, so that it can be scrolled by keyboard.
        <div class="chat-log" role="log" tabindex="0" aria-label=say(text, |words| words.chat.log)>
            <For
                each=move || shown.get()
                key=|shown| (shown.key.clone(), shown.head.is_some())
                let(shown)
            >
                <Line text language talk lines shown />
            </For>
        </div>
    }
}

#[component]
fn Line(
    text: Text,
    language: RwSignal<Language>,
    talk: Talk,
    lines: Memo<Arc<Vec<ChatLine>>>,
    shown: Shown,
) -> impl IntoView {
    let Shown { line, head, is_own, .. } = shown;
    let follows = head.is_none();
    let head = head.map(|Head { name, said, claimed_by }| {
        let written = name.clone();
        let by = move || match &written {
            Some(name) => name.clone(),
            None => text.get().you.to_owned(),
        };
        view! {
            {name.map(|name| view! { <Avatar name=Signal::stored(name) /> })}
            <div class="from">
                <span class="clip">{by}</span>
                <time>{move || chat::time(said, language.get())}</time>
                {claimed_by
                    .map(|name| {
                        view! { <span class="claimed clip">{move || (text.get().chat.claimed)(&name)}</span> }
                    })}
            </div>
        }
    });
    let line = match line {
        ChatLine::Message(message) => view! { <MessageText text lines message /> }.into_any(),
        ChatLine::File(id) => view! { <FileRow text talk id /> }.into_any(),
    };
    view! {
        <div class="msg" class:is-mine=is_own class:follows=follows>
            {head} <div class="say">{line}</div>
        </div>
    }
}
