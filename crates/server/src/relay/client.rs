//! The way back to one who is relayed.

use super::port::{Ends, Port};
use super::relayed::no_such_thing;
use async_trait::async_trait;
use std::any::Any;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::sync::mpsc;
use webrtc_util::Conn;

/// Where answers go, and what comes from others.
pub(crate) enum Client {
    /// Over the port everybody asks at.
    Datagrams(Arc<Port>, Ends),
    /// Over a connection of their own. What it does not take in time is lost, media before answers.
    Stream(mpsc::Sender<Vec<u8>>),
}

impl Client {
    /// Sends it a whole message.
    pub(crate) async fn say(&self, message: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Datagrams(port, ends) => port.send(&message, *ends).await,
            Self::Stream(queue) => {
                // Nobody asks twice over a stream, and whoever gets no answer gives up what they have.
                if is_answer(&message) || queue.capacity() > queue.max_capacity() / 8 {
                    let _ = queue.try_send(message);
                }
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

/// Whether a message answers a request: by the second bit of its class (RFC 8489 section 5), which what is relayed has not.
fn is_answer(message: &[u8]) -> bool {
    message.first().is_some_and(|first| first & 0b1100_0001 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stun::message::{
        BINDING_SUCCESS, CLASS_ERROR_RESPONSE, CLASS_INDICATION, CLASS_SUCCESS_RESPONSE, METHOD_DATA,
        METHOD_REFRESH, MessageType,
    };

    #[tokio::test]
    async fn there_is_room_for_an_answer_where_there_is_none_for_media() {
        let (queue, mut queued) = mpsc::channel(16);
        let client = Client::Stream(queue);
        let (anywhere, media) = (SocketAddr::from(([0, 0, 0, 0], 0)), [0x40, 0, 0, 0]);
        for _ in 0..100 {
            client.send_to(&media, anywhere).await.unwrap();
        }
        let answer = MessageType::new(METHOD_REFRESH, CLASS_SUCCESS_RESPONSE).value().to_be_bytes();
        client.send_to(&answer, anywhere).await.unwrap();
        drop(client);
        let mut taken = vec![];
        queued.recv_many(&mut taken, 100).await;
        assert!(taken.len() > 8 && taken.pop().unwrap() == answer, "{taken:?}");
    }

    #[test]
    fn an_answer_is_told_from_what_is_relayed() {
        let first = |kind: MessageType| kind.value().to_be_bytes();
        for class in [CLASS_SUCCESS_RESPONSE, CLASS_ERROR_RESPONSE] {
            assert!(is_answer(&first(MessageType::new(METHOD_REFRESH, class))));
        }
        assert!(is_answer(&first(BINDING_SUCCESS)));
        assert!(!is_answer(&first(MessageType::new(METHOD_DATA, CLASS_INDICATION))));
        assert!(!is_answer(&[0x40, 1]) && !is_answer(&[0x7F, 0xFF]) && !is_answer(&[]));
    }
}
