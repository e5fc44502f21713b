//! How the people lie on the stage: alone, two, a grid of pages, or beside a screen.
//!
//! The tiles keep their place in the document whatever the layout: where somebody is, is said by a word on
//! their tile, and done by the style sheet.

use super::grid::{Area, Grid};
use super::inset::Inset;
use super::tile::{Spot, Whose};
use crate::web::page;
use crate::web::places::Places;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use ojak_call::protocol::PeerId;

/// How the tiles lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Alone,
    Duo,
    Grid,
    /// Somebody's screen fills it, and the people are beside.
    Share,
    /// One who was pinned is large, and everybody else in a strip beside.
    Pinned,
}

impl Layout {
    /// That for `count` people, the person themself among them.
    pub(crate) const fn of(count: u32) -> Self {
        match count {
            0 | 1 => Self::Alone,
            2 => Self::Duo,
            _ => Self::Grid,
        }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Alone => "stage is-alone",
            Self::Duo => "stage is-duo",
            Self::Grid => "stage is-grid",
            Self::Share => "stage is-share",
            Self::Pinned => "stage is-grid is-pinned",
        }
    }

    /// Whether what floats lies over a picture rather than over the stage itself.
    pub(crate) const fn is_on_video(self) -> bool {
        !matches!(self, Self::Grid | Self::Share | Self::Pinned)
    }
}

/// Everything that says where a tile is.
#[derive(Clone, Copy)]
pub(crate) struct Arrangement {
    peers: Memo<Vec<PeerId>>,
    /// Of the others, who spoke last.
    speaker: Memo<Option<PeerId>>,
    /// Who takes the stage.
    pinned: Memo<Option<Whose>>,
    pub(crate) layout: Memo<Layout>,
    /// How many a page of the grid holds.
    capacity: Memo<u32>,
    pub(crate) pages: Memo<u32>,
    /// The page that was turned to; there may be fewer now.
    turned: RwSignal<u32>,
    pub(crate) inset: Inset,
}

impl Arrangement {
    /// That of `peers` and the person themself on the stage that `tiles` is; beside a screen while `has_screen`, with
    /// the last `speaker` first; of more than two, `pinned` is large.
    pub(crate) fn new(
        peers: Memo<Vec<PeerId>>,
        has_screen: Memo<bool>,
        speaker: Memo<Option<PeerId>>,
        pinned: Memo<Option<Whose>>,
        tiles: NodeRef<Div>,
    ) -> Self {
        let count =
            Memo::new(move |_| peers.with(|peers| u32::try_from(peers.len() + 1).unwrap_or(u32::MAX)));
        let layout = Memo::new(move |_| match Layout::of(count.get()) {
            _ if has_screen.get() => Layout::Share,
            Layout::Grid if pinned.get().is_some() => Layout::Pinned,
            layout => layout,
        });
        let inset = Inset {
            corner: RwSignal::new(None),
            is_swapped: RwSignal::new(false),
            area: RwSignal::new(Area::default()),
        };
        let capacity = Memo::new(move |_| Grid::capacity(count.get(), inset.area.get()));
        let pages = Memo::new(move |_| match layout.get() {
            Layout::Grid => count.get().div_ceil(capacity.get()),
            Layout::Alone | Layout::Duo | Layout::Share | Layout::Pinned => 1,
        });
        let arrangement =
            Self { peers, speaker, pinned, layout, capacity, pages, turned: RwSignal::new(0), inset };
        // Whoever comes next is large again.
        Effect::new(move |_| {
            if layout.get() != Layout::Duo {
                inset.is_swapped.set(false);
            }
        });
        // Of two, whoever is pinned is the large one.
        Effect::new(move |_| {
            if let Some(whose) = pinned.get() {
                inset.is_swapped.set(whose == Whose::Own);
            }
        });
        arrangement.watch(tiles);
        arrangement
    }

    /// The page that is shown, from zero.
    pub(crate) fn page(self) -> u32 {
        self.turned.get().min(self.pages.get().saturating_sub(1))
    }

    pub(crate) fn turn(self, page: u32) {
        self.turned.set(page);
    }

    /// Where somebody's tile is. The person themself is the last.
    pub(crate) fn spot(self, whose: Whose) -> Memo<Spot> {
        Memo::new(move |_| match self.layout.get() {
            Layout::Alone => Spot::Full,
            Layout::Duo if (whose == Whose::Own) == self.inset.is_swapped.get() => Spot::Full,
            Layout::Duo => Spot::Inset,
            Layout::Share if self.speaker.get().is_some_and(|speaker| whose == Whose::Of(speaker)) => {
                Spot::First
            }
            Layout::Pinned if self.pinned.get() == Some(whose) => Spot::Pinned,
            Layout::Share | Layout::Pinned => Spot::Strip,
            Layout::Grid => {
                let place = self.peers.with(|peers| {
                    let place = peers.iter().position(|&peer| whose == Whose::Of(peer));
                    u32::try_from(place.unwrap_or(peers.len())).unwrap_or(u32::MAX)
                });
                if place / self.capacity.get() == self.page() { Spot::Cell } else { Spot::Elsewhere }
            }
        })
    }

    /// A figure of the grid, as the style sheet takes it.
    pub(crate) fn figure(
        self,
        pick: fn(u32, Area) -> u32,
    ) -> impl Fn() -> String + Clone + Send + Sync + 'static {
        move || pick(self.capacity.get(), self.inset.area.get()).to_string()
    }

    /// Measures the stage after every change of who is where and of the window; and lets the tiles glide to their
    /// new places, unless it was the window, or the hand that moved the small picture.
    fn watch(self, tiles: NodeRef<Div>) {
        let before = StoredValue::new_local(Places::default());
        let settle = move |glides: bool| {
            // In the next frame: only then the stage has the size that the new layout gives it.
            request_animation_frame(move || {
                let Some(tiles) = tiles.try_get_untracked().flatten() else { return };
                self.inset.area.set(Area { width: tiles.client_width(), height: tiles.client_height() });
                spawn_local(async move {
                    tick().await;
                    let Some(inner) = tiles.first_element_child() else { return };
                    let now = Places::of(&inner);
                    before.try_update_value(|before| {
                        if glides {
                            now.glide_from(before);
                        }
                        *before = now;
                    });
                });
            });
        };
        Effect::new(move |_| {
            self.peers.track();
            self.inset.is_swapped.track();
            self.turned.track();
            self.layout.track();
            self.speaker.track();
            self.pinned.track();
            settle(true);
        });
        // The small picture has gone there by itself.
        Effect::new(move |_| {
            self.inset.corner.track();
            settle(false);
        });
        StoredValue::new_local(page::on_resize(move || settle(false)));
    }
}
