//! The socket to the server: when it is taken for dead, and when to come back.

use crate::random::Random;
use ojak_protocol::SILENCE_MAX;
use std::time::Duration;

/// A socket that does not open within this time never will.
const OPENS_WITHIN: Duration = Duration::from_secs(6);
/// After a change of network or a sleep the server is asked whether it is there, and has this long to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// Longest waits before each attempt to come back, in milliseconds; the last one counts from there on. Each wait
/// is a random part of it ("full jitter"), so that not everybody comes back to a new server at once.
const WAITS: [u32; 6] = [0, 300, 1200, 2700, 4800, 7000];

/// What has to happen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Open a socket.
    Open,
    /// Take the one there is for dead.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Off,
    /// To be opened then.
    Waiting(Duration),
    /// Since then.
    Opening(Duration),
    Open,
}

/// The socket to the server.
#[derive(Clone, Debug)]
pub(crate) struct Signalling {
    state: State,
    /// How often it was tried to come back.
    attempts: usize,
    heard: Duration,
    /// Something must be heard until then.
    answer_by: Option<Duration>,
    /// The server asked to come back then.
    back_at: Option<Duration>,
    is_joined: bool,
    /// Since when the room is out of hearing.
    lost: Option<Duration>,
    random: Random,
}

impl Signalling {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: State::Off,
            attempts: 0,
            heard: Duration::ZERO,
            answer_by: None,
            back_at: None,
            is_joined: false,
            lost: None,
            random: Random::new(seed),
        }
    }

    pub(crate) fn open(&mut self, now: Duration) {
        self.state = State::Opening(now);
        self.heard = now;
        (self.answer_by, self.back_at, self.is_joined) = (None, None, false);
    }

    pub(crate) fn opened(&mut self, now: Duration) {
        self.state = State::Open;
        self.heard = now;
    }

    pub(crate) fn heard(&mut self, now: Duration) {
        self.heard = now;
        self.answer_by = None;
    }

    /// The server answered, and the person has to wait.
    pub(crate) fn met(&mut self) {
        self.attempts = 0;
        self.lost = None;
    }

    /// The server let the person in.
    pub(crate) fn joined(&mut self) {
        self.is_joined = true;
        self.met();
    }

    /// Whether a message can be sent now.
    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// No socket, and none on its way.
    pub(crate) fn is_off(&self) -> bool {
        self.state == State::Off
    }

    /// Whether what is sent now gets to the room.
    pub(crate) fn is_joined(&self) -> bool {
        self.is_joined
    }

    /// Since when it does not, if it did before.
    pub(crate) fn lost(&self) -> Option<Duration> {
        self.lost
    }

    /// No socket, and none wanted.
    pub(crate) fn turn_off(&mut self) {
        self.state = State::Off;
        self.attempts = 0;
        (self.answer_by, self.back_at, self.is_joined, self.lost) = (None, None, false, None);
    }

    /// The socket is gone, and another one is wanted.
    pub(crate) fn lose(&mut self, now: Duration) {
        let longest = WAITS.get(self.attempts).or(WAITS.last()).copied().unwrap_or(0);
        self.attempts += 1;
        let wait = Duration::from_millis(u64::from(longest)).mul_f64(self.random.fraction());
        self.state = State::Waiting(self.back_at.take().unwrap_or(now + wait));
        self.answer_by = None;
        self.is_joined = false;
        self.lost.get_or_insert(now);
    }

    /// The server ends; another one is there soon.
    pub(crate) fn return_within(&mut self, now: Duration, longest: Duration) {
        self.back_at = Some(now + longest.mul_f64(self.random.fraction()));
    }

    /// The socket may be dead without a word. True when the server should be asked.
    pub(crate) fn doubt(&mut self, now: Duration) -> bool {
        match self.state {
            State::Open => {
                self.answer_by.get_or_insert(now + ANSWERS_WITHIN);
                true
            }
            // Whatever kept it from coming back may be over.
            State::Waiting(_) => {
                self.attempts = 0;
                self.state = State::Waiting(now);
                false
            }
            State::Opening(_) | State::Off => false,
        }
    }

    /// Whether the server was asked and has not answered.
    pub(crate) fn is_doubted(&self) -> bool {
        self.answer_by.is_some()
    }

    /// What has to happen now.
    pub(crate) fn due(&self, now: Duration) -> Option<Due> {
        let (at, due) = self.next()?;
        (now >= at).then_some(due)
    }

    /// When something has to happen.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.next().map(|(at, _)| at)
    }

    fn next(&self) -> Option<(Duration, Due)> {
        match self.state {
            State::Off => None,
            State::Waiting(until) => Some((until, Due::Open)),
            State::Opening(since) => Some((since + OPENS_WITHIN, Due::Lost)),
            State::Open => {
                let silent = self.heard + SILENCE_MAX;
                let first = [self.answer_by, self.back_at].into_iter().flatten().fold(silent, Duration::min);
                Some((first, Due::Lost))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_a_random_part_of_a_longer_one() {
        for seed in 0..200 {
            let mut signalling = Signalling::new(seed);
            signalling.open(Duration::ZERO);
            for longest in [0, 300, 1200, 2700, 4800, 7000, 7000, 7000] {
                signalling.lose(Duration::ZERO);
                let at = signalling.next_at().unwrap_or_default();
                assert!(at <= Duration::from_millis(longest), "{at:?} of {longest} ms");
                signalling.open(Duration::ZERO);
            }
        }
    }

    #[test]
    fn waits_are_spread_out() {
        let waits: Vec<u128> = (0..1000)
            .map(|seed| {
                let mut signalling = Signalling::new(seed);
                signalling.return_within(Duration::ZERO, Duration::from_secs(2));
                signalling.lose(Duration::ZERO);
                signalling.next_at().unwrap_or_default().as_millis()
            })
            .collect();
        for quarter in 0..4 {
            let count =
                waits.iter().filter(|&&wait| (quarter * 500..(quarter + 1) * 500).contains(&wait)).count();
            assert!((200..300).contains(&count), "{count} of 1000 in quarter {quarter}");
        }
    }

    #[test]
    fn a_server_that_is_asked_has_two_seconds() {
        let mut signalling = Signalling::new(0);
        signalling.open(Duration::ZERO);
        signalling.opened(Duration::ZERO);
        assert!(signalling.doubt(Duration::from_secs(1)));
        assert_eq!(signalling.due(Duration::from_millis(2999)), None);
        assert_eq!(signalling.due(Duration::from_secs(3)), Some(Due::Lost));
        signalling.heard(Duration::from_secs(2));
        assert_eq!(signalling.due(Duration::from_secs(3)), None);
        assert_eq!(signalling.due(Duration::from_secs(14)), Some(Due::Lost), "twelve seconds of silence");
    }
}
