//! What the log tells about people: nothing, unless somebody asks for it.

use crate::binary::Running;
use crate::support::*;
use ojak_protocol::{ClientMessage, ErrorCode};
use serde_json::json;
use std::net::SocketAddr;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message;

const ROOM: &str = "secret-garden";
const NAME: &str = "Wilhelmina";
const SDP: &str = "v=0 o=canary";
/// Another address of this machine than the one that the server is at.
const ADDRESS: &str = "127.0.0.77";

async fn connect(running: &Running) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(ADDRESS.parse().unwrap(), 0)).unwrap();
    let stream = socket.connect(running.address).await.unwrap();
    Client::upgrade(stream, running.address, Some(&format!("http://{}", running.address))).await.unwrap()
}

/// Everything that a page does, right and wrong; answers with the log.
async fn visit(filter: &str) -> String {
    let mut running = Running::start(&["--log", filter, "--room-capacity=2"]);
    let mut ana = connect(&running).await;
    ana.enter(ROOM, NAME).await;
    let mut ben = connect(&running).await;
    ben.enter(ROOM, NAME).await;
    ana.message().await;
    ana.signal(ben.id(), json!(SDP)).await;
    heard_signal(&mut ben, ana.id(), &json!(SDP).to_string()).await;
    ana.send(Message::text(format!("{{\"type\":\"{SDP}\"}}"))).await;
    ana.message().await;
    ana.send(Message::text(format!("{{\"type\":\"signal\",\"to\":\"{NAME}\",\"payload\":1}}"))).await;
    ana.message().await;
    let mut cho = connect(&running).await;
    cho.say(&join(ROOM, NAME)).await;
    cho.is_refused(ErrorCode::RoomFull, 1008, "a third").await;
    let mut bad = connect(&running).await;
    bad.say(&join(&format!("{ROOM}/{SDP}"), NAME)).await;
    bad.is_refused(ErrorCode::BadRoom, 1008, "no room").await;
    let pass = ben.pass();
    drop(ben);
    ana.message().await;
    let mut ben = connect(&running).await;
    ben.say(&resume(ROOM, NAME, &pass)).await;
    ben.hears_joined().await;
    let mut thief = connect(&running).await;
    thief.say(&resume(ROOM, NAME, "made up")).await;
    thief.is_refused(ErrorCode::ResumeRefused, 1008, "made up").await;
    // A control frame in pieces: actix would complain of it.
    let mut odd = connect(&running).await;
    odd.send_raw(&[0x09, 0x80, 0, 0, 0, 0]).await;
    odd.is_refused(ErrorCode::BadMessage, 1008, "a ping in pieces").await;
    let mut broken = connect(&running).await;
    broken.socket.get_mut().set_zero_linger().unwrap();
    drop(broken);
    let stranger = Client::try_connect(running.address, Some("https://secret-garden.example")).await;
    assert!(stranger.is_err());
    let path = format!("GET /{ROOM}?name={NAME}");
    crate::http::request(running.address, &path, &[("Cookie", SDP)]).await;
    ben.say(&ClientMessage::Leave).await;
    assert!(matches!(ben.hear().await, Heard::Message(_) | Heard::Closed(_)));
    running.signal("TERM");
    assert_eq!(running.ended().await, Some(0));
    running.complaints()
}

#[tokio::test]
async fn a_log_for_everyday_use_names_nobody() {
    let log = visit("info").await;
    assert!(log.contains("INFO"), "there is a log: {log}");
    for secret in [ROOM, NAME, SDP, "canary", ADDRESS] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "nothing is wrong with the server: {log}");
}

#[tokio::test]
async fn who_asks_for_everything_is_told_the_rooms() {
    let log = visit("info,ojak_server=trace").await;
    assert!(log.contains(ROOM), "{log}");
    for line in log.lines().filter(|line| line.contains(ROOM)) {
        assert!(line.contains("TRACE") || line.contains("DEBUG"), "{line}");
    }
}
