//! One visit, from the lobby to the end of the call and back.

use crate::chat::Moment;
use crate::doubt::Doubt;
use crate::lookout::Lookout;
use crate::random::Random;
use crate::room::{Outside, Room};
use crate::signalling::{Due, Signalling};
use crate::together::{Company, Together};
use crate::{
    Action, Choices, ConnectionState, DeviceAction, DeviceEvent, DeviceKind, Devices, Event, FormFactor,
    Intent, Notice, PeerEvent, Seat, SocketEvent, Stage, Trouble, View, Voice,
};
use ojak_protocol::{
    ClientMessage, DisplayName, ErrorCode, IceServer, PROTOCOL_VERSION, PeerEntry, PeerId, PeerSignal,
    RoomName, SEAT_KEPT, ServerMessage, Status,
};
use std::time::Duration;

/// What cannot wait for the next [`Event::Tick`] waits less than this.
const TICK: Duration = Duration::from_millis(500);
/// Nothing is so urgent that it is looked at more often.
const SOON: Duration = Duration::from_millis(20);
/// Whoever comes to more people than these comes muted.
const HEARD_AMONG_MAX: usize = 5;
/// A person is told that the server is lost after this time: it is mostly back before.
const TOLD_AFTER: Duration = Duration::from_secs(3);

/// The state of one visit.
#[derive(Clone, Debug)]
pub struct Call {
    phase: Phase,
    trouble: Option<Trouble>,
    devices: Devices,
    name: Option<DisplayName>,
    remembered: Choices,
    signalling: Signalling,
    lookout: Lookout,
    voice: Voice,
    /// In another tab, of which this one is a copy.
    elsewhere: Option<Seat>,
    next_connection: u32,
    /// Tells this load of the page from others.
    page: u32,
    doubt: Doubt,
    /// When [`Action::CallBack`] was asked for.
    called_back: Option<Duration>,
    together: Together,
    /// What the clock of the wall showed, and when that was.
    clock: (Duration, Duration),
}

#[derive(Clone, Debug)]
enum Phase {
    Lobby,
    /// `Join` was pressed, or the page was loaded again.
    Joining(Entry),
    Room(Room),
    Ended,
    Failed,
}

/// The way into a room.
#[derive(Clone, Debug)]
struct Entry {
    room: RoomName,
    /// A seat to have back.
    resume: Option<String>,
    /// Since when it was worth trying.
    since: Duration,
    /// Whether the socket waits for devices that are about to open: media must be ready first.
    waits_for_devices: bool,
    /// Whether the socket is the one of the lobby. It may be about to end without anybody's fault, or belong to
    /// a server that did not understand the question: then another one is tried, once.
    has_old_socket: bool,
}

impl Call {
    /// A page that was just opened, with what is remembered of the last visit, and a seed for waiting times.
    #[must_use]
    pub fn new(choices: Choices, form_factor: FormFactor, seed: u64) -> Self {
        let page = Random::new(!seed).next() as u32;
        Self {
            phase: Phase::Lobby,
            trouble: None,
            devices: Devices::new(&choices, form_factor),
            name: None,
            remembered: choices,
            signalling: Signalling::new(seed),
            lookout: Lookout::default(),
            voice: Voice::default(),
            elsewhere: None,
            next_connection: 0,
            page,
            doubt: Doubt::default(),
            called_back: None,
            together: Together::new(page),
            clock: Default::default(),
        }
    }

    /// Takes an event and says what to do, in this order. `now` is the time since the page was opened, by
    /// a clock that never jumps.
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let before = self.own_status();
        let mut actions = match event {
            Event::Intent(intent) => self.intend(intent, now),
            Event::Socket(event) => self.socket(event, now),
            Event::Device(event) => self.device(event, now),
            Event::Loudness(level) => {
                self.voice.hear(level.amplitude(), now);
                let notice = self.devices.hear(level, now).filter(|_| self.stage().is_in_call());
                notice.map(Action::Announce).into_iter().collect()
            }
            Event::Peer(peer, connection, event) => self.peer(peer, connection, event, now),
            Event::Tick(time_of_day) => self.tick(now, time_of_day),
            Event::NetworkChanged => self.network_changed(now),
            Event::SeatElsewhere(seat) => {
                self.trouble = Some(Trouble::Elsewhere);
                self.elsewhere = Some(seat);
                Vec::new()
            }
            Event::SeatTaken => self.move_away(),
            Event::File(event) => self.together.file(event, self.moment(now)),
        };
        let after = self.own_status();
        if let Phase::Room(room) = &self.phase
            && after != before
        {
            actions.extend(room.say(after));
        }
        actions.extend(self.together.follow(&actions));
        actions.extend(self.remember());
        actions.extend(self.call_back(now));
        actions
    }

    /// What the person should see now.
    #[must_use]
    pub fn view(&self) -> View {
        let (room, people) = match &self.phase {
            Phase::Room(room) => (Some(room.name.clone()), room.people(self.signalling.is_joined())),
            Phase::Joining(entry) => (Some(entry.room.clone()), Vec::new()),
            Phase::Lobby | Phase::Ended | Phase::Failed => (None, Vec::new()),
        };
        View {
            stage: self.stage(),
            trouble: self.trouble,
            room,
            presence: self.lookout.names().map(<[_]>::to_vec),
            name: self.name.clone(),
            people,
            camera: self.devices.view(DeviceKind::Camera),
            microphone: self.devices.view(DeviceKind::Microphone),
            speakers: self.devices.speakers(),
            settings: self.devices.settings(),
            chat: self.together.chat(),
            files: self.together.files(),
            is_speaking: self.voice.is_speaking() && self.devices.switch(DeviceKind::Microphone).is_on(),
        }
    }

    fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Lobby => Stage::Lobby,
            Phase::Joining(..) => Stage::Joining,
            Phase::Ended => Stage::Ended,
            Phase::Failed => Stage::Failed,
            Phase::Room(room) if room.is_empty() => Stage::Alone,
            Phase::Room(room) if room.is_interrupted() => Stage::Reconnecting,
            Phase::Room(_) => Stage::Connected,
        }
    }

    fn intend(&mut self, intent: Intent, now: Duration) -> Vec<Action> {
        match intent {
            Intent::Join { room, name } => self.join(&room, &name, now),
            Intent::LookInto(room) => {
                self.lookout.look(&room, now);
                Vec::new()
            }
            Intent::Return(seat) => self.enter(seat.room, seat.name, Some(seat.resume), now),
            Intent::TakeOver => self.elsewhere.take().map(Action::TakeSeat).into_iter().collect(),
            Intent::Leave => {
                let mut actions = vec![Action::Send(ClientMessage::Leave)];
                if let Phase::Room(room) = &self.phase {
                    actions.extend(room.say_goodbye());
                }
                actions.extend(self.hang_up());
                actions.extend(to_actions(self.devices.stop()));
                self.phase = Phase::Ended;
                actions
            }
            Intent::ReturnToLobby => {
                let mut actions = self.hang_up();
                self.phase = Phase::Lobby;
                actions.extend(to_actions(self.devices.start()));
                actions
            }
            Intent::Switch(kind, switch) => to_actions(self.devices.set(kind, switch)),
            Intent::Choose(kind, id) => to_actions(self.devices.choose(kind, id)),
            Intent::ChooseDefault(kind) => to_actions(self.devices.choose_default(kind)),
            Intent::ChooseSpeaker(id) => to_actions(self.devices.choose_speaker(id)),
            Intent::Flip => to_actions(self.devices.flip()),
            Intent::Set(setting) => to_actions(self.devices.set_setting(setting)),
            Intent::Talk(held) if self.stage().is_in_call() || !held.is_on() => {
                to_actions(self.devices.hold(held))
            }
            Intent::Talk(_) => Vec::new(),
            Intent::Retry(kind) => to_actions(self.devices.retry(&[kind])),
            Intent::Say(_)
            | Intent::LookAtChat(_)
            | Intent::Offer(_)
            | Intent::OfferAgain(_)
            | Intent::TakeFile(_)
            | Intent::CancelFile(_) => self.give(intent, now),
            Intent::RetryBoth => {
                to_actions(self.devices.retry(&[DeviceKind::Camera, DeviceKind::Microphone]))
            }
        }
    }

    /// What the person wants of the chat and of files.
    fn give(&mut self, intent: Intent, now: Duration) -> Vec<Action> {
        let moment = self.moment(now);
        let Some(company) = self.company() else { return Vec::new() };
        match intent {
            Intent::Say(text) => self.together.say(&text, company.own_name, moment),
            Intent::LookAtChat(switch) => {
                self.together.look(switch.is_on());
                Vec::new()
            }
            Intent::Offer(files) => self.together.offer(files, &company, moment),
            Intent::OfferAgain(number) => self.together.offer_again(number, &company),
            Intent::TakeFile(file) => self.together.take(file),
            Intent::CancelFile(file) => self.together.cancel(file),
            _ => Vec::new(),
        }
    }

    fn company(&self) -> Option<Company> {
        let Phase::Room(room) = &self.phase else { return None };
        Some(Company { me: room.me, own_name: self.name.clone()?, others: room.others() })
    }

    fn moment(&self, now: Duration) -> Moment {
        let (time_of_day, at) = self.clock;
        Moment { now, time_of_day: time_of_day + now.saturating_sub(at) }
    }

    fn join(&mut self, room: &str, name: &str, now: Duration) -> Vec<Action> {
        if matches!(self.phase, Phase::Joining(_)) {
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
        self.enter(room, name, None, now)
    }

    fn enter(
        &mut self,
        room: RoomName,
        name: DisplayName,
        resume: Option<String>,
        now: Duration,
    ) -> Vec<Action> {
        self.name = Some(name);
        let has_old_socket = matches!(self.phase, Phase::Lobby) && !self.signalling.is_off();
        let mut actions = if has_old_socket { Vec::new() } else { self.hang_up() };
        self.trouble = None;
        if resume.is_some() {
            actions.extend(to_actions(self.devices.resume()));
        }
        // After a call the devices were let go of.
        if matches!(self.phase, Phase::Ended | Phase::Failed) {
            actions.extend(to_actions(self.devices.start()));
        }
        self.phase =
            Phase::Joining(Entry { room, resume, since: now, waits_for_devices: true, has_old_socket });
        actions.extend(self.ask_when_ready(now));
        actions
    }

    fn refuse(&mut self, trouble: Trouble) -> Vec<Action> {
        self.trouble = Some(trouble);
        Vec::new()
    }

    /// Opens the socket, or asks over the one of the lobby, as soon as the devices that are about to open have opened.
    fn ask_when_ready(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Joining(entry) if entry.waits_for_devices && !self.devices.is_about_to_open() => {
                entry.waits_for_devices = false;
                if !self.signalling.is_off() {
                    return self.ask_to_join(now);
                }
                entry.has_old_socket = false;
                self.signalling.open(now);
                vec![Action::OpenSocket]
            }
            _ => Vec::new(),
        }
    }

    /// Says `join`, if the socket is open and all is ready.
    fn ask_to_join(&mut self, now: Duration) -> Vec<Action> {
        let (room, resume) = match &self.phase {
            Phase::Joining(entry) if entry.waits_for_devices => return Vec::new(),
            Phase::Joining(entry) => (&entry.room, &entry.resume),
            Phase::Room(room) => (&room.name, &room.resume),
            Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        };
        let Some(name) = self.name.as_ref().filter(|_| self.signalling.is_open()) else { return Vec::new() };
        let join = ClientMessage::Join {
            version: PROTOCOL_VERSION,
            room: room.to_string(),
            name: name.to_string(),
            resume: resume.clone(),
        };
        if matches!(&self.phase, Phase::Joining(entry) if entry.has_old_socket) {
            self.signalling.doubt(now);
        }
        vec![Action::Send(join)]
    }

    /// Asks who is in the room that is typed; with a socket for it, if there is none.
    fn peek(&mut self, now: Duration) -> Vec<Action> {
        if !matches!(self.phase, Phase::Lobby) {
            return Vec::new();
        }
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

    /// Ends every connection, to the others and to the server, and gives the seat up.
    fn hang_up(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Phase::Room(room) = &self.phase {
            actions.extend(room.close());
            actions.push(Action::DropSeat);
        }
        actions.push(Action::CloseSocket);
        actions.extend(self.together.end());
        self.trouble = None;
        self.lookout.lose();
        self.signalling.turn_off();
        actions
    }

    /// The call goes on in another tab.
    fn move_away(&mut self) -> Vec<Action> {
        if !matches!(self.phase, Phase::Room(_)) {
            return Vec::new();
        }
        let mut actions = self.hang_up();
        actions.extend(to_actions(self.devices.stop()));
        self.phase = Phase::Ended;
        self.trouble = Some(Trouble::MovedAway);
        actions
    }

    fn socket(&mut self, event: SocketEvent, now: Duration) -> Vec<Action> {
        match event {
            SocketEvent::Opened => {
                self.signalling.opened(now);
                match self.phase {
                    Phase::Lobby => self.peek(now),
                    Phase::Joining(_) | Phase::Room(_) => self.ask_to_join(now),
                    Phase::Ended | Phase::Failed => vec![Action::CloseSocket],
                }
            }
            SocketEvent::Message(message) => {
                self.signalling.heard(now);
                self.heard_server(message, now)
            }
            SocketEvent::Closed => self.lose_socket(now),
        }
    }

    fn lose_socket(&mut self, now: Duration) -> Vec<Action> {
        self.lookout.lose();
        match &mut self.phase {
            Phase::Joining(entry) if entry.has_old_socket => return self.replace_old_socket(now),
            // Somebody who was in the call already does not want to be asked again.
            Phase::Joining(entry)
                if entry.resume.is_some() && now.saturating_sub(entry.since) < SEAT_KEPT =>
            {
                self.signalling.lose(now);
            }
            Phase::Joining(_) => {
                self.phase = Phase::Lobby;
                self.trouble = Some(Trouble::Unreachable);
                self.signalling.turn_off();
            }
            Phase::Room(_) => self.signalling.lose(now),
            Phase::Lobby | Phase::Ended | Phase::Failed => self.signalling.turn_off(),
        }
        vec![Action::CloseSocket]
    }

    /// The socket of the lobby is of no use for joining: asks over another one.
    fn replace_old_socket(&mut self, now: Duration) -> Vec<Action> {
        self.signalling.turn_off();
        let Phase::Joining(entry) = &mut self.phase else { return Vec::new() };
        entry.has_old_socket = false;
        let mut actions = vec![Action::CloseSocket];
        // Otherwise it is opened as soon as they are ready.
        if !entry.waits_for_devices {
            self.signalling.open(now);
            actions.push(Action::OpenSocket);
        }
        actions
    }

    fn heard_server(&mut self, message: ServerMessage<PeerSignal>, now: Duration) -> Vec<Action> {
        match message {
            ServerMessage::Joined { you, room, resume, peers, ice_servers } => {
                self.joined(you, room, resume, peers, ice_servers, now)
            }
            ServerMessage::GoingAway { reconnect_within } => {
                self.signalling.return_within(now, Duration::from_millis(u64::from(reconnect_within)));
                Vec::new()
            }
            ServerMessage::Presence { room, names } => {
                self.lookout.told(&room, names);
                Vec::new()
            }
            ServerMessage::Ping => vec![Action::Send(ClientMessage::Pong)],
            ServerMessage::Error { code, .. } => self.refused(code, now),
            message => self.in_room(now, |room, outside| room.heard(message, outside)),
        }
    }

    fn joined(
        &mut self,
        me: PeerId,
        name: RoomName,
        resume: String,
        peers: Vec<PeerEntry>,
        ice_servers: Vec<IceServer>,
        now: Duration,
    ) -> Vec<Action> {
        let is_known = self.signalling.lost().is_some();
        let mut actions = Vec::new();
        let is_newcomer = matches!(&self.phase, Phase::Joining(entry) if entry.resume.is_none());
        let is_resumed = match &mut self.phase {
            Phase::Room(room) if room.me == me => true,
            // The seat was lost, and this is another one: nobody knows this page under the new id.
            Phase::Room(room) => {
                actions.extend(room.close());
                false
            }
            Phase::Joining(entry) => entry.resume.is_some(),
            Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        };
        if let Some(own_name) = self.name.clone() {
            let (room, resume) = (name.clone(), resume.clone());
            actions.push(Action::KeepSeat(Seat { room, name: own_name, peer: me, resume }));
        }
        match &mut self.phase {
            Phase::Room(room) if room.me == me => room.resume(name, resume, ice_servers),
            phase => *phase = Phase::Room(Room::new(me, name, resume, ice_servers)),
        }
        self.signalling.joined();
        if self.trouble.take() == Some(Trouble::SocketLost) && is_known {
            actions.push(Action::Announce(Notice::BackOnline));
        }
        if is_newcomer
            && peers.len() > HEARD_AMONG_MAX
            && let Some(muting) = self.devices.hush()
        {
            actions.extend(to_actions(muting));
            actions.push(Action::Announce(Notice::JoinedMuted));
        }
        actions.extend(self.in_room(now, |room, outside| room.reconcile(peers, is_resumed, outside)));
        actions
    }

    fn refused(&mut self, code: ErrorCode, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Joining(entry)
                if entry.has_old_socket && matches!(code, ErrorCode::NotInRoom | ErrorCode::BadMessage) =>
            {
                return self.replace_old_socket(now);
            }
            // The seat is no more: as somebody new, then. The server closes the socket.
            Phase::Joining(entry) if code == ErrorCode::ResumeRefused && entry.resume.is_some() => {
                (entry.resume, entry.has_old_socket) = (None, false);
                self.signalling.open(now);
                return vec![Action::DropSeat, Action::OpenSocket];
            }
            Phase::Room(_) if code == ErrorCode::ResumeRefused && self.signalling.is_joined() => {
                return self.move_away();
            }
            Phase::Room(room) if code == ErrorCode::ResumeRefused => {
                room.resume = None;
                return Vec::new();
            }
            // On the way back it is tried again as long as there is somebody to talk to; in a room an error
            // answers one message that was of no use, and the call goes on.
            Phase::Room(room)
                if self.signalling.is_joined() || !room.is_empty() || code == ErrorCode::TooManyRequests =>
            {
                return Vec::new();
            }
            Phase::Joining(_) | Phase::Room(_) => {}
            Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        }
        let mut actions = self.hang_up();
        self.trouble = Some(Trouble::Refused(code));
        if code == ErrorCode::RoomFull {
            // A screen of its own, without a preview: so the camera must not stay on behind it.
            actions.extend(to_actions(self.devices.stop()));
            self.phase = Phase::Failed;
        } else {
            self.phase = Phase::Lobby;
        }
        actions
    }

    fn device(&mut self, event: DeviceEvent, now: Duration) -> Vec<Action> {
        let (actions, notices) = self.devices.handle(event);
        let mut actions = to_actions(actions);
        actions.extend(notices.into_iter().map(Action::Announce));
        actions.extend(self.ask_when_ready(now));
        actions
    }

    fn peer(&mut self, peer: PeerId, connection: u32, event: PeerEvent, now: Duration) -> Vec<Action> {
        let is_interrupted = event == PeerEvent::State(ConnectionState::Disconnected);
        let is_current = matches!(&self.phase, Phase::Room(room) if room.is_current(peer, connection));
        let given = match &event {
            PeerEvent::ChannelOpened if is_current => self.together.greet(peer),
            PeerEvent::Said(message) if is_current => {
                let (company, moment) = (self.company(), self.moment(now));
                company
                    .map(|company| self.together.heard(peer, message.clone(), &company, moment))
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let mut actions = self.in_room(now, |room, outside| room.peer(peer, connection, event, outside));
        actions.extend(given);
        // Firefox says nothing else when the machine is on another network.
        if is_interrupted {
            actions.extend(self.doubt_socket(now));
        }
        actions
    }

    fn tick(&mut self, now: Duration, time_of_day: Duration) -> Vec<Action> {
        let slept = self.doubt.tick(now, time_of_day);
        self.clock = (time_of_day, now);
        self.voice.pass(now);
        let mut actions = if slept { self.network_changed(now) } else { Vec::new() };
        actions.extend(self.together.pass(self.moment(now)));
        match self.signalling.due(now) {
            Some(Due::Open) => {
                self.signalling.open(now);
                actions.push(Action::OpenSocket);
            }
            Some(Due::Lost) => actions.extend(self.lose_socket(now)),
            None => {}
        }
        if self.lookout.is_due(now) {
            actions.extend(self.peek(now));
        }
        let mut is_interrupted = false;
        actions.extend(self.in_room(now, |room, outside| {
            let mut actions = room.part_with_the_gone(now);
            let (cared, interrupted) = room.care(outside);
            is_interrupted = interrupted;
            actions.extend(cared);
            actions
        }));
        if is_interrupted {
            self.doubt.interrupt(now);
        }
        let has_silence = matches!(&self.phase, Phase::Room(room) if room.has_silence(now));
        if has_silence && self.signalling.is_joined() && !self.doubt.has_asked_lately(now) {
            // The way to the server may be the same, and its end is not told by anything else.
            actions.extend(self.doubt_socket(now));
        }
        if self.signalling.is_doubted() && self.doubt.takes_the_server_along(now) {
            actions.extend(self.lose_socket(now));
        }
        if self.signalling.lost().is_some_and(|lost| now.saturating_sub(lost) >= TOLD_AFTER)
            && matches!(self.phase, Phase::Room(_))
        {
            self.trouble = Some(Trouble::SocketLost);
        }
        actions
    }

    fn network_changed(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Room(_) => {}
            Phase::Joining(entry) => {
                entry.since = now;
                return Vec::new();
            }
            Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        }
        let mut actions: Vec<_> = self.doubt_socket(now).into_iter().collect();
        actions.extend(self.in_room(now, |room, _| room.suspect(now)));
        actions
    }

    /// Asks whether the server is there, or goes back to it at once.
    fn doubt_socket(&mut self, now: Duration) -> Option<Action> {
        self.doubt.ask(now);
        // Unasked, a pong is a question.
        self.signalling.doubt(now).then_some(Action::Send(ClientMessage::Pong))
    }

    /// Asks for the next tick early, when something is due before it.
    fn call_back(&mut self, now: Duration) -> Option<Action> {
        let room = match &self.phase {
            Phase::Room(room) => room.next_at(),
            Phase::Lobby => self.lookout.next_at(),
            Phase::Joining(_) | Phase::Ended | Phase::Failed => None,
        };
        let answered_by = self.doubt.answered_by().filter(|&due| self.signalling.is_doubted() && due > now);
        let dues = [room, self.signalling.next_at(), answered_by];
        let due = dues.into_iter().flatten().min().filter(|&due| due < now + TICK);
        let due = due.map(|due| due.max(now + SOON));
        let is_new = due.is_some() && self.called_back.is_none_or(|at| at <= now || Some(at) != due);
        self.called_back = due;
        due.filter(|_| is_new).map(|due| Action::CallBack(due - now))
    }

    fn remember(&mut self) -> Option<Action> {
        let name = self.name.as_ref().map(ToString::to_string).or_else(|| self.remembered.name.clone());
        let choices = Choices { name, ..self.devices.choices() };
        (choices != self.remembered).then(|| {
            self.remembered = choices.clone();
            Action::Remember(choices)
        })
    }

    fn own_status(&self) -> Status {
        Status {
            microphone: self.devices.switch(DeviceKind::Microphone),
            camera: self.devices.switch(DeviceKind::Camera),
        }
    }

    /// Does `work` in the room, if this is a call.
    fn in_room(
        &mut self,
        now: Duration,
        work: impl FnOnce(&mut Room, Outside<'_>) -> Vec<Action>,
    ) -> Vec<Action> {
        let own = self.own_status();
        let Phase::Room(room) = &mut self.phase else { return Vec::new() };
        let (page, has_server) = (self.page, self.signalling.is_joined());
        work(room, Outside { now, page, own, has_server, next_connection: &mut self.next_connection })
    }
}

fn to_actions(actions: Vec<DeviceAction>) -> Vec<Action> {
    actions.into_iter().map(Action::Device).collect()
}
