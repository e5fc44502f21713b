//! The part of the page that only a call needs, and how it comes.
//!
//! What somebody loads to see the lobby should not grow with what can be done in a call. So the optimised page is
//! taken apart (`xtask split`): all that is reached only through [`part`] becomes a module of its own, which is
//! fetched when somebody joins. These are the seams: [`Part`] has no others, and what is behind them may be named
//! nowhere else in what the lobby runs.

use crate::connections::Connections;
use crate::shell::{InCall, Queue, Signals};
use crate::ui::CallPages;
use crate::web::codecs::Codecs;
use crate::web::late;
use futures_util::future::{LocalBoxFuture, join};
use ojak_call::{Action, Call, Event, Lobby, Trouble, View};
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// What the lobby lacks.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// Decides from here on.
    pub(crate) call: fn(Lobby) -> Box<dyn Decides>,
    /// Performs what only a call has to be done.
    pub(crate) in_call: fn(Queue, Signals, Codecs) -> LocalBoxFuture<'static, Box<dyn InCall>>,
    /// Shows the call, and what comes after it.
    pub(crate) pages: CallPages,
}

/// Takes events and says what to do.
pub(crate) trait Decides {
    fn handle(&mut self, event: Event, now: Duration) -> Vec<Action>;
    fn view(&self) -> View;
}

impl Decides for Call {
    fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        Self::handle(self, event, now)
    }

    fn view(&self) -> View {
        Self::view(self)
    }
}

/// Begins to fetch it, for somebody who is about to join: the finger is on the button.
pub(crate) fn begin_to_fetch() {
    spawn_local(async {
        // What does not come is said when it is needed.
        let _ = part().await;
    });
}

/// Fetches the part, with its sheets; at once when it is there already.
///
/// # Errors
/// Why it does not come. It may be tried again.
pub(crate) async fn fetch() -> Result<Part, Trouble> {
    match join(part(), late::load_sheets()).await {
        (Ok(part), true) => Ok(part),
        _ if late::is_server_there().await => Err(Trouble::Outdated),
        _ => Err(Trouble::Unreachable),
    }
}

const PART: fn() -> Part = || Part {
    call: |lobby| Box::new(Call::from(lobby)),
    in_call: |queue, signals, codecs| Box::pin(Connections::begin(queue, signals, codecs)),
    pages: CallPages::new(),
};

#[cfg(split)]
#[wasm_split_helpers::wasm_split(call, fallible)]
fn part() -> Result<Part, wasm_split_helpers::SplitLoaderError> {
    Ok(PART())
}

/// In development and in tests the page is one module.
#[cfg(not(split))]
async fn part() -> Result<Part, std::convert::Infallible> {
    Ok(PART())
}
