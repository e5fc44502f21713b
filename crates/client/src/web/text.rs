//! Unicode, by the tables that the browser has anyway.

use js_sys::JsString;

/// The text in normalization form C: what two people type alike is alike.
pub(crate) fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The same for the name of a room, which upper case does not change. Lower case can leave form C again.
pub(crate) fn folded(text: &str) -> String {
    JsString::from(text).normalize("NFC").to_lower_case().normalize("NFC").into()
}
