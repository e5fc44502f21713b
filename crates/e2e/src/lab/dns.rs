//! The least name server: whatever is asked for is where the server is (RFC 1035, one question a packet).

use super::namespace::Namespace;
use super::{SERVER, SERVER_V6};
use anyhow::Result;
use std::net::{Ipv6Addr, SocketAddr, UdpSocket as StdSocket};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const PORT: u16 = 53;
const HEADER: usize = 12;
/// Type and class, behind the name of a question.
const KIND: usize = 4;
const A: u16 = 1;
const AAAA: u16 = 28;
/// An answer, recursion available, no error.
const FLAGS: [u8; 2] = [0x81, 0x80];
/// The name is that of the question: it begins behind the header.
const SAME_NAME: [u8; 2] = [0xc0, 12];
/// Seconds that an answer may be kept.
const TTL: u32 = 60;

/// A running one; ended when dropped.
pub(super) struct Dns(JoinHandle<()>);

impl Dns {
    pub(super) fn start(namespace: &Namespace) -> Result<Self> {
        let address = SocketAddr::from((Ipv6Addr::UNSPECIFIED, PORT));
        let socket = namespace.inside(|| Ok(StdSocket::bind(address)?))?;
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket)?;
        Ok(Self(tokio::spawn(async move {
            let mut packet = [0; 512];
            loop {
                // A port that is unreachable comes back as an error of the socket: none of its concern.
                let Ok((length, from)) = socket.recv_from(&mut packet).await else { continue };
                if let Some(answer) = packet.get(..length).and_then(answer) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        })))
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What to say to a question.
fn answer(packet: &[u8]) -> Option<Vec<u8>> {
    let rest = packet.get(HEADER..)?;
    let end = HEADER + rest.iter().position(|byte| *byte == 0)? + 1;
    let kind = packet.get(end..end + KIND)?;
    let address: Option<Vec<u8>> = match u16::from_be_bytes([kind[0], kind[1]]) {
        A => Some(SERVER.octets().into()),
        AAAA => Some(SERVER_V6.octets().into()),
        _ => None,
    };
    let mut answer = packet.get(..2)?.to_vec();
    answer.extend(FLAGS);
    // One question, as many answers, nothing besides.
    answer.extend([0, 1, 0, u8::from(address.is_some()), 0, 0, 0, 0]);
    answer.extend(packet.get(HEADER..end + KIND)?);
    if let Some(address) = address {
        answer.extend(SAME_NAME);
        answer.extend(kind);
        answer.extend(TTL.to_be_bytes());
        answer.extend(u16::try_from(address.len()).ok()?.to_be_bytes());
        answer.extend(address);
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_where_the_server_is() {
        let question = |kind: u8| {
            [&[7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], b"\x04call\x07example\0", &[0, kind, 0, 1]].concat()
        };
        let answered = answer(&question(1)).unwrap();
        assert_eq!(
            (&answered[..8], &answered[answered.len() - 6..]),
            (&[7, 7, 0x81, 0x80, 0, 1, 0, 1][..], &[0, 4, 11, 0, 0, 10][..])
        );
        assert!(answer(&question(28)).unwrap().ends_with(&SERVER_V6.octets()));
        assert_eq!(answer(&question(65)).unwrap()[7], 0, "there is nothing else of the name");
        assert_eq!(answer(&question(1)[..20]), None);
    }
}
