//! What two pages say to each other over their data channel.

use super::json::{Fields, text_of, typed};
use super::signal;
use ojak_call::protocol::{Caption, PeerMessage, Reaction, Status, Switch};

/// The text of one message to another page.
pub(in crate::web) fn to_peer(message: &PeerMessage) -> String {
    text_of(&match message {
        PeerMessage::Status(status) => typed("status")
            .with("microphone", status.microphone.as_str())
            .with("camera", status.camera.as_str())
            .with("screen", status.screen.as_str())
            .with_some("hand", status.hand)
            .with("recording", status.recording.as_str()),
        PeerMessage::Signal { payload } => typed("signal").with("payload", signal::written(payload).0),
        PeerMessage::Beat => typed("beat"),
        PeerMessage::Leave => typed("leave"),
        PeerMessage::Reaction { reaction } => typed("reaction").with("reaction", reaction.as_str()),
        PeerMessage::Caption(caption) => typed("caption")
            .with("utterance", caption.utterance)
            .with("text", &*caption.text)
            .with("language", &*caption.language)
            .with("final", caption.is_final),
    })
}

/// Reads what another page sent. None for what this version does not know.
pub(in crate::web) fn from_peer(text: &str) -> Option<PeerMessage> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "status" => PeerMessage::Status(Status {
            microphone: fields.switch("microphone")?,
            camera: fields.switch("camera")?,
            screen: fields.optional("screen", Fields::switch)?.unwrap_or(Switch::Off),
            hand: fields.optional("hand", Fields::number)?,
            recording: fields.optional("recording", Fields::switch)?.unwrap_or(Switch::Off),
        }),
        "signal" => PeerMessage::Signal { payload: signal::read(&fields.inner("payload"))? },
        "beat" => PeerMessage::Beat,
        "leave" => PeerMessage::Leave,
        "reaction" => {
            let word = fields.text("reaction")?;
            let reaction = Reaction::ALL.into_iter().find(|reaction| reaction.as_str() == word)?;
            PeerMessage::Reaction { reaction }
        }
        "caption" => PeerMessage::Caption(Caption {
            utterance: fields.number("utterance")?,
            text: fields.text("text")?,
            language: fields.text("language")?,
            is_final: fields.flag("final")?,
        }),
        _ => return None,
    })
}
