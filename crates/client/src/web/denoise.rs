//! A microphone without what is no voice: `crates/denoise`, in the thread that makes sound, is fetched when it is
//! wanted first.

use super::error::log;
use super::listener::Listener;
use super::meter::resume_on_touch;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioContextOptions, AudioContextState, AudioWorkletNode, AudioWorkletNodeOptions,
    ChannelCountMode, Event, MediaStream, MediaStreamAudioSourceNode, MediaStreamTrack, Response,
};

const MODULE: &str = "/denoise.wasm";
const WORKLET: &str = "/denoise.js";
/// What the processor calls itself.
const PROCESSOR: &str = "denoise";
/// What the model knows: at another rate it takes other notes for a voice.
const SAMPLE_RATE: f32 = 48_000.0;

/// Cleans the sound of one track until it is dropped.
pub(crate) struct Denoiser {
    context: AudioContext,
    cleaned: MediaStreamTrack,
    /// Firefox lets go of a source that nobody holds, and hears nothing from then on.
    _source: MediaStreamAudioSourceNode,
    _node: AudioWorkletNode,
    _changes: Listener,
    _faults: Listener,
    _touches: Vec<Listener>,
}

impl Denoiser {
    /// Fetches what it takes, and begins. `changed` hears when the browser lets it run, or stops it.
    ///
    /// None where the browser cannot, or the server is not there to fetch it from.
    pub(crate) async fn of(track: MediaStreamTrack, changed: impl FnMut() + 'static) -> Option<Self> {
        Self::begin(&track, changed).await.inspect_err(|error| log("denoise", error)).ok()
    }

    async fn begin(track: &MediaStreamTrack, changed: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let bytes = fetch(MODULE).await?;
        let (context, source) = listen(track)?;
        let built = Self::build(&context, source, bytes, changed).await;
        if built.is_err() {
            drop(context.close());
        }
        built
    }

    async fn build(
        context: &AudioContext,
        source: MediaStreamAudioSourceNode,
        bytes: Uint8Array,
        mut changed: impl FnMut() + 'static,
    ) -> Result<Self, JsValue> {
        JsFuture::from(context.audio_worklet()?.add_module(WORKLET)?).await?;
        let options = AudioWorkletNodeOptions::new();
        options.set_channel_count(1);
        // Otherwise a microphone with two channels would come out of one of them, at half its strength.
        options.set_channel_count_mode(ChannelCountMode::Explicit);
        let for_processor = Object::new();
        Reflect::set(&for_processor, &"bytes".into(), &bytes)?;
        options.set_processor_options(Some(&for_processor));
        let node = AudioWorkletNode::new_with_options(context, PROCESSOR, &options)?;
        let destination = context.create_media_stream_destination()?;
        source.connect_with_audio_node(&node)?.connect_with_audio_node(&destination)?;
        // It would go on as silence. Closed, it lets the microphone be sent as it is.
        let broken = context.clone();
        let faults = Listener::new(&node, "processorerror", move |_: Event| drop(broken.close()));
        let cleaned = destination.stream().get_audio_tracks().get(0).dyn_into()?;
        Ok(Self {
            cleaned,
            _source: source,
            _node: node,
            _changes: Listener::new(context, "statechange", move |_: Event| changed()),
            _faults: faults,
            _touches: resume_on_touch(context),
            context: context.clone(),
        })
    }

    /// The cleaned sound, while the browser lets it be made.
    pub(super) fn track(&self) -> Option<&MediaStreamTrack> {
        (self.context.state() == AudioContextState::Running).then_some(&self.cleaned)
    }
}

impl Drop for Denoiser {
    fn drop(&mut self) {
        self.cleaned.stop();
        drop(self.context.close());
    }
}

/// At the rate of the model; or, where that is not to be had beside a microphone of another rate, at that one's.
fn listen(track: &MediaStreamTrack) -> Result<(AudioContext, MediaStreamAudioSourceNode), JsValue> {
    let stream = MediaStream::new()?;
    stream.add_track(track);
    let options = AudioContextOptions::new();
    options.set_sample_rate(SAMPLE_RATE);
    let context = AudioContext::new_with_context_options(&options)?;
    if let Ok(source) = context.create_media_stream_source(&stream) {
        return Ok((context, source));
    }
    drop(context.close());
    let context = AudioContext::new()?;
    let source = context.create_media_stream_source(&stream)?;
    Ok((context, source))
}

async fn fetch(path: &str) -> Result<Uint8Array, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str(path)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_f64(response.status().into()));
    }
    Ok(Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?))
}
