//! Somebody who asks a STUN or TURN server, over each transport.
//!
//! The messages are read and written by the `stun` and `turn` crates. Their client is not used: it knows UDP only, and
//! all that it tells of a refusal is that there was one.

use super::STEP;
use super::address::{Service, Transport};
use super::finding::{Level, NoWay, Trouble};
use super::http::Connection;
use super::reach::{connect, datagrams_to, no_way, resolve};
use super::tls::{Tls, judge};
use crate::relay::Frames;
use bytes::Bytes;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};
use stun::agent::TransactionId;
use stun::attributes::{ATTR_NONCE, ATTR_REALM, ATTR_USERNAME, AttrType};
use stun::error_code::{
    CODE_ADDR_FAMILY_NOT_SUPPORTED, CODE_ALLOC_MISMATCH, CODE_ALLOC_QUOTA_REACHED, CODE_FORBIDDEN,
    CODE_STALE_NONCE, CODE_UNAUTHORIZED, CODE_WRONG_CREDENTIALS, ErrorCode, ErrorCodeAttribute,
};
use stun::integrity::MessageIntegrity;
use stun::message::{
    CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE, METHOD_BINDING,
    METHOD_CREATE_PERMISSION, METHOD_DATA, METHOD_REFRESH, METHOD_SEND, Message, MessageClass, MessageType,
    Method, Setter,
};
use stun::textattrs::TextAttribute;
use stun::xoraddr::XorMappedAddress;
use tokio::io::{AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::UdpSocket;
use tokio::time::timeout;
use turn::proto::PROTO_UDP;
use turn::proto::data::Data;
use turn::proto::lifetime::Lifetime;
use turn::proto::peeraddr::PeerAddress;
use turn::proto::relayaddr::RelayedAddress;
use turn::proto::reqfamily::REQUESTED_FAMILY_IPV6;
use turn::proto::reqtrans::RequestedTransport;

/// A question is repeated after so long, and then after twice as long each time (RFC 8489 section 6.2.1). Over a stream,
/// too: a server may leave those unanswered who show no password and ask too much at once.
const REPEAT: Duration = Duration::from_millis(500);
/// Longer than any message here.
const MESSAGE_MAX: usize = 2048;

/// What a page was told to show.
#[derive(Clone, Debug)]
pub(super) struct Password {
    pub(super) username: String,
    pub(super) password: String,
}

type Parts = Vec<Box<dyn Setter>>;

enum Wire {
    Datagrams(UdpSocket),
    Stream(Box<Frames<ReadHalf<Box<dyn Connection>>>>, WriteHalf<Box<dyn Connection>>),
}

/// What a server wants to see with every question.
struct Signed {
    username: String,
    realm: String,
    nonce: String,
    integrity: MessageIntegrity,
}

/// Somebody who asks.
pub(super) struct Talker {
    wire: Wire,
    /// Where the server is.
    pub(super) server: IpAddr,
    signed: Option<Signed>,
    /// What others sent while an answer was waited for.
    heard: VecDeque<(Vec<u8>, SocketAddr)>,
}

/// What a server relays by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allocation {
    /// Where others reach it.
    pub(super) relayed: SocketAddr,
    /// Where it sees this machine.
    pub(super) seen: SocketAddr,
}

impl Talker {
    /// Reaches the server. Its certificate is judged unless it is known from the page.
    pub(super) async fn reach(service: &Service, tls: &Tls, is_judged: bool) -> Result<Self, Trouble> {
        let addresses = resolve(&service.host, service.port).await.map_err(Trouble::NoWay)?;
        if service.transport == Transport::Udp {
            let socket = datagrams_to(&addresses).await.map_err(Trouble::NoWay)?;
            let server = socket.peer_addr().map_err(|error| Trouble::NoWay(no_way(&error)))?.ip();
            return Ok(Self::new(Wire::Datagrams(socket), server));
        }
        let connected = connect(&addresses).await.map_err(|tried| {
            Trouble::NoWay(tried.into_iter().next().map_or(NoWay::Silent, |(_, why)| why))
        })?;
        let server = connected.at.ip();
        let stream: Box<dyn Connection> = if service.transport == Transport::Tls {
            let shaken = tls.shake(connected.stream, &service.host).await;
            let (stream, shown) = shaken.map_err(|error| Trouble::NoTls(error.to_string()))?;
            let judged =
                if is_judged { Vec::new() } else { judge(&shown, &service.host, "", SystemTime::now()) };
            if let Some(fault) = judged.into_iter().find(|judged| judged.words().level == Level::Fail) {
                return Err(Trouble::Certificate(Box::new(fault)));
            }
            Box::new(stream)
        } else {
            Box::new(connected.stream)
        };
        let (read, write) = tokio::io::split(stream);
        Ok(Self::new(Wire::Stream(Box::new(Frames::new(read)), write), server))
    }

    fn new(wire: Wire, server: IpAddr) -> Self {
        Self { wire, server, signed: None, heard: VecDeque::new() }
    }

    /// Where the server sees this machine.
    pub(super) async fn bind(&mut self) -> Result<SocketAddr, Trouble> {
        let answer = self.ask(METHOD_BINDING, Vec::new()).await?;
        match answer.typ.class {
            CLASS_SUCCESS_RESPONSE => seen(&answer),
            _ => Err(Trouble::Refused(code(&answer)?.0)),
        }
    }

    /// Has the server relay.
    pub(super) async fn allocate(&mut self, password: &Password) -> Result<Allocation, Trouble> {
        let over_udp = || -> Parts { vec![Box::new(RequestedTransport { protocol: PROTO_UDP })] };
        let answer = self.ask(METHOD_ALLOCATE, over_udp()).await?;
        match answer.typ.class {
            CLASS_SUCCESS_RESPONSE => return Err(Trouble::ForAnybody),
            _ => match code(&answer)? {
                CODE_UNAUTHORIZED => {}
                code => return Err(Trouble::Refused(code.0)),
            },
        }
        let (realm, nonce) = (text(&answer, ATTR_REALM)?, text(&answer, ATTR_NONCE)?);
        let Password { username, password } = password.clone();
        let integrity = MessageIntegrity::new_long_term_integrity(username.clone(), realm.clone(), password);
        self.signed = Some(Signed { username, realm, nonce, integrity });
        let answer = match self.ask_signed(METHOD_ALLOCATE, over_udp).await {
            Err(Trouble::Refused(code)) if code == CODE_ADDR_FAMILY_NOT_SUPPORTED.0 => {
                let by_ipv6 = || {
                    let mut parts = over_udp();
                    parts.push(Box::new(REQUESTED_FAMILY_IPV6));
                    parts
                };
                self.ask_signed(METHOD_ALLOCATE, by_ipv6).await?
            }
            answer => answer?,
        };
        let mut relayed = RelayedAddress::default();
        relayed.get_from(&answer).map_err(|_| Trouble::Garbled)?;
        Ok(Allocation { relayed: SocketAddr::new(relayed.ip, relayed.port), seen: seen(&answer)? })
    }

    /// Lets whoever is at that address be relayed to.
    pub(super) async fn permit(&mut self, peer: SocketAddr) -> Result<(), Trouble> {
        self.ask_signed(METHOD_CREATE_PERMISSION, || vec![named(peer)]).await.map(drop)
    }

    /// Has the server relay no longer.
    pub(super) async fn release(&mut self) {
        let at_once = || -> Parts { vec![Box::new(Lifetime(Duration::ZERO))] };
        // If it does not hear that, it ends by itself.
        let _ = timeout(REPEAT, self.ask_signed(METHOD_REFRESH, at_once)).await;
    }

    /// Sends something to whoever is there, by way of the server.
    pub(super) async fn say(&mut self, said: &[u8], to: SocketAddr) -> Result<(), Trouble> {
        let message = message(METHOD_SEND, CLASS_INDICATION, vec![named(to), Box::new(Data(said.to_vec()))])?;
        self.send(&message.raw).await
    }

    /// Waits for something to come by way of the server; answers with who sent it. Dropped half way, it loses nothing.
    pub(super) async fn hears(&mut self, wanted: &[u8]) -> Result<SocketAddr, Trouble> {
        loop {
            while let Some((said, from)) = self.heard.pop_front() {
                if said == wanted {
                    return Ok(from);
                }
            }
            self.hear().await?;
        }
    }

    /// A question with the password; answers with what it brought.
    async fn ask_signed(&mut self, method: Method, parts: impl Fn() -> Parts) -> Result<Message, Trouble> {
        let mut is_fresh = false;
        loop {
            let Some(signed) = &self.signed else { return Err(Trouble::NoPassword) };
            let integrity = signed.integrity.clone();
            let mut all = parts();
            for (kind, text) in
                [(ATTR_USERNAME, &signed.username), (ATTR_REALM, &signed.realm), (ATTR_NONCE, &signed.nonce)]
            {
                all.push(Box::new(TextAttribute::new(kind, text.clone())));
            }
            all.push(Box::new(integrity.clone()));
            let answer = self.ask(method, all).await?;
            if answer.typ.class == CLASS_SUCCESS_RESPONSE {
                integrity.check(&mut answer.clone()).map_err(|_| Trouble::Garbled)?;
                return Ok(answer);
            }
            match code(&answer)? {
                CODE_STALE_NONCE if !is_fresh => {
                    is_fresh = true;
                    let nonce = text(&answer, ATTR_NONCE)?;
                    if let Some(signed) = &mut self.signed {
                        signed.nonce = nonce;
                    }
                }
                CODE_UNAUTHORIZED | CODE_WRONG_CREDENTIALS => return Err(Trouble::WrongPassword),
                CODE_ALLOC_QUOTA_REACHED => return Err(Trouble::Quota),
                CODE_FORBIDDEN => return Err(Trouble::Forbidden),
                code => return Err(Trouble::Refused(code.0)),
            }
        }
    }

    /// A question, repeated until it is answered.
    async fn ask(&mut self, method: Method, parts: Parts) -> Result<Message, Trouble> {
        let question = message(method, CLASS_REQUEST, parts)?;
        let answered = async {
            let mut patience = REPEAT;
            loop {
                self.send(&question.raw).await?;
                if let Ok(answer) = timeout(patience, self.answer_to(&question)).await {
                    return answer;
                }
                patience *= 2;
            }
        };
        timeout(STEP, answered).await.map_err(|_| Trouble::NoWay(NoWay::Silent))?
    }

    async fn answer_to(&mut self, question: &Message) -> Result<Message, Trouble> {
        loop {
            if let Some(answer) = self.hear().await?
                && answer.transaction_id == question.transaction_id
            {
                return Ok(answer);
            }
        }
    }

    /// The next message of the server; none if it brought something of somebody else, which is kept.
    async fn hear(&mut self) -> Result<Option<Message>, Trouble> {
        let bytes = self.receive().await.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Trouble::Garbled,
            _ => Trouble::NoWay(no_way(&error)),
        })?;
        let mut message = Message::new();
        if message.unmarshal_binary(&bytes).is_err() {
            return Ok(None);
        }
        if (message.typ.method, message.typ.class) != (METHOD_DATA, CLASS_INDICATION) {
            return Ok(Some(message));
        }
        let (mut from, mut said) = (PeerAddress::default(), Data::default());
        if from.get_from(&message).is_ok() && said.get_from(&message).is_ok() {
            self.heard.push_back((said.0, SocketAddr::new(from.ip, from.port)));
        }
        Ok(None)
    }

    async fn receive(&mut self) -> io::Result<Bytes> {
        match &mut self.wire {
            Wire::Datagrams(socket) => {
                let mut buffer = vec![0; MESSAGE_MAX];
                let length = socket.recv(&mut buffer).await?;
                buffer.truncate(length);
                Ok(buffer.into())
            }
            Wire::Stream(frames, _) => frames.next().await?.ok_or(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = match &mut self.wire {
            Wire::Datagrams(socket) => socket.send(bytes).await.map(drop),
            Wire::Stream(_, write) => match write.write_all(bytes).await {
                Ok(()) => write.flush().await,
                failed => failed,
            },
        };
        sent.map_err(|error| match (&self.wire, error.kind()) {
            // It took the connection, and then no part of what was said.
            (Wire::Stream(..), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {
                Trouble::Garbled
            }
            _ => Trouble::NoWay(no_way(&error)),
        })
    }
}

/// Whether the same is worth another try from the beginning: an answer was lost, and what it brought is there already.
pub(super) fn is_of_a_lost_answer(trouble: &Trouble) -> bool {
    *trouble == Trouble::Refused(CODE_ALLOC_MISMATCH.0)
}

fn message(method: Method, class: MessageClass, parts: Parts) -> Result<Message, Trouble> {
    let mut all: Parts = vec![Box::new(TransactionId::new()), Box::new(MessageType::new(method, class))];
    all.extend(parts);
    let mut message = Message::new();
    // Only what is too long for its place cannot be written: a password that no browser could show either.
    message.build(&all).map_err(|_| Trouble::NoPassword)?;
    Ok(message)
}

fn named(peer: SocketAddr) -> Box<dyn Setter> {
    Box::new(PeerAddress { ip: peer.ip(), port: peer.port() })
}

fn seen(answer: &Message) -> Result<SocketAddr, Trouble> {
    let mut seen = XorMappedAddress::default();
    seen.get_from(answer).map_err(|_| Trouble::Garbled)?;
    Ok(SocketAddr::new(seen.ip, seen.port))
}

fn text(answer: &Message, attribute: AttrType) -> Result<String, Trouble> {
    TextAttribute::get_from_as(answer, attribute).map(|found| found.text).map_err(|_| Trouble::Garbled)
}

fn code(answer: &Message) -> Result<ErrorCode, Trouble> {
    let mut found = ErrorCodeAttribute::default();
    found.get_from(answer).map_err(|_| Trouble::Garbled)?;
    Ok(found.code)
}
