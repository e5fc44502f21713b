//! Passwords for a relay, as pages get them.

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// What somebody shows to be relayed.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) username: String,
    pub(super) password: String,
}

/// Takes so many seats, one after another, and answers with what each was told of TURN servers. `connected` leads to the
/// server at `address`, once for each.
pub(super) async fn credentials(
    address: SocketAddr,
    count: usize,
    connected: impl Fn() -> Result<TcpStream>,
) -> Result<Vec<Credential>> {
    let mut credentials = Vec::with_capacity(count);
    for seat in 0..count {
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        request.headers_mut().insert("origin", HeaderValue::from_str(&format!("http://{address}"))?);
        let (mut socket, _) = client_async(request, connected()?).await?;
        // Rooms of two, as calls are.
        let room = format!("relaying-{}", seat / 2);
        let join = json!({ "type": "join", "version": 1, "room": room, "name": "Ana" });
        socket.send(Message::text(join.to_string())).await?;
        let told = loop {
            let said = socket.next().await.context("the server hung up")??;
            let Message::Text(text) = said else { continue };
            let said: Value = serde_json::from_str(&text)?;
            ensure!(said["type"] != "error", "no seat: {said}");
            if said["type"] == "joined" {
                break said;
            }
        };
        credentials.push(credential(&told).with_context(|| format!("no TURN server in {told}"))?);
    }
    Ok(credentials)
}

fn credential(joined: &Value) -> Option<Credential> {
    let servers = joined["ice_servers"].as_array()?;
    let relay = servers.iter().find(|server| server["username"].is_string())?;
    let text = |field: &str| relay[field].as_str().map(str::to_owned);
    Some(Credential { username: text("username")?, password: text("credential")? })
}
