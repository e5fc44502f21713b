//! What performs: the owner of everything of the browser's that is open.

use crate::web::Listener;
use crate::web::files::{Chosen, Desk, Shelf};
use crate::web::media::{self, Opened, Stream};
use crate::web::meter::Meter;
use crate::web::page;
use crate::web::peer::{Certificate, Outgoing, Peer};
use crate::web::seat;
use crate::web::socket::Socket;
use crate::web::timer::{self, Interval, Timeout};
use crate::web::{speaker, storage};
use futures_channel::mpsc::UnboundedSender;
use futures_util::future::join_all;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use ojak_call::protocol::{IceServer, PeerId};
use ojak_call::{
    Action, DeviceAction, DeviceEvent, DeviceKind, Event, Intent, Level, Notice, Opening, PeerEvent, Seat,
    Settings, Ticket, View, Wish,
};
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// How long a notice stays on the screen.
const TOAST_TIME: Duration = Duration::from_secs(6);
/// How many notices are on the screen at once.
const TOASTS_MAX: usize = 3;
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
    Opened(Ticket, Opened),
    /// The device in use was asked for something else: what it does is to be read again.
    Configured(DeviceKind),
    /// The person has chosen files.
    Chosen(Vec<Chosen>),
    /// Something came over the channel of files.
    Framed(PeerId, ArrayBuffer),
}

/// Where everything that happens goes.
#[derive(Clone)]
pub(crate) struct Queue(pub(crate) UnboundedSender<Happened>);

impl Queue {
    pub(crate) fn put(&self, event: Event) {
        self.send(Happened::Event(event));
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
    pub(crate) toasts: RwSignal<Vec<Toast>>,
    /// Not of the view: it changes ten times a second.
    pub(crate) level: RwSignal<Level>,
    /// Where received files can be had from.
    pub(crate) shelf: Shelf,
}

impl Signals {
    pub(crate) fn new(view: View) -> Self {
        Self {
            view: RwSignal::new(view),
            own_picture: RwSignal::new(None),
            pictures: RwSignal::new(HashMap::new()),
            toasts: RwSignal::new(Vec::new()),
            level: RwSignal::new(Level::SILENCE),
            shelf: RwSignal::new(HashMap::new()),
        }
    }
}

/// Performs what the call decides.
pub(crate) struct Shell {
    queue: Queue,
    signals: Signals,
    socket: Option<Socket>,
    peers: HashMap<PeerId, Peer>,
    desk: Desk,
    outgoing: Outgoing,
    opened: HashMap<Ticket, Opened>,
    settings: Settings,
    meter: Option<Meter>,
    next_toast: u32,
    certificate: Option<Certificate>,
    seat: Option<seat::Keeper>,
    callback: Option<Timeout>,
    /// To the person's own microphone, during a call.
    _ticks: Option<Interval>,
    _device_changes: Option<Listener>,
    _network_changes: Vec<Listener>,
}

impl Shell {
    /// None where the browser has no `MediaStream`: such a browser gets a page that says so, and no session.
    pub(crate) fn new(queue: Queue, signals: Signals) -> Option<Self> {
        let (ticks, changes, network) = (queue.clone(), queue.clone(), queue.clone());
        let files = queue.clone();
        Some(Self {
            queue,
            signals,
            socket: None,
            peers: HashMap::new(),
            desk: Desk::new(signals.shelf, move |event| files.put(Event::File(event))),
            outgoing: Outgoing { camera: None, microphone: None, stream: Stream::new()? },
            opened: HashMap::new(),
            settings: Settings::default(),
            meter: None,
            next_toast: 0,
            certificate: None,
            seat: None,
            callback: None,
            _ticks: Interval::new(TICK, move || ticks.put(tick())),
            _device_changes: media::on_change(move || changes.put(Event::Device(DeviceEvent::Changed))),
            _network_changes: page::on_network_change(move || network.put(Event::NetworkChanged)),
        })
    }

    /// Makes ready what every connection needs.
    pub(crate) async fn prepare(&mut self) {
        self.certificate = Certificate::generate().await;
    }

    /// Keeps what only the shell can hold, and says what happened in the call's words.
    pub(crate) fn receive(&mut self, happened: Happened, now: Duration) -> Option<Event> {
        match happened {
            Happened::Event(event) => {
                if matches!(event, Event::Tick(_)) {
                    self.expire_toasts(now);
                }
                Some(event)
            }
            Happened::Opened(ticket, opened) => {
                let camera = opened.camera.as_ref().map(media::Track::device);
                let microphone = opened.microphone.as_ref().map(media::Track::device);
                self.opened.insert(ticket, opened);
                Some(Event::Device(DeviceEvent::Opened { ticket, camera, microphone }))
            }
            Happened::Chosen(chosen) => Some(Event::Intent(Intent::Offer(self.desk.take(chosen)))),
            Happened::Framed(peer, frame) => {
                self.desk.receive(peer, &frame);
                None
            }
            Happened::Configured(kind) => {
                let in_force = self.slot(kind).as_ref()?.in_force(kind);
                Some(Event::Device(DeviceEvent::InForce(kind, in_force)))
            }
        }
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
                let queue = self.queue.clone();
                self.socket = Some(Socket::open(move |event| queue.put(Event::Socket(event))));
            }
            Action::Send(message) => {
                if let Some(socket) = &self.socket {
                    socket.send(&message);
                }
            }
            Action::CloseSocket => self.socket = None,
            Action::Device(action) => self.device(action),
            Action::CreatePeer { peer, connection, ice_servers, opening } => {
                self.create_peer(peer, connection, &ice_servers, opening);
            }
            Action::Peer(peer, action) => {
                if let Some(peer) = self.peers.get(&peer) {
                    peer.perform(action, &self.outgoing);
                }
            }
            Action::ClosePeer(peer) => {
                self.peers.remove(&peer);
                self.signals.pictures.update(|pictures| {
                    pictures.remove(&peer);
                });
            }
            Action::Remember(choices) => storage::keep(&choices),
            Action::KeepSeat(seat) => {
                self.keep_seat(&seat);
                self.desk.look();
            }
            Action::DropSeat => {
                self.seat = None;
                seat::forget();
            }
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
            Action::File(action) => {
                let Self { desk, peers, .. } = self;
                desk.perform(action, |peer| peers.get(&peer).map(Peer::files));
            }
        }
    }

    fn keep_seat(&mut self, seat: &Seat) {
        if let Some(keeper) = self.seat.as_ref().filter(|keeper| keeper.peer() == seat.peer) {
            return keeper.keep(seat);
        }
        let queue = self.queue.clone();
        self.seat = Some(seat::Keeper::new(seat, move || queue.put(Event::SeatTaken)));
    }

    fn create_peer(&mut self, peer: PeerId, connection: u32, ice_servers: &[IceServer], opening: Opening) {
        let queue = self.queue.clone();
        let happened = move |event| queue.put(Event::Peer(peer, connection, event));
        let pictures = self.signals.pictures;
        let arrived = move |stream| {
            pictures.update(|pictures| {
                pictures.insert(peer, stream);
            });
        };
        let queue = self.queue.clone();
        let framed = move |frame| queue.send(Happened::Framed(peer, frame));
        // Whatever comes of it, the one before is over.
        self.peers.remove(&peer);
        let certificate = self.certificate.as_ref();
        match Peer::new(ice_servers, certificate, opening, &self.outgoing, happened, arrived, framed) {
            Ok(made) => {
                self.peers.insert(peer, made);
            }
            Err(_) => self.queue.put(Event::Peer(peer, connection, PeerEvent::DescriptionRefused)),
        }
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
                self.send_to_all(kind, None);
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

    /// Sends what is open of this kind now, and stops the track `before` only when nobody needs it any more.
    fn send_to_all(&self, kind: DeviceKind, before: Option<media::Track>) {
        if kind == DeviceKind::Camera {
            self.signals.own_picture.set(self.outgoing.camera.as_ref().and_then(media::Track::stream));
        }
        let replaced: Vec<_> =
            self.peers.values().map(|peer| peer.replace_track(kind, &self.outgoing)).collect();
        spawn_local(async move {
            join_all(replaced).await;
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

    fn expire_toasts(&self, now: Duration) {
        if self.signals.toasts.with_untracked(|toasts| toasts.iter().any(|toast| toast.until <= now)) {
            self.signals.toasts.update(|toasts| toasts.retain(|toast| toast.until > now));
        }
    }
}

fn tick() -> Event {
    Event::Tick(timer::time_of_day())
}
