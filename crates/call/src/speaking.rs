//! Who is speaking, told from how loud they are now and then.
//!
//! Apart from everything else, so that a cough, a pause for breath and the hum of a room can be told from
//! speech in tests. Whoever measures does so about five times a second.

use std::time::Duration;

/// Whoever is not louder than this says nothing, whatever came before. A root mean square in `0.0..=1.0`.
pub const SILENCE: f32 = 0.008;

/// To begin with, somebody must be louder than to go on.
const LOUD: f32 = 0.02;
/// Shorter is a cough, a click or a door.
const ATTACK: Duration = Duration::from_millis(300);
/// A pause between two words is shorter.
const RELEASE: Duration = Duration::from_secs(1);

/// One voice, and whether it speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    stretch: Option<Stretch>,
    is_speaking: bool,
}

/// A time in which it was loud again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    began: Duration,
    last: Duration,
}

impl Voice {
    /// Whether it speaks, as of the last measurement or the last [`pass`](Self::pass).
    #[must_use]
    pub const fn is_speaking(&self) -> bool {
        self.is_speaking
    }

    /// Takes a measurement: a root mean square in `0.0..=1.0`.
    pub fn hear(&mut self, level: f32, now: Duration) {
        self.pass(now);
        if level > if self.is_speaking { SILENCE } else { LOUD } {
            let stretch = self.stretch.get_or_insert(Stretch { began: now, last: now });
            stretch.last = now;
            self.is_speaking |= now.saturating_sub(stretch.began) >= ATTACK;
        }
    }

    /// Time went by: somebody who is not heard any more stops to speak.
    pub fn pass(&mut self, now: Duration) {
        if self.stretch.is_some_and(|stretch| now.saturating_sub(stretch.last) >= RELEASE) {
            *self = Self::default();
        }
    }
}
