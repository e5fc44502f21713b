//! One socket: one task that reads, writes and watches the clock, from the upgrade to the last frame.
//!
//! The three are polled side by side, so that a peer who does not read is still heard, and one who is
//! silent is still written to. They share nothing with other sockets but the room table and the outboxes.

use crate::Phase;
use crate::ending::{Ending, Refusal};
use crate::frame::{self, CloseCode};
use crate::hub::{Arrival, Decision, Hub, NoSeat, Seat, Watch};
use crate::ice::Asked;
use crate::limits::{Bucket, Limits, OpenConnection, SourceRate};
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::queueing::in_turn;
use crate::reader::{Incoming, Reader};
use crate::rooms::host::{NotDecided, NotMet};
use crate::stream::{Half, Stream};
use crate::writer::Writer;
use bytes::BytesMut;
use ojak_protocol::{
    ClientMessage, DisplayName, ErrorCode, PROTOCOL_VERSION, PeerId, RoomName, ServerMessage,
};
use serde_json::value::RawValue;
use std::cell::{Cell, RefCell};
use std::io;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::AsyncRead;
use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use unicode_normalization::UnicodeNormalization;

/// Within so many milliseconds those come back whom a server that goes away has sent away.
const RECONNECT_WITHIN_MS: u32 = 2000;

/// What every socket of the server shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) hub: Arc<Hub>,
    pub(crate) joins: SourceRate,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) phase: watch::Receiver<Phase>,
}

/// Serves one upgraded connection, which was asked for there, until it ends. Dropped half way, it loses its seat all the same.
pub(crate) async fn run(
    stream: Stream,
    received: BytesMut,
    open: OpenConnection,
    asked: Asked,
    shared: Arc<Shared>,
) {
    let limits = shared.limits;
    let stream = RefCell::new(stream);
    let mut reader = Reader::new(Half(&stream), received);
    let mut writer = Writer::new(Half(&stream));
    let outbox = Arc::new(Outbox::default());
    let mut seat: Option<Seat> = None;
    let mut phase = shared.phase.clone();

    let ending = {
        let clock = Clock::new(limits);
        let mut listener = Listener {
            shared: &shared,
            open: &open,
            asked: &asked,
            outbox: &outbox,
            clock: &clock,
            seat: &mut seat,
            watch: None,
            renew_ice_servers_at: None,
        };
        tokio::select! {
            ending = listener.listen(&mut reader) => ending,
            error = writer.write(&outbox, limits.write_deadline, &shared.metrics.relay_time) => error.into(),
            ending = clock.watch(&outbox) => ending,
            _ = phase.wait_for(|phase| *phase != Phase::Open) => Ending::ServerCloses,
        }
    };
    tracing::debug!(?ending, "a socket ends");
    shared.metrics.ended.count(ending.name());

    // Before the goodbye, which the other side can draw out.
    if let Some(seat) = seat {
        match ending {
            // Too much may be another one's fault: whoever makes a page say a lot must not get it thrown out.
            Ending::Refused(Refusal { code: ErrorCode::TooManyRequests, .. }) => drop(seat),
            // A page that did what it must not is not kept a seat for.
            Ending::Left | Ending::Refused(_) => seat.leave(),
            Ending::ServerCloses => seat.leave_unchanged(),
            _ => drop(seat),
        }
    }

    let (last, close) = match ending {
        Ending::Gone => return,
        Ending::Stalled | Ending::Overflowed => {
            // What the kernel holds for somebody who does not read would stay for minutes.
            if let Err(error) = stream.borrow().tcp().set_zero_linger() {
                tracing::debug!(%error, "a dead connection cannot be reset");
            }
            return;
        }
        Ending::Left | Ending::Closed => (None, frame::close(CloseCode::Normal, "")),
        Ending::Silent => (None, frame::close(CloseCode::Policy, "nothing was heard for too long")),
        Ending::ServerCloses => {
            let going = ServerMessage::GoingAway { reconnect_within: RECONNECT_WITHIN_MS };
            (Some(frame::notice(&going)), frame::close(CloseCode::Away, "the server goes away"))
        }
        Ending::TakenOver => {
            let refusal = Refusal::new(ErrorCode::ResumeRefused, "another socket has taken this seat over");
            (Some(refusal.frame(&shared.metrics)), frame::close(CloseCode::Policy, "taken over"))
        }
        Ending::Dismissed(why) => {
            let refusal = Refusal::from(why);
            let close = frame::close(refusal.close, "");
            (Some(refusal.frame(&shared.metrics)), close)
        }
        Ending::Refused(refusal) => {
            let close = frame::close(refusal.close, "");
            (Some(refusal.frame(&shared.metrics)), close)
        }
    };
    let goodbye = async {
        writer.last_words(&outbox, last.into_iter().chain([close])).await?;
        // Closed with something unread, a connection is reset, and what was written last may be lost with it.
        reader.drain().await;
        io::Result::Ok(())
    };
    if !matches!(in_turn(timeout(limits.goodbye_deadline, goodbye)).await, Ok(Ok(()))) {
        tracing::debug!("a socket went without goodbye");
    }
}

/// What happened when, for one socket.
struct Clock {
    limits: Limits,
    opened: Instant,
    heard: Cell<Instant>,
    /// Since when a message or a frame has been arriving that is not complete.
    amid: Cell<Option<Instant>>,
    joined: Cell<bool>,
    /// Until then.
    join_by: Cell<Instant>,
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
            amid: Cell::new(None),
            joined: Cell::new(false),
            join_by: Cell::new(now + limits.join_deadline),
            pinged: Cell::new(false),
        }
    }

    fn ping(&self, outbox: &Outbox) {
        self.pinged.set(true);
        outbox.push(frame::notice(&ServerMessage::Ping));
    }

    /// Bytes alone are not a word: a message that takes longer than silence may is no better than silence.
    fn silent_at(&self) -> Instant {
        self.amid.get().unwrap_or(self.heard.get()) + self.limits.silence_max
    }

    /// Sends pings; ends when a deadline passes.
    async fn watch(&self, outbox: &Outbox) -> Ending {
        let mut ping_at = self.opened + self.limits.ping_interval;
        loop {
            let silent_at = self.silent_at();
            let deadline = if self.joined.get() { silent_at } else { silent_at.min(self.join_by.get()) };
            sleep_until(deadline.min(ping_at).into()).await;
            let now = Instant::now();
            if !self.joined.get() && now >= self.join_by.get() {
                return Ending::Refused(Refusal::new(ErrorCode::NotInRoom, "there was no join in time"));
            }
            if now >= self.silent_at() {
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
    open: &'a OpenConnection,
    /// Where the page was asked for.
    asked: &'a Asked,
    outbox: &'a Arc<Outbox>,
    clock: &'a Clock,
    /// Outside, so that it outlives the listening.
    seat: &'a mut Option<Seat>,
    /// The room that is looked into, before there is a seat.
    watch: Option<Watch>,
    /// Then what the page knows of STUN and TURN servers will soon be over.
    renew_ice_servers_at: Option<Instant>,
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
                if !reader.is_amid_message() {
                    self.clock.amid.set(None);
                }
                if let Err(ending) = self.hear(incoming) {
                    return ending;
                }
            }
            if reader.is_amid_message() || reader.is_amid_frame() {
                self.clock.amid.set(self.clock.amid.get().or(Some(self.clock.heard.get())));
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
            Incoming::Close => Err(Ending::Closed),
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
                self.renew_ice_servers();
                Ok(())
            }
            (ClientMessage::Join { version, room, name, resume }, None) => {
                // What it is told from here on is for somebody in the room.
                self.watch = None;
                let seat = self.join(version, &room, &name, resume.as_deref()).map_err(Ending::Refused)?;
                *self.seat = Some(seat);
                self.clock.joined.set(true);
                self.renew_ice_servers_at = self.shared.hub.ice_servers_renewed_at(self.clock.heard.get());
                Ok(())
            }
            (ClientMessage::Peek { room }, None) => {
                self.peek(&room);
                Ok(())
            }
            (_, None) => {
                Err(Ending::Refused(Refusal::new(ErrorCode::NotInRoom, "only peek may come before join")))
            }
            (ClientMessage::Join { .. } | ClientMessage::Peek { .. }, Some(_)) => {
                self.object(Refusal::bad_message("this socket has joined already", CloseCode::Policy))
            }
            (ClientMessage::Signal { to, payload }, Some(seat)) => self.relay(seat, to, payload),
            (ClientMessage::Leave, Some(_)) => Err(Ending::Left),
            (ClientMessage::Lock { locked }, Some(seat)) => self.decide(seat, Decision::Lock(locked)),
            (ClientMessage::Admit { peer }, Some(seat)) => self.decide(seat, Decision::Admit(peer)),
            (ClientMessage::Deny { peer }, Some(seat)) => self.decide(seat, Decision::Deny(peer)),
            (ClientMessage::Remove { peer }, Some(seat)) => self.decide(seat, Decision::Remove(peer)),
        }
    }

    /// Asked with each `pong`: whoever says none for as long as passwords last is gone anyway.
    fn renew_ice_servers(&mut self) {
        let now = self.clock.heard.get();
        if let Some(seat) = self.seat.as_ref()
            && self.renew_ice_servers_at.is_some_and(|at| now >= at)
            && !seat.is_waiting()
        {
            let ice_servers = seat.ice_servers(self.asked);
            self.outbox.push(frame::notice(&ServerMessage::IceServers { ice_servers }));
            self.renew_ice_servers_at = self.shared.hub.ice_servers_renewed_at(now);
        }
    }

    /// What a person is typing need not be a room's name yet: that is said, and no reason to close.
    fn peek(&mut self, room: &str) {
        self.watch = None;
        self.clock.join_by.set(self.clock.heard.get() + self.shared.limits.lobby_deadline);
        match fold(room) {
            Ok(room) => self.watch = self.shared.hub.watch(room, Arc::clone(self.outbox)),
            Err(refusal) => self.outbox.push(refusal.frame(&self.shared.metrics)),
        }
    }

    fn relay(&self, seat: &Seat, to: PeerId, payload: &RawValue) -> Result<(), Ending> {
        match seat.relay(to, payload, self.clock.heard.get()) {
            Ok(relayed) => {
                if let Some(bytes) = relayed {
                    self.shared.metrics.relayed.add(1);
                    self.shared.metrics.relayed_bytes.add(bytes as u64);
                }
                Ok(())
            }
            Err(_) if seat.is_waiting() => {
                self.object(Refusal::new(ErrorCode::NotInRoom, "this one waits to be let in"))
            }
            Err(error) => self.object(Refusal::new(ErrorCode::NoSuchPeer, error.to_string())),
        }
    }

    fn decide(&self, seat: &Seat, decision: Decision) -> Result<(), Ending> {
        let Err(error) = seat.decide(decision) else {
            if matches!(decision, Decision::Admit(_)) {
                self.shared.metrics.joins.add(1);
            }
            return Ok(());
        };
        let code = match error {
            NotDecided::NotHost => ErrorCode::Denied,
            NotDecided::NoSuchPeer => ErrorCode::NoSuchPeer,
            NotDecided::Full => ErrorCode::RoomFull,
        };
        self.object(Refusal::new(code, error.to_string()))
    }

    fn object(&self, refusal: Refusal) -> Result<(), Ending> {
        if self.seat.is_none() {
            return Err(Ending::Refused(refusal));
        }
        self.outbox.push(refusal.frame(&self.shared.metrics));
        Ok(())
    }

    /// Every attempt is counted against the address, but for those that do give a seat back: after a restart
    /// everybody behind one address comes back at once.
    fn join(&self, version: u32, room: &str, name: &str, resume: Option<&str>) -> Result<Seat, Refusal> {
        if resume.is_none() {
            self.count_join()?;
        }
        let seat = self.take_seat(version, room, name, resume);
        if seat.is_err() && resume.is_some() {
            self.shared.metrics.resumes.count("refused");
            self.count_join()?;
        }
        seat
    }

    fn count_join(&self) -> Result<(), Refusal> {
        if self.shared.joins.admits(self.open.source(), self.clock.heard.get()) {
            return Ok(());
        }
        Err(Refusal::new(ErrorCode::TooManyRequests, "too many joins from this address"))
    }

    fn take_seat(&self, version: u32, room: &str, name: &str, resume: Option<&str>) -> Result<Seat, Refusal> {
        if version != PROTOCOL_VERSION {
            return Err(Refusal::new(
                ErrorCode::BadVersion,
                format!("this server speaks version {PROTOCOL_VERSION}"),
            ));
        }
        let room = fold(room)?;
        let name =
            DisplayName::parse(name).map_err(|error| Refusal::new(ErrorCode::BadName, error.to_string()))?;
        match self.shared.hub.join(&room, name, resume, self.asked, Arc::clone(self.outbox)) {
            Ok((seat, arrival)) => {
                match arrival {
                    Arrival::New => self.shared.metrics.joins.add(1),
                    Arrival::Resumed => self.shared.metrics.resumes.count("resumed"),
                    Arrival::Restored => self.shared.metrics.resumes.count("restored"),
                    Arrival::Waiting => {}
                }
                Ok(seat)
            }
            Err(NoSeat::NoRandomness(error)) => {
                tracing::error!(%error, "no random bits");
                Err(Refusal::new(ErrorCode::Internal, "something is wrong with the server"))
            }
            Err(error) => {
                let code = match error {
                    NoSeat::Full(_) | NoSeat::NotMet(NotMet::Full(_)) => ErrorCode::RoomFull,
                    NoSeat::NotMet(NotMet::TooMany) => ErrorCode::RoomLocked,
                    NoSeat::Removed => ErrorCode::Removed,
                    NoSeat::TooOften => ErrorCode::TooManyRequests,
                    _ => ErrorCode::ResumeRefused,
                };
                Err(Refusal::new(code, error.to_string()))
            }
        }
    }
}

fn fold(room: &str) -> Result<RoomName, Refusal> {
    RoomName::fold(room, |text| text.nfc().collect())
        .map_err(|error| Refusal::new(ErrorCode::BadRoom, error.to_string()))
}
