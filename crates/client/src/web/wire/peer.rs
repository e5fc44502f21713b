//! What two pages say to each other over their data channel.

use super::gift;
use super::json::{Fields, text_of, typed};
use super::signal;
use ojak_call::protocol::{PeerMessage, Status};

/// The text of one message to another page.
pub(in crate::web) fn to_peer(message: &PeerMessage) -> String {
    text_of(&match message {
        PeerMessage::Status(status) => typed("status")
            .with("microphone", status.microphone.as_str())
            .with("camera", status.camera.as_str()),
        PeerMessage::Signal { payload } => typed("signal").with("payload", signal::written(payload).0),
        PeerMessage::Beat => typed("beat"),
        PeerMessage::Leave => typed("leave"),
        // What is none of these is one of those.
        given => gift::written(given).unwrap_or_else(|| typed("beat")),
    })
}

/// Reads what another page sent. None for what this version does not know.
pub(in crate::web) fn from_peer(text: &str) -> Option<PeerMessage> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "status" => PeerMessage::Status(Status {
            microphone: fields.switch("microphone")?,
            camera: fields.switch("camera")?,
        }),
        "signal" => PeerMessage::Signal { payload: signal::read(&fields.inner("payload"))? },
        "beat" => PeerMessage::Beat,
        "leave" => PeerMessage::Leave,
        kind => return gift::read(kind, &fields),
    })
}
