//! HTTPS: with which certificate it is served, and how that stays a good one.
//!
//! What is in force is in one place, [`Current`], which every handshake asks. So a certificate that is renewed, or
//! replaced by its owner, is that of the next connection, and those that are open do not notice.

mod certificate;
mod files;
mod lan;

pub use certificate::Unusable;
pub use files::BadFile;
pub use lan::NotIssued;

use crate::Phase;
use crate::config::Config;
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
        let (lan, certificate) = Lan::open(config.state_folder())?;
        Self::new(Source::Lan(Box::new(lan)), certificate)
    }

    fn new(source: Source, certificate: Certificate) -> Result<Self, NoTls> {
        let current = Arc::new(Current(RwLock::new(certificate.key)));
        let mut acceptor = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        // A socket is taken over from HTTP/1.1; HTTP/2 has no such thing.
        acceptor.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { current, source, acceptor: Arc::new(acceptor) })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.acceptor).into()
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
            Source::Files(_) => None,
        }
    }

    /// The public names that it is for.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        match &self.source {
            Source::Lan(_) => Vec::new(),
            Source::Files(files) => files.names(),
        }
    }

    /// Sees to it that the certificate is a good one, now and then and whenever `again` says so, until the end.
    pub(crate) async fn keep(mut self, again: Arc<Notify>, mut phase: watch::Receiver<Phase>) {
        loop {
            tokio::select! {
                () = sleep(self.source.interval()) => {}
                () = again.notified() => {}
                // An error means that the server's handle is gone.
                _ = phase.wait_for(|phase| *phase == Phase::Ends) => return,
            }
            if let Some(certificate) = self.source.renewed() {
                self.current.set(certificate.key);
            }
        }
    }
}

impl Source {
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

/// The certificate in force.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn set(&self, key: Arc<CertifiedKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
