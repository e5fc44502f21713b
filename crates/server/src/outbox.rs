//! What waits to be written to one socket: bounded, and never waited for by whoever puts something in.

use crate::rooms::host::Dismissal;
use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::IoSlice;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// Most messages that wait for one socket.
///
/// Whoever enters a room of eight is sent seven descriptions with their candidates, and all of them can be
/// read from seven sockets before this one is written to once: that is 77 messages with ten candidates each.
pub const QUEUE_MESSAGES_MAX: usize = 256;
/// Most bytes that wait for one socket, with those that are being written.
pub const QUEUE_BYTES_MAX: usize = 256 * 1024;

/// The outgoing queue of one socket, filled from any thread and emptied by the socket's own task.
///
/// A queue that is full belongs to somebody who does not read. Nobody waits for them: the queue is over,
/// holds nothing any more, and the socket's task ends the socket.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    /// Of these frames.
    bytes: usize,
    /// Of those that were taken last, and may not all be written yet.
    taken: usize,
    /// When the first of these frames that came from a peer was read.
    since: Option<Instant>,
    over: Option<Over>,
    task: Option<Waker>,
}

/// Why nothing more goes through a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// It was full once.
    Full,
    /// Another socket has the seat.
    Replaced,
    /// The one at the other end has to go.
    Dismissed(Dismissal),
}

impl Outbox {
    /// Puts a frame behind those that wait. Without effect once the queue is over.
    pub(crate) fn push(&self, frame: Bytes) {
        self.change(|queue| queue.push(frame));
    }

    /// The same with what a peer said, and when it was read.
    pub(crate) fn push_relayed(&self, frame: Bytes, read: Instant) {
        self.change(|queue| {
            queue.since.get_or_insert(read);
            queue.push(frame);
        });
    }

    /// Ends the socket: another one has its seat, and gets what would have come here.
    pub(crate) fn take_over(&self) {
        self.change(|queue| queue.end(Over::Replaced));
    }

    /// Ends the socket: nobody wants the one at its other end.
    pub(crate) fn dismiss(&self, why: Dismissal) {
        self.change(|queue| queue.end(Over::Dismissed(why)));
    }

    fn change(&self, change: impl FnOnce(&mut Queue)) {
        let mut queue = self.lock();
        if queue.over.is_some() {
            return;
        }
        change(&mut queue);
        let task = queue.task.take();
        drop(queue);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// Moves all that waits into `batch`, which has been written; waits until there is something.
    pub(crate) async fn take(&self, batch: &mut Batch) -> Result<(), Over> {
        poll_fn(|context| self.poll_take(context, batch)).await
    }

    /// Moves what waits, if anything, behind what `batch` holds.
    pub(crate) fn take_now(&self, batch: &mut Batch) {
        self.lock().give(batch);
    }

    fn poll_take(&self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<Result<(), Over>> {
        let mut queue = self.lock();
        if let Some(over) = queue.over {
            return Poll::Ready(Err(over));
        }
        if queue.frames.is_empty() {
            queue.taken = 0;
            queue.wait(context);
            return Poll::Pending;
        }
        queue.give(batch);
        Poll::Ready(Ok(()))
    }

    /// Waits until the queue is over, which may be never.
    pub(crate) async fn over(&self) -> Over {
        poll_fn(|context| {
            let mut queue = self.lock();
            if let Some(over) = queue.over {
                return Poll::Ready(over);
            }
            queue.wait(context);
            Poll::Pending
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here panics between two steps that belong together.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn push(&mut self, frame: Bytes) {
        let bytes = self.bytes + frame.len();
        if self.frames.len() >= QUEUE_MESSAGES_MAX || self.taken + bytes > QUEUE_BYTES_MAX {
            self.end(Over::Full);
        } else {
            self.bytes = bytes;
            self.frames.push_back(frame);
        }
    }

    fn give(&mut self, batch: &mut Batch) {
        self.taken = std::mem::take(&mut self.bytes);
        batch.since = batch.since.or(self.since.take());
        batch.append(std::mem::take(&mut self.frames));
    }

    fn end(&mut self, over: Over) {
        self.over = Some(over);
        self.frames = VecDeque::new();
    }

    /// Only the socket's one task waits, so one place is enough.
    fn wait(&mut self, context: &Context<'_>) {
        match &mut self.task {
            Some(task) => task.clone_from(context.waker()),
            None => self.task = Some(context.waker().clone()),
        }
    }
}

/// Frames on their way out, written together and without a copy.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    frames: VecDeque<Bytes>,
    /// When the first of these frames that came from a peer was read.
    pub(crate) since: Option<Instant>,
}

impl Batch {
    fn append(&mut self, mut frames: VecDeque<Bytes>) {
        if self.frames.is_empty() {
            self.frames = frames;
        } else {
            self.frames.append(&mut frames);
        }
    }

    /// Puts one frame behind those that wait.
    pub(crate) fn push(&mut self, frame: Bytes) {
        self.frames.push_back(frame);
    }
}

impl Buf for Batch {
    fn remaining(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.frames.front().map_or(&[], |frame| frame)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (slice, frame) in slices.iter_mut().zip(&self.frames) {
            *slice = IoSlice::new(frame);
            filled += 1;
        }
        filled
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(frame) = self.frames.front_mut() {
            if count < frame.len() {
                frame.advance(count);
                return;
            }
            count -= frame.len();
            self.frames.pop_front();
        }
        if self.frames.is_empty() {
            // An idle socket keeps no buffer.
            self.frames = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Waker;

    fn taken(outbox: &Outbox) -> Poll<Result<Vec<u8>, Over>> {
        let mut batch = Batch::default();
        let polled = pin!(outbox.take(&mut batch)).poll(&mut Context::from_waker(Waker::noop()));
        let length = batch.remaining();
        polled.map_ok(|()| batch.copy_to_bytes(length).to_vec())
    }

    #[test]
    fn all_that_waits_is_taken_at_once_and_in_order() {
        let outbox = Outbox::default();
        assert_eq!(taken(&outbox), Poll::Pending);
        for text in ["one ", "two ", "three"] {
            outbox.push(Bytes::from(text));
        }
        assert_eq!(taken(&outbox), Poll::Ready(Ok(b"one two three".to_vec())));
        assert_eq!(taken(&outbox), Poll::Pending);
    }

    #[test]
    fn a_message_too_many_ends_the_queue_for_good() {
        let outbox = Outbox::default();
        for _ in 0..QUEUE_MESSAGES_MAX {
            outbox.push(Bytes::from_static(b"x"));
        }
        assert!(pin!(outbox.over()).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        outbox.push(Bytes::from_static(b"x"));
        assert!(pin!(outbox.over()).poll(&mut Context::from_waker(Waker::noop())).is_ready());
        assert_eq!(taken(&outbox), Poll::Ready(Err(Over::Full)));
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(taken(&outbox), Poll::Ready(Err(Over::Full)));
    }

    #[test]
    fn a_byte_too_many_ends_the_queue() {
        let outbox = Outbox::default();
        outbox.push(Bytes::from(vec![0; QUEUE_BYTES_MAX]));
        assert!(matches!(taken(&outbox), Poll::Ready(Ok(_))));
        assert_eq!(taken(&outbox), Poll::Pending);
        outbox.push(Bytes::from(vec![0; QUEUE_BYTES_MAX]));
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(taken(&outbox), Poll::Ready(Err(Over::Full)));
    }

    #[test]
    fn what_is_being_written_counts() {
        let outbox = Outbox::default();
        outbox.push(Bytes::from(vec![0; QUEUE_BYTES_MAX - 1]));
        assert!(matches!(taken(&outbox), Poll::Ready(Ok(_))));
        outbox.push(Bytes::from_static(b"x"));
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(taken(&outbox), Poll::Ready(Err(Over::Full)));
    }

    #[test]
    fn a_batch_written_in_pieces_loses_nothing() {
        let mut batch = Batch::default();
        for text in ["one ", "two ", "three"] {
            batch.push(Bytes::from(text));
        }
        let mut written = Vec::new();
        while batch.has_remaining() {
            let mut slices = [IoSlice::new(&[]); 2];
            let filled = batch.chunks_vectored(&mut slices);
            let offered: Vec<u8> = slices[..filled].iter().flat_map(|slice| slice.to_vec()).collect();
            let count = offered.len().min(3);
            written.extend_from_slice(&offered[..count]);
            batch.advance(count);
        }
        assert_eq!(written, b"one two three");
    }
}
