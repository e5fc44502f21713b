//! Plain requests, byte for byte.

use crate::support::within;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// `what` is such as `GET /path`.
pub(crate) async fn request(address: SocketAddr, what: &str, headers: &[(&str, &str)]) -> Response {
    let mut text = format!("{what} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text.push_str(&format!("Host: {address}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    exchange(address, &(text + "\r\n")).await
}

/// Asks for a socket at `path` with `headers`, of which none is given otherwise but `Host`.
pub(crate) async fn upgrade(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut text =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    exchange(address, &(text + "\r\n")).await
}

async fn exchange(address: SocketAddr, text: &str) -> Response {
    exchange_over(TcpStream::connect(address).await.unwrap(), text).await
}

pub(crate) async fn exchange_over(mut stream: impl AsyncRead + AsyncWrite + Unpin, text: &str) -> Response {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    within("an answer", stream.read_to_end(&mut answer)).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_owned(), body: body.to_owned() }
}
