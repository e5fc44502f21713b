//! Debian's coturn, started with the configuration of `deploy/`, where it is installed: the passwords that this server makes
//! are good there, and the ranges that are denied here are denied there.

use crate::deploy::{configuration, free_port, installed};
use crate::https::{Folder, write_certificate};
use crate::support::*;
use crate::turn::{client, told};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::{TcpStream, UdpSocket};
use webrtc_util::Conn;

/// What `deploy/turnserver.conf` has in its place.
const SECRET: &str = "of this test";

/// What may be lost is said again.
const SOON: Duration = Duration::from_millis(200);

/// A coturn that runs, ended with the test.
struct Coturn {
    child: Child,
    address: SocketAddr,
    folder: Folder,
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Coturn {
    /// None where it is not installed.
    async fn start(name: &str) -> Option<Self> {
        let program = installed("turnserver", "coturn")?;
        let (folder, ports) = (Folder::new(name), (free_port(), free_port()));
        write_certificate(&folder.0, &["turn.example"]);
        std::fs::write(folder.0.join("secret"), SECRET).unwrap();
        let at = |file: &str| folder.0.join(file).display().to_string();
        let text = configuration(
            "turnserver.conf",
            &[
                ("listening-port=3478", &format!("listening-port={}\nlistening-ip=127.0.0.1", ports.0)),
                ("tls-listening-port=443", &format!("tls-listening-port={}", ports.1)),
                ("/etc/ssl/turn.example.pem", &at("cert.pem")),
                ("/etc/ssl/private/turn.example.key", &at("key.pem")),
                ("static-auth-secret=change-me", &format!("static-auth-secret={SECRET}")),
                ("\nsyslog\n", "\nlog-file=stdout\n"),
                // Of those who are relayed here.
                ("denied-peer-ip=127.0.0.0-127.255.255.255", "allow-loopback-peers"),
            ],
        );
        std::fs::write(folder.0.join("turnserver.conf"), text).unwrap();
        let mut command = Command::new(program);
        command.args(["-c", &at("turnserver.conf"), "--pidfile", &at("pid"), "--db", &at("db")]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], ports.0));
        let coturn = Self { child, address, folder };
        until("coturn", || async { TcpStream::connect(address).await.is_ok() }).await;
        Some(coturn)
    }
}

#[tokio::test]
async fn whoever_joins_is_relayed_by_coturn_with_its_secret() {
    let Some(coturn) = Coturn::start("coturn").await else { return };
    let secret = coturn.folder.0.join("secret").display().to_string();
    let url = format!("turn:{}?transport=udp", coturn.address);
    let server = start(&["--ice-server", &url, "--ice-secret", &secret]);
    let (_ana, of_ana) = told(&server).await;
    let (_ben, of_ben) = told(&server).await;
    assert_eq!(of_ana[0].urls, [url]);
    let socket = || UdpSocket::bind("127.0.0.1:0");
    let ana = client(socket().await.unwrap(), coturn.address, &of_ana).await;
    let ben = client(socket().await.unwrap(), coturn.address, &of_ben).await;
    let ana = within("an allocation", ana.allocate()).await.unwrap();
    let ben = within("an allocation", ben.allocate()).await.unwrap();
    // Each lets the other in by saying something first.
    let mut buffer = [0; 100];
    let (to_ana, to_ben) = (ana.local_addr().unwrap(), ben.local_addr().unwrap());
    ben.send_to(b"hello?", to_ana).await.unwrap();
    for (from, to, address, said) in
        [(&ana, &ben, to_ben, &b"hello"[..]), (&ben, &ana, to_ana, b"hello yourself")]
    {
        within("what was said", async {
            loop {
                from.send_to(said, address).await.unwrap();
                let heard = tokio::time::timeout(SOON, to.recv_from(&mut buffer)).await;
                if heard.is_ok_and(|heard| buffer[..heard.unwrap().0] == *said) {
                    return;
                }
            }
        })
        .await;
    }
    let mut forged = of_ben;
    forged[0].username = of_ana[0].username.clone();
    let mallory = client(socket().await.unwrap(), coturn.address, &forged).await;
    assert!(within("a refusal", mallory.allocate()).await.is_err(), "one's name with another's password");
}

#[tokio::test]
async fn coturn_reaches_no_private_network_for_anybody() {
    let Some(coturn) = Coturn::start("coturn-denied").await else { return };
    let secret = coturn.folder.0.join("secret").display().to_string();
    let server = start(&["--ice-server", &format!("turn:{}", coturn.address), "--ice-secret", &secret]);
    let (_ana, of_ana) = told(&server).await;
    let ana = client(UdpSocket::bind("127.0.0.1:0").await.unwrap(), coturn.address, &of_ana).await;
    let relayed = within("an allocation", ana.allocate()).await.unwrap();
    for denied in [
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "255.255.255.255",
    ] {
        let peer = format!("{denied}:9").parse().unwrap();
        let sent = within("an answer", relayed.send_to(b"let me in", peer)).await;
        assert!(sent.is_err_and(|error| error.to_string().contains("403")), "{denied}");
    }
    relayed.send_to(b"the internet is not denied", "1.1.1.1:9".parse().unwrap()).await.unwrap();
}

#[test]
fn its_configuration_says_how_the_server_is_started() {
    let (folder, text) = (Folder::new("coturn-command"), configuration("turnserver.conf", &[]));
    let secret = folder.0.join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let command = text.lines().find_map(|line| line.split_once("runs as: ")).unwrap().1;
    let command = command.replace("/etc/ojak/turn-secret", &secret.display().to_string());
    let config = <ojak_server::Config as clap::Parser>::try_parse_from(command.split(' ')).unwrap();
    assert_eq!((config.contradiction(), config.ice_servers.len()), (None, 4));
}
