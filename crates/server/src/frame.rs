//! What goes out: messages as WebSocket frames, ready for the wire.
//!
//! A server does not mask, so a frame is the same bytes for everybody who gets it: it is written once,
//! header and all, and shared.

use bytes::Bytes;
use ojak_protocol::ServerMessage;
use serde_json::value::RawValue;
use std::borrow::Cow;

const FINAL: u8 = 0x80;
const TEXT: u8 = FINAL | 0x1;
const CLOSE: u8 = FINAL | 0x8;
const PONG: u8 = FINAL | 0xA;
/// Longest header of a frame that is not masked.
const HEADER_BYTES_MAX: usize = 10;
/// Longest content of a control frame.
pub(crate) const CONTROL_BYTES_MAX: usize = 125;

/// Why a socket is closed, as RFC 6455 section 7.4 and the IANA registry number it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum CloseCode {
    /// Said goodbye.
    Normal = 1000,
    /// The server goes away.
    Away = 1001,
    /// Text only.
    Unsupported = 1003,
    /// Against the rules.
    Policy = 1008,
    /// More than [`ojak_protocol::MESSAGE_BYTES_MAX`].
    TooBig = 1009,
    /// A fault of the server.
    Internal = 1011,
    /// Come back later.
    Overloaded = 1013,
}

/// A message that carries what another peer said, copied once.
pub(crate) fn signal(message: &ServerMessage<&RawValue>, payload: &RawValue) -> Bytes {
    text(message, payload.get().len() + 96)
}

/// A message of the server's own.
pub(crate) fn notice(message: &ServerMessage<()>) -> Bytes {
    text(message, 256)
}

fn text(message: &impl serde::Serialize, length_hint: usize) -> Bytes {
    let mut bytes = Vec::with_capacity(HEADER_BYTES_MAX + length_hint);
    bytes.resize(HEADER_BYTES_MAX, 0);
    if let Err(error) = serde_json::to_writer(&mut bytes, message) {
        // No message has a map with other than text keys, and memory does not fail to be written.
        tracing::error!(%error, "a message could not be written");
    }
    with_header(TEXT, bytes)
}

/// Answers a ping of the WebSocket layer.
pub(crate) fn pong(content: &[u8]) -> Bytes {
    control(PONG, content)
}

/// The last frame.
pub(crate) fn close(code: CloseCode, reason: &str) -> Bytes {
    let mut content = (code as u16).to_be_bytes().to_vec();
    content.extend_from_slice(reason.as_bytes());
    control(CLOSE, &content)
}

/// `content` cut to what a control frame holds; what this server writes is ASCII, so the cut is clean.
fn control(kind: u8, content: &[u8]) -> Bytes {
    let content = content.get(..CONTROL_BYTES_MAX).unwrap_or(content);
    let mut bytes = vec![0; HEADER_BYTES_MAX];
    bytes.extend_from_slice(content);
    with_header(kind, bytes)
}

/// Writes the header right before the content, which starts at [`HEADER_BYTES_MAX`].
fn with_header(kind: u8, mut bytes: Vec<u8>) -> Bytes {
    let length = bytes.len().saturating_sub(HEADER_BYTES_MAX);
    let header: Cow<'static, [u8]> = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..=125), _) => vec![kind, length].into(),
        (_, Ok(length)) => [&[kind, 126][..], &length.to_be_bytes()].concat().into(),
        _ => [&[kind, 127][..], &(length as u64).to_be_bytes()].concat().into(),
    };
    let start = HEADER_BYTES_MAX - header.len();
    if let Some(place) = bytes.get_mut(start..HEADER_BYTES_MAX) {
        place.copy_from_slice(&header);
    }
    Bytes::from(bytes).slice(start..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_codec::Decoder;
    use actix_http::ws::{Codec, Frame};
    use bytes::BytesMut;

    fn read(frame: &Bytes) -> Frame {
        let mut bytes = BytesMut::from(&frame[..]);
        let read = Codec::new().client_mode().max_size(1 << 20).decode(&mut bytes).unwrap().unwrap();
        assert!(bytes.is_empty(), "{} bytes too many", bytes.len());
        read
    }

    #[test]
    fn a_frame_of_any_length_can_be_read() {
        for length in (0..400).chain([65_000, 65_533, 65_534, 65_535, 65_536, 70_000]) {
            let payload = RawValue::from_string(format!("\"{}\"", "x".repeat(length))).unwrap();
            let frame = text(&&*payload, 0);
            assert_eq!(read(&frame), Frame::Text(Bytes::from(payload.get().to_owned())), "{length}");
        }
    }

    #[test]
    fn control_frames_are_never_too_long() {
        assert_eq!(read(&pong(&[b'x'; 125])), Frame::Pong(Bytes::from(vec![b'x'; 125])));
        assert_eq!(read(&pong(&[b'x'; 126])), Frame::Pong(Bytes::from(vec![b'x'; 125])));
        match read(&close(CloseCode::Away, "the server goes away")) {
            Frame::Close(Some(reason)) => {
                assert_eq!(u16::from(reason.code), 1001);
                assert_eq!(reason.description.as_deref(), Some("the server goes away"));
            }
            other => panic!("{other:?}"),
        }
    }
}
