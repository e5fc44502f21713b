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
        "OverconstrainedError" => DeviceProblem::Gone,
        "NotSupportedError" => DeviceProblem::Unsupported,
        _ => DeviceProblem::Unknown,
    }
}

/// Leaves a word for whoever opens the console. Only for what the page cannot do anything about.
pub(super) fn log(what: &str, error: &JsValue) {
    web_sys::console::warn_2(&JsValue::from_str(what), error);
}
