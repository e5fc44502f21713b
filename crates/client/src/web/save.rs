//! A file that the page made, for the person to keep.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// A file on its way to where the browser keeps downloads. It must not be dropped before it is there.
#[must_use = "a file that is dropped at once may not be saved"]
pub(crate) struct Saved(String);

impl Saved {
    /// Saves `text` as a file called `name`.
    pub(crate) fn text(name: &str, kind: &str, text: &str) -> Option<Self> {
        Self::parts(name, kind, &Array::of1(&text.into())).ok()
    }

    /// Saves `parts`, which are texts or blobs, one behind the other.
    ///
    /// # Errors
    /// The browser's: there is no room for all of it.
    pub(super) fn parts(name: &str, kind: &str, parts: &Array) -> Result<Self, JsValue> {
        let properties = BlobPropertyBag::new();
        properties.set_type(kind);
        let blob = Blob::new_with_blob_sequence_and_options(parts, &properties)?;
        let saved = Self(Url::create_object_url_with_blob(&blob)?);
        let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
        let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
        link.set_href(&saved.0);
        link.set_download(name);
        link.click();
        Ok(saved)
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
