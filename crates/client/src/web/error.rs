//! What a rejected promise means. Decided by `DOMException.name`, never by its message, which each
//! browser words as it likes and translates.

use ojak_call::DeviceProblem;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Why `getUserMedia` failed.
///
/// Source: <https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia>
pub(super) fn device_problem(error: &JsValue) -> DeviceProblem {
    let Some(exception) = error.dyn_ref::<DomException>() else { return DeviceProblem::Unknown };
    match &*exception.name() {
        "NotAllowedError" | "SecurityError" => DeviceProblem::Denied,
        "NotReadableError" | "AbortError" => DeviceProblem::Busy,
        "NotFoundError" => DeviceProblem::Missing,
        // Of what is asked for only two things are conditions: which device, and which side of the phone.
        "OverconstrainedError" if constraint(error).as_deref() == Some("facingMode") => {
            DeviceProblem::Unsuited
        }
        "OverconstrainedError" => DeviceProblem::Gone,
        "NotSupportedError" => DeviceProblem::Unsupported,
        _ => DeviceProblem::Unknown,
    }
}

fn constraint(error: &JsValue) -> Option<String> {
    js_sys::Reflect::get(error, &"constraint".into()).ok()?.as_string()
}

/// Its `DOMException.name`, or nothing.
pub(super) fn name(error: &JsValue) -> String {
    error.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default()
}

/// Leaves a word for whoever opens the console. Only for what the page cannot do anything about.
pub(super) fn log(what: &str, error: &JsValue) {
    web_sys::console::warn_2(&JsValue::from_str(what), error);
}
