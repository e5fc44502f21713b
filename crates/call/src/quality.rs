//! How good a connection is, in three words: what of it a person notices, told from what the browser counts.

use std::time::Duration;

/// From here on, people begin to talk over each other.
const FAIR_ROUND_TRIP: Duration = Duration::from_millis(300);
/// From here on, they wait for each other.
const POOR_ROUND_TRIP: Duration = Duration::from_millis(600);
/// From here on, words are missing now and then.
const FAIR_LOSS: f64 = 0.01;
/// From here on, sentences are.
const POOR_LOSS: f64 = 0.03;
/// Of fewer packets nothing can be said: one of ten that is late would be a tenth.
const PACKETS_MIN: u64 = 50;

/// How good a connection is. A tile shows as many bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// One bar.
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
        let by_loss = loss.map(|loss| match loss {
            loss if loss > POOR_LOSS => Self::Poor,
            loss if loss > FAIR_LOSS => Self::Fair,
            _ => Self::Good,
        });
        let by_round_trip = round_trip.map(|time| match time {
            time if time > POOR_ROUND_TRIP => Self::Poor,
            time if time > FAIR_ROUND_TRIP => Self::Fair,
            _ => Self::Good,
        });
        by_loss.into_iter().chain(by_round_trip).min()
    }
}

/// What a browser has counted of a connection since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Packets of media that came.
    pub received: u64,
    /// Packets of media that were sent and did not come.
    pub lost: u64,
    /// There and back, the last time that was measured.
    pub round_trip: Option<Duration>,
}

/// What a connection carries, from one measurement to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gauge {
    before: Option<Traffic>,
    quality: Option<Quality>,
}

impl Gauge {
    pub(crate) fn read(&mut self, traffic: Traffic) {
        let loss = self.before.replace(traffic).and_then(|before| {
            let lost = traffic.lost.saturating_sub(before.lost);
            let sent = lost + traffic.received.saturating_sub(before.received);
            (sent >= PACKETS_MIN).then(|| lost as f64 / sent as f64)
        });
        self.quality = Quality::of(loss, traffic.round_trip);
    }

    pub(crate) fn quality(&self) -> Option<Quality> {
        self.quality
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
        ] {
            assert_eq!(Quality::of(loss, round_trip), expected, "{loss:?}, {round_trip:?}");
        }
    }

    #[test]
    fn loss_is_that_of_the_time_since_the_last_measurement() {
        let at = |received, lost| Traffic { received, lost, round_trip: None };
        let mut gauge = Gauge::default();
        gauge.read(at(1000, 500));
        assert_eq!(gauge.quality(), None, "what was lost before the first look is not held against it");
        gauge.read(at(1100, 500));
        assert_eq!(gauge.quality(), Some(Quality::Good));
        gauge.read(at(1195, 505));
        assert_eq!(gauge.quality(), Some(Quality::Poor));
        gauge.read(at(1200, 506));
        assert_eq!(gauge.quality(), None, "six packets say nothing");
        // Late packets are taken back from those lost.
        gauge.read(at(1300, 500));
        assert_eq!(gauge.quality(), Some(Quality::Good));
    }
}
