//! A long way: packets wait in user space, since this kernel has no `netem`.
//!
//! The packet filter hands each packet over and keeps it until a verdict comes, so nothing is copied or sent
//! anew, and the NAT sees what it would see without.

use super::namespace::Namespace;
use anyhow::{Context, Result};
use nfq::{Message, Queue, Verdict};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The number of the filter's queue; any would do, a router has but this one.
pub(super) const QUEUE: u16 = 1;
/// How late a packet may be let go.
const RESOLUTION: Duration = Duration::from_millis(1);
/// More wait only if the machine stands still; the kernel lets go of what is beyond that.
const PACKETS_MAX: u32 = 20_000;
/// Of a packet, what is looked at: nothing, but none would mean all.
const LOOKED_AT: u16 = 1;

/// Packets wait while this lives; those that do then are lost, as on a way that is no more.
pub(super) struct Delay {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Delay {
    /// Lets each packet that `router` puts into the [`QUEUE`] wait for `least`, and up to `jitter` more. None
    /// overtakes another: they wait in line, as at a router that is busy.
    pub(super) fn start(router: &Namespace, least: Duration, jitter: Duration) -> Result<Self> {
        let mut queue = router.inside(|| {
            let mut queue = Queue::open().context("no queue of packets can be had")?;
            queue.bind(QUEUE)?;
            queue.set_copy_range(QUEUE, LOOKED_AT)?;
            queue.set_queue_max_len(QUEUE, PACKETS_MAX)?;
            queue.set_nonblocking(true);
            Ok(queue)
        })?;
        let is_over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            let mut line = Line { least, jitter, waiting: VecDeque::new(), random: 1 };
            while !ended.load(Ordering::Relaxed) {
                if line.move_up(&mut queue).is_err() {
                    return;
                }
                thread::sleep(RESOLUTION);
            }
        });
        Ok(Self { is_over, thread: Some(thread) })
    }
}

impl Drop for Delay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The packets that wait, with the time at which each may go.
struct Line {
    least: Duration,
    jitter: Duration,
    waiting: VecDeque<(Instant, Message)>,
    random: u64,
}

impl Line {
    /// Takes what came and lets go whose time has come.
    fn move_up(&mut self, queue: &mut Queue) -> std::io::Result<()> {
        let now = Instant::now();
        loop {
            match queue.recv() {
                Ok(packet) => {
                    let last = self.waiting.back().map_or(now, |(due, _)| *due);
                    let due = last.max(now + self.least + self.jitter.mul_f64(self.chance()));
                    self.waiting.push_back((due, packet));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        while let Some((_, mut packet)) = self.waiting.pop_front_if(|(due, _)| *due <= now) {
            packet.set_verdict(Verdict::Accept);
            queue.verdict(packet)?;
        }
        Ok(())
    }

    /// From 0 to 1, the same row every time: xorshift64.
    fn chance(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }
}
