//! Where the focus is: inside a menu or a list of tabs the arrow keys move it, and when what has it goes, it lands on
//! something near, for whoever does not see the page is otherwise nowhere.

use super::Listener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent, MutationObserver, MutationObserverInit};

/// What takes the focus when nothing does that lies nearer.
const SCREEN: &str = "main[tabindex], main h1[tabindex]";

/// Catches the focus when what has it goes, until dropped.
#[must_use = "a guard that is dropped catches nothing"]
pub(crate) struct Guard {
    observer: MutationObserver,
    _changed: Closure<dyn FnMut()>,
    _moved: Listener,
}

impl Guard {
    /// The focus lands on what lay nearest round the thing that went and has a `tabindex`; in the end, on the screen.
    pub(crate) fn new() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let body = document.body()?;
        // What has the focus, and what it lies in, from the inside out.
        let path = Rc::new(RefCell::new(Vec::new()));
        let kept = Rc::clone(&path);
        let moved = Listener::new(&document, "focusin", move |event: Event| {
            let focused = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            *kept.borrow_mut() = std::iter::successors(focused, parent).collect();
        });
        let changed = Closure::<dyn FnMut()>::new(move || {
            let landing = landing(&document, &path.borrow());
            if let Some(landing) = landing {
                let _ = landing.focus();
            }
        });
        let observer = MutationObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        observer.observe_with_options(&body, &what).ok()?;
        Some(Self { observer, _changed: changed, _moved: moved })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn parent(element: &HtmlElement) -> Option<HtmlElement> {
    element.parent_element()?.dyn_into().ok()
}

fn is_seen(element: &HtmlElement) -> bool {
    element.is_connected() && element.get_client_rects().length() > 0
}

/// Where the focus is to go, if it was lost and nothing else has it.
fn landing(document: &Document, path: &[HtmlElement]) -> Option<HtmlElement> {
    let (lost, around) = path.split_first()?;
    let is_elsewhere = |active: HtmlElement| active != *lost && Some(&active) != document.body().as_ref();
    let active = document.active_element().and_then(|active| active.dyn_into().ok());
    let has_other = active.is_some_and(is_elsewhere);
    if has_other || is_seen(lost) {
        return None;
    }
    let near = around.iter().find(|element| element.has_attribute("tabindex") && is_seen(element));
    near.cloned().or_else(|| document.query_selector(SCREEN).ok()??.dyn_into().ok())
}

/// Whether the person is with the focus or the pointer in what `selector` names.
pub(crate) fn is_attended(selector: &str) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let attended = [selector, ":is(:hover, :focus-within)"].concat();
    document.and_then(|document| document.query_selector(&attended).ok()?).is_some()
}

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
