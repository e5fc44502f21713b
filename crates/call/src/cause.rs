//! Why a connection is not better, in one cause: what a person can do something about comes first.
//!
//! From one connection alone nobody can tell a slow upload here from a slow download there. Whoever is in a call with
//! several sees it from the others; between two it is told by which directions suffer, and when both do, nobody is
//! blamed.

use crate::figures::{Counters, History, PathKind, Second};
use crate::quality::{FAIR_LOSS, FAIR_ROUND_TRIP};
use ojak_protocol::Limit;
use std::time::Duration;

/// Seconds that are looked at. Fewer than this, and nothing is said.
const LOOK: usize = 5;
/// What was so in as many of them is so.
const MOST: usize = 3;

/// Why a connection is not better. "They" are the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It has just begun.
    Measuring,
    /// It could not be better.
    Good,
    /// The upload carries the picture, but no larger than this.
    Upload {
        /// In pixels.
        height: Option<u32>,
    },
    /// The upload carries no picture.
    UploadOff,
    /// Their download does not carry this person's picture.
    TheirDownload,
    /// One of the two connections is too slow for pictures, in both directions.
    Narrow,
    /// Packets are lost on this person's side.
    Loss,
    /// Packets are lost on their side.
    TheirLoss,
    /// Packets are lost in both directions, on either side.
    LossBetween,
    /// Nobody's picture comes through this person's download.
    Download,
    /// Their upload does not carry their picture.
    TheirUpload,
    /// This computer does not keep up.
    Computer,
    /// Theirs does not.
    TheirComputer,
    /// The relay makes the way long.
    Relay,
    /// The way is long.
    Distance,
}

/// What was seen of a connection in the last few seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Symptoms {
    /// Whether it was looked at for long enough.
    pub is_measured: bool,
    /// Whether the picture that goes there is smaller than it should be because of the network.
    pub is_held_back: bool,
    /// Whether it was given up.
    pub is_off: bool,
    /// How high it is, in pixels.
    pub height: Option<u32>,
    /// The share that is lost on the way there, in `0.0..=1.0`.
    pub loss_there: Option<f64>,
    /// The share that is lost on the way here.
    pub loss_here: Option<f64>,
    /// What keeps the picture that goes there from being better.
    pub limit: Option<Limit>,
    /// What keeps theirs from being better, by their own word.
    pub their_limit: Option<Limit>,
    /// There and back.
    pub round_trip: Option<Duration>,
    /// Whether somebody is in between.
    pub path: Option<PathKind>,
}

impl Symptoms {
    /// Those of `history`, where less than the best picture is sent or not, which would need so many bits a second, on
    /// this path.
    pub(crate) fn of(
        history: &History,
        is_lowered: bool,
        is_off: bool,
        needed: Option<u64>,
        path: Option<PathKind>,
    ) -> Self {
        let counters = history.counters().copied().unwrap_or_default();
        let Counters { round_trip, available, picture_out, .. } = counters;
        let limit = mostly(history, |second| second.limit);
        let is_short = is_short(available, needed);
        let height = picture_out.size.map(|(width, height)| width.min(height));
        Self {
            is_measured: history.latest(LOOK).len() >= LOOK,
            is_held_back: is_lowered || (limit == Some(Limit::Bandwidth) && is_short),
            is_off,
            height,
            loss_there: history.loss(LOOK, |second| &second.sent),
            loss_here: history.loss(LOOK, |second| &second.received),
            limit,
            their_limit: mostly(history, |second| second.their_limit),
            round_trip,
            path,
        }
    }

    fn loses_there(&self) -> bool {
        self.loss_there.is_some_and(|loss| loss > FAIR_LOSS)
    }

    fn loses_here(&self) -> bool {
        self.loss_here.is_some_and(|loss| loss > FAIR_LOSS)
    }

    fn is_starved(&self) -> bool {
        self.their_limit == Some(Limit::Bandwidth)
    }
}

/// Whether what is `available` may be less than `needed`, both in bits a second. Browsers blame the network too while they
/// still find out what it carries.
pub(crate) fn is_short(available: Option<u64>, needed: Option<u64>) -> bool {
    available.zip(needed).is_none_or(|(available, needed)| available < needed)
}

/// What held back in most of the last seconds.
fn mostly(history: &History, of: fn(&Second) -> Option<Limit>) -> Option<Limit> {
    let limits = history.latest(LOOK).filter_map(of);
    let all = [Limit::Bandwidth, Limit::Cpu, Limit::None];
    all.into_iter().find(|limit| limits.clone().filter(|seen| seen == limit).count() >= MOST)
}

impl Cause {
    /// That of `this` connection, in a call in which there are `others` too.
    #[must_use]
    pub fn of(this: &Symptoms, others: &[Symptoms]) -> Self {
        if !this.is_measured {
            return Self::Measuring;
        }
        let is_alone = !others.iter().any(|other| other.is_measured);
        let all = |has: fn(&Symptoms) -> bool| others.iter().filter(|other| other.is_measured).all(has);
        if this.is_held_back {
            return match () {
                () if is_alone && this.is_starved() => Self::Narrow,
                () if !all(|other| other.is_held_back) => Self::TheirDownload,
                () if this.is_off => Self::UploadOff,
                () => Self::Upload { height: this.height },
            };
        }
        if this.loses_there() || this.loses_here() {
            return match (this.loses_there(), this.loses_here()) {
                (true, true) if is_alone => Self::LossBetween,
                (false, true) if is_alone => Self::TheirLoss,
                _ if all(|other| other.loses_there() || other.loses_here()) => Self::Loss,
                _ => Self::TheirLoss,
            };
        }
        if this.is_starved() {
            let is_ours = !is_alone && all(Symptoms::is_starved);
            return if is_ours { Self::Download } else { Self::TheirUpload };
        }
        match (this.limit, this.their_limit) {
            (Some(Limit::Cpu), _) => return Self::Computer,
            (_, Some(Limit::Cpu)) => return Self::TheirComputer,
            _ => {}
        }
        match this.path {
            _ if this.round_trip.is_none_or(|time| time <= FAIR_ROUND_TRIP) => Self::Good,
            Some(PathKind::Relay) => Self::Relay,
            _ => Self::Distance,
        }
    }

    /// Whether there is nothing to complain about.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Good | Self::Measuring)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Symptoms = Symptoms {
        is_measured: true,
        is_held_back: false,
        is_off: false,
        height: Some(720),
        loss_there: Some(0.0),
        loss_here: Some(0.0),
        limit: Some(Limit::None),
        their_limit: Some(Limit::None),
        round_trip: Some(Duration::from_millis(40)),
        path: Some(PathKind::Direct),
    };
    const HELD: Symptoms = Symptoms { is_held_back: true, height: Some(360), ..CALM };
    const BOTH: Symptoms = Symptoms { loss_there: Some(0.021), loss_here: Some(0.02), ..CALM };
    const STARVED: Symptoms = Symptoms { their_limit: Some(Limit::Bandwidth), ..CALM };
    const LONG: Symptoms = Symptoms { round_trip: Some(Duration::from_millis(400)), ..CALM };

    #[test]
    fn one_cause_is_named_and_the_right_side_of_it() {
        let unknown = Symptoms { is_measured: true, ..Symptoms::default() };
        for (this, others, expected) in [
            (Symptoms::default(), &[][..], Cause::Measuring),
            (CALM, &[], Cause::Good),
            // Nothing is held against a browser that does not tell.
            (unknown, &[], Cause::Good),
            (HELD, &[], Cause::Upload { height: Some(360) }),
            (HELD, &[HELD], Cause::Upload { height: Some(360) }),
            (HELD, &[CALM], Cause::TheirDownload),
            (HELD, &[Symptoms::default()], Cause::Upload { height: Some(360) }),
            (Symptoms { is_off: true, ..HELD }, &[], Cause::UploadOff),
            (Symptoms { is_held_back: true, ..STARVED }, &[], Cause::Narrow),
            (BOTH, &[], Cause::LossBetween),
            (Symptoms { loss_here: None, ..BOTH }, &[], Cause::Loss),
            (Symptoms { loss_there: Some(0.0), ..BOTH }, &[], Cause::TheirLoss),
            (BOTH, &[BOTH], Cause::Loss),
            (BOTH, &[CALM], Cause::TheirLoss),
            (STARVED, &[], Cause::TheirUpload),
            (STARVED, &[CALM], Cause::TheirUpload),
            (STARVED, &[STARVED], Cause::Download),
            (Symptoms { limit: Some(Limit::Cpu), ..CALM }, &[], Cause::Computer),
            (Symptoms { their_limit: Some(Limit::Cpu), ..CALM }, &[], Cause::TheirComputer),
            (LONG, &[], Cause::Distance),
            (Symptoms { path: Some(PathKind::Relay), ..LONG }, &[], Cause::Relay),
            (Symptoms { path: Some(PathKind::Relay), ..CALM }, &[], Cause::Good),
        ] {
            assert_eq!(Cause::of(&this, others), expected, "{this:?} beside {others:?}");
        }
    }
}
