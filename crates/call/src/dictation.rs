//! What the person's own browser hears them say: when it listens, and what of it is sent.
//!
//! Browsers end a recognition by themselves, every minute or after a silence, and Chromium's tells the same result
//! again and again while it grows. So it is begun anew for as long as it is wanted, and what it says is sent no faster
//! than it can be read.

use ojak_protocol::{CAPTION_CHARS_MAX, Caption, Switch};
use std::collections::BTreeMap;
use std::time::Duration;

/// From one version of a line to the next.
const INTERIM_EVERY: Duration = Duration::from_millis(300);
/// One that ended sooner than this has not worked.
const WORKED_FOR: Duration = Duration::from_secs(3);
/// Waits between those that do not work: then it is given up.
const WAITS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// Where speech is turned into writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ear {
    /// On this device.
    Device,
    /// On this device, once the browser has loaded what it takes.
    DeviceAfterDownload,
    /// With whoever made the browser, who hears what is said.
    Maker,
}

/// Why what the person says is not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechProblem {
    /// The browser may not.
    Denied,
    /// Not in this language.
    Language,
    /// Whoever made the browser is not reached.
    Network,
    /// It ends again and again.
    Unknown,
}

/// What the browser's recognition can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeechEvent {
    /// Where it would listen, for the language that was asked about; none where it cannot.
    Offered(Option<Ear>),
    /// A result: its number within the session, and all of it so far.
    Heard {
        /// Counted from 0 in each session.
        index: u32,
        /// All of it so far.
        text: String,
        /// Whether it will change no more.
        is_final: bool,
    },
    /// It ended by itself.
    Ended,
    /// It failed, and ended.
    Failed(SpeechProblem),
}

/// What the page is to do with the browser's recognition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeechAction {
    /// Say where it would listen to this language; answered by `Offered`.
    Ask(String),
    /// Listen to the microphone in use, as this language, there. An earlier session is dropped.
    Start(String, Ear),
    /// Listen no longer.
    Stop,
}

/// What the page shows of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpeechView {
    /// Where the browser would listen; none where it cannot, or was not asked.
    pub ear: Option<Ear>,
    /// Whether the person wants to be written down.
    pub wanted: Switch,
    /// As what language.
    pub language: String,
    /// Why they are not, although they want to.
    pub problem: Option<SpeechProblem>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Dictation {
    language: String,
    /// Whether the person chose it; otherwise it is the page's.
    has_chosen: bool,
    ear: Option<Ear>,
    wanted: Switch,
    problem: Option<SpeechProblem>,
    /// Since when it listens.
    listens: Option<Duration>,
    /// When it may listen again.
    again: Duration,
    /// So many in a row did not work.
    failures: usize,
    /// The utterance that result 0 of this session is.
    base: u32,
    next: u32,
    /// What is not final, with the time at which it was sent last.
    open: BTreeMap<u32, (String, Duration)>,
}

impl Dictation {
    pub(crate) fn view(&self) -> SpeechView {
        SpeechView {
            ear: self.ear,
            wanted: self.wanted,
            language: self.language.clone(),
            problem: self.problem,
        }
    }

    /// The page speaks this language, and so may the person.
    pub(crate) fn suggest(&mut self, language: String) -> (Vec<SpeechAction>, Vec<Caption>) {
        if self.has_chosen || self.language == language {
            return Default::default();
        }
        self.take_language(language)
    }

    /// The person speaks this language.
    pub(crate) fn choose(&mut self, language: String) -> (Vec<SpeechAction>, Vec<Caption>) {
        self.has_chosen = true;
        self.take_language(language)
    }

    /// Asks about another one, and ends what was left open in the one before.
    fn take_language(&mut self, language: String) -> (Vec<SpeechAction>, Vec<Caption>) {
        let left = self.finish();
        (self.language, self.ear, self.problem) = (language, None, None);
        let stop = self.listens.take().map(|_| SpeechAction::Stop);
        (stop.into_iter().chain([SpeechAction::Ask(self.language.clone())]).collect(), left)
    }

    pub(crate) fn set(&mut self, wanted: Switch) {
        (self.wanted, self.problem, self.failures, self.again) = (wanted, None, 0, Duration::ZERO);
    }

    /// Ends the session, and what was left open; `can_listen` says whether there is a microphone that is on, and
    /// somebody to write for.
    pub(crate) fn settle(&mut self, can_listen: bool, now: Duration) -> (Option<SpeechAction>, Vec<Caption>) {
        let is_wanted = self.wanted.is_on() && self.problem.is_none() && can_listen;
        match (self.listens, self.ear) {
            (None, Some(ear)) if is_wanted && now >= self.again => {
                self.listens = Some(now);
                self.base = self.next;
                (Some(SpeechAction::Start(self.language.clone(), ear)), Vec::new())
            }
            (Some(_), _) if !is_wanted => {
                self.listens = None;
                (Some(SpeechAction::Stop), self.finish())
            }
            _ => (None, Vec::new()),
        }
    }

    pub(crate) fn handle(&mut self, event: SpeechEvent, now: Duration) -> Vec<Caption> {
        match event {
            SpeechEvent::Offered(ear) => {
                self.ear = ear;
                Vec::new()
            }
            // Of a session that was stopped.
            _ if self.listens.is_none() => Vec::new(),
            SpeechEvent::Heard { index, text, is_final } => {
                self.failures = 0;
                self.heard(index, &text, is_final, now).into_iter().collect()
            }
            SpeechEvent::Ended => self.ended(now),
            SpeechEvent::Failed(problem) => {
                let captions = self.ended(now);
                if problem != SpeechProblem::Unknown {
                    self.problem = Some(problem);
                }
                captions
            }
        }
    }

    fn heard(&mut self, index: u32, text: &str, is_final: bool, now: Duration) -> Option<Caption> {
        let utterance = self.base.wrapping_add(index);
        self.next = self.next.max(utterance.wrapping_add(1));
        let text = tail(text);
        let sent = self.open.get(&utterance).map(|(_, sent)| *sent);
        if is_final {
            self.open.remove(&utterance);
        } else {
            let is_due = sent.is_none_or(|sent| now >= sent + INTERIM_EVERY);
            let sent = if is_due { now } else { sent.unwrap_or(now) };
            self.open.insert(utterance, (text.clone(), sent));
            if !is_due {
                return None;
            }
        }
        Some(self.caption(utterance, text, is_final))
    }

    fn ended(&mut self, now: Duration) -> Vec<Caption> {
        let has_worked = self.listens.take().is_some_and(|began| now.saturating_sub(began) >= WORKED_FOR);
        self.failures = if has_worked { 0 } else { self.failures + 1 };
        match WAITS.get(self.failures.saturating_sub(1)) {
            Some(&wait) => self.again = now + wait,
            None => self.problem = Some(SpeechProblem::Unknown),
        }
        self.finish()
    }

    /// What was left open will change no more.
    fn finish(&mut self) -> Vec<Caption> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().map(|(utterance, (text, _))| self.caption(utterance, text, true)).collect()
    }

    fn caption(&self, utterance: u32, text: String, is_final: bool) -> Caption {
        Caption { utterance, text, language: self.language.clone(), is_final }
    }
}

/// The end of what is too long: it is what is being said.
fn tail(text: &str) -> String {
    let surplus = text.chars().count().saturating_sub(CAPTION_CHARS_MAX);
    text.chars().skip(surplus).collect()
}
