//! The loudspeaker: one for the whole page, whatever plays.

use super::ext::MediaElementExt;
use super::timer::Timeout;
use js_sys::Reflect;
use ojak_call::DeviceId;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{AudioContext, HtmlAudioElement, HtmlElement, HtmlMediaElement};

thread_local! {
    /// Of the page, as the volume of a computer is: what begins to play later goes there as well.
    static CHOSEN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether sound can be sent anywhere in particular.
pub(super) fn can_choose() -> bool {
    web_sys::window()
        .and_then(|window| Reflect::get(&window, &"HTMLMediaElement".into()).ok())
        .and_then(|class| Reflect::get(&class, &"prototype".into()).ok())
        .is_some_and(|prototype| Reflect::has(&prototype, &"setSinkId".into()).unwrap_or(false))
}

/// Lets everything that plays come out there; none is where the system says.
pub(crate) fn choose(id: Option<&DeviceId>) {
    CHOSEN.set(id.map(|id| id.0.clone()).unwrap_or_default());
    let Some(playing) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector_all("video, audio").ok())
    else {
        return;
    };
    for index in 0..playing.length() {
        if let Some(element) = playing.get(index) {
            let_out(element.unchecked_ref());
        }
    }
}

/// Lets this element come out where everything does.
pub(super) fn let_out(element: &HtmlMediaElement) {
    let element: &MediaElementExt = element.unchecked_ref();
    CHOSEN.with_borrow(|chosen| {
        if element.sink_id().is_some_and(|sink| sink != *chosen) {
            // A loudspeaker that is gone by now: the list says so next, and another one is chosen.
            let _ = element.set_sink_id(chosen);
        }
    });
}

/// Two notes, to hear where sound comes out. Dropped, it is quiet.
#[must_use = "a sound that is dropped is not heard"]
pub(crate) struct TestSound {
    context: AudioContext,
    element: HtmlAudioElement,
    _end: Option<Timeout>,
}

/// How long the two notes take.
const NOTES: Duration = Duration::from_millis(900);

impl TestSound {
    /// None where the browser cannot make sounds.
    pub(crate) fn play() -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let destination = context.create_media_stream_destination().ok()?;
        let (note, volume) = (context.create_oscillator().ok()?, context.create_gain().ok()?);
        let (pitch, loudness) = (note.frequency(), volume.gain());
        let now = context.current_time();
        pitch.set_value_at_time(523.25, now).ok()?;
        pitch.set_value_at_time(783.99, now + 0.35).ok()?;
        // From and to nothing, so that it does not click.
        for (value, at) in [(0.0, 0.0), (0.25, 0.03), (0.25, 0.3), (0.02, 0.35), (0.25, 0.4), (0.0, 0.85)] {
            loudness.linear_ramp_to_value_at_time(value, now + at).ok()?;
        }
        note.connect_with_audio_node(&volume).ok()?;
        volume.connect_with_audio_node(&destination).ok()?;
        // Through an element, because more browsers can choose where those come out.
        let element = HtmlAudioElement::new().ok()?;
        element.set_src_object(Some(&destination.stream()));
        let_out(&element);
        let _ = element.play();
        note.start().ok()?;
        let ended = context.clone();
        let end = Timeout::new(NOTES, move || drop(ended.close()));
        Some(Self { context, element, _end: end })
    }
}

impl Drop for TestSound {
    fn drop(&mut self) {
        let element: &HtmlElement = &self.element;
        let _ = element.unchecked_ref::<HtmlMediaElement>().pause();
        drop(self.context.close());
    }
}
