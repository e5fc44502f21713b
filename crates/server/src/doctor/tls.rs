//! TLS as a browser speaks it, but that it goes on with a certificate that is no good: what is behind it may have faults
//! of its own. What is said there is no secret.

use super::STEP;
use super::finding::{Certificate, days_between};
use crate::tls::{ORGANIZATION, fingerprint, time};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;
use x509_parser::x509::X509Name;

/// So long before its end every certificate should have been renewed, ...
const ENDING: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// ... and one that is short-lived when so much of its life is left.
const ENDING_PART: u32 = 6;

/// What a server showed, and what the authorities that this machine knows make of it.
pub(super) struct Shown {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) verdict: Result<(), Error>,
}

/// Looks at certificates.
#[derive(Clone)]
pub(super) struct Tls {
    provider: Arc<CryptoProvider>,
    known: Result<Arc<Verifier>, Error>,
}

impl Tls {
    /// With the authorities of this machine.
    pub(super) fn new() -> Self {
        let provider = Arc::new(ring::default_provider());
        Self { known: Verifier::new(Arc::clone(&provider)).map(Arc::new), provider }
    }

    /// Shakes hands as one who looks for `host`.
    pub(super) async fn shake(
        &self,
        stream: TcpStream,
        host: &str,
    ) -> io::Result<(TlsStream<TcpStream>, Shown)> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let inspector = Arc::new(Inspector { tls: self.clone(), verdict: Mutex::new(Ok(())) });
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&inspector) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        // Who comes back is not shown the certificate again.
        config.resumption = Resumption::disabled();
        let connector = TlsConnector::from(Arc::new(config));
        let stream = timeout(STEP, connector.connect(name, stream)).await??;
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default().to_vec();
        let verdict = inspector.verdict.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((stream, Shown { chain, verdict }))
    }
}

/// Lets everybody pass, and remembers what there was to say.
struct Inspector {
    tls: Tls,
    verdict: Mutex<Result<(), Error>>,
}

impl std::fmt::Debug for Inspector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inspector")
    }
}

impl ServerCertVerifier for Inspector {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let known = self.tls.known.clone();
        let verdict = known.and_then(|known| known.verify_server_cert(own, others, name, ocsp, now));
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = verdict.map(|_| ());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.tls.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, own, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.tls.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, own, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.tls.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What a browser would say of what was shown for `host`; `page` is where an Ojak explains its certificate. Each fault by
/// itself, since one that is got rid of must not uncover the next.
pub(super) fn judge(shown: &Shown, host: &str, page: &str, now: SystemTime) -> Vec<Certificate> {
    let Some((own, others)) = shown.chain.split_first() else {
        return vec![Certificate::Bad { why: "the server shows none".into() }];
    };
    let (Ok((_, parsed)), Ok(as_seen), Ok(name)) =
        (parse_x509_certificate(own), ParsedCertificate::try_from(own), ServerName::try_from(host))
    else {
        return vec![Certificate::Bad { why: "it is damaged".into() }];
    };
    let validity = parsed.validity();
    let (from, until) = (time(validity.not_before.timestamp()), time(validity.not_after.timestamp()));
    let mut found = Vec::new();
    if now > until {
        found.push(Certificate::Expired { days: days_between(until, now) });
    } else if now < from {
        found.push(Certificate::Early { days: days_between(now, from) });
    }
    if verify_server_name(&as_seen, &name).is_err() {
        found.push(Certificate::OtherName { host: host.into(), names: names_of(&parsed) });
    }
    let issuer = called(parsed.issuer());
    match &shown.verdict {
        Ok(()) if found.is_empty() => {
            let life = until.duration_since(from).unwrap_or_default();
            let left = until.duration_since(now).unwrap_or_default();
            let days = days_between(now, until);
            found.push(if left < ENDING.min(life / ENDING_PART) {
                Certificate::Ending { days }
            } else {
                Certificate::Fine { host: host.into(), issuer, days }
            });
        }
        Ok(()) => {}
        Err(Error::InvalidCertificate(why)) if is_said(why) && !found.is_empty() => {}
        // One that is its own authority is mostly not refused for that alone.
        Err(Error::InvalidCertificate(_)) if parsed.issuer().as_raw() == parsed.subject().as_raw() => {
            found.push(Certificate::SelfSigned);
        }
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            found.push(match others.iter().find(|other| is_of_ojak(other)) {
                Some(authority) if is_issued_by(own, authority, now) => {
                    Certificate::Lan { fingerprint: fingerprint(authority), page: page.into() }
                }
                _ if others.is_empty() => Certificate::Incomplete { issuer },
                _ => Certificate::UnknownAuthority { issuer },
            });
        }
        Err(error @ Error::InvalidCertificate(_)) => found.push(Certificate::Bad { why: error.to_string() }),
        Err(error) => found.push(Certificate::Unjudged { why: error.to_string() }),
    }
    found
}

/// Whether it is about what is looked at here by itself.
fn is_said(why: &CertificateError) -> bool {
    matches!(
        why,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
            | CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. }
    )
}

/// Whether it is the authority that an Ojak makes for its own network.
fn is_of_ojak(authority: &CertificateDer<'_>) -> bool {
    let Ok((_, parsed)) = parse_x509_certificate(authority) else { return false };
    let by_ojak = parsed.subject().iter_organization().any(|name| name.as_str() == Ok(ORGANIZATION));
    by_ojak && parsed.is_ca()
}

/// Whether who knows `authority` would take what it has issued, for whatever name.
fn is_issued_by(own: &CertificateDer<'_>, authority: &CertificateDer<'_>, now: SystemTime) -> bool {
    let mut roots = RootCertStore::empty();
    let now = UnixTime::since_unix_epoch(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
    let algorithms = ring::default_provider().signature_verification_algorithms.all;
    roots.add(authority.clone().into_owned()).is_ok()
        && ParsedCertificate::try_from(own).is_ok_and(|own| {
            verify_server_cert_signed_by_trust_anchor(&own, &roots, &[], now, algorithms).is_ok()
        })
}

/// The name or the organization of whoever has issued something.
fn called(name: &X509Name<'_>) -> String {
    let text = |part: Option<&x509_parser::x509::AttributeTypeAndValue<'_>>| {
        part.and_then(|part| part.as_str().ok()).map(str::to_owned)
    };
    let organization = text(name.iter_organization().next());
    let own = text(name.iter_common_name().next());
    match (organization, own) {
        (Some(organization), Some(own)) if organization != own => format!("{organization} ({own})"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => name.to_string(),
    }
}

fn names_of(parsed: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(subjects)) = parsed.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| IpAddr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| IpAddr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    };
    subjects.value.general_names.iter().filter_map(name).collect()
}
