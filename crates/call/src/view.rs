//! What a person should see, derived from the state of the call and nothing else.

use crate::{
    ChatView, DeviceId, DeviceProblem, DoorView, FileView, Health, Hearing, InForce, JointView, ListedDevice,
    ListedSpeaker, Obstacle, Path, Quality, Receipts, Routes, Settings, Standing, VerifyStep,
};
use ojak_protocol::{BadDisplayName, BadRoomName, DisplayName, ErrorCode, PeerId, RoomName, Status, Switch};
use std::sync::Arc;
use std::time::Duration;

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Which screen.
    pub stage: Stage,
    /// What went wrong, as far as the person can do something about it.
    pub trouble: Option<Trouble>,
    /// The room, from the moment the server let the person in.
    pub room: Option<RoomName>,
    /// Those who are in the room that was typed, before the person is; none while that is not known.
    pub presence: Option<Vec<DisplayName>>,
    /// What the person is called, from the moment they asked to join.
    pub name: Option<DisplayName>,
    /// The others, in order of arrival.
    pub people: Vec<Person>,
    /// Who decides who comes in, and who asks to; none outside a room.
    pub door: Option<DoorView>,
    /// The person's own camera.
    pub camera: DeviceView,
    /// The person's own microphone.
    pub microphone: DeviceView,
    /// Where sound comes out.
    pub speakers: SpeakersView,
    /// What is asked of camera and microphone.
    pub settings: Settings,
    /// Which ways packets may go.
    pub routes: Routes,
    /// Whether the server has a relay, once it has said so.
    pub has_relay: Option<bool>,
    /// Whether the person is speaking into it.
    pub is_speaking: bool,
    /// What people do together besides talking.
    pub joint: JointView,
    /// Whether the others hear the person, once one of them has said so; none while the person is muted.
    pub receipts: Option<Receipts>,
    /// The verification that the person is asked about now.
    pub verifying: Option<Verifying>,
    /// What people wrote.
    pub chat: ChatView,
    /// Files that people offer each other, in no order: the chat has it.
    pub files: Arc<Vec<FileView>>,
}

/// A verification on its way, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifying {
    /// With whom.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// Where it is.
    pub step: VerifyStep,
}

/// Where sound comes out, and where else it could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeakersView {
    /// What can be chosen; nothing where the browser has no choice.
    pub options: Vec<ListedSpeaker>,
    /// The chosen one; none is the one of the system.
    pub selected: Option<DeviceId>,
}

/// Where in a call somebody is. The page's `data-call` has the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before: choosing a room, a name and devices.
    Lobby,
    /// `Join` was pressed, and the server has not answered.
    Joining,
    /// The room is locked, and the host was asked.
    Knocking,
    /// In the room, with nobody else there.
    Alone,
    /// In the room with others.
    Connected,
    /// In the room, and the only connections there were are interrupted.
    Reconnecting,
    /// The person left.
    Ended,
    /// The call cannot take place: [`View::trouble`] says why.
    Failed,
}

impl Stage {
    /// The word for the page's `data-call`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lobby => "lobby",
            Self::Joining => "joining",
            Self::Knocking => "knocking",
            Self::Alone => "alone",
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Ended => "ended",
            Self::Failed => "error",
        }
    }

    /// Whether the person is in a room.
    #[must_use]
    pub const fn is_in_call(self) -> bool {
        matches!(self, Self::Alone | Self::Connected | Self::Reconnecting)
    }
}

/// What went wrong, as far as the person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What was typed is no room name.
    Room(BadRoomName),
    /// What was typed is no name.
    Name(BadDisplayName),
    /// The server could not be reached.
    Unreachable,
    /// The page was opened although the server is not there, out of what the browser keeps of it.
    ServerGone,
    /// The server is there, and is another version than this page: what the page lacks is there no longer.
    Outdated,
    /// The server said no.
    Refused(ErrorCode),
    /// The connection to the server broke during the call; what goes from browser to browser goes on, and it
    /// is tried to come back.
    SocketLost,
    /// This page is a copy of one that is in a call, in another tab.
    Elsewhere,
    /// The call goes on in another tab.
    MovedAway,
}

/// Somebody else in the room.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Who.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// How the connection to them is.
    pub state: LinkState,
    /// Why it is interrupted, if it is.
    pub interruption: Option<Interruption>,
    /// Why no way to them is found, if none is and as far as it is known.
    pub obstacle: Option<Obstacle>,
    /// Since when nothing comes from them, by the clock of the events, if it is interrupted.
    pub silent_since: Option<Duration>,
    /// What they have switched on, once they have said so.
    pub status: Option<Status>,
    /// Whether they are speaking.
    pub is_speaking: bool,
    /// How good the connection to them is, while there is one and as far as it is known.
    pub quality: Option<Quality>,
    /// Which way packets go, while there is a connection and as far as it is known.
    pub path: Option<Path>,
    /// Whether they hear the person, once they have said so.
    pub hearing: Option<Hearing>,
    /// How the connection is and was, while the person looks at it.
    pub health: Option<Arc<Health>>,
    /// What is known of who they are.
    pub standing: Standing,
}

/// Why nothing comes from somebody, as far as one can tell from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Nothing comes from the server either.
    Ours,
    /// The server does not hear them either.
    Theirs,
    /// The server hears both; only the way between is cut.
    Between,
}

/// How the connection to somebody is. A tile's `data-state` has the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Not there yet.
    Connecting,
    /// There.
    Connected,
    /// It was there, and is interrupted.
    Reconnecting,
    /// It could not be made.
    Failed,
}

impl LinkState {
    /// The word for a tile's `data-state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Reconnecting => "reconnecting",
            Self::Failed => "failed",
        }
    }
}

/// The person's own camera or microphone.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceView {
    /// What the person wants.
    pub wanted: Switch,
    /// Whether it is heard or seen: wanted, open and without a problem.
    pub switch: Switch,
    /// Being opened.
    pub is_opening: bool,
    /// Being opened, and the browser is asking the person for permission.
    pub is_asking: bool,
    /// Wanted, and not opened yet: the browser would ask, and the person is to say first that it may.
    pub is_unasked: bool,
    /// On, and nothing at all comes from it.
    pub is_silent: bool,
    /// Whether there is one on the other side of the phone.
    pub can_flip: bool,
    /// What it really does.
    pub in_force: Option<InForce>,
    /// What can be chosen, in the browser's order. Labels are empty before permission was given.
    pub options: Vec<ListedDevice>,
    /// The one in use, or the one that will be asked for.
    pub selected: Option<DeviceId>,
    /// Why it is not open although it is wanted.
    pub problem: Option<DeviceProblem>,
    /// Whether the picture of it should be mirrored for the person themself: it looks at them.
    pub is_facing_person: bool,
}
