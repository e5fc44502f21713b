//! The signalling socket.

use super::{Listener, wire};
use ojak_call::SocketEvent;
use ojak_call::protocol::{ClientMessage, PeerSignal};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, WebSocket};

/// An open socket, or one that is about to be. Dropped, it sends what is left, closes, and says nothing more.
pub(crate) struct Socket {
    /// None where the browser refuses the address.
    socket: Option<WebSocket>,
    _listeners: Vec<Listener>,
}

impl Socket {
    /// Opens a socket to the server that the page came from.
    pub(crate) fn open(heard: impl Fn(SocketEvent) + 'static) -> Self {
        let heard = Rc::new(heard);
        let Some(socket) = address().and_then(|address| WebSocket::new(&address).ok()) else {
            // Not before whoever asked has the socket in hand.
            spawn_local(async move { heard(SocketEvent::Closed) });
            return Self { socket: None, _listeners: Vec::new() };
        };
        let (opened, said, closed) = (heard.clone(), heard.clone(), heard);
        let listeners = vec![
            Listener::new(&socket, "open", move |_: Event| opened(SocketEvent::Opened)),
            Listener::new(&socket, "message", move |event: MessageEvent| {
                // A message that this version does not know is of no use to it.
                if let Some(message) = event.data().as_string().and_then(|text| wire::from_server(&text)) {
                    said(SocketEvent::Message(message));
                }
            }),
            // What fails is closed too, and says so here.
            Listener::new(&socket, "close", move |_: Event| closed(SocketEvent::Closed)),
        ];
        Self { socket: Some(socket), _listeners: listeners }
    }

    /// Sends this. Before the socket is open, and after the other side has closed it, that goes nowhere.
    pub(crate) fn send(&self, message: &ClientMessage<PeerSignal>) {
        if let Some(socket) = &self.socket {
            let _ = socket.send_with_str(&wire::to_server(message));
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(socket) = &self.socket {
            // What was sent goes out before the closing does.
            let _ = socket.close_with_code(1000);
        }
    }
}

/// `/ws` where the page came from.
fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss://" } else { "ws://" };
    Some([scheme, &location.host().ok()?, "/ws"].concat())
}
