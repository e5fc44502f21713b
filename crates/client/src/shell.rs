//! What performs: the owner of everything of the browser's that is open.

use crate::call_part::{self, Part};
use crate::connections::OfCall;
use crate::ui::CallPages;
use crate::web::Listener;
use crate::web::codecs::Codecs;
use crate::web::files::Shelf;
use crate::web::focus;
use crate::web::media::{self, Opened, Stream};
use crate::web::meter::Meter;
use crate::web::page;
use crate::web::peer::Outgoing;
use crate::web::seat;
use crate::web::socket::Socket;
use crate::web::timer::{self, Interval, Timeout};
use crate::web::{speaker, storage, wire};
use futures_channel::mpsc::UnboundedSender;
use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use ojak_call::protocol::{ClientMessage, PeerId, PeerSignal, ServerMessage, Switch};
use ojak_call::{
    Action, DeviceAction, DeviceEvent, DeviceKind, Event, Intent, Level, Notice, Settings, SocketEvent,
    Ticket, View, Wish,
};
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// How long a notice stays on the screen, unless the person is there with the pointer or the focus.
const TOAST_TIME: Duration = Duration::from_secs(6);
/// How many notices are remembered at once, most of them to be said only.
const TOASTS_MAX: usize = 12;
/// So many looks at the microphone are one report to the call: the loudest of them counts.
const LOOKS_PER_REPORT: u32 = 2;
/// From one look at the clock to the next.
const TICK: Duration = Duration::from_millis(500);

/// A notice that is on the screen, until it is dismissed or has been there for long enough.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Toast {
    pub(crate) id: u32,
    pub(crate) notice: Notice,
    until: Duration,
}

/// Something that happened, with what of it only the shell can hold.
pub(crate) enum Happened {
    Event(Event),
    /// The server said this.
    Said(String),
    Opened(Ticket, Opened),
    /// The device in use was asked for something else: what it does is to be read again.
    Configured(DeviceKind),
    /// Something that only a call knows.
    OfCall(OfCall),
    /// What only a call needs is there.
    Fetched(Part, Box<dyn InCall>),
}

/// Performs what only a call has to be done.
pub(crate) trait InCall {
    /// The text of any message to the server.
    fn write(&self, message: &ClientMessage<PeerSignal>) -> String;

    /// Any message from the server, if this version knows it.
    fn read(&self, text: &str) -> Option<ServerMessage<PeerSignal>>;

    fn perform(&mut self, action: Action, outgoing: &mut Outgoing);

    /// Keeps what only this can hold, and says what happened in the call's words.
    fn receive(&mut self, happened: OfCall, outgoing: &mut Outgoing) -> Option<Event>;

    /// Takes the noise out of the microphone that is open now, or no longer does.
    fn denoise(&mut self, denoise: Switch, outgoing: &mut Outgoing);

    /// A few times a second.
    fn tick(&mut self, outgoing: &Outgoing);

    /// Sends what is open of this kind now to everybody. The future is done when the track before is in use no more.
    fn replace_track(&self, kind: DeviceKind, outgoing: &Outgoing) -> LocalBoxFuture<'static, ()>;
}

/// Where everything that happens goes.
#[derive(Clone)]
pub(crate) struct Queue(pub(crate) UnboundedSender<Happened>);

impl Queue {
    pub(crate) fn put(&self, event: Event) {
        self.send(Happened::Event(event));
    }

    pub(crate) fn of_call(&self, happened: OfCall) {
        self.send(Happened::OfCall(happened));
    }

    pub(crate) fn send(&self, happened: Happened) {
        // The loop ends only with the page.
        let _ = self.0.unbounded_send(happened);
    }
}

/// What the page shows.
#[derive(Clone, Copy)]
pub(crate) struct Signals {
    pub(crate) view: RwSignal<View>,
    pub(crate) own_picture: RwSignal<Option<Stream>>,
    pub(crate) pictures: RwSignal<HashMap<PeerId, Stream>>,
    pub(crate) own_screen: RwSignal<Option<Stream>>,
    pub(crate) screens: RwSignal<HashMap<PeerId, Stream>>,
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// Not of the view: it changes ten times a second.
    pub(crate) level: RwSignal<Level>,
    /// Where received files can be had from.
    pub(crate) shelf: Shelf,
    /// Shows the call, once that has been fetched.
    pub(crate) pages: RwSignal<Option<CallPages>>,
}

impl Signals {
    pub(crate) fn new(view: View) -> Self {
        Self {
            view: RwSignal::new(view),
            own_picture: RwSignal::new(None),
            pictures: RwSignal::new(HashMap::new()),
            own_screen: RwSignal::new(None),
            screens: RwSignal::new(HashMap::new()),
            toasts: RwSignal::new(Vec::new()),
            level: RwSignal::new(Level::SILENCE),
            shelf: RwSignal::new(HashMap::new()),
            pages: RwSignal::new(None),
        }
    }
}

/// Performs what the call decides.
pub(crate) struct Shell {
    queue: Queue,
    signals: Signals,
    socket: Option<Socket>,
    in_call: Option<Box<dyn InCall>>,
    outgoing: Outgoing,
    opened: HashMap<Ticket, Opened>,
    settings: Settings,
    /// Of the microphone that is open.
    meter: Option<Meter>,
    next_toast: u32,
    callback: Option<Timeout>,
    _ticks: Option<Interval>,
    _device_changes: Option<Listener>,
    _network_changes: Vec<Listener>,
}

impl Shell {
    /// None where the browser has no `MediaStream`: such a browser gets a page that says so, and no session.
    pub(crate) fn new(queue: Queue, signals: Signals) -> Option<Self> {
        let (ticks, changes, network) = (queue.clone(), queue.clone(), queue.clone());
        Some(Self {
            queue,
            signals,
            socket: None,
            in_call: None,
            outgoing: Outgoing {
                camera: None,
                microphone: None,
                stream: Stream::new()?,
                screen: None,
                screen_stream: Stream::new()?,
                codecs: Codecs::default(),
            },
            opened: HashMap::new(),
            settings: Settings::default(),
            meter: None,
            next_toast: 0,
            callback: None,
            _ticks: Interval::new(TICK, move || ticks.put(tick())),
            _device_changes: media::on_change(move || changes.put(Event::Device(DeviceEvent::Changed))),
            _network_changes: page::on_network_change(move || network.put(Event::NetworkChanged)),
        })
    }

    /// Keeps what only the shell can hold, and says what happened in the call's words.
    pub(crate) fn receive(&mut self, happened: Happened, now: Duration) -> Option<Event> {
        match happened {
            Happened::Event(event) => {
                if matches!(event, Event::Tick(_)) {
                    self.expire_toasts(now);
                    if let Some(in_call) = &mut self.in_call {
                        in_call.tick(&self.outgoing);
                    }
                }
                Some(event)
            }
            Happened::Said(text) => {
                let message = match &self.in_call {
                    Some(in_call) => in_call.read(&text),
                    None => wire::from_server_in_lobby(&text),
                };
                // One that this version does not know is of no use to it.
                message.map(|message| Event::Socket(SocketEvent::Message(message)))
            }
            Happened::Opened(ticket, opened) => {
                let camera = opened.camera.as_ref().map(media::Track::device);
                let microphone = opened.microphone.as_ref().map(media::Track::device);
                self.opened.insert(ticket, opened);
                Some(Event::Device(DeviceEvent::Opened { ticket, camera, microphone }))
            }
            Happened::Configured(kind) => self.in_force(kind),
            Happened::OfCall(happened) => self.in_call.as_mut()?.receive(happened, &mut self.outgoing),
            Happened::Fetched(part, in_call) => {
                self.in_call = Some(in_call);
                self.signals.pages.set(Some(part.pages));
                self.denoise();
                Some(Event::CallFetched)
            }
        }
    }

    fn in_force(&mut self, kind: DeviceKind) -> Option<Event> {
        let in_force = self.slot(kind).as_ref()?.in_force(kind);
        Some(Event::Device(DeviceEvent::InForce(kind, in_force)))
    }

    /// Shows this, if it is not what is shown already.
    pub(crate) fn show(&self, view: View) {
        if self.signals.view.with_untracked(|shown| *shown != view) {
            self.signals.view.set(view);
        }
    }

    /// Does what the call decided.
    pub(crate) fn perform(&mut self, action: Action, now: Duration) {
        match action {
            Action::OpenSocket => {
                let (queue, said) = (self.queue.clone(), self.queue.clone());
                self.socket = Some(Socket::open(
                    move |event| queue.put(Event::Socket(event)),
                    move |text| said.send(Happened::Said(text)),
                ));
            }
            Action::Send(message) => {
                let text = match &self.in_call {
                    Some(in_call) => Some(in_call.write(&message)),
                    None => wire::to_server_in_lobby(&message),
                };
                if let (Some(socket), Some(text)) = (&self.socket, text) {
                    socket.send(&text);
                }
            }
            Action::CloseSocket => self.socket = None,
            Action::Device(action) => self.device(action),
            Action::FetchCall => self.fetch_call(),
            Action::Remember(choices) => storage::keep(&choices),
            Action::TakeSeat(seat) => {
                let queue = self.queue.clone();
                spawn_local(async move {
                    let seat = seat::latest(seat).await;
                    queue.put(Event::Intent(Intent::Return(seat)));
                });
            }
            Action::CallBack(delay) => {
                let queue = self.queue.clone();
                self.callback = Timeout::new(delay, move || queue.put(tick()));
            }
            Action::Announce(notice) => self.announce(notice, now),
            action => {
                if let Some(in_call) = &mut self.in_call {
                    in_call.perform(action, &mut self.outgoing);
                }
            }
        }
    }

    fn fetch_call(&self) {
        let (queue, signals, codecs) = (self.queue.clone(), self.signals, self.outgoing.codecs.clone());
        spawn_local(async move {
            match call_part::fetch().await {
                Ok(part) => {
                    let in_call = (part.in_call)(queue.clone(), signals, codecs).await;
                    queue.send(Happened::Fetched(part, in_call));
                }
                Err(trouble) => queue.put(Event::CallMissed(trouble)),
            }
        });
    }

    fn device(&mut self, action: DeviceAction) {
        match action {
            DeviceAction::Open { ticket, camera, microphone } => self.open(ticket, camera, microphone),
            DeviceAction::Use(ticket, kind) => self.put_to_use(ticket, kind),
            DeviceAction::Drop(ticket) => {
                self.opened.remove(&ticket);
            }
            DeviceAction::Release(kind) => {
                drop(self.slot(kind).take());
                if kind == DeviceKind::Microphone {
                    self.meter = None;
                    self.signals.level.set(Level::SILENCE);
                }
                self.send_to_all(kind, None::<media::Track>);
            }
            DeviceAction::SetMicrophone(switch) => {
                if let Some(microphone) = &self.outgoing.microphone {
                    microphone.set_enabled(switch);
                }
            }
            DeviceAction::Configure(settings) => self.configure(settings),
            DeviceAction::UseSpeaker(id) => speaker::choose(id.as_ref()),
            DeviceAction::List => {
                let queue = self.queue.clone();
                spawn_local(async move {
                    let (devices, speakers) = media::list().await;
                    queue.put(Event::Device(DeviceEvent::Listed(devices)));
                    queue.put(Event::Device(DeviceEvent::SpeakersListed(speakers)));
                });
            }
        }
    }

    fn open(&self, ticket: Ticket, camera: Option<Wish>, microphone: Option<Wish>) {
        let (queue, settings) = (self.queue.clone(), self.settings);
        spawn_local(async move {
            match media::open(camera, microphone, settings).await {
                Ok(opened) => queue.send(Happened::Opened(ticket, opened)),
                Err(problem) => {
                    let permissions = media::permissions().await;
                    queue.put(Event::Device(DeviceEvent::Refused { ticket, problem, permissions }));
                }
            }
        });
    }

    fn put_to_use(&mut self, ticket: Ticket, kind: DeviceKind) {
        let Some(opened) = self.opened.get_mut(&ticket) else { return };
        let track = match kind {
            DeviceKind::Camera => opened.camera.take(),
            DeviceKind::Microphone => opened.microphone.take(),
        };
        if opened.camera.is_none() && opened.microphone.is_none() {
            self.opened.remove(&ticket);
        }
        let Some(mut track) = track else { return };
        let queue = self.queue.clone();
        track.on_ended(move || queue.put(Event::Device(DeviceEvent::Ended(kind))));
        self.queue.put(Event::Device(DeviceEvent::InForce(kind, track.in_force(kind))));
        if kind == DeviceKind::Microphone {
            self.meter = self.listen(&track);
        }
        let before = self.slot(kind).replace(track);
        self.send_to_all(kind, before);
        if kind == DeviceKind::Microphone {
            self.denoise();
        }
    }

    /// Begins to take the noise out of the microphone, or no longer does. Before a call nobody hears it.
    fn denoise(&mut self) {
        if let Some(in_call) = &mut self.in_call {
            in_call.denoise(self.settings.denoise, &mut self.outgoing);
        }
    }

    fn listen(&self, microphone: &media::Track) -> Option<Meter> {
        let (queue, shown) = (self.queue.clone(), self.signals.level);
        let (mut looks, mut loudest) = (0, Level::SILENCE);
        Meter::new(microphone, move |level| {
            if shown.get_untracked() != level {
                shown.set(level);
            }
            loudest = loudest.max(level);
            looks += 1;
            if looks == LOOKS_PER_REPORT {
                queue.put(Event::Loudness(loudest));
                (looks, loudest) = (0, Level::SILENCE);
            }
        })
    }

    fn configure(&mut self, settings: Settings) {
        self.settings = settings;
        self.denoise();
        for kind in [DeviceKind::Camera, DeviceKind::Microphone] {
            if let Some(track) = self.slot(kind) {
                let configured = track.configure(kind, &settings);
                let queue = self.queue.clone();
                spawn_local(async move {
                    configured.await;
                    queue.send(Happened::Configured(kind));
                });
            }
        }
    }

    /// Sends what is open of this kind now, and drops what was sent `before` only when nobody needs it any more.
    fn send_to_all<T: 'static>(&self, kind: DeviceKind, before: Option<T>) {
        if kind == DeviceKind::Camera {
            self.signals.own_picture.set(self.outgoing.camera.as_ref().and_then(media::Track::stream));
        }
        let Some(in_call) = &self.in_call else { return };
        let replaced = in_call.replace_track(kind, &self.outgoing);
        spawn_local(async move {
            replaced.await;
            drop(before);
        });
    }

    fn slot(&mut self, kind: DeviceKind) -> &mut Option<media::Track> {
        match kind {
            DeviceKind::Camera => &mut self.outgoing.camera,
            DeviceKind::Microphone => &mut self.outgoing.microphone,
        }
    }

    fn announce(&mut self, notice: Notice, now: Duration) {
        let toast = Toast { id: self.next_toast, notice, until: now + TOAST_TIME };
        self.next_toast = self.next_toast.wrapping_add(1);
        self.signals.toasts.update(|toasts| {
            toasts.insert(0, toast);
            toasts.truncate(TOASTS_MAX);
        });
    }

    /// While the person is at them none is over, and afterwards each has its time anew.
    fn expire_toasts(&self, now: Duration) {
        let toasts = self.signals.toasts;
        if toasts.with_untracked(Vec::is_empty) {
            return;
        }
        if focus::is_attended(".toasts") {
            // Nothing of that is to be seen.
            toasts.update_untracked(|toasts| {
                toasts.iter_mut().for_each(|toast| toast.until = now + TOAST_TIME);
            });
        } else if toasts.with_untracked(|toasts| toasts.iter().any(|toast| toast.until <= now)) {
            toasts.update(|toasts| toasts.retain(|toast| toast.until > now));
        }
    }
}

fn tick() -> Event {
    Event::Tick(timer::time_of_day())
}
