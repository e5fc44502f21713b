//! What the microphone hears while it is on, and while it is not; and who is heard for how long.

use DeviceKind::Microphone;
use ojak_call::protocol::Switch::{Off, On};
use ojak_call::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, Devices, FormFactor, Level, Notice, OpenDevice,
    Permission, Permissions, Wish,
};
use std::time::Duration;

const ALLOWED: Permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
const REPORT: Duration = Duration::from_millis(500);

struct Person {
    devices: Devices,
    now: Duration,
}

impl Person {
    /// With an open microphone and without a camera.
    fn new() -> Self {
        let mut devices = without_devices();
        let actions = devices.handle(DeviceEvent::Ready(ALLOWED)).0;
        open(&mut devices, &actions);
        Self { devices, now: Duration::ZERO }
    }

    /// So many seconds of this loudness, and what came of it.
    fn hears(&mut self, level: Level, seconds: u32) -> Vec<Notice> {
        let report = |_| {
            self.now += REPORT;
            self.devices.hear(level, self.now)
        };
        (0..2 * seconds).filter_map(report).collect()
    }

    fn is_silent(&self) -> bool {
        self.devices.view(Microphone).is_silent
    }
}

fn without_devices() -> Devices {
    Devices::new(&Choices { camera: Off, ..Choices::default() }, FormFactor::Desktop)
}

fn open(devices: &mut Devices, actions: &[DeviceAction]) -> Vec<DeviceAction> {
    let ticket = actions.iter().find_map(|action| match action {
        DeviceAction::Open { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let microphone = Some(OpenDevice { id: DeviceId("m1".into()), is_facing_away: false });
    let ticket = ticket.expect("a request");
    devices.handle(DeviceEvent::Opened { ticket, camera: None, microphone }).0
}

fn speech() -> Level {
    Level::from_decibels(-20.0)
}

fn room() -> Level {
    Level::from_decibels(-55.0)
}

#[test]
fn loudness_is_a_share_of_full_scale_and_only_nothing_is_silence() {
    let percents = [-90.0, -60.0, -30.0, 0.0, 6.0].map(|decibels| Level::from_decibels(decibels).percent());
    assert_eq!(percents, [1, 1, 50, 100, 100]);
    assert_eq!(Level::from_decibels(f32::NEG_INFINITY).percent(), 1, "the page says silence itself");
}

#[test]
fn whoever_talks_while_muted_is_told_once_a_mute() {
    let mut person = Person::new();
    assert_eq!(person.hears(speech(), 10), []);
    person.devices.set(Microphone, Off);
    assert_eq!(person.hears(room(), 10), []);
    assert_eq!(person.hears(speech(), 10), [Notice::TalkingWhileMuted]);
    person.devices.set(Microphone, On);
    person.devices.set(Microphone, Off);
    assert_eq!(person.hears(speech(), 10), [Notice::TalkingWhileMuted]);
}

#[test]
fn a_cough_is_not_talking() {
    let mut person = Person::new();
    person.devices.set(Microphone, Off);
    for _ in 0..10 {
        assert_eq!(person.hears(speech(), 1), []);
        assert_eq!(person.hears(room(), 1), []);
    }
}

/// Headphones whose battery is empty, or that went over to the phone, often send nothing and do not end.
#[test]
fn a_microphone_that_gives_nothing_at_all_for_five_seconds_is_said_to_be_silent_once() {
    let mut person = Person::new();
    assert_eq!(person.hears(Level::SILENCE, 5), []);
    assert_eq!(person.hears(Level::SILENCE, 60), [Notice::Silent]);
    assert!(person.is_silent());
    assert_eq!(person.hears(room(), 1), []);
    assert!(!person.is_silent(), "it is back");
    assert_eq!(person.hears(Level::SILENCE, 6), [Notice::Silent]);
}

#[test]
fn a_quiet_room_and_a_muted_microphone_are_not_silent_ones() {
    let mut person = Person::new();
    assert_eq!(person.hears(room(), 60), []);
    person.devices.set(Microphone, Off);
    assert_eq!(person.hears(Level::SILENCE, 60), []);
    assert!(!person.is_silent());
}

#[test]
fn for_a_silent_microphone_the_default_one_is_opened_on_request_and_heard_anew() {
    let mut person = Person::new();
    person.hears(Level::SILENCE, 10);
    let actions = person.devices.choose_default(Microphone);
    assert!(matches!(actions.as_slice(), [DeviceAction::Open { microphone: Some(Wish::Any), .. }]));
    open(&mut person.devices, &actions);
    assert!(!person.is_silent());
    assert_eq!(person.devices.choices().microphone_id, None, "the one that did not work is not remembered");
}

#[test]
fn a_held_key_unmutes_and_is_not_remembered() {
    let mut person = Person::new();
    person.devices.set(Microphone, Off);
    assert_eq!(person.devices.hold(On), [DeviceAction::SetMicrophone(On)]);
    assert_eq!((person.devices.switch(Microphone), person.devices.choices().microphone), (On, Off));
    assert_eq!(person.devices.hold(On), [], "keys repeat");
    assert_eq!(person.hears(speech(), 10), [], "they are heard");
    assert_eq!(person.devices.hold(Off), [DeviceAction::SetMicrophone(Off)]);
    assert_eq!(person.devices.switch(Microphone), Off);
    assert_eq!(person.devices.hold(Off), []);
}

#[test]
fn whoever_is_not_muted_stays_so_when_the_key_is_let_go_of() {
    let mut person = Person::new();
    person.devices.hold(On);
    assert_eq!(person.devices.hold(Off), [DeviceAction::SetMicrophone(On)]);
}

#[test]
fn a_key_held_before_the_microphone_is_open_opens_it_and_it_is_muted_if_that_takes_longer() {
    let muted = Choices { camera: Off, microphone: Off, ..Choices::default() };
    let mut devices = Devices::new(&muted, FormFactor::Desktop);
    devices.handle(DeviceEvent::Ready(ALLOWED));
    let actions = devices.hold(On);
    devices.hold(Off);
    assert!(open(&mut devices, &actions).contains(&DeviceAction::SetMicrophone(Off)));
    // A held key is no answer to a browser that asks.
    let asking = Permissions { microphone: Permission::Prompt, ..ALLOWED };
    let mut devices = Devices::new(&muted, FormFactor::Desktop);
    devices.handle(DeviceEvent::Ready(asking));
    assert_eq!(devices.hold(On), []);
}

#[test]
fn whom_the_page_muted_is_not_remembered_as_muted() {
    let mut person = Person::new();
    assert_eq!(person.devices.hush(), Some(vec![DeviceAction::SetMicrophone(Off)]));
    assert_eq!((person.devices.switch(Microphone), person.devices.choices().microphone), (Off, On));
    assert_eq!(person.devices.hush(), None, "muted already");
    person.devices.set(Microphone, On);
    person.devices.set(Microphone, Off);
    assert_eq!(person.devices.choices().microphone, Off);
}
