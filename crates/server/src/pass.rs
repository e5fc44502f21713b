//! The pass that gives a seat back: what `joined` hands out as `resume`.
//!
//! A pass is 78 bytes in base64url: the peer (22, as text), a nonce (16), the time of issue (8, seconds since 1970,
//! big endian) and an HMAC-SHA256 (32) over a tag, these and the folded name of the room. So it is bound to one seat
//! of one room, cannot be guessed or altered, and says by itself all that is needed to restore a seat that this
//! process knows nothing of: the server may have been killed and started again in between, or the laptop slept
//! for longer than a seat is kept. The key is in the state folder (`state.rs`).
//!
//! Each use hands out another and ends it, but not at once. The answer with the next pass may be lost with the network
//! that it was asked over, and a page that came back with what it has would be a stranger to its own seat: so for as
//! long as a seat is kept, the one pass that was just used gives back the seat that it gave. Whoever shows it later
//! gets nothing. Of two who show it, the later one sits there, and the other is told. The seat keeps hashes only; what
//! was used, or belonged to a seat that was given up, is remembered by [`Spent`].
//!
//! What that leaves open, knowingly: the record of what is spent lives as long as the process. After a restart
//! a pass of an earlier run that was used *then* can be used once more, if it gets there before the seat's own
//! pass does; it is worth no more than the seat, and who has it must have read the page's storage or broken TLS.
//! To close that, every join would have to wait for a disk.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ojak_protocol::{PeerId, RoomName};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};
use subtle::ConstantTimeEq;

/// How long a pass restores a seat that is not in the table. (One that is in the table is given back however long
/// ago its pass was issued: calls may be long.)
const VALID: Duration = Duration::from_secs(24 * 60 * 60);
/// Passes remembered as spent: 7 MiB at most.
const SPENT_MAX: usize = 100_000;
/// What the key is used for; another meaning or layout of the bytes gets another tag.
const TAG: &[u8] = b"ojak resume 1";

/// Signs passes. Whoever has it can take any seat.
#[derive(Clone)]
pub struct PassKey(Hmac<Sha256>);

impl PassKey {
    /// Length of a key.
    pub const BYTES: usize = 32;

    /// A key for this process only.
    ///
    /// # Errors
    /// When the operating system gives no random bits.
    pub fn random() -> io::Result<Self> {
        let mut bytes = [0; Self::BYTES];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self::from_bytes(bytes))
    }

    /// A key that was kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        // As long as a block of SHA-256, which RFC 2104 fills up with zeros.
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        Self(Hmac::new(&block))
    }

    /// A key for something else, which says nothing of this one. `purpose` begins otherwise than [`TAG`].
    pub(crate) fn derive(&self, purpose: &str) -> [u8; Self::BYTES] {
        debug_assert!(!purpose.as_bytes().starts_with(TAG), "{purpose} could be a pass");
        self.0.clone().chain_update(purpose).finalize().into_bytes().into()
    }

    fn mac(&self, room: &RoomName, body: &[u8]) -> Hmac<Sha256> {
        // The name has any length and comes last, so no two seats are the same bytes.
        self.0.clone().chain_update(TAG).chain_update(body).chain_update(room.as_str())
    }

    /// A new pass for a seat. `nonce` has never been used before.
    pub(crate) fn issue(&self, room: &RoomName, peer: PeerId, nonce: [u8; 16], issued: Issued) -> Pass {
        let mut bytes = [peer.as_str().as_bytes(), &nonce, &issued.0.to_be_bytes()].concat();
        let mac = self.mac(room, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        Pass { fingerprint: Fingerprint::of(&bytes, issued), token: BASE64_URL_SAFE_NO_PAD.encode(bytes) }
    }

    /// Reads a pass that somebody shows at `room`; none if this key did not sign it for that room.
    pub(crate) fn read(&self, token: &str, room: &RoomName) -> Option<Claim> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, mac) = bytes.split_last_chunk::<32>()?;
        self.mac(room, body).verify_slice(mac).ok()?;
        let (peer, rest) = body.split_at_checked(PeerId::LENGTH)?;
        let peer = std::str::from_utf8(peer).ok()?.parse().ok()?;
        let issued = Issued(u64::from_be_bytes(*rest.last_chunk()?));
        Some(Claim { peer, fingerprint: Fingerprint::of(&bytes, issued) })
    }
}

impl fmt::Debug for PassKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassKey")
    }
}

/// A pass that is handed out.
#[derive(Clone)]
pub struct Pass {
    /// What the page gets, and nobody keeps.
    pub token: String,
    /// What is kept.
    pub fingerprint: Fingerprint,
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pass")
    }
}

/// Tells one pass from another, and does not give it away: when it was issued, and its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    issued: Issued,
    hash: [u8; 32],
}

impl Fingerprint {
    fn of(pass: &[u8], issued: Issued) -> Self {
        Self { issued, hash: Sha256::digest(pass).into() }
    }

    /// Whether it is the same pass; takes the same time either way.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.hash.ct_eq(&other.hash).into()
    }
}

/// When a pass was issued, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Issued(u64);

impl From<SystemTime> for Issued {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

/// What a pass says that this server signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Whose seat.
    pub(crate) peer: PeerId,
    /// Which pass.
    pub(crate) fingerprint: Fingerprint,
}

/// Passes that give nothing back any more, for as long as they could.
///
/// Bounded: when it is full, the oldest is forgotten and everything issued until then is refused with it. Who comes
/// back with such a pass (to a busy server, after hours, and without a seat in the table) joins anew.
#[derive(Debug)]
pub(crate) struct Spent {
    /// By time of issue, oldest first.
    passes: BTreeSet<Fingerprint>,
    max: usize,
    /// Everything issued until then is refused.
    fence: Option<Issued>,
}

impl Default for Spent {
    fn default() -> Self {
        Self { passes: BTreeSet::new(), max: SPENT_MAX, fence: None }
    }
}

impl Spent {
    /// Whether a pass may restore a seat that is not in the table.
    pub(crate) fn allows(&self, pass: &Fingerprint, now: Issued) -> bool {
        pass.issued >= oldest_valid(now)
            && self.fence.is_none_or(|fence| pass.issued > fence)
            && !self.passes.contains(pass)
    }

    /// Remembers one.
    pub(crate) fn add(&mut self, pass: Fingerprint, now: Issued) {
        while self.passes.first().is_some_and(|first| first.issued < oldest_valid(now)) {
            self.passes.pop_first();
        }
        self.passes.insert(pass);
        if self.passes.len() > self.max {
            self.fence = self.passes.pop_first().map(|first| first.issued);
        }
    }
}

fn oldest_valid(now: Issued) -> Issued {
    Issued(now.0.saturating_sub(VALID.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: u128 = 0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F;
    const ISSUED: Issued = Issued(1_800_000_000);

    fn room(name: &str) -> RoomName {
        RoomName::parse(name).unwrap()
    }

    fn key() -> PassKey {
        PassKey::from_bytes(std::array::from_fn(|place| place as u8))
    }

    fn issue(serial: u8, issued: Issued) -> Pass {
        key().issue(&room("home"), PeerId::from_bits(PEER), [serial; 16], issued)
    }

    /// Passes outlive the process: this one must be read by every version that knows the tag.
    #[test]
    fn a_pass_stays_as_it_is() {
        assert_eq!(issue(7, ISSUED).token, PINNED);
    }

    /// Written with Python's hmac and base64, from the description above.
    const PINNED: &str = "QUFFQ0F3UUZCZ2NJQ1FvTERBME9EdwcHBwcHBwcHBwcHBwcHBwcAAAAAa0nSACjBCM07MpBRD60apxoRAzom6st2zAp4fVOX6iQY1s2w";

    #[test]
    fn what_was_issued_can_be_read_and_nothing_else() {
        let pass = issue(7, ISSUED);
        let claim = key().read(&pass.token, &room("home")).unwrap();
        assert_eq!(claim.peer, PeerId::from_bits(PEER));
        assert!(claim.fingerprint.is(&pass.fingerprint) && claim.fingerprint == pass.fingerprint);
        assert!(!issue(8, ISSUED).fingerprint.is(&pass.fingerprint));
        assert!(key().read(&pass.token, &room("home2")).is_none());
        assert!(PassKey::random().unwrap().read(&pass.token, &room("home")).is_none());
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&pass.token).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut bent = bytes.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(key().read(&BASE64_URL_SAFE_NO_PAD.encode(bent), &room("home")).is_none(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            let cut = BASE64_URL_SAFE_NO_PAD.encode(&bytes[..length]);
            assert!(key().read(&cut, &room("home")).is_none(), "{length} bytes");
        }
    }

    #[test]
    fn what_is_signed_but_too_short_is_none() {
        for length in 0..PeerId::LENGTH + 8 {
            let mut bytes = vec![b'A'; length];
            let mac = key().mac(&room("home"), &bytes).finalize().into_bytes();
            bytes.extend_from_slice(&mac);
            let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
            assert!(key().read(&token, &room("home")).is_none(), "{length} bytes");
        }
    }

    #[test]
    fn keys_for_other_things_differ_and_stay() {
        assert_ne!(key().derive("a"), key().derive("b"));
        assert_eq!(key().derive("a"), key().derive("a"));
        assert_ne!(key().derive("a"), PassKey::random().unwrap().derive("a"));
    }

    fn after(seconds: u64) -> Issued {
        Issued(ISSUED.0 + seconds)
    }

    #[test]
    fn a_pass_is_allowed_for_a_day_and_until_it_is_spent() {
        let mut spent = Spent::default();
        let (pass, other) = (issue(1, ISSUED).fingerprint, issue(2, ISSUED).fingerprint);
        let day = VALID.as_secs();
        assert!(spent.allows(&pass, ISSUED) && spent.allows(&pass, after(day)));
        assert!(!spent.allows(&pass, after(day + 1)));
        // A clock that was set back takes nobody's seat.
        assert!(spent.allows(&pass, Issued(0)));
        spent.add(pass, after(5));
        assert!(!spent.allows(&pass, after(5)) && !spent.allows(&pass, after(day)));
        assert!(spent.allows(&other, after(5)));
    }

    #[test]
    fn what_is_too_old_anyway_is_forgotten() {
        let mut spent = Spent::default();
        spent.add(issue(1, ISSUED).fingerprint, ISSUED);
        let later = after(VALID.as_secs() + 1);
        spent.add(issue(2, later).fingerprint, later);
        assert_eq!((spent.passes.len(), spent.fence), (1, None));
    }

    #[test]
    fn a_full_record_refuses_everything_as_old_as_what_it_forgot() {
        let mut spent = Spent { max: 3, ..Spent::default() };
        for serial in 0..4 {
            let issued = after(u64::from(serial));
            spent.add(issue(serial, issued).fingerprint, issued);
        }
        assert_eq!((spent.passes.len(), spent.fence), (3, Some(ISSUED)));
        assert!(
            !spent.allows(&issue(0, ISSUED).fingerprint, after(9)),
            "forgotten, and refused all the same"
        );
        assert!(!spent.allows(&issue(100, ISSUED).fingerprint, after(9)), "as old");
        assert!(spent.allows(&issue(100, after(1)).fingerprint, after(9)), "younger");
        assert!(!spent.allows(&issue(3, after(3)).fingerprint, after(9)));
        // What is older than the fence is not what a full record should keep.
        spent.add(issue(101, after(0)).fingerprint, after(9));
        assert!(
            (0..4)
                .all(|serial| !spent.allows(&issue(serial, after(u64::from(serial))).fingerprint, after(9)))
        );
        assert_eq!(spent.fence, Some(ISSUED));
    }
}
