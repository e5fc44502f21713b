//! Who is in the room, seen from the lobby: when the server is asked, and that it never stands in the way.

use ojak_call::protocol::{
    ClientMessage, DisplayName, ErrorCode, PeerId, PeerSignal, RoomName, ServerMessage,
};
use ojak_call::{
    Action, Call, Choices, DeviceEvent, DeviceProblem, Event, FormFactor, Intent, Lobby, Permission,
    Permissions, SocketEvent, Stage, Trouble, View,
};
use std::time::Duration;

/// As the page is: the lobby, and from the first joining on the call.
struct Visit {
    lobby: Option<Lobby>,
    call: Option<Call>,
    now: Duration,
}

impl Visit {
    /// Nobody has to wait for a camera in here.
    fn new() -> Self {
        let denied = Permissions { camera: Permission::Denied, microphone: Permission::Denied };
        let lobby = Some(Lobby::new(Choices::default(), FormFactor::Desktop, 7));
        let mut visit = Self { lobby, call: None, now: Duration::ZERO };
        for action in visit.does(Event::Device(DeviceEvent::Ready(denied))) {
            if let Action::Device(ojak_call::DeviceAction::Open { ticket, .. }) = action {
                let problem = DeviceProblem::Denied;
                visit.does(Event::Device(DeviceEvent::Refused { ticket, problem, permissions: denied }));
            }
        }
        visit
    }

    fn does(&mut self, event: Event) -> Vec<Action> {
        if let Some(call) = &mut self.call {
            return call.handle(event, self.now);
        }
        let mut actions = self.lobby.as_mut().unwrap().handle(event, self.now);
        if actions.contains(&Action::FetchCall) {
            let call = self.call.insert(Call::from(self.lobby.take().unwrap()));
            actions.extend(call.handle(Event::CallFetched, self.now));
        }
        actions
    }

    fn view(&self) -> View {
        self.call.as_ref().map_or_else(|| self.lobby.as_ref().unwrap().view(), Call::view)
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
        let mut visit = Self::new();
        visit.types("den");
        assert!(visit.after(400).contains(&Action::OpenSocket));
        assert!(visit.socket(SocketEvent::Opened).contains(&peek("den")));
        visit.is_told("den", &["Ana"]);
        visit
    }

    fn presence(&self) -> Option<Vec<String>> {
        let presence = self.view().presence;
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
    let mut visit = Visit::new();
    for typed in ["d", "de", "den"] {
        let actions = visit.types(typed);
        assert!(actions.iter().all(|action| matches!(action, Action::CallBack(_))), "{actions:?}");
        assert!(!visit.after(399).contains(&Action::OpenSocket));
    }
    assert!(visit.after(1).contains(&Action::OpenSocket));
    assert!(visit.socket(SocketEvent::Opened).contains(&peek("den")));
    assert_eq!(visit.presence(), None, "nothing is said before it is known");
    visit.is_told("den", &["Ana"]);
    assert_eq!(visit.presence(), Some(vec!["Ana".into()]));
    visit.is_told("den", &[]);
    assert_eq!(visit.presence(), Some(vec![]));
}

#[test]
fn another_room_is_asked_for_over_the_same_socket_and_the_answer_for_the_first_is_late() {
    let mut visit = Visit::looked();
    visit.types("attic");
    assert_eq!(visit.presence(), None);
    visit.is_told("den", &["Ana", "Ben"]);
    assert_eq!(visit.presence(), None, "that is another room");
    let actions = visit.after(400);
    assert!(actions.contains(&peek("attic")) && !actions.contains(&Action::OpenSocket), "{actions:?}");
}

#[test]
fn what_is_no_room_name_is_not_asked_for() {
    let mut visit = Visit::new();
    for typed in ["", " ", "a/b"] {
        visit.types(typed);
        assert_eq!(visit.after(500), []);
    }
}

#[test]
fn joining_uses_the_socket_that_is_open() {
    let mut visit = Visit::looked();
    let actions = visit.joins();
    assert!(actions.iter().any(is_join), "{actions:?}");
    assert!(!actions.contains(&Action::OpenSocket) && !actions.contains(&Action::CloseSocket), "{actions:?}");
    visit.hears(ServerMessage::Joined {
        you: PeerId::from_bits(1),
        room: RoomName::parse("den").unwrap(),
        resume: "token".into(),
        peers: vec![],
        host: PeerId::from_bits(1),
        locked: false,
        ice_servers: vec![],
    });
    assert_eq!(visit.view().stage, Stage::Alone);
}

#[test]
fn joining_uses_the_socket_that_is_about_to_open() {
    let mut visit = Visit::new();
    visit.types("den");
    visit.after(400);
    assert!(!visit.joins().contains(&Action::OpenSocket));
    let actions = visit.socket(SocketEvent::Opened);
    assert!(actions.iter().any(is_join) && !actions.contains(&peek("den")), "{actions:?}");
}

/// The lobby's ten minutes were over, the machine had slept, or the server does not know the question.
#[test]
fn a_socket_of_the_lobby_that_is_of_no_use_is_replaced_without_a_word() {
    type Fate = fn(&mut Visit) -> Vec<Action>;
    let fates: [(&str, Fate); 4] = [
        ("closed", |visit| visit.socket(SocketEvent::Closed)),
        ("too late", |visit| visit.hears(error(ErrorCode::NotInRoom))),
        ("unknown", |visit| visit.hears(error(ErrorCode::BadMessage))),
        ("dead", |visit| [visit.after(1000), visit.after(1000)].concat()),
    ];
    for (why, fate) in fates {
        let mut visit = Visit::looked();
        visit.joins();
        assert!(fate(&mut visit).contains(&Action::OpenSocket), "{why}");
        assert_eq!((visit.view().stage, visit.view().trouble), (Stage::Joining, None), "{why}");
        assert!(visit.socket(SocketEvent::Opened).iter().any(is_join), "{why}");
        visit.socket(SocketEvent::Closed);
        assert_eq!(visit.view().stage, Stage::Lobby, "{why}: only once");
    }
}

#[test]
fn a_server_that_is_not_there_costs_the_hint_and_nothing_else() {
    for end in [SocketEvent::Closed, SocketEvent::Message(error(ErrorCode::BadMessage))] {
        let mut visit = Visit::looked();
        visit.socket(end);
        visit.socket(SocketEvent::Closed);
        let view = visit.view();
        assert_eq!((view.stage, view.trouble, view.presence), (Stage::Lobby, None, None));
        assert!(visit.joins().contains(&Action::OpenSocket));
    }
}

/// Out of what the browser keeps of it.
#[test]
fn a_page_that_opens_without_the_server_says_so_until_the_server_answers() {
    let trouble = |visit: &Visit| visit.view().trouble;
    let mut visit = Visit::new();
    visit.does(Event::ServerGone);
    assert_eq!(trouble(&visit), Some(Trouble::ServerGone));
    visit.types("den");
    assert!(visit.after(400).contains(&Action::OpenSocket));
    visit.socket(SocketEvent::Closed);
    assert_eq!(trouble(&visit), Some(Trouble::ServerGone), "it is still not there");
    // Nobody has to try again by hand when it was only the network.
    assert!(visit.does(Event::NetworkChanged).contains(&Action::OpenSocket));
    assert!(visit.socket(SocketEvent::Opened).contains(&peek("den")));
    assert_eq!(trouble(&visit), None);
}

#[test]
fn whoever_comes_back_into_a_call_is_not_told_of_the_lobby() {
    let mut visit = Visit::new();
    visit.joins();
    visit.does(Event::ServerGone);
    assert_eq!(visit.view().trouble, None);
}
