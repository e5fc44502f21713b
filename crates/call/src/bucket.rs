//! How often something may happen.

use std::time::Duration;

/// Holds so many, and gets so many back a second.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    most: f64,
    a_second: f64,
    left: f64,
    looked: Duration,
}

impl Bucket {
    /// A full one, of so many at once and so many a second.
    pub(crate) fn new((most, a_second): (u32, u32)) -> Self {
        Self { most: most.into(), a_second: a_second.into(), left: most.into(), looked: Duration::ZERO }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.looked).as_secs_f64();
        self.left = (self.left + passed * self.a_second).min(self.most);
        self.looked = self.looked.max(now);
        let may = self.left >= 1.0;
        if may {
            self.left -= 1.0;
        }
        may
    }
}
