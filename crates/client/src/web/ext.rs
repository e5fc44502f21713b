//! What browsers have and web-sys has not.

use wasm_bindgen::prelude::*;
use web_sys::{MediaStream, RtcPeerConnection, RtcRtpSender};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = RtcPeerConnection)]
    pub(super) type PeerConnectionExt;

    /// Without argument: the browser makes the description that fits its state.
    #[wasm_bindgen(method, catch, js_name = setLocalDescription)]
    pub(super) async fn set_local_description(this: &PeerConnectionExt) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = restartIce)]
    pub(super) fn restart_ice(this: &PeerConnectionExt);

    #[wasm_bindgen(extends = RtcRtpSender)]
    pub(super) type SenderExt;

    #[wasm_bindgen(method, catch, js_name = setStreams)]
    pub(super) fn set_streams(this: &SenderExt, stream: &MediaStream) -> Result<(), JsValue>;
}
