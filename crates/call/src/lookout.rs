//! Who is in the room that somebody is about to join: when to ask, and what is known.
//!
//! It is a hint and nothing more. A server that cannot be reached, or does not know the question, takes the hint
//! away, and nobody hears of it.

use ojak_protocol::{DisplayName, RoomName};
use std::time::Duration;

/// Asked is when nothing was typed for so long.
const STILL_FOR: Duration = Duration::from_millis(400);

/// What the lobby knows of the room whose name is typed there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookout {
    room: Option<RoomName>,
    /// To be asked then.
    ask_at: Option<Duration>,
    names: Option<Vec<DisplayName>>,
}

impl Lookout {
    /// This is typed now.
    pub(crate) fn look(&mut self, typed: &str, now: Duration) {
        let room = RoomName::parse(typed).ok();
        // The same once more is asked again only if nothing is known.
        if room != self.room || self.names.is_none() {
            self.ask_at = room.is_some().then_some(now + STILL_FOR);
            self.names = None;
            self.room = room;
        }
    }

    /// Whether it is time to ask.
    pub(crate) fn is_due(&mut self, now: Duration) -> bool {
        self.ask_at.take_if(|at| *at <= now).is_some()
    }

    /// The room to ask about.
    pub(crate) fn room(&self) -> Option<&RoomName> {
        self.room.as_ref()
    }

    /// When it is time to ask.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.ask_at
    }

    /// The server said who is where.
    pub(crate) fn told(&mut self, room: &RoomName, names: Vec<DisplayName>) {
        if self.room.as_ref() == Some(room) {
            self.names = Some(names);
        }
    }

    /// The socket is gone, and what it said is true no longer.
    pub(crate) fn lose(&mut self) {
        self.names = None;
    }

    /// Those who are there, as far as the server says so.
    pub(crate) fn names(&self) -> Option<&[DisplayName]> {
        self.names.as_deref()
    }
}
