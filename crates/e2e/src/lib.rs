//! The server, the built page and real browsers, all together: what a person would find.
//!
//! A test is a [`Scene`]: one server of its own and some [`Person`]s, each with a browser, a driver and
//! a profile of their own. People act by accessible names, as CONTRACT.md has them, and nothing here
//! waits by sleeping: everything waits for a condition with a deadline ([`until`]).
//!
//! The product has no hook for tests. What it did is read from outside: from the page as an assistive
//! tool sees it, and from the browser's own `getStats` ([`media`]).
//!
//! Tests here may `unwrap` and index: a panic is how a test fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod axe;
pub mod browser;
pub mod chat;
pub mod couple;
pub mod diagnosis;
pub mod faults;
pub mod flow;
pub mod keyboard;
pub mod lab;
pub mod machine;
pub mod media;
pub mod networks;
mod oracle;
pub mod page;
pub mod portrait;
mod process;
pub mod proxy;
pub mod relaying;
pub mod report;
pub mod scene;
mod series;
pub mod server;
pub mod setup;
mod wait;
pub mod wiretap;
pub mod words;

pub use couple::Couple;
pub use flow::{Flow, Link, Moment};
pub use lab::{Lab, Uplink};
pub use page::Person;
pub use portrait::Portrait;
pub use scene::Scene;
pub use server::Server;
pub use setup::{Kind, Language, Permission, Setup, Theme, Viewport};
pub use wait::{DEADLINE, until, until_within};
pub use wiretap::Wiretap;
pub use words::{Role, Words};
