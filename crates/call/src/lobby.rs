//! What there is before a call, and stays beneath it: the devices, the socket to the server, what the person chose.
//!
//! Apart from [`Call`](crate::Call) because it is loaded first: what only a call needs is fetched when somebody
//! wants in. So nothing in here may reach for a room one is in, or for what is below it.

use crate::lookout::Lookout;
use crate::signalling::Signalling;
use crate::{
    Action, ChatView, Choices, DeviceAction, DeviceEvent, DeviceKind, Devices, Event, FormFactor, Intent,
    JointView, Routes, Seat, SocketEvent, Stage, Trouble, Verified, View,
};
use ojak_protocol::{ClientMessage, DisplayName, PeerSignal, RoomName, SEAT_KEPT, ServerMessage};
use std::sync::Arc;
use std::time::Duration;

/// What cannot wait for the next [`Event::Tick`] waits less than this.
const TICK: Duration = Duration::from_millis(500);
/// Nothing is so urgent that it is looked at more often.
const SOON: Duration = Duration::from_millis(20);

/// The state of a visit that has been in no call yet.
#[derive(Clone, Debug)]
pub struct Lobby {
    pub(crate) devices: Devices,
    pub(crate) signalling: Signalling,
    pub(crate) lookout: Lookout,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) name: Option<DisplayName>,
    /// Which ways packets may go.
    pub(crate) routes: Routes,
    /// In another tab, of which this one is a copy.
    pub(crate) elsewhere: Option<Seat>,
    /// Where the person wants to be, until the rest of the page is there.
    pub(crate) wanted: Option<Wanted>,
    pub(crate) seed: u64,
    /// For the call, as is what follows.
    pub(crate) secret: Option<[u8; 32]>,
    /// Who was verified before this page was loaded again.
    pub(crate) recalled: Vec<Verified>,
    remembered: Choices,
    /// When [`Action::CallBack`] was asked for.
    called_back: Option<Duration>,
}

/// A room that somebody wants to be in.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) room: RoomName,
    /// A seat to have back.
    pub(crate) resume: Option<String>,
    since: Duration,
    fetching: Fetching,
}

/// How far the rest of the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fetching {
    Due,
    Asked,
    /// To be asked for once more at the next tick.
    Failed,
}

impl Lobby {
    /// A page that was just opened, with what is remembered of the last visit, and a seed for waiting times.
    #[must_use]
    pub fn new(choices: Choices, form_factor: FormFactor, seed: u64) -> Self {
        Self {
            devices: Devices::new(&choices, form_factor),
            signalling: Signalling::new(seed),
            lookout: Lookout::default(),
            trouble: None,
            name: None,
            routes: choices.routes,
            elsewhere: None,
            wanted: None,
            seed,
            secret: None,
            recalled: Vec::new(),
            remembered: choices,
            called_back: None,
        }
    }

    /// Takes an event and says what to do, in this order. `now` is the time since the page was opened, by
    /// a clock that never jumps. After [`Action::FetchCall`] this becomes a [`Call`](crate::Call).
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let mut actions = self.take(event, now);
        if let Some(wanted) = self.wanted.as_mut().filter(|wanted| wanted.fetching == Fetching::Due) {
            wanted.fetching = Fetching::Asked;
            actions.push(Action::FetchCall);
        }
        actions.extend(self.remember());
        actions.extend(self.call_back(self.lookout.next_at(), now));
        actions
    }

    /// What the person should see now.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            stage: if self.wanted.is_some() { Stage::Joining } else { Stage::Lobby },
            trouble: self.trouble,
            room: self.wanted.as_ref().map(|wanted| wanted.room.clone()),
            presence: self.lookout.names().map(<[_]>::to_vec),
            name: self.name.clone(),
            people: Vec::new(),
            door: None,
            camera: self.devices.view(DeviceKind::Camera),
            microphone: self.devices.view(DeviceKind::Microphone),
            speakers: self.devices.speakers(),
            settings: self.devices.settings(),
            routes: self.routes,
            has_relay: None,
            is_speaking: false,
            joint: JointView::default(),
            receipts: None,
            verifying: None,
            chat: ChatView::default(),
            files: Arc::default(),
        }
    }

    pub(crate) fn take(&mut self, event: Event, now: Duration) -> Vec<Action> {
        match event {
            Event::Intent(intent) => self.intend(intent, now),
            Event::Socket(SocketEvent::Opened) => {
                self.signalling.opened(now);
                self.trouble.take_if(|trouble| *trouble == Trouble::ServerGone);
                self.peek(now)
            }
            Event::Socket(SocketEvent::Message(message)) => {
                self.signalling.heard(now);
                self.heard_server(message, now)
            }
            Event::Socket(SocketEvent::Closed) => self.lose_socket(),
            Event::Device(event) => self.device(event),
            Event::Loudness(level) => {
                self.devices.hear(level, now);
                Vec::new()
            }
            Event::Tick(_) => self.tick(now),
            Event::NetworkChanged => self.network_changed(now),
            Event::ServerGone => {
                if self.wanted.is_none() {
                    self.trouble.get_or_insert(Trouble::ServerGone);
                }
                Vec::new()
            }
            Event::Secret(secret) => {
                self.secret = Some(secret);
                Vec::new()
            }
            Event::Recalled(verified) => {
                self.recalled = verified;
                Vec::new()
            }
            Event::SeatElsewhere(seat) => {
                self.trouble = Some(Trouble::Elsewhere);
                self.elsewhere = Some(seat);
                Vec::new()
            }
            Event::CallMissed(trouble) => {
                self.miss_call(trouble, now);
                Vec::new()
            }
            // All that there is after this comes of it by itself; and the rest is of a call.
            Event::CallFetched
            | Event::Peer(..)
            | Event::SeatTaken
            | Event::Share(_)
            | Event::Speech(_)
            | Event::Recording(_)
            | Event::File(_) => Vec::new(),
        }
    }

    pub(crate) fn intend(&mut self, intent: Intent, now: Duration) -> Vec<Action> {
        to_actions(match intent {
            Intent::Join { room, name } => return self.join(&room, &name, now),
            Intent::Return(seat) => return self.want(seat.room, seat.name, Some(seat.resume), now),
            Intent::TakeOver => return self.elsewhere.take().map(Action::TakeSeat).into_iter().collect(),
            Intent::LookInto(room) => {
                self.lookout.look(&room, now);
                return Vec::new();
            }
            Intent::Switch(kind, switch) => self.devices.set(kind, switch),
            Intent::Choose(kind, id) => self.devices.choose(kind, id),
            Intent::ChooseDefault(kind) => self.devices.choose_default(kind),
            Intent::ChooseSpeaker(id) => self.devices.choose_speaker(id),
            Intent::Flip => self.devices.flip(),
            Intent::Set(setting) => self.devices.set_setting(setting),
            Intent::Route(routes) => {
                self.routes = routes;
                return Vec::new();
            }
            Intent::Retry(kind) => self.devices.retry(&[kind]),
            Intent::RetryBoth => self.devices.retry(&[DeviceKind::Camera, DeviceKind::Microphone]),
            // A key that was held when the call ended is let go of after it.
            Intent::Talk(held) if !held.is_on() => self.devices.hold(held),
            _ => Vec::new(),
        })
    }

    fn join(&mut self, room: &str, name: &str, now: Duration) -> Vec<Action> {
        if self.wanted.is_some() {
            return Vec::new();
        }
        let (room, name) = match (RoomName::parse(room), DisplayName::parse(name)) {
            (Err(bad), _) => return self.refuse(Trouble::Room(bad)),
            (_, Err(bad)) => return self.refuse(Trouble::Name(bad)),
            (Ok(room), Ok(name)) => (room, name),
        };
        // Nobody should sit beside a copy of themself.
        if let Some(seat) = self.elsewhere.take().filter(|seat| seat.room == room) {
            return vec![Action::TakeSeat(Seat { name, ..seat })];
        }
        self.want(room, name, None, now)
    }

    fn want(
        &mut self,
        room: RoomName,
        name: DisplayName,
        resume: Option<String>,
        now: Duration,
    ) -> Vec<Action> {
        self.name = Some(name);
        self.trouble = None;
        self.wanted = Some(Wanted { room, resume, since: now, fetching: Fetching::Due });
        Vec::new()
    }

    fn refuse(&mut self, trouble: Trouble) -> Vec<Action> {
        self.trouble = Some(trouble);
        Vec::new()
    }

    /// The rest of the page did not come.
    fn miss_call(&mut self, trouble: Trouble, now: Duration) {
        match &mut self.wanted {
            // Somebody who was in the call already does not want to be asked again.
            Some(wanted)
                if wanted.resume.is_some()
                    && trouble == Trouble::Unreachable
                    && now.saturating_sub(wanted.since) < SEAT_KEPT =>
            {
                wanted.fetching = Fetching::Failed;
            }
            Some(_) => {
                self.wanted = None;
                self.trouble = Some(trouble);
            }
            None => {}
        }
    }

    /// Asks who is in the room that is typed; with a socket for it, if there is none.
    fn peek(&mut self, now: Duration) -> Vec<Action> {
        let Some(room) = self.lookout.room().map(ToString::to_string) else { return Vec::new() };
        if self.signalling.is_open() {
            return vec![Action::Send(ClientMessage::Peek { room })];
        }
        if !self.signalling.is_off() {
            return Vec::new();
        }
        self.signalling.open(now);
        vec![Action::OpenSocket]
    }

    /// Takes what the server may say to anybody at any time.
    pub(crate) fn heard_server(&mut self, message: ServerMessage<PeerSignal>, now: Duration) -> Vec<Action> {
        match message {
            ServerMessage::GoingAway { reconnect_within } => {
                self.signalling.return_within(now, Duration::from_millis(u64::from(reconnect_within)));
                Vec::new()
            }
            ServerMessage::Presence { room, names } => {
                self.lookout.told(&room, names);
                Vec::new()
            }
            ServerMessage::Ping => vec![Action::Send(ClientMessage::Pong)],
            _ => Vec::new(),
        }
    }

    /// The server may be there again.
    pub(crate) fn network_changed(&mut self, now: Duration) -> Vec<Action> {
        if self.trouble == Some(Trouble::ServerGone) { self.peek(now) } else { Vec::new() }
    }

    /// Nobody misses it: it is opened again when there is something to ask.
    fn lose_socket(&mut self) -> Vec<Action> {
        self.lookout.lose();
        self.signalling.turn_off();
        vec![Action::CloseSocket]
    }

    pub(crate) fn device(&mut self, event: DeviceEvent) -> Vec<Action> {
        let (actions, notices) = self.devices.handle(event);
        let mut actions = to_actions(actions);
        actions.extend(notices.into_iter().map(Action::Announce));
        actions
    }

    pub(crate) fn tick(&mut self, now: Duration) -> Vec<Action> {
        if let Some(wanted) = self.wanted.as_mut().filter(|wanted| wanted.fetching == Fetching::Failed) {
            wanted.fetching = Fetching::Due;
        }
        let mut actions = Vec::new();
        if self.signalling.due(now).is_some() {
            actions.extend(self.lose_socket());
        }
        if self.lookout.is_due(now) {
            actions.extend(self.peek(now));
        }
        actions
    }

    /// Asks for the next tick early, when something is due before it: what the socket waits for, or `due`.
    pub(crate) fn call_back(&mut self, due: Option<Duration>, now: Duration) -> Option<Action> {
        let due = due.into_iter().chain(self.signalling.next_at()).min().filter(|&due| due < now + TICK);
        let due = due.map(|due| due.max(now + SOON));
        let is_new = due.is_some() && self.called_back.is_none_or(|at| at <= now || Some(at) != due);
        self.called_back = due;
        due.filter(|_| is_new).map(|due| Action::CallBack(due - now))
    }

    pub(crate) fn remember(&mut self) -> Option<Action> {
        let name = self.name.as_ref().map(ToString::to_string).or_else(|| self.remembered.name.clone());
        let choices = Choices { name, routes: self.routes, ..self.devices.choices() };
        (choices != self.remembered).then(|| {
            self.remembered = choices.clone();
            Action::Remember(choices)
        })
    }
}

pub(crate) fn to_actions(actions: Vec<DeviceAction>) -> Vec<Action> {
    actions.into_iter().map(Action::Device).collect()
}
