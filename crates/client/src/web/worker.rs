//! The service worker, which keeps the lobby so that it opens when the server is gone: `assets/worker.js`.

use super::ext::NavigatorExt;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Where the server has it, with what it is to keep.
const WORKER: &str = "/worker.js";

/// Lets the browser keep the lobby, where it can.
///
/// Not in a page that is being worked on: that comes from `trunk serve`, which knows no list of what to keep.
pub(crate) fn keep_lobby() {
    if cfg!(debug_assertions) {
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let Some(workers) = window.navigator().unchecked_ref::<NavigatorExt>().service_worker() else { return };
    let registered = workers.register(WORKER);
    spawn_local(async move {
        // Refused where nothing may be kept, or nothing is to be kept by now: then there is no page without the server.
        let _ = JsFuture::from(registered).await;
    });
}
