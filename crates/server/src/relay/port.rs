//! The UDP port of the relay. Where a machine has several addresses, an answer leaves from the one that was asked: a
//! browser, and every NAT on the way, takes it from no other. Nothing leaves in fragments, which many networks drop: what
//! browsers send fits into the 1,280 bytes that every network carries.

use quinn_udp::{RecvMeta, Transmit, UdpSocketState};
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::slice;
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// The kernel joins what one sender sent in a row, up to this. In bytes.
const JOINED_MAX: usize = u16::MAX as usize;

/// Both ends of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ends {
    pub(crate) theirs: SocketAddr,
    /// Which address of this machine they ask, if the operating system tells.
    pub(crate) ours: Option<IpAddr>,
}

#[derive(Debug)]
pub(crate) struct Port {
    socket: UdpSocket,
    state: UdpSocketState,
}

impl Port {
    /// Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(crate) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        let state = UdpSocketState::new((&socket).into())?;
        Ok(Self { socket: UdpSocket::from_std(socket)?, state })
    }

    /// What [`Port::receive`] needs.
    pub(crate) fn buffer() -> Vec<u8> {
        vec![0; JOINED_MAX]
    }

    /// The next datagrams, all of one conversation. Loses nothing when it is dropped.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(crate) async fn receive<'a>(
        &self,
        buffer: &'a mut [u8],
    ) -> io::Result<(Ends, slice::Chunks<'a, u8>)> {
        let mut meta = RecvMeta::default();
        self.socket
            .async_io(Interest::READABLE, || {
                let mut buffers = [IoSliceMut::new(buffer)];
                self.state.recv((&self.socket).into(), &mut buffers, slice::from_mut(&mut meta))
            })
            .await?;
        let received = buffer.get(..meta.len).unwrap_or_default();
        Ok((Ends { theirs: meta.addr, ours: meta.dst_ip }, received.chunks(meta.stride.max(1))))
    }

    /// # Errors
    /// Those of the operating system.
    pub(crate) async fn send(&self, datagram: &[u8], ends: Ends) -> io::Result<()> {
        let transmit = Transmit {
            destination: ends.theirs,
            ecn: None,
            contents: datagram,
            segment_size: None,
            src_ip: ends.ours,
        };
        let send = || self.state.try_send((&self.socket).into(), &transmit);
        self.socket.async_io(Interest::WRITABLE, send).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    fn port(address: &str) -> (Port, u16) {
        let socket = std::net::UdpSocket::bind(address).unwrap();
        let port = Port::new(socket).unwrap();
        let number = port.socket.local_addr().unwrap().port();
        (port, number)
    }

    #[tokio::test]
    async fn an_answer_leaves_from_the_address_that_was_asked() {
        for any in ["0.0.0.0:0", "[::]:0"] {
            let (port, number) = port(any);
            let asker = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            asker.connect(("127.0.0.2", number)).await.unwrap();
            asker.send(b"where am I?").await.unwrap();
            let mut buffer = Port::buffer();
            let (ends, mut asked) = port.receive(&mut buffer).await.unwrap();
            assert_eq!(asked.next(), Some(&b"where am I?"[..]));
            port.send(b"there", ends).await.unwrap();
            let mut answer = [0; 16];
            let heard = timeout(Duration::from_secs(10), asker.recv(&mut answer)).await;
            assert_eq!(heard.expect("an answer from 127.0.0.2").unwrap(), 5, "{any}");
        }
    }

    #[tokio::test]
    async fn what_was_joined_on_its_way_is_taken_apart() {
        let (ours, number) = port("127.0.0.1:0");
        let (theirs, _) = port("127.0.0.1:0");
        let sent = [&[1; 100][..], &[2; 100], &[3; 40]];
        let together = sent.concat();
        let transmit = Transmit {
            destination: SocketAddr::from(([127, 0, 0, 1], number)),
            ecn: None,
            contents: &together,
            segment_size: Some(100),
            src_ip: None,
        };
        theirs.socket.writable().await.unwrap();
        theirs.state.try_send((&theirs.socket).into(), &transmit).unwrap();
        let mut received = vec![];
        let mut buffer = Port::buffer();
        while received.len() < sent.len() {
            let arrived = timeout(Duration::from_secs(10), ours.receive(&mut buffer)).await;
            let (_, datagrams) = arrived.expect("the rest").unwrap();
            received.extend(datagrams.map(<[u8]>::to_vec));
        }
        assert_eq!(received, sent);
    }
}
