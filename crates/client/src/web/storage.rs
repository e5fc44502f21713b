//! What is kept from one visit to the next, in local storage. Where there is none (private windows,
//! embedded pages), nothing is kept and nothing fails.

use ojak_call::protocol::Switch;
use ojak_call::{Choices, DeviceId, FrameRate, Height, Routes, Settings};

const CAMERA: &str = "ojak.camera";
const MICROPHONE: &str = "ojak.microphone";
const CAMERA_ID: &str = "ojak.camera_id";
const MICROPHONE_ID: &str = "ojak.microphone_id";
const SPEAKER_ID: &str = "ojak.speaker_id";
const HAS_OPENED: &str = "ojak.has_opened";
const HEIGHT: &str = "ojak.height";
const FRAME_RATE: &str = "ojak.frame_rate";
const ECHO_CANCELLATION: &str = "ojak.echo_cancellation";
const NOISE_SUPPRESSION: &str = "ojak.noise_suppression";
const AUTOMATIC_GAIN: &str = "ojak.automatic_gain";
const DENOISE: &str = "ojak.denoise";
const ROUTES: &str = "ojak.routes";
const NAME: &str = "ojak.name";

/// What is kept of [`Routes::Relay`]; of any there is nothing to keep.
const RELAY: &str = "relay";

/// What was kept.
pub(crate) fn choices() -> Choices {
    let switch = |key| Switch::from_on(get(key).as_deref() != Some(Switch::Off.as_str()));
    Choices {
        camera: switch(CAMERA),
        microphone: switch(MICROPHONE),
        camera_id: get(CAMERA_ID).map(DeviceId),
        microphone_id: get(MICROPHONE_ID).map(DeviceId),
        speaker_id: get(SPEAKER_ID).map(DeviceId),
        settings: settings(),
        routes: if get(ROUTES).as_deref() == Some(RELAY) { Routes::Relay } else { Routes::Any },
        has_opened: get(HAS_OPENED).is_some(),
        name: get(NAME),
    }
}

fn settings() -> Settings {
    let number = |key| get(key).and_then(|kept| kept.parse::<u32>().ok());
    let standard = Settings::default();
    let switch = |key| Switch::from_on(get(key).as_deref() != Some(Switch::Off.as_str()));
    let height = number(HEIGHT);
    let frame_rate = number(FRAME_RATE);
    Settings {
        height: Height::ALL.into_iter().find(|of| Some(of.pixels()) == height).unwrap_or(standard.height),
        frame_rate: FrameRate::ALL
            .into_iter()
            .find(|of| Some(of.per_second()) == frame_rate)
            .unwrap_or(standard.frame_rate),
        echo_cancellation: switch(ECHO_CANCELLATION),
        noise_suppression: switch(NOISE_SUPPRESSION),
        automatic_gain: switch(AUTOMATIC_GAIN),
        denoise: Switch::from_on(get(DENOISE).as_deref() == Some(Switch::On.as_str())),
    }
}

/// Keeps these.
pub(crate) fn keep(choices: &Choices) {
    set(CAMERA, Some(choices.camera.as_str()));
    set(MICROPHONE, Some(choices.microphone.as_str()));
    set(CAMERA_ID, choices.camera_id.as_ref().map(|id| &*id.0));
    set(MICROPHONE_ID, choices.microphone_id.as_ref().map(|id| &*id.0));
    set(SPEAKER_ID, choices.speaker_id.as_ref().map(|id| &*id.0));
    set(HAS_OPENED, choices.has_opened.then_some("yes"));
    let settings = &choices.settings;
    set(HEIGHT, Some(&settings.height.pixels().to_string()));
    set(FRAME_RATE, Some(&settings.frame_rate.per_second().to_string()));
    set(ECHO_CANCELLATION, Some(settings.echo_cancellation.as_str()));
    set(NOISE_SUPPRESSION, Some(settings.noise_suppression.as_str()));
    set(AUTOMATIC_GAIN, Some(settings.automatic_gain.as_str()));
    set(DENOISE, Some(settings.denoise.as_str()));
    set(ROUTES, (choices.routes == Routes::Relay).then_some(RELAY));
    set(NAME, choices.name.as_deref());
}

/// What is kept under `key`.
pub(crate) fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps `value` under `key`, or nothing.
pub(crate) fn set(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    // Full or forbidden: then it is not kept.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
