//! What is counted, as Prometheus reads it.

use crate::http::request;
use crate::support::*;
use ojak_protocol::{ClientMessage, ErrorCode, ServerMessage};
use serde_json::json;
use std::net::SocketAddr;

/// What one series says.
async fn value(metrics: SocketAddr, series: &str) -> f64 {
    let answer = request(metrics, "GET /metrics", &[]).await;
    assert_eq!(answer.status, 200);
    let line = answer.body.lines().find_map(|line| line.strip_prefix(&format!("{series} ")));
    line.unwrap_or_else(|| panic!("no {series} in {}", answer.body)).parse().unwrap()
}

async fn becomes(metrics: SocketAddr, series: &str, expected: f64) {
    until(series, || async { value(metrics, series).await == expected }).await;
}

#[tokio::test]
async fn a_visit_is_counted() {
    let (server, metrics) = start_metered(&["--room-capacity=2"]);
    let (mut ana, _) = Client::join(&server, "home", "Ana").await;
    let (mut ben, _) = Client::join(&server, "home", "Ben").await;
    ana.message().await;
    let mut cho = Client::connect(&server).await;
    cho.say(&join("home", "Cho")).await;
    cho.is_refused(ErrorCode::RoomFull, 1008, "a third").await;
    for number in 0..5 {
        ana.signal(ben.id(), json!(number)).await;
        heard_signal(&mut ben, ana.id(), &number.to_string()).await;
    }
    for (series, expected) in [
        ("ojak_rooms", 1.0),
        ("ojak_joins_total", 2.0),
        ("ojak_relayed_messages_total", 5.0),
        ("ojak_refusals_total{code=\"room_full\"}", 1.0),
        ("ojak_refusals_total{code=\"internal\"}", 0.0),
        ("ojak_sockets_ended_total{why=\"refused\"}", 1.0),
        ("ojak_relay_seconds_count", 5.0),
        ("ojak_relay_seconds_bucket{le=\"+Inf\"}", 5.0),
        ("ojak_seats_away", 0.0),
    ] {
        becomes(metrics, series, expected).await;
    }
    assert!(value(metrics, "ojak_relayed_bytes_total").await > 5.0 * 60.0);
    assert!(value(metrics, "process_start_time_seconds").await > 1.7e9);

    let pass = ben.pass();
    drop(ben);
    assert!(matches!(ana.message().await, ServerMessage::PeerAway { .. }));
    becomes(metrics, "ojak_seats_away", 1.0).await;
    becomes(metrics, "ojak_sockets_ended_total{why=\"gone\"}", 1.0).await;
    let (mut ben, _) = Client::resume(&server, "home", "Ben", &pass).await;
    let mut thief = Client::connect(&server).await;
    thief.say(&resume("home", "Ben", "made up")).await;
    thief.is_refused(ErrorCode::ResumeRefused, 1008, "made up").await;
    ben.say(&ClientMessage::Leave).await;
    ana.say(&ClientMessage::Leave).await;
    for (series, expected) in [
        ("ojak_resumes_total{outcome=\"resumed\"}", 1.0),
        ("ojak_resumes_total{outcome=\"restored\"}", 0.0),
        ("ojak_resumes_total{outcome=\"refused\"}", 1.0),
        ("ojak_sockets_ended_total{why=\"left\"}", 2.0),
        ("ojak_sockets", 0.0),
        ("ojak_rooms", 0.0),
        ("ojak_joins_total", 2.0),
    ] {
        becomes(metrics, series, expected).await;
    }
    let stranger = Client::try_connect(server.address(), Some("https://evil.example")).await;
    assert!(stranger.is_err());
    becomes(metrics, "ojak_sockets_not_opened_total{status=\"403\"}", 1.0).await;
}

#[tokio::test]
async fn they_are_on_their_own_port_and_nothing_else_is() {
    let (server, metrics) = start_metered(&[]);
    for path in ["/", "/livez", "/ws", "/metrics/more"] {
        assert_eq!(request(metrics, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
    // There it is the name of a room.
    let page = request(server.address(), "GET /metrics", &[]).await;
    assert_eq!((page.status, page.body.as_str()), (200, INDEX));
}

#[tokio::test]
async fn no_label_holds_what_somebody_typed() {
    let (server, metrics) = start_metered(&[]);
    let (mut ana, _) = Client::join(&server, "secret-room", "Secret Name").await;
    ana.send(tokio_tungstenite::tungstenite::Message::text(r#"{"type":"secret-type"}"#)).await;
    ana.message().await;
    let text = request(metrics, "GET /metrics", &[]).await.body.to_lowercase();
    assert!(!text.contains("secret") && !text.contains("127.0.0.1"), "{text}");
}
