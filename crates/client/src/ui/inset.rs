//! The small picture of two: in which corner it lies, and the handle that moves it and swaps it with the large one.

use super::grid::Area;
use crate::text::Text;
use crate::web::drag::{self, Drag};
use crate::web::page;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

/// A corner of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Corner {
    is_top: bool,
    is_left: bool,
}

impl Corner {
    /// The word for `data-corner`.
    pub(crate) const fn as_str(self) -> &'static str {
        match (self.is_top, self.is_left) {
            (true, true) => "tl",
            (true, false) => "tr",
            (false, true) => "bl",
            (false, false) => "br",
        }
    }

    /// Where it lies until somebody moves it; stage.css has the same.
    const fn usual(area: Area) -> Self {
        Self { is_top: area.is_narrow(), is_left: false }
    }

    /// The one that an arrow key leads to.
    fn beside(self, key: &str) -> Option<Self> {
        match key {
            "ArrowUp" => Some(Self { is_top: true, ..self }),
            "ArrowDown" => Some(Self { is_top: false, ..self }),
            "ArrowLeft" => Some(Self { is_left: true, ..self }),
            "ArrowRight" => Some(Self { is_left: false, ..self }),
            _ => None,
        }
    }

    /// The one nearest to a point, as a share of width and height.
    fn nearest(across: f64, down: f64) -> Self {
        Self { is_top: down < 0.5, is_left: across < 0.5 }
    }
}

/// What there is to know of the small picture.
#[derive(Clone, Copy)]
pub(crate) struct Inset {
    /// None until somebody moved it.
    pub(crate) corner: RwSignal<Option<Corner>>,
    /// Whether it shows the other, and the person themself is large.
    pub(crate) is_swapped: RwSignal<bool>,
    /// The stage.
    pub(crate) area: RwSignal<Area>,
}

/// Over the whole of the small picture: drag it, or move it with the arrow keys; press it to swap.
#[component]
pub(crate) fn InsetHandle(
    text: Text,
    #[prop(into)] name: Signal<String>,
    is_own: bool,
    inset: Inset,
) -> impl IntoView {
    let drag = StoredValue::new_local(None::<Drag>);
    // A browser calls the end of a drag a click as well.
    let was_dragged = StoredValue::new(false);
    let label = move || {
        let words = &text.get().tiles;
        if is_own { words.own_inset.to_owned() } else { name.with(|name| (words.other_inset)(name)) }
    };
    let end = move || {
        let Some(drag) = drag.try_update_value(Option::take).flatten() else { return };
        if let Some((place, across, down)) = drag.end() {
            was_dragged.set_value(true);
            inset.corner.set(Some(Corner::nearest(across, down)));
            spawn_local(async move {
                tick().await;
                place.spring();
            });
        }
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let corner =
            inset.corner.get_untracked().unwrap_or_else(|| Corner::usual(inset.area.get_untracked()));
        let Some(next) = corner.beside(&event.key()) else { return };
        event.prevent_default();
        let place = drag::place_of(&event);
        inset.corner.set(Some(next));
        spawn_local(async move {
            tick().await;
            if let Some(place) = place {
                place.spring();
            }
        });
    };
    view! {
        <button
            type="button"
            class="inset-handle"
            aria-label=label
            on:pointerdown=move |event| {
                was_dragged.set_value(false);
                if event.button() == 0 {
                    drag.set_value(Drag::begin(&event));
                }
            }
            on:pointermove=move |event| {
                drag.update_value(|drag| {
                    if let Some(drag) = drag {
                        drag.follow(&event);
                    }
                });
            }
            on:pointerup=move |_| end()
            on:pointercancel=move |_| end()
            on:keydown=press_key
            on:click=move |_| {
                if !was_dragged.try_update_value(std::mem::take).unwrap_or_default() {
                    inset.is_swapped.update(|is_swapped| *is_swapped = !*is_swapped);
                    // The handle is on the other tile now.
                    spawn_local(async {
                        tick().await;
                        page::focus_on(".inset-handle");
                    });
                }
            }
        >
            <span class="grip"></span>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_leads_to_the_corner_on_that_side() {
        let corner = Corner::usual(Area { width: 1280, height: 800 });
        assert_eq!(corner.as_str(), "br");
        assert_eq!(corner.beside("ArrowLeft").map(Corner::as_str), Some("bl"));
        assert_eq!(corner.beside("ArrowUp").map(Corner::as_str), Some("tr"));
        assert_eq!(corner.beside("ArrowDown"), Some(corner));
        assert_eq!(corner.beside("m"), None);
        assert_eq!(Corner::usual(Area { width: 390, height: 844 }).as_str(), "tr");
    }

    #[test]
    fn what_is_let_go_lies_in_the_nearest_corner() {
        for (across, down, expected) in
            [(0.1, 0.1, "tl"), (0.6, 0.4, "tr"), (0.4, 0.6, "bl"), (1.2, 0.9, "br")]
        {
            assert_eq!(Corner::nearest(across, down).as_str(), expected);
        }
    }
}
