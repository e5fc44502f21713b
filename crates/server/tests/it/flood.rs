//! What an attack costs: memory of the process, and the time of those who do nothing wrong.
//!
//! The floods are for a machine that does nothing else:
//! `cargo test -p ojak-server --release --test it flood -- --ignored --nocapture --test-threads 1`
#![allow(clippy::print_stdout, reason = "figures are for people to read")]

use crate::binary::Running;
use crate::http::request;
use crate::support::*;
use ojak_protocol::{FRAME_BYTES_MAX, ServerMessage};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

/// One of many machines: each has an address of its own in 127/8.
async fn machine(number: u32, server: SocketAddr, narrow: bool) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if narrow {
        socket.set_recv_buffer_size(4096)?;
    }
    socket.bind(SocketAddr::from((Ipv4Addr::from_bits((127 << 24) + (1 << 16) + number), 0)))?;
    socket.connect(server).await
}

fn upgrade_request(server: SocketAddr) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// Asks for a socket; answers with the connection and the status.
async fn open(number: u32, server: SocketAddr, narrow: bool) -> std::io::Result<(TcpStream, String)> {
    let mut stream = machine(number, server, narrow).await?;
    stream.write_all(upgrade_request(server).as_bytes()).await?;
    let mut head = [0; 1024];
    let count = stream.read(&mut head).await?;
    let head = String::from_utf8_lossy(&head[..count]).into_owned();
    let status = head.split(' ').nth(1).unwrap_or("cut").to_owned();
    assert!(status != "503" || head.to_lowercase().contains("retry-after"), "{head}");
    Ok((stream, status))
}

/// A masked frame, the mask being 0; `length` is what it says, however much `content` there is.
fn frame(first: u8, length: usize, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(length).unwrap().to_be_bytes();
    [&[first, 0x80 | 126], &length[..], &[0; 4], content].concat()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Hostile {
    Nothing,
    HalfAFrame,
    PiecesAndHalfAFrame,
    HalfAHead,
    RequestsUnread,
    SlowReader,
}

/// Commits the deed and keeps what must be kept for it to last.
async fn commit(deed: Hostile, number: u32, server: SocketAddr) -> Vec<TcpStream> {
    let half = vec![b'x'; FRAME_BYTES_MAX - 1];
    let (mut stream, bytes) = match deed {
        Hostile::HalfAHead => {
            let head = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", "x".repeat(120_000));
            (machine(number, server, false).await.unwrap(), head.into_bytes())
        }
        Hostile::RequestsUnread => {
            let requests = format!("GET /?{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(2_000)).repeat(200);
            (machine(number, server, true).await.unwrap(), requests.into_bytes())
        }
        Hostile::SlowReader => return slow_reader(number, server).await,
        _ => (open(number, server, false).await.unwrap().0, Vec::new()),
    };
    let bytes = match deed {
        Hostile::HalfAFrame => frame(0x81, FRAME_BYTES_MAX, &half),
        Hostile::PiecesAndHalfAFrame => {
            [frame(0x01, half.len(), &half), frame(0x00, half.len(), &half), frame(0x00, 32_768, &half)]
                .concat()
        }
        _ => bytes,
    };
    // Whoever does not take it all has its reasons.
    let _ = timeout(Duration::from_millis(500), stream.write_all(&bytes)).await;
    vec![stream]
}

async fn slow_reader(number: u32, server: SocketAddr) -> Vec<TcpStream> {
    let origin = format!("http://{server}");
    let join = |narrow| {
        let origin = &origin;
        async move {
            let stream = machine(number, server, narrow).await.unwrap();
            let mut client = Client::upgrade(stream, server, Some(origin)).await.unwrap();
            client.enter(&format!("room-{number}"), "Somebody").await;
            client
        }
    };
    let mut sender = join(false).await;
    let slow = join(true).await;
    let payload = json!("x".repeat(31_000));
    // More than all buffers between hold, so that the queue fills up and is over.
    for _ in 0..150 {
        sender.signal(slow.id(), payload.clone()).await;
        tokio::task::yield_now().await;
    }
    vec![slow.socket.into_inner(), sender.socket.into_inner()]
}

/// KiB that the process grew by for each of `count` sockets that do it.
async fn cost(deed: Hostile, count: u32) -> f64 {
    let server = Running::start(&["--log", "error", "--max-connections=20000"]);
    // What the first of all connections needs is not the attacker's doing.
    for number in 0..8 {
        drop(commit(deed, 60_000 + number, server.address).await);
    }
    let before = server.resident_kib();
    let attacks: Vec<_> =
        (0..count).map(|number| tokio::spawn(commit(deed, number, server.address))).collect();
    let mut most = before;
    while !attacks.iter().all(tokio::task::JoinHandle::is_finished) {
        sleep(Duration::from_millis(5)).await;
        most = most.max(server.resident_kib());
    }
    for _ in 0..10 {
        sleep(Duration::from_millis(30)).await;
        most = most.max(server.resident_kib());
    }
    (most - before) as f64 / f64::from(count)
}

async fn costs(count: u32) {
    for deed in [
        Hostile::Nothing,
        Hostile::HalfAFrame,
        Hostile::PiecesAndHalfAFrame,
        Hostile::HalfAHead,
        Hostile::RequestsUnread,
        Hostile::SlowReader,
    ] {
        let each = cost(deed, count).await;
        println!("{deed:?}: {each:.1} KiB each");
        assert!(each <= 512.0, "{deed:?}: {each} KiB each");
    }
}

#[tokio::test]
async fn a_hostile_socket_costs_little_memory() {
    // So many that what requests leave behind to be used again, once for all of them, does not count.
    costs(128).await;
}

/// Pairs that go on talking, on a thread of their own, and how long each message took.
struct Bystanders {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Vec<Duration>>,
}

impl Bystanders {
    fn start(server: SocketAddr, pairs: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (told, stopped) = (Arc::clone(&stop), std::sync::mpsc::channel());
        let (ready, is_ready) = stopped;
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, async move {
                let mut talks = Vec::new();
                for pair in 0..pairs {
                    let clients = pair_in(server, pair).await;
                    talks.push(tokio::task::spawn_local(talk(clients, pair, Arc::clone(&told))));
                }
                ready.send(()).unwrap();
                let mut took = Vec::new();
                for talk in talks {
                    took.extend(talk.await.unwrap());
                }
                took
            })
        });
        is_ready.recv().unwrap();
        Self { stop, thread }
    }

    /// Ends them, and says what they saw.
    fn end(self, what: &str) {
        self.stop.store(true, Ordering::Relaxed);
        let mut took = self.thread.join().unwrap();
        took.sort_unstable();
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let [p50, p99, longest] = [at(0.5), at(0.99), at(1.0)];
        println!(
            "{what}: {} messages, p50 {p50:.2} ms, p99 {p99:.2} ms, longest {longest:.1} ms",
            took.len()
        );
    }
}

async fn pair_in(server: SocketAddr, pair: u32) -> [Client; 2] {
    let mut clients = Vec::new();
    for _ in 0..2 {
        let stream = machine(50_000 + pair, server, false).await.unwrap();
        let mut client = Client::upgrade(stream, server, Some(&format!("http://{server}"))).await.unwrap();
        client.enter(&format!("bystanders-{pair}"), "Bystander").await;
        clients.push(client);
    }
    assert!(matches!(clients[0].message().await, ServerMessage::PeerJoined { .. }));
    clients.try_into().unwrap_or_else(|_| unreachable!())
}

async fn talk([mut ana, mut ben]: [Client; 2], pair: u32, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let mut took = Vec::new();
    let payload = json!("x".repeat(1_000));
    sleep(Duration::from_millis(u64::from(pair))).await;
    while !stop.load(Ordering::Relaxed) {
        let since = Instant::now();
        ana.signal(ben.id(), payload.clone()).await;
        match ben.message().await {
            ServerMessage::Signal { .. } => took.push(since.elapsed()),
            other => panic!("a bystander heard {other:?}"),
        }
        std::mem::swap(&mut ana, &mut ben);
        sleep(Duration::from_millis(50)).await;
    }
    took
}

fn raise_the_limit_on_files() {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(files > 12_000, "only {files} files may be open");
}

/// Runs `attack` from `machines` addresses again and again; counts what each attempt came to.
async fn attack<F, A>(machines: u32, length: Duration, attack: F) -> BTreeMap<String, usize>
where
    F: Fn(u32) -> A + Clone + Send + 'static,
    A: Future<Output = String> + Send,
{
    let until = Instant::now() + length;
    let attackers: Vec<_> = (0..machines)
        .map(|number| {
            let attack = attack.clone();
            tokio::spawn(async move {
                let mut outcomes = BTreeMap::new();
                while let Ok(outcome) = tokio::time::timeout_at(until.into(), attack(number)).await {
                    *outcomes.entry(outcome).or_insert(0) += 1;
                }
                outcomes
            })
        })
        .collect();
    let mut all = BTreeMap::new();
    for attacker in attackers {
        for (outcome, count) in attacker.await.unwrap() {
            *all.entry(outcome).or_insert(0) += count;
        }
    }
    all
}

/// Until the other side has enough.
async fn hold(mut stream: TcpStream) {
    let mut nothing = [0; 1024];
    while matches!(stream.read(&mut nothing).await, Ok(1..)) {}
}

async fn report(server: &Running, metrics: SocketAddr, bystanders: Bystanders, what: &str) {
    let answer = request(metrics, "GET /metrics", &[]).await.body;
    let bystanders = tokio::task::spawn_blocking({
        let what = what.to_owned();
        move || bystanders.end(&what)
    });
    bystanders.await.unwrap();
    println!("  resident: {} MiB", server.resident_kib() / 1024);
    let quick = |line: &&str| line.starts_with("ojak_relay_seconds_") || line.starts_with("ojak_sockets ");
    println!("  {}", answer.lines().filter(quick).map(|line| &line[5..]).collect::<Vec<_>>().join("\n  "));
}

fn metered(flags: &[&str]) -> (Running, SocketAddr) {
    raise_the_limit_on_files();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let metrics = format!("--metrics={port}");
    (Running::start(&[&["--log", "error", &metrics], flags].concat()), port)
}

const LENGTH: Duration = Duration::from_secs(20);
const PAIRS: u32 = 20;

#[ignore = "a flood"]
#[tokio::test]
async fn flood_of_nothing() {
    // Without any attack, to know what the machine itself adds.
    let (server, metrics) = metered(&[]);
    let bystanders = Bystanders::start(server.address, PAIRS);
    sleep(LENGTH / 2).await;
    report(&server, metrics, bystanders, "no attack").await;
}

#[ignore = "a flood"]
#[tokio::test]
async fn flood_of_sockets_that_never_join() {
    let (server, metrics) = metered(&[]);
    let address = server.address;
    let bystanders = Bystanders::start(address, PAIRS);
    let outcomes = attack(10_000, LENGTH, move |number| async move {
        match open(number, address, false).await {
            Ok((stream, status)) => {
                hold(stream).await;
                status
            }
            Err(error) => error.kind().to_string(),
        }
    });
    let outcomes = outcomes.await;
    println!("10,000 sockets that never join: {outcomes:?}");
    report(&server, metrics, bystanders, "10,000 sockets that never join").await;
}

#[ignore = "a flood"]
#[tokio::test]
async fn flood_of_three_times_the_capacity() {
    let (server, metrics) = metered(&["--max-connections=2000"]);
    let address = server.address;
    let bystanders = Bystanders::start(address, PAIRS);
    let outcomes = attack(6_000, 3 * LENGTH, move |number| async move {
        match open(number, address, false).await {
            Ok((stream, status)) if status == "101" => {
                let room = format!("room-{}", number / 2);
                let join = join(&room, "Somebody").to_json();
                let mut stream = stream;
                let _ = stream.write_all(&frame(0x81, join.len(), join.as_bytes())).await;
                hold(stream).await;
                status
            }
            Ok((_, status)) => {
                // As it is told, but impatient.
                sleep(Duration::from_millis(500)).await;
                status
            }
            Err(error) => error.kind().to_string(),
        }
    });
    let outcomes = outcomes.await;
    println!("3 × capacity for {} s: {outcomes:?}", 3 * LENGTH.as_secs());
    report(&server, metrics, bystanders, "3 × capacity").await;
}

#[ignore = "a flood"]
#[tokio::test]
async fn flood_of_messages() {
    let (server, metrics) = metered(&[]);
    let address = server.address;
    let bystanders = Bystanders::start(address, PAIRS);
    let pong: Arc<[u8]> = [0x8A, 0x80, 0, 0, 0, 0].repeat(5_000).into();
    let outcomes = attack(200, LENGTH, move |number| {
        let pongs = Arc::clone(&pong);
        async move {
            match open(number, address, false).await {
                Ok((mut stream, status)) => {
                    let _ = stream.write_all(&pongs).await;
                    hold(stream).await;
                    status
                }
                Err(error) => error.kind().to_string(),
            }
        }
    });
    let outcomes = outcomes.await;
    println!("messages as fast as may be, from 200: {outcomes:?}");
    report(&server, metrics, bystanders, "messages as fast as may be").await;
}

#[ignore = "a flood"]
#[tokio::test]
async fn flood_of_half_requests() {
    let (server, metrics) = metered(&[]);
    let address = server.address;
    let bystanders = Bystanders::start(address, PAIRS);
    let outcomes = attack(10_000, LENGTH, move |number| async move {
        match machine(number, address, false).await {
            Ok(mut stream) => {
                let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await;
                hold(stream).await;
                "held until the end".to_owned()
            }
            Err(error) => error.kind().to_string(),
        }
    });
    let outcomes = outcomes.await;
    println!("10,000 half requests: {outcomes:?}");
    report(&server, metrics, bystanders, "10,000 half requests").await;
}
