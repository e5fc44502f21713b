//! What the page and the server say to each other, and the little of it that the lobby has: the rest comes with the
//! call.

use super::json::{Fields, text_of, typed};
use super::signal;
use ojak_call::protocol::{
    ClientMessage, Departure, DisplayName, ErrorCode, IceServer, PeerEntry, PeerSignal, RoomName,
    ServerMessage,
};

/// The text of one frame to the server, of those that are sent before a call.
pub(crate) fn to_server_in_lobby(message: &ClientMessage<PeerSignal>) -> Option<String> {
    Some(text_of(&match message {
        ClientMessage::Peek { room } => typed("peek").with("room", &**room),
        ClientMessage::Pong => typed("pong"),
        _ => return None,
    }))
}

/// Reads what the server sent before a call. None for anything else.
pub(crate) fn from_server_in_lobby(text: &str) -> Option<ServerMessage<PeerSignal>> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "presence" => ServerMessage::Presence {
            room: RoomName::parse(&fields.text("room")?).ok()?,
            names: fields.list("names", |name| DisplayName::parse(&name.0.as_string()?).ok())?,
        },
        "going_away" => ServerMessage::GoingAway { reconnect_within: fields.number("reconnect_within")? },
        "ping" => ServerMessage::Ping,
        _ => return None,
    })
}

/// The text of one frame to the server.
pub(crate) fn to_server(message: &ClientMessage<PeerSignal>) -> String {
    text_of(&match message {
        ClientMessage::Join { version, room, name, resume } => typed("join")
            .with("version", *version)
            .with("room", &**room)
            .with("name", &**name)
            .with_some("resume", resume.as_deref()),
        ClientMessage::Signal { to, payload } => {
            typed("signal").with("to", to.as_str()).with("payload", signal::written(payload).0)
        }
        ClientMessage::Leave => typed("leave"),
        ClientMessage::Lock { locked } => typed("lock").with("locked", *locked),
        ClientMessage::Admit { peer } => typed("admit").with("peer", peer.as_str()),
        ClientMessage::Deny { peer } => typed("deny").with("peer", peer.as_str()),
        ClientMessage::Remove { peer } => typed("remove").with("peer", peer.as_str()),
        ClientMessage::Peek { .. } | ClientMessage::Pong => {
            return to_server_in_lobby(message).unwrap_or_default();
        }
    })
}

/// Reads what the server sent. None for what this version does not know.
pub(crate) fn from_server(text: &str) -> Option<ServerMessage<PeerSignal>> {
    let fields = Fields::parse(text)?;
    Some(match &*fields.text("type")? {
        "joined" => ServerMessage::Joined {
            you: fields.peer("you")?,
            room: RoomName::parse(&fields.text("room")?).ok()?,
            resume: fields.text("resume")?,
            peers: fields.list("peers", |entry| {
                Some(PeerEntry { peer: entry.peer("peer")?, name: entry.name()?, away: entry.flag("away")? })
            })?,
            host: fields.peer("host")?,
            locked: fields.flag("locked")?,
            ice_servers: ice_servers(&fields)?,
        },
        "waiting" => ServerMessage::Waiting,
        "knock" => ServerMessage::Knock { peer: fields.peer("peer")?, name: fields.name()? },
        "knock_ended" => ServerMessage::KnockEnded { peer: fields.peer("peer")?, name: fields.name()? },
        "locked" => ServerMessage::Locked { locked: fields.flag("locked")? },
        "host" => ServerMessage::Host { peer: fields.peer("peer")? },
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
        "signal" => ServerMessage::Signal {
            from: fields.peer("from")?,
            payload: signal::read(&fields.inner("payload"))?,
        },
        "ice_servers" => ServerMessage::IceServers { ice_servers: ice_servers(&fields)? },
        "error" => {
            let word = fields.text("code")?;
            let code = ErrorCode::ALL.into_iter().find(|code| code.as_str() == word)?;
            ServerMessage::Error { code, message: fields.text("message")?.into() }
        }
        _ => return from_server_in_lobby(text),
    })
}

fn ice_servers(fields: &Fields) -> Option<Vec<IceServer>> {
    fields.list("ice_servers", |server| {
        Some(IceServer {
            urls: server.list("urls", |url| url.0.as_string())?,
            username: server.optional("username", Fields::text)?,
            credential: server.optional("credential", Fields::text)?,
        })
    })
}
