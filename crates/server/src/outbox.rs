//! What waits to be written to one socket: bounded, and never waited for by whoever puts something in.

use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::IoSlice;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Most messages that wait for one socket.
///
/// Whoever enters a room of eight is sent seven descriptions with their candidates, and all of them can be
/// read from seven sockets before this one is written to once: that is 77 messages with ten candidates each.
pub const QUEUE_MESSAGES_MAX: usize = 256;
/// Most bytes that wait for one socket.
pub const QUEUE_BYTES_MAX: usize = 256 * 1024;

/// The outgoing queue of one socket, filled from any thread and emptied by the socket's own task.
///
/// A queue that is full belongs to somebody who does not read. Nobody waits for them: the queue breaks,
/// holds nothing any more, and the socket's task ends the socket.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    bytes: usize,
    broken: bool,
    task: Option<Waker>,
}

/// The queue was full once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overflowed;

impl Outbox {
    /// Puts a frame behind those that wait. Without effect once the queue broke.
    pub(crate) fn push(&self, frame: Bytes) {
        let mut queue = self.lock();
        if queue.broken {
            return;
        }
        if queue.frames.len() >= QUEUE_MESSAGES_MAX || queue.bytes + frame.len() > QUEUE_BYTES_MAX {
            queue.broken = true;
            queue.frames = VecDeque::new();
        } else {
            queue.bytes += frame.len();
            queue.frames.push_back(frame);
        }
        let task = queue.task.take();
        drop(queue);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// Moves all that waits behind what `batch` holds; waits until there is something.
    pub(crate) async fn take(&self, batch: &mut Batch) -> Result<(), Overflowed> {
        poll_fn(|context| self.poll_take(context, batch)).await
    }

    /// Moves what waits, if anything, behind what `batch` holds.
    pub(crate) fn take_now(&self, batch: &mut Batch) {
        let mut queue = self.lock();
        queue.bytes = 0;
        batch.append(std::mem::take(&mut queue.frames));
    }

    fn poll_take(&self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<Result<(), Overflowed>> {
        let mut queue = self.lock();
        if queue.broken {
            return Poll::Ready(Err(Overflowed));
        }
        if queue.frames.is_empty() {
            queue.wait(context);
            return Poll::Pending;
        }
        queue.bytes = 0;
        batch.append(std::mem::take(&mut queue.frames));
        Poll::Ready(Ok(()))
    }

    /// Waits until the queue breaks, which may be never.
    pub(crate) async fn overflow(&self) {
        poll_fn(|context| {
            let mut queue = self.lock();
            if queue.broken {
                return Poll::Ready(());
            }
            queue.wait(context);
            Poll::Pending
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here panics between two steps that belong together.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
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
pub(crate) struct Batch(VecDeque<Bytes>);

impl Batch {
    fn append(&mut self, mut frames: VecDeque<Bytes>) {
        if self.0.is_empty() {
            self.0 = frames;
        } else {
            self.0.append(&mut frames);
        }
    }

    /// Puts one frame behind those that wait.
    pub(crate) fn push(&mut self, frame: Bytes) {
        self.0.push_back(frame);
    }
}

impl Buf for Batch {
    fn remaining(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.0.front().map_or(&[], |frame| frame)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (slice, frame) in slices.iter_mut().zip(&self.0) {
            *slice = IoSlice::new(frame);
            filled += 1;
        }
        filled
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(frame) = self.0.front_mut() {
            if count < frame.len() {
                frame.advance(count);
                return;
            }
            count -= frame.len();
            self.0.pop_front();
        }
        if self.0.is_empty() {
            // An idle socket keeps no buffer.
            self.0 = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::Waker;

    fn taken(outbox: &Outbox) -> Poll<Result<Vec<u8>, Overflowed>> {
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
    fn a_message_too_many_breaks_the_queue_for_good() {
        let outbox = Outbox::default();
        for _ in 0..QUEUE_MESSAGES_MAX {
            outbox.push(Bytes::from_static(b"x"));
        }
        assert!(pin!(outbox.overflow()).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        outbox.push(Bytes::from_static(b"x"));
        assert!(pin!(outbox.overflow()).poll(&mut Context::from_waker(Waker::noop())).is_ready());
        assert_eq!(taken(&outbox), Poll::Ready(Err(Overflowed)));
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(taken(&outbox), Poll::Ready(Err(Overflowed)));
    }

    #[test]
    fn a_byte_too_many_breaks_the_queue() {
        let outbox = Outbox::default();
        outbox.push(Bytes::from(vec![0; QUEUE_BYTES_MAX]));
        assert!(matches!(taken(&outbox), Poll::Ready(Ok(_))));
        outbox.push(Bytes::from(vec![0; QUEUE_BYTES_MAX]));
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(taken(&outbox), Poll::Ready(Err(Overflowed)));
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
