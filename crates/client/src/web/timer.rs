//! Time: a clock that never jumps, and timers that end when dropped.

use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Time since the page was opened, by a clock that never jumps.
pub(crate) fn now() -> Duration {
    let milliseconds =
        web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
    Duration::from_secs_f64(milliseconds.max(0.0) / 1000.0)
}

/// Calls something again and again, until dropped.
#[must_use = "a timer that is dropped never fires"]
pub(crate) struct Interval {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Interval {
    /// Calls `due` every `period`; later in a tab that is in the background.
    pub(crate) fn new(period: Duration, due: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut()>::new(due);
        let period = i32::try_from(period.as_millis()).ok()?;
        let id = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), period)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.id);
        }
    }
}
