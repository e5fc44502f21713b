//! What browsers have and web-sys has not.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, Document, Element, HtmlMediaElement, HtmlVideoElement, MediaStream, Navigator, RtcConfiguration,
    RtcPeerConnection, RtcRtpSender, RtcRtpTransceiver, Window,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = RtcPeerConnection)]
    pub(super) type PeerConnectionExt;

    /// Without argument: the browser makes the description that fits its state.
    #[wasm_bindgen(method, catch, js_name = setLocalDescription)]
    pub(super) async fn set_local_description(this: &PeerConnectionExt) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = restartIce)]
    pub(super) fn restart_ice(this: &PeerConnectionExt);

    #[wasm_bindgen(method, catch, js_name = setConfiguration)]
    pub(super) fn set_configuration(
        this: &PeerConnectionExt,
        configuration: &RtcConfiguration,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = RtcRtpSender)]
    pub(super) type SenderExt;

    #[wasm_bindgen(method, catch, js_name = setStreams)]
    pub(super) fn set_streams(this: &SenderExt, stream: &MediaStream) -> Result<(), JsValue>;

    /// With whatever fields this browser has.
    #[wasm_bindgen(method, js_name = getParameters)]
    pub(super) fn parameters(this: &SenderExt) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = setParameters)]
    pub(super) fn set_parameters(this: &SenderExt, parameters: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = RtcRtpTransceiver)]
    pub(super) type TransceiverExt;

    #[wasm_bindgen(method, catch, js_name = setCodecPreferences)]
    pub(super) fn set_codec_preferences(this: &TransceiverExt, codecs: &js_sys::Array)
    -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = RTCRtpReceiver, js_name = getCapabilities)]
    pub(super) fn receiver_capabilities(kind: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = Navigator)]
    pub(super) type NavigatorMedia;

    /// Undefined in old browsers.
    #[wasm_bindgen(method, getter, js_name = mediaCapabilities)]
    pub(super) fn media_capabilities(this: &NavigatorMedia) -> Option<MediaCapabilities>;

    /// Which web-sys has, but not for what is sent in calls.
    pub(super) type MediaCapabilities;

    #[wasm_bindgen(method, catch, js_name = encodingInfo)]
    pub(super) async fn encoding_info(
        this: &MediaCapabilities,
        configuration: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = HtmlMediaElement)]
    pub(super) type MediaElementExt;

    /// Undefined where a page has no choice.
    #[wasm_bindgen(method, getter, js_name = sinkId)]
    pub(super) fn sink_id(this: &MediaElementExt) -> Option<String>;

    #[wasm_bindgen(method, js_name = setSinkId)]
    pub(super) fn set_sink_id(this: &MediaElementExt, id: &str) -> Promise;

    #[wasm_bindgen(extends = Window)]
    pub(super) type WindowExt;

    /// With `{ cache }`.
    #[wasm_bindgen(method, js_name = fetch)]
    pub(super) fn fetch(this: &WindowExt, address: &str, options: &Object) -> Promise;

    /// Not in Firefox and Safari.
    #[wasm_bindgen(method, catch, js_name = showSaveFilePicker)]
    pub(super) fn show_save_file_picker(this: &WindowExt, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Navigator)]
    pub(super) type NavigatorExt;

    /// Undefined on plain http.
    #[wasm_bindgen(method, getter)]
    pub(super) fn locks(this: &NavigatorExt) -> Option<LockManager>;

    /// Undefined in Firefox and Safari.
    #[wasm_bindgen(method, getter)]
    pub(super) fn connection(this: &NavigatorExt) -> Option<web_sys::EventTarget>;

    /// Undefined on plain http, and in old browsers.
    #[wasm_bindgen(method, getter, js_name = wakeLock)]
    pub(super) fn wake_lock(this: &NavigatorExt) -> Option<WakeLock>;

    /// Undefined on plain http, and where nothing may be kept.
    #[wasm_bindgen(method, getter, js_name = serviceWorker)]
    pub(super) fn service_worker(this: &NavigatorExt) -> Option<ServiceWorkerContainer>;

    pub(super) type ServiceWorkerContainer;

    #[wasm_bindgen(method)]
    pub(super) fn register(this: &ServiceWorkerContainer, script: &str) -> Promise;

    /// Screen wake locks, which web-sys has only among what is unstable.
    pub(super) type WakeLock;

    #[wasm_bindgen(method)]
    pub(super) fn request(this: &WakeLock, kind: &str) -> Promise;

    pub(super) type WakeLockSentinel;

    #[wasm_bindgen(method)]
    pub(super) fn release(this: &WakeLockSentinel) -> Promise;

    #[wasm_bindgen(extends = Element)]
    pub(super) type ElementExt;

    /// Web Animations, which web-sys has only among what is unstable.
    #[wasm_bindgen(method)]
    pub(super) fn animate(this: &ElementExt, frames: &js_sys::Array, milliseconds: f64) -> JsValue;

    /// Picture in picture, which web-sys has only among what is unstable.
    #[wasm_bindgen(extends = Document)]
    pub(super) type DocumentExt;

    /// Undefined in Firefox.
    #[wasm_bindgen(method, getter, js_name = pictureInPictureEnabled)]
    pub(super) fn picture_in_picture_enabled(this: &DocumentExt) -> Option<bool>;

    #[wasm_bindgen(method, getter, js_name = pictureInPictureElement)]
    pub(super) fn picture_in_picture_element(this: &DocumentExt) -> Option<Element>;

    #[wasm_bindgen(method, js_name = exitPictureInPicture)]
    pub(super) fn exit_picture_in_picture(this: &DocumentExt) -> Promise;

    #[wasm_bindgen(extends = HtmlVideoElement)]
    pub(super) type VideoExt;

    #[wasm_bindgen(method, js_name = requestPictureInPicture)]
    pub(super) fn request_picture_in_picture(this: &VideoExt) -> Promise;

    /// Files that a page may write, which web-sys has only among what is unstable.
    pub(super) type FileHandleExt;

    #[wasm_bindgen(method, js_name = createWritable)]
    pub(super) fn create_writable(this: &FileHandleExt) -> Promise;

    pub(super) type WritableExt;

    #[wasm_bindgen(method)]
    pub(super) fn write(this: &WritableExt, blob: &Blob) -> Promise;

    /// What was written is in the file only then.
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &WritableExt) -> Promise;

    /// Speech recognition, which Chromium has under a name of its own.
    #[wasm_bindgen(extends = web_sys::EventTarget)]
    #[derive(Clone)]
    pub(super) type Recognition;

    #[wasm_bindgen(method, setter, js_name = lang)]
    pub(super) fn set_lang(this: &Recognition, tag: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_continuous(this: &Recognition, is_continuous: bool);

    #[wasm_bindgen(method, setter, js_name = interimResults)]
    pub(super) fn set_interim_results(this: &Recognition, has_interim: bool);

    #[wasm_bindgen(method, setter, js_name = processLocally)]
    pub(super) fn set_process_locally(this: &Recognition, is_local: bool);

    #[wasm_bindgen(method, catch)]
    pub(super) fn start(this: &Recognition) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = start)]
    pub(super) fn start_with(this: &Recognition, track: &web_sys::MediaStreamTrack) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    pub(super) fn abort(this: &Recognition);

    /// Web Locks, which web-sys has only among what is unstable.
    pub(super) type LockManager;

    #[wasm_bindgen(method)]
    pub(super) fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        granted: &Closure<dyn FnMut(JsValue) -> Promise>,
    ) -> Promise;

    #[wasm_bindgen(method)]
    pub(super) fn query(this: &LockManager) -> Promise;
}
