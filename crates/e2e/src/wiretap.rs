//! Somebody who listens on the way to the server: everything that browsers and the server say to each other.
//!
//! The tap is a plain relay in front of the server, and the browsers are given its address. So what a test concludes
//! from it depends neither on the page nor on the server: it is what was on the wire.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The bytes of one direction of one connection.
type Course = Arc<Mutex<Vec<u8>>>;

/// A relay that remembers everything. Its threads end with the connections, and with the test.
pub struct Wiretap {
    address: SocketAddr,
    courses: Arc<Mutex<Vec<Course>>>,
}

impl Wiretap {
    /// One in front of `server`.
    ///
    /// # Errors
    /// When there is no port for it.
    pub fn open(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let courses: Arc<Mutex<Vec<Course>>> = Arc::default();
        let kept = Arc::clone(&courses);
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                // A server that is gone is one for the browser too.
                let Ok(server) = TcpStream::connect(server) else { continue };
                for (from, to) in [(&browser, &server), (&server, &browser)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { continue };
                    let course = Course::default();
                    lock(&kept).push(Arc::clone(&course));
                    thread::spawn(move || relay(from, to, &course));
                }
            }
        });
        Ok(Self { address, courses })
    }

    /// Where browsers find the server.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that was said so far: whatever is text in it, with the frames of WebSockets unmasked.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        let mut heard = Vec::new();
        for course in lock(&self.courses).iter() {
            let bytes = lock(course).clone();
            heard.extend(frames(&bytes));
            heard.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        heard
    }

    /// Whether this was said, in any of the ways in which JSON, addresses and the like write text.
    ///
    /// # Panics
    /// When it is so short that it would be heard anywhere.
    #[must_use]
    pub fn heard_of(&self, secret: &str) -> bool {
        assert!(secret.len() >= 6, "{secret:?} is too short to be told from noise");
        let ways = ways_to_write(secret);
        self.heard().iter().any(|text| ways.iter().any(|way| text.contains(way)))
    }
}

/// As it is, with every character beyond ASCII escaped as JSON may do it, as addresses have it, in hexadecimal, and in
/// base64 wherever in a longer text it stands.
fn ways_to_write(secret: &str) -> Vec<String> {
    let mut escaped = String::new();
    for unit in secret.encode_utf16() {
        match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
            Some(letter) => escaped.push(letter),
            None => escaped += &format!("\\u{unit:04x}"),
        }
    }
    let percent = |byte: &u8| {
        if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    };
    let percent = secret.as_bytes().iter().map(percent).collect();
    let hex = secret.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut ways = vec![secret.to_owned(), escaped, percent, hex];
    // Which letters stand for it depends on how many bytes are before it; those at the edges on what they are.
    for before in 0..3 {
        let bytes = [&vec![0; before][..], secret.as_bytes()].concat();
        let whole = base64(&bytes);
        let (from, until) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        ways.push(whole[from..until].to_owned());
        ways.push(whole[from..until].replace('+', "-").replace('/', "_"));
    }
    ways.retain(|way| way.len() >= 4);
    ways
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextet = |index: usize| {
        let at = |bit: usize| bytes.get(bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1);
        (0..6).fold(0, |value, bit| value << 1 | usize::from(at(index * 6 + bit)))
    };
    (0..(bytes.len() * 8).div_ceil(6)).map(|index| char::from(LETTERS[sextet(index)])).collect()
}

fn relay(mut from: TcpStream, mut to: TcpStream, course: &Course) {
    let mut buffer = [0; 16 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                lock(course).extend_from_slice(&buffer[..count]);
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The payloads of the WebSocket frames in one direction, if it is one: RFC 6455, section 5.2.
fn frames(bytes: &[u8]) -> Vec<String> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let is_socket = String::from_utf8_lossy(&bytes[..head]).to_lowercase().contains("upgrade: websocket");
    let mut rest = bytes.get(head + 4..).filter(|_| is_socket).unwrap_or_default();
    let mut payloads = Vec::new();
    while let Some((payload, behind)) = frame(rest) {
        payloads.push(String::from_utf8_lossy(&payload).into_owned());
        rest = behind;
    }
    payloads
}

fn frame(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let second = *bytes.get(1)?;
    let (length, mut at) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        short => (usize::from(short), 2),
    };
    let mut mask = [0; 4];
    if second & 0x80 != 0 {
        mask.copy_from_slice(bytes.get(at..at + 4)?);
        at += 4;
    }
    let payload = bytes.get(at..at.checked_add(length)?)?;
    let payload = payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    Some((payload, &bytes[at + length..]))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_frame_is_read() {
        let mask = [1, 2, 3, 4];
        let masked: Vec<u8> =
            b"hello".iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        let bytes = [b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\x81\x85", &mask[..], &masked].concat();
        assert_eq!(frames(&bytes), ["hello"]);
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let secret = "다리 at nine?";
        let base64_of = |before: &str| base64([before, secret, "behind"].concat().as_bytes());
        for written in [
            secret.to_owned(),
            "{\"text\":\"\\ub2e4\\ub9ac at nine?\"}".to_owned(),
            "?q=%EB%8B%A4%EB%A6%AC%20at%20nine%3F".to_owned(),
            base64_of(""),
            base64_of("a"),
            base64_of("ab"),
        ] {
            assert!(ways_to_write(secret).iter().any(|way| written.contains(way)), "{written}");
        }
    }
}
