//! How the person will be seen: their own camera before the call, or why there is no picture.

use super::avatar::{Avatar, hue_value};
use super::changing::{changing, follow, memo, while_there};
use super::devices::{device_icon, is_of_embedding, is_pressed, reason, toggle};
use super::icon::{Icon, Size, changing_icon, icon};
use super::meter::Meter;
use crate::text::{Sentence, Strings, Text, say, say_of};
use crate::web::media::{self, Stream};
use leptos::html::Video;
use leptos::prelude::*;
use ojak_call::{DeviceKind, DeviceProblem, DeviceView, Intent, Level};

/// What the preview shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Picture,
    Starting,
    Off,
    /// The browser is asking for one, or for both.
    Asking(Option<DeviceKind>),
    /// The browser would ask for one, or for both: first the person is told what for.
    Unasked(Option<DeviceKind>),
    /// Why the camera is not open, and whether it is the same with the microphone.
    Problem(DeviceProblem, Alike),
}

/// Whether two devices fail for the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    Both,
    CameraAlone,
}

impl Shown {
    fn of(camera: &DeviceView, microphone: &DeviceView) -> Self {
        if camera.switch.is_on() {
            return Self::Picture;
        }
        match (camera.is_asking, microphone.is_asking) {
            (true, true) => return Self::Asking(None),
            (true, false) => return Self::Asking(Some(DeviceKind::Camera)),
            (false, true) => return Self::Asking(Some(DeviceKind::Microphone)),
            (false, false) => {}
        }
        match (camera.is_unasked, microphone.is_unasked) {
            (true, true) => return Self::Unasked(None),
            (true, false) => return Self::Unasked(Some(DeviceKind::Camera)),
            (false, true) if !camera.wanted.is_on() => return Self::Unasked(Some(DeviceKind::Microphone)),
            (false, _) => {}
        }
        if !camera.wanted.is_on() {
            return Self::Off;
        }
        match camera.problem {
            Some(problem) if fails_like_camera(camera, microphone) => Self::Problem(problem, Alike::Both),
            Some(problem) => Self::Problem(problem, Alike::CameraAlone),
            None => Self::Starting,
        }
    }
}

/// Whether it is said in the preview that the browser is to ask for the microphone.
pub(crate) fn asks_for_microphone(camera: &DeviceView, microphone: &DeviceView) -> bool {
    matches!(Shown::of(camera, microphone), Shown::Unasked(None | Some(DeviceKind::Microphone)))
}

/// Whether the microphone's problem is said together with that of the camera.
pub(crate) fn fails_like_camera(camera: &DeviceView, microphone: &DeviceView) -> bool {
    let is_wanted = camera.wanted.is_on() && microphone.wanted.is_on();
    let has_sentence = matches!(
        camera.problem,
        Some(
            DeviceProblem::Denied
                | DeviceProblem::Dismissed
                | DeviceProblem::Missing
                | DeviceProblem::Unsupported
        )
    );
    is_wanted && has_sentence && camera.problem == microphone.problem
}

/// The person's own picture, with what switches it.
#[component]
pub(crate) fn Preview(
    text: Text,
    #[prop(into)] name: Signal<String>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
) -> impl IntoView {
    let shown =
        memo(move || camera.with(|camera| microphone.with(|microphone| Shown::of(camera, microphone))));
    let is_mirrored = memo(move || camera.with(|camera| camera.is_facing_person));
    let hears = memo(move || microphone.with(|microphone| microphone.switch.is_on()));
    let can_flip = memo(move || camera.with(|camera| camera.can_flip));
    let video = NodeRef::<Video>::new();
    follow(move || {
        if let Some(video) = video.get() {
            picture.with(|picture| media::show(&video, picture.as_ref()));
        }
    });
    view! {
        <section
            class="tile preview"
            class:is-blank=Signal::derive(move || shown.get() != Shown::Picture)
            class:is-mirrored=Signal::derive(move || is_mirrored.get())
            class:is-asking=Signal::derive(move || matches!(shown.get(), Shown::Asking(_) | Shown::Unasked(_)))
            role="group"
            tabindex="-1"
            aria-label=say(text, |words| words.lobby.preview)
            style=("--hue", Signal::derive(move || name.with(|name| hue_value(name))))
        >
            <video class="video" node_ref=video muted=true prop:muted=true autoplay=true playsinline=true></video>
            {changing(move || said(text, shown.get(), name, act))}
            <div class="preview-foot on-video">
                <span class="preview-side">
                    {while_there(hears, move || {
                        view! { <span class="tag preview-meter"><Meter text level /></span> }.into_any()
                    })}
                </span>
                <div class="preview-toggles">
                    <PreviewToggle text kind=DeviceKind::Microphone device=microphone act />
                    <PreviewToggle text kind=DeviceKind::Camera device=camera act />
                </div>
                <span class="preview-side">
                    {while_there(can_flip, move || {
                                view! {
                                    <button
                                        type="button"
                                        class="toggle"
                                        aria-label=say(text, |words| words.devices.flip)
                                        on:click=move |_| act.run(Intent::Flip)
                                    >
                                        {icon(Icon::Flip, Size::Large)}
                                    </button>
                                }
                                .into_any()
                    })}
                </span>
            </div>
        </section>
    }
}

/// What stands in place of a picture.
fn said(text: Text, shown: Shown, name: Signal<String>, act: Callback<Intent>) -> Option<AnyView> {
    match shown {
        Shown::Picture => None,
        Shown::Starting => Some(
            view! {
                <div class="preview-say">
                    <span class="spinner is-32"></span>
                    <p>{say(text, |words| words.camera.starting)}</p>
                </div>
            }
            .into_any(),
        ),
        Shown::Off => Some(
            view! {
                <div class="preview-say">
                    <Avatar name />
                    <p>{say(text, |words| words.camera.off)}</p>
                </div>
            }
            .into_any(),
        ),
        Shown::Asking(kind) => Some(allowing(text, kind, |words| words.lobby.asking, None)),
        Shown::Unasked(kind) => {
            let start = Callback::new(move |()| act.run(kind.map_or(Intent::RetryBoth, Intent::Retry)));
            Some(allowing(text, kind, |words| words.devices.before_asking, Some(start)))
        }
        Shown::Problem(problem, alike) => {
            let sentence = move || -> Sentence {
                let alone = reason(text, DeviceKind::Camera, problem);
                match (alike, is_of_embedding(problem)) {
                    (Alike::CameraAlone, _) => alone,
                    (Alike::Both, true) => text.get().both_embedded,
                    (Alike::Both, false) => text.get().both(problem).unwrap_or(alone),
                }
            };
            let retry = move |_| {
                act.run(match alike {
                    Alike::Both => Intent::RetryBoth,
                    Alike::CameraAlone => Intent::Retry(DeviceKind::Camera),
                });
            };
            Some(
                view! {
                    <div class="preview-say" role="alert">
                        <span class="icon-disc">{icon(Icon::CameraOff, Size::Large)}</span>
                        <h2>{Signal::derive(move || sentence().title)}</h2>
                        <p>{Signal::derive(move || sentence().detail)}</p>
                        <button type="button" class="btn is-small is-outline" on:click=retry>
                            {icon(Icon::Retry, Size::Middle)}
                            {say(text, |words| words.try_again)}
                        </button>
                    </div>
                }
                .into_any(),
            )
        }
    }
}

/// What the browser asks, or will ask once the person wants it to.
fn allowing(
    text: Text,
    kind: Option<DeviceKind>,
    detail: fn(&'static Strings) -> &'static str,
    start: Option<Callback<()>>,
) -> AnyView {
    view! {
        <div class="preview-say is-centered">
            {prompt()} <h2>{Signal::derive(move || kind.map_or(text.get().lobby.allow_both, |kind| text.get().device(kind).allow))}</h2>
            <p>{say(text, detail)}</p>
            {start
                .map(|start| {
                    view! {
                        <button type="button" class="btn is-primary" on:click=move |_| start.run(())>
                            {say(text, |words| words.devices.start)}
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

#[component]
fn PreviewToggle(
    text: Text,
    kind: DeviceKind,
    device: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let pressed = memo(move || device.with(is_pressed));
    view! {
        <button
            type="button"
            class="toggle"
            class:is-off=Signal::derive(move || !pressed.get())
            aria-pressed=as_word(pressed)
            aria-label=say_of(text, kind, |device| device.name)
            on:click=move |_| act.run(device.with_untracked(|device| toggle(kind, device)))
        >
            {changing_icon(Signal::derive(move || device_icon(kind, pressed.get())), Size::Large)}
        </button>
    }
}

/// As an attribute has it.
fn as_word(flag: Memo<bool>) -> Signal<&'static str> {
    Signal::derive(move || if flag.get() { "true" } else { "false" })
}

/// The question of the browser, drawn, with an arrow to where it usually is.
fn prompt() -> impl IntoView {
    view! {
        <svg class="prompt-art" viewBox="0 0 176 100" aria-hidden="true">
            <rect class="card" x="40.5" y="8.5" width="127" height="83" rx="12" />
            <g class="ink" transform="translate(54 20) scale(.8)">
                <rect x="2.75" y="6" width="12.5" height="12" rx="3" />
                <path d="m15.25 10.6 4.4-2.8a1 1 0 0 1 1.6.8v6.8a1 1 0 0 1-1.6.8l-4.4-2.8" />
            </g>
            <rect class="lines" x="82" y="26" width="62" height="7" rx="3.5" />
            <g class="ink" transform="translate(54 40) scale(.8)">
                <rect x="9" y="3" width="6" height="11" rx="3" />
                <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
            </g>
            <rect class="lines" x="82" y="46" width="48" height="7" rx="3.5" />
            <rect class="no" x="70" y="67" width="40" height="16" rx="8" />
            <rect class="yes" x="116" y="67" width="42" height="16" rx="8" />
            <path class="tick" d="m132.5 75 3.2 3.2 6-6.4" />
            <path class="arrow" d="M26 40C12 36 8 24 9 10M3.5 16 9 9.5l6.5 5" />
        </svg>
    }
}
