//! A whole visit: what is said to the server, to the others and to the person, and when.

use ojak_call::protocol::{
    ClientMessage, Departure, Description, DisplayName, ErrorCode, IceServer, PROTOCOL_VERSION, PeerEntry,
    PeerId, PeerMessage, PeerSignal, RoomName, SdpType, ServerMessage, Status, Switch,
};
use ojak_call::{
    Action, Call, Choices, ConnectionState, Counters, DeviceAction, DeviceEvent, DeviceId, DeviceKind,
    DeviceProblem, Event, FormFactor, Ice, Intent, Interruption, Level, LinkState, Lobby, Notice, OpenDevice,
    Opening, PeerAction, PeerEvent, Permission, Permissions, Quality, Routes, Seat, SocketEvent, Stage,
    Ticket, Trouble,
};
use std::time::Duration;

const ALLOWED: Permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };

pub(crate) struct Visit {
    pub(crate) call: Call,
    pub(crate) now: Duration,
}

impl Visit {
    fn new() -> Self {
        Self { call: Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7)), now: Duration::ZERO }
    }

    /// With camera and microphone open.
    fn in_lobby() -> Self {
        let mut visit = Self::new();
        visit.open_devices();
        visit
    }

    /// In the room with these already there.
    pub(crate) fn in_room(present: &[PeerId]) -> Self {
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

    pub(crate) fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    pub(crate) fn wants(&mut self, intent: Intent) -> Vec<Action> {
        self.does(Event::Intent(intent))
    }

    fn join(&mut self, room: &str) -> Vec<Action> {
        self.wants(Intent::Join { room: room.into(), name: "Haneul".into() })
    }

    pub(crate) fn hears(&mut self, message: ServerMessage<ojak_call::protocol::PeerSignal>) -> Vec<Action> {
        self.does(Event::Socket(SocketEvent::Message(message)))
    }

    pub(crate) fn peer(&mut self, peer: PeerId, event: PeerEvent) -> Vec<Action> {
        // Connections are numbered as they are made, and nobody here was met twice.
        let people = self.call.view().people;
        let number = people.iter().position(|person| person.peer == peer).map_or(1, |place| place + 1);
        self.does(Event::Peer(peer, number as u32, event))
    }

    /// A tick half a second later, and the time of the day with it.
    fn ticks(&mut self) -> Vec<Action> {
        self.now += Duration::from_millis(500);
        self.does(Event::Tick(self.now))
    }

    /// So many seconds of ticks, and everything that came of them.
    pub(crate) fn waits(&mut self, seconds: u64) -> Vec<Action> {
        (0..2 * seconds).flat_map(|_| self.ticks()).collect()
    }

    fn stage(&self) -> Stage {
        self.call.view().stage
    }

    fn trouble(&self) -> Option<Trouble> {
        self.call.view().trouble
    }
}

pub(crate) fn id(bits: u128) -> PeerId {
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
        peers: present.iter().map(|&peer| PeerEntry { peer, name: name("Ana"), away: false }).collect(),
        resume: "token".into(),
        host: present.first().copied().unwrap_or(id(100)),
        locked: false,
        ice_servers: vec![],
    }
}

fn join(resume: Option<&str>) -> Action {
    Action::Send(ClientMessage::Join {
        version: PROTOCOL_VERSION,
        room: "den".into(),
        name: "Haneul".into(),
        resume: resume.map(Into::into),
    })
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
    assert!(visit.does(opened(ticket)).contains(&Action::OpenSocket));
    assert_eq!(visit.does(Event::Socket(SocketEvent::Opened)), [join(None)]);
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
    let create =
        |peer, connection, opening| Action::CreatePeer { peer, connection, ice: Ice::default(), opening };
    assert_eq!(actions[1..], [create(id(1), 1, Opening::Answers), create(id(2), 2, Opening::Answers)]);
    let actions = visit.hears(entered(id(3)));
    assert_eq!(
        actions,
        [create(id(3), 3, Opening::Offers), Action::Announce(Notice::Entered(name("Minho")))]
    );
    assert_eq!(
        visit.call.view().people.iter().map(|person| person.peer).collect::<Vec<_>>(),
        [id(1), id(2), id(3)]
    );
}

#[test]
fn whoever_comes_to_more_than_five_people_comes_muted_and_is_told_so() {
    let told = |count: u128| {
        let mut visit = Visit::in_lobby();
        visit.join("den");
        visit.does(Event::Socket(SocketEvent::Opened));
        let present: Vec<_> = (1..=count).map(id).collect();
        let is_told = visit.hears(joined(&present)).contains(&Action::Announce(Notice::JoinedMuted));
        assert_eq!(visit.call.view().microphone.switch, Switch::from_on(!is_told));
        // Back after the connection was lost: whoever unmuted meanwhile stays so.
        visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::On));
        visit.hears(joined(&present));
        assert_eq!(visit.call.view().microphone.switch, Switch::On);
        is_told
    };
    assert_eq!((told(5), told(6)), (false, true));
}

#[test]
fn notices_about_the_microphone_are_for_those_who_are_in_a_call() {
    let silent = |visit: &mut Visit| {
        let report = |_| {
            visit.now += Duration::from_millis(500);
            visit.does(Event::Loudness(Level::SILENCE))
        };
        (0..20).flat_map(report).any(|action| action == Action::Announce(Notice::Silent))
    };
    let mut visit = Visit::in_lobby();
    assert!(!silent(&mut visit) && visit.call.view().microphone.is_silent, "the lobby shows it all the time");
    assert!(silent(&mut Visit::in_room(&[id(1)])));
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

/// With one other person, whom this page hears.
pub(crate) fn in_call() -> Visit {
    let mut visit = Visit::in_room(&[]);
    visit.hears(entered(id(1)));
    visit.peer(id(1), PeerEvent::NegotiationNeeded);
    let described = |sdp_type| Description { sdp_type, sdp: String::new() };
    visit.peer(id(1), PeerEvent::LocalSet(described(SdpType::Offer)));
    let description = described(SdpType::Answer);
    let payload = PeerSignal::Description { generation: 0, sequence: 0, description };
    visit.hears(ServerMessage::Signal { from: id(1), payload });
    visit.peer(id(1), PeerEvent::RemoteSet);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    visit.peer(id(1), PeerEvent::ChannelOpened);
    visit
}

#[test]
fn the_stage_says_how_the_connections_are() {
    let mut visit = Visit::in_room(&[]);
    assert_eq!(visit.stage(), Stage::Alone);
    visit.hears(entered(id(1)));
    assert_eq!(visit.call.view().people[0].state, LinkState::Connecting);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    assert_eq!(visit.stage(), Stage::Connected);
}

#[test]
fn what_the_browser_calls_disconnected_is_let_be_while_something_arrives() {
    let mut visit = in_call();
    visit.peer(id(1), PeerEvent::State(ConnectionState::Disconnected));
    for bytes in 0..20 {
        let actions = visit.ticks();
        assert!(!actions.contains(&Action::Peer(id(1), PeerAction::RestartIce)), "{actions:?}");
        visit.peer(id(1), PeerEvent::Measured(bytes));
    }
    assert_eq!(visit.stage(), Stage::Connected);
}

#[test]
fn when_nothing_arrives_the_person_is_told_and_it_is_mended() {
    let mut visit = in_call();
    let met = visit.now;
    let restart = Action::Peer(id(1), PeerAction::RestartIce);
    let mut restarted = None;
    while restarted.is_none() && visit.now < Duration::from_secs(9) {
        if visit.ticks().contains(&restart) {
            restarted = Some(visit.now);
        }
        visit.hears(ServerMessage::Ping);
        visit.peer(id(1), PeerEvent::Measured(5));
    }
    let restarted = restarted.expect("a restart");
    assert!((Duration::from_secs(2)..Duration::from_secs(3)).contains(&restarted), "{restarted:?}");
    let person = visit.call.view().people[0].clone();
    assert_eq!((person.state, person.interruption), (LinkState::Reconnecting, Some(Interruption::Between)));
    assert_eq!(person.silent_since, Some(met));
    assert_eq!(visit.stage(), Stage::Reconnecting);
    visit.hears(ServerMessage::PeerAway { peer: id(1) });
    assert_eq!(visit.call.view().people[0].interruption, Some(Interruption::Theirs));
    visit.hears(ServerMessage::PeerBack { peer: id(1) });
    visit.peer(id(1), PeerEvent::Said(PeerMessage::Beat));
    assert_eq!(visit.stage(), Stage::Connected);
    assert_eq!(visit.call.view().people[0].silent_since, None);
}

/// With two others, whom this page hears.
fn in_group() -> Visit {
    let mut visit = in_call();
    visit.hears(ServerMessage::PeerJoined { peer: id(2), name: name("Sora") });
    visit.peer(id(2), PeerEvent::State(ConnectionState::Connected));
    visit.peer(id(2), PeerEvent::ChannelOpened);
    visit
}

/// What the person is told in so many half seconds in which nothing comes from those who are `silent`.
fn notices(visit: &mut Visit, half_seconds: u32, silent: &[PeerId]) -> Vec<Notice> {
    let mut notices = Vec::new();
    for _ in 0..half_seconds {
        for peer in [id(1), id(2)] {
            let is_silent = silent.contains(&peer);
            let event = if is_silent { PeerEvent::Measured(5) } else { PeerEvent::Said(PeerMessage::Beat) };
            visit.peer(peer, event);
        }
        visit.hears(ServerMessage::Ping);
        notices.extend(visit.ticks().into_iter().filter_map(|action| match action {
            Action::Announce(notice) => Some(notice),
            _ => None,
        }));
    }
    notices
}

#[test]
fn who_is_interrupted_in_a_group_is_told_of_once_each_time_and_not_for_a_moment() {
    let mut visit = in_group();
    let sora = [id(2)];
    assert_eq!(notices(&mut visit, 3, &sora), [], "a second and a half");
    assert_eq!(notices(&mut visit, 2, &[]), []);
    for _ in 0..2 {
        assert_eq!(notices(&mut visit, 16, &sora), [Notice::Interrupted(name("Sora"))]);
        assert_eq!(notices(&mut visit, 4, &[]), []);
    }
    // Interrupted for a moment, because there was a reason to think so.
    visit.does(Event::NetworkChanged);
    assert_eq!(notices(&mut visit, 2, &sora), []);
    assert_eq!(visit.call.view().people[1].state, LinkState::Reconnecting);
    assert_eq!(notices(&mut visit, 4, &[]), []);
    assert_eq!(visit.stage(), Stage::Connected);
}

#[test]
fn an_interruption_of_all_is_told_of_by_the_stage_alone() {
    let mut visit = in_group();
    assert_eq!(notices(&mut visit, 16, &[id(1), id(2)]), []);
    assert_eq!(visit.stage(), Stage::Reconnecting);
    assert_eq!(notices(&mut visit, 2, &[id(2)]), [Notice::Interrupted(name("Sora"))], "one is back");
    let mut visit = in_call();
    assert_eq!(notices(&mut visit, 16, &[id(1)]), [], "of two");
    assert_eq!(visit.stage(), Stage::Reconnecting);
}

#[test]
fn after_ten_seconds_there_is_a_new_connection_and_the_old_one_is_heard_no_more() {
    let mut visit = in_call();
    let mut actions = Vec::new();
    for _ in 0..21 {
        actions = visit.ticks();
        visit.peer(id(1), PeerEvent::Measured(5));
        visit.hears(ServerMessage::Ping);
        if actions.iter().any(|action| matches!(action, Action::CreatePeer { .. })) {
            break;
        }
    }
    assert!(
        actions.iter().any(|action| matches!(action, Action::CreatePeer { connection: 2, .. })),
        "{actions:?}"
    );
    assert_eq!(visit.now, Duration::from_secs(10));
    assert_eq!(
        visit.call.view().people[0].silent_since,
        Some(Duration::ZERO),
        "the new one has brought nothing"
    );
    assert_eq!(visit.does(Event::Peer(id(1), 1, PeerEvent::NegotiationNeeded)), []);
    let needed = visit.does(Event::Peer(id(1), 2, PeerEvent::NegotiationNeeded));
    assert_eq!(needed, [Action::Peer(id(1), PeerAction::SetLocal)]);
}

#[test]
fn signals_take_the_short_way_once_there_is_one() {
    let mut visit = in_call();
    visit.peer(id(1), PeerEvent::NegotiationNeeded);
    let description = Description { sdp_type: SdpType::Offer, sdp: String::new() };
    let actions = visit.peer(id(1), PeerEvent::LocalSet(description.clone()));
    let payload = PeerSignal::Description { generation: 0, sequence: 1, description };
    assert_eq!(actions, [Action::Peer(id(1), PeerAction::Say(PeerMessage::Signal { payload }))]);
    // And back: the answer comes by the same way, and a second time over the server.
    let description = Description { sdp_type: SdpType::Answer, sdp: String::new() };
    let answer = PeerSignal::Description { generation: 0, sequence: 1, description: description.clone() };
    let said = PeerEvent::Said(PeerMessage::Signal { payload: answer.clone() });
    let set = Action::Peer(id(1), PeerAction::SetRemote(description));
    assert_eq!(visit.peer(id(1), said), [set]);
    assert_eq!(visit.hears(ServerMessage::Signal { from: id(1), payload: answer }), []);
}

#[test]
fn the_others_are_told_what_is_switched_on_when_they_can_hear_it_and_when_it_changes() {
    let mut visit = Visit::in_room(&[id(1), id(2)]);
    let say = |peer, microphone, camera| {
        Action::Peer(
            peer,
            PeerAction::Say(PeerMessage::Status(Status {
                microphone,
                camera,
                screen: Switch::Off,
                screen_paused: Switch::Off,
                hand: None,
                recording: Switch::Off,
            })),
        )
    };
    let actions = visit.peer(id(1), PeerEvent::ChannelOpened);
    assert!(actions.contains(&say(id(1), Switch::On, Switch::On)), "{actions:?}");
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
    let status = |microphone| {
        PeerEvent::Said(PeerMessage::Status(Status {
            microphone,
            camera: Switch::On,
            screen: Switch::Off,
            screen_paused: Switch::Off,
            hand: None,
            recording: Switch::Off,
        }))
    };
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
        visit.peer(
            id(1),
            PeerEvent::Said(PeerMessage::Status(Status {
                microphone: Switch::On,
                camera,
                screen: Switch::Off,
                screen_paused: Switch::Off,
                hand: None,
                recording: Switch::Off,
            })),
        )
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
fn a_lost_socket_leaves_the_call_alone_and_comes_back_by_itself() {
    let mut visit = in_call();
    let actions = visit.does(Event::Socket(SocketEvent::Closed));
    assert!(!actions.contains(&Action::ClosePeer(id(1))));
    assert_eq!(
        (visit.stage(), visit.trouble()),
        (Stage::Connected, None),
        "it is mostly back before one knows"
    );
    assert!(visit.ticks().contains(&Action::OpenSocket));
    assert_eq!(visit.does(Event::Socket(SocketEvent::Opened)), [join(Some("token"))]);
    let actions = visit.hears(joined(&[id(1)]));
    assert!(!actions.iter().any(|action| matches!(action, Action::CreatePeer { .. })), "{actions:?}");
}

#[test]
fn a_server_that_stays_away_is_said_to_and_so_is_its_return() {
    let mut visit = in_call();
    visit.does(Event::Socket(SocketEvent::Closed));
    let mut attempts = 0;
    for second in 0..60 {
        let actions = visit.waits(1);
        visit.peer(id(1), PeerEvent::Said(PeerMessage::Beat));
        for _ in actions.iter().filter(|action| **action == Action::OpenSocket) {
            attempts += 1;
            visit.does(Event::Socket(SocketEvent::Closed));
        }
        assert_eq!(visit.trouble().is_some(), second >= 2, "after {second} s");
    }
    assert!((9..40).contains(&attempts), "{attempts} attempts in a minute");
    assert_eq!((visit.stage(), visit.trouble()), (Stage::Connected, Some(Trouble::SocketLost)));
    let actions = visit.hears(joined(&[id(1)]));
    assert!(actions.contains(&Action::Announce(Notice::BackOnline)), "{actions:?}");
    assert_eq!(visit.trouble(), None);
}

#[test]
fn somebody_the_server_does_not_know_of_is_kept_while_they_are_heard() {
    let mut visit = in_call();
    visit.does(Event::Socket(SocketEvent::Closed));
    assert_eq!(visit.waits(1).iter().filter(|action| **action == Action::OpenSocket).count(), 1);
    assert!(!visit.hears(joined(&[])).contains(&Action::ClosePeer(id(1))));
    visit.waits(2);
    assert_eq!(visit.call.view().people.len(), 1);
    assert_eq!(visit.hears(entered(id(1))), [], "nobody new");
    visit.hears(ServerMessage::PeerLeft { peer: id(1), reason: Departure::Timeout });
    assert!(visit.waits(6).contains(&Action::ClosePeer(id(1))), "and nothing comes from them either");
}

#[test]
fn a_server_that_goes_away_is_left_in_its_own_time() {
    let mut visit = in_call();
    visit.hears(ServerMessage::GoingAway { reconnect_within: 2000 });
    visit.does(Event::Socket(SocketEvent::Closed));
    let actions = visit.waits(2);
    assert_eq!(actions.iter().filter(|action| **action == Action::OpenSocket).count(), 1, "{actions:?}");
}

#[test]
fn a_change_of_network_is_a_question_to_the_server_and_a_look_at_the_connections() {
    let mut visit = in_call();
    let actions = visit.does(Event::NetworkChanged);
    assert!(actions.contains(&Action::Send(ClientMessage::Pong)), "{actions:?}");
    assert!(actions.contains(&Action::Peer(id(1), PeerAction::Measure)), "{actions:?}");
    visit.hears(ServerMessage::Ping);
    visit.peer(id(1), PeerEvent::Measured(10));
    visit.peer(id(1), PeerEvent::Measured(11));
    let actions = visit.waits(1);
    assert!(!actions.contains(&Action::Peer(id(1), PeerAction::RestartIce)), "all is well: {actions:?}");
    assert!(!actions.contains(&Action::CloseSocket), "{actions:?}");
}

#[test]
fn a_network_that_is_no_more_takes_socket_and_paths_with_it_and_both_are_mended_at_once() {
    let mut visit = in_call();
    visit.does(Event::NetworkChanged);
    visit.peer(id(1), PeerEvent::Measured(10));
    visit.peer(id(1), PeerEvent::Measured(10));
    let actions = visit.ticks();
    for expected in [Action::Peer(id(1), PeerAction::RestartIce), Action::CloseSocket] {
        assert!(actions.contains(&expected), "{expected:?} in {actions:?}");
    }
    assert!(visit.ticks().contains(&Action::OpenSocket));
}

#[test]
fn when_nothing_comes_from_somebody_the_server_is_asked_and_left_if_it_is_silent_too() {
    let mut visit = in_call();
    let mut actions = Vec::new();
    while visit.now < Duration::from_millis(2500) {
        actions.extend(visit.ticks());
        visit.peer(id(1), PeerEvent::Measured(5));
    }
    let asked = actions.iter().filter(|action| **action == Action::Send(ClientMessage::Pong)).count();
    assert_eq!(asked, 1, "{actions:?}");
    assert!(actions.contains(&Action::CloseSocket), "{actions:?}");
    assert!(actions.contains(&Action::OpenSocket), "{actions:?}");
}

#[test]
fn a_server_that_was_asked_just_now_is_left_only_if_it_does_not_answer() {
    // It was left at once, healthy as it was; and then, for a time, not before the 2 s of any other question.
    let mut answers = at_once_silent_and_interrupted();
    answers.hears(ServerMessage::Ping);
    let mut is_silent = at_once_silent_and_interrupted();
    for (visit, is_left) in [(&mut answers, false), (&mut is_silent, true)] {
        visit.now += Duration::from_millis(150);
        let actions = visit.does(Event::Tick(visit.now));
        assert_eq!(actions.contains(&Action::CloseSocket), is_left, "{actions:?}");
    }
}

fn at_once_silent_and_interrupted() -> Visit {
    let mut visit = in_call();
    visit.now = Duration::from_millis(1500);
    visit.peer(id(1), PeerEvent::Measured(5));
    visit.peer(id(1), PeerEvent::Measured(5));
    // Silent, and interrupted, in one look.
    visit.now = Duration::from_millis(2000);
    let actions = visit.does(Event::Tick(visit.now));
    assert!(actions.contains(&Action::Send(ClientMessage::Pong)), "{actions:?}");
    assert!(actions.contains(&Action::Peer(id(1), PeerAction::RestartIce)), "{actions:?}");
    assert!(!actions.contains(&Action::CloseSocket), "{actions:?}");
    let is_soon = |action: &Action| matches!(action, Action::CallBack(delay) if delay.as_millis() <= 150);
    assert!(actions.iter().any(is_soon), "{actions:?}");
    visit
}

#[test]
fn a_sleep_is_noticed_by_either_clock() {
    for (clock, time_of_day) in [(60, 60), (1, 60)] {
        let mut visit = in_call();
        visit.ticks();
        let then = visit.now;
        visit.now = then + Duration::from_secs(clock);
        let actions = visit.does(Event::Tick(then + Duration::from_secs(time_of_day)));
        assert!(actions.contains(&Action::Peer(id(1), PeerAction::Measure)), "{actions:?}");
    }
}

#[test]
fn a_seat_is_kept_for_a_reload_and_had_back_by_it() {
    let mut visit = Visit::in_lobby();
    visit.join("den");
    let actions = visit.hears(joined(&[]));
    let seat = actions.iter().find_map(|action| match action {
        Action::KeepSeat(seat) => Some(seat.clone()),
        _ => None,
    });
    let seat = seat.expect("a seat to keep");
    let mut reloaded = Visit::in_lobby();
    assert!(reloaded.wants(Intent::Return(seat)).contains(&Action::OpenSocket));
    assert_eq!(reloaded.does(Event::Socket(SocketEvent::Opened)), [join(Some("token"))]);
    let actions = reloaded.hears(joined(&[id(1)]));
    let is_renewal = |action: &Action| {
        matches!(
            action,
            Action::Send(ClientMessage::Signal { payload: PeerSignal::Renew { generation: 0, .. }, .. })
        )
    };
    assert!(actions.iter().any(is_renewal), "{actions:?}");
}

#[test]
fn a_seat_that_is_no_more_is_taken_anew() {
    let mut visit = Visit::in_lobby();
    let room = RoomName::parse("den").unwrap();
    let seat = Seat { room, name: name("Haneul"), peer: id(100), resume: "token".into() };
    visit.wants(Intent::Return(seat));
    visit.does(Event::Socket(SocketEvent::Opened));
    let refused = ServerMessage::Error { code: ErrorCode::ResumeRefused, message: "".into() };
    assert_eq!(visit.hears(refused), [Action::DropSeat, Action::OpenSocket]);
    assert_eq!(visit.does(Event::Socket(SocketEvent::Opened)), [join(None)]);
}

/// The answer had the number of the offer that it took the place of, and so was a repeat to the other side.
#[test]
fn of_two_offers_that_cross_the_lower_id_answers_with_what_was_not_said_before() {
    let mut visit = Visit::in_room(&[]);
    let peer = id(200);
    visit.hears(entered(peer));
    let described = |sdp_type| Description { sdp_type, sdp: String::new() };
    visit.does(Event::Peer(peer, 1, PeerEvent::NegotiationNeeded));
    visit.does(Event::Peer(peer, 1, PeerEvent::LocalSet(described(SdpType::Offer))));
    visit.does(Event::Peer(peer, 1, PeerEvent::Gathered(None)));
    let payload =
        PeerSignal::Description { generation: 0, sequence: 0, description: described(SdpType::Offer) };
    let actions = visit.hears(ServerMessage::Signal { from: peer, payload });
    assert!(
        actions.iter().any(|action| matches!(action, Action::CreatePeer { opening: Opening::Answers, .. })),
        "{actions:?}"
    );
    visit.does(Event::Peer(peer, 2, PeerEvent::RemoteSet));
    let answer =
        PeerSignal::Description { generation: 0, sequence: 2, description: described(SdpType::Answer) };
    assert_eq!(
        visit.does(Event::Peer(peer, 2, PeerEvent::LocalSet(described(SdpType::Answer)))),
        [Action::Send(ClientMessage::Signal { to: peer, payload: answer })]
    );
}

/// Whoever was thought to be gone need not know of it, and has the connection of before: an offer of the same generation
/// was taken for one of that.
#[test]
fn who_is_back_is_offered_another_connection_than_the_one_of_before() {
    let mut visit = in_call();
    visit.hears(ServerMessage::PeerLeft { peer: id(1), reason: Departure::Left });
    let actions = visit.hears(entered(id(1)));
    let number = actions.iter().find_map(|action| match action {
        Action::CreatePeer { connection, opening: Opening::Offers, .. } => Some(*connection),
        _ => None,
    });
    let number = number.expect("a connection");
    visit.does(Event::Peer(id(1), number, PeerEvent::NegotiationNeeded));
    let description = Description { sdp_type: SdpType::Offer, sdp: String::new() };
    let payload = PeerSignal::Description { generation: 1, sequence: 0, description: description.clone() };
    assert_eq!(
        visit.does(Event::Peer(id(1), number, PeerEvent::LocalSet(description))),
        [Action::Send(ClientMessage::Signal { to: id(1), payload })]
    );
}

/// The tiles are the same, and say again how large they are only when they change.
#[test]
fn who_has_another_seat_shows_everybody_as_large_as_before() {
    let mut visit = in_call();
    visit.wants(Intent::Show(id(1), 180));
    visit.does(Event::Socket(SocketEvent::Closed));
    visit.does(Event::Socket(SocketEvent::Opened));
    let ServerMessage::Joined { room, peers, resume, host, locked, ice_servers, .. } = joined(&[id(1)])
    else {
        unreachable!()
    };
    let anew = ServerMessage::Joined { you: id(101), room, peers, resume, host, locked, ice_servers };
    let actions = visit.hears(anew);
    let number = actions.iter().find_map(|action| match action {
        Action::CreatePeer { connection, .. } => Some(*connection),
        _ => None,
    });
    let opened = visit.does(Event::Peer(id(1), number.expect("a connection"), PeerEvent::ChannelOpened));
    let view = PeerAction::Say(PeerMessage::View { max_height: 180 });
    assert!(opened.contains(&Action::Peer(id(1), view)), "{opened:?}");
}

#[test]
fn a_copy_of_a_page_in_a_call_asks_and_takes_over_but_never_sits_beside_it() {
    let room = RoomName::parse("den").unwrap();
    let seat = Seat { room, name: name("Haneul"), peer: id(100), resume: "of long ago".into() };
    for intent in [Intent::TakeOver, Intent::Join { room: "Den".into(), name: "Haneul".into() }] {
        let mut copy = Visit::in_lobby();
        copy.does(Event::SeatElsewhere(seat.clone()));
        assert_eq!((copy.stage(), copy.trouble()), (Stage::Lobby, Some(Trouble::Elsewhere)));
        // The tab that sits there has another token by now, if its socket was ever lost.
        assert_eq!(copy.wants(intent), [Action::TakeSeat(seat.clone())]);
        let latest = Seat { resume: "token".into(), ..seat.clone() };
        assert!(copy.wants(Intent::Return(latest)).contains(&Action::OpenSocket));
        assert_eq!(copy.does(Event::Socket(SocketEvent::Opened)), [join(Some("token"))]);
    }
    let refused = ServerMessage::Error { code: ErrorCode::ResumeRefused, message: "".into() };
    for loses in [Event::SeatTaken, Event::Socket(SocketEvent::Message(refused))] {
        let mut original = in_call();
        let actions = original.does(loses);
        assert!(!actions.contains(&Action::Send(ClientMessage::Leave)), "the seat goes on: {actions:?}");
        assert!(actions.contains(&Action::ClosePeer(id(1))));
        assert!(actions.contains(&Action::Device(DeviceAction::Release(DeviceKind::Camera))));
        assert_eq!((original.stage(), original.trouble()), (Stage::Ended, Some(Trouble::MovedAway)));
    }
}

#[test]
fn silence_for_too_long_is_a_lost_socket() {
    let mut visit = Visit::in_room(&[]);
    assert!(!visit.waits(11).contains(&Action::CloseSocket));
    assert_eq!(visit.hears(ServerMessage::Ping), [Action::Send(ClientMessage::Pong)]);
    assert!(!visit.waits(11).contains(&Action::CloseSocket));
    let actions = visit.waits(2);
    assert!(actions.contains(&Action::CloseSocket) && actions.contains(&Action::OpenSocket), "{actions:?}");
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
    assert!(!remembers(&visit.ticks()));
}

#[test]
fn a_crowd_of_wishes_for_a_new_connection_makes_one_every_half_second() {
    let mut visit = in_call();
    let mut made = 0;
    for page in 0..1000 {
        visit.now += Duration::from_millis(2);
        let actions = visit
            .hears(ServerMessage::Signal { from: id(1), payload: PeerSignal::Renew { generation: 0, page } });
        made += actions.iter().filter(|action| matches!(action, Action::CreatePeer { .. })).count();
    }
    assert!((3..=5).contains(&made), "{made} in 2 s");
}

#[test]
fn whoever_wants_a_new_connection_all_the_time_makes_nobody_talk_to_the_server() {
    let mut visit = in_call();
    let renew =
        || ServerMessage::Signal { from: id(1), payload: PeerSignal::Renew { generation: 0, page: 1 } };
    visit.hears(renew());
    visit.does(Event::Peer(id(1), 2, PeerEvent::NegotiationNeeded));
    let description = Description { sdp_type: SdpType::Offer, sdp: String::new() };
    visit.does(Event::Peer(id(1), 2, PeerEvent::LocalSet(description)));
    for _ in 0..12 {
        visit.does(Event::Peer(id(1), 2, PeerEvent::Gathered(None)));
    }
    let mut sent = 0;
    for _ in 0..50 {
        visit.now += Duration::from_millis(20);
        sent += visit.hears(renew()).iter().filter(|action| matches!(action, Action::Send(_))).count();
    }
    assert!((13..=39).contains(&sent), "{sent} messages in a second");
}

#[test]
fn a_crowd_of_offers_makes_one_connection_every_half_second_and_the_latest_stands() {
    let mut visit = in_call();
    let (mut made, mut last) = (0, 0);
    for generation in 1..1000 {
        visit.now += Duration::from_millis(2);
        let description = Description { sdp_type: SdpType::Offer, sdp: generation.to_string() };
        let payload = PeerSignal::Description { generation, sequence: 0, description };
        let actions = visit.hears(ServerMessage::Signal { from: id(1), payload });
        made += actions.iter().filter(|action| matches!(action, Action::CreatePeer { .. })).count();
    }
    assert!((3..=5).contains(&made), "{made} in 2 s");
    for action in visit.waits(1) {
        if let Action::Peer(_, PeerAction::SetRemote(description)) = action {
            last = description.sdp.parse().unwrap();
        }
    }
    assert_eq!(last, 999);
}

/// It was not, while anything came: a camera that was added later would have stayed dark for good.
#[test]
fn what_cannot_be_negotiated_any_more_is_replaced_while_it_still_carries_something() {
    let mut visit = in_call();
    visit.peer(id(1), PeerEvent::DescriptionRefused);
    let mut made = 0;
    for bytes in 0..20 {
        let actions = visit.ticks();
        let is_renewal = |action: &&Action| match action {
            Action::CreatePeer { .. } => true,
            Action::Send(ClientMessage::Signal { payload, .. }) => {
                matches!(payload, PeerSignal::Renew { .. })
            }
            _ => false,
        };
        made += actions.iter().filter(is_renewal).count();
        visit.hears(ServerMessage::Ping);
        visit.peer(id(1), PeerEvent::Measured(bytes));
        visit.peer(id(1), PeerEvent::Said(PeerMessage::Beat));
    }
    assert!(made >= 1, "nothing in 10 s");
}

#[test]
fn a_silent_person_does_not_make_the_page_ask_a_server_that_is_gone_more_often() {
    let tries = |is_silent: bool| {
        let mut visit = in_call();
        visit.does(Event::Socket(SocketEvent::Closed));
        let mut tries = 0;
        for bytes in 0..6000 {
            visit.now += Duration::from_millis(100);
            let actions = visit.does(Event::Tick(visit.now));
            if is_silent {
                visit.peer(id(1), PeerEvent::Measured(5));
            } else {
                visit.peer(id(1), PeerEvent::Measured(bytes));
                visit.peer(id(1), PeerEvent::Said(PeerMessage::Beat));
            }
            if actions.contains(&Action::OpenSocket) {
                tries += 1;
                visit.does(Event::Socket(SocketEvent::Closed));
            }
        }
        tries
    };
    let (usual, silent) = (tries(false), tries(true));
    assert!(silent <= usual + usual / 5, "{silent} instead of {usual} in ten minutes");
}

#[test]
fn whoever_leaves_says_so_without_the_server_too() {
    let mut visit = in_call();
    visit.does(Event::Socket(SocketEvent::Closed));
    let actions = visit.peer(id(1), PeerEvent::Said(PeerMessage::Leave));
    assert!(actions.contains(&Action::ClosePeer(id(1))), "{actions:?}");
    assert!(
        actions.iter().any(|action| matches!(action, Action::Announce(Notice::Left(_, Departure::Left))))
    );

    let actions = in_call().wants(Intent::Leave);
    let say =
        actions.iter().position(|action| *action == Action::Peer(id(1), PeerAction::Say(PeerMessage::Leave)));
    let close = actions.iter().position(|action| *action == Action::ClosePeer(id(1)));
    assert!(say.is_some() && say < close, "{actions:?}");
}

#[test]
fn fresh_ice_servers_reach_every_connection_and_those_to_come() {
    let mut visit = in_call();
    let ice_servers = vec![IceServer { urls: vec!["turn:fresh".into()], username: None, credential: None }];
    let actions = visit.hears(ServerMessage::IceServers { ice_servers: ice_servers.clone() });
    let fresh = Ice { servers: ice_servers, routes: Routes::Any };
    assert!(actions.contains(&Action::Peer(id(1), PeerAction::UseIce(fresh.clone()))), "{actions:?}");
    let actions = visit.hears(ServerMessage::PeerJoined { peer: id(2), name: name("Cho") });
    let uses = |action: &Action| matches!(action, Action::CreatePeer { ice, .. } if *ice == fresh);
    assert!(actions.iter().any(uses), "{actions:?}");
}

#[test]
fn who_speaks_is_seen_to_speak_unless_they_are_muted() {
    let mut visit = Visit::in_room(&[id(1)]);
    for _ in 0..3 {
        visit.now += Duration::from_millis(200);
        visit.does(Event::Loudness(Level::from_decibels(-20.0)));
    }
    assert!(visit.call.view().is_speaking);
    visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::Off));
    assert!(!visit.call.view().is_speaking);
}

/// What was measured before the connection was lost says nothing of the one that is looked for.
#[test]
fn somebody_who_is_not_connected_neither_speaks_nor_has_a_quality() {
    let mut visit = Visit::in_room(&[id(1)]);
    let measure = |visit: &mut Visit| {
        for _ in 0..3 {
            visit.now += Duration::from_millis(200);
            visit.peer(id(1), PeerEvent::Heard(0.1));
        }
        let round_trip = Some(Duration::from_millis(400));
        visit.peer(id(1), PeerEvent::Carried(Box::new(Counters { round_trip, ..Counters::default() })));
        let person = visit.call.view().people.remove(0);
        (person.is_speaking, person.quality)
    };
    assert_eq!(measure(&mut visit), (false, None));
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    assert_eq!(measure(&mut visit), (true, Some(Quality::Fair)));
}
