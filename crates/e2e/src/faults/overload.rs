//! More sockets than the server takes, while two people in a room go on. No browser: plain sockets.

use super::{Again, Fault, Figure, Goal, Length, Stage, Unit};
use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// When whoever was sent away comes again: sooner than they are told.
const AGAIN: Duration = Duration::from_secs(1);
/// What the server takes, by its flags.
const CAPACITY: usize = 300;
/// Far less often than the server allows.
const PACE: Duration = Duration::from_millis(50);

const CARRIED: &[Goal] = &[
    Goal::new("a message in a room inside, 99 of 100", Unit::Milliseconds).all(100.0),
    Goal::new("refused otherwise than by 503 with Retry-After", Unit::Count).all(0.0),
    Goal::new("lost of those inside", Unit::Count).all(0.0),
];

/// The flags of the server that this is for.
pub(crate) const FLAGS: &[&str] =
    &["--max-connections", "300", "--sockets-per-address", "0", "--joins-per-minute", "0"];

pub(super) const OVERLOAD: Fault = Fault {
    name: "overload",
    title: "three times as many sockets as the server takes",
    pairs: &[],
    short: 0,
    goals: CARRIED,
    again: Again::Others,
    act: |stage| Box::pin(overload(stage)),
};

type Socket = WebSocketStream<TcpStream>;

async fn overload(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let address = stage.scene.server().address();
    let time = Duration::from_secs(if stage.length == Length::Short { 5 } else { 60 });
    let stop = Arc::new(AtomicBool::new(false));
    let flood = Arc::new(Flood::default());
    // On threads of their own: neither may wait for the other.
    let (inside, outside) = tokio::task::spawn_blocking(move || {
        std::thread::scope(|scope| {
            let crowd = scope.spawn(|| alone(flood.come(address, &stop)));
            let pair = scope.spawn(|| {
                let carried = alone(carry(address, &flood, time));
                stop.store(true, Ordering::Relaxed);
                carried
            });
            (pair.join().expect("the pair"), crowd.join().expect("the crowd").map(|()| flood.refusals()))
        })
    })
    .await?;
    let (mut delays, lost) = inside.context("the two inside")?;
    let (refused, otherwise) = outside.context("the crowd")?;
    ensure!(refused > 0, "nobody was refused: {otherwise} were in another way");
    delays.sort();
    let p99 = delays[(delays.len() * 99).div_ceil(100) - 1];
    Ok(vec![
        Figure { name: CARRIED[0].figure, value: p99.as_secs_f64() * 1000.0 },
        Figure::count(CARRIED[1].figure, otherwise),
        Figure::count(CARRIED[2].figure, lost),
    ])
}

/// Plays `work` on this thread alone.
fn alone<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Opens a socket after `pause`, and says nothing until it is thrown out.
async fn open_and_wait(address: SocketAddr, pause: Duration) -> Option<tungstenite::Error> {
    tokio::time::sleep(pause).await;
    match open(address).await {
        Ok(mut socket) => {
            while let Some(Ok(_)) = socket.next().await {}
            None
        }
        Err(error) => Some(error),
    }
}

#[derive(Default)]
struct Flood {
    refused: AtomicUsize,
    otherwise: AtomicUsize,
}

impl Flood {
    /// Three times the capacity, each of whom comes again [`AGAIN`] after they were sent away.
    async fn come(&self, address: SocketAddr, stop: &AtomicBool) -> Result<()> {
        let mut crowd = JoinSet::new();
        for _ in 0..3 * CAPACITY {
            crowd.spawn(open_and_wait(address, Duration::ZERO));
        }
        while let Some(sent_away) = crowd.join_next().await {
            // A full backlog of the system says nothing; whoever came in and was thrown out was not refused.
            if let Some(tungstenite::Error::Http(response)) = sent_away? {
                let told = response.status() == 503 && response.headers().contains_key("retry-after");
                let count = if told { &self.refused } else { &self.otherwise };
                count.fetch_add(1, Ordering::Relaxed);
            }
            if stop.load(Ordering::Relaxed) {
                break;
            }
            crowd.spawn(open_and_wait(address, AGAIN));
        }
        Ok(())
    }

    fn refusals(&self) -> (usize, usize) {
        (self.refused.load(Ordering::Relaxed), self.otherwise.load(Ordering::Relaxed))
    }
}

/// Two join, wait until somebody was refused, and then talk for `time`: how long each message took, and how many
/// never came.
async fn carry(address: SocketAddr, flood: &Flood, time: Duration) -> Result<(Vec<Duration>, usize)> {
    let (mut one, _) = join(address, "One").await?;
    let (mut two, two_id) = join(address, "Two").await?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while flood.refused.load(Ordering::Relaxed) == 0 && Instant::now() < deadline {
        answer_pings(&mut one, PACE).await?;
        answer_pings(&mut two, PACE).await?;
    }
    let (mut delays, mut lost, start) = (Vec::new(), 0, Instant::now());
    while start.elapsed() < time {
        let count = delays.len() + lost;
        let sent = Instant::now();
        let payload = json!({ "count": count });
        say(&mut one, &json!({ "type": "signal", "to": two_id, "payload": payload })).await?;
        let arrived = tokio::time::timeout(Duration::from_secs(5), async {
            loop {
                let heard = hear(&mut two).await?;
                if heard["type"] == "signal" && heard["payload"]["count"] == count {
                    return anyhow::Ok(());
                }
            }
        });
        match arrived.await {
            Ok(heard) => {
                heard?;
                delays.push(sent.elapsed());
            }
            Err(_) => lost += 1,
        }
        answer_pings(&mut one, PACE).await?;
    }
    ensure!(!delays.is_empty(), "no message came");
    Ok((delays, lost))
}

async fn open(address: SocketAddr) -> Result<Socket, tungstenite::Error> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    let origin = HeaderValue::from_str(&format!("http://{address}"))?;
    request.headers_mut().insert("origin", origin);
    client_async(request, stream).await.map(|(socket, _)| socket)
}

async fn join(address: SocketAddr, name: &str) -> Result<(Socket, String)> {
    // The crowd may have come first; some of it is thrown out every five seconds.
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut socket = loop {
        match open(address).await {
            Ok(socket) => break socket,
            Err(error) if Instant::now() > deadline => return Err(error.into()),
            Err(_) => tokio::time::sleep(PACE).await,
        }
    };
    say(&mut socket, &json!({ "type": "join", "version": 1, "room": "overload", "name": name })).await?;
    loop {
        let heard = hear(&mut socket).await?;
        if heard["type"] == "joined" {
            return Ok((socket, heard["you"].as_str().context("no id")?.to_owned()));
        }
    }
}

async fn say(socket: &mut Socket, message: &Value) -> Result<()> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

/// The next that is not a ping.
async fn hear(socket: &mut Socket) -> Result<Value> {
    loop {
        let frame = socket.next().await.context("thrown out")??;
        let Message::Text(text) = frame else { continue };
        let message: Value = serde_json::from_str(&text)?;
        if message["type"] != "ping" {
            return Ok(message);
        }
        say(socket, &json!({ "type": "pong" })).await?;
    }
}

/// Answers for `time`, and hears nothing else.
async fn answer_pings(socket: &mut Socket, time: Duration) -> Result<()> {
    match tokio::time::timeout(time, hear(socket)).await {
        Ok(heard) => heard.map(drop),
        Err(_) => Ok(()),
    }
}
