//! What changes on the page, in one type.
//!
//! Each closure is a type of its own, and would bring its own copy of the code that renders it: about 2 KB of what is
//! loaded before anybody joins. So in the lobby, what appears and goes is a [`Changing`], and attributes that change
//! are [`Signal`]s.

use leptos::prelude::*;

/// Something that is there or not, and is made anew whenever what it reads changes.
pub(crate) type Changing = Box<dyn Fn() -> Option<AnyView> + Send>;

/// What `view` makes.
pub(crate) fn changing(view: impl Fn() -> Option<AnyView> + Send + 'static) -> Changing {
    Box::new(view)
}

/// What `view` makes while `is_there` says so.
pub(crate) fn while_there(
    is_there: impl Into<Signal<bool>>,
    view: impl Fn() -> AnyView + Send + 'static,
) -> Changing {
    let is_there = is_there.into();
    changing(move || is_there.get().then(&view))
}
