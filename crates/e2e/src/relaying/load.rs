//! Packets to and fro, from one thread.

use anyhow::Result;
use nix::sys::socket::{setsockopt, sockopt};
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// Packets that one system call sends.
const BURST: usize = 16;
/// Packets of one end that are under way when as many as possible are to go. More would be lost where they wait, and cost
/// a server nothing.
const WINDOW: usize = 2;
/// Of what is under way some may be lost: after so long without any, more is sent.
const LOST: Duration = Duration::from_millis(10);

/// One end of a call.
pub(super) struct End {
    /// Connected to where its packets go.
    socket: UdpSocket,
    /// So many times what is sent each time.
    burst: Vec<u8>,
    length: usize,
}

/// How packets come.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    /// As fast as they come back.
    Full,
    /// Each end sends one each time.
    Every(Duration),
}

impl End {
    /// One that sends `packet` each time.
    pub(super) fn new(socket: UdpSocket, packet: &[u8]) -> Result<Self> {
        socket.set_nonblocking(true)?;
        // The kernel cuts what is sent into packets of this length.
        setsockopt(socket.as_raw_fd(), sockopt::UdpGsoSegment, &i32::try_from(packet.len())?)?;
        Ok(Self { socket, burst: packet.repeat(BURST), length: packet.len() })
    }

    fn send(&self, mut packets: usize) {
        while packets > 0 {
            let now = packets.min(BURST);
            // What does not go is lost, as on any way.
            let _ = self.burst.get(..now * self.length).map(|burst| self.socket.send(burst));
            packets -= now;
        }
    }

    /// How many have come.
    fn receive(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut packets = 0;
        loop {
            match self.socket.recv(buffer) {
                Ok(_) => packets += 1,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(packets),
                // A port that is unreachable, while one side is not there yet.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Lets all `calls` go on for so long. Answers with how many packets came.
pub(super) fn run(calls: &[[End; 2]], pace: Pace, time: Duration) -> Result<u64> {
    match pace {
        Pace::Full => as_fast_as_they_come(calls, time),
        Pace::Every(interval) => evenly(calls, interval, time),
    }
}

fn as_fast_as_they_come(calls: &[[End; 2]], time: Duration) -> Result<u64> {
    let (start, mut buffer, mut came) = (Instant::now(), [0; 2048], 0);
    let mut last: Vec<[Option<Instant>; 2]> = vec![[None; 2]; calls.len()];
    while start.elapsed() < time {
        for (call, last) in calls.iter().zip(&mut last) {
            for (end, last) in call.iter().zip(last) {
                let packets = end.receive(&mut buffer)?;
                came += packets as u64;
                let now = Instant::now();
                if packets > 0 {
                    end.send(packets);
                    *last = Some(now);
                } else if last.is_none_or(|last| now.duration_since(last) > LOST) {
                    end.send(WINDOW);
                    *last = Some(now);
                }
            }
        }
    }
    Ok(came)
}

fn evenly(calls: &[[End; 2]], interval: Duration, time: Duration) -> Result<u64> {
    let (start, mut buffer, mut came) = (Instant::now(), [0; 2048], 0);
    let ends: Vec<&End> = calls.iter().flatten().collect();
    let mut sent = 0;
    while start.elapsed() < time {
        // In turn, so that they are spread over the interval.
        let due = (start.elapsed().as_secs_f64() / interval.as_secs_f64() * ends.len() as f64) as usize;
        for turn in sent..due {
            ends.get(turn % ends.len()).into_iter().for_each(|end| end.send(1));
        }
        sent = due;
        for end in &ends {
            came += end.receive(&mut buffer)? as u64;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    Ok(came)
}
