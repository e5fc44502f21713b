//! The control bar: microphone, camera, what is done together, panels, more, leave; and the dialog over each chevron.

use super::captions::CaptionsControl;
use super::device_dialog::DeviceDialog;
use super::devices::{device_icon, is_pressed, toggle};
use super::icon::{Icon, Size, changing_icon, icon};
use super::more::{More, Openers};
use super::panel::{self, Panel};
use super::react::{HandButton, React};
use super::share::ShareButton;
use crate::text::{Strings, Text, say, say_of};
use crate::web::page::{Key, on_key, on_press_outside};
use leptos::html::Button;
use leptos::prelude::*;
use ojak_call::{DeviceKind, DeviceView, Intent, JointView, View};

#[component]
pub(crate) fn Controls(
    text: Text,
    view: Signal<View>,
    joint: Memo<JointView>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    openers: Openers,
    act: Callback<Intent>,
) -> impl IntoView {
    let open = openers.device;
    let more = NodeRef::<Button>::new();
    let knocks = Memo::new(move |_| view.with(|view| view.door.as_ref().map_or(0, |door| door.knocks.len())));
    let unread = Memo::new(move |_| view.with(|view| view.chat.unread));
    StoredValue::new_local(on_press_outside(".ctl-split", move || open.set(None)));
    view! {
        <div class="bar" role="toolbar" aria-label=say(text, |words| words.call.controls)>
            <DeviceControl text view kind=DeviceKind::Microphone device=microphone open more act />
            <DeviceControl text view kind=DeviceKind::Camera device=camera open more act />
            <ShareButton text joint act />
            <CaptionsControl text joint is_open=openers.captions more act />
            <HandButton text joint act />
            <React text joint act />
            <PanelButton text panel=Panel::Chat icon_of=Icon::Chat word=|words| words.menus.chat open=openers.panel more badge=unread described=|words, count| (words.chat.unread)(count) />
            <PanelButton
                text
                panel=Panel::People
                icon_of=Icon::People
                word=|words| words.menus.people
                open=openers.panel
                more
                class="ctl wide-only"
                badge=knocks
                described=|words, count| [words.people.waiting, ": ", &count.to_string()].concat()
            />
            <More text openers joint act button=more />
            <span class="bar-gap"></span>
            <button type="button" class="ctl is-leave" on:click=move |_| act.run(Intent::Leave)>
                {icon(Icon::Leave, Size::Large)}
                <span class="ctl-label">{say(text, |words| words.call.leave)}</span>
            </button>
        </div>
    }
}

/// A toggle, and the chevron that opens its settings. `open` says whose settings are open: only one's. Where there
/// is no room for a chevron, `more` opens them.
#[component]
fn DeviceControl(
    text: Text,
    view: Signal<View>,
    kind: DeviceKind,
    device: Memo<DeviceView>,
    open: RwSignal<Option<DeviceKind>>,
    more: NodeRef<Button>,
    act: Callback<Intent>,
) -> impl IntoView {
    let pressed = Memo::new(move |_| device.with(is_pressed));
    let is_open = Memo::new(move |_| open.get() == Some(kind));
    let dialog_id = match kind {
        DeviceKind::Camera => "camera-settings",
        DeviceKind::Microphone => "microphone-settings",
    };
    let chevron = NodeRef::<Button>::new();
    let close = move || {
        open.set(None);
        let chevron = chevron.get_untracked().filter(|chevron| chevron.offset_width() > 0);
        if let Some(button) = chevron.or_else(|| more.get_untracked()) {
            let _ = button.focus();
        }
    };
    StoredValue::new_local(on_key(move |key| {
        if key == Key::Escape && is_open.get_untracked() {
            close();
        }
    }));
    let press = move |_| open.update(|open| *open = if *open == Some(kind) { None } else { Some(kind) });
    view! {
        <div class="ctl-split" class:is-off=move || !pressed.get()>
            <button
                type="button"
                class="ctl"
                aria-pressed=move || pressed.get().to_string()
                on:click=move |_| act.run(device.with_untracked(|device| toggle(kind, device)))
            >
                {changing_icon(Signal::derive(move || device_icon(kind, pressed.get())), Size::Large)}
                <span class="ctl-label">{say_of(text, kind, |device| device.name)}</span>
            </button>
            <button
                type="button"
                class="ctl-open"
                node_ref=chevron
                aria-haspopup="dialog"
                aria-expanded=move || is_open.get().to_string()
                aria-controls=dialog_id
                aria-label=say_of(text, kind, |device| device.choose)
                on:click=press
            >
                {icon(Icon::Up, Size::Middle)}
            </button>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! { <DeviceDialog text view kind device act id=dialog_id close=Callback::new(move |()| close()) /> }
                    })
            }}
        </div>
    }
}

/// Opens a panel and closes it, and has the focus back when it closes. Where there is no room for the button, `more`
/// has it.
#[component]
fn PanelButton(
    text: Text,
    panel: Panel,
    icon_of: Icon,
    word: fn(&'static Strings) -> &'static str,
    open: RwSignal<Option<Panel>>,
    more: NodeRef<Button>,
    #[prop(default = "ctl")] class: &'static str,
    /// How much is new there, or waits for an answer.
    #[prop(optional, into)]
    badge: Signal<usize>,
    /// The same in words.
    described: fn(&'static Strings, usize) -> String,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let is_open = Memo::new(move |_| open.get() == Some(panel));
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get();
        if was_open == Some(true) && !is_open && open.get_untracked().is_none() {
            let button = button.get_untracked().filter(|button| button.offset_width() > 0);
            if let Some(button) = button.or_else(|| more.get_untracked()) {
                let _ = button.focus();
            }
        }
        is_open
    });
    view! {
        <button
            type="button"
            class=class
            class:is-open=move || is_open.get()
            node_ref=button
            aria-pressed=move || is_open.get().to_string()
            // The name stays what it is, as with every toggle.
            aria-description=move || (badge.get() > 0).then(|| described(text.get(), badge.get()))
            on:click=move |_| panel::toggle(open, panel)
        >
            {icon(icon_of, Size::Large)}
            {move || {
                let new = badge.get();
                let shown = if new > 99 { "99+".to_owned() } else { new.to_string() };
                (new > 0).then(|| view! { <span class="badge" aria-hidden="true">{shown}</span> })
            }}
            <span class="ctl-label">{say(text, word)}</span>
        </button>
    }
}
