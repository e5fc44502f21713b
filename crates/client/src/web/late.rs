//! What of the page comes only when somebody joins: its sheets; and why it may not come.

use super::Listener;
use super::ext::WindowExt;
use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, Response};

const DISABLED: &str = "disabled";

/// Lets those sheets load that `index.html` has switched off, and waits for them; whether they are there.
pub(crate) async fn load_sheets() -> bool {
    let found = web_sys::window()
        .and_then(|window| window.document()?.query_selector_all("link[rel=stylesheet][disabled]").ok());
    let sheets: Vec<Element> =
        found.iter().flat_map(|found| found.values()).flatten().map(JsCast::unchecked_into).collect();
    let (told, mut outcomes) = unbounded();
    let mut listeners = Vec::new();
    for sheet in &sheets {
        for (event, is_there) in [("load", true), ("error", false)] {
            let (told, sheet) = (told.clone(), sheet.clone());
            listeners.push(Listener::new(&sheet.clone(), event, move |_: Event| {
                if !is_there {
                    // Switched on once more it is asked for once more.
                    let _ = sheet.set_attribute(DISABLED, "");
                }
                let _ = told.unbounded_send(is_there);
            }));
        }
        let _ = sheet.remove_attribute(DISABLED);
    }
    let mut are_there = true;
    for _ in &sheets {
        are_there &= outcomes.next().await == Some(true);
    }
    are_there
}

/// Whether the server answers, whatever it has.
pub(crate) async fn is_server_there() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let options = js_sys::Object::new();
    // What is kept of it says nothing.
    let _ = js_sys::Reflect::set(&options, &"cache".into(), &"no-store".into());
    let answer = JsFuture::from(window.unchecked_ref::<WindowExt>().fetch("/", &options)).await;
    answer.is_ok_and(|answer| answer.unchecked_into::<Response>().ok())
}
