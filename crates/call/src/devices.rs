//! Which camera and microphone to open, when, and what to do when that fails.
//!
//! The page performs: it opens what it is told to open, keeps the result under its [`Ticket`], and puts
//! it to use or drops it (which stops it) as it is told. That a device opens long after the person
//! changed their mind is the normal case here, not a race: its ticket is no longer waited for, and it is
//! dropped.

use crate::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, DeviceView, FormFactor,
    ListedDevice, Notice, OpenDevice, Permission, Permissions, Ticket, Wish,
};
use ojak_protocol::Switch;

/// How often a device that stops by itself is followed by the next one before a person has to see to it.
const SUCCESSORS_MAX: u32 = 3;

/// The camera and the microphone of one person.
#[derive(Clone, Debug)]
pub struct Devices {
    form_factor: FormFactor,
    permissions: Permissions,
    camera: Device,
    microphone: Device,
    next_ticket: u32,
}

#[derive(Clone, Debug)]
struct Device {
    wanted: Switch,
    preferred: Option<DeviceId>,
    open: Option<OpenDevice>,
    pending: Option<(Ticket, Wish)>,
    problem: Option<DeviceProblem>,
    options: Vec<ListedDevice>,
    /// Was preferred, and another one opened.
    missed: Option<DeviceId>,
    /// How often one stopped by itself, since a person last had a hand in it.
    ended: u32,
    /// The one that stopped last, until it is known whether it is still there.
    stopped: Option<DeviceId>,
}

impl Device {
    fn new(wanted: Switch, preferred: Option<DeviceId>) -> Self {
        Self {
            wanted,
            preferred,
            open: None,
            pending: None,
            problem: None,
            options: Vec::new(),
            missed: None,
            ended: 0,
            stopped: None,
        }
    }

    fn switch(&self) -> Switch {
        Switch::from_on(self.wanted.is_on() && self.open.is_some())
    }

    /// Wanted, and nothing is being done for it: another device that appears is worth a try.
    fn is_waiting(&self) -> bool {
        let is_absent =
            matches!(self.problem, Some(DeviceProblem::Ended | DeviceProblem::Missing | DeviceProblem::Gone));
        self.wanted.is_on() && self.open.is_none() && self.pending.is_none() && is_absent
    }

    fn may_be_followed(&self) -> bool {
        self.wanted.is_on() && self.pending.is_none() && self.ended <= SUCCESSORS_MAX
    }

    fn is_pending(&self, ticket: Ticket) -> bool {
        self.pending.as_ref().is_some_and(|(pending, _)| *pending == ticket)
    }
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
            next_ticket: 0,
        }
    }

    /// Whether a device is on its way that nobody has to give permission for: worth waiting for before joining.
    #[must_use]
    pub fn is_about_to_open(&self) -> bool {
        [DeviceKind::Camera, DeviceKind::Microphone]
            .into_iter()
            .any(|kind| self.device(kind).pending.is_some() && !self.is_asking(kind))
    }

    /// Whether this device is heard or seen: wanted and open.
    #[must_use]
    pub fn switch(&self, kind: DeviceKind) -> Switch {
        self.device(kind).switch()
    }

    /// What to remember of it: what is wanted, and which devices were chosen.
    #[must_use]
    pub fn choices(&self) -> Choices {
        Choices {
            camera: self.camera.wanted,
            microphone: self.microphone.wanted,
            camera_id: self.camera.preferred.clone(),
            microphone_id: self.microphone.preferred.clone(),
            name: None,
        }
    }

    /// What a person should see of a device.
    #[must_use]
    pub fn view(&self, kind: DeviceKind) -> DeviceView {
        let device = self.device(kind);
        let awaited = device.pending.as_ref().and_then(|(_, wish)| match wish {
            Wish::Prefer(id) | Wish::Exact(id) => Some(id),
            Wish::Any | Wish::FacingPerson => None,
        });
        let in_use = device.open.as_ref().map(|open| &open.id);
        DeviceView {
            wanted: device.wanted,
            switch: device.switch(),
            is_opening: device.pending.is_some(),
            is_asking: self.is_asking(kind),
            options: device.options.clone(),
            selected: awaited.or(in_use).or(device.preferred.as_ref()).cloned(),
            problem: device.problem,
            is_facing_person: device.open.as_ref().is_some_and(|open| !open.is_facing_away),
        }
    }

    /// Opens what is wanted, both in one request.
    pub fn start(&mut self) -> Vec<DeviceAction> {
        let kinds: Vec<DeviceKind> = [DeviceKind::Camera, DeviceKind::Microphone]
            .into_iter()
            .filter(|&kind| self.device(kind).wanted.is_on() && self.device(kind).open.is_none())
            .collect();
        let mut actions = vec![DeviceAction::List];
        if !kinds.is_empty() {
            actions.push(self.open(&kinds));
        }
        actions
    }

    /// Lets go of everything, so that no light stays on.
    pub fn stop(&mut self) -> Vec<DeviceAction> {
        let mut actions = Vec::new();
        for kind in [DeviceKind::Camera, DeviceKind::Microphone] {
            let device = self.device_mut(kind);
            device.pending = None;
            device.problem = None;
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
        device.ended = 0;
        if wanted.is_on() && device.open.is_none() && device.pending.is_none() {
            return vec![self.open(&[kind])];
        }
        match kind {
            DeviceKind::Microphone if device.open.is_some() => vec![DeviceAction::SetMicrophone(wanted)],
            DeviceKind::Camera if !wanted.is_on() => {
                device.pending = None;
                device.problem = None;
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
        vec![self.request(&[(kind, Wish::Exact(id))])]
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
            DeviceEvent::Opened { ticket, camera, microphone } => {
                (self.opened(ticket, camera, microphone), Vec::new())
            }
            DeviceEvent::Refused { ticket, problem, permissions } => {
                self.permissions = permissions;
                self.refused(ticket, problem)
            }
            DeviceEvent::Ended(kind) => self.ended(kind),
            DeviceEvent::Listed(devices) => {
                let kinds = [DeviceKind::Camera, DeviceKind::Microphone].into_iter();
                let actions = kinds.flat_map(|kind| self.listed(kind, &devices)).collect();
                (actions, Vec::new())
            }
            DeviceEvent::Changed => (vec![DeviceAction::List], Vec::new()),
        }
    }

    fn opened(
        &mut self,
        ticket: Ticket,
        camera: Option<OpenDevice>,
        microphone: Option<OpenDevice>,
    ) -> Vec<DeviceAction> {
        let mut actions = Vec::new();
        let mut is_left_over = false;
        for (kind, opened) in [(DeviceKind::Camera, camera), (DeviceKind::Microphone, microphone)] {
            let Some(opened) = opened else { continue };
            let device = self.device_mut(kind);
            if !device.is_pending(ticket) {
                is_left_over = true;
                continue;
            }
            device.missed = match device.pending.take() {
                Some((_, Wish::Prefer(id))) if id != opened.id => Some(id),
                _ => None,
            };
            device.problem = None;
            device.open = Some(opened);
            let wanted = device.wanted;
            actions.push(DeviceAction::Use(ticket, kind));
            match kind {
                DeviceKind::Camera => self.permissions.camera = Permission::Granted,
                DeviceKind::Microphone => {
                    self.permissions.microphone = Permission::Granted;
                    actions.push(DeviceAction::SetMicrophone(wanted));
                }
            }
        }
        if is_left_over {
            actions.push(DeviceAction::Drop(ticket));
        }
        // Labels and ids are empty in a list from before permission was given.
        actions.push(DeviceAction::List);
        actions
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

    /// To browsers a preference is one wish among several, and some open another device although the
    /// preferred one is there. If it is, it is asked for by itself.
    fn open_missed(&mut self, kind: DeviceKind) -> Option<DeviceAction> {
        let device = self.device_mut(kind);
        let id = device.missed.take()?;
        let is_there = device.options.iter().any(|option| option.id == id);
        let is_wanted = device.open.is_some() && device.pending.is_none();
        (is_there && is_wanted).then(|| self.request(&[(kind, Wish::Exact(id))]))
    }

    fn refused(&mut self, ticket: Ticket, problem: DeviceProblem) -> (Vec<DeviceAction>, Vec<Notice>) {
        let kinds: Vec<DeviceKind> = [DeviceKind::Camera, DeviceKind::Microphone]
            .into_iter()
            .filter(|&kind| self.device(kind).is_pending(ticket))
            .collect();
        let (mut actions, mut notices) = (Vec::new(), Vec::new());
        for &kind in &kinds {
            let permission = self.permissions.of(kind);
            let may_be_the_others_fault = kinds.len() > 1;
            // A request for two devices fails as one, so each is asked for by itself. Not after a "no",
            // though, unless this one is known to be allowed: that would only bring the question back.
            if may_be_the_others_fault
                && (problem != DeviceProblem::Denied || permission == Permission::Granted)
            {
                actions.push(self.open(&[kind]));
                continue;
            }
            let problem = match (problem, permission) {
                (DeviceProblem::Denied, Permission::Prompt) => DeviceProblem::Dismissed,
                (problem, _) => problem,
            };
            let device = self.device_mut(kind);
            device.pending = None;
            match &device.open {
                Some(open) => {
                    device.preferred = Some(open.id.clone());
                    notices.push(Notice::Kept(kind, problem));
                }
                // Nothing followed what stopped: that it stopped is the reason.
                None if device.ended > 0
                    && matches!(problem, DeviceProblem::Missing | DeviceProblem::Gone) =>
                {
                    device.problem = Some(DeviceProblem::Ended);
                }
                None => device.problem = Some(problem),
            }
        }
        if !kinds.is_empty() {
            actions.push(DeviceAction::List);
        }
        (actions, notices)
    }

    fn is_asking(&self, kind: DeviceKind) -> bool {
        self.device(kind).pending.is_some() && self.permissions.of(kind) != Permission::Granted
    }

    /// Asks for devices that were not just chosen.
    fn open(&mut self, kinds: &[DeviceKind]) -> DeviceAction {
        let wishes: Vec<_> = kinds
            .iter()
            .map(|&kind| {
                let wish = match (&self.device(kind).preferred, kind, self.form_factor) {
                    (Some(id), _, _) => Wish::Prefer(id.clone()),
                    (None, DeviceKind::Camera, FormFactor::Handheld) => Wish::FacingPerson,
                    (None, _, _) => Wish::Any,
                };
                (kind, wish)
            })
            .collect();
        self.request(&wishes)
    }

    fn request(&mut self, wishes: &[(DeviceKind, Wish)]) -> DeviceAction {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket = self.next_ticket.wrapping_add(1);
        let (mut camera, mut microphone) = (None, None);
        for (kind, wish) in wishes {
            let device = self.device_mut(*kind);
            device.pending = Some((ticket, wish.clone()));
            device.problem = None;
            match kind {
                DeviceKind::Camera => camera = Some(wish.clone()),
                DeviceKind::Microphone => microphone = Some(wish.clone()),
            }
        }
        DeviceAction::Open { ticket, camera, microphone }
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
