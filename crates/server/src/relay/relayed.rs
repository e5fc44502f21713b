//! One relayed address: what others see of somebody who is relayed.
//!
//! Whatever the library thinks is allowed, what goes out and what comes in passes here, and only to and from those in
//! [`Peers`]. What one who is relayed says to another goes from hand to hand within the process, so that no address of
//! this machine is ever sent anything: not even a router that does not let packets turn round (hairpin) is in the way.

use super::peers::{Peers, Place};
use super::quota::Share;
use async_trait::async_trait;
use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
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
#[derive(Debug, Default)]
pub(crate) struct Live(RwLock<HashMap<SocketAddr, mpsc::Sender<Handed>>>);

impl Live {
    /// Whether anybody is relayed there, on whatever port.
    pub(crate) fn is_at(&self, address: IpAddr) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys().any(|live| live.ip() == address)
    }

    fn hand_over(&self, data: &[u8], from: SocketAddr, to: SocketAddr) {
        if let Some(inbox) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&to) {
            // One who does not keep up loses some, as on any other way.
            let _ = inbox.try_send((data.to_vec(), from));
        }
    }
}

/// The socket of one allocation, as the library uses it.
pub(crate) struct Relayed {
    socket: Datagrams,
    address: SocketAddr,
    inbox: Mutex<mpsc::Receiver<Handed>>,
    peers: Arc<Peers>,
    share: Share,
    live: Arc<Live>,
}

impl Relayed {
    /// Others know it by `address`.
    pub(crate) fn new(
        socket: Datagrams,
        address: SocketAddr,
        peers: Arc<Peers>,
        share: Share,
        live: Arc<Live>,
    ) -> Self {
        let (hand, inbox) = mpsc::channel(INBOX);
        live.0.write().unwrap_or_else(PoisonError::into_inner).insert(address, hand);
        Self { socket, address, inbox: Mutex::new(inbox), peers, share, live }
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
        // What may not go is dropped, which nobody can tell from what is lost on its way.
        match self.peers.place(to.ip(), Instant::now()) {
            Some(Place::Outside) if self.share.admits(data.len()) => {
                self.socket.send_to(data, to).await?;
            }
            Some(Place::Inside) if self.share.admits(data.len()) => {
                self.live.hand_over(data, self.address, to);
            }
            _ => {}
        }
        Ok(data.len())
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> webrtc_util::Result<(usize, SocketAddr)> {
        let mut inbox = self.inbox.lock().await;
        loop {
            tokio::select! {
                received = self.socket.recv_from(buffer) => match received {
                    Ok((length, from)) => {
                        let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                        if self.takes(from, Place::Outside, length) {
                            return Ok((length, from));
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
