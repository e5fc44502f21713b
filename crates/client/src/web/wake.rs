//! A screen that stays on during a call.

use super::ext::{NavigatorExt, WakeLock, WakeLockSentinel};
use super::listener::Listener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, VisibilityState};

/// Keeps the screen on, as far as the browser can. Dropped, the screen goes off when it likes.
#[must_use = "a lock that is dropped keeps nothing on"]
pub(crate) struct Awake {
    held: Rc<Held>,
    _shown: Listener,
}

#[derive(Default)]
struct Held {
    sentinel: RefCell<Option<WakeLockSentinel>>,
    is_over: RefCell<bool>,
}

impl Awake {
    /// None where the browser cannot.
    pub(crate) fn new() -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let lock = window.navigator().unchecked_ref::<NavigatorExt>().wake_lock()?;
        let held = Rc::new(Held::default());
        hold(&lock, &held);
        // Browsers let go of it when the page is hidden.
        let (again, shown) = (held.clone(), document.clone());
        let listener = Listener::new(&document, "visibilitychange", move |_: Event| {
            if shown.visibility_state() == VisibilityState::Visible {
                hold(&lock, &again);
            }
        });
        Some(Self { held, _shown: listener })
    }
}

fn hold(lock: &WakeLock, held: &Rc<Held>) {
    let (promise, held) = (lock.request("screen"), held.clone());
    spawn_local(async move {
        // Refused while the page is hidden, or when the battery is low.
        let Ok(sentinel) = JsFuture::from(promise).await else { return };
        let sentinel: WakeLockSentinel = sentinel.unchecked_into();
        if *held.is_over.borrow() {
            let _ = sentinel.release();
        } else {
            let before = held.sentinel.borrow_mut().replace(sentinel);
            if let Some(before) = before {
                let _ = before.release();
            }
        }
    });
}

impl Drop for Awake {
    fn drop(&mut self) {
        *self.held.is_over.borrow_mut() = true;
        if let Some(sentinel) = self.held.sentinel.borrow_mut().take() {
            let _ = sentinel.release();
        }
    }
}
