//! Unicode, by the tables that the browser has anyway.

/// The text in normalization form C: what two people type alike is alike.
pub(crate) fn nfc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}
