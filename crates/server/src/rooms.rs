//! Who sits in which room: a table, and what has to be said when it changes.
//!
//! A seat outlives the socket it was taken with. While a socket is lost the seat is *away*: it counts, it is
//! shown to newcomers, and what is sent to it is dropped; it is given back to whoever has its pass, or expires.
//!
//! Nothing in here locks, waits, sends, asks a clock or draws random numbers. Whoever holds the table
//! hands in what happened and when, and delivers what comes back; `H` is how it finds a socket again.

use crate::limits::{Bucket, Rate};
use crate::pass::{Fingerprint, Pass};
use ojak_protocol::{Departure, DisplayName, IceServer, PeerEntry, PeerId, RoomName, ServerMessage};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};
use thiserror::Error;

/// How often one seat may change its socket. Each time the others hear of it, and nobody else limits that:
/// a resume does not count as a join. Far above what a page on a bad network does.
const RESUMES: Rate = Rate { burst: 20.0, per_second: 0.5 };

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

/// What one socket has of a seat. Void once another socket has the seat, or nobody.
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
    /// The socket that had it until now, if it was still thought alive.
    pub taken_over: Option<H>,
    /// The pass that belonged to it until now.
    pub replaced: Fingerprint,
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
    /// Members in order of arrival.
    rooms: HashMap<RoomName, Vec<Member<H>>>,
    /// Seats without a socket, by when they expire and by the number of their last hold.
    away: BTreeMap<(Instant, u64), Hold>,
    /// Of the next hold.
    next: u64,
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
    room: &RoomName,
    members: &[Member<H>],
    you: PeerId,
    handle: H,
    resume: String,
    ice_servers: Vec<IceServer>,
) -> Delivery<H> {
    let peers = members.iter().filter(|member| member.peer != you).map(Member::entry).collect();
    Delivery {
        to: vec![handle],
        message: Notice::Joined { you, room: room.clone(), resume, peers, ice_servers },
    }
}

impl<H: Clone> Rooms<H> {
    /// No rooms yet; each will hold up to `capacity` people, and a seat without a socket lasts `seat_kept`.
    #[must_use]
    pub fn new(capacity: usize, seat_kept: Duration) -> Self {
        Self { capacity, seat_kept, rooms: HashMap::new(), away: BTreeMap::new(), next: 0 }
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

    /// What those are called who have a seat in `room`, in order of arrival.
    #[must_use]
    pub fn names(&self, room: &RoomName) -> Vec<DisplayName> {
        self.rooms.get(room).into_iter().flatten().map(|member| member.name.clone()).collect()
    }

    fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Seats somebody who has no seat: they are told who is there, and those are told of them.
    ///
    /// # Errors
    /// [`RoomFull`]; the table is as it was.
    pub fn join(&mut self, room: &RoomName, guest: Guest<H>) -> Result<(Hold, [Delivery<H>; 2]), RoomFull> {
        let number = self.next_number();
        let Guest { peer, name, handle, pass, ice_servers } = guest;
        let members = self.rooms.get(room).map_or(&[][..], Vec::as_slice);
        if members.len() >= self.capacity {
            return Err(RoomFull);
        }
        let deliveries = [
            joined(room, members, peer, handle.clone(), pass.token, ice_servers),
            Delivery { to: present(members, peer), message: Notice::PeerJoined { peer, name: name.clone() } },
        ];
        let presence = Presence::Here(handle);
        let pass = pass.fingerprint;
        let newcomer = Member { peer, name, pass, used: Vec::new(), number, presence, resumes: None };
        self.rooms.entry(room.clone()).or_default().push(newcomer);
        Ok((Hold { room: room.clone(), peer, number }, deliveries))
    }

    /// Gives the seat of `guest.peer` to another socket, if `shown` is the pass that belongs to it, or did until a
    /// moment ago. The others hear of it if they were told that it is away.
    ///
    /// # Errors
    /// [`NotResumed`]; the table is as it was.
    pub fn resume(
        &mut self,
        room: &RoomName,
        shown: &Fingerprint,
        guest: Guest<H>,
        now: Instant,
    ) -> Result<Resumed<H>, NotResumed<H>> {
        let number = self.next_number();
        let peer = guest.peer;
        let Some(members) = self.rooms.get_mut(room) else { return Err(NotResumed::NoSeat(Box::new(guest))) };
        let Some(member) = members.iter_mut().find(|member| member.peer == peer) else {
            return Err(NotResumed::NoSeat(Box::new(guest)));
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
        let Guest { name, handle, pass, ice_servers, .. } = guest;
        member.name = name;
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
        let back = if taken_over.is_none() { present(members, peer) } else { vec![] };
        let deliveries = [
            joined(room, members, peer, handle, pass.token, ice_servers),
            Delivery { to: back, message: Notice::PeerBack { peer } },
        ];
        Ok(Resumed { hold: Hold { room: room.clone(), peer, number }, deliveries, taken_over, replaced })
    }

    /// A seat that was not in the table was taken with this pass, which is good for as long as any other that was
    /// used.
    pub fn restored(&mut self, hold: &Hold, shown: Fingerprint, now: Instant) {
        let members = self.rooms.get_mut(&hold.room).into_iter().flatten();
        for member in members.filter(|member| member.number == hold.number) {
            member.used.push((shown, now));
        }
    }

    /// The seat has no socket any more, from `now` on. Nothing happens if `hold` is void.
    pub fn lose(&mut self, hold: &Hold, now: Instant) -> Option<Delivery<H>> {
        let until = now + self.seat_kept;
        let members = self.rooms.get_mut(&hold.room)?;
        let member = members.iter_mut().find(|member| member.number == hold.number)?;
        member.handle()?;
        member.presence = Presence::Away { until };
        self.away.insert((until, hold.number), hold.clone());
        Some(Delivery { to: present(members, hold.peer), message: Notice::PeerAway { peer: hold.peer } })
    }

    /// Gives the seat up and tells those who stay; answers with the pass that belonged to it. Nothing happens if
    /// `hold` is void.
    pub fn leave(&mut self, hold: &Hold, reason: Departure) -> Option<(Fingerprint, Delivery<H>)> {
        let members = self.rooms.get_mut(&hold.room)?;
        let place = members.iter().position(|member| member.number == hold.number)?;
        let member = members.remove(place);
        if let Presence::Away { until } = member.presence {
            self.away.remove(&(until, hold.number));
        }
        let to = present(members, hold.peer);
        if members.is_empty() {
            self.rooms.remove(&hold.room);
        }
        Some((member.pass, Delivery { to, message: Notice::PeerLeft { peer: hold.peer, reason } }))
    }

    /// Gives up all seats that were away for too long, each with its room.
    pub fn expire(&mut self, now: Instant) -> Vec<(RoomName, Delivery<H>)> {
        let mut deliveries = Vec::new();
        while let Some(first) = self.away.first_entry().filter(|first| first.key().0 <= now) {
            let hold = first.remove();
            let left = self.leave(&hold, Departure::Timeout);
            deliveries.extend(left.map(|(_, delivery)| (hold.room, delivery)));
        }
        deliveries
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
        let members = self.rooms.get(&from.room).ok_or(NoSuchPeer)?;
        if !members.iter().any(|member| member.number == from.number) {
            return Err(NoSuchPeer);
        }
        let to = members.iter().find(|member| member.peer == to).ok_or(NoSuchPeer)?;
        Ok(to.handle().map(|handle| (handle.clone(), ServerMessage::Signal { from: from.peer, payload })))
    }
}

// Found from benches/ as well, which take this file in by its path.
#[cfg(test)]
#[path = "rooms/tests.rs"]
mod tests;
