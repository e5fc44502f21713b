//! What the host of a room decides: who comes into a locked one, and who goes.
//!
//! The host is whoever has had a seat for longest, away or not. Who knocks has no seat: nobody but the host hears
//! of them, and they hear nothing of the room. Their [`Hold`] becomes that of a seat when they are let in, so that the
//! socket need not be told.

use super::{Change, Delivery, Guest, Hold, Member, Notice, Room, RoomFull, Rooms, remember};
use ojak_protocol::{Departure, KNOCKS_MAX, PeerId, RoomName};
use std::time::Instant;
use thiserror::Error;

/// Somebody without a seat, who asks for one.
#[derive(Debug)]
pub(super) struct Knocker<H> {
    /// Of their hold.
    number: u64,
    until: Instant,
    guest: Guest<H>,
}

/// Somebody whose socket ends without their doing.
#[derive(Debug, PartialEq, Eq)]
pub struct Dismissed<H> {
    /// Their socket.
    pub handle: H,
    /// Why.
    pub why: Dismissal,
}

/// Why somebody is sent away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// The host did not let them in.
    Denied,
    /// Nobody answered their knock.
    Unanswered,
    /// Others came in before them, and there is no place left.
    Full,
    /// The host sent them out.
    Removed,
}

/// How somebody who came is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// With a seat.
    Seated,
    /// They knock.
    Waiting,
}

/// Why somebody who came has to go again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotMet {
    /// There is no place for them.
    #[error(transparent)]
    Full(#[from] RoomFull),
    /// The room is locked, and so many knock already.
    #[error("the room is locked, and too many people are waiting to be let in")]
    TooMany,
}

/// Why what the host decided does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotDecided {
    /// It was not the host.
    #[error("only the host of the room can say that")]
    NotHost,
    /// Nobody with that id is there.
    #[error("nobody with that id is in the room, or knocks")]
    NoSuchPeer,
    /// There is no place.
    #[error("the room is full")]
    Full,
}

impl<H: Clone> Room<H> {
    pub(super) fn is_host(&self, number: u64) -> bool {
        self.members.first().is_some_and(|host| host.number == number)
    }

    fn host(&self) -> Vec<H> {
        self.members.first().and_then(Member::handle).cloned().into_iter().collect()
    }

    /// What tells the host who knocks.
    pub(super) fn knocks(&self) -> Vec<Delivery<H>> {
        self.knockers.iter().map(|knocker| self.knock(&knocker.guest)).collect()
    }

    fn knock(&self, guest: &Guest<H>) -> Delivery<H> {
        Delivery { to: self.host(), message: Notice::Knock { peer: guest.peer, name: guest.name.clone() } }
    }

    fn knock_ended(&self, guest: &Guest<H>) -> Delivery<H> {
        let (peer, name) = (guest.peer, guest.name.clone());
        Delivery { to: self.host(), message: Notice::KnockEnded { peer, name } }
    }

    /// What has to be said when there is another host.
    pub(super) fn hand_over(&self) -> Vec<Delivery<H>> {
        let Some(host) = self.members.first() else { return Vec::new() };
        let to = self.members.iter().filter_map(|member| member.handle().cloned()).collect();
        let mut deliveries = vec![Delivery { to, message: Notice::Host { peer: host.peer } }];
        deliveries.extend(self.knocks());
        deliveries
    }

    /// Lets somebody in.
    fn admit(&mut self, name: &RoomName, knocker: Knocker<H>) -> [Delivery<H>; 3] {
        let ended = self.knock_ended(&knocker.guest);
        let [joined, entered] = self.seat(name, knocker.guest, knocker.number);
        [ended, joined, entered]
    }
}

impl<H: Clone> Rooms<H> {
    /// Those who knock, at all rooms.
    #[must_use]
    pub fn knocking(&self) -> usize {
        self.knocking.len()
    }

    /// Whether this is the hold of one who knocks.
    #[must_use]
    pub fn is_knocking(&self, hold: &Hold) -> bool {
        let room = self.rooms.get(&hold.room);
        room.is_some_and(|room| room.knockers.iter().any(|knocker| knocker.number == hold.number))
    }

    /// Seats somebody who has no seat, or asks the host if the room is locked.
    ///
    /// # Errors
    /// [`NotMet`]; the table is as it was.
    pub fn enter(
        &mut self,
        name: &RoomName,
        guest: Guest<H>,
        now: Instant,
    ) -> Result<(Hold, [Delivery<H>; 2], Entrance), NotMet> {
        let number = self.next_number();
        let Some(room) = self.rooms.get_mut(name).filter(|room| room.is_locked) else {
            let (hold, deliveries) = self.join(name, guest)?;
            return Ok((hold, deliveries, Entrance::Seated));
        };
        if room.members.len() >= self.capacity {
            return Err(RoomFull.into());
        }
        if room.knockers.len() >= KNOCKS_MAX {
            return Err(NotMet::TooMany);
        }
        let waiting = Delivery { to: vec![guest.handle.clone()], message: Notice::Waiting };
        let deliveries = [waiting, room.knock(&guest)];
        let hold = Hold { room: name.clone(), peer: guest.peer, number };
        let until = now + self.knock_kept;
        room.knockers.push(Knocker { number, until, guest });
        self.knocking.insert((until, number), hold.clone());
        Ok((hold, deliveries, Entrance::Waiting))
    }

    /// From the host: whoever comes from now on has to knock, or need not. Unlocked, those who knock come in, as long as
    /// there are places.
    ///
    /// # Errors
    /// [`NotDecided::NotHost`]; the table is as it was.
    pub fn lock(&mut self, hold: &Hold, locked: bool) -> Result<Change<H>, NotDecided> {
        let capacity = self.capacity;
        let room = self.room_of_host(hold)?;
        if room.is_locked == locked {
            return Ok(Change::new(Vec::new()));
        }
        room.is_locked = locked;
        let to = room.members.iter().filter_map(|member| member.handle().cloned()).collect();
        let mut change = Change::new(vec![Delivery { to, message: Notice::Locked { locked } }]);
        let knockers = std::mem::take(&mut room.knockers);
        let known: Vec<_> = knockers.iter().map(|knocker| (knocker.until, knocker.number)).collect();
        for knocker in knockers {
            if room.members.len() < capacity {
                change.deliveries.extend(room.admit(&hold.room, knocker));
            } else {
                change.deliveries.push(room.knock_ended(&knocker.guest));
                let handle = knocker.guest.handle;
                change.dismissed.push(Dismissed { handle, why: Dismissal::Full });
            }
        }
        for key in known {
            self.knocking.remove(&key);
        }
        Ok(change)
    }

    /// From the host: lets in who knocks.
    ///
    /// # Errors
    /// [`NotDecided`]; the table is as it was, and they go on knocking.
    pub fn admit(&mut self, hold: &Hold, peer: PeerId) -> Result<Change<H>, NotDecided> {
        let capacity = self.capacity;
        let room = self.room_of_host(hold)?;
        let place = room.place_of_knocker(peer)?;
        if room.members.len() >= capacity {
            return Err(NotDecided::Full);
        }
        let knocker = room.knockers.remove(place);
        let key = (knocker.until, knocker.number);
        let deliveries = room.admit(&hold.room, knocker).into();
        self.knocking.remove(&key);
        Ok(Change::new(deliveries))
    }

    /// From the host: sends away who knocks.
    ///
    /// # Errors
    /// [`NotDecided`]; the table is as it was.
    pub fn deny(&mut self, hold: &Hold, peer: PeerId) -> Result<Change<H>, NotDecided> {
        let room = self.room_of_host(hold)?;
        let place = room.place_of_knocker(peer)?;
        let knocker = room.knockers.remove(place);
        let mut change = Change::new(vec![room.knock_ended(&knocker.guest)]);
        self.knocking.remove(&(knocker.until, knocker.number));
        change.dismissed.push(Dismissed { handle: knocker.guest.handle, why: Dismissal::Denied });
        Ok(change)
    }

    /// From the host: sends somebody out, whether they are away or not. Who wants to go says `leave`.
    ///
    /// # Errors
    /// [`NotDecided`]; the table is as it was.
    pub fn remove(&mut self, hold: &Hold, peer: PeerId) -> Result<Change<H>, NotDecided> {
        let room = self.room_of_host(hold)?;
        let member = room.members.iter().skip(1).find(|member| member.peer == peer);
        let member = member.ok_or(NotDecided::NoSuchPeer)?;
        let (number, handle) = (member.number, member.handle().cloned());
        remember(&mut room.removed, peer);
        let removed = Hold { room: hold.room.clone(), peer, number };
        let (pass, mut change) = self.give_up(&removed, Departure::Removed).ok_or(NotDecided::NoSuchPeer)?;
        change.spent = Some(pass);
        change.dismissed.extend(handle.map(|handle| Dismissed { handle, why: Dismissal::Removed }));
        Ok(change)
    }

    /// Who knocked knocks no longer, by themselves. Nothing happens if `hold` is that of nobody who knocks.
    pub(super) fn withdraw(&mut self, hold: &Hold) -> Option<Delivery<H>> {
        self.stop_knocking(hold).map(|(_, ended)| ended)
    }

    /// Who knocked did so for long enough.
    pub(super) fn send_away(&mut self, hold: &Hold) -> Option<Change<H>> {
        let (knocker, ended) = self.stop_knocking(hold)?;
        let mut change = Change::new(vec![ended]);
        change.dismissed.push(Dismissed { handle: knocker.guest.handle, why: Dismissal::Unanswered });
        Some(change)
    }

    /// The last one left: the room is no more, nor is its lock. Those who knock are the first of another one.
    pub(super) fn abandon(&mut self, name: &RoomName, change: &mut Change<H>) {
        let Some(room) = self.rooms.remove(name) else { return };
        for Knocker { number, until, guest } in room.knockers {
            self.knocking.remove(&(until, number));
            let room = self.rooms.entry(name.clone()).or_default();
            if room.members.len() < self.capacity {
                change.deliveries.extend(room.seat(name, guest, number));
            } else {
                change.dismissed.push(Dismissed { handle: guest.handle, why: Dismissal::Full });
            }
        }
    }

    fn stop_knocking(&mut self, hold: &Hold) -> Option<(Knocker<H>, Delivery<H>)> {
        let room = self.rooms.get_mut(&hold.room)?;
        let place = room.knockers.iter().position(|knocker| knocker.number == hold.number)?;
        let knocker = room.knockers.remove(place);
        let ended = room.knock_ended(&knocker.guest);
        self.knocking.remove(&(knocker.until, knocker.number));
        Some((knocker, ended))
    }

    fn room_of_host(&mut self, hold: &Hold) -> Result<&mut Room<H>, NotDecided> {
        let room = self.rooms.get_mut(&hold.room).ok_or(NotDecided::NotHost)?;
        if room.is_host(hold.number) { Ok(room) } else { Err(NotDecided::NotHost) }
    }
}

impl<H> Room<H> {
    fn place_of_knocker(&self, peer: PeerId) -> Result<usize, NotDecided> {
        self.knockers.iter().position(|knocker| knocker.guest.peer == peer).ok_or(NotDecided::NoSuchPeer)
    }
}
