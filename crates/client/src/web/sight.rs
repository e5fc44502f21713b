//! How large somebody's picture is on the screen, so that no more is sent than is seen.

use super::ext::DocumentExt;
use super::listener::Listener;
use ojak_call::shown_height;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlVideoElement, ResizeObserver};

/// Looks at one picture until it is dropped.
#[must_use = "what is dropped sees nothing"]
pub(crate) struct Sight {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
    _listeners: Vec<Listener>,
}

impl Sight {
    /// Calls `seen` with how high `video` is now, in pixels of the screen, and on every change; with 0 when nobody sees
    /// it, in a tab that is hidden too.
    pub(crate) fn new(video: &HtmlVideoElement, seen: impl Fn(u32) + 'static) -> Option<Self> {
        let (watched, last) = (video.clone(), Cell::new(None));
        let look = Rc::new(move || {
            let height = height(&watched);
            if last.replace(Some(height)) != Some(height) {
                seen(height);
            }
        });
        let resized = look.clone();
        let closure = Closure::<dyn FnMut()>::new(move || resized());
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(video);
        let document = web_sys::window()?.document()?;
        let mut listeners = Vec::new();
        let (shown, popped_out, back) = (look.clone(), look.clone(), look);
        listeners.push(Listener::new(&document, "visibilitychange", move |_: Event| shown()));
        listeners.push(Listener::new(video, "enterpictureinpicture", move |_: Event| popped_out()));
        listeners.push(Listener::new(video, "leavepictureinpicture", move |_: Event| back()));
        Some(Self { observer, _closure: closure, _listeners: listeners })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn height(video: &HtmlVideoElement) -> u32 {
    let Some(window) = web_sys::window() else { return 0 };
    let Some(document) = window.document() else { return 0 };
    let element: &Element = video;
    let windows: &DocumentExt = document.unchecked_ref();
    let is_popped_out = windows.picture_in_picture_element().is_some_and(|popped| popped == *element);
    if document.hidden() && !is_popped_out {
        return 0;
    }
    let side = |pixels: i32| f64::from(pixels) * window.device_pixel_ratio();
    shown_height(side(element.client_width()), side(element.client_height()))
}
