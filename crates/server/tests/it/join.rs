//! Coming and going.

use crate::support::*;
use ojak_protocol::{ClientMessage, Departure, DisplayName, ErrorCode, IceServer, ServerMessage};
use ojak_server::Limits;
use std::time::{Duration, Instant};

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

async fn hears_departure(client: &mut Client, of: &Client, expected: Departure) {
    match client.message().await {
        ServerMessage::PeerLeft { peer, reason } => assert_eq!((peer, reason), (of.id(), expected)),
        other => panic!("instead of a departure: {other:?}"),
    }
}

#[tokio::test]
async fn newcomers_learn_who_is_there_and_those_learn_of_them() {
    let server = start(&[]);
    let (mut ana, peers) = Client::join(&server, "home", "Ana").await;
    assert!(peers.is_empty());
    let (mut ben, peers) = Client::join(&server, "home", "Ben").await;
    assert_eq!(peers.iter().map(|entry| entry.peer).collect::<Vec<_>>(), [ana.id()]);
    let (cho, peers) = Client::join(&server, "home", "조").await;
    assert_eq!(
        peers.iter().map(|entry| (entry.peer, entry.name.clone())).collect::<Vec<_>>(),
        [(ana.id(), name("Ana")), (ben.id(), name("Ben"))]
    );
    assert_eq!(ana.message().await.to_json(), joined_notice(&ben, "Ben"));
    assert_eq!(ana.message().await.to_json(), joined_notice(&cho, "조"));
    assert_eq!(ben.message().await.to_json(), joined_notice(&cho, "조"));
    let (_, peers) = Client::join(&server, "elsewhere", "Dan").await;
    assert!(peers.is_empty());
}

fn away_notice(of: &Client) -> String {
    ServerMessage::<()>::PeerAway { peer: of.id() }.to_json()
}

fn joined_notice(of: &Client, called: &str) -> String {
    ServerMessage::<()>::PeerJoined { peer: of.id(), name: name(called) }.to_json()
}

#[tokio::test]
async fn who_means_the_same_room_gets_there() {
    let server = start(&[]);
    let (ana, _) = Client::join(&server, "칠석 저녁 Café", "Ana").await;
    // The same as decomposed by a keyboard that types so, in other capitals and spaces.
    let mut ben = Client::connect(&server).await;
    ben.say(&join("  \u{110E}\u{1175}\u{11AF}\u{1109}\u{1165}\u{11A8}  저녁  CAFE\u{301} ", "Ben")).await;
    match ben.message().await {
        ServerMessage::Joined { room, peers, .. } => {
            assert_eq!(room.as_str(), "칠석-저녁-café");
            assert_eq!(peers[0].peer, ana.id());
        }
        other => panic!("{other:?}"),
    }
}

/// In lower case `J̌` is one character, so that the name has left its normal form. Found by fuzzing.
#[tokio::test]
async fn a_name_that_leaves_its_normal_form_in_lower_case_is_the_same_room() {
    let server = start(&[]);
    let (_ana, _) = Client::join(&server, "J\u{30C}azz", "Ana").await;
    let (_ben, present) = Client::join(&server, "\u{1F0}azz", "Ben").await;
    assert_eq!(present.len(), 1);
}

#[tokio::test]
async fn a_join_that_cannot_be_is_refused_with_its_reason() {
    let server = start(&["--room-capacity=2"]);
    let (_ana, _) = Client::join(&server, "full", "Ana").await;
    let (_ben, _) = Client::join(&server, "full", "Ben").await;
    let versioned =
        |version| ClientMessage::Join { version, room: "home".into(), name: "n".into(), resume: None };
    for (message, code) in [
        (versioned(0), ErrorCode::BadVersion),
        (versioned(2), ErrorCode::BadVersion),
        (join("", "n"), ErrorCode::BadRoom),
        (join("a/b", "n"), ErrorCode::BadRoom),
        (join(&"r".repeat(65), "n"), ErrorCode::BadRoom),
        (join("home", " "), ErrorCode::BadName),
        (join("home", "a\u{7}"), ErrorCode::BadName),
        (join("home", &"n".repeat(49)), ErrorCode::BadName),
        (join("full", "n"), ErrorCode::RoomFull),
    ] {
        let mut client = Client::connect(&server).await;
        client.say(&message).await;
        client.is_refused(code, 1008, &format!("{message:?}")).await;
    }
}

#[tokio::test]
async fn whoever_leaves_is_gone_at_once() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    ben.say(&ClientMessage::Leave).await;
    hears_departure(&mut ana, &ben, Departure::Left).await;
    assert!(matches!(ben.hear().await, Heard::Closed(1000)));
    assert!(Client::join(&server, "home", "Cho").await.1.len() == 1);
}

#[tokio::test]
async fn whoever_closes_the_socket_is_away() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    ben.socket.close(None).await.unwrap();
    assert_eq!(ana.message().await.to_json(), away_notice(&ben));
    assert!(matches!(ben.hear().await, Heard::Closed(1000)));
}

#[tokio::test]
async fn whoever_is_cut_off_is_away() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    for reset in [false, true] {
        let (ben, _) = Client::join(&server, "home", "Ben").await;
        ana.message().await;
        if reset {
            ben.socket.get_ref().set_zero_linger().unwrap();
        }
        let expected = away_notice(&ben);
        drop(ben);
        assert_eq!(ana.message().await.to_json(), expected);
    }
}

#[tokio::test]
async fn a_seat_given_up_is_free() {
    let server = start(&["--room-capacity=2"]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    for _ in 0..5 {
        let (mut ben, peers) = Client::join(&server, "home", "Ben").await;
        assert_eq!(peers.len(), 1);
        assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
        ben.say(&ClientMessage::Leave).await;
        assert!(matches!(ana.message().await, ServerMessage::PeerLeft { .. }));
    }
}

#[tokio::test]
async fn the_silent_are_dead_and_those_who_answer_are_not() {
    let (ping_interval, silence_max) = (Duration::from_millis(50), Duration::from_millis(600));
    let server = start_with(&[], Limits { ping_interval, silence_max, ..Limits::default() });
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let since = Instant::now();
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    // Ben's end is open and reads nothing; Ana answers pings while she waits.
    assert_eq!(ana.message().await.to_json(), away_notice(&ben));
    assert!(since.elapsed() >= silence_max);
    assert!(matches!(ben.hear().await, Heard::Closed(1008)));
    let (cho, _) = Client::join(&server, "home", "Cho").await;
    assert_eq!(ana.message().await.to_json(), joined_notice(&cho, "Cho"));
}

#[tokio::test]
async fn whoever_does_not_join_in_time_is_sent_away() {
    let server = start_with(&[], Limits { join_deadline: Duration::from_millis(500), ..Limits::default() });
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let mut ben = Client::connect(&server).await;
    ben.is_refused(ErrorCode::NotInRoom, 1008, "no join").await;
    // The deadline is over for Ana, too, who is in.
    let (cho, _) = Client::join(&server, "home", "Cho").await;
    assert_eq!(ana.message().await.to_json(), joined_notice(&cho, "Cho"));
}

#[tokio::test]
async fn a_pong_nobody_asked_for_is_answered_with_a_ping() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let since = Instant::now();
    ana.say(&ClientMessage::Pong).await;
    let ping = within("a ping", futures_util::StreamExt::next(&mut ana.socket)).await.unwrap().unwrap();
    assert_eq!(ping.to_text().unwrap(), r#"{"type":"ping"}"#);
    assert!(since.elapsed() < Duration::from_secs(2), "not the one of every five seconds");
    // The answer to that ping asks for nothing: what comes next is the answer to something else.
    ana.say(&ClientMessage::Pong).await;
    ana.say(&join("home", "Ana")).await;
    let next = within("an answer", futures_util::StreamExt::next(&mut ana.socket)).await.unwrap().unwrap();
    assert!(next.to_text().unwrap().contains("bad_message"), "{next:?}");
}

#[tokio::test]
async fn those_who_join_are_told_which_servers_to_use() {
    let server = start(&["--ice-server=stun:stun.example:3478", "--ice-server=stun:stun2.example"]);
    let mut ana = Client::connect(&server).await;
    ana.say(&join("home", "Ana")).await;
    match ana.message().await {
        ServerMessage::Joined { ice_servers, .. } => {
            let expected = ["stun:stun.example:3478", "stun:stun2.example"].map(|url| IceServer {
                urls: vec![url.into()],
                username: None,
                credential: None,
            });
            assert_eq!(ice_servers, expected);
        }
        other => panic!("{other:?}"),
    }
}
