//! HTTPS: with which certificate it is served, and how that stays a good one.
//!
//! What is in force is in one place, [`Current`], which every handshake asks. So a certificate that is renewed, or
//! replaced by its owner, is that of the next connection, and those that are open do not notice.

mod acme;
mod certificate;
mod files;
mod lan;

pub(crate) use acme::Challenges;
pub use certificate::Unusable;
pub(crate) use certificate::time;
pub use files::BadFile;
pub use lan::NotIssued;
pub(crate) use lan::{ORGANIZATION, fingerprint};

use crate::Phase;
use crate::config::Config;
use crate::relay;
use acme::Acme;
use certificate::Certificate;
use files::Files;
use lan::Lan;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

/// HTTPS that can be served.
#[derive(Debug)]
pub struct Tls {
    current: Arc<Current>,
    source: Source,
    acceptor: Arc<ServerConfig>,
}

/// Why HTTPS cannot be served.
#[derive(Debug, Error)]
pub enum NoTls {
    /// No certificate for the local network can be made.
    #[error("no certificate can be made: {0}")]
    NotIssued(#[from] NotIssued),
    /// The one that was named is no good.
    #[error("--tls-cert and --tls-key: {0}")]
    BadFile(#[from] BadFile),
    /// The library for it does not want to.
    #[error("TLS cannot be set up: {0}")]
    Library(#[from] rustls::Error),
}

/// Where certificates come from.
#[derive(Debug)]
enum Source {
    Acme(Box<Acme>),
    Files(Files),
    Lan(Box<Lan>),
}

impl Tls {
    /// With the certificate that `config` names, or else one that is made here and kept in the state folder.
    ///
    /// # Errors
    /// [`NoTls`].
    pub fn open(config: &Config) -> Result<Self, NoTls> {
        if let (Some(chain), Some(key)) = (&config.tls_cert, &config.tls_key) {
            let (files, certificate) = Files::open(chain, key)?;
            return Self::new(Source::Files(files), certificate);
        }
        let folder = config.state_folder();
        if let Some(domain) = config.acme.clone() {
            let (email, directory) = (config.acme_email.clone(), config.acme_directory.clone());
            let (acme, certificate) = Acme::open(domain, email, directory, folder.clone());
            // Until the authority has come and seen, something has to be there for it to come to.
            let certificate = match certificate {
                Some(certificate) => certificate,
                None => Lan::open(folder)?.1,
            };
            return Self::new(Source::Acme(Box::new(acme)), certificate);
        }
        let (lan, certificate) = Lan::open(folder)?;
        Self::new(Source::Lan(Box::new(lan)), certificate)
    }

    fn new(source: Source, certificate: Certificate) -> Result<Self, NoTls> {
        let current = Arc::new(Current { key: RwLock::new(certificate.key), challenges: Arc::default() });
        let mut acceptor = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        // A socket is taken over from HTTP/1.1; HTTP/2 has no such thing. Who wants the relay may say so, and need not.
        acceptor.alpn_protocols = vec![b"http/1.1".to_vec(), relay::ALPN.to_vec()];
        if let Source::Acme(_) = source {
            acceptor.alpn_protocols.push(acme::ALPN.to_vec());
        }
        Ok(Self { current, source, acceptor: Arc::new(acceptor) })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.acceptor).into()
    }

    pub(crate) fn challenges(&self) -> Arc<Challenges> {
        Arc::clone(&self.current.challenges)
    }

    /// Whether browsers know who has issued the certificate, so that nobody is warned.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.source, Source::Lan(_))
    }

    /// The certificate that issues the others, for those who want to be warned no more.
    #[must_use]
    pub fn authority(&self) -> Option<Authority> {
        match &self.source {
            Source::Lan(lan) => Some(lan.authority()),
            Source::Acme(_) | Source::Files(_) => None,
        }
    }

    /// The public names that it is for.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        match &self.source {
            Source::Acme(acme) => vec![acme.domain().to_owned()],
            Source::Lan(_) => Vec::new(),
            Source::Files(files) => files.names(),
        }
    }

    /// Sees to it that the certificate is a good one, now and then and whenever `again` says so, until the end.
    pub(crate) async fn keep(self, again: Arc<Notify>, mut phase: watch::Receiver<Phase>) {
        let mut local = match self.source {
            Source::Acme(acme) => return acme.keep(self.current, again, phase).await,
            Source::Files(files) => Local::Files(files),
            Source::Lan(lan) => Local::Lan(lan),
        };
        loop {
            tokio::select! {
                () = sleep(local.interval()) => {}
                () = again.notified() => {}
                // An error means that the server's handle is gone.
                _ = phase.wait_for(|phase| *phase == Phase::Ends) => return,
            }
            if let Some(certificate) = local.renewed() {
                self.current.set(certificate.key);
            }
        }
    }
}

/// Those that ask nobody else.
enum Local {
    Files(Files),
    Lan(Box<Lan>),
}

impl Local {
    fn interval(&self) -> Duration {
        match self {
            Self::Files(_) => files::LOOK_INTERVAL,
            Self::Lan(_) => lan::LOOK_INTERVAL,
        }
    }

    fn renewed(&mut self) -> Option<Certificate> {
        match self {
            Self::Files(files) => files.renewed(),
            Self::Lan(lan) => lan.renewed(),
        }
    }
}

/// Whoever issues the certificates of this machine, to be known by others.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its certificate.
    pub pem: String,
    /// SHA-256 of that, as browsers show it: `AB:CD:…`.
    pub fingerprint: String,
    /// Where it is kept, if it could be.
    pub kept: Option<PathBuf>,
}

/// The certificate in force, and what an authority gets to see that wants to know whose a name is.
#[derive(Debug)]
struct Current {
    key: RwLock<Arc<CertifiedKey>>,
    challenges: Arc<Challenges>,
}

impl Current {
    fn set(&self, key: Arc<CertifiedKey>) {
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = key;
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if hello.alpn().is_some_and(|mut protocols| protocols.any(|protocol| protocol == acme::ALPN)) {
            return self.challenges.certificate(hello.server_name()?);
        }
        Some(Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
