//! Who looks into which room from outside, and what they were told last.
//!
//! Like the room table it is pure: whoever holds it says what has changed and delivers what comes back, and
//! `W` is how it finds a socket again.

use ojak_protocol::{DisplayName, RoomName, ServerMessage};
use std::collections::HashMap;

/// Most sockets that are told of changes in one room. Whoever comes and goes there is told to all of them.
pub(crate) const WATCHERS_MAX: usize = 64;

/// All rooms that somebody looks into, whether anybody is there or not.
#[derive(Debug)]
pub(crate) struct Watchers<W> {
    rooms: HashMap<RoomName, Watched<W>>,
    /// Of the next one.
    next: u64,
}

#[derive(Debug)]
struct Watched<W> {
    names: Vec<DisplayName>,
    by: Vec<(u64, W)>,
}

impl<W> Default for Watchers<W> {
    fn default() -> Self {
        Self { rooms: HashMap::new(), next: 0 }
    }
}

impl<W: Clone> Watchers<W> {
    /// Tells `watcher` of changes from now on, when `names` are in the room; answers with what ends that, or with
    /// none if too many watch this room already.
    pub(crate) fn add(&mut self, room: &RoomName, names: Vec<DisplayName>, watcher: W) -> Option<u64> {
        let watched =
            self.rooms.entry(room.clone()).or_insert_with(|| Watched { names: Vec::new(), by: Vec::new() });
        watched.names = names;
        if watched.by.len() >= WATCHERS_MAX {
            return None;
        }
        self.next += 1;
        watched.by.push((self.next, watcher));
        Some(self.next)
    }

    /// Tells this one nothing more.
    pub(crate) fn remove(&mut self, room: &RoomName, number: u64) {
        let Some(watched) = self.rooms.get_mut(room) else { return };
        watched.by.retain(|(of, _)| *of != number);
        if watched.by.is_empty() {
            self.rooms.remove(room);
        }
    }

    /// Who has to be told what, if the `names` in the room are others than before.
    pub(crate) fn changed(
        &mut self,
        room: &RoomName,
        names: impl FnOnce() -> Vec<DisplayName>,
    ) -> Option<(Vec<W>, ServerMessage<()>)> {
        let watched = self.rooms.get_mut(room)?;
        let names = names();
        if watched.names == names {
            return None;
        }
        watched.names.clone_from(&names);
        let to = watched.by.iter().map(|(_, watcher)| watcher.clone()).collect();
        Some((to, presence(room, names)))
    }
}

/// What a watcher is told.
pub(crate) fn presence(room: &RoomName, names: Vec<DisplayName>) -> ServerMessage<()> {
    ServerMessage::Presence { room: room.clone(), names }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(text: &str) -> RoomName {
        RoomName::parse(text).unwrap()
    }

    fn names(all: &[&str]) -> Vec<DisplayName> {
        all.iter().map(|name| DisplayName::parse(name).unwrap()).collect()
    }

    #[test]
    fn watchers_hear_of_their_own_room_and_only_of_changes() {
        let mut watchers = Watchers::default();
        watchers.add(&room("home"), names(&[]), 1);
        watchers.add(&room("work"), names(&[]), 2);
        assert!(watchers.changed(&room("home"), || names(&[])).is_none());
        let (to, message) = watchers.changed(&room("home"), || names(&["Ana"])).unwrap();
        assert_eq!((to, message), (vec![1], presence(&room("home"), names(&["Ana"]))));
        assert!(watchers.changed(&room("home"), || names(&["Ana"])).is_none());
        assert!(watchers.changed(&room("nowhere"), || panic!("nobody asks")).is_none());
    }

    #[test]
    fn nothing_stays_of_watchers_that_are_gone() {
        let mut watchers = Watchers::default();
        let first = watchers.add(&room("home"), names(&[]), 1).unwrap();
        let second = watchers.add(&room("home"), names(&[]), 2).unwrap();
        watchers.remove(&room("home"), first);
        assert_eq!(watchers.changed(&room("home"), || names(&["Ana"])).unwrap().0, [2]);
        watchers.remove(&room("home"), second);
        assert!(watchers.rooms.is_empty());
    }

    #[test]
    fn one_room_has_only_so_many_watchers() {
        let mut watchers = Watchers::default();
        let numbers: Vec<_> =
            (0..=WATCHERS_MAX).map(|n| watchers.add(&room("home"), names(&[]), n)).collect();
        assert_eq!(numbers.iter().filter(|number| number.is_some()).count(), WATCHERS_MAX);
        assert_eq!(watchers.changed(&room("home"), || names(&["Ana"])).unwrap().0.len(), WATCHERS_MAX);
    }
}
