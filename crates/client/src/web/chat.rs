//! What the chat needs of the browser: where a list is scrolled to, how high a field is, what is dropped and pasted, and
//! what time it is where the person lives.

use super::files::Chosen;
use super::{Listener, page};
use crate::text::Language;
use js_sys::{Date, Object, Reflect};
use std::time::Duration;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, HtmlInputElement, HtmlTextAreaElement};

/// So close to the end is at the end, in pixels.
const NEAR: i32 = 48;

/// Whether the end of what `list` scrolls is to be seen.
pub(crate) fn is_at_end(list: &Element) -> bool {
    list.scroll_height() - list.scroll_top() - list.client_height() < NEAR
}

/// Scrolls to the end.
pub(crate) fn show_end(list: &Element) {
    list.set_scroll_top(list.scroll_height());
}

/// Makes a field as high as what is typed into it; the style sheet has the limit.
pub(crate) fn fit(field: &HtmlTextAreaElement) {
    let _ = field.style().set_property("height", "auto");
    let _ = field.style().set_property("height", &[&field.scroll_height().to_string(), "px"].concat());
}

/// A time of the day, as people write it who have this language and live where the browser says.
pub(crate) fn time(of_day: Duration, language: Language) -> String {
    let date = Date::new(&(of_day.as_millis() as f64).into());
    let options = Object::new();
    for part in ["hour", "minute"] {
        let _ = Reflect::set(&options, &part.into(), &"2-digit".into());
    }
    // The first of the person's that has the language; or the language alone.
    let locale = page::locales(language).next().unwrap_or_else(|| language.tag().to_owned());
    date.to_locale_time_string_with_options(&locale, &options).into()
}

/// Opens the browser's own choice of files, for the field that holds them.
pub(crate) fn choose(field: &HtmlInputElement) {
    field.click();
}

/// What was chosen, after which the same can be chosen again.
pub(crate) fn chosen(field: &HtmlInputElement) -> Vec<Chosen> {
    let chosen = Chosen::all(field.files());
    field.set_value("");
    chosen
}

/// Calls `pasted` with files that are pasted anywhere in the page. Office programs put a picture of a text beside it:
/// then the text is meant. A file has its name beside it, and a picture of a page its markup, but neither has both.
pub(crate) fn on_paste(pasted: impl Fn(Vec<Chosen>) + 'static) -> Option<Listener> {
    Some(Listener::new(web_sys::window()?.as_ref(), "paste", move |event: ClipboardEvent| {
        let Some(data) = event.clipboard_data() else { return };
        let types = data.types();
        let is_text = ["text/plain", "text/html"].iter().all(|of| types.iter().any(|kind| kind == *of));
        let files = Chosen::all(data.files());
        if !files.is_empty() && !is_text {
            event.prevent_default();
            pasted(files);
        }
    }))
}

/// Calls `hovers` with whether files are dragged over the page, and `dropped` with those that are let go of.
pub(crate) fn on_drop(
    hovers: impl Fn(bool) + Clone + 'static,
    dropped: impl Fn(Vec<Chosen>) + 'static,
) -> Vec<Listener> {
    fn has_files(event: &DragEvent) -> bool {
        let types = event.data_transfer().map(|data| data.types()).unwrap_or_default();
        types.iter().any(|kind| kind == "Files")
    }
    let Some(window) = web_sys::window() else { return Vec::new() };
    let (over, out, end) = (hovers.clone(), hovers.clone(), hovers.clone());
    vec![
        Listener::new(&window, "dragover", move |event: DragEvent| {
            if has_files(&event) {
                // Otherwise the browser would open the file in place of the call.
                event.prevent_default();
                over(true);
            }
        }),
        Listener::new(&window, "dragleave", move |event: DragEvent| {
            // From one thing of the page to another is not out of it.
            if event.related_target().is_none() {
                out(false);
            }
        }),
        Listener::new(&window, "dragend", move |_: Event| end(false)),
        Listener::new(&window, "drop", move |event: DragEvent| {
            if has_files(&event) {
                event.prevent_default();
                hovers(false);
                dropped(Chosen::all(event.data_transfer().and_then(|data| data.files())));
            }
        }),
    ]
}
