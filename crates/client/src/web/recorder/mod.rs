//! Records the stage as it is seen here, with everybody's sound and that of their screens, on this machine.
//!
//! People and screens are painted on a canvas, the sounds are mixed, and what the browser's encoder makes of both is
//! written away second by second.

mod picture;

use super::error;
use super::ext::{FileHandleExt, WindowExt, WritableExt};
use super::listener::Listener;
use super::media::{Stream, Track};
use super::meter::resume_on_touch;
use super::peer::Outgoing;
use super::save::Saved;
use super::timer::Interval;
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use js_sys::{Array, Object, Reflect};
use ojak_call::{Keeping, RecordingEvent, RecordingProblem};
use picture::Picture;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioContext, Blob, BlobEvent, Document, Event, MediaRecorder, MediaRecorderOptions, MediaStream,
    MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode, MediaStreamTrack,
};

/// From one picture to the next: fifteen a second show a conversation, at half the work of thirty.
const FRAME: Duration = Duration::from_micros(66_667);
/// From one piece that is written away to the next.
const PIECE_MILLISECONDS: i32 = 1000;
const VIDEO_BITS_PER_SECOND: u32 = 2_500_000;
const AUDIO_BITS_PER_SECOND: u32 = 128_000;
/// What is recorded as, best first: the first plays everywhere.
const FORMATS: [(&str, &str); 3] = [
    ("video/mp4;codecs=avc1.42E01F,mp4a.40.2", "mp4"),
    ("video/webm;codecs=vp8,opus", "webm"),
    ("video/webm", "webm"),
];

/// Where a recording goes, and as what.
pub(crate) struct Destination {
    format: &'static str,
    name: String,
    file: Option<WritableExt>,
}

/// Lets the person choose a file, where the browser can write into one; `title` is part of its name.
///
/// # Errors
/// [`RecordingProblem`], also when they chose none.
pub(crate) async fn choose(title: &str) -> Result<Destination, RecordingProblem> {
    let (format, extension) = FORMATS
        .into_iter()
        .find(|(format, _)| MediaRecorder::is_type_supported(format))
        .ok_or(RecordingProblem::Unsupported)?;
    let name = [title, ".", extension].concat();
    let window = web_sys::window().ok_or(RecordingProblem::Unsupported)?;
    if !Reflect::has(&window, &"showSaveFilePicker".into()).unwrap_or(false) {
        return Ok(Destination { format, name, file: None });
    }
    let open = async {
        let options = Object::new();
        Reflect::set(&options, &"suggestedName".into(), &name.as_str().into())?;
        let handle =
            JsFuture::from(window.unchecked_ref::<WindowExt>().show_save_file_picker(&options)?).await?;
        JsFuture::from(handle.unchecked_ref::<FileHandleExt>().create_writable()).await
    };
    match open.await {
        Ok(file) => Ok(Destination { format, name, file: Some(file.unchecked_into()) }),
        Err(error) if error::name(&error) == "AbortError" => Err(RecordingProblem::Dismissed),
        Err(_) => Err(RecordingProblem::Unwritable),
    }
}

/// Records until it is dropped; then what there is, is saved.
#[must_use = "a recorder that is dropped records nothing more"]
pub(crate) struct Recorder {
    recorder: MediaRecorder,
    context: AudioContext,
    mix: MediaStreamAudioDestinationNode,
    sounds: Vec<Sound>,
    _frames: Option<Interval>,
    _touches: Vec<Listener>,
}

impl Recorder {
    /// Begins. `happened` hears that it runs and how it grows; `finished` hears of the end, and gets what is on its way
    /// to the downloads, if it goes there.
    ///
    /// # Errors
    /// The browser's: it can encode nothing.
    pub(crate) fn begin(
        destination: Destination,
        happened: impl Fn(RecordingEvent) + 'static,
        finished: impl FnOnce(Result<Option<Saved>, RecordingProblem>) + 'static,
    ) -> Result<Self, JsValue> {
        let picture = Picture::new(document().ok_or(JsValue::NULL)?)?;
        let context = AudioContext::new()?;
        let mix = context.create_media_stream_destination()?;
        let stream = picture.stream()?;
        for track in mix.stream().get_audio_tracks().iter() {
            stream.add_track(track.unchecked_ref());
        }
        let options = MediaRecorderOptions::new();
        options.set_mime_type(destination.format);
        options.set_video_bits_per_second(VIDEO_BITS_PER_SECOND);
        options.set_audio_bits_per_second(AUDIO_BITS_PER_SECOND);
        let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options)?;
        let (pieces, written) = unbounded();
        let last = pieces.clone();
        let listeners = [
            Listener::new(&recorder, "dataavailable", move |event: BlobEvent| {
                if let Some(piece) = event.data() {
                    let _ = pieces.unbounded_send(piece);
                }
            }),
            Listener::new(&recorder, "stop", move |_: Event| last.close_channel()),
        ];
        picture.paint();
        recorder.start_with_time_slice(PIECE_MILLISECONDS)?;
        let keeping = if destination.file.is_some() { Keeping::File } else { Keeping::Memory };
        happened(RecordingEvent::Began(keeping));
        spawn_local(async move {
            let saved = keep(written, destination, &happened).await;
            drop(listeners);
            finished(saved.map_err(|error| {
                error::log("recording", &error);
                RecordingProblem::Unwritable
            }));
        });
        let frames = Interval::new(FRAME, move || picture.paint());
        // The press on the button may be too long ago for the browser, after a file was chosen.
        let touches = resume_on_touch(&context);
        Ok(Self { recorder, context, mix, sounds: Vec::new(), _frames: frames, _touches: touches })
    }

    /// Takes in what is heard of the `others` and what is sent from here now, and nothing else.
    pub(crate) fn listen(&mut self, others: &[Stream], outgoing: &Outgoing) {
        let voice = outgoing.microphone.as_ref().map(Track::sent).cloned();
        let screen = outgoing.screen.as_ref().and_then(|screen| screen.sound.clone());
        let heard: Vec<_> = others.iter().flat_map(Stream::sounds).chain(voice).chain(screen).collect();
        self.sounds.retain(|sound| heard.contains(&sound.track));
        for track in heard {
            if !self.sounds.iter().any(|sound| sound.track == track) {
                // What a browser does not take in now, it may the next time.
                self.sounds.extend(Sound::new(track, &self.context, &self.mix));
            }
        }
    }
}

/// What is in the mix until it is dropped.
struct Sound {
    track: MediaStreamTrack,
    source: MediaStreamAudioSourceNode,
}

impl Sound {
    fn new(
        track: MediaStreamTrack,
        context: &AudioContext,
        mix: &MediaStreamAudioDestinationNode,
    ) -> Result<Self, JsValue> {
        let alone = MediaStream::new()?;
        alone.add_track(&track);
        let source = context.create_media_stream_source(&alone)?;
        source.connect_with_audio_node(mix)?;
        Ok(Self { track, source })
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        // Fails when it is out of the mix already.
        let _ = self.source.disconnect();
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Fails when it has stopped by itself.
        let _ = self.recorder.stop();
        drop(self.context.close());
    }
}

/// Writes piece after piece, until there is no more.
async fn keep(
    mut pieces: UnboundedReceiver<Blob>,
    destination: Destination,
    happened: &impl Fn(RecordingEvent),
) -> Result<Option<Saved>, JsValue> {
    let Destination { format, name, file } = destination;
    let in_memory = Array::new();
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await {
        // Cast: a number of bytes.
        bytes += piece.size() as u64;
        match &file {
            Some(file) => {
                JsFuture::from(file.write(&piece)).await?;
            }
            None => {
                in_memory.push(&piece);
            }
        }
        happened(RecordingEvent::Grew(bytes));
    }
    match file {
        Some(file) => JsFuture::from(file.close()).await.map(|_| None),
        None => Saved::parts(&name, format, &in_memory).map(Some),
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
