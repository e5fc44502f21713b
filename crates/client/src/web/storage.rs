//! What is kept from one visit to the next, in local storage. Where there is none (private windows,
//! embedded pages), nothing is kept and nothing fails.

use ojak_call::protocol::Switch;
use ojak_call::{Choices, DeviceId};

const CAMERA: &str = "ojak.camera";
const MICROPHONE: &str = "ojak.microphone";
const CAMERA_ID: &str = "ojak.camera_id";
const MICROPHONE_ID: &str = "ojak.microphone_id";
const NAME: &str = "ojak.name";

/// What was kept.
pub(crate) fn choices() -> Choices {
    let switch = |key| Switch::from_on(get(key).as_deref() != Some(Switch::Off.as_str()));
    Choices {
        camera: switch(CAMERA),
        microphone: switch(MICROPHONE),
        camera_id: get(CAMERA_ID).map(DeviceId),
        microphone_id: get(MICROPHONE_ID).map(DeviceId),
        name: get(NAME),
    }
}

/// Keeps these.
pub(crate) fn keep(choices: &Choices) {
    set(CAMERA, Some(choices.camera.as_str()));
    set(MICROPHONE, Some(choices.microphone.as_str()));
    set(CAMERA_ID, choices.camera_id.as_ref().map(|id| &*id.0));
    set(MICROPHONE_ID, choices.microphone_id.as_ref().map(|id| &*id.0));
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
