//! What two people compare, and what it is computed of.

use crate::Fingerprint;
use ojak_protocol::{Bytes32, PeerId, RoomName};
use sha2::{Digest, Sha256};

/// The pictures of a code, each at the place that six bits name. Each is one emoji that is a picture by itself,
/// known since 2016, with a short name, and like no other of them.
pub const PICTURES: [&str; 64] = [
    "🐶", "🐱", "🐴", "🦁", "🐯", "🐻", "🐼", "🐰", "🐸", "🐔", "🐧", "🐦", "🦉", "🐢", "🐟", "🐳", //
    "🐙", "🐝", "🐌", "🦊", "🌳", "🌵", "🌷", "🍎", "🍌", "🍇", "🍋", "🍒", "🥕", "🌽", "🍞", "🧀", //
    "🥚", "🍪", "🎂", "🍕", "🌙", "⭐", "🌈", "⛄", "🔥", "🔑", "⏰", "🌉", "🎈", "🚲", "⛵", "⚓", //
    "🎁", "🔔", "🎸", "🥁", "🎺", "🎹", "🚌", "🚂", "🚀", "🏠", "🔨", "💡", "👑", "👓", "⚽", "⛺",
];

/// How many decimal digits a code has, for who would rather read numbers.
pub const DIGITS: u32 = 12;

/// What both sides must agree on, each in its own words: where they are, who they are, and by which certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript(Vec<u8>);

impl Transcript {
    /// Of the run number `run` between two people in `room`, in either order.
    #[must_use]
    pub fn new(room: &RoomName, run: u32, one: (PeerId, Fingerprint), other: (PeerId, Fingerprint)) -> Self {
        let (low, high) = if one.0 < other.0 { (one, other) } else { (other, one) };
        let mut bytes = Vec::new();
        write(&mut bytes, b"ojak-sas-1");
        write(&mut bytes, room.as_str().as_bytes());
        bytes.extend(run.to_be_bytes());
        for (peer, fingerprint) in [low, high] {
            write(&mut bytes, peer.as_str().as_bytes());
            bytes.extend(fingerprint.0.0);
        }
        Self(bytes)
    }

    /// As bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What `peer` commits to `nonce` with.
    #[must_use]
    pub fn commitment(&self, peer: PeerId, nonce: Bytes32) -> Bytes32 {
        let mut bytes = Vec::new();
        write(&mut bytes, b"c");
        bytes.extend(&self.0);
        write(&mut bytes, peer.as_str().as_bytes());
        bytes.extend(nonce.0);
        Bytes32(Sha256::digest(bytes).into())
    }

    /// What the two compare: with the nonce of the lower id first.
    #[must_use]
    pub fn code(&self, low: Bytes32, high: Bytes32) -> Code {
        let mut bytes = Vec::new();
        write(&mut bytes, b"s");
        bytes.extend(&self.0);
        bytes.extend(low.0);
        bytes.extend(high.0);
        Code::of_digest(Sha256::digest(bytes).into())
    }
}

/// With its length before it, so that no two lists of fields are the same bytes.
fn write(bytes: &mut Vec<u8>, field: &[u8]) {
    // Cast: a room is at most 64 characters, and everything else is shorter.
    bytes.extend((field.len() as u16).to_be_bytes());
    bytes.extend(field);
}

/// What two people compare: seven pictures, or twelve digits instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pictures: [u8; 7],
    digits: u64,
}

impl Code {
    /// The first 42 bits are the pictures, the last 64 the digits.
    pub(crate) fn of_digest(digest: [u8; 32]) -> Self {
        let [first, .., last] = words(digest);
        let mut shift = u64::BITS;
        let pictures = std::array::from_fn(|_| {
            shift -= 6;
            (first >> shift) as u8 & 63
        });
        Self { pictures, digits: last % 10_u64.pow(DIGITS) }
    }

    /// The places of its pictures in [`PICTURES`], each below 64.
    pub fn pictures(&self) -> impl Iterator<Item = usize> + use<> {
        self.pictures.into_iter().map(usize::from)
    }

    /// Its digits, in three groups of four.
    #[must_use]
    pub fn digits(&self) -> [String; 3] {
        [100_000_000, 10_000, 1].map(|unit| format!("{:04}", self.digits / unit % 10_000))
    }
}

fn words(digest: [u8; 32]) -> [u64; 4] {
    let mut bytes = digest.into_iter();
    std::array::from_fn(|_| bytes.by_ref().take(8).fold(0, |word, byte| word << 8 | u64::from(byte)))
}
