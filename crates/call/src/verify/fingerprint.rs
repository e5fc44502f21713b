//! Which certificate a description stands for.
//!
//! Read from the descriptions, and not by `RTCDtlsTransport.getRemoteCertificates`, which Firefox does not have:
//! browsers let nobody through whose certificate is not the one of the description that was set, so the description
//! says it as well, and says it before anything is sent.

use ojak_protocol::Bytes32;
use std::fmt;

/// The SHA-256 digest of somebody's certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub Bytes32);

/// A part of a description: the session, or one that begins with `m=`.
#[derive(Clone, Copy, Default)]
struct Part {
    /// Whether it carries something, so that it needs a fingerprint, of its own or of the session.
    is_used: bool,
    has_own: bool,
}

impl Fingerprint {
    /// The one fingerprint of all that a session description has. None if there is none, if there are two, if
    /// a part that carries something has none, or if any is by another digest than SHA-256: what is not understood to
    /// the last letter is not relied on.
    #[must_use]
    pub fn of_description(sdp: &str) -> Option<Self> {
        let mut found = None;
        let mut session = None;
        let mut part = Part::default();
        // For some who read it, a lone carriage return ends a line.
        for line in sdp.split(['\n', '\r']) {
            if let Some(media) = line.strip_prefix("m=") {
                let before = *session.get_or_insert(part);
                if !part.is_covered(before) {
                    return None;
                }
                part = Part { is_used: media.split(' ').nth(1) != Some("0"), has_own: false };
            } else if line == "a=bundle-only" {
                part.is_used = true;
            } else if line.to_ascii_lowercase().contains("fingerprint") {
                let fingerprint = Self::of_line(line)?;
                if found.replace(fingerprint).is_some_and(|before| before != fingerprint) {
                    return None;
                }
                part.has_own = true;
            }
        }
        found.filter(|_| part.is_covered(session.unwrap_or(part)))
    }

    /// `a=fingerprint:sha-256 ` and 32 pairs of digits.
    fn of_line(line: &str) -> Option<Self> {
        let (digest, value) = line.strip_prefix("a=fingerprint:")?.split_once(' ')?;
        let mut bytes = [0; 32];
        let mut pairs = value.split(':');
        for byte in &mut bytes {
            let pair = pairs.next()?;
            if pair.len() != 2 || !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        (digest.eq_ignore_ascii_case("sha-256") && pairs.next().is_none()).then_some(Self(Bytes32(bytes)))
    }
}

impl Part {
    fn is_covered(self, session: Self) -> bool {
        !self.is_used || self.has_own || session.has_own
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
