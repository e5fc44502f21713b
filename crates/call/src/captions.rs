//! What was said, in writing: who said it, when, and how long it is to be read.
//!
//! Two halves that know nothing of each other: [`CaptionLog`] keeps what comes from everybody, and `dictation.rs` sends
//! what the person's own browser hears.

use crate::bucket::Bucket;
use ojak_protocol::{CAPTION_CHARS_MAX, Caption, PeerId};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::time::Duration;

/// Lines that are kept for saving: some hours of talk.
const LINES_MAX: usize = 5000;
/// Lines that are to be read at once.
const SHOWN_MAX: usize = 3;
/// Whatever is to be read is among so many of the last lines.
const RECENT: usize = 8 * SHOWN_MAX;
/// Captions that somebody may send at once, and from then on.
const BURST: u32 = 40;
/// Nobody writes faster: interim text comes three times a second.
const PERIOD: Duration = Duration::from_millis(120);
/// Time to read a line, with [`READ_PER_CHAR`] for each of its characters.
const READ_BASE: Duration = Duration::from_millis(1500);
const READ_PER_CHAR: Duration = Duration::from_millis(55);
const READ_MAX: Duration = Duration::from_secs(7);
/// Somebody who began a line and never ended it has gone.
const OPEN_MAX: Duration = Duration::from_secs(15);
/// Longest language tag that is believed.
const LANGUAGE_CHARS_MAX: usize = 35;

/// Whose words they are; none is the person's own.
pub type Speaker = Option<PeerId>;

/// A line of the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// That of no other line.
    pub id: u32,
    /// Who says it.
    pub speaker: Speaker,
    /// What they are called.
    pub name: String,
    /// What they say, in one line without control characters.
    pub text: String,
    /// What it is written in; empty when they did not say.
    pub language: String,
    /// Whether nothing of it will change any more.
    pub is_final: bool,
    utterance: u32,
    began: Duration,
    touched: Duration,
}

impl Line {
    /// How long it takes to read.
    #[must_use]
    pub fn reading_time(&self) -> Duration {
        let chars = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        READ_BASE.saturating_add(READ_PER_CHAR.saturating_mul(chars)).min(READ_MAX)
    }

    fn ends(&self) -> Duration {
        self.touched + self.reading_time()
    }
}

/// Everything that was said since the call began, in order.
#[derive(Clone, Debug, Default)]
pub struct CaptionLog {
    began: Duration,
    lines: VecDeque<Line>,
    next_id: u32,
    buckets: BTreeMap<PeerId, Bucket>,
    /// The ids of those that are to be read.
    shown: Vec<u32>,
}

impl CaptionLog {
    /// That of a call that begins at `now`.
    #[must_use]
    pub fn new(now: Duration) -> Self {
        Self { began: now, ..Self::default() }
    }

    /// Takes what `speaker` says. None when it is too much, too long or nothing.
    pub fn hear(&mut self, speaker: Speaker, name: &str, caption: &Caption, now: Duration) -> Option<&Line> {
        if let Some(peer) = speaker
            && !self.buckets.entry(peer).or_insert(Bucket::new(BURST, PERIOD)).take(now)
        {
            return None;
        }
        if caption.text.chars().count() > CAPTION_CHARS_MAX {
            return None;
        }
        let text = one_line(&caption.text);
        let open = self.lines.iter().rposition(|line| {
            !line.is_final && line.speaker == speaker && line.utterance == caption.utterance
        });
        let place = match open {
            Some(place) => place,
            None if text.is_empty() => return None,
            None => {
                // One that begins another line has ended the one before, whether they said so or not.
                for line in self.lines.iter_mut().rev().filter(|line| line.speaker == speaker).take(2) {
                    line.is_final = true;
                }
                self.begin(speaker, name, caption, now)
            }
        };
        let line = self.lines.get_mut(place)?;
        if !text.is_empty() {
            line.text = text;
        }
        line.is_final = caption.is_final;
        line.touched = now;
        self.pass(now);
        self.lines.get(place)
    }

    fn begin(&mut self, speaker: Speaker, name: &str, caption: &Caption, now: Duration) -> usize {
        if self.lines.len() >= LINES_MAX {
            self.lines.pop_front();
        }
        let is_tag = caption.language.len() <= LANGUAGE_CHARS_MAX
            && caption.language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        self.lines.push_back(Line {
            id: self.next_id,
            speaker,
            name: name.to_owned(),
            text: String::new(),
            language: if is_tag { caption.language.clone() } else { String::new() },
            is_final: false,
            utterance: caption.utterance,
            began: now,
            touched: now,
        });
        self.next_id = self.next_id.wrapping_add(1);
        self.lines.len() - 1
    }

    /// Time went by: what was read long enough is not shown any more.
    pub fn pass(&mut self, now: Duration) {
        for line in self.lines.iter_mut().rev().take(RECENT) {
            line.is_final |= now.saturating_sub(line.touched) >= OPEN_MAX;
        }
        let recent = self.lines.iter().rev().take(RECENT);
        let shown = recent.filter(|line| line.speaker.is_some() && (!line.is_final || now < line.ends()));
        self.shown = shown.take(SHOWN_MAX).map(|line| line.id).collect();
        self.shown.reverse();
    }

    /// What is to be read now: of the others, in the order in which they began.
    #[must_use]
    pub fn shown(&self) -> Vec<Line> {
        let recent = self.lines.iter().rev().take(RECENT).rev();
        recent.filter(|line| self.shown.contains(&line.id)).cloned().collect()
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All of it as a WebVTT file, with times since the call began.
    ///
    /// Source: <https://www.w3.org/TR/webvtt1/#file-structure>
    #[must_use]
    pub fn to_vtt(&self) -> String {
        let mut file = String::from("WEBVTT\n");
        for (place, line) in self.lines.iter().enumerate() {
            // Where the same speaker goes on, one line ends before the next begins.
            let next = self.lines.iter().skip(place + 1).find(|next| next.speaker == line.speaker);
            let least = line.began + Duration::from_millis(1);
            let end = next.map_or(line.ends(), |next| line.ends().min(next.began)).max(least);
            let [begin, end] = [line.began, end].map(|at| timestamp(at.saturating_sub(self.began)));
            let (name, text) = (escaped(&line.name), escaped(&line.text));
            // Writing to a string never fails.
            let _ = write!(file, "\n{begin} --> {end}\n<v {name}>{text}</v>\n");
        }
        file
    }
}

/// `hh:mm:ss.ttt`, with as many digits of hours as it takes.
fn timestamp(at: Duration) -> String {
    let seconds = at.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", at.subsec_millis())
}

/// What a cue may hold: neither a tag, nor an arrow, nor a character that begins an escape.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Without line breaks and whatever else cannot be seen.
fn one_line(text: &str) -> String {
    let spaced = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
