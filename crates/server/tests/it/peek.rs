//! Looking into a room before joining it.

use crate::support::*;
use ojak_protocol::{ClientMessage, ErrorCode, ServerMessage};
use ojak_server::Limits;
use serde_json::Value;
use std::time::Duration;

fn peek(room: &str) -> ClientMessage<Value> {
    ClientMessage::Peek { room: room.into() }
}

/// The next thing heard is who is in this room.
#[track_caller]
fn is_presence(heard: &FromServer, expected_room: &str, expected: &[&str]) {
    match heard {
        ServerMessage::Presence { room, names } => {
            let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
            assert_eq!((room.as_str(), names.as_slice()), (expected_room, expected));
        }
        other => panic!("instead of presence: {other:?}"),
    }
}

#[tokio::test]
async fn whoever_peeks_is_told_who_is_there_and_of_every_change() {
    let server = start(&["--room-capacity=2"]);
    let mut lobby = Client::connect(&server).await;
    lobby.say(&peek("Seventh evening")).await;
    is_presence(&lobby.message().await, "seventh-evening", &[]);
    let (mut ana, _) = Client::join(&server, "seventh evening", "Ana").await;
    is_presence(&lobby.message().await, "seventh-evening", &["Ana"]);
    let (mut ben, present) = Client::join(&server, "seventh-evening", "Ben").await;
    assert_eq!(present.len(), 1, "who looks in from outside is not in the room");
    is_presence(&lobby.message().await, "seventh-evening", &["Ana", "Ben"]);
    assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }), "and nobody hears of them");
    ben.say(&ClientMessage::Leave).await;
    is_presence(&lobby.message().await, "seventh-evening", &["Ana"]);
    ana.say(&ClientMessage::Leave).await;
    is_presence(&lobby.message().await, "seventh-evening", &[]);
}

#[tokio::test]
async fn a_full_room_answers_and_is_still_full() {
    let server = start(&["--room-capacity=2"]);
    let (_ana, _) = Client::join(&server, "home", "Ana").await;
    let (_ben, _) = Client::join(&server, "home", "Ben").await;
    let mut lobby = Client::connect(&server).await;
    lobby.say(&peek("home")).await;
    is_presence(&lobby.message().await, "home", &["Ana", "Ben"]);
    lobby.say(&join("home", "Cho")).await;
    lobby.is_refused(ErrorCode::RoomFull, 1008, "a third").await;
}

/// A seat that is kept counts: whoever joined now would meet that person in a moment.
#[tokio::test]
async fn somebody_who_is_away_is_still_there_until_the_seat_expires() {
    let limits = Limits { seat_kept: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(&[], limits);
    let (ana, _) = Client::join(&server, "home", "Ana").await;
    drop(ana);
    let mut lobby = Client::connect(&server).await;
    lobby.say(&peek("home")).await;
    is_presence(&lobby.message().await, "home", &["Ana"]);
    is_presence(&lobby.message().await, "home", &[]);
}

#[tokio::test]
async fn the_room_that_was_peeked_last_is_the_one_that_is_watched() {
    let server = start(&[]);
    let mut lobby = Client::connect(&server).await;
    for room in ["home", "work"] {
        lobby.say(&peek(room)).await;
        is_presence(&lobby.message().await, room, &[]);
    }
    let (_ana, _) = Client::join(&server, "home", "Ana").await;
    let (_ben, _) = Client::join(&server, "work", "Ben").await;
    is_presence(&lobby.message().await, "work", &["Ben"]);
}

#[tokio::test]
async fn what_is_no_room_is_said_to_be_none_and_the_socket_stays() {
    let server = start(&[]);
    let mut lobby = Client::connect(&server).await;
    for room in ["", "a/b", &"r".repeat(65)] {
        lobby.say(&peek(room)).await;
        Client::expect_error(&lobby.message().await, ErrorCode::BadRoom, room);
    }
    lobby.enter("home", "Ana").await;
}

#[tokio::test]
async fn the_socket_that_peeked_can_join_and_is_a_watcher_no_more() {
    let server = start(&[]);
    let mut ana = Client::connect(&server).await;
    ana.say(&peek("home")).await;
    is_presence(&ana.message().await, "home", &[]);
    ana.enter("home", "Ana").await;
    let (ben, _) = Client::join(&server, "home", "Ben").await;
    match ana.message().await {
        ServerMessage::PeerJoined { peer, .. } => assert_eq!(peer, ben.id()),
        other => panic!("{other:?}"),
    }
    ana.say(&peek("home")).await;
    Client::expect_error(&ana.message().await, ErrorCode::BadMessage, "from inside");
}

#[tokio::test]
async fn each_peek_gives_the_lobby_more_time() {
    let limits = Limits {
        join_deadline: Duration::from_millis(400),
        lobby_deadline: Duration::from_millis(800),
        ..Limits::default()
    };
    let server = start_with(&[], limits);
    let mut lobby = Client::connect(&server).await;
    let began = std::time::Instant::now();
    while began.elapsed() < Duration::from_millis(1500) {
        lobby.say(&peek("home")).await;
        is_presence(&lobby.message().await, "home", &[]);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    lobby.is_refused(ErrorCode::NotInRoom, 1008, "it peeked and never joined").await;
}
