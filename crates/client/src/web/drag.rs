//! A tile that is dragged from corner to corner.

use super::places::Place;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// Within so many pixels it is a press, however unsteady the hand.
const STEADY: i32 = 6;

/// A pointer that is down on the handle of a tile.
pub(crate) struct Drag {
    tile: HtmlElement,
    from: (i32, i32),
    is_far: bool,
}

impl Drag {
    /// Begins to follow the pointer that went down on a handle inside a tile.
    pub(crate) fn begin(event: &PointerEvent) -> Option<Self> {
        let handle: Element = event.current_target()?.dyn_into().ok()?;
        let tile = handle.closest(".tile").ok()??.dyn_into().ok()?;
        let _ = handle.set_pointer_capture(event.pointer_id());
        Some(Self { tile, from: (event.client_x(), event.client_y()), is_far: false })
    }

    /// Moves the tile with the pointer.
    pub(crate) fn follow(&mut self, event: &PointerEvent) {
        let (across, down) = (event.client_x() - self.from.0, event.client_y() - self.from.1);
        self.is_far |= across.abs().max(down.abs()) > STEADY;
        if self.is_far {
            let style = self.tile.style();
            let _ = style
                .set_property("translate", &[&across.to_string(), "px ", &down.to_string(), "px"].concat());
        }
    }

    /// Lets go. Where the middle of the tile is then, as a share of the width and height of the stage; none
    /// if it was only pressed.
    pub(crate) fn end(self) -> Option<(Place, f64, f64)> {
        let place = Place::of(&self.tile);
        let _ = self.tile.style().remove_property("translate");
        let around = self.tile.closest(".stage").ok()??.get_bounding_client_rect();
        let tile = place.rect();
        let across = (tile.x() + tile.width() / 2.0 - around.x()) / around.width();
        let down = (tile.y() + tile.height() / 2.0 - around.y()) / around.height();
        self.is_far.then_some((place, across, down))
    }
}

/// Where the tile is that the handle of `event` belongs to.
pub(crate) fn place_of(event: &web_sys::Event) -> Option<Place> {
    let handle: Element = event.current_target()?.dyn_into().ok()?;
    Some(Place::of(&handle.closest(".tile").ok()??))
}
