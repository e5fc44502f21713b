//! The relay behind the port of HTTPS, for networks that let nothing else out.

use crate::https::{Folder, connect, get, hear, say, socket, trusting};
use crate::support::*;
use crate::turn::client;
use async_trait::async_trait;
use ojak_protocol::{IceServer, ServerMessage};
use ojak_server::Server;
use rustls::ClientConfig;
use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use stun::agent::TransactionId;
use stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Getter, Message};
use stun::xoraddr::XorMappedAddress;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::client::TlsStream;
use webrtc_util::Conn;

/// One message after the other, inside TLS.
struct OverTls {
    read: Mutex<ReadHalf<TlsStream<TcpStream>>>,
    write: Mutex<WriteHalf<TlsStream<TcpStream>>>,
    relay: SocketAddr,
}

impl OverTls {
    async fn connect(config: &Arc<ClientConfig>, relay: SocketAddr) -> Self {
        let (read, write) = tokio::io::split(connect(config, relay, "localhost").await.unwrap());
        Self { read: Mutex::new(read), write: Mutex::new(write), relay }
    }

    /// By what address the relay sees this one.
    async fn asks(&self) -> SocketAddr {
        let mut request = Message::new();
        request.build(&[Box::<TransactionId>::default(), Box::new(BINDING_REQUEST)]).unwrap();
        self.send(&request.raw).await.unwrap();
        let mut buffer = [0; 2048];
        let length = within("an answer", self.recv(&mut buffer)).await.unwrap();
        let mut answer = Message::new();
        answer.unmarshal_binary(&buffer[..length]).unwrap();
        assert_eq!((answer.typ, answer.transaction_id), (BINDING_SUCCESS, request.transaction_id));
        let mut seen = XorMappedAddress::default();
        seen.get_from(&answer).unwrap();
        SocketAddr::new(seen.ip, seen.port)
    }
}

#[async_trait]
impl Conn for OverTls {
    async fn send(&self, message: &[u8]) -> webrtc_util::Result<usize> {
        let mut write = self.write.lock().await;
        write.write_all(message).await?;
        write.flush().await?;
        Ok(message.len())
    }

    async fn recv(&self, buffer: &mut [u8]) -> webrtc_util::Result<usize> {
        let mut read = self.read.lock().await;
        read.read_exact(&mut buffer[..4]).await?;
        let said = usize::from(u16::from_be_bytes([buffer[2], buffer[3]]));
        // A message of STUN, or what goes over a channel, which is filled up to a multiple of four.
        let (length, whole) =
            if buffer[0] < 0x40 { (20 + said, 20 + said) } else { (4 + said, 4 + said.next_multiple_of(4)) };
        read.read_exact(&mut buffer[4..whole]).await?;
        Ok(length)
    }

    async fn send_to(&self, message: &[u8], _: SocketAddr) -> webrtc_util::Result<usize> {
        self.send(message).await
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> webrtc_util::Result<(usize, SocketAddr)> {
        Ok((self.recv(buffer).await?, self.relay))
    }

    async fn connect(&self, _: SocketAddr) -> webrtc_util::Result<()> {
        Ok(())
    }

    fn local_addr(&self) -> webrtc_util::Result<SocketAddr> {
        Ok(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        Some(self.relay)
    }

    async fn close(&self) -> webrtc_util::Result<()> {
        Ok(self.write.lock().await.shutdown().await?)
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

fn served(name: &str, flags: &[&str]) -> (Folder, Server, SocketAddr, Arc<ClientConfig>) {
    let folder = Folder::new(name);
    let (server, authority) = start_https_relaying(&[&[&*folder.flag()], flags].concat());
    let config = trusting(&authority.unwrap().pem);
    let address = server.https().unwrap();
    (folder, server, address, config)
}

/// What a page is told that came over TLS.
async fn told(config: &Arc<ClientConfig>, address: SocketAddr, name: &str) -> Vec<IceServer> {
    let mut socket = socket(config, address, &format!("https://localhost:{}", address.port())).await.unwrap();
    say(&mut socket, &join("home", name)).await;
    match hear(&mut socket).await {
        ServerMessage::Joined { ice_servers, .. } => ice_servers,
        other => panic!("instead of joined: {other:?}"),
    }
}

fn behind_tls(told: &[IceServer]) -> Option<&str> {
    let mut urls = told.iter().filter(|server| server.credential.is_some()).flat_map(|server| &server.urls);
    urls.find(|url| url.starts_with("turns:")).map(String::as_str)
}

/// With what a page is told and nothing but its own port, two are relayed to each other.
#[tokio::test]
async fn who_gets_out_by_https_alone_is_relayed_all_the_same() {
    let (_folder, _server, address, config) = served("turn-relayed", &[]);
    // Some say what they want before they say it (RFC 7443).
    let mut announced = (*config).clone();
    announced.alpn_protocols = vec![b"stun.turn".to_vec()];
    let (of_ana, of_ben) = (told(&config, address, "Ana").await, told(&config, address, "Ben").await);
    let url = format!("turns:localhost:{}?transport=tcp", address.port());
    assert_eq!((behind_tls(&of_ana), behind_tls(&of_ben)), (Some(&*url), Some(&*url)));

    let ana = client(OverTls::connect(&config, address).await, address, &of_ana).await;
    let ben = client(OverTls::connect(&Arc::new(announced), address).await, address, &of_ben).await;
    let ana_relayed = within("an allocation", ana.allocate()).await.unwrap();
    let ben_relayed = within("an allocation", ben.allocate()).await.unwrap();
    let (to_ana, to_ben) = (ana_relayed.local_addr().unwrap(), ben_relayed.local_addr().unwrap());
    // Makes way for those of the other side. It may come before she lets him in, and is dropped then.
    const GREETING: &[u8] = b"let her in";
    ben_relayed.send_to(GREETING, to_ana).await.unwrap();
    let mut buffer = [0; 2048];
    for size in [5, 1200] {
        let data = vec![7; size];
        ana_relayed.send_to(&data, to_ben).await.unwrap();
        let (length, from) = within("what Ana says", ben_relayed.recv_from(&mut buffer)).await.unwrap();
        assert_eq!((&buffer[..length], from), (&*data, to_ana));
        ben_relayed.send_to(&data, to_ana).await.unwrap();
        let (length, from) = within("what Ben says", async {
            loop {
                let (length, from) = ana_relayed.recv_from(&mut buffer).await.unwrap();
                if &buffer[..length] != GREETING {
                    break (length, from);
                }
            }
        })
        .await;
        assert_eq!((&buffer[..length], from), (&*data, to_ben));
    }
    assert_eq!(get(&config, address, "/", "localhost").await.body, INDEX, "the page is there as well");

    let mut forged = of_ben.clone();
    forged.last_mut().unwrap().credential = of_ana.last().unwrap().credential.clone();
    let eve = client(OverTls::connect(&config, address).await, address, &forged).await;
    assert!(within("a refusal", eve.allocate()).await.is_err(), "one's name with another's password");
}

#[tokio::test]
async fn only_where_tls_ends_here_a_page_is_told_of_a_relay_behind_it() {
    let (_folder, server, address, config) = served("turn-told", &["--public-url=https://call.example"]);
    assert_eq!(
        behind_tls(&told(&config, address, "Ana").await),
        Some("turns:call.example:443?transport=tcp"),
        "under the name that people know it by"
    );
    let mut ben = Client::connect(&server).await;
    ben.say(&join("home", "Ben")).await;
    match ben.message().await {
        ServerMessage::Joined { ice_servers, .. } => assert_eq!(behind_tls(&ice_servers), None),
        other => panic!("instead of joined: {other:?}"),
    }
    // One that ends the TLS of browsers, and begins another.
    let (_folder, _server, address, config) = served("turn-proxied", &["--trusted-proxy=127.0.0.0/8"]);
    assert_eq!(behind_tls(&told(&config, address, "Ana").await), None);
}

#[tokio::test]
async fn what_the_relay_is_asked_takes_no_room_from_those_who_ask_for_the_page() {
    // Six requests at a time from one address.
    let (_folder, _server, address, config) = served("turn-room", &["--sockets-per-address=1"]);
    let mut asking = Vec::new();
    for _ in 0..8 {
        let conn = OverTls::connect(&config, address).await;
        assert_eq!(conn.asks().await.ip(), address.ip());
        asking.push(conn);
    }
    assert_eq!(get(&config, address, "/livez", "localhost").await.status, 200);
    // Of ten answers a second for who shows no password.
    asking[0].asks().await;
}

#[tokio::test]
async fn without_a_relay_nobody_is_told_of_one_and_it_is_no_request() {
    let folder = Folder::new("turn-none");
    let (server, authority) = start_https(&[&folder.flag()]);
    let config = trusting(&authority.unwrap().pem);
    let address = server.https().unwrap();
    assert_eq!(told(&config, address, "Ana").await, []);
    let mut stream = connect(&config, address, "localhost").await.unwrap();
    stream
        .write_all(&[0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        .await
        .unwrap();
    let mut answer = Vec::new();
    let _ = within("the end", stream.read_to_end(&mut answer)).await;
    assert!(answer.starts_with(b"HTTP/1.1 400"), "{answer:?}");
}
