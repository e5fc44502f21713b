//! The same over TLS.

use crate::http::{Response, exchange_over};
use crate::support::*;
use base64::Engine;
use futures_util::{SinkExt, StreamExt};
use ojak_protocol::ServerMessage;
use ojak_server::{Authority, Server};
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sha2::Digest;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// A folder of a test's own, gone with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn flag(&self) -> String {
        format!("--state-dir={}", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Somebody who knows who issues `pem`, and nobody else.
pub(crate) fn trusting(pem: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    // Who comes back does not look at the certificate again.
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

pub(crate) async fn connect(
    config: &Arc<ClientConfig>,
    address: SocketAddr,
    name: &str,
) -> io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    within("a handshake", TlsConnector::from(Arc::clone(config)).connect(name, stream)).await
}

/// Asks for `path` as `host`, over TLS.
pub(crate) async fn get(config: &Arc<ClientConfig>, address: SocketAddr, path: &str, host: &str) -> Response {
    let stream = connect(config, address, "localhost").await.unwrap();
    exchange_over(stream, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
}

pub(crate) type Socket = WebSocketStream<TlsStream<TcpStream>>;

pub(crate) async fn socket(
    config: &Arc<ClientConfig>,
    address: SocketAddr,
    origin: &str,
) -> Result<Socket, u16> {
    let stream = connect(config, address, "localhost").await.unwrap();
    socket_of(stream, &format!("localhost:{}", address.port()), origin, None).await
}

/// A socket over what was connected to `host`, by somebody who says to have been asked by another one.
pub(crate) async fn socket_of(
    stream: TlsStream<TcpStream>,
    host: &str,
    origin: &str,
    asked_by: Option<&str>,
) -> Result<Socket, u16> {
    let mut request = format!("wss://{host}/ws").into_client_request().unwrap();
    request.headers_mut().insert("Origin", origin.parse().unwrap());
    if let Some(asked_by) = asked_by {
        request.headers_mut().insert("X-Forwarded-For", asked_by.parse().unwrap());
    }
    let upgrade = Box::pin(tokio_tungstenite::client_async(request, stream));
    match within("the upgrade", upgrade).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

pub(crate) async fn say(socket: &mut Socket, message: &ojak_protocol::ClientMessage<serde_json::Value>) {
    within("a send", socket.send(Message::text(message.to_json()))).await.unwrap();
}

/// The next message that is no ping.
pub(crate) async fn hear(socket: &mut Socket) -> FromServer {
    loop {
        match within("something to hear", socket.next()).await {
            Some(Ok(Message::Text(text))) => match read(&text) {
                ServerMessage::Ping => {}
                message => return message,
            },
            other => panic!("instead of a message: {other:?}"),
        }
    }
}

fn served() -> (Folder, Server, SocketAddr, Arc<ClientConfig>, Authority) {
    // Of each test, since they run side by side.
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let folder = Folder::new(&format!("https-{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
    let (server, authority) = start_https(&[&folder.flag()]);
    let authority = authority.unwrap();
    let config = trusting(&authority.pem);
    let address = server.https().unwrap();
    (folder, server, address, config, authority)
}

#[tokio::test]
async fn the_page_comes_over_tls_as_it_does_without() {
    let (_folder, server, address, config, _) = served();
    let over_tls = get(&config, address, "/standup", "localhost").await;
    assert_eq!((over_tls.status, over_tls.body.as_str()), (200, INDEX));
    let plain = crate::http::request(server.address(), "GET /standup", &[("Host", "localhost")]).await;
    for header in
        ["content-security-policy", "permissions-policy", "referrer-policy", "x-content-type-options"]
    {
        assert!(over_tls.header(header).is_some(), "{header}");
        assert_eq!(over_tls.header(header), plain.header(header), "{header}");
    }
}

#[tokio::test]
async fn only_who_knows_the_authority_gets_in() {
    let (_folder, _server, address, _, _) = served();
    let (_other_folder, _other, _, other, _) = served();
    assert!(connect(&other, address, "localhost").await.is_err());
}

#[tokio::test]
async fn two_meet_over_tls_and_one_without() {
    let (_folder, server, address, config, _) = served();
    let origin = format!("https://localhost:{}", address.port());
    let mut ana = socket(&config, address, &origin).await.unwrap();
    say(&mut ana, &join("home", "Ana")).await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::Joined { .. }));
    let (mut ben, peers) = Client::join(&server, "home", "Ben").await;
    assert_eq!(peers.len(), 1);
    assert!(matches!(hear(&mut ana).await, ServerMessage::PeerJoined { .. }));

    // Larger than a record of TLS, both ways.
    let payload = serde_json::json!("x".repeat(20_000));
    let signal = |to| ojak_protocol::ClientMessage::Signal { to, payload: payload.clone() };
    say(&mut ana, &signal(ben.id())).await;
    let ServerMessage::Signal { from, payload: heard } = ben.message().await else { panic!("no signal") };
    assert_eq!(heard, payload.to_string());
    ben.signal(from, payload.clone()).await;
    let ServerMessage::Signal { from, payload: heard } = hear(&mut ana).await else { panic!("no signal") };
    assert_eq!((from, heard), (ben.id(), payload.to_string()));

    drop(ana);
    assert!(matches!(ben.message().await, ServerMessage::PeerAway { .. }));
}

#[tokio::test]
async fn only_pages_of_this_server_get_a_socket_over_tls() {
    let (_folder, server, address, config, _) = served();
    let own = format!("https://localhost:{}", address.port());
    assert!(socket(&config, address, &own).await.is_ok());
    let plain = format!("https://localhost:{}", server.address().port());
    for origin in ["https://evil.example", "null", "https://localhost", &plain, &format!("{own}0")] {
        assert_eq!(socket(&config, address, origin).await.err(), Some(403), "{origin}");
    }
}

#[tokio::test]
async fn a_socket_over_tls_is_told_that_the_server_goes() {
    let (_folder, server, address, config, _) = served();
    let origin = format!("https://localhost:{}", address.port());
    let mut ana = socket(&config, address, &origin).await.unwrap();
    say(&mut ana, &join("home", "Ana")).await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::Joined { .. }));
    let shut_down = tokio::spawn(server.shut_down());
    assert!(matches!(hear(&mut ana).await, ServerMessage::GoingAway { .. }));
    let closed = within("the end", ana.next()).await;
    assert!(
        matches!(closed, Some(Ok(Message::Close(Some(ref frame)))) if u16::from(frame.code) == 1001),
        "{closed:?}"
    );
    // What ends without the farewell of TLS may have been cut by somebody on the way.
    drop(ana.next().await);
    within("the shutdown", shut_down).await.unwrap().unwrap();
}

#[tokio::test]
async fn who_does_not_finish_a_handshake_is_not_waited_for() {
    let (_folder, _server, address, _, _) = served();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The head of a record with a hello of 512 bytes, and nothing behind.
    stream.write_all(&[0x16, 3, 1, 2, 0]).await.unwrap();
    let mut rest = Vec::new();
    let end = within("the end", stream.read_to_end(&mut rest)).await;
    assert!(end.is_err() || rest.is_empty(), "{rest:?}");
}

#[tokio::test]
async fn somebody_who_only_says_hello_delays_nobody() {
    let (_folder, _server, address, config, _) = served();
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(connect(&config, address, "localhost").await.unwrap());
    }
    assert_eq!(get(&config, address, "/livez", "localhost").await.status, 200);
}

/// A certificate for `names` that is its own authority, in two files.
pub(crate) fn write_certificate(folder: &Path, names: &[&str]) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    certificate.pem()
}

fn own_certificate(folder: &Folder) -> [String; 3] {
    let file = |name: &str| folder.0.join(name).display().to_string();
    [format!("--tls-cert={}", file("cert.pem")), format!("--tls-key={}", file("key.pem")), folder.flag()]
}

fn start_with_own(folder: &Folder) -> (Server, SocketAddr) {
    let flags = own_certificate(folder);
    let (server, authority) = start_https(&flags.each_ref().map(String::as_str));
    assert!(authority.is_none(), "there is nothing to be taught");
    let address = server.https().unwrap();
    (server, address)
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_used_and_another_one_when_the_files_change() {
    let folder = Folder::new("own");
    let first = trusting(&write_certificate(&folder.0, &["localhost"]));
    let (server, address) = start_with_own(&folder);
    let origin = format!("https://localhost:{}", address.port());
    let mut ana = socket(&first, address, &origin).await.unwrap();
    say(&mut ana, &join("home", "Ana")).await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::Joined { .. }));

    let second = trusting(&write_certificate(&folder.0, &["localhost"]));
    server.reload();
    until("the other certificate", || async { connect(&second, address, "localhost").await.is_ok() }).await;
    assert!(connect(&first, address, "localhost").await.is_err());

    // Without being told.
    let third = trusting(&write_certificate(&folder.0, &["localhost"]));
    until("the third certificate", || async { connect(&third, address, "localhost").await.is_ok() }).await;

    // Whoever was there has noticed nothing.
    let (_ben, _) = Client::join(&server, "home", "Ben").await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::PeerJoined { .. }));
}

#[tokio::test]
async fn files_that_are_no_good_change_nothing() {
    let folder = Folder::new("own-bad");
    let config = trusting(&write_certificate(&folder.0, &["localhost"]));
    let (server, address) = start_with_own(&folder);
    let is_served = async |config: &Arc<ClientConfig>| connect(config, address, "localhost").await.is_ok();
    let key = fs::read(folder.0.join("key.pem")).unwrap();
    for bad in [b"nonsense".to_vec(), rcgen::KeyPair::generate().unwrap().serialize_pem().into()] {
        fs::write(folder.0.join("key.pem"), bad).unwrap();
        for _ in 0..3 {
            server.reload();
            assert!(is_served(&config).await);
        }
    }
    fs::remove_file(folder.0.join("cert.pem")).unwrap();
    server.reload();
    assert!(is_served(&config).await);
    // And the way out is open.
    fs::write(folder.0.join("key.pem"), key).unwrap();
    let next = trusting(&write_certificate(&folder.0, &["localhost"]));
    server.reload();
    until("the next certificate", || is_served(&next)).await;
}

#[tokio::test]
async fn browsers_are_told_to_always_come_by_https_where_that_leads_them_nowhere_wrong() {
    let folder = Folder::new("own-always");
    let config = trusting(&write_certificate(&folder.0, &["localhost"]));
    let (server, address) = start_with_own(&folder);
    for path in ["/", "/standup", "/missing.js", "/livez"] {
        let answer = get(&config, address, path, "call.example").await;
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
    }
    for host in ["call.example:8443", "localhost", "den.local", "192.0.2.1"] {
        assert_eq!(
            get(&config, address, "/", host).await.header("strict-transport-security"),
            None,
            "{host}"
        );
    }
    let plain = crate::http::request(server.address(), "GET /livez", &[("Host", "call.example")]).await;
    assert_eq!(plain.header("strict-transport-security"), None, "somebody on the way may have written it");

    let (_folder, _server, address, config, _) = served();
    let answer = get(&config, address, "/", "call.example").await;
    assert_eq!(answer.header("strict-transport-security"), None, "that one is made for the local network");
}

#[tokio::test]
async fn the_warning_is_explained_in_the_language_of_the_browser_and_what_ends_it_is_there() {
    let (_folder, server, address, config, authority) = served();
    for (language, first, second) in [
        ("ko-KR,ko;q=0.9,en;q=0.8", "브라우저가 경고한 까닭", "Why your browser warned you"),
        ("en", "Why your browser warned you", "브라우저가 경고한 까닭"),
        ("", "Why your browser warned you", "브라우저가 경고한 까닭"),
    ] {
        let head = format!("Host: localhost\r\nAccept-Language: {language}\r\nConnection: close");
        let stream = connect(&config, address, "localhost").await.unwrap();
        let page = exchange_over(stream, &format!("GET /certificate HTTP/1.1\r\n{head}\r\n\r\n")).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let [first, second] =
            [first, second].map(|title| page.body.find(&format!("<h1>{title}</h1>")).expect(title));
        assert!(first < second, "{language}");
        assert_eq!(page.body.matches(&authority.fingerprint).count(), 2);
        assert!(!page.body.contains('%'), "something is not filled in");
        // The sheet inside is allowed by its hash, whichever language is first.
        let (_, sheet) = page.body.split_once("<style>").unwrap();
        let digest = sha2::Sha256::digest(sheet.split_once("</style>").unwrap().0);
        let hash = base64::engine::general_purpose::STANDARD.encode(digest);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains(&format!("style-src 'self' 'sha256-{hash}'")), "{policy}");
    }
    let file = get(&config, address, "/ojak-ca.crt", "localhost").await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/x-x509-ca-cert")));
    assert_eq!(file.body, authority.pem);
    assert!(connect(&trusting(&file.body), address, "localhost").await.is_ok());
    drop(server);
}

#[tokio::test]
async fn where_there_is_no_warning_there_is_nothing_to_explain() {
    let folder = Folder::new("own-explained");
    let config = trusting(&write_certificate(&folder.0, &["localhost"]));
    let (_server, address) = start_with_own(&folder);
    assert!(get(&config, address, "/certificate", "localhost").await.body.contains("nothing to install"));
    assert_eq!(get(&config, address, "/ojak-ca.crt", "localhost").await.status, 404);
    let plain = start(&[]);
    for path in ["/certificate", "/ojak-ca.crt"] {
        assert_eq!(crate::http::request(plain.address(), &format!("GET {path}"), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn whoever_comes_plain_from_elsewhere_is_led_to_https() {
    let (_folder, server, address, _, _) = served();
    for (host, path, better) in [
        ("den.local:8080", "/standup?x=1", "https://den.local:PORT/standup?x=1"),
        ("192.168.1.5", "/", "https://192.168.1.5:PORT/"),
        ("[2001:db8::1]:8080", "/%EC%B9%A0", "https://[2001:db8::1]:PORT/%EC%B9%A0"),
        ("den", "//evil.example", "https://den:PORT//evil.example"),
        // Rooms, whatever their names begin with.
        ("den.local", "/livezone", "https://den.local:PORT/livezone"),
        ("den.local", "/readyz2", "https://den.local:PORT/readyz2"),
    ] {
        let answer = crate::http::request(server.address(), &format!("GET {path}"), &[("Host", host)]).await;
        let better = better.replace("PORT", &address.port().to_string());
        assert_eq!((answer.status, answer.header("location")), (307, Some(better.as_str())), "{host}{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    for (host, path) in [
        ("localhost:8080", "/"),
        ("127.0.0.1:8080", "/standup"),
        ("[::1]", "/"),
        ("den.local", "/livez"),
        ("den.local", "/readyz"),
    ] {
        let answer = crate::http::request(server.address(), &format!("GET {path}"), &[("Host", host)]).await;
        assert_eq!(answer.status, 200, "{host}{path}");
    }
    let challenge = "GET /.well-known/acme-challenge/x";
    assert_eq!(crate::http::request(server.address(), challenge, &[("Host", "den.local")]).await.status, 404);
    for host in ["evil.example/@", "a b", ""] {
        let answer = crate::http::request(server.address(), "GET /", &[("Host", host)]).await;
        assert_ne!(answer.status, 307, "{host}");
    }
    let alone = start(&[]);
    let answer = crate::http::request(alone.address(), "GET /", &[("Host", "den.local")]).await;
    assert_eq!(answer.status, 200, "there is no HTTPS to lead to");
}

#[tokio::test]
async fn whoever_types_no_scheme_finds_the_page_all_the_same() {
    let (_folder, _server, address, _, _) = served();
    for host in ["localhost", "192.168.1.5"] {
        let typed = format!("{host}:{}", address.port());
        let answer = crate::http::request(address, "GET /standup", &[("Host", &typed)]).await;
        let better = format!("https://{typed}/standup");
        assert_eq!((answer.status, answer.header("location")), (307, Some(better.as_str())));
    }
}

#[tokio::test]
async fn a_proxy_that_is_trusted_leads_people_itself() {
    let folder = Folder::new("proxy-leads");
    let (server, _) = start_https(&[&folder.flag(), "--trusted-proxy=127.0.0.0/8"]);
    for scheme in ["http", "https"] {
        let headers = [("Host", "call.example"), ("X-Forwarded-Proto", scheme)];
        assert_eq!(crate::http::request(server.address(), "GET /", &headers).await.status, 200, "{scheme}");
    }
}
