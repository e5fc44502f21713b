//! One relayed address: what others see of somebody who is relayed.
//!
//! Whatever the library thinks is allowed, what goes out and what comes in passes here, and only to and from those in
//! [`Peers`]. What one who is relayed says to another goes from hand to hand within the process, so that no address of
//! this machine is ever sent anything: not even a router that does not let packets turn round (hairpin) is in the way.
//!
//! What goes over a channel, and that is nearly all, does not pass the library: it takes a packet apart and puts it
//! together in five pieces of memory.

use super::client::Client;
use super::framing::{unwrapped, wrapped};
use super::peers::{Peers, Place};
use super::quota::Share;
use async_trait::async_trait;
use std::any::Any;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};
use webrtc_util::Conn;

/// Datagrams that wait for one who is relayed.
const INBOX: usize = 256;
/// A socket that fails is not asked again at once.
const AFTER_ERROR: Duration = Duration::from_millis(20);

/// Anything that takes datagrams: a socket, or what stands for one in tests.
pub(crate) type Datagrams = Arc<dyn Conn + Send + Sync>;

type Handed = (Vec<u8>, SocketAddr);

/// The relayed addresses that there are.
#[derive(Default)]
pub(crate) struct Live(RwLock<HashMap<SocketAddr, Weak<Relayed>>>);

impl Live {
    /// Whether anybody is relayed there, on whatever port.
    pub(crate) fn is_at(&self, address: IpAddr) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys().any(|live| live.ip() == address)
    }

    fn at(&self, address: SocketAddr) -> Option<Arc<Relayed>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&address)?.upgrade()
    }
}

/// The socket of one allocation, as the library uses it.
pub(crate) struct Relayed {
    socket: Datagrams,
    address: SocketAddr,
    client: Arc<Client>,
    /// What others who are relayed say and no channel leads to.
    hand: mpsc::Sender<Handed>,
    inbox: Mutex<mpsc::Receiver<Handed>>,
    peers: Arc<Peers>,
    share: Share,
    live: Arc<Live>,
}

impl Relayed {
    /// That of `client`; others know it by `address`.
    pub(crate) fn new(
        socket: Datagrams,
        address: SocketAddr,
        client: Arc<Client>,
        peers: Arc<Peers>,
        share: Share,
        live: Arc<Live>,
    ) -> Arc<Self> {
        let (hand, inbox) = mpsc::channel(INBOX);
        let inbox = Mutex::new(inbox);
        let relayed = Arc::new(Self { socket, address, client, hand, inbox, peers, share, live });
        let mut live = relayed.live.0.write().unwrap_or_else(PoisonError::into_inner);
        live.insert(address, Arc::downgrade(&relayed));
        drop(live);
        relayed
    }

    /// What the client says over a channel.
    pub(crate) async fn over_channel(&self, message: &[u8]) {
        let Some((channel, data)) = unwrapped(message) else { return };
        let Some(peer) = self.peers.bound_to(channel, Instant::now()) else { return };
        if let Err(error) = self.pass_on(data, peer).await {
            tracing::debug!(%error, "what came over a channel was not sent");
        }
    }

    /// What may not go is dropped, which nobody can tell from what is lost on its way.
    async fn pass_on(&self, data: &[u8], to: SocketAddr) -> webrtc_util::Result<()> {
        match self.peers.place(to.ip(), Instant::now()) {
            Some(Place::Outside) if self.share.admits(data.len()) => {
                self.socket.send_to(data, to).await?;
            }
            Some(Place::Inside) if self.share.admits(data.len()) => {
                if let Some(other) = self.live.at(to) {
                    other.hear(data, self.address).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// From another one who is relayed.
    async fn hear(&self, data: &[u8], from: SocketAddr) -> io::Result<()> {
        match self.peers.channel_to(from, Instant::now()) {
            Some(channel) if self.takes(from, Place::Inside, data.len()) => self.say(channel, data).await,
            Some(_) => Ok(()),
            None => {
                // One who does not keep up loses some, as on any other way.
                let _ = self.hand.try_send((data.to_vec(), from));
                Ok(())
            }
        }
    }

    /// To the client.
    async fn say(&self, channel: u16, data: &[u8]) -> io::Result<()> {
        match wrapped(channel, data) {
            Some(message) => self.client.say(message).await,
            None => Ok(()),
        }
    }

    /// By which others know it.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn takes(&self, from: SocketAddr, place: Place, bytes: usize) -> bool {
        self.peers.place(from.ip(), Instant::now()) == Some(place) && self.share.admits(bytes)
    }
}

impl Drop for Relayed {
    fn drop(&mut self) {
        self.live.0.write().unwrap_or_else(PoisonError::into_inner).remove(&self.address);
    }
}

#[async_trait]
impl Conn for Relayed {
    async fn send_to(&self, data: &[u8], to: SocketAddr) -> webrtc_util::Result<usize> {
        self.pass_on(data, to).await?;
        Ok(data.len())
    }

    /// What no channel leads to; the rest is on its way to the client already.
    async fn recv_from(&self, buffer: &mut [u8]) -> webrtc_util::Result<(usize, SocketAddr)> {
        let mut inbox = self.inbox.lock().await;
        loop {
            tokio::select! {
                received = self.socket.recv_from(buffer) => match received {
                    Ok((length, from)) => {
                        let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                        if !self.takes(from, Place::Outside, length) {
                            continue;
                        }
                        let Some(channel) = self.peers.channel_to(from, Instant::now()) else {
                            return Ok((length, from));
                        };
                        if let Err(error) = self.say(channel, buffer.get(..length).unwrap_or_default()).await {
                            tracing::debug!(%error, "what came was not sent over its channel");
                        }
                    }
                    Err(error) => {
                        tracing::debug!(%error, "a relayed address could not be read from");
                        tokio::time::sleep(AFTER_ERROR).await;
                    }
                },
                Some((data, from)) = inbox.recv() => {
                    if let Some(place) = buffer.get_mut(..data.len())
                        && self.takes(from, Place::Inside, data.len())
                    {
                        place.copy_from_slice(&data);
                        return Ok((data.len(), from));
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> webrtc_util::Result<SocketAddr> {
        Ok(self.address)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    // It is nobody's other end, and ends when it is dropped.

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

/// What a relay never asks for.
pub(crate) fn no_such_thing() -> webrtc_util::Error {
    webrtc_util::Error::Other("this has no other end".into())
}
