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
//!                │      └ Signalling        │
//!                └──────────────────────────┘
//! ```

mod call;
mod device;
mod devices;
mod doubt;
mod event;
mod link;
mod lobby;
mod lookout;
mod negotiation;
mod quality;
mod random;
mod recovery;
mod room;
mod setting;
mod signalling;
mod speaking;
mod view;

pub use call::Call;
pub use device::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, FormFactor, ListedDevice,
    ListedSpeaker, OpenDevice, Permission, Permissions, Ticket, Wish,
};
pub use devices::Devices;
pub use event::{Action, ConnectionState, Event, Intent, Notice, PeerAction, PeerEvent, Seat, SocketEvent};
pub use lobby::Lobby;
pub use negotiation::{Negotiation, NegotiationInput, NegotiationOutput, Opening};
pub use quality::{Quality, Traffic};
pub use setting::{FrameRate, Height, InForce, Level, Setting, Settings};
pub use speaking::{SILENCE, Voice};
pub use view::{DeviceView, Interruption, LinkState, Person, SpeakersView, Stage, Trouble, View};

#[doc(no_inline)]
pub use ojak_protocol as protocol;
