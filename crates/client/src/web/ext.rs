//! What browsers have and web-sys has not.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{MediaStream, Navigator, RtcConfiguration, RtcPeerConnection, RtcRtpSender};

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

    #[wasm_bindgen(extends = Navigator)]
    pub(super) type NavigatorExt;

    /// Undefined on plain http.
    #[wasm_bindgen(method, getter)]
    pub(super) fn locks(this: &NavigatorExt) -> Option<LockManager>;

    /// Undefined in Firefox and Safari.
    #[wasm_bindgen(method, getter)]
    pub(super) fn connection(this: &NavigatorExt) -> Option<web_sys::EventTarget>;

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
