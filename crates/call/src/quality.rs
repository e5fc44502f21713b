//! How good a connection is, in four words: what of it a person notices, told from what the browser counts.

use crate::figures::History;
use std::time::Duration;

/// From here on, people begin to talk over each other.
pub const FAIR_ROUND_TRIP: Duration = Duration::from_millis(300);
/// From here on, they wait for each other.
const POOR_ROUND_TRIP: Duration = Duration::from_millis(600);
/// From here on, nobody can talk.
const BAD_ROUND_TRIP: Duration = Duration::from_millis(1500);
/// From here on, words are missing now and then.
pub const FAIR_LOSS: f64 = 0.01;
/// From here on, sentences are.
const POOR_LOSS: f64 = 0.03;
/// From here on, most of what is said.
const BAD_LOSS: f64 = 0.05;
/// From here on, sound has to wait for what comes late.
pub const FAIR_JITTER: Duration = Duration::from_millis(30);
/// From here on, the wait is heard.
const POOR_JITTER: Duration = Duration::from_millis(80);
/// From here on, it is all that is heard.
const BAD_JITTER: Duration = Duration::from_millis(200);
/// Seconds that are looked at: a moment, and enough packets for a share of them.
const LOOK: usize = 3;

/// How good a connection is. A tile shows as many bars; both of the last show one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// One bar.
    Bad,
    /// One.
    Poor,
    /// Two.
    Fair,
    /// Three.
    Good,
}

impl Quality {
    /// That of a connection which loses this share of what is sent (`0.0..=1.0`) and takes this long to answer,
    /// as far as either is known; none when neither is.
    #[must_use]
    pub fn of(loss: Option<f64>, round_trip: Option<Duration>) -> Option<Self> {
        loss.map(Self::of_loss).into_iter().chain(round_trip.map(Self::of_round_trip)).min()
    }

    /// By the share that is lost alone, in `0.0..=1.0`.
    #[must_use]
    pub fn of_loss(loss: f64) -> Self {
        Self::beyond(loss, [FAIR_LOSS, POOR_LOSS, BAD_LOSS])
    }

    /// By the time there and back alone.
    #[must_use]
    pub fn of_round_trip(time: Duration) -> Self {
        Self::beyond(time, [FAIR_ROUND_TRIP, POOR_ROUND_TRIP, BAD_ROUND_TRIP])
    }

    /// By how unevenly packets come alone.
    #[must_use]
    pub fn of_jitter(jitter: Duration) -> Self {
        Self::beyond(jitter, [FAIR_JITTER, POOR_JITTER, BAD_JITTER])
    }

    fn beyond<T: PartialOrd>(value: T, [fair, poor, bad]: [T; 3]) -> Self {
        match value {
            value if value > bad => Self::Bad,
            value if value > poor => Self::Poor,
            value if value > fair => Self::Fair,
            _ => Self::Good,
        }
    }

    /// That of the last few seconds, in the worse direction.
    pub(crate) fn lately(history: &History) -> Option<Self> {
        let there = history.loss(LOOK, |second| &second.sent);
        let here = history.loss(LOOK, |second| &second.received);
        let loss = there.into_iter().chain(here).reduce(f64::max);
        Self::of(loss, history.counters()?.round_trip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_of_the_two_counts_and_what_is_not_known_does_not() {
        let ms = Duration::from_millis;
        for (loss, round_trip, expected) in [
            (None, None, None),
            (Some(0.0), None, Some(Quality::Good)),
            (None, Some(ms(40)), Some(Quality::Good)),
            (Some(0.01), Some(ms(300)), Some(Quality::Good)),
            (Some(0.011), Some(ms(40)), Some(Quality::Fair)),
            (Some(0.0), Some(ms(301)), Some(Quality::Fair)),
            (Some(0.03), Some(ms(600)), Some(Quality::Fair)),
            (Some(0.031), Some(ms(40)), Some(Quality::Poor)),
            (Some(0.0), Some(ms(601)), Some(Quality::Poor)),
            (Some(0.02), Some(ms(700)), Some(Quality::Poor)),
            (None, Some(ms(700)), Some(Quality::Poor)),
            (Some(0.05), Some(ms(40)), Some(Quality::Poor)),
            (Some(0.051), Some(ms(40)), Some(Quality::Bad)),
            (Some(0.0), Some(ms(1501)), Some(Quality::Bad)),
        ] {
            assert_eq!(Quality::of(loss, round_trip), expected, "{loss:?}, {round_trip:?}");
        }
    }
}
