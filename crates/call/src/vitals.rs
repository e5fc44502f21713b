//! How the connection to one other person does: what is counted of it, what they report, how their picture is shown
//! here and this person's there, and what follows for what is sent.

use crate::adapt::{Encoding, Ladder, Source, Upload};
use crate::cause::{Cause, Symptoms};
use crate::figures::{Counters, History};
use crate::health::{Health, Lowered};
use crate::receipt::{Ears, Hearing};
use crate::{PeerAction, Quality};
use ojak_protocol::{Limit, PeerMessage, Playback, Receipt, Status, Switch};
use std::sync::Arc;
use std::time::Duration;

/// Seconds of loss that are looked at before anything is done about it.
const LOOK: usize = 3;
/// Speech in one channel needs no more, and whatever it takes comes before any picture. In bits a second.
const SOUND_BITRATE_MAX: u32 = 40_000;

#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    history: History,
    ladder: Ladder,
    ears: Ears,
    /// How high they show this person's picture.
    shown_there: Option<u32>,
    /// How high theirs is shown here.
    shown_here: Option<u32>,
    /// What they were told last over this connection.
    said_view: Option<u32>,
    said_receipt: Option<Receipt>,
    /// What they reported last.
    their_limit: Option<Limit>,
    /// How the picture is encoded, over this connection.
    encoding: Option<Encoding>,
    /// The highest picture that was sent: that of the camera.
    height: Option<u32>,
    /// What the person was told last of their voice.
    told: Option<Hearing>,
    microphone: Option<Switch>,
    health: Option<Arc<Health>>,
}

impl Vitals {
    pub(crate) fn new(now: Duration) -> Self {
        Self {
            history: History::default(),
            ladder: Ladder::new(Source::Camera, now),
            ears: Ears::default(),
            shown_there: None,
            shown_here: None,
            said_view: None,
            said_receipt: None,
            their_limit: None,
            encoding: None,
            height: None,
            told: None,
            microphone: None,
            health: None,
        }
    }

    /// Another connection takes the place of the one before.
    pub(crate) fn restart(&mut self, now: Duration) {
        self.history.restart();
        self.ladder.restart(now);
        self.ears.reset();
        (self.said_view, self.said_receipt, self.encoding, self.their_limit) = (None, None, None, None);
    }

    /// Takes what the browser has counted, and says what follows. `own` is what is switched on here.
    pub(crate) fn count(&mut self, counters: Counters, own: Status, now: Duration) -> Vec<PeerAction> {
        self.history.count(counters, self.their_limit, now);
        let mut actions = Vec::new();
        if self.encoding.is_none() {
            actions.push(PeerAction::FavourSound { max_bitrate: SOUND_BITRATE_MAX });
        }
        self.climb(&counters, own, now);
        actions.extend(self.encode());
        let receipt = self.receipt(&counters);
        if self.said_receipt.replace(receipt) != Some(receipt) {
            actions.push(PeerAction::Say(PeerMessage::Receipt(receipt)));
        }
        actions
    }

    fn climb(&mut self, counters: &Counters, own: Status, now: Duration) {
        // Without a picture there is nothing to tell a step by.
        if !own.camera.is_on() || self.shown_there == Some(0) {
            return self.ladder.restart(now);
        }
        let height = counters.picture_out.size.map(|(width, height)| width.min(height));
        self.height = self.height.max(height);
        let upload = Upload {
            loss: self.history.loss(LOOK, |second| &second.sent),
            round_trip: counters.round_trip,
            available: counters.available,
            limit: counters.picture_out.limit,
        };
        self.ladder.read(upload, self.looked_at(), now);
    }

    /// How the picture is to be encoded from now on, if that is another way than before.
    fn encode(&mut self) -> Option<PeerAction> {
        let encoding = self.ladder.encoding(self.shown_there);
        (self.encoding.replace(encoding) != Some(encoding))
            .then_some(PeerAction::Encode(Source::Camera, encoding))
    }

    fn receipt(&self, counters: &Counters) -> Receipt {
        let milliseconds = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Receipt {
            packets: counters.sound_in.packets.map(count),
            audible_ms: self.history.audible().map(milliseconds),
            concealed_ms: counters.sound_in.concealed.map(milliseconds),
            frames: counters.picture_in.frames.map(count),
            playback: counters.playback.unwrap_or(Playback::Playing),
            limit: counters.picture_out.limit.unwrap_or(Limit::Unknown),
        }
    }

    /// They can be told something.
    pub(crate) fn open(&mut self) -> Option<PeerAction> {
        self.said_view = None;
        self.say_view()
    }

    /// Their picture is shown so high here, in pixels of the screen.
    pub(crate) fn show(&mut self, height: u32) {
        self.shown_here = Some(height);
    }

    /// Tells them how high their picture is shown, if they do not know.
    pub(crate) fn say_view(&mut self) -> Option<PeerAction> {
        let max_height = self.shown_here?;
        (self.said_view.replace(max_height) != Some(max_height))
            .then_some(PeerAction::Say(PeerMessage::View { max_height }))
    }

    /// They show this person's picture so high.
    pub(crate) fn shown(&mut self, max_height: u32) -> Option<PeerAction> {
        self.shown_there = Some(max_height);
        // Before the first count nothing is known to be negotiated.
        self.encoding.and_then(|_| self.encode())
    }

    pub(crate) fn report(&mut self, receipt: Receipt, now: Duration) {
        self.their_limit = Some(receipt.limit);
        self.ears.report(receipt, now);
    }

    /// The person's microphone is on or off: what was heard before it was switched says nothing.
    pub(crate) fn switch(&mut self, microphone: Switch) {
        if self.microphone.replace(microphone).is_some_and(|before| before != microphone) {
            self.ears.reset();
        }
    }

    /// Time went by, in which the person spoke or did not. What became of their voice, if it is news.
    pub(crate) fn pass(&mut self, own: Status, is_speaking: bool, now: Duration) -> Option<Hearing> {
        self.switch(own.microphone);
        self.ears.pass(is_speaking, now);
        let hearing = self.ears.hearing(now);
        hearing.filter(|_| std::mem::replace(&mut self.told, hearing) != hearing)
    }

    /// Whether they hear the person, while that is on the air.
    pub(crate) fn hearing(&self, now: Duration) -> Option<Hearing> {
        self.ears.hearing(now)
    }

    /// Whether their picture of this person was given up for the sake of the sound.
    pub(crate) fn is_off(&self) -> bool {
        self.ladder.is_off()
    }

    pub(crate) fn quality(&self) -> Option<Quality> {
        Quality::lately(&self.history)
    }

    pub(crate) fn symptoms(&self) -> Symptoms {
        Symptoms::of(&self.history, self.ladder.is_lowered(), self.ladder.is_off(), self.needed())
    }

    /// Makes anew what the person is shown of it.
    pub(crate) fn examine(&mut self, cause: Cause, now: Duration) {
        let lowered = match self.ladder.encoding(None).max_height {
            _ if self.ladder.is_off() => Lowered::Off,
            Some(height) if self.ladder.is_lowered() => Lowered::To(height),
            _ => Lowered::No,
        };
        let health = Health::of(&self.history, cause, lowered, self.hearing(now), self.needed());
        self.health = Some(Arc::new(health));
    }

    /// With less than this the picture that they look at is worse than it could be. In bits a second.
    fn needed(&self) -> Option<u64> {
        self.looked_at().filter(|&height| height > 0).map(Ladder::needed)
    }

    /// How high the picture is that they look at, as far as the camera has it.
    fn looked_at(&self) -> Option<u32> {
        self.height.map(|height| self.shown_there.map_or(height, |shown| shown.min(height)))
    }

    /// Nobody looks at it any more.
    pub(crate) fn forget_health(&mut self) {
        self.health = None;
    }

    pub(crate) fn health(&self) -> Option<Arc<Health>> {
        self.health.clone()
    }
}
