//! Locked rooms on real sockets: who knocks, who decides, and who does not.

use crate::support::*;
use ojak_protocol::{ClientMessage, Departure, ErrorCode, KNOCKS_MAX, PeerId, ServerMessage};
use ojak_server::{Limits, Server};
use serde_json::{Value, json};
use std::time::Duration;

const LOCK: ClientMessage<Value> = ClientMessage::Lock { locked: true };
const UNLOCK: ClientMessage<Value> = ClientMessage::Lock { locked: false };

async fn hears_locked(client: &mut Client, expected: bool) {
    match client.message().await {
        ServerMessage::Locked { locked } => assert_eq!(locked, expected),
        other => panic!("{other:?}"),
    }
}

/// Ana, who has locked the room.
async fn locked(server: &Server, room: &str) -> Client {
    let (mut ana, _) = Client::join(server, room, "Ana").await;
    ana.say(&LOCK).await;
    hears_locked(&mut ana, true).await;
    ana
}

async fn knock(server: &Server, room: &str, name: &str) -> Client {
    let mut client = Client::connect(server).await;
    client.say(&join(room, name)).await;
    assert!(matches!(client.message().await, ServerMessage::Waiting));
    client
}

async fn hears_knock(host: &mut Client, expected: &str) -> PeerId {
    match host.message().await {
        ServerMessage::Knock { peer, name } => {
            assert_eq!(name.as_str(), expected);
            peer
        }
        other => panic!("{other:?}"),
    }
}

async fn hears_knock_ended(host: &mut Client, expected: PeerId) {
    match host.message().await {
        ServerMessage::KnockEnded { peer, .. } => assert_eq!(peer, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_knocks_is_let_in_and_is_as_anybody_then() {
    let server = start(&[]);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ana.say(&ClientMessage::Admit { peer }).await;
    hears_knock_ended(&mut ana, peer).await;
    match ben.message().await {
        ServerMessage::Joined { you, peers, host, locked, resume, .. } => {
            assert_eq!((you, host, locked, peers.len()), (peer, ana.id(), true, 1));
            (ben.me, ben.pass) = (Some(you), Some(resume));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(ana.message().await, ServerMessage::PeerJoined { peer: joined, .. } if joined == peer));
    ben.signal(ana.id(), json!("hello")).await;
    heard_signal(&mut ana, peer, "\"hello\"").await;
    // And comes back to the seat without knocking.
    let pass = ben.pass();
    drop(ben);
    assert!(matches!(ana.message().await, ServerMessage::PeerAway { .. }));
    let (ben, _) = Client::resume(&server, "home", "Ben", &pass).await;
    assert_eq!(ben.id(), peer);
}

#[tokio::test]
async fn whoever_is_denied_is_told_and_closed() {
    let server = start(&[]);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ana.say(&ClientMessage::Deny { peer }).await;
    ben.is_refused(ErrorCode::Denied, 1008, "denied").await;
    hears_knock_ended(&mut ana, peer).await;
}

#[tokio::test]
async fn whoever_stops_waiting_or_is_lost_knocks_no_more() {
    let server = start(&[]);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ben.say(&ClientMessage::Leave).await;
    hears_knock_ended(&mut ana, peer).await;
    let cho = knock(&server, "home", "Cho").await;
    let peer = hears_knock(&mut ana, "Cho").await;
    drop(cho);
    hears_knock_ended(&mut ana, peer).await;
}

#[tokio::test]
async fn nobody_knocks_for_ever() {
    let limits = Limits { knock_kept: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(&[], limits);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ben.is_refused(ErrorCode::RoomLocked, 1008, "nobody answered").await;
    hears_knock_ended(&mut ana, peer).await;
}

/// Who waits does not lose the socket to the deadline for joining.
#[tokio::test]
async fn whoever_knocks_has_joined_as_far_as_the_clock_is_concerned() {
    let limits = Limits { join_deadline: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(&[], limits);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    tokio::time::sleep(Duration::from_millis(600)).await; // the deadline itself
    ana.say(&ClientMessage::Admit { peer }).await;
    assert!(matches!(ben.message().await, ServerMessage::Joined { .. }));
}

#[tokio::test]
async fn the_next_host_is_told_and_asked() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    ana.say(&LOCK).await;
    for client in [&mut ana, &mut ben] {
        hears_locked(client, true).await;
    }
    let mut cho = knock(&server, "home", "Cho").await;
    let peer = hears_knock(&mut ana, "Cho").await;
    ana.say(&ClientMessage::Leave).await;
    assert!(matches!(ben.message().await, ServerMessage::PeerLeft { .. }));
    match ben.message().await {
        ServerMessage::Host { peer } => assert_eq!(peer, ben.id()),
        other => panic!("{other:?}"),
    }
    assert_eq!(hears_knock(&mut ben, "Cho").await, peer);
    ben.say(&ClientMessage::Admit { peer }).await;
    assert!(matches!(cho.message().await, ServerMessage::Joined { host, .. } if host == ben.id()));
}

#[tokio::test]
async fn whoever_is_removed_is_told_and_does_not_come_back_to_the_seat() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    let (mut cho, _) = Client::join(&server, "home", "Cho").await;
    ana.message().await;
    ana.message().await;
    ben.message().await;
    ana.say(&ClientMessage::Remove { peer: ben.id() }).await;
    ben.is_refused(ErrorCode::Removed, 1008, "removed").await;
    for client in [&mut ana, &mut cho] {
        match client.message().await {
            ServerMessage::PeerLeft { peer, reason } => {
                assert_eq!((peer, reason), (ben.id(), Departure::Removed));
            }
            other => panic!("{other:?}"),
        }
    }
    let mut again = Client::connect(&server).await;
    again.say(&resume("home", "Ben", &ben.pass())).await;
    again.is_refused(ErrorCode::Removed, 1008, "the seat of somebody who was removed").await;
    // Everybody out and in again: nobody remembers, and the pass is worth nothing all the same.
    ana.say(&ClientMessage::Leave).await;
    cho.say(&ClientMessage::Leave).await;
    assert!(matches!(ana.hear().await, Heard::Closed(_)));
    let mut again = Client::connect(&server).await;
    until_left(&server).await;
    again.say(&resume("home", "Ben", &ben.pass())).await;
    again.is_refused(ErrorCode::ResumeRefused, 1008, "a pass that is spent").await;
}

/// A pass is good for a day: whoever closed the tab yesterday walked into the locked meeting of today.
#[tokio::test]
async fn a_pass_of_an_earlier_meeting_is_none_for_a_locked_one() {
    let limits = Limits { seat_kept: Duration::from_millis(50), gathers: Duration::ZERO, ..patient() };
    let server = start_with(&[], limits);
    let (ben, _) = Client::join(&server, "home", "Ben").await;
    let pass = ben.pass();
    drop(ben);
    until_left(&server).await;
    let mut ana = locked(&server, "home").await;
    let mut again = Client::connect(&server).await;
    again.say(&resume("home", "Ben", &pass)).await;
    again.is_refused(ErrorCode::ResumeRefused, 1008, "a pass of another meeting").await;
    let mut again = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ana.say(&ClientMessage::Admit { peer }).await;
    again.hears_joined().await;

    // Of this meeting they are good, however long somebody was away.
    let pass = again.pass();
    drop(again);
    while !matches!(ana.message().await, ServerMessage::PeerLeft { .. }) {}
    let mut again = Client::connect(&server).await;
    again.say(&resume("home", "Ben", &pass)).await;
    again.hears_joined().await;
}

/// Whoever comes to a room first after a restart may lock it before the others are back.
#[tokio::test]
async fn a_server_that_has_just_started_lets_everybody_back_into_a_locked_room() {
    let server = start_with(&[], Limits { seat_kept: Duration::from_millis(50), ..patient() });
    let (ben, _) = Client::join(&server, "home", "Ben").await;
    let pass = ben.pass();
    drop(ben);
    until_left(&server).await;
    let _ana = locked(&server, "home").await;
    let mut again = Client::connect(&server).await;
    again.say(&resume("home", "Ben", &pass)).await;
    again.hears_joined().await;
}

/// Waits until nobody has a seat at home.
async fn until_left(server: &Server) {
    let mut lobby = Client::connect(server).await;
    lobby.say(&ClientMessage::Peek { room: "home".into() }).await;
    while !matches!(lobby.message().await, ServerMessage::Presence { names, .. } if names.is_empty()) {}
}

#[tokio::test]
async fn from_outside_a_locked_room_is_as_an_empty_one() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let mut lobby = Client::connect(&server).await;
    let peek = |room: &str| ClientMessage::Peek { room: room.into() };
    let names = |heard| match heard {
        ServerMessage::Presence { names, .. } => names.len(),
        other => panic!("{other:?}"),
    };
    lobby.say(&peek("home")).await;
    assert_eq!(names(lobby.message().await), 1);
    ana.say(&LOCK).await;
    assert_eq!(names(lobby.message().await), 0, "as if the last one had left");
    let mut late = Client::connect(&server).await;
    for room in ["home", "nowhere"] {
        late.say(&peek(room)).await;
        assert_eq!(names(late.message().await), 0);
    }
    hears_locked(&mut ana, true).await;
    // Nothing that happens inside is told.
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ana.say(&ClientMessage::Admit { peer }).await;
    assert!(matches!(ben.message().await, ServerMessage::Joined { .. }));
    ana.say(&UNLOCK).await;
    assert_eq!(names(lobby.message().await), 2, "the next thing heard");
}

#[tokio::test]
async fn a_room_that_is_full_says_so_to_who_comes_and_to_who_lets_in() {
    let server = start(&["--room-capacity=2"]);
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let first = hears_knock(&mut ana, "Ben").await;
    let mut cho = knock(&server, "home", "Cho").await;
    let second = hears_knock(&mut ana, "Cho").await;
    ana.say(&ClientMessage::Admit { peer: first }).await;
    hears_knock_ended(&mut ana, first).await;
    assert!(matches!(ben.message().await, ServerMessage::Joined { .. }));
    assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
    ana.say(&ClientMessage::Admit { peer: second }).await;
    Client::expect_error(&ana.message().await, ErrorCode::RoomFull, "a third");
    let mut late = Client::connect(&server).await;
    late.say(&join("home", "Dan")).await;
    late.is_refused(ErrorCode::RoomFull, 1008, "a fourth").await;
    ben.say(&ClientMessage::Leave).await;
    assert!(matches!(ana.message().await, ServerMessage::PeerLeft { .. }));
    ana.say(&ClientMessage::Admit { peer: second }).await;
    assert!(matches!(cho.message().await, ServerMessage::Joined { .. }), "they waited all the time");
}

#[tokio::test]
async fn only_the_host_decides_and_nobody_else_notices_who_tried() {
    let server = start(&[]);
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let mut ana = locked(&server, "home").await;
    let mut ben = knock(&server, "home", "Ben").await;
    let peer = hears_knock(&mut ana, "Ben").await;
    ana.say(&ClientMessage::Admit { peer }).await;
    hears_knock_ended(&mut ana, peer).await;
    ben.hears_joined().await;
    ana.message().await;
    let mut cho = knock(&server, "home", "Cho").await;
    let knocking = hears_knock(&mut ana, "Cho").await;
    let everything = |ana: PeerId| {
        [
            LOCK,
            UNLOCK,
            ClientMessage::Admit { peer: knocking },
            ClientMessage::Deny { peer: knocking },
            ClientMessage::Remove { peer: ana },
        ]
    };
    for message in everything(ana.id()) {
        for client in [&mut ben, &mut cho] {
            client.say(&message).await;
            Client::expect_error(&client.message().await, ErrorCode::Denied, &message.to_json());
        }
        // The host is the next to hear what is said to them, and nothing before.
        ben.signal(ana.id(), json!(1)).await;
        heard_signal(&mut ana, ben.id(), "1").await;
        witnesses.are_untouched().await;
    }
    for stranger in [PeerId::from_bits(1), ana.id()] {
        for message in [
            ClientMessage::Admit { peer: stranger },
            ClientMessage::Deny { peer: stranger },
            ClientMessage::Remove { peer: stranger },
        ] {
            ana.say(&message).await;
            Client::expect_error(&ana.message().await, ErrorCode::NoSuchPeer, &message.to_json());
        }
    }
    // Who knocks is in no room, whatever they say.
    cho.signal(ana.id(), json!(1)).await;
    Client::expect_error(&cho.message().await, ErrorCode::NotInRoom, "a signal from outside");
    ana.say(&ClientMessage::Admit { peer: knocking }).await;
    hears_knock_ended(&mut ana, knocking).await;
    cho.hears_joined().await;
}

#[tokio::test]
async fn before_joining_nobody_decides() {
    let server = start(&[]);
    let peer = PeerId::from_bits(1);
    for message in
        [LOCK, ClientMessage::Admit { peer }, ClientMessage::Deny { peer }, ClientMessage::Remove { peer }]
    {
        let mut client = Client::connect(&server).await;
        client.say(&message).await;
        client.is_refused(ErrorCode::NotInRoom, 1008, &message.to_json()).await;
    }
}

#[tokio::test]
async fn ten_thousand_who_knock_are_sixteen_to_the_host_and_nothing_to_others() {
    // Those who wait do nothing but wait.
    let server = start_with(&[], Limits { silence_max: Duration::from_secs(3600), ..Limits::default() });
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let mut ana = locked(&server, "home").await;
    let mut waiting = Vec::new();
    for _ in 0..KNOCKS_MAX {
        waiting.push(knock(&server, "home", "Mallory").await);
        hears_knock(&mut ana, "Mallory").await;
    }
    for round in 0..100 {
        for number in 0..100 {
            let mut client = Client::connect(&server).await;
            client.say(&join("home", "Mallory")).await;
            Client::expect_error(
                &client.message().await,
                ErrorCode::RoomLocked,
                &format!("{round} {number}"),
            );
        }
        witnesses.are_untouched().await;
    }
    // Whoever stops and comes again is heard each time, and no more of them wait.
    drop(waiting.pop());
    assert!(matches!(ana.message().await, ServerMessage::KnockEnded { .. }));
    let _again = knock(&server, "home", "Mallory").await;
    hears_knock(&mut ana, "Mallory").await;
}

#[tokio::test]
async fn knocks_count_as_joins() {
    let server = start(&["--joins-per-minute=3"]);
    let _ana = locked(&server, "home").await;
    let _ben = knock(&server, "home", "Ben").await;
    let _cho = knock(&server, "home", "Cho").await;
    let mut dan = Client::connect(&server).await;
    dan.say(&join("home", "Dan")).await;
    dan.is_refused(ErrorCode::TooManyRequests, 1008, "the fourth from this address").await;
}
