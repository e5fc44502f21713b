//! The call without a browser: two peers over a bad network, devices that fail, and a whole visit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail"
)]

mod browser;
mod call;
mod devices;
mod glare;
mod network;
mod random;
