//! How much one socket, one address and the whole process may take.

use ojak_protocol::{JOIN_DEADLINE, KNOCK_KEPT, LOBBY_DEADLINE, PING_INTERVAL, SEAT_KEPT, SILENCE_MAX};
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The patience of the server. Tests shorten it; everybody else wants [`Limits::default`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the upgrade to `join` or `peek`.
    pub join_deadline: Duration,
    /// From the last `peek` to `join`.
    pub lobby_deadline: Duration,
    /// From one `ping` to the next.
    pub ping_interval: Duration,
    /// Nothing received for this long: dead.
    pub silence_max: Duration,
    /// A seat stays somebody's for so long after their socket was lost.
    pub seat_kept: Duration,
    /// Nobody knocks for longer.
    pub knock_kept: Duration,
    /// For so long after the start whoever had a seat before comes back to it, also to a room that was locked again
    /// meanwhile.
    pub gathers: Duration,
    /// One write not done for this long: dead.
    pub write_deadline: Duration,
    /// How long a closed socket may take to say goodbye itself.
    pub goodbye_deadline: Duration,
    /// Frames from one socket.
    pub frames: Rate,
    /// What is relayed.
    pub relay: RelayLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            join_deadline: JOIN_DEADLINE,
            lobby_deadline: LOBBY_DEADLINE,
            ping_interval: PING_INTERVAL,
            silence_max: SILENCE_MAX,
            seat_kept: SEAT_KEPT,
            knock_kept: KNOCK_KEPT,
            gathers: Duration::from_secs(120),
            write_deadline: Duration::from_secs(1),
            goodbye_deadline: Duration::from_secs(1),
            frames: Rate { burst: 200.0, per_second: 50.0 },
            relay: RelayLimits::default(),
        }
    }
}

/// Sockets from one address, unless it is said otherwise.
pub(crate) const SOCKETS_PER_ADDRESS: u32 = 50;

/// How much the relay does, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct RelayLimits {
    /// Allocations in all. Each has a file open.
    pub allocations: usize,
    /// Of one seat: a connection to everybody in a room, over each transport, from each network of the machine, and
    /// those of before until they expire.
    pub allocations_per_user: usize,
    /// Of one address, behind which a whole room may be.
    pub allocations_per_address: usize,
    /// Addresses that one allocation may talk to at a time, and channels, together.
    pub peers: usize,
    /// Bytes of one seat, in both directions together.
    pub bytes: Rate,
    /// The same of all seats of one address.
    pub bytes_per_address: Rate,
    /// Answers to one address that has shown no password.
    pub answers: Rate,
    /// Connections (TCP, TLS) in all.
    pub streams: usize,
    /// Of one address.
    pub streams_per_address: usize,
    /// One that has no allocation is kept for so long.
    pub stream_idle: Duration,
    /// How long a password is good for.
    pub lifetime: Duration,
    /// How often STUN servers are asked by which address this machine is known.
    pub asks: Duration,
}

impl RelayLimits {
    const ALLOCATIONS: u32 = 4096;
    const STREAMS: u32 = 4096;
    /// Files that may be open.
    #[must_use]
    pub fn files(&self) -> usize {
        self.allocations.saturating_add(self.streams)
    }

    /// The same where so many `sockets` may come from one address, 0 for any number: whoever lets a school in lets all of
    /// it be relayed. Never less.
    #[must_use]
    pub fn for_sockets(self, sockets: u32) -> Self {
        let times = if sockets == 0 { u32::MAX } else { sockets.div_ceil(SOCKETS_PER_ADDRESS) };
        let count = |of_address: usize| of_address.saturating_mul(times as usize);
        let Rate { burst, per_second } = self.bytes_per_address;
        let times = f64::from(times);
        Self {
            allocations_per_address: count(self.allocations_per_address),
            streams_per_address: count(self.streams_per_address),
            bytes_per_address: Rate { burst: burst * times, per_second: per_second * times },
            ..self
        }
    }

    /// The same for a machine where no more files than `max` may be open for it.
    #[must_use]
    pub fn within(self, max: usize) -> Self {
        let half = (max / 2).max(1);
        Self { allocations: self.allocations.min(half), streams: self.streams.min(half), ..self }
    }
}

impl Default for RelayLimits {
    fn default() -> Self {
        Self {
            allocations: Self::ALLOCATIONS as usize,
            allocations_per_user: 96,
            allocations_per_address: 384,
            peers: 256,
            // 64 Mbit/s: seven people who are sent 2.5 Mbit/s each, and the same back, twice over.
            bytes: Rate { burst: 16e6, per_second: 8e6 },
            // 320 Mbit/s: a room of eight behind one address, everything relayed.
            bytes_per_address: Rate { burst: 80e6, per_second: 40e6 },
            answers: Rate { burst: 10.0, per_second: 10.0 },
            streams: Self::STREAMS as usize,
            streams_per_address: 384,
            stream_idle: Duration::from_secs(15),
            lifetime: Duration::from_secs(10 * 60),
            asks: Duration::from_secs(10 * 60),
        }
    }
}

/// So many at once, and so many a second from then on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// At once.
    pub burst: f64,
    /// From then on.
    pub per_second: f64,
}

/// What is left of a [`Rate`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn full(rate: &Rate, now: Instant) -> Self {
        Self { tokens: rate.burst, at: now }
    }

    /// Takes one; false if there is none.
    pub(crate) fn take(&mut self, rate: &Rate, now: Instant) -> bool {
        self.take_many(1.0, rate, now)
    }

    /// Takes so many, or none; false if there are not so many.
    pub(crate) fn take_many(&mut self, tokens: f64, rate: &Rate, now: Instant) -> bool {
        self.tokens = self.level(rate, now);
        self.at = now;
        let enough = self.tokens >= tokens;
        if enough {
            self.tokens -= tokens;
        }
        enough
    }

    /// Whether nothing was taken that has not come back.
    pub(crate) fn is_full(&self, rate: &Rate, now: Instant) -> bool {
        self.level(rate, now) >= rate.burst
    }

    fn level(&self, rate: &Rate, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.tokens + passed * rate.per_second).min(rate.burst)
    }
}

/// Who an address belongs to, as far as one can tell: one IPv4 address, or one IPv6 network of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Source(IpAddr);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address => address,
        })
    }
}

impl Source {
    /// Of the other end of a connection; one without an address is gone already.
    pub(crate) fn of(peer: Option<IpAddr>) -> Self {
        peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).into()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How often one source may do something.
#[derive(Debug)]
pub(crate) struct SourceRate {
    /// None: as often as it likes.
    rate: Option<Rate>,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    of: HashMap<Source, Bucket>,
    /// Entries at which those that are full again are thrown out, so that the table follows the visitors
    /// of the last minute and not those of the year.
    sweep_at: usize,
}

const SWEEP_ENTRIES_MIN: usize = 1024;

impl SourceRate {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// `per_minute`, also at once; 0 for no limit.
    pub(crate) fn per_minute(per_minute: u32) -> Self {
        let rate = (per_minute > 0)
            .then(|| Rate { burst: f64::from(per_minute), per_second: f64::from(per_minute) / 60.0 });
        Self::new(rate)
    }

    /// Whether `source` may do it now; counts if so.
    pub(crate) fn admits(&self, source: Source, now: Instant) -> bool {
        let Some(rate) = &self.rate else { return true };
        let mut buckets = lock(&self.buckets);
        if buckets.of.len() >= buckets.sweep_at.max(SWEEP_ENTRIES_MIN) {
            buckets.of.retain(|_, bucket| !bucket.is_full(rate, now));
            buckets.sweep_at = 2 * buckets.of.len();
        }
        buckets.of.entry(source).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
    }
}

/// How many connections of one kind there are, in all and from each source.
#[derive(Debug)]
pub(crate) struct Connections {
    max: usize,
    /// 0 for no limit.
    max_per_source: usize,
    open: Mutex<Open>,
    /// Told when the last one is closed.
    none: Notify,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of: HashMap<Source, usize>,
}

/// Why there is no room for another connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// This source has as many as one may.
    Source,
    /// The process has as many as it may.
    Server,
}

impl Connections {
    pub(crate) fn new(max: usize, max_per_source: usize) -> Self {
        Self { max, max_per_source, open: Mutex::default(), none: Notify::new() }
    }

    /// Counts a connection until the answer is dropped.
    pub(crate) fn open(self: &Arc<Self>, source: Source) -> Result<OpenConnection, NoRoom> {
        self.count_one(source, self.max_per_source)
    }

    /// The same for one that brings what many ask: a source may have as many of those as there can be.
    pub(crate) fn open_shared(self: &Arc<Self>, source: Source) -> Result<OpenConnection, NoRoom> {
        self.count_one(source, 0)
    }

    fn count_one(self: &Arc<Self>, source: Source, max: usize) -> Result<OpenConnection, NoRoom> {
        let mut open = lock(&self.open);
        let of_source = open.of.get(&source).copied().unwrap_or(0);
        if max > 0 && of_source >= max {
            return Err(NoRoom::Source);
        }
        if open.all >= self.max {
            return Err(NoRoom::Server);
        }
        open.all += 1;
        open.of.insert(source, of_source + 1);
        Ok(OpenConnection { connections: Arc::clone(self), source })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        lock(&self.open).all
    }

    /// Waits until there is none.
    pub(crate) async fn none_open(&self) {
        loop {
            // Before the look, so that nothing is missed between the two.
            let none = self.none.notified();
            if self.count() == 0 {
                return;
            }
            none.await;
        }
    }
}

/// One connection that is counted.
#[derive(Debug)]
#[must_use]
pub(crate) struct OpenConnection {
    connections: Arc<Connections>,
    source: Source,
}

impl OpenConnection {
    /// Whose it is.
    pub(crate) fn source(&self) -> Source {
        self.source
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut open = lock(&self.connections.open);
        open.all = open.all.saturating_sub(1);
        if open.all == 0 {
            self.connections.none.notify_waiters();
        }
        if let Some(count) = open.of.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                open.of.remove(&self.source);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counters: consistent after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Source {
        Source::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = Rate { burst: 3.0, per_second: 2.0 };
        let start = Instant::now();
        let mut bucket = Bucket::full(&rate, start);
        let mut taken = |after: u64| bucket.take(&rate, start + Duration::from_millis(after));
        assert_eq!([taken(0), taken(0), taken(0), taken(0)], [true, true, true, false]);
        assert_eq!([taken(499), taken(501), taken(502)], [false, true, false]);
        assert_eq!([taken(90_000), taken(90_000), taken(90_000), taken(90_000)], [true, true, true, false]);
    }

    #[test]
    fn a_source_is_one_address_or_one_network_of_64_bits() {
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }

    #[test]
    fn one_source_cannot_use_up_the_joins_of_another() {
        let joins = SourceRate::per_minute(2);
        let now = Instant::now();
        let ours = source("192.0.2.1");
        assert_eq!([0; 3].map(|_| joins.admits(ours, now)), [true, true, false]);
        assert!(joins.admits(source("192.0.2.2"), now));
        assert!(joins.admits(ours, now + Duration::from_secs(31)));
        let unlimited = SourceRate::per_minute(0);
        assert!((0..10_000).all(|_| unlimited.admits(ours, now)));
    }

    #[test]
    fn sources_that_stopped_joining_are_forgotten() {
        let joins = SourceRate::per_minute(20);
        let mut now = Instant::now();
        for visitor in 0..100_000_u32 {
            joins.admits(Source(IpAddr::from(visitor.to_be_bytes())), now);
            now += Duration::from_millis(100);
        }
        let known = lock(&joins.buckets).of.len();
        assert!(known <= 2 * SWEEP_ENTRIES_MIN, "{known} sources are remembered");
    }

    #[test]
    fn a_relay_opens_no_more_files_than_there_are() {
        let limits = RelayLimits::default();
        for max in [2, 100, 5000] {
            assert!(limits.within(max).files() <= max, "{max}");
        }
        assert_eq!(limits.within(usize::MAX).files(), limits.files());
        assert!(limits.within(0).allocations > 0);
    }

    /// There was no way to let more people of one address be relayed, however many were let in.
    #[test]
    fn who_may_be_there_may_be_relayed() {
        let limits = RelayLimits::default();
        let per_address = |limits: RelayLimits| {
            (limits.allocations_per_address, limits.streams_per_address, limits.bytes_per_address.per_second)
        };
        for sockets in [1, SOCKETS_PER_ADDRESS] {
            assert_eq!(per_address(limits.for_sockets(sockets)), per_address(limits), "{sockets}");
        }
        let of_school = limits.for_sockets(10 * SOCKETS_PER_ADDRESS);
        assert_eq!(per_address(of_school), (3840, 3840, 400e6));
        assert_eq!(of_school.allocations, limits.allocations, "in all there are as many as before");
        let (allocations, streams, bytes) = per_address(limits.for_sockets(0));
        assert!(allocations > limits.allocations && streams > limits.streams && bytes > 1e12);
    }

    #[test]
    fn connections_are_counted_until_they_are_dropped() {
        let connections = Arc::new(Connections::new(3, 2));
        let (ours, theirs) = (source("192.0.2.1"), source("192.0.2.2"));
        let first = connections.open(ours).unwrap();
        let _second = connections.open(ours).unwrap();
        assert_eq!(connections.open(ours).unwrap_err(), NoRoom::Source);
        drop(connections.open_shared(ours).unwrap());
        let third = connections.open(theirs).unwrap();
        assert_eq!(connections.open(theirs).unwrap_err(), NoRoom::Server);
        drop((first, third));
        let _fourth = connections.open(ours).unwrap();
        assert_eq!(lock(&connections.open).of.len(), 1, "who has no socket is not remembered");
    }
}
