//! In the call: everybody's tiles, and what floats over them.

use super::captions::CaptionLines;
use super::chat::{DropTarget, Talk};
use super::clock::{Clock, format_time, seconds_since};
use super::controls::Controls;
use super::grid::Grid;
use super::icon::{Icon, Size, icon, mark};
use super::invite::alone;
use super::more::{Openers, Sheet};
use super::pager::Pager;
use super::panel::{self, Panel};
use super::panels::Panels;
use super::react::{ReactionsSaid, toggle_hand};
use super::recording::RecordingChip;
use super::share::{Shares, SharingBanner, toggle_share};
use super::sheets::Sheets;
use super::shield::{Roll, Shield};
use super::spotlight::Spotlight;
use super::stage::{Arrangement, Layout};
use super::tile::{Tile, Whose};
use super::verify::VerifyDialog;
use crate::text::{Language, Text, say};
use crate::web::files::Chosen;
use crate::web::media::Stream;
use crate::web::page::Key;
use crate::web::{display, page, playback, timer};
use leptos::html::{Div, Main};
use leptos::prelude::*;
use ojak_call::protocol::{PeerId, Status, Switch};
use ojak_call::{
    DeviceView, FileId, Intent, Joint, JointView, Level, LinkState, Person, Stage, Standing, Trouble,
    VerifyIntent, View,
};
use std::collections::HashMap;

#[component]
pub(crate) fn CallScreen(
    text: Text,
    language: RwSignal<Language>,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    own_picture: Signal<Option<Stream>>,
    pictures: Signal<HashMap<PeerId, Stream>>,
    own_screen: Signal<Option<Stream>>,
    screens: Signal<HashMap<PeerId, Stream>>,
    level: Signal<Level>,
    shelf: Signal<HashMap<FileId, String>>,
    offer: Callback<Vec<Chosen>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let peers = Memo::new(move |_| {
        view.with(|view| view.people.iter().map(|person| person.peer).collect::<Vec<_>>())
    });
    let tiles = NodeRef::<Div>::new();
    let joint = Memo::new(move |_| view.with(|view| view.joint.clone()));
    let has_screen = Memo::new(move |_| joint.with(|joint| !joint.sharers.is_empty()));
    let spotlight = Spotlight::new();
    let stage = Arrangement::new(peers, has_screen, last_speaker(view), spotlight.pinned(peers), tiles);
    let name_of = Callback::new(move |peer: Option<PeerId>| match peer {
        None => text.get().you.to_owned(),
        Some(peer) => view.with(|view| find(view, peer).map(|p| p.name.to_string())).unwrap_or_default(),
    });
    Effect::new(move |_| {
        let language = page::spoken_language(language.get());
        act.run(Intent::Joint(Joint::SuggestLanguage(language)));
    });
    let layout = stage.layout;
    let has_pages = Memo::new(move |_| stage.pages.get() > 1);
    let is_on_video = move || layout.get().is_on_video();
    let room = Memo::new(move |_| view.with(|view| view.room.clone()));
    let own_name =
        Memo::new(move |_| view.with(|view| view.name.as_ref().map(ToString::to_string)).unwrap_or_default());
    let is_speaking = Memo::new(move |_| view.with(|view| view.is_speaking));
    let receipts = Memo::new(move |_| view.with(|view| view.receipts));
    let can_flip = Memo::new(move |_| camera.with(|camera| camera.can_flip));
    let began = timer::now();

    let is_silenced = RwSignal::new(false);
    let refused = Callback::new(move |()| is_silenced.set(true));

    let sheet = RwSignal::new(None);
    let roll = Memo::new(move |_| view.with(Roll::of));
    let verify = Callback::new(move |()| match roll.with_untracked(Roll::only) {
        Some(peer) => act.run(Intent::Verify(peer, VerifyIntent::Ask)),
        None => sheet.set(Some(Sheet::Verify)),
    });
    let openers = Openers {
        verify,
        has_company: Memo::new(move |_| roll.with(|roll| !roll.0.is_empty())),
        device: RwSignal::new(None),
        sheet,
        panel: RwSignal::new(None),
        captions: RwSignal::new(false),
        has_picture: Memo::new(move |_| view.with(|view| view.people.iter().any(is_seen))),
    };
    let talk = Talk { view, shelf, offer, act, draft: RwSignal::new(String::new()) };
    let sees_chat = Memo::new(move |_| openers.panel.get() == Some(Panel::Chat));
    Effect::new(move |_| act.run(Intent::LookAtChat(Switch::from_on(sees_chat.get()))));
    StoredValue::new_local(page::on_key(move |key| match key {
        Key::FullScreen => page::toggle_full_screen(),
        Key::Settings => {
            // Both have the same controls.
            openers.device.set(None);
            openers.sheet.set(Some(Sheet::Settings));
        }
        Key::Shortcuts => openers.sheet.set(Some(Sheet::Shortcuts)),
        Key::Share if display::can_open() => act.run(joint.with_untracked(toggle_share)),
        Key::Hand => act.run(joint.with_untracked(toggle_hand)),
        Key::Microphone | Key::Camera | Key::Share | Key::Escape => {}
        Key::Chat => panel::toggle(openers.panel, Panel::Chat),
    }));
    StoredValue::new_local(page::on_hold(move |is_held| act.run(Intent::Talk(Switch::from_on(is_held)))));
    // Nobody hears of a key that is let go of after the call.
    on_cleanup(move || act.run(Intent::Talk(Switch::Off)));

    let main = NodeRef::<Main>::new();
    main.on_load(|main| {
        let _ = main.focus();
    });
    view! {
        <div class="call">
            <main
                class=move || layout.get().class()
                node_ref=main
                tabindex="-1"
                aria-label=say(text, |words| words.call.stage)
            >
                {move || {
                    (layout.get() != Layout::Alone)
                        .then(|| {
                            view! {
                                <h1 class="vh">{move || room.with(|room| room.as_ref().map(ToString::to_string))}</h1>
                            }
                        })
                }}
                <header class="stage-top" class:on-video=is_on_video>
                    <div class="stage-info">
                        <span class="info-mark">{mark()}</span>
                        <span class="info-room clip">
                            {move || room.with(|room| room.as_ref().map(ToString::to_string))}
                        </span>
                        <span class="info-time"><Clock text began /></span>
                        <RecordingChip text view act />
                        <Shield text roll open=verify />
                    </div>
                    {move || {
                        has_pages
                            .get()
                            .then(|| {
                                view! {
                                    <Pager
                                        text
                                        page=Signal::derive(move || stage.page())
                                        pages=stage.pages.into()
                                        turn=Callback::new(move |page| stage.turn(page))
                                    />
                                }
                            })
                    }}
                    {move || {
                        can_flip
                            .get()
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        class="btn-icon"
                                        class:is-scrim=is_on_video
                                        aria-label=say(text, |words| words.devices.flip)
                                        title=say(text, |words| words.devices.flip)
                                        on:click=move |_| act.run(Intent::Flip)
                                    >
                                        {icon(Icon::Flip, Size::Large)}
                                    </button>
                                }
                            })
                    }}
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
                <SharingBanner text joint own_screen name_of act />
                <Shares text joint screens name_of refused />
                <div class="tiles" node_ref=tiles>
                    <div
                        class="tiles-in"
                        style=("--cols", stage.figure(|count, area| Grid::largest(count, area).columns))
                        style=("--rows", stage.figure(|count, area| Grid::largest(count, area).rows))
                        style=("--cols-narrow", stage.figure(|count, _| Grid::narrow(count).columns))
                        style=("--rows-narrow", stage.figure(|count, _| Grid::narrow(count).rows))
                    >
                        <For each=move || peers.get() key=|peer| *peer let(peer)>
                            <PersonTile text peer stage view joint pictures spotlight refused act />
                        </For>
                        <Tile
                            text
                            whose=Whose::Own
                            spot=stage.spot(Whose::Own)
                            inset=stage.inset
                            name=own_name
                            state=Signal::stored(LinkState::Connected)
                            interruption=Signal::stored(None)
                            obstacle=Signal::stored(None)
                            silent_since=Signal::stored(None)
                            microphone=Memo::new(move |_| microphone.with(|device| Some(device.switch)))
                            camera=Memo::new(move |_| camera.with(|device| Some(device.switch)))
                            is_mirrored=Memo::new(move |_| camera.with(|device| device.is_facing_person))
                            is_speaking
                            quality=Signal::stored(None)
                            path=Signal::stored(None)
                            picture=own_picture
                            joint
                            receipts
                            standing=Signal::stored(Standing::Unverified)
                            spotlight
                            refused
                        />
                    </div>
                </div>
                {move || {
                    let room = room.get().filter(|_| layout.get() == Layout::Alone);
                    room.map(|room| alone(text, &room))
                }}
                <SoundOn text is_silenced />
                <CaptionLines text joint />
                <ReactionsSaid text joint name_of />
                <div class="stage-foot">
                    <Controls text view joint camera microphone openers act />
                </div>
            </main>
            <Sheets
                text
                language
                sheet=openers.sheet
                room
                view
                joint
                camera
                microphone
                picture=own_picture
                level
                roll
                act
            />
            <VerifyDialog
                text
                verifying=Memo::new(move |_| view.with(|view| view.verifying.clone()))
                microphone
                act
            />
            <Panels text language view camera microphone spotlight open=openers.panel sheet=openers.sheet talk act />
            <DropTarget text talk open=openers.panel />
        </div>
    }
}

/// Where the browser lets no page make sound that nobody has touched: what to touch.
#[component]
fn SoundOn(text: Text, is_silenced: RwSignal<bool>) -> impl IntoView {
    let allow = move |_| {
        is_silenced.set(false);
        playback::play_all();
    };
    move || {
        is_silenced.get().then(|| {
            view! {
                <button type="button" class="btn is-primary is-tall sound-on" on:click=allow>
                    {icon(Icon::Speaker, Size::Large)}
                    {say(text, |words| words.tiles.sound_on)}
                </button>
            }
        })
    }
}

/// Whether there is a picture of them.
fn is_seen(person: &Person) -> bool {
    person.status.is_some_and(|status| status.camera.is_on())
}

fn find(view: &View, peer: PeerId) -> Option<&Person> {
    view.people.iter().find(|person| person.peer == peer)
}

/// Of the others, who spoke last: whoever pauses stays where they are.
fn last_speaker(view: Signal<View>) -> Memo<Option<PeerId>> {
    Memo::new(move |before: Option<&Option<PeerId>>| {
        let before = before.copied().flatten();
        view.with(|view| {
            let goes_on = before.and_then(|peer| find(view, peer)).filter(|person| person.is_speaking);
            let speaks = goes_on.or_else(|| view.people.iter().find(|person| person.is_speaking));
            speaks.map(|person| person.peer).or(before)
        })
    })
}

#[component]
fn PersonTile(
    text: Text,
    peer: PeerId,
    stage: Arrangement,
    view: Signal<View>,
    joint: Memo<JointView>,
    pictures: Signal<HashMap<PeerId, Stream>>,
    spotlight: Spotlight,
    refused: Callback<()>,
    act: Callback<Intent>,
) -> impl IntoView {
    let name = Memo::new(move |_| {
        view.with(|view| find(view, peer).map(|p| p.name.to_string())).unwrap_or_default()
    });
    let state = Memo::new(move |_| {
        view.with(|view| find(view, peer).map(|p| p.state)).unwrap_or(LinkState::Connecting)
    });
    let interruption = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.interruption)));
    let obstacle = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.obstacle)));
    let silent_since = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.silent_since)));
    let status = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.status)));
    let is_speaking = Memo::new(move |_| view.with(|view| find(view, peer).is_some_and(|p| p.is_speaking)));
    let quality = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.quality)));
    let path = Memo::new(move |_| view.with(|view| find(view, peer).and_then(|p| p.path)));
    let standing = Memo::new(move |_| {
        view.with(|view| find(view, peer).map_or(Standing::Unverified, |person| person.standing))
    });
    let picture = Memo::new(move |_| pictures.with(|pictures| pictures.get(&peer).cloned()));
    let microphone = Signal::derive(move || status.get().map(|Status { microphone, .. }| microphone));
    let camera = Signal::derive(move || status.get().map(|Status { camera, .. }| camera));
    view! {
        <Tile
            text
            whose=Whose::Of(peer)
            spot=stage.spot(Whose::Of(peer))
            inset=stage.inset
            name
            state
            interruption
            obstacle
            silent_since
            microphone
            camera
            is_mirrored=Signal::stored(false)
            is_speaking
            quality
            path
            picture
            joint
            standing
            spotlight
            refused
            sized=Callback::new(move |height| act.run(Intent::Show(peer, height)))
        />
    }
}

/// What is wrong with the call as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Reconnecting,
    SocketLost,
}

#[component]
fn Banner(text: Text, view: Signal<View>) -> impl IntoView {
    let wrong = Memo::new(move |_| {
        view.with(|view| match (view.trouble, view.stage) {
            (_, Stage::Reconnecting) => Some(Wrong::Reconnecting),
            (Some(Trouble::SocketLost), _) => Some(Wrong::SocketLost),
            _ => None,
        })
    });
    // Of their own, so that the banner stays, and is not read out again, when the first of several goes.
    let since =
        Memo::new(move |_| view.with(|view| view.people.first().and_then(|person| person.silent_since)));
    let why =
        Memo::new(move |_| view.with(|view| view.people.first().and_then(|person| person.interruption)));
    move || {
        wrong.get().map(|wrong| match wrong {
            Wrong::Reconnecting => view! {
                <div class="mid">
                    // The reason is known later than the fact, and is then read out alone.
                    <div class="banner is-slim" role="alert" aria-atomic="false">
                        <span class="spinner"></span>
                        <span>
                            <b>{say(text, |words| words.call.reconnecting)}</b>
                            " "
                            {move || why.get().map(|why| text.get().interruption(why))}
                            " "
                            <span class="banner-more">{say(text, |words| words.call.stays_open)}</span>
                            // Nothing to be read out every second.
                            <span class="num" aria-hidden="true">
                                " "
                                {move || {
                                    since
                                        .get()
                                        .map(|since| {
                                            let seconds = seconds_since(since);
                                            move || format_time(seconds.get())
                                        })
                                }}
                            </span>
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
