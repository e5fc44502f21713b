//! TURN servers under load (`./x bench relay`): each one alone on a core, in a network of its own at the other end of a cable, with clients
//! on another core whose packets it passes on.
//!
//! What counts is the processor time that a server takes, so the clients only have to be fast enough to keep it busy.

mod client;
mod load;
mod measure;
mod seat;
mod server;

pub use measure::{Measured, Way, keep_off_the_first_core, report, take};
pub use server::Kind;
