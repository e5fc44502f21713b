//! The one room table of this process, and the seats people hold in it.

use crate::frame;
use crate::outbox::Outbox;
use crate::rooms::{Delivery, NoSuchPeer, RoomFull, Rooms};
use ojak_protocol::{Departure, DisplayName, IceServer, PeerId, RoomName};
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// The rooms behind a lock that is held for a look-up and a few pushes, and never across an `await`.
#[derive(Debug)]
pub(crate) struct Hub {
    rooms: Mutex<Rooms<Arc<Outbox>>>,
    ice_servers: Vec<IceServer>,
}

/// Why there is no seat.
#[derive(Debug, Error)]
pub(crate) enum NoSeat {
    #[error(transparent)]
    Full(#[from] RoomFull),
    #[error("the operating system gave no random bits: {0}")]
    NoRandomness(getrandom::Error),
}

impl Hub {
    pub(crate) fn new(room_capacity: usize, ice_servers: Vec<IceServer>) -> Self {
        Self { rooms: Mutex::new(Rooms::new(room_capacity)), ice_servers }
    }

    /// Seats somebody; from here on `outbox` gets what happens in the room.
    pub(crate) fn join(
        self: &Arc<Self>,
        room: RoomName,
        name: DisplayName,
        outbox: Arc<Outbox>,
    ) -> Result<Seat, NoSeat> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(NoSeat::NoRandomness)?;
        let peer = PeerId::from_bits(u128::from_be_bytes(bits));
        let mut rooms = self.lock();
        let deliveries = rooms.join(&room, peer, name, outbox, self.ice_servers.clone())?;
        // Under the lock, so that everybody hears of arrivals and departures in the same order.
        deliveries.iter().for_each(deliver);
        drop(rooms);
        Ok(Seat { hub: Arc::clone(self), room, peer, departure: Departure::Left })
    }

    fn lock(&self) -> MutexGuard<'_, Rooms<Arc<Outbox>>> {
        // The table is consistent after each of its operations, and none of them panics half way.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn deliver(delivery: &Delivery<Arc<Outbox>>) {
    if delivery.to.is_empty() {
        return;
    }
    let frame = frame::notice(&delivery.message);
    for outbox in &delivery.to {
        outbox.push(frame.clone());
    }
}

/// A place in a room, given up when dropped: however a socket ends, no ghost stays.
#[derive(Debug)]
#[must_use]
pub(crate) struct Seat {
    hub: Arc<Hub>,
    room: RoomName,
    peer: PeerId,
    departure: Departure,
}

impl Seat {
    /// Passes `payload` on, with the id of this seat on it.
    pub(crate) fn relay(&self, to: PeerId, payload: &RawValue) -> Result<(), NoSuchPeer> {
        let (outbox, message) = self.hub.lock().relay(&self.room, self.peer, to, payload)?;
        // Outside the lock: what one sender says stays in order, because one task says it.
        outbox.push(frame::signal(&message, payload));
        Ok(())
    }

    /// Gives the seat up, for another reason than that they left.
    pub(crate) fn give_up(mut self, departure: Departure) {
        self.departure = departure;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.hub.lock();
        if let Some(delivery) = rooms.leave(&self.room, self.peer, self.departure) {
            deliver(&delivery);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Batch;
    use bytes::Buf;

    fn taken(outbox: &Outbox) -> String {
        let mut batch = Batch::default();
        outbox.take_now(&mut batch);
        let length = batch.remaining();
        String::from_utf8_lossy(&batch.copy_to_bytes(length)).into_owned()
    }

    #[test]
    fn a_seat_is_given_up_by_a_panic_as_well() {
        let hub = Arc::new(Hub::new(8, vec![]));
        let join = |outbox: &Arc<Outbox>| {
            let (room, name) = (RoomName::parse("home").unwrap(), DisplayName::parse("n").unwrap());
            hub.join(room, name, Arc::clone(outbox)).unwrap()
        };
        let stays = Arc::new(Outbox::default());
        let _seat = join(&stays);
        let goes = join(&Arc::default());
        let id = goes.peer.to_string();
        taken(&stays);
        let panicked = std::thread::spawn(move || {
            let _goes = goes;
            panic!("a test of what a panic leaves behind");
        })
        .join();
        assert!(panicked.is_err());
        let told = taken(&stays);
        assert!(told.contains("peer_left") && told.contains(&id), "{told}");
        assert_eq!(hub.lock().len(), 1);
    }
}
