//! Seats outlive sockets.

use crate::support::*;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ojak_protocol::{ClientMessage, Departure, ErrorCode, PeerId, ServerMessage};
use ojak_server::{Limits, Server};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

async fn two(server: &Server) -> (Client, Client) {
    let (mut ana, _) = Client::join(server, "home", "Ana").await;
    let (ben, _) = Client::join(server, "home", "Ben").await;
    ana.message().await;
    (ana, ben)
}

async fn hears_away(client: &mut Client, of: PeerId) {
    match client.message().await {
        ServerMessage::PeerAway { peer } => assert_eq!(peer, of),
        other => panic!("instead of peer_away: {other:?}"),
    }
}

async fn hears_back(client: &mut Client, of: PeerId) {
    match client.message().await {
        ServerMessage::PeerBack { peer } => assert_eq!(peer, of),
        other => panic!("instead of peer_back: {other:?}"),
    }
}

async fn hears_left(client: &mut Client, of: PeerId, expected: Departure) {
    match client.message().await {
        ServerMessage::PeerLeft { peer, reason } => assert_eq!((peer, reason), (of, expected)),
        other => panic!("instead of peer_left: {other:?}"),
    }
}

/// Loses the socket without a word; answers with the pass.
fn cut(client: Client) -> String {
    let pass = client.pass();
    drop(client);
    pass
}

#[tokio::test]
async fn a_lost_socket_leaves_a_seat_that_is_away() {
    let server = start(&["--room-capacity=2"]);
    let (mut ana, ben) = two(&server).await;
    let id = ben.id();
    cut(ben);
    hears_away(&mut ana, id).await;
    // What is said to it is dropped, and that is no error; the seat is taken; newcomers are told.
    ana.signal(id, json!("are you there?")).await;
    let mut cho = Client::connect(&server).await;
    cho.say(&join("home", "Cho")).await;
    cho.is_refused(ErrorCode::RoomFull, 1008, "a third").await;
    ana.say(&ClientMessage::Leave).await;
    assert!(matches!(ana.hear().await, Heard::Closed(1000)));
    let (_cho, peers) = Client::join(&server, "home", "Cho").await;
    assert_eq!(peers.iter().map(|entry| (entry.peer, entry.away)).collect::<Vec<_>>(), [(id, true)]);
}

#[tokio::test]
async fn who_comes_back_in_time_is_the_same_peer() {
    let server = start(&[]);
    let (mut ana, ben) = two(&server).await;
    let id = ben.id();
    let mut pass = cut(ben);
    for round in 0..3 {
        hears_away(&mut ana, id).await;
        ana.signal(id, json!("dropped")).await;
        let (mut ben, peers) = Client::resume(&server, "home", "Ben", &pass).await;
        assert_eq!(ben.id(), id);
        assert_eq!(
            peers.iter().map(|entry| (entry.peer, entry.away)).collect::<Vec<_>>(),
            [(ana.id(), false)]
        );
        assert_ne!(ben.pass(), pass, "each socket is given another pass");
        hears_back(&mut ana, id).await;
        ana.signal(id, json!(round)).await;
        heard_signal(&mut ben, ana.id(), &round.to_string()).await;
        ben.signal(ana.id(), json!(round)).await;
        heard_signal(&mut ana, id, &round.to_string()).await;
        pass = cut(ben);
    }
}

#[tokio::test]
async fn a_seat_that_nobody_comes_back_to_expires() {
    let limits = Limits { seat_kept: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(&[], limits);
    let (mut ana, ben) = two(&server).await;
    let id = ben.id();
    let since = Instant::now();
    let pass = cut(ben);
    hears_away(&mut ana, id).await;
    hears_left(&mut ana, id, Departure::Timeout).await;
    assert!(since.elapsed() >= limits.seat_kept);
    ana.signal(id, json!("still there?")).await;
    Client::expect_error(&ana.message().await, ErrorCode::NoSuchPeer, "expired");
    // A laptop that slept for longer than a seat is kept is the same peer all the same.
    let (ben, peers) = Client::resume(&server, "home", "Ben", &pass).await;
    assert_eq!((ben.id(), peers.len()), (id, 1));
    match ana.message().await {
        ServerMessage::PeerJoined { peer, .. } => assert_eq!(peer, id),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_used_pass_is_worth_nothing_after_the_seat_expired_either() {
    let limits = Limits { seat_kept: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(&[], limits);
    let (mut ana, ben) = two(&server).await;
    let id = ben.id();
    let used = cut(ben);
    hears_away(&mut ana, id).await;
    let current = cut(Client::resume(&server, "home", "Ben", &used).await.0);
    hears_back(&mut ana, id).await;
    hears_away(&mut ana, id).await;
    hears_left(&mut ana, id, Departure::Timeout).await;
    let mut thief = Client::connect(&server).await;
    thief.say(&resume("home", "Ben", &used)).await;
    thief.is_refused(ErrorCode::ResumeRefused, 1008, "used").await;
    assert_eq!(Client::resume(&server, "home", "Ben", &current).await.0.id(), id);
}

/// The answer that brings the next pass can be lost with the network that it was asked over. The page came back as
/// somebody else then, beside its old self, and closed the calls that it had.
#[tokio::test]
async fn a_pass_whose_answer_was_lost_gives_the_seat_back_all_the_same() {
    for seat_kept in [Limits::default().seat_kept, Duration::from_millis(300)] {
        let server = start_with(&[], Limits { seat_kept, ..Limits::default() });
        let (mut ana, ben) = two(&server).await;
        let (id, pass) = (ben.id(), cut(ben));
        hears_away(&mut ana, id).await;
        if seat_kept < Duration::from_secs(1) {
            hears_left(&mut ana, id, Departure::Timeout).await;
        }
        for _ in 0..3 {
            let unheard = Client::resume(&server, "home", "Ben", &pass).await.0;
            let (again, _) = Client::resume(&server, "home", "Ben", &pass).await;
            assert_eq!((unheard.id(), again.id()), (id, id));
        }
    }
}

#[tokio::test]
async fn a_pass_that_was_used_is_worth_nothing_once_the_answer_cannot_be_on_its_way_any_more() {
    let server = start_with(&[], Limits { seat_kept: Duration::from_millis(300), ..Limits::default() });
    let (_ana, ben) = two(&server).await;
    let used = cut(ben);
    let (ben, _) = Client::resume(&server, "home", "Ben", &used).await;
    within("the end of the old pass", async {
        loop {
            let mut thief = Client::connect(&server).await;
            thief.say(&resume("home", "Ben", &used)).await;
            match thief.message().await {
                ServerMessage::Joined { .. } => tokio::time::sleep(Duration::from_millis(20)).await,
                refusal => return Client::expect_error(&refusal, ErrorCode::ResumeRefused, "used"),
            }
        }
    })
    .await;
    drop(ben);
}

#[tokio::test]
async fn a_seat_that_was_given_up_is_not_given_back() {
    let server = start(&[]);
    let (mut ana, mut ben) = two(&server).await;
    ben.say(&ClientMessage::Leave).await;
    hears_left(&mut ana, ben.id(), Departure::Left).await;
    // Nor is that of a page that was thrown out.
    let (mut bad, _) = Client::join(&server, "home", "Bad").await;
    assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
    bad.send(Message::binary("no page does this")).await;
    hears_left(&mut ana, bad.id(), Departure::Left).await;
    for client in [ben, bad] {
        let mut again = Client::connect(&server).await;
        again.say(&resume("home", "Ben", &client.pass())).await;
        again.is_refused(ErrorCode::ResumeRefused, 1008, "it left").await;
    }
}

#[tokio::test]
async fn another_socket_takes_over_from_one_that_was_thought_alive() {
    let server = start(&[]);
    let (mut ana, mut old) = two(&server).await;
    let (mut new, _) = Client::resume(&server, "home", "Benjamin", &old.pass()).await;
    assert_eq!(new.me, old.me);
    old.is_refused(ErrorCode::ResumeRefused, 1008, "taken over").await;
    drop(old);
    // The others hear nothing of it, neither now nor when the old socket is no more.
    new.signal(ana.id(), json!("me again")).await;
    heard_signal(&mut ana, new.id(), "\"me again\"").await;
    ana.signal(new.id(), json!("I noticed nothing")).await;
    heard_signal(&mut new, ana.id(), "\"I noticed nothing\"").await;
    let (_, peers) = Client::join(&server, "home", "Cho").await;
    assert_eq!(peers.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["Ana", "Benjamin"]);
}

#[tokio::test]
async fn a_pass_works_for_its_own_seat_and_unaltered() {
    let server = start(&[]);
    let (_ana, ben) = two(&server).await;
    let current = ben.pass();
    let flipped = |place: usize| {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(&current).unwrap();
        bytes[place] ^= 1;
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    };
    let length = BASE64_URL_SAFE_NO_PAD.decode(&current).unwrap().len();
    let mut wrong = vec![
        ("elsewhere", current.clone()),
        ("home", String::new()),
        ("home", "resume".into()),
        ("home", format!("{current}A")),
        ("home", format!("{current}=")),
        ("home", current[..current.len() - 4].into()),
        ("home", "x".repeat(20_000)),
    ];
    wrong.extend((0..length).map(|place| ("home", flipped(place))));
    for (room, pass) in wrong {
        let mut thief = Client::connect(&server).await;
        thief.say(&resume(room, "Ben", &pass)).await;
        thief.is_refused(ErrorCode::ResumeRefused, 1008, &format!("{room} {pass}")).await;
    }
    // The right one still works: no failed attempt spends it.
    Client::resume(&server, "HOME", "Ben", &current).await;
}

#[tokio::test]
async fn a_pass_of_another_server_gives_nothing() {
    let (one, other) = (start(&[]), start(&[]));
    let (_ana, ben) = two(&one).await;
    let mut thief = Client::connect(&other).await;
    thief.say(&resume("home", "Ben", &ben.pass())).await;
    thief.is_refused(ErrorCode::ResumeRefused, 1008, "signed with another key").await;
}

#[tokio::test]
async fn of_two_who_show_the_same_pass_one_sits_there_and_the_other_is_told() {
    let server = start(&[]);
    let (mut ana, ben) = two(&server).await;
    let (id, mut pass) = (ben.id(), cut(ben));
    for _ in 0..8 {
        hears_away(&mut ana, id).await;
        let mut racers = [Client::connect(&server).await, Client::connect(&server).await];
        let message = Message::text(resume("home", "Ben", &pass).to_json());
        let [one, two] = &mut racers;
        tokio::join!(one.send(message.clone()), two.send(message));
        // Whoever is outrun before its `joined` is written does not get that any more, only the reason.
        let mut joined = Vec::new();
        for mut racer in racers {
            match racer.message().await {
                ServerMessage::Joined { you, resume, .. } => {
                    assert_eq!(you, id);
                    racer.pass = Some(resume);
                    joined.push(racer);
                }
                refusal => Client::expect_error(&refusal, ErrorCode::ResumeRefused, "outrun"),
            }
        }
        hears_back(&mut ana, id).await;
        ana.signal(id, json!("which of you?")).await;
        let mut seated = Vec::new();
        for mut racer in joined {
            match racer.message().await {
                ServerMessage::Signal { .. } => seated.push(racer),
                refusal => Client::expect_error(&refusal, ErrorCode::ResumeRefused, "taken over"),
            }
        }
        assert_eq!(seated.len(), 1);
        pass = cut(seated.remove(0));
    }
}

#[tokio::test]
async fn a_full_room_has_no_place_for_a_seat_that_expired() {
    let limits = Limits { seat_kept: Duration::from_millis(1), ..Limits::default() };
    let server = start_with(&["--room-capacity=2"], limits);
    let (mut ana, ben) = two(&server).await;
    let (id, pass) = (ben.id(), cut(ben));
    hears_away(&mut ana, id).await;
    hears_left(&mut ana, id, Departure::Timeout).await;
    let (mut cho, _) = Client::join(&server, "home", "Cho").await;
    ana.message().await;
    let mut late = Client::connect(&server).await;
    late.say(&resume("home", "Ben", &pass)).await;
    late.is_refused(ErrorCode::RoomFull, 1008, "full").await;
    // And the pass is not spent by that.
    cho.say(&ClientMessage::Leave).await;
    hears_left(&mut ana, cho.id(), Departure::Left).await;
    assert_eq!(Client::resume(&server, "home", "Ben", &pass).await.0.id(), id);
}

#[tokio::test]
async fn coming_back_is_no_join_and_guessing_is() {
    let server = start(&["--joins-per-minute=3"]);
    let (mut ana, ben) = two(&server).await;
    let (id, mut pass) = (ben.id(), cut(ben));
    for _ in 0..10 {
        hears_away(&mut ana, id).await;
        pass = cut(Client::resume(&server, "home", "Ben", &pass).await.0);
        hears_back(&mut ana, id).await;
    }
    for code in [ErrorCode::ResumeRefused, ErrorCode::TooManyRequests, ErrorCode::TooManyRequests] {
        let mut guesser = Client::connect(&server).await;
        guesser.say(&resume("home", "Ben", "guess")).await;
        guesser.is_refused(code, 1008, "a guess").await;
    }
    hears_away(&mut ana, id).await;
    Client::resume(&server, "home", "Ben", &pass).await;
}

#[tokio::test]
async fn the_last_one_out_finds_the_room_again() {
    let server = start(&[]);
    let (mut ana, peers) = Client::join(&server, "home", "Ana").await;
    assert!(peers.is_empty());
    ana.socket.close(None).await.unwrap();
    assert!(matches!(ana.hear().await, Heard::Closed(1000)));
    let (again, peers) = Client::resume(&server, "home", "Ana", &ana.pass()).await;
    assert_eq!((again.me, peers), (ana.me, vec![]));
}

#[tokio::test]
async fn an_empty_resume_field_is_none() {
    let server = start(&[]);
    let mut ana = Client::connect(&server).await;
    ana.send(Message::text(r#"{"type":"join","version":1,"room":"home","name":"Ana","resume":null}"#)).await;
    ana.hears_joined().await;
    let mut ben = Client::connect(&server).await;
    ben.send(Message::text(r#"{"type":"join","version":1,"room":"home","name":"Ben","resume":7}"#)).await;
    ben.is_refused(ErrorCode::BadMessage, 1008, "not a text").await;
}
