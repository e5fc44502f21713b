//! What two pages say to each other.

use crate::Bytes32;
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
    /// The sender feels like this just now.
    Reaction {
        /// How.
        reaction: Reaction,
    },
    /// What the sender says, or has said so far.
    Caption(Caption),
    /// What the sender has heard and seen of the receiver. About once a second, while it changes.
    Receipt(Receipt),
    /// How large the sender shows the receiver's picture. When the channel opens, and on every change.
    View {
        /// In pixels of the screen; 0 when the picture is not to be seen.
        max_height: u32,
    },

    // Whether somebody sits in between: the chapter "Verification" of `docs/protocol.md`.
    /// The sender would like to hear the receiver read a code aloud, and to compare.
    VerifyAsk {
        /// Drawn at random by who asks; everything that belongs to this run has the same.
        run: u32,
    },
    /// From each side, before either knows the nonce of the other: what the nonce of the sender will be held to.
    VerifyCommit {
        /// Which run.
        run: u32,
        /// A digest of the nonce and of who says it to whom.
        commitment: Bytes32,
    },
    /// From each side that has the commitment of the other.
    VerifyReveal {
        /// Which run.
        run: u32,
        /// 32 random bytes.
        nonce: Bytes32,
    },
    /// Nothing more comes of this run.
    VerifyEnd {
        /// Which run.
        run: u32,
        /// What the sender says came of it.
        outcome: VerifyOutcome,
    },

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

/// What somebody says came of a run of the verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyOutcome {
    /// What was read is what they have.
    Matched,
    /// It is not, or what came was not what was committed to.
    Mismatched,
    /// They do not want to, or not now.
    Cancelled,
}

impl VerifyOutcome {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Matched, Self::Mismatched, Self::Cancelled];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Mismatched => "mismatched",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What somebody has switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether they can be heard.
    pub microphone: Switch,
    /// Whether they can be seen.
    pub camera: Switch,
    /// Whether they share a screen.
    #[serde(default)]
    pub screen: Switch,
    /// Whether they share one, and it is off only because the way to the receiver does not carry it.
    #[serde(default, skip_serializing_if = "Switch::is_off")]
    pub screen_paused: Switch,
    /// Their hand is raised, and this is its place: whoever raises one takes the number after the highest that they
    /// know of. Of two alike, that of the lower id comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<u32>,
    /// Whether they record the call.
    #[serde(default)]
    pub recording: Switch,
}

/// What can be felt without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// 👍
    Thumb,
    /// 👏
    Clap,
    /// ❤️
    Heart,
    /// 😂
    Laugh,
    /// 😮
    Surprise,
    /// 🎉
    Party,
}

impl Reaction {
    /// Every one of them, in the order of the menu.
    pub const ALL: [Self; 6] =
        [Self::Thumb, Self::Clap, Self::Heart, Self::Laugh, Self::Surprise, Self::Party];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Thumb => "thumb",
            Self::Clap => "clap",
            Self::Heart => "heart",
            Self::Laugh => "laugh",
            Self::Surprise => "surprise",
            Self::Party => "party",
        }
    }

    /// As it is seen.
    #[must_use]
    pub const fn emoji(self) -> &'static str {
        match self {
            Self::Thumb => "👍",
            Self::Clap => "👏",
            Self::Heart => "❤️",
            Self::Laugh => "😂",
            Self::Surprise => "😮",
            Self::Party => "🎉",
        }
    }
}

/// A stretch of speech in writing. While it lasts it is sent again and again, each time in place of the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// Which stretch of this sender, counted up.
    pub utterance: u32,
    /// All of it so far, of at most [`CAPTION_CHARS_MAX`](crate::CAPTION_CHARS_MAX).
    pub text: String,
    /// What it is written in, as BCP 47 has it.
    pub language: String,
    /// Whether nothing of it will change any more.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// What somebody has heard and seen of the other side since their connection was made. What their browser does not
/// tell is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Packets of sound that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packets: Option<u32>,
    /// Milliseconds of sound that was more than silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audible_ms: Option<u32>,
    /// Milliseconds of sound that was made up for what did not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concealed_ms: Option<u32>,
    /// Pictures that were decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<u32>,
    /// What becomes of the sound.
    pub playback: Playback,
    /// What keeps the pictures that they send from being better.
    pub limit: Limit,
    /// What carries their packets to a TURN server; absent while they use none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relay: Option<Transport>,
}

/// What carries packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names of the standards")]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
    /// The browser does not say, or it is something else.
    Unknown,
}

impl Transport {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Udp, Self::Tcp, Self::Tls, Self::Unknown];

    /// As it stands on the wire, and in an `RTCIceCandidateStats`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Unknown => "unknown",
        }
    }

    /// That of this word, which is unknown for any other.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|transport| transport.as_str() == word).unwrap_or(Self::Unknown)
    }
}

/// What becomes of sound that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Playback {
    /// It is played.
    Playing,
    /// Their browser plays nothing before they click.
    Blocked,
    /// They do not want to hear it.
    Muted,
}

impl Playback {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Playing, Self::Blocked, Self::Muted];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Playing => "playing",
            Self::Blocked => "blocked",
            Self::Muted => "muted",
        }
    }
}

/// What keeps pictures from being better, as `qualityLimitationReason` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Nothing.
    None,
    /// The computer does not keep up.
    Cpu,
    /// The network does not.
    Bandwidth,
    /// The browser does not say, or it is something else.
    Unknown,
}

impl Limit {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Cpu, Self::Bandwidth, Self::Unknown];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cpu => "cpu",
            Self::Bandwidth => "bandwidth",
            Self::Unknown => "unknown",
        }
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    #[default]
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

    /// For serde, which has no other way to say it.
    fn is_off(&self) -> bool {
        !self.is_on()
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
