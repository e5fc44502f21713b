//! Who sits in which room: a table, and what has to be said when it changes.
//!
//! A seat outlives the socket it was taken with. While a socket is lost the seat is *away*: it counts, it is
//! shown to newcomers, and what is sent to it is dropped; it is given back to whoever has its pass, or expires.
//! What the host decides (who comes into a locked room, and who goes) is in [`host`].
//!
//! Nothing in here locks, waits, sends, asks a clock or draws random numbers. Whoever holds the table
//! hands in what happened and when, and delivers what comes back; `H` is how it finds a socket again.

// Found from benches/ as well, which take this file in by its path.
#[path = "rooms/host.rs"]
pub mod host;

use crate::limits::{Bucket, Rate};
use crate::pass::{Fingerprint, Pass};
use host::{Dismissed, Knocker};
use ojak_protocol::{Departure, DisplayName, IceServer, PeerEntry, PeerId, RoomName, ServerMessage};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};
use thiserror::Error;

/// How often one seat may change its socket. Each time the others hear of it, and nobody else limits that:
/// a resume does not count as a join. Far above what a page on a bad network does.
const RESUMES: Rate = Rate { burst: 20.0, per_second: 0.5 };

/// Most of those the host sent out that a room remembers; who was sent out before them hears that the seat is gone. As
/// many of those who were away for too long; who was so before them has to knock.
const REMEMBERED_MAX: usize = 64;

/// What the server itself says; it never carries anything from another peer.
pub type Notice = ServerMessage<()>;

/// One message and all who get it, each of them once.
#[derive(Debug)]
pub struct Delivery<H> {
    /// Who gets it, in order of arrival.
    pub to: Vec<H>,
    /// What they get.
    pub message: Notice,
}

/// Somebody with a socket, who wants a seat.
#[derive(Debug)]
pub struct Guest<H> {
    /// Who.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// Their socket.
    pub handle: H,
    /// What will give the seat back to them.
    pub pass: Pass,
    /// What they are told to use.
    pub ice_servers: Vec<IceServer>,
}

/// What one socket has of a seat, or of a place among those who knock: let in, it is that of the seat. Void once another
/// socket has the seat, or nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    room: RoomName,
    peer: PeerId,
    /// Never the same for two sockets.
    number: u64,
}

/// A seat that changed its socket.
#[derive(Debug)]
pub struct Resumed<H> {
    /// Of the new socket.
    pub hold: Hold,
    /// What is to be said.
    pub deliveries: [Delivery<H>; 2],
    /// And then to the new socket, if it is the host's: who knocks.
    pub knocks: Vec<Delivery<H>>,
    /// The socket that had it until now, if it was still thought alive.
    pub taken_over: Option<H>,
    /// The pass that belonged to it until now.
    pub replaced: Fingerprint,
}

/// What comes of somebody's leaving, or of what the host decides.
#[derive(Debug)]
pub struct Change<H> {
    /// What is to be said, in this order.
    pub deliveries: Vec<Delivery<H>>,
    /// Whose sockets end.
    pub dismissed: Vec<Dismissed<H>>,
    /// The pass of a seat that was given up for good.
    pub spent: Option<Fingerprint>,
}

/// The room holds as many as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the room is full")]
pub struct RoomFull;

/// Why a seat is not given back.
#[derive(Debug, Error)]
pub enum NotResumed<H> {
    /// There is no such seat (any more); who wanted it comes back unchanged.
    #[error("there is no such seat")]
    NoSeat(Box<Guest<H>>),
    /// The host sent them out.
    #[error("the host has removed this one from the room")]
    Removed,
    /// The seat has another pass.
    #[error("another pass belongs to this seat")]
    OtherPass,
    /// More often than one seat may.
    #[error("this seat changes its socket too often")]
    TooOften,
}

/// Nobody with that id is in the sender's room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nobody with that id is in the room")]
pub struct NoSuchPeer;

/// All rooms with a seat taken. A room that the last member left does not exist.
#[derive(Debug)]
pub struct Rooms<H> {
    capacity: usize,
    seat_kept: Duration,
    knock_kept: Duration,
    rooms: HashMap<RoomName, Room<H>>,
    /// Seats without a socket, by when they expire and by the number of their last hold.
    away: BTreeMap<(Instant, u64), Hold>,
    /// Those who knock, by when they have knocked for long enough and by the number of their hold.
    knocking: BTreeMap<(Instant, u64), Hold>,
    /// Of the next hold.
    next: u64,
}

#[derive(Debug)]
struct Room<H> {
    /// In order of arrival; the first one is the host.
    members: Vec<Member<H>>,
    /// Whether whoever comes has to knock.
    is_locked: bool,
    /// In order of arrival. Nobody, unless it is locked.
    knockers: Vec<Knocker<H>>,
    /// Those whom the host sent out, the last of them.
    removed: Vec<PeerId>,
    /// Those who were away for too long, the last of them.
    lapsed: Vec<PeerId>,
}

// By hand, as it asks nothing of `H`.
impl<H> Default for Room<H> {
    fn default() -> Self {
        let (members, knockers, removed, lapsed) = (vec![], vec![], vec![], vec![]);
        Self { members, is_locked: false, knockers, removed, lapsed }
    }
}

#[derive(Debug)]
struct Member<H> {
    peer: PeerId,
    name: DisplayName,
    pass: Fingerprint,
    /// What belonged to it before, and since when it does not.
    used: Vec<(Fingerprint, Instant)>,
    /// Of the socket that has the seat, or had it last.
    number: u64,
    presence: Presence<H>,
    resumes: Option<Bucket>,
}

#[derive(Debug)]
enum Presence<H> {
    Here(H),
    Away { until: Instant },
}

impl Hold {
    /// Where the seat is.
    #[must_use]
    pub fn room(&self) -> &RoomName {
        &self.room
    }

    /// Whose it is.
    #[must_use]
    pub fn peer(&self) -> PeerId {
        self.peer
    }
}

impl<H: Clone> Member<H> {
    fn handle(&self) -> Option<&H> {
        match &self.presence {
            Presence::Here(handle) => Some(handle),
            Presence::Away { .. } => None,
        }
    }

    fn entry(&self) -> PeerEntry {
        PeerEntry { peer: self.peer, name: self.name.clone(), away: self.handle().is_none() }
    }
}

/// Adds one to the last of them.
fn remember(peers: &mut Vec<PeerId>, peer: PeerId) {
    if peers.len() >= REMEMBERED_MAX {
        peers.remove(0);
    }
    peers.push(peer);
}

/// Those among `members` who have a socket, but for `except`.
fn present<H: Clone>(members: &[Member<H>], except: PeerId) -> Vec<H> {
    members
        .iter()
        .filter(|member| member.peer != except)
        .filter_map(|member| member.handle().cloned())
        .collect()
}

/// What somebody is told who has a seat now.
fn joined<H: Clone>(
    name: &RoomName,
    room: &Room<H>,
    you: PeerId,
    handle: H,
    resume: String,
    ice_servers: Vec<IceServer>,
) -> Delivery<H> {
    let peers = room.members.iter().filter(|member| member.peer != you).map(Member::entry).collect();
    let host = room.members.first().map_or(you, |host| host.peer);
    let (room, locked) = (name.clone(), room.is_locked);
    Delivery {
        to: vec![handle],
        message: Notice::Joined { you, room, resume, peers, host, locked, ice_servers },
    }
}

impl<H: Clone> Room<H> {
    /// Seats somebody new: they are told who is there, and those are told of them.
    fn seat(&mut self, name: &RoomName, guest: Guest<H>, number: u64) -> [Delivery<H>; 2] {
        let Guest { peer, name: called, handle, pass, ice_servers } = guest;
        let message = Notice::PeerJoined { peer, name: called.clone() };
        let deliveries = [
            joined(name, self, peer, handle.clone(), pass.token, ice_servers),
            Delivery { to: present(&self.members, peer), message },
        ];
        self.members.push(Member {
            peer,
            name: called,
            pass: pass.fingerprint,
            used: Vec::new(),
            number,
            presence: Presence::Here(handle),
            resumes: None,
        });
        deliveries
    }
}

impl<H> Change<H> {
    fn new(deliveries: Vec<Delivery<H>>) -> Self {
        Self { deliveries, dismissed: Vec::new(), spent: None }
    }
}

impl<H: Clone> Rooms<H> {
    /// No rooms yet; each will hold up to `capacity` people, a seat without a socket lasts `seat_kept`, and nobody
    /// knocks for longer than `knock_kept`.
    #[must_use]
    pub fn new(capacity: usize, seat_kept: Duration, knock_kept: Duration) -> Self {
        let (rooms, away, knocking) = (HashMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { capacity, seat_kept, knock_kept, rooms, away, knocking, next: 0 }
    }

    /// Rooms with a seat taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether no seat is taken anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Seats without a socket.
    #[must_use]
    pub fn away(&self) -> usize {
        self.away.len()
    }

    /// What those are called who have a seat in `room`, in order of arrival. Of a locked one it is nobody's business.
    #[must_use]
    pub fn names(&self, room: &RoomName) -> Vec<DisplayName> {
        let room = self.rooms.get(room).filter(|room| !room.is_locked);
        room.iter().flat_map(|room| &room.members).map(|member| member.name.clone()).collect()
    }

    fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Seats somebody who has no seat, also in a locked room: they are told who is there, and those are told of them.
    ///
    /// # Errors
    /// [`RoomFull`]; the table is as it was.
    pub fn join(&mut self, room: &RoomName, guest: Guest<H>) -> Result<(Hold, [Delivery<H>; 2]), RoomFull> {
        let (number, peer) = (self.next_number(), guest.peer);
        if self.rooms.get(room).map_or(0, |room| room.members.len()) >= self.capacity {
            return Err(RoomFull);
        }
        let deliveries = self.rooms.entry(room.clone()).or_default().seat(room, guest, number);
        Ok((Hold { room: room.clone(), peer, number }, deliveries))
    }

    /// Gives the seat of `guest.peer` to another socket, if `shown` is the pass that belongs to it, or did until a
    /// moment ago. The others hear of it if they were told that it is away.
    ///
    /// # Errors
    /// [`NotResumed`]; the table is as it was.
    pub fn resume(
        &mut self,
        name: &RoomName,
        shown: &Fingerprint,
        guest: Guest<H>,
        now: Instant,
    ) -> Result<Resumed<H>, NotResumed<H>> {
        let number = self.next_number();
        let peer = guest.peer;
        let Some(room) = self.rooms.get_mut(name) else { return Err(NotResumed::NoSeat(Box::new(guest))) };
        let Some(member) = room.members.iter_mut().find(|member| member.peer == peer) else {
            let is_removed = room.removed.contains(&peer);
            return Err(if is_removed { NotResumed::Removed } else { NotResumed::NoSeat(Box::new(guest)) });
        };
        member.used.retain(|(_, since)| now < *since + self.seat_kept);
        // The answer that brought the next pass may have been lost with the network that it was asked over.
        let was_used_just_now = member.used.iter().any(|(used, _)| used.is(shown));
        if !member.pass.is(shown) && !was_used_just_now {
            return Err(NotResumed::OtherPass);
        }
        if !member.resumes.get_or_insert_with(|| Bucket::full(&RESUMES, now)).take(&RESUMES, now) {
            return Err(NotResumed::TooOften);
        }
        let Guest { name: called, handle, pass, ice_servers, .. } = guest;
        member.name = called;
        let replaced = std::mem::replace(&mut member.pass, pass.fingerprint);
        member.used.push((replaced, now));
        let last = std::mem::replace(&mut member.number, number);
        let taken_over = match std::mem::replace(&mut member.presence, Presence::Here(handle.clone())) {
            Presence::Here(handle) => Some(handle),
            Presence::Away { until } => {
                self.away.remove(&(until, last));
                None
            }
        };
        let back = if taken_over.is_none() { present(&room.members, peer) } else { vec![] };
        let deliveries = [
            joined(name, room, peer, handle, pass.token, ice_servers),
            Delivery { to: back, message: Notice::PeerBack { peer } },
        ];
        let knocks = if room.is_host(number) { room.knocks() } else { vec![] };
        let hold = Hold { room: name.clone(), peer, number };
        Ok(Resumed { hold, deliveries, knocks, taken_over, replaced })
    }

    /// Whether `room` is locked, and `peer` was not among those who are in it when they were last seen. Another meeting
    /// has had its name before, and who was in that one is a stranger to this one.
    #[must_use]
    pub fn is_closed_to(&self, room: &RoomName, peer: PeerId) -> bool {
        self.rooms.get(room).is_some_and(|room| room.is_locked && !room.lapsed.contains(&peer))
    }

    /// A seat that was not in the table was taken with this pass, which is good for as long as any other that was
    /// used.
    pub fn restored(&mut self, hold: &Hold, shown: Fingerprint, now: Instant) {
        let members = self.rooms.get_mut(&hold.room).into_iter().flat_map(|room| &mut room.members);
        for member in members.filter(|member| member.number == hold.number) {
            member.used.push((shown, now));
        }
    }

    /// The seat has no socket any more, from `now` on; who knocked knocks no longer. Nothing happens if `hold` is void.
    pub fn lose(&mut self, hold: &Hold, now: Instant) -> Option<Delivery<H>> {
        let until = now + self.seat_kept;
        let room = self.rooms.get_mut(&hold.room)?;
        let Some(member) = room.members.iter_mut().find(|member| member.number == hold.number) else {
            return self.withdraw(hold);
        };
        member.handle()?;
        member.presence = Presence::Away { until };
        self.away.insert((until, hold.number), hold.clone());
        Some(Delivery {
            to: present(&room.members, hold.peer),
            message: Notice::PeerAway { peer: hold.peer },
        })
    }

    /// Gives the seat up and tells those who stay; who knocked knocks no longer. Nothing happens if `hold` is void.
    pub fn leave(&mut self, hold: &Hold) -> Option<Change<H>> {
        if let Some(delivery) = self.withdraw(hold) {
            return Some(Change::new(vec![delivery]));
        }
        let (pass, change) = self.give_up(hold, Departure::Left)?;
        Some(Change { spent: Some(pass), ..change })
    }

    fn give_up(&mut self, hold: &Hold, reason: Departure) -> Option<(Fingerprint, Change<H>)> {
        let room = self.rooms.get_mut(&hold.room)?;
        let place = room.members.iter().position(|member| member.number == hold.number)?;
        let member = room.members.remove(place);
        if let Presence::Away { until } = member.presence {
            self.away.remove(&(until, hold.number));
        }
        let to = present(&room.members, hold.peer);
        let mut change =
            Change::new(vec![Delivery { to, message: Notice::PeerLeft { peer: hold.peer, reason } }]);
        if room.members.is_empty() {
            self.abandon(&hold.room, &mut change);
        } else if place == 0 {
            change.deliveries.extend(room.hand_over());
        }
        Some((member.pass, change))
    }

    /// Gives up all seats that were away for too long, and sends away who knocked for too long; each with the room.
    pub fn expire(&mut self, now: Instant) -> Vec<(RoomName, Change<H>)> {
        let mut changes = Vec::new();
        while let Some(first) = self.away.first_entry().filter(|first| first.key().0 <= now) {
            let hold = first.remove();
            let left = self.give_up(&hold, Departure::Timeout);
            if let Some(room) = self.rooms.get_mut(&hold.room) {
                remember(&mut room.lapsed, hold.peer);
            }
            changes.extend(left.map(|(_, change)| (hold.room, change)));
        }
        while let Some(first) = self.knocking.first_entry().filter(|first| first.key().0 <= now) {
            let hold = first.remove();
            changes.extend(self.send_away(&hold).map(|change| (hold.room, change)));
        }
        changes
    }

    /// What `from` says to `to`, stamped with who says it; none for a peer who is away.
    ///
    /// # Errors
    /// [`NoSuchPeer`] unless `from` is not void and `to` sits in the same room.
    pub fn relay<P>(
        &self,
        from: &Hold,
        to: PeerId,
        payload: P,
    ) -> Result<Option<(H, ServerMessage<P>)>, NoSuchPeer> {
        let members = self.rooms.get(&from.room).ok_or(NoSuchPeer)?.members.as_slice();
        if !members.iter().any(|member| member.number == from.number) {
            return Err(NoSuchPeer);
        }
        let to = members.iter().find(|member| member.peer == to).ok_or(NoSuchPeer)?;
        Ok(to.handle().map(|handle| (handle.clone(), ServerMessage::Signal { from: from.peer, payload })))
    }
}

#[cfg(test)]
#[path = "rooms/tests.rs"]
mod tests;
