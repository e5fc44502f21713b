//! What must not work, and that nobody else notices.

use crate::support::*;
use ojak_protocol::{
    ClientMessage, Departure, ErrorCode, FRAME_BYTES_MAX, MESSAGE_BYTES_MAX, PeerId, ServerMessage,
};
use ojak_server::{Limits, Rate, Server};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

pub(crate) async fn send_in_pieces(client: &mut Client, text: &[u8], length: usize) {
    let pieces = text.chunks(length).count();
    for (place, piece) in text.chunks(length).enumerate() {
        let kind = if place == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), place + 1 == pieces);
        client.send(Message::Frame(frame)).await;
    }
}

/// A masked frame, by hand: `first` and `second` as in RFC 6455 section 5.2, then the mask 0.
fn raw_frame(first: u8, second: u8, length: &[u8], content: &[u8]) -> Vec<u8> {
    [&[first, second], length, &[0; 4], content].concat()
}

#[tokio::test]
async fn before_joining_every_mistake_is_the_last() {
    let server = start(&[]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    let signal = ClientMessage::Signal { to: PeerId::from_bits(1), payload: json!(1) };
    for (text, code) in [
        ("hello".to_owned(), ErrorCode::BadMessage),
        (String::new(), ErrorCode::BadMessage),
        ("[]".into(), ErrorCode::BadMessage),
        (r#"{"type":"dance"}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"join","version":1}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"join","version":"one","room":"home","name":"n"}"#.into(), ErrorCode::BadMessage),
        (ClientMessage::<Value>::Leave.to_json(), ErrorCode::NotInRoom),
        (signal.to_json(), ErrorCode::NotInRoom),
    ] {
        let mut client = Client::connect(&server).await;
        client.send(Message::text(text.clone())).await;
        client.is_refused(code, 1008, &text).await;
        witnesses.are_untouched().await;
    }
}

#[tokio::test]
async fn a_mistake_in_a_room_is_answered_and_forgiven() {
    let server = start(&[]);
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    for (text, code) in [
        ("hello".to_owned(), ErrorCode::BadMessage),
        ("{\"type\":\"pong\"".into(), ErrorCode::BadMessage),
        (r#"{"type":"dance"}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"joined"}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"signal","to":"me","payload":1}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"signal","to":"AAECAwQFBgcICQoLDA0ODw"}"#.into(), ErrorCode::BadMessage),
        (r#"{"type":"signal","to":"AAECAwQFBgcICQoLDA0ODw","payload":1}"#.into(), ErrorCode::NoSuchPeer),
        (join("home", "Ana again").to_json(), ErrorCode::BadMessage),
        (join("elsewhere", "Ana again").to_json(), ErrorCode::BadMessage),
    ] {
        ana.send(Message::text(text.clone())).await;
        Client::expect_error(&ana.message().await, code, &text);
        ana.signal(ben.id(), json!(text)).await;
        heard_signal(&mut ben, ana.id(), &json!(text).to_string()).await;
        witnesses.are_untouched().await;
    }
}

/// Does something that ends a socket.
enum Deed {
    Send(Message),
    InPieces { bytes: usize, of: usize },
    Raw(Vec<u8>),
}

fn deeds() -> Vec<(&'static str, Deed, ErrorCode, u16)> {
    let (bad, flood) = (ErrorCode::BadMessage, ErrorCode::TooManyRequests);
    let (first, more) = (raw_frame(0x01, 0x80, &[], &[]), raw_frame(0x00, 0x80, &[], &[]));
    let long = format!("\"{}\"", "x".repeat(FRAME_BYTES_MAX - 1));
    let announced = (1_u64 << 40).to_be_bytes();
    vec![
        ("binary", Deed::Send(Message::binary("{}")), bad, 1003),
        ("empty binary", Deed::Send(Message::binary("")), bad, 1003),
        ("a frame too long", Deed::Send(Message::text(long)), bad, 1009),
        ("a message too long", Deed::InPieces { bytes: MESSAGE_BYTES_MAX + 1, of: 30_000 }, bad, 1009),
        ("crumbs", Deed::InPieces { bytes: MESSAGE_BYTES_MAX, of: 1 }, flood, 1008),
        ("pieces of nothing", Deed::Raw([first, more.repeat(10_000)].concat()), flood, 1008),
        ("long pings", Deed::Raw(raw_frame(0x89, 0xFD, &[], &[0; 125]).repeat(10_000)), flood, 1008),
        ("pongs", Deed::Raw(raw_frame(0x8A, 0x80, &[], &[]).repeat(10_000)), flood, 1008),
        ("a ping in pieces", Deed::Raw(raw_frame(0x09, 0x80, &[], &[])), bad, 1008),
        ("a Close that says nothing", Deed::Raw(raw_frame(0x88, 0x81, &[], b"x")), bad, 1008),
        ("a message in a message", Deed::Raw(raw_frame(0x01, 0x80, &[], &[]).repeat(2)), bad, 1008),
        (
            "a frame without end",
            Deed::Raw(raw_frame(0x81, 0xFF, &announced, &vec![b'x'; 200_000])),
            bad,
            1009,
        ),
        ("not UTF-8", Deed::Raw(raw_frame(0x81, 0x82, &[], &[0xC3, 0x28])), bad, 1008),
        ("not masked", Deed::Raw(b"\x81\x02{}".to_vec()), bad, 1008),
        ("a bit that means nothing", Deed::Raw(raw_frame(0xC1, 0x82, &[], b"{}")), bad, 1008),
        ("a kind that means nothing", Deed::Raw(raw_frame(0x83, 0x82, &[], b"{}")), bad, 1008),
        ("the end of nothing", Deed::Raw(raw_frame(0x80, 0x82, &[], b"{}")), bad, 1008),
        ("a long ping", Deed::Raw(raw_frame(0x89, 0xFE, &[0, 126], &[0; 126])), bad, 1008),
    ]
}

async fn commit(client: &mut Client, deed: Deed) {
    match deed {
        Deed::Send(message) => client.send(message).await,
        Deed::InPieces { bytes, of } => send_in_pieces_unless_closed(client, bytes, of).await,
        Deed::Raw(bytes) => client.send_raw(&bytes).await,
    }
}

async fn send_in_pieces_unless_closed(client: &mut Client, bytes: usize, length: usize) {
    let mut frames = Vec::new();
    for (place, piece) in vec![b'x'; bytes].chunks(length).enumerate() {
        let first = if place == 0 { 0x01 } else { 0x00 };
        let (second, more) = match piece.len() {
            short @ ..126 => (0x80 | u8::try_from(short).unwrap(), vec![]),
            long => (0xFE, u16::try_from(long).unwrap().to_be_bytes().to_vec()),
        };
        frames.extend(raw_frame(first, second, &more, piece));
    }
    client.send_raw(&frames).await;
}

#[tokio::test]
async fn what_no_page_does_ends_the_socket_and_no_other() {
    let server = start(&[]);
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    for (what, deed, code, close) in deeds() {
        let (mut culprit, _) = Client::join(&server, "home", "Culprit").await;
        assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
        commit(&mut culprit, deed).await;
        culprit.is_refused(code, close, what).await;
        match ana.message().await {
            ServerMessage::PeerLeft { peer, reason } => {
                assert_eq!((peer, reason), (culprit.id(), Departure::Left));
                assert_ne!(code, ErrorCode::TooManyRequests, "{what}");
            }
            // The seat is kept; a page that is honest gives it up in time.
            ServerMessage::PeerAway { peer } => {
                assert_eq!((peer, code), (culprit.id(), ErrorCode::TooManyRequests), "{what}");
                let (mut back, _) = Client::resume(&server, "home", "Culprit", &culprit.pass()).await;
                assert!(matches!(ana.message().await, ServerMessage::PeerBack { .. }));
                back.say(&ClientMessage::Leave).await;
                assert!(matches!(ana.message().await, ServerMessage::PeerLeft { .. }));
            }
            other => panic!("{what}: {other:?}"),
        }
        witnesses.are_untouched().await;
    }
}

#[tokio::test]
async fn what_no_page_does_ends_a_socket_outside_as_well() {
    let server = start(&[]);
    for (what, deed, code, close) in deeds() {
        let mut culprit = Client::connect(&server).await;
        commit(&mut culprit, deed).await;
        culprit.is_refused(code, close, what).await;
    }
}

#[tokio::test]
async fn a_message_as_long_as_it_may_be_is_heard() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    let frame_of = |total: usize| {
        let around = format!(r#"{{"type":"signal","to":"{}","payload":""}}"#, ben.me.unwrap()).len();
        format!(
            r#"{{"type":"signal","to":"{}","payload":"{}"}}"#,
            ben.me.unwrap(),
            "x".repeat(total - around)
        )
    };
    let (frame, message) = (frame_of(FRAME_BYTES_MAX), frame_of(MESSAGE_BYTES_MAX));
    ana.send(Message::text(frame)).await;
    assert!(matches!(ben.message().await, ServerMessage::Signal { .. }));
    send_in_pieces(&mut ana, message.as_bytes(), FRAME_BYTES_MAX).await;
    assert!(matches!(ben.message().await, ServerMessage::Signal { .. }));
}

#[tokio::test]
async fn a_flood_is_stopped_at_the_limit() {
    let server =
        start_with(&[], Limits { frames: Rate { burst: 20.0, per_second: 0.001 }, ..Limits::default() });
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let mut flooder = Client::connect(&server).await;
    flooder.enter("home", "Flooder").await;
    assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
    // The join was the first of the twenty.
    for _ in 1..20 {
        flooder.signal(ana.id(), json!(1)).await;
        assert!(matches!(ana.message().await, ServerMessage::Signal { .. }));
    }
    flooder.signal(ana.id(), json!(1)).await;
    flooder.is_refused(ErrorCode::TooManyRequests, 1008, "the 21st").await;
    // A peer can make a page say a lot, and must not have it thrown out of its calls by that.
    assert!(matches!(ana.message().await, ServerMessage::PeerAway { .. }));
    let pass = flooder.pass();
    drop(flooder);
    Client::resume(&server, "home", "Flooder", &pass).await;
    assert!(matches!(ana.message().await, ServerMessage::PeerBack { .. }));
}

#[tokio::test]
async fn pings_of_the_other_layer_are_answered() {
    let server = start(&[]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    ana.send(Message::Ping("are you there?".into())).await;
    let pong = within("a pong", futures_util::StreamExt::next(&mut ana.socket)).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("are you there?".into()));
}

/// Says so much to somebody who reads nothing that it must be noticed; answers with who hears of it.
async fn flood_a_slow_reader(server: &Server, witnesses: &mut Witnesses) -> (Client, Client) {
    let (mut ana, _) = Client::join(server, "home", "Ana").await;
    let mut slow = Client::connect_narrow(server).await;
    slow.enter("home", "Slow").await;
    ana.message().await;
    let (mut ben, _) = Client::join(server, "home", "Ben").await;
    ana.message().await;
    let payload = json!("x".repeat(30_000));
    for round in 0_u32.. {
        assert!(round < 2_000, "60 MB went to somebody who reads nothing");
        ana.signal(slow.id(), payload.clone()).await;
        ana.signal(ben.id(), json!(round)).await;
        heard_while_others_come_and_go(&mut ben, round).await;
        if round % 16 == 0 {
            witnesses.are_untouched().await;
            // The answer to the second tells whether the slow one is still there.
            ana.signal(slow.id(), json!(null)).await;
            ana.say(&join("home", "again")).await;
            if seat_is_away(&mut ana, slow.id()).await {
                return (slow, ana);
            }
        }
    }
    unreachable!()
}

/// The next signal is `round`, whatever else is heard before it.
async fn heard_while_others_come_and_go(ben: &mut Client, round: u32) {
    loop {
        match ben.message().await {
            ServerMessage::Signal { payload, .. } => break assert_eq!(payload, round.to_string()),
            ServerMessage::PeerAway { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Reads up to the answer to a second `join`, which is always `bad_message`.
async fn seat_is_away(ana: &mut Client, slow: PeerId) -> bool {
    let mut away = false;
    loop {
        match ana.message().await {
            ServerMessage::PeerAway { peer } => {
                assert_eq!(peer, slow);
                away = true;
            }
            ServerMessage::Error { code: ErrorCode::BadMessage, .. } => return away,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_full_queue_closes_the_slow_reader_and_nobody_else() {
    // So long that it is not the deadline that ends it.
    let limits = Limits { write_deadline: Duration::from_secs(600), ..patient() };
    let server = start_with(&[], limits);
    let mut witnesses = Witnesses::in_room(&server, "elsewhere").await;
    let (mut slow, _ana) = flood_a_slow_reader(&server, &mut witnesses).await;
    ends_in_a_reset(&mut slow).await;
    witnesses.are_untouched().await;
}

/// A reset, and not an end: with that, the kernel has thrown away what was never going to be read.
async fn ends_in_a_reset(slow: &mut Client) {
    let mut nothing = vec![0; 64 * 1024];
    loop {
        match within("the end", slow.socket.get_mut().read(&mut nothing)).await {
            Ok(0) => panic!("ended as if all had been said"),
            Ok(_) => {}
            Err(error) => break assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
}

/// A connection that is closed while something unread waits in it is reset, and on some systems what was
/// written last is lost with it: the reason.
#[tokio::test]
async fn a_refusal_ends_in_an_end_and_not_in_a_reset() {
    let server = start(&[]);
    let mut culprit = Client::connect(&server).await;
    let announced = (1_u64 << 40).to_be_bytes();
    // More than all buffers between hold.
    let frame = raw_frame(0x81, 0xFF, &announced, &vec![b'x'; 20_000_000]);
    let (mut from_server, mut to_server) = culprit.socket.get_mut().split();
    let mut heard = Vec::new();
    let (read, written) = within("the end", async {
        tokio::join!(from_server.read_to_end(&mut heard), to_server.write_all(&frame))
    })
    .await;
    written.unwrap();
    read.unwrap();
    assert!(String::from_utf8_lossy(&heard).contains("bad_message"));
}
