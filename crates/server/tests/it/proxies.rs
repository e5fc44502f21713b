//! The proxies of `deploy/`, started with those configurations, where they are installed.

use crate::binary::Running;
use crate::deploy::{configuration, free_port, installed};
use crate::http::exchange_over;
use crate::https::{Folder, Socket, hear, say, socket_of, trusting, write_certificate};
use crate::support::*;
use ojak_protocol::ServerMessage;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const HOST: &str = "calls.example";

/// A proxy in front of a server, ended with the test.
struct Proxy {
    child: Child,
    plain: SocketAddr,
    over_tls: SocketAddr,
    config: Arc<ClientConfig>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Not killed: nginx would leave its workers behind.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Proxy {
    async fn start(mut command: Command, ports: (u16, u16), pem: &str) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let proxy = Self { child, plain: at(ports.0), over_tls: at(ports.1), config: trusting(pem) };
        until("the proxy", || async { TcpStream::connect(proxy.over_tls).await.is_ok() }).await;
        proxy
    }

    /// From another address than that of the proxy itself.
    async fn connect(&self, from: [u8; 4]) -> TlsStream<TcpStream> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let stream = within("the proxy", socket.connect(self.over_tls)).await.unwrap();
        let name = ServerName::try_from(HOST).unwrap();
        let connector = TlsConnector::from(Arc::clone(&self.config));
        within("a handshake", connector.connect(name, stream)).await.unwrap()
    }

    async fn socket(&self, from: [u8; 4], forged: Option<&str>) -> Result<Socket, u16> {
        let origin = format!("https://{HOST}");
        socket_of(self.connect(from).await, HOST, &origin, forged).await
    }

    async fn does_what_it_should(&self) {
        until("the server behind it", || async {
            let ask = format!("GET /readyz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
            let answer = exchange_over(self.connect([127, 0, 0, 2]).await, &ask).await;
            answer.status == 200 && answer.header("strict-transport-security") == Some("max-age=31536000")
        })
        .await;
        let plain = crate::http::request(self.plain, "GET /standup", &[("Host", HOST)]).await;
        assert_eq!((plain.status, plain.header("location")), (308, Some("https://calls.example/standup")));

        let mut ana = self.socket([127, 0, 0, 2], None).await.unwrap();
        say(&mut ana, &join("home", "Ana")).await;
        assert!(matches!(hear(&mut ana).await, ServerMessage::Joined { .. }));
        assert_eq!(
            self.socket([127, 0, 0, 2], None).await.err(),
            Some(429),
            "one a person, as the server was told"
        );
        let forged = self.socket([127, 0, 0, 2], Some("203.0.113.9")).await;
        assert_eq!(forged.err(), Some(429), "whatever they say themselves");
        let mut ben = self.socket([127, 0, 0, 3], None).await.unwrap();
        say(&mut ben, &join("home", "Ben")).await;
        assert!(matches!(hear(&mut ben).await, ServerMessage::Joined { peers, .. } if peers.len() == 1));
        assert!(matches!(hear(&mut ana).await, ServerMessage::PeerJoined { .. }));
    }
}

fn server() -> Running {
    Running::start(&[
        "--trusted-proxy",
        "127.0.0.1",
        "--sockets-per-address",
        "1",
        "--public-url",
        "https://calls.example",
    ])
}

#[tokio::test]
async fn behind_nginx() {
    let Some(program) = installed("nginx", "nginx") else { return };
    let (folder, server, ports) = (Folder::new("nginx"), server(), (free_port(), free_port()));
    let pem = write_certificate(&folder.0, &[HOST]);
    let site = configuration(
        "nginx.conf",
        &[
            ("listen 80;", &format!("listen 127.0.0.1:{};", ports.0)),
            ("listen 443 ssl;", &format!("listen 127.0.0.1:{} ssl;", ports.1)),
            ("listen [::]:80;", ""),
            ("listen [::]:443 ssl;", ""),
            ("/etc/ssl/calls.example.pem", &folder.0.join("cert.pem").display().to_string()),
            ("/etc/ssl/private/calls.example.key", &folder.0.join("key.pem").display().to_string()),
            ("127.0.0.1:8080", &server.address.to_string()),
        ],
    );
    let scratch: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {}/{what};\n", folder.0.display()))
        .concat();
    let whole = format!(
        "daemon off;\nuser root;\npid {0}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{scratch}{site}}}\n",
        folder.0.display()
    );
    let file = folder.0.join("whole.conf");
    fs::write(&file, whole).unwrap();
    let mut command = Command::new(program);
    command.arg("-p").arg(&folder.0).arg("-e").arg("stderr").arg("-c").arg(file);
    Proxy::start(command, ports, &pem).await.does_what_it_should().await;
}

#[tokio::test]
async fn behind_haproxy() {
    let Some(program) = installed("haproxy", "haproxy") else { return };
    let (folder, server, ports) = (Folder::new("haproxy"), server(), (free_port(), free_port()));
    let pem = write_certificate(&folder.0, &[HOST]);
    let both = fs::read_to_string(folder.0.join("key.pem")).unwrap() + &pem;
    fs::write(folder.0.join("both.pem"), both).unwrap();
    let text = configuration(
        "haproxy.cfg",
        &[
            ("bind :80\n", &format!("bind 127.0.0.1:{}\n", ports.0)),
            ("bind :443 ", &format!("bind 127.0.0.1:{} ", ports.1)),
            ("/etc/haproxy/certs/calls.example.pem", &folder.0.join("both.pem").display().to_string()),
            ("127.0.0.1:8080", &server.address.to_string()),
            ("maxconn 20000", "maxconn 100"),
        ],
    );
    let file = folder.0.join("haproxy.cfg");
    fs::write(&file, text).unwrap();
    let mut command = Command::new(program);
    command.arg("-db").arg("-f").arg(file);
    Proxy::start(command, ports, &pem).await.does_what_it_should().await;
}

/// Caddy is not in Debian. What its configuration leaves to it by default is what the others are told.
#[test]
fn the_configurations_start_the_server_alike() {
    let commands: Vec<String> = ["nginx.conf", "haproxy.cfg", "Caddyfile"]
        .map(|name| {
            let text = configuration(name, &[]);
            text.lines()
                .find_map(|line| line.split_once("runs as: ").map(|(_, command)| command.to_owned()))
                .unwrap()
        })
        .into();
    assert!(commands.iter().all(|command| *command == commands[0]), "{commands:?}");
    let config = <ojak_server::Config as clap::Parser>::try_parse_from(commands[0].split(' '));
    assert_eq!(config.unwrap().trusted_proxies.len(), 1);
}
