//! What two pages say to each other over their data channel.

use super::gift;
use super::json::{Fields, text_of, typed};
use super::signal;
use ojak_call::protocol::{
    Bytes32, Caption, Limit, PeerMessage, Playback, Reaction, Receipt, Status, Switch, Transport,
    VerifyOutcome,
};

/// The text of one message to another page.
pub(in crate::web) fn to_peer(message: &PeerMessage) -> String {
    text_of(&match message {
        PeerMessage::Status(status) => typed("status")
            .with("microphone", status.microphone.as_str())
            .with("camera", status.camera.as_str())
            .with("screen", status.screen.as_str())
            .with_some("screen_paused", status.screen_paused.is_on().then_some("on"))
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
        PeerMessage::Receipt(receipt) => typed("receipt")
            .with_some("packets", receipt.packets)
            .with_some("audible_ms", receipt.audible_ms)
            .with_some("concealed_ms", receipt.concealed_ms)
            .with_some("frames", receipt.frames)
            .with("playback", receipt.playback.as_str())
            .with("limit", receipt.limit.as_str())
            .with_some("relay", receipt.relay.map(Transport::as_str)),
        PeerMessage::View { max_height } => typed("view").with("max_height", *max_height),

        PeerMessage::VerifyAsk { run } => typed("verify_ask").with("run", *run),
        PeerMessage::VerifyCommit { run, commitment } => {
            typed("verify_commit").with("run", *run).with("commitment", &*commitment.to_string())
        }
        PeerMessage::VerifyReveal { run, nonce } => {
            typed("verify_reveal").with("run", *run).with("nonce", &*nonce.to_string())
        }
        PeerMessage::VerifyEnd { run, outcome } => {
            typed("verify_end").with("run", *run).with("outcome", outcome.as_str())
        }
        // What is none of these is one of those.
        given => gift::written(given).unwrap_or_else(|| typed("beat")),
    })
}

/// Reads what another page sent. None for what this version does not know.
pub(in crate::web) fn from_peer(text: &str) -> Option<PeerMessage> {
    let fields = Fields::parse(text)?;
    let run = || fields.number("run");
    Some(match &*fields.text("type")? {
        "status" => PeerMessage::Status(Status {
            microphone: fields.switch("microphone")?,
            camera: fields.switch("camera")?,
            screen: fields.optional("screen", Fields::switch)?.unwrap_or(Switch::Off),
            screen_paused: fields.optional("screen_paused", Fields::switch)?.unwrap_or(Switch::Off),
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
        "receipt" => {
            let (playback, limit) = (fields.text("playback")?, fields.text("limit")?);
            PeerMessage::Receipt(Receipt {
                packets: fields.optional("packets", Fields::number)?,
                audible_ms: fields.optional("audible_ms", Fields::number)?,
                concealed_ms: fields.optional("concealed_ms", Fields::number)?,
                frames: fields.optional("frames", Fields::number)?,
                playback: Playback::ALL.into_iter().find(|word| word.as_str() == playback)?,
                limit: Limit::ALL.into_iter().find(|word| word.as_str() == limit)?,
                relay: fields.optional("relay", Fields::text)?.as_deref().map(Transport::from_word),
            })
        }
        "view" => PeerMessage::View { max_height: fields.number("max_height")? },

        "verify_ask" => PeerMessage::VerifyAsk { run: run()? },
        "verify_commit" => {
            PeerMessage::VerifyCommit { run: run()?, commitment: bytes(&fields, "commitment")? }
        }
        "verify_reveal" => PeerMessage::VerifyReveal { run: run()?, nonce: bytes(&fields, "nonce")? },
        "verify_end" => {
            let word = fields.text("outcome")?;
            let outcome = VerifyOutcome::ALL.into_iter().find(|outcome| outcome.as_str() == word)?;
            PeerMessage::VerifyEnd { run: run()?, outcome }
        }
        kind => return gift::read(kind, &fields),
    })
}

fn bytes(fields: &Fields, key: &str) -> Option<Bytes32> {
    fields.text(key)?.parse().ok()
}
