use super::*;
use crate::pass::{Issued, PassKey};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::SystemTime;

const CAPACITY: usize = 3;
const KEPT: Duration = Duration::from_secs(30);

fn id(number: usize) -> PeerId {
    PeerId::from_bits(number as u128)
}

fn room(number: usize) -> RoomName {
    RoomName::parse(&format!("room-{number}")).unwrap()
}

fn name(number: usize) -> DisplayName {
    DisplayName::parse(&format!("Peer {number}")).unwrap()
}

fn rooms(capacity: usize) -> Rooms<usize> {
    Rooms::new(capacity, KEPT)
}

/// The pass number `serial`; what it says does not matter here.
fn pass(serial: usize) -> Pass {
    let issued = Issued::from(SystemTime::UNIX_EPOCH);
    PassKey::from_bytes([0; 32]).issue(&room(0), id(0), (serial as u128).to_be_bytes(), issued)
}

/// Their socket has the number of the pass they are given.
fn guest(peer: usize, socket: usize) -> Guest<usize> {
    Guest { peer: id(peer), name: name(peer), handle: socket, pass: pass(socket), ice_servers: vec![] }
}

/// Who joins first has socket and pass of the same number.
fn join(rooms: &mut Rooms<usize>, at: usize, peer: usize) -> (Hold, [Delivery<usize>; 2]) {
    rooms.join(&room(at), guest(peer, peer)).unwrap()
}

fn resume(
    rooms: &mut Rooms<usize>,
    at: usize,
    peer: usize,
    shown: usize,
    socket: usize,
    now: Instant,
) -> Result<Resumed<usize>, NotResumed<usize>> {
    rooms.resume(&room(at), &pass(shown).fingerprint, guest(peer, socket), now)
}

fn snapshot(delivery: &Delivery<usize>) -> Vec<(PeerId, bool)> {
    match &delivery.message {
        Notice::Joined { peers, .. } => peers.iter().map(|entry| (entry.peer, entry.away)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_newcomer_is_told_who_is_there_in_order_of_arrival() {
    let mut rooms = rooms(CAPACITY);
    let (seven, _) = join(&mut rooms, 0, 7);
    join(&mut rooms, 0, 3);
    rooms.lose(&seven, Instant::now()).unwrap();
    let (_, [joined, notice]) = join(&mut rooms, 0, 5);
    assert_eq!(joined.to, [5]);
    assert_eq!(snapshot(&joined), [(id(7), true), (id(3), false)]);
    match joined.message {
        Notice::Joined { you, resume, .. } => assert_eq!((you, resume), (id(5), pass(5).token)),
        other => panic!("{other:?}"),
    }
    assert_eq!(notice.to, [3], "who is away hears nothing");
    assert_eq!(notice.message, Notice::PeerJoined { peer: id(5), name: name(5) });
}

#[test]
fn a_full_room_stays_as_it_was_and_who_is_away_counts() {
    let mut rooms = rooms(1);
    let (hold, _) = join(&mut rooms, 0, 1);
    assert_eq!(rooms.join(&room(0), guest(2, 2)).unwrap_err(), RoomFull);
    rooms.lose(&hold, Instant::now());
    assert_eq!(rooms.join(&room(0), guest(2, 2)).unwrap_err(), RoomFull);
    assert!(rooms.relay(&hold, id(2), ()).is_err());
    join(&mut rooms, 1, 2);
}

#[test]
fn a_signal_stays_in_its_room_and_says_whose_it_is() {
    let mut rooms = rooms(CAPACITY);
    let [one, two, three] = [(0, 1), (0, 2), (1, 3)].map(|(at, peer)| join(&mut rooms, at, peer).0);
    let (to, message) = rooms.relay(&one, id(2), "hello").unwrap().unwrap();
    assert_eq!((to, message), (2, ServerMessage::Signal { from: id(1), payload: "hello" }));
    assert_eq!(rooms.relay(&one, id(3), ()).unwrap_err(), NoSuchPeer);
    assert_eq!(rooms.relay(&three, id(2), ()).unwrap_err(), NoSuchPeer);
    rooms.lose(&two, Instant::now());
    assert_eq!(rooms.relay(&one, id(2), ()).unwrap(), None, "dropped, and no error");
    rooms.leave(&two, Departure::Left);
    assert_eq!(rooms.relay(&one, id(2), ()).unwrap_err(), NoSuchPeer);
    assert_eq!(rooms.relay(&two, id(1), ()).unwrap_err(), NoSuchPeer, "not seated any more");
}

#[test]
fn an_empty_room_does_not_exist() {
    let mut rooms = rooms(CAPACITY);
    let (hold, _) = join(&mut rooms, 0, 1);
    assert_eq!(rooms.len(), 1);
    let (left, delivery) = rooms.leave(&hold, Departure::Left).unwrap();
    assert!(left.is(&pass(1).fingerprint) && delivery.to.is_empty());
    assert!(rooms.is_empty());
    assert!(rooms.leave(&hold, Departure::Left).is_none());
    let (hold, _) = join(&mut rooms, 0, 1);
    let lost = Instant::now();
    rooms.lose(&hold, lost);
    assert_eq!((rooms.len(), rooms.away()), (1, 1));
    rooms.expire(lost + KEPT);
    assert_eq!((rooms.len(), rooms.away()), (0, 0));
}

#[test]
fn a_seat_is_away_for_as_long_as_it_is_kept() {
    let mut rooms = rooms(CAPACITY);
    let (one, _) = join(&mut rooms, 0, 1);
    let (two, _) = join(&mut rooms, 0, 2);
    let lost = Instant::now();
    let told = rooms.lose(&one, lost).unwrap();
    assert_eq!((told.to, told.message), (vec![2], Notice::PeerAway { peer: id(1) }));
    assert!(rooms.lose(&one, lost).is_none(), "told once");
    let told = rooms.lose(&two, lost + Duration::from_secs(1)).unwrap();
    assert!(told.to.is_empty(), "nobody is there to be told");
    assert!(rooms.expire(lost + KEPT - Duration::from_millis(1)).is_empty());
    let told = rooms.expire(lost + KEPT);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1.message, Notice::PeerLeft { peer: id(1), reason: Departure::Timeout });
    assert_eq!((rooms.len(), rooms.away()), (1, 1));
}

#[test]
fn who_was_away_is_back_with_the_same_id_and_those_who_know_are_told() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    let (one, _) = join(&mut rooms, 0, 1);
    join(&mut rooms, 0, 2);
    rooms.lose(&one, now);
    let Resumed { hold, deliveries: [joined, back], taken_over, replaced } =
        resume(&mut rooms, 0, 1, 1, 11, now).unwrap();
    assert_eq!((joined.to.as_slice(), snapshot(&joined)), (&[11][..], vec![(id(2), false)]));
    assert!(
        matches!(joined.message, Notice::Joined { you, resume, .. } if you == id(1) && resume == pass(11).token)
    );
    assert_eq!((back.to, back.message), (vec![2], Notice::PeerBack { peer: id(1) }));
    assert_eq!((taken_over, rooms.away()), (None, 0));
    assert!(replaced.is(&pass(1).fingerprint));
    assert!(rooms.expire(now + 2 * KEPT).is_empty(), "it does not expire any more");
    assert!(rooms.relay(&hold, id(2), ()).unwrap().is_some());
}

#[test]
fn a_socket_that_was_taken_over_has_no_say_in_the_seat() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    let (old, _) = join(&mut rooms, 0, 1);
    let (two, _) = join(&mut rooms, 0, 2);
    let mut renamed = guest(1, 11);
    renamed.name = name(100);
    let resumed = rooms.resume(&room(0), &pass(1).fingerprint, renamed, now).unwrap();
    assert_eq!(resumed.taken_over, Some(1));
    assert!(resumed.deliveries[1].to.is_empty(), "nobody knew that there was another socket");
    assert!(rooms.lose(&old, now).is_none() && rooms.leave(&old, Departure::Left).is_none());
    assert_eq!(rooms.relay(&old, id(2), ()).unwrap_err(), NoSuchPeer);
    assert_eq!(rooms.relay(&two, id(1), ()).unwrap().unwrap().0, 11);
    match join(&mut rooms, 0, 3).1[0].message.clone() {
        Notice::Joined { peers, .. } => assert_eq!(peers[0].name, name(100), "what it is called now"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_latest_passes_give_the_seat_back() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    join(&mut rooms, 0, 1);
    assert!(matches!(resume(&mut rooms, 0, 1, 99, 11, now), Err(NotResumed::OtherPass)));
    resume(&mut rooms, 0, 1, 1, 11, now).unwrap();
    // The answer may have been lost, so that what was just used is shown again; not for ever, though.
    resume(&mut rooms, 0, 1, 1, 12, now).unwrap();
    resume(&mut rooms, 0, 1, 11, 12, now).unwrap();
    let later = now + KEPT;
    assert!(matches!(resume(&mut rooms, 0, 1, 1, 12, later), Err(NotResumed::OtherPass)), "used");
    assert!(matches!(resume(&mut rooms, 1, 1, 12, 13, now), Err(NotResumed::NoSeat(_))), "another room");
    assert!(matches!(resume(&mut rooms, 0, 2, 12, 13, now), Err(NotResumed::NoSeat(_))), "another peer");
}

#[test]
fn a_seat_that_changes_its_socket_all_the_time_has_to_wait() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    join(&mut rooms, 0, 0);
    let burst = RESUMES.burst as usize;
    for socket in 1..=burst {
        resume(&mut rooms, 0, 0, socket - 1, socket, now).unwrap();
    }
    assert!(matches!(resume(&mut rooms, 0, 0, burst, burst + 1, now), Err(NotResumed::TooOften)));
    let later = now + Duration::from_secs_f64(1.0 / RESUMES.per_second);
    resume(&mut rooms, 0, 0, burst, burst + 1, later).unwrap();
}

#[derive(Clone, Debug)]
enum Event {
    Join { room: usize, peer: usize },
    Lose { peer: usize },
    Resume { peer: usize, current: bool },
    Leave { peer: usize },
    Pass { seconds: u64 },
    Relay { from: usize, to: usize },
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
        3 => (peers.clone(), peers).prop_map(|(from, to)| Event::Relay { from, to }),
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
    /// What its page believes of the room, from nothing but what it was told: who is there, and who is away.
    believes: BTreeMap<PeerId, bool>,
}

/// The table, and beside it what it should hold.
struct Model {
    rooms: Rooms<usize>,
    seats: BTreeMap<usize, Seat>,
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

    fn take_in(&mut self, delivery: &Delivery<usize>) {
        let told: BTreeSet<_> = delivery.to.iter().collect();
        assert_eq!(told.len(), delivery.to.len(), "told twice");
        for socket in &delivery.to {
            let seat = self.seats.values_mut().find(|seat| seat.socket == *socket);
            let seat = seat.expect("told to a socket without a seat");
            assert!(seat.away_since.is_none(), "told to a socket that is lost");
            match &delivery.message {
                Notice::Joined { peers, resume, .. } => {
                    assert_eq!(*resume, pass(*socket).token);
                    seat.believes = peers.iter().map(|entry| (entry.peer, entry.away)).collect();
                }
                Notice::PeerJoined { peer, .. } => {
                    assert_eq!(seat.believes.insert(*peer, false), None, "told twice of one newcomer");
                }
                Notice::PeerAway { peer } => assert_eq!(seat.believes.insert(*peer, true), Some(false)),
                Notice::PeerBack { peer } => assert_eq!(seat.believes.insert(*peer, false), Some(true)),
                Notice::PeerLeft { peer, .. } => {
                    assert!(seat.believes.remove(peer).is_some(), "nobody arrived for this departure");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn join(&mut self, at: usize, peer: usize) {
        let socket = self.next_socket();
        match self.rooms.join(&room(at), guest(peer, socket)) {
            Ok((hold, deliveries)) => {
                assert!(self.members(at) < CAPACITY);
                let seat = Seat { room: at, socket, hold, away_since: None, believes: BTreeMap::new() };
                self.seats.insert(peer, seat);
                deliveries.iter().for_each(|delivery| self.take_in(delivery));
            }
            Err(RoomFull) => assert_eq!(self.members(at), CAPACITY),
        }
    }

    fn resume(&mut self, peer: usize, current: bool) {
        let socket = self.next_socket();
        let Some(seat) = self.seats.get_mut(&peer) else {
            let gone = self.rooms.resume(&room(0), &pass(0).fingerprint, guest(peer, socket), self.now);
            assert!(matches!(gone, Err(NotResumed::NoSeat(_))));
            return;
        };
        let shown = pass(if current { seat.socket } else { 0 }).fingerprint;
        match self.rooms.resume(&room(seat.room), &shown, guest(peer, socket), self.now) {
            Ok(Resumed { hold, deliveries, taken_over, replaced }) => {
                assert!(current && replaced.is(&shown));
                assert_eq!(taken_over, seat.away_since.is_none().then_some(seat.socket));
                self.void.push(std::mem::replace(&mut seat.hold, hold));
                seat.socket = socket;
                seat.away_since = None;
                deliveries.iter().for_each(|delivery| self.take_in(delivery));
            }
            Err(NotResumed::OtherPass) => assert!(!current),
            Err(NotResumed::TooOften) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn lose(&mut self, peer: usize) {
        let Some(seat) = self.seats.get_mut(&peer) else { return };
        let told = self.rooms.lose(&seat.hold, self.now);
        assert_eq!(told.is_some(), seat.away_since.is_none());
        seat.away_since.get_or_insert(self.now);
        told.iter().for_each(|delivery| self.take_in(delivery));
    }

    fn leave(&mut self, peer: usize) {
        let Some(seat) = self.seats.remove(&peer) else { return };
        let (left, delivery) = self.rooms.leave(&seat.hold, Departure::Left).expect("it has a seat");
        assert!(left.is(&pass(seat.socket).fingerprint));
        self.void.push(seat.hold);
        self.take_in(&delivery);
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        let expired = |seat: &Seat| seat.away_since.is_some_and(|since| since + KEPT <= self.now);
        let mut gone: BTreeSet<_> =
            self.seats.iter().filter(|(_, seat)| expired(seat)).map(|(peer, _)| id(*peer)).collect();
        self.void.extend(self.seats.values().filter(|seat| expired(seat)).map(|seat| seat.hold.clone()));
        let now = self.now;
        self.seats.retain(|_, seat| seat.away_since.is_none_or(|since| since + KEPT > now));
        for (_, delivery) in self.rooms.expire(self.now) {
            match delivery.message {
                Notice::PeerLeft { peer, reason: Departure::Timeout } => assert!(gone.remove(&peer)),
                ref other => panic!("{other:?}"),
            }
            self.take_in(&delivery);
        }
        assert!(gone.is_empty());
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
            let others = others.map(|(other, at)| (id(*other), at.away_since.is_some())).collect();
            assert_eq!(seat.believes, others, "what {peer} believes");
        }
        for hold in &self.void {
            assert!(self.rooms.lose(hold, self.now).is_none());
            assert!(self.rooms.leave(hold, Departure::Left).is_none());
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
                Event::Join { room, peer } if !model.seats.contains_key(&peer) => model.join(room, peer),
                // Ids are drawn anew: the table is never asked this.
                Event::Join { .. } => {}
                Event::Lose { peer } => model.lose(peer),
                Event::Resume { peer, current } => model.resume(peer, current),
                Event::Leave { peer } => model.leave(peer),
                Event::Pass { seconds } => model.pass(seconds),
                Event::Relay { from, to } => model.relay(from, to),
            }
            model.check();
        }
    }
}
