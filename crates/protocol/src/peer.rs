//! What two pages say to each other.

use serde::{Deserialize, Serialize};

/// What it takes to connect two pages: relayed by the server, which does not read it.
///
/// `generation` counts the peer connections that two pages have had with each other, and `sequence` the
/// signals of one side within a generation. The receiver puts them in order by it and drops repeats and
/// what belongs to a generation that is over.
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
}

impl PeerSignal {
    /// Which peer connection it belongs to.
    #[must_use]
    pub fn generation(&self) -> u32 {
        match self {
            Self::Description { generation, .. } | Self::Candidate { generation, .. } => *generation,
        }
    }

    /// Which signal of its sender, in its generation.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        match self {
            Self::Description { sequence, .. } | Self::Candidate { sequence, .. } => *sequence,
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
