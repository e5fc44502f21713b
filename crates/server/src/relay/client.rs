//! The way back to one who is relayed.

use super::relayed::no_such_thing;
use async_trait::async_trait;
use std::any::Any;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use webrtc_util::Conn;

/// Where answers go, and what comes from others.
pub(crate) enum Client {
    /// Over the port everybody asks at, to there.
    Datagrams(Arc<UdpSocket>, SocketAddr),
    /// Over a connection of their own. What it does not take in time is lost.
    Stream(mpsc::Sender<Vec<u8>>),
}

impl Client {
    /// Sends it a whole message.
    pub(crate) async fn say(&self, message: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Datagrams(socket, to) => socket.send_to(&message, *to).await.map(drop),
            Self::Stream(queue) => {
                let _ = queue.try_send(message);
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Conn for Client {
    /// There is only one to send to.
    async fn send_to(&self, data: &[u8], _: SocketAddr) -> webrtc_util::Result<usize> {
        self.say(data.to_vec()).await?;
        Ok(data.len())
    }

    /// The library tells its clients apart by that; here each has a library of its own.
    fn local_addr(&self) -> webrtc_util::Result<SocketAddr> {
        Ok((Ipv4Addr::UNSPECIFIED, 0).into())
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    // Reading is not its business, and it ends with who owns it.

    async fn connect(&self, _: SocketAddr) -> webrtc_util::Result<()> {
        Err(no_such_thing())
    }

    async fn recv(&self, _: &mut [u8]) -> webrtc_util::Result<usize> {
        Err(no_such_thing())
    }

    async fn recv_from(&self, _: &mut [u8]) -> webrtc_util::Result<(usize, SocketAddr)> {
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
