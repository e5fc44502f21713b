//! Which camera and microphone to open, when, and what to do when that fails.
//!
//! The page performs: it opens what it is told to open, keeps the result under its [`Ticket`](crate::Ticket), and puts
//! it to use or drops it (which stops it) as it is told. That a device opens long after the person
//! changed their mind is the normal case here, not a race: its ticket is no longer waited for, and it is
//! dropped.

mod hearing;
mod requests;
mod single;
mod speakers;

use crate::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, DeviceView, FormFactor, Level,
    ListedDevice, Notice, Permission, Permissions, Setting, Settings, SpeakersView, Wish,
};
use hearing::{Heard, Hearing};
use ojak_protocol::Switch;
use single::Device;
use speakers::Speakers;
use std::time::Duration;

const KINDS: [DeviceKind; 2] = [DeviceKind::Camera, DeviceKind::Microphone];

/// The camera and the microphone of one person.
#[derive(Clone, Debug)]
pub struct Devices {
    form_factor: FormFactor,
    permissions: Permissions,
    camera: Device,
    microphone: Device,
    speakers: Speakers,
    settings: Settings,
    hearing: Hearing,
    /// Whether a device was opened here before, at this visit or an earlier one.
    has_opened: bool,
    next_ticket: u32,
}

impl Devices {
    /// Nothing is opened before [`DeviceEvent::Ready`].
    #[must_use]
    pub fn new(choices: &Choices, form_factor: FormFactor) -> Self {
        Self {
            form_factor,
            permissions: Permissions { camera: Permission::Unknown, microphone: Permission::Unknown },
            camera: Device::new(choices.camera, choices.camera_id.clone()),
            microphone: Device::new(choices.microphone, choices.microphone_id.clone()),
            speakers: Speakers::new(choices.speaker_id.clone()),
            settings: choices.settings,
            hearing: Hearing::default(),
            has_opened: choices.has_opened,
            next_ticket: 0,
        }
    }

    /// Whether a device is on its way that nobody has to give permission for: worth waiting for before joining.
    #[must_use]
    pub fn is_about_to_open(&self) -> bool {
        KINDS.into_iter().any(|kind| self.device(kind).pending.is_some() && !self.is_asking(kind))
    }

    /// Whether this device is heard or seen: wanted and open.
    #[must_use]
    pub fn switch(&self, kind: DeviceKind) -> Switch {
        self.device(kind).switch()
    }

    /// What to remember of devices: what is wanted, and which were chosen.
    #[must_use]
    pub fn choices(&self) -> Choices {
        Choices {
            camera: self.camera.wanted,
            microphone: Switch::from_on(self.microphone.wanted.is_on() || self.microphone.is_hushed),
            camera_id: self.camera.preferred.clone(),
            microphone_id: self.microphone.preferred.clone(),
            speaker_id: self.speakers.preferred(),
            settings: self.settings,
            has_opened: self.has_opened,
            ..Choices::default()
        }
    }

    /// What a person should see of a device.
    #[must_use]
    pub fn view(&self, kind: DeviceKind) -> DeviceView {
        let device = self.device(kind);
        let awaited = device.pending.as_ref().and_then(|(_, wish)| match wish {
            Wish::Prefer(id) | Wish::Exact(id) => Some(id),
            Wish::Any | Wish::FacingPerson | Wish::FacingAway => None,
        });
        let in_use = device.open.as_ref().map(|open| &open.id);
        DeviceView {
            wanted: device.wanted_now(),
            switch: device.switch(),
            is_opening: device.pending.is_some(),
            is_asking: self.is_asking(kind),
            is_unasked: device.is_unasked && device.wanted.is_on(),
            is_silent: kind == DeviceKind::Microphone && self.hearing.is_silent,
            can_flip: kind == DeviceKind::Camera
                && self.form_factor == FormFactor::Handheld
                && device.open.is_some()
                && device.options.len() > 1,
            in_force: device.in_force,
            options: device.options.clone(),
            selected: awaited.or(in_use).or(device.preferred.as_ref()).cloned(),
            problem: device.problem,
            is_facing_person: device.open.as_ref().is_some_and(|open| !open.is_facing_away),
        }
    }

    /// What a person should see of the loudspeakers.
    #[must_use]
    pub fn speakers(&self) -> SpeakersView {
        self.speakers.view()
    }

    /// What is asked of camera and microphone.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Opens what is wanted, both in one request; but nothing that the browser would ask the person about, who is
    /// told first what for.
    pub fn start(&mut self) -> Vec<DeviceAction> {
        let kinds = self.wanted_and_closed();
        for &kind in &kinds {
            let is_unasked = match self.permissions.of(kind) {
                Permission::Granted | Permission::Denied => false,
                Permission::Prompt => true,
                Permission::Unknown => !self.has_opened,
            };
            self.device_mut(kind).is_unasked = is_unasked;
        }
        let kinds: Vec<_> = kinds.into_iter().filter(|&kind| !self.device(kind).is_unasked).collect();
        let mut actions = vec![DeviceAction::Configure(self.settings), DeviceAction::List];
        if !kinds.is_empty() {
            actions.push(self.open(&kinds));
        }
        actions
    }

    /// Opens what is wanted, whether or not the browser asks: the person is back in a call where it was open.
    pub fn resume(&mut self) -> Vec<DeviceAction> {
        let kinds: Vec<_> =
            self.wanted_and_closed().into_iter().filter(|&kind| self.device(kind).is_unasked).collect();
        if kinds.is_empty() { Vec::new() } else { vec![self.open(&kinds)] }
    }

    fn wanted_and_closed(&self) -> Vec<DeviceKind> {
        let is_closed = |&kind: &DeviceKind| {
            let device = self.device(kind);
            device.wanted.is_on() && device.open.is_none() && device.pending.is_none()
        };
        KINDS.into_iter().filter(is_closed).collect()
    }

    /// Lets go of everything, so that no light stays on.
    pub fn stop(&mut self) -> Vec<DeviceAction> {
        let mut actions = Vec::new();
        self.hearing = Hearing::default();
        for kind in KINDS {
            let device = self.device_mut(kind);
            device.give_up();
            if device.open.take().is_some() {
                actions.push(DeviceAction::Release(kind));
            }
        }
        actions
    }

    /// A camera that is switched off is released; a microphone stays open, so that it is back at once.
    pub fn set(&mut self, kind: DeviceKind, wanted: Switch) -> Vec<DeviceAction> {
        let device = self.device_mut(kind);
        device.wanted = wanted;
        device.is_hushed = false;
        device.ended = 0;
        if kind == DeviceKind::Microphone {
            self.hearing = Hearing::default();
        }
        let device = self.device_mut(kind);
        if wanted.is_on() && device.open.is_none() && device.pending.is_none() {
            return vec![self.open(&[kind])];
        }
        match kind {
            DeviceKind::Microphone if device.open.is_some() => {
                vec![DeviceAction::SetMicrophone(device.wanted_now())]
            }
            DeviceKind::Camera if !wanted.is_on() => {
                device.give_up();
                device.open.take().map(|_| DeviceAction::Release(kind)).into_iter().collect()
            }
            DeviceKind::Camera | DeviceKind::Microphone => Vec::new(),
        }
    }

    /// Opens this device and no other; the one in use stays until then, and if that fails.
    pub fn choose(&mut self, kind: DeviceKind, id: DeviceId) -> Vec<DeviceAction> {
        let device = self.device_mut(kind);
        device.preferred = Some(id.clone());
        device.ended = 0;
        let is_released = kind == DeviceKind::Camera && !device.wanted.is_on();
        let is_in_use = device.open.as_ref().is_some_and(|open| open.id == id);
        if is_released || is_in_use {
            device.pending = None;
            return Vec::new();
        }
        self.exchange(kind, Wish::Exact(id))
    }

    /// Opens whichever the browser prefers, in place of the one in use.
    pub fn choose_default(&mut self, kind: DeviceKind) -> Vec<DeviceAction> {
        let device = self.device_mut(kind);
        (device.preferred, device.ended) = (None, 0);
        self.exchange(kind, Wish::Any)
    }

    /// Sound comes out there from now on.
    pub fn choose_speaker(&mut self, id: DeviceId) -> Vec<DeviceAction> {
        self.speakers.choose(id).into_iter().collect()
    }

    /// The camera on the other side of the phone.
    pub fn flip(&mut self) -> Vec<DeviceAction> {
        let Some(open) = &self.camera.open else { return Vec::new() };
        let wish = if open.is_facing_away { Wish::FacingPerson } else { Wish::FacingAway };
        self.exchange(DeviceKind::Camera, wish)
    }

    /// Something is asked of a device from now on, and at once of the one that is open.
    pub fn set_setting(&mut self, setting: Setting) -> Vec<DeviceAction> {
        let before = self.settings;
        self.settings.set(setting);
        if self.settings == before { Vec::new() } else { vec![DeviceAction::Configure(self.settings)] }
    }

    /// Unmutes while a key is held.
    pub fn hold(&mut self, held: Switch) -> Vec<DeviceAction> {
        let microphone = &mut self.microphone;
        if microphone.is_held == held.is_on() {
            return Vec::new();
        }
        microphone.is_held = held.is_on();
        self.hearing = Hearing::default();
        let microphone = &self.microphone;
        match (&microphone.open, &microphone.pending) {
            (Some(_), _) => vec![DeviceAction::SetMicrophone(microphone.wanted_now())],
            (None, None) if held.is_on() && self.permissions.microphone == Permission::Granted => {
                vec![self.open(&[DeviceKind::Microphone])]
            }
            _ => Vec::new(),
        }
    }

    /// Mutes somebody who did not ask for it. Whether they were.
    pub fn hush(&mut self) -> Option<Vec<DeviceAction>> {
        self.microphone.wanted.is_on().then(|| {
            let actions = self.set(DeviceKind::Microphone, Switch::Off);
            self.microphone.is_hushed = true;
            actions
        })
    }

    /// Takes the loudest moment of the microphone since the last report.
    pub fn hear(&mut self, level: Level, now: Duration) -> Option<Notice> {
        self.microphone.open.as_ref()?;
        let switch = self.microphone.switch();
        Some(match self.hearing.report(level, switch, now)? {
            Heard::TalkingWhileMuted => Notice::TalkingWhileMuted,
            Heard::Silent => Notice::Silent,
        })
    }

    /// Opens devices that failed, in one request.
    pub fn retry(&mut self, kinds: &[DeviceKind]) -> Vec<DeviceAction> {
        for &kind in kinds {
            let device = self.device_mut(kind);
            device.wanted = Switch::On;
            device.ended = 0;
        }
        let closed: Vec<_> = kinds.iter().copied().filter(|&kind| self.device(kind).open.is_none()).collect();
        if closed.is_empty() { Vec::new() } else { vec![self.open(&closed)] }
    }

    /// Takes what a device did. The second result is what the person should be told.
    pub fn handle(&mut self, event: DeviceEvent) -> (Vec<DeviceAction>, Vec<Notice>) {
        match event {
            DeviceEvent::Ready(permissions) => {
                self.permissions = permissions;
                (self.start(), Vec::new())
            }
            DeviceEvent::Opened { ticket, camera, microphone } => self.opened(ticket, camera, microphone),
            DeviceEvent::Refused { ticket, problem, permissions } => {
                self.permissions = permissions;
                self.refused(ticket, problem)
            }
            DeviceEvent::Ended(kind) => self.ended(kind),
            DeviceEvent::Listed(devices) => {
                let actions = KINDS.into_iter().flat_map(|kind| self.listed(kind, &devices)).collect();
                (actions, Vec::new())
            }
            DeviceEvent::SpeakersListed(speakers) => {
                (self.speakers.listed(speakers).into_iter().collect(), Vec::new())
            }
            DeviceEvent::InForce(kind, in_force) => {
                self.device_mut(kind).in_force = Some(in_force);
                (Vec::new(), Vec::new())
            }
            DeviceEvent::Changed => (vec![DeviceAction::List], Vec::new()),
        }
    }

    /// Unplugged, or permission withdrawn. A microphone is followed by what can be had of its kind at once: of two
    /// that were opened together Chromium ends both, although only the camera was meant. A camera is so only once it
    /// is known to be unplugged: who withdrew permission for it does not want to be seen.
    fn ended(&mut self, kind: DeviceKind) -> (Vec<DeviceAction>, Vec<Notice>) {
        let device = self.device_mut(kind);
        let Some(stopped) = device.open.take() else { return (Vec::new(), Vec::new()) };
        device.problem = Some(DeviceProblem::Ended);
        device.ended += 1;
        device.stopped = (kind == DeviceKind::Camera).then_some(stopped.id);
        let is_followed = kind == DeviceKind::Microphone && device.may_be_followed();
        let mut actions = vec![DeviceAction::Release(kind), DeviceAction::List];
        if is_followed {
            actions.push(self.open(&[kind]));
        }
        (actions, vec![Notice::Ended(kind)])
    }

    fn listed(&mut self, kind: DeviceKind, devices: &[ListedDevice]) -> Option<DeviceAction> {
        let device = self.device_mut(kind);
        let options: Vec<_> =
            devices.iter().filter(|device| device.kind == kind && !device.id.0.is_empty()).cloned().collect();
        let is_new = |option: &ListedDevice| device.options.iter().all(|known| known.id != option.id);
        let has_appeared = options.iter().any(is_new);
        let is_unplugged = device
            .stopped
            .take()
            .is_some_and(|stopped| !options.is_empty() && options.iter().all(|option| option.id != stopped));
        device.options = options;
        if (has_appeared || (is_unplugged && device.may_be_followed())) && device.is_waiting() {
            return Some(self.open(&[kind]));
        }
        self.open_missed(kind)
    }

    fn is_asking(&self, kind: DeviceKind) -> bool {
        self.device(kind).pending.is_some() && self.permissions.of(kind) != Permission::Granted
    }

    fn device(&self, kind: DeviceKind) -> &Device {
        match kind {
            DeviceKind::Camera => &self.camera,
            DeviceKind::Microphone => &self.microphone,
        }
    }

    fn device_mut(&mut self, kind: DeviceKind) -> &mut Device {
        match kind {
            DeviceKind::Camera => &mut self.camera,
            DeviceKind::Microphone => &mut self.microphone,
        }
    }
}
