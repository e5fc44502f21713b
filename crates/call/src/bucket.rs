//! How often something may be done: now and then in a burst, and on the whole no more than so often.

use std::time::Duration;

/// A token bucket. Full to begin with.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    capacity: u32,
    /// From one token to the next.
    period: Duration,
    /// Taken since [`from`](Self::from).
    taken: u32,
    /// What was taken is counted from here on.
    from: Duration,
}

impl Bucket {
    /// `capacity` at once, and one more each `period`.
    pub(crate) const fn new(capacity: u32, period: Duration) -> Self {
        Self { capacity, period, taken: 0, from: Duration::ZERO }
    }

    /// `capacity` at once, and so many more a second.
    pub(crate) fn a_second((capacity, a_second): (u32, u32)) -> Self {
        Self::new(capacity, Duration::from_secs(1) / a_second.max(1))
    }

    /// Takes one, if there is one left.
    pub(crate) fn take(&mut self, now: Duration) -> bool {
        let back = now.saturating_sub(self.from).as_millis() / self.period.as_millis().max(1);
        let back = u32::try_from(back).unwrap_or(u32::MAX);
        if back >= self.taken {
            (self.taken, self.from) = (0, now);
        } else {
            self.taken -= back;
            self.from += self.period * back;
        }
        let is_left = self.taken < self.capacity;
        self.taken += u32::from(is_left);
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_one_each_period() {
        let mut bucket = Bucket::new(3, Duration::from_secs(1));
        let at = |milliseconds: u64| Duration::from_millis(10_000 + milliseconds);
        let taken: Vec<_> = [0, 0, 10, 20, 900].map(|ms| bucket.take(at(ms))).into();
        assert_eq!(taken, [true, true, true, false, false]);
        assert_eq!([1000, 1100, 1999, 2000].map(|ms| bucket.take(at(ms))), [true, false, false, true]);
        assert_eq!([60_000; 4].map(|ms| bucket.take(at(ms))), [true, true, true, false]);
    }
}
