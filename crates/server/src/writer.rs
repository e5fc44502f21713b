//! What goes out, onto the wire: all that waits in one go, and never longer than the deadline.

use crate::metrics::Histogram;
use crate::outbox::{Batch, Outbox, Over};
use crate::rooms::host::Dismissal;
use bytes::Bytes;
use std::io;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// Why nothing more can be written.
#[derive(Debug, Error)]
pub(crate) enum WriteError {
    #[error("the connection broke")]
    Broken(#[from] io::Error),
    #[error("the other side does not read")]
    Stalled,
    #[error("the other side does not read as fast as others say something to it")]
    Overflowed,
    #[error("another socket has the seat")]
    TakenOver,
    #[error("the one at the other side has to go: {0:?}")]
    Dismissed(Dismissal),
}

impl From<Over> for WriteError {
    fn from(over: Over) -> Self {
        match over {
            Over::Full => Self::Overflowed,
            Over::Replaced => Self::TakenOver,
            Over::Dismissed(why) => Self::Dismissed(why),
        }
    }
}

/// Writes one socket.
#[derive(Debug)]
pub(crate) struct Writer<W> {
    half: W,
    /// Here and not in a future, so that a frame half written is written on when another arm ends first.
    batch: Batch,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(crate) fn new(half: W) -> Self {
        Self { half, batch: Batch::default() }
    }

    /// Writes what `outbox` gets, until that fails. Can be dropped: nothing is lost or written twice.
    /// `relay_time` gets how long what came from a peer was on its way through here.
    pub(crate) async fn write(
        &mut self,
        outbox: &Outbox,
        deadline: Duration,
        relay_time: &Histogram,
    ) -> WriteError {
        loop {
            if let Err(over) = outbox.take(&mut self.batch).await {
                return over.into();
            }
            let written = async {
                tokio::select! {
                    written = self.write_on() => Ok(written?),
                    over = outbox.over() => Err(over.into()),
                }
            };
            match timeout(deadline, written).await {
                Ok(Ok(())) => {
                    if let Some(since) = self.batch.since.take() {
                        relay_time.observe(since.elapsed());
                    }
                }
                Ok(Err(error)) => return error,
                Err(_) => return WriteError::Stalled,
            }
        }
    }

    /// TLS keeps what the network does not take at once, until it is asked to go on.
    async fn write_on(&mut self) -> io::Result<()> {
        self.half.write_all_buf(&mut self.batch).await?;
        self.half.flush().await
    }

    /// Writes what is left, then `frames`, then no more.
    pub(crate) async fn last_words(
        &mut self,
        outbox: &Outbox,
        frames: impl Iterator<Item = Bytes>,
    ) -> io::Result<()> {
        outbox.take_now(&mut self.batch);
        frames.for_each(|frame| self.batch.push(frame));
        self.half.write_all_buf(&mut self.batch).await?;
        self.half.shutdown().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, BufWriter, duplex};

    #[tokio::test]
    async fn a_write_nobody_takes_ends_the_socket_at_the_deadline() {
        let (ours, _theirs) = duplex(16);
        let mut writer = Writer::new(ours);
        let (outbox, relay_time) = (Outbox::default(), Histogram::default());
        outbox.push(Bytes::from(vec![b'x'; 17]));
        let deadline = Duration::from_millis(20);
        let error = timeout(Duration::from_secs(20), writer.write(&outbox, deadline, &relay_time)).await;
        assert!(matches!(error, Ok(WriteError::Stalled)), "{error:?}");
    }

    #[tokio::test]
    async fn an_overflow_ends_a_write_that_waits() {
        let (ours, _theirs) = duplex(16);
        let mut writer = Writer::new(ours);
        let (outbox, relay_time) = (Outbox::default(), Histogram::default());
        outbox.push(Bytes::from(vec![b'x'; 17]));
        let deadline = Duration::from_secs(600);
        let overflow = async {
            tokio::task::yield_now().await;
            for _ in 0..=crate::QUEUE_MESSAGES_MAX {
                outbox.push(Bytes::from_static(b"x"));
            }
            std::future::pending::<()>().await;
        };
        let error = async {
            tokio::select! {
                error = writer.write(&outbox, deadline, &relay_time) => error,
                () = overflow => unreachable!(),
            }
        };
        let error = timeout(Duration::from_secs(20), error).await;
        assert!(matches!(error, Ok(WriteError::Overflowed)), "{error:?}");
    }

    #[tokio::test]
    async fn what_is_written_into_a_buffer_goes_on_from_there() {
        let (ours, mut theirs) = duplex(64);
        let mut writer = Writer::new(BufWriter::new(ours));
        let (outbox, relay_time) = (Outbox::default(), Histogram::default());
        outbox.push(Bytes::from_static(b"a frame"));
        let mut read = [0; 7];
        tokio::select! {
            error = writer.write(&outbox, Duration::from_secs(600), &relay_time) => panic!("{error}"),
            arrived = timeout(Duration::from_secs(20), theirs.read_exact(&mut read)) => {
                arrived.unwrap().unwrap();
            }
        }
        assert_eq!(&read, b"a frame");
    }

    #[tokio::test]
    async fn last_words_come_behind_what_was_half_written() {
        let (ours, mut theirs) = duplex(16);
        let mut writer = Writer::new(ours);
        let (outbox, relay_time) = (Outbox::default(), Histogram::default());
        outbox.push(Bytes::from_static(b"a frame of thirty bytes or so. "));
        let deadline = Duration::from_secs(600);
        tokio::select! {
            biased;
            _ = writer.write(&outbox, deadline, &relay_time) => unreachable!(),
            () = tokio::task::yield_now() => {}
        }
        outbox.push(Bytes::from_static(b"one that waits. "));
        let mut read = String::new();
        let last_words = writer.last_words(&outbox, [Bytes::from_static(b"goodbye")].into_iter());
        let (written, _) = tokio::join!(last_words, theirs.read_to_string(&mut read));
        written.unwrap();
        assert_eq!(read, "a frame of thirty bytes or so. one that waits. goodbye");
    }
}
