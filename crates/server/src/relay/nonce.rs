//! The word that a relay gives out before it listens: proof that whoever asks hears the answer, and that what they
//! signed is not from long ago.
//!
//! It says by itself when and to whom it was given, so that nothing is kept of those who never come back.

use crate::limits::Source;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::time::{Duration, SystemTime};

/// As RFC 8656 recommends.
const VALID: Duration = Duration::from_secs(60 * 60);

/// Makes nonces and knows them again.
pub(crate) struct Nonces(Hmac<Sha256>);

impl Nonces {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of every length")]
        Self(Hmac::new_from_slice(&key).expect("every length will do"))
    }

    fn mac(&self, minutes: [u8; 8], to: Source) -> Hmac<Sha256> {
        self.0.clone().chain_update(minutes).chain_update(to.to_string())
    }

    /// One for `to`.
    pub(crate) fn issue(&self, to: Source, now: SystemTime) -> String {
        let time = seconds(now).to_be_bytes();
        let mac = self.mac(time, to).finalize().into_bytes();
        BASE64_URL_SAFE_NO_PAD.encode([&time[..], &mac].concat())
    }

    /// Whether it was given to `from`, and not too long ago.
    pub(crate) fn accepts(&self, nonce: &str, from: Source, now: SystemTime) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(nonce) else { return false };
        let Some((time, mac)) = bytes.split_first_chunk::<8>() else { return false };
        let age = seconds(now).checked_sub(u64::from_be_bytes(*time));
        age.is_some_and(|age| age < VALID.as_secs()) && self.mac(*time, from).verify_slice(mac).is_ok()
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces")
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn source(address: &str) -> Source {
        Source::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_nonce_is_known_again_for_an_hour_and_from_where_it_was_asked_for() {
        let (nonces, now) = (Nonces::new([7; 32]), SystemTime::now());
        let (ours, theirs) = (source("192.0.2.1"), source("192.0.2.2"));
        let nonce = nonces.issue(ours, now);
        assert!(nonces.accepts(&nonce, ours, now));
        assert!(nonces.accepts(&nonce, ours, now + VALID - Duration::from_secs(2)));
        assert!(!nonces.accepts(&nonce, ours, now + VALID + Duration::from_secs(1)));
        assert!(!nonces.accepts(&nonce, theirs, now));
        assert!(!Nonces::new([8; 32]).accepts(&nonce, ours, now));
        // RFC 8489 has nonces of fewer than 128 characters.
        assert!(nonce.len() < 128);
    }

    #[test]
    fn what_is_bent_is_not_known() {
        let (nonces, now, ours) = (Nonces::new([7; 32]), SystemTime::now(), source("192.0.2.1"));
        let nonce = nonces.issue(ours, now);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&nonce).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut bent = bytes.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(!nonces.accepts(&BASE64_URL_SAFE_NO_PAD.encode(bent), ours, now), "bit {bit}");
        }
        for length in 0..nonce.len() {
            assert!(!nonces.accepts(&nonce[..length], ours, now), "{length} characters");
        }
    }
}
