//! The signalling socket.

use super::Listener;
use ojak_call::SocketEvent;
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
    /// Opens a socket to the server that the page came from, which says every text to `said`, and the rest to `heard`.
    pub(crate) fn open(heard: impl Fn(SocketEvent) + 'static, said: impl Fn(String) + 'static) -> Self {
        let heard = Rc::new(heard);
        let Some(socket) = address().and_then(|address| WebSocket::new(&address).ok()) else {
            // Not before whoever asked has the socket in hand.
            spawn_local(async move { heard(SocketEvent::Closed) });
            return Self { socket: None, _listeners: Vec::new() };
        };
        let (opened, closed) = (heard.clone(), heard);
        let listeners = vec![
            Listener::new(&socket, "open", move |_: Event| opened(SocketEvent::Opened)),
            Listener::new(&socket, "message", move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    said(text);
                }
            }),
            // What fails is closed too, and says so here.
            Listener::new(&socket, "close", move |_: Event| closed(SocketEvent::Closed)),
        ];
        Self { socket: Some(socket), _listeners: listeners }
    }

    /// Sends this. Before the socket is open, and after the other side has closed it, that goes nowhere.
    pub(crate) fn send(&self, text: &str) {
        if let Some(socket) = &self.socket {
            let _ = socket.send_with_str(text);
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
