//! Who comes into the room, and who decides it: the host, the lock, and those who knock, as the server tells them.

use ojak_protocol::{DisplayName, KNOCKS_MAX, PeerId, Switch};
use std::time::Duration;

/// The way into a room, as one who is in it knows it.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) host: PeerId,
    pub(crate) lock: Switch,
    knocks: Vec<(PeerId, DisplayName, Duration)>,
}

/// The way into the room, as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorView {
    /// Who decides; none for the person themself.
    pub host: Option<PeerId>,
    /// Whether whoever comes has to ask.
    pub lock: Switch,
    /// Those who ask, the first one first. The host alone knows of them.
    pub knocks: Vec<Knock>,
}

/// Somebody who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Who.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// Whole minutes since they asked.
    pub minutes: u64,
}

impl Door {
    pub(crate) fn new(host: PeerId, locked: bool) -> Self {
        Self { host, lock: Switch::from_on(locked), knocks: Vec::new() }
    }

    /// Somebody else is the host. Who knocks is told to them anew.
    pub(crate) fn hand_over(&mut self, host: PeerId) {
        self.host = host;
        self.knocks.clear();
    }

    pub(crate) fn knock(&mut self, peer: PeerId, name: DisplayName, now: Duration) {
        if self.knocks.len() < KNOCKS_MAX && !self.has_knock(peer) {
            self.knocks.push((peer, name, now));
        }
    }

    pub(crate) fn end_knock(&mut self, peer: PeerId) {
        self.knocks.retain(|(of, ..)| *of != peer);
    }

    pub(crate) fn has_knock(&self, peer: PeerId) -> bool {
        self.knocks.iter().any(|(of, ..)| *of == peer)
    }

    pub(crate) fn has_knocks(&self) -> bool {
        !self.knocks.is_empty()
    }

    pub(crate) fn view(&self, me: PeerId, now: Duration) -> DoorView {
        let knocks = self.knocks.iter().map(|(peer, name, since)| Knock {
            peer: *peer,
            name: name.clone(),
            minutes: now.saturating_sub(*since).as_secs() / 60,
        });
        let host = (self.host != me).then_some(self.host);
        DoorView { host, lock: self.lock, knocks: knocks.collect() }
    }
}
