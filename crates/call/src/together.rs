//! What people do together besides talking: a screen that is shared, a hand, a reaction, captions, a recording.
//!
//! It goes from browser to browser like everything that is said: as what somebody has switched on ([`Status`]), or as a
//! message of its own.

use crate::bucket::Bucket;
use crate::captions::{CaptionLog, Line, Speaker};
use crate::dictation::{Dictation, SpeechEvent, SpeechView};
use crate::recording::{Recording, RecordingEvent, RecordingView};
use crate::share::{Detail, Share, ShareEvent, ShareView};
use crate::{Action, Emphasis, Notice};
use ojak_protocol::{Caption, PeerId, PeerMessage, Reaction, Status, Switch};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a reaction is to be seen.
const REACTION_SHOWN: Duration = Duration::from_millis(3500);
/// More at once is noise.
const REACTIONS_MAX: usize = 24;
/// Reactions that somebody may send at once, and from then on.
const REACTION_BURST: u32 = 5;
const REACTION_PERIOD: Duration = Duration::from_secs(1);
/// The others measure by their own clock, and what was held up comes at once.
const REACTION_BURST_OF_OTHERS: u32 = 10;

/// What a person can want of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joint {
    /// To share a screen, or to stop.
    Share(Switch),
    /// Its letters to be sharp, or its motion smooth.
    Emphasise(Emphasis),
    /// To raise a hand, or to lower it.
    RaiseHand(Switch),
    /// To react.
    React(Reaction),
    /// To read what the others say.
    ShowCaptions(Switch),
    /// To have what they say themself written down for the others.
    Dictate(Switch),
    /// The page is in this language, as BCP 47 has it.
    SuggestLanguage(String),
    /// They speak this language, as BCP 47 has it.
    SpeakLanguage(String),
    /// To keep what was said as a file.
    SaveCaptions,
    /// To record the call on this machine, or to stop.
    Record(Switch),
}

/// What the page shows of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JointView {
    /// The person's own screen.
    pub share: ShareView,
    /// Those of the others who share one, in the order in which they began.
    pub sharers: Vec<PeerId>,
    /// Those to whom the way does not carry the person's own screen.
    pub unseeing: Vec<PeerId>,
    /// Whose hand is raised, in the order in which they were; none is the person's own.
    pub hands: Vec<Speaker>,
    /// What was felt just now, oldest first.
    pub reactions: Vec<ShownReaction>,
    /// Whether the person reads what the others say.
    pub captions: Switch,
    /// What is to be read now.
    pub lines: Vec<Line>,
    /// Whether there is anything to save.
    pub has_transcript: bool,
    /// What the person says, in writing.
    pub speech: SpeechView,
    /// The person's own recording.
    pub recording: RecordingView,
}

/// A reaction while it is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownReaction {
    /// That of no other.
    pub id: u32,
    /// Whose; none is the person's own.
    pub from: Speaker,
    /// Which.
    pub reaction: Reaction,
}

#[derive(Clone, Debug)]
pub(crate) struct Together {
    share: Share,
    hand: Option<u32>,
    shown: Vec<(ShownReaction, Duration)>,
    next_reaction: u32,
    own_bucket: Bucket,
    buckets: BTreeMap<PeerId, Bucket>,
    captions: Switch,
    transcript: CaptionLog,
    dictation: Dictation,
    recording: Recording,
}

impl Default for Together {
    fn default() -> Self {
        Self {
            share: Share::default(),
            hand: None,
            shown: Vec::new(),
            next_reaction: 0,
            own_bucket: Bucket::new(REACTION_BURST, REACTION_PERIOD),
            buckets: BTreeMap::new(),
            captions: Switch::Off,
            transcript: CaptionLog::default(),
            dictation: Dictation::default(),
            recording: Recording::default(),
        }
    }
}

/// What it has to know of the rest of the call.
pub(crate) struct Company<'a> {
    pub(crate) now: Duration,
    pub(crate) is_in_room: bool,
    /// Whether there is somebody who can hear.
    pub(crate) has_others: bool,
    pub(crate) microphone: Switch,
    /// The highest number of a raised hand.
    pub(crate) highest_hand: Option<u32>,
    pub(crate) own_name: &'a str,
}

/// What comes of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) actions: Vec<Action>,
    /// To be said to everybody.
    pub(crate) say: Vec<PeerMessage>,
}

impl Together {
    pub(crate) fn screen(&self) -> Switch {
        self.share.switch()
    }

    pub(crate) fn detail(&self) -> Detail {
        self.share.detail()
    }

    pub(crate) fn recording(&self) -> Switch {
        self.recording.switch()
    }

    pub(crate) fn hand(&self) -> Option<u32> {
        self.hand
    }

    pub(crate) fn view(&self, sharers: Vec<PeerId>, unseeing: Vec<PeerId>, hands: Vec<Speaker>) -> JointView {
        JointView {
            share: self.share.view(),
            sharers,
            unseeing,
            hands,
            reactions: self.shown.iter().map(|(shown, _)| *shown).collect(),
            captions: self.captions,
            lines: if self.captions.is_on() { self.transcript.shown() } else { Vec::new() },
            has_transcript: !self.transcript.is_empty(),
            speech: self.dictation.view(),
            recording: self.recording.view(),
        }
    }

    /// A call begins: nothing of another one is known in it.
    pub(crate) fn begin(&mut self, now: Duration) {
        self.transcript = CaptionLog::new(now);
        (self.hand, self.shown) = (None, Vec::new());
    }

    /// The call is over.
    pub(crate) fn end(&mut self) -> Vec<Action> {
        (self.hand, self.shown) = (None, Vec::new());
        let mut actions: Vec<_> = self.share.stop().into_iter().map(Action::Share).collect();
        actions.extend(self.recording.set(Switch::Off));
        // Whoever hears of the next call is asked about anew.
        self.dictation.set(Switch::Off);
        actions
    }

    pub(crate) fn intend(&mut self, joint: Joint, company: &Company<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        match joint {
            Joint::SuggestLanguage(language) => {
                let (actions, captions) = self.dictation.suggest(language);
                outcome = self.write(captions, company);
                outcome.actions.extend(actions.into_iter().map(Action::Speech));
            }
            Joint::SpeakLanguage(language) => {
                let (actions, captions) = self.dictation.choose(language);
                outcome = self.write(captions, company);
                outcome.actions.extend(actions.into_iter().map(Action::Speech));
            }
            Joint::ShowCaptions(switch) => self.captions = switch,
            Joint::Dictate(wanted) => self.dictation.set(wanted),
            Joint::SaveCaptions if !self.transcript.is_empty() => {
                outcome.actions.push(Action::SaveCaptions(self.transcript.to_vtt()));
            }
            // The rest makes sense in a room only.
            _ if !company.is_in_room => {}
            Joint::Share(switch) => {
                outcome.actions.extend(self.share.set(switch).into_iter().map(Action::Share));
            }
            Joint::Emphasise(emphasis) => {
                outcome.actions.extend(self.share.emphasise(emphasis).into_iter().map(Action::Share));
            }
            Joint::Record(switch) => outcome.actions.extend(self.recording.set(switch)),
            Joint::RaiseHand(Switch::On) => {
                let next = company.highest_hand.map_or(1, |highest| highest.saturating_add(1));
                self.hand.get_or_insert(next);
            }
            Joint::RaiseHand(Switch::Off) => self.hand = None,
            Joint::React(reaction) => {
                if self.own_bucket.take(company.now) {
                    self.show(None, reaction, company.now);
                    outcome.say.push(PeerMessage::Reaction { reaction });
                }
            }
            Joint::SaveCaptions => {}
        }
        outcome
    }

    pub(crate) fn share(&mut self, event: ShareEvent) -> Vec<Action> {
        let was_on = self.share.switch().is_on();
        let (actions, problem) = self.share.handle(event);
        let mut actions: Vec<_> = actions.into_iter().map(Action::Share).collect();
        actions.extend(problem.map(|problem| Action::Announce(Notice::NotShared(problem))));
        if event == ShareEvent::Ended && was_on {
            actions.push(Action::Announce(Notice::ShareEnded));
        }
        actions
    }

    pub(crate) fn record(&mut self, event: RecordingEvent, now: Duration) -> Vec<Action> {
        self.recording.handle(event, now)
    }

    pub(crate) fn speech(&mut self, event: SpeechEvent, company: &Company<'_>) -> Outcome {
        let captions = self.dictation.handle(event, company.now);
        self.write(captions, company)
    }

    /// Takes what one of the others says of it.
    pub(crate) fn hear(
        &mut self,
        peer: PeerId,
        name: &str,
        message: PeerMessage,
        now: Duration,
    ) -> Vec<Action> {
        match message {
            PeerMessage::Reaction { reaction } => {
                let bucket = self
                    .buckets
                    .entry(peer)
                    .or_insert(Bucket::new(REACTION_BURST_OF_OTHERS, REACTION_PERIOD));
                if bucket.take(now) {
                    self.show(Some(peer), reaction, now);
                }
                Vec::new()
            }
            PeerMessage::Caption(caption) => {
                let line = self.transcript.hear(Some(peer), name, &caption, now);
                line.cloned().map(Action::Cue).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Time went by.
    pub(crate) fn pass(&mut self, now: Duration) {
        self.shown.retain(|(_, since)| now.saturating_sub(*since) < REACTION_SHOWN);
        self.transcript.pass(now);
    }

    /// Listens, or listens no longer, as everything else stands now.
    pub(crate) fn settle(&mut self, company: &Company<'_>) -> Outcome {
        let can_listen = company.is_in_room && company.has_others && company.microphone.is_on();
        let (action, captions) = self.dictation.settle(can_listen, company.now);
        let mut outcome = self.write(captions, company);
        outcome.actions.extend(action.map(Action::Speech));
        outcome
    }

    /// Keeps what the person said, and says it to the others.
    fn write(&mut self, captions: Vec<Caption>, company: &Company<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        for caption in captions {
            let line = self.transcript.hear(None, company.own_name, &caption, company.now);
            outcome.actions.extend(line.cloned().map(Action::Cue));
            outcome.say.push(PeerMessage::Caption(caption));
        }
        outcome
    }

    fn show(&mut self, from: Speaker, reaction: Reaction, now: Duration) {
        if self.shown.len() >= REACTIONS_MAX {
            self.shown.remove(0);
        }
        self.shown.push((ShownReaction { id: self.next_reaction, from, reaction }, now));
        self.next_reaction = self.next_reaction.wrapping_add(1);
    }
}

/// What somebody has switched on, that they had not when they last said so.
pub(crate) fn news(before: Option<Status>, now: Status, name: &ojak_protocol::DisplayName) -> Vec<Action> {
    let before_screen = before.is_some_and(|before| before.screen.is_on());
    let before_hand = before.is_some_and(|before| before.hand.is_some());
    let was_paused = before.is_some_and(|before| before.screen_paused.is_on());
    let screen = match (before_screen, now.screen.is_on()) {
        (false, true) => Some(Notice::Shares(name.clone(), Switch::On)),
        (true, false) if now.screen_paused.is_on() => Some(Notice::ScreenPaused(name.clone())),
        (true, false) => Some(Notice::Shares(name.clone(), Switch::Off)),
        (false, false) if was_paused && !now.screen_paused.is_on() => {
            Some(Notice::Shares(name.clone(), Switch::Off))
        }
        _ => None,
    };
    let hand = (!before_hand && now.hand.is_some()).then(|| Notice::HandRaised(name.clone()));
    let recording = (before.is_some_and(|before| before.recording.is_on()) != now.recording.is_on())
        .then(|| Notice::Records(name.clone(), now.recording));
    screen.into_iter().chain(hand).chain(recording).map(Action::Announce).collect()
}
