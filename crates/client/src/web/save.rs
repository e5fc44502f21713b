//! A file that the page made, for the person to keep.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// A file on its way to where the browser keeps downloads. It must not be dropped before it is there.
#[must_use = "a file that is dropped at once may not be saved"]
pub(crate) struct Saved(String);

impl Saved {
    /// Saves `text` as a file called `name`.
    pub(crate) fn text(name: &str, kind: &str, text: &str) -> Option<Self> {
        let properties = BlobPropertyBag::new();
        properties.set_type(kind);
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &properties).ok()?;
        let saved = Self(Url::create_object_url_with_blob(&blob).ok()?);
        let link: HtmlAnchorElement =
            web_sys::window()?.document()?.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&saved.0);
        link.set_download(name);
        link.click();
        Some(saved)
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
