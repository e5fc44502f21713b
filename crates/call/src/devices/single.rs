//! One camera or one microphone: what is wanted of it, and how far that has come.

use crate::{DeviceId, DeviceProblem, InForce, ListedDevice, OpenDevice, Ticket, Wish};
use ojak_protocol::Switch;

/// How often a device that stops by itself is followed by the next one before a person has to see to it.
const SUCCESSORS_MAX: u32 = 3;

#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) wanted: Switch,
    /// Muted by the page and not by the person: what is remembered is that it was on.
    pub(super) is_hushed: bool,
    /// On for as long as a key is held.
    pub(super) is_held: bool,
    pub(super) preferred: Option<DeviceId>,
    pub(super) open: Option<OpenDevice>,
    pub(super) in_force: Option<InForce>,
    pub(super) pending: Option<(Ticket, Wish)>,
    pub(super) problem: Option<DeviceProblem>,
    pub(super) options: Vec<ListedDevice>,
    /// The browser would ask, and nobody has said yet that it may.
    pub(super) is_unasked: bool,
    /// Was preferred, and another one opened.
    pub(super) missed: Option<DeviceId>,
    /// How often one stopped by itself, since a person last had a hand in it.
    pub(super) ended: u32,
    /// The one that stopped last, until it is known whether it is still there.
    pub(super) stopped: Option<DeviceId>,
    /// A second one does not open while the first is open.
    pub(super) has_one_opener: bool,
    pub(super) fallback: Fallback,
}

/// What becomes of a device that was let go of for the sake of another.
#[derive(Clone, Debug)]
pub(super) enum Fallback {
    /// None was.
    Nothing,
    /// This one is to be had back if the other does not open.
    To(DeviceId),
    /// It is on its way back, because of this.
    Returning(DeviceProblem),
}

impl Device {
    pub(super) fn new(wanted: Switch, preferred: Option<DeviceId>) -> Self {
        Self {
            wanted,
            is_hushed: false,
            is_held: false,
            preferred,
            open: None,
            in_force: None,
            pending: None,
            problem: None,
            options: Vec::new(),
            is_unasked: false,
            missed: None,
            ended: 0,
            stopped: None,
            has_one_opener: false,
            fallback: Fallback::Nothing,
        }
    }

    /// Whether it is to be on just now.
    pub(super) fn wanted_now(&self) -> Switch {
        Switch::from_on(self.wanted.is_on() || self.is_held)
    }

    pub(super) fn switch(&self) -> Switch {
        Switch::from_on(self.wanted_now().is_on() && self.open.is_some())
    }

    /// Wanted, and nothing is being done for it: another device that appears is worth a try.
    pub(super) fn is_waiting(&self) -> bool {
        let is_absent =
            matches!(self.problem, Some(DeviceProblem::Ended | DeviceProblem::Missing | DeviceProblem::Gone));
        self.wanted.is_on() && self.open.is_none() && self.pending.is_none() && is_absent
    }

    pub(super) fn may_be_followed(&self) -> bool {
        self.wanted.is_on() && self.pending.is_none() && self.ended <= SUCCESSORS_MAX
    }

    pub(super) fn is_pending(&self, ticket: Ticket) -> bool {
        self.pending.as_ref().is_some_and(|(pending, _)| *pending == ticket)
    }

    /// Nothing is asked for any more.
    pub(super) fn give_up(&mut self) {
        self.pending = None;
        self.problem = None;
        self.fallback = Fallback::Nothing;
    }
}
