//! The heads of messages: where one ends in a stream, by the lengths that are in them (RFC 8656, section 12.5, and RFC
//! 8489, section 6.2.2); what goes over a channel (RFC 8656, section 12.4); and how to tell such a stream from HTTP.

use bytes::{Bytes, BytesMut};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longer than anything that is relayed: a datagram with its wrapping.
const FRAME_MAX: usize = 2048;
const HEAD: usize = 4;
const STUN_HEAD: usize = 20;
const MAGIC_COOKIE: [u8; 4] = 0x2112_A442_u32.to_be_bytes();

/// What somebody speaks who has just connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    Http,
    Stun,
}

impl Spoken {
    /// By the first bytes, and be it one. HTTP begins with a letter or an empty line; a request of STUN or TURN with 0,
    /// since their methods are few, and it has a number in its head that is always the same.
    pub(crate) fn of(first: &[u8]) -> Self {
        let may_be_stun = first.get(4..8).is_none_or(|cookie| cookie == MAGIC_COOKIE);
        match first {
            [0, ..] if may_be_stun => Self::Stun,
            _ => Self::Http,
        }
    }
}

/// The bytes of a message with this head, with those that fill it up; none if there is no such message.
fn length([a, b, c, d]: [u8; HEAD]) -> Option<usize> {
    let said = usize::from(u16::from_be_bytes([c, d]));
    let whole = match (a >> 6, u16::from_be_bytes([a, b])) {
        (0, _) if said.is_multiple_of(4) => STUN_HEAD + said,
        // Of the channel numbers that there were (RFC 5766); what has none is refused where it is read.
        (1, _) => HEAD + said.next_multiple_of(4),
        _ => return None,
    };
    (whole <= FRAME_MAX).then_some(whole)
}

/// The number of a channel and what comes over it, if `message` is long enough for both.
pub(crate) fn unwrapped(message: &[u8]) -> Option<(u16, &[u8])> {
    let (&[a, b, c, d], rest) = message.split_first_chunk::<HEAD>()?;
    Some((u16::from_be_bytes([a, b]), rest.get(..usize::from(u16::from_be_bytes([c, d])))?))
}

/// `data` as it goes over `channel`, filled up as streams need it; none if it is longer than can be said.
pub(crate) fn wrapped(channel: u16, data: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(data.len()).ok()?;
    let whole = HEAD + data.len().next_multiple_of(4);
    let mut message = Vec::with_capacity(whole);
    message.extend(channel.to_be_bytes());
    message.extend(length.to_be_bytes());
    message.extend(data);
    message.resize(whole, 0);
    Some(message)
}

/// Cuts a stream into messages.
pub(crate) struct Frames<R> {
    stream: R,
    received: BytesMut,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, received: BytesMut::new() }
    }

    /// The next message; none at the end. Dropped half way, it loses nothing.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(head) = self.received.first_chunk::<HEAD>() {
                let whole = length(*head).ok_or(io::ErrorKind::InvalidData)?;
                if self.received.len() >= whole {
                    return Ok(Some(self.received.split_to(whole).freeze()));
                }
            }
            self.received.reserve(FRAME_MAX);
            if self.stream.read_buf(&mut self.received).await? == 0 {
                let clean = self.received.is_empty();
                return if clean { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use tokio::io::AsyncWriteExt;

    fn stun(length: u16) -> Vec<u8> {
        let [high, low] = length.to_be_bytes();
        let mut message = vec![0, 1, high, low];
        message.extend(MAGIC_COOKIE);
        message.resize(STUN_HEAD + usize::from(length), 7);
        message
    }

    fn channel_data(length: u16) -> Vec<u8> {
        let [high, low] = length.to_be_bytes();
        let mut message = vec![0x40, 0, high, low];
        message.resize(HEAD + usize::from(length).next_multiple_of(4), 7);
        message
    }

    async fn frames(bytes: &[u8], piece: usize) -> Vec<Result<usize, ErrorKind>> {
        let (mut write, read) = tokio::io::duplex(piece);
        let bytes = bytes.to_vec();
        let writing = tokio::spawn(async move {
            // An error means that the reader has seen enough.
            let _ = write.write_all(&bytes).await;
        });
        let mut frames = Frames::new(read);
        let mut found = vec![];
        loop {
            match frames.next().await {
                Ok(Some(frame)) => found.push(Ok(frame.len())),
                Ok(None) => break,
                Err(error) => {
                    found.push(Err(error.kind()));
                    break;
                }
            }
        }
        drop(frames);
        writing.await.unwrap();
        found
    }

    #[tokio::test]
    async fn messages_are_found_however_they_come() {
        let bytes = [stun(0), channel_data(0), channel_data(5), stun(100), channel_data(1500)].concat();
        for piece in [1, 3, 1000, 100_000] {
            assert_eq!(frames(&bytes, piece).await, [20, 4, 12, 120, 1504].map(Ok), "{piece}");
        }
    }

    #[tokio::test]
    async fn what_is_no_message_ends_the_stream() {
        for (bytes, found) in [
            (b"GET / HTTP/1.1\r\n\r\n".to_vec(), ErrorKind::InvalidData),
            (stun(2), ErrorKind::InvalidData),
            (stun(3000), ErrorKind::InvalidData),
            (channel_data(2045), ErrorKind::InvalidData),
            (vec![0x80, 0, 0, 0], ErrorKind::InvalidData),
            (vec![0xFF; 4], ErrorKind::InvalidData),
            (stun(100)[..100].to_vec(), ErrorKind::UnexpectedEof),
            (vec![0], ErrorKind::UnexpectedEof),
        ] {
            assert_eq!(frames(&bytes, 1000).await, [Err(found)], "{bytes:?}");
        }
    }

    #[test]
    fn what_goes_over_a_channel_is_as_the_library_has_it() {
        for length in [0, 1, 3, 4, 1200] {
            let data = vec![7; length];
            let number = turn::proto::channum::ChannelNumber(0x4001);
            let mut library = turn::proto::chandata::ChannelData { data: data.clone(), number, raw: vec![] };
            library.encode();
            let message = wrapped(0x4001, &data).unwrap();
            assert_eq!(message, library.raw);
            assert_eq!(unwrapped(&message), Some((0x4001, &data[..])));
            assert_eq!(
                unwrapped(&message[..HEAD + length]),
                Some((0x4001, &data[..])),
                "over UDP, not filled up"
            );
        }
        assert_eq!(wrapped(0x4001, &vec![7; 65_536]), None);
        for cut in [&[0x40, 1, 0, 4, 7, 7, 7][..], &[0x40, 1, 0], &[]] {
            assert_eq!(unwrapped(cut), None, "{cut:?}");
        }
    }

    #[test]
    fn stun_and_http_are_told_apart_by_their_first_bytes() {
        for http in
            ["G", "GET / HTTP/1.1\r\n", "POST", "OPTIONS * HTTP/1.1", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
        {
            assert_eq!(Spoken::of(http.as_bytes()), Spoken::Http, "{http}");
        }
        let message = stun(8);
        for length in 1..message.len() {
            assert_eq!(Spoken::of(&message[..length]), Spoken::Stun, "{length}");
        }
        // Neither: it is HTTP that has an answer for it.
        for neither in [&b""[..], b"\r\n", b"\r\n\r\n\r\n\r\n", &[0; 8], &[0x16, 3, 1], &[0x40, 0, 0, 4]] {
            assert_eq!(Spoken::of(neither), Spoken::Http, "{neither:?}");
        }
    }
}
