//! Those who take their time: with a request, with a message, or with reading.

use crate::support::*;
use ojak_protocol::{ErrorCode, FRAME_BYTES_MAX, ServerMessage};
use ojak_server::{Limits, Server};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

/// Says `first`, then one more byte every now and then; answers with how long it was listened to.
async fn drip(server: &Server, first: &str) -> Duration {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let since = Instant::now();
    stream.write_all(first.as_bytes()).await.unwrap();
    let (mut from_server, mut to_server) = stream.split();
    let dripping = async {
        loop {
            sleep(Duration::from_millis(300)).await;
            if to_server.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut answer = Vec::new();
    within("the end of somebody slow", async {
        tokio::select! {
            _ = from_server.read_to_end(&mut answer) => {}
            () = dripping => {}
        }
    })
    .await;
    since.elapsed()
}

#[tokio::test]
async fn half_a_request_is_not_waited_for() {
    let server = start(&[]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    let dripped = tokio::join!(
        drip(&server, ""),
        drip(&server, "GET / HTTP/1.1\r\nHost: a\r\nCookie: "),
        drip(
            &server,
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: "
        ),
    );
    for took in [dripped.0, dripped.1, dripped.2] {
        assert!(took < Duration::from_secs(12), "{took:?}");
    }
    witnesses.are_untouched().await;
}

#[tokio::test]
async fn one_address_has_so_many_connections_that_ask_nothing() {
    let server = start(&["--sockets-per-address=2"]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    let mut idle = Vec::new();
    for _ in 0..12 {
        idle.push(TcpStream::connect(server.address()).await.unwrap());
    }
    // In the order in which they came, so those are counted by now, and this one is too many.
    let mut more = TcpStream::connect(server.address()).await.unwrap();
    let refused = within("the end", more.read(&mut [0; 1])).await;
    assert!(refused.is_err() || refused.is_ok_and(|count| count == 0));
    witnesses.are_untouched().await;
    drop(idle);
    until("room for another", || async {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let asked = stream.write_all(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        let mut answer = Vec::new();
        asked.is_ok() && stream.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
    })
    .await;
}

/// The head of a masked text frame of 100 bytes, and the first two of them.
const HALF_A_FRAME: [u8; 8] = [0x81, 0x80 | 100, 0, 0, 0, 0, b'{', b'"'];
/// A masked fragment with nothing in it: the first of a message, and one of those that follow.
const EMPTY_FIRST: [u8; 6] = [0x01, 0x80, 0, 0, 0, 0];
const EMPTY_MORE: [u8; 6] = [0x00, 0x80, 0, 0, 0, 0];

fn short_silence() -> Limits {
    Limits {
        ping_interval: Duration::from_millis(50),
        silence_max: Duration::from_millis(700),
        join_deadline: Duration::from_secs(2),
        ..patient()
    }
}

/// Says `first`, then `more` again and again, until the socket is ended.
async fn trickle(client: &mut Client, first: &[u8], more: &[u8]) {
    client.send_raw(first).await;
    let (mut from_server, mut to_server) = client.socket.get_mut().split();
    let trickling = async {
        loop {
            sleep(Duration::from_millis(60)).await;
            if to_server.write_all(more).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut heard = Vec::new();
    within("the end of somebody slow", async {
        tokio::select! {
            _ = from_server.read_to_end(&mut heard) => {}
            () = trickling => {}
        }
    })
    .await;
}

/// A byte now and then was once as good as a word: half a message could be held open for ever.
#[tokio::test]
async fn a_message_that_does_not_end_is_as_good_as_silence() {
    let server = start_with(&[], short_silence());
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    for (what, first, more) in [
        ("half a frame", &HALF_A_FRAME[..], &b"x"[..]),
        ("nothing, in pieces", &EMPTY_FIRST, &EMPTY_MORE),
        ("pieces with pings between them", &EMPTY_FIRST, &[0x89, 0x80, 0, 0, 0, 0]),
    ] {
        let (mut slow, _) = Client::join(&server, "home", "Slow").await;
        assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
        let since = Instant::now();
        let id = slow.id();
        let (away, ()) = tokio::join!(ana.message(), trickle(&mut slow, first, more));
        assert!(matches!(away, ServerMessage::PeerAway { peer } if peer == id), "{what}: {away:?}");
        assert!(since.elapsed() >= short_silence().silence_max, "{what}: {:?}", since.elapsed());
    }
}

#[tokio::test]
async fn before_a_join_it_does_not_help_to_be_slow_either() {
    let limits = Limits { join_deadline: Duration::from_millis(500), ..Limits::default() };
    let server = start_with(&[], limits);
    for (first, more) in [(&HALF_A_FRAME[..], &b"x"[..]), (&EMPTY_FIRST, &EMPTY_MORE)] {
        let mut slow = Client::connect(&server).await;
        slow.send_raw(first).await;
        slow.send_raw(more).await;
        slow.is_refused(ErrorCode::NotInRoom, 1008, "no join").await;
    }
}

/// The same rule must not end those whose every message takes a while, but does end.
#[tokio::test]
async fn who_is_slow_but_gets_there_stays() {
    let server = start_with(&[], short_silence());
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut slow, _) = Client::join(&server, "home", "Slow").await;
    ana.message().await;
    let text = format!(r#"{{"type":"signal","to":"{}","payload":"slowly"}}"#, ana.id());
    let frame: Vec<u8> =
        [&[0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0], text.as_bytes()].concat();
    // Always in the middle of a frame: each write ends one and begins the next.
    let (end, begin) = (&frame[40..], &frame[..40]);
    slow.send_raw(begin).await;
    for _ in 0..12 {
        let (heard, ()) = tokio::join!(ana.message(), async {
            sleep(Duration::from_millis(150)).await;
            slow.send_raw(&[end, begin].concat()).await;
        });
        assert!(matches!(heard, ServerMessage::Signal { .. }), "{heard:?}");
    }
}

#[tokio::test]
async fn a_write_that_is_not_taken_in_time_ends_the_socket() {
    let limits = Limits { write_deadline: Duration::from_millis(200), ..patient() };
    let server = start_with(&[], limits);
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let mut slow = Client::connect_narrow(&server).await;
    slow.enter("home", "Slow").await;
    ana.message().await;
    let payload = json!("x".repeat(FRAME_BYTES_MAX - 200));
    let away = async {
        // Seldom enough that the queue is never full.
        let mut round = 0;
        loop {
            round += 1;
            assert!(round < 400, "13 MB went to somebody who reads nothing");
            ana.signal(slow.id(), payload.clone()).await;
            ana.send(Message::Ping("".into())).await;
            match ana.hear_or_pong().await {
                Some(Heard::Message(ServerMessage::PeerAway { peer })) => break assert_eq!(peer, slow.id()),
                None => sleep(Duration::from_millis(50)).await,
                other => panic!("{other:?}"),
            }
        }
    };
    within("the deadline", away).await;
    witnesses.are_untouched().await;
}
