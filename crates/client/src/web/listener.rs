//! Event listeners that unregister themselves.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// A registered event listener; dropped, it is unregistered.
#[must_use = "a listener that is dropped hears nothing"]
pub(crate) struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `heard` on every event of this `kind`.
    pub(crate) fn new<E: JsCast>(
        target: &EventTarget,
        kind: &'static str,
        mut heard: impl FnMut(E) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| heard(event.unchecked_into()));
        // Fails for no target there is: the DOM has no error here.
        let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), kind, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.kind, callback);
    }
}
