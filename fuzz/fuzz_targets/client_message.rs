//! What the server reads. The reading that leaves the payload alone must come to the same as the plain one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ojak_protocol::ClientMessage;
use serde_json::Value;
use serde_json::value::RawValue;

fuzz_target!(|text: &str| {
    // To serde alone an array is an object as well.
    let is_object = text.trim_ascii_start().starts_with('{');
    let plainly = serde_json::from_str::<ClientMessage<Value>>(text).ok().filter(|_| is_object);
    let read = match ClientMessage::<&RawValue>::parse(text) {
        Ok(ClientMessage::Signal { to, payload }) => {
            assert!(text.contains(payload.get()), "the payload is not as it came");
            // The server passes on what only looks like JSON from afar, such as 1e999 or half a surrogate pair.
            let Ok(payload) = serde_json::from_str(payload.get()) else { return };
            ClientMessage::Signal { to, payload }
        }
        Ok(ClientMessage::Join { version, room, name, resume }) => {
            ClientMessage::Join { version, room, name, resume }
        }
        Ok(ClientMessage::Pong) => ClientMessage::Pong,
        Ok(ClientMessage::Peek { room }) => ClientMessage::Peek { room },
        Ok(ClientMessage::Leave) => ClientMessage::Leave,
        Ok(ClientMessage::Lock { locked }) => ClientMessage::Lock { locked },
        Ok(ClientMessage::Admit { peer }) => ClientMessage::Admit { peer },
        Ok(ClientMessage::Deny { peer }) => ClientMessage::Deny { peer },
        Ok(ClientMessage::Remove { peer }) => ClientMessage::Remove { peer },
        Err(_) => return assert_eq!(plainly, None),
    };
    assert_eq!(serde_json::from_str::<ClientMessage<Value>>(&read.to_json()).ok().as_ref(), Some(&read));
    // Not so plainly: something beside the message may be nested too deeply, or be too large a number.
    assert!(plainly.is_none_or(|plainly| plainly == read));
});
