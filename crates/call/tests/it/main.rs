//! The call without a browser: devices that fail, whole visits, and several of them in a bad world.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that meets the unexpected is to fail"
)]

mod adapt;
mod call;
mod chat;
mod devices;
mod door;
mod exchange;
mod faults;
mod fetching;
mod figures;
mod files;
mod hearing;
mod ice;
mod lookout;
mod negotiation;
mod post;
mod random;
mod receipts;
mod recorded;
mod speaking;
mod together;
mod verify;
mod verifying;
mod vitals;
mod world;
