//! How much one may have relayed.

use crate::limits::{Bucket, Rate, RelayLimits, Source};
use ojak_protocol::PeerId;
use std::collections::HashMap;
use std::hash::Hash;
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
    of_user: HashMap<PeerId, (usize, Arc<Meter>)>,
    of_source: HashMap<Source, usize>,
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
        let mut taken = lock(&self.taken);
        let of_user = taken.of_user.get(&user).map_or(0, |(count, _)| *count);
        let of_source = taken.of_source.get(&source).copied().unwrap_or(0);
        if taken.all >= self.limits.allocations
            || of_user >= self.limits.allocations_per_user
            || of_source >= self.limits.allocations_per_address
        {
            return Err(Exceeded);
        }
        taken.all += 1;
        *taken.of_source.entry(source).or_default() += 1;
        let (count, meter) =
            taken.of_user.entry(user).or_insert_with(|| (0, Arc::new(Meter::new(self.limits.bytes))));
        *count += 1;
        let meter = Arc::clone(meter);
        drop(taken);
        Ok(Share { quota: Arc::clone(self), user, source, meter })
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
    meter: Arc<Meter>,
}

impl Share {
    /// Whether `bytes` may go one way or the other now; counts them if so.
    pub(crate) fn admits(&self, bytes: usize) -> bool {
        self.meter.admits(bytes, Instant::now())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = lock(&self.quota.taken);
        taken.all = taken.all.saturating_sub(1);
        less(&mut taken.of_source, &self.source, |count| count);
        less(&mut taken.of_user, &self.user, |(count, _)| count);
    }
}

/// One less of `key`, which is forgotten with the last.
fn less<K: Eq + Hash, V>(counts: &mut HashMap<K, V>, key: &K, count: impl Fn(&mut V) -> &mut usize) {
    if let Some(value) = counts.get_mut(key) {
        let count = count(value);
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// What one seat has sent and received.
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
        let taken = lock(&quota.taken);
        assert!(taken.all == 0 && taken.of_user.is_empty() && taken.of_source.is_empty());
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
        assert!(second.meter.admits(600, later) && !first.meter.admits(600, later));
    }
}
