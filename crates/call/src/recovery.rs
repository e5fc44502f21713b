//! When to do something about a connection over which nothing arrives, and what.
//!
//! What counts is what arrives, bytes of media or a [`PeerMessage::Beat`](ojak_protocol::PeerMessage::Beat),
//! and not what the browser calls the connection: Firefox says `disconnected` while sound goes on, and both
//! Chromium and Firefox can say `connected` while nothing arrives at all.

use std::time::Duration;

/// Nothing arrived for this long: the connection is interrupted, and new paths are looked for.
pub(crate) const STALLED_AFTER: Duration = Duration::from_secs(2);
/// Nothing arrived for this long: once more.
const RESTARTED_AFTER: Duration = Duration::from_secs(5);
/// Nothing arrived for this long: a new peer connection, and again after as long.
const RENEWED_AFTER: Duration = Duration::from_secs(10);
/// A connection that never worked is given this long, its first paths having had no earlier ones to compare with.
const CONNECTED_WITHIN: Duration = Duration::from_secs(15);
/// A connection that cannot be negotiated any more is not replaced before this, so that two browsers that do not
/// understand each other do not keep a machine busy.
const BROKEN_FOR: Duration = Duration::from_secs(2);
/// A suspicion, for which there was a reason, is held after this long without anything.
const SUSPECTED_FOR: Duration = Duration::from_millis(200);
/// Both sides agreed on new paths, and still nothing arrives: then none of them carries anything. Chromium 156 needs
/// almost 2 s to use a network that has just come up.
const PATHS_TRIED_FOR: Duration = Duration::from_secs(3);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// `restartIce()`.
    RestartIce,
    /// A new peer connection.
    Renew,
}

/// What the remedy depends on, besides the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    /// Both sides have the same paths to try.
    pub(crate) is_agreed: bool,
    /// They never will.
    pub(crate) is_broken: bool,
    /// The other side can be told of a new connection.
    pub(crate) can_renew: bool,
}

/// Watches one peer connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovery {
    began: Duration,
    /// When something arrived last, or since when it could.
    arrived: Duration,
    /// Whether anything ever did.
    has_worked: bool,
    suspected: Option<Duration>,
    restarts: u32,
    /// When both sides had agreed on new paths.
    agreed: Option<Duration>,
    renewed: Option<Duration>,
    /// The browser has given the connection up.
    is_given_up: bool,
}

impl Recovery {
    /// Of a new peer connection.
    pub(crate) fn new(now: Duration) -> Self {
        Self {
            began: now,
            arrived: now,
            has_worked: false,
            suspected: None,
            restarts: 0,
            agreed: None,
            renewed: None,
            is_given_up: false,
        }
    }

    /// Something arrived.
    pub(crate) fn arrived(&mut self, now: Duration) {
        *self = Self { has_worked: true, began: self.began, ..Self::new(now) };
    }

    /// There is a reason to expect that nothing will: the network changed, the machine slept, the browser or
    /// the other side gave up.
    pub(crate) fn suspect(&mut self, now: Duration) {
        self.suspected.get_or_insert(now);
    }

    /// The browser has given the connection up, which no new paths mend: Firefox 153 does so when its machine is on
    /// another network, and says of a restart that it is connected.
    pub(crate) fn give_up(&mut self, now: Duration) {
        self.suspect(now);
        self.is_given_up = true;
    }

    /// Both sides agreed on something: if nothing arrives, these are the paths to wait for, whoever asked for them.
    pub(crate) fn renegotiated(&mut self, now: Duration) {
        if self.has_worked && self.quiet(now) >= SUSPECTED_FOR {
            self.restarts = self.restarts.max(1);
            self.agreed = Some(now);
        }
    }

    /// Whether there is something to be looked into, so that looking again in a second is too late.
    pub(crate) fn is_suspected(&self) -> bool {
        self.suspected.is_some()
    }

    /// Whether nothing has arrived for long enough for a person to notice.
    pub(crate) fn is_stalled(&self, now: Duration) -> bool {
        self.has_worked && (self.restarts > 0 || self.quiet(now) >= STALLED_AFTER)
    }

    /// Whether nothing that was said of this connection can have been of use.
    pub(crate) fn is_hopeless(&self, now: Duration) -> bool {
        !self.has_worked || self.quiet(now) >= RENEWED_AFTER
    }

    /// How long nothing has arrived.
    pub(crate) fn quiet(&self, now: Duration) -> Duration {
        now.saturating_sub(self.arrived)
    }

    /// When to look again because of a suspicion.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        let is_open = self.restarts == 0 && self.has_worked && self.renewed.is_none();
        self.suspected.filter(|_| is_open).map(|suspected| suspected.max(self.arrived) + SUSPECTED_FOR)
    }

    /// What is to be done now, once.
    pub(crate) fn remedy(&mut self, now: Duration, situation: Situation) -> Option<Remedy> {
        let Situation { is_agreed, is_broken, can_renew } = situation;
        let quiet = self.quiet(now);
        if self.restarts > 0 && is_agreed {
            self.agreed.get_or_insert(now);
        }
        let since = |at: Option<Duration>| at.map(|at| now.saturating_sub(at));
        let is_renewal_due = match (self.renewed, self.has_worked) {
            (Some(renewed), _) => now.saturating_sub(renewed) >= RENEWED_AFTER,
            (None, _) if is_broken => now.saturating_sub(self.began) >= BROKEN_FOR,
            (None, false) => quiet >= CONNECTED_WITHIN || (self.is_suspected() && quiet >= RENEWED_AFTER),
            (None, true) if self.is_given_up => quiet >= SUSPECTED_FOR,
            (None, true) => {
                quiet >= RENEWED_AFTER || since(self.agreed).is_some_and(|tried| tried >= PATHS_TRIED_FOR)
            }
        };
        if is_renewal_due && can_renew {
            self.renewed = Some(now);
            return Some(Remedy::Renew);
        }
        if !self.has_worked || self.renewed.is_some() {
            return None;
        }
        let is_suspicion_held = since(self.suspected).is_some_and(|suspected| suspected >= SUSPECTED_FOR);
        let is_due = match self.restarts {
            0 => quiet >= STALLED_AFTER || (is_suspicion_held && quiet >= SUSPECTED_FOR),
            1 => quiet >= RESTARTED_AFTER && !is_agreed,
            _ => false,
        };
        is_due.then(|| {
            self.restarts += 1;
            Remedy::RestartIce
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Everything that is done from `from` on, looked at every quarter of a second.
    fn remedies(recovery: &mut Recovery, from: u64, until: u64, is_agreed: bool) -> Vec<(u64, Remedy)> {
        (from..=until)
            .step_by(250)
            .filter_map(|now| recovery.remedy(at(now), situation(is_agreed)).map(|remedy| (now, remedy)))
            .collect()
    }

    fn situation(is_agreed: bool) -> Situation {
        Situation { is_agreed, is_broken: false, can_renew: true }
    }

    fn working() -> Recovery {
        let mut recovery = Recovery::new(at(0));
        recovery.arrived(at(0));
        recovery
    }

    #[test]
    fn the_ladder_when_the_other_side_cannot_be_reached() {
        assert_eq!(
            remedies(&mut working(), 0, 31_000, false),
            [
                (2000, Remedy::RestartIce),
                (5000, Remedy::RestartIce),
                (10_000, Remedy::Renew),
                (20_000, Remedy::Renew),
                (30_000, Remedy::Renew)
            ]
        );
    }

    #[test]
    fn new_paths_that_carry_nothing_are_not_waited_for() {
        assert_eq!(
            remedies(&mut working(), 0, 9000, true),
            [(2000, Remedy::RestartIce), (5250, Remedy::Renew)]
        );
    }

    #[test]
    fn what_the_other_side_began_is_waited_for() {
        let mut recovery = working();
        recovery.renegotiated(at(500));
        assert_eq!(remedies(&mut recovery, 500, 4000, true), [(3500, Remedy::Renew)]);
    }

    #[test]
    fn what_the_browser_gave_up_is_replaced_at_once() {
        let mut recovery = working();
        recovery.give_up(at(300));
        assert_eq!(remedies(&mut recovery, 300, 4000, false), [(300, Remedy::Renew)]);
    }

    #[test]
    fn what_cannot_be_negotiated_is_replaced_though_it_works() {
        let mut recovery = working();
        let remedies: Vec<_> = (0..=2000)
            .step_by(500)
            .filter_map(|now| {
                recovery.arrived(at(now));
                recovery.remedy(at(now), Situation { is_broken: true, ..situation(false) })
            })
            .collect();
        assert_eq!(remedies, [Remedy::Renew]);
    }

    #[test]
    fn what_arrives_ends_it() {
        let mut recovery = working();
        assert_eq!(remedies(&mut recovery, 0, 4000, false), [(2000, Remedy::RestartIce)]);
        assert!(recovery.is_stalled(at(4000)));
        recovery.arrived(at(4000));
        assert!(!recovery.is_stalled(at(4000)));
        assert_eq!(remedies(&mut recovery, 4000, 5750, false), []);
    }

    #[test]
    fn a_suspicion_is_held_only_while_nothing_arrives() {
        let mut recovery = working();
        recovery.suspect(at(0));
        recovery.arrived(at(200));
        assert_eq!(remedies(&mut recovery, 250, 2000, false), []);
        recovery.arrived(at(1900));
        recovery.suspect(at(2000));
        assert_eq!(remedies(&mut recovery, 2000, 2500, false), [(2250, Remedy::RestartIce)]);
    }

    #[test]
    fn a_connection_that_never_worked_gets_longer_and_then_another_try() {
        let mut recovery = Recovery::new(at(0));
        assert!(!recovery.is_stalled(at(14_000)));
        assert_eq!(
            remedies(&mut recovery, 0, 25_000, true),
            [(15_000, Remedy::Renew), (25_000, Remedy::Renew)]
        );
    }
}
