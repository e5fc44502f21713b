//! What a person sees: components that read the session's signals and send it what the person wants.
//!
//! Nothing in here decides anything about the call, and nothing names a browser type: that is `call` and
//! `web`. Accessible names and `data-` attributes are those of the acceptance tests.

mod app;
mod avatar;
mod bridge;
mod call;
mod call_notices;
mod call_pages;
mod captions;
mod changing;
mod chat;
mod clock;
mod close_button;
mod controls;
mod device_dialog;
mod devices;
mod dialog;
mod document;
mod ended;
mod failed;
mod fields;
mod grid;
mod health;
mod icon;
mod insecure;
mod inset;
mod invite;
mod knocks;
mod language;
mod lobby;
mod meter;
mod more;
mod notice;
mod page;
mod pager;
mod panel;
mod panels;
mod people;
mod person_row;
mod plot;
mod pop;
mod presence;
mod preview;
mod qr;
mod react;
mod recording;
mod settings;
mod share;
mod sheets;
mod shield;
mod shortcuts;
mod sound_and_video;
mod speaker;
mod spotlight;
mod stage;
mod switch_row;
mod tile;
mod toasts;
mod verify;
mod waiting;

pub(crate) use app::App;
pub(crate) use call_pages::CallPages;
