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

/// The time of the day: it goes on while the machine sleeps, and jumps when somebody sets the clock.
pub(crate) fn time_of_day() -> Duration {
    Duration::from_secs_f64(js_sys::Date::now().max(0.0) / 1000.0)
}

/// The date and the time of the day here, as they sort, without what no name of a file may have.
pub(crate) fn date_and_time() -> String {
    const MINUTES: usize = "2026-11-25 23:10".len();
    // Sweden writes them the way they sort.
    let text: String = js_sys::Date::new_0().to_locale_string("sv-SE", &js_sys::Object::new()).into();
    text.chars().take(MINUTES).map(|letter| if letter == ':' { '.' } else { letter }).collect()
}

/// Calls something once, unless dropped before.
#[must_use = "a timer that is dropped never fires"]
pub(crate) struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls `due` after `delay`.
    pub(crate) fn new(delay: Duration, due: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut()>::new(due);
        let delay = i32::try_from(delay.as_millis()).ok()?;
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), delay)
            .ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
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
