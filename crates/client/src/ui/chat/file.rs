//! A file that somebody gives: what it is, how far it is, and the one or two things that can be done about it.

use super::Talk;
use super::log::file_of;
use crate::text::{Strings, Text, say};
use crate::ui::icon::{Icon, Size, changing_icon, icon};
use leptos::prelude::*;
use ojak_call::protocol::{Refusal, Withdrawal};
use ojak_call::{FileEnd, FileId, FileState, FileView, Intent, Receiver};

/// What can be done about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Take it or not.
    Answer,
    Cancel,
    Save,
    Retry,
    Nothing,
}

impl Way {
    fn of(file: &FileView) -> Self {
        let is_own = file.from.is_none();
        match file.state {
            FileState::Offered if !is_own => Self::Answer,
            FileState::Offered if file.to.is_empty() => Self::Retry,
            FileState::Offered | FileState::Opening | FileState::Moving(_) => Self::Cancel,
            FileState::Done if !is_own => Self::Save,
            FileState::Done if file.to.iter().any(|to| can_retry(to.state)) => Self::Retry,
            FileState::Done => Self::Nothing,
            FileState::Ended(why) if is_own => {
                if why == FileEnd::Withdrawn(Withdrawal::Unreadable) {
                    Self::Nothing
                } else {
                    Self::Retry
                }
            }
            FileState::Ended(FileEnd::Refused(why))
                if why != Refusal::TooLarge && why != Refusal::TooMany =>
            {
                Self::Retry
            }
            FileState::Ended(_) => Self::Nothing,
        }
    }
}

/// Whether it makes sense to offer it to them again.
fn can_retry(state: FileState) -> bool {
    matches!(state, FileState::Ended(why) if why != FileEnd::Refused(Refusal::Declined))
}

/// How far it is, in one line.
fn state_of(file: &FileView, words: &'static Strings) -> String {
    let files = &words.chat.files;
    let size = files.size(file.size);
    let with_size = |said: &str| [said, " · ", &size].concat();
    match (file.state, &file.from) {
        (FileState::Offered, Some(_)) => with_size(files.offered),
        (FileState::Offered, None) if file.to.is_empty() => with_size(files.nobody),
        (FileState::Offered, None) => with_size(files.unanswered),
        (FileState::Opening, _) => with_size(files.opening),
        (FileState::Moving(progress), _) => files.progress(progress, file.size),
        (FileState::Done, Some(_)) => with_size(files.received),
        (FileState::Done, None) => with_size(files.sent),
        (FileState::Ended(why), Some((_, name))) => files.not_received(why, name.as_str()),
        (FileState::Ended(why), None) => {
            let name = file.to.first().map(|to| to.name.to_string()).unwrap_or_default();
            files.not_sent(why, &name)
        }
    }
}

/// How far it is with one of several receivers.
fn line_of(to: &Receiver, size: u64, words: &'static Strings) -> String {
    let files = &words.chat.files;
    let name = to.name.as_str();
    match to.state {
        FileState::Offered | FileState::Opening => [name, ": ", files.unanswered].concat(),
        FileState::Moving(progress) => [name, ": ", &files.progress(progress, size)].concat(),
        FileState::Done => [name, ": ", files.received].concat(),
        FileState::Ended(why) => files.not_sent(why, name),
    }
}

fn percent(file: &FileView) -> Option<u64> {
    match file.state {
        FileState::Moving(progress) => Some(progress.bytes * 100 / file.size.max(1)),
        FileState::Opening => Some(0),
        _ => None,
    }
}

#[component]
pub(super) fn FileRow(text: Text, talk: Talk, id: FileId) -> impl IntoView {
    let file = Memo::new(move |_| talk.view.with(|view| file_of(view, id).cloned()));
    let from_file = move |read: fn(&FileView, &'static Strings) -> String| {
        move || file.with(|file| file.as_ref().map(|file| read(file, text.get()))).unwrap_or_default()
    };
    let name = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.name.clone())));
    let part = move |pick: fn((&str, &str)) -> String| {
        move || name.with(|name| name.as_ref().map(|name| pick(name.parts()))).unwrap_or_default()
    };
    let whole =
        Memo::new(move |_| name.with(|name| name.as_ref().map(ToString::to_string)).unwrap_or_default());
    let way = Memo::new(move |_| file.with(|file| file.as_ref().map_or(Way::Nothing, Way::of)));
    let is_failed = Memo::new(move |_| {
        file.with(|file| file.as_ref().is_some_and(|file| matches!(file.state, FileState::Ended(_))))
    });
    let is_done =
        Memo::new(move |_| file.with(|file| file.as_ref().is_some_and(|file| file.state == FileState::Done)));
    let percent = Memo::new(move |_| file.with(|file| file.as_ref().and_then(percent)));
    let sign = Signal::derive(move || {
        if is_failed.get() {
            Icon::Warning
        } else if is_done.get() {
            Icon::Check
        } else {
            Icon::File
        }
    });
    // One line says it all when there is one receiver.
    let receivers = move || {
        let lines = file.with(|file| {
            let file = file.as_ref().filter(|file| file.to.len() > 1)?;
            Some(file.to.iter().map(|to| line_of(to, file.size, text.get())).collect::<Vec<_>>())
        });
        lines.map(|lines| {
            let lines: Vec<_> = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect();
            view! { <ul class="file-to" aria-live="off">{lines}</ul> }
        })
    };
    view! {
        <div class="file" class:is-failed=move || is_failed.get() class:is-done=move || is_done.get()>
            <span class="file-icon">{changing_icon(sign, Size::Large)}</span>
            <span class="file-name" title=move || whole.get()>
                <span class="clip">{part(|(stem, _)| stem.to_owned())}</span>
                <span class="ext">{part(|(_, extension)| extension.to_owned())}</span>
            </span>
            // What changes all the time is for whoever looks, or asks.
            <span class="file-meta" aria-live="off">{from_file(state_of)}</span>
            {move || action(text, talk, id, way.get(), whole)}
            {receivers}
            {move || {
                percent
                    .get()
                    .is_some()
                    .then(|| {
                        let value = move || percent.get().unwrap_or(100).to_string();
                        view! {
                            <div
                                class="progress"
                                role="progressbar"
                                aria-label=move || whole.get()
                                aria-valuemin="0"
                                aria-valuemax="100"
                                aria-valuenow=value
                                style=("--v", move || value() + "%")
                            ></div>
                        }
                    })
            }}
        </div>
    }
}

fn action(text: Text, talk: Talk, id: FileId, way: Way, whole: Memo<String>) -> AnyView {
    let act = talk.act;
    let button = move |intent: Intent, icon_of, word: fn(&'static Strings) -> &'static str| {
        view! {
            <button
                type="button"
                class="btn-icon"
                aria-label=say(text, word)
                title=say(text, word)
                on:click=move |_| act.run(intent.clone())
            >
                {icon(icon_of, Size::Middle)}
            </button>
        }
        .into_any()
    };
    match (way, id) {
        (Way::Answer, _) => view! {
            <div class="file-answer">
                <button type="button" class="btn is-small is-primary" on:click=move |_| act.run(Intent::TakeFile(id))>
                    {say(text, |words| words.chat.files.save)}
                </button>
                <button type="button" class="btn is-small" on:click=move |_| act.run(Intent::CancelFile(id))>
                    {say(text, |words| words.chat.files.decline)}
                </button>
            </div>
        }
        .into_any(),
        (Way::Cancel, _) => button(Intent::CancelFile(id), Icon::Close, |words| words.chat.files.cancel),
        (Way::Retry, FileId::Own(number)) => {
            button(Intent::OfferAgain(number), Icon::Retry, |words| words.try_again)
        }
        (Way::Retry, FileId::Theirs(_)) => button(Intent::TakeFile(id), Icon::Retry, |words| words.try_again),
        (Way::Save, _) => {
            let address = move || talk.shelf.with(|shelf| shelf.get(&id).cloned());
            view! {
                <a
                    class="btn-icon"
                    href=address
                    download=move || whole.get()
                    aria-label=move || (text.get().chat.files.save_named)(&whole.get())
                    title=say(text, |words| words.chat.files.save)
                >
                    {icon(Icon::Download, Size::Middle)}
                </a>
            }
            .into_any()
        }
        (Way::Nothing, _) => ().into_any(),
    }
}
