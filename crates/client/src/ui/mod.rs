//! What a person sees: components that read the session's signals and send it what the person wants.
//!
//! Nothing in here decides anything about the call, and nothing names a browser type: that is `call` and
//! `web`. Accessible names and `data-` attributes are those of the acceptance tests.

mod app;
mod avatar;
mod bridge;
mod call;
mod call_pages;
mod changing;
mod clock;
mod controls;
mod device_dialog;
mod devices;
mod dialog;
mod document;
mod ended;
mod failed;
mod fields;
mod grid;
mod icon;
mod insecure;
mod inset;
mod invite;
mod language;
mod lobby;
mod meter;
mod more;
mod notice;
mod page;
mod pager;
mod panel;
mod panels;
mod presence;
mod preview;
mod qr;
mod settings;
mod sheets;
mod shortcuts;
mod speaker;
mod stage;
mod switch_row;
mod tile;
mod toasts;

pub(crate) use app::App;
pub(crate) use call_pages::{CallPages, call_pages};
