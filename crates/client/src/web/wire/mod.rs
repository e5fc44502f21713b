//! The text of messages, written and read by the browser's own JSON.
//!
//! `protocol` has this by serde for the server; in the page that would weigh too much, as ARCHITECTURE.md says.
//! The golden messages of `protocol` hold both to the same wire.

mod gift;
mod json;
mod peer;
mod server;
mod signal;
#[cfg(test)]
mod tests;

pub(super) use peer::{from_peer, to_peer};
pub(crate) use server::{from_server, from_server_in_lobby, to_server, to_server_in_lobby};

#[cfg(test)]
#[path = "../../../../protocol/tests/golden/mod.rs"]
#[allow(dead_code, missing_docs, clippy::unwrap_used, reason = "the examples of another crate's tests")]
mod golden;
