//! Cameras, microphones, and the pictures and sounds that come of them.

use super::error;
use super::listener::Listener;
use js_sys::{Array, Reflect};
use ojak_call::protocol::Switch;
use ojak_call::{
    DeviceId, DeviceKind, DeviceProblem, ListedDevice, OpenDevice, Permission, Permissions, Wish,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlVideoElement, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints,
    MediaStreamTrack, MediaTrackConstraints, PermissionState, PermissionStatus,
};

/// A picture with its sound, to be shown by a `<video>`. Cheap to clone; equal when it is the same stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stream(pub(super) MediaStream);

impl Stream {
    /// A stream of one's own, to be filled.
    pub(crate) fn new() -> Option<Self> {
        MediaStream::new().ok().map(Self)
    }
}

/// Shows `stream` in `video`, or nothing.
pub(crate) fn show(video: &HtmlVideoElement, stream: Option<&Stream>) {
    video.set_src_object(stream.map(|stream| &stream.0));
}

/// An open camera or microphone. Dropped, it stops, and its light goes off.
pub(crate) struct Track {
    pub(super) track: MediaStreamTrack,
    ended: Option<Listener>,
}

impl Track {
    fn new(track: MediaStreamTrack) -> Self {
        Self { track, ended: None }
    }

    /// Calls `ended` when the device stops by itself: unplugged, or permission withdrawn.
    pub(crate) fn on_ended(&mut self, mut ended: impl FnMut() + 'static) {
        self.ended = Some(Listener::new(&self.track, "ended", move |_: web_sys::Event| ended()));
    }

    /// Sends sound or picture, or silence or black, without letting go of the device.
    pub(crate) fn set_enabled(&self, switch: Switch) {
        self.track.set_enabled(switch.is_on());
    }

    /// The track as a stream of its own.
    pub(crate) fn stream(&self) -> Option<Stream> {
        let stream = MediaStream::new().ok()?;
        stream.add_track(&self.track);
        Some(Stream(stream))
    }

    /// Which device it is, as far as the browser says.
    pub(crate) fn device(&self) -> OpenDevice {
        let settings = self.track.get_settings();
        // Not the typed getters: where the browser has no such setting they do not say so.
        let text = |key: &str| Reflect::get(&settings, &key.into()).ok().and_then(|value| value.as_string());
        OpenDevice {
            id: DeviceId(text("deviceId").unwrap_or_default()),
            is_facing_away: text("facingMode").as_deref() == Some("environment"),
        }
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        self.track.stop();
    }
}

/// What one request opened.
pub(crate) struct Opened {
    pub(crate) camera: Option<Track>,
    pub(crate) microphone: Option<Track>,
}

/// Opens a camera, a microphone, or both with one question for permission.
///
/// # Errors
/// Nothing is open then, even if only one of the two failed.
pub(crate) async fn open(camera: Option<Wish>, microphone: Option<Wish>) -> Result<Opened, DeviceProblem> {
    let devices = devices().ok_or(DeviceProblem::Unsupported)?;
    let constraints = MediaStreamConstraints::new();
    if let Some(wish) = camera {
        let wanted = constrain(&wish);
        // A call among a few people: more than 720p costs every sender and receiver more than it shows.
        set(&wanted, "width", &ideal(&1280.into()));
        set(&wanted, "height", &ideal(&720.into()));
        set(&wanted, "frameRate", &ideal(&30.into()));
        constraints.set_video(&wanted);
    }
    if let Some(wish) = microphone {
        constraints.set_audio(&constrain(&wish));
    }
    let promise =
        devices.get_user_media_with_constraints(&constraints).map_err(|e| error::device_problem(&e))?;
    let stream: MediaStream =
        JsFuture::from(promise).await.map_err(|e| error::device_problem(&e))?.unchecked_into();
    let first = |tracks: Array| tracks.iter().next().map(|track| Track::new(track.unchecked_into()));
    Ok(Opened { camera: first(stream.get_video_tracks()), microphone: first(stream.get_audio_tracks()) })
}

fn constrain(wish: &Wish) -> MediaTrackConstraints {
    let constraints = MediaTrackConstraints::new();
    match wish {
        Wish::Any => {}
        Wish::FacingPerson => set(&constraints, "facingMode", &ideal(&"user".into())),
        Wish::Prefer(id) => set(&constraints, "deviceId", &ideal(&id.0.as_str().into())),
        Wish::Exact(id) => set(&constraints, "deviceId", &object("exact", &id.0.as_str().into())),
    }
    constraints
}

fn ideal(value: &JsValue) -> JsValue {
    object("ideal", value)
}

fn object(key: &str, value: &JsValue) -> JsValue {
    let object = js_sys::Object::new();
    set(&object, key, value);
    object.into()
}

fn set(object: &js_sys::Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

/// The cameras and microphones there are.
pub(crate) async fn list() -> Vec<ListedDevice> {
    let Some(promise) = devices().and_then(|devices| devices.enumerate_devices().ok()) else {
        return Vec::new();
    };
    let Ok(infos) = JsFuture::from(promise).await else { return Vec::new() };
    Array::from(&infos)
        .iter()
        .filter_map(|info| {
            let info: MediaDeviceInfo = info.unchecked_into();
            let kind = match info.kind() {
                MediaDeviceKind::Videoinput => DeviceKind::Camera,
                MediaDeviceKind::Audioinput => DeviceKind::Microphone,
                _ => return None,
            };
            Some(ListedDevice { kind, id: DeviceId(info.device_id()), label: info.label() })
        })
        .collect()
}

/// Calls `changed` when something is plugged in or out.
pub(crate) fn on_change(mut changed: impl FnMut() + 'static) -> Option<Listener> {
    Some(Listener::new(devices()?.as_ref(), "devicechange", move |_: web_sys::Event| changed()))
}

/// What may be opened without asking.
pub(crate) async fn permissions() -> Permissions {
    Permissions { camera: permission("camera").await, microphone: permission("microphone").await }
}

async fn permission(name: &str) -> Permission {
    let query = async {
        let permissions = web_sys::window()?.navigator().permissions().ok()?;
        let promise = permissions.query(object("name", &name.into()).unchecked_ref()).ok()?;
        JsFuture::from(promise).await.ok().map(PermissionStatus::unchecked_from_js)
    };
    match query.await.map(|status| status.state()) {
        Some(PermissionState::Granted) => Permission::Granted,
        Some(PermissionState::Denied) => Permission::Denied,
        Some(PermissionState::Prompt) => Permission::Prompt,
        _ => Permission::Unknown,
    }
}

/// None on a page that is not secure.
fn devices() -> Option<MediaDevices> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"mediaDevices".into()).ok()?.dyn_into().ok()
}
