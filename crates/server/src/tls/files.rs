//! A certificate of the host's own, in two files. Whoever renews it writes them anew, which is noticed.

use super::certificate::{Certificate, Unusable};
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// How soon other files are noticed.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Why a certificate that was named cannot be used.
#[derive(Debug, Error)]
pub enum BadFile {
    /// There is none, or it is for somebody else.
    #[error("{} cannot be read: {source}", path.display())]
    Unread {
        /// Which one.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{} {source}", path.display())]
    Unusable {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        source: Unusable,
    },
    /// Of two different pairs.
    #[error("the key in {} does not belong to the certificate in {}", key.display(), chain.display())]
    OtherKey {
        /// The file of the key.
        key: PathBuf,
        /// The file of the certificate.
        chain: PathBuf,
    },
}

/// The two files, and what they were when they were last looked at.
#[derive(Debug)]
pub(super) struct Files {
    chain: PathBuf,
    key: PathBuf,
    names: Vec<String>,
    /// What is in use.
    used: Content,
    /// What cannot be used, and whether that was said. Of two files one is always written first, so that it is
    /// said when it is the same at a second look.
    bad: Option<(Content, bool)>,
}

/// Something of which one can tell whether it is another one: the digest of both files.
type Content = [u8; 32];

impl Files {
    pub(super) fn open(chain: &Path, key: &Path) -> Result<(Self, Certificate), BadFile> {
        let (used, certificate) = read(chain, key);
        let certificate = certificate?;
        say_age(chain, &certificate, SystemTime::now());
        let (chain, key, names) = (chain.into(), key.into(), certificate.names());
        Ok((Self { chain, key, names, used, bad: None }, certificate))
    }

    /// Those that can be opened, at the start.
    pub(super) fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// Another one, if there is one that can be used.
    pub(super) fn renewed(&mut self) -> Option<Certificate> {
        let (content, certificate) = read(&self.chain, &self.key);
        if content == self.used {
            self.bad = None;
            return None;
        }
        match certificate {
            Ok(certificate) => {
                tracing::info!("the certificate in {} is another one, and in use now", self.chain.display());
                say_age(&self.chain, &certificate, SystemTime::now());
                self.used = content;
                self.bad = None;
                Some(certificate)
            }
            Err(error) => {
                let was_said = match self.bad {
                    Some((bad, false)) if bad == content => {
                        tracing::error!(
                            "the certificate was changed, and the one before stays in use: {error}"
                        );
                        true
                    }
                    Some((bad, true)) if bad == content => true,
                    _ => false,
                };
                self.bad = Some((content, was_said));
                None
            }
        }
    }
}

fn read(chain: &Path, key: &Path) -> (Content, Result<Certificate, BadFile>) {
    let text = |path: &Path| fs::read(path).map_err(|source| BadFile::Unread { path: path.into(), source });
    let mut digest = Sha256::new();
    let texts = text(chain).and_then(|chain| Ok((chain, text(key)?)));
    match &texts {
        Ok((chain, key)) => {
            digest.update(Sha256::digest(chain));
            digest.update(Sha256::digest(key));
        }
        Err(error) => digest.update(error.to_string()),
    }
    let certificate = texts.and_then(|(chain_text, key_text)| {
        Certificate::from_pem(&chain_text, &key_text).map_err(|source| match source {
            Unusable::OtherKey => BadFile::OtherKey { key: key.into(), chain: chain.into() },
            Unusable::NoKey => BadFile::Unusable { path: key.into(), source },
            source => BadFile::Unusable { path: chain.into(), source },
        })
    });
    (digest.finalize().into(), certificate)
}

/// Whoever is warned by their browser shall find the reason here.
fn say_age(path: &Path, certificate: &Certificate, now: SystemTime) {
    const SOON: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    let path = path.display();
    if now < certificate.not_before {
        tracing::warn!("the certificate in {path} is not valid yet: is the clock of this machine right?");
    }
    match certificate.not_after.duration_since(now) {
        Err(_) => tracing::warn!("the certificate in {path} has expired: browsers warn everybody who comes"),
        Ok(left) if left < SOON => {
            tracing::warn!("the certificate in {path} expires in {} hours", left.as_secs() / 3600);
        }
        Ok(_) => {}
    }
}
