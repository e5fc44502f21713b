//! Whether the others hear the person, told from what they report and from nothing else.
//!
//! Apart from the connection: it is about one microphone, one pair of ears, and what counts as having been heard.

use ojak_protocol::{Playback, Receipt};
use std::time::Duration;

/// Sound that does not come for this long while a microphone is on: packets go all the time, in pauses of speech too.
const MISSING_AFTER: Duration = Duration::from_secs(4);
/// Of sound that has not come for this long it is not told whether it is silent.
const LATE_AFTER: Duration = Duration::from_secs(2);
/// So long somebody speaks without being heard before they are told so. Reports are a second apart and late.
const UNHEARD_AFTER: Duration = Duration::from_secs(3);

/// What becomes of the person's voice with one of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// They have heard it.
    Heard,
    /// It comes, and is silent although the person speaks.
    Silent,
    /// Their browser plays nothing before they click.
    Blocked,
    /// They do not want to hear it.
    Deafened,
    /// Nothing of it comes.
    Missing,
}

impl Hearing {
    /// Whether the person should hear of it at once: somebody has to do something.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Silent | Self::Blocked | Self::Missing)
    }
}

/// Who hears the person's voice, of all the others of whom that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// Those who do.
    pub by: usize,
    /// Those of whom it is known.
    pub of: usize,
}

impl Receipts {
    /// The sum of what is known of each; none before there is anything.
    #[must_use]
    pub fn of(each: impl IntoIterator<Item = Option<Hearing>>) -> Option<Self> {
        let (mut by, mut of) = (0, 0);
        for hearing in each.into_iter().flatten() {
            of += 1;
            by += usize::from(hearing == Hearing::Heard);
        }
        (of > 0).then_some(Self { by, of })
    }
}

/// One pair of ears.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ears {
    /// The first one is what they had heard before the person was on the air.
    last: Option<Receipt>,
    /// When they last reported more packets than before, or that they do not know.
    came: Option<Duration>,
    is_heard: bool,
    /// How long the person has spoken since they were heard last.
    unheard: Duration,
    /// When it was looked last whether the person speaks.
    looked: Option<Duration>,
}

impl Ears {
    /// The person was muted or is not any more, or the connection is another one: nothing of before counts.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// They reported something.
    pub fn report(&mut self, receipt: Receipt, now: Duration) {
        let Some(before) = self.last.replace(receipt) else {
            self.came = Some(now);
            return;
        };
        if receipt.packets.is_none() || receipt.packets > before.packets {
            self.came = Some(now);
        }
        // A figure that was not given before has not grown.
        if before.audible_ms.zip(receipt.audible_ms).is_some_and(|(before, now)| now > before) {
            (self.is_heard, self.unheard) = (true, Duration::ZERO);
        }
    }

    /// Time went by, in which the person spoke or did not.
    pub fn pass(&mut self, is_speaking: bool, now: Duration) {
        let before = self.looked.replace(now).unwrap_or(now);
        if self.came.is_none_or(|came| now.saturating_sub(came) >= LATE_AFTER) {
            self.unheard = Duration::ZERO;
        } else if is_speaking {
            self.unheard += now.saturating_sub(before);
        }
    }

    /// What is known. A pause of speech changes nothing.
    #[must_use]
    pub fn hearing(&self, now: Duration) -> Option<Hearing> {
        let last = self.last?;
        match last.playback {
            Playback::Blocked => return Some(Hearing::Blocked),
            Playback::Muted => return Some(Hearing::Deafened),
            Playback::Playing => {}
        }
        if last.packets.is_some() && self.came.is_some_and(|came| now.saturating_sub(came) >= MISSING_AFTER) {
            return Some(Hearing::Missing);
        }
        // A browser that does not tell how loud it was cannot say that it was silent.
        if last.audible_ms.is_some() && self.unheard >= UNHEARD_AFTER {
            return Some(Hearing::Silent);
        }
        self.is_heard.then_some(Hearing::Heard)
    }
}
