//! One client of the relay: what it may, and what it has.
//!
//! Every request is judged here first: who asks, how often, and for whom. What passes is the library's, which keeps the
//! allocation, its permissions and its channels. A client has a library of its own ([`Manager`]), so that nothing of one
//! can be mistaken for another's, and all of it is gone when the client is.

use super::client::Client;
use super::peers::Peers;
use super::quota::Share;
use super::relayed::Relayed;
use super::{REALM, Relay};
use async_trait::async_trait;
use ojak_protocol::PeerId;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};
use stun::agent::TransactionId;
use stun::attributes::{
    ATTR_EVEN_PORT, ATTR_MESSAGE_INTEGRITY, ATTR_NONCE, ATTR_REALM, ATTR_RESERVATION_TOKEN, ATTR_USERNAME,
    ATTR_XOR_PEER_ADDRESS, Attributes,
};
use stun::error_code::{
    CODE_ADDR_FAMILY_NOT_SUPPORTED, CODE_ALLOC_MISMATCH, CODE_ALLOC_QUOTA_REACHED, CODE_BAD_REQUEST,
    CODE_FORBIDDEN, CODE_INSUFFICIENT_CAPACITY, CODE_STALE_NONCE, CODE_UNAUTHORIZED, CODE_WRONG_CREDENTIALS,
    ErrorCode, ErrorCodeAttribute,
};
use stun::integrity::MessageIntegrity;
use stun::message::{
    CLASS_ERROR_RESPONSE, CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE,
    METHOD_BINDING, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_REFRESH, METHOD_SEND, Message,
    MessageClass, MessageType, Setter,
};
use stun::textattrs::TextAttribute;
use stun::xoraddr::XorMappedAddress;
use tokio::time::{sleep, timeout};
use turn::allocation::allocation_manager::{Manager, ManagerConfig};
use turn::allocation::five_tuple::FiveTuple;
use turn::auth::{AuthHandler, generate_auth_key};
use turn::proto::PROTO_UDP;
use turn::proto::chandata::ChannelData;
use turn::proto::channum::ChannelNumber;
use turn::proto::lifetime::{DEFAULT_LIFETIME, Lifetime};
use turn::proto::peeraddr::PeerAddress;
use turn::proto::relayaddr::RelayedAddress;
use turn::proto::reqfamily::{REQUESTED_FAMILY_IPV6, RequestedAddressFamily};
use turn::relay::RelayAddressGenerator;
use turn::server::request::Request;
use webrtc_util::Conn;

/// Whoever asks for as much or more gets what is usual.
const LIFETIME_MAX: Duration = Duration::from_secs(60 * 60);
/// Longer than anything the library does, which waits for nobody. But two requests that come in the moment in which
/// something of theirs expires can make its timer and itself wait for each other, and one task serves many.
const STUCK_AFTER: Duration = Duration::from_secs(1);
/// How soon somebody is looked after again who waits for an answer.
const ANSWER_TICK: Duration = Duration::from_millis(20);

/// What one client is to the relay.
pub(crate) struct Flow {
    relay: Arc<Relay>,
    client: Arc<Client>,
    from: SocketAddr,
    allocation: Option<Allocation>,
}

/// What it has: one at most.
struct Allocation {
    manager: Arc<Manager>,
    /// Who made it, and nobody else uses it. That they may relay is asked once: the name may be over while it lasts.
    caller: Arc<Caller>,
    /// Of the request that made it.
    made_by: TransactionId,
    peers: Arc<Peers>,
    /// Gone when the library has let go of it.
    relayed: Weak<Relayed>,
}

/// Somebody who has shown that they know the password.
struct Caller {
    peer: PeerId,
    username: String,
    key: Vec<u8>,
}

/// The answer to somebody who has not.
enum Stranger {
    /// Nor tried, or wrongly.
    Unauthorized,
    /// With a nonce that is not from here, or too old.
    StaleNonce,
    /// Not the one who made this allocation.
    Another,
}

impl Flow {
    /// Of one who is at `from`, which is written as an IPv4 address if it is one.
    pub(crate) fn new(relay: Arc<Relay>, client: Client, from: SocketAddr) -> Self {
        Self { relay, client: Arc::new(client), from, allocation: None }
    }

    /// Whether there is anything to keep.
    pub(crate) fn is_allocated(&self) -> bool {
        self.allocation.as_ref().is_some_and(|allocation| allocation.relayed.strong_count() > 0)
    }

    /// Takes one message. Whatever is none is dropped.
    pub(crate) async fn receive(&mut self, datagram: &[u8]) {
        if !self.is_allocated() {
            self.allocation = None;
        }
        if ChannelData::is_channel_data(datagram) {
            if let Some(relayed) =
                self.allocation.as_ref().and_then(|allocation| allocation.relayed.upgrade())
            {
                relayed.over_channel(datagram).await;
            }
            return;
        }
        let mut message = Message::new();
        if message.unmarshal_binary(datagram).is_err() {
            return;
        }
        match (message.typ.class, message.typ.method) {
            (CLASS_REQUEST, METHOD_BINDING) if self.may_answer().await => {
                self.perform(datagram, &self.relay.nobody, None, None).await;
            }
            (CLASS_INDICATION, METHOD_SEND) => self.pass_on(datagram, None).await,
            (
                CLASS_REQUEST,
                METHOD_ALLOCATE | METHOD_REFRESH | METHOD_CREATE_PERMISSION | METHOD_CHANNEL_BIND,
            ) => self.request(&message).await,
            _ => {}
        }
    }

    async fn request(&mut self, message: &Message) {
        let (caller, nonce) = match self.authenticate(message, SystemTime::now()) {
            Ok(shown) => shown,
            Err(stranger) => {
                if self.may_answer().await {
                    self.send_away(message, &stranger).await;
                }
                return;
            }
        };
        let refused = match (message.typ.method, &self.allocation) {
            (METHOD_ALLOCATE, None) => self.allocate(message, &caller, nonce).await,
            (METHOD_ALLOCATE, Some(allocation)) if allocation.made_by == message.transaction_id => {
                return self.answer(self.once_more(message, allocation)).await;
            }
            (METHOD_ALLOCATE, Some(_)) | (_, None) => Err(CODE_ALLOC_MISMATCH),
            (method, Some(allocation)) => {
                let permitted = match method {
                    METHOD_REFRESH => Ok(()),
                    _ => self.permit(message, &allocation.peers),
                };
                if permitted.is_ok() {
                    let since = Instant::now();
                    self.pass_on(&message.raw, Some(nonce)).await;
                    if method == METHOD_CHANNEL_BIND
                        && timeout(STUCK_AFTER, self.bound(message, allocation, since)).await.is_err()
                    {
                        tracing::warn!("the relay was stuck after a message, and leaves it alone");
                    }
                }
                permitted
            }
        };
        if let Err(code) = refused {
            let signed = Box::new(MessageIntegrity(caller.key.clone()));
            self.answer(refusal(message, code, vec![signed])).await;
        }
    }

    /// Who asks, and the nonce they showed.
    fn authenticate(&self, message: &Message, now: SystemTime) -> Result<(Arc<Caller>, String), Stranger> {
        if !message.contains(ATTR_MESSAGE_INTEGRITY) {
            return Err(Stranger::Unauthorized);
        }
        let text = |attribute| TextAttribute::get_from_as(message, attribute).map(|found| found.text);
        let nonce = text(ATTR_NONCE).map_err(|_| Stranger::Unauthorized)?;
        if !self.relay.nonces.accepts(&nonce, self.from.ip().into(), now) {
            return Err(Stranger::StaleNonce);
        }
        let username = text(ATTR_USERNAME).map_err(|_| Stranger::Unauthorized)?;
        let caller = match &self.allocation {
            Some(allocation) if allocation.caller.username != username => return Err(Stranger::Another),
            Some(allocation) => Arc::clone(&allocation.caller),
            None => {
                let (peer, password) =
                    self.relay.secret.read(&username, now).ok_or(Stranger::Unauthorized)?;
                let key = generate_auth_key(&username, REALM, &password);
                Arc::new(Caller { peer, username, key })
            }
        };
        match MessageIntegrity(caller.key.clone()).check(&mut message.clone()) {
            Ok(()) => Ok((caller, nonce)),
            Err(_) => Err(Stranger::Unauthorized),
        }
    }

    /// Makes an allocation, or says why there is none.
    async fn allocate(
        &mut self,
        message: &Message,
        caller: &Arc<Caller>,
        nonce: String,
    ) -> Result<(), ErrorCode> {
        // Pairs of ports are of a time before RTP and RTCP shared one.
        if message.contains(ATTR_EVEN_PORT) || message.contains(ATTR_RESERVATION_TOKEN) {
            return Err(CODE_INSUFFICIENT_CAPACITY);
        }
        let mut family = RequestedAddressFamily::default();
        let ipv6 = family.get_from(message).is_ok() && family == REQUESTED_FAMILY_IPV6;
        if self.relay.address_facing(self.from.ip(), ipv6).is_none() {
            return Err(CODE_ADDR_FAMILY_NOT_SUPPORTED);
        }
        let share = self
            .relay
            .quota
            .take(caller.peer, self.from.ip().into())
            .map_err(|_| CODE_ALLOC_QUOTA_REACHED)?;
        let peers = Arc::new(Peers::new(self.relay.limits.peers));
        let made = Arc::default();
        let opening = Opening {
            relay: Arc::clone(&self.relay),
            from: self.from.ip(),
            client: Arc::clone(&self.client),
            given: Mutex::new(Some((share, Arc::clone(&peers)))),
            made: Arc::clone(&made),
        };
        let manager = Arc::new(library(opening));
        self.perform(&message.raw, &manager, Some(caller), Some(nonce)).await;
        let relayed: Weak<Relayed> = made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if relayed.strong_count() > 0 {
            let (caller, made_by) = (Arc::clone(caller), message.transaction_id);
            self.allocation = Some(Allocation { manager, caller, made_by, peers, relayed });
        }
        Ok(())
    }

    /// What the library has said of `allocation`, for somebody who asks again since they have not heard it.
    fn once_more(&self, message: &Message, allocation: &Allocation) -> Result<Message, stun::Error> {
        let relayed = allocation.relayed.upgrade().ok_or(stun::Error::ErrTransactionNotExists)?;
        let (relayed, seen) = (relayed.address(), self.from);
        let parts: Parts = vec![
            Box::new(RelayedAddress { ip: relayed.ip(), port: relayed.port() }),
            Box::new(Lifetime(lifetime_of(message))),
            Box::new(XorMappedAddress { ip: seen.ip(), port: seen.port() }),
            Box::new(MessageIntegrity(allocation.caller.key.clone())),
        ];
        reply(message, CLASS_SUCCESS_RESPONSE, parts)
    }

    /// Lets the allocation talk to whom the message names, or says why not.
    fn permit(&self, message: &Message, peers: &Peers) -> Result<(), ErrorCode> {
        let named = named_in(message)?;
        // The library looks at the first only, and browsers name no second one.
        let [peer] = named[..] else {
            return Err(if named.is_empty() { CODE_BAD_REQUEST } else { CODE_INSUFFICIENT_CAPACITY });
        };
        let place = self.relay.place_of(peer).ok_or(CODE_FORBIDDEN)?;
        let now = Instant::now();
        if message.typ.method == METHOD_CHANNEL_BIND {
            let mut channel = ChannelNumber::default();
            if channel.get_from(message).is_err() || !channel.valid() {
                return Err(CODE_BAD_REQUEST);
            }
            peers.open(channel.0, place, now).map_err(|_| CODE_INSUFFICIENT_CAPACITY)?;
        }
        peers.permit(peer, place, now).map_err(|_| CODE_INSUFFICIENT_CAPACITY)
    }

    /// Asks the library whether it has bound what `message` wanted bound.
    async fn bound(&self, message: &Message, allocation: &Allocation, since: Instant) {
        let (mut channel, mut peer) = (ChannelNumber::default(), PeerAddress::default());
        let Ok(dst_addr) = self.client.local_addr() else { return };
        let client = FiveTuple { protocol: PROTO_UDP, src_addr: self.from, dst_addr };
        if channel.get_from(message).is_ok()
            && peer.get_from(message).is_ok()
            && let Some(known) = allocation.manager.get_allocation(&client).await
            && let Some(bound) = known.get_channel_addr(&channel).await
            && bound == SocketAddr::new(peer.ip, peer.port)
        {
            allocation.peers.bind(channel.0, bound, since);
        }
    }

    /// To the library, if there is an allocation.
    async fn pass_on(&self, datagram: &[u8], nonce: Option<String>) {
        if let Some(Allocation { manager, caller, .. }) = &self.allocation {
            self.perform(datagram, manager, Some(caller), nonce).await;
        }
    }

    async fn perform(
        &self,
        datagram: &[u8],
        manager: &Arc<Manager>,
        caller: Option<&Arc<Caller>>,
        nonce: Option<String>,
    ) {
        // The library looks for nonces that it gave itself; this one was looked at already.
        let nonces = nonce.map(|nonce| (nonce, tokio::time::Instant::now())).into_iter().collect();
        let mut request = Request {
            conn: Arc::clone(&self.client) as Arc<dyn Conn + Send + Sync>,
            src_addr: self.from,
            buff: datagram.to_vec(),
            allocation_manager: Arc::clone(manager),
            nonces: Arc::new(tokio::sync::Mutex::new(nonces)),
            auth_handler: Arc::new(Known(caller.cloned())),
            realm: REALM.into(),
            channel_bind_timeout: self.relay.channel_kept,
        };
        match timeout(STUCK_AFTER, request.handle_request()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a message to the relay came to nothing"),
            Err(_) => tracing::warn!("the relay was stuck in a message, and leaves it alone"),
        }
    }

    /// Whether somebody who has shown nothing gets an answer. Over a stream nobody asks twice, so there it is one of the
    /// next that are allowed: behind one address there may be a whole room that arrives.
    async fn may_answer(&self) -> bool {
        let start = Instant::now();
        let patience = match *self.client {
            Client::Stream(_) => self.relay.limits.stream_idle,
            Client::Datagrams(..) => Duration::ZERO,
        };
        loop {
            if self.allocation.is_some() || self.relay.answers.admits(self.from.ip().into(), Instant::now()) {
                return true;
            }
            if start.elapsed() >= patience {
                return false;
            }
            sleep(ANSWER_TICK).await;
        }
    }

    async fn send_away(&self, message: &Message, stranger: &Stranger) {
        let code = match stranger {
            Stranger::Unauthorized => CODE_UNAUTHORIZED,
            Stranger::StaleNonce => CODE_STALE_NONCE,
            Stranger::Another => CODE_WRONG_CREDENTIALS,
        };
        let nonce = self.relay.nonces.issue(self.from.ip().into(), SystemTime::now());
        let nonce = Box::new(TextAttribute::new(ATTR_NONCE, nonce));
        let realm = Box::new(TextAttribute::new(ATTR_REALM, REALM.into()));
        self.answer(refusal(message, code, vec![nonce, realm])).await;
    }

    async fn answer(&self, answer: Result<Message, stun::Error>) {
        let sent = match answer {
            Ok(answer) => self.client.send_to(&answer.raw, self.from).await,
            Err(error) => Err(webrtc_util::Error::from_std(error)),
        };
        if let Err(error) = sent {
            tracing::debug!(%error, "an answer of the relay was not sent");
        }
    }
}

type Parts = Vec<Box<dyn Setter>>;

/// What says no to `message`.
fn refusal(message: &Message, code: ErrorCode, rest: Parts) -> Result<Message, stun::Error> {
    let mut parts: Parts = vec![Box::new(ErrorCodeAttribute { code, reason: vec![] })];
    parts.extend(rest);
    reply(message, CLASS_ERROR_RESPONSE, parts)
}

fn reply(message: &Message, class: MessageClass, rest: Parts) -> Result<Message, stun::Error> {
    let mut parts: Parts =
        vec![Box::new(message.transaction_id), Box::new(MessageType::new(message.typ.method, class))];
    parts.extend(rest);
    let mut answer = Message::new();
    answer.build(&parts)?;
    Ok(answer)
}

/// For how long `message` gets an allocation, as the library reads it.
fn lifetime_of(message: &Message) -> Duration {
    let mut asked = Lifetime::default();
    let is_asked = asked.get_from(message).is_ok() && asked.0 < LIFETIME_MAX;
    if is_asked { asked.0 } else { DEFAULT_LIFETIME }
}

/// Everybody whom a message names.
fn named_in(message: &Message) -> Result<Vec<IpAddr>, ErrorCode> {
    let named = message.attributes.0.iter().filter(|attribute| attribute.typ == ATTR_XOR_PEER_ADDRESS);
    named
        .map(|attribute| {
            // The library reads the first of a kind.
            let alone = Message {
                transaction_id: message.transaction_id,
                attributes: Attributes(vec![attribute.clone()]),
                ..Message::default()
            };
            let mut peer = PeerAddress::default();
            peer.get_from(&alone).map(|()| peer.ip).map_err(|_| CODE_BAD_REQUEST)
        })
        .collect()
}

/// The library for one client.
pub(crate) fn library(generator: impl RelayAddressGenerator + Send + Sync + 'static) -> Manager {
    Manager::new(ManagerConfig { relay_addr_generator: Box::new(generator), alloc_close_notify: None })
}

/// Opens the one address of an allocation.
struct Opening {
    relay: Arc<Relay>,
    from: IpAddr,
    client: Arc<Client>,
    given: Mutex<Option<(Share, Arc<Peers>)>>,
    made: Arc<Mutex<Weak<Relayed>>>,
}

#[async_trait]
impl RelayAddressGenerator for Opening {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    async fn allocate_conn(
        &self,
        ipv4: bool,
        _: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (share, peers) = given.ok_or(turn::Error::ErrTodo)?;
        let (socket, address) = self.relay.open(self.from, !ipv4)?;
        let (client, live) = (Arc::clone(&self.client), Arc::clone(&self.relay.live));
        let relayed = Relayed::new(socket, address, client, peers, share, live);
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&relayed);
        Ok((relayed, address))
    }
}

/// For those who have none.
pub(crate) struct NoAddress;

#[async_trait]
impl RelayAddressGenerator for NoAddress {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    async fn allocate_conn(
        &self,
        _: bool,
        _: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        Err(turn::Error::ErrNoAllocationFound)
    }
}

/// Somebody whose password was looked at already.
struct Known(Option<Arc<Caller>>);

impl AuthHandler for Known {
    fn auth_handle(&self, username: &str, realm: &str, _: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        match &self.0 {
            Some(caller) if caller.username == username && realm == REALM => Ok(caller.key.clone()),
            _ => Err(turn::Error::ErrNoSuchUser),
        }
    }
}
