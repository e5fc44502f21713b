//! Doubt whether the ways there are still lead anywhere: when the machine slept, when the server was asked whether it
//! is there, and what its silence says.

use std::time::Duration;

/// The machine slept if a tick came so late, or the time of the day went on so much further than the clock.
const SLEPT_FOR: Duration = Duration::from_secs(3);
/// For so long after the question a connection without sound means that the server's silence is no accident.
const ASKED_FOR: Duration = Duration::from_secs(3);
/// For so long after somebody was found interrupted, a server that does not answer is taken for gone with them.
const INTERRUPTED_FOR: Duration = Duration::from_secs(1);
/// A server that is there has answered after this time, unless it is very far away.
const ANSWERED_AFTER: Duration = Duration::from_millis(150);
/// From one question to the next, while nothing comes from somebody.
const ASKED_EVERY: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, Default)]
pub(crate) struct Doubt {
    /// The last tick, by both clocks.
    ticked: Option<(Duration, Duration)>,
    /// When the server was asked last, or would have been if there had been a socket.
    asked: Option<Duration>,
    /// When somebody was found interrupted, unless the server was left because of that.
    interrupted: Option<Duration>,
}

impl Doubt {
    /// Takes the time by a clock that never jumps and by that of the day, and says whether the machine slept.
    pub(crate) fn tick(&mut self, now: Duration, time_of_day: Duration) -> bool {
        self.ticked.replace((now, time_of_day)).is_some_and(|(before, then)| {
            let passed = now.saturating_sub(before);
            passed >= SLEPT_FOR || time_of_day.saturating_sub(then) >= passed + SLEPT_FOR
        })
    }

    /// The server is asked whether it is there.
    pub(crate) fn ask(&mut self, now: Duration) {
        self.asked = Some(now);
    }

    pub(crate) fn has_asked_lately(&self, now: Duration) -> bool {
        self.asked.is_some_and(|asked| now.saturating_sub(asked) < ASKED_EVERY)
    }

    /// Somebody is found interrupted.
    pub(crate) fn interrupt(&mut self, now: Duration) {
        self.interrupted = Some(now);
    }

    /// Whether a server that has not answered is gone together with somebody else; said once.
    pub(crate) fn takes_the_server_along(&mut self, now: Duration) -> bool {
        let since = |moment: Option<Duration>| moment.map(|moment| now.saturating_sub(moment));
        let is_over = since(self.interrupted).is_some_and(|since| since < INTERRUPTED_FOR)
            && since(self.asked).is_some_and(|since| (ANSWERED_AFTER..ASKED_FOR).contains(&since));
        if is_over {
            self.interrupted = None;
        }
        is_over
    }

    /// When a server that has not answered yet has had the time to, if much depends on it.
    pub(crate) fn answered_by(&self) -> Option<Duration> {
        self.interrupted.and(self.asked).map(|asked| asked + ANSWERED_AFTER)
    }
}
