//! The one door to the browser: nothing outside this folder names web-sys.
//!
//! Whatever it hands out is owned, and lets go of the browser's object when it is dropped: a listener
//! unregisters, a track stops, a peer connection closes.

mod certificates;
pub(crate) mod chat;
pub(crate) mod codecs;
pub(crate) mod cues;
pub(crate) mod denoise;
pub(crate) mod display;
pub(crate) mod drag;
mod encoding;
mod error;
mod ext;
pub(crate) mod files;
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
pub(crate) mod recognition;
pub(crate) mod recorder;
pub(crate) mod save;
mod screen;
pub(crate) mod seat;
pub(crate) mod secret;
pub(crate) mod sight;
pub(crate) mod socket;
pub(crate) mod speaker;
mod stats;
pub(crate) mod storage;
pub(crate) mod text;
pub(crate) mod timer;
pub(crate) mod wake;
pub(crate) mod wire;
pub(crate) mod worker;

#[cfg(test)]
mod tests;

pub(crate) use listener::Listener;
