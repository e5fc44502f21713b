//! STUN and TURN.

use super::certificate::Authority;
use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::fs;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use turn::auth::{AuthHandler, generate_auth_key};
use turn::relay::relay_static::RelayAddressGeneratorStatic;
use turn::server::Server as TurnServer;
use turn::server::config::{ConnConfig, ServerConfig};
use webrtc_util::vnet::net::Net;

/// Pages are told of this one, too.
async fn told_of(server: &str) -> Diagnosis {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = Folder::new(&format!("doctor-told-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let secret = folder.0.join("secret");
    fs::write(&secret, SECRET).unwrap();
    let (server, secret) = (format!("--ice-server={server}"), format!("--ice-secret={}", secret.display()));
    let (server, _) = start_relaying(&[&server, &secret], Limits::default());
    ask(&url(server.address())).await
}

const SECRET: &str = "a secret of coturn";

#[tokio::test]
async fn that_nobody_is_told_of_turn_is_warned_of() {
    let server = start(&[]);
    let diagnosis = ask(&url(server.address())).await;
    diagnosis.is_well(&["TURN"]);
    diagnosis.says("--turn off");
}

#[tokio::test]
async fn that_nobody_is_told_of_turn_behind_tls_is_warned_of() {
    let folder = Folder::new("doctor-no-turns");
    let flags = [&*folder.flag(), "--trusted-proxy=127.0.0.0/8"];
    let (server, _) = start_https_relaying(&flags);
    let diagnosis = ask(&format!("https://localhost:{}", server.https().unwrap().port())).await;
    diagnosis.is_well(&["certificate", "TURN (TLS)"]);
}

#[tokio::test]
async fn that_stun_is_closed_or_silent_is_found() {
    let closed = Closed::new();
    let port = closed.port;
    let diagnosis = told_of(&format!("stun:127.0.0.1:{port}")).await;
    diagnosis.is_wrong(&[("STUN", &format!("nothing listens at 127.0.0.1:{port} over UDP"))]);
    let silent = UdpSocket::bind(at(0)).await.unwrap();
    let place = silent.local_addr().unwrap();
    let diagnosis = told_of(&format!("stun:{place}")).await;
    diagnosis.is_wrong(&[("STUN", &format!("{place} does not answer over UDP"))]);
    diagnosis.says(&format!("open port {} (UDP)", place.port()));
    told_of("stun:no-such-name.invalid").await.is_wrong(&[("STUN", "no-such-name.invalid")]);
}

#[tokio::test]
async fn that_turn_is_silent_over_udp_is_found() {
    let silent = UdpSocket::bind(at(0)).await.unwrap();
    let place = silent.local_addr().unwrap();
    let diagnosis = told_of(&format!("turn:{place}?transport=udp")).await;
    diagnosis.is_wrong(&[("TURN (UDP)", &format!("{place} does not answer over UDP"))]);
}

#[tokio::test]
async fn that_turn_is_refused_over_tcp_is_found() {
    let closed = Closed::new();
    let port = closed.port;
    let diagnosis = told_of(&format!("turn:127.0.0.1:{port}?transport=tcp")).await;
    diagnosis.is_wrong(&[("TURN (TCP)", &format!("nothing listens at 127.0.0.1:{port} over TCP"))]);
}

#[tokio::test]
async fn that_turn_is_not_spoken_over_tls_is_found() {
    let plain = start(&[]);
    let diagnosis = told_of(&format!("turns:{}?transport=tcp", plain.address())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "does not speak TLS")]);
    let folder = Folder::new("doctor-no-relay");
    let (page, _) = start_https(&[&folder.flag()]);
    let diagnosis = told_of(&format!("turns:localhost:{}", page.https().unwrap().port())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "speaks neither STUN nor TURN")]);
    let folder = Folder::new("doctor-turns-name");
    let (_server, url) = Authority::new(&folder).serve(&folder, "other.example", (2999, 1, 1), true);
    let diagnosis = told_of(&format!("turns:{}", url.strip_prefix("https://").unwrap())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "is for other.example, and not for localhost")]);
}

#[tokio::test]
async fn that_the_secret_of_a_turn_server_is_another_is_found() {
    // It has one of its own.
    let (_other, relay) = start_relaying(&[], Limits::default());
    let diagnosis = told_of(&format!("turn:{relay}?transport=udp")).await;
    diagnosis.is_wrong(&[("TURN (UDP)", "refuses the password")]);
    diagnosis.says("static-auth-secret");
}

/// A TURN server of somebody else, who knows the secret.
struct KnowsSecret;

impl AuthHandler for KnowsSecret {
    fn auth_handle(&self, username: &str, realm: &str, _: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        let mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(username);
        let password = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        Ok(generate_auth_key(username, realm, &password))
    }
}

/// Relays at 127.0.0.1, and says that it is reached at `known`.
async fn relay_known_by(known: [u8; 4]) -> (TurnServer, SocketAddr) {
    let socket = UdpSocket::bind(at(0)).await.unwrap();
    let place = socket.local_addr().unwrap();
    let server = TurnServer::new(ServerConfig {
        conn_configs: vec![ConnConfig {
            conn: Arc::new(socket),
            relay_addr_generator: Box::new(RelayAddressGeneratorStatic {
                relay_address: known.into(),
                address: "127.0.0.1".into(),
                net: Arc::new(Net::new(None)),
            }),
        }],
        realm: "elsewhere.example".into(),
        auth_handler: Arc::new(KnowsSecret),
        channel_bind_timeout: Duration::ZERO,
        alloc_close_notify: None,
    })
    .await
    .unwrap();
    (server, place)
}

#[tokio::test]
async fn that_what_is_relayed_does_not_get_through_is_found() {
    let (_relay, place) = relay_known_by([127, 0, 0, 1]).await;
    told_of(&format!("turn:{place}?transport=udp")).await.is_well(&[]);
    // Another machine, as with a wrong `--turn-public-ip`.
    let (_relay, place) = relay_known_by([127, 0, 0, 2]).await;
    let diagnosis = told_of(&format!("turn:{place}?transport=udp")).await;
    diagnosis.is_wrong(&[
        ("TURN (UDP)", "what one sends does not come to the other"),
        ("relayed", "nobody is at 127.0.0.2"),
    ]);
    diagnosis.says("--turn-public-ip");
}

#[tokio::test]
async fn that_people_are_sent_to_a_wrong_address_is_found() {
    let (server, relay) = start_relaying(&["--turn-public-ip=127.0.0.2"], Limits::default());
    let diagnosis = ask(&url(server.address())).await;
    let about = format!("nothing listens at 127.0.0.2:{}", relay.port());
    diagnosis.is_wrong(&[("STUN", &about), ("TURN (UDP)", &about), ("TURN (TCP)", &about)]);
    diagnosis.says("--turn-public-ip");
}
