//! What changes on the page, in one type.
//!
//! Each closure is a type of its own, and would bring its own copy of the code that renders it, or that calls it when
//! something changes: up to 2 KB of what is loaded before anybody joins. So in the lobby, what appears and goes is a
//! [`Changing`], attributes that change are [`Signal`]s, and what follows from something else is told by [`memo`] and
//! [`follow`].

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

/// What `read` makes: news only when it is another than before.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    fn boxed<T: PartialEq + Send + Sync + 'static>(read: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| read())
    }
    boxed(Box::new(read))
}

/// Does `work`, and again whenever what it reads changes.
pub(crate) fn follow(work: impl FnMut() + 'static) {
    fn boxed(mut work: Box<dyn FnMut()>) {
        Effect::new(move |_| work());
    }
    boxed(Box::new(work));
}
