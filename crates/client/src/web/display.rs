//! A screen, a window or a tab that is shared.

use super::error;
use super::listener::Listener;
use super::media::{Stream, devices};
use super::timer::Interval;
use js_sys::Reflect;
use ojak_call::{Detail, MOTION_LOOK, ShareProblem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DisplayMediaStreamConstraints, Event, HtmlVideoElement, MediaStream, MediaStreamTrack};

/// A screen that is open, with its sound where there is some. Dropped, it stops, and the browser's bar goes.
pub(crate) struct Display {
    pub(super) picture: MediaStreamTrack,
    pub(super) sound: Option<MediaStreamTrack>,
    pub(super) detail: Detail,
    _ended: Option<Listener>,
    _looks: Option<Interval>,
}

/// Whether a page can ask for a screen; on phones mostly not.
pub(crate) fn can_open() -> bool {
    devices().is_some_and(|devices| Reflect::has(&devices, &"getDisplayMedia".into()).unwrap_or(false))
}

/// Lets the person choose what to share.
///
/// # Errors
/// When they choose nothing, and when the system does not let the browser see it.
pub(crate) async fn open() -> Result<Display, ShareProblem> {
    let devices = devices().ok_or(ShareProblem::Unknown)?;
    let promise = devices.get_display_media_with_constraints(&constraints()).map_err(|e| problem(&e))?;
    let stream: MediaStream = JsFuture::from(promise).await.map_err(|e| problem(&e))?.unchecked_into();
    let first = |tracks: js_sys::Array| tracks.iter().next().map(JsCast::unchecked_into::<MediaStreamTrack>);
    let picture = first(stream.get_video_tracks()).ok_or(ShareProblem::Missing)?;
    let sound = first(stream.get_audio_tracks());
    Ok(Display { picture, sound, detail: Detail::default(), _ended: None, _looks: None })
}

/// Every pixel there is; the sound as it is, since nobody speaks into it; and not this very tab, which would show itself.
fn constraints() -> DisplayMediaStreamConstraints {
    let object = |fields: &[(&str, JsValue)]| {
        let object = js_sys::Object::new();
        for (key, value) in fields {
            let _ = Reflect::set(&object, &(*key).into(), value);
        }
        object
    };
    let off = JsValue::FALSE;
    let frame_rate = object(&[("ideal", Detail::Motion.frame_rate_max().into())]);
    let sound = object(&[
        ("echoCancellation", off.clone()),
        ("noiseSuppression", off.clone()),
        ("autoGainControl", off),
    ]);
    object(&[
        ("video", object(&[("frameRate", frame_rate.into())]).into()),
        ("audio", sound.into()),
        ("selfBrowserSurface", "exclude".into()),
        ("surfaceSwitching", "include".into()),
        ("systemAudio", "include".into()),
    ])
    .unchecked_into()
}

/// Source: <https://www.w3.org/TR/screen-capture/#dom-mediadevices-getdisplaymedia>
fn problem(error: &JsValue) -> ShareProblem {
    match &*error::name(error) {
        "NotAllowedError" => ShareProblem::Dismissed,
        "NotReadableError" | "AbortError" => ShareProblem::Unreadable,
        "NotFoundError" => ShareProblem::Missing,
        _ => ShareProblem::Unknown,
    }
}

impl Display {
    /// Calls `ended` when it stops by itself, and `moved` each second with how many pictures were new.
    pub(crate) fn watch(&mut self, mut ended: impl FnMut() + 'static, moved: impl FnMut(u32) + 'static) {
        self._ended = Some(Listener::new(&self.picture, "ended", move |_: Event| ended()));
        self._looks = count(&self.picture, moved);
    }

    /// Tells the browser what matters more.
    pub(crate) fn emphasise(&mut self, detail: Detail) {
        self.detail = detail;
        let hint = match detail {
            Detail::Text => "text",
            Detail::Motion => "motion",
        };
        let _ = Reflect::set(&self.picture, &"contentHint".into(), &hint.into());
    }

    /// Its picture, for the person themself.
    pub(crate) fn preview(&self) -> Option<Stream> {
        let stream = MediaStream::new().ok()?;
        stream.add_track(&self.picture);
        Some(Stream(stream))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for track in [Some(&self.picture), self.sound.as_ref()].into_iter().flatten() {
            track.stop();
        }
    }
}

/// Counts the pictures of `track` by playing it where nobody sees it: a source counts them in some browsers only.
fn count(track: &MediaStreamTrack, mut moved: impl FnMut(u32) + 'static) -> Option<Interval> {
    let video: HtmlVideoElement =
        web_sys::window()?.document()?.create_element("video").ok()?.dyn_into().ok()?;
    let stream = MediaStream::new().ok()?;
    stream.add_track(track);
    video.set_muted(true);
    video.set_src_object(Some(&stream));
    let _ = video.play();
    let mut before = 0;
    Interval::new(MOTION_LOOK, move || {
        let seen = video.get_video_playback_quality().total_video_frames();
        moved(seen.saturating_sub(before));
        before = seen;
    })
}
