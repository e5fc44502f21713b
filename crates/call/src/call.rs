//! One visit, from the lobby to the end of the call and back.

use crate::doubt::Doubt;
use crate::lobby::{Lobby, Wanted, to_actions};
use crate::random::Random;
use crate::room::{Outside, Room};
use crate::signalling::Due;
use crate::{
    Action, ConnectionState, DeviceEvent, DeviceKind, Event, Intent, Notice, PeerEvent, Seat, SocketEvent,
    Stage, Trouble, View, Voice,
};
use ojak_protocol::{
    ClientMessage, ErrorCode, IceServer, PROTOCOL_VERSION, PeerEntry, PeerId, PeerSignal, RoomName,
    SEAT_KEPT, ServerMessage, Status,
};
use std::time::Duration;

/// Whoever comes to more people than these comes muted.
const HEARD_AMONG_MAX: usize = 5;
/// A person is told that the server is lost after this time: it is mostly back before.
const TOLD_AFTER: Duration = Duration::from_secs(3);

/// The state of one visit, from the first time that all a call needs is there.
#[derive(Clone, Debug)]
pub struct Call {
    phase: Phase,
    lobby: Lobby,
    next_connection: u32,
    /// Tells this load of the page from others.
    page: u32,
    doubt: Doubt,
    voice: Voice,
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

impl From<Lobby> for Call {
    /// Goes on from there.
    fn from(lobby: Lobby) -> Self {
        let page = Random::new(!lobby.seed).next() as u32;
        Self {
            phase: Phase::Lobby,
            lobby,
            next_connection: 0,
            page,
            doubt: Doubt::default(),
            voice: Voice::default(),
        }
    }
}

impl Call {
    /// Takes an event and says what to do, in this order. `now` is the time since the page was opened, by
    /// a clock that never jumps.
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let before = self.own_status();
        let mut actions = match event {
            Event::Tick(time_of_day) => self.tick(now, time_of_day),
            event if matches!(self.phase, Phase::Lobby) => self.lobby.take(event, now),
            Event::Intent(intent) => self.intend(intent, now),
            Event::Socket(event) => self.socket(event, now),
            Event::Device(event) => self.device(event, now),
            Event::Loudness(level) => {
                self.voice.hear(level.amplitude(), now);
                let notice = self.lobby.devices.hear(level, now).filter(|_| self.stage().is_in_call());
                notice.map(Action::Announce).into_iter().collect()
            }
            Event::Peer(peer, connection, event) => self.peer(peer, connection, event, now),
            Event::NetworkChanged => self.network_changed(now),
            Event::SeatTaken => self.move_away(),
            Event::SeatElsewhere(_) | Event::CallFetched | Event::CallMissed(_) => {
                self.lobby.take(event, now)
            }
        };
        if let Some(wanted) = self.lobby.wanted.take() {
            actions.extend(self.enter(wanted, now));
        }
        let after = self.own_status();
        if let Phase::Room(room) = &self.phase
            && after != before
        {
            actions.extend(room.say(after));
        }
        actions.extend(self.lobby.remember());
        actions.extend(self.call_back(now));
        actions
    }

    /// What the person should see now.
    #[must_use]
    pub fn view(&self) -> View {
        let (room, people) = match &self.phase {
            Phase::Room(room) => (Some(room.name.clone()), room.people(self.lobby.signalling.is_joined())),
            Phase::Joining(entry) => (Some(entry.room.clone()), Vec::new()),
            Phase::Lobby | Phase::Ended | Phase::Failed => (None, Vec::new()),
        };
        let is_on = self.lobby.devices.switch(DeviceKind::Microphone).is_on();
        let is_speaking = self.voice.is_speaking() && is_on;
        View { stage: self.stage(), room, people, is_speaking, ..self.lobby.view() }
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
            Intent::Join { .. } if matches!(self.phase, Phase::Joining(_)) => Vec::new(),
            Intent::Leave => {
                let mut actions = vec![Action::Send(ClientMessage::Leave)];
                if let Phase::Room(room) = &self.phase {
                    actions.extend(room.say_goodbye());
                }
                actions.extend(self.hang_up());
                actions.extend(to_actions(self.lobby.devices.stop()));
                self.phase = Phase::Ended;
                actions
            }
            Intent::ReturnToLobby => {
                let mut actions = self.hang_up();
                self.phase = Phase::Lobby;
                actions.extend(to_actions(self.lobby.devices.start()));
                actions
            }
            Intent::Talk(held) if self.stage().is_in_call() => to_actions(self.lobby.devices.hold(held)),
            intent => self.lobby.intend(intent, now),
        }
    }

    fn enter(&mut self, Wanted { room, resume, .. }: Wanted, now: Duration) -> Vec<Action> {
        let has_old_socket = matches!(self.phase, Phase::Lobby) && !self.lobby.signalling.is_off();
        let mut actions = if has_old_socket { Vec::new() } else { self.hang_up() };
        if resume.is_some() {
            actions.extend(to_actions(self.lobby.devices.resume()));
        }
        // After a call the devices were let go of.
        if matches!(self.phase, Phase::Ended | Phase::Failed) {
            actions.extend(to_actions(self.lobby.devices.start()));
        }
        self.phase =
            Phase::Joining(Entry { room, resume, since: now, waits_for_devices: true, has_old_socket });
        actions.extend(self.ask_when_ready(now));
        actions
    }

    /// Opens the socket, or asks over the one of the lobby, as soon as the devices that are about to open have opened.
    fn ask_when_ready(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Joining(entry) if entry.waits_for_devices && !self.lobby.devices.is_about_to_open() => {
                entry.waits_for_devices = false;
                if !self.lobby.signalling.is_off() {
                    return self.ask_to_join(now);
                }
                entry.has_old_socket = false;
                self.lobby.signalling.open(now);
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
        let Some(name) = self.lobby.name.as_ref().filter(|_| self.lobby.signalling.is_open()) else {
            return Vec::new();
        };
        let join = ClientMessage::Join {
            version: PROTOCOL_VERSION,
            room: room.to_string(),
            name: name.to_string(),
            resume: resume.clone(),
        };
        if matches!(&self.phase, Phase::Joining(entry) if entry.has_old_socket) {
            self.lobby.signalling.doubt(now);
        }
        vec![Action::Send(join)]
    }

    /// Ends every connection, to the others and to the server, and gives the seat up.
    fn hang_up(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Phase::Room(room) = &self.phase {
            actions.extend(room.close());
            actions.push(Action::DropSeat);
        }
        actions.push(Action::CloseSocket);
        self.lobby.trouble = None;
        self.lobby.lookout.lose();
        self.lobby.signalling.turn_off();
        actions
    }

    /// The call goes on in another tab.
    fn move_away(&mut self) -> Vec<Action> {
        if !matches!(self.phase, Phase::Room(_)) {
            return Vec::new();
        }
        let mut actions = self.hang_up();
        actions.extend(to_actions(self.lobby.devices.stop()));
        self.phase = Phase::Ended;
        self.lobby.trouble = Some(Trouble::MovedAway);
        actions
    }

    fn socket(&mut self, event: SocketEvent, now: Duration) -> Vec<Action> {
        match event {
            SocketEvent::Opened => {
                self.lobby.signalling.opened(now);
                match self.phase {
                    Phase::Joining(_) | Phase::Room(_) => self.ask_to_join(now),
                    Phase::Lobby | Phase::Ended | Phase::Failed => vec![Action::CloseSocket],
                }
            }
            SocketEvent::Message(message) => {
                self.lobby.signalling.heard(now);
                self.heard_server(message, now)
            }
            SocketEvent::Closed => self.lose_socket(now),
        }
    }

    fn lose_socket(&mut self, now: Duration) -> Vec<Action> {
        self.lobby.lookout.lose();
        match &mut self.phase {
            Phase::Joining(entry) if entry.has_old_socket => return self.replace_old_socket(now),
            // Somebody who was in the call already does not want to be asked again.
            Phase::Joining(entry)
                if entry.resume.is_some() && now.saturating_sub(entry.since) < SEAT_KEPT =>
            {
                self.lobby.signalling.lose(now);
            }
            Phase::Joining(_) => {
                self.phase = Phase::Lobby;
                self.lobby.trouble = Some(Trouble::Unreachable);
                self.lobby.signalling.turn_off();
            }
            Phase::Room(_) => self.lobby.signalling.lose(now),
            Phase::Lobby | Phase::Ended | Phase::Failed => self.lobby.signalling.turn_off(),
        }
        vec![Action::CloseSocket]
    }

    /// The socket of the lobby is of no use for joining: asks over another one.
    fn replace_old_socket(&mut self, now: Duration) -> Vec<Action> {
        self.lobby.signalling.turn_off();
        let Phase::Joining(entry) = &mut self.phase else { return Vec::new() };
        entry.has_old_socket = false;
        let mut actions = vec![Action::CloseSocket];
        // Otherwise it is opened as soon as they are ready.
        if !entry.waits_for_devices {
            self.lobby.signalling.open(now);
            actions.push(Action::OpenSocket);
        }
        actions
    }

    fn heard_server(&mut self, message: ServerMessage<PeerSignal>, now: Duration) -> Vec<Action> {
        match message {
            ServerMessage::Joined { you, room, resume, peers, ice_servers } => {
                self.joined(you, room, resume, peers, ice_servers, now)
            }
            ServerMessage::GoingAway { .. } | ServerMessage::Presence { .. } | ServerMessage::Ping => {
                self.lobby.heard_server(message, now)
            }
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
        let is_known = self.lobby.signalling.lost().is_some();
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
        if let Some(own_name) = self.lobby.name.clone() {
            let (room, resume) = (name.clone(), resume.clone());
            actions.push(Action::KeepSeat(Seat { room, name: own_name, peer: me, resume }));
        }
        match &mut self.phase {
            Phase::Room(room) if room.me == me => room.resume(name, resume, ice_servers),
            phase => *phase = Phase::Room(Room::new(me, name, resume, ice_servers)),
        }
        self.lobby.signalling.joined();
        if self.lobby.trouble.take() == Some(Trouble::SocketLost) && is_known {
            actions.push(Action::Announce(Notice::BackOnline));
        }
        if is_newcomer
            && peers.len() > HEARD_AMONG_MAX
            && let Some(muting) = self.lobby.devices.hush()
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
                self.lobby.signalling.open(now);
                return vec![Action::DropSeat, Action::OpenSocket];
            }
            Phase::Room(_) if code == ErrorCode::ResumeRefused && self.lobby.signalling.is_joined() => {
                return self.move_away();
            }
            Phase::Room(room) if code == ErrorCode::ResumeRefused => {
                room.resume = None;
                return Vec::new();
            }
            // On the way back it is tried again as long as there is somebody to talk to; in a room an error
            // answers one message that was of no use, and the call goes on.
            Phase::Room(room)
                if self.lobby.signalling.is_joined()
                    || !room.is_empty()
                    || code == ErrorCode::TooManyRequests =>
            {
                return Vec::new();
            }
            Phase::Joining(_) | Phase::Room(_) => {}
            Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        }
        let mut actions = self.hang_up();
        self.lobby.trouble = Some(Trouble::Refused(code));
        if code == ErrorCode::RoomFull {
            // A screen of its own, without a preview: so the camera must not stay on behind it.
            actions.extend(to_actions(self.lobby.devices.stop()));
            self.phase = Phase::Failed;
        } else {
            self.phase = Phase::Lobby;
        }
        actions
    }

    fn device(&mut self, event: DeviceEvent, now: Duration) -> Vec<Action> {
        let mut actions = self.lobby.device(event);
        actions.extend(self.ask_when_ready(now));
        actions
    }

    fn peer(&mut self, peer: PeerId, connection: u32, event: PeerEvent, now: Duration) -> Vec<Action> {
        let is_interrupted = event == PeerEvent::State(ConnectionState::Disconnected);
        let mut actions = self.in_room(now, |room, outside| room.peer(peer, connection, event, outside));
        // Firefox says nothing else when the machine is on another network.
        if is_interrupted {
            actions.extend(self.doubt_socket(now));
        }
        actions
    }

    fn tick(&mut self, now: Duration, time_of_day: Duration) -> Vec<Action> {
        let slept = self.doubt.tick(now, time_of_day);
        if matches!(self.phase, Phase::Lobby) {
            return self.lobby.tick(now);
        }
        self.voice.pass(now);
        let mut actions = if slept { self.network_changed(now) } else { Vec::new() };
        match self.lobby.signalling.due(now) {
            Some(Due::Open) => {
                self.lobby.signalling.open(now);
                actions.push(Action::OpenSocket);
            }
            Some(Due::Lost) => actions.extend(self.lose_socket(now)),
            None => {}
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
        if has_silence && self.lobby.signalling.is_joined() && !self.doubt.has_asked_lately(now) {
            // The way to the server may be the same, and its end is not told by anything else.
            actions.extend(self.doubt_socket(now));
        }
        if self.lobby.signalling.is_doubted() && self.doubt.takes_the_server_along(now) {
            actions.extend(self.lose_socket(now));
        }
        if self.lobby.signalling.lost().is_some_and(|lost| now.saturating_sub(lost) >= TOLD_AFTER)
            && matches!(self.phase, Phase::Room(_))
        {
            self.lobby.trouble = Some(Trouble::SocketLost);
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
        self.lobby.signalling.doubt(now).then_some(Action::Send(ClientMessage::Pong))
    }

    fn call_back(&mut self, now: Duration) -> Option<Action> {
        let room = match &self.phase {
            Phase::Room(room) => room.next_at(),
            Phase::Lobby => self.lobby.lookout.next_at(),
            Phase::Joining(_) | Phase::Ended | Phase::Failed => None,
        };
        let is_doubted = self.lobby.signalling.is_doubted();
        let answered_by = self.doubt.answered_by().filter(|&due| is_doubted && due > now);
        self.lobby.call_back(room.into_iter().chain(answered_by).min(), now)
    }

    fn own_status(&self) -> Status {
        Status {
            microphone: self.lobby.devices.switch(DeviceKind::Microphone),
            camera: self.lobby.devices.switch(DeviceKind::Camera),
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
        let (page, has_server) = (self.page, self.lobby.signalling.is_joined());
        work(room, Outside { now, page, own, has_server, next_connection: &mut self.next_connection })
    }
}
