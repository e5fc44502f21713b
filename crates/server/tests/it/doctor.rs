//! `ojak doctor`: every fault that is put into a set-up is found, and called by its own name.

mod certificate;
mod ice;
mod page;
mod socket;

use crate::binary::ojak;
use crate::https::{Folder, write_certificate};
use crate::support::*;
use ojak_server::{Limits, Machine};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpSocket, TcpStream};

/// What was said of a server.
struct Diagnosis {
    code: Option<i32>,
    said: String,
}

/// One thing of it.
#[derive(Debug, PartialEq)]
struct Line {
    level: String,
    subject: String,
    found: String,
}

impl Diagnosis {
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for text in self.said.lines() {
            let level = text.split(' ').next().unwrap();
            if ["ok", "warn", "FAIL"].contains(&level) {
                let [level, subject, found] =
                    [0..4, 6..17, 19..text.len()].map(|part| text[part].trim().to_owned());
                lines.push(Line { level, subject, found });
            } else if let (Some(more), Some(last)) = (text.strip_prefix(&" ".repeat(19)), lines.last_mut()) {
                last.found.push(' ');
                last.found.push_str(more);
            }
        }
        lines
    }

    fn subjects(&self, level: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.level == level).map(|line| line.subject).collect()
    }

    #[track_caller]
    fn is_well(&self, but_for: &[&str]) {
        assert!(self.subjects("FAIL").is_empty(), "{}", self.said);
        assert_eq!(self.subjects("warn"), but_for, "{}", self.said);
        let sum =
            if but_for.is_empty() { "\nAll is well.\n" } else { "\nCalls work; see what is warned of.\n" };
        assert!(self.said.ends_with(sum), "{}", self.said);
        assert_eq!(self.code, Some(0), "{}", self.said);
    }

    /// Exactly these are wrong, each with what was found.
    #[track_caller]
    fn is_wrong(&self, expected: &[(&str, &str)]) {
        let faults: Vec<Line> = self.lines().into_iter().filter(|line| line.level == "FAIL").collect();
        assert_eq!(faults.len(), expected.len(), "{}", self.said);
        for (fault, (subject, about)) in faults.iter().zip(expected) {
            assert_eq!(fault.subject, *subject, "{}", self.said);
            assert!(fault.found.contains(about), "{}", self.said);
        }
        assert!(self.said.ends_with("\nSomething is wrong.\n"), "{}", self.said);
        assert_eq!(self.code, Some(1), "{}", self.said);
    }

    /// It says so somewhere, be it on two lines.
    #[track_caller]
    fn says(&self, about: &str) {
        let said = self.said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(about), "{}", self.said);
    }
}

/// Asks as somebody who knows the authorities of that file, and no others.
async fn ask_knowing(url: &str, authorities: &Path) -> Diagnosis {
    let mut command = ojak(&["doctor", url]);
    command.env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = within("a diagnosis", output).await.unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    Diagnosis { code: output.status.code(), said: String::from_utf8(output.stdout).unwrap() }
}

async fn ask(url: &str) -> Diagnosis {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = Folder::new(&format!("doctor-stranger-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    write_certificate(&folder.0, &["elsewhere.example"]);
    ask_knowing(url, &folder.0.join("cert.pem")).await
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn at(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// A port at which nobody listens, over TCP or UDP.
struct Closed {
    /// Bound, and listening to nobody: so the port is given to nobody else meanwhile.
    _tcp: TcpSocket,
    port: u16,
}

impl Closed {
    fn new() -> Self {
        loop {
            let tcp = TcpSocket::new_v4().unwrap();
            tcp.bind(at(0)).unwrap();
            let port = tcp.local_addr().unwrap().port();
            if std::net::UdpSocket::bind(at(port)).is_ok() {
                return Self { _tcp: tcp, port };
            }
        }
    }
}

/// Byte by byte, so that nothing behind it is taken.
async fn head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

#[tokio::test]
async fn on_this_machine_all_is_well() {
    let (server, _) = start_relaying(&["--turn-allow-private"], Limits::default());
    let port = server.address().port();
    let diagnosis = ask(&format!("localhost:{port}")).await;
    diagnosis.is_well(&[]);
    assert!(
        diagnosis.said.starts_with(&format!("Looking at http://localhost:{port} as a browser would.\n\n"))
    );
    assert_eq!(
        diagnosis.subjects("ok"),
        ["name", "port", "page", "server", "socket", "STUN", "TURN (UDP)", "TURN (TCP)", "relayed"]
    );
}

#[tokio::test]
async fn on_the_lan_the_certificate_is_warned_of_and_explained() {
    let folder = Folder::new("doctor-lan");
    let (server, authority) = start_https_relaying(&[&folder.flag()]);
    let port = server.https().unwrap().port();
    let diagnosis = ask(&format!("https://localhost:{port}")).await;
    diagnosis.is_well(&["certificate"]);
    diagnosis.says("made by this Ojak for its own network");
    diagnosis.says(&format!("https://localhost:{port}/certificate"));
    diagnosis.says(&authority.unwrap().fingerprint);
    for transport in ["UDP", "TCP", "TLS"] {
        diagnosis.says(&format!("ok TURN ({transport})"));
    }
    // Who types no scheme is led there.
    let diagnosis = ask(&format!("localhost:{port}")).await;
    diagnosis.is_well(&["certificate"]);
    diagnosis.says("to which one is led");
}

#[tokio::test]
async fn that_nothing_listens_is_found() {
    let closed = Closed::new();
    let diagnosis = ask(&url(at(closed.port))).await;
    diagnosis.is_wrong(&[("port", "refused")]);
    diagnosis.says("nothing listens at port");
}

#[tokio::test]
async fn that_a_name_leads_nowhere_is_found() {
    let diagnosis = ask("https://no-such-name.invalid").await;
    diagnosis.is_wrong(&[("name", "no-such-name.invalid")]);
}

/// Browsers give no camera there.
#[tokio::test]
async fn that_another_machine_has_the_page_over_plain_http_only_is_found() {
    let Some(ip) = Machine::look().address().filter(std::net::IpAddr::is_ipv4) else { return };
    let server = start_at(SocketAddr::new(ip, 0), &[]);
    let diagnosis = ask(&url(server.address())).await;
    diagnosis.is_wrong(&[("https", "neither camera nor microphone")]);
}
