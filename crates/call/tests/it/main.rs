//! The call without a browser: devices that fail, whole visits, and several of them in a bad world.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that meets the unexpected is to fail"
)]

mod call;
mod devices;
mod exchange;
mod faults;
mod fetching;
mod hearing;
mod lookout;
mod negotiation;
mod random;
mod speaking;
mod world;
