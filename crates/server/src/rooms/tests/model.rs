//! The table beside what it should hold: whatever happens, everybody knows what is so.

use super::super::host::{Dismissal, Entrance, NotDecided, NotMet};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Event {
    Join { room: usize, peer: usize },
    Lose { peer: usize },
    Resume { peer: usize, current: bool },
    Leave { peer: usize },
    Pass { seconds: u64 },
    Relay { from: usize, to: usize },
    Lock { by: usize, locked: bool },
    Admit { by: usize, peer: usize },
    Deny { by: usize, peer: usize },
    Remove { by: usize, peer: usize },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let (rooms, peers) = (0..3_usize, 0..9_usize);
    let event = prop_oneof![
        4 => (rooms, peers.clone()).prop_map(|(room, peer)| Event::Join { room, peer }),
        4 => peers.clone().prop_map(|peer| Event::Lose { peer }),
        4 => (peers.clone(), prop::bool::weighted(0.8))
            .prop_map(|(peer, current)| Event::Resume { peer, current }),
        2 => peers.clone().prop_map(|peer| Event::Leave { peer }),
        2 => (0..20_u64).prop_map(|seconds| Event::Pass { seconds }),
        3 => (peers.clone(), peers.clone()).prop_map(|(from, to)| Event::Relay { from, to }),
        3 => (peers.clone(), prop::bool::weighted(0.7)).prop_map(|(by, locked)| Event::Lock { by, locked }),
        3 => (peers.clone(), peers.clone()).prop_map(|(by, peer)| Event::Admit { by, peer }),
        1 => (peers.clone(), peers.clone()).prop_map(|(by, peer)| Event::Deny { by, peer }),
        1 => (peers.clone(), peers).prop_map(|(by, peer)| Event::Remove { by, peer }),
    ];
    proptest::collection::vec(event, 0..150)
}

/// What the table should know of one seat.
#[derive(Clone, Debug)]
struct Seat {
    room: usize,
    /// Of the last socket, which is also the number of the pass.
    socket: usize,
    hold: Hold,
    away_since: Option<Instant>,
    /// The lower, the longer it has been there.
    arrival: usize,
    believes: Belief,
}

/// What a page believes of its room, from nothing but what it was told.
#[derive(Clone, Debug, Default, PartialEq)]
struct Belief {
    /// Who is there, and who is away.
    people: BTreeMap<PeerId, bool>,
    host: Option<PeerId>,
    locked: bool,
    /// Who knocks.
    knocks: BTreeSet<PeerId>,
}

/// What the table should know of one who knocks.
#[derive(Clone, Debug)]
struct Knocks {
    room: usize,
    socket: usize,
    hold: Hold,
    since: Instant,
}

/// The table, and beside it what it should hold.
struct Model {
    rooms: Rooms<usize>,
    seats: BTreeMap<usize, Seat>,
    knockers: BTreeMap<usize, Knocks>,
    locked: BTreeSet<usize>,
    removed: BTreeSet<usize>,
    arrivals: usize,
    /// Holds that ended: none of them may do anything any more.
    void: Vec<Hold>,
    sockets: usize,
    now: Instant,
}

impl Model {
    fn new() -> Self {
        Self {
            rooms: rooms(CAPACITY),
            seats: BTreeMap::new(),
            knockers: BTreeMap::new(),
            locked: BTreeSet::new(),
            removed: BTreeSet::new(),
            arrivals: 0,
            void: vec![],
            sockets: 100,
            now: Instant::now(),
        }
    }

    fn members(&self, room: usize) -> usize {
        self.seats.values().filter(|seat| seat.room == room).count()
    }

    fn next_socket(&mut self) -> usize {
        self.sockets += 1;
        self.sockets
    }

    fn host_of(&self, room: usize) -> Option<usize> {
        let seats = self.seats.iter().filter(|(_, seat)| seat.room == room);
        seats.min_by_key(|(_, seat)| seat.arrival).map(|(peer, _)| *peer)
    }

    fn sit_down(&mut self, room: usize, peer: usize, socket: usize, hold: Hold) {
        self.arrivals += 1;
        let (arrival, believes) = (self.arrivals, Belief::default());
        self.seats.insert(peer, Seat { room, socket, hold, away_since: None, arrival, believes });
    }

    fn take_in(&mut self, delivery: &Delivery<usize>) {
        let told: BTreeSet<_> = delivery.to.iter().collect();
        assert_eq!(told.len(), delivery.to.len(), "told twice");
        for socket in &delivery.to {
            if delivery.message == Notice::Waiting {
                assert!(self.knockers.values().any(|knocks| knocks.socket == *socket));
                continue;
            }
            // Who is let in had no seat until this very message.
            let knocks = self.knockers.iter().find(|(_, knocks)| knocks.socket == *socket);
            if let (Notice::Joined { .. }, Some((&peer, _))) = (&delivery.message, knocks) {
                let Knocks { room, socket, hold, .. } = self.knockers.remove(&peer).unwrap();
                self.sit_down(room, peer, socket, hold);
            }
            let seat = self.seats.values_mut().find(|seat| seat.socket == *socket);
            let seat = seat.expect("told to a socket without a seat");
            assert!(seat.away_since.is_none(), "told to a socket that is lost");
            let Belief { people, host, locked, knocks } = &mut seat.believes;
            match &delivery.message {
                Notice::Joined { peers, resume, host: now_host, locked: is_locked, .. } => {
                    assert_eq!(*resume, pass(*socket).token);
                    *people = peers.iter().map(|entry| (entry.peer, entry.away)).collect();
                    (*host, *locked) = (Some(*now_host), *is_locked);
                    knocks.clear();
                }
                Notice::PeerJoined { peer, .. } => {
                    assert_eq!(people.insert(*peer, false), None, "told twice of one newcomer");
                }
                Notice::PeerAway { peer } => assert_eq!(people.insert(*peer, true), Some(false)),
                Notice::PeerBack { peer } => assert_eq!(people.insert(*peer, false), Some(true)),
                Notice::PeerLeft { peer, .. } => {
                    assert!(people.remove(peer).is_some(), "nobody arrived for this departure");
                }
                Notice::Locked { locked: is_locked } => {
                    assert_ne!(std::mem::replace(locked, *is_locked), *is_locked);
                }
                Notice::Host { peer } => assert_ne!(host.replace(*peer), Some(*peer)),
                Notice::Knock { peer, .. } => assert!(knocks.insert(*peer), "told twice of one knock"),
                Notice::KnockEnded { peer, .. } => assert!(knocks.remove(peer), "nobody knocked"),
                other => panic!("{other:?}"),
            }
        }
    }

    fn apply(&mut self, change: &Change<usize>) {
        for dismissed in &change.dismissed {
            if dismissed.why != Dismissal::Removed {
                let gone = self.knockers.iter().find(|(_, knocks)| knocks.socket == dismissed.handle);
                let (&peer, _) = gone.expect("somebody who knocks");
                self.void.extend(self.knockers.remove(&peer).map(|knocks| knocks.hold));
            }
        }
        change.deliveries.iter().for_each(|delivery| self.take_in(delivery));
    }

    fn is_host(&self, peer: usize) -> bool {
        self.seats.get(&peer).is_some_and(|seat| self.host_of(seat.room) == Some(peer))
    }

    /// Of whoever this is, seated or not.
    fn hold(&self, peer: usize) -> Option<Hold> {
        let seated = self.seats.get(&peer).map(|seat| seat.hold.clone());
        seated.or_else(|| self.knockers.get(&peer).map(|knocks| knocks.hold.clone()))
    }

    fn lock(&mut self, by: usize, locked: bool) {
        let Some(hold) = self.hold(by) else { return };
        match self.rooms.lock(&hold, locked) {
            Ok(change) => {
                assert!(self.is_host(by));
                let room = self.seats[&by].room;
                if locked {
                    self.locked.insert(room);
                } else {
                    self.locked.remove(&room);
                }
                self.apply(&change);
                let waits = self.knockers.values().any(|knocks| knocks.room == room);
                assert!(locked || !waits, "nobody knocks at an open door");
            }
            Err(error) => assert!(error == NotDecided::NotHost && !self.is_host(by)),
        }
    }

    /// Lets somebody in, or does not.
    fn answer(&mut self, by: usize, peer: usize, admits: bool) {
        let Some(hold) = self.hold(by) else { return };
        let room = self.seats.get(&by).map(|seat| seat.room);
        let knocks = self.knockers.get(&peer).is_some_and(|knocks| Some(knocks.room) == room);
        let answer =
            if admits { self.rooms.admit(&hold, id(peer)) } else { self.rooms.deny(&hold, id(peer)) };
        match answer {
            Ok(change) => {
                assert!(self.is_host(by) && knocks);
                self.apply(&change);
                assert!(!self.knockers.contains_key(&peer) && self.seats.contains_key(&peer) == admits);
            }
            Err(NotDecided::NotHost) => assert!(!self.is_host(by)),
            Err(NotDecided::NoSuchPeer) => assert!(!knocks),
            Err(NotDecided::Full) => assert!(knocks && admits && self.members(room.unwrap()) == CAPACITY),
        }
    }

    fn remove(&mut self, by: usize, peer: usize) {
        let Some(hold) = self.hold(by) else { return };
        let room = self.seats.get(&by).map(|seat| seat.room);
        let is_there = by != peer && self.seats.get(&peer).is_some_and(|seat| Some(seat.room) == room);
        match self.rooms.remove(&hold, id(peer)) {
            Ok(change) => {
                assert!(self.is_host(by) && is_there);
                let seat = self.seats.remove(&peer).unwrap();
                assert!(change.spent.unwrap().is(&pass(seat.socket).fingerprint));
                assert_eq!(change.dismissed.is_empty(), seat.away_since.is_some());
                self.void.push(seat.hold);
                self.removed.insert(peer);
                self.apply(&change);
            }
            Err(NotDecided::NotHost) => assert!(!self.is_host(by)),
            Err(error) => assert!(error == NotDecided::NoSuchPeer && !is_there),
        }
    }

    fn join(&mut self, at: usize, peer: usize) {
        let socket = self.next_socket();
        match self.rooms.enter(&room(at), guest(peer, socket), self.now) {
            Ok((hold, deliveries, entrance)) => {
                assert!(self.members(at) < CAPACITY);
                assert_eq!(entrance == Entrance::Waiting, self.locked.contains(&at));
                match entrance {
                    Entrance::Seated => self.sit_down(at, peer, socket, hold),
                    Entrance::Waiting => {
                        let since = self.now;
                        self.knockers.insert(peer, Knocks { room: at, socket, hold, since });
                    }
                }
                deliveries.iter().for_each(|delivery| self.take_in(delivery));
            }
            Err(NotMet::Full(_)) => assert_eq!(self.members(at), CAPACITY),
            Err(NotMet::TooMany) => panic!("so many there are not"),
        }
    }

    fn resume(&mut self, peer: usize, current: bool) {
        let socket = self.next_socket();
        let Some(seat) = self.seats.get_mut(&peer) else {
            let gone = self.rooms.resume(&room(0), &pass(0).fingerprint, guest(peer, socket), self.now);
            let is_removed = self.removed.contains(&peer);
            assert!(
                matches!(gone, Err(NotResumed::NoSeat(_)))
                    || is_removed && matches!(gone, Err(NotResumed::Removed))
            );
            return;
        };
        let shown = pass(if current { seat.socket } else { 0 }).fingerprint;
        match self.rooms.resume(&room(seat.room), &shown, guest(peer, socket), self.now) {
            Ok(Resumed { hold, deliveries, knocks, taken_over, replaced }) => {
                assert!(current && replaced.is(&shown));
                assert_eq!(taken_over, seat.away_since.is_none().then_some(seat.socket));
                self.void.push(std::mem::replace(&mut seat.hold, hold));
                seat.socket = socket;
                seat.away_since = None;
                deliveries.iter().chain(&knocks).for_each(|delivery| self.take_in(delivery));
            }
            Err(NotResumed::OtherPass) => assert!(!current),
            Err(NotResumed::TooOften) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn lose(&mut self, peer: usize) {
        if let Some(knocks) = self.knockers.remove(&peer) {
            let ended = self.rooms.lose(&knocks.hold, self.now).expect("they knock");
            self.void.push(knocks.hold);
            return self.take_in(&ended);
        }
        let Some(seat) = self.seats.get_mut(&peer) else { return };
        let told = self.rooms.lose(&seat.hold, self.now);
        assert_eq!(told.is_some(), seat.away_since.is_none());
        seat.away_since.get_or_insert(self.now);
        told.iter().for_each(|delivery| self.take_in(delivery));
    }

    fn leave(&mut self, peer: usize) {
        if let Some(knocks) = self.knockers.remove(&peer) {
            let change = self.rooms.leave(&knocks.hold).expect("they knock");
            self.void.push(knocks.hold);
            return self.apply(&change);
        }
        let Some(seat) = self.seats.remove(&peer) else { return };
        let change = self.rooms.leave(&seat.hold).expect("it has a seat");
        assert!(change.spent.unwrap().is(&pass(seat.socket).fingerprint));
        self.void.push(seat.hold);
        self.forget_lock(seat.room);
        self.apply(&change);
    }

    /// Of a room that nobody is in any more.
    fn forget_lock(&mut self, room: usize) {
        if self.members(room) == 0 {
            self.locked.remove(&room);
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        let now = self.now;
        let expired = |seat: &Seat| seat.away_since.is_some_and(|since| since + KEPT <= now);
        let mut gone: BTreeSet<_> =
            self.seats.iter().filter(|(_, seat)| expired(seat)).map(|(peer, _)| id(*peer)).collect();
        let late = self.knockers.values().filter(|knocks| knocks.since + KNOCKS <= now);
        let late: BTreeSet<_> = late.map(|knocks| knocks.socket).collect();
        self.void.extend(self.seats.values().filter(|seat| expired(seat)).map(|seat| seat.hold.clone()));
        self.seats.retain(|_, seat| seat.away_since.is_none_or(|since| since + KEPT > now));
        (0..3).for_each(|room| self.forget_lock(room));
        for (_, change) in self.rooms.expire(now) {
            match change.deliveries[0].message {
                Notice::PeerLeft { peer, reason: Departure::Timeout } => assert!(gone.remove(&peer)),
                Notice::KnockEnded { .. } => assert_eq!(change.dismissed[0].why, Dismissal::Unanswered),
                ref other => panic!("{other:?}"),
            }
            self.apply(&change);
        }
        assert!(gone.is_empty());
        assert!(
            !self.knockers.values().any(|knocks| late.contains(&knocks.socket)),
            "they knock for too long"
        );
    }

    fn relay(&self, from: usize, to: usize) {
        let Some(seat) = self.seats.get(&from) else { return };
        let target = self.seats.get(&to).filter(|target| target.room == seat.room);
        match self.rooms.relay(&seat.hold, id(to), ()) {
            Ok(Some((socket, _))) => {
                let target = target.expect("a seat in this room");
                assert_eq!((socket, target.away_since), (target.socket, None));
            }
            Ok(None) => assert!(target.expect("a seat in this room").away_since.is_some()),
            Err(NoSuchPeer) => assert!(target.is_none()),
        }
    }

    fn check(&mut self) {
        let taken: BTreeSet<_> = self.seats.values().map(|seat| seat.room).collect();
        assert_eq!(self.rooms.len(), taken.len());
        assert_eq!(self.rooms.away(), self.seats.values().filter(|seat| seat.away_since.is_some()).count());
        for (peer, seat) in self.seats.iter().filter(|(_, seat)| seat.away_since.is_none()) {
            let others = self.seats.iter().filter(|(other, at)| *other != peer && at.room == seat.room);
            let people = others.map(|(other, at)| (id(*other), at.away_since.is_some())).collect();
            let host = self.host_of(seat.room);
            let knockers = self.knockers.iter().filter(|(_, knocks)| knocks.room == seat.room);
            let knocks = if host == Some(*peer) {
                knockers.map(|(peer, _)| id(*peer)).collect()
            } else {
                BTreeSet::new()
            };
            let locked = self.locked.contains(&seat.room);
            let is_so = Belief { people, host: host.map(id), locked, knocks };
            assert_eq!(seat.believes, is_so, "what {peer} believes");
        }
        assert_eq!(self.rooms.knocking(), self.knockers.len());
        for knocks in self.knockers.values() {
            assert!(self.locked.contains(&knocks.room), "nobody knocks at a room that is open, or none");
            assert!(self.rooms.relay(&knocks.hold, knocks.hold.peer, ()).is_err());
        }
        for hold in &self.void {
            assert!(self.rooms.lose(hold, self.now).is_none());
            assert!(self.rooms.leave(hold).is_none());
            assert!(self.rooms.lock(hold, true).is_err());
            assert!(self.rooms.relay(hold, hold.peer, ()).is_err());
        }
    }
}

proptest! {
    #[test]
    fn everyone_knows_exactly_who_is_there_and_who_is_away(events in events()) {
        let mut model = Model::new();
        for event in events {
            match event {
                Event::Join { room, peer } if model.hold(peer).is_none() => model.join(room, peer),
                // Ids are drawn anew: the table is never asked this.
                Event::Join { .. } => {}
                Event::Lose { peer } => model.lose(peer),
                Event::Resume { peer, current } => model.resume(peer, current),
                Event::Leave { peer } => model.leave(peer),
                Event::Pass { seconds } => model.pass(seconds),
                Event::Relay { from, to } => model.relay(from, to),
                Event::Lock { by, locked } => model.lock(by, locked),
                Event::Admit { by, peer } => model.answer(by, peer, true),
                Event::Deny { by, peer } => model.answer(by, peer, false),
                Event::Remove { by, peer } => model.remove(by, peer),
            }
            model.check();
        }
    }
}
