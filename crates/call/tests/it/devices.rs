//! What opens, what stays, and what the person is told: a table of the pains of other products.

use DeviceKind::{Camera, Microphone};
use ojak_call::protocol::Switch::{Off, On};
use ojak_call::{
    Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem, Devices, FormFactor,
    ListedDevice, Notice, OpenDevice, Permission, Permissions, Ticket, Wish,
};

const ALLOWED: Permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
const UNASKED: Permissions = Permissions { camera: Permission::Prompt, microphone: Permission::Prompt };

fn id(name: &str) -> DeviceId {
    DeviceId(name.into())
}

fn device(name: &str) -> OpenDevice {
    OpenDevice { id: id(name), is_facing_away: false }
}

fn desktop() -> Devices {
    Devices::new(&Choices::default(), FormFactor::Desktop)
}

/// The requests among the actions.
fn requests(actions: &[DeviceAction]) -> Vec<(Ticket, Option<Wish>, Option<Wish>)> {
    actions
        .iter()
        .filter_map(|action| match action {
            DeviceAction::Open { ticket, camera, microphone } => {
                Some((*ticket, camera.clone(), microphone.clone()))
            }
            _ => None,
        })
        .collect()
}

#[track_caller]
fn only_request(actions: &[DeviceAction]) -> (Ticket, Option<Wish>, Option<Wish>) {
    let mut requests = requests(actions);
    assert_eq!(requests.len(), 1, "{actions:?}");
    requests.remove(0)
}

/// A first visit, and the person wants to see themself.
fn asked(devices: &mut Devices) -> Vec<DeviceAction> {
    devices.handle(DeviceEvent::Ready(UNASKED));
    devices.retry(&[Camera, Microphone])
}

/// Both open, as on most days.
fn opened() -> Devices {
    let mut devices = desktop();
    let (ticket, ..) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    let opened = DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: Some(device("m1")) };
    devices.handle(opened);
    devices
}

fn refuse(
    devices: &mut Devices,
    ticket: Ticket,
    problem: DeviceProblem,
    permissions: Permissions,
) -> (Vec<DeviceAction>, Vec<Notice>) {
    devices.handle(DeviceEvent::Refused { ticket, problem, permissions })
}

#[test]
fn a_first_visit_asks_once_for_both_and_not_before_the_person_was_told_what_for() {
    let mut devices = desktop();
    assert_eq!(requests(&devices.handle(DeviceEvent::Ready(UNASKED)).0), []);
    let view = devices.view(Camera);
    assert!(
        view.is_unasked && !view.is_asking && !devices.is_about_to_open(),
        "joining does not wait for it"
    );
    let (_, camera, microphone) = only_request(&devices.retry(&[Camera, Microphone]));
    assert!(!devices.view(Camera).is_unasked);
    assert_eq!((camera, microphone), (Some(Wish::Any), Some(Wish::Any)));
}

#[test]
fn a_phone_starts_with_the_camera_that_looks_at_the_person() {
    let mut devices = Devices::new(&Choices::default(), FormFactor::Handheld);
    let (_, camera, _) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    assert_eq!(camera, Some(Wish::FacingPerson));
}

#[test]
fn a_remembered_device_is_preferred_and_a_chosen_one_is_exact() {
    let choices = Choices { camera_id: Some(id("desk")), ..Choices::default() };
    let mut devices = Devices::new(&choices, FormFactor::Handheld);
    let (ticket, camera, _) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    assert_eq!(camera, Some(Wish::Prefer(id("desk"))));
    // It was unplugged since: another one opens, and that one is shown as the one in use.
    devices.handle(DeviceEvent::Opened {
        ticket,
        camera: Some(device("built-in")),
        microphone: Some(device("m1")),
    });
    assert_eq!(devices.view(Camera).selected, Some(id("built-in")));

    let (_, camera, microphone) = only_request(&devices.choose(Camera, id("phone")));
    assert_eq!((camera, microphone), (Some(Wish::Exact(id("phone"))), None));
}

#[test]
fn a_remembered_device_that_is_there_is_opened_even_if_the_browser_opened_another() {
    let choices = Choices { camera_id: Some(id("c3")), ..Choices::default() };
    let list = |names: &[&str]| {
        let device = |name: &&str| ListedDevice { kind: Camera, id: id(name), label: (*name).into() };
        DeviceEvent::Listed(names.iter().map(device).collect())
    };
    let visit = |names: &[&str]| {
        let mut devices = Devices::new(&choices, FormFactor::Desktop);
        let (ticket, ..) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
        let both = DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: Some(device("m1")) };
        devices.handle(both);
        let asked = requests(&devices.handle(list(names)).0);
        assert_eq!(devices.handle(list(names)).0, [], "it is tried once");
        asked.into_iter().map(|(_, camera, _)| camera).collect::<Vec<_>>()
    };
    assert_eq!(visit(&["c1", "c2", "c3"]), [Some(Wish::Exact(id("c3")))]);
    assert_eq!(visit(&["c1", "c2"]), [], "a missing one falls back");
}

#[test]
fn what_was_off_at_the_last_visit_is_not_opened() {
    let choices = Choices { camera: Off, ..Choices::default() };
    let mut devices = Devices::new(&choices, FormFactor::Desktop);
    let (_, camera, microphone) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    assert_eq!((camera, microphone), (None, Some(Wish::Any)));
}

#[test]
fn the_new_camera_is_put_to_use_and_the_list_is_read_again() {
    let mut devices = opened();
    let (ticket, ..) = only_request(&devices.choose(Camera, id("c2")));
    assert_eq!(devices.switch(Camera), On, "the old one is seen until the new one is there");
    let event = DeviceEvent::Opened { ticket, camera: Some(device("c2")), microphone: None };
    assert_eq!(devices.handle(event).0, [DeviceAction::Use(ticket, Camera), DeviceAction::List]);
    assert_eq!(devices.view(Camera).selected, Some(id("c2")));
}

#[test]
fn a_chosen_camera_that_fails_leaves_the_old_one_and_says_why() {
    for problem in [DeviceProblem::Busy, DeviceProblem::Gone, DeviceProblem::Unknown] {
        let mut devices = opened();
        let (ticket, ..) = only_request(&devices.choose(Camera, id("c2")));
        let (actions, notices) = refuse(&mut devices, ticket, problem, ALLOWED);
        assert_eq!((requests(&actions).len(), notices), (0, vec![Notice::Kept(Camera, problem)]));
        let view = devices.view(Camera);
        assert_eq!((view.switch, view.problem, view.selected), (On, None, Some(id("c1"))));
        assert_eq!(devices.choices().camera_id, Some(id("c1")), "what failed is not remembered");
    }
}

#[test]
fn a_stream_that_arrives_after_the_person_moved_on_is_dropped() {
    // Switched off while it was opening.
    let mut devices = desktop();
    let (ticket, ..) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    devices.set(Camera, Off);
    let both = DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: Some(device("m1")) };
    let actions = devices.handle(both).0;
    assert!(
        actions.contains(&DeviceAction::Use(ticket, Microphone))
            && actions.contains(&DeviceAction::Drop(ticket))
    );
    assert!(!actions.contains(&DeviceAction::Use(ticket, Camera)));
    assert_eq!(devices.switch(Camera), Off);

    // Another one was chosen meanwhile.
    let mut devices = opened();
    let (first, ..) = only_request(&devices.choose(Camera, id("c2")));
    let (second, ..) = only_request(&devices.choose(Camera, id("c3")));
    let late = DeviceEvent::Opened { ticket: first, camera: Some(device("c2")), microphone: None };
    assert_eq!(devices.handle(late).0, [DeviceAction::Drop(first), DeviceAction::List]);
    let right = DeviceEvent::Opened { ticket: second, camera: Some(device("c3")), microphone: None };
    assert!(devices.handle(right).0.contains(&DeviceAction::Use(second, Camera)));

    // The person left.
    let mut devices = desktop();
    let (ticket, ..) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    devices.stop();
    let late = DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: Some(device("m1")) };
    assert_eq!(devices.handle(late).0, [DeviceAction::Drop(ticket), DeviceAction::List]);
}

#[test]
fn camera_off_releases_the_device_and_microphone_off_keeps_it() {
    let mut devices = opened();
    assert_eq!(devices.set(Camera, Off), [DeviceAction::Release(Camera)]);
    assert_eq!(devices.set(Microphone, Off), [DeviceAction::SetMicrophone(Off)]);
    assert_eq!((devices.switch(Camera), devices.switch(Microphone)), (Off, Off));
    assert_eq!(devices.set(Microphone, On), [DeviceAction::SetMicrophone(On)]);
    let (_, camera, _) = only_request(&devices.set(Camera, On));
    assert_eq!(camera, Some(Wish::Any));
}

#[test]
fn a_microphone_muted_while_it_opens_opens_muted() {
    let mut devices = desktop();
    let (ticket, ..) = only_request(&devices.handle(DeviceEvent::Ready(ALLOWED)).0);
    assert_eq!(devices.set(Microphone, Off), []);
    let both = DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: Some(device("m1")) };
    assert!(devices.handle(both).0.contains(&DeviceAction::SetMicrophone(Off)));
    assert_eq!(devices.switch(Microphone), Off);
}

/// The request for both failed with `problem`; what is asked for again, and what each is left with.
#[track_caller]
fn both_fail(
    problem: DeviceProblem,
    now: Permissions,
    again: &[DeviceKind],
    left: [Option<DeviceProblem>; 2],
) {
    let mut devices = desktop();
    let (ticket, ..) = only_request(&asked(&mut devices));
    let (actions, _) = refuse(&mut devices, ticket, problem, now);
    let asked: Vec<_> = requests(&actions)
        .iter()
        .map(|(_, camera, microphone)| match (camera, microphone) {
            (Some(_), None) => Camera,
            (None, Some(_)) => Microphone,
            both => panic!("{both:?}"),
        })
        .collect();
    assert_eq!(asked, again, "{problem:?} {now:?}");
    assert_eq!([devices.view(Camera).problem, devices.view(Microphone).problem], left, "{problem:?} {now:?}");
}

#[test]
fn one_device_that_fails_never_blocks_the_other() {
    use DeviceProblem::{Busy, Denied, Dismissed, Missing};
    use Permission::{Granted, Prompt, Unknown};
    let permissions = |camera, microphone| Permissions { camera, microphone };
    let denied = Permission::Denied;
    both_fail(Missing, UNASKED, &[Camera, Microphone], [None, None]);
    both_fail(Busy, ALLOWED, &[Camera, Microphone], [None, None]);
    both_fail(Denied, permissions(denied, denied), &[], [Some(Denied), Some(Denied)]);
    both_fail(Denied, permissions(denied, Granted), &[Microphone], [Some(Denied), None]);
    both_fail(Denied, permissions(Granted, denied), &[Camera], [None, Some(Denied)]);
    // Closed without an answer, as browsers that keep no "no" say it too.
    both_fail(Denied, permissions(Prompt, Prompt), &[], [Some(Dismissed), Some(Dismissed)]);
    // A browser that does not tell: asking again would bring the question back.
    both_fail(Denied, permissions(Unknown, Unknown), &[], [Some(Denied), Some(Denied)]);
}

#[test]
fn a_device_that_failed_alone_says_why_and_can_be_tried_again() {
    let mut devices = opened();
    devices.set(Camera, Off);
    let (ticket, ..) = only_request(&devices.set(Camera, On));
    let (actions, notices) = refuse(&mut devices, ticket, DeviceProblem::Busy, ALLOWED);
    assert_eq!((requests(&actions).len(), notices.len()), (0, 0));
    assert_eq!(devices.view(Camera).problem, Some(DeviceProblem::Busy));
    assert_eq!(devices.view(Microphone).problem, None);
    let (ticket, ..) = only_request(&devices.retry(&[Camera]));
    assert_eq!(devices.view(Camera).problem, None);
    devices.handle(DeviceEvent::Opened { ticket, camera: Some(device("c1")), microphone: None });
    assert_eq!(devices.switch(Camera), On);
}

#[test]
fn two_that_failed_alike_are_tried_again_with_one_question() {
    let mut devices = desktop();
    let (ticket, ..) = only_request(&asked(&mut devices));
    refuse(&mut devices, ticket, DeviceProblem::Denied, UNASKED);
    let (ticket, camera, microphone) = only_request(&devices.retry(&[Camera, Microphone]));
    assert_eq!((camera, microphone), (Some(Wish::Any), Some(Wish::Any)));
    devices.handle(DeviceEvent::Opened {
        ticket,
        camera: Some(device("c1")),
        microphone: Some(device("m1")),
    });
    assert_eq!(devices.retry(&[Camera, Microphone]), [], "nothing is left to try");
}

#[test]
fn a_device_that_ends_is_let_go_of_said_so_once_and_followed_by_another() {
    let mut devices = opened();
    let (actions, notices) = devices.handle(DeviceEvent::Ended(Microphone));
    assert_eq!(actions[..2], [DeviceAction::Release(Microphone), DeviceAction::List]);
    let (ticket, None, Some(Wish::Any)) = only_request(&actions) else { panic!("{actions:?}") };
    assert_eq!(notices, [Notice::Ended(Microphone)]);
    assert_eq!(devices.switch(Camera), On, "the rest of the call is untouched");
    assert_eq!(devices.handle(DeviceEvent::Ended(Microphone)), (vec![], vec![]));
    refuse(&mut devices, ticket, DeviceProblem::Missing, ALLOWED);
    assert_eq!(devices.view(Microphone).problem, Some(DeviceProblem::Ended), "the reason, not the last try");
}

#[test]
fn a_device_that_is_plugged_in_again_is_opened_and_one_that_is_there_and_fails_is_not() {
    let mut devices = opened();
    let list = |names: &[&str]| {
        DeviceEvent::Listed(
            names.iter().map(|name| ListedDevice { kind: Camera, id: id(name), label: "C".into() }).collect(),
        )
    };
    devices.handle(list(&["c1"]));
    let actions = devices.handle(DeviceEvent::Ended(Camera)).0;
    assert_eq!(actions, [DeviceAction::Release(Camera), DeviceAction::List]);
    assert_eq!(devices.handle(list(&["c1"])).0, [], "it is there, and permission may have been withdrawn");
    assert_eq!(devices.handle(list(&[])).0, []);
    let actions = devices.handle(list(&["c1"])).0;
    let (ticket, Some(Wish::Any), None) = only_request(&actions) else { panic!("{actions:?}") };
    // Withdrawn permission is another matter: the person said no.
    refuse(&mut devices, ticket, DeviceProblem::Denied, ALLOWED);
    assert_eq!(devices.handle(list(&[])).0, []);
    assert_eq!(devices.handle(list(&["c1"])).0, []);
}

#[test]
fn a_camera_that_is_unplugged_is_followed_by_another_that_is_there() {
    let mut devices = opened();
    let list = |names: &[&str]| {
        DeviceEvent::Listed(
            names.iter().map(|name| ListedDevice { kind: Camera, id: id(name), label: "C".into() }).collect(),
        )
    };
    devices.handle(list(&["c1", "c2"]));
    devices.handle(DeviceEvent::Ended(Camera));
    let actions = devices.handle(list(&["c2"])).0;
    let (_, Some(Wish::Any), None) = only_request(&actions) else { panic!("{actions:?}") };
}

#[test]
fn a_device_that_keeps_ending_is_not_followed_for_ever() {
    let mut devices = opened();
    let mut requests = 0;
    for _ in 0..10 {
        let (actions, _) = devices.handle(DeviceEvent::Ended(Microphone));
        if actions.iter().any(|action| matches!(action, DeviceAction::Open { .. })) {
            requests += 1;
            let ticket = only_request(&actions).0;
            let microphone = Some(OpenDevice { id: id("m1"), is_facing_away: false });
            devices.handle(DeviceEvent::Opened { ticket, camera: None, microphone });
        }
    }
    assert_eq!(requests, 3);
}

#[test]
fn the_list_is_read_again_when_something_is_plugged_in() {
    let mut devices = opened();
    assert_eq!(devices.handle(DeviceEvent::Changed).0, [DeviceAction::List]);
    let list = |kind, name: &str| ListedDevice { kind, id: id(name), label: name.into() };
    let nameless = ListedDevice { kind: Camera, id: id(""), label: String::new() };
    devices.handle(DeviceEvent::Listed(vec![
        list(Camera, "c1"),
        list(Microphone, "m1"),
        list(Camera, "c2"),
        nameless,
    ]));
    assert_eq!(devices.view(Camera).options, [list(Camera, "c1"), list(Camera, "c2")]);
    assert_eq!(devices.view(Microphone).options, [list(Microphone, "m1")]);
}

#[test]
fn joining_waits_for_a_device_that_opens_but_not_for_a_person_who_is_asked() {
    let mut devices = desktop();
    asked(&mut devices);
    assert!(devices.view(Camera).is_asking && !devices.is_about_to_open());
    let mut devices = desktop();
    devices.handle(DeviceEvent::Ready(ALLOWED));
    assert!(!devices.view(Camera).is_asking && devices.is_about_to_open());
}

#[test]
fn only_a_camera_that_looks_away_is_not_mirrored() {
    let mut devices = opened();
    assert!(devices.view(Camera).is_facing_person);
    let (ticket, ..) = only_request(&devices.choose(Camera, id("back")));
    let back = OpenDevice { id: id("back"), is_facing_away: true };
    devices.handle(DeviceEvent::Opened { ticket, camera: Some(back), microphone: None });
    assert!(!devices.view(Camera).is_facing_person);
}
