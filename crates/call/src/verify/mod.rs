//! Knowing that nobody sits in between: whoever hands on the descriptions of two people could swap the
//! certificates in them, and be the other side to both. So the two compare a code by voice that depends on the
//! certificates in use; apart from the rest of the call, because it trusts nothing of it but the data channel.
//!
//! `docs/protocol.md` has the computation, for other clients.

mod code;
mod exchange;
mod fingerprint;
mod secrets;
mod verification;
mod words;

pub use code::{Code, DIGITS, PICTURES, Transcript};
pub use exchange::{Exchange, Foul};
pub use fingerprint::Fingerprint;
pub(crate) use secrets::Secrets;
pub(crate) use verification::{Admission, Context, Verification};
pub use words::{NoRun, ROWS, RUNS_MAX, Standing, Verified, VerifyIntent, VerifyStep};
