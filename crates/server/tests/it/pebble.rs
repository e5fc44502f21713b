//! A certificate of Pebble, the small authority that the makers of Let's Encrypt test clients with. What it cannot be asked
//! to do, such as certificates that are nearly over, is tried with the double of `acme.rs`.

use crate::acme::anybody;
use crate::binary::ojak;
use crate::deploy::{free_port, installed};
use crate::https::{Folder, write_certificate};
use crate::support::*;
use rustls::pki_types::ServerName;
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::extensions::GeneralName;

const DOMAIN: &str = "call.example";

/// What is ended with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Pebble and who tells it where every name is; it comes to `http` and `https` to look whose the name is.
fn start(pebble: &Path, folder: &Folder, directory: u16, http: u16, https: u16) -> Option<[Running; 2]> {
    let names = installed("pebble-challtestsrv", "pebble")?;
    write_certificate(&folder.0, &["localhost"]);
    let at = |file: &str| folder.0.join(file).display().to_string();
    let configuration = json!({ "pebble": {
        "listenAddress": format!("127.0.0.1:{directory}"),
        "managementListenAddress": format!("127.0.0.1:{}", free_port()),
        "certificate": at("cert.pem"),
        "privateKey": at("key.pem"),
        "httpPort": http,
        "tlsPort": https,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": false,
    } });
    std::fs::write(folder.0.join("pebble.json"), configuration.to_string()).unwrap();
    let dns = format!("127.0.0.1:{}", free_port());
    let management = format!("127.0.0.1:{}", free_port());
    let names =
        Running::start(
            Command::new(names)
                .args(["-dns01", &dns, "-management", &management, "-defaultIPv6", ""])
                .args(["-http01", "", "-https01", "", "-tlsalpn01", ""]),
        );
    let pebble = Running::start(
        Command::new(pebble)
            .args(["-config", &at("pebble.json"), "-dnsserver", &dns])
            // It would wait up to 15 s before it looks.
            .env("PEBBLE_VA_NOSLEEP", "1"),
    );
    Some([names, pebble])
}

/// Whether who is at `address` shows a certificate of Pebble for the name.
async fn shows_it(address: SocketAddr) -> bool {
    let Ok(stream) = TcpStream::connect(address).await else { return false };
    let connector = TlsConnector::from(anybody(b"http/1.1"));
    let Ok(stream) = connector.connect(ServerName::try_from(DOMAIN).unwrap(), stream).await else {
        return false;
    };
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let (_, shown) = x509_parser::parse_x509_certificate(&shown).unwrap();
    let names = &shown.subject_alternative_name().unwrap().unwrap().value.general_names;
    shown.issuer().to_string().contains("Pebble Intermediate CA")
        && matches!(names.as_slice(), [GeneralName::DNSName(name)] if *name == DOMAIN)
}

/// `leads_to_https` says whether Pebble finds the port of HTTPS.
async fn a_certificate_comes(name: &str, leads_to_https: bool) {
    let Some(pebble) = installed("pebble", "pebble") else { return };
    let folder = Folder::new(name);
    let [directory, http, https, nobody] = std::array::from_fn(|_| free_port());
    let seen = if leads_to_https { https } else { nobody };
    let Some(_authority) = start(&pebble, &folder, directory, http, seen) else { return };
    let at = SocketAddr::from(([127, 0, 0, 1], directory));
    until("Pebble", || async move { TcpStream::connect(at).await.is_ok() }).await;
    let server = Running::start(
        ojak(&["--http", &format!("127.0.0.1:{http}"), "--https", &format!("127.0.0.1:{https}")])
            .args(["--acme", DOMAIN, "--acme-email", "host@call.example", "--acme-directory"])
            .arg(format!("https://localhost:{directory}/dir"))
            .arg(folder.flag())
            .env("SSL_CERT_FILE", folder.0.join("cert.pem")),
    );
    let at = SocketAddr::from(([127, 0, 0, 1], https));
    // Who has failed waits a minute, unless whoever runs the server wants it looked at now; the next way is another one.
    let look = || {
        if !leads_to_https {
            let id = server.0.id().to_string();
            assert!(Command::new("kill").args(["-s", "HUP", &id]).status().unwrap().success());
        }
        shows_it(at)
    };
    until("that the server runs", || async move { TcpStream::connect(at).await.is_ok() }).await;
    until("a certificate of Pebble", look).await;
}

#[tokio::test]
async fn a_certificate_comes_by_the_port_of_https() {
    a_certificate_comes("pebble-tls-alpn-01", true).await;
}

#[tokio::test]
async fn a_certificate_comes_by_the_port_of_http_where_the_other_is_closed() {
    a_certificate_comes("pebble-http-01", false).await;
}
