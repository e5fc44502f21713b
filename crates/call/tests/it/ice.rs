//! Which ways packets may go, and what is said when there is none.

use crate::call::{Visit, id, in_call};
use ojak_call::protocol::{
    Candidate, ClientMessage, Description, DisplayName, IceServer, PeerSignal, SdpType, ServerMessage,
};
use ojak_call::{
    Action, ConnectionState, Event, Ice, Intent, LinkState, Obstacle, PeerAction, PeerEvent, Routes,
    SocketEvent,
};
use std::time::Duration;

const HOST: &str = "candidate:1 1 udp 1 192.168.1.7 50000 typ host";
const RELAY: &str = "candidate:3 1 udp 1 203.0.113.9 49200 typ relay raddr 198.51.100.7 rport 50000";
const CONCEALED: &str = "candidate:3 1 udp 1 203.0.113.9 49200 typ relay raddr 0.0.0.0 rport 0";

fn relays() -> Vec<IceServer> {
    vec![IceServer { urls: vec!["turn:call.example:3478".into()], username: None, credential: None }]
}

fn candidate(text: &str) -> Candidate {
    Candidate { candidate: text.into(), sdp_mid: None, sdp_m_line_index: Some(0), username_fragment: None }
}

fn gathered(text: &str) -> PeerEvent {
    PeerEvent::Gathered(Some(candidate(text)))
}

/// Every candidate that is told, whichever way.
fn told(actions: &[Action]) -> Vec<&str> {
    let signals = actions.iter().filter_map(|action| match action {
        Action::Send(ClientMessage::Signal { payload, .. }) => Some(payload),
        _ => None,
    });
    let candidates = signals.filter_map(|signal| match signal {
        PeerSignal::Candidate { candidate: Some(candidate), .. } => Some(&*candidate.candidate),
        _ => None,
    });
    candidates.collect()
}

/// In a room with one other person, who was offered a connection and has answered.
fn answered(visit: &mut Visit) {
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    visit.hears(ServerMessage::PeerJoined { peer: id(1), name: DisplayName::parse("Minho").unwrap() });
    visit.peer(id(1), PeerEvent::NegotiationNeeded);
    let described = |sdp_type| Description { sdp_type, sdp: String::new() };
    visit.peer(id(1), PeerEvent::LocalSet(described(SdpType::Offer)));
    let payload =
        PeerSignal::Description { generation: 0, sequence: 0, description: described(SdpType::Answer) };
    visit.hears(ServerMessage::Signal { from: id(1), payload });
    visit.peer(id(1), PeerEvent::RemoteSet);
}

/// So many seconds in which the server is there, and nobody else.
fn waits(visit: &mut Visit, seconds: u64) -> Vec<Action> {
    let second = |_| {
        let mut actions = visit.waits(1);
        actions.extend(visit.hears(ServerMessage::Ping));
        actions
    };
    (0..seconds).flat_map(second).collect()
}

#[test]
fn who_hides_tells_relays_only_and_fresh_servers_change_nothing_of_that() {
    let mut visit = Visit::in_room(&[]);
    let actions = visit.wants(Intent::Route(Routes::Relay));
    assert!(
        matches!(&*actions, [Action::Remember(choices)] if choices.routes == Routes::Relay),
        "it is kept for the next visit: {actions:?}"
    );
    let hidden = Ice { servers: relays(), routes: Routes::Relay };
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    let met =
        visit.hears(ServerMessage::PeerJoined { peer: id(1), name: DisplayName::parse("Minho").unwrap() });
    assert!(met.iter().any(|action| matches!(action, Action::CreatePeer { ice, .. } if *ice == hidden)));
    visit.peer(id(1), PeerEvent::NegotiationNeeded);
    let sdp_type = SdpType::Offer;
    visit.peer(id(1), PeerEvent::LocalSet(Description { sdp_type, sdp: String::new() }));
    assert_eq!(told(&visit.peer(id(1), gathered(HOST))), [] as [&str; 0]);
    assert_eq!(told(&visit.peer(id(1), gathered(RELAY))), [CONCEALED]);
    let renewed = visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    assert!(renewed.contains(&Action::Peer(id(1), PeerAction::UseIce(hidden))), "{renewed:?}");
}

/// Browsers do not leave a direct way that works, so whoever begins to hide gets another connection.
#[test]
fn who_begins_to_hide_during_a_call_goes_another_way_at_once() {
    let mut visit = in_call();
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    let hidden = Ice { servers: relays(), routes: Routes::Relay };
    let actions = visit.wants(Intent::Route(Routes::Relay));
    let made =
        |action: &Action| matches!(action, Action::CreatePeer { ice, connection: 2, .. } if *ice == hidden);
    assert!(actions.iter().any(made), "{actions:?}");
    let again = visit.wants(Intent::Route(Routes::Relay));
    assert!(!again.iter().any(|action| matches!(action, Action::CreatePeer { .. })), "it is so already");
}

#[test]
fn who_no_longer_hides_looks_for_shorter_ways_at_once() {
    let mut visit = Visit::in_room(&[]);
    visit.wants(Intent::Route(Routes::Relay));
    answered(&mut visit);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    let actions = visit.wants(Intent::Route(Routes::Any));
    let place = |wanted: &Action| actions.iter().position(|action| action == wanted);
    let used =
        place(&Action::Peer(id(1), PeerAction::UseIce(Ice { servers: relays(), routes: Routes::Any })));
    let restarted = place(&Action::Peer(id(1), PeerAction::RestartIce));
    assert!(used.is_some() && used < restarted, "{actions:?}");
}

/// What the other side would make of it by itself, it is asked for.
#[test]
fn who_was_offered_the_connection_asks_for_another_one_to_hide() {
    let mut visit = Visit::in_room(&[id(1)]);
    let actions = visit.wants(Intent::Route(Routes::Relay));
    let asks = |action: &Action| {
        matches!(action, Action::Send(ClientMessage::Signal { payload: PeerSignal::Renew { .. }, .. }))
    };
    assert!(actions.iter().any(asks), "{actions:?}");
}

#[test]
fn whether_the_server_has_a_relay_is_known_in_a_room() {
    let mut visit = Visit::in_room(&[]);
    assert_eq!(visit.call.view().has_relay, Some(false));
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    assert_eq!(visit.call.view().has_relay, Some(true));
    visit.wants(Intent::Leave);
    assert_eq!(visit.call.view().has_relay, None);
}

#[test]
fn within_ten_seconds_it_is_said_what_is_blocked_and_tried_on() {
    let mut visit = Visit::in_room(&[]);
    answered(&mut visit);
    let began = visit.now;
    let person = |visit: &Visit| visit.call.view().people[0].clone();
    visit.peer(id(1), gathered(HOST));
    let there = PeerSignal::Candidate { generation: 0, sequence: 1, candidate: Some(candidate(RELAY)) };
    visit.hears(ServerMessage::Signal { from: id(1), payload: there });
    assert_eq!((person(&visit).state, person(&visit).obstacle), (LinkState::Connecting, None));
    while person(&visit).state == LinkState::Connecting && visit.now < began + Duration::from_secs(20) {
        waits(&mut visit, 1);
    }
    assert!(visit.now < began + Duration::from_secs(10), "{:?}", visit.now - began);
    let blocked = (LinkState::Failed, Some(Obstacle::OwnNetwork));
    assert_eq!((person(&visit).state, person(&visit).obstacle), blocked);

    let tried = waits(&mut visit, 30);
    let made = tried.iter().filter(|action| matches!(action, Action::CreatePeer { .. })).count();
    assert!(made >= 2, "the ladder goes on: {tried:?}");
    assert_eq!((person(&visit).state, person(&visit).obstacle), blocked, "and it goes on being said");
    let number = 1 + made as u32;
    visit.does(Event::Peer(id(1), number, PeerEvent::State(ConnectionState::Connected)));
    assert_eq!((person(&visit).state, person(&visit).obstacle), (LinkState::Connected, None));
}

#[test]
fn nobody_is_said_to_be_blocked_who_has_not_answered_or_while_the_server_is_gone() {
    let mut visit = Visit::in_room(&[id(1)]);
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    waits(&mut visit, 12);
    assert_eq!(visit.call.view().people[0].obstacle, None);

    let mut visit = Visit::in_room(&[]);
    answered(&mut visit);
    visit.does(Event::Socket(SocketEvent::Closed));
    visit.waits(12);
    assert_eq!(visit.call.view().people[0].obstacle, None);
}

/// Somebody walks to a network that lets nothing out but the page.
#[test]
fn a_call_that_finds_no_way_any_more_says_what_is_blocked_too() {
    let mut visit = in_call();
    visit.hears(ServerMessage::IceServers { ice_servers: relays() });
    visit.waits(2);
    visit.peer(id(1), PeerEvent::Said(ojak_call::protocol::PeerMessage::Beat));
    let mut actions = Vec::new();
    let is_anew =
        |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::CreatePeer { .. }));
    while !is_anew(&actions) && visit.now < Duration::from_secs(30) {
        actions.extend(waits(&mut visit, 1));
        assert_eq!(visit.call.view().people[0].obstacle, None, "at first it is only interrupted");
    }
    let payload = PeerSignal::Description {
        generation: 1,
        sequence: 0,
        description: Description { sdp_type: SdpType::Answer, sdp: ["a=", RELAY, "\r\n"].concat() },
    };
    visit.does(Event::Peer(id(1), 2, PeerEvent::NegotiationNeeded));
    let offer = Description { sdp_type: SdpType::Offer, sdp: String::new() };
    visit.does(Event::Peer(id(1), 2, PeerEvent::LocalSet(offer)));
    visit.hears(ServerMessage::Signal { from: id(1), payload });
    waits(&mut visit, 9);
    let person = visit.call.view().people[0].clone();
    assert_eq!((person.state, person.obstacle), (LinkState::Reconnecting, Some(Obstacle::OwnNetwork)));
}
