//! Who may use a relay: a name that says until when and for which seat, and a password that only whoever has the secret
//! can make for it (the "REST API for access to TURN services", which coturn understands, too).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ojak_protocol::PeerId;
use sha1::Sha1;
use std::fmt;
use std::time::{Duration, SystemTime};

/// Makes passwords. Whoever has it can relay.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha1>);

impl Secret {
    /// Of any length.
    pub(crate) fn new(secret: &[u8]) -> Self {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of every length")]
        Self(Hmac::new_from_slice(secret).expect("every length will do"))
    }

    fn password(&self, username: &str) -> String {
        let mac = self.0.clone().chain_update(username);
        BASE64_STANDARD.encode(mac.finalize().into_bytes())
    }

    /// For the seat of `peer`, from `now` on for `lifetime`.
    pub(crate) fn credential(&self, peer: PeerId, now: SystemTime, lifetime: Duration) -> Credential {
        let username = format!("{}:{peer}", seconds(now + lifetime));
        Credential { password: self.password(&username), username }
    }

    /// Whose name it is, and the password that belongs to it; none if it is over, or nobody's.
    pub(crate) fn read(&self, username: &str, now: SystemTime) -> Option<(PeerId, String)> {
        let (expiry, peer) = username.split_once(':')?;
        let until: u64 = expiry.parse().ok()?;
        let peer: PeerId = peer.parse().ok()?;
        // One name, one way to write it.
        let written = username == format!("{until}:{peer}");
        (written && seconds(now) < until).then(|| (peer, self.password(username)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a page shows to a relay.
pub(crate) struct Credential {
    pub(crate) username: String,
    pub(crate) password: String,
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_secs(600);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn peer() -> PeerId {
        PeerId::from_bits(0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F)
    }

    /// Made by `openssl dgst -sha1 -hmac secret -binary | base64`, as coturn's documentation has it.
    #[test]
    fn a_password_is_what_coturn_expects() {
        let made = Secret::new(b"secret").credential(peer(), at(1_800_000_000), LIFETIME);
        assert_eq!(made.username, "1800000600:AAECAwQFBgcICQoLDA0ODw");
        assert_eq!(made.password, PINNED);
    }

    const PINNED: &str = "Fj+0cBXICd7ceyABYohFa1KYRvw=";

    #[test]
    fn a_name_is_good_until_it_is_over() {
        let secret = Secret::new(b"secret");
        let made = secret.credential(peer(), at(1000), LIFETIME);
        let expected = Some((peer(), made.password));
        assert_eq!(secret.read(&made.username, at(1000)), expected);
        assert_eq!(secret.read(&made.username, at(1599)), expected);
        assert_eq!(secret.read(&made.username, at(1600)), None);
        let other = Secret::new(b"another").read(&made.username, at(1000)).unwrap();
        assert_ne!(Some(other), expected, "another secret makes another password");
    }

    #[test]
    fn what_is_no_name_of_a_seat_has_no_password() {
        let secret = Secret::new(b"secret");
        let peer = peer();
        for username in [
            String::new(),
            "9999999999".into(),
            format!("{peer}"),
            format!(":{peer}"),
            "9999999999:".into(),
            "9999999999:guest".into(),
            format!("+999999999:{peer}"),
            format!("09999999999:{peer}"),
            format!(" 9999999999:{peer}"),
            format!("99999999999999999999999:{peer}"),
            format!("-1:{peer}"),
            format!("9999999999:{peer} "),
            format!("9999999999:{peer}:{peer}"),
        ] {
            assert_eq!(secret.read(&username, at(1000)), None, "{username:?}");
        }
    }
}
