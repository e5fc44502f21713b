//! How loud the microphone is, muted or not.
//!
//! The browser keeps the last samples, and they are looked at ten times a second: nothing of this page runs for
//! each block of sound.

use super::listener::Listener;
use super::media::Track;
use super::timer::Interval;
use ojak_call::Level;
use std::time::Duration;
use web_sys::{
    AnalyserNode, AudioContext, AudioContextState, Event, MediaStream, MediaStreamAudioSourceNode,
    MediaStreamTrack,
};

/// From one look to the next.
const LOOK: Duration = Duration::from_millis(100);
/// So many samples are looked at each time: 43 ms at the usual 48 kHz.
const SAMPLES: u32 = 2048;

/// Looks at one microphone until it is dropped.
#[must_use = "a meter that is dropped shows nothing"]
pub(crate) struct Meter {
    context: AudioContext,
    track: MediaStreamTrack,
    /// Firefox lets go of a source that nobody holds, and hears nothing from then on.
    _source: MediaStreamAudioSourceNode,
    _looks: Option<Interval>,
    _touches: Vec<Listener>,
}

impl Meter {
    /// Calls `heard` about ten times a second while the browser lets the page listen.
    pub(crate) fn new(microphone: &Track, mut heard: impl FnMut(Level) + 'static) -> Option<Self> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a muted track is silent, and who talks while muted is to be heard here; it ends with the meter"
        )]
        let track = microphone.track.clone();
        track.set_enabled(true);
        let stream = MediaStream::new().ok()?;
        stream.add_track(&track);
        let context = AudioContext::new().ok()?;
        let analyser = context.create_analyser().ok()?;
        analyser.set_fft_size(SAMPLES);
        let source = context.create_media_stream_source(&stream).ok()?;
        source.connect_with_audio_node(&analyser).ok()?;
        let (listening, system) = (context.clone(), Clone::clone(&track));
        let mut samples = vec![0.0; SAMPLES as usize];
        let looks = Interval::new(LOOK, move || {
            // Before somebody touched the page a browser may not let it listen: that is not silence.
            if system.muted() {
                heard(Level::SILENCE);
            } else if listening.state() == AudioContextState::Running {
                heard(level(&analyser, &mut samples));
            }
        });
        Some(Self { _touches: resume_on_touch(&context), context, track, _source: source, _looks: looks })
    }
}

#[cfg(test)]
impl Meter {
    /// What it listens to.
    pub(super) fn track(&self) -> &MediaStreamTrack {
        &self.track
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.track.stop();
        drop(self.context.close());
    }
}

fn level(analyser: &AnalyserNode, samples: &mut [f32]) -> Level {
    analyser.get_float_time_domain_data(samples);
    if samples.iter().all(|&sample| sample == 0.0) {
        return Level::SILENCE;
    }
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / SAMPLES as f32;
    Level::from_decibels(10.0 * power.log10())
}

/// Wakes what waits for somebody to touch the page.
pub(super) fn resume_on_touch(context: &AudioContext) -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    ["pointerdown", "keydown"]
        .map(|kind| {
            let context = context.clone();
            Listener::new(&window, kind, move |_: Event| {
                if context.state() == AudioContextState::Suspended {
                    drop(context.resume());
                }
            })
        })
        .into()
}
