//! Somebody who talks to a relay as a browser does, or as none would; and a relay to talk to.

use super::super::framing::Frames;
use super::super::relayed::{Datagrams, no_such_thing};
use super::super::*;
use async_trait::async_trait;
use bytes::Bytes;
use ojak_protocol::PeerId;
use std::any::Any;
use std::time::{Duration, SystemTime};
use stun::agent::TransactionId;
use stun::attributes::{ATTR_NONCE, ATTR_REALM, ATTR_USERNAME};
use stun::error_code::ErrorCodeAttribute;
use stun::integrity::MessageIntegrity;
use stun::message::*;
use stun::textattrs::TextAttribute;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use turn::proto::PROTO_UDP;
use turn::proto::chandata::ChannelData;
use turn::proto::channum::ChannelNumber;
use turn::proto::data::Data;
use turn::proto::lifetime::Lifetime;
use turn::proto::peeraddr::PeerAddress;
use turn::proto::relayaddr::RelayedAddress;
use turn::proto::reqfamily::REQUESTED_FAMILY_IPV6;
use turn::proto::reqtrans::RequestedTransport;
use webrtc_util::Conn;

pub(super) type Parts = Vec<Box<dyn Setter>>;

/// Everything that is waited for takes milliseconds; this is for machines that are busy.
pub(super) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(20), future).await {
        Ok(output) => output,
        Err(_) => panic!("waited too long for {what}"),
    }
}

/// A relay that runs.
pub(super) struct Site {
    pub(super) address: SocketAddr,
    pub(super) running: Running,
}

pub(super) const LIFETIME: Duration = Duration::from_secs(600);

pub(super) fn settings() -> Settings {
    Settings {
        address: Ipv4Addr::LOCALHOST.into(),
        public: vec![],
        stun: vec![],
        ports: 20_000..=65_535,
        allow_private: false,
        limits: RelayLimits {
            answers: crate::Rate { burst: 1e9, per_second: 1e9 },
            ..RelayLimits::default()
        },
    }
}

pub(super) fn secret() -> Secret {
    Secret::new(b"secret")
}

impl Site {
    pub(super) fn start(settings: Settings) -> Self {
        Self::run(Relay::new(settings, secret(), [7; 32]))
    }

    pub(super) fn run(relay: Relay) -> Self {
        let port = RelayPort::open((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = port.address().unwrap();
        Self { address, running: Running::start(relay, port).unwrap() }
    }

    /// A relay whose packets go to `outside` instead of the network, known by one address of each family.
    pub(super) fn with_outside(settings: Settings, outside: &Arc<Outside>) -> Self {
        let settings = Settings {
            address: Ipv4Addr::UNSPECIFIED.into(),
            public: vec![HERE_V4.into(), HERE_V6.into()],
            ..settings
        };
        let mut relay = Relay::new(settings, secret(), [7; 32]);
        let outside = Arc::clone(outside);
        relay.bind = Box::new(move |_| Ok(Arc::clone(&outside) as Datagrams));
        Self::run(relay)
    }

    pub(super) fn allocations(&self) -> usize {
        self.running.relay().allocations()
    }
}

/// By which a relay of [`Site::with_outside`] is known.
pub(super) const HERE_V4: Ipv4Addr = Ipv4Addr::new(9, 9, 9, 9);
pub(super) const HERE_V6: Ipv6Addr = Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 9);

type Datagram = (Vec<u8>, SocketAddr);

/// What stands for the network: it keeps what is sent there, and says what it is told to.
pub(super) struct Outside {
    sent: std::sync::Mutex<Vec<Datagram>>,
    say: UnboundedSender<Datagram>,
    said: Mutex<UnboundedReceiver<Datagram>>,
}

impl Outside {
    pub(super) fn new() -> Arc<Self> {
        let (say, said) = unbounded_channel();
        Arc::new(Self { sent: std::sync::Mutex::default(), say, said: Mutex::new(said) })
    }

    pub(super) fn sent(&self) -> Vec<Datagram> {
        self.sent.lock().unwrap().clone()
    }

    pub(super) fn forget(&self) {
        self.sent.lock().unwrap().clear();
    }

    pub(super) fn says(&self, data: &[u8], from: &str) {
        self.say.send((data.to_vec(), from.parse().unwrap())).unwrap();
    }
}

#[async_trait]
impl Conn for Outside {
    async fn send_to(&self, data: &[u8], to: SocketAddr) -> webrtc_util::Result<usize> {
        self.sent.lock().unwrap().push((data.to_vec(), to));
        Ok(data.len())
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> webrtc_util::Result<(usize, SocketAddr)> {
        let (data, from) = self.said.lock().await.recv().await.unwrap();
        buffer[..data.len()].copy_from_slice(&data);
        Ok((data.len(), from))
    }

    fn local_addr(&self) -> webrtc_util::Result<SocketAddr> {
        Err(no_such_thing())
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    async fn connect(&self, _: SocketAddr) -> webrtc_util::Result<()> {
        Err(no_such_thing())
    }

    async fn recv(&self, _: &mut [u8]) -> webrtc_util::Result<usize> {
        Err(no_such_thing())
    }

    async fn send(&self, _: &[u8]) -> webrtc_util::Result<usize> {
        Err(no_such_thing())
    }

    async fn close(&self) -> webrtc_util::Result<()> {
        Ok(())
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

/// How somebody talks to a relay.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transport {
    Udp,
    Tcp,
}

enum Wire {
    Udp(UdpSocket),
    Tcp(Box<Frames<OwnedReadHalf>>, OwnedWriteHalf),
}

pub(super) struct Person {
    wire: Wire,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) nonce: String,
    /// Where others reach them; once allocated.
    pub(super) relayed: Option<SocketAddr>,
}

impl Person {
    /// Somebody with a seat of their own.
    pub(super) async fn new(site: &Site, transport: Transport, seat: u128) -> Self {
        let made = secret().credential(PeerId::from_bits(seat), SystemTime::now(), LIFETIME);
        let wire = match transport {
            Transport::Udp => {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                socket.connect(site.address).await.unwrap();
                Wire::Udp(socket)
            }
            Transport::Tcp => {
                let stream = TcpStream::connect(site.address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (read, write) = stream.into_split();
                Wire::Tcp(Box::new(Frames::new(read)), write)
            }
        };
        let (username, password) = (made.username, made.password);
        Self { wire, username, password, nonce: String::new(), relayed: None }
    }

    /// The same, with an allocation.
    pub(super) async fn relayed(site: &Site, transport: Transport, seat: u128) -> Self {
        let mut person = Self::new(site, transport, seat).await;
        assert_eq!(person.allocate(vec![]).await, Ok(()));
        person
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.relayed.unwrap()
    }

    pub(super) fn own_address(&self) -> SocketAddr {
        match &self.wire {
            Wire::Udp(socket) => socket.local_addr().unwrap(),
            Wire::Tcp(_, write) => write.local_addr().unwrap(),
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) {
        match &mut self.wire {
            Wire::Udp(socket) => {
                socket.send(bytes).await.unwrap();
            }
            Wire::Tcp(_, write) => write.write_all(bytes).await.unwrap(),
        }
    }

    /// The next message; none at the end.
    pub(super) async fn hear(&mut self) -> Option<Bytes> {
        within("something to hear", async {
            match &mut self.wire {
                Wire::Udp(socket) => {
                    let mut buffer = vec![0; 4096];
                    let length = socket.recv(&mut buffer).await.unwrap();
                    Some(Bytes::copy_from_slice(&buffer[..length]))
                }
                Wire::Tcp(frames, _) => frames.next().await.ok().flatten(),
            }
        })
        .await
    }

    pub(super) async fn hear_message(&mut self) -> Message {
        let mut message = Message::new();
        message.unmarshal_binary(&self.hear().await.expect("a message")).unwrap();
        message
    }

    /// A request with nothing that shows who asks; answers with the answer.
    pub(super) async fn ask_as_a_stranger(&mut self, method: Method, parts: Parts) -> Message {
        let request = message(method, CLASS_REQUEST, parts);
        self.send(&request.raw).await;
        self.hears_answer_to(&request).await
    }

    async fn hears_answer_to(&mut self, request: &Message) -> Message {
        let answer = self.hear_message().await;
        assert_eq!((answer.transaction_id, answer.typ.method), (request.transaction_id, request.typ.method));
        answer
    }

    /// A request that is signed; none if it worked, or with its code. Fetches a nonce first if there is none.
    pub(super) async fn ask(&mut self, method: Method, parts: Parts) -> Result<Message, u16> {
        if self.nonce.is_empty() {
            let answer = self.ask_as_a_stranger(METHOD_ALLOCATE, vec![]).await;
            self.nonce = text(&answer, ATTR_NONCE);
        }
        let request = message(method, CLASS_REQUEST, self.signed(parts));
        self.ask_with(&request).await
    }

    /// The same with a request that was made already.
    pub(super) async fn ask_with(&mut self, request: &Message) -> Result<Message, u16> {
        self.send(&request.raw).await;
        let answer = self.hears_answer_to(request).await;
        match answer.typ.class {
            CLASS_SUCCESS_RESPONSE => {
                self.signature().check(&mut answer.clone()).expect("an answer that is signed");
                Ok(answer)
            }
            _ => Err(code(&answer)),
        }
    }

    /// With what shows who asks.
    pub(super) fn signed(&self, mut parts: Parts) -> Parts {
        parts.push(Box::new(TextAttribute::new(ATTR_USERNAME, self.username.clone())));
        parts.push(Box::new(TextAttribute::new(ATTR_REALM, REALM.into())));
        parts.push(Box::new(TextAttribute::new(ATTR_NONCE, self.nonce.clone())));
        parts.push(Box::new(self.signature()));
        parts
    }

    fn signature(&self) -> MessageIntegrity {
        MessageIntegrity::new_long_term_integrity(
            self.username.clone(),
            REALM.to_owned(),
            self.password.clone(),
        )
    }

    pub(super) async fn allocate(&mut self, mut parts: Parts) -> Result<(), u16> {
        parts.push(Box::new(RequestedTransport { protocol: PROTO_UDP }));
        let answer = self.ask(METHOD_ALLOCATE, parts).await?;
        let mut relayed = RelayedAddress::default();
        relayed.get_from(&answer).unwrap();
        self.relayed = Some(SocketAddr::new(relayed.ip, relayed.port));
        Ok(())
    }

    pub(super) async fn allocate_ipv6(&mut self) -> Result<(), u16> {
        self.allocate(vec![Box::new(REQUESTED_FAMILY_IPV6)]).await
    }

    pub(super) async fn refresh(&mut self, seconds: u64) -> Result<(), u16> {
        let lifetime = Lifetime(Duration::from_secs(seconds));
        self.ask(METHOD_REFRESH, vec![Box::new(lifetime)]).await.map(drop)
    }

    pub(super) async fn permit(&mut self, peer: SocketAddr) -> Result<(), u16> {
        self.ask(METHOD_CREATE_PERMISSION, vec![named(peer)]).await.map(drop)
    }

    pub(super) async fn bind(&mut self, channel: u16, peer: SocketAddr) -> Result<(), u16> {
        let channel = Box::new(ChannelNumber(channel));
        self.ask(METHOD_CHANNEL_BIND, vec![channel, named(peer)]).await.map(drop)
    }

    pub(super) async fn say(&mut self, data: &[u8], peer: SocketAddr) {
        let parts: Parts = vec![named(peer), Box::new(Data(data.to_vec()))];
        self.send(&message(METHOD_SEND, CLASS_INDICATION, parts).raw).await;
    }

    pub(super) async fn say_on(&mut self, channel: u16, data: &[u8]) {
        let mut message = ChannelData { data: data.to_vec(), number: ChannelNumber(channel), raw: vec![] };
        message.encode();
        self.send(&message.raw).await;
    }

    /// The next thing heard is `data` from `peer`.
    pub(super) async fn hears(&mut self, data: &[u8], peer: SocketAddr) {
        let message = self.hear_message().await;
        assert_eq!((message.typ.method, message.typ.class), (METHOD_DATA, CLASS_INDICATION));
        let (mut from, mut heard) = (PeerAddress::default(), Data::default());
        from.get_from(&message).unwrap();
        heard.get_from(&message).unwrap();
        assert_eq!((heard.0.as_slice(), SocketAddr::new(from.ip, from.port)), (data, peer));
    }

    pub(super) async fn hears_on(&mut self, channel: u16, data: &[u8]) {
        let mut heard = ChannelData { raw: self.hear().await.unwrap().to_vec(), ..ChannelData::default() };
        heard.decode().unwrap();
        assert_eq!((heard.number.0, heard.data.as_slice()), (channel, data));
    }

    /// All that was sent until now was dealt with.
    pub(super) async fn is_through(&mut self) {
        let answer = self.ask_as_a_stranger(METHOD_BINDING, vec![]).await;
        assert_eq!(answer.typ.class, CLASS_SUCCESS_RESPONSE);
    }
}

pub(super) fn named(peer: SocketAddr) -> Box<dyn Setter> {
    Box::new(PeerAddress { ip: peer.ip(), port: peer.port() })
}

pub(super) fn message(method: Method, class: MessageClass, parts: Parts) -> Message {
    let mut all: Parts = vec![Box::new(TransactionId::new()), Box::new(MessageType::new(method, class))];
    all.extend(parts);
    let mut message = Message::new();
    message.build(&all).unwrap();
    message
}

pub(super) fn text(message: &Message, attribute: stun::attributes::AttrType) -> String {
    TextAttribute::get_from_as(message, attribute).unwrap().text
}

pub(super) fn code(message: &Message) -> u16 {
    let mut code = ErrorCodeAttribute::default();
    code.get_from(message).unwrap();
    code.code.0
}
