//! One message from one person to another: first all that the server does with it, from the bytes that were read
//! to those that are written, and then the same with two sockets, a whole server and the kernel round it.
#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unused_imports,
    reason = "a benchmark that meets the unexpected is to fail; the modules are whole ones of the server"
)]

use bytes::{Buf, BytesMut};
use clap::Parser;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{SinkExt, StreamExt};
use ojak_protocol::{
    ClientMessage, DisplayName, KNOCK_KEPT, PROTOCOL_VERSION, PeerId, RoomName, SEAT_KEPT, ServerMessage,
};
use ojak_server::{Config, Limits, Page, Ports, Rate};
use outbox::{Batch, Outbox};
use pass::{Issued, PassKey};
use reader::{Incoming, Reader};
use rooms::{Guest, Rooms};
use serde_json::value::RawValue;
use server::{frame, limits, outbox, pass, reader, rooms};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// Private in the library, and so compiled once more.
#[path = "../src"]
mod server {
    pub mod frame;
    pub mod limits;
    pub mod outbox;
    pub mod pass;
    pub mod reader;
    pub mod rooms;
}

/// A candidate and an offer.
const LENGTHS: [usize; 2] = [200, 3_000];

fn signal(to: PeerId, length: usize) -> String {
    let payload = serde_json::json!("x".repeat(length));
    ClientMessage::Signal { to, payload }.to_json()
}

fn masked(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    // A mask of zeros is taken off like any other.
    [&[0x81, 0xFE][..], &length, &[0; 4], text.as_bytes()].concat()
}

/// What `hub` and `socket` do, without the lock and the task.
fn in_memory(criterion: &mut Criterion) {
    let (room, key) = (RoomName::parse("home").unwrap(), PassKey::from_bytes([7; PassKey::BYTES]));
    let mut rooms = Rooms::new(8, SEAT_KEPT, KNOCK_KEPT);
    let mut seat = |number| {
        let (peer, outbox) = (PeerId::from_bits(number), Arc::new(Outbox::default()));
        let pass = key.issue(&room, peer, number.to_be_bytes(), Issued::from(SystemTime::now()));
        let name = DisplayName::parse("Somebody").unwrap();
        let guest = Guest { peer, name, handle: Arc::clone(&outbox), pass, ice_servers: vec![] };
        (rooms.join(&room, guest).unwrap().0, outbox)
    };
    let (ana, (_, bens)) = (seat(1).0, seat(2));
    let mut group = criterion.benchmark_group("relay in memory");
    for length in LENGTHS {
        let bytes = masked(&signal(PeerId::from_bits(2), length));
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(format!("{length} bytes"), |bencher| {
            bencher.iter_batched(
                || BytesMut::from(&*bytes),
                |bytes| {
                    let Ok(Some(Incoming::Text(text))) = Reader::new(tokio::io::empty(), bytes).next() else {
                        panic!("no text")
                    };
                    let message = ClientMessage::<&RawValue>::parse(std::str::from_utf8(&text).unwrap());
                    let Ok(ClientMessage::Signal { to, payload }) = message else { panic!("{message:?}") };
                    let (outbox, message) = rooms.relay(&ana, to, payload).unwrap().unwrap();
                    outbox.push_relayed(frame::signal(&message, payload), Instant::now());
                    let mut batch = Batch::default();
                    bens.take_now(&mut batch);
                    assert!(batch.remaining() > length);
                    batch
                },
                BatchSize::SmallInput,
            );
        });
    }
}

struct Client {
    socket: WebSocketStream<TcpStream>,
    me: PeerId,
}

impl Client {
    async fn join(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request.headers_mut().insert("Origin", format!("http://{address}").parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let join = ClientMessage::<()>::Join {
            version: PROTOCOL_VERSION,
            room: "home".into(),
            name: "Somebody".into(),
            resume: None,
        };
        socket.send(Message::text(join.to_json())).await.unwrap();
        let Message::Text(joined) = socket.next().await.unwrap().unwrap() else { panic!("no text") };
        match serde_json::from_str(&joined).unwrap() {
            ServerMessage::<()>::Joined { you, .. } => Self { socket, me: you },
            other => panic!("{other:?}"),
        }
    }

    async fn hear(&mut self, what: &str) {
        loop {
            match self.socket.next().await.unwrap().unwrap() {
                Message::Text(text) if text.contains(what) => return,
                Message::Text(text) if text.contains(r#""ping""#) => {
                    self.socket.send(Message::text(ClientMessage::<()>::Pong.to_json())).await.unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

async fn server() -> SocketAddr {
    let config = Config::parse_from(["ojak", "--joins-per-minute=0", "--sockets-per-address=0"]);
    let limits = Limits { frames: Rate { burst: 1e9, per_second: 1e9 }, ..Limits::default() };
    let http = ojak_server::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let ports = Ports { http: Some(http), https: None, metrics: None, turn: None };
    let key = ojak_server::PassKey::from_bytes([7; PassKey::BYTES]);
    let server = ojak_server::serve(&config, limits, Page::new([]), key, ports).unwrap();
    let address = server.address();
    // Ends with the process.
    std::mem::forget(server);
    address
}

fn over_sockets(criterion: &mut Criterion) {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (mut ana, mut ben) = runtime.block_on(async {
        let address = server().await;
        let (mut ana, ben) = (Client::join(address).await, Client::join(address).await);
        ana.hear("peer_joined").await;
        (ana, ben)
    });
    let mut group = criterion.benchmark_group("relay over sockets");
    for length in LENGTHS {
        let text = signal(ben.me, length);
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("{length} bytes, there"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    ana.socket.send(Message::text(text.clone())).await.unwrap();
                    ben.hear("signal").await;
                });
            });
        });
    }
}

criterion_group!(benches, in_memory, over_sockets);
criterion_main!(benches);
