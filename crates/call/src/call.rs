//! One visit, from the lobby to the end of the call and back.

use crate::chat::Moment;
use crate::door::Door;
use crate::doubt::Doubt;
use crate::lobby::{Lobby, Wanted, to_actions};
use crate::post::{Circle, Post};
use crate::random::Random;
use crate::room::{Outside, Room};
use crate::signalling::Due;
use crate::together::{Company, Outcome, Together};
use crate::verify::Secrets;
use crate::{
    Action, ConnectionState, DeviceEvent, DeviceKind, Event, Ice, Intent, Notice, PeerEvent, Receipts, Seat,
    SocketEvent, Stage, Trouble, Verified, View, Voice,
};
use ojak_protocol::{
    ClientMessage, DisplayName, ErrorCode, PROTOCOL_VERSION, PeerEntry, PeerId, PeerMessage, PeerSignal,
    RoomName, SEAT_KEPT, ServerMessage, Status, Switch,
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
    together: Together,
    /// When something last happened.
    now: Duration,
    /// Whether the person looks at how the connections are.
    watched: Switch,
    secrets: Secrets,
    /// Who is kept as verified, for a reload.
    verified: Vec<Verified>,
    post: Post,
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
    /// The room is locked, and the host was asked.
    is_knocking: bool,
    /// Whether the socket is the one of the lobby. It may be about to end without anybody's fault, or belong to
    /// a server that did not understand the question: then another one is tried, once.
    has_old_socket: bool,
}

impl Entry {
    /// Over a socket of its own, as soon as it is open.
    fn new(room: RoomName, resume: Option<String>, since: Duration) -> Self {
        let (waits_for_devices, is_knocking, has_old_socket) = (false, false, false);
        Self { room, resume, since, waits_for_devices, is_knocking, has_old_socket }
    }
}

impl From<Lobby> for Call {
    /// Goes on from there.
    fn from(mut lobby: Lobby) -> Self {
        let page = Random::new(!lobby.seed).next() as u32;
        let (secret, verified) = (lobby.secret.take(), std::mem::take(&mut lobby.recalled));
        Self {
            phase: Phase::Lobby,
            lobby,
            next_connection: 0,
            page,
            doubt: Doubt::default(),
            voice: Voice::default(),
            together: Together::default(),
            now: Duration::ZERO,
            watched: Switch::Off,
            secrets: secret.map_or_else(Secrets::default, Secrets::new),
            verified,
            post: Post::new(page),
            clock: Default::default(),
        }
    }
}

impl Call {
    /// Takes an event and says what to do, in this order. `now` is the time since the page was opened, by
    /// a clock that never jumps.
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        self.now = now;
        let before = self.own_status();
        let mut actions = match event {
            Event::Tick(time_of_day) => self.tick(now, time_of_day),
            Event::Share(event) => self.together.share(event),
            Event::Recording(event) => self.together.record(event, now),
            Event::Speech(event) => self.jointly(now, |together, company| together.speech(event, company)),
            Event::File(event) => self.post.file(event, self.moment(now)),
            Event::Secret(secret) => {
                self.secrets = Secrets::new(secret);
                Vec::new()
            }
            Event::Recalled(verified) => {
                self.verified = verified;
                Vec::new()
            }
            // What of the call may still be shown when the lobby is.
            Event::Intent(
                intent @ (Intent::Joint(_)
                | Intent::Watch(_)
                | Intent::LookAtChat(_)
                | Intent::TakeFile(_)
                | Intent::CancelFile(_)),
            ) => self.intend(intent, now),
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
            // The page is not loaded anew in a call.
            Event::ServerGone => Vec::new(),
            Event::SeatElsewhere(_) | Event::CallFetched | Event::CallMissed(_) => {
                self.lobby.take(event, now)
            }
        };
        if let Some(wanted) = self.lobby.wanted.take() {
            actions.extend(self.enter(wanted, now));
        }
        actions.extend(self.jointly(now, Together::settle));
        let after = self.own_status();
        if let Phase::Room(room) = &mut self.phase
            && after != before
        {
            actions.extend(room.say(after));
        }
        actions.extend(self.post.follow(&actions));
        actions.extend(self.lobby.remember());
        actions.extend(self.keep_verified());
        actions.extend(self.call_back(now));
        actions
    }

    /// What the person should see now.
    #[must_use]
    pub fn view(&self) -> View {
        let verifying = match &self.phase {
            Phase::Room(room) => room.verifying(),
            _ => None,
        };
        let (room, people) = match &self.phase {
            Phase::Room(room) => {
                (Some(room.name.clone()), room.people(self.lobby.signalling.is_joined(), self.now))
            }
            Phase::Joining(entry) => (Some(entry.room.clone()), Vec::new()),
            Phase::Lobby | Phase::Ended | Phase::Failed => (None, Vec::new()),
        };
        let joint = match &self.phase {
            Phase::Room(room) => {
                self.together.view(room.sharers(), room.unseeing(), room.hands(self.together.hand()))
            }
            _ => self.together.view(Vec::new(), Vec::new(), Vec::new()),
        };
        let is_muted = !self.lobby.devices.switch(DeviceKind::Microphone).is_on();
        let (door, has_relay) = match &self.phase {
            Phase::Room(room) => (Some(room.door.view(room.me, self.now)), Some(room.has_relay())),
            _ => (None, None),
        };
        View {
            stage: self.stage(),
            room,
            door,
            has_relay,
            joint,
            receipts: Receipts::of(people.iter().filter(|_| !is_muted).map(|person| person.hearing)),
            people,
            chat: self.post.chat(),
            files: self.post.files(),
            is_speaking: self.voice.is_speaking() && !is_muted,
            verifying,
            ..self.lobby.view()
        }
    }

    fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Lobby => Stage::Lobby,
            Phase::Joining(entry) if entry.is_knocking => Stage::Knocking,
            Phase::Joining(_) => Stage::Joining,
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
            Intent::Watch(switch) => {
                self.watched = switch;
                if let Phase::Room(room) = &mut self.phase {
                    room.watch(switch, now);
                }
                Vec::new()
            }
            Intent::Show(peer, height) => match &mut self.phase {
                Phase::Room(room) => room.show(peer, height),
                _ => Vec::new(),
            },
            Intent::Say(_)
            | Intent::LookAtChat(_)
            | Intent::Offer(_)
            | Intent::OfferAgain(_)
            | Intent::TakeFile(_)
            | Intent::CancelFile(_) => self.give(intent, now),
            Intent::Joint(joint) => self.jointly(now, |together, company| together.intend(joint, company)),
            Intent::Verify(peer, intent) => {
                self.in_room(now, |room, outside| room.verify(peer, intent, outside))
            }
            Intent::Route(routes) => {
                self.lobby.routes = routes;
                self.in_room(now, |room, outside| room.route(routes, outside))
            }
            Intent::StopWaiting => self.stop_waiting(),
            Intent::Lock(switch) => self.decide(ClientMessage::Lock { locked: switch.is_on() }),
            Intent::Admit(peer) => self.decide(ClientMessage::Admit { peer }),
            Intent::Deny(peer) => self.decide(ClientMessage::Deny { peer }),
            Intent::Remove(peer) => self.decide(ClientMessage::Remove { peer }),
            intent => self.lobby.intend(intent, now),
        }
    }

    /// Says what only the host may say. What comes of it is the server's to tell.
    fn decide(&self, decision: ClientMessage<PeerSignal>) -> Vec<Action> {
        match &self.phase {
            Phase::Room(room) if room.is_host() && self.lobby.signalling.is_joined() => {
                vec![Action::Send(decision)]
            }
            _ => Vec::new(),
        }
    }

    /// What the person wants of the chat and of files.
    fn give(&mut self, intent: Intent, now: Duration) -> Vec<Action> {
        let moment = self.moment(now);
        let Some(circle) = self.circle() else { return Vec::new() };
        match intent {
            Intent::Say(text) => self.post.say(&text, circle.own_name, moment),
            Intent::LookAtChat(switch) => {
                self.post.look(switch.is_on());
                Vec::new()
            }
            Intent::Offer(files) => self.post.offer(files, &circle, moment),
            Intent::OfferAgain(number) => self.post.offer_again(number, &circle),
            Intent::TakeFile(file) => self.post.take(file),
            Intent::CancelFile(file) => self.post.cancel(file),
            _ => Vec::new(),
        }
    }

    fn stop_waiting(&mut self) -> Vec<Action> {
        if self.stage() != Stage::Knocking {
            return Vec::new();
        }
        let mut actions = vec![Action::Send(ClientMessage::Leave)];
        actions.extend(self.hang_up());
        self.phase = Phase::Lobby;
        actions
    }

    /// The room is locked: nothing but the host's answer, or the end of the socket, ends the waiting.
    fn wait(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Joining(entry) => (entry.is_knocking, entry.has_old_socket) = (true, false),
            // The seat was lost, with nobody there to talk to meanwhile.
            Phase::Room(room) if room.is_empty() => {
                let room = room.name.clone();
                self.phase = Phase::Joining(Entry { is_knocking: true, ..Entry::new(room, None, now) });
                self.lobby.trouble = None;
                self.lobby.signalling.met();
                return vec![Action::DropSeat];
            }
            Phase::Room(_) | Phase::Lobby | Phase::Ended | Phase::Failed => return Vec::new(),
        }
        self.lobby.trouble = None;
        self.lobby.signalling.met();
        Vec::new()
    }

    fn circle(&self) -> Option<Circle> {
        let Phase::Room(room) = &self.phase else { return None };
        Some(Circle { me: room.me, own_name: self.lobby.name.clone()?, others: room.others() })
    }

    fn moment(&self, now: Duration) -> Moment {
        let (time_of_day, at) = self.clock;
        Moment { now, time_of_day: time_of_day + now.saturating_sub(at) }
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
        let waits_for_devices = true;
        self.phase =
            Phase::Joining(Entry { waits_for_devices, has_old_socket, ..Entry::new(room, resume, now) });
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
        let mut actions = self.together.end();
        if let Phase::Room(room) = &self.phase {
            actions.extend(room.close());
            actions.push(Action::DropSeat);
            if !std::mem::take(&mut self.verified).is_empty() {
                actions.push(Action::KeepVerified(Vec::new()));
            }
        }
        actions.push(Action::CloseSocket);
        actions.extend(self.post.end());
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
            // Who waits goes on waiting, and knocks again.
            Phase::Joining(entry) if entry.is_knocking => self.lobby.signalling.lose(now),
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
            ServerMessage::Joined { you, room, resume, peers, host, locked, ice_servers } => {
                let door = Door::new(host, locked);
                let ice = Ice { servers: ice_servers, routes: self.lobby.routes };
                let room = Room::new(you, room, resume, door, ice, self.verified.clone());
                self.joined(room, peers, now)
            }
            ServerMessage::Waiting => self.wait(now),
            ServerMessage::GoingAway { .. } | ServerMessage::Presence { .. } | ServerMessage::Ping => {
                self.lobby.heard_server(message, now)
            }
            ServerMessage::Error { code, .. } => self.refused(code, now),
            message => self.in_room(now, |room, outside| room.heard(message, outside)),
        }
    }

    /// The seat in `now_room`, as the server describes it.
    fn joined(&mut self, mut now_room: Room, peers: Vec<PeerEntry>, now: Duration) -> Vec<Action> {
        let me = now_room.me;
        // A server that was restarted knows of no lock.
        let forgot_lock = now_room.is_host()
            && !now_room.door.lock.is_on()
            && matches!(&self.phase, Phase::Room(room) if room.door.lock.is_on());
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
        if let (Some(name), Some(resume)) = (self.lobby.name.clone(), now_room.resume.clone()) {
            actions.push(Action::KeepSeat(Seat { room: now_room.name.clone(), name, peer: me, resume }));
        }
        match &mut self.phase {
            Phase::Room(room) if room.me == me => room.resume(now_room),
            phase => {
                match phase {
                    // Whoever lost their seat is in the same call all the same.
                    Phase::Room(before) => now_room.succeed(before),
                    _ => self.together.begin(now),
                }
                now_room.watch(self.watched, now);
                *phase = Phase::Room(now_room);
            }
        }
        self.lobby.signalling.joined();
        if forgot_lock {
            actions.push(Action::Send(ClientMessage::Lock { locked: true }));
        }
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
            Phase::Joining(_) | Phase::Room(_) if code == ErrorCode::Removed => return self.be_removed(),
            Phase::Room(room)
                if code == ErrorCode::RoomFull
                    && self.lobby.signalling.is_joined()
                    && room.door.has_knocks() =>
            {
                return vec![Action::Announce(Notice::NoPlace)];
            }
            // Who has lost the seat, and is not let in to another, does not go on asking.
            Phase::Room(_) if code == ErrorCode::Denied && !self.lobby.signalling.is_joined() => {}
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

    /// The host sent the person out.
    fn be_removed(&mut self) -> Vec<Action> {
        let mut actions = self.hang_up();
        // One who has just come back has no room yet, and the seat of it all the same.
        actions.push(Action::DropSeat);
        actions.extend(to_actions(self.lobby.devices.stop()));
        self.phase = Phase::Ended;
        self.lobby.trouble = Some(Trouble::Refused(ErrorCode::Removed));
        actions
    }

    fn device(&mut self, event: DeviceEvent, now: Duration) -> Vec<Action> {
        let mut actions = self.lobby.device(event);
        actions.extend(self.ask_when_ready(now));
        actions
    }

    fn peer(&mut self, peer: PeerId, connection: u32, event: PeerEvent, now: Duration) -> Vec<Action> {
        let is_interrupted = event == PeerEvent::State(ConnectionState::Disconnected);
        let heard = match &event {
            PeerEvent::Said(message @ (PeerMessage::Reaction { .. } | PeerMessage::Caption(_))) => {
                Some(message.clone())
            }
            _ => None,
        };
        let is_current = matches!(&self.phase, Phase::Room(room) if room.is_current(peer, connection));
        let given = match &event {
            PeerEvent::ChannelOpened if is_current => self.post.greet(peer),
            PeerEvent::Said(message) if is_current => {
                let (circle, moment) = (self.circle(), self.moment(now));
                circle
                    .map(|circle| self.post.heard(peer, message.clone(), &circle, moment))
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let mut actions = self.in_room(now, |room, outside| room.peer(peer, connection, event, outside));
        if let Phase::Room(room) = &self.phase
            && let Some(message) = heard
            && let Some(name) = room.name_of(peer, connection)
        {
            actions.extend(self.together.hear(peer, name.as_str(), message, now));
        }
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
        self.together.pass(now);
        let mut actions = if slept { self.network_changed(now) } else { Vec::new() };
        actions.extend(self.post.pass(self.moment(now)));
        if matches!(self.phase, Phase::Lobby) {
            actions.extend(self.lobby.tick(now));
            return actions;
        }
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
            && (matches!(self.phase, Phase::Room(_)) || self.stage() == Stage::Knocking)
        {
            self.lobby.trouble = Some(Trouble::SocketLost);
        }
        actions
    }

    fn network_changed(&mut self, now: Duration) -> Vec<Action> {
        match &mut self.phase {
            Phase::Room(_) => {}
            Phase::Joining(entry) if entry.is_knocking => {
                return self.doubt_socket(now).into_iter().collect();
            }
            Phase::Joining(entry) => {
                entry.since = now;
                return Vec::new();
            }
            Phase::Lobby => return self.lobby.network_changed(now),
            Phase::Ended | Phase::Failed => return Vec::new(),
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

    fn keep_verified(&mut self) -> Option<Action> {
        let Phase::Room(room) = &self.phase else { return None };
        let verified = room.verified();
        let is_same = verified.len() == self.verified.len()
            && verified.iter().all(|verified| self.verified.contains(verified));
        (!is_same).then(|| {
            self.verified.clone_from(&verified);
            Action::KeepVerified(verified)
        })
    }

    fn own_status(&self) -> Status {
        Status {
            microphone: self.lobby.devices.switch(DeviceKind::Microphone),
            camera: self.lobby.devices.switch(DeviceKind::Camera),
            screen: self.together.screen(),
            screen_paused: Switch::Off,
            hand: self.together.hand(),
            recording: self.together.recording(),
        }
    }

    /// Does `work` with what people do together, and says to everybody what is to be said.
    fn jointly(
        &mut self,
        now: Duration,
        work: impl FnOnce(&mut Together, &Company<'_>) -> Outcome,
    ) -> Vec<Action> {
        let room = match &self.phase {
            Phase::Room(room) => Some(room),
            Phase::Lobby | Phase::Joining(_) | Phase::Ended | Phase::Failed => None,
        };
        let company = Company {
            now,
            is_in_room: room.is_some(),
            has_others: room.is_some_and(|room| !room.is_empty()),
            microphone: self.lobby.devices.switch(DeviceKind::Microphone),
            highest_hand: room.and_then(Room::highest_hand),
            own_name: self.lobby.name.as_ref().map_or("", DisplayName::as_str),
        };
        let Outcome { mut actions, say } = work(&mut self.together, &company);
        actions.extend(room.into_iter().flat_map(|room| say.iter().flat_map(|message| room.tell(message))));
        actions
    }

    /// Does `work` in the room, if this is a call.
    fn in_room(
        &mut self,
        now: Duration,
        work: impl FnOnce(&mut Room, Outside<'_>) -> Vec<Action>,
    ) -> Vec<Action> {
        let (own, detail) = (self.own_status(), self.together.detail());
        let is_speaking = self.voice.is_speaking() && own.microphone.is_on();
        let Phase::Room(room) = &mut self.phase else { return Vec::new() };
        let (page, has_server) = (self.page, self.lobby.signalling.is_joined());
        let (next_connection, secrets) = (&mut self.next_connection, &mut self.secrets);
        work(room, Outside { now, page, own, detail, is_speaking, has_server, next_connection, secrets })
    }
}
