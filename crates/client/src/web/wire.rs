//! The text of messages, written and read by the browser's own JSON.
//!
//! `protocol` has this by serde for the server; in the page that would weigh 100 KB, a seventh of everything.
//! The golden messages of `protocol` hold both to the same wire.

use js_sys::{Array, JSON, Object, Reflect};
use ojak_call::protocol::{
    Candidate, ClientMessage, Departure, Description, DisplayName, ErrorCode, IceServer, PeerEntry, PeerId,
    PeerMessage, PeerSignal, RoomName, SdpType, ServerMessage, Status, Switch,
};
use wasm_bindgen::{JsCast, JsValue};

/// The text of one frame to the server.
pub(super) fn to_server(message: &ClientMessage<PeerSignal>) -> String {
    text_of(&match message {
        ClientMessage::Join { version, room, name, resume } => typed("join")
            .with("version", *version)
            .with("room", &**room)
            .with("name", &**name)
            .with_some("resume", resume.as_deref()),
        ClientMessage::Peek { room } => typed("peek").with("room", &**room),
        ClientMessage::Signal { to, payload } => {
            typed("signal").with("to", to.as_str()).with("payload", signal(payload).0)
        }
        ClientMessage::Pong => typed("pong"),
        ClientMessage::Leave => typed("leave"),
    })
}

/// The text of one message to another page.
pub(super) fn to_peer(message: &PeerMessage) -> String {
    text_of(&match message {
        PeerMessage::Status(status) => typed("status")
            .with("microphone", status.microphone.as_str())
            .with("camera", status.camera.as_str()),
        PeerMessage::Signal { payload } => typed("signal").with("payload", signal(payload).0),
        PeerMessage::Beat => typed("beat"),
        PeerMessage::Leave => typed("leave"),
    })
}

/// Reads what the server sent. None for what this version does not know.
pub(super) fn from_server(text: &str) -> Option<ServerMessage<PeerSignal>> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "joined" => ServerMessage::Joined {
            you: fields.peer("you")?,
            room: RoomName::parse(&fields.text("room")?).ok()?,
            resume: fields.text("resume")?,
            peers: fields.list("peers", |entry| {
                Some(PeerEntry { peer: entry.peer("peer")?, name: entry.name()?, away: entry.flag("away")? })
            })?,
            ice_servers: fields.ice_servers()?,
        },
        "presence" => ServerMessage::Presence {
            room: RoomName::parse(&fields.text("room")?).ok()?,
            names: fields.list("names", |name| DisplayName::parse(&name.0.as_string()?).ok())?,
        },
        "peer_joined" => ServerMessage::PeerJoined { peer: fields.peer("peer")?, name: fields.name()? },
        "peer_away" => ServerMessage::PeerAway { peer: fields.peer("peer")? },
        "peer_back" => ServerMessage::PeerBack { peer: fields.peer("peer")? },
        "peer_left" => ServerMessage::PeerLeft {
            peer: fields.peer("peer")?,
            reason: match &*fields.text("reason")? {
                "left" => Departure::Left,
                "timeout" => Departure::Timeout,
                "removed" => Departure::Removed,
                _ => return None,
            },
        },
        "signal" => {
            ServerMessage::Signal { from: fields.peer("from")?, payload: fields.inner("payload").signal()? }
        }
        "ice_servers" => ServerMessage::IceServers { ice_servers: fields.ice_servers()? },
        "going_away" => ServerMessage::GoingAway { reconnect_within: fields.number("reconnect_within")? },
        "ping" => ServerMessage::Ping,
        "error" => {
            let word = fields.text("code")?;
            let code = ErrorCode::ALL.into_iter().find(|code| code.as_str() == word)?;
            ServerMessage::Error { code, message: fields.text("message")?.into() }
        }
        _ => return None,
    })
}

/// Reads what another page sent. None for what this version does not know.
pub(super) fn from_peer(text: &str) -> Option<PeerMessage> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "status" => PeerMessage::Status(Status {
            microphone: fields.switch("microphone")?,
            camera: fields.switch("camera")?,
        }),
        "signal" => PeerMessage::Signal { payload: fields.inner("payload").signal()? },
        "beat" => PeerMessage::Beat,
        "leave" => PeerMessage::Leave,
        _ => return None,
    })
}

fn signal(signal: &PeerSignal) -> Written {
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

/// An object on its way out.
struct Written(JsValue);

fn typed(word: &str) -> Written {
    Written(Object::new().into()).with("type", word)
}

impl Written {
    fn with(self, key: &str, value: impl Into<JsValue>) -> Self {
        // An object made here takes everything.
        let _ = Reflect::set(&self.0, &key.into(), &value.into());
        self
    }

    fn with_some(self, key: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

fn text_of(written: &Written) -> String {
    JSON::stringify(&written.0).map(Into::into).unwrap_or_default()
}

/// An object that came in; of a value that is none, every field is absent.
struct Fields(JsValue);

impl Fields {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    fn get(&self, key: &str) -> JsValue {
        Reflect::get(&self.0, &key.into()).unwrap_or_default()
    }

    fn inner(&self, key: &str) -> Self {
        Self(self.get(key))
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key).as_string()
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).as_bool()
    }

    fn number(&self, key: &str) -> Option<u32> {
        let number = self.get(key).as_f64()?;
        // A cast keeps to the range and drops what is behind the point, so only a whole number comes back the same.
        (f64::from(number as u32) == number).then_some(number as u32)
    }

    /// Inside of it `None` is a field that is absent.
    fn optional<T>(&self, key: &str, read: impl Fn(&Self, &str) -> Option<T>) -> Option<Option<T>> {
        let value = self.get(key);
        if value.is_null() || value.is_undefined() { Some(None) } else { read(self, key).map(Some) }
    }

    fn list<T>(&self, key: &str, read: impl Fn(Self) -> Option<T>) -> Option<Vec<T>> {
        let list: Array = self.get(key).dyn_into().ok()?;
        list.iter().map(|entry| read(Self(entry))).collect()
    }

    fn peer(&self, key: &str) -> Option<PeerId> {
        self.text(key)?.parse().ok()
    }

    fn name(&self) -> Option<DisplayName> {
        DisplayName::parse(&self.text("name")?).ok()
    }

    fn switch(&self, key: &str) -> Option<Switch> {
        let word = self.text(key)?;
        [Switch::On, Switch::Off].into_iter().find(|switch| switch.as_str() == word)
    }

    fn ice_servers(&self) -> Option<Vec<IceServer>> {
        self.list("ice_servers", |server| {
            Some(IceServer {
                urls: server.list("urls", |url| url.0.as_string())?,
                username: server.optional("username", Self::text)?,
                credential: server.optional("credential", Self::text)?,
            })
        })
    }

    fn signal(&self) -> Option<PeerSignal> {
        let generation = self.number("generation")?;
        let sequence = || self.number("sequence");
        Some(match &*self.text("type")? {
            "description" => PeerSignal::Description {
                generation,
                sequence: sequence()?,
                description: Description {
                    sdp_type: match &*self.text("sdp_type")? {
                        "offer" => SdpType::Offer,
                        "answer" => SdpType::Answer,
                        _ => return None,
                    },
                    sdp: self.text("sdp")?,
                },
            },
            "candidate" => PeerSignal::Candidate {
                generation,
                sequence: sequence()?,
                candidate: self.optional("candidate", |fields, key| fields.inner(key).candidate())?,
            },
            "ask" => {
                PeerSignal::Ask { generation, sequence: sequence()?, restart_ice: self.flag("restart_ice")? }
            }
            "renew" => PeerSignal::Renew { generation, page: self.number("page")? },
            _ => return None,
        })
    }

    fn candidate(&self) -> Option<Candidate> {
        let index = self.optional("sdp_m_line_index", Self::number)?;
        Some(Candidate {
            candidate: self.text("candidate")?,
            sdp_mid: self.optional("sdp_mid", Self::text)?,
            sdp_m_line_index: index.map(u16::try_from).transpose().ok()?,
            username_fragment: self.optional("username_fragment", Self::text)?,
        })
    }
}

#[cfg(test)]
#[path = "../../../protocol/tests/golden/mod.rs"]
#[allow(dead_code, missing_docs, clippy::unwrap_used, reason = "the examples of another crate's tests")]
mod golden;

#[cfg(test)]
mod tests {
    use super::golden::{Golden, golden};
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// A signal goes inside of something else.
    fn to_somebody(signal: &PeerSignal) -> PeerMessage {
        PeerMessage::Signal { payload: signal.clone() }
    }

    #[wasm_bindgen_test]
    fn every_message_is_written_as_serde_writes_it() {
        for (message, json) in golden() {
            match &message {
                Golden::ToServer(message) => assert_eq!(to_server(message), json),
                Golden::ToPeer(message) => assert_eq!(to_peer(message), json),
                Golden::Signal(signal) => {
                    let text = to_peer(&to_somebody(signal));
                    assert_eq!(text, [r#"{"type":"signal","payload":"#, json, "}"].concat());
                }
                // The page writes none of these.
                Golden::ToPage(_) => {}
            }
        }
    }

    #[wasm_bindgen_test]
    fn every_message_is_read_as_serde_reads_it() {
        for (message, json) in golden() {
            match message {
                Golden::ToPage(message) => assert_eq!(from_server(json), Some(message), "{json}"),
                Golden::ToPeer(message) => assert_eq!(from_peer(json), Some(message), "{json}"),
                Golden::Signal(signal) => {
                    let text = [r#"{"later":[],"type":"signal","payload":"#, json, "}"].concat();
                    assert_eq!(from_peer(&text), Some(to_somebody(&signal)), "{text}");
                }
                // The page reads none of these.
                Golden::ToServer(_) => {}
            }
        }
        for code in ErrorCode::ALL {
            let text = [r#"{"type":"error","code":""#, code.as_str(), r#"","message":"why"}"#].concat();
            assert_eq!(from_server(&text), Some(ServerMessage::Error { code, message: "why".into() }));
        }
    }

    #[wasm_bindgen_test]
    fn what_is_no_message_is_none() {
        for text in [
            "",
            "hello",
            "null",
            "[]",
            "7",
            "{}",
            r#"{"type":7}"#,
            r#"{"type":"later"}"#,
            r#"{"type":"peer_away"}"#,
            r#"{"type":"peer_away","peer":"short"}"#,
            r#"{"type":"peer_left","peer":"AAECAwQFBgcICQoLDA0ODw","reason":"later"}"#,
            r#"{"type":"going_away","reconnect_within":-1}"#,
            r#"{"type":"going_away","reconnect_within":0.5}"#,
            r#"{"type":"going_away","reconnect_within":4294967296}"#,
            r#"{"type":"going_away","reconnect_within":"1"}"#,
            r#"{"type":"ice_servers","ice_servers":{}}"#,
            r#"{"type":"ice_servers","ice_servers":[{"urls":[1]}]}"#,
            r#"{"type":"ice_servers","ice_servers":[{"urls":[],"username":1}]}"#,
            r#"{"type":"error","code":"later","message":""}"#,
        ] {
            assert_eq!(from_server(text), None, "{text}");
        }
        for payload in [
            "null",
            r#"{"type":"candidate","generation":0}"#,
            r#"{"type":"candidate","generation":0,"sequence":1,"candidate":{}}"#,
            r#"{"type":"candidate","generation":0,"sequence":1,"candidate":{"candidate":"","sdp_m_line_index":65536}}"#,
            r#"{"type":"description","generation":0,"sequence":0,"sdp_type":"rollback","sdp":""}"#,
        ] {
            let text = [r#"{"type":"signal","payload":"#, payload, "}"].concat();
            assert_eq!(from_peer(&text), None, "{text}");
        }
    }
}
