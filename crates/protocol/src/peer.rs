//! What two pages say to each other.

use crate::{ChatEntry, ChatPosition, ChatText, Digest, FileName, Refusal, Withdrawal};
use serde::{Deserialize, Serialize};

/// What it takes to connect two pages: relayed by the server, which does not read it, and from the moment
/// the data channel is open sent over that.
///
/// `generation` counts the peer connections that two pages have had with each other, and `sequence` the
/// signals of one side within a generation. The receiver puts them in order by it and drops repeats, since a
/// signal may come both ways, and what belongs to a generation that is over.
///
/// In a generation only one side offers: who was in the room first, or who made the connection anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeerSignal {
    /// An offer or an answer.
    Description {
        /// Which peer connection.
        generation: u32,
        /// Which signal of this side, from 0.
        sequence: u32,
        /// What is described.
        #[serde(flatten)]
        description: Description,
    },
    /// A way to reach the sender.
    Candidate {
        /// Which peer connection.
        generation: u32,
        /// Which signal of this side, from 0.
        sequence: u32,
        /// Absent: there will be no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        candidate: Option<Candidate>,
    },
    /// To the side that offers, from the side that answers: please offer.
    Ask {
        /// Which peer connection.
        generation: u32,
        /// Which signal of this side, from 0.
        sequence: u32,
        /// Whether new paths are needed.
        restart_ice: bool,
    },
    /// The sender has no connection that works up to this generation: please offer a later one.
    Renew {
        /// The last generation that the sender knows of; 0 when it knows of none.
        generation: u32,
        /// Drawn when the sender's page was loaded: one that was loaded again knows of no generation, and is to
        /// be told from one that says the same twice.
        page: u32,
    },
}

impl PeerSignal {
    /// Which peer connection it belongs to.
    #[must_use]
    pub fn generation(&self) -> u32 {
        match self {
            Self::Description { generation, .. }
            | Self::Candidate { generation, .. }
            | Self::Ask { generation, .. }
            | Self::Renew { generation, .. } => *generation,
        }
    }
}

/// One side's view of a session, as `RTCSessionDescription` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Offer or answer.
    pub sdp_type: SdpType,
    /// The description itself; nobody here parses it.
    pub sdp: String,
}

/// Offer or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SdpType {
    /// Asks for a session.
    Offer,
    /// Agrees to one.
    Answer,
}

/// One address to try, as `RTCIceCandidate` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The candidate line.
    pub candidate: String,
    /// The media section it belongs to, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The media section it belongs to, by its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

/// What goes over the data channel, and never through the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PeerMessage {
    /// What the sender has switched on. Sent when the channel opens and on every change.
    Status(Status),
    /// A signal, by the shorter way.
    Signal {
        /// What is said.
        payload: PeerSignal,
    },
    /// Every second: the way from the sender to the receiver works.
    Beat,
    /// The sender goes for good. The server says so too, if it is there.
    Leave,

    // ---- chat and files
    /// The first word of each side on a connection: who is here, and how far they have come with the chat.
    Hello {
        /// Drawn when the sender's page was loaded.
        page: u32,
        /// How far the sender has come with what the receiver says; absent when they know nothing of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatPosition>,
    },
    /// The sender wrote this.
    Chat {
        /// Which message of the sender's page, from 0.
        sequence: u32,
        /// How long ago, in milliseconds.
        age: u32,
        /// What.
        text: ChatText,
    },
    /// The sender has all messages of the receiver's page before this one.
    ChatReceived {
        /// The sequence of the message that is expected next.
        next: u32,
    },
    /// To somebody who knows nothing of it: what was written before.
    ChatHistory {
        /// In the sender's order.
        messages: Vec<ChatEntry>,
        /// In the last part: which message of the sender's comes next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<u32>,
    },
    /// The sender has a file for the receiver.
    FileOffer {
        /// Which of the sender's page, from 0.
        transfer: u32,
        /// What it is called.
        name: FileName,
        /// Its length in bytes, at most [`FILE_BYTES_MAX`](crate::FILE_BYTES_MAX).
        size: u64,
    },
    /// The receiver of a file asks for it, from this block on; again after every interruption.
    FileAccept {
        /// Which of the other side's.
        transfer: u32,
        /// The first block that is missing.
        block: u32,
    },
    /// The checksum of a block that goes over the other channel, before or after it.
    FileBlock {
        /// Which of the sender's.
        transfer: u32,
        /// Which block of [`FILE_BLOCK_BYTES`](crate::FILE_BLOCK_BYTES), from 0.
        block: u32,
        /// Its SHA-256.
        digest: Digest,
    },
    /// The receiver of a file has kept so many blocks, from the first; all of them: it has the file.
    FileKept {
        /// Which of the other side's.
        transfer: u32,
        /// How many.
        blocks: u32,
    },
    /// The sender of a file takes it back.
    FileWithdraw {
        /// Which of the sender's.
        transfer: u32,
        /// Why.
        reason: Withdrawal,
    },
    /// The receiver of a file does not want it, or not the rest of it.
    FileDecline {
        /// Which of the other side's.
        transfer: u32,
        /// Why.
        reason: Refusal,
    },
}

impl PeerMessage {
    /// The text of one message.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What somebody has switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether they can be heard.
    pub microphone: Switch,
    /// Whether they can be seen.
    pub camera: Switch,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// `On` when `on`.
    #[must_use]
    pub const fn from_on(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }

    /// Whether it is on.
    #[must_use]
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }

    /// The other one.
    #[must_use]
    pub const fn flipped(self) -> Self {
        Self::from_on(!self.is_on())
    }

    /// As it stands on the wire and in the page's `data-` attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }
}
