//! What the loudness of the microphone says: somebody talks while muted, or nothing comes although they are not.

use crate::Level;
use ojak_protocol::Switch;
use std::time::Duration;

/// A microphone that is on and gives nothing at all for so long does not work. A quiet room is never exactly silent.
const SILENT_FOR: Duration = Duration::from_secs(5);
/// So many reports in a row are speech, and not a cough or a door.
const LOUD_REPORTS: u32 = 3;

/// What was heard of one microphone, as it is switched now.
#[derive(Clone, Debug, Default)]
pub(super) struct Hearing {
    silent_since: Option<Duration>,
    loud: u32,
    has_told: bool,
    pub(super) is_silent: bool,
}

/// What the person should hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// They talk, and nobody hears it.
    TalkingWhileMuted,
    /// They are not muted, and nothing comes.
    Silent,
}

impl Hearing {
    /// Takes the loudest moment since the last report; each thing is told once.
    pub(super) fn report(&mut self, level: Level, microphone: Switch, now: Duration) -> Option<Heard> {
        match microphone {
            Switch::On => {
                self.loud = 0;
                if level != Level::SILENCE {
                    (self.silent_since, self.is_silent) = (None, false);
                    return None;
                }
                let since = *self.silent_since.get_or_insert(now);
                let was_silent = self.is_silent;
                self.is_silent = now.saturating_sub(since) >= SILENT_FOR;
                (self.is_silent && !was_silent).then_some(Heard::Silent)
            }
            Switch::Off => {
                (self.silent_since, self.is_silent) = (None, false);
                self.loud = if level.is_speech() { self.loud + 1 } else { 0 };
                if self.loud < LOUD_REPORTS || self.has_told {
                    return None;
                }
                self.has_told = true;
                Some(Heard::TalkingWhileMuted)
            }
        }
    }
}
