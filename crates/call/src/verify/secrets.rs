//! Secret random numbers, all from one that the page drew.

use sha2::{Digest, Sha256};

/// Draws what nobody else can know: each is the digest of the first and a count.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// None until the page has drawn one.
    first: Option<[u8; 32]>,
    drawn: u64,
}

impl Secrets {
    /// From 32 bytes that are random, and known to nobody.
    pub(crate) fn new(first: [u8; 32]) -> Self {
        Self { first: Some(first), drawn: 0 }
    }

    /// The next. None while there is no first one.
    pub(crate) fn draw(&mut self) -> Option<[u8; 32]> {
        self.drawn += 1;
        let digest = Sha256::new().chain_update(self.first?).chain_update(self.drawn.to_be_bytes());
        Some(digest.finalize().into())
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}
