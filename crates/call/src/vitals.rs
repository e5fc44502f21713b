//! How the connection to one other person does: what is counted of it, what they report, how their picture is shown
//! here and this person's there, and what follows for what is sent: the person's picture, and their screen.

use crate::adapt::{Encoding, Ladder, Source, Upload};
use crate::cause::{Cause, Symptoms, is_short};
use crate::figures::{Counters, History, Path, PathKind};
use crate::health::{Health, Lowered, Screens};
use crate::receipt::{Ears, Hearing};
use crate::{Detail, PeerAction, Quality};
use ojak_protocol::{Limit, PeerMessage, Playback, Receipt, Status, Switch, Transport};
use std::sync::Arc;
use std::time::Duration;

/// Seconds of loss that are looked at before anything is done about it.
const LOOK: usize = 3;
/// Speech in one channel needs no more, and whatever it takes comes before any picture. In bits a second.
const SOUND_BITRATE_MAX: u32 = 40_000;

#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    history: History,
    camera: Picture,
    screen: Picture,
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
    their_relay: Option<Transport>,
    /// The highest picture that was sent: that of the camera.
    height: Option<u32>,
    /// What the person was told last of their voice.
    told: Option<Hearing>,
    microphone: Option<Switch>,
    health: Option<Arc<Health>>,
}

/// One of the pictures that are sent to them.
#[derive(Clone, Debug)]
struct Picture {
    source: Source,
    ladder: Ladder,
    /// Whether the person has it on.
    own: Switch,
    /// Whether there is anything to send: it is on, and somebody looks at it.
    switch: Switch,
    /// How it is encoded, over this connection.
    encoding: Option<Encoding>,
}

impl Picture {
    fn new(source: Source, now: Duration) -> Self {
        Self {
            source,
            ladder: Ladder::new(source, now),
            own: Switch::Off,
            switch: Switch::Off,
            encoding: None,
        }
    }

    fn restart(&mut self, now: Duration) {
        self.ladder.restart(now);
        self.encoding = None;
    }

    /// The person has it on or not, and it is shown there so high.
    fn switch(&mut self, own: Switch, shown: Option<u32>, now: Duration) {
        if (self.own, own) == (Switch::Off, Switch::On) {
            self.ladder.retry(now);
        }
        self.own = own;
        self.switch = if shown == Some(0) { Switch::Off } else { own };
    }

    /// What goes the way now.
    fn sent(&self, shown: Option<u32>) -> Encoding {
        self.ladder.encoding(if self.switch.is_on() { shown } else { Some(0) })
    }

    fn read(&mut self, upload: Upload, size: Option<u32>, now: Duration) {
        // Without a picture there is nothing to tell a step by.
        if self.switch.is_on() {
            self.ladder.read(upload, size, now);
        } else {
            self.ladder.restart(now);
        }
    }

    /// How it is to be encoded from now on, if that is another way than before.
    fn encode(&mut self, shown: Option<u32>) -> Option<PeerAction> {
        let encoding = self.ladder.encoding(shown);
        (self.encoding.replace(encoding) != Some(encoding))
            .then_some(PeerAction::Encode(self.source, encoding))
    }

    /// `switch`, or off when it was given up for the sake of the sound.
    fn carried(&self, switch: Switch) -> Switch {
        if self.ladder.is_off() { Switch::Off } else { switch }
    }

    fn is_lowered(&self) -> bool {
        self.switch.is_on() && self.ladder.is_lowered()
    }

    fn lowered(&self) -> Lowered {
        let Encoding { max_height, max_frame_rate, .. } = self.ladder.encoding(None);
        match max_height.or(max_frame_rate) {
            _ if !self.is_lowered() => Lowered::No,
            Some(size) => Lowered::To(size),
            None => Lowered::Off,
        }
    }
}

impl Vitals {
    pub(crate) fn new(now: Duration) -> Self {
        Self {
            history: History::default(),
            camera: Picture::new(Source::Camera, now),
            screen: Picture::new(Source::Screen, now),
            ears: Ears::default(),
            shown_there: None,
            shown_here: None,
            said_view: None,
            said_receipt: None,
            their_limit: None,
            their_relay: None,
            height: None,
            told: None,
            microphone: None,
            health: None,
        }
    }

    /// Another connection takes the place of the one before.
    pub(crate) fn restart(&mut self, now: Duration) {
        self.history.restart();
        self.camera.restart(now);
        self.screen.restart(now);
        self.ears.reset();
        (self.said_view, self.said_receipt) = (None, None);
        (self.their_limit, self.their_relay) = (None, None);
    }

    /// Takes what the browser has counted, and says what follows. `own` is what is switched on here, and `detail` what
    /// matters of the screen.
    pub(crate) fn count(
        &mut self,
        counters: Counters,
        own: Status,
        detail: Detail,
        now: Duration,
    ) -> Vec<PeerAction> {
        self.history.count(counters, self.their_limit, now);
        let mut actions = Vec::new();
        if self.camera.encoding.is_none() {
            actions.push(PeerAction::FavourSound { max_bitrate: SOUND_BITRATE_MAX });
        }
        self.climb(&counters, own, detail, now);
        actions.extend(self.camera.encode(self.shown_there));
        actions.extend(self.screen.encode(None));
        let receipt = self.receipt(&counters);
        if self.said_receipt.replace(receipt) != Some(receipt) {
            actions.push(PeerAction::Say(PeerMessage::Receipt(receipt)));
        }
        actions
    }

    fn climb(&mut self, counters: &Counters, own: Status, detail: Detail, now: Duration) {
        self.camera.switch(own.camera, self.shown_there, now);
        self.screen.switch(own.screen, None, now);
        let height = counters.picture_out.size.map(|(width, height)| width.min(height));
        self.height = self.height.max(height);
        let upload = |limit| Upload {
            loss: self.history.loss(LOOK, |second| &second.sent),
            delay: self.history.delay(),
            available: counters.available,
            limit,
        };
        let of_camera = upload(counters.picture_out.limit).beside(self.screen.sent(None));
        let of_screen = upload(counters.screen_out.limit);
        // Before a screen is given up, the person's own picture is.
        let of_screen = if self.screen.ladder.is_least() {
            of_screen
        } else {
            of_screen.beside(self.camera.sent(self.shown_there))
        };
        self.camera.read(of_camera, self.looked_at(), now);
        self.screen.read(of_screen, Some(detail.frame_rate_max()), now);
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
            limit: self.limit(counters),
            relay: counters.relay,
        }
    }

    /// What keeps the person's own picture from being better, as the other side is told.
    fn limit(&self, counters: &Counters) -> Limit {
        let is_short = is_short(counters.available, self.needed());
        match counters.picture_out.limit.unwrap_or(Limit::Unknown) {
            // Not every browser says so.
            _ if self.camera.is_lowered() => Limit::Bandwidth,
            Limit::Bandwidth if !is_short => Limit::None,
            limit => limit,
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
        self.camera.encoding.and_then(|_| self.camera.encode(self.shown_there))
    }

    pub(crate) fn report(&mut self, receipt: Receipt, now: Duration) {
        (self.their_limit, self.their_relay) = (Some(receipt.limit), receipt.relay);
        self.ears.report(receipt, now);
    }

    /// The person's microphone is on or off: what was heard before it was switched says nothing.
    pub(crate) fn switch(&mut self, microphone: Switch) {
        if self.microphone.replace(microphone).is_some_and(|before| before != microphone) {
            self.ears.reset();
            self.told = None;
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

    /// What of `own` there is for them: what was given up for the sake of the sound is off.
    pub(crate) fn carried(&self, own: Status) -> Status {
        let screen = self.screen.carried(own.screen);
        let screen_paused = Switch::from_on(screen != own.screen);
        Status { camera: self.camera.carried(own.camera), screen, screen_paused, ..own }
    }

    /// Whether a screen that the person shares was given up for the sake of the sound.
    pub(crate) fn is_screen_paused(&self) -> bool {
        self.screen.switch.is_on() && self.screen.ladder.is_off()
    }

    pub(crate) fn quality(&self) -> Option<Quality> {
        Quality::lately(&self.history)
    }

    /// Which way packets go, by what both sides know. Of two relays it is the one on this side that counts.
    pub(crate) fn path(&self) -> Option<Path> {
        let Counters { path, relay, .. } = self.history.counters()?;
        match relay.or(self.their_relay) {
            Some(protocol) => path.map(|_| Path { kind: PathKind::Relay, protocol }),
            None => *path,
        }
    }

    pub(crate) fn symptoms(&self) -> Symptoms {
        let is_lowered = self.camera.is_lowered();
        let is_off = is_lowered && self.camera.ladder.is_off();
        let path = self.path().map(|path| path.kind);
        let symptoms = Symptoms::of(&self.history, is_lowered, is_off, self.needed(), path);
        if symptoms.is_held_back || !self.screen.is_lowered() {
            return symptoms;
        }
        // Then it is not the height of the person's own picture that is to blame on the network.
        Symptoms { is_held_back: true, height: None, ..symptoms }
    }

    /// Makes anew what the person is shown of it. `theirs` is whether the other side shares a screen.
    pub(crate) fn examine(&mut self, cause: Cause, theirs: Switch, now: Duration) {
        let screens = Screens::of(&self.history, self.screen.switch, theirs, self.screen.lowered());
        let (lowered, hearing) = (self.camera.lowered(), self.hearing(now));
        let health = Health::of(&self.history, cause, lowered, screens, hearing, self.needed(), self.path());
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
