//! Who gets a socket at all.

use crate::http::{request, upgrade};
use crate::support::*;
use ojak_protocol::ErrorCode;
use ojak_server::Server;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_tungstenite::tungstenite::http::StatusCode;

const HANDSHAKE: [(&str, &str); 2] =
    [("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")];

#[tokio::test]
async fn only_pages_on_the_list_get_a_socket() {
    let server = start(&["--origin=https://partner.example", "--public-url=https://call.example"]);
    let address = server.address();
    let own = format!("http://{address}");
    for origin in [&own, "https://partner.example", "https://call.example", &format!("https://{address}")] {
        assert!(Client::try_connect(address, Some(origin)).await.is_ok(), "{origin}");
    }
    for origin in [
        "https://evil.example",
        "null",
        "",
        "https://partner.example.evil.example",
        "https://notpartner.example",
        "https://partner.example:8443",
        "http://partner.example",
        "https://partner.example/",
        &format!("{own}.evil.example"),
        &format!("{own}0"),
        "http://127.0.0.1",
        &format!("http://localhost:{}", address.port()),
    ] {
        assert_eq!(
            Client::try_connect(address, Some(origin)).await.err(),
            Some(StatusCode::FORBIDDEN),
            "{origin}"
        );
    }
    assert_eq!(Client::try_connect(address, None).await.err(), Some(StatusCode::FORBIDDEN), "no origin");
}

#[tokio::test]
async fn two_origins_are_none() {
    let server = start(&[]);
    let own = format!("http://{}", server.address());
    let headers = [HANDSHAKE[0], HANDSHAKE[1], ("Origin", &own), ("Origin", &own)];
    assert_eq!(upgrade(server.address(), "/ws", &headers).await.status, 403);
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    let server = start(&[]);
    let own = format!("http://{}", server.address());
    let origin = ("Origin", own.as_str());
    for headers in [
        &[origin][..],
        &[origin, HANDSHAKE[1]],
        &[origin, HANDSHAKE[0]],
        &[origin, ("Sec-WebSocket-Version", "8"), HANDSHAKE[1]],
        &[origin, HANDSHAKE[0], ("Sec-WebSocket-Key", "short")],
    ] {
        assert_eq!(upgrade(server.address(), "/ws", headers).await.status, 400, "{headers:?}");
    }
    for path in ["/", "/standup", "/ws/", "/ws/more", "/livez"] {
        let answer = upgrade(server.address(), path, &[origin, HANDSHAKE[0], HANDSHAKE[1]]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let plain = request(server.address(), "GET /ws", &[]).await;
    assert_eq!((plain.status, plain.header("upgrade")), (426, Some("websocket")));
}

#[tokio::test]
async fn a_full_server_says_when_to_come_back_and_goes_on() {
    let server = start(&["--max-connections=2"]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    let own = format!("http://{}", server.address());
    let answer = upgrade(server.address(), "/ws", &[HANDSHAKE[0], HANDSHAKE[1], ("Origin", &own)]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")));
    witnesses.are_untouched().await;
    assert_eq!(request(server.address(), "GET /", &[]).await.status, 200, "the page is no socket");
    drop(witnesses);
    until("room for another", || async { Client::try_connect(server.address(), Some(&own)).await.is_ok() })
        .await;
}

#[tokio::test]
async fn one_address_has_so_many_sockets() {
    let server = start(&["--sockets-per-address=2"]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    let own = format!("http://{}", server.address());
    let answer = upgrade(server.address(), "/ws", &[HANDSHAKE[0], HANDSHAKE[1], ("Origin", &own)]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("10")));
    witnesses.are_untouched().await;
    drop(witnesses);
    until("room for another", || async { Client::try_connect(server.address(), Some(&own)).await.is_ok() })
        .await;
}

#[tokio::test]
async fn one_address_joins_so_often() {
    let server = start(&["--joins-per-minute=3"]);
    let mut witnesses = Witnesses::in_room(&server, "home").await;
    // Guessing counts, too.
    let mut guesser = Client::connect(&server).await;
    guesser.say(&join("a/b", "n")).await;
    guesser.is_refused(ErrorCode::BadRoom, 1008, "the third").await;
    let mut fourth = Client::connect(&server).await;
    fourth.say(&join("home", "n")).await;
    fourth.is_refused(ErrorCode::TooManyRequests, 1008, "the fourth").await;
    witnesses.are_untouched().await;
}

/// Asks for a socket as a page of the server does, and says besides that it was `asked_by`.
async fn forwarded(server: &Server, asked_by: &str) -> u16 {
    let own = format!("http://{}", server.address());
    let headers = [HANDSHAKE[0], HANDSHAKE[1], ("Origin", &own), ("X-Forwarded-For", asked_by)];
    upgrade(server.address(), "/ws", &headers).await.status
}

#[tokio::test]
async fn behind_a_proxy_that_is_trusted_everybody_has_their_own_limit() {
    let server = start(&["--sockets-per-address=1", "--trusted-proxy=127.0.0.1"]);
    let mut ana = Client::connect_by(&server, "198.51.100.1").await;
    ana.enter("home", "Ana").await;
    assert_eq!(forwarded(&server, "198.51.100.1").await, 429);
    assert_eq!(
        forwarded(&server, "192.0.2.66, 198.51.100.1").await,
        429,
        "what she says herself counts for nothing"
    );
    let mut ben = Client::connect_by(&server, "198.51.100.2").await;
    assert_eq!(ben.enter("home", "Ben").await.len(), 1);
    // Pages of one address are many connections, and those of a proxy are everybody's.
    let mut connections = Vec::new();
    for _ in 0..20 {
        connections.push(tokio::net::TcpStream::connect(server.address()).await.unwrap());
    }
    assert_eq!(request(server.address(), "GET /", &[]).await.status, 200);
}

#[tokio::test]
async fn joins_behind_a_proxy_are_counted_for_each() {
    let server = start(&["--joins-per-minute=1", "--trusted-proxy=127.0.0.1"]);
    Client::connect_by(&server, "198.51.100.1").await.enter("home", "Ana").await;
    let mut again = Client::connect_by(&server, "198.51.100.1").await;
    again.say(&join("home", "Ana")).await;
    again.is_refused(ErrorCode::TooManyRequests, 1008, "the second").await;
    Client::connect_by(&server, "198.51.100.2").await.enter("home", "Ben").await;
}

#[tokio::test]
async fn who_only_says_to_be_a_proxy_has_one_limit() {
    for flags in [&["--sockets-per-address=1"][..], &["--sockets-per-address=1", "--trusted-proxy=192.0.2.1"]]
    {
        let server = start(flags);
        let _ana = Client::connect_by(&server, "198.51.100.1").await;
        for other in ["198.51.100.2", "192.0.2.1", "127.0.0.1, 198.51.100.3"] {
            assert_eq!(forwarded(&server, other).await, 429, "{other}");
        }
    }
}

#[tokio::test]
async fn behind_a_proxy_that_speaks_tls_a_plain_page_gets_no_socket() {
    let server = start(&["--trusted-proxy=127.0.0.1"]);
    let address = server.address();
    for (scheme, origin, status) in [
        ("https", format!("https://{address}"), 101),
        ("https", format!("http://{address}"), 403),
        ("http", format!("http://{address}"), 101),
    ] {
        let headers =
            [HANDSHAKE[0], HANDSHAKE[1], ("Origin", origin.as_str()), ("X-Forwarded-Proto", scheme)];
        assert_eq!(opened(address, &headers).await, status, "{origin} by {scheme}");
    }
}

/// The status of the answer to a handshake, whether there is a socket then or not.
async fn opened(address: std::net::SocketAddr, headers: &[(&str, &str)]) -> u16 {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut text =
        format!("GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all((text + "\r\n").as_bytes()).await.unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    within("an answer", reader.read_line(&mut line)).await.unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}
