//! A certificate from a public authority that asks for no more than to see who has the name (ACME, RFC 8555).
//!
//! It looks either at the port of HTTPS, for a certificate that holds its question (TLS-ALPN-01, RFC 8737), or at that
//! of HTTP, for a file (HTTP-01). Which of the two the network lets through is found out by trying.

use super::certificate::{Certificate, Unusable};
use super::{Current, Phase};
use crate::config::{AcmeDirectory, Domain};
use crate::state;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder,
    OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio::time::error::Elapsed;
use tokio::time::{sleep, timeout};

/// What the authority asks for in a handshake instead of HTTP.
pub(super) const ALPN: &[u8] = b"acme-tls/1";

/// How long until the next attempt after one that failed, ...
const RETRY_FIRST: Duration = Duration::from_secs(5 * 60);
/// ... twice as long after each, since public authorities let nobody fail often; and at most this.
const RETRY_LAST: Duration = Duration::from_secs(12 * 60 * 60);
/// How often it is looked whether a certificate is due.
const LOOK_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// How long an authority may take over one question.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long all of it may take: a connection that goes dead says nothing more, and would be waited for until the
/// certificate in force has expired.
const ORDER_WITHIN: Duration = Duration::from_secs(10 * 60);

/// Why no certificate came.
#[derive(Debug, Error)]
enum NotIssued {
    #[error(transparent)]
    Directory(#[from] instant_acme::Error),
    #[error("neither tls-alpn-01 nor http-01 is offered")]
    NoChallenge,
    #[error(
        "the authority could not see that {0} is this server: it came to port 443 or 80 of that name, and found another one or none"
    )]
    NotSeen(String),
    #[error("its certificate {0}")]
    Unusable(#[from] Unusable),
    #[error("no key can be made: {0}")]
    NoKey(#[from] rcgen::Error),
    #[error("it took too long")]
    TooSlow(#[from] Elapsed),
    #[error("there is no folder to keep it in")]
    NoFolder,
    #[error("the account that was kept cannot be read: {0}")]
    BadAccount(#[from] serde_json::Error),
}

/// The name, who vouches for it, and where what they say is kept.
#[derive(Debug)]
pub(super) struct Acme {
    domain: Domain,
    email: Option<String>,
    directory: AcmeDirectory,
    folder: Option<PathBuf>,
    /// How long an attempt may take.
    within: Duration,
    /// When the one in force is to be another one; none is in force before the first.
    certificate: Option<Certificate>,
    /// Attempts that failed since the last one that did not.
    failed: u32,
}

impl Acme {
    /// With the certificate that was kept, if it is good for something.
    pub(super) fn open(
        domain: Domain,
        email: Option<String>,
        directory: AcmeDirectory,
        folder: Option<PathBuf>,
    ) -> (Self, Option<Certificate>) {
        let within = ORDER_WITHIN;
        let mut acme = Self { domain, email, directory, folder, within, certificate: None, failed: 0 };
        let kept =
            acme.folder.as_ref().and_then(|folder| fs::read(folder.join(acme.certificate_file())).ok());
        acme.certificate = kept
            .and_then(|pem| Certificate::from_pem(&pem, &pem).ok())
            .filter(|certificate| SystemTime::now() < certificate.not_after);
        let certificate = acme.certificate.clone();
        (acme, certificate)
    }

    pub(super) fn domain(&self) -> &str {
        self.domain.as_str()
    }

    /// Of another directory is another one.
    fn certificate_file(&self) -> String {
        format!("acme-{}-{}.pem", self.domain.as_str(), self.directory_tag())
    }

    fn account_file(&self) -> String {
        format!("acme-account-{}.json", self.directory_tag())
    }

    fn directory_tag(&self) -> String {
        let digest = Sha256::digest(self.directory.as_str());
        digest.iter().take(4).fold(String::new(), |tag, byte| tag + &format!("{byte:02x}"))
    }

    /// Gets a certificate when one is due, until the end.
    pub(super) async fn keep(
        mut self,
        current: Arc<Current>,
        again: Arc<Notify>,
        mut phase: watch::Receiver<Phase>,
    ) {
        loop {
            let work = async {
                let wait = self.look(&current).await;
                tokio::select! {
                    () = sleep(wait) => {}
                    () = again.notified() => {}
                }
            };
            tokio::select! {
                () = work => {}
                // An error means that the server's handle is gone.
                _ = phase.wait_for(|phase| *phase == Phase::Ends) => return,
            }
        }
    }

    /// Answers with how long nothing is to be done.
    async fn look(&mut self, current: &Current) -> Duration {
        if self.certificate.as_ref().is_some_and(|certificate| !certificate.is_due(SystemTime::now())) {
            return LOOK_INTERVAL;
        }
        let domain = self.domain.as_str().to_owned();
        let obtained = timeout(self.within, Box::pin(self.obtain(&current.challenges))).await;
        match obtained.map_err(NotIssued::from).flatten() {
            Ok(certificate) => {
                tracing::info!("there is a new certificate for {domain}");
                current.set(Arc::clone(&certificate.key));
                self.certificate = Some(certificate);
                self.failed = 0;
                LOOK_INTERVAL
            }
            Err(error) => {
                let wait = (RETRY_FIRST * 2_u32.saturating_pow(self.failed)).min(RETRY_LAST);
                self.failed = (self.failed + 1).min(16);
                tracing::error!(
                    "no certificate for {domain} from {}, tried again in {} minutes: {error}",
                    self.directory.as_str(),
                    wait.as_secs() / 60
                );
                wait
            }
        }
    }

    async fn obtain(&self, challenges: &Challenges) -> Result<Certificate, NotIssued> {
        let folder = self.folder.as_ref().ok_or(NotIssued::NoFolder)?;
        let domain = self.domain.as_str();
        let account = self.account().await?;
        let mut order = account.new_order(&NewOrder::new(&[Identifier::Dns(domain.to_owned())])).await?;
        let retries = RetryPolicy::new().timeout(PATIENCE);

        // Open until the order is decided.
        let mut offered = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let mut kinds = [ChallengeType::TlsAlpn01, ChallengeType::Http01];
            if self.failed % 2 == 1 {
                kinds.reverse();
            }
            let kind = kinds
                .into_iter()
                .find(|kind| authorization.challenges.iter().any(|offered| offered.r#type == *kind));
            let kind = kind.ok_or(NotIssued::NoChallenge)?;
            let mut challenge = authorization.challenge(kind).ok_or(NotIssued::NoChallenge)?;
            let answer = challenge.key_authorization();
            let certificate = certificate_with(domain, answer.digest().as_ref())?;
            let token = challenge.token.clone();
            let domain = domain.to_owned();
            offered.push(challenges.offer(Answer {
                domain,
                token,
                text: answer.as_str().to_owned(),
                certificate,
            }));
            challenge.set_ready().await?;
        }
        if order.poll_ready(&retries).await? != OrderStatus::Ready {
            return Err(NotIssued::NotSeen(domain.to_owned()));
        }
        drop(offered);

        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new([domain.to_owned()])?;
        // The name stands where browsers look for it.
        params.distinguished_name = DistinguishedName::new();
        order.finalize_csr(params.serialize_request(&key)?.der()).await?;
        let chain = order.poll_certificate(&retries).await?;
        let pem = [key.serialize_pem(), chain].concat();
        let certificate = Certificate::from_pem(pem.as_bytes(), pem.as_bytes())?;
        if let Err(error) = state::replace(folder, &self.certificate_file(), pem.as_bytes()) {
            tracing::warn!(%error, "the certificate cannot be kept, and another one is asked for after a restart");
        }
        Ok(certificate)
    }

    /// That of the last run, or a new one. By asking for it the host agrees to what the authority demands, as
    /// `--help` says.
    async fn account(&self) -> Result<Account, NotIssued> {
        let folder = self.folder.as_ref().ok_or(NotIssued::NoFolder)?;
        let file = self.account_file();
        if let Ok(kept) = fs::read(folder.join(&file)) {
            let credentials: AccountCredentials = serde_json::from_slice(&kept)?;
            return Ok(Account::builder()?.from_credentials(credentials).await?);
        }
        let contact = self.email.as_ref().map(|email| format!("mailto:{email}"));
        let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
        let wanted =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let directory = self.directory.as_str().to_owned();
        let (account, credentials) = Account::builder()?.create(&wanted, directory, None).await?;
        // There is a folder by now, if there can be one.
        let kept =
            state::kept(folder, &file, || serde_json::to_vec(&credentials).map_err(std::io::Error::other));
        if let Err(error) = kept {
            tracing::warn!(%error, "the account cannot be kept, and is another one the next time");
        }
        Ok(account)
    }
}

/// What answers the question whose digest it holds, and nothing else (RFC 8737 section 3).
fn certificate_with(domain: &str, digest: &[u8]) -> Result<Arc<CertifiedKey>, NotIssued> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new([domain.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let own = params.self_signed(&key)?.der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| Unusable::NoKey)?;
    let key = any_supported_type(&key).map_err(|error| Unusable::Other(error.to_string()))?;
    // Whether the two belong together is not looked at: what holds a question is no certificate for anything else, and
    // is not understood as one.
    Ok(Arc::new(CertifiedKey::new(vec![own], key)))
}

/// Questions of an authority that are open, with their answers.
#[derive(Debug, Default)]
pub(crate) struct Challenges(Mutex<Vec<Answer>>);

#[derive(Debug)]
struct Answer {
    /// Whose the name is said to be.
    domain: String,
    token: String,
    text: String,
    certificate: Arc<CertifiedKey>,
}

/// An answer that is given until this is dropped.
struct Offered<'a> {
    challenges: &'a Challenges,
    token: String,
}

impl Challenges {
    fn offer(&self, answer: Answer) -> Offered<'_> {
        let token = answer.token.clone();
        self.lock().push(answer);
        Offered { challenges: self, token }
    }

    /// What is answered in a handshake by who wants to see `domain`.
    pub(super) fn certificate(&self, domain: &str) -> Option<Arc<CertifiedKey>> {
        let answers = self.lock();
        let asked = answers.iter().rev().find(|answer| answer.domain == domain);
        asked.map(|answer| Arc::clone(&answer.certificate))
    }

    /// What is answered over HTTP to the question with this name.
    pub(crate) fn text(&self, token: &str) -> Option<String> {
        self.lock().iter().find(|answer| answer.token == token).map(|answer| answer.text.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Offered<'_> {
    fn drop(&mut self) {
        self.challenges.lock().retain(|answer| answer.token != self.token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::RwLock;
    use tokio::net::TcpListener;

    fn answer(domain: &str, token: &str) -> Answer {
        let certificate = certificate_with(domain, &[7; 32]).unwrap();
        Answer { domain: domain.into(), token: token.into(), text: format!("{token}.text"), certificate }
    }

    #[test]
    fn a_question_is_answered_for_its_name_and_until_it_is_decided() {
        let challenges = Challenges::default();
        let offered = challenges.offer(answer("call.example", "one"));
        assert!(challenges.certificate("call.example").is_some());
        assert!(challenges.certificate("other.example").is_none(), "nobody has asked about that");
        assert_eq!(challenges.text("one").as_deref(), Some("one.text"));
        assert_eq!(challenges.text("two"), None);
        drop(offered);
        assert!(challenges.certificate("call.example").is_none() && challenges.text("one").is_none());
    }

    /// An authority that takes the connection and says nothing more was waited for without end: there was no other attempt,
    /// and in the end no certificate.
    #[tokio::test]
    async fn an_authority_that_does_not_answer_is_asked_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let directory = format!("https://localhost:{}/directory", listener.local_addr().unwrap().port());
        let (mut acme, none) = Acme::open(
            "call.example".parse().unwrap(),
            None,
            directory.parse().unwrap(),
            Some(std::env::temp_dir().join("ojak-acme-unanswered")),
        );
        assert!(none.is_none());
        acme.within = Duration::from_millis(200);
        let key = RwLock::new(answer("call.example", "none").certificate);
        let current = Current { key, challenges: Arc::default() };
        let looked = timeout(Duration::from_secs(20), acme.look(&current)).await;
        assert_eq!((looked.unwrap(), acme.failed), (RETRY_FIRST, 1));
    }
}
