//! The signalling socket.

use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_util::future::{Either, poll_fn, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, futures::WebSocket};
use ojak_call::SocketEvent;
use ojak_call::protocol::{ClientMessage, PeerSignal};
use std::pin::pin;
use wasm_bindgen_futures::spawn_local;

/// An open socket, or one that is about to be. Dropped, it sends what is left, closes, and says nothing more.
pub(crate) struct Socket {
    outgoing: UnboundedSender<String>,
}

impl Socket {
    /// Opens a socket to the server that the page came from.
    pub(crate) fn open(heard: impl Fn(SocketEvent) + 'static) -> Self {
        let (outgoing, mut messages) = unbounded::<String>();
        spawn_local(async move {
            let Some(mut socket) = address().and_then(|url| WebSocket::open(&url).ok()) else {
                heard(SocketEvent::Closed);
                return;
            };
            if poll_fn(|context| socket.poll_ready_unpin(context)).await.is_ok() {
                heard(SocketEvent::Opened);
            }
            loop {
                let next = {
                    let message = pin!(messages.next());
                    let received = pin!(socket.next());
                    match select(message, received).await {
                        Either::Left((message, _)) => Either::Left(message),
                        Either::Right((received, _)) => Either::Right(received),
                    }
                };
                match next {
                    Either::Left(Some(message)) => {
                        // After the other side has closed this goes nowhere, and the closing is heard next.
                        let _ = socket.send(Message::Text(message)).await;
                    }
                    Either::Left(None) => {
                        let _ = socket.close(Some(1000), None);
                        return;
                    }
                    Either::Right(Some(Ok(Message::Text(text)))) => {
                        // A message that this version does not know is of no use to it.
                        if let Ok(message) = serde_json::from_str(&text) {
                            heard(SocketEvent::Message(message));
                        }
                    }
                    Either::Right(Some(Ok(Message::Bytes(_)))) => {}
                    Either::Right(Some(Err(_)) | None) => {
                        heard(SocketEvent::Closed);
                        return;
                    }
                }
            }
        });
        Self { outgoing }
    }

    /// Sends this, as soon as the socket is open.
    pub(crate) fn send(&self, message: &ClientMessage<PeerSignal>) {
        let _ = self.outgoing.unbounded_send(message.to_json());
    }
}

/// `/ws` where the page came from.
fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws", location.host().ok()?))
}
