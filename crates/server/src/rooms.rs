//! Who is in which room: a table, and what has to be said when it changes.
//!
//! Nothing in here locks, waits, sends, asks a clock or draws random numbers. Whoever holds the table
//! hands in what happened and delivers what comes back; `H` is how it finds a member again.

use ojak_protocol::{Departure, DisplayName, IceServer, PeerEntry, PeerId, RoomName, ServerMessage};
use std::collections::HashMap;
use thiserror::Error;

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

/// The room holds as many as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the room is full")]
pub struct RoomFull;

/// Nobody with that id is in the sender's room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nobody with that id is in the room")]
pub struct NoSuchPeer;

/// All rooms with somebody in them. A room that the last member left does not exist.
#[derive(Debug)]
pub struct Rooms<H> {
    capacity: usize,
    /// Members in order of arrival.
    rooms: HashMap<RoomName, Vec<Member<H>>>,
}

#[derive(Debug)]
struct Member<H> {
    entry: PeerEntry,
    handle: H,
}

impl<H: Clone> Rooms<H> {
    /// No rooms yet; each will hold up to `capacity` people.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, rooms: HashMap::new() }
    }

    /// Rooms with somebody in them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether nobody is in any room.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Seats `peer`: it is told who is there, and those are told of it.
    ///
    /// # Errors
    /// [`RoomFull`]; the table is as it was.
    pub fn join(
        &mut self,
        room: &RoomName,
        peer: PeerId,
        name: DisplayName,
        handle: H,
        ice_servers: Vec<IceServer>,
    ) -> Result<[Delivery<H>; 2], RoomFull> {
        let members = self.rooms.get(room).map_or(&[][..], Vec::as_slice);
        if members.len() >= self.capacity {
            return Err(RoomFull);
        }
        let peers = members.iter().map(|member| member.entry.clone()).collect();
        let present = members.iter().map(|member| member.handle.clone()).collect();
        let deliveries = [
            Delivery {
                to: vec![handle.clone()],
                message: Notice::Joined { you: peer, room: room.clone(), peers, ice_servers },
            },
            Delivery { to: present, message: Notice::PeerJoined { peer, name: name.clone() } },
        ];
        let newcomer = Member { entry: PeerEntry { peer, name }, handle };
        self.rooms.entry(room.clone()).or_default().push(newcomer);
        Ok(deliveries)
    }

    /// Gives the seat of `peer` up and tells those who stay. Nothing happens if it has none.
    pub fn leave(&mut self, room: &RoomName, peer: PeerId, reason: Departure) -> Option<Delivery<H>> {
        let members = self.rooms.get_mut(room)?;
        let place = members.iter().position(|member| member.entry.peer == peer)?;
        members.remove(place);
        if members.is_empty() {
            self.rooms.remove(room);
            return None;
        }
        let to = members.iter().map(|member| member.handle.clone()).collect();
        Some(Delivery { to, message: Notice::PeerLeft { peer, reason } })
    }

    /// What `from` says to `to`, stamped with who says it.
    ///
    /// # Errors
    /// [`NoSuchPeer`] unless both sit in `room`.
    pub fn relay<P>(
        &self,
        room: &RoomName,
        from: PeerId,
        to: PeerId,
        payload: P,
    ) -> Result<(H, ServerMessage<P>), NoSuchPeer> {
        let members = self.rooms.get(room).ok_or(NoSuchPeer)?;
        let seated = |peer| members.iter().find(|member| member.entry.peer == peer).ok_or(NoSuchPeer);
        seated(from)?;
        Ok((seated(to)?.handle.clone(), ServerMessage::Signal { from, payload }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const CAPACITY: usize = 3;

    fn id(number: usize) -> PeerId {
        PeerId::from_bits(number as u128)
    }

    fn room(number: usize) -> RoomName {
        RoomName::parse(&format!("room-{number}")).unwrap()
    }

    fn name(number: usize) -> DisplayName {
        DisplayName::parse(&format!("Peer {number}")).unwrap()
    }

    fn join(rooms: &mut Rooms<usize>, at: usize, peer: usize) -> Result<[Delivery<usize>; 2], RoomFull> {
        rooms.join(&room(at), id(peer), name(peer), peer, vec![])
    }

    #[test]
    fn a_newcomer_is_told_who_is_there_in_order_of_arrival() {
        let mut rooms = Rooms::new(CAPACITY);
        join(&mut rooms, 0, 7).unwrap();
        join(&mut rooms, 0, 3).unwrap();
        let [joined, notice] = join(&mut rooms, 0, 5).unwrap();
        assert_eq!(joined.to, [5]);
        match joined.message {
            Notice::Joined { you, peers, .. } => {
                assert_eq!(you, id(5));
                assert_eq!(peers.iter().map(|entry| entry.peer).collect::<Vec<_>>(), [id(7), id(3)]);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(notice.to, [7, 3]);
        assert_eq!(notice.message, Notice::PeerJoined { peer: id(5), name: name(5) });
    }

    #[test]
    fn a_full_room_stays_as_it_was() {
        let mut rooms = Rooms::new(1);
        join(&mut rooms, 0, 1).unwrap();
        assert_eq!(join(&mut rooms, 0, 2).unwrap_err(), RoomFull);
        assert!(rooms.relay(&room(0), id(1), id(2), ()).is_err());
        join(&mut rooms, 1, 2).unwrap();
    }

    #[test]
    fn a_signal_stays_in_its_room_and_says_whose_it_is() {
        let mut rooms = Rooms::new(CAPACITY);
        for (at, peer) in [(0, 1), (0, 2), (1, 3)] {
            join(&mut rooms, at, peer).unwrap();
        }
        let (to, message) = rooms.relay(&room(0), id(1), id(2), "hello").unwrap();
        assert_eq!((to, message), (2, ServerMessage::Signal { from: id(1), payload: "hello" }));
        assert_eq!(rooms.relay(&room(0), id(1), id(3), ()).unwrap_err(), NoSuchPeer);
        assert_eq!(rooms.relay(&room(1), id(1), id(3), ()).unwrap_err(), NoSuchPeer, "not seated there");
        assert_eq!(rooms.relay(&room(9), id(1), id(2), ()).unwrap_err(), NoSuchPeer);
    }

    #[test]
    fn an_empty_room_does_not_exist() {
        let mut rooms = Rooms::new(CAPACITY);
        join(&mut rooms, 0, 1).unwrap();
        assert_eq!(rooms.len(), 1);
        assert!(rooms.leave(&room(0), id(1), Departure::Left).is_none());
        assert!(rooms.is_empty());
        assert!(rooms.leave(&room(0), id(1), Departure::Left).is_none());
    }

    #[derive(Clone, Debug)]
    enum Event {
        Join { room: usize, peer: usize },
        Leave { peer: usize },
        Relay { from: usize, to: usize },
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let (rooms, peers) = (0..3_usize, 0..9_usize);
        let event = prop_oneof![
            4 => (rooms, peers.clone()).prop_map(|(room, peer)| Event::Join { room, peer }),
            3 => peers.clone().prop_map(|peer| Event::Leave { peer }),
            3 => (peers.clone(), peers).prop_map(|(from, to)| Event::Relay { from, to }),
        ];
        proptest::collection::vec(event, 0..120)
    }

    /// What each member believes of its room, from nothing but what it was told.
    #[derive(Default)]
    struct Beliefs(BTreeMap<usize, Vec<PeerId>>);

    impl Beliefs {
        fn take_in(&mut self, delivery: &Delivery<usize>) {
            for (place, to) in delivery.to.iter().enumerate() {
                assert!(!delivery.to[..place].contains(to), "told twice");
                match &delivery.message {
                    Notice::Joined { you, peers, .. } => {
                        assert_eq!(*you, id(*to));
                        let peers = peers.iter().map(|entry| entry.peer).collect();
                        assert!(self.0.insert(*to, peers).is_none(), "joined twice");
                    }
                    Notice::PeerJoined { peer, .. } => {
                        let others = self.0.get_mut(to).expect("told before it joined");
                        assert!(!others.contains(peer), "told twice of one newcomer");
                        others.push(*peer);
                    }
                    Notice::PeerLeft { peer, .. } => {
                        let others = self.0.get_mut(to).expect("told before it joined");
                        let place = others.iter().position(|other| other == peer);
                        others.remove(place.expect("told of a departure nobody arrived for"));
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    proptest! {
        #[test]
        fn everyone_knows_exactly_who_is_there(events in events()) {
            let mut rooms = Rooms::new(CAPACITY);
            let mut seats: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            let mut beliefs = Beliefs::default();
            let seat_of = |seats: &BTreeMap<usize, Vec<usize>>, peer: usize| {
                seats.iter().find(|(_, members)| members.contains(&peer)).map(|(room, _)| *room)
            };
            for event in events {
                match event {
                    Event::Join { room, peer } if seat_of(&seats, peer).is_none() => {
                        let members = seats.entry(room).or_default();
                        match join(&mut rooms, room, peer) {
                            Ok(deliveries) => {
                                prop_assert!(members.len() < CAPACITY);
                                members.push(peer);
                                deliveries.iter().for_each(|delivery| beliefs.take_in(delivery));
                            }
                            Err(RoomFull) => prop_assert_eq!(members.len(), CAPACITY),
                        }
                    }
                    // A socket joins once: the table is never asked this.
                    Event::Join { .. } => {}
                    Event::Leave { peer } => {
                        let Some(at) = seat_of(&seats, peer) else { continue };
                        if let Some(delivery) = rooms.leave(&room(at), id(peer), Departure::Left) {
                            prop_assert!(!delivery.to.contains(&peer), "told of its own departure");
                            beliefs.take_in(&delivery);
                        }
                        seats.entry(at).or_default().retain(|member| *member != peer);
                        beliefs.0.remove(&peer);
                    }
                    Event::Relay { from, to } => {
                        let Some(at) = seat_of(&seats, from) else { continue };
                        let relayed = rooms.relay(&room(at), id(from), id(to), ());
                        prop_assert_eq!(relayed.is_ok(), seat_of(&seats, to) == Some(at));
                    }
                }
                prop_assert_eq!(rooms.len(), seats.values().filter(|members| !members.is_empty()).count());
                for members in seats.values() {
                    prop_assert!(members.len() <= CAPACITY);
                    for member in members {
                        let others: Vec<_> = members.iter().filter(|other| *other != member).map(|o| id(*o)).collect();
                        prop_assert_eq!(&beliefs.0[member], &others);
                    }
                }
            }
        }
    }
}
