//! A proxy before the server, as hosts have one: it can lose the server, and hand out another edition of the page's worker.

use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The head of a request is no longer than that.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Hands on what it is asked, one request a connection; ended when dropped.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    is_next: AtomicBool,
    has_lost_server: AtomicBool,
}

impl Proxy {
    /// One before `server`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                // Whoever goes in the middle of something is gone.
                tokio::spawn(async move { state.serve(browser, server).await.ok() });
            }
        });
        Ok(Self { address, state, serving })
    }

    /// An address on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/{path}", self.address.port())
    }

    /// From now on the worker is that of the next edition of the page.
    pub fn hands_out_next_edition(&self) {
        self.state.is_next.store(true, Ordering::Relaxed);
    }

    /// Whether it says from now on that the server is gone.
    pub fn loses_server(&self, is_lost: bool) {
        self.state.has_lost_server.store(is_lost, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl State {
    async fn serve(&self, mut browser: TcpStream, server: SocketAddr) -> Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if browser.read_buf(&mut head).await? == 0 || head.len() > HEAD_BYTES_MAX {
                return Ok(());
            }
        }
        let head = String::from_utf8(head)?;
        if self.has_lost_server.load(Ordering::Relaxed) {
            let gone = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone";
            return Ok(browser.write_all(gone.as_bytes()).await?);
        }
        let mut server = TcpStream::connect(server).await?;
        if head.to_ascii_lowercase().contains("\r\nupgrade:") {
            server.write_all(head.as_bytes()).await?;
            copy_bidirectional(&mut browser, &mut server).await?;
            return Ok(());
        }
        let is_next = self.is_next.load(Ordering::Relaxed) && head.starts_with("GET /worker.js ");
        server.write_all(closing(&head, is_next).as_bytes()).await?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        if is_next {
            answer = next_edition(&answer)?;
        }
        Ok(browser.write_all(&answer).await?)
    }
}

/// The same request, after which the connection ends; `as_text`, for whoever has nothing of it yet.
fn closing(head: &str, as_text: bool) -> String {
    let kept = head.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let of_text = ["accept-encoding", "if-none-match", "if-modified-since"].contains(&&*name);
        !line.is_empty() && name != "connection" && !(as_text && of_text)
    });
    kept.chain(["Connection: close", "", ""]).collect::<Vec<_>>().join("\r\n")
}

/// The worker as another edition of the page would have it: what it keeps, it keeps under another name.
fn next_edition(answer: &[u8]) -> Result<Vec<u8>> {
    let answer = std::str::from_utf8(answer)?;
    let (head, worker) = answer.split_once("\r\n\r\n").context("no answer")?;
    let worker = worker.replacen("'ojak-", "'ojak-next-", 1);
    let head = head.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !["content-length", "etag"].contains(&&*name)
    });
    let head = head.collect::<Vec<_>>().join("\r\n");
    Ok(format!("{head}\r\nContent-Length: {}\r\n\r\n{worker}", worker.len()).into_bytes())
}
