//! `ojak doctor`: every fault that is put into a set-up is found, and called by its own name.

use crate::binary::ojak;
use crate::https::{Folder, write_certificate};
use crate::support::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ojak_server::{Limits, Machine, Page, Server};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use sha1::Sha1;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use turn::auth::{AuthHandler, generate_auth_key};
use turn::relay::relay_static::RelayAddressGeneratorStatic;
use turn::server::Server as TurnServer;
use turn::server::config::{ConnConfig, ServerConfig};
use webrtc_util::vnet::net::Net;

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
        assert_eq!(self.subjects("FAIL"), [""; 0], "{}", self.said);
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

/// Where nobody listens, over TCP or UDP.
fn closed() -> u16 {
    loop {
        let tcp = std::net::TcpListener::bind(at(0)).unwrap();
        let port = tcp.local_addr().unwrap().port();
        if std::net::UdpSocket::bind(at(port)).is_ok() {
            return port;
        }
    }
}

// Set-ups in which all is as it should be.

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

/// An authority, and what it issues.
struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new(folder: &Folder) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Trustworthy");
        let pem = params.self_signed(&key).unwrap().pem();
        fs::write(folder.0.join("authority.pem"), &pem).unwrap();
        Self(Issuer::new(params, key), pem)
    }

    /// A server with a certificate for `name`, good until that day, with the authority's behind it or without.
    fn serve(&self, folder: &Folder, name: &str, until: (i32, u8, u8), whole: bool) -> (Server, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        let own = params.signed_by(&key, &self.0).unwrap().pem();
        let chain = if whole { own + &self.1 } else { own };
        fs::write(folder.0.join("cert.pem"), chain).unwrap();
        fs::write(folder.0.join("key.pem"), key.serialize_pem()).unwrap();
        let file = |name: &str| folder.0.join(name).display().to_string();
        let flags = [
            format!("--tls-cert={}", file("cert.pem")),
            format!("--tls-key={}", file("key.pem")),
            folder.flag(),
        ];
        let (server, _) = start_https_relaying(&flags.each_ref().map(String::as_str));
        let url = format!("https://localhost:{}", server.https().unwrap().port());
        (server, url)
    }
}

#[tokio::test]
async fn with_a_certificate_that_is_known_all_is_well() {
    let folder = Folder::new("doctor-known");
    let (_server, url) = Authority::new(&folder).serve(&folder, "localhost", (2999, 1, 1), false);
    let diagnosis = ask_knowing(&url, &folder.0.join("authority.pem")).await;
    diagnosis.is_well(&[]);
    diagnosis.says("is for localhost, by Trustworthy");
}

// The way.

#[tokio::test]
async fn that_nothing_listens_is_found() {
    let diagnosis = ask(&url(at(closed()))).await;
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

// The certificate.

#[tokio::test]
async fn that_a_certificate_has_expired_is_found() {
    let folder = Folder::new("doctor-expired");
    let (_server, url) = Authority::new(&folder).serve(&folder, "localhost", (2020, 1, 1), true);
    let diagnosis = ask_knowing(&url, &folder.0.join("authority.pem")).await;
    diagnosis.is_wrong(&[("certificate", "expired ")]);
    diagnosis.says("ok socket");
}

#[tokio::test]
async fn that_a_certificate_is_about_to_expire_is_warned_of() {
    let folder = Folder::new("doctor-ending");
    let soon = std::time::SystemTime::now() + Duration::from_secs(5 * 86400);
    let days = soon.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 86400;
    // Days since 1970 are what the calendar of the library counts from as well.
    let day = date_time_ymd(1970, 1, 1) + Duration::from_secs(days * 86400);
    let until = (day.year(), u8::from(day.month()), day.day());
    let (_server, url) = Authority::new(&folder).serve(&folder, "localhost", until, true);
    let diagnosis = ask_knowing(&url, &folder.0.join("authority.pem")).await;
    diagnosis.is_well(&["certificate"]);
    diagnosis.says("should have been renewed by now");
}

#[tokio::test]
async fn that_a_certificate_is_for_another_name_is_found() {
    let folder = Folder::new("doctor-name");
    let (_server, url) = Authority::new(&folder).serve(&folder, "other.example", (2999, 1, 1), true);
    let diagnosis = ask_knowing(&url, &folder.0.join("authority.pem")).await;
    diagnosis.is_wrong(&[("certificate", "is for other.example, and not for localhost")]);
}

#[tokio::test]
async fn that_nobody_knows_the_authority_is_found() {
    let folder = Folder::new("doctor-unknown");
    let (_server, url) = Authority::new(&folder).serve(&folder, "localhost", (2999, 1, 1), true);
    ask(&url).await.is_wrong(&[("certificate", "issued by Trustworthy, whom this machine does not know")]);
}

#[tokio::test]
async fn that_the_chain_is_not_whole_is_found() {
    let folder = Folder::new("doctor-chain");
    let (_server, url) = Authority::new(&folder).serve(&folder, "localhost", (2999, 1, 1), false);
    let diagnosis = ask(&url).await;
    diagnosis.is_wrong(&[("certificate", "comes without those that lead from it")]);
    diagnosis.says("fullchain.pem");
}

#[tokio::test]
async fn that_a_certificate_is_its_own_authority_is_found() {
    let folder = Folder::new("doctor-self");
    write_certificate(&folder.0, &["localhost"]);
    let file = |name: &str| folder.0.join(name).display().to_string();
    let (certificate, key) =
        (format!("--tls-cert={}", file("cert.pem")), format!("--tls-key={}", file("key.pem")));
    let (server, _) = start_https(&[&certificate, &key, &folder.flag(), "--ice-server=stun:127.0.0.1:1"]);
    let url = format!("https://localhost:{}", server.https().unwrap().port());
    let diagnosis = ask(&url).await;
    diagnosis.is_wrong(&[("certificate", "signed by nobody but itself"), ("STUN", "nothing listens")]);
}

#[tokio::test]
async fn that_a_port_speaks_no_tls_is_found() {
    let server = start(&[]);
    let diagnosis = ask(&format!("https://{}", server.address())).await;
    diagnosis.is_wrong(&[("certificate", "does not speak TLS")]);
}

// The page.

/// Answers whoever asks with the same, and says no more.
async fn answering(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = head(&mut stream).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

#[tokio::test]
async fn that_something_else_answers_is_found() {
    let nginx =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 32\r\n\r\n<title>Welcome to nginx!</title>";
    let diagnosis = ask(&url(answering(nginx).await)).await;
    diagnosis.is_wrong(&[(
        "page",
        "something else answers, not Ojak: 200 by nginx, called \"Welcome to nginx!\"",
    )]);
    let ssh = "SSH-2.0-OpenSSH_9.2\r\n";
    ask(&url(answering(ssh).await)).await.is_wrong(&[("page", "speaks no HTTP")]);
    let gone = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(gone).await)).await.is_wrong(&[("page", "what is behind it does not (502)")]);
    let circle = "HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(circle).await)).await.is_wrong(&[("page", "one is led on and on")]);
    let nowhere = "HTTP/1.1 302 Found\r\nLocation: mailto:a@b.example\r\nContent-Length: 0\r\n\r\n";
    ask(&url(answering(nowhere).await)).await.is_wrong(&[("page", "which is no page")]);
}

#[tokio::test]
async fn that_whatever_listens_answers_nothing_is_found() {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let diagnosis = ask(&url(listener.local_addr().unwrap())).await;
    diagnosis.is_wrong(&[("page", "takes the question and does not answer it")]);
}

#[tokio::test]
async fn that_there_is_no_page_in_the_binary_is_found() {
    let server = serve_page(&[], Limits::default(), Page::new([]));
    ask(&url(server.address())).await.is_wrong(&[("page", "built without its page")]);
}

#[tokio::test]
async fn that_a_server_is_closing_is_found() {
    let server = start(&[]);
    let address = server.address();
    // Answers nothing, so the end waits for it.
    let mute = Client::connect(&server).await;
    let shut_down = tokio::spawn(server.shut_down());
    until("not ready", || async { crate::http::request(address, "GET /readyz", &[]).await.status == 503 })
        .await;
    let diagnosis = ask(&url(address)).await;
    diagnosis.is_wrong(&[("server", "is closing"), ("socket", "is closing")]);
    drop(mute);
    within("the end", shut_down).await.unwrap().unwrap();
}

// The socket, by way of a proxy.

/// What passes: the head of a request, and that of its answer.
#[derive(Clone, Copy)]
struct Pass {
    asked: fn(String) -> String,
    answered: fn(String) -> String,
    /// What comes behind a head.
    rest: Rest,
}

#[derive(Clone, Copy, PartialEq)]
enum Rest {
    Passed,
    /// Of a socket.
    Held,
    /// Of a socket.
    Cut,
}

const AS_IT_IS: Pass = Pass { asked: |head| head, answered: |head| head, rest: Rest::Passed };

/// Byte by byte, so that nothing behind it is taken.
async fn head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// Without the lines that begin so.
fn without(head: &str, names: &[&str]) -> String {
    let is_kept =
        |line: &&str| names.iter().all(|name| !line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    head.split_inclusive("\r\n").filter(is_kept).collect()
}

/// A proxy in front of servers, of which each socket comes to the next.
async fn proxy(servers: &[&Server], pass: Pass) -> SocketAddr {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let servers: Vec<SocketAddr> = servers.iter().map(|server| server.address()).collect();
    tokio::spawn(async move {
        let sockets = Arc::new(AtomicUsize::new(0));
        while let Ok((client, _)) = listener.accept().await {
            let (servers, sockets) = (servers.clone(), Arc::clone(&sockets));
            tokio::spawn(async move {
                let _ = pass_on(client, &servers, &sockets, pass).await;
            });
        }
    });
    address
}

async fn pass_on(
    mut client: TcpStream,
    servers: &[SocketAddr],
    sockets: &AtomicUsize,
    pass: Pass,
) -> std::io::Result<()> {
    let asked = head(&mut client).await?;
    let is_socket = asked.starts_with("GET /ws ");
    let turn = if is_socket { sockets.fetch_add(1, Ordering::Relaxed) } else { 0 };
    let mut server = TcpStream::connect(servers[turn % servers.len()]).await?;
    server.write_all((pass.asked)(asked).as_bytes()).await?;
    let answered = head(&mut server).await?;
    client.write_all((pass.answered)(answered).as_bytes()).await?;
    if is_socket && pass.rest == Rest::Cut {
        return Ok(());
    }
    if is_socket && pass.rest == Rest::Held {
        // What the client says gets through; what is said to it does not.
        tokio::io::copy(&mut client, &mut server).await?;
        return Ok(());
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test]
async fn behind_a_proxy_that_passes_everything_on_all_is_well() {
    let (server, _) = start_relaying(&[], Limits::default());
    ask(&url(proxy(&[&server], AS_IT_IS).await)).await.is_well(&[]);
}

/// By far the most common: nginx does so unless it is told otherwise.
#[tokio::test]
async fn that_a_proxy_does_not_pass_on_upgrade_is_found() {
    let server = start(&[]);
    let pass = Pass { asked: |head| without(&head, &["upgrade", "connection"]), ..AS_IT_IS };
    let diagnosis = ask(&url(proxy(&[&server], pass).await)).await;
    diagnosis.is_wrong(&[("socket", "does not pass on that a socket is wanted")]);
    diagnosis.says("proxy_set_header Upgrade $http_upgrade;");
}

#[tokio::test]
async fn that_a_proxy_asks_by_another_host_is_found() {
    let server = start(&[]);
    let pass = Pass {
        asked: |head| without(&head, &["host"]).replacen("\r\n", "\r\nHost: backend:8080\r\n", 1),
        ..AS_IT_IS
    };
    let address = proxy(&[&server], pass).await;
    let diagnosis = ask(&url(address)).await;
    diagnosis.is_wrong(&[("socket", "is refused to its own page")]);
    diagnosis.says(&format!("--public-url http://{address}"));
}

#[tokio::test]
async fn that_a_proxy_holds_back_what_the_server_says_is_found() {
    let server = start(&[]);
    let address = proxy(&[&server], Pass { rest: Rest::Held, ..AS_IT_IS }).await;
    ask(&url(address)).await.is_wrong(&[("socket", "nothing came when the server was to let somebody")]);
}

#[tokio::test]
async fn that_a_proxy_cuts_sockets_off_is_found() {
    let server = start(&[]);
    let address = proxy(&[&server], Pass { rest: Rest::Cut, ..AS_IT_IS }).await;
    ask(&url(address)).await.is_wrong(&[("socket", "was cut off")]);
}

#[tokio::test]
async fn that_people_are_spread_over_servers_that_know_nothing_of_each_other_is_found() {
    let (one, other) = (start(&[]), start(&[]));
    let diagnosis = ask(&url(proxy(&[&one, &other], AS_IT_IS).await)).await;
    diagnosis.is_wrong(&[("socket", "they came to different servers")]);
}

#[tokio::test]
async fn that_a_server_takes_no_more_is_found() {
    for (limit, about) in [
        ("--max-connections=1", "the server is full"),
        ("--sockets-per-address=1", "too many come from one address"),
        ("--joins-per-minute=1", "too many join from one address"),
    ] {
        let server = start(&[limit]);
        ask(&url(server.address())).await.is_wrong(&[("socket", about)]);
    }
}

#[tokio::test]
async fn that_clocks_disagree_is_warned_of() {
    let (server, _) = start_relaying(&[], Limits::default());
    let pass = Pass {
        answered: |head| {
            without(&head, &["date"]).replacen("\r\n", "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 1)
        },
        ..AS_IT_IS
    };
    let diagnosis = ask(&url(proxy(&[&server], pass).await)).await;
    diagnosis.is_well(&["clock"]);
    diagnosis.says("behind that of this machine");
}

// STUN and TURN.

/// Pages are told of this one, too.
async fn told_of(server: &str) -> Diagnosis {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = Folder::new(&format!("doctor-told-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let secret = folder.0.join("secret");
    fs::write(&secret, SECRET).unwrap();
    let (server, secret) = (format!("--ice-server={server}"), format!("--ice-secret={}", secret.display()));
    let (server, _) = start_relaying(&[&server, &secret], Limits::default());
    ask(&url(server.address())).await
}

const SECRET: &str = "a secret of coturn";

#[tokio::test]
async fn that_nobody_is_told_of_turn_is_warned_of() {
    let server = start(&[]);
    let diagnosis = ask(&url(server.address())).await;
    diagnosis.is_well(&["TURN"]);
    diagnosis.says("--turn off");
}

#[tokio::test]
async fn that_nobody_is_told_of_turn_behind_tls_is_warned_of() {
    let folder = Folder::new("doctor-no-turns");
    let flags = [&*folder.flag(), "--trusted-proxy=127.0.0.0/8"];
    let (server, _) = start_https_relaying(&flags);
    let diagnosis = ask(&format!("https://localhost:{}", server.https().unwrap().port())).await;
    diagnosis.is_well(&["certificate", "TURN (TLS)"]);
}

#[tokio::test]
async fn that_stun_is_closed_or_silent_is_found() {
    let port = closed();
    let diagnosis = told_of(&format!("stun:127.0.0.1:{port}")).await;
    diagnosis.is_wrong(&[("STUN", &format!("nothing listens at 127.0.0.1:{port} over UDP"))]);
    let silent = UdpSocket::bind(at(0)).await.unwrap();
    let place = silent.local_addr().unwrap();
    let diagnosis = told_of(&format!("stun:{place}")).await;
    diagnosis.is_wrong(&[("STUN", &format!("{place} does not answer over UDP"))]);
    diagnosis.says(&format!("Open port {} (UDP)", place.port()));
    told_of("stun:no-such-name.invalid").await.is_wrong(&[("STUN", "no-such-name.invalid")]);
}

#[tokio::test]
async fn that_turn_is_silent_over_udp_is_found() {
    let silent = UdpSocket::bind(at(0)).await.unwrap();
    let place = silent.local_addr().unwrap();
    let diagnosis = told_of(&format!("turn:{place}?transport=udp")).await;
    diagnosis.is_wrong(&[("TURN (UDP)", &format!("{place} does not answer over UDP"))]);
}

#[tokio::test]
async fn that_turn_is_refused_over_tcp_is_found() {
    let port = closed();
    let diagnosis = told_of(&format!("turn:127.0.0.1:{port}?transport=tcp")).await;
    diagnosis.is_wrong(&[("TURN (TCP)", &format!("nothing listens at 127.0.0.1:{port} over TCP"))]);
}

#[tokio::test]
async fn that_turn_is_not_spoken_over_tls_is_found() {
    let plain = start(&[]);
    let diagnosis = told_of(&format!("turns:{}?transport=tcp", plain.address())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "does not speak TLS")]);
    let folder = Folder::new("doctor-no-relay");
    let (page, _) = start_https(&[&folder.flag()]);
    let diagnosis = told_of(&format!("turns:localhost:{}", page.https().unwrap().port())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "speaks neither STUN nor TURN")]);
    let folder = Folder::new("doctor-turns-name");
    let (_server, url) = Authority::new(&folder).serve(&folder, "other.example", (2999, 1, 1), true);
    let diagnosis = told_of(&format!("turns:{}", url.strip_prefix("https://").unwrap())).await;
    diagnosis.is_wrong(&[("TURN (TLS)", "is for other.example, and not for localhost")]);
}

#[tokio::test]
async fn that_the_secret_of_a_turn_server_is_another_is_found() {
    // It has one of its own.
    let (_other, relay) = start_relaying(&[], Limits::default());
    let diagnosis = told_of(&format!("turn:{relay}?transport=udp")).await;
    diagnosis.is_wrong(&[("TURN (UDP)", "refuses the password")]);
    diagnosis.says("static-auth-secret");
}

/// A TURN server of somebody else, who knows the secret.
struct KnowsSecret;

impl AuthHandler for KnowsSecret {
    fn auth_handle(&self, username: &str, realm: &str, _: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        let mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(username);
        let password = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        Ok(generate_auth_key(username, realm, &password))
    }
}

/// Relays at 127.0.0.1, and says that it is reached at `known`.
async fn relay_known_by(known: [u8; 4]) -> (TurnServer, SocketAddr) {
    let socket = UdpSocket::bind(at(0)).await.unwrap();
    let place = socket.local_addr().unwrap();
    let server = TurnServer::new(ServerConfig {
        conn_configs: vec![ConnConfig {
            conn: Arc::new(socket),
            relay_addr_generator: Box::new(RelayAddressGeneratorStatic {
                relay_address: known.into(),
                address: "127.0.0.1".into(),
                net: Arc::new(Net::new(None)),
            }),
        }],
        realm: "elsewhere.example".into(),
        auth_handler: Arc::new(KnowsSecret),
        channel_bind_timeout: Duration::ZERO,
        alloc_close_notify: None,
    })
    .await
    .unwrap();
    (server, place)
}

#[tokio::test]
async fn that_what_is_relayed_does_not_get_through_is_found() {
    let (_relay, place) = relay_known_by([127, 0, 0, 1]).await;
    told_of(&format!("turn:{place}?transport=udp")).await.is_well(&[]);
    // Another machine, as with a wrong `--turn-public-ip`.
    let (_relay, place) = relay_known_by([127, 0, 0, 2]).await;
    let diagnosis = told_of(&format!("turn:{place}?transport=udp")).await;
    diagnosis.is_wrong(&[
        ("TURN (UDP)", "what one sends does not come to the other"),
        ("relayed", "nobody is at 127.0.0.2"),
    ]);
    diagnosis.says("--turn-public-ip");
}

#[tokio::test]
async fn that_people_are_sent_to_a_wrong_address_is_found() {
    let (server, relay) = start_relaying(&["--turn-public-ip=127.0.0.2"], Limits::default());
    let diagnosis = ask(&url(server.address())).await;
    let about = format!("nothing listens at 127.0.0.2:{}", relay.port());
    diagnosis.is_wrong(&[("STUN", &about), ("TURN (UDP)", &about), ("TURN (TCP)", &about)]);
    diagnosis.says("--turn-public-ip");
}
