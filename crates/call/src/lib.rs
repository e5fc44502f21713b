//! The call itself, as pure logic: events in, actions out.
//!
//! The page tells [`Call`] what happened (a message of the server, a click, a device that opened, a
//! peer connection that changed) and performs the [`Action`]s it returns; what the person should see is
//! [`Call::view`]. Nothing in here touches a browser, asks a clock or draws random numbers: time and
//! random bytes are arguments. So glare, reordering, failing devices and everything else that hardly
//! ever happens on the developer's own machine are unit tests with a seed.
//!
//! ```text
//!  Intent ───┐                                   ┌─► Send, OpenSocket …      (signalling)
//!  Socket ───┤   ┌──────────────────────────┐    ├─► Device(Open, Use …)     (getUserMedia)
//!  Device ───┼──►│ Call ─ Devices           │────┼─► Peer(id, SetLocal …)    (RTCPeerConnection)
//!  Peer   ───┤   │      └ Link ─ Negotiation│    ├─► Announce                (toasts, live region)
//!  Tick   ───┘   └──────────────────────────┘    └─► Remember                (local storage)
//! ```

mod call;
mod device;
mod devices;
mod event;
mod link;
mod negotiation;
mod view;

pub use call::Call;
pub use device::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, FormFactor, ListedDevice,
    OpenDevice, Permission, Permissions, Ticket, Wish,
};
pub use devices::Devices;
pub use event::{Action, ConnectionState, Event, Intent, Notice, PeerAction, PeerEvent, SocketEvent};
pub use negotiation::{Negotiation, NegotiationInput, NegotiationOutput, Opening};
pub use view::{DeviceView, LinkState, Person, Stage, Trouble, View};

#[doc(no_inline)]
pub use ojak_protocol as protocol;
