//! Where things are on the screen, so that what moves can be seen to move.

use super::ext::ElementExt;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomRect, Element, HtmlElement};

/// As `--d-3` in tokens.css, in milliseconds.
const DURATION: f64 = 320.0;
/// As `--ease-out` there.
const EASE: &str = "cubic-bezier(.2,.8,.2,1)";
/// A little too far, and back.
const SPRING: &str = "cubic-bezier(.34,1.3,.64,1)";

/// Where some elements were.
#[derive(Default)]
pub(crate) struct Places(Vec<(Element, DomRect)>);

impl Places {
    /// Where the children of `parent` lie now, as far as they are to be seen. One that is still on its way there has
    /// arrived already.
    pub(crate) fn of(parent: &Element) -> Self {
        let children = parent.children();
        let children = (0..children.length()).filter_map(|index| children.item(index));
        let places = children.filter_map(|child| {
            let place = laid_out(child.unchecked_ref())?;
            Some((child, place))
        });
        Self(places.filter(|(_, place)| place.width() > 0.0).collect())
    }

    /// Lets whatever has moved since `before` come from where it was.
    pub(crate) fn glide_from(&self, before: &Self) {
        for (element, place) in &self.0 {
            if let Some((_, from)) = before.0.iter().find(|(other, _)| other == element) {
                glide(element, from, place, EASE);
            }
        }
    }
}

/// Where one element is.
pub(crate) struct Place {
    element: Element,
    from: DomRect,
}

impl Place {
    pub(crate) fn of(element: &Element) -> Self {
        Self { element: element.clone(), from: element.get_bounding_client_rect() }
    }

    pub(super) fn rect(&self) -> &DomRect {
        &self.from
    }

    /// Lets it spring from there to where it is now.
    pub(crate) fn spring(&self) {
        glide(&self.element, &self.from, &self.element.get_bounding_client_rect(), SPRING);
    }
}

/// Where `element` is on the page before anything moves it from there.
fn laid_out(element: &HtmlElement) -> Option<DomRect> {
    let (mut x, mut y) = (0, 0);
    let mut next = Some(element.clone());
    while let Some(element) = next {
        x += element.offset_left();
        y += element.offset_top();
        next = element.offset_parent().and_then(|parent| parent.dyn_into().ok());
    }
    let (width, height) = (element.offset_width().into(), element.offset_height().into());
    DomRect::new_with_x_and_y_and_width_and_height(x.into(), y.into(), width, height).ok()
}

/// Moves without squeezing: what has another shape now only has the size it had.
fn glide(element: &Element, from: &DomRect, to: &DomRect, ease: &str) {
    let across = from.x() + from.width() / 2.0 - to.x() - to.width() / 2.0;
    let down = from.y() + from.height() / 2.0 - to.y() - to.height() / 2.0;
    let scale = (from.width() * from.height() / (to.width() * to.height())).sqrt();
    let is_still = across.abs() < 1.0 && down.abs() < 1.0 && (scale - 1.0).abs() < 0.01;
    if is_still || !scale.is_finite() || prefers_stillness() {
        return;
    }
    // The browser writes the numbers.
    let transform: Array = [
        JsValue::from_str("translate("),
        across.into(),
        "px,".into(),
        down.into(),
        "px) scale(".into(),
        scale.into(),
        ")".into(),
    ]
    .iter()
    .collect();
    let first = Object::new();
    let _ = Reflect::set(&first, &"transform".into(), &transform.join("").into());
    let _ = Reflect::set(&first, &"easing".into(), &ease.into());
    let frames = Array::of2(&first, &Object::new());
    element.unchecked_ref::<ElementExt>().animate(&frames, DURATION);
}

fn prefers_stillness() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok()?)
        .is_some_and(|query| query.matches())
}
