//! What people find when they call each other, in real browsers. Run by `./x test e2e [NAME]`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod address;
mod call;
mod chat;
mod devices;
mod files;
mod first_paint;
mod installable;
mod language;
mod lobby;
mod people;
mod problems;
mod refusals;
mod renegotiation;
mod screens;
mod stage;
mod wiretap;
