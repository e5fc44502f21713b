//! What two pages say to each other over their data channel.

use super::json::{Fields, text_of, typed};
use super::signal;
use ojak_call::protocol::{Bytes32, PeerMessage, Status, VerifyOutcome};

/// The text of one message to another page.
pub(in crate::web) fn to_peer(message: &PeerMessage) -> String {
    text_of(&match message {
        PeerMessage::Status(status) => typed("status")
            .with("microphone", status.microphone.as_str())
            .with("camera", status.camera.as_str()),
        PeerMessage::Signal { payload } => typed("signal").with("payload", signal::written(payload).0),
        PeerMessage::Beat => typed("beat"),
        PeerMessage::Leave => typed("leave"),

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
        }),
        "signal" => PeerMessage::Signal { payload: signal::read(&fields.inner("payload"))? },
        "beat" => PeerMessage::Beat,
        "leave" => PeerMessage::Leave,

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
        _ => return None,
    })
}

fn bytes(fields: &Fields, key: &str) -> Option<Bytes32> {
    fields.text(key)?.parse().ok()
}
