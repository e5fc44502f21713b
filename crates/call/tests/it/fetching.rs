//! What only a call needs is fetched when somebody wants in: what is done until it is there, and when it does not come.

use ojak_call::protocol::{ClientMessage, DisplayName, PeerId, RoomName, Switch};
use ojak_call::{
    Action, Call, Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, Event, FormFactor, Intent, Lobby,
    OpenDevice, Permission, Permissions, Seat, SocketEvent, Stage, Trouble,
};
use std::time::Duration;

const NOW: Duration = Duration::from_secs(1);

fn lobby() -> Lobby {
    Lobby::new(Choices::default(), FormFactor::Desktop, 7)
}

fn wants(lobby: &mut Lobby, intent: Intent) -> Vec<Action> {
    lobby.handle(Event::Intent(intent), NOW)
}

fn join() -> Intent {
    Intent::Join { room: "den".into(), name: "Haneul".into() }
}

fn seat() -> Seat {
    Seat {
        room: RoomName::parse("den").unwrap(),
        name: DisplayName::parse("Haneul").unwrap(),
        peer: PeerId::from_bits(1),
        resume: "token".into(),
    }
}

fn fetches(actions: &[Action]) -> usize {
    actions.iter().filter(|action| **action == Action::FetchCall).count()
}

/// The rest is there, and what is done then.
fn go_on(lobby: Lobby) -> (Call, Vec<Action>) {
    let mut call = Call::from(lobby);
    let actions = call.handle(Event::CallFetched, NOW);
    (call, actions)
}

#[test]
fn nothing_is_fetched_before_somebody_wants_in() {
    let mut lobby = lobby();
    let allowed = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
    let mut actions = lobby.handle(Event::Device(DeviceEvent::Ready(allowed)), NOW);
    actions.extend(wants(&mut lobby, Intent::LookInto("den".into())));
    actions.extend(wants(&mut lobby, Intent::Switch(DeviceKind::Camera, Switch::Off)));
    actions.extend(lobby.handle(Event::Tick(NOW), NOW + Duration::from_secs(60)));
    actions.extend(wants(&mut lobby, Intent::Join { room: "a/b".into(), name: "Haneul".into() }));
    assert_eq!(fetches(&actions), 0, "{actions:?}");
    assert_eq!(lobby.view().stage, Stage::Lobby);
}

#[test]
fn joining_fetches_once_and_says_nothing_to_the_server_before_it_is_there() {
    let mut lobby = lobby();
    let actions = [wants(&mut lobby, join()), wants(&mut lobby, join())].concat();
    assert_eq!(fetches(&actions), 1, "{actions:?}");
    assert!(!actions.contains(&Action::OpenSocket), "{actions:?}");
    let view = lobby.view();
    assert_eq!((view.stage, view.room), (Stage::Joining, Some(seat().room)));

    let (mut call, actions) = go_on(lobby);
    assert!(actions.contains(&Action::OpenSocket), "{actions:?}");
    assert_eq!(call.view().stage, Stage::Joining);
    let actions = call.handle(Event::Socket(SocketEvent::Opened), NOW);
    assert!(
        actions.iter().any(|action| matches!(action, Action::Send(ClientMessage::Join { .. }))),
        "{actions:?}"
    );
}

#[test]
fn a_device_that_opens_meanwhile_is_open_in_the_call() {
    let mut lobby = lobby();
    let allowed = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
    let asked = lobby.handle(Event::Device(DeviceEvent::Ready(allowed)), NOW);
    let ticket = asked.iter().find_map(|action| match action {
        Action::Device(DeviceAction::Open { ticket, .. }) => Some(*ticket),
        _ => None,
    });
    wants(&mut lobby, join());
    let device = |id: &str| Some(OpenDevice { id: DeviceId(id.into()), is_facing_away: false });
    let (camera, microphone) = (device("c1"), device("m1"));
    let opened = DeviceEvent::Opened { ticket: ticket.unwrap(), camera, microphone };
    lobby.handle(Event::Device(opened), NOW);
    let (call, actions) = go_on(lobby);
    assert!(call.view().camera.switch.is_on());
    assert!(actions.contains(&Action::OpenSocket), "nothing is waited for any more: {actions:?}");
}

#[test]
fn what_does_not_come_is_said_and_the_next_try_fetches_again() {
    for trouble in [Trouble::Unreachable, Trouble::Outdated] {
        let mut lobby = lobby();
        wants(&mut lobby, join());
        let actions = lobby.handle(Event::CallMissed(trouble), NOW);
        assert_eq!(fetches(&actions), 0, "not by itself: {actions:?}");
        assert_eq!((lobby.view().stage, lobby.view().trouble), (Stage::Lobby, Some(trouble)));
        assert_eq!(fetches(&wants(&mut lobby, join())), 1);
        assert_eq!((lobby.view().stage, lobby.view().trouble), (Stage::Joining, None));
    }
}

/// Like a socket that does not open: somebody who was in the call already does not want to be asked again.
#[test]
fn for_a_seat_it_is_fetched_again_until_the_seat_is_gone() {
    let mut lobby = lobby();
    assert_eq!(fetches(&wants(&mut lobby, Intent::Return(seat()))), 1);
    lobby.handle(Event::CallMissed(Trouble::Unreachable), NOW);
    assert_eq!(lobby.view().stage, Stage::Joining);
    assert_eq!(fetches(&lobby.handle(Event::Tick(NOW), NOW + Duration::from_millis(500))), 1);
    let late = NOW + Duration::from_secs(31);
    lobby.handle(Event::CallMissed(Trouble::Unreachable), late);
    assert_eq!((lobby.view().stage, lobby.view().trouble), (Stage::Lobby, Some(Trouble::Unreachable)));

    wants(&mut lobby, Intent::Return(seat()));
    let (mut call, _) = go_on(lobby);
    let actions = call.handle(Event::Socket(SocketEvent::Opened), NOW);
    let resumes = |action: &Action| matches!(action, Action::Send(ClientMessage::Join { resume: Some(resume), .. }) if resume == "token");
    assert!(actions.iter().any(resumes), "{actions:?}");
}

#[test]
fn a_seat_is_not_asked_for_in_vain_by_a_page_that_is_too_old() {
    let mut lobby = lobby();
    wants(&mut lobby, Intent::Return(seat()));
    lobby.handle(Event::CallMissed(Trouble::Outdated), NOW);
    assert_eq!((lobby.view().stage, lobby.view().trouble), (Stage::Lobby, Some(Trouble::Outdated)));
}
