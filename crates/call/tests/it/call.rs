//! A whole visit: what is said to the server, to the others and to the person, and when.

use ojak_call::protocol::{
    ClientMessage, Departure, DisplayName, ErrorCode, PROTOCOL_VERSION, PeerEntry, PeerId, PeerMessage,
    RoomName, ServerMessage, Status, Switch,
};
use ojak_call::{
    Action, Call, Choices, ConnectionState, DeviceAction, DeviceEvent, DeviceId, DeviceKind, DeviceProblem,
    Event, FormFactor, Intent, LinkState, Notice, OpenDevice, Opening, PeerAction, PeerEvent, Permission,
    Permissions, SocketEvent, Stage, Ticket, Trouble,
};
use std::time::Duration;

const ALLOWED: Permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };

struct Visit {
    call: Call,
    now: Duration,
}

impl Visit {
    fn new() -> Self {
        Self { call: Call::new(Choices::default(), FormFactor::Desktop), now: Duration::ZERO }
    }

    /// With camera and microphone open.
    fn in_lobby() -> Self {
        let mut visit = Self::new();
        visit.open_devices();
        visit
    }

    /// In the room with these already there.
    fn in_room(present: &[PeerId]) -> Self {
        let mut visit = Self::in_lobby();
        visit.join("den");
        visit.does(Event::Socket(SocketEvent::Opened));
        visit.hears(joined(present));
        visit
    }

    fn open_devices(&mut self) {
        let ticket = ticket_of(&self.does(Event::Device(DeviceEvent::Ready(ALLOWED))));
        self.does(opened(ticket));
    }

    fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    fn wants(&mut self, intent: Intent) -> Vec<Action> {
        self.does(Event::Intent(intent))
    }

    fn join(&mut self, room: &str) -> Vec<Action> {
        self.wants(Intent::Join { room: room.into(), name: "Haneul".into() })
    }

    fn hears(&mut self, message: ServerMessage<ojak_call::protocol::PeerSignal>) -> Vec<Action> {
        self.does(Event::Socket(SocketEvent::Message(message)))
    }

    fn peer(&mut self, peer: PeerId, event: PeerEvent) -> Vec<Action> {
        self.does(Event::Peer(peer, event))
    }

    fn stage(&self) -> Stage {
        self.call.view().stage
    }

    fn trouble(&self) -> Option<Trouble> {
        self.call.view().trouble
    }
}

fn id(bits: u128) -> PeerId {
    PeerId::from_bits(bits << 64)
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn ticket_of(actions: &[Action]) -> Ticket {
    actions
        .iter()
        .find_map(|action| match action {
            Action::Device(DeviceAction::Open { ticket, .. }) => Some(*ticket),
            _ => None,
        })
        .expect("a request for devices")
}

fn opened(ticket: Ticket) -> Event {
    let device = |id: &str| Some(OpenDevice { id: DeviceId(id.into()), is_facing_away: false });
    Event::Device(DeviceEvent::Opened { ticket, camera: device("c1"), microphone: device("m1") })
}

fn joined(present: &[PeerId]) -> ServerMessage<ojak_call::protocol::PeerSignal> {
    ServerMessage::Joined {
        you: id(100),
        room: RoomName::parse("den").unwrap(),
        peers: present.iter().map(|&peer| PeerEntry { peer, name: name("Ana") }).collect(),
        ice_servers: vec![],
    }
}

fn entered(peer: PeerId) -> ServerMessage<ojak_call::protocol::PeerSignal> {
    ServerMessage::PeerJoined { peer, name: name("Minho") }
}

#[test]
fn media_is_open_before_the_server_is_asked() {
    let mut visit = Visit::new();
    let ticket = ticket_of(&visit.does(Event::Device(DeviceEvent::Ready(ALLOWED))));
    assert!(!visit.join("den").contains(&Action::OpenSocket));
    assert_eq!(visit.stage(), Stage::Joining);
    assert_eq!(visit.does(opened(ticket)).last(), Some(&Action::OpenSocket));
    let join = ClientMessage::Join { version: PROTOCOL_VERSION, room: "den".into(), name: "Haneul".into() };
    assert_eq!(visit.does(Event::Socket(SocketEvent::Opened)), [Action::Send(join)]);
}

#[test]
fn one_can_join_with_nothing() {
    let mut visit = Visit::new();
    let denied = Permissions { camera: Permission::Denied, microphone: Permission::Denied };
    let ticket = ticket_of(&visit.does(Event::Device(DeviceEvent::Ready(denied))));
    let refused = DeviceEvent::Refused { ticket, problem: DeviceProblem::Denied, permissions: denied };
    visit.does(Event::Device(refused));
    assert!(visit.join("den").contains(&Action::OpenSocket));
}

#[test]
fn whoever_is_present_offers_and_the_newcomer_answers() {
    let mut visit = Visit::in_lobby();
    visit.join("den");
    let actions = visit.hears(joined(&[id(1), id(2)]));
    let create = |peer, opening| Action::CreatePeer { peer, ice_servers: vec![], opening };
    assert_eq!(actions, [create(id(1), Opening::Answers), create(id(2), Opening::Answers)]);
    let actions = visit.hears(entered(id(3)));
    assert_eq!(actions, [create(id(3), Opening::Offers), Action::Announce(Notice::Entered(name("Minho")))]);
    assert_eq!(
        visit.call.view().people.iter().map(|person| person.peer).collect::<Vec<_>>(),
        [id(1), id(2), id(3)]
    );
}

#[test]
fn nobody_is_met_twice_nor_oneself() {
    let mut visit = Visit::in_room(&[id(1)]);
    assert_eq!(visit.hears(entered(id(1))), []);
    assert_eq!(visit.hears(entered(id(100))), []);
    assert_eq!(visit.call.view().people.len(), 1);
}

#[test]
fn somebody_who_leaves_is_closed_and_announced_once() {
    let mut visit = Visit::in_room(&[id(1)]);
    let left = ServerMessage::PeerLeft { peer: id(1), reason: Departure::Left };
    let actions = visit.hears(left.clone());
    assert_eq!(
        actions,
        [Action::ClosePeer(id(1)), Action::Announce(Notice::Left(name("Ana"), Departure::Left))]
    );
    assert_eq!(visit.hears(left), []);
    assert_eq!(visit.stage(), Stage::Alone);
    assert_eq!(visit.peer(id(1), PeerEvent::NegotiationNeeded), [], "an event of a connection that is gone");
}

#[test]
fn the_stage_says_how_the_connections_are() {
    let mut visit = Visit::in_room(&[]);
    assert_eq!(visit.stage(), Stage::Alone);
    visit.hears(entered(id(1)));
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    assert_eq!(visit.stage(), Stage::Connected);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Disconnected));
    assert_eq!(visit.stage(), Stage::Reconnecting);
    assert_eq!(visit.call.view().people[0].state, LinkState::Reconnecting);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    assert_eq!(visit.stage(), Stage::Connected);
}

#[test]
fn a_connection_that_failed_is_tried_again_by_whoever_offered() {
    let mut visit = Visit::in_room(&[id(1)]);
    visit.hears(entered(id(2)));
    assert_eq!(visit.peer(id(1), PeerEvent::State(ConnectionState::Failed)), []);
    let restart = Action::Peer(id(2), PeerAction::RestartIce);
    assert_eq!(visit.peer(id(2), PeerEvent::State(ConnectionState::Failed)), [restart]);
    assert_eq!(visit.call.view().people[1].state, LinkState::Failed);
}

#[test]
fn the_others_are_told_what_is_switched_on_when_they_can_hear_it_and_when_it_changes() {
    let mut visit = Visit::in_room(&[id(1), id(2)]);
    let say = |peer, microphone, camera| {
        Action::Peer(peer, PeerAction::Say(PeerMessage::Status(Status { microphone, camera })))
    };
    assert_eq!(visit.peer(id(1), PeerEvent::ChannelOpened), [say(id(1), Switch::On, Switch::On)]);
    let actions = visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::Off));
    assert!(actions.contains(&say(id(1), Switch::Off, Switch::On)), "{actions:?}");
    assert!(
        !actions.iter().any(|action| matches!(action, Action::Peer(peer, _) if *peer == id(2))),
        "{actions:?}"
    );
}

#[test]
fn a_mute_of_somebody_else_is_seen_and_announced() {
    let mut visit = Visit::in_room(&[id(1)]);
    let status = |microphone| PeerEvent::Said(PeerMessage::Status(Status { microphone, camera: Switch::On }));
    let show = Action::Peer(id(1), PeerAction::ShowPicture);
    assert_eq!(visit.peer(id(1), status(Switch::On)), [show], "what they came with is no news");
    let muted = Action::Announce(Notice::Microphone(name("Ana"), Switch::Off));
    assert_eq!(visit.peer(id(1), status(Switch::Off)), [muted]);
    assert_eq!(visit.call.view().people[0].status.unwrap().microphone, Switch::Off);
}

#[test]
fn a_picture_is_shown_once_there_is_one_and_then_stays() {
    let mut visit = Visit::in_room(&[id(1)]);
    let mut hear = |camera| {
        visit.peer(id(1), PeerEvent::Said(PeerMessage::Status(Status { microphone: Switch::On, camera })))
    };
    let show = Action::Peer(id(1), PeerAction::ShowPicture);
    assert_eq!(hear(Switch::Off), [], "somebody without a camera is heard all the same");
    assert_eq!(hear(Switch::On), [show]);
    assert_eq!(hear(Switch::Off), []);
    assert_eq!(hear(Switch::On), []);
}

#[test]
fn what_cannot_be_joined_is_said_and_nothing_is_sent() {
    let mut visit = Visit::in_lobby();
    assert_eq!(visit.join("a/b"), []);
    assert!(matches!(visit.trouble(), Some(Trouble::Room(_))));
    assert_eq!(visit.wants(Intent::Join { room: "den".into(), name: " ".into() }), []);
    assert!(matches!(visit.trouble(), Some(Trouble::Name(_))));
    visit.join("den");
    assert_eq!(visit.trouble(), None);
}

#[test]
fn a_server_that_does_not_answer_leads_back_to_the_lobby_with_a_word() {
    let mut visit = Visit::in_lobby();
    visit.join("den");
    visit.does(Event::Socket(SocketEvent::Closed));
    assert_eq!((visit.stage(), visit.trouble()), (Stage::Lobby, Some(Trouble::Unreachable)));
    assert!(visit.join("den").contains(&Action::OpenSocket), "and it can be tried again");
}

#[test]
fn a_server_that_says_no_leads_back_to_the_lobby_with_its_reason() {
    let mut visit = Visit::in_lobby();
    visit.join("den");
    visit.hears(ServerMessage::Error { code: ErrorCode::TooManyRequests, message: "".into() });
    assert_eq!(visit.trouble(), Some(Trouble::Refused(ErrorCode::TooManyRequests)));
    assert_eq!(visit.stage(), Stage::Lobby);
    visit.does(Event::Socket(SocketEvent::Closed));
    assert_eq!(
        visit.trouble(),
        Some(Trouble::Refused(ErrorCode::TooManyRequests)),
        "the closing adds nothing"
    );
}

#[test]
fn behind_the_page_of_a_full_room_no_camera_stays_on() {
    let mut visit = Visit::in_lobby();
    visit.join("den");
    let actions = visit.hears(ServerMessage::Error { code: ErrorCode::RoomFull, message: "".into() });
    assert!(actions.contains(&Action::Device(DeviceAction::Release(DeviceKind::Camera))));
    assert_eq!(
        (visit.stage(), visit.trouble()),
        (Stage::Failed, Some(Trouble::Refused(ErrorCode::RoomFull)))
    );
    let actions = visit.wants(Intent::ReturnToLobby);
    ticket_of(&actions);
    assert_eq!((visit.stage(), visit.trouble()), (Stage::Lobby, None));
}

#[test]
fn a_lost_socket_leaves_the_call_alone() {
    let mut visit = Visit::in_room(&[id(1)]);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    let actions = visit.does(Event::Socket(SocketEvent::Closed));
    assert!(!actions.contains(&Action::ClosePeer(id(1))));
    assert_eq!((visit.stage(), visit.trouble()), (Stage::Connected, Some(Trouble::SocketLost)));
    let actions = visit.join("den");
    assert!(actions.contains(&Action::ClosePeer(id(1))) && actions.contains(&Action::OpenSocket));
}

#[test]
fn silence_for_too_long_is_a_lost_socket() {
    let mut visit = Visit::in_room(&[]);
    visit.now = Duration::from_secs(11);
    assert_eq!(visit.hears(ServerMessage::Ping), [Action::Send(ClientMessage::Pong)]);
    visit.now = Duration::from_secs(23);
    visit.does(Event::Tick);
    assert_eq!(visit.trouble(), None);
    visit.now = Duration::from_secs(24);
    assert_eq!(visit.does(Event::Tick), [Action::CloseSocket]);
    assert_eq!(visit.trouble(), Some(Trouble::SocketLost));
}

#[test]
fn leaving_ends_everything_and_puts_the_lights_out() {
    let mut visit = Visit::in_room(&[id(1)]);
    let actions = visit.wants(Intent::Leave);
    for expected in [
        Action::Send(ClientMessage::Leave),
        Action::ClosePeer(id(1)),
        Action::CloseSocket,
        Action::Device(DeviceAction::Release(DeviceKind::Camera)),
        Action::Device(DeviceAction::Release(DeviceKind::Microphone)),
    ] {
        assert!(actions.contains(&expected), "{expected:?}");
    }
    assert_eq!(visit.stage(), Stage::Ended);
    assert_eq!(visit.does(Event::Socket(SocketEvent::Closed)), [Action::CloseSocket]);
    assert_eq!((visit.stage(), visit.trouble()), (Stage::Ended, None));
    let actions = visit.join("den");
    let ticket = ticket_of(&actions);
    assert_eq!(visit.does(opened(ticket)).last(), Some(&Action::OpenSocket), "straight back in, media first");
}

#[test]
fn choices_are_remembered_when_they_change_and_only_then() {
    let mut visit = Visit::in_room(&[]);
    let remembers = |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Remember(_)));
    assert!(remembers(&visit.wants(Intent::Switch(DeviceKind::Camera, Switch::Off))));
    assert!(!remembers(&visit.wants(Intent::Switch(DeviceKind::Camera, Switch::Off))));
    assert!(remembers(&visit.wants(Intent::Choose(DeviceKind::Microphone, DeviceId("m2".into())))));
    assert!(!remembers(&visit.does(Event::Tick)));
}
