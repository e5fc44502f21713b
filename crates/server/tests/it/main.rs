//! The server over real sockets, each test on a port of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod abuse;
mod binary;
mod door;
mod http;
mod join;
mod page;
mod relay;
mod support;
