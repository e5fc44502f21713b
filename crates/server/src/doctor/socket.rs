//! Two who open sockets as a page would, go into the same room, and hear each other.

use super::STEP;
use super::finding::{Socket, Step};
use super::http;
use super::site::Site;
use futures_util::{SinkExt, StreamExt};
use hyper::StatusCode;
use hyper::header::{
    CONNECTION, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use ojak_protocol::{ClientMessage, IceServer, PROTOCOL_VERSION, PeerId, ServerMessage};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What they are called.
const NAME: &str = "Doctor";
/// As long as the first description that one browser sends to another.
const PAYLOAD_CHARS: usize = 8 * 1024;

/// What both were told, each for their own seat.
pub(super) struct Told {
    pub(super) first: Vec<IceServer>,
    pub(super) second: Vec<IceServer>,
    /// Until one heard the other.
    pub(super) after: Duration,
}

/// Two meet in a room of their own, and leave it.
pub(super) async fn meet(site: &Site) -> Result<Told, Socket> {
    let room = room();
    let (mut first, first_told, _) = Visitor::enter(site, &room).await?;
    let (mut second, second_told, present) = Visitor::enter(site, &room).await?;
    if !present.contains(&first.me) {
        return Err(Socket::Apart);
    }
    let since = Instant::now();
    first.hears(|message| matches!(message, ServerMessage::PeerJoined { .. })).await?;
    let said = Value::String("x".repeat(PAYLOAD_CHARS));
    first.say(&ClientMessage::Signal { to: second.me, payload: &said }).await?;
    second.hears(is_signal(first.me, &said)).await?;
    second.say(&ClientMessage::Signal { to: first.me, payload: &said }).await?;
    first.hears(is_signal(second.me, &said)).await?;
    let after = since.elapsed();
    first.leave().await;
    second.leave().await;
    Ok(Told { first: first_told, second: second_told, after })
}

/// One that nobody else is in.
fn room() -> String {
    let mut random = [0; 8];
    // If there is no randomness here, somebody else is as unlucky.
    let _ = getrandom::fill(&mut random);
    format!("doctor-{:016x}", u64::from_ne_bytes(random))
}

type FromServer = ServerMessage<Value>;

fn is_signal(by: PeerId, said: &Value) -> impl Fn(&FromServer) -> bool {
    move |message| matches!(message, ServerMessage::Signal { from, payload } if *from == by && payload == said)
}

struct Visitor {
    socket: Opened,
    me: PeerId,
}

impl Visitor {
    /// With the servers they are told of, and who is there already.
    async fn enter(site: &Site, room: &str) -> Result<(Self, Vec<IceServer>, Vec<PeerId>), Socket> {
        let socket = timeout(STEP, open(site)).await.map_err(|_| Socket::Silent(Step::Opening))??;
        let mut visitor = Self { socket, me: PeerId::from_bits(0) };
        let join = ClientMessage::<()>::Join {
            version: PROTOCOL_VERSION,
            room: room.into(),
            name: NAME.into(),
            resume: None,
        };
        visitor.say(&join).await?;
        let joined =
            visitor.hear(Step::Joining, |message| matches!(message, ServerMessage::Joined { .. })).await?;
        let ServerMessage::Joined { you, peers, ice_servers, .. } = joined else {
            return Err(Socket::Silent(Step::Joining));
        };
        visitor.me = you;
        Ok((visitor, ice_servers, peers.into_iter().map(|entry| entry.peer).collect()))
    }

    async fn say<P: serde::Serialize>(&mut self, message: &ClientMessage<P>) -> Result<(), Socket> {
        let sent = timeout(STEP, self.socket.send(Message::text(message.to_json()))).await;
        sent.map_err(|_| Socket::Silent(Step::Hearing))?.map_err(|_| Socket::Cut(Step::Hearing))
    }

    async fn hears(&mut self, wanted: impl Fn(&FromServer) -> bool) -> Result<(), Socket> {
        self.hear(Step::Hearing, wanted).await.map(drop)
    }

    /// What is waited for, and nothing that comes before it.
    async fn hear(&mut self, step: Step, wanted: impl Fn(&FromServer) -> bool) -> Result<FromServer, Socket> {
        timeout(STEP, async {
            loop {
                let text = match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Socket::Cut(step)),
                    Some(Ok(_)) => continue,
                };
                // A server that is newer says things that are not known here.
                match serde_json::from_str::<FromServer>(&text) {
                    Ok(ServerMessage::Error { code, .. }) => return Err(Socket::Refused { code }),
                    Ok(ServerMessage::GoingAway { .. }) => return Err(Socket::Closing),
                    Ok(ServerMessage::Ping) => self.say(&ClientMessage::<()>::Pong).await?,
                    Ok(message) if wanted(&message) => return Ok(message),
                    _ => {}
                }
            }
        })
        .await
        .map_err(|_| Socket::Silent(step))?
    }

    /// So that nobody finds an empty seat there.
    async fn leave(mut self) {
        let _ = self.say(&ClientMessage::<()>::Leave).await;
        let _ = timeout(STEP, self.socket.close(None)).await;
    }
}

type Opened = WebSocketStream<TokioIo<Upgraded>>;

async fn open(site: &Site) -> Result<Opened, Socket> {
    let garbled = |why: &dyn std::fmt::Display| Socket::Garbled { why: why.to_string() };
    let connection = site.connect().await.map_err(|_| Socket::Cut(Step::Opening))?;
    let (key, origin) = (generate_key(), site.address.origin());
    let headers = [
        (CONNECTION, "Upgrade"),
        (UPGRADE, "websocket"),
        (SEC_WEBSOCKET_VERSION, "13"),
        (SEC_WEBSOCKET_KEY, key.as_str()),
        (ORIGIN, origin.as_str()),
    ];
    let answer = http::ask(connection, site.address.authority(), "/ws", &headers).await.map_err(|error| {
        match error.downcast_ref::<hyper::Error>() {
            Some(error) if error.is_incomplete_message() => Socket::Cut(Step::Opening),
            _ => garbled(&error),
        }
    })?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = answer.status();
        // Without the rest the status still says something.
        let text = http::text(answer.into_body()).await.unwrap_or_default();
        return Err(instead(status, &text, origin));
    }
    let accepted = answer.headers().get(SEC_WEBSOCKET_ACCEPT).map(|accept| accept.as_bytes().to_vec());
    if accepted.is_none_or(|accepted| accepted != derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(Socket::Garbled { why: "it opens a socket that nobody has asked for".into() });
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(|error| garbled(&error))?;
    Ok(WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, None).await)
}

/// What it means that there came this in place of a socket (`upgrade.rs`).
fn instead(status: StatusCode, text: &str, origin: String) -> Socket {
    match status.as_u16() {
        426 => Socket::NoUpgrade,
        // One that speaks HTTP/1.0 to the server, or takes out half of it.
        400 if text.contains("not a WebSocket handshake") => Socket::NoUpgrade,
        403 => Socket::OtherOrigin { origin },
        429 => Socket::TooMany,
        503 if text.contains("full") => Socket::Full,
        503 if text.contains("goes away") => Socket::Closing,
        503 => Socket::Unavailable,
        status => Socket::Unexpected { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_in_place_of_a_socket_has_its_own_meaning() {
        let origin = || "https://call.example".to_owned();
        let read = |status: u16, text: &str| instead(StatusCode::from_u16(status).unwrap(), text, origin());
        for (status, body, meant) in [
            (426, "This address speaks WebSocket.\n", Socket::NoUpgrade),
            (400, "not a WebSocket handshake\n", Socket::NoUpgrade),
            (400, "Bad Request", Socket::Unexpected { status: 400 }),
            (403, "this page may not open a socket here\n", Socket::OtherOrigin { origin: origin() }),
            (429, "too many connections from this address\n", Socket::TooMany),
            (503, "the server is full\n", Socket::Full),
            (503, "the server goes away\n", Socket::Closing),
            (503, "<h1>Service Unavailable</h1>", Socket::Unavailable),
            (200, "<title>Ojak</title>", Socket::Unexpected { status: 200 }),
            (404, "", Socket::Unexpected { status: 404 }),
        ] {
            assert_eq!(read(status, body), meant, "{status} {body}");
        }
    }
}
