//! One device in place of another: which is let go of first, what comes back when it fails, which side of the
//! phone, and where sound comes out.

use DeviceKind::{Camera, Microphone};
use ojak_call::protocol::Switch::{self, Off, On};
use ojak_call::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, Devices, FormFactor, FrameRate,
    Height, InForce, ListedDevice, ListedSpeaker, Notice, OpenDevice, Permission, Permissions, Setting,
    Settings, Ticket, Wish,
};

const ALLOWED: Permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };

fn id(name: &str) -> DeviceId {
    DeviceId(name.into())
}

fn facing(name: &str, is_facing_away: bool) -> OpenDevice {
    OpenDevice { id: id(name), is_facing_away }
}

fn request(actions: &[DeviceAction]) -> Option<(Ticket, Option<Wish>)> {
    actions.iter().find_map(|action| match action {
        DeviceAction::Open { ticket, camera, microphone } => {
            Some((*ticket, camera.clone().or(microphone.clone())))
        }
        _ => None,
    })
}

fn open(devices: &mut Devices, ticket: Ticket, camera: OpenDevice) -> (Vec<DeviceAction>, Vec<Notice>) {
    devices.handle(DeviceEvent::Opened { ticket, camera: Some(camera), microphone: None })
}

fn refuse(devices: &mut Devices, ticket: Ticket, problem: DeviceProblem) -> (Vec<DeviceAction>, Vec<Notice>) {
    devices.handle(DeviceEvent::Refused { ticket, problem, permissions: ALLOWED })
}

/// With the camera `c1` open, and two to choose from.
fn opened(form_factor: FormFactor) -> Devices {
    let mut devices = Devices::new(&Choices { microphone: Off, ..Choices::default() }, form_factor);
    let (ticket, _) = request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0).unwrap();
    open(&mut devices, ticket, facing("c1", false));
    let list = ["c1", "c2"].map(|name| ListedDevice { kind: Camera, id: id(name), label: name.into() });
    devices.handle(DeviceEvent::Listed(list.into()));
    devices
}

#[test]
fn on_a_computer_the_old_camera_stays_until_the_new_one_is_open() {
    let mut devices = opened(FormFactor::Desktop);
    let actions = devices.choose(Camera, id("c2"));
    assert!(!actions.contains(&DeviceAction::Release(Camera)), "{actions:?}");
}

#[test]
fn on_a_phone_the_old_camera_is_let_go_of_first_because_only_one_may_be_open() {
    let mut devices = opened(FormFactor::Handheld);
    let actions = devices.choose(Camera, id("c2"));
    assert_eq!(actions[0], DeviceAction::Release(Camera));
    let (ticket, wish) = request(&actions).unwrap();
    assert_eq!(wish, Some(Wish::Exact(id("c2"))));
    assert_eq!(open(&mut devices, ticket, facing("c2", false)).1, [], "nothing to say");
    assert_eq!(devices.switch(Camera), On);
}

/// With the microphone `m1` open.
fn listening() -> Devices {
    let mut devices = Devices::new(&Choices { camera: Off, ..Choices::default() }, FormFactor::Desktop);
    let (ticket, _) = request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0).unwrap();
    open_microphone(&mut devices, ticket, "m1");
    devices
}

fn open_microphone(devices: &mut Devices, ticket: Ticket, name: &str) -> Vec<Notice> {
    let microphone = Some(facing(name, false));
    devices.handle(DeviceEvent::Opened { ticket, camera: None, microphone }).1
}

/// Some browsers open one microphone at a time.
#[test]
fn when_the_second_microphone_is_busy_while_the_first_is_open_the_order_turns_round_and_stays_so() {
    let mut devices = listening();
    let (ticket, _) = request(&devices.choose(Microphone, id("m2"))).unwrap();
    let (actions, notices) = refuse(&mut devices, ticket, DeviceProblem::Busy);
    assert_eq!((&actions[0], notices), (&DeviceAction::Release(Microphone), vec![]));
    let (ticket, wish) = request(&actions).unwrap();
    assert_eq!(wish, Some(Wish::Exact(id("m2"))));
    assert_eq!(open_microphone(&mut devices, ticket, "m2"), []);
    assert_eq!(devices.choose(Microphone, id("m1"))[0], DeviceAction::Release(Microphone), "learned");
}

#[test]
fn a_microphone_that_was_let_go_of_for_nothing_comes_back_and_the_reason_is_said() {
    let mut devices = listening();
    let (ticket, _) = request(&devices.choose(Microphone, id("m2"))).unwrap();
    let (ticket, _) = request(&refuse(&mut devices, ticket, DeviceProblem::Busy).0).unwrap();
    let (ticket, wish) = request(&refuse(&mut devices, ticket, DeviceProblem::Busy).0).unwrap();
    assert_eq!(wish, Some(Wish::Exact(id("m1"))));
    let told = open_microphone(&mut devices, ticket, "m1");
    assert_eq!(told, [Notice::Kept(Microphone, DeviceProblem::Busy)]);
}

#[test]
fn on_a_computer_a_camera_that_is_busy_costs_no_picture() {
    let mut devices = opened(FormFactor::Desktop);
    let (ticket, _) = request(&devices.choose(Camera, id("c2"))).unwrap();
    let (actions, notices) = refuse(&mut devices, ticket, DeviceProblem::Busy);
    assert_eq!(
        (actions, notices),
        (vec![DeviceAction::List], vec![Notice::Kept(Camera, DeviceProblem::Busy)])
    );
}

#[test]
fn a_camera_that_was_let_go_of_for_nothing_comes_back_and_the_reason_is_said() {
    for problem in [DeviceProblem::Gone, DeviceProblem::Busy] {
        let mut devices = opened(FormFactor::Handheld);
        let (ticket, _) = request(&devices.choose(Camera, id("c2"))).unwrap();
        let (ticket, wish) = request(&refuse(&mut devices, ticket, problem).0).unwrap();
        assert_eq!(wish, Some(Wish::Exact(id("c1"))));
        let (_, notices) = open(&mut devices, ticket, facing("c1", false));
        assert_eq!(notices, [Notice::Kept(Camera, problem)]);
        assert_eq!(devices.choices().camera_id, Some(id("c1")), "what failed is not remembered");
    }
}

#[test]
fn a_camera_that_does_not_come_back_either_says_why_and_is_not_tried_for_ever() {
    let mut devices = opened(FormFactor::Handheld);
    let (ticket, _) = request(&devices.choose(Camera, id("c2"))).unwrap();
    let (ticket, _) = request(&refuse(&mut devices, ticket, DeviceProblem::Gone).0).unwrap();
    let (ticket, wish) = request(&refuse(&mut devices, ticket, DeviceProblem::Gone).0).unwrap();
    assert_eq!(wish, Some(Wish::Any), "any is better than none");
    let (actions, notices) = refuse(&mut devices, ticket, DeviceProblem::Busy);
    assert_eq!((request(&actions), notices), (None, vec![]));
    assert_eq!(devices.view(Camera).problem, Some(DeviceProblem::Busy));
}

#[test]
fn whoever_switches_the_camera_off_while_it_is_exchanged_gets_neither() {
    let mut devices = opened(FormFactor::Handheld);
    let (ticket, _) = request(&devices.choose(Camera, id("c2"))).unwrap();
    devices.set(Camera, Off);
    let (actions, _) = open(&mut devices, ticket, facing("c2", false));
    assert!(actions.contains(&DeviceAction::Drop(ticket)), "{actions:?}");
    assert_eq!(request(&refuse(&mut devices, ticket, DeviceProblem::Gone).0), None);
}

#[test]
fn a_phone_turns_to_the_other_side_and_back_and_keeps_the_side_while_the_camera_is_off() {
    let mut devices = opened(FormFactor::Handheld);
    assert!(devices.view(Camera).can_flip);
    let (ticket, wish) = request(&devices.flip()).unwrap();
    assert_eq!(wish, Some(Wish::FacingAway));
    open(&mut devices, ticket, facing("c2", true));
    assert!(!devices.view(Camera).is_facing_person);
    devices.set(Camera, Off);
    let (ticket, wish) = request(&devices.set(Camera, On)).unwrap();
    assert_eq!(wish, Some(Wish::Prefer(id("c2"))));
    open(&mut devices, ticket, facing("c2", true));
    let (_, wish) = request(&devices.flip()).unwrap();
    assert_eq!(wish, Some(Wish::FacingPerson));
}

#[test]
fn nothing_is_turned_that_has_no_other_side_or_is_off() {
    assert!(!opened(FormFactor::Desktop).view(Camera).can_flip);
    let mut devices = opened(FormFactor::Handheld);
    devices.set(Camera, Off);
    assert!(!devices.view(Camera).can_flip);
    assert_eq!(devices.flip(), []);
}

fn speakers(names: &[&str]) -> DeviceEvent {
    let speaker = |name: &&str| ListedSpeaker { id: id(name), label: (*name).into() };
    DeviceEvent::SpeakersListed(names.iter().map(speaker).collect())
}

#[test]
fn sound_comes_out_of_the_remembered_speaker_while_it_is_there() {
    let choices = Choices { speaker_id: Some(id("headphones")), ..Choices::default() };
    let mut devices = Devices::new(&choices, FormFactor::Desktop);
    let used = |name: Option<&str>| vec![DeviceAction::UseSpeaker(name.map(id))];
    assert_eq!(devices.handle(speakers(&["default"])).0, []);
    assert_eq!(devices.handle(speakers(&["default", "headphones"])).0, used(Some("headphones")));
    assert_eq!(devices.handle(speakers(&["default"])).0, used(None), "pulled out: the one of the system");
    assert_eq!(devices.handle(speakers(&["default", "headphones"])).0, used(Some("headphones")), "and back");
    assert_eq!(devices.choose_speaker(id("default")), used(Some("default")));
    assert_eq!(devices.choices().speaker_id, Some(id("default")));
}

#[test]
fn a_setting_is_applied_once_remembered_and_what_is_in_force_is_shown() {
    let mut devices = opened(FormFactor::Desktop);
    let low = Settings { height: Height::P360, ..Settings::default() };
    assert_eq!(devices.set_setting(Setting::Height(Height::P360)), [DeviceAction::Configure(low)]);
    assert_eq!(devices.set_setting(Setting::Height(Height::P360)), []);
    devices.set_setting(Setting::FrameRate(FrameRate::Fps15));
    devices.set_setting(Setting::NoiseSuppression(Switch::Off));
    let remembered = devices.choices().settings;
    assert_eq!(remembered, Settings { frame_rate: FrameRate::Fps15, noise_suppression: Switch::Off, ..low });
    let actions = Devices::new(&devices.choices(), FormFactor::Desktop).handle(DeviceEvent::Ready(ALLOWED)).0;
    assert_eq!(actions[0], DeviceAction::Configure(remembered), "before anything is opened");
    let in_force = InForce::Camera { width: 640, height: 480, frame_rate: 15 };
    devices.handle(DeviceEvent::InForce(Camera, in_force));
    assert_eq!(devices.view(Camera).in_force, Some(in_force));
    assert_eq!(devices.view(Microphone).in_force, None);
}

/// Some browsers do not say what may be opened.
#[test]
fn whoever_saw_themself_here_once_is_not_asked_whether_they_want_to() {
    let unknown = Permissions { camera: Permission::Unknown, microphone: Permission::Unknown };
    let visit = |choices: &Choices| {
        let mut devices = Devices::new(choices, FormFactor::Desktop);
        let request = request(&devices.handle(DeviceEvent::Ready(unknown)).0);
        (devices, request)
    };
    let (mut devices, request_at_first) = visit(&Choices::default());
    assert_eq!(request_at_first, None);
    let (ticket, _) = request(&devices.retry(&[Camera, Microphone])).unwrap();
    devices.handle(DeviceEvent::Opened {
        ticket,
        camera: Some(facing("c1", false)),
        microphone: Some(facing("m1", false)),
    });
    assert!(visit(&devices.choices()).1.is_some());
}

#[test]
fn only_what_the_browser_would_ask_about_waits_for_a_word() {
    let half = Permissions { camera: Permission::Prompt, microphone: Permission::Granted };
    let mut devices = Devices::new(&Choices::default(), FormFactor::Desktop);
    let actions = devices.handle(DeviceEvent::Ready(half)).0;
    assert!(matches!(
        actions.last(),
        Some(DeviceAction::Open { camera: None, microphone: Some(Wish::Any), .. })
    ));
    assert!(devices.view(Camera).is_unasked && !devices.view(Microphone).is_unasked);
    assert!(matches!(
        devices.resume().as_slice(),
        [DeviceAction::Open { camera: Some(Wish::Any), microphone: None, .. }]
    ));
}
