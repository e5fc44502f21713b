//! Cameras, microphones, and the pictures and sounds that come of them.

use super::denoise::Denoiser;
use super::listener::Listener;
use super::{error, speaker};
use js_sys::{Array, Reflect};
use ojak_call::protocol::Switch;
use ojak_call::{
    DeviceId, DeviceKind, DeviceProblem, InForce, ListedDevice, ListedSpeaker, OpenDevice, Permission,
    Permissions, Settings, Wish,
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

    /// What there is to be heard of it by now.
    pub(super) fn sounds(&self) -> impl Iterator<Item = MediaStreamTrack> {
        self.0.get_audio_tracks().into_iter().map(JsCast::unchecked_into)
    }
}

/// Shows `stream` in `video`, or nothing.
pub(crate) fn show(video: &HtmlVideoElement, stream: Option<&Stream>) {
    video.set_src_object(stream.map(|stream| &stream.0));
    speaker::let_out(video);
}

/// Whether what is no voice is taken out of a sound.
pub(crate) enum Denoising {
    Off,
    /// It cannot be.
    Failed,
    On(Denoiser),
}

/// An open camera or microphone. Dropped, it stops, and its light goes off.
pub(crate) struct Track {
    pub(super) track: MediaStreamTrack,
    ended: Option<Listener>,
    denoising: Denoising,
}

impl Track {
    fn new(track: MediaStreamTrack) -> Self {
        Self { track, ended: None, denoising: Denoising::Off }
    }

    /// Calls `ended` when the device stops by itself: unplugged, or permission withdrawn.
    pub(crate) fn on_ended(&mut self, mut ended: impl FnMut() + 'static) {
        self.ended = Some(Listener::new(&self.track, "ended", move |_: web_sys::Event| ended()));
    }

    /// Sends sound or picture, or silence or black, without letting go of the device.
    pub(crate) fn set_enabled(&self, switch: Switch) {
        self.track.set_enabled(switch.is_on());
    }

    /// What is sent of it: itself, or its sound without noise.
    pub(super) fn sent(&self) -> &MediaStreamTrack {
        self.cleaned().unwrap_or(&self.track)
    }

    fn cleaned(&self) -> Option<&MediaStreamTrack> {
        match &self.denoising {
            Denoising::On(denoiser) => denoiser.track(),
            Denoising::Off | Denoising::Failed => None,
        }
    }

    /// Makes what takes the noise out of it. See [`Denoiser::of`].
    pub(crate) fn denoiser<F: FnMut() + 'static>(
        &self,
        changed: F,
    ) -> impl Future<Output = Denoising> + use<F> {
        let denoiser = Denoiser::of(Clone::clone(&self.track), changed);
        async { denoiser.await.map_or(Denoising::Failed, Denoising::On) }
    }

    /// From now on; what did it before is to be kept until that is sent no more.
    pub(crate) fn denoise(&mut self, denoising: Denoising) -> Denoising {
        std::mem::replace(&mut self.denoising, denoising)
    }

    /// Whether nobody has tried to take the noise out of it.
    pub(crate) fn is_as_it_came(&self) -> bool {
        matches!(self.denoising, Denoising::Off)
    }

    /// Tells it from others.
    pub(crate) fn id(&self) -> String {
        self.track.id()
    }

    /// The track as a stream of its own.
    pub(crate) fn stream(&self) -> Option<Stream> {
        let stream = MediaStream::new().ok()?;
        stream.add_track(&self.track);
        Some(Stream(stream))
    }

    /// Which device it is, as far as the browser says.
    pub(crate) fn device(&self) -> OpenDevice {
        let text = |key| self.setting(key).and_then(|value| value.as_string());
        OpenDevice {
            id: DeviceId(text("deviceId").unwrap_or_default()),
            is_facing_away: text("facingMode").as_deref() == Some("environment"),
        }
    }

    /// What it really does, as far as the browser says.
    pub(crate) fn in_force(&self, kind: DeviceKind) -> InForce {
        // Cast: rounds, and makes nothing of what is no number.
        let number =
            |key| self.setting(key).and_then(|value| value.as_f64()).unwrap_or_default().round() as u32;
        let switch = |key| self.setting(key).and_then(|value| value.as_bool()).map(Switch::from_on);
        match kind {
            DeviceKind::Camera => InForce::Camera {
                width: number("width"),
                height: number("height"),
                frame_rate: number("frameRate"),
            },
            DeviceKind::Microphone => InForce::Microphone {
                echo_cancellation: switch("echoCancellation"),
                noise_suppression: switch("noiseSuppression"),
                automatic_gain: switch("autoGainControl"),
                denoise: match self.denoising {
                    Denoising::Off => None,
                    Denoising::Failed | Denoising::On(_) => Some(Switch::from_on(self.cleaned().is_some())),
                },
            },
        }
    }

    /// Not the typed getters: where the browser has no such setting they do not say so.
    fn setting(&self, key: &str) -> Option<JsValue> {
        Reflect::get(&self.track.get_settings(), &key.into()).ok()
    }

    /// Asks this of it, whatever comes of that.
    pub(crate) fn configure(
        &self,
        kind: DeviceKind,
        settings: &Settings,
    ) -> impl Future<Output = ()> + 'static {
        let constraints = MediaTrackConstraints::new();
        ask(&constraints, kind, settings);
        let applied = self.track.apply_constraints_with_constraints(&constraints);
        async move {
            if let Ok(applied) = applied {
                // What a device cannot do it does not do: what is in force is read and shown.
                let _ = JsFuture::from(applied).await;
            }
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
pub(crate) async fn open(
    camera: Option<Wish>,
    microphone: Option<Wish>,
    settings: Settings,
) -> Result<Opened, DeviceProblem> {
    let devices = devices().ok_or(DeviceProblem::Unsupported)?;
    let constraints = MediaStreamConstraints::new();
    if let Some(wish) = camera {
        let wanted = constrain(&wish);
        ask(&wanted, DeviceKind::Camera, &settings);
        constraints.set_video(&wanted);
    }
    if let Some(wish) = microphone {
        let wanted = constrain(&wish);
        ask(&wanted, DeviceKind::Microphone, &settings);
        constraints.set_audio(&wanted);
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
        Wish::FacingAway => set(&constraints, "facingMode", &object("exact", &"environment".into())),
        Wish::Prefer(id) => set(&constraints, "deviceId", &ideal(&id.0.as_str().into())),
        Wish::Exact(id) => set(&constraints, "deviceId", &object("exact", &id.0.as_str().into())),
    }
    constraints
}

/// Wishes and no conditions: a device that cannot do something is better than none.
fn ask(constraints: &MediaTrackConstraints, kind: DeviceKind, settings: &Settings) {
    match kind {
        DeviceKind::Camera => {
            let height = settings.height.pixels();
            set(constraints, "width", &ideal(&(height * 16 / 9).into()));
            set(constraints, "height", &ideal(&height.into()));
            set(constraints, "frameRate", &ideal(&settings.frame_rate.per_second().into()));
        }
        DeviceKind::Microphone => {
            for (key, switch) in [
                ("echoCancellation", settings.echo_cancellation),
                ("noiseSuppression", settings.browser_noise_suppression()),
                ("autoGainControl", settings.automatic_gain),
            ] {
                set(constraints, key, &ideal(&switch.is_on().into()));
            }
        }
    }
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

/// The cameras, microphones and loudspeakers there are; the last ones only where a page may choose among them.
pub(crate) async fn list() -> (Vec<ListedDevice>, Vec<ListedSpeaker>) {
    let (mut listed, mut speakers) = (Vec::new(), Vec::new());
    let Some(promise) = devices().and_then(|devices| devices.enumerate_devices().ok()) else {
        return (listed, speakers);
    };
    let Ok(infos) = JsFuture::from(promise).await else { return (listed, speakers) };
    let can_choose_speaker = speaker::can_choose();
    for info in Array::from(&infos).iter() {
        let info: MediaDeviceInfo = info.unchecked_into();
        let (id, label) = (DeviceId(info.device_id()), info.label());
        match info.kind() {
            MediaDeviceKind::Videoinput => listed.push(ListedDevice { kind: DeviceKind::Camera, id, label }),
            MediaDeviceKind::Audioinput => {
                listed.push(ListedDevice { kind: DeviceKind::Microphone, id, label });
            }
            // Without an id it cannot be asked for.
            _ if can_choose_speaker && !id.0.is_empty() => speakers.push(ListedSpeaker { id, label }),
            _ => {}
        }
    }
    (listed, speakers)
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
pub(super) fn devices() -> Option<MediaDevices> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"mediaDevices".into()).ok()?.dyn_into().ok()
}
