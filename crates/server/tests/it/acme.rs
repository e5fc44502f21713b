//! A certificate of a public authority, from a double of one that is as strict as RFC 8555 about what it is told.

use crate::binary::ojak;
use crate::https::{Folder, connect, hear, say, socket_of, trusting};
use crate::support::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ojak_protocol::ServerMessage;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, ServerConfig, SignatureScheme};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use x509_parser::extensions::GeneralName;

const DOMAIN: &str = "call.example";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where the server under test is: plain, and over TLS.
type Place = (SocketAddr, SocketAddr);

/// A double of an authority.
struct Authority {
    base: String,
    /// Its own certificate, by which it is known and what it issues.
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    /// What it offers to look at.
    kinds: &'static [&'static str],
    /// How old and how long from now what it issues is.
    life: Mutex<(Duration, Duration)>,
    /// Whether it comes to the right place to look.
    comes: bool,
    place: watch::Sender<Option<Place>>,
    nonces: Mutex<HashSet<String>>,
    /// Nonces that were given out, orders that were placed, accounts that were made.
    given: AtomicU32,
    orders: Mutex<Vec<Order>>,
    /// The keys of accounts, as they are in a JWK.
    accounts: Mutex<Vec<Value>>,
    /// What it was told and should not have been.
    objections: Mutex<Vec<String>>,
}

#[derive(Clone, Default)]
struct Order {
    account: usize,
    status: &'static str,
    certificate: Option<String>,
}

struct Asked {
    method: String,
    path: String,
    content_type: String,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    location: Option<String>,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn json(status: u16, body: &Value) -> Self {
        Self { status, location: None, content_type: "application/json", body: body.to_string() }
    }

    fn problem(kind: &str, detail: &str) -> Self {
        let body = json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail });
        Self { content_type: "application/problem+json", ..Self::json(400, &body) }
    }
}

/// What was said, once its signature is known to be good.
struct Said {
    payload: Value,
    account: usize,
}

impl Authority {
    async fn start(kinds: &'static [&'static str], comes: bool) -> Arc<Self> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let own_key = KeyPair::generate().unwrap();
        let own =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&own_key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![own.der().clone()],
                PrivateKeyDer::try_from(own_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = Arc::new(Self {
            base: format!("https://localhost:{}", listener.local_addr().unwrap().port()),
            pem,
            issuer,
            kinds,
            life: Mutex::new((DAY, DAY * 89)),
            comes,
            place: watch::channel(None).0,
            nonces: Mutex::default(),
            given: AtomicU32::new(0),
            orders: Mutex::default(),
            accounts: Mutex::default(),
            objections: Mutex::default(),
        });
        let served = Arc::clone(&authority);
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, served) = (acceptor.clone(), Arc::clone(&served));
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        served.talk(stream).await;
                    }
                });
            }
        });
        authority
    }

    async fn talk(&self, stream: tokio_rustls::server::TlsStream<TcpStream>) {
        let mut stream = tokio::io::BufReader::new(stream);
        while let Some(asked) = read_request(&mut stream).await {
            let answer = self.answer(&asked).await;
            let nonce = format!("nonce{}", self.given.fetch_add(1, Ordering::Relaxed));
            self.nonces.lock().unwrap().insert(nonce.clone());
            let location = answer.location.map(|at| format!("Location: {at}\r\n")).unwrap_or_default();
            let text = format!(
                "HTTP/1.1 {} x\r\nReplay-Nonce: {nonce}\r\nCache-Control: no-store\r\n{location}Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                answer.status,
                answer.content_type,
                answer.body.len(),
                if asked.method == "HEAD" { "" } else { &answer.body }
            );
            if stream.get_mut().write_all(text.as_bytes()).await.is_err() {
                return;
            }
            let _ = stream.get_mut().flush().await;
        }
    }

    async fn answer(&self, asked: &Asked) -> Answer {
        let at = |path: &str| format!("{}/{path}", self.base);
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/directory") => {
                let body = json!({
                    "newNonce": at("nonce"), "newAccount": at("account"), "newOrder": at("order"),
                    "revokeCert": at("revoke"), "keyChange": at("key"),
                });
                return Answer::json(200, &body);
            }
            ("HEAD", "/nonce") => return Answer::json(200, &json!({})),
            ("POST", _) => {}
            other => return self.object(format!("{other:?} is nothing to ask")),
        }
        let said = match self.read(asked) {
            Ok(said) => said,
            Err(answer) => return answer,
        };
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let number = || parts.get(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
        match parts.as_slice() {
            ["account"] => {
                if said.payload["termsOfServiceAgreed"] != json!(true)
                    || said.payload["contact"] != json!(["mailto:host@call.example"])
                {
                    return self.object(format!("an account by {}", said.payload));
                }
                Answer {
                    location: Some(at(&format!("account/{}", said.account))),
                    ..Answer::json(201, &json!({ "status": "valid" }))
                }
            }
            ["order"] => {
                if said.payload["identifiers"] != json!([{ "type": "dns", "value": DOMAIN }]) {
                    return self.object(format!("an order for {}", said.payload));
                }
                let number = {
                    let mut orders = self.orders.lock().unwrap();
                    orders.push(Order { account: said.account, status: "pending", certificate: None });
                    orders.len() - 1
                };
                Answer {
                    location: Some(at(&format!("order/{number}"))),
                    ..Answer::json(201, &self.order(number))
                }
            }
            ["order", _] => self.only_looks(&said, Answer::json(200, &self.order(number()))),
            ["authorization", _] => {
                let status = match self.orders.lock().unwrap()[number()].status {
                    "pending" => "pending",
                    "invalid" => "invalid",
                    _ => "valid",
                };
                let challenges: Vec<_> =
                    self.kinds.iter().map(|kind| self.challenge(number(), kind)).collect();
                let body = json!({
                    "identifier": { "type": "dns", "value": DOMAIN }, "status": status, "challenges": challenges,
                });
                self.only_looks(&said, Answer::json(200, &body))
            }
            ["challenge", _, kind] => {
                if said.payload != json!({}) {
                    return self.object(format!("a challenge is answered by {}", said.payload));
                }
                let seen = self.looks(number(), kind, said.account).await;
                self.orders.lock().unwrap()[number()].status = if seen { "ready" } else { "invalid" };
                Answer::json(200, &self.challenge(number(), kind))
            }
            ["finalize", _] => self.issue(number(), &said.payload),
            ["certificate", _] => {
                let certificate =
                    self.orders.lock().unwrap()[number()].certificate.clone().unwrap_or_default();
                let content_type = "application/pem-certificate-chain";
                let answer = Answer { status: 200, location: None, content_type, body: certificate };
                self.only_looks(&said, answer)
            }
            _ => self.object(format!("{} is nothing to ask", asked.path)),
        }
    }

    fn object(&self, what: String) -> Answer {
        let answer = Answer::problem("malformed", &what);
        self.objections.lock().unwrap().push(what);
        answer
    }

    /// A request that changes nothing has no payload (section 6.3).
    fn only_looks(&self, said: &Said, answer: Answer) -> Answer {
        if said.payload.is_null() { answer } else { self.object("a look that says something".into()) }
    }

    fn order(&self, number: usize) -> Value {
        let order = self.orders.lock().unwrap()[number].clone();
        let at = |what: &str| format!("{}/{what}/{number}", self.base);
        let mut body = json!({
            "status": order.status, "identifiers": [{ "type": "dns", "value": DOMAIN }],
            "authorizations": [at("authorization")], "finalize": at("finalize"),
        });
        if order.certificate.is_some() {
            body["certificate"] = at("certificate").into();
        }
        body
    }

    fn challenge(&self, number: usize, kind: &str) -> Value {
        let status = match self.orders.lock().unwrap()[number].status {
            "pending" => "pending",
            "invalid" => "invalid",
            _ => "valid",
        };
        let url = format!("{}/challenge/{number}/{kind}", self.base);
        json!({ "type": kind, "url": url, "token": token(number), "status": status })
    }

    /// Whether a JWS is what it has to be (sections 6.2 to 6.5), and what it says.
    fn read(&self, asked: &Asked) -> Result<Said, Answer> {
        let object = |what: &str| self.object(format!("{what}: {}", asked.path));
        if asked.content_type != "application/jose+json" {
            return Err(object("a body of another type"));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&asked.body) else { return Err(object("no JSON")) };
        let part = |name: &str| body[name].as_str().unwrap_or("?");
        let decoded = |name: &str| URL_SAFE_NO_PAD.decode(part(name)).unwrap_or_default();
        let Ok(head) = serde_json::from_slice::<Value>(&decoded("protected")) else {
            return Err(object("no protected header"));
        };
        if head["alg"] != "ES256" || head["url"] != format!("{}{}", self.base, asked.path) {
            return Err(object("another algorithm or address than said"));
        }
        let is_account = asked.path == "/account";
        if head["jwk"].is_null() == is_account || head["kid"].is_null() != is_account {
            return Err(object("a key where an account is to be named, or neither"));
        }
        let key = if is_account {
            head["jwk"].clone()
        } else {
            let number = head["kid"].as_str().and_then(|kid| kid.rsplit('/').next()?.parse::<usize>().ok());
            let accounts = self.accounts.lock().unwrap();
            match number.and_then(|number| accounts.get(number)) {
                Some(key) => key.clone(),
                None => return Err(object("an account that nobody has made")),
            }
        };
        let coordinate =
            |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or("?")).unwrap_or_default();
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let signed = format!("{}.{}", part("protected"), part("payload"));
        let signature = decoded("signature");
        if UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .verify(signed.as_bytes(), &signature)
            .is_err()
        {
            return Err(object("a signature of somebody else"));
        }
        // Each is good once. The first is refused whatever it is, as busy authorities do: that is no reason to give up.
        let nonce = head["nonce"].as_str().unwrap_or_default();
        if !self.nonces.lock().unwrap().remove(nonce) {
            return Err(object("a nonce that was used or never given"));
        }
        if nonce == "nonce1" {
            return Err(Answer::problem("badNonce", "another one, please"));
        }
        let account = {
            let mut accounts = self.accounts.lock().unwrap();
            if is_account {
                accounts.push(key);
                accounts.len() - 1
            } else {
                accounts.iter().position(|known| *known == key).unwrap_or(0)
            }
        };
        let payload = decoded("payload");
        let payload =
            if payload.is_empty() { Value::Null } else { serde_json::from_slice(&payload).unwrap() };
        Ok(Said { payload, account })
    }

    /// Whether who has the name answers the question (sections 8.1 and 8.3, RFC 8737 section 3).
    async fn looks(&self, number: usize, kind: &str, account: usize) -> bool {
        if self.orders.lock().unwrap()[number].account != account || !self.comes {
            return false;
        }
        let key = self.accounts.lock().unwrap()[account].clone();
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, key["x"], key["y"]);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        let answer = format!("{}.{thumbprint}", token(number));
        let mut place = self.place.subscribe();
        let (plain, over_tls) = place.wait_for(Option::is_some).await.unwrap().unwrap();
        match kind {
            "http-01" => {
                let path = format!("GET /.well-known/acme-challenge/{}", token(number));
                let seen = crate::http::request(plain, &path, &[("Host", DOMAIN)]).await;
                (seen.status, seen.body) == (200, answer)
            }
            "tls-alpn-01" => {
                let seen = certificate_of(over_tls).await;
                let (_, seen) = x509_parser::parse_x509_certificate(&seen).unwrap();
                let names = &seen.subject_alternative_name().unwrap().unwrap().value.general_names;
                let of_name = matches!(names.as_slice(), [GeneralName::DNSName(name)] if *name == DOMAIN);
                let digest = [&[4, 32], Sha256::digest(&answer).as_slice()].concat();
                let extension =
                    seen.extensions().iter().find(|one| one.oid.to_id_string() == "1.3.6.1.5.5.7.1.31");
                of_name && extension.is_some_and(|extension| extension.critical && extension.value == digest)
            }
            _ => false,
        }
    }

    fn issue(&self, number: usize, payload: &Value) -> Answer {
        if self.orders.lock().unwrap()[number].status != "ready" {
            return self.object("an order that is not ready is finalized".into());
        }
        let request = URL_SAFE_NO_PAD.decode(payload["csr"].as_str().unwrap_or("?")).unwrap_or_default();
        let Ok(mut request) = CertificateSigningRequestParams::from_der(&request.into()) else {
            return self.object("no request for a certificate".into());
        };
        let names = &request.params.subject_alt_names;
        if *names != [SanType::DnsName(DOMAIN.try_into().unwrap())] {
            return self.object(format!("a certificate for {names:?}"));
        }
        let (age, left) = *self.life.lock().unwrap();
        request.params.not_before = (SystemTime::now() - age).into();
        request.params.not_after = (SystemTime::now() + left).into();
        let certificate = request.signed_by(&self.issuer).unwrap().pem();
        {
            let order = &mut self.orders.lock().unwrap()[number];
            (order.status, order.certificate) = ("valid", Some(certificate));
        }
        Answer::json(200, &self.order(number))
    }

    fn orders(&self) -> usize {
        self.orders.lock().unwrap().len()
    }

    fn has_no_objections(&self) {
        assert_eq!(*self.objections.lock().unwrap(), Vec::<String>::new());
    }
}

fn token(number: usize) -> String {
    format!("token-of-order-{number}")
}

async fn read_request(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Asked> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let header = |name: &str| {
        let value = |line: &str| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        };
        head.lines().find_map(value).unwrap_or_default()
    };
    let mut first = head.split(' ').map(str::to_owned);
    let (method, path) = (first.next()?, first.next()?);
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked { method, path, content_type: header("content-type"), body })
}

/// Takes any certificate: whose it is, is what is to be found out.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

pub(crate) fn anybody(protocol: &[u8]) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

/// What is shown to whoever asks the question of an authority; nothing if that is not understood.
async fn certificate_of(address: SocketAddr) -> Vec<u8> {
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(anybody(b"acme-tls/1"));
    let Ok(stream) = connector.connect(ServerName::try_from(DOMAIN).unwrap(), stream).await else {
        return Vec::new();
    };
    let (_, session) = stream.get_ref();
    assert_eq!(session.alpn_protocol(), Some(&b"acme-tls/1"[..]));
    session.peer_certificates().unwrap()[0].to_vec()
}

/// A server that asks the double.
struct Asking {
    child: Child,
    place: Place,
    log: Arc<Mutex<String>>,
}

impl Asking {
    fn start(authority: &Authority, folder: &Folder) -> Self {
        let root = folder.0.join("root.pem");
        fs::write(&root, &authority.pem).unwrap();
        let mut child = ojak(&["--http", "127.0.0.1:0", "--https", "0.0.0.0:0", "--acme", DOMAIN])
            .args(["--acme-email", "host@call.example", "--acme-directory"])
            .arg(format!("{}/directory", authority.base))
            .arg(folder.flag())
            .env("SSL_CERT_FILE", root)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut port = |about: &str| {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            assert!(line.contains(about), "{line}");
            let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
            SocketAddr::from(([127, 0, 0, 1], port))
        };
        let place = (port("http://localhost:"), port("https://call.example:"));
        authority.place.send_replace(Some(place));
        let log = Arc::new(Mutex::new(String::new()));
        let (errors, written) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                *written.lock().unwrap() += &(line + "\n");
            }
        });
        Self { child, place, log }
    }

    fn signal(&self, name: &str) {
        assert!(
            Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap().success()
        );
    }

    async fn serves_what(&self, authority: &Authority) -> bool {
        connect(&trusting(&authority.pem), self.place.1, DOMAIN).await.is_ok()
    }

    async fn has_certificate(&self, authority: &Authority) {
        until("a certificate of the authority", || self.serves_what(authority)).await;
    }
}

impl Drop for Asking {
    #[allow(clippy::print_stderr, reason = "what a failed test is asked for first")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log.lock().unwrap());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const BOTH: &[&str] = &["http-01", "tls-alpn-01"];

#[tokio::test]
async fn an_authority_that_sees_whose_the_name_is_issues_a_certificate_which_is_kept_and_renewed() {
    let folder = Folder::new("acme");
    let authority = Authority::start(BOTH, true).await;
    let asking = Asking::start(&authority, &folder);
    asking.has_certificate(&authority).await;
    assert_eq!(authority.orders(), 1);
    assert!(certificate_of(asking.place.1).await.is_empty(), "the question is answered once");
    #[cfg(unix)]
    for entry in fs::read_dir(&folder.0).unwrap().map(Result::unwrap) {
        use std::os::unix::fs::PermissionsExt;
        let name = entry.file_name().into_string().unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert!(!name.starts_with("acme") || mode == 0o600, "{name}: {mode:o}");
    }

    // Not asked for again, by the same server or by the next.
    asking.signal("HUP");
    drop(asking);
    let asking = Asking::start(&authority, &folder);
    assert!(asking.serves_what(&authority).await, "from the first moment");
    asking.signal("HUP");
    assert!(asking.serves_what(&authority).await);
    assert_eq!(authority.orders(), 1);
    drop(asking);

    // One whose life is two thirds over is another one after a look, and whoever is there does not notice.
    for entry in fs::read_dir(&folder.0).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("acme-call.example-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    *authority.life.lock().unwrap() = (DAY * 61, DAY * 29);
    let asking = Asking::start(&authority, &folder);
    asking.has_certificate(&authority).await;
    assert_eq!(authority.orders(), 2);
    assert_eq!(authority.accounts.lock().unwrap().len(), 1, "the account is kept, too");
    let origin = format!("https://{DOMAIN}:{}", asking.place.1.port());
    let stream = connect(&trusting(&authority.pem), asking.place.1, DOMAIN).await.unwrap();
    let old = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let mut ana =
        socket_of(stream, &format!("{DOMAIN}:{}", asking.place.1.port()), &origin, None).await.unwrap();
    say(&mut ana, &join("home", "Ana")).await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::Joined { .. }));
    *authority.life.lock().unwrap() = (DAY, DAY * 89);
    asking.signal("HUP");
    until("another certificate", || async {
        let stream = connect(&trusting(&authority.pem), asking.place.1, DOMAIN).await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].as_ref() != old
    })
    .await;
    assert_eq!(authority.orders(), 3);
    say(&mut ana, &join("home", "Ana")).await;
    assert!(matches!(hear(&mut ana).await, ServerMessage::Error { .. }), "she is in the room already");
    authority.has_no_objections();
}

/// What could not be written was thrown away: with a full disk there was an order after the other, until the authority had
/// enough of them, and no certificate.
#[tokio::test]
async fn a_certificate_that_cannot_be_kept_is_used_all_the_same() {
    let folder = Folder::new("acme-unkept");
    let authority = Authority::start(BOTH, true).await;
    let digest = Sha256::digest(format!("{}/directory", authority.base));
    let tag: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    // Where there is a folder, no file can be written.
    for file in [format!("acme-{DOMAIN}-{tag}.pem"), format!("acme-account-{tag}.json")] {
        fs::create_dir(folder.0.join(file)).unwrap();
    }
    let asking = Asking::start(&authority, &folder);
    asking.has_certificate(&authority).await;
    assert_eq!(authority.orders(), 1);
    let says = |what: &str| asking.log.lock().unwrap().contains(what);
    until("both warnings", || async {
        says("the certificate cannot be kept") && says("the account cannot be kept")
    })
    .await;
    authority.has_no_objections();
}

#[tokio::test]
async fn an_authority_that_comes_to_the_port_of_http_only_is_answered_there() {
    let folder = Folder::new("acme-http");
    let authority = Authority::start(&["dns-01", "http-01"], true).await;
    let asking = Asking::start(&authority, &folder);
    asking.has_certificate(&authority).await;
    let path = format!("GET /.well-known/acme-challenge/{}", token(0));
    assert_eq!(crate::http::request(asking.place.0, &path, &[]).await.status, 404, "it is answered once");
    authority.has_no_objections();
}

#[tokio::test]
async fn an_authority_that_sees_somebody_else_is_asked_again_later_and_the_server_runs_on() {
    for kinds in [BOTH, &["dns-01"]] {
        let folder = Folder::new("acme-elsewhere");
        let authority = Authority::start(kinds, false).await;
        let asking = Asking::start(&authority, &folder);
        let says = |what: &str| asking.log.lock().unwrap().contains(what);
        until("the reason", || async { says("no certificate for call.example from https://localhost:") })
            .await;
        assert!(says("tried again in 5 minutes"));
        let livez = crate::http::request(asking.place.0, "GET /livez", &[]).await;
        assert_eq!(livez.status, 200);
        assert!(!asking.serves_what(&authority).await);
        assert_eq!(authority.orders(), 1);
        authority.has_no_objections();
    }
}
