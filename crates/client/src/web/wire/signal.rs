//! What it takes to connect two pages, inside of what carries it: a message of the server or of the other page.

use super::json::{Fields, Written, typed};
use js_sys::Object;
use ojak_call::protocol::{Candidate, Description, PeerSignal, SdpType};

/// One as it goes out.
pub(super) fn written(signal: &PeerSignal) -> Written {
    match signal {
        PeerSignal::Description { generation, sequence, description } => typed("description")
            .with("generation", *generation)
            .with("sequence", *sequence)
            .with(
                "sdp_type",
                match description.sdp_type {
                    SdpType::Offer => "offer",
                    SdpType::Answer => "answer",
                },
            )
            .with("sdp", &*description.sdp),
        PeerSignal::Candidate { generation, sequence, candidate } => typed("candidate")
            .with("generation", *generation)
            .with("sequence", *sequence)
            .with_some("candidate", candidate.as_ref().map(|candidate| described(candidate).0)),
        PeerSignal::Ask { generation, sequence, restart_ice } => typed("ask")
            .with("generation", *generation)
            .with("sequence", *sequence)
            .with("restart_ice", *restart_ice),
        PeerSignal::Renew { generation, page } => {
            typed("renew").with("generation", *generation).with("page", *page)
        }
    }
}

fn described(candidate: &Candidate) -> Written {
    Written(Object::new().into())
        .with("candidate", &*candidate.candidate)
        .with_some("sdp_mid", candidate.sdp_mid.as_deref())
        .with_some("sdp_m_line_index", candidate.sdp_m_line_index)
        .with_some("username_fragment", candidate.username_fragment.as_deref())
}

/// Reads one. None for what this version does not know.
pub(super) fn read(fields: &Fields) -> Option<PeerSignal> {
    let generation = fields.number("generation")?;
    let sequence = || fields.number("sequence");
    Some(match &*fields.text("type")? {
        "description" => PeerSignal::Description {
            generation,
            sequence: sequence()?,
            description: Description {
                sdp_type: match &*fields.text("sdp_type")? {
                    "offer" => SdpType::Offer,
                    "answer" => SdpType::Answer,
                    _ => return None,
                },
                sdp: fields.text("sdp")?,
            },
        },
        "candidate" => PeerSignal::Candidate {
            generation,
            sequence: sequence()?,
            candidate: fields.optional("candidate", |fields, key| candidate(&fields.inner(key)))?,
        },
        "ask" => {
            PeerSignal::Ask { generation, sequence: sequence()?, restart_ice: fields.flag("restart_ice")? }
        }
        "renew" => PeerSignal::Renew { generation, page: fields.number("page")? },
        _ => return None,
    })
}

fn candidate(fields: &Fields) -> Option<Candidate> {
    let index = fields.optional("sdp_m_line_index", Fields::number)?;
    Some(Candidate {
        candidate: fields.text("candidate")?,
        sdp_mid: fields.optional("sdp_mid", Fields::text)?,
        sdp_m_line_index: index.map(u16::try_from).transpose().ok()?,
        username_fragment: fields.optional("username_fragment", Fields::text)?,
    })
}
