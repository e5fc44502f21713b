//! The server over real sockets, each test on a port of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod abuse;
#[cfg(unix)]
mod acme;
mod binary;
#[cfg(target_os = "linux")]
mod coturn;
#[cfg(target_os = "linux")]
mod deploy;
mod doctor;
mod door;
mod drain;
#[cfg(target_os = "linux")]
mod flood;
mod host;
mod http;
mod https;
mod join;
#[cfg(unix)]
mod log;
mod metrics;
mod page;
#[cfg(target_os = "linux")]
mod pebble;
mod peek;
#[cfg(target_os = "linux")]
mod proxies;
mod relay;
mod resume;
mod slow;
mod support;
mod turn;
mod turn_over_tls;
