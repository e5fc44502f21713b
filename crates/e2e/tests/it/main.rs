//! What people find when they call each other, in real browsers. Run by `./x test e2e [NAME]`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod address;
mod announcements;
mod barriers;
mod call;
mod devices;
mod first_paint;
mod installable;
mod keyboard;
mod language;
mod lobby;
mod names;
mod people;
mod problems;
mod refusals;
mod renegotiation;
mod screens;
mod stage;
mod stillness;
mod system;
mod worker;
