//! What really arrives: frames and sound from `getStats`, pixels from the picture itself.

use crate::page::Person;
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// What one person has received of another since their connection began.
#[derive(Clone, Debug, Deserialize)]
pub struct Received {
    /// Frames decoded.
    pub frames: u64,
    /// Bytes of video.
    pub video_bytes: u64,
    /// The energy of all sound played, as `totalAudioEnergy` has it; silence adds nothing.
    pub audio_energy: f64,
    /// Seconds of sound played, silence included.
    pub audio_seconds: f64,
    /// Packets of sound.
    pub audio_packets: u64,
    /// How far the element has come that plays the sound, in seconds; none while nothing plays it.
    pub audio_clock: Option<f64>,
}

/// What a `<video>` shows at this moment.
#[derive(Clone, Debug, Deserialize)]
pub struct Picture {
    /// Pixels of the video itself.
    pub width: u32,
    /// Pixels of the video itself.
    pub height: u32,
    /// Mean luminance, 0 to 255.
    pub mean: f64,
    /// Variance of the luminance: 0 for a plain colour.
    pub variance: f64,
    /// Differs when any pixel does.
    pub digest: i32,
}

impl Picture {
    /// Nothing but black. A plain colour is a picture: the invented camera of Firefox shows one at a time.
    #[must_use]
    pub fn is_black(&self) -> bool {
        self.mean < 10.0
    }
}

/// A track of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OwnTrack {
    /// `MediaStreamTrack.id`.
    pub id: String,
    /// `deviceId` of what it comes from.
    pub device: String,
    /// Whether it is not ended: while it is live, the light of the camera is on.
    pub live: bool,
    /// `MediaStreamTrack.enabled`.
    pub enabled: bool,
}

/// How much louder than silence a sound must be: Opus turns silence into a little noise.
const ENERGY_OF_SILENCE_PER_SECOND: f64 = 1e-6;

/// Seconds of playing to listen for: the invented microphone of Chromium beeps once a second.
const LISTEN_SECONDS: f64 = 1.6;

impl Person {
    /// What has arrived from `peer` so far.
    ///
    /// # Errors
    /// When there is no connection that the tile of `peer` shows.
    pub async fn received(&self, peer: &str) -> Result<Received> {
        let seen: Option<Received> =
            self.evaluate("return __e2e.received(arguments[0])", [json!(peer)]).await?;
        seen.with_context(|| format!("{} has no connection that shows {peer}", self.who()))
    }

    /// What the tile of `peer` (or `self`) shows at this moment.
    ///
    /// # Errors
    /// When it shows no video.
    pub async fn picture(&self, peer: &str) -> Result<Picture> {
        let seen: Option<Picture> =
            self.evaluate("return __e2e.picture(arguments[0])", [json!(peer)]).await?;
        seen.with_context(|| format!("{} has no video of {peer}", self.who()))
    }

    /// Waits until `peer` is seen: frames are decoded, the picture is not black, and it changes.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn sees(&self, peer: &str) -> Result<()> {
        let what = format!("{} sees {peer}", self.who());
        let (before, first) = until(&what, async || {
            let picture = self.picture(peer).await?;
            ensure!(!picture.is_black(), "the picture is black: {picture:?}");
            Ok((self.received(peer).await?, picture))
        })
        .await?;
        until(&what, async || {
            let (now, picture) = (self.received(peer).await?, self.picture(peer).await?);
            ensure!(now.frames >= before.frames + 5, "frames: {} then {}", before.frames, now.frames);
            ensure!(!picture.is_black(), "the picture is black: {picture:?}");
            ensure!(picture.digest != first.digest, "the picture stands still: {picture:?}");
            Ok(())
        })
        .await
    }

    /// Waits until `peer` is heard: there is sound, and something plays it.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn hears(&self, peer: &str) -> Result<()> {
        let what = format!("{} hears {peer}", self.who());
        let mut before = until(&what, async || self.received(peer).await).await?;
        until(&what, async || {
            let now = self.received(peer).await?;
            let (energy, seconds) = played(&before, &now);
            let moves = now.audio_clock.zip(before.audio_clock).is_some_and(|(now, before)| now > before);
            before.audio_clock = before.audio_clock.or(now.audio_clock);
            ensure!(moves, "no element plays the sound: {before:?} then {now:?}");
            ensure!(
                seconds > 0.0 && energy > 100.0 * ENERGY_OF_SILENCE_PER_SECOND * seconds.max(1.0),
                "{before:?} then {now:?}"
            );
            Ok(())
        })
        .await
    }

    /// Waits until sound of `peer` is still played, and all of it is silence.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn hears_silence(&self, peer: &str) -> Result<()> {
        let what = format!("{} hears silence from {peer}", self.who());
        let mut before = self.received(peer).await?;
        until(&what, async || {
            let now = self.received(peer).await?;
            let (energy, seconds) = played(&before, &now);
            ensure!(seconds >= LISTEN_SECONDS, "only {seconds} s played since {before:?}");
            let from = std::mem::replace(&mut before, now.clone());
            ensure!(energy <= ENERGY_OF_SILENCE_PER_SECOND * seconds, "not silent: {from:?} then {now:?}");
            Ok(())
        })
        .await
    }

    /// Waits until `peer` is seen and heard.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn sees_and_hears(&self, peer: &str) -> Result<()> {
        self.sees(peer).await?;
        self.hears(peer).await
    }

    /// How often this page has made an offer or an answer: unchanged means that nothing was renegotiated.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn negotiations(&self) -> Result<u32> {
        self.evaluate("return __e2e.offersMade + __e2e.needed", []).await
    }

    /// Asks every connection of this page for new paths, as after a change of network.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn restarts_ice(&self) -> Result<()> {
        self.evaluate::<Value>("__e2e.restart()", []).await.map(drop)
    }

    /// Waits until nothing is being negotiated. A connection that is being replaced cannot be asked for anything.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn negotiates_nothing(&self) -> Result<()> {
        until(&format!("{} negotiates nothing", self.who()), async || {
            let under_way: Vec<String> = self.evaluate("return __e2e.underWay()", []).await?;
            ensure!(under_way.is_empty(), "{under_way:?}");
            Ok(())
        })
        .await
    }

    /// Waits until every connection has the paths it was asked for, and is settled.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn has_new_ice(&self) -> Result<()> {
        until(&format!("{} has settled on new paths", self.who()), async || {
            let unsettled: Vec<String> = self.evaluate("return __e2e.unsettled()", []).await?;
            ensure!(unsettled.is_empty(), "{unsettled:?}");
            Ok(())
        })
        .await
    }

    /// The tracks that go to the others, one for each of them.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn sent(&self, kind: &str) -> Result<Vec<OwnTrack>> {
        self.evaluate("return __e2e.sent(arguments[0])", [json!(kind)]).await
    }

    /// The track of the own picture, remembered under `name` for [`is_live`](Self::is_live).
    ///
    /// # Errors
    /// When there is no own picture.
    pub async fn own_camera(&self, name: &str) -> Result<OwnTrack> {
        let track: Option<OwnTrack> = self.evaluate("return __e2e.keep(arguments[0])", [json!(name)]).await?;
        track.with_context(|| format!("{} has no picture of their own", self.who()))
    }

    /// Withdraws or gives the permission for the camera, as in the browser's own settings. Chromium only.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn allows_camera(&self, allowed: bool) -> Result<()> {
        let setting = if allowed { "granted" } else { "denied" };
        let permission = json!({ "permission": { "name": "camera" }, "setting": setting });
        self.browser().cdp("Browser.setPermission", permission).await.map(drop)
    }

    /// Whether the track remembered under `name` is not ended.
    ///
    /// # Errors
    /// When none is remembered under that name.
    pub async fn is_live(&self, name: &str) -> Result<bool> {
        self.evaluate("return __e2e.kept[arguments[0]].readyState === 'live'", [json!(name)]).await
    }
}

/// Energy and seconds of sound played in between.
fn played(before: &Received, now: &Received) -> (f64, f64) {
    (now.audio_energy - before.audio_energy, now.audio_seconds - before.audio_seconds)
}
