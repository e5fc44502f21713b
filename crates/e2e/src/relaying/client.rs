//! One who is relayed: as much of a TURN client (RFC 8656) as gets packets through a channel.

use super::seat::Credential;
use anyhow::{Context, Result, bail, ensure};
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;
use stun::agent::TransactionId;
use stun::attributes::{ATTR_NONCE, ATTR_REALM, ATTR_USERNAME};
use stun::error_code::ErrorCodeAttribute;
use stun::integrity::MessageIntegrity;
use stun::message::{
    CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE, METHOD_CHANNEL_BIND, Message,
    MessageType, Method, Setter,
};
use stun::textattrs::TextAttribute;
use turn::proto::PROTO_UDP;
use turn::proto::chandata::ChannelData;
use turn::proto::channum::ChannelNumber;
use turn::proto::peeraddr::PeerAddress;
use turn::proto::relayaddr::RelayedAddress;
use turn::proto::reqtrans::RequestedTransport;

/// The only one that a client here has.
const CHANNEL: ChannelNumber = ChannelNumber(0x4000);
/// A question is asked again after that, ...
const PATIENCE: Duration = Duration::from_millis(500);
/// ... and so often in all.
const TRIES: usize = 6;

type Parts = Vec<Box<dyn Setter>>;

/// A client that has an allocation.
pub(super) struct Client {
    pub(super) socket: UdpSocket,
    /// Where others reach it.
    pub(super) relayed: SocketAddr,
    credential: Credential,
    realm: String,
    nonce: String,
}

impl Client {
    /// Allocates, over a `socket` that is connected to the server and waits for what comes.
    pub(super) fn allocate(socket: UdpSocket, credential: Credential) -> Result<Self> {
        socket.set_read_timeout(Some(PATIENCE))?;
        let relayed = socket.local_addr()?;
        let mut client = Self { socket, relayed, credential, realm: String::new(), nonce: String::new() };
        let transport = || -> Parts { vec![Box::new(RequestedTransport { protocol: PROTO_UDP })] };
        let refusal = client.ask(METHOD_ALLOCATE, transport(), false)?;
        client.realm = TextAttribute::get_from_as(&refusal, ATTR_REALM)?.text;
        client.nonce = TextAttribute::get_from_as(&refusal, ATTR_NONCE)?.text;
        let answer = client.ask(METHOD_ALLOCATE, transport(), true)?;
        let mut address = RelayedAddress::default();
        address.get_from(&answer)?;
        client.relayed = SocketAddr::new(address.ip, address.port);
        Ok(client)
    }

    /// Binds the channel to `peer`.
    pub(super) fn bind(&self, peer: SocketAddr) -> Result<()> {
        let peer = PeerAddress { ip: peer.ip(), port: peer.port() };
        self.ask(METHOD_CHANNEL_BIND, vec![Box::new(CHANNEL), Box::new(peer)], true).map(drop)
    }

    /// What the client sends for `data` to go over the channel.
    pub(super) fn wrapped(data: Vec<u8>) -> Vec<u8> {
        let mut message = ChannelData { data, number: CHANNEL, raw: Vec::new() };
        message.encode();
        message.raw
    }

    /// A question, until it is answered: well, if it is `signed`.
    fn ask(&self, method: Method, parts: Parts, signed: bool) -> Result<Message> {
        let mut all: Parts =
            vec![Box::new(TransactionId::new()), Box::new(MessageType::new(method, CLASS_REQUEST))];
        all.extend(parts);
        if signed {
            let Credential { username, password } = self.credential.clone();
            for (attribute, text) in
                [(ATTR_USERNAME, &username), (ATTR_REALM, &self.realm), (ATTR_NONCE, &self.nonce)]
            {
                all.push(Box::new(TextAttribute::new(attribute, text.clone())));
            }
            all.push(Box::new(MessageIntegrity::new_long_term_integrity(
                username,
                self.realm.clone(),
                password,
            )));
        }
        let mut question = Message::new();
        question.build(&all)?;
        let mut buffer = [0; 2048];
        for _ in 0..TRIES {
            self.socket.send(&question.raw)?;
            let Ok(length) = self.socket.recv(&mut buffer) else { continue };
            let mut answer = Message::new();
            answer.unmarshal_binary(buffer.get(..length).context("too long")?)?;
            ensure!(answer.transaction_id == question.transaction_id, "the answer to something else");
            if signed && answer.typ.class != CLASS_SUCCESS_RESPONSE {
                let mut code = ErrorCodeAttribute::default();
                code.get_from(&answer)?;
                bail!("{method} is refused: {code}");
            }
            return Ok(answer);
        }
        bail!("{method} is not answered")
    }
}
