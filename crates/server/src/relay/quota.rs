//! How much one may have relayed.

use crate::limits::{Bucket, Rate, RelayLimits, Source};
use ojak_protocol::PeerId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Who has how many allocations.
#[derive(Debug)]
pub(crate) struct Quota {
    limits: RelayLimits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of_user: HashMap<PeerId, Counted>,
    of_source: HashMap<Source, Counted>,
}

/// What one has.
#[derive(Debug)]
struct Counted {
    allocations: usize,
    meter: Arc<Meter>,
}

impl Counted {
    fn none(rate: Rate) -> Self {
        Self { allocations: 0, meter: Arc::new(Meter::new(rate)) }
    }

    /// Whoever gives an allocation back and takes another one is still the same: what they have used up is remembered
    /// for as long as it matters.
    fn matters(&self, now: Instant) -> bool {
        self.allocations > 0 || !self.meter.is_full(now)
    }
}

/// There is no allocation left for this one.
#[derive(Debug)]
pub(crate) struct Exceeded;

impl Quota {
    pub(crate) fn new(limits: RelayLimits) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default() })
    }

    /// Counts an allocation until the answer is dropped.
    pub(crate) fn take(self: &Arc<Self>, user: PeerId, source: Source) -> Result<Share, Exceeded> {
        let (limits, now) = (&self.limits, Instant::now());
        let mut guard = lock(&self.taken);
        let taken = &mut *guard;
        taken.of_user.retain(|_, counted| counted.matters(now));
        taken.of_source.retain(|_, counted| counted.matters(now));
        let has = |counted: Option<&Counted>| counted.map_or(0, |counted| counted.allocations);
        if taken.all >= limits.allocations
            || has(taken.of_user.get(&user)) >= limits.allocations_per_user
            || has(taken.of_source.get(&source)) >= limits.allocations_per_address
        {
            return Err(Exceeded);
        }
        taken.all += 1;
        let of_user = taken.of_user.entry(user).or_insert_with(|| Counted::none(limits.bytes));
        let of_source =
            taken.of_source.entry(source).or_insert_with(|| Counted::none(limits.bytes_per_address));
        of_user.allocations += 1;
        of_source.allocations += 1;
        let meters = [Arc::clone(&of_user.meter), Arc::clone(&of_source.meter)];
        drop(guard);
        Ok(Share { quota: Arc::clone(self), user, source, meters })
    }

    /// How many allocations there are.
    pub(crate) fn count(&self) -> usize {
        lock(&self.taken).all
    }
}

/// One allocation that is counted.
#[derive(Debug)]
pub(crate) struct Share {
    quota: Arc<Quota>,
    user: PeerId,
    source: Source,
    /// Of the seat and of the address: what is too much of one takes nothing from its neighbours.
    meters: [Arc<Meter>; 2],
}

impl Share {
    /// Whether `bytes` may go one way or the other now; counts them if so.
    pub(crate) fn admits(&self, bytes: usize) -> bool {
        self.admits_at(bytes, Instant::now())
    }

    fn admits_at(&self, bytes: usize, now: Instant) -> bool {
        self.meters.iter().all(|meter| meter.admits(bytes, now))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut guard = lock(&self.quota.taken);
        let taken = &mut *guard;
        taken.all = taken.all.saturating_sub(1);
        for counted in
            taken.of_user.get_mut(&self.user).into_iter().chain(taken.of_source.get_mut(&self.source))
        {
            counted.allocations = counted.allocations.saturating_sub(1);
        }
    }
}

/// What one seat, or all of one address, has sent and received.
#[derive(Debug)]
struct Meter {
    rate: Rate,
    left: Mutex<Bucket>,
}

impl Meter {
    fn new(rate: Rate) -> Self {
        Self { rate, left: Mutex::new(Bucket::full(&rate, Instant::now())) }
    }

    fn admits(&self, bytes: usize, now: Instant) -> bool {
        lock(&self.left).take_many(bytes as f64, &self.rate, now)
    }

    fn is_full(&self, now: Instant) -> bool {
        lock(&self.left).is_full(&self.rate, now)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counters: consistent after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;
    use std::time::Duration;

    fn user(serial: u128) -> PeerId {
        PeerId::from_bits(serial)
    }

    fn source(address: &str) -> Source {
        Source::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn allocations_are_counted_for_the_seat_the_address_and_all() {
        let quota = Quota::new(RelayLimits {
            allocations: 5,
            allocations_per_user: 2,
            allocations_per_address: 3,
            ..RelayLimits::default()
        });
        let (home, away) = (source("192.0.2.1"), source("192.0.2.2"));
        let first = quota.take(user(1), home).unwrap();
        let second = quota.take(user(1), away).unwrap();
        assert!(quota.take(user(1), home).is_err(), "two of a seat, wherever it is");
        let third = quota.take(user(2), home).unwrap();
        let fourth = quota.take(user(3), home).unwrap();
        assert!(quota.take(user(4), home).is_err(), "three of an address, whoever it is");
        let fifth = quota.take(user(4), away).unwrap();
        assert!(quota.take(user(5), source("192.0.2.3")).is_err(), "five in all");
        assert_eq!(quota.count(), 5);
        drop(first);
        assert!(quota.take(user(1), home).is_ok());
        drop((second, third, fourth, fifth));
        let last = quota.take(user(6), home).unwrap();
        let taken = lock(&quota.taken);
        assert_eq!(
            (taken.all, taken.of_user.len(), taken.of_source.len()),
            (1, 1, 1),
            "nobody else is remembered"
        );
        drop(taken);
        drop(last);
    }

    #[test]
    fn all_allocations_of_a_seat_share_one_rate() {
        let bytes = Rate { burst: 1000.0, per_second: 100.0 };
        let quota = Quota::new(RelayLimits { bytes, ..RelayLimits::default() });
        let home = source("192.0.2.1");
        let (first, second) = (quota.take(user(1), home).unwrap(), quota.take(user(1), home).unwrap());
        let other = quota.take(user(2), home).unwrap();
        assert!(first.admits(600) && !second.admits(600) && other.admits(600));
        let later = Instant::now() + Duration::from_secs(3);
        assert!(second.admits_at(600, later) && !first.admits_at(600, later));
    }

    /// There was a fresh measure for everybody who had given up their last allocation, and so, for whoever took one after
    /// the other, none at all.
    #[test]
    fn another_allocation_is_no_fresh_start() {
        let bytes = Rate { burst: 1000.0, per_second: 0.0 };
        let quota = Quota::new(RelayLimits { bytes, ..RelayLimits::default() });
        let home = source("192.0.2.1");
        for (bytes, admitted) in [(600, true), (600, false), (400, true), (1, false)] {
            assert_eq!(quota.take(user(1), home).unwrap().admits(bytes), admitted, "{bytes}");
        }
    }

    #[test]
    fn all_seats_of_an_address_share_one_rate() {
        let bytes_per_address = Rate { burst: 1000.0, per_second: 0.0 };
        let quota = Quota::new(RelayLimits { bytes_per_address, ..RelayLimits::default() });
        let (home, away) = (source("192.0.2.1"), source("192.0.2.2"));
        let [first, second] = [1, 2].map(|seat| quota.take(user(seat), home).unwrap());
        assert!(first.admits(600) && !second.admits(600));
        assert!(quota.take(user(3), away).unwrap().admits(600));
    }
    #[test]
    fn one_seat_cannot_use_up_what_its_neighbours_have() {
        let [bytes, bytes_per_address] = [1000.0, 2000.0].map(|burst| Rate { burst, per_second: 0.0 });
        let quota = Quota::new(RelayLimits { bytes, bytes_per_address, ..RelayLimits::default() });
        let [greedy, other] = [1, 2].map(|seat| quota.take(user(seat), source("192.0.2.1")).unwrap());
        assert_eq!([0; 100].map(|_| greedy.admits(500)).iter().filter(|admitted| **admitted).count(), 2);
        assert!(other.admits(1000));
    }
}
