//! What browsers have and web-sys has not.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, HtmlMediaElement, HtmlVideoElement, MediaStream, Navigator, RtcConfiguration,
    RtcPeerConnection, RtcRtpSender, Window,
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
