//! Why no way to somebody is found, as far as it can be told from here.
//!
//! A browser says only that there is none. But each side has looked for addresses under which it can be reached, and has
//! told the other of them: who has found none outside of their own network is let out by no way that this server knows.

use crate::ice::{CandidateKind, Ice, Routes};
use std::time::Duration;

/// From the beginning of a search until it is said why it finds nothing, though it goes on. Who looks has to be told within
/// 10 s, and in a tab that nobody looks at a second goes by from tick to tick.
const SAID_AFTER: Duration = Duration::from_secs(8);
/// The other side's addresses come after their answer.
const TOLD_WITHIN: Duration = Duration::from_secs(4);

/// Why no way to somebody is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The person hides their address behind a relay, and the server has none.
    Hidden,
    /// There is no direct way, and the server has no relay.
    NoRelay,
    /// Nothing gets out of this person's network.
    OwnNetwork,
    /// Nothing gets out of theirs.
    TheirNetwork,
    /// Neither side reaches the server's relay: both networks let nothing out, or nothing gets in to the server.
    BothNetworks,
    /// The relay answers, and does not relay: with this STUN error code, if the browser tells it.
    RelayRefuses(Option<u16>),
    /// Both sides get out, and still not through to each other.
    Between,
}

/// What one side has found.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    /// An address outside of its own network.
    is_outside: bool,
    /// That of a relay.
    has_relay: bool,
}

impl Found {
    fn add(&mut self, kind: CandidateKind) {
        self.is_outside |= kind != CandidateKind::Host;
        self.has_relay |= kind == CandidateKind::Relay;
    }
}

/// The search of one peer connection, and why those before it found nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    began: Duration,
    /// When the other side answered.
    answered: Option<Duration>,
    own: Found,
    theirs: Found,
    /// What a server said that does not help.
    refused: Option<u16>,
    obstacle: Option<Obstacle>,
}

impl Search {
    pub(crate) fn new(now: Duration) -> Self {
        let (own, theirs) = (Found::default(), Found::default());
        Self { began: now, answered: None, own, theirs, refused: None, obstacle: None }
    }

    /// Another connection takes the place of the one before. What was said of that one stays until more is known.
    pub(crate) fn again(&mut self, now: Duration) {
        *self = Self { obstacle: self.obstacle, ..Self::new(now) };
    }

    pub(crate) fn began(&self) -> Duration {
        self.began
    }

    pub(crate) fn found_here(&mut self, candidate: &str) {
        CandidateKind::of(candidate).into_iter().for_each(|kind| self.own.add(kind));
    }

    pub(crate) fn found_there(&mut self, candidate: &str) {
        CandidateKind::of(candidate).into_iter().for_each(|kind| self.theirs.add(kind));
    }

    /// The other side's description, which may hold some already.
    pub(crate) fn described(&mut self, sdp: &str, now: Duration) {
        self.answered.get_or_insert(now);
        CandidateKind::all_of(sdp).for_each(|kind| self.theirs.add(kind));
    }

    /// A STUN or TURN server did not help. From 700 on it did not even answer, which says little: one that cannot be
    /// reached by IPv6 may well be by IPv4.
    pub(crate) fn failed(&mut self, code: u16) {
        if (300..700).contains(&code) {
            self.refused = Some(code);
        }
    }

    /// A way was found.
    pub(crate) fn succeed(&mut self) {
        self.obstacle = None;
    }

    /// Says why there is none, once there was time to find one, or when the browser `gave_up`.
    pub(crate) fn judge(&mut self, ice: &Ice, gave_up: bool, now: Duration) {
        let hides_in_vain = ice.routes == Routes::Relay && !ice.has_relay();
        let was_told = self.answered.is_some_and(|answered| now >= answered + TOLD_WITHIN);
        let is_long = now >= self.began + SAID_AFTER;
        if gave_up || hides_in_vain || (is_long && was_told) {
            self.obstacle = Some(self.find(ice, hides_in_vain));
        }
    }

    fn find(&self, ice: &Ice, hides_in_vain: bool) -> Obstacle {
        let Self { own, theirs, refused, .. } = self;
        match (own.is_outside, theirs.is_outside) {
            _ if hides_in_vain => Obstacle::Hidden,
            _ if !ice.has_relay() => Obstacle::NoRelay,
            _ if !own.has_relay && refused.is_some() => Obstacle::RelayRefuses(*refused),
            (false, true) => Obstacle::OwnNetwork,
            (true, false) => Obstacle::TheirNetwork,
            (false, false) => Obstacle::BothNetworks,
            (true, true) if own.has_relay || theirs.has_relay => Obstacle::Between,
            (true, true) => Obstacle::RelayRefuses(None),
        }
    }

    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        self.obstacle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ojak_protocol::IceServer;

    const HOST: &str = "candidate:1 1 udp 1 192.168.1.7 50000 typ host";
    const REFLEXIVE: &str = "candidate:2 1 udp 1 198.51.100.7 50000 typ srflx raddr 192.168.1.7 rport 50000";
    const RELAY: &str = "candidate:3 1 udp 1 203.0.113.9 49200 typ relay raddr 198.51.100.7 rport 50000";

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn ice(url: &str, routes: Routes) -> Ice {
        Ice { servers: vec![IceServer { urls: vec![url.into()], username: None, credential: None }], routes }
    }

    fn relay() -> Ice {
        ice("turn:call.example:3478", Routes::Any)
    }

    /// One that was answered at once, in which this was found here and there.
    fn search(here: &[&str], there: &[&str]) -> Search {
        let mut search = Search::new(at(0));
        search.described("v=0\r\n", at(0));
        here.iter().for_each(|candidate| search.found_here(candidate));
        there.iter().for_each(|candidate| search.found_there(candidate));
        search
    }

    #[test]
    fn what_is_blocked_is_told_by_what_either_side_has_found() {
        for (here, there, expected) in [
            (&[HOST][..], &[HOST, REFLEXIVE, RELAY][..], Obstacle::OwnNetwork),
            (&[], &[RELAY], Obstacle::OwnNetwork),
            (&[HOST, RELAY], &[HOST], Obstacle::TheirNetwork),
            (&[HOST], &[HOST], Obstacle::BothNetworks),
            (&[HOST, REFLEXIVE, RELAY], &[HOST, REFLEXIVE, RELAY], Obstacle::Between),
            (&[HOST, RELAY], &[HOST, REFLEXIVE], Obstacle::Between),
            (&[HOST, REFLEXIVE], &[HOST, REFLEXIVE], Obstacle::RelayRefuses(None)),
        ] {
            let mut search = search(here, there);
            search.judge(&relay(), false, SAID_AFTER);
            assert_eq!(search.obstacle(), Some(expected), "{here:?} here, {there:?} there");
            search.judge(&ice("stun:call.example:3478", Routes::Any), false, SAID_AFTER);
            assert_eq!(search.obstacle(), Some(Obstacle::NoRelay), "{here:?} here, {there:?} there");
        }
    }

    #[test]
    fn who_hides_behind_no_relay_is_told_so_whatever_the_other_side_says() {
        let mut search = Search::new(at(0));
        search.judge(&ice("stun:call.example:3478", Routes::Relay), false, at(0));
        assert_eq!(search.obstacle(), Some(Obstacle::Hidden), "nothing can come of it");
        let mut search = self::search(&[], &[RELAY]);
        search.judge(&ice("turn:call.example:3478", Routes::Relay), false, SAID_AFTER);
        assert_eq!(search.obstacle(), Some(Obstacle::OwnNetwork));
    }

    #[test]
    fn a_relay_that_says_no_is_not_called_out_of_reach() {
        let mut search = search(&[HOST], &[HOST, RELAY]);
        // One of its addresses cannot be reached, which says nothing.
        search.failed(701);
        search.judge(&relay(), false, SAID_AFTER);
        assert_eq!(search.obstacle(), Some(Obstacle::OwnNetwork));
        search.failed(486);
        search.judge(&relay(), false, SAID_AFTER);
        assert_eq!(search.obstacle(), Some(Obstacle::RelayRefuses(Some(486))));
        // Another one of them relays.
        search.found_here(RELAY);
        search.judge(&relay(), false, SAID_AFTER);
        assert_eq!(search.obstacle(), Some(Obstacle::Between));
    }

    #[test]
    fn it_is_said_in_time_and_not_before_the_other_side_can_have_told_its_addresses() {
        let mut search = search(&[HOST], &[]);
        search.judge(&relay(), false, at(7900));
        assert_eq!(search.obstacle(), None);
        search.judge(&relay(), false, at(8000));
        assert_eq!(search.obstacle(), Some(Obstacle::BothNetworks));

        let mut late = Search::new(at(0));
        late.found_here(RELAY);
        late.judge(&relay(), false, at(20_000));
        assert_eq!(late.obstacle(), None, "they have not answered at all");
        late.described(&["v=0", &["a=", RELAY].concat()].join("\r\n"), at(20_000));
        late.judge(&relay(), false, at(23_900));
        assert_eq!(late.obstacle(), None);
        late.judge(&relay(), false, at(24_000));
        assert_eq!(late.obstacle(), Some(Obstacle::Between));

        let mut given_up = self::search(&[RELAY], &[HOST]);
        given_up.judge(&relay(), true, at(3000));
        assert_eq!(given_up.obstacle(), Some(Obstacle::TheirNetwork));
    }

    #[test]
    fn what_was_said_stays_until_another_search_has_found_out_more_or_a_way() {
        let mut search = search(&[HOST], &[HOST, RELAY]);
        search.judge(&relay(), false, at(8000));
        search.again(at(15_000));
        search.judge(&relay(), false, at(15_500));
        assert_eq!(search.obstacle(), Some(Obstacle::OwnNetwork));
        search.described("v=0\r\n", at(15_500));
        search.found_here(RELAY);
        search.judge(&relay(), false, at(23_000));
        assert_eq!(search.obstacle(), Some(Obstacle::TheirNetwork));
        search.succeed();
        assert_eq!(search.obstacle(), None);
    }
}
