//! A server to test and the clients that test it.

use bytes::Bytes;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use ojak_protocol::{ClientMessage, ErrorCode, PROTOCOL_VERSION, PeerEntry, PeerId, ServerMessage};
use ojak_server::{Asset, Authority, Config, Limits, Page, PassKey, Ports, Rate, RelayPort, Server, Tls};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Everything that is waited for takes milliseconds; this is for machines that are busy.
const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, future).await {
        Ok(output) => output,
        Err(_) => panic!("waited too long for {what}"),
    }
}

/// Asks again until the answer is yes.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut test: impl FnMut() -> F) {
    within(what, async {
        while !test().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

pub(crate) fn start(flags: &[&str]) -> Server {
    start_with(flags, Limits::default())
}

/// `flags` come after those that lift the limits per address: all tests are one address.
pub(crate) fn start_with(flags: &[&str], limits: Limits) -> Server {
    serve_page(flags, limits, page())
}

pub(crate) fn serve_page(flags: &[&str], limits: Limits, page: Page) -> Server {
    let ports = Ports { http: Some(any_port()), https: None, metrics: None, turn: None };
    serve_at(&config(flags), limits, page, ports)
}

/// Elsewhere than at the usual address.
pub(crate) fn start_at(address: SocketAddr, flags: &[&str]) -> Server {
    let http = Some(ojak_server::listen(address).unwrap());
    let ports = Ports { http, https: None, metrics: None, turn: None };
    serve_at(&config(flags), Limits::default(), page(), ports)
}

/// Plain and over TLS.
pub(crate) fn start_https(flags: &[&str]) -> (Server, Option<Authority>) {
    start_over_tls(flags, None)
}

/// The same with STUN and TURN.
pub(crate) fn start_https_relaying(flags: &[&str]) -> (Server, Option<Authority>) {
    start_over_tls(flags, Some(relay_port()))
}

fn start_over_tls(flags: &[&str], turn: Option<RelayPort>) -> (Server, Option<Authority>) {
    let config = config(flags);
    let tls = Tls::open(&config).unwrap();
    let authority = tls.authority();
    let ports = Ports { http: Some(any_port()), https: Some((any_port(), tls)), metrics: None, turn };
    (serve_at(&config, Limits::default(), page(), ports), authority)
}

/// With metrics, and where they are.
pub(crate) fn start_metered(flags: &[&str]) -> (Server, SocketAddr) {
    let metrics = any_port();
    let address = metrics.local_addr().unwrap();
    let ports = Ports { http: Some(any_port()), https: None, metrics: Some(metrics), turn: None };
    (serve_at(&config(flags), Limits::default(), page(), ports), address)
}

/// With STUN and TURN, and where they are.
pub(crate) fn start_relaying(flags: &[&str], limits: Limits) -> (Server, SocketAddr) {
    let turn = relay_port();
    let address = turn.address().unwrap();
    let ports = Ports { http: Some(any_port()), https: None, metrics: None, turn: Some(turn) };
    (serve_at(&config(flags), limits, page(), ports), address)
}

fn any_port() -> TcpListener {
    ojak_server::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
}

fn relay_port() -> RelayPort {
    RelayPort::open(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
}

fn config(flags: &[&str]) -> Config {
    let lifted = ["ojak", "--joins-per-minute=0", "--sockets-per-address=0"];
    // A flag that is given twice is an error, so the test's own goes first.
    let own = |lifted: &&&str| !flags.iter().any(|flag| flag.split('=').next() == lifted.split('=').next());
    Config::parse_from(lifted.iter().filter(own).chain(flags))
}

fn serve_at(config: &Config, limits: Limits, page: Page, ports: Ports) -> Server {
    ojak_server::serve(config, limits, page, PassKey::random().unwrap(), ports).unwrap()
}

pub(crate) const INDEX: &str =
    "<!doctype html><title>Ojak</title><script type=\"module\">\nimport init from '/b.js';\n</script>";
pub(crate) const SCRIPT: &str = "/ojak-client-5c2b7a1f90e3d846.js";
pub(crate) const WASM: &str = "/ojak-client-5c2b7a1f90e3d846_bg.wasm";

/// A page of a few files; what is "compressed" is only named so.
pub(crate) fn page() -> Page {
    let asset = |path: &str, content: &'static str, compressed: bool| Asset {
        path: path.trim_start_matches('/').into(),
        hash: format!("hash-of-{}", content.len()),
        identity: content.into(),
        brotli: compressed.then(|| Bytes::from_static(b"in brotli")),
        gzip: compressed.then(|| Bytes::from_static(b"in gzip")),
    };
    Page::new([
        asset("index.html", INDEX, true),
        asset(SCRIPT, "export default 1;", true),
        asset(WASM, "\0asm", false),
        asset("icons/star.svg", "<svg/>", false),
    ])
}

/// Limits that never stand in the way of a test about something else.
pub(crate) fn patient() -> Limits {
    Limits { frames: Rate { burst: 1e9, per_second: 1e9 }, ..Limits::default() }
}

/// One WebSocket.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<TcpStream>,
    /// Once joined.
    pub(crate) me: Option<PeerId>,
    /// What gives the seat back; once joined.
    pub(crate) pass: Option<String>,
}

/// A payload is its JSON as it came.
pub(crate) type FromServer = ServerMessage<String>;

pub(crate) fn read(text: &str) -> FromServer {
    #[derive(Deserialize)]
    struct Signal {
        from: PeerId,
        payload: Box<RawValue>,
    }
    if text.starts_with(r#"{"type":"signal""#) {
        let Signal { from, payload } = serde_json::from_str(text).unwrap();
        return ServerMessage::Signal { from, payload: payload.get().into() };
    }
    serde_json::from_str(text).unwrap()
}

/// What a client hears.
#[derive(Debug)]
pub(crate) enum Heard {
    Message(FromServer),
    /// A Close frame with this code came.
    Closed(u16),
    /// The connection ended without one.
    Cut,
}

impl Client {
    pub(crate) async fn connect(server: &Server) -> Self {
        Self::try_connect(server.address(), Some(&format!("http://{}", server.address()))).await.unwrap()
    }

    pub(crate) async fn try_connect(address: SocketAddr, origin: Option<&str>) -> Result<Self, StatusCode> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::upgrade(stream, address, origin).await
    }

    /// A client whose kernel takes next to nothing that it does not read itself.
    pub(crate) async fn connect_narrow(server: &Server) -> Self {
        let address = server.address();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(address).await.unwrap();
        Self::upgrade(stream, address, Some(&format!("http://{address}"))).await.unwrap()
    }

    /// Through a proxy that says whom it was asked by.
    pub(crate) async fn connect_by(server: &Server, asked_by: &str) -> Self {
        let address = server.address();
        let origin = format!("http://{address}");
        let stream = TcpStream::connect(address).await.unwrap();
        let headers = [("Origin", origin.as_str()), ("X-Forwarded-For", asked_by)];
        Self::upgrade_with(stream, address, &headers).await.unwrap()
    }

    pub(crate) async fn upgrade(
        stream: TcpStream,
        address: SocketAddr,
        origin: Option<&str>,
    ) -> Result<Self, StatusCode> {
        let headers = origin.map(|origin| ("Origin", origin));
        Self::upgrade_with(stream, address, headers.as_slice()).await
    }

    async fn upgrade_with(
        stream: TcpStream,
        address: SocketAddr,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, StatusCode> {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        stream.set_nodelay(true).unwrap();
        match within("the upgrade", tokio_tungstenite::client_async(request, stream)).await {
            Ok((socket, _)) => Ok(Self { socket, me: None, pass: None }),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects and joins; answers with who was there.
    pub(crate) async fn join(server: &Server, room: &str, name: &str) -> (Self, Vec<PeerEntry>) {
        let mut client = Self::connect(server).await;
        let peers = client.enter(room, name).await;
        (client, peers)
    }

    pub(crate) async fn enter(&mut self, room: &str, name: &str) -> Vec<PeerEntry> {
        self.say(&join(room, name)).await;
        self.hears_joined().await
    }

    /// Another socket that asks for the seat which `pass` belongs to.
    pub(crate) async fn resume(
        server: &Server,
        room: &str,
        name: &str,
        pass: &str,
    ) -> (Self, Vec<PeerEntry>) {
        let mut client = Self::connect(server).await;
        client.say(&resume(room, name, pass)).await;
        let peers = client.hears_joined().await;
        (client, peers)
    }

    pub(crate) async fn hears_joined(&mut self) -> Vec<PeerEntry> {
        match self.message().await {
            ServerMessage::Joined { you, peers, resume, .. } => {
                self.me = Some(you);
                self.pass = Some(resume);
                peers
            }
            other => panic!("instead of joined: {other:?}"),
        }
    }

    pub(crate) fn pass(&self) -> String {
        self.pass.clone().unwrap()
    }

    pub(crate) fn id(&self) -> PeerId {
        self.me.unwrap()
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage<Value>) {
        self.send(Message::text(message.to_json())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        within("a send", self.socket.send(message)).await.unwrap();
    }

    /// Bytes as they are. An answer may come, and the end with it, before all is sent.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        let _ = within("a raw send", self.socket.get_mut().write_all(bytes)).await;
    }

    pub(crate) async fn signal(&mut self, to: PeerId, payload: Value) {
        self.say(&ClientMessage::Signal { to, payload }).await;
    }

    /// All of them in one write.
    pub(crate) async fn signal_at_once(&mut self, to: PeerId, payloads: &[Value]) {
        for payload in payloads {
            let message = ClientMessage::Signal { to, payload: payload.clone() };
            within("a send", self.socket.feed(Message::text(message.to_json()))).await.unwrap();
        }
        within("a flush", self.socket.flush()).await.unwrap();
    }

    /// The next thing heard. Pings are answered and not reported; nor are pongs.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            if let Some(heard) = self.hear_or_pong().await {
                return heard;
            }
        }
    }

    /// The same, but for pongs: none.
    pub(crate) async fn hear_or_pong(&mut self) -> Option<Heard> {
        loop {
            match within("something to hear", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => match read(&text) {
                    ServerMessage::Ping => {
                        // The socket may be gone meanwhile, which the next turn tells.
                        let _ = self.socket.send(Message::text(ClientMessage::<()>::Pong.to_json())).await;
                    }
                    message => return Some(Heard::Message(message)),
                },
                Some(Ok(Message::Close(frame))) => {
                    return Some(Heard::Closed(frame.map_or(0, |frame| frame.code.into())));
                }
                Some(Ok(Message::Pong(_))) => return None,
                Some(Ok(other)) => panic!("unexpected {other:?}"),
                Some(Err(_)) | None => return Some(Heard::Cut),
            }
        }
    }

    pub(crate) async fn message(&mut self) -> FromServer {
        match self.hear().await {
            Heard::Message(message) => message,
            other => panic!("instead of a message: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn expect_error(heard: &FromServer, expected: ErrorCode, about: &str) {
        match heard {
            ServerMessage::Error { code, .. } => assert_eq!(*code, expected, "{about}"),
            other => panic!("{about}: instead of an error: {other:?}"),
        }
    }

    /// Hears an error with this code, and then the end of the socket.
    pub(crate) async fn is_refused(&mut self, expected: ErrorCode, close: u16, about: &str) {
        Self::expect_error(&self.message().await, expected, about);
        match self.hear().await {
            Heard::Closed(code) => assert_eq!(code, close, "{about}"),
            other => panic!("{about}: instead of Close: {other:?}"),
        }
    }
}

pub(crate) fn join(room: &str, name: &str) -> ClientMessage<Value> {
    ClientMessage::Join { version: PROTOCOL_VERSION, room: room.into(), name: name.into(), resume: None }
}

pub(crate) fn resume(room: &str, name: &str, pass: &str) -> ClientMessage<Value> {
    let resume = Some(pass.into());
    ClientMessage::Join { version: PROTOCOL_VERSION, room: room.into(), name: name.into(), resume }
}

/// Two in a room, who must go on undisturbed whatever others do.
pub(crate) struct Witnesses {
    ana: Client,
    ben: Client,
    said: u32,
}

impl Witnesses {
    pub(crate) async fn in_room(server: &Server, room: &str) -> Self {
        let (mut ana, _) = Client::join(server, room, "Ana").await;
        let (ben, _) = Client::join(server, room, "Ben").await;
        assert!(matches!(ana.message().await, ServerMessage::PeerJoined { .. }));
        Self { ana, ben, said: 0 }
    }

    /// Each says something, which the other is the next thing to hear.
    pub(crate) async fn are_untouched(&mut self) {
        self.said += 1;
        let payload = json!({ "said": self.said });
        for (from, to) in [(&mut self.ana, &mut self.ben)] {
            from.signal(to.id(), payload.clone()).await;
            heard_signal(to, from.id(), &payload.to_string()).await;
            to.signal(from.id(), payload.clone()).await;
            heard_signal(from, to.id(), &payload.to_string()).await;
        }
    }
}

pub(crate) async fn heard_signal(client: &mut Client, expected_from: PeerId, expected: &str) {
    match client.message().await {
        ServerMessage::Signal { from, payload } => {
            assert_eq!((from, payload.as_str()), (expected_from, expected));
        }
        other => panic!("instead of a signal: {other:?}"),
    }
}
