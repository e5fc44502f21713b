//! The control bar: microphone, camera, leave; and the dialog over each chevron.

use super::devices::{DeviceSelect, Focus, device_icon, is_pressed, toggle};
use super::icon::{Icon, Size, changing_icon, icon};
use super::notice::Alert;
use crate::text::{Text, say, say_of};
use crate::web::page::{Key, on_key, on_press_outside};
use leptos::html::Button;
use leptos::prelude::*;
use ojak_call::{DeviceKind, DeviceView, Intent};

#[component]
pub(crate) fn Controls(
    text: Text,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let open = RwSignal::new(None);
    StoredValue::new_local(on_press_outside(".ctl-split", move || open.set(None)));
    view! {
        <div class="bar" role="toolbar" aria-label=say(text, |words| words.call.controls)>
            <DeviceControl text kind=DeviceKind::Microphone device=microphone open act />
            <DeviceControl text kind=DeviceKind::Camera device=camera open act />
            <span class="bar-gap"></span>
            <button type="button" class="ctl is-leave" on:click=move |_| act.run(Intent::Leave)>
                {icon(Icon::Leave, Size::Large)}
                <span class="ctl-label">{say(text, |words| words.call.leave)}</span>
            </button>
        </div>
    }
}

/// A toggle, and the chevron that opens its settings. `open` says whose settings are open: only one's.
#[component]
fn DeviceControl(
    text: Text,
    kind: DeviceKind,
    device: Memo<DeviceView>,
    open: RwSignal<Option<DeviceKind>>,
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
        if let Some(chevron) = chevron.get_untracked() {
            let _ = chevron.focus();
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
                aria-label=say_of(text, kind, |device| device.name)
                on:click=move |_| act.run(device.with_untracked(|device| toggle(kind, device)))
            >
                {changing_icon(Signal::derive(move || device_icon(kind, pressed.get())), Size::Large)}
                <span class="ctl-label">{say_of(text, kind, |device| device.word)}</span>
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
                        view! { <DeviceDialog text kind device act id=dialog_id close=Callback::new(move |()| close()) /> }
                    })
            }}
        </div>
    }
}

#[component]
fn DeviceDialog(
    text: Text,
    kind: DeviceKind,
    device: Memo<DeviceView>,
    act: Callback<Intent>,
    id: &'static str,
    close: Callback<()>,
) -> impl IntoView {
    let select_id = match kind {
        DeviceKind::Camera => "camera",
        DeviceKind::Microphone => "microphone",
    };
    let problem = Memo::new(move |_| device.with(|device| device.problem.filter(|_| device.wanted.is_on())));
    view! {
        <div class="pop" id=id role="dialog" aria-label=say_of(text, kind, |device| device.settings)>
            <div class="menu">
                <div class="menu-head">
                    <h2>{say_of(text, kind, |device| device.settings)}</h2>
                    <button
                        type="button"
                        class="btn-icon"
                        aria-label=say(text, |words| words.close)
                        on:click=move |_| close.run(())
                    >
                        {icon(Icon::Close, Size::Middle)}
                    </button>
                </div>
                <DeviceSelect text kind device act id=select_id focus=Focus::Take />
                {move || {
                    problem
                        .get()
                        .map(|problem| {
                            view! {
                                <Alert
                                    text
                                    icon_of=device_icon(kind, false)
                                    sentence=Signal::derive(move || {
                                        text.get().device(kind).problems.of(problem).sentence_in_call()
                                    })
                                    retry=Callback::new(move |()| act.run(Intent::Retry(kind)))
                                />
                            }
                        })
                }}
            </div>
        </div>
    }
}
