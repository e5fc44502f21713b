//! What two pages say to each other of the chat and of files.

use super::json::{Fields, Written, typed};
use js_sys::{Array, Object};
use ojak_call::protocol::{
    ChatEntry, ChatPosition, ChatText, Digest, FILE_BYTES_MAX, FileName, PeerMessage, Refusal, Withdrawal,
};
use wasm_bindgen::JsValue;

/// One as it goes out; none of what is written elsewhere.
pub(super) fn written(message: &PeerMessage) -> Option<Written> {
    Some(match message {
        PeerMessage::Hello { page, chat } => {
            let position = |position: &ChatPosition| {
                Written(Object::new().into()).with("page", position.page).with("next", position.next).0
            };
            typed("hello").with("page", *page).with_some("chat", chat.as_ref().map(position))
        }
        PeerMessage::Chat { sequence, age, text } => {
            typed("chat").with("sequence", *sequence).with("age", *age).with("text", text.as_str())
        }
        PeerMessage::ChatReceived { next } => typed("chat_received").with("next", *next),
        PeerMessage::ChatHistory { messages, next } => {
            let messages: Array = messages.iter().map(|entry| entry_written(entry).0).collect();
            typed("chat_history").with("messages", messages).with_some("next", *next)
        }
        PeerMessage::FileOffer { transfer, name, size } => typed("file_offer")
            .with("transfer", *transfer)
            .with("name", name.as_str())
            .with("size", JsValue::from_f64(*size as f64)),
        PeerMessage::FileAccept { transfer, block } => {
            typed("file_accept").with("transfer", *transfer).with("block", *block)
        }
        PeerMessage::FileBlock { transfer, block, digest } => typed("file_block")
            .with("transfer", *transfer)
            .with("block", *block)
            .with("digest", digest.to_string()),
        PeerMessage::FileKept { transfer, blocks } => {
            typed("file_kept").with("transfer", *transfer).with("blocks", *blocks)
        }
        PeerMessage::FileWithdraw { transfer, reason } => {
            typed("file_withdraw").with("transfer", *transfer).with("reason", reason.as_str())
        }
        PeerMessage::FileDecline { transfer, reason } => {
            typed("file_decline").with("transfer", *transfer).with("reason", reason.as_str())
        }
        _ => return None,
    })
}

fn entry_written(entry: &ChatEntry) -> Written {
    Written(Object::new().into())
        .with("author", entry.author.as_str())
        .with("name", entry.name.as_str())
        .with("page", entry.page)
        .with("sequence", entry.sequence)
        .with("age", entry.age)
        .with("text", entry.text.as_str())
}

/// Reads one. None for what this version does not know.
pub(super) fn read(kind: &str, fields: &Fields) -> Option<PeerMessage> {
    let transfer = || fields.number("transfer");
    Some(match kind {
        "hello" => PeerMessage::Hello {
            page: fields.number("page")?,
            chat: fields.optional("chat", |fields, key| {
                let position = fields.inner(key);
                Some(ChatPosition { page: position.number("page")?, next: position.number("next")? })
            })?,
        },
        "chat" => PeerMessage::Chat {
            sequence: fields.number("sequence")?,
            age: fields.number("age")?,
            text: text(fields)?,
        },
        "chat_received" => PeerMessage::ChatReceived { next: fields.number("next")? },
        "chat_history" => PeerMessage::ChatHistory {
            messages: fields.list("messages", |entry| {
                Some(ChatEntry {
                    author: entry.peer("author")?,
                    name: entry.name()?,
                    page: entry.number("page")?,
                    sequence: entry.number("sequence")?,
                    age: entry.number("age")?,
                    text: text(&entry)?,
                })
            })?,
            next: fields.optional("next", Fields::number)?,
        },
        "file_offer" => PeerMessage::FileOffer {
            transfer: transfer()?,
            name: FileName::clean(&fields.text("name")?),
            size: size(fields)?,
        },
        "file_accept" => PeerMessage::FileAccept { transfer: transfer()?, block: fields.number("block")? },
        "file_block" => PeerMessage::FileBlock {
            transfer: transfer()?,
            block: fields.number("block")?,
            digest: Digest::parse(&fields.text("digest")?)?,
        },
        "file_kept" => PeerMessage::FileKept { transfer: transfer()?, blocks: fields.number("blocks")? },
        "file_withdraw" => {
            let word = fields.text("reason")?;
            let reason = Withdrawal::ALL.into_iter().find(|reason| reason.as_str() == word)?;
            PeerMessage::FileWithdraw { transfer: transfer()?, reason }
        }
        "file_decline" => {
            let word = fields.text("reason")?;
            let reason = Refusal::ALL.into_iter().find(|reason| reason.as_str() == word)?;
            PeerMessage::FileDecline { transfer: transfer()?, reason }
        }
        _ => return None,
    })
}

fn text(fields: &Fields) -> Option<ChatText> {
    ChatText::parse(&fields.text("text")?).ok()
}

/// A whole number of bytes that a file can have.
fn size(fields: &Fields) -> Option<u64> {
    let size = fields.get("size").as_f64()?;
    let is_whole = size >= 0.0 && size <= FILE_BYTES_MAX as f64 && size.fract() == 0.0;
    is_whole.then_some(size as u64)
}
