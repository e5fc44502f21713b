//! Asking for devices: what is asked for, what came of it, and what is tried next.

use super::single::Fallback;
use super::{Devices, Hearing, KINDS};
use crate::{
    DeviceAction, DeviceKind, DeviceProblem, FormFactor, Notice, OpenDevice, Permission, Ticket, Wish,
};

impl Devices {
    /// Asks for the other one while this one is open, so that this one stays if it fails; or lets go of it first,
    /// where only one may be open.
    pub(super) fn exchange(&mut self, kind: DeviceKind, wish: Wish) -> Vec<DeviceAction> {
        let is_handheld = self.form_factor == FormFactor::Handheld;
        let device = self.device_mut(kind);
        let mut actions = Vec::new();
        if matches!(device.fallback, Fallback::Returning(_)) {
            device.fallback = Fallback::Nothing;
        }
        if (is_handheld || device.has_one_opener)
            && let Some(open) = device.open.take()
        {
            device.fallback = Fallback::To(open.id);
            actions.push(DeviceAction::Release(kind));
        }
        actions.push(self.request(&[(kind, wish)]));
        actions
    }

    pub(super) fn opened(
        &mut self,
        ticket: Ticket,
        camera: Option<OpenDevice>,
        microphone: Option<OpenDevice>,
    ) -> (Vec<DeviceAction>, Vec<Notice>) {
        let (mut actions, mut notices) = (Vec::new(), Vec::new());
        let mut is_left_over = false;
        for (kind, opened) in [(DeviceKind::Camera, camera), (DeviceKind::Microphone, microphone)] {
            let Some(opened) = opened else { continue };
            let device = self.device_mut(kind);
            if !device.is_pending(ticket) {
                is_left_over = true;
                continue;
            }
            device.missed = None;
            match device.pending.take() {
                Some((_, Wish::Prefer(id))) if id != opened.id => device.missed = Some(id),
                // The side that somebody turned to is the one to come back to.
                Some((_, Wish::FacingAway)) => device.preferred = Some(opened.id.clone()),
                Some((_, Wish::FacingPerson)) => device.preferred = None,
                _ => {}
            }
            if let Fallback::Returning(problem) = std::mem::replace(&mut device.fallback, Fallback::Nothing) {
                (device.preferred, device.missed) = (Some(opened.id.clone()), None);
                notices.push(Notice::Kept(kind, problem));
            }
            device.problem = None;
            device.open = Some(opened);
            let wanted = device.wanted_now();
            self.has_opened = true;
            if kind == DeviceKind::Microphone {
                self.hearing = Hearing::default();
            }
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
        (actions, notices)
    }

    /// To browsers a preference is one wish among several, and some open another device although the
    /// preferred one is there. If it is, it is asked for by itself.
    pub(super) fn open_missed(&mut self, kind: DeviceKind) -> Option<DeviceAction> {
        let device = self.device_mut(kind);
        let id = device.missed.take()?;
        let is_there = device.options.iter().any(|option| option.id == id);
        let is_wanted = device.open.is_some() && device.pending.is_none();
        (is_there && is_wanted).then(|| self.request(&[(kind, Wish::Exact(id))]))
    }

    pub(super) fn refused(
        &mut self,
        ticket: Ticket,
        problem: DeviceProblem,
    ) -> (Vec<DeviceAction>, Vec<Notice>) {
        let kinds: Vec<_> = KINDS.into_iter().filter(|&kind| self.device(kind).is_pending(ticket)).collect();
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
            if let Some(again) = self.try_otherwise(kind, problem) {
                actions.extend(again);
                continue;
            }
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

    /// After a request for one device that failed: what else can be done for it.
    fn try_otherwise(&mut self, kind: DeviceKind, problem: DeviceProblem) -> Option<Vec<DeviceAction>> {
        let device = self.device_mut(kind);
        match std::mem::replace(&mut device.fallback, Fallback::Nothing) {
            // Let go of for nothing.
            Fallback::To(id) => {
                device.fallback = Fallback::Returning(problem);
                // Not a preference: browsers open another one although this one is there.
                Some(vec![self.request(&[(kind, Wish::Exact(id))])])
            }
            Fallback::Returning(first) if matches!(device.pending, Some((_, Wish::Exact(_)))) => {
                device.fallback = Fallback::Returning(first);
                // Any other is better than none now.
                Some(vec![self.request(&[(kind, Wish::Any)])])
            }
            Fallback::Returning(_) => None,
            // The one that is open may be what keeps the other one from opening. Of microphones that is likely; a
            // camera that is busy is so because of another app, and the picture stays.
            Fallback::Nothing
                if kind == DeviceKind::Microphone
                    && problem == DeviceProblem::Busy
                    && device.open.is_some() =>
            {
                let (_, wish) = device.pending.take()?;
                device.has_one_opener = true;
                Some(self.exchange(kind, wish))
            }
            Fallback::Nothing => None,
        }
    }

    /// Asks for devices that were not just chosen.
    pub(super) fn open(&mut self, kinds: &[DeviceKind]) -> DeviceAction {
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
            device.is_unasked = false;
            device.problem = None;
            match kind {
                DeviceKind::Camera => camera = Some(wish.clone()),
                DeviceKind::Microphone => microphone = Some(wish.clone()),
            }
        }
        DeviceAction::Open { ticket, camera, microphone }
    }
}
