//! One line of the panel of people: who they are and how they are, and a menu of what to do about them.

use super::avatar::Avatar;
use super::close_button::CloseButton;
use super::icon::{Icon, Size, icon};
use super::pop::{Opens, PopButton};
use super::spotlight::{FULL_VOLUME, Spotlight};
use super::tile::{Whose, bars};
use crate::text::{Strings, Text, say};
use crate::web::playback;
use leptos::html::{Button, Input};
use leptos::prelude::*;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{DeviceView, LinkState, Person, Quality, View};

/// What a line says.
#[derive(Clone, Copy)]
pub(crate) struct RowFacts {
    whose: Whose,
    name: Memo<String>,
    is_the_host: Memo<bool>,
    microphone: Memo<Option<Switch>>,
    camera: Memo<Option<Switch>>,
    state: Memo<LinkState>,
    quality: Memo<Option<Quality>>,
}

impl RowFacts {
    /// About the person themself.
    pub(crate) fn own(view: Signal<View>, camera: Memo<DeviceView>, microphone: Memo<DeviceView>) -> Self {
        Self {
            whose: Whose::Own,
            name: Memo::new(move |_| {
                view.with(|view| view.name.as_ref().map(ToString::to_string)).unwrap_or_default()
            }),
            is_the_host: Memo::new(move |_| {
                view.with(|view| view.door.as_ref().is_some_and(|door| door.host.is_none()))
            }),
            microphone: Memo::new(move |_| Some(microphone.with(|device| device.switch))),
            camera: Memo::new(move |_| Some(camera.with(|device| device.switch))),
            state: Memo::new(|_| LinkState::Connected),
            quality: Memo::new(|_| None),
        }
    }

    /// About somebody else.
    pub(crate) fn of(view: Signal<View>, peer: PeerId) -> Self {
        fn about<T>(view: Signal<View>, peer: PeerId, pick: fn(&Person) -> T) -> Option<T> {
            view.with(|view| view.people.iter().find(|person| person.peer == peer).map(pick))
        }
        Self {
            whose: Whose::Of(peer),
            name: Memo::new(move |_| about(view, peer, |person| person.name.to_string()).unwrap_or_default()),
            is_the_host: Memo::new(move |_| {
                view.with(|view| view.door.as_ref().is_some_and(|door| door.host == Some(peer)))
            }),
            microphone: Memo::new(move |_| {
                about(view, peer, |person| person.status.map(|status| status.microphone)).flatten()
            }),
            camera: Memo::new(move |_| {
                about(view, peer, |person| person.status.map(|status| status.camera)).flatten()
            }),
            state: Memo::new(move |_| {
                about(view, peer, |person| person.state).unwrap_or(LinkState::Connecting)
            }),
            quality: Memo::new(move |_| about(view, peer, |person| person.quality).flatten()),
        }
    }
}

/// `is_host` is whether the person themself may send others out; `open` says whose menu is open, and opens upwards
/// where the line `is_low`; whoever is to be sent out goes into `removing`.
#[component]
pub(crate) fn Row(
    text: Text,
    facts: RowFacts,
    is_host: Memo<bool>,
    is_low: Signal<bool>,
    open: RwSignal<Option<Whose>>,
    spotlight: Spotlight,
    removing: RwSignal<Option<PeerId>>,
) -> impl IntoView {
    let RowFacts { whose, name, microphone, camera, quality, .. } = facts;
    let is_open = Memo::new(move |_| open.get() == Some(whose));
    let has_slider = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    let put_slider_away = Callback::new(move |()| {
        has_slider.set(false);
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    let more = Signal::derive(move || name.with(|name| (text.get().people.more)(name)));
    let items =
        Callback::new(move |close| items(text, whose, is_host, spotlight, has_slider, removing, close));
    let shown_name = move || match whose {
        Whose::Own => (text.get().people.yourself)(&name.get()),
        Whose::Of(_) => name.get(),
    };
    view! {
        <li class="person" class:is-open=move || is_open.get() data-pinned=move || spotlight.is_pinned(whose).then_some("true")>
            <Avatar name />
            <div class="who">
                <span class="name clip">{shown_name}</span>
                {move || said_of(text, facts)}
            </div>
            <span class="marks">
                {move || {
                    (camera.get() == Some(Switch::Off))
                        .then(|| mark(text, Icon::CameraOff, |words| words.people.camera_off))
                }}
                {move || {
                    microphone
                        .get()
                        .map(|switch| match switch {
                            Switch::On => icon(Icon::Microphone, Size::Middle).into_any(),
                            Switch::Off => mark(text, Icon::MicrophoneOff, |words| words.call.muted),
                        })
                }}
                {move || quality.get().map(|quality| bars(text, quality))}
                <PopButton
                    opens=Opens::Menu
                    class="btn-icon"
                    label=more
                    face=icon(Icon::More, Size::Middle).into_any()
                    button
                    is_open
                    turn=Callback::new(move |on: bool| open.set(on.then_some(whose)))
                    around=".person.is-open"
                    menu_label=more
                    is_up=is_low
                    items
                />
            </span>
            {move || match whose {
                Whose::Of(peer) if has_slider.get() => {
                    Some(view! { <Volume text peer name spotlight close=put_slider_away /> })
                }
                _ => None,
            }}
        </li>
    }
}

/// Below the name, if there is something to say.
fn said_of(text: Text, facts: RowFacts) -> Option<AnyView> {
    let word: fn(&'static Strings) -> &'static str = match facts.state.get() {
        LinkState::Connecting => |words| words.call.connecting,
        LinkState::Reconnecting => |words| words.call.reconnecting,
        LinkState::Failed => |words| words.call.failed,
        LinkState::Connected if facts.is_the_host.get() => |words| words.people.host,
        LinkState::Connected => return None,
    };
    Some(view! { <span class="sub">{say(text, word)}</span> }.into_any())
}

/// Something that is off, which is never said by the colour alone.
fn mark(text: Text, icon_of: Icon, word: fn(&'static Strings) -> &'static str) -> AnyView {
    view! { <span class="off">{icon(icon_of, Size::Middle)}<span class="vh">{say(text, word)}</span></span> }
        .into_any()
}

fn items(
    text: Text,
    whose: Whose,
    is_host: Memo<bool>,
    spotlight: Spotlight,
    has_slider: RwSignal<bool>,
    removing: RwSignal<Option<PeerId>>,
    close: Callback<()>,
) -> AnyView {
    let pin = move || {
        let words = &text.get().people;
        if spotlight.is_pinned(whose) { words.unpin } else { words.pin }
    };
    let toggle_pin = move || {
        spotlight.toggle(whose);
        close.run(());
    };
    view! {
        {item("menu-item", Icon::Pin, pin, toggle_pin)}
        {match whose {
            Whose::Own => None,
            Whose::Of(peer) => Some(view! { <OthersItems text peer is_host has_slider removing close /> }),
        }}
    }
    .into_any()
}

/// One thing that can be done.
fn item(
    class: &'static str,
    picture: Icon,
    word: impl Fn() -> &'static str + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button type="button" class=class role="menuitem" tabindex="-1" on:click=move |_| act()>
            {icon(picture, Size::Middle)}
            <span class="clip">{word}</span>
        </button>
    }
    .into_any()
}

/// What one can do about somebody else.
#[component]
fn OthersItems(
    text: Text,
    peer: PeerId,
    is_host: Memo<bool>,
    has_slider: RwSignal<bool>,
    removing: RwSignal<Option<PeerId>>,
    close: Callback<()>,
) -> impl IntoView {
    let show_slider = move || {
        close.run(());
        has_slider.set(true);
    };
    let remove = move || {
        // The focus goes back first: a dialog returns it to where it was.
        close.run(());
        removing.set(Some(peer));
    };
    view! {
        {playback::has_volume()
            .then(|| item("menu-item", Icon::Speaker, say(text, |words| words.people.volume), show_slider))}
        {move || {
            is_host
                .get()
                .then(|| {
                    view! {
                        <hr class="menu-line" />
                        {item("menu-item is-danger", Icon::Remove, say(text, |words| words.people.remove), remove)}
                    }
                })
        }}
    }
}

/// How loud somebody is, here and for nobody else.
#[component]
fn Volume(
    text: Text,
    peer: PeerId,
    name: Memo<String>,
    spotlight: Spotlight,
    close: Callback<()>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    input.on_load(|input| {
        let _ = input.focus();
    });
    let turn = move |event| {
        if let Ok(volume) = event_target_value(&event).parse() {
            spotlight.set_volume(peer, volume);
        }
    };
    view! {
        <div class="volume">
            {icon(Icon::Speaker, Size::Middle)}
            <input
                type="range"
                min="0"
                max=FULL_VOLUME
                step="5"
                node_ref=input
                aria-label=move || name.with(|name| (text.get().people.volume_of)(name))
                prop:value=move || spotlight.volume(peer).to_string()
                on:input=turn
            />
            <span class="num" aria-hidden="true">{move || spotlight.volume(peer)} "%"</span>
            <CloseButton text size=Size::Middle close />
        </div>
    }
}
