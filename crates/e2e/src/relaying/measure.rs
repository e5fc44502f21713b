//! What relaying takes, and the table of it.

use super::client::Client;
use super::load::{End, Pace, run};
use super::server::{Kind, Server};
use crate::lab::{self, Place};
use crate::process;
use anyhow::Result;
use rustix::thread::{CpuSet, sched_setaffinity};
use std::fmt::Write;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

/// Of the clients, and of the servers: nothing leads to whoever has these addresses, and a relay that is well set up sends
/// nothing to private ones.
const NEAR: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 1);
const FAR: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 2);
/// Calls at a time: no seat comes near the 64 Mbit/s that it may have.
const CALLS: usize = 64;
/// Those that go at the pace of a call.
const QUIET_CALLS: usize = 16;
/// Bytes of media in a packet, as browsers send them.
const PAYLOAD: usize = 1200;
/// Of one picture with sound, in one direction.
const CALL_BITRATE: f64 = 2.5e6;
/// Until it goes evenly, ...
const RUN_UP: Duration = Duration::from_millis(500);
/// ... and then so long.
const TIME: Duration = Duration::from_secs(3);

/// Who of a call is relayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both: what one sends goes to where the other is relayed.
    Both,
    /// One; the other sends to where that one is relayed.
    One,
}

/// What one server took.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Packets that came, of a second of its processor time, as fast as they came back.
    pub packets: f64,
    /// How busy its core was meanwhile, from 0 to 1.
    pub busy: f64,
    /// Of a core, for one call at its own pace, from 0 to 1.
    pub call: f64,
    /// Packets of those that did not come, from 0 to 1.
    pub lost: f64,
    /// Bytes of memory for an allocation with a channel.
    pub memory: f64,
}

impl Measured {
    /// Each figure's own median.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn median(rounds: &[Self]) -> Self {
        let median = |of: fn(&Self) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Self {
            packets: median(|of| of.packets),
            busy: median(|of| of.busy),
            call: median(|of| of.call),
            lost: median(|of| of.lost),
            memory: median(|of| of.memory),
        }
    }
}

/// Sets `kind` up and measures it.
///
/// # Errors
/// When there can be no lab here, or the server does not do as it should.
pub async fn take(kind: Kind, way: Way) -> Result<Measured> {
    let [near, far] = lab::cable(NEAR, FAR)?;
    let directory = process::artefacts().join(format!("relaying/{kind:?}-{way:?}"));
    let server = Server::start(kind, &directory, (&far, FAR), &near, 2 * CALLS).await?;
    let before = server.memory()?;
    let mut credentials = server.credentials.iter();
    let mut calls = Vec::with_capacity(CALLS);
    while calls.len() < CALLS {
        let mut client = || {
            let socket = near.inside(|| Ok(UdpSocket::bind((NEAR, 0))?))?;
            socket.connect(server.relay)?;
            Client::allocate(socket, credentials.next().expect("a seat for each").clone())
        };
        calls.push(match way {
            Way::Both => both(client()?, client()?)?,
            Way::One => one(client()?, &near)?,
        });
    }
    let allocations = CALLS * if way == Way::Both { 2 } else { 1 };
    let memory = (server.memory()? as f64 - before as f64) / allocations as f64;

    let packet = Duration::from_secs_f64((8 * PAYLOAD) as f64 / CALL_BITRATE);
    let quiet = calls.get(..QUIET_CALLS).unwrap_or(&calls);
    let (came, used, passed) = watched(&server, quiet, Pace::Every(packet))?;
    let sent = 2.0 * quiet.len() as f64 * passed.as_secs_f64() / packet.as_secs_f64();
    let call = used.as_secs_f64() / passed.as_secs_f64() / quiet.len() as f64;
    let lost = (1.0 - came as f64 / sent).max(0.0);

    let (came, used, passed) = watched(&server, &calls, Pace::Full)?;
    let busy = used.as_secs_f64() / passed.as_secs_f64();
    Ok(Measured { packets: came as f64 / used.as_secs_f64(), busy, call, lost, memory })
}

fn watched(server: &Server, calls: &[[End; 2]], pace: Pace) -> Result<(u64, Duration, Duration)> {
    run(calls, pace, RUN_UP)?;
    let (start, before) = (Instant::now(), server.time()?);
    let came = run(calls, pace, TIME)?;
    Ok((came, server.time()? - before, start.elapsed()))
}

fn both(ana: Client, ben: Client) -> Result<[End; 2]> {
    ana.bind(ben.relayed)?;
    ben.bind(ana.relayed)?;
    let packet = Client::wrapped(vec![7; PAYLOAD]);
    Ok([End::new(ana.socket, &packet)?, End::new(ben.socket, &packet)?])
}

fn one(ana: Client, near: &Place) -> Result<[End; 2]> {
    let ben = near.inside(|| Ok(UdpSocket::bind((NEAR, 0))?))?;
    ben.connect(ana.relayed)?;
    ana.bind(ben.local_addr()?)?;
    Ok([End::new(ana.socket, &Client::wrapped(vec![7; PAYLOAD]))?, End::new(ben, &[7; PAYLOAD])?])
}

/// Where the clients are from now on: the first core is the servers'.
///
/// # Errors
/// When there is no other one.
pub fn keep_off_the_first_core() -> Result<()> {
    let cores = std::thread::available_parallelism()?.get();
    let mut others = CpuSet::new();
    (1..cores).for_each(|core| others.set(core));
    sched_setaffinity(None, &others)?;
    Ok(())
}

/// The table.
#[must_use]
pub fn report(measured: &[(Way, [Measured; 2])]) -> String {
    let mut rows =
        String::from("| who is relayed | figure | ojak | coturn | ojak : coturn |\n|---|---|---|---|---|\n");
    for (way, both) in measured {
        let way = match way {
            Way::Both => "both",
            Way::One => "one of two",
        };
        let mut row = |figure: &str, of: fn(&Measured) -> f64, show: fn(f64) -> String| {
            let [ojak, coturn] = both.each_ref().map(of);
            let ratio = if coturn > 0.0 { format!("{:.2}", ojak / coturn) } else { "–".into() };
            let _ = writeln!(rows, "| {way} | {figure} | {} | {} | {ratio} |", show(ojak), show(coturn));
        };
        row("packets/s a core", |of| of.packets, |value| format!("{value:.0}"));
        row("Mbit/s a core", |of| of.packets * (8 * PAYLOAD) as f64 / 1e6, |value| format!("{value:.0}"));
        row("a core for a call, 2 × 2.5 Mbit/s", |of| of.call, |value| format!("{:.2} %", 100.0 * value));
        row("memory an allocation", |of| of.memory, |value| format!("{:.1} KiB", value / 1024.0));
        row("its core, busy meanwhile", |of| of.busy, |value| format!("{:.0} %", 100.0 * value));
        row("lost at the pace of a call", |of| of.lost, |value| format!("{:.2} %", 100.0 * value));
    }
    rows
}
