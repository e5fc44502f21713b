//! One visit to the page: the queue of events, the call that decides, and the signals the page shows.
//!
//! Everything that happens becomes an [`Event`] in one queue, and one loop takes them out: the call
//! decides, the shell performs. Nothing else changes anything, so there is nothing to lock and no order
//! to get wrong.

use crate::call_part::{self, Decides, Part};
use crate::connections::OfCall;
pub(crate) use crate::shell::Toast;
use crate::shell::{Happened, Queue, Shell, Signals};
use crate::ui::CallPages;
use crate::web::files::Chosen;
use crate::web::media::{self, Stream};
use crate::web::seat::{self, Found};
use crate::web::{page, storage, text, timer};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use leptos::prelude::*;
use ojak_call::protocol::PeerId;
use ojak_call::{
    Action, DeviceEvent, Event, FileId, FormFactor, Intent, Level, Lobby, Permission, Permissions, View,
};
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// What the page shows, and where its clicks go.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Everything but the pictures.
    pub(crate) view: Signal<View>,
    /// The person's own camera, while it is open.
    pub(crate) own_picture: Signal<Option<Stream>>,
    /// What comes from the others.
    pub(crate) pictures: Signal<HashMap<PeerId, Stream>>,
    /// The screen that the person shares, and those of the others.
    pub(crate) own_screen: Signal<Option<Stream>>,
    pub(crate) screens: Signal<HashMap<PeerId, Stream>>,
    /// Newest first, at most three.
    pub(crate) toasts: Signal<Vec<Toast>>,
    /// How loud the person's own microphone is.
    pub(crate) level: Signal<Level>,
    /// Shows the call, once that has been fetched.
    pub(crate) pages: Signal<Option<CallPages>>,
    /// The room from the address.
    pub(crate) room_at_start: StoredValue<String>,
    /// The name from the address, or from the last visit.
    pub(crate) name_at_start: StoredValue<String>,
    /// Takes what the person wants.
    pub(crate) act: Callback<Intent>,
    /// Takes a notice off the screen.
    pub(crate) dismiss: Callback<u32>,
    /// Where received files can be had from.
    pub(crate) shelf: Signal<HashMap<FileId, String>>,
    /// Takes files that the person has chosen.
    pub(crate) offer: Callback<Vec<Chosen>>,
}

impl Session {
    /// Starts the one session of this page.
    pub(crate) fn start() -> Self {
        let choices = storage::choices();
        let room = page::room_from_address();
        let name = page::query("name").or_else(|| choices.name.clone()).unwrap_or_default();
        let form_factor = if page::is_handheld() { FormFactor::Handheld } else { FormFactor::Desktop };
        let lobby = Lobby::new(choices, form_factor, page::seed());

        let signals = Signals::new(lobby.view());
        let (sender, receiver) = unbounded();
        let queue = Queue(sender);
        // A page that is not secure has no devices to open and nobody to call: all it does is say so.
        if let Some(shell) = Shell::new(queue.clone(), signals).filter(|_| page::is_secure()) {
            let joins_at_once = page::query("join").is_some_and(|join| join == "1");
            let at_once =
                joins_at_once.then(|| Intent::Join { room: text::folded(&room), name: name.clone() });
            if page::is_without_server() {
                queue.put(Event::ServerGone);
            }
            spawn_local(begin(queue.clone(), text::folded(&room), at_once));
            spawn_local(run(Visit::Lobby(Box::new(lobby)), shell, receiver));
        } else {
            spawn_local(async move {
                if let Ok(part) = call_part::fetch().await {
                    signals.pages.set(Some(part.pages));
                }
            });
        }
        let queue = StoredValue::new_local(queue);
        Self {
            view: signals.view.into(),
            own_picture: signals.own_picture.into(),
            pictures: signals.pictures.into(),
            own_screen: signals.own_screen.into(),
            screens: signals.screens.into(),
            toasts: signals.toasts.into(),
            level: signals.level.into(),
            pages: signals.pages.into(),
            shelf: signals.shelf.into(),
            offer: Callback::new(move |chosen| {
                queue.with_value(|queue| queue.of_call(OfCall::Chosen(chosen)));
            }),
            room_at_start: StoredValue::new(room),
            name_at_start: StoredValue::new(name),
            act: Callback::new(move |intent| {
                queue.with_value(|queue| queue.put(Event::Intent(normalised(intent))));
            }),
            dismiss: Callback::new(move |id| {
                signals.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
            }),
        }
    }
}

fn normalised(intent: Intent) -> Intent {
    match intent {
        Intent::Join { room, name } => Intent::Join { room: text::folded(&room), name: text::nfc(&name) },
        Intent::LookInto(room) => Intent::LookInto(text::folded(&room)),
        intent => intent,
    }
}

/// Says what may be opened, and where this tab was; with `?join=1` and permission given before, goes straight in.
async fn begin(queue: Queue, room: String, at_once: Option<Intent>) {
    let permissions = media::permissions().await;
    let ready = Event::Device(DeviceEvent::Ready(permissions));
    if page::is_shown() {
        queue.put(ready);
    } else {
        // No light goes on behind what somebody is looking at. Whatever else happens does not wait for it.
        let queue = queue.clone();
        spawn_local(async move {
            page::shown().await;
            queue.put(ready);
        });
    }
    match seat::find(&room).await {
        Some(Found::Left(seat)) => return queue.put(Event::Intent(Intent::Return(seat))),
        Some(Found::Elsewhere(seat)) => return queue.put(Event::SeatElsewhere(seat)),
        None => {}
    }
    let is_allowed =
        permissions == Permissions { camera: Permission::Granted, microphone: Permission::Granted };
    if let Some(intent) = at_once.filter(|_| is_allowed) {
        queue.put(Event::Intent(intent));
    }
}

/// What decides: at first what a lobby needs, and from the first joining on all of it.
enum Visit {
    Lobby(Box<Lobby>),
    Call(Box<dyn Decides>),
}

impl Visit {
    fn go_on(self, part: &Part) -> Self {
        match self {
            Self::Lobby(lobby) => Self::Call((part.call)(*lobby)),
            Self::Call(_) => self,
        }
    }

    fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        match self {
            Self::Lobby(lobby) => lobby.handle(event, now),
            Self::Call(call) => call.handle(event, now),
        }
    }

    fn view(&self) -> View {
        match self {
            Self::Lobby(lobby) => lobby.view(),
            Self::Call(call) => call.view(),
        }
    }
}

/// The one loop.
async fn run(mut visit: Visit, mut shell: Shell, mut queue: UnboundedReceiver<Happened>) {
    while let Some(happened) = queue.next().await {
        let now = timer::now();
        if let Happened::Fetched(part, _) = &happened {
            visit = visit.go_on(part);
        }
        let Some(event) = shell.receive(happened, now) else { continue };
        for action in visit.handle(event, now) {
            shell.perform(action, now);
        }
        shell.show(visit.view());
    }
}
