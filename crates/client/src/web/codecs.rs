//! In which order ways of encoding are offered and answered, and which of them a picture is sent in: what this machine
//! has hardware for comes first, and sound with redundancy before sound without.
//!
//! The order in a description is what its maker likes to *get*, and left alone a browser sends what comes first in that
//! of the other side (RFC 3264, section 7). So who sends chooses too, of what both can, or the hardware of one would
//! decide what the other computes.
//!
//! Opus repairs what is lost (`useinbandfec`) in every browser by itself. It could send less in pauses (`usedtx`), but
//! only a changed description turns that on, in each browser differently; nothing here edits descriptions.

use super::ext::{NavigatorMedia, TransceiverExt, receiver_capabilities};
use js_sys::{Array, Object, Reflect};
use ojak_call::{Codec, Cost, DeviceKind, rank};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcRtpTransceiver;

/// What is known of them. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Codecs {
    pictures: Rc<RefCell<Option<Array>>>,
}

impl Codecs {
    /// Asks the browser what its machine is good at. Until that is known, pictures are sent as the browser prefers.
    pub(crate) async fn find_out(self) {
        let mut known = Vec::new();
        for codec in capabilities("video") {
            let mime = mime(&codec);
            let kind = Codec::from_mime(&mime);
            let cost = if kind.is_some() { cost(&mime).await } else { Cost::Other };
            known.push((rank(kind, cost), codec));
        }
        if known.is_empty() {
            return;
        }
        known.sort_by_key(|(rank, _)| *rank);
        *self.pictures.borrow_mut() = Some(known.into_iter().map(|(_, codec)| codec).collect());
    }

    /// Has `transceiver` prefer them. Nothing happens where a browser has no say in it.
    pub(super) fn prefer(&self, kind: DeviceKind, transceiver: &RtcRtpTransceiver) {
        let order = match kind {
            DeviceKind::Camera => self.pictures.borrow().clone(),
            DeviceKind::Microphone => sound(),
        };
        if let Some(order) = order {
            let transceiver: &TransceiverExt = transceiver.unchecked_ref();
            let _ = transceiver.set_codec_preferences(&order);
        }
    }

    /// Has `encoding`, of these `parameters` of a sender, be in the best of what both sides can. Nothing happens where a
    /// browser has no say in it.
    pub(super) fn choose(&self, parameters: &JsValue, encoding: &JsValue) {
        let order = self.pictures.borrow();
        let Some(order) = &*order else { return };
        let agreed = list(parameters);
        let is_alike = |one: &JsValue, other: &JsValue| mime(one).eq_ignore_ascii_case(&mime(other));
        let best = order.iter().find_map(|own| agreed.iter().position(|codec| is_alike(codec, &own)));
        let _ = match best.and_then(|place| agreed.get(place).filter(|_| place > 0)) {
            Some(codec) => Reflect::set(encoding, &"codec".into(), codec),
            // The first is sent anyway.
            None => Reflect::delete_property(encoding.unchecked_ref::<Object>(), &"codec".into()),
        };
    }
}

/// Redundancy first, where there is any.
fn sound() -> Option<Array> {
    let mut codecs = capabilities("audio");
    let is_redundant = |codec: &JsValue| Codec::from_mime(&mime(codec)) == Some(Codec::Red);
    if !codecs.iter().any(is_redundant) {
        return None;
    }
    codecs.sort_by_key(|codec| !is_redundant(codec));
    Some(codecs.into_iter().collect())
}

fn capabilities(kind: &str) -> Vec<JsValue> {
    receiver_capabilities(kind).map(|all| list(&all)).unwrap_or_default()
}

/// The codecs of capabilities, or of parameters.
fn list(of: &JsValue) -> Vec<JsValue> {
    let list = Reflect::get(of, &"codecs".into()).ok().and_then(|list| list.dyn_into::<Array>().ok());
    list.map(|list| list.to_vec()).unwrap_or_default()
}

fn mime(codec: &JsValue) -> String {
    Reflect::get(codec, &"mimeType".into()).ok().and_then(|mime| mime.as_string()).unwrap_or_default()
}

/// What it takes to encode the usual picture of a call like that.
async fn cost(mime: &str) -> Cost {
    let media = web_sys::window()
        .and_then(|window| window.navigator().unchecked_into::<NavigatorMedia>().media_capabilities());
    let Some(media) = media else { return Cost::Other };
    let video = object([
        ("contentType", mime.into()),
        ("width", 1280.into()),
        ("height", 720.into()),
        ("bitrate", 1_500_000.into()),
        ("framerate", 30.into()),
    ]);
    let answer = media.encoding_info(&object([("type", "webrtc".into()), ("video", video)])).await;
    let is_efficient =
        answer.ok().and_then(|answer| Reflect::get(&answer, &"powerEfficient".into()).ok()?.as_bool());
    if is_efficient == Some(true) { Cost::Efficient } else { Cost::Other }
}

fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        // An object made here takes everything.
        let _ = Reflect::set(&object, &key.into(), &value);
    }
    object.into()
}
