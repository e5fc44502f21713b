//! What a person can want of a verification, and what they are shown of it.

use super::{Code, Fingerprint};
use ojak_protocol::PeerId;

/// How often two people may compare codes, while a page is open: who sits in between has one guess each time.
pub const RUNS_MAX: u32 = 3;
/// How many rows there are to choose from.
pub const ROWS: usize = 3;

/// What is known of who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Unverified,
    /// Nobody sits between this page and theirs.
    Verified,
    /// They were verified, and now somebody else shows another certificate. Nothing goes to them or comes from them.
    Changed,
}

/// Somebody who was verified, as it is kept for a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub peer: PeerId,
    /// By which certificate.
    pub fingerprint: Fingerprint,
}

/// What a person can want of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyIntent {
    /// To compare codes: they read, this person chooses.
    Ask,
    /// To read, as they want it.
    Accept,
    /// They read this row, from zero.
    Pick(usize),
    /// They read none of these.
    PickNone,
    /// This person read, and heard them say that it matches.
    Heard,
    /// This person read, and they said nothing of the kind.
    NotHeard,
    /// No more of it; what it came to was seen.
    Close,
    /// To be connected again with somebody who shows another certificate than the one that was verified, and who is
    /// not verified any more.
    Reconnect,
}

/// Where a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyStep {
    /// They would like this person to read a code to them.
    Invited,
    /// They have not answered.
    Waiting,
    /// This person reads this.
    Reading(Code),
    /// They read, and this person chooses which of these it is.
    Choosing([Code; ROWS]),
    /// Their page says that it matched. Did this person hear them say so?
    Told,
    /// It matched, and they are waiting to be told.
    Matched,
    /// It did not.
    Mismatched,
    /// Nothing came of it.
    NoRun(NoRun),
    /// They were verified, and somebody else shows another certificate.
    Changed,
}

/// Why nothing came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRun {
    /// They do not want to, or not now.
    Declined,
    /// The connection was lost meanwhile, or is not there yet.
    Interrupted,
    /// It was tried [`RUNS_MAX`] times.
    TooOften,
    /// The browser does not say which certificates are in use.
    Impossible,
}
