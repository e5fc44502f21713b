//! What peers say to each other.

use crate::support::*;
use ojak_protocol::{ClientMessage, ErrorCode, PeerId, ServerMessage};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

async fn two(server: &ojak_server::Server) -> (Client, Client) {
    let (mut ana, _) = Client::join(server, "home", "Ana").await;
    let (ben, _) = Client::join(server, "home", "Ben").await;
    ana.message().await;
    (ana, ben)
}

#[tokio::test]
async fn a_payload_arrives_as_it_was_sent() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    for payload in [
        r#"{ "sdp" :  "v=0\r\n\u00e9 한" }"#,
        "123456789012345678901234567890.10",
        "null",
        "[1e400, {\"type\":\"join\"}]",
        &format!("\"{}\"", "x".repeat(20_000)),
    ] {
        ana.send(Message::text(format!(r#"{{"type":"signal","to":"{}","payload":{payload}}}"#, ben.id())))
            .await;
        heard_signal(&mut ben, ana.id(), payload).await;
    }
}

#[tokio::test]
async fn what_one_says_arrives_in_order() {
    let server = start_with(&[], patient());
    let (mut ana, mut ben) = two(&server).await;
    for number in 0..2_000 {
        ana.signal(ben.id(), json!(number)).await;
        // A batch at a time: more than the queue holds would be the end of Ben.
        if number % 50 == 49 {
            for number in number - 49..=number {
                heard_signal(&mut ben, ana.id(), &number.to_string()).await;
            }
        }
    }
}

#[tokio::test]
async fn nobody_speaks_in_the_name_of_another() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    let (cho, _) = Client::join(&server, "home", "Cho").await;
    for client in [&mut ana, &mut ben] {
        client.message().await;
    }
    let forged = format!(r#"{{"type":"signal","from":"{}","to":"{}","payload":1}}"#, cho.id(), ben.id());
    ana.send(Message::text(forged)).await;
    heard_signal(&mut ben, ana.id(), "1").await;
}

#[tokio::test]
async fn nothing_leaves_its_room() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    let (mut stranger, _) = Client::join(&server, "elsewhere", "Stranger").await;
    for to in [stranger.id(), PeerId::from_bits(7)] {
        ana.signal(to, json!("psst")).await;
        Client::expect_error(&ana.message().await, ErrorCode::NoSuchPeer, "across rooms");
    }
    stranger.signal(ana.id(), json!("psst")).await;
    Client::expect_error(&stranger.message().await, ErrorCode::NoSuchPeer, "across rooms");
    // All three go on, and the next thing they hear is what is meant for them.
    ana.signal(ben.id(), json!("hello")).await;
    heard_signal(&mut ben, ana.id(), "\"hello\"").await;
    ben.signal(ana.id(), json!("hello")).await;
    heard_signal(&mut ana, ben.id(), "\"hello\"").await;
    let (friend, _) = Client::join(&server, "elsewhere", "Friend").await;
    match stranger.message().await {
        ServerMessage::PeerJoined { peer, .. } => assert_eq!(peer, friend.id()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn those_who_left_cannot_be_reached() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    let id = ben.id();
    ben.say(&ClientMessage::Leave).await;
    assert!(matches!(ana.message().await, ServerMessage::PeerLeft { .. }));
    ana.signal(id, json!("still there?")).await;
    Client::expect_error(&ana.message().await, ErrorCode::NoSuchPeer, "left");
}

#[tokio::test]
async fn a_message_in_pieces_is_one_message() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    let payload = format!("\"{}\"", "가".repeat(16_000));
    let text = format!(r#"{{"type":"signal","to":"{}","payload":{payload}}}"#, ben.id());
    // In places where a character is split in two.
    crate::abuse::send_in_pieces(&mut ana, text.as_bytes(), 9_001).await;
    heard_signal(&mut ben, ana.id(), &payload).await;
}

/// The queue once held 64 messages, as many as one socket was thought to need. In a benchmark of rooms of
/// eight, newcomers were thrown out now and then: seven offers with ten candidates each had been read before
/// the newcomer's task was run once.
#[tokio::test]
async fn a_whole_room_that_offers_at_once_is_no_flood() {
    let server = start(&[]);
    let mut room = Vec::new();
    for number in 0..7 {
        room.push(Client::join(&server, "home", &format!("Peer {number}")).await.0);
    }
    let (mut newcomer, peers) = Client::join(&server, "home", "Newcomer").await;
    assert_eq!(peers.len(), 7);
    for client in &mut room {
        while !matches!(client.message().await, ServerMessage::PeerJoined { peer, .. } if peer == newcomer.id())
        {
        }
    }
    let candidates = 30;
    for client in &mut room {
        client.signal_at_once(newcomer.id(), &vec![json!("x".repeat(250)); candidates]).await;
    }
    for _ in 0..room.len() * candidates {
        assert!(matches!(newcomer.message().await, ServerMessage::Signal { .. }));
    }
}
