//! The call itself, as pure logic: events in, actions out.
//!
//! The page tells [`Call`] what happened (a message of the server, a click, a device that opened, a
//! peer connection that changed) and performs the [`Action`]s it returns; what the person should see is
//! [`Call::view`]. Until somebody joins for the first time a [`Lobby`] does the same, which knows of no call: it is
//! what the page loads first. Nothing in here touches a browser, asks a clock or draws random numbers: time and
//! a random seed are arguments. So lost messages, reordering, failing devices and everything else that hardly
//! ever happens on the developer's own machine are unit tests with a seed.
//!
//! ```text
//!  Intent ───┐                                   ┌─► Send, OpenSocket …      (signalling)
//!  Socket ───┤   ┌──────────────────────────┐    ├─► Device(Open, Use …)     (getUserMedia)
//!  Device ───┼──►│ Call ─ Devices           │────┼─► Peer(id, SetLocal …)    (RTCPeerConnection)
//!  Peer   ───┤   │      │      ┌ Negotiation│    ├─► Announce                (toasts, live region)
//!  Tick …  ──┘   │      ├ Link ┴ Recovery   │    └─► Remember, KeepSeat      (storage)
//!                │      ├ Signalling        │
//!                │      └ Post: chat, files │
//!                └──────────────────────────┘
//! ```

mod adapt;
mod bucket;
mod call;
mod captions;
mod cause;
mod chat;
mod codec;
mod device;
mod devices;
mod dictation;
mod door;
mod doubt;
mod event;
mod figures;
mod file;
mod giving;
mod health;
mod ice;
mod link;
mod lobby;
mod lookout;
mod negotiation;
mod obstacle;
mod post;
mod quality;
mod random;
mod receipt;
mod recording;
mod recovery;
mod room;
mod setting;
mod share;
mod signalling;
mod speaking;
mod taking;
mod together;
mod verify;
mod view;
mod vitals;

pub use adapt::{Encoding, Ladder, Source, Upload, shown_height};
pub use call::Call;
pub use captions::{CaptionLog, Line, Speaker};
pub use cause::{Cause, Symptoms};
pub use chat::{Author, ChatLine, ChatMessage, ChatView, Delivery};
pub use codec::{Cost, rank};
pub use device::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, FormFactor, ListedDevice,
    ListedSpeaker, OpenDevice, Permission, Permissions, Ticket, Wish,
};
pub use devices::Devices;
pub use dictation::{Ear, SpeechAction, SpeechEvent, SpeechProblem, SpeechView};
pub use door::{DoorView, Knock};
pub use event::{Action, ConnectionState, Event, Intent, Notice, PeerAction, PeerEvent, Seat, SocketEvent};
pub use figures::{
    Codec, Counters, History, Inbound, Outbound, Path, PathKind, SECONDS_KEPT, Second, Share, Way,
};
pub use file::{
    ChosenFile, FileAction, FileEnd, FileEvent, FileId, FileState, FileView, NotOpened, Progress, Receiver,
};
pub use health::{Health, Lowered, Media, Screens, report};
pub use ice::{Ice, Routes};
pub use lobby::Lobby;
pub use negotiation::{Negotiation, NegotiationInput, NegotiationOutput, Opening};
pub use obstacle::Obstacle;
pub use quality::{FAIR_JITTER, FAIR_LOSS, FAIR_ROUND_TRIP, Quality};
pub use receipt::{Ears, Hearing, Receipts};
pub use recording::{Keeping, RECORDED_IN_MEMORY_BYTES_MAX, RecordingEvent, RecordingProblem, RecordingView};
pub use setting::{FrameRate, Height, InForce, Level, Setting, Settings};
pub use share::{
    Detail, Emphasis, MOTION_LOOK, ShareAction, ShareEvent, ShareProblem, ShareTicket, ShareView,
};
pub use speaking::{SILENCE, Voice};
pub use together::{Joint, JointView, ShownReaction};
pub use verify::{
    Code, DIGITS, Exchange, Fingerprint, Foul, NoRun, PICTURES, ROWS, RUNS_MAX, Standing, Transcript,
    Verified, VerifyIntent, VerifyStep,
};
pub use view::{DeviceView, Interruption, LinkState, Person, SpeakersView, Stage, Trouble, Verifying, View};

#[doc(no_inline)]
pub use ojak_protocol as protocol;
