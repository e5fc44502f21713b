//! The words that the page and [`Devices`](crate::Devices) use for cameras and microphones.

use crate::{InForce, Routes, Settings};
use ojak_protocol::Switch;

/// A camera or a microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// `videoinput`.
    Camera,
    /// `audioinput`.
    Microphone,
}

/// `MediaDeviceInfo.deviceId`: opaque, and stable for this site as long as its data is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceId(pub String);

/// A device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDevice {
    /// Which kind.
    pub kind: DeviceKind,
    /// Its id; empty before permission was given.
    pub id: DeviceId,
    /// Its name; empty before permission was given.
    pub label: String,
}

/// A loudspeaker that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSpeaker {
    /// Its id.
    pub id: DeviceId,
    /// Its name; empty before permission was given.
    pub label: String,
}

/// A device that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDevice {
    /// Its id, from the settings of its track.
    pub id: DeviceId,
    /// Whether the browser says that it looks away from the person (`facingMode` is `environment`).
    pub is_facing_away: bool,
}

/// How a device is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Whichever the browser prefers.
    Any,
    /// The one that looks at the person: the first choice of a phone.
    FacingPerson,
    /// The one on the other side of the phone, or none.
    FacingAway,
    /// This one if it is there: it was remembered, and may be gone by now.
    Prefer(DeviceId),
    /// This one or none: the person just chose it, and must not see another one open in its place.
    Exact(DeviceId),
}

/// One request to open devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub(crate) u32);

/// Why a device did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceProblem {
    /// Permission was denied, by the person, an earlier choice, or the system.
    Denied,
    /// The question for permission was closed without an answer.
    Dismissed,
    /// Another application holds it.
    Busy,
    /// There is none.
    Missing,
    /// The chosen one is there no longer.
    Gone,
    /// None can do what was asked for: look away from the person, for one.
    Unsuited,
    /// It stopped by itself: unplugged, or permission withdrawn.
    Ended,
    /// This page or browser cannot use devices at all.
    Unsupported,
    /// Something else.
    Unknown,
}

/// `PermissionStatus.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Given.
    Granted,
    /// Refused.
    Denied,
    /// The browser will ask.
    Prompt,
    /// The browser does not say.
    Unknown,
}

/// What may be opened without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// For the camera.
    pub camera: Permission,
    /// For the microphone.
    pub microphone: Permission,
}

impl Permissions {
    pub(crate) fn of(self, kind: DeviceKind) -> Permission {
        match kind {
            DeviceKind::Camera => self.camera,
            DeviceKind::Microphone => self.microphone,
        }
    }
}

/// What kind of machine the page runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFactor {
    /// A computer: its cameras look at whoever sits there.
    Desktop,
    /// A phone or tablet, with a camera on either side.
    Handheld,
}

/// What is kept from one visit to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Whether the camera was on.
    pub camera: Switch,
    /// Whether the microphone was on.
    pub microphone: Switch,
    /// The camera that was chosen.
    pub camera_id: Option<DeviceId>,
    /// The microphone that was chosen.
    pub microphone_id: Option<DeviceId>,
    /// The loudspeaker that was chosen.
    pub speaker_id: Option<DeviceId>,
    /// What was asked of camera and microphone.
    pub settings: Settings,
    /// Which ways packets may go.
    pub routes: Routes,
    /// Whether a device was ever opened here: whoever saw themself once need not ask for it again.
    pub has_opened: bool,
    /// What the person called themself.
    pub name: Option<String>,
}

impl Default for Choices {
    /// Those of a first visit: everything on, nothing preferred.
    fn default() -> Self {
        Self {
            camera: Switch::On,
            microphone: Switch::On,
            camera_id: None,
            microphone_id: None,
            speaker_id: None,
            settings: Settings::default(),
            routes: Routes::default(),
            has_opened: false,
            name: None,
        }
    }
}

/// What devices can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceEvent {
    /// The page is seen and ready to open devices, and knows what it may open.
    Ready(Permissions),
    /// All that was asked for under this ticket is open.
    Opened {
        /// Which request.
        ticket: Ticket,
        /// The camera, if one was asked for.
        camera: Option<OpenDevice>,
        /// The microphone, if one was asked for.
        microphone: Option<OpenDevice>,
    },
    /// Nothing of what was asked for under this ticket is open.
    Refused {
        /// Which request.
        ticket: Ticket,
        /// Why.
        problem: DeviceProblem,
        /// What may be opened now.
        permissions: Permissions,
    },
    /// The device in use stopped by itself.
    Ended(DeviceKind),
    /// These can be chosen.
    Listed(Vec<ListedDevice>),
    /// Sound can come out there; nowhere in particular where a page may not choose that.
    SpeakersListed(Vec<ListedSpeaker>),
    /// What the device in use really does, after it was opened or configured.
    InForce(DeviceKind, InForce),
    /// Something was plugged in or out.
    Changed,
}

/// What the page is to do with devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceAction {
    /// One `getUserMedia`, so that the browser asks only once; answered by `Opened` or `Refused`.
    Open {
        /// Which request.
        ticket: Ticket,
        /// Which camera, if any.
        camera: Option<Wish>,
        /// Which microphone, if any.
        microphone: Option<Wish>,
    },
    /// What was opened under this ticket is the device of its kind from now on: show it, send it to
    /// everybody, and only then stop the one before.
    Use(Ticket, DeviceKind),
    /// What was opened under this ticket is not wanted any more: stop it.
    Drop(Ticket),
    /// Stop the device in use and send nothing in its place: its light goes off.
    Release(DeviceKind),
    /// Send sound, or silence, from the microphone that stays open.
    SetMicrophone(Switch),
    /// Ask this of every device that is opened from now on, and of those that are open; answered by `InForce`.
    Configure(Settings),
    /// Let sound come out there; none is where the system says.
    UseSpeaker(Option<DeviceId>),
    /// `enumerateDevices`, answered by `Listed` and `SpeakersListed`.
    List,
}
