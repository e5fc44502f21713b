//! What people find when they call each other, in real browsers. Run by `./x test e2e [NAME]`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod address;
mod announcements;
mod barriers;
mod call;
mod chat;
mod denoise;
mod devices;
mod files;
mod first_paint;
mod health;
mod hiding;
mod installable;
mod keyboard;
mod knocking;
mod language;
mod lobby;
mod motion;
mod names;
mod people;
mod problems;
mod recording;
mod refusals;
mod renegotiation;
mod screens;
mod stage;
mod stillness;
mod system;
mod together;
mod troubles;
mod verify;
mod wiretap;
mod worker;
