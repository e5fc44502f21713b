//! What comes in: whole messages out of a byte stream, with every limit checked before memory is spent.

use actix_codec::Decoder;
use actix_http::ws::{self, Frame, Item, ProtocolError};
use bytes::{Bytes, BytesMut};
use ojak_protocol::{FRAME_BYTES_MAX, MESSAGE_BYTES_MAX};
use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Poll, ready};
use thiserror::Error;
use tokio::io::{AsyncRead, ReadBuf};

/// Most that is read at once.
const READ_BYTES: usize = 16 * 1024;
/// In the first byte of a frame: it is the last one of its message, ...
const FINAL: u8 = 0x80;
/// ... and it is no part of a message.
const CONTROL: u8 = 0x08;
/// Longest header of a masked frame.
const HEADER_BYTES_MAX: usize = 14;

/// One frame's worth.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A whole message, maybe of several frames. Not checked to be UTF-8.
    Text(Bytes),
    /// A piece of a message that is not complete yet.
    Fragment,
    /// A ping of the WebSocket layer, to be answered with its content.
    Ping(Bytes),
    /// A pong of the WebSocket layer.
    Pong,
    /// Nothing comes after it.
    Close,
}

/// Why nothing more can be read.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    #[error("the connection ended")]
    Ended,
    #[error("the connection broke")]
    Broken(#[from] io::Error),
    #[error("longer than a frame or a message may be")]
    TooBig,
    #[error("binary")]
    Binary,
    #[error("not a WebSocket frame")]
    Malformed(#[source] ProtocolError),
    #[error("a control frame in pieces")]
    Fragmented,
}

/// Reads one socket. Holds no memory while the socket is silent.
pub(crate) struct Reader<R> {
    io: R,
    codec: ws::Codec,
    buffer: BytesMut,
    /// The message so far, while its frames arrive.
    partial: Option<BytesMut>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// `buffer` holds what arrived with the upgrade request, if anything.
    pub(crate) fn new(io: R, buffer: BytesMut) -> Self {
        let codec = ws::Codec::new().max_size(FRAME_BYTES_MAX);
        Self { io, codec, buffer, partial: None }
    }

    /// The next frame that has arrived already, if one has.
    pub(crate) fn next(&mut self) -> Result<Option<Incoming>, ReadError> {
        // The codec finds that as well, and has the log say so, as often as anybody likes.
        if self.buffer.first().is_some_and(|head| head & (FINAL | CONTROL) == CONTROL) {
            return Err(ReadError::Fragmented);
        }
        let frame = match self.codec.decode(&mut self.buffer) {
            Ok(Some(frame)) => frame,
            // The codec looks at the limit only once the whole frame is there, however long it says it is.
            Ok(None) if self.buffer.len() > FRAME_BYTES_MAX + HEADER_BYTES_MAX => {
                return Err(ReadError::TooBig);
            }
            Ok(None) => {
                if self.buffer.is_empty() {
                    self.buffer = BytesMut::new();
                }
                return Ok(None);
            }
            Err(ProtocolError::Overflow) => return Err(ReadError::TooBig),
            Err(error) => return Err(ReadError::Malformed(error)),
        };
        Ok(Some(match frame {
            Frame::Text(text) => Incoming::Text(text),
            Frame::Continuation(Item::FirstText(piece) | Item::Continue(piece)) => {
                self.gather(&piece)?;
                Incoming::Fragment
            }
            Frame::Continuation(Item::Last(piece)) => {
                self.gather(&piece)?;
                Incoming::Text(self.partial.take().unwrap_or_default().freeze())
            }
            Frame::Binary(_) | Frame::Continuation(Item::FirstBinary(_)) => return Err(ReadError::Binary),
            Frame::Ping(content) => Incoming::Ping(content),
            Frame::Pong(_) => Incoming::Pong,
            Frame::Close(_) => Incoming::Close,
        }))
    }

    fn gather(&mut self, piece: &[u8]) -> Result<(), ReadError> {
        let partial = self.partial.get_or_insert_default();
        if partial.len() + piece.len() > MESSAGE_BYTES_MAX {
            return Err(ReadError::TooBig);
        }
        partial.extend_from_slice(piece);
        Ok(())
    }

    /// Whether some of the frames of a message have arrived, and not all.
    pub(crate) fn is_amid_message(&self) -> bool {
        self.partial.is_some()
    }

    /// Whether some of a frame has arrived, and not all.
    pub(crate) fn is_amid_frame(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Waits until something more has arrived.
    pub(crate) async fn fill(&mut self) -> Result<(), ReadError> {
        let Self { io, buffer, .. } = self;
        let count = poll_fn(|context| {
            // On the stack, so that a socket that waits keeps no buffer.
            let mut chunk = [MaybeUninit::uninit(); READ_BYTES];
            let mut chunk = ReadBuf::uninit(&mut chunk);
            ready!(Pin::new(&mut *io).poll_read(context, &mut chunk))?;
            buffer.extend_from_slice(chunk.filled());
            Poll::Ready(io::Result::Ok(chunk.filled().len()))
        })
        .await?;
        if count == 0 { Err(ReadError::Ended) } else { Ok(()) }
    }

    /// Reads on until the other side has closed, and throws away what it says.
    pub(crate) async fn drain(&mut self) {
        self.buffer = BytesMut::new();
        while self.fill().await.is_ok() {
            self.buffer.clear();
        }
    }
}
