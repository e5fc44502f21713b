//! What a socket reads: however the bytes are cut, the same messages come out, none beyond its limit, and the same
//! that another implementation reads.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use ojak_protocol::{FRAME_BYTES_MAX, MESSAGE_BYTES_MAX};
use reader::{Incoming, Reader};
use std::io::{self, Cursor, Read, Write};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, ReadBuf};
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};

#[path = "../../crates/server/src/reader.rs"]
#[allow(dead_code)]
mod reader;

/// What arrives, so many bytes at a time.
struct Crumbs<'a> {
    bytes: &'a [u8],
    each: usize,
}

impl AsyncRead for Crumbs<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.each.min(buffer.remaining()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(count);
        buffer.put_slice(now);
        self.bytes = later;
        Poll::Ready(Ok(()))
    }
}

#[derive(Debug, PartialEq)]
enum Heard {
    Text(Vec<u8>),
    Ping(Vec<u8>),
    Other,
    Closed,
    /// And why, in words.
    Ended(String),
}

fn heard(bytes: &[u8], each: usize) -> Vec<Heard> {
    let mut reader = Reader::new(Crumbs { bytes, each }, BytesMut::new());
    let mut heard = Vec::new();
    loop {
        heard.push(match reader.next() {
            Ok(Some(Incoming::Text(text))) => {
                assert!(text.len() <= MESSAGE_BYTES_MAX);
                Heard::Text(text.to_vec())
            }
            Ok(Some(Incoming::Ping(content))) => {
                assert!(content.len() <= 125);
                Heard::Ping(content.to_vec())
            }
            Ok(Some(Incoming::Fragment | Incoming::Pong)) => Heard::Other,
            Ok(Some(Incoming::Close)) => break heard.push(Heard::Closed),
            Ok(None) => match pin!(reader.fill()).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(())) => continue,
                Poll::Ready(Err(error)) => break heard.push(Heard::Ended(error.to_string())),
                Poll::Pending => unreachable!("nothing is waited for"),
            },
            Err(error) => break heard.push(Heard::Ended(error.to_string())),
        });
    }
    heard
}

/// Reads, and takes what is said to it.
struct Wire<'a>(Cursor<&'a [u8]>);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The texts that tungstenite reads.
fn read_by_others(bytes: &[u8]) -> Vec<Vec<u8>> {
    let limits = WebSocketConfig::default()
        .max_frame_size(Some(FRAME_BYTES_MAX))
        .max_message_size(Some(MESSAGE_BYTES_MAX));
    let mut socket = WebSocket::from_raw_socket(Wire(Cursor::new(bytes)), Role::Server, Some(limits));
    let mut texts = Vec::new();
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => texts.push(text.as_bytes().to_vec()),
            Ok(Message::Close(_) | Message::Binary(_)) | Err(Error::ConnectionClosed) | Err(_) => {
                return texts;
            }
            Ok(_) => {}
        }
    }
}

fuzz_target!(|data: (u8, &[u8])| {
    let (each, bytes) = data;
    let whole = heard(bytes, usize::MAX);
    assert_eq!(whole, heard(bytes, usize::from(each) + 1));
    let texts = whole.iter().filter_map(|heard| match heard {
        Heard::Text(text) => Some(text),
        _ => None,
    });
    // One of the two may stop earlier: it knows a rule that the other does not.
    for (ours, theirs) in texts.zip(read_by_others(bytes)) {
        assert_eq!(*ours, theirs);
    }
});
