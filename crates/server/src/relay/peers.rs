//! Whom one allocation may talk to.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a permission lasts that is not asked for again (RFC 8656 section 9).
const PERMISSION_KEPT: Duration = Duration::from_secs(5 * 60);

/// How long a channel lasts that is not bound again (RFC 8656, section 12).
pub(crate) const CHANNEL_KEPT: Duration = Duration::from_secs(10 * 60);

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
    channels: Mutex<Channels>,
}

/// What the library has bound, so that what goes over a channel need not ask it.
#[derive(Debug, Default)]
struct Channels {
    peers: HashMap<u16, (SocketAddr, Instant)>,
    numbers: HashMap<SocketAddr, u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Permitted {
    Address(IpAddr),
    /// The library keeps a task for each.
    Channel(u16),
}

impl Permitted {
    fn kept(self) -> Duration {
        match self {
            Self::Address(_) => PERMISSION_KEPT,
            Self::Channel(_) => CHANNEL_KEPT,
        }
    }
}

/// There are as many as there may be.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Peers {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, permitted: Mutex::default(), channels: Mutex::default() }
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
            permitted.retain(|what, (_, since)| now.saturating_duration_since(*since) < what.kept());
            if permitted.len() >= self.max {
                return Err(TooMany);
            }
        }
        permitted.insert(what, (place, now));
        Ok(())
    }

    /// Where `address` is, if it has permission. The library asks no more once there is a channel, which lasts longer.
    pub(crate) fn place(&self, address: IpAddr, now: Instant) -> Option<Place> {
        let (place, since) = *self.lock().get(&Permitted::Address(address))?;
        (now.saturating_duration_since(since) < PERMISSION_KEPT).then_some(place)
    }

    /// The library has bound `channel` to `peer`, for another [`CHANNEL_KEPT`] from `now` on.
    pub(crate) fn bind(&self, channel: u16, peer: SocketAddr, now: Instant) {
        let mut channels = self.channels();
        let Channels { peers, numbers } = &mut *channels;
        peers.retain(|_, (_, since)| now.saturating_duration_since(*since) < CHANNEL_KEPT);
        // As few as there may be: each belongs to one at a time.
        peers.retain(|number, (other, _)| (*number == channel) == (*other == peer));
        peers.insert(channel, (peer, now));
        *numbers = peers.iter().map(|(number, (peer, _))| (*peer, *number)).collect();
    }

    /// Whom `channel` leads to.
    pub(crate) fn bound_to(&self, channel: u16, now: Instant) -> Option<SocketAddr> {
        self.channels().peer(channel, now)
    }

    /// The channel that leads to `peer`.
    pub(crate) fn channel_to(&self, peer: SocketAddr, now: Instant) -> Option<u16> {
        let channels = self.channels();
        let number = *channels.numbers.get(&peer)?;
        channels.peer(number, now).map(|_| number)
    }

    fn channels(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Permitted, (Place, Instant)>> {
        self.permitted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channels {
    fn peer(&self, number: u16, now: Instant) -> Option<SocketAddr> {
        let (peer, since) = self.peers.get(&number)?;
        (now.saturating_duration_since(*since) < CHANNEL_KEPT).then_some(*peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_leads_to_one_for_ten_minutes() {
        let (peers, now) = (Peers::new(2), Instant::now());
        let [ana, ben]: [SocketAddr; 2] = ["1.1.1.1:1", "1.1.1.1:2"].map(|peer| peer.parse().unwrap());
        peers.bind(0x4000, ana, now);
        peers.bind(0x4001, ben, now);
        let over = now + CHANNEL_KEPT;
        let known = |at| {
            let leads = [0x4000, 0x4001].map(|channel| peers.bound_to(channel, at));
            (leads, [ana, ben].map(|peer| peers.channel_to(peer, at)))
        };
        assert_eq!(known(now), ([Some(ana), Some(ben)], [Some(0x4000), Some(0x4001)]));
        // Bound again, the other one not.
        peers.bind(0x4000, ana, now + CHANNEL_KEPT / 2);
        assert_eq!(known(over), ([Some(ana), None], [Some(0x4000), None]));
        // A number that is over is somebody else's.
        peers.bind(0x4001, ana, over + CHANNEL_KEPT);
        assert_eq!(known(over + CHANNEL_KEPT), ([None, Some(ana)], [Some(0x4001), None]));
        peers.bind(0x4001, ben, over + CHANNEL_KEPT);
        assert_eq!(known(over + CHANNEL_KEPT), ([None, Some(ben)], [None, Some(0x4001)]));
    }

    #[test]
    fn there_are_so_many_at_a_time() {
        let (peers, now) = (Peers::new(2), Instant::now());
        let address = |last: u8| IpAddr::from([1, 1, 1, last]);
        peers.permit(address(1), Place::Outside, now).unwrap();
        peers.permit(address(2), Place::Inside, now).unwrap();
        assert!(peers.permit(address(3), Place::Outside, now).is_err());
        assert!(peers.open(0x4000, Place::Outside, now).is_err());
        let place = |last: u8, now: Instant| peers.place(address(last), now);
        assert_eq!([1, 2, 3].map(|last| place(last, now)), [Some(Place::Outside), Some(Place::Inside), None]);
        // One that is asked for again stays, and one that is not makes room.
        let later = now + PERMISSION_KEPT;
        peers.permit(address(2), Place::Inside, later).unwrap();
        peers.permit(address(3), Place::Outside, later).unwrap();
        assert_eq!((place(1, later), place(2, later)), (None, Some(Place::Inside)));
    }

    /// A channel lasts ten minutes, and let everything through for as long, although permissions last five.
    #[test]
    fn whom_one_does_not_ask_for_again_has_no_permission_any_more() {
        let (peers, now) = (Peers::new(10), Instant::now());
        let address = IpAddr::from([1, 1, 1, 1]);
        peers.open(0x4000, Place::Outside, now).unwrap();
        peers.permit(address, Place::Outside, now).unwrap();
        let last = now + PERMISSION_KEPT - Duration::from_secs(1);
        assert_eq!(peers.place(address, last), Some(Place::Outside));
        assert_eq!(peers.place(address, now + PERMISSION_KEPT), None);
        peers.permit(address, Place::Outside, last).unwrap();
        assert_eq!(peers.place(address, now + PERMISSION_KEPT), Some(Place::Outside));
    }
}
