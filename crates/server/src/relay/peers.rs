//! Whom one allocation may talk to.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A permission lasts 5 minutes and a channel 10, and what they are for is asked for again before that.
const KEPT: Duration = Duration::from_secs(11 * 60);

/// Where somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Beyond this machine.
    Outside,
    /// Relayed by this server: nothing that is sent there leaves the process.
    Inside,
}

/// The addresses that an allocation was given permission for, after they were looked at. The library keeps permissions,
/// too; what is not in here goes nowhere even so.
#[derive(Debug)]
pub(crate) struct Peers {
    max: usize,
    permitted: Mutex<HashMap<Permitted, (Place, Instant)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Permitted {
    Address(IpAddr),
    /// The library keeps a task for each.
    Channel(u16),
}

/// There are as many as there may be.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Peers {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, permitted: Mutex::default() }
    }

    pub(crate) fn permit(&self, address: IpAddr, place: Place, now: Instant) -> Result<(), TooMany> {
        self.add(Permitted::Address(address), place, now)
    }

    /// A channel to somebody who is at `place`.
    pub(crate) fn open(&self, channel: u16, place: Place, now: Instant) -> Result<(), TooMany> {
        self.add(Permitted::Channel(channel), place, now)
    }

    fn add(&self, what: Permitted, place: Place, now: Instant) -> Result<(), TooMany> {
        let mut permitted = self.lock();
        if !permitted.contains_key(&what) && permitted.len() >= self.max {
            permitted.retain(|_, (_, since)| now.saturating_duration_since(*since) < KEPT);
            if permitted.len() >= self.max {
                return Err(TooMany);
            }
        }
        permitted.insert(what, (place, now));
        Ok(())
    }

    /// Where `address` is, if it has permission.
    pub(crate) fn place(&self, address: IpAddr) -> Option<Place> {
        self.lock().get(&Permitted::Address(address)).map(|(place, _)| *place)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Permitted, (Place, Instant)>> {
        self.permitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_so_many_at_a_time() {
        let (peers, now) = (Peers::new(2), Instant::now());
        let address = |last: u8| IpAddr::from([1, 1, 1, last]);
        peers.permit(address(1), Place::Outside, now).unwrap();
        peers.permit(address(2), Place::Inside, now).unwrap();
        assert!(peers.permit(address(3), Place::Outside, now).is_err());
        assert!(peers.open(0x4000, Place::Outside, now).is_err());
        assert_eq!(peers.place(address(1)), Some(Place::Outside));
        assert_eq!((peers.place(address(2)), peers.place(address(3))), (Some(Place::Inside), None));
        // One that is asked for again stays, and one that is not makes room.
        let later = now + KEPT;
        peers.permit(address(2), Place::Inside, later).unwrap();
        peers.permit(address(3), Place::Outside, later).unwrap();
        assert_eq!((peers.place(address(1)), peers.place(address(2))), (None, Some(Place::Inside)));
    }
}
