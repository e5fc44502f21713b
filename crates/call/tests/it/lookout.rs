//! Who is in the room, seen from the lobby: when the server is asked, and that it never stands in the way.

use ojak_call::protocol::{
    ClientMessage, DisplayName, ErrorCode, PeerId, PeerSignal, RoomName, ServerMessage,
};
use ojak_call::{
    Action, Call, Choices, DeviceEvent, DeviceProblem, Event, FormFactor, Intent, Permission, Permissions,
    SocketEvent, Stage, Trouble,
};
use std::time::Duration;

struct Lobby {
    call: Call,
    now: Duration,
}

impl Lobby {
    /// Nobody has to wait for a camera in here.
    fn new() -> Self {
        let denied = Permissions { camera: Permission::Denied, microphone: Permission::Denied };
        let mut lobby =
            Self { call: Call::new(Choices::default(), FormFactor::Desktop, 7), now: Duration::ZERO };
        for action in lobby.does(Event::Device(DeviceEvent::Ready(denied))) {
            if let Action::Device(ojak_call::DeviceAction::Open { ticket, .. }) = action {
                let problem = DeviceProblem::Denied;
                lobby.does(Event::Device(DeviceEvent::Refused { ticket, problem, permissions: denied }));
            }
        }
        lobby
    }

    fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    fn types(&mut self, room: &str) -> Vec<Action> {
        self.does(Event::Intent(Intent::LookInto(room.into())))
    }

    fn joins(&mut self) -> Vec<Action> {
        self.does(Event::Intent(Intent::Join { room: "den".into(), name: "Haneul".into() }))
    }

    fn after(&mut self, milliseconds: u64) -> Vec<Action> {
        self.now += Duration::from_millis(milliseconds);
        self.does(Event::Tick(self.now))
    }

    fn socket(&mut self, event: SocketEvent) -> Vec<Action> {
        self.does(Event::Socket(event))
    }

    fn hears(&mut self, message: ServerMessage<PeerSignal>) -> Vec<Action> {
        self.socket(SocketEvent::Message(message))
    }

    fn is_told(&mut self, room: &str, names: &[&str]) {
        let names = names.iter().map(|name| DisplayName::parse(name).unwrap()).collect();
        self.hears(ServerMessage::Presence { room: RoomName::parse(room).unwrap(), names });
    }

    /// With the question answered: Ana is there.
    fn looked() -> Self {
        let mut lobby = Self::new();
        lobby.types("den");
        assert!(lobby.after(400).contains(&Action::OpenSocket));
        assert!(lobby.socket(SocketEvent::Opened).contains(&peek("den")));
        lobby.is_told("den", &["Ana"]);
        lobby
    }

    fn presence(&self) -> Option<Vec<String>> {
        let presence = self.call.view().presence;
        presence.map(|names| names.iter().map(ToString::to_string).collect())
    }
}

fn peek(room: &str) -> Action {
    Action::Send(ClientMessage::Peek { room: room.into() })
}

fn is_join(action: &Action) -> bool {
    matches!(action, Action::Send(ClientMessage::Join { .. }))
}

fn error(code: ErrorCode) -> ServerMessage<PeerSignal> {
    ServerMessage::Error { code, message: "why".into() }
}

#[test]
fn the_server_is_asked_once_typing_has_stopped() {
    let mut lobby = Lobby::new();
    for typed in ["d", "de", "den"] {
        let actions = lobby.types(typed);
        assert!(actions.iter().all(|action| matches!(action, Action::CallBack(_))), "{actions:?}");
        assert!(!lobby.after(399).contains(&Action::OpenSocket));
    }
    assert!(lobby.after(1).contains(&Action::OpenSocket));
    assert!(lobby.socket(SocketEvent::Opened).contains(&peek("den")));
    assert_eq!(lobby.presence(), None, "nothing is said before it is known");
    lobby.is_told("den", &["Ana"]);
    assert_eq!(lobby.presence(), Some(vec!["Ana".into()]));
    lobby.is_told("den", &[]);
    assert_eq!(lobby.presence(), Some(vec![]));
}

#[test]
fn another_room_is_asked_for_over_the_same_socket_and_the_answer_for_the_first_is_late() {
    let mut lobby = Lobby::looked();
    lobby.types("attic");
    assert_eq!(lobby.presence(), None);
    lobby.is_told("den", &["Ana", "Ben"]);
    assert_eq!(lobby.presence(), None, "that is another room");
    let actions = lobby.after(400);
    assert!(actions.contains(&peek("attic")) && !actions.contains(&Action::OpenSocket), "{actions:?}");
}

#[test]
fn what_is_no_room_name_is_not_asked_for() {
    let mut lobby = Lobby::new();
    for typed in ["", " ", "a/b"] {
        lobby.types(typed);
        assert_eq!(lobby.after(500), []);
    }
}

#[test]
fn joining_uses_the_socket_that_is_open() {
    let mut lobby = Lobby::looked();
    let actions = lobby.joins();
    assert!(actions.iter().any(is_join), "{actions:?}");
    assert!(!actions.contains(&Action::OpenSocket) && !actions.contains(&Action::CloseSocket), "{actions:?}");
    lobby.hears(ServerMessage::Joined {
        you: PeerId::from_bits(1),
        room: RoomName::parse("den").unwrap(),
        resume: "token".into(),
        peers: vec![],
        ice_servers: vec![],
    });
    assert_eq!(lobby.call.view().stage, Stage::Alone);
}

#[test]
fn joining_uses_the_socket_that_is_about_to_open() {
    let mut lobby = Lobby::new();
    lobby.types("den");
    lobby.after(400);
    assert!(!lobby.joins().contains(&Action::OpenSocket));
    let actions = lobby.socket(SocketEvent::Opened);
    assert!(actions.iter().any(is_join) && !actions.contains(&peek("den")), "{actions:?}");
}

/// The lobby's ten minutes were over, the machine had slept, or the server does not know the question.
#[test]
fn a_socket_of_the_lobby_that_is_of_no_use_is_replaced_without_a_word() {
    type Fate = fn(&mut Lobby) -> Vec<Action>;
    let fates: [(&str, Fate); 4] = [
        ("closed", |lobby| lobby.socket(SocketEvent::Closed)),
        ("too late", |lobby| lobby.hears(error(ErrorCode::NotInRoom))),
        ("unknown", |lobby| lobby.hears(error(ErrorCode::BadMessage))),
        ("dead", |lobby| [lobby.after(1000), lobby.after(1000)].concat()),
    ];
    for (why, fate) in fates {
        let mut lobby = Lobby::looked();
        lobby.joins();
        assert!(fate(&mut lobby).contains(&Action::OpenSocket), "{why}");
        assert_eq!((lobby.call.view().stage, lobby.call.view().trouble), (Stage::Joining, None), "{why}");
        assert!(lobby.socket(SocketEvent::Opened).iter().any(is_join), "{why}");
        lobby.socket(SocketEvent::Closed);
        assert_eq!(lobby.call.view().stage, Stage::Lobby, "{why}: only once");
    }
}

#[test]
fn a_server_that_is_not_there_costs_the_hint_and_nothing_else() {
    for end in [SocketEvent::Closed, SocketEvent::Message(error(ErrorCode::BadMessage))] {
        let mut lobby = Lobby::looked();
        lobby.socket(end);
        lobby.socket(SocketEvent::Closed);
        let view = lobby.call.view();
        assert_eq!((view.stage, view.trouble, view.presence), (Stage::Lobby, None, None));
        assert!(lobby.joins().contains(&Action::OpenSocket));
    }
}

/// Out of what the browser keeps of it.
#[test]
fn a_page_that_opens_without_the_server_says_so_until_the_server_answers() {
    let trouble = |lobby: &Lobby| lobby.call.view().trouble;
    let mut lobby = Lobby::new();
    lobby.does(Event::ServerGone);
    assert_eq!(trouble(&lobby), Some(Trouble::ServerGone));
    lobby.types("den");
    assert!(lobby.after(400).contains(&Action::OpenSocket));
    lobby.socket(SocketEvent::Closed);
    assert_eq!(trouble(&lobby), Some(Trouble::ServerGone), "it is still not there");
    // Nobody has to try again by hand when it was only the network.
    assert!(lobby.does(Event::NetworkChanged).contains(&Action::OpenSocket));
    assert!(lobby.socket(SocketEvent::Opened).contains(&peek("den")));
    assert_eq!(trouble(&lobby), None);
}

#[test]
fn whoever_comes_back_into_a_call_is_not_told_of_the_lobby() {
    let mut lobby = Lobby::new();
    lobby.joins();
    lobby.does(Event::ServerGone);
    assert_eq!(lobby.call.view().trouble, None);
}
