//! How what is sent to one peer is encoded.

use super::codecs::Codecs;
use super::error::log;
use super::ext::SenderExt;
use js_sys::{Array, Object, Reflect};
use ojak_call::Encoding;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::RtcRtpSender;

/// Encodes a picture like that from now on, in the best of `codecs`, and gives up pixels or pictures of it where not
/// all can be sent, as `preference` says (`RTCDegradationPreference`), if it says anything.
pub(super) fn apply(sender: &RtcRtpSender, wanted: Encoding, codecs: &Codecs, preference: Option<&str>) {
    let side = sender.track().map(|track| {
        let settings = track.get_settings();
        let [width, height] =
            ["width", "height"].map(|key| Reflect::get(&settings, &key.into()).ok()?.as_f64());
        width.into_iter().chain(height).reduce(f64::min).unwrap_or(0.0)
    });
    // What is smaller already stays as it is.
    let scale = wanted.max_height.zip(side).map_or(1.0, |(max, side)| (side / f64::from(max)).max(1.0));
    change(sender, |parameters, encoding| {
        if let Some(preference) = preference {
            set(parameters, "degradationPreference", preference);
        }
        codecs.choose(parameters, encoding);
        set(encoding, "active", wanted.switch.is_on());
        set(encoding, "maxBitrate", wanted.max_bitrate);
        set(encoding, "scaleResolutionDownBy", scale);
        match wanted.max_frame_rate {
            Some(rate) => set(encoding, "maxFramerate", rate),
            None => {
                let _ = Reflect::delete_property(encoding.unchecked_ref::<Object>(), &"maxFramerate".into());
            }
        }
    });
}

/// Sends this sound before anything else.
pub(super) fn favour(sender: &RtcRtpSender, max_bitrate: u32) {
    change(sender, |_, encoding| {
        set(encoding, "priority", "high");
        set(encoding, "networkPriority", "high");
        set(encoding, "maxBitrate", max_bitrate);
    });
}

fn change(sender: &RtcRtpSender, changes: impl Fn(&JsValue, &JsValue)) {
    let sender: &SenderExt = sender.unchecked_ref();
    let parameters = sender.parameters();
    let encodings = Reflect::get(&parameters, &"encodings".into()).ok();
    // There are none before something is negotiated.
    let encodings: Array = encodings.and_then(|list| list.dyn_into().ok()).unwrap_or_default();
    if encodings.length() == 0 {
        return;
    }
    encodings.iter().for_each(|encoding| changes(&parameters, &encoding));
    let changed = sender.set_parameters(&parameters);
    spawn_local(async move {
        let outcome = match changed {
            Ok(promise) => JsFuture::from(promise).await.map(drop),
            Err(error) => Err(error),
        };
        // The picture goes on as it was, which is what the browser thinks best.
        if let Err(error) = outcome {
            log("setParameters", &error);
        }
    });
}

fn set(encoding: &JsValue, key: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(encoding, &key.into(), &value.into());
}
