//! Every message that crosses a wire, with its limits and its parsing.
//!
//! Two wires meet here. [`ClientMessage`] and [`ServerMessage`] go between a page and the signalling
//! server, as JSON text frames. [`PeerSignal`] and [`PeerMessage`] go between two pages: the server
//! relays the former without reading it, and never sees the latter.
//!
//! Nothing in here does I/O, asks a clock or draws random numbers, so that the server, the page and
//! a test share one definition of what may be said.

mod bytes;
mod chat;
mod file;
mod id;
mod message;
mod peer;

pub use bytes::{BadBytes32, Bytes32};
pub use chat::{BadChatText, ChatEntry, ChatPosition, ChatText};
pub use file::{Digest, FileName, Refusal, Withdrawal};
pub use id::{BadDisplayName, BadPeerId, BadRoomName, DisplayName, PeerId, RoomName};
pub use message::{
    BadMessage, ClientMessage, Departure, ErrorCode, IceServer, PROTOCOL_VERSION, PeerEntry, ServerMessage,
};
pub use peer::{
    Candidate, Caption, Description, Limit, PeerMessage, PeerSignal, Playback, Reaction, Receipt, SdpType,
    Status, Switch, Transport, VerifyOutcome,
};

use std::time::Duration;

/// Longest WebSocket frame the server accepts, in bytes.
pub const FRAME_BYTES_MAX: usize = 32 * 1024;
/// Longest message the server accepts, in bytes, all its frames together.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Longest room name, in characters.
pub const ROOM_CHARS_MAX: usize = 64;
/// Longest display name, in characters.
pub const NAME_CHARS_MAX: usize = 48;
/// Time from one `ping` of the server to the next.
pub const PING_INTERVAL: Duration = Duration::from_secs(5);
/// Silence after which either side takes the socket for dead.
pub const SILENCE_MAX: Duration = Duration::from_secs(12);
/// Time a seat stays somebody's after their socket was lost.
pub const SEAT_KEPT: Duration = Duration::from_secs(30);
/// Time a socket may take from its upgrade to `join` or `peek`.
pub const JOIN_DEADLINE: Duration = Duration::from_secs(5);
/// Time a socket may take from its last `peek` to `join`: a person is still choosing.
pub const LOBBY_DEADLINE: Duration = Duration::from_secs(600);
/// Time somebody may knock at a room that is locked.
pub const KNOCK_KEPT: Duration = Duration::from_secs(300);
/// Most people who knock at one room at a time.
pub const KNOCKS_MAX: usize = 16;
/// People a room holds unless the server was told otherwise.
pub const ROOM_CAPACITY_DEFAULT: usize = 8;
/// Most candidates one side may send from one of its descriptions to the next.
pub const CANDIDATES_MAX: usize = 100;
/// Longest text of a caption, in characters.
pub const CAPTION_CHARS_MAX: usize = 400;
/// Longest message in the chat, in characters.
pub const CHAT_CHARS_MAX: usize = 4000;
/// Longest name of a file, in characters.
pub const FILE_NAME_CHARS_MAX: usize = 120;
/// Largest file that can be offered, in bytes.
pub const FILE_BYTES_MAX: u64 = 1 << 40;
/// A file goes in blocks of this many bytes, each with a checksum of its own; the last is what is left.
pub const FILE_BLOCK_BYTES: u32 = 1 << 20;
/// Most blocks that may be under way before the receiver has kept the first of them.
pub const FILE_WINDOW_BLOCKS: u32 = 8;
