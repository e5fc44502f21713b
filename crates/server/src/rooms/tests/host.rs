//! What a host decides, and who else decides nothing.

use super::super::host::{Dismissal, Entrance, NotDecided, NotMet};
use super::*;
use ojak_protocol::KNOCKS_MAX;

/// Who comes to this room, whether they knock or not. Their socket has their number.
fn enter(rooms: &mut Rooms<usize>, at: usize, peer: usize, now: Instant) -> (Hold, Entrance) {
    let (hold, _, entrance) = rooms.enter(&room(at), guest(peer, peer), now).unwrap();
    (hold, entrance)
}

/// What each socket is told, in order.
fn told(change: &Change<usize>) -> Vec<(Vec<usize>, &Notice)> {
    let to_somebody = change.deliveries.iter().filter(|delivery| !delivery.to.is_empty());
    to_somebody.map(|delivery| (delivery.to.clone(), &delivery.message)).collect()
}

fn knock(peer: usize) -> Notice {
    Notice::Knock { peer: id(peer), name: name(peer) }
}

fn knock_ended(peer: usize) -> Notice {
    Notice::KnockEnded { peer: id(peer), name: name(peer) }
}

/// A locked room with 1, who is the host, and 2; and 7, who knocks there.
fn locked_room(now: Instant) -> (Rooms<usize>, [Hold; 3]) {
    let mut rooms = rooms(CAPACITY);
    let [host, other] = [1, 2].map(|peer| join(&mut rooms, 0, peer).0);
    rooms.lock(&host, true).unwrap();
    let (knocks, entrance) = enter(&mut rooms, 0, 7, now);
    assert_eq!(entrance, Entrance::Waiting);
    (rooms, [host, other, knocks])
}

#[test]
fn who_comes_to_a_locked_room_has_no_seat_and_only_the_host_hears_of_them() {
    let mut rooms = rooms(CAPACITY);
    let now = Instant::now();
    let [host, other] = [1, 2].map(|peer| join(&mut rooms, 0, peer).0);
    let change = rooms.lock(&host, true).unwrap();
    assert_eq!(told(&change), [(vec![1, 2], &Notice::Locked { locked: true })]);
    assert!(told(&rooms.lock(&host, true).unwrap()).is_empty(), "it was already");
    let (knocks, deliveries, _) = rooms.enter(&room(0), guest(7, 7), now).unwrap();
    let said = deliveries.map(|delivery| (delivery.to, delivery.message));
    assert_eq!(said, [(vec![7], Notice::Waiting), (vec![1], knock(7))]);
    assert!(rooms.relay(&knocks, id(2), ()).is_err() && rooms.relay(&other, id(7), ()).is_err());
    assert!(rooms.names(&room(0)).is_empty(), "from outside it is as an empty one");
    let ended = rooms.lose(&knocks, now).unwrap();
    assert_eq!((ended.to, ended.message, rooms.knocking()), (vec![1], knock_ended(7), 0));
    assert!(rooms.leave(&knocks).is_none());
}

#[test]
fn who_is_let_in_joins_as_anybody_does() {
    let now = Instant::now();
    let (mut rooms, [host, other, knocks]) = locked_room(now);
    let change = rooms.admit(&host, id(7)).unwrap();
    let [(ended, _), (joined, joined_message), (entered, _)] = told(&change).try_into().unwrap();
    assert_eq!((ended, joined, entered), (vec![1], vec![7], vec![1, 2]));
    match joined_message {
        Notice::Joined { you, resume, peers, host, locked, .. } => {
            assert_eq!((*you, resume, *host, *locked), (id(7), &pass(7).token, id(1), true));
            assert_eq!(peers.len(), 2);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(rooms.knocking(), 0);
    assert_eq!(rooms.relay(&knocks, id(2), ()).unwrap().unwrap().0, 2, "the hold is that of the seat");
    assert_eq!(rooms.relay(&other, id(7), ()).unwrap().unwrap().0, 7);
    rooms.lose(&knocks, now).unwrap();
    resume(&mut rooms, 0, 7, 7, 17, now).expect("who has a seat need not knock to come back");
}

#[test]
fn who_is_not_let_in_is_sent_away() {
    let now = Instant::now();
    let (mut rooms, [host, _, knocks]) = locked_room(now);
    let change = rooms.deny(&host, id(7)).unwrap();
    assert_eq!(told(&change), [(vec![1], &knock_ended(7))]);
    assert_eq!((change.dismissed[0].handle, change.dismissed[0].why), (7, Dismissal::Denied));
    assert!(rooms.lose(&knocks, now).is_none());
    enter(&mut rooms, 0, 8, now);
    assert!(rooms.expire(now + KNOCKS - Duration::from_millis(1)).is_empty());
    let (_, change) = rooms.expire(now + KNOCKS).remove(0);
    assert_eq!(told(&change), [(vec![1], &knock_ended(8))]);
    assert_eq!((change.dismissed[0].handle, change.dismissed[0].why), (8, Dismissal::Unanswered));
    assert_eq!(rooms.knocking(), 0);
}

#[test]
fn nobody_but_the_host_decides() {
    let now = Instant::now();
    let (mut rooms, [host, other, knocks]) = locked_room(now);
    for hold in [&other, &knocks] {
        assert_eq!(rooms.lock(hold, false).unwrap_err(), NotDecided::NotHost);
        assert_eq!(rooms.admit(hold, id(7)).unwrap_err(), NotDecided::NotHost);
        assert_eq!(rooms.deny(hold, id(7)).unwrap_err(), NotDecided::NotHost);
        assert_eq!(rooms.remove(hold, id(1)).unwrap_err(), NotDecided::NotHost);
    }
    for stranger in [1, 9] {
        assert_eq!(rooms.admit(&host, id(stranger)).unwrap_err(), NotDecided::NoSuchPeer);
        assert_eq!(rooms.deny(&host, id(stranger)).unwrap_err(), NotDecided::NoSuchPeer);
        assert_eq!(rooms.remove(&host, id(stranger)).unwrap_err(), NotDecided::NoSuchPeer);
    }
    rooms.leave(&host).unwrap();
    assert_eq!(rooms.lock(&host, false).unwrap_err(), NotDecided::NotHost, "not seated any more");
}

#[test]
fn a_new_host_and_one_who_is_back_are_told_who_knocks() {
    let now = Instant::now();
    let (mut rooms, [host, other, _]) = locked_room(now);
    rooms.lose(&host, now).unwrap();
    enter(&mut rooms, 0, 8, now);
    let resumed = resume(&mut rooms, 0, 1, 1, 11, now).unwrap();
    let said: Vec<_> = resumed.knocks.iter().map(|delivery| (&*delivery.to, &delivery.message)).collect();
    assert_eq!(said, [(&[11][..], &knock(7)), (&[11][..], &knock(8))]);
    let change = rooms.leave(&resumed.hold).unwrap();
    let host = Notice::Host { peer: id(2) };
    assert_eq!(told(&change)[1..], [(vec![2], &host), (vec![2], &knock(7)), (vec![2], &knock(8))]);
    rooms.admit(&other, id(8)).expect("the next one is the host");
    let resumed = resume(&mut rooms, 0, 8, 8, 18, now).unwrap();
    assert!(resumed.knocks.is_empty(), "nobody else hears of them");
}

#[test]
fn an_unlocked_room_lets_in_who_knocks_as_long_as_there_are_places() {
    let now = Instant::now();
    let (mut rooms, [host, ..]) = locked_room(now);
    enter(&mut rooms, 0, 8, now);
    let change = rooms.lock(&host, false).unwrap();
    assert!(told(&change).iter().any(|(to, notice)| *to == [7] && matches!(notice, Notice::Joined { .. })));
    assert_eq!((change.dismissed[0].handle, change.dismissed[0].why), (8, Dismissal::Full));
    assert_eq!((rooms.knocking(), rooms.names(&room(0)).len()), (0, CAPACITY));
}

#[test]
fn who_knocks_when_everybody_leaves_is_the_first_of_another_room() {
    let now = Instant::now();
    let (mut rooms, [host, other, knocks]) = locked_room(now);
    rooms.leave(&host).unwrap();
    rooms.lose(&other, now).unwrap();
    let (_, change) = rooms.expire(now + KEPT).remove(0);
    match told(&change)[..] {
        [(ref to, Notice::Joined { host, locked: false, peers, .. })] => {
            assert_eq!((&**to, *host, peers.len()), (&[7][..], id(7), 0));
        }
        ref other => panic!("{other:?}"),
    }
    assert_eq!((rooms.len(), rooms.knocking(), rooms.away()), (1, 0, 0));
    rooms.lock(&knocks, true).expect("the host");
}

#[test]
fn a_full_room_takes_nobody_and_says_so() {
    let now = Instant::now();
    let (mut rooms, [host, ..]) = locked_room(now);
    enter(&mut rooms, 0, 8, now);
    rooms.admit(&host, id(8)).unwrap();
    assert_eq!(rooms.admit(&host, id(7)).unwrap_err(), NotDecided::Full);
    assert_eq!(rooms.knocking(), 1, "and they go on knocking");
    assert!(matches!(rooms.enter(&room(0), guest(9, 9), now), Err(NotMet::Full(_))));
}

#[test]
fn so_many_may_knock_at_one_room() {
    let now = Instant::now();
    let (mut rooms, _) = locked_room(now);
    for peer in 0..KNOCKS_MAX - 1 {
        enter(&mut rooms, 0, 100 + peer, now);
    }
    assert_eq!(rooms.enter(&room(0), guest(9, 9), now).unwrap_err(), NotMet::TooMany);
    enter(&mut rooms, 1, 9, now);
}

#[test]
fn who_was_sent_out_does_not_come_back_to_that_seat() {
    let now = Instant::now();
    let (mut rooms, [host, other, _]) = locked_room(now);
    let change = rooms.remove(&host, id(2)).unwrap();
    let left = Notice::PeerLeft { peer: id(2), reason: Departure::Removed };
    assert_eq!(told(&change), [(vec![1], &left)]);
    assert_eq!((change.dismissed[0].handle, change.dismissed[0].why), (2, Dismissal::Removed));
    assert!(change.spent.unwrap().is(&pass(2).fingerprint));
    assert!(rooms.lose(&other, now).is_none() && rooms.relay(&other, id(1), ()).is_err());
    assert!(matches!(resume(&mut rooms, 0, 2, 2, 12, now), Err(NotResumed::Removed)));
    // Who is away can be sent out as well.
    rooms.admit(&host, id(7)).unwrap();
    let seven = resume(&mut rooms, 0, 7, 7, 17, now).unwrap().hold;
    rooms.lose(&seven, now).unwrap();
    let change = rooms.remove(&host, id(7)).unwrap();
    assert!(change.dismissed.is_empty() && rooms.away() == 0);
    assert!(matches!(resume(&mut rooms, 0, 7, 17, 27, now), Err(NotResumed::Removed)));
}
