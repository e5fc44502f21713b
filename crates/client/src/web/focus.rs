//! The focus inside a menu or a list of tabs, which the arrow keys move.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Moves the focus among what `items` selects in the element that listens, as a key says: arrows, Home, End, or
/// the first letter of an item. Whether the key was one of these.
pub(crate) fn follow_key(event: &KeyboardEvent, items: &str) -> bool {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return false;
    }
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    let items = seen(&list, items);
    let focused = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let here = items.iter().position(|item| Some(item) == focused.as_ref());
    let last = items.len().saturating_sub(1);
    let next = match &*event.key() {
        "ArrowDown" | "ArrowRight" => here.filter(|&here| here < last).map_or(0, |here| here + 1),
        "ArrowUp" | "ArrowLeft" => here.and_then(|here| here.checked_sub(1)).unwrap_or(last),
        "Home" => 0,
        "End" => last,
        key => {
            let after = here.map_or(0, |here| here + 1);
            let in_turn = (after..items.len()).chain(0..after);
            let found =
                in_turn.into_iter().find(|&index| items.get(index).is_some_and(|item| begins(item, key)));
            let Some(found) = found else { return false };
            found
        }
    };
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
    event.prevent_default();
    event.stop_propagation();
    true
}

/// Puts the focus on the first of what `items` selects in `list`.
pub(crate) fn enter(list: &Element, items: &str) {
    if let Some(item) = seen(list, items).first() {
        let _ = item.focus();
    }
}

/// What `items` selects in `list`, without what is not to be seen: some items are only there on phones.
fn seen(list: &Element, items: &str) -> Vec<HtmlElement> {
    let Ok(nodes) = list.query_selector_all(items) else { return Vec::new() };
    (0..nodes.length())
        .filter_map(|index| nodes.item(index)?.dyn_into::<HtmlElement>().ok())
        .filter(|item| item.offset_width() > 0)
        .collect()
}

/// Whether the text of `item` begins with what was typed: one letter.
fn begins(item: &HtmlElement, key: &str) -> bool {
    let text = item.text_content().unwrap_or_default().trim().to_lowercase();
    key.chars().count() == 1 && key != " " && text.starts_with(&key.to_lowercase())
}
