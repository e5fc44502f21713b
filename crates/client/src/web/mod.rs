//! The one door to the browser: nothing outside this folder names web-sys.
//!
//! Whatever it hands out is owned, and lets go of the browser's object when it is dropped: a listener
//! unregisters, a track stops, a peer connection closes.

pub(crate) mod drag;
mod error;
mod ext;
pub(crate) mod focus;
pub(crate) mod late;
mod listener;
pub(crate) mod look;
pub(crate) mod media;
pub(crate) mod meter;
pub(crate) mod page;
pub(crate) mod peer;
pub(crate) mod places;
pub(crate) mod playback;
pub(crate) mod seat;
pub(crate) mod socket;
pub(crate) mod speaker;
mod stats;
pub(crate) mod storage;
pub(crate) mod text;
pub(crate) mod timer;
pub(crate) mod wake;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use listener::Listener;
