//! The certificate.

use super::*;
use ojak_server::Server;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An authority, and what it issues.
pub(super) struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    pub(super) fn new(folder: &Folder) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Trustworthy");
        let pem = params.self_signed(&key).unwrap().pem();
        fs::write(folder.0.join("authority.pem"), &pem).unwrap();
        Self(Issuer::new(params, key), pem)
    }

    /// A server with a certificate for `name`, good until that day, with the authority's behind it or without.
    pub(super) fn serve(
        &self,
        folder: &Folder,
        name: &str,
        until: (i32, u8, u8),
        whole: bool,
    ) -> (Server, String) {
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
    let soon = SystemTime::now() + Duration::from_secs(5 * 86400);
    let days = soon.duration_since(UNIX_EPOCH).unwrap().as_secs() / 86400;
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
