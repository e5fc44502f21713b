//! The one room table of this process, and the seats people hold in it.

use crate::frame;
use crate::ice::{Asked, IceServers};
use crate::limits::Limits;
use crate::outbox::Outbox;
use crate::pass::{Claim, Issued, PassKey, Spent};
use crate::rooms::host::{Entrance, NotDecided, NotMet};
use crate::rooms::{Change, Delivery, Guest, Hold, NoSuchPeer, NotResumed, RoomFull, Rooms};
use crate::watchers::{Watchers, presence};
use ojak_protocol::{DisplayName, IceServer, PeerId, RoomName};
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};
use thiserror::Error;

/// How late a seat that was away for too long may be given up.
const EXPIRY_TICK: Duration = Duration::from_millis(500);

/// The rooms behind a lock that is held for a look-up and a few pushes, and never across an `await`.
#[derive(Debug)]
pub(crate) struct Hub {
    table: Mutex<Table>,
    key: PassKey,
    ice_servers: IceServers,
}

#[derive(Debug)]
struct Table {
    rooms: Rooms<Arc<Outbox>>,
    /// With the rooms, so that nothing changes between an answer and the first change that is told.
    watchers: Watchers<Arc<Outbox>>,
    /// With the rooms, since a pass is spent in the same moment in which it seats somebody.
    spent: Spent,
    /// Until then everybody comes back to rooms that this process knows nothing of, locked again or not.
    gathers_until: Instant,
}

/// How somebody came to a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It is a new one.
    New,
    /// It was theirs all the time.
    Resumed,
    /// It was theirs, and the table did not know it any more.
    Restored,
    /// It is none yet: the host is asked.
    Waiting,
}

/// Why there is no seat.
#[derive(Debug, Error)]
pub(crate) enum NoSeat {
    #[error(transparent)]
    Full(#[from] RoomFull),
    #[error(transparent)]
    NotMet(#[from] NotMet),
    #[error("the host has removed this one from the room")]
    Removed,
    #[error(
        "this pass does not give back a seat in this room: it was used, is too old, or was never given out"
    )]
    NotTheirs,
    #[error("this seat changes its socket too often")]
    TooOften,
    #[error("the operating system gave no random bits: {0}")]
    NoRandomness(getrandom::Error),
}

impl Hub {
    pub(crate) fn new(
        room_capacity: usize,
        limits: &Limits,
        key: PassKey,
        ice_servers: IceServers,
    ) -> Arc<Self> {
        let rooms = Rooms::new(room_capacity, limits.seat_kept, limits.knock_kept);
        let gathers_until = Instant::now() + limits.gathers;
        let table = Table { rooms, watchers: Watchers::default(), spent: Spent::default(), gathers_until };
        Arc::new(Self { table: Mutex::new(table), key, ice_servers })
    }

    /// Seats somebody, or has them knock; from here on `outbox` gets what happens in the room, to one who is in it.
    ///
    /// With `resume` it is the seat that this pass belongs to, or none. `asked` is where.
    pub(crate) fn join(
        self: &Arc<Self>,
        room: &RoomName,
        name: DisplayName,
        resume: Option<&str>,
        asked: &Asked,
        outbox: Arc<Outbox>,
    ) -> Result<(Seat, Arrival), NoSeat> {
        // What takes time comes first, and outside the lock.
        let claim = match resume {
            Some(pass) => Some(self.key.read(pass, room).ok_or(NoSeat::NotTheirs)?),
            None => None,
        };
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(NoSeat::NoRandomness)?;
        let (random_peer, nonce) = halves(random);
        let peer = claim.map_or(PeerId::from_bits(u128::from_be_bytes(random_peer)), |claim| claim.peer);
        let now = SystemTime::now();
        let issued = Issued::from(now);
        let pass = self.key.issue(room, peer, nonce, issued);
        let ice_servers = self.ice_servers.of(peer, asked, now);
        let guest = Guest { peer, name, handle: outbox, pass, ice_servers };

        let mut table = self.lock();
        let (hold, arrival) = match claim {
            None => table.enter(room, guest)?,
            Some(claim) => table.resume(room, &claim, guest, issued)?,
        };
        table.tell_watchers(room);
        drop(table);
        tracing::trace!(%room, %peer, ?arrival, "somebody is seated");
        Ok((Seat { hub: Arc::clone(self), hold, end: End::Lost }, arrival))
    }

    /// Tells `outbox` who is in `room`, now and on every change, until the answer is dropped. None if it will be
    /// told only now.
    pub(crate) fn watch(self: &Arc<Self>, room: RoomName, outbox: Arc<Outbox>) -> Option<Watch> {
        let mut table = self.lock();
        let names = table.rooms.names(&room);
        outbox.push(frame::notice(&presence(&room, names.clone())));
        let number = table.watchers.add(&room, names, outbox)?;
        drop(table);
        Some(Watch { hub: Arc::clone(self), room, number })
    }

    /// When a page that was told of STUN and TURN servers at `told` has to be told again, if ever.
    pub(crate) fn ice_servers_renewed_at(&self, told: Instant) -> Option<Instant> {
        self.ice_servers.renewed_at(told)
    }

    /// Rooms with a seat taken, seats without a socket, and those who knock.
    pub(crate) fn census(&self) -> (usize, usize, usize) {
        let rooms = &self.lock().rooms;
        (rooms.len(), rooms.away(), rooms.knocking())
    }

    /// Gives up the seats that are away for too long, until there is no hub any more.
    pub(crate) async fn expire_seats(hub: Weak<Self>) {
        let mut tick = tokio::time::interval(EXPIRY_TICK);
        loop {
            tick.tick().await;
            let Some(hub) = hub.upgrade() else { return };
            let mut table = hub.lock();
            for (room, change) in table.rooms.expire(Instant::now()) {
                table.apply(&room, &change);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // The table is consistent after each of its operations, and none of them panics half way.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is said is said under the lock, so that everybody hears of arrivals and departures in the same order.
impl Table {
    fn tell_watchers(&mut self, room: &RoomName) {
        if let Some((to, message)) = self.watchers.changed(room, || self.rooms.names(room)) {
            deliver(&Delivery { to, message });
        }
    }

    fn apply(&mut self, room: &RoomName, change: &Change<Arc<Outbox>>) {
        if let Some(pass) = change.spent {
            self.spent.add(pass, SystemTime::now().into());
        }
        for dismissed in &change.dismissed {
            dismissed.handle.dismiss(dismissed.why);
        }
        change.deliveries.iter().for_each(deliver);
        self.tell_watchers(room);
    }

    fn enter(&mut self, room: &RoomName, guest: Guest<Arc<Outbox>>) -> Result<(Hold, Arrival), NotMet> {
        let (hold, deliveries, entrance) = self.rooms.enter(room, guest, Instant::now())?;
        deliveries.iter().for_each(deliver);
        let arrival = match entrance {
            Entrance::Seated => Arrival::New,
            Entrance::Waiting => Arrival::Waiting,
        };
        Ok((hold, arrival))
    }

    fn join(&mut self, room: &RoomName, guest: Guest<Arc<Outbox>>) -> Result<Hold, RoomFull> {
        let (hold, deliveries) = self.rooms.join(room, guest)?;
        deliveries.iter().for_each(deliver);
        Ok(hold)
    }

    fn resume(
        &mut self,
        room: &RoomName,
        claim: &Claim,
        guest: Guest<Arc<Outbox>>,
        now: Issued,
    ) -> Result<(Hold, Arrival), NoSeat> {
        let moment = Instant::now();
        let seated = match self.rooms.resume(room, &claim.fingerprint, guest, moment) {
            Ok(resumed) => {
                self.spent.add(resumed.replaced, now);
                // First, so that the old socket hears nothing that is meant for the new one.
                if let Some(outbox) = resumed.taken_over {
                    outbox.take_over();
                }
                resumed.deliveries.iter().chain(&resumed.knocks).for_each(deliver);
                (resumed.hold, Arrival::Resumed)
            }
            Err(NotResumed::NoSeat(guest))
                if self.spent.allows(&claim.fingerprint, now)
                    && (moment < self.gathers_until || !self.rooms.is_closed_to(room, claim.peer)) =>
            {
                let hold = self.join(room, *guest)?;
                self.rooms.restored(&hold, claim.fingerprint, moment);
                (hold, Arrival::Restored)
            }
            Err(NotResumed::NoSeat(_) | NotResumed::OtherPass) => return Err(NoSeat::NotTheirs),
            Err(NotResumed::TooOften) => return Err(NoSeat::TooOften),
            Err(NotResumed::Removed) => return Err(NoSeat::Removed),
        };
        self.spent.add(claim.fingerprint, now);
        Ok(seated)
    }
}

fn halves(bytes: [u8; 32]) -> ([u8; 16], [u8; 16]) {
    let bits = |half: &[u8]| half.first_chunk().copied().unwrap_or_default();
    let (first, second) = bytes.split_at(16);
    (bits(first), bits(second))
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

/// A place in a room, or among those who knock at it. Dropped, it is away, and expires: however a socket ends, no ghost
/// stays.
#[derive(Debug)]
#[must_use]
pub(crate) struct Seat {
    hub: Arc<Hub>,
    hold: Hold,
    end: End,
}

/// What only the host can decide.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Decision {
    /// Whether whoever comes has to knock.
    Lock(bool),
    Admit(PeerId),
    Deny(PeerId),
    Remove(PeerId),
}

/// What becomes of a seat when its socket ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Away.
    Lost,
    /// Gone.
    Left,
    /// Nobody hears of it.
    Unchanged,
}

impl Seat {
    /// Passes `payload` on, with the id of this seat on it, and answers with the bytes of the frame; none if it is
    /// for somebody who is away, and dropped. It was read at `read`.
    pub(crate) fn relay(
        &self,
        to: PeerId,
        payload: &RawValue,
        read: Instant,
    ) -> Result<Option<usize>, NoSuchPeer> {
        let relayed = self.hub.lock().rooms.relay(&self.hold, to, payload)?;
        Ok(relayed.map(|(outbox, message)| {
            let frame = frame::signal(&message, payload);
            let bytes = frame.len();
            // Outside the lock: what one sender says stays in order, because one task says it.
            outbox.push_relayed(frame, read);
            bytes
        }))
    }

    /// Whether it is none yet: the host was asked.
    pub(crate) fn is_waiting(&self) -> bool {
        self.hub.lock().rooms.is_knocking(&self.hold)
    }

    /// STUN and TURN servers, with passwords from now on.
    pub(crate) fn ice_servers(&self, asked: &Asked) -> Vec<IceServer> {
        self.hub.ice_servers.of(self.hold.peer(), asked, SystemTime::now())
    }

    /// What the host of the room decides.
    ///
    /// # Errors
    /// [`NotDecided`], also for everybody else.
    pub(crate) fn decide(&self, decision: Decision) -> Result<(), NotDecided> {
        let mut table = self.hub.lock();
        let (rooms, hold) = (&mut table.rooms, &self.hold);
        let change = match decision {
            Decision::Lock(locked) => rooms.lock(hold, locked),
            Decision::Admit(peer) => rooms.admit(hold, peer),
            Decision::Deny(peer) => rooms.deny(hold, peer),
            Decision::Remove(peer) => rooms.remove(hold, peer),
        }?;
        table.apply(self.hold.room(), &change);
        Ok(())
    }

    /// Gives the seat up, and for good.
    pub(crate) fn leave(mut self) {
        self.end = End::Left;
    }

    /// Leaves the seat as it is: the whole server ends, and nobody is away.
    pub(crate) fn leave_unchanged(mut self) {
        self.end = End::Unchanged;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut table = self.hub.lock();
        match self.end {
            End::Lost => {
                if let Some(delivery) = table.rooms.lose(&self.hold, Instant::now()) {
                    deliver(&delivery);
                }
            }
            End::Left => {
                if let Some(change) = table.rooms.leave(&self.hold) {
                    table.apply(self.hold.room(), &change);
                }
            }
            End::Unchanged => {}
        }
    }
}

/// A look into a room from outside. Dropped, it is over.
#[derive(Debug)]
#[must_use]
pub(crate) struct Watch {
    hub: Arc<Hub>,
    room: RoomName,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.hub.lock().watchers.remove(&self.room, self.number);
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
    fn a_seat_is_away_after_a_panic_as_well() {
        let none = IceServers { external: vec![], own: None, lifetime: Duration::ZERO };
        let hub = Hub::new(8, &Limits::default(), PassKey::random().unwrap(), none);
        let join = |outbox: &Arc<Outbox>| {
            let (room, name) = (RoomName::parse("home").unwrap(), DisplayName::parse("n").unwrap());
            hub.join(&room, name, None, &Asked::default(), Arc::clone(outbox)).unwrap().0
        };
        let stays = Arc::new(Outbox::default());
        let _seat = join(&stays);
        taken(&stays);
        let goes = join(&Arc::default());
        let arrived = taken(&stays);
        let panicked = std::thread::spawn(move || {
            let _goes = goes;
            panic!("a test of what a panic leaves behind");
        })
        .join();
        assert!(panicked.is_err());
        let told = taken(&stays);
        let id = arrived.split('"').nth(7).unwrap();
        assert!(told.contains("peer_away") && told.contains(id), "{arrived} {told}");
        assert_eq!(hub.census(), (1, 1, 0));
    }
}
