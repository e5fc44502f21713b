//! One socket: one task that reads, writes and watches the clock, from the upgrade to the last frame.
//!
//! The three are polled side by side, so that a peer who does not read is still heard, and one who is
//! silent is still written to. They share nothing with other sockets but the room table and the outboxes.

use crate::frame::{self, CloseCode};
use crate::hub::{Hub, NoSeat, Seat};
use crate::limits::{Bucket, JoinRate, Limits, OpenSocket};
use crate::outbox::Outbox;
use crate::reader::{Incoming, ReadError, Reader};
use crate::writer::{WriteError, Writer};
use bytes::BytesMut;
use ojak_protocol::{
    ClientMessage, Departure, DisplayName, ErrorCode, PROTOCOL_VERSION, PeerId, RoomName, ServerMessage,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::AsyncRead;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use unicode_normalization::UnicodeNormalization;

/// What every socket of the server shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Arc<Hub>,
    pub(crate) joins: JoinRate,
    pub(crate) limits: Limits,
    /// True once the server goes away.
    pub(crate) closing: watch::Receiver<bool>,
}

/// Why a socket ends.
#[derive(Debug)]
enum Ending {
    /// The page said `leave`, or closed.
    Left,
    /// The connection is no more: there is nobody to say anything to.
    Gone,
    /// Nothing was heard for too long.
    Silent,
    /// It does not read: what waits for it is thrown away.
    Stalled,
    /// The page did what it must not, or there is no place for it.
    Refused(Refusal),
    /// The server goes away.
    ServerCloses,
}

/// An `error` to be sent.
#[derive(Debug)]
struct Refusal {
    code: ErrorCode,
    message: Cow<'static, str>,
    close: CloseCode,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        let close = match code {
            ErrorCode::Internal => CloseCode::Internal,
            ErrorCode::ServerFull => CloseCode::Overloaded,
            _ => CloseCode::Policy,
        };
        Self { code, message: message.into(), close }
    }

    fn bad_message(message: impl Into<Cow<'static, str>>, close: CloseCode) -> Self {
        Self { close, ..Self::new(ErrorCode::BadMessage, message) }
    }

    fn frame(self) -> bytes::Bytes {
        frame::notice(&ServerMessage::Error { code: self.code, message: self.message })
    }
}

impl From<WriteError> for Ending {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Broken(_) => Self::Gone,
            WriteError::Stalled => Self::Stalled,
        }
    }
}

impl From<ReadError> for Ending {
    fn from(error: ReadError) -> Self {
        let close = match error {
            ReadError::Ended | ReadError::Broken(_) => return Self::Gone,
            ReadError::TooBig => CloseCode::TooBig,
            ReadError::Binary => CloseCode::Unsupported,
            ReadError::Malformed(_) => CloseCode::Policy,
        };
        Self::Refused(Refusal::bad_message(error.to_string(), close))
    }
}

/// Serves one upgraded connection until it ends. Dropped half way, it gives its seat up all the same.
pub(crate) async fn run(mut stream: TcpStream, received: BytesMut, open: OpenSocket, shared: Arc<Shared>) {
    let limits = shared.limits;
    let (read_half, write_half) = stream.split();
    let mut reader = Reader::new(read_half, received);
    let mut writer = Writer::new(write_half);
    let outbox = Arc::new(Outbox::default());
    let mut seat: Option<Seat> = None;
    let mut closing = shared.closing.clone();

    let ending = {
        let clock = Clock::new(limits);
        let mut listener =
            Listener { shared: &shared, open: &open, outbox: &outbox, clock: &clock, seat: &mut seat };
        tokio::select! {
            ending = listener.listen(&mut reader) => ending,
            error = writer.write(&outbox, limits.write_deadline) => error.into(),
            ending = clock.watch(&outbox) => ending,
            _ = closing.wait_for(|closing| *closing) => Ending::ServerCloses,
        }
    };
    tracing::debug!(?ending, "a socket ends");

    // Before the goodbye, which the other side can draw out.
    let departure = match ending {
        Ending::Silent | Ending::Stalled => Departure::Timeout,
        _ => Departure::Left,
    };
    if let Some(seat) = seat {
        seat.give_up(departure);
    }

    let (error, close) = match ending {
        Ending::Gone => return,
        Ending::Stalled => {
            // What the kernel holds for somebody who does not read would stay for minutes.
            if let Err(error) = stream.set_zero_linger() {
                tracing::debug!(%error, "a dead connection cannot be reset");
            }
            return;
        }
        Ending::Left => (None, frame::close(CloseCode::Normal, "")),
        Ending::Silent => (None, frame::close(CloseCode::Policy, "nothing was heard for too long")),
        Ending::ServerCloses => (None, frame::close(CloseCode::Away, "the server goes away")),
        Ending::Refused(refusal) => {
            let close = frame::close(refusal.close, "");
            (Some(refusal.frame()), close)
        }
    };
    let goodbye = async {
        writer.last_words(&outbox, error.into_iter().chain([close])).await?;
        // Closed with something unread, a connection is reset, and what was written last may be lost with it.
        reader.drain().await;
        io::Result::Ok(())
    };
    if !matches!(timeout(limits.goodbye_deadline, goodbye).await, Ok(Ok(()))) {
        tracing::debug!("a socket went without goodbye");
    }
}

/// What happened when, for one socket.
struct Clock {
    limits: Limits,
    opened: Instant,
    heard: Cell<Instant>,
    joined: Cell<bool>,
    /// A `ping` was sent that no `pong` answered yet.
    pinged: Cell<bool>,
}

impl Clock {
    fn new(limits: Limits) -> Self {
        let now = Instant::now();
        Self {
            limits,
            opened: now,
            heard: Cell::new(now),
            joined: Cell::new(false),
            pinged: Cell::new(false),
        }
    }

    fn ping(&self, outbox: &Outbox) {
        self.pinged.set(true);
        outbox.push(frame::notice(&ServerMessage::Ping));
    }

    /// Sends pings; ends when a deadline passes.
    async fn watch(&self, outbox: &Outbox) -> Ending {
        let mut ping_at = self.opened + self.limits.ping_interval;
        let join_by = self.opened + self.limits.join_deadline;
        loop {
            let silent_at = self.heard.get() + self.limits.silence_max;
            let deadline = if self.joined.get() { silent_at } else { silent_at.min(join_by) };
            sleep_until(deadline.min(ping_at).into()).await;
            let now = Instant::now();
            if !self.joined.get() && now >= join_by {
                return Ending::Refused(Refusal::new(ErrorCode::NotInRoom, "there was no join in time"));
            }
            if now >= self.heard.get() + self.limits.silence_max {
                return Ending::Silent;
            }
            if now >= ping_at {
                self.ping(outbox);
                ping_at = now + self.limits.ping_interval;
            }
        }
    }
}

/// Understands what one page says.
struct Listener<'a> {
    shared: &'a Shared,
    open: &'a OpenSocket,
    outbox: &'a Arc<Outbox>,
    clock: &'a Clock,
    /// Outside, so that it outlives the listening.
    seat: &'a mut Option<Seat>,
}

impl Listener<'_> {
    async fn listen<R: AsyncRead + Unpin>(&mut self, reader: &mut Reader<R>) -> Ending {
        let rate = self.shared.limits.frames;
        let mut bucket = Bucket::full(&rate, self.clock.opened);
        loop {
            loop {
                let incoming = match reader.next() {
                    Ok(Some(incoming)) => incoming,
                    Ok(None) => break,
                    Err(error) => return error.into(),
                };
                if !bucket.take(&rate, self.clock.heard.get()) {
                    return Ending::Refused(Refusal::new(ErrorCode::TooManyRequests, "too many messages"));
                }
                if let Err(ending) = self.hear(incoming) {
                    return ending;
                }
            }
            if let Err(error) = reader.fill().await {
                return error.into();
            }
            self.clock.heard.set(Instant::now());
        }
    }

    fn hear(&mut self, incoming: Incoming) -> Result<(), Ending> {
        match incoming {
            Incoming::Text(text) => match std::str::from_utf8(&text) {
                Ok(text) => self.understand(text),
                Err(_) => Err(Ending::Refused(Refusal::bad_message("not UTF-8", CloseCode::Policy))),
            },
            Incoming::Ping(content) => {
                self.outbox.push(frame::pong(&content));
                Ok(())
            }
            Incoming::Pong | Incoming::Fragment => Ok(()),
            Incoming::Close => Err(Ending::Left),
        }
    }

    /// A refusal is the end of somebody who is not in a room, and an answer for somebody who is.
    fn understand(&mut self, text: &str) -> Result<(), Ending> {
        let message = match ClientMessage::parse(text) {
            Ok(message) => message,
            Err(error) => {
                return self.object(Refusal::bad_message(error.to_string(), CloseCode::Policy));
            }
        };
        match (message, self.seat.as_ref()) {
            (ClientMessage::Pong, _) => {
                // Unasked, it is a question whether anybody is there.
                if !self.clock.pinged.replace(false) {
                    self.clock.ping(self.outbox);
                }
                Ok(())
            }
            (ClientMessage::Join { version, room, name }, None) => match self.join(version, &room, &name) {
                Ok(seat) => {
                    *self.seat = Some(seat);
                    self.clock.joined.set(true);
                    Ok(())
                }
                Err(refusal) => Err(Ending::Refused(refusal)),
            },
            (_, None) => {
                Err(Ending::Refused(Refusal::new(ErrorCode::NotInRoom, "the first message must be join")))
            }
            (ClientMessage::Join { .. }, Some(_)) => {
                self.object(Refusal::bad_message("this socket has joined already", CloseCode::Policy))
            }
            (ClientMessage::Signal { to, payload }, Some(seat)) => self.relay(seat, to, payload),
            (ClientMessage::Leave, Some(_)) => Err(Ending::Left),
        }
    }

    fn relay(&self, seat: &Seat, to: PeerId, payload: &RawValue) -> Result<(), Ending> {
        match seat.relay(to, payload) {
            Ok(()) => Ok(()),
            Err(error) => self.object(Refusal::new(ErrorCode::NoSuchPeer, error.to_string())),
        }
    }

    fn object(&self, refusal: Refusal) -> Result<(), Ending> {
        if self.seat.is_none() {
            return Err(Ending::Refused(refusal));
        }
        self.outbox.push(refusal.frame());
        Ok(())
    }

    fn join(&self, version: u32, room: &str, name: &str) -> Result<Seat, Refusal> {
        if !self.shared.joins.admits(self.open.source(), self.clock.heard.get()) {
            return Err(Refusal::new(ErrorCode::TooManyRequests, "too many joins from this address"));
        }
        if version != PROTOCOL_VERSION {
            return Err(Refusal::new(
                ErrorCode::BadVersion,
                format!("this server speaks version {PROTOCOL_VERSION}"),
            ));
        }
        let room: String = room.nfc().collect();
        let room =
            RoomName::parse(&room).map_err(|error| Refusal::new(ErrorCode::BadRoom, error.to_string()))?;
        let name =
            DisplayName::parse(name).map_err(|error| Refusal::new(ErrorCode::BadName, error.to_string()))?;
        self.shared.hub.join(room, name, Arc::clone(self.outbox)).map_err(|error| match error {
            NoSeat::Full(full) => Refusal::new(ErrorCode::RoomFull, full.to_string()),
            NoSeat::NoRandomness(error) => {
                tracing::error!(%error, "no random bits");
                Refusal::new(ErrorCode::Internal, "something is wrong with the server")
            }
        })
    }
}
