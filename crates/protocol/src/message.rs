//! What a page and the signalling server say to each other.

use crate::{DisplayName, PeerId, RoomName};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use thiserror::Error;

/// The version of the protocol that this crate speaks, said in [`ClientMessage::Join`].
pub const PROTOCOL_VERSION: u32 = 1;

/// From a page to the server.
///
/// `P` is what one page says to another: the page writes a [`PeerSignal`](crate::PeerSignal), the server
/// relays the bytes it got ([`RawValue`]) without parsing them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage<P> {
    /// Enters a room. Everything else, but `peek` and `pong`, is refused before it.
    Join {
        /// [`PROTOCOL_VERSION`] of the sender.
        version: u32,
        /// As typed: the server folds it ([`RoomName::parse`]) and answers with the folded name.
        room: String,
        /// As typed: the server reads it with [`DisplayName::parse`].
        name: String,
        /// To have the seat back that an earlier socket held: the last `resume` of [`ServerMessage::Joined`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume: Option<String>,
    },
    /// Who is in a room? Before `join`, for a page that is about to. Answered by `presence`, now and on every
    /// change; a later `peek` takes the place of an earlier one.
    Peek {
        /// As typed: the server folds it as that of `join`.
        room: String,
    },
    /// Something for one other peer in the room.
    Signal {
        /// Whom it is for.
        to: PeerId,
        /// What is said; opaque to the server.
        payload: P,
    },
    /// Answers `ping`.
    Pong,
    /// Gives the seat up at once, or stops knocking.
    Leave,
    /// From the host: whoever comes from now on has to knock, or need not.
    Lock {
        /// Whether they have to.
        locked: bool,
    },
    /// From the host: lets somebody in who knocks.
    Admit {
        /// Who.
        peer: PeerId,
    },
    /// From the host: does not let somebody in who knocks.
    Deny {
        /// Who.
        peer: PeerId,
    },
    /// From the host: sends somebody out.
    Remove {
        /// Who.
        peer: PeerId,
    },
}

/// From the server to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<P> {
    /// Answers `join`.
    Joined {
        /// The id of the receiver, in this room.
        you: PeerId,
        /// The folded name of the room.
        room: RoomName,
        /// Gives the seat back to the same peer on another socket, once. A secret, and opaque to the page.
        resume: String,
        /// Those already present, in order of arrival. To somebody new each of them will offer.
        peers: Vec<PeerEntry>,
        /// Who decides who comes in: whoever has been there longest.
        host: PeerId,
        /// Whether whoever comes has to knock.
        locked: bool,
        /// STUN and TURN servers to use.
        ice_servers: Vec<IceServer>,
    },
    /// Answers `join` at a room that is locked: the host is asked. `joined` or an `error` follows.
    Waiting,
    /// To the host: somebody wants to come in.
    Knock {
        /// Who.
        peer: PeerId,
        /// What they are called.
        name: DisplayName,
    },
    /// To the host: somebody knocks no longer, whether they came in or not.
    KnockEnded {
        /// Who.
        peer: PeerId,
        /// What they are called.
        name: DisplayName,
    },
    /// The room is locked from now on, or is not.
    Locked {
        /// Whether it is.
        locked: bool,
    },
    /// Somebody else is the host: the last one left.
    Host {
        /// Who.
        peer: PeerId,
    },
    /// Answers `peek`.
    Presence {
        /// The folded name of the room.
        room: RoomName,
        /// What those are called who have a seat there, in order of arrival. Empty for a room that is not, and for
        /// one that is locked.
        names: Vec<DisplayName>,
    },
    /// Somebody entered. Whoever is told offers to the newcomer.
    PeerJoined {
        /// The newcomer.
        peer: PeerId,
        /// What the newcomer is called.
        name: DisplayName,
    },
    /// Nothing is heard of somebody, and the seat is kept for [`SEAT_KEPT`](crate::SEAT_KEPT). What goes from
    /// peer to peer may well be fine.
    PeerAway {
        /// Who.
        peer: PeerId,
    },
    /// Somebody who was away is back, on another socket.
    PeerBack {
        /// Who.
        peer: PeerId,
    },
    /// Somebody is gone.
    PeerLeft {
        /// Who.
        peer: PeerId,
        /// Why.
        reason: Departure,
    },
    /// Something from another peer in the room.
    Signal {
        /// Who said it: stamped by the server, never taken from the sender.
        from: PeerId,
        /// What was said.
        payload: P,
    },
    /// These instead of those of [`Joined`](Self::Joined), whose credentials are about to expire.
    IceServers {
        /// STUN and TURN servers to use.
        ice_servers: Vec<IceServer>,
    },
    /// The server ends, and another one will be there soon: come back with `resume`, and keep the call.
    GoingAway {
        /// Milliseconds. Each comes back at a random moment within them, so that not all come at once.
        reconnect_within: u32,
    },
    /// Every [`PING_INTERVAL`](crate::PING_INTERVAL).
    Ping,
    /// Something the page sent was refused.
    Error {
        /// Why.
        code: ErrorCode,
        /// The same in English, for whoever reads the wire.
        message: Cow<'static, str>,
    },
}

/// Somebody who was in the room already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEntry {
    /// Who.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// Whether their socket is lost at the moment.
    pub away: bool,
}

/// A STUN or TURN server, as `RTCIceServer` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// `stun:`, `turn:` and `turns:` addresses of one server.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// Why somebody is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// They left, or closed the page.
    Left,
    /// Nothing was heard of them for too long.
    Timeout,
    /// The host sent them out.
    Removed,
}

/// Why the server refused something. The page has a sentence for each, in each of its languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not JSON, not an object with a known `type`, a wrong field, binary, too large.
    BadMessage,
    /// The page speaks a version that this server does not.
    BadVersion,
    /// See [`BadRoomName`](crate::BadRoomName).
    BadRoom,
    /// See [`BadDisplayName`](crate::BadDisplayName).
    BadName,
    /// The room holds as many as it can.
    RoomFull,
    /// The room is locked, and the host cannot be asked, or did not answer in time.
    RoomLocked,
    /// The host did not let them in; or only the host can say that.
    Denied,
    /// The host sent them out.
    Removed,
    /// The seat to be resumed is gone, or was never theirs.
    ResumeRefused,
    /// More than the server allows from one socket or address.
    TooManyRequests,
    /// Only somebody in a room can say that; or there was no `join` in time.
    NotInRoom,
    /// Nobody with that id is in the room, or knocks.
    NoSuchPeer,
    /// The server holds as many sockets as it can.
    ServerFull,
    /// A fault of the server.
    Internal,
}

impl ErrorCode {
    /// Every one of them.
    pub const ALL: [Self; 14] = [
        Self::BadMessage,
        Self::BadVersion,
        Self::BadRoom,
        Self::BadName,
        Self::RoomFull,
        Self::RoomLocked,
        Self::Denied,
        Self::Removed,
        Self::ResumeRefused,
        Self::TooManyRequests,
        Self::NotInRoom,
        Self::NoSuchPeer,
        Self::ServerFull,
        Self::Internal,
    ];

    /// Its word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadMessage => "bad_message",
            Self::BadVersion => "bad_version",
            Self::BadRoom => "bad_room",
            Self::BadName => "bad_name",
            Self::RoomFull => "room_full",
            Self::RoomLocked => "room_locked",
            Self::Denied => "denied",
            Self::Removed => "removed",
            Self::ResumeRefused => "resume_refused",
            Self::TooManyRequests => "too_many_requests",
            Self::NotInRoom => "not_in_room",
            Self::NoSuchPeer => "no_such_peer",
            Self::ServerFull => "server_full",
            Self::Internal => "internal",
        }
    }
}

/// Why a frame is not a message.
#[derive(Debug, Error)]
pub enum BadMessage {
    /// Not JSON, or not an object with a text `type`.
    #[error("not a JSON object with a `type`")]
    Json(#[source] serde_json::Error),
    /// A `type` that this version does not have.
    #[error("unknown type {0:?}")]
    UnknownType(String),
    /// A field is missing or is not what it should be.
    #[error("{0}")]
    Field(#[source] serde_json::Error),
}

#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

#[derive(Deserialize)]
struct SignalFields<'a> {
    to: PeerId,
    #[serde(borrow)]
    payload: &'a RawValue,
}

impl<'a> ClientMessage<&'a RawValue> {
    /// Reads what a page sent, without parsing what it says to other peers.
    ///
    /// # Errors
    /// [`BadMessage`]; the socket answers with [`ErrorCode::BadMessage`].
    pub fn parse(text: &'a str) -> Result<Self, BadMessage> {
        // To serde the fields of a struct may also come as an array.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(BadMessage::Json(serde::de::Error::custom("not an object")));
        }
        let Tagged { kind } = serde_json::from_str(text).map_err(BadMessage::Json)?;
        match &*kind {
            // A tagged enum is buffered while its tag is looked for, and raw JSON cannot be read from a buffer.
            "signal" => {
                let SignalFields { to, payload } = serde_json::from_str(text).map_err(BadMessage::Field)?;
                Ok(Self::Signal { to, payload })
            }
            "join" | "peek" | "pong" | "leave" | "lock" | "admit" | "deny" | "remove" => {
                match serde_json::from_str::<ClientMessage<IgnoredAny>>(text).map_err(BadMessage::Field)? {
                    ClientMessage::Join { version, room, name, resume } => {
                        Ok(Self::Join { version, room, name, resume })
                    }
                    ClientMessage::Peek { room } => Ok(Self::Peek { room }),
                    ClientMessage::Leave => Ok(Self::Leave),
                    ClientMessage::Lock { locked } => Ok(Self::Lock { locked }),
                    ClientMessage::Admit { peer } => Ok(Self::Admit { peer }),
                    ClientMessage::Deny { peer } => Ok(Self::Deny { peer }),
                    ClientMessage::Remove { peer } => Ok(Self::Remove { peer }),
                    ClientMessage::Pong | ClientMessage::Signal { .. } => Ok(Self::Pong),
                }
            }
            _ => Err(BadMessage::UnknownType(kind.into_owned())),
        }
    }
}

/// Writes a message as the text of one frame.
fn to_json(message: &impl Serialize) -> String {
    // Cannot fail: no message has a map with other than text keys, nor a `Serialize` of its own that fails.
    serde_json::to_string(message).unwrap_or_default()
}

impl<P: Serialize> ClientMessage<P> {
    /// The text of one frame.
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}

impl<P: Serialize> ServerMessage<P> {
    /// The text of one frame.
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self)
    }
}
