//! How much of a picture is sent to somebody: no more than they look at, and no more than the way to them carries.
//!
//! The browser's own congestion control is faster and finer than this, and goes on below it. What it does not do is
//! to give a picture up for the sake of the sound, to keep a screen sharp rather than fluent, and to come back slowly
//! to what has failed before. A person is told what this decides.

use crate::Detail;
use ojak_protocol::{Limit, Switch};
use std::time::Duration;

/// What is sent as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A person: better small than jerky.
    Camera,
    /// Text, mostly: better slow than blurred.
    Screen,
}

/// How a picture is to be encoded for one of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Whether it is sent at all.
    pub switch: Switch,
    /// Not higher than this, in pixels; none is as the source has it.
    pub max_height: Option<u32>,
    /// Not more pictures a second than this; none is as the source has it.
    pub max_frame_rate: Option<u32>,
    /// Bits a second.
    pub max_bitrate: u32,
}

impl Encoding {
    /// The best of all steps, for as long as nothing is known of the way.
    #[must_use]
    pub fn best(source: Source) -> Self {
        Ladder::new(source, Duration::ZERO).encoding(None)
    }

    /// The same of a screen of which `detail` matters: no more pictures a second than are of use to that.
    #[must_use]
    pub fn of_detail(self, detail: Detail) -> Self {
        let useful = detail.frame_rate_max();
        let max_frame_rate = self.max_frame_rate.map_or(useful, |rate| rate.min(useful));
        Self { max_frame_rate: Some(max_frame_rate), ..self }
    }
}

/// What is known of the way to somebody, as of the last few seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Upload {
    /// The share of packets that do not come, in `0.0..=1.0`.
    pub loss: Option<f64>,
    /// How much longer there and back takes than at best: packets wait in a queue.
    pub delay: Option<Duration>,
    /// What the browser thinks that could be sent, in bits a second.
    pub available: Option<u64>,
    /// What keeps the picture from being better, as the browser says.
    pub limit: Option<Limit>,
}

impl Upload {
    /// What is left of it for a picture while the `other` one goes the same way: browsers divide it evenly, and what
    /// one may not take is the other's.
    #[must_use]
    pub fn beside(self, other: Encoding) -> Self {
        let taken = if other.switch.is_on() { u64::from(other.max_bitrate) } else { 0 };
        let left = |available: u64| available.saturating_sub(taken).max(available / 2);
        Self { available: self.available.map(left), ..self }
    }
}

/// One step: a picture and what it takes.
#[derive(Clone, Copy, Debug)]
struct Rung {
    /// How high a person is, in pixels; how many pictures of a screen there are in a second.
    size: u32,
    max_bitrate: u32,
    /// With less than this, sound included, the step below looks better. In bits a second.
    least: u64,
}

const fn rung(size: u32, max_bitrate: u32, least: u64) -> Rung {
    Rung { size, max_bitrate, least }
}

const CAMERA: [Rung; 4] = [
    rung(1080, 2_500_000, 1_300_000),
    rung(720, 1_500_000, 600_000),
    rung(360, 500_000, 280_000),
    rung(180, 150_000, 110_000),
];
const SCREEN: [Rung; 4] = [
    rung(30, 2_500_000, 1_200_000),
    rung(15, 1_500_000, 600_000),
    rung(5, 800_000, 300_000),
    rung(2, 300_000, 110_000),
];

/// More loss than this, and less is sent.
const TROUBLE_LOSS: f64 = 0.05;
/// Not before loss is below this, more is sent again.
const CALM_LOSS: f64 = 0.02;
/// A queue is too full: speech comes too late for a talk.
const TROUBLE_DELAY: Duration = Duration::from_millis(750);
/// Less is enough to wait with more.
const CALM_DELAY: Duration = Duration::from_millis(450);
/// Trouble for this long is no accident.
const DOWN_AFTER: Duration = Duration::from_secs(2);
/// A picture is given up only after this.
const OFF_AFTER: Duration = Duration::from_secs(5);
/// A browser takes this long to find out what a way carries, after it began or more was asked of it.
const SETTLES: Duration = Duration::from_secs(6);
/// More is tried after this long without trouble.
const PATIENCE: Duration = Duration::from_secs(6);
/// At most after this long, however often it has failed.
const PATIENCE_MAX: Duration = Duration::from_secs(60);
/// More that was tried has failed if there is trouble again within this time.
const PROBATION: Duration = Duration::from_secs(15);

/// The step that is sent at, for one picture to one person.
#[derive(Clone, Debug)]
pub struct Ladder {
    source: Source,
    /// From the best; one past the last is no picture.
    rung: usize,
    troubled: Option<Duration>,
    calm: Option<Duration>,
    /// When the browser was last given more to send.
    raised: Duration,
    has_risen: bool,
    patience: Duration,
}

impl Ladder {
    /// The best step, for a way that is new at `now`.
    #[must_use]
    pub fn new(source: Source, now: Duration) -> Self {
        Self {
            source,
            rung: 0,
            troubled: None,
            calm: None,
            raised: now,
            has_risen: false,
            patience: PATIENCE,
        }
    }

    /// The way is another one, and may carry as little as the one before: the step stays.
    pub fn restart(&mut self, now: Duration) {
        (self.troubled, self.calm, self.raised) = (None, None, now);
    }

    fn rungs(&self) -> &'static [Rung] {
        rungs(self.source)
    }

    /// Whether the picture was given up.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.rung >= self.rungs().len()
    }

    /// The person wants it to be seen anew: what was given up is tried, as little of it as there can be.
    pub fn retry(&mut self, now: Duration) {
        if self.is_off() {
            self.rung -= 1;
            (self.calm, self.raised, self.has_risen) = (None, now, true);
        }
    }

    /// Whether less is sent than could be.
    #[must_use]
    pub fn is_lowered(&self) -> bool {
        self.rung > 0
    }

    /// Whether anything less would be no picture.
    #[must_use]
    pub fn is_least(&self) -> bool {
        self.rung + 1 == self.rungs().len()
    }

    /// How the picture is to be sent to somebody who shows it `shown` pixels high: 0 is not at all, none is not known.
    #[must_use]
    pub fn encoding(&self, shown: Option<u32>) -> Encoding {
        let Some(rung) = self.rungs().get(self.rung).filter(|_| shown != Some(0)) else {
            let least = self.rungs().last().map_or(0, |rung| rung.max_bitrate);
            return Encoding {
                switch: Switch::Off,
                max_height: None,
                max_frame_rate: None,
                max_bitrate: least,
            };
        };
        let Rung { size, max_bitrate, .. } = *rung;
        match self.source {
            Source::Camera => {
                let height = shown.map_or(size, |shown| shown.min(size));
                Encoding {
                    switch: Switch::On,
                    max_height: Some(height),
                    max_frame_rate: None,
                    max_bitrate: max_bitrate.min(bitrate_of(height)),
                }
            }
            // One that is shown small is still to be read when it is enlarged.
            Source::Screen => {
                Encoding { switch: Switch::On, max_height: None, max_frame_rate: Some(size), max_bitrate }
            }
        }
    }

    /// Takes what is known of the way, about once a second while a picture is sent or was given up. `size` is that
    /// of the picture as its source has it and somebody looks at it, in pixels of height or pictures a second: steps
    /// that change nothing are skipped.
    pub fn read(&mut self, upload: Upload, size: Option<u32>, now: Duration) {
        let settles = now.saturating_sub(self.raised) < SETTLES;
        let least = self.rungs().get(self.rung).map_or(0, |rung| rung.least);
        // What the picture cannot fill need not fit.
        let least = size.map_or(least, |size| least.min(needed(self.source, size)));
        let is_held_back = match self.source {
            Source::Camera => upload.limit.is_none_or(|limit| limit == Limit::Bandwidth),
            // From a text a browser may take no pixels, and then need not say that anything holds it back.
            Source::Screen => upload.limit != Some(Limit::Cpu),
        };
        let is_short = is_held_back && upload.available.is_some_and(|available| available < least);
        let is_late = upload.delay.is_some_and(|delay| delay > TROUBLE_DELAY);
        let is_lossy = upload.loss.is_some_and(|loss| loss > TROUBLE_LOSS);
        let is_troubled = is_short || is_lossy || is_late;
        if is_troubled && !settles {
            let since = *self.troubled.get_or_insert(now);
            self.calm = None;
            self.suffer(upload, size, is_short, now.saturating_sub(since), now);
            return;
        }
        self.troubled = None;
        let is_calm = !is_troubled
            && upload.loss.is_none_or(|loss| loss <= CALM_LOSS)
            && upload.delay.is_none_or(|delay| delay <= CALM_DELAY)
            && (self.is_off() || upload.limit != Some(Limit::Bandwidth));
        if !is_calm || !self.is_lowered() {
            self.calm = None;
            return;
        }
        let since = *self.calm.get_or_insert(now);
        let above = self.rungs().get(self.rung - 1).map_or(0, |rung| rung.least);
        // What a browser thinks could be sent is hardly more than what is: no proof, but a reason to wait.
        let doubt = if upload.available.is_some_and(|available| available < above) { 2 } else { 1 };
        if now.saturating_sub(since) >= self.patience * doubt {
            self.rise(size, now);
        }
    }

    fn suffer(
        &mut self,
        upload: Upload,
        size: Option<u32>,
        is_short: bool,
        lasting: Duration,
        now: Duration,
    ) {
        let last = self.rungs().len() - 1;
        // Loss alone is no reason to give the picture up: with none, as much of the sound is lost.
        let after = if self.rung == last { OFF_AFTER } else { DOWN_AFTER };
        if self.is_off() || lasting < after || (self.rung == last && !is_short) {
            return;
        }
        if self.has_risen && now.saturating_sub(self.raised) < PROBATION {
            self.patience = (self.patience * 2).min(PATIENCE_MAX);
        }
        let is_smaller = |rung: &Rung| size.is_none_or(|size| rung.size < size);
        let fits =
            |rung: &Rung| upload.available.is_none_or(|available| rung.least <= available || !is_short);
        let below = self.rungs().iter().enumerate().skip(self.rung + 1);
        let down = below.clone().find(|(_, rung)| is_smaller(rung) && fits(rung));
        // From anywhere the smallest picture comes first, and only then none.
        let down = down.map(|(place, _)| place);
        self.rung = down.unwrap_or(if self.rung == last { last + 1 } else { last });
        (self.troubled, self.has_risen) = (None, false);
    }

    fn rise(&mut self, size: Option<u32>, now: Duration) {
        if self.has_risen && now.saturating_sub(self.raised) >= PROBATION {
            self.patience = PATIENCE;
        }
        self.rung -= 1;
        let is_full = |rung: &Rung| size.is_some_and(|size| rung.size >= size);
        if self.rungs().get(self.rung).is_some_and(is_full) {
            self.rung = 0;
        }
        (self.calm, self.raised, self.has_risen) = (None, now, true);
    }
}

impl Ladder {
    /// With less than this the picture of a camera of so many pixels looks worse than it could. In bits a second.
    #[must_use]
    pub fn needed(height: u32) -> u64 {
        needed(Source::Camera, height)
    }
}

const fn rungs(source: Source) -> &'static [Rung; 4] {
    match source {
        Source::Camera => &CAMERA,
        Source::Screen => &SCREEN,
    }
}

fn needed(source: Source, size: u32) -> u64 {
    let [best, ..] = rungs(source);
    rungs(source).iter().rfind(|rung| rung.size >= size).unwrap_or(best).least
}

/// What to ask for where a picture fills so much of the screen, in its pixels: its height, or that of a wide picture
/// that is cut to fill it. In few steps, so that a window that is being dragged asks seldom. 0 for nothing.
#[must_use]
pub fn shown_height(width: f64, height: f64) -> u32 {
    const STEPS: [u32; 8] = [90, 180, 270, 360, 540, 720, 1080, 1440];
    if width < 1.0 || height < 1.0 {
        return 0;
    }
    let height = height.max(width * 9.0 / 16.0);
    STEPS.into_iter().find(|&step| f64::from(step) >= height).unwrap_or(2160)
}

/// What a camera's picture of so many pixels is worth, in bits a second.
fn bitrate_of(height: u32) -> u32 {
    match height {
        0..=180 => 150_000,
        181..=270 => 300_000,
        271..=360 => 500_000,
        361..=540 => 900_000,
        541..=720 => 1_500_000,
        _ => 2_500_000,
    }
}
