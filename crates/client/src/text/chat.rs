//! The words of the chat and of files, and how sizes and times stand in them.

use ojak_call::protocol::{Refusal, Withdrawal};
use ojak_call::{Delivery, FileEnd, Progress};
use std::time::Duration;

/// About the chat and files.
pub(crate) struct Chat {
    pub(crate) log: &'static str,
    pub(crate) message: &'static str,
    pub(crate) placeholder: &'static str,
    pub(crate) send: &'static str,
    pub(crate) attach: &'static str,
    pub(crate) note: &'static str,
    pub(crate) copy: &'static str,
    /// On the button of the chat: so many are new.
    pub(crate) unread: fn(usize) -> String,
    pub(crate) too_long: &'static str,
    pub(crate) full: &'static str,
    /// Somebody says that another one wrote it.
    pub(crate) claimed: fn(&str) -> String,
    pub(crate) sending: &'static str,
    pub(crate) received: &'static str,
    pub(crate) received_by_all: &'static str,
    /// By so many of so many.
    pub(crate) received_by: fn(usize, usize) -> String,
    pub(crate) not_received: &'static str,
    pub(crate) files: Files,
}

/// What stands between a number and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Space,
    Nothing,
}

impl Between {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Nothing => "",
        }
    }
}

/// About files.
pub(crate) struct Files {
    pub(crate) save: &'static str,
    /// On the link of a file that is there.
    pub(crate) save_named: fn(&str) -> String,
    pub(crate) decline: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) drop_here: &'static str,
    /// Both with the size.
    pub(crate) offered: &'static str,
    pub(crate) unanswered: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) opening: &'static str,
    pub(crate) received: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) waiting: &'static str,
    /// So much of so much.
    pub(crate) of: fn(&str, &str) -> String,
    pub(crate) a_second: &'static str,
    /// Before seconds, minutes and hours.
    pub(crate) left: fn(&str) -> String,
    pub(crate) units: [&'static str; 3],
    pub(crate) between: Between,

    // Why it does not come: to the one who would have had it, or to the one who gave it, with the other's name.
    pub(crate) declined: fn(&str) -> String,
    pub(crate) declined_here: &'static str,
    pub(crate) stopped: fn(&str) -> String,
    pub(crate) stopped_here: &'static str,
    pub(crate) too_large: fn(&str) -> String,
    pub(crate) too_large_here: &'static str,
    pub(crate) no_space: fn(&str) -> String,
    pub(crate) no_space_here: &'static str,
    pub(crate) unwritable: fn(&str) -> String,
    pub(crate) unwritable_here: &'static str,
    pub(crate) damaged: &'static str,
    pub(crate) too_many: fn(&str) -> String,
    pub(crate) cancelled: fn(&str) -> String,
    pub(crate) cancelled_here: &'static str,
    pub(crate) unreadable: fn(&str) -> String,
    pub(crate) unreadable_here: &'static str,
    pub(crate) gone: fn(&str) -> String,
    pub(crate) reloaded: fn(&str) -> String,
}

impl Chat {
    /// What has become of a message of the person's own; nothing when nobody was there.
    pub(crate) fn delivery(&self, delivery: Delivery) -> String {
        match delivery {
            Delivery { of: 0, .. } => String::new(),
            Delivery { of, received, .. } if received == of && of == 1 => self.received.to_owned(),
            Delivery { of, received, .. } if received == of => self.received_by_all.to_owned(),
            Delivery { received: 0, .. } if delivery.is_under_way() => self.sending.to_owned(),
            Delivery { received: 0, .. } => self.not_received.to_owned(),
            Delivery { of, received, .. } => (self.received_by)(received, of),
        }
    }
}

impl Files {
    /// How far a file is, in one line.
    pub(crate) fn progress(&self, progress: Progress, size: u64) -> String {
        let (part, whole) = (self.size(progress.bytes), self.size(size));
        let unit = whole.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        // Where the part stands before the whole, one unit does for both.
        let part =
            if self.between == Between::Nothing { &*part } else { part.strip_suffix(unit).unwrap_or(&part) };
        let of = (self.of)(part, &whole);
        if progress.is_interrupted {
            return [self.waiting, " · ", &of].concat();
        }
        let mut line = of;
        if let Some(speed) = progress.speed {
            line = [&line, " · ", &self.size(speed), self.a_second].concat();
        }
        if let Some(left) = progress.left {
            line = [&line, " · ", &(self.left)(&self.time(left))].concat();
        }
        line
    }

    /// Such as "2.1 MB".
    pub(crate) fn size(&self, bytes: u64) -> String {
        const UNITS: [(u64, &str); 4] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"), (1, "B")];
        let (unit, name) = UNITS.into_iter().find(|(unit, _)| bytes >= *unit).unwrap_or((1, "B"));
        let tenths = bytes / (unit / 10).max(1);
        let number = match (unit, tenths) {
            (1, _) => bytes.to_string(),
            // Nobody reads the tenths of what is large, and a nought says nothing.
            (_, 1000..) => (tenths / 10).to_string(),
            (_, tenths) if tenths % 10 == 0 => (tenths / 10).to_string(),
            (_, tenths) => [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat(),
        };
        [&number, self.between.as_str(), name].concat()
    }

    /// Such as "3 s" or "2 min".
    fn time(&self, left: Duration) -> String {
        let [second, minute, hour] = self.units;
        let (number, unit) = match left.as_secs() {
            seconds @ 0..=89 => (seconds, second),
            seconds @ 90..=5399 => (seconds.div_ceil(60), minute),
            seconds => (seconds.div_ceil(3600), hour),
        };
        [&number.to_string(), self.between.as_str(), unit].concat()
    }

    /// Why a file does not come, to the one to whom `name` offered it.
    pub(crate) fn not_received(&self, why: FileEnd, name: &str) -> String {
        match why {
            FileEnd::Refused(Refusal::Declined) => self.declined_here.to_owned(),
            FileEnd::Refused(Refusal::Stopped) => self.stopped_here.to_owned(),
            FileEnd::Refused(Refusal::TooLarge) => self.too_large_here.to_owned(),
            FileEnd::Refused(Refusal::NoSpace) => self.no_space_here.to_owned(),
            FileEnd::Refused(Refusal::Unwritable) => self.unwritable_here.to_owned(),
            FileEnd::Refused(Refusal::Damaged) => self.damaged.to_owned(),
            FileEnd::Refused(Refusal::TooMany) => (self.too_many)(name),
            FileEnd::Withdrawn(Withdrawal::Cancelled) => (self.cancelled)(name),
            FileEnd::Withdrawn(Withdrawal::Unreadable) => (self.unreadable)(name),
            FileEnd::Gone => (self.gone)(name),
            FileEnd::Reloaded => (self.reloaded)(name),
        }
    }

    /// The same to the one who gave it to `name`.
    pub(crate) fn not_sent(&self, why: FileEnd, name: &str) -> String {
        match why {
            FileEnd::Refused(Refusal::Declined) => (self.declined)(name),
            FileEnd::Refused(Refusal::Stopped) => (self.stopped)(name),
            FileEnd::Refused(Refusal::TooLarge) => (self.too_large)(name),
            FileEnd::Refused(Refusal::NoSpace) => (self.no_space)(name),
            FileEnd::Refused(Refusal::Unwritable) => (self.unwritable)(name),
            FileEnd::Refused(Refusal::Damaged) => self.damaged.to_owned(),
            FileEnd::Refused(Refusal::TooMany) => (self.too_many)(name),
            FileEnd::Withdrawn(Withdrawal::Cancelled) => self.cancelled_here.to_owned(),
            FileEnd::Withdrawn(Withdrawal::Unreadable) => self.unreadable_here.to_owned(),
            FileEnd::Gone => (self.gone)(name),
            FileEnd::Reloaded => (self.reloaded)(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{en::EN, ko::KO};
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, english, korean) in [
            (0, "0 B", "0B"),
            (999, "999 B", "999B"),
            (1_000, "1 KB", "1KB"),
            (2_100_000, "2.1 MB", "2.1MB"),
            (29_800_000, "29.8 MB", "29.8MB"),
            (48_000_000, "48 MB", "48MB"),
            (148_000_000, "148 MB", "148MB"),
            (1_073_741_824, "1 GB", "1GB"),
            (1 << 40, "1099 GB", "1099GB"),
        ] {
            assert_eq!(EN.chat.files.size(bytes), english);
            assert_eq!(KO.chat.files.size(bytes), korean);
        }
    }

    #[test]
    fn progress_says_how_much_how_fast_and_how_long() {
        let progress = Progress {
            bytes: 9_800_000,
            speed: Some(6_100_000),
            left: Some(Duration::from_secs(3)),
            is_interrupted: false,
        };
        let line = |words: &Files, progress| words.progress(progress, 28_000_000);
        assert_eq!(line(&EN.chat.files, progress), "9.8 of 28 MB · 6.1 MB/s · 3 s left");
        assert_eq!(line(&KO.chat.files, progress), "28MB 중 9.8MB · 6.1MB/초 · 3초 남음");
        let waiting = Progress { is_interrupted: true, ..progress };
        assert_eq!(line(&EN.chat.files, waiting), "Waiting for the connection · 9.8 of 28 MB");
        assert_eq!(EN.chat.files.time(Duration::from_secs(90)), "2 min");
    }

    #[test]
    fn a_message_is_said_to_be_with_as_many_as_have_it() {
        let said = |of, received, missed| EN.chat.delivery(Delivery { of, received, missed });
        for (delivery, expected) in [
            (said(0, 0, 0), ""),
            (said(1, 0, 0), "Sending…"),
            (said(1, 1, 0), "Received"),
            (said(3, 3, 0), "Received by all"),
            (said(3, 2, 0), "Received by 2 of 3"),
            (said(3, 2, 1), "Received by 2 of 3"),
            (said(1, 0, 1), "Not received: they left"),
        ] {
            assert_eq!(delivery, expected);
        }
    }
}
