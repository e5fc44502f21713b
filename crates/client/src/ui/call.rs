//! In the call: everybody's tiles, and what floats over them.
//!
//! The tiles keep their place in the document whatever the layout: whether somebody fills the stage, is
//! the inset or one of a grid is said by the class of the stage, and done by the style sheet.

use super::clock::Clock;
use super::controls::Controls;
use super::grid::{Area, Grid};
use super::icon::{Icon, Size, icon, mark};
use super::invite::Invite;
use super::tile::{Tile, Whose};
use crate::text::{Text, say};
use crate::web::media::Stream;
use crate::web::{page, timer};
use leptos::html::{Div, Main};
use leptos::prelude::*;
use ojak_call::protocol::{PeerId, RoomName, Status};
use ojak_call::{DeviceView, Intent, Interruption, LinkState, Person, Stage, Trouble, View};
use std::collections::HashMap;

/// How the tiles lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Alone,
    Duo,
    Grid,
}

impl Layout {
    /// That for `count` people, the person themself among them.
    const fn of(count: u32) -> Self {
        match count {
            0 | 1 => Self::Alone,
            2 => Self::Duo,
            _ => Self::Grid,
        }
    }

    const fn stage_class(self) -> &'static str {
        match self {
            Self::Alone => "stage is-alone",
            Self::Duo => "stage is-duo",
            Self::Grid => "stage is-grid",
        }
    }

    /// Whether what floats lies over a picture rather than over the stage itself.
    const fn is_on_video(self) -> bool {
        !matches!(self, Self::Grid)
    }
}

#[component]
pub(crate) fn CallScreen(
    text: Text,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    own_picture: Signal<Option<Stream>>,
    pictures: Signal<HashMap<PeerId, Stream>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let peers = Memo::new(move |_| {
        view.with(|view| view.people.iter().map(|person| person.peer).collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| peers.with(|peers| u32::try_from(peers.len() + 1).unwrap_or(u32::MAX)));
    let is_on_video = move || Layout::of(count.get()).is_on_video();
    let room = Memo::new(move |_| view.with(|view| view.room.clone()));
    let own_name =
        Memo::new(move |_| view.with(|view| view.name.as_ref().map(ToString::to_string)).unwrap_or_default());
    let began = timer::now();

    let tiles = NodeRef::<Div>::new();
    let area = measured(tiles, count);

    let main = NodeRef::<Main>::new();
    main.on_load(|main| {
        let _ = main.focus();
    });
    view! {
        <div class="call">
            <main
                class=move || Layout::of(count.get()).stage_class()
                node_ref=main
                tabindex="-1"
                aria-label=say(text, |words| words.call.stage)
            >
                <header class="stage-top" class:on-video=is_on_video>
                    <div class="stage-info">
                        <span class="info-mark">{mark()}</span>
                        <span class="info-room clip">
                            {move || room.with(|room| room.as_ref().map(ToString::to_string))}
                        </span>
                        <span class="info-time"><Clock text began /></span>
                    </div>
                    {page::can_fill_screen()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="btn-icon wide-only"
                                    class:is-scrim=is_on_video
                                    aria-label=say(text, |words| words.call.full_screen)
                                    title=say(text, |words| words.call.full_screen)
                                    on:click=move |_| page::toggle_full_screen()
                                >
                                    {icon(Icon::Expand, Size::Large)}
                                </button>
                            }
                        })}
                </header>
                <Banner text view />
                <div class="tiles" node_ref=tiles>
                    <div
                        class="tiles-in"
                        style=("--cols", figure(count, area, |count, area| Grid::largest(count, area).columns))
                        style=("--rows", figure(count, area, |count, area| Grid::largest(count, area).rows))
                        style=("--cols-narrow", figure(count, area, |count, _| Grid::narrow(count).columns))
                        style=("--rows-narrow", figure(count, area, |count, _| Grid::narrow(count).rows))
                    >
                        <For each=move || peers.get() key=|peer| *peer let(peer)>
                            <PersonTile text peer view pictures />
                        </For>
                        <Tile
                            text
                            whose=Whose::Own
                            name=own_name
                            state=Signal::stored(LinkState::Connected)
                            interruption=Signal::stored(None)
                            microphone=Memo::new(move |_| microphone.with(|device| Some(device.switch)))
                            camera=Memo::new(move |_| camera.with(|device| Some(device.switch)))
                            is_mirrored=Memo::new(move |_| camera.with(|device| device.is_facing_person))
                            picture=own_picture
                        />
                    </div>
                </div>
                {move || invitation(text, Layout::of(count.get()), room.get())}
                <div class="stage-foot">
                    <Controls text camera microphone act />
                </div>
            </main>
        </div>
    }
}

fn invitation(text: Text, layout: Layout, room: Option<RoomName>) -> Option<AnyView> {
    let room = room.filter(|_| layout == Layout::Alone)?;
    let (link, link_to_read) = (page::invite_link(&room), page::invite_link_to_read(&room));
    Some(view! { <Invite text link link_to_read /> }.into_any())
}

/// The size of the tiles' area, measured after every change of their number or of the window.
fn measured(tiles: NodeRef<Div>, count: Memo<u32>) -> RwSignal<Area> {
    let area = RwSignal::new(Area::default());
    let measure = move || {
        // In the next frame: only then the area has the size that the new layout gives it.
        request_animation_frame(move || {
            if let Some(tiles) = tiles.try_get_untracked().flatten() {
                area.try_set(Area { width: tiles.client_width(), height: tiles.client_height() });
            }
        });
    };
    Effect::new(move |_| {
        count.track();
        measure();
    });
    StoredValue::new_local(page::on_resize(measure));
    area
}

/// A figure of the grid, as the style sheet takes it.
fn figure(
    count: Memo<u32>,
    area: RwSignal<Area>,
    pick: fn(u32, Area) -> u32,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || pick(count.get(), area.get()).to_string()
}

#[component]
fn PersonTile(
    text: Text,
    peer: PeerId,
    view: Signal<View>,
    pictures: Signal<HashMap<PeerId, Stream>>,
) -> impl IntoView {
    fn find(view: &View, peer: PeerId) -> Option<&Person> {
        view.people.iter().find(|person| person.peer == peer)
    }
    let name = Memo::new(move |_| {
        view.with(|view| find(view, peer).map(|p| p.name.to_string())).unwrap_or_default()
    });
    let state = Memo::new(move |_| {
        view.with(|view| find(view, peer).map(|p| p.state)).unwrap_or(LinkState::Connecting)
    });
    let interruption = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.interruption)));
    let status = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.status)));
    let picture = Memo::new(move |_| pictures.with(|pictures| pictures.get(&peer).cloned()));
    let microphone = Signal::derive(move || status.get().map(|Status { microphone, .. }| microphone));
    let camera = Signal::derive(move || status.get().map(|Status { camera, .. }| camera));
    view! {
        <Tile
            text
            whose=Whose::Of(peer)
            name
            state
            interruption
            microphone
            camera
            is_mirrored=Signal::stored(false)
            picture
        />
    }
}

/// What is wrong with the call as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Reconnecting(Option<Interruption>),
    SocketLost,
}

#[component]
fn Banner(text: Text, view: Signal<View>) -> impl IntoView {
    let wrong = Memo::new(move |_| {
        view.with(|view| match (view.trouble, view.stage) {
            (_, Stage::Reconnecting) => {
                Some(Wrong::Reconnecting(view.people.first().and_then(|person| person.interruption)))
            }
            (Some(Trouble::SocketLost), _) => Some(Wrong::SocketLost),
            _ => None,
        })
    });
    move || {
        wrong.get().map(|wrong| match wrong {
            Wrong::Reconnecting(interruption) => view! {
                <div class="mid">
                    <div class="banner is-slim" role="alert">
                        <span class="spinner"></span>
                        <span>
                            <b>{say(text, |words| words.call.reconnecting)}</b>
                            " "
                            {interruption.map(|why| move || text.get().interruption(why))}
                            " "
                            <span class="banner-more">{say(text, |words| words.call.stays_open)}</span>
                        </span>
                    </div>
                </div>
            }
            .into_any(),
            Wrong::SocketLost => view! {
                <div class="mid">
                    <div class="banner" role="alert">
                        {icon(Icon::Warning, Size::Large)}
                        <span>
                            <b>{say(text, |words| words.socket_lost.title)}</b>
                            " "
                            {say(text, |words| words.socket_lost.detail)}
                        </span>
                    </div>
                </div>
            }
            .into_any(),
        })
    }
}
