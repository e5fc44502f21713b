//! What of the page comes only when somebody joins: its sheets; and why it may not come.

use super::Listener;
use super::ext::WindowExt;
use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlTemplateElement, Response};

/// Where `index.html` names them: what is in a template is not loaded.
const SHEETS: &str = "call-sheets";

/// Loads the sheets of the call, and waits for them; whether they are there.
pub(crate) async fn load_sheets() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let template = document.as_ref().and_then(|document| document.get_element_by_id(SHEETS));
    let Some((document, template)) = document.zip(template) else { return true };
    let sheets = Array::from(&template.unchecked_ref::<HtmlTemplateElement>().content().children());
    let (told, mut outcomes) = unbounded();
    let mut tried: Vec<(Element, [Listener; 2])> = Vec::new();
    for sheet in sheets.iter() {
        // Not the one in the template: if this fails it is tried again with another.
        let Ok(sheet) = sheet.unchecked_into::<Element>().clone_node() else { continue };
        let tell = |is_there: bool| {
            let told = told.clone();
            move |_: Event| drop(told.unbounded_send(is_there))
        };
        let listeners =
            [Listener::new(&sheet, "load", tell(true)), Listener::new(&sheet, "error", tell(false))];
        if let Some(head) = document.head() {
            let _ = head.append_child(&sheet);
        }
        tried.push((sheet.unchecked_into(), listeners));
    }
    let mut are_there = true;
    for _ in &tried {
        are_there &= outcomes.next().await == Some(true);
    }
    if are_there {
        template.remove();
    } else {
        tried.iter().for_each(|(sheet, _)| sheet.remove());
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
