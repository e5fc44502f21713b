//! A certificate with its key, as it is used and as it is looked at.

use rustls::Error as TlsError;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use thiserror::Error;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// Something with which HTTPS can be served.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) key: Arc<CertifiedKey>,
    pub(crate) not_before: SystemTime,
    pub(crate) not_after: SystemTime,
}

/// Why HTTPS cannot be served with something.
#[derive(Debug, Error)]
pub enum Unusable {
    /// No `BEGIN CERTIFICATE`.
    #[error("holds no certificate in PEM form")]
    NoCertificate,
    /// No `BEGIN PRIVATE KEY`, or one of the older forms of it.
    #[error("holds no private key in PEM form, or one behind a password")]
    NoKey,
    /// Of two different pairs.
    #[error("is not the key of that certificate")]
    OtherKey,
    /// Of a kind that TLS has no use for, or damaged.
    #[error("cannot be used: {0}")]
    Other(String),
}

impl Certificate {
    /// The chain in one text and its key in another, or both in the same one.
    pub(crate) fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Unusable> {
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, _>>()
            .ok()
            .filter(|chain| !chain.is_empty())
            .ok_or(Unusable::NoCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Unusable::NoKey)?;
        Self::new(chain, key)
    }

    pub(crate) fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, Unusable> {
        let other = |error: &dyn std::fmt::Display| Unusable::Other(error.to_string());
        let own = chain.first().ok_or(Unusable::NoCertificate)?;
        let (_, parsed) = parse_x509_certificate(own).map_err(|error| other(&error))?;
        let validity = parsed.validity();
        let (not_before, not_after) =
            (time(validity.not_before.timestamp()), time(validity.not_after.timestamp()));
        let key =
            CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
                TlsError::InconsistentKeys(_) => Unusable::OtherKey,
                error => other(&error),
            })?;
        Ok(Self { key: Arc::new(key), not_before, not_after })
    }

    /// The host names it is for, but for those that stand for many.
    pub(crate) fn names(&self) -> Vec<String> {
        let Some(own) = self.key.cert.first() else { return Vec::new() };
        let Ok((_, parsed)) = parse_x509_certificate(own) else { return Vec::new() };
        let Ok(Some(subjects)) = parsed.subject_alternative_name() else { return Vec::new() };
        let name = |name: &GeneralName<'_>| match name {
            GeneralName::DNSName(name) if !name.contains('*') => Some((*name).to_owned()),
            _ => None,
        };
        subjects.value.general_names.iter().filter_map(name).collect()
    }

    /// Whether two thirds of its life are over, or it has not begun.
    pub(crate) fn is_due(&self, now: SystemTime) -> bool {
        let life = self.not_after.duration_since(self.not_before).unwrap_or_default();
        now.duration_since(self.not_before).map_or(true, |age| age >= life * 2 / 3)
    }
}

/// Seconds since 1970.
pub(crate) fn time(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap_or(0))
}
