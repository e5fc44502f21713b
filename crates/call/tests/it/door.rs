//! Locked rooms: waiting to be let in, letting in, and being sent out.

use crate::world::{Fault, World};
use ojak_call::protocol::{
    ClientMessage, Departure, DisplayName, ErrorCode, PeerEntry, PeerId, PeerSignal, RoomName, ServerMessage,
    Switch,
};
use ojak_call::{
    Action, Call, Choices, DeviceAction, DeviceEvent, DeviceId, DeviceKind, Event, FormFactor, Intent, Knock,
    Lobby, Notice, OpenDevice, Permission, Permissions, SocketEvent, Stage, Trouble,
};
use std::time::Duration;

const ME: u128 = 100;

/// Somebody whose camera and microphone are open, at a room.
struct Visitor {
    call: Call,
    now: Duration,
}

impl Visitor {
    fn new() -> Self {
        let mut visitor = Self {
            call: Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7)),
            now: Duration::ZERO,
        };
        let allowed = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
        let actions = visitor.does(Event::Device(DeviceEvent::Ready(allowed)));
        let ticket = actions.iter().find_map(|action| match action {
            Action::Device(DeviceAction::Open { ticket, .. }) => Some(*ticket),
            _ => None,
        });
        let device = |id: &str| Some(OpenDevice { id: DeviceId(id.into()), is_facing_away: false });
        let (camera, microphone) = (device("c1"), device("m1"));
        let ticket = ticket.expect("a request for devices");
        visitor.does(Event::Device(DeviceEvent::Opened { ticket, camera, microphone }));
        visitor
    }

    /// Waiting to be let in.
    fn waiting() -> Self {
        let mut visitor = Self::new();
        visitor.wants(Intent::Join { room: "den".into(), name: "Sora".into() });
        visitor.does(Event::Socket(SocketEvent::Opened));
        visitor.hears(ServerMessage::Waiting);
        visitor
    }

    /// In a room with Ana, where this one is the host, or Ana is.
    fn in_room(host: u128) -> Self {
        let mut visitor = Self::new();
        visitor.wants(Intent::Join { room: "den".into(), name: "Sora".into() });
        visitor.does(Event::Socket(SocketEvent::Opened));
        visitor.hears(joined(host, false));
        visitor
    }

    fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    fn wants(&mut self, intent: Intent) -> Vec<Action> {
        self.does(Event::Intent(intent))
    }

    fn hears(&mut self, message: ServerMessage<PeerSignal>) -> Vec<Action> {
        self.does(Event::Socket(SocketEvent::Message(message)))
    }

    fn waits(&mut self, seconds: u64) -> Vec<Action> {
        let tick = |visitor: &mut Self| {
            visitor.now += Duration::from_millis(500);
            visitor.does(Event::Tick(visitor.now))
        };
        (0..2 * seconds).flat_map(|_| tick(self)).collect()
    }

    fn stage(&self) -> Stage {
        self.call.view().stage
    }

    fn knocks(&self) -> Vec<Knock> {
        self.call.view().door.map(|door| door.knocks).unwrap_or_default()
    }

    fn has_camera(&self) -> bool {
        self.call.view().camera.switch.is_on()
    }
}

fn id(bits: u128) -> PeerId {
    PeerId::from_bits(bits << 64)
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn joined(host: u128, locked: bool) -> ServerMessage<PeerSignal> {
    ServerMessage::Joined {
        you: id(ME),
        room: RoomName::parse("den").unwrap(),
        resume: "token".into(),
        peers: vec![PeerEntry { peer: id(1), name: name("Ana"), away: false }],
        host: id(host),
        locked,
        ice_servers: vec![],
    }
}

fn knock(peer: u128) -> ServerMessage<PeerSignal> {
    ServerMessage::Knock { peer: id(peer), name: name("Ben") }
}

fn error(code: ErrorCode) -> ServerMessage<PeerSignal> {
    ServerMessage::Error { code, message: "".into() }
}

fn is_join(action: &Action) -> bool {
    matches!(action, Action::Send(ClientMessage::Join { .. }))
}

fn stops_devices(actions: &[Action]) -> bool {
    [DeviceKind::Camera, DeviceKind::Microphone]
        .iter()
        .all(|kind| actions.contains(&Action::Device(DeviceAction::Release(*kind))))
}

#[test]
fn whoever_waits_keeps_camera_and_microphone_and_is_in_the_room_once_let_in() {
    let mut visitor = Visitor::waiting();
    assert_eq!((visitor.stage(), visitor.call.view().trouble), (Stage::Knocking, None));
    assert!(visitor.has_camera());
    visitor.hears(ServerMessage::Ping);
    visitor.waits(10);
    assert_eq!(visitor.stage(), Stage::Knocking);
    let actions = visitor.hears(joined(1, true));
    assert!(actions.iter().any(|action| matches!(action, Action::KeepSeat(_))), "{actions:?}");
    let view = visitor.call.view();
    assert_eq!((view.stage, view.people.len()), (Stage::Connected, 1));
    let door = view.door.unwrap();
    assert_eq!((door.host, door.lock), (Some(id(1)), Switch::On));
}

#[test]
fn whoever_stops_waiting_says_so_and_is_in_the_lobby_with_the_camera_on() {
    let mut visitor = Visitor::waiting();
    let actions = visitor.wants(Intent::StopWaiting);
    assert_eq!(actions[..2], [Action::Send(ClientMessage::Leave), Action::CloseSocket]);
    assert_eq!(visitor.stage(), Stage::Lobby);
    assert!(visitor.has_camera());
    assert!(visitor.wants(Intent::StopWaiting).is_empty());
    assert!(!visitor.waits(20).contains(&Action::OpenSocket));
}

#[test]
fn whoever_loses_the_socket_while_waiting_knocks_again() {
    let mut visitor = Visitor::waiting();
    visitor.does(Event::Socket(SocketEvent::Closed));
    assert_eq!(visitor.stage(), Stage::Knocking);
    assert!(visitor.waits(4).contains(&Action::OpenSocket));
    assert_eq!(visitor.call.view().trouble, Some(Trouble::SocketLost), "and is told what is the matter");
    let actions = visitor.does(Event::Socket(SocketEvent::Opened));
    assert!(actions.iter().any(is_join), "{actions:?}");
    visitor.hears(ServerMessage::Waiting);
    assert_eq!((visitor.stage(), visitor.call.view().trouble), (Stage::Knocking, None));
    // A socket that is dead without a word is noticed as well, and at once on another network.
    assert!(visitor.waits(30).contains(&Action::OpenSocket));
    visitor.does(Event::Socket(SocketEvent::Opened));
    visitor.hears(ServerMessage::Waiting);
    assert!(visitor.does(Event::NetworkChanged).contains(&Action::Send(ClientMessage::Pong)));
}

#[test]
fn whoever_is_not_let_in_is_in_the_lobby_and_told_why() {
    for code in [ErrorCode::Denied, ErrorCode::RoomLocked] {
        let mut visitor = Visitor::waiting();
        let actions = visitor.hears(error(code));
        assert!(actions.contains(&Action::CloseSocket));
        assert_eq!(
            (visitor.stage(), visitor.call.view().trouble),
            (Stage::Lobby, Some(Trouble::Refused(code)))
        );
        assert!(visitor.has_camera());
        visitor.does(Event::Socket(SocketEvent::Closed));
        assert!(!visitor.waits(20).contains(&Action::OpenSocket), "nobody asks again by themselves");
    }
    let mut visitor = Visitor::waiting();
    visitor.hears(error(ErrorCode::RoomFull));
    assert_eq!(visitor.stage(), Stage::Failed);
}

#[test]
fn the_host_sees_who_knocks_and_for_how_long() {
    let mut visitor = Visitor::in_room(ME);
    visitor.hears(knock(7));
    visitor.hears(knock(7));
    visitor.hears(knock(8));
    visitor.hears(ServerMessage::Ping);
    let ben = |peer, minutes| Knock { peer: id(peer), name: name("Ben"), minutes };
    assert_eq!(visitor.knocks(), [ben(7, 0), ben(8, 0)]);
    for _ in 0..13 {
        visitor.waits(5);
        visitor.hears(ServerMessage::Ping);
    }
    assert_eq!(visitor.knocks(), [ben(7, 1), ben(8, 1)]);
    let ended = ServerMessage::KnockEnded { peer: id(7), name: name("Ben") };
    visitor.hears(ended);
    assert_eq!(visitor.knocks(), [ben(8, 1)]);
}

#[test]
fn what_the_host_wants_is_said_and_what_others_want_is_not() {
    let wishes = || {
        [
            (Intent::Lock(Switch::On), ClientMessage::Lock { locked: true }),
            (Intent::Admit(id(7)), ClientMessage::Admit { peer: id(7) }),
            (Intent::Deny(id(7)), ClientMessage::Deny { peer: id(7) }),
            (Intent::Remove(id(1)), ClientMessage::Remove { peer: id(1) }),
        ]
    };
    let (mut host, mut guest) = (Visitor::in_room(ME), Visitor::in_room(1));
    for (intent, message) in wishes() {
        assert_eq!(host.wants(intent.clone()), [Action::Send(message)]);
        assert!(guest.wants(intent).is_empty());
    }
    host.does(Event::Socket(SocketEvent::Closed));
    assert!(wishes().into_iter().all(|(intent, _)| host.wants(intent).is_empty()), "nobody would hear it");
}

#[test]
fn the_next_host_is_told_so_and_hears_of_the_knocks_anew() {
    let mut visitor = Visitor::in_room(1);
    let actions = visitor.hears(ServerMessage::Host { peer: id(ME) });
    assert_eq!(actions, [Action::Announce(Notice::Host)]);
    assert_eq!(visitor.call.view().door.unwrap().host, None);
    let mut alone = Visitor::in_room(1);
    alone.hears(ServerMessage::PeerLeft { peer: id(1), reason: Departure::Left });
    assert!(alone.hears(ServerMessage::Host { peer: id(ME) }).is_empty(), "of nobody");
    visitor.hears(knock(7));
    assert_eq!(visitor.knocks().len(), 1);
    // And one who is back: what was heard before may not be so any more.
    visitor.does(Event::Socket(SocketEvent::Closed));
    visitor.does(Event::Socket(SocketEvent::Opened));
    visitor.hears(joined(ME, false));
    assert!(visitor.knocks().is_empty());
}

#[test]
fn a_host_who_can_let_nobody_in_any_more_is_told() {
    let mut visitor = Visitor::in_room(ME);
    assert!(visitor.hears(error(ErrorCode::RoomFull)).is_empty(), "nobody knocks");
    visitor.hears(knock(7));
    assert_eq!(visitor.hears(error(ErrorCode::RoomFull)), [Action::Announce(Notice::NoPlace)]);
    assert_eq!(visitor.knocks().len(), 1, "they go on waiting");
}

#[test]
fn whoever_is_sent_out_is_told_and_nothing_stays_on() {
    let mut visitor = Visitor::in_room(1);
    let actions = visitor.hears(error(ErrorCode::Removed));
    for expected in [Action::ClosePeer(id(1)), Action::DropSeat, Action::CloseSocket] {
        assert!(actions.contains(&expected), "{expected:?} in {actions:?}");
    }
    assert!(stops_devices(&actions), "{actions:?}");
    let removed = Trouble::Refused(ErrorCode::Removed);
    assert_eq!((visitor.stage(), visitor.call.view().trouble), (Stage::Ended, Some(removed)));
    visitor.does(Event::Socket(SocketEvent::Closed));
    assert!(!visitor.waits(20).contains(&Action::OpenSocket));
}

#[test]
fn whoever_was_sent_out_while_away_is_told_when_they_are_back() {
    let mut visitor = Visitor::in_room(1);
    visitor.does(Event::Socket(SocketEvent::Closed));
    visitor.waits(2);
    visitor.does(Event::Socket(SocketEvent::Opened));
    visitor.hears(error(ErrorCode::Removed));
    assert_eq!(visitor.stage(), Stage::Ended);
}

#[test]
fn nobody_keeps_a_connection_to_who_was_sent_out() {
    let mut visitor = Visitor::in_room(ME);
    let actions = visitor.hears(ServerMessage::PeerLeft { peer: id(1), reason: Departure::Removed });
    let told = Action::Announce(Notice::Left(name("Ana"), Departure::Removed));
    assert_eq!(actions, [Action::ClosePeer(id(1)), told]);
}

#[test]
fn a_host_locks_the_room_again_when_the_server_has_forgotten_it() {
    let lock = Action::Send(ClientMessage::Lock { locked: true });
    let back = |host: u128, was_locked: bool, is_locked: bool| {
        let mut visitor = Visitor::in_room(host);
        visitor.hears(ServerMessage::Locked { locked: was_locked });
        visitor.does(Event::Socket(SocketEvent::Closed));
        visitor.does(Event::Socket(SocketEvent::Opened));
        visitor.hears(joined(host, is_locked))
    };
    assert!(back(ME, true, false).contains(&lock));
    assert!(!back(ME, true, true).contains(&lock));
    assert!(!back(ME, false, false).contains(&lock));
    assert!(!back(1, true, false).contains(&lock), "it is not theirs to say");
}

/// Whoever is back first is the host then, and knows as well that the room was locked.
#[test]
fn a_room_stays_locked_through_restarts_of_the_server() {
    for seed in 0..40 {
        let mut world = World::new(seed, 3);
        world.run_until(8_000);
        world.wish(0, Intent::Lock(Switch::On));
        world.run_until(9_000);
        assert!(world.is_locked, "seed {seed}");
        world.plan(10_000, if seed % 2 == 0 { Fault::Kill(1500) } else { Fault::Drain(500) });
        world.run_until(10_100);
        assert!(!world.is_locked, "seed {seed}: it forgets");
        world.run_until(40_000);
        assert!(world.is_locked, "seed {seed}");
        assert_eq!(world.is_whole(), Ok(()), "seed {seed}");
    }
}
