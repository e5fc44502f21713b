//! STUN and TURN as a page gets to know them: what it is told, and that it works. What the relay itself does is tested
//! in `src/relay/tests.rs`.

use crate::support::*;
use ojak_protocol::{ClientMessage, IceServer, ServerMessage};
use ojak_server::{Limits, RelayLimits, Server};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use turn::client::{Client as Relayed, ClientConfig};
use webrtc_util::Conn;

pub(crate) async fn told(server: &Server) -> (Client, Vec<IceServer>) {
    let mut client = Client::connect(server).await;
    client.say(&join("home", "Ana")).await;
    match client.message().await {
        ServerMessage::Joined { you, ice_servers, .. } => {
            client.me = Some(you);
            (client, ice_servers)
        }
        other => panic!("instead of joined: {other:?}"),
    }
}

/// Somebody else's client, who talks to the relay over `conn` and knows what a page was told.
pub(crate) async fn client(
    conn: impl Conn + Send + Sync + 'static,
    relay: SocketAddr,
    told: &[IceServer],
) -> Relayed {
    let server = told.iter().find(|server| server.username.is_some()).expect("a TURN server");
    let client = Relayed::new(ClientConfig {
        stun_serv_addr: relay.to_string(),
        turn_serv_addr: relay.to_string(),
        username: server.username.clone().unwrap(),
        password: server.credential.clone().unwrap(),
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 0,
        conn: Arc::new(conn),
        vnet: None,
    })
    .await
    .unwrap();
    client.listen().await.unwrap();
    client
}

async fn allocates(relay: SocketAddr, told: &[IceServer]) -> Result<SocketAddr, turn::Error> {
    let client = client(UdpSocket::bind("127.0.0.1:0").await.unwrap(), relay, told).await;
    let address =
        within("an allocation", client.allocate()).await.map(|relayed| relayed.local_addr().unwrap());
    client.close().await.unwrap();
    address
}

#[tokio::test]
async fn whoever_joins_is_told_of_the_relay_and_may_use_it() {
    let (server, relay) = start_relaying(&["--ice-server=stun:stun.example"], Limits::default());
    let (ana, of_ana) = told(&server).await;
    let (ben, of_ben) = told(&server).await;
    let port = relay.port();
    let urls: Vec<_> = of_ana.iter().flat_map(|server| server.urls.clone()).collect();
    assert_eq!(
        urls,
        [
            "stun:stun.example".to_owned(),
            format!("stun:127.0.0.1:{port}"),
            format!("turn:127.0.0.1:{port}?transport=udp"),
            format!("turn:127.0.0.1:{port}?transport=tcp"),
        ]
    );
    for (client, told) in [(&ana, &of_ana), (&ben, &of_ben)] {
        let [.., relay] = &told[..] else { panic!("{told:?}") };
        let (_, peer) = relay.username.as_ref().unwrap().split_once(':').unwrap();
        assert_eq!(peer, client.id().as_str(), "a password for one's own seat");
    }
    assert_ne!(of_ana, of_ben);
    assert_eq!(allocates(relay, &of_ana).await.unwrap().ip(), relay.ip());
    let mut forged = of_ben;
    forged.last_mut().unwrap().username = of_ana.last().unwrap().username.clone();
    assert!(allocates(relay, &forged).await.is_err(), "one's name with another's password");
}

#[tokio::test]
async fn passwords_are_renewed_before_they_are_over() {
    let lifetime = Duration::from_secs(5);
    let limits = Limits {
        ping_interval: Duration::from_millis(50),
        relay: RelayLimits { lifetime, ..RelayLimits::default() },
        ..Limits::default()
    };
    let (server, relay) = start_relaying(&[], limits);
    let start = std::time::Instant::now();
    let (mut ana, first) = told(&server).await;
    let second = match ana.message().await {
        ServerMessage::IceServers { ice_servers } => ice_servers,
        other => panic!("instead of fresh passwords: {other:?}"),
    };
    assert!(start.elapsed() < lifetime, "{:?}", start.elapsed());
    assert_ne!(first, second);
    assert!(allocates(relay, &second).await.is_ok());
    ana.say(&ClientMessage::Leave).await;
}

#[tokio::test]
async fn nobody_is_told_anew_of_what_does_not_end() {
    let limits = Limits {
        ping_interval: Duration::from_millis(20),
        relay: RelayLimits { lifetime: Duration::from_millis(100), ..RelayLimits::default() },
        ..Limits::default()
    };
    let server = start_with(&["--ice-server=stun:stun.example"], limits);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        witnesses.are_untouched().await;
    }
}
