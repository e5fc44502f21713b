//! The one door to the browser: nothing outside this folder names web-sys.
//!
//! Whatever it hands out is owned, and lets go of the browser's object when it is dropped: a listener
//! unregisters, a track stops, a peer connection closes.

mod error;
mod ext;
mod listener;
pub(crate) mod media;
pub(crate) mod page;
pub(crate) mod peer;
pub(crate) mod seat;
pub(crate) mod socket;
pub(crate) mod storage;
pub(crate) mod text;
pub(crate) mod timer;

#[cfg(test)]
mod tests;

pub(crate) use listener::Listener;
