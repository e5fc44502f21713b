//! The least STUN server: tells whoever asks which address they come from (RFC 8489, binding only).

use super::namespace::Namespace;
use anyhow::Result;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket as StdSocket};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const XOR_MAPPED_ADDRESS: [u8; 2] = [0x00, 0x20];
const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// A running one; ended when dropped.
pub(super) struct Stun(JoinHandle<()>);

impl Stun {
    pub(super) fn start(namespace: &Namespace, address: SocketAddr) -> Result<Self> {
        let socket = namespace.inside(|| Ok(StdSocket::bind(address)?))?;
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket)?;
        Ok(Self(tokio::spawn(async move {
            let mut packet = [0; 1500];
            loop {
                // A port that is unreachable comes back as an error of the socket: none of its concern.
                let Ok((length, from)) = socket.recv_from(&mut packet).await else { continue };
                if let Some(answer) = packet.get(..length).and_then(|packet| answer(packet, from)) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        })))
    }
}

impl Drop for Stun {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What to say to `from`, if it is a question.
fn answer(packet: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    let (IpAddr::V4(address), Some(transaction)) = (from.ip(), packet.get(8..20)) else { return None };
    if packet.get(..2)? != BINDING_REQUEST || packet.get(4..8)? != MAGIC {
        return None;
    }
    let mut answer = Vec::with_capacity(32);
    answer.extend(BINDING_SUCCESS);
    answer.extend(12_u16.to_be_bytes());
    answer.extend(MAGIC);
    answer.extend(transaction);
    answer.extend(XOR_MAPPED_ADDRESS);
    answer.extend(8_u16.to_be_bytes());
    answer.extend([0, 1]);
    let mask = u32::from_be_bytes(MAGIC);
    answer.extend((from.port() ^ (mask >> 16) as u16).to_be_bytes());
    answer.extend(Ipv4Addr::from_bits(address.to_bits() ^ mask).octets());
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of RFC 5769, section 2.2.
    #[test]
    fn the_address_is_masked_as_in_the_rfc() {
        let mut question = [0_u8; 20];
        question[1] = 1;
        question[4..8].copy_from_slice(&MAGIC);
        let answer = answer(&question, "192.0.2.1:32853".parse().unwrap()).unwrap();
        assert_eq!(answer[20..], [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]);
    }
}
