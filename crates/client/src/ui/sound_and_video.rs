//! The section of the settings about camera, microphone and loudspeaker: what is chosen, and what comes of it.

use super::avatar::{Avatar, hue_value};
use super::device_dialog::noise_suppression;
use super::devices::{DeviceSelect, Focus};
use super::icon::{Icon, Size, icon};
use super::meter::Meter;
use super::speaker::SpeakerSelect;
use super::switch_row::SwitchRow;
use crate::text::Text;
use crate::web::look;
use crate::web::media::{self, Stream};
use leptos::html::Video;
use leptos::prelude::*;
use ojak_call::{DeviceKind, DeviceView, Intent, Level, View};

#[component]
pub(crate) fn SoundAndVideo(
    text: Text,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
) -> impl IntoView {
    let speakers = Memo::new(move |_| view.with(|view| view.speakers.clone()));
    let settings = Memo::new(move |_| view.with(|view| view.settings));
    let in_force = Memo::new(move |_| microphone.with(|device| device.in_force));
    let is_mirrored = RwSignal::new(look::is_mirrored());
    let turn = Callback::new(move |is_on| {
        is_mirrored.set(is_on);
        look::mirror(is_on);
    });
    view! {
        <div class="settings-camera">
            <OwnPicture view camera picture />
            <DeviceSelect text kind=DeviceKind::Camera device=camera act id="settings-camera" focus=Focus::Leave />
        </div>
        <div class="settings-microphone">
            <DeviceSelect
                text
                kind=DeviceKind::Microphone
                device=microphone
                act
                id="settings-microphone"
                focus=Focus::Leave
            />
            <div class="level">
                {icon(Icon::Microphone, Size::Small)} <Meter text level />
            </div>
        </div>
        <SpeakerSelect text speakers act />
        <div class="switch-rows">
            {noise_suppression(text, "settings-noise-suppression", settings, in_force, act)}
            <SwitchRow
                id="settings-mirror"
                label=Signal::derive(move || text.get().menus.mirror)
                hint=Signal::derive(move || Some(text.get().menus.mirror_hint))
                is_on=is_mirrored
                turn
            />
        </div>
    }
}

/// What the camera sees, or what stands for it.
#[component]
fn OwnPicture(
    view: Signal<View>,
    camera: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
) -> impl IntoView {
    let name =
        Memo::new(move |_| view.with(|view| view.name.as_ref().map(ToString::to_string)).unwrap_or_default());
    let video = NodeRef::<Video>::new();
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            picture.with(|picture| media::show(&video, picture.as_ref()));
        }
    });
    view! {
        <div
            class="tile is-self"
            class:is-mirrored=move || camera.with(|camera| camera.is_facing_person)
            data-camera=move || camera.with(|camera| camera.switch.as_str())
            aria-hidden="true"
            style=("--hue", move || name.with(|name| hue_value(name)))
        >
            <div class="tile-avatar">
                <Avatar name />
            </div>
            <video class="video" node_ref=video muted=true prop:muted=true autoplay=true playsinline=true></video>
        </div>
    }
}
