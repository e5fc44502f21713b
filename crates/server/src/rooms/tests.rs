//! Seats, sockets and passes; what all tests of the table begin with.

#[path = "tests/host.rs"]
mod host;
#[path = "tests/model.rs"]
mod model;

use super::*;
use crate::pass::{Issued, PassKey};
use std::time::SystemTime;

const CAPACITY: usize = 3;
const KEPT: Duration = Duration::from_secs(30);
/// Nobody knocks for longer.
const KNOCKS: Duration = Duration::from_secs(60);

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
    Rooms::new(capacity, KEPT, KNOCKS)
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
    rooms.leave(&two).unwrap();
    assert_eq!(rooms.relay(&one, id(2), ()).unwrap_err(), NoSuchPeer);
    assert_eq!(rooms.relay(&two, id(1), ()).unwrap_err(), NoSuchPeer, "not seated any more");
}

#[test]
fn an_empty_room_does_not_exist() {
    let mut rooms = rooms(CAPACITY);
    let (hold, _) = join(&mut rooms, 0, 1);
    assert_eq!(rooms.len(), 1);
    let Change { deliveries, dismissed, spent } = rooms.leave(&hold).unwrap();
    assert!(spent.unwrap().is(&pass(1).fingerprint));
    assert!(deliveries.iter().all(|delivery| delivery.to.is_empty()) && dismissed.is_empty());
    assert!(rooms.is_empty());
    assert!(rooms.leave(&hold).is_none());
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
    let left = Notice::PeerLeft { peer: id(1), reason: Departure::Timeout };
    assert_eq!(told[0].1.deliveries[0].message, left);
    assert_eq!((rooms.len(), rooms.away()), (1, 1));
}

#[test]
fn who_was_away_is_back_with_the_same_id_and_those_who_know_are_told() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    let (one, _) = join(&mut rooms, 0, 1);
    join(&mut rooms, 0, 2);
    rooms.lose(&one, now);
    let Resumed { hold, deliveries: [joined, back], taken_over, replaced, .. } =
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
    assert!(rooms.lose(&old, now).is_none() && rooms.leave(&old).is_none());
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
