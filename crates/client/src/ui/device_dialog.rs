//! What can be chosen of a camera or a microphone during the call, and what it really does.

use super::devices::{DeviceSelect, Focus, device_icon, is_of_embedding};
use super::icon::{Icon, Size, icon};
use super::notice::{Alert, Silent};
use super::pop::PopHead;
use super::speaker::SpeakerSelect;
use super::switch_row::SwitchRow;
use crate::text::{Strings, Text, say, say_of};
use leptos::prelude::*;
use ojak_call::protocol::Switch;
use ojak_call::{DeviceKind, DeviceView, FrameRate, Height, InForce, Intent, Setting, Settings, View};

/// A word of the language that is chosen.
type Word = fn(&'static Strings) -> &'static str;

#[component]
pub(crate) fn DeviceDialog(
    text: Text,
    view: Signal<View>,
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
    let is_silent = Memo::new(move |_| device.with(|device| device.is_silent));
    let settings = Memo::new(move |_| view.with(|view| view.settings));
    let in_force = Memo::new(move |_| device.with(|device| device.in_force));
    view! {
        <div class="pop" id=id role="dialog" tabindex="-1" aria-label=say_of(text, kind, |device| device.settings)>
            <div class="menu">
                <PopHead text title=Signal::derive(say_of(text, kind, |device| device.settings)) close />
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
                                        let problems = &text.get().device(kind).problems;
                                        if is_of_embedding(problem) {
                                            problems.embedded
                                        } else {
                                            problems.of(problem).sentence_in_call()
                                        }
                                    })
                                    retry=Callback::new(move |()| act.run(Intent::Retry(kind)))
                                />
                            }
                        })
                }}
                {move || is_silent.get().then(|| view! { <Silent text act /> })}
                {match kind {
                    DeviceKind::Camera => view! { <CameraSettings text device settings in_force act /> }.into_any(),
                    DeviceKind::Microphone => {
                        let speakers = Signal::derive(move || view.with(|view| view.speakers.clone()));
                        view! {
                            <SpeakerSelect text speakers act />
                            <MicrophoneSettings text settings in_force act />
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
}

#[component]
fn CameraSettings(
    text: Text,
    device: Memo<DeviceView>,
    settings: Memo<Settings>,
    in_force: Memo<Option<InForce>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let can_flip = Memo::new(move |_| device.with(|device| device.can_flip));
    let now = move || match in_force.get() {
        Some(InForce::Camera { width, height, frame_rate })
            if width > 0 && device.with(|d| d.switch.is_on()) =>
        {
            (text.get().devices.in_force)([width, height, frame_rate].map(|figure| figure.to_string()))
        }
        _ => String::new(),
    };
    view! {
        {move || {
            can_flip
                .get()
                .then(|| {
                    view! {
                        <button type="button" class="btn is-outline" on:click=move |_| act.run(Intent::Flip)>
                            {icon(Icon::Flip, Size::Middle)}
                            {say(text, |words| words.devices.flip)}
                        </button>
                    }
                })
        }}
        {choice(
            text,
            "height",
            |words| words.devices.resolution,
            Height::ALL.map(|height| (height.pixels().to_string() + "p", Setting::Height(height))).into(),
            Signal::derive(move || Setting::Height(settings.get().height)),
            act,
        )}
        {choice(
            text,
            "frame-rate",
            |words| words.devices.frame_rate,
            FrameRate::ALL.map(|rate| (rate.per_second().to_string(), Setting::FrameRate(rate))).into(),
            Signal::derive(move || Setting::FrameRate(settings.get().frame_rate)),
            act,
        )}
        <p class="field-note" aria-live="polite">{now}</p>
    }
}

/// One of a few, all of them to be seen.
fn choice(
    text: Text,
    name: &'static str,
    legend: Word,
    options: Vec<(String, Setting)>,
    chosen: Signal<Setting>,
    act: Callback<Intent>,
) -> AnyView {
    view! {
        <fieldset class="options">
            <legend>{say(text, legend)}</legend>
            {options
                .into_iter()
                .map(|(label, setting)| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name=name
                                prop:checked=move || chosen.get() == setting
                                on:change=move |_| act.run(Intent::Set(setting))
                            />
                            <span>{label}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
    .into_any()
}

/// A switch of the microphone: its name, what is asked for, what is in force, and how to ask for it.
type Row = (Word, fn(&Settings) -> Switch, fn(&InForce) -> Option<Switch>, fn(Switch) -> Setting);

const NOISE_SUPPRESSION: Row = (
    |words| words.devices.noise_suppression,
    |settings| settings.noise_suppression,
    |in_force| match in_force {
        // While the page does it, the browser is told not to.
        InForce::Microphone { noise_suppression, denoise, .. } if denoise.is_none() => *noise_suppression,
        InForce::Microphone { .. } | InForce::Camera { .. } => None,
    },
    Setting::NoiseSuppression,
);
const DENOISE: Row = (
    |words| words.devices.denoise,
    |settings| settings.denoise,
    |in_force| match in_force {
        InForce::Microphone { denoise, .. } => *denoise,
        InForce::Camera { .. } => None,
    },
    Setting::Denoise,
);
const ECHO_CANCELLATION: Row = (
    |words| words.devices.echo_cancellation,
    |settings| settings.echo_cancellation,
    |in_force| match in_force {
        InForce::Microphone { echo_cancellation, .. } => *echo_cancellation,
        InForce::Camera { .. } => None,
    },
    Setting::EchoCancellation,
);
const AUTOMATIC_GAIN: Row = (
    |words| words.devices.automatic_gain,
    |settings| settings.automatic_gain,
    |in_force| match in_force {
        InForce::Microphone { automatic_gain, .. } => *automatic_gain,
        InForce::Camera { .. } => None,
    },
    Setting::AutomaticGain,
);

#[component]
fn MicrophoneSettings(
    text: Text,
    settings: Memo<Settings>,
    in_force: Memo<Option<InForce>>,
    act: Callback<Intent>,
) -> impl IntoView {
    [
        ("noise-suppression", NOISE_SUPPRESSION),
        ("denoise", DENOISE),
        ("echo-cancellation", ECHO_CANCELLATION),
        ("automatic-gain", AUTOMATIC_GAIN),
    ]
    .map(|(id, row)| microphone_switch(text, id, row, settings, in_force, act))
    .collect_view()
}

/// The one that most people know, for where there is room for one.
pub(crate) fn noise_suppression(
    text: Text,
    id: &'static str,
    settings: Memo<Settings>,
    in_force: Memo<Option<InForce>>,
    act: Callback<Intent>,
) -> AnyView {
    microphone_switch(text, id, NOISE_SUPPRESSION, settings, in_force, act)
}

fn microphone_switch(
    text: Text,
    id: &'static str,
    (name, asked, of_device, setting): Row,
    settings: Memo<Settings>,
    in_force: Memo<Option<InForce>>,
    act: Callback<Intent>,
) -> AnyView {
    let is_on = Signal::derive(move || settings.with(asked).is_on());
    let hint = Signal::derive(move || {
        let real = in_force.with(|in_force| in_force.as_ref().and_then(of_device));
        real.is_some_and(|real| real.is_on() != is_on.get()).then(|| text.get().devices.unchanged)
    });
    let turn = Callback::new(move |is_on| act.run(Intent::Set(setting(Switch::from_on(is_on)))));
    view! { <SwitchRow id label=Signal::derive(move || name(text.get())) hint is_on turn /> }.into_any()
}
