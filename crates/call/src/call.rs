//! One visit, from the lobby to the end of the call and back.

use crate::link::Link;
use crate::{
    Action, Choices, DeviceAction, DeviceEvent, DeviceKind, Devices, Event, FormFactor, Intent, LinkState,
    Notice, Opening, PeerEvent, SocketEvent, Stage, Trouble, View,
};
use ojak_protocol::{
    ClientMessage, DisplayName, ErrorCode, IceServer, PROTOCOL_VERSION, PeerId, PeerSignal, RoomName,
    SILENCE_MAX, ServerMessage, Status,
};
use std::time::Duration;

/// The state of one visit.
#[derive(Clone, Debug)]
pub struct Call {
    phase: Phase,
    trouble: Option<Trouble>,
    devices: Devices,
    name: Option<DisplayName>,
    remembered: Choices,
    /// When the server was last heard, while there is a socket.
    heard: Option<Duration>,
}

#[derive(Clone, Debug)]
enum Phase {
    Lobby,
    /// `Join` was pressed.
    Joining(RoomName, Socket),
    Room(Room),
    Ended,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    /// Not asked for: devices are about to open, and media must be ready first.
    AfterDevices,
    /// On its way, or open and not answered yet.
    Asked,
}

#[derive(Clone, Debug)]
struct Room {
    me: PeerId,
    name: RoomName,
    ice_servers: Vec<IceServer>,
    links: Vec<Link>,
}

impl Call {
    /// A page that was just opened, with what is remembered of the last visit.
    #[must_use]
    pub fn new(choices: Choices, form_factor: FormFactor) -> Self {
        Self {
            phase: Phase::Lobby,
            trouble: None,
            devices: Devices::new(&choices, form_factor),
            name: None,
            remembered: choices,
            heard: None,
        }
    }

    /// Takes an event and says what to do, in this order. `now` is the time since the page was opened, by
    /// a clock that never jumps.
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Action> {
        let before = self.own_status();
        let mut actions = match event {
            Event::Intent(intent) => self.intend(intent),
            Event::Socket(event) => self.socket(event, now),
            Event::Device(event) => self.device(event),
            Event::Peer(peer, event) => self.peer(peer, event),
            Event::Tick => self.tick(now),
        };
        let after = self.own_status();
        if after != before {
            actions.extend(self.links().iter().flat_map(|link| link.say(after)));
        }
        actions.extend(self.remember());
        actions
    }

    /// What the person should see now.
    #[must_use]
    pub fn view(&self) -> View {
        let room = match &self.phase {
            Phase::Room(room) => Some(room.name.clone()),
            Phase::Joining(room, _) => Some(room.clone()),
            Phase::Lobby | Phase::Ended | Phase::Failed => None,
        };
        View {
            stage: self.stage(),
            trouble: self.trouble,
            room,
            name: self.name.clone(),
            people: self.links().iter().map(Link::person).collect(),
            camera: self.devices.view(DeviceKind::Camera),
            microphone: self.devices.view(DeviceKind::Microphone),
        }
    }

    fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Lobby => Stage::Lobby,
            Phase::Joining(..) => Stage::Joining,
            Phase::Ended => Stage::Ended,
            Phase::Failed => Stage::Failed,
            Phase::Room(room) if room.links.is_empty() => Stage::Alone,
            Phase::Room(room) => {
                let is_interrupted = |link: &Link| link.state() == LinkState::Reconnecting;
                if room.links.iter().all(is_interrupted) { Stage::Reconnecting } else { Stage::Connected }
            }
        }
    }

    fn intend(&mut self, intent: Intent) -> Vec<Action> {
        match intent {
            Intent::Join { room, name } => self.join(&room, &name),
            Intent::Leave => {
                let mut actions = vec![Action::Send(ClientMessage::Leave)];
                actions.extend(self.hang_up());
                actions.extend(self.devices.stop().into_iter().map(Action::Device));
                self.phase = Phase::Ended;
                actions
            }
            Intent::ReturnToLobby => {
                let mut actions = self.hang_up();
                self.phase = Phase::Lobby;
                actions.extend(self.devices.start().into_iter().map(Action::Device));
                actions
            }
            Intent::Switch(kind, switch) => to_actions(self.devices.set(kind, switch)),
            Intent::Choose(kind, id) => to_actions(self.devices.choose(kind, id)),
            Intent::Retry(kind) => to_actions(self.devices.retry(&[kind])),
            Intent::RetryBoth => {
                to_actions(self.devices.retry(&[DeviceKind::Camera, DeviceKind::Microphone]))
            }
        }
    }

    fn join(&mut self, room: &str, name: &str) -> Vec<Action> {
        if matches!(self.phase, Phase::Joining(..)) {
            return Vec::new();
        }
        let (room, name) = match (RoomName::parse(room), DisplayName::parse(name)) {
            (Err(bad), _) => return self.refuse(Trouble::Room(bad)),
            (_, Err(bad)) => return self.refuse(Trouble::Name(bad)),
            (Ok(room), Ok(name)) => (room, name),
        };
        self.name = Some(name);
        let mut actions = self.hang_up();
        // After a call the devices were let go of.
        if matches!(self.phase, Phase::Ended | Phase::Failed) {
            actions.extend(to_actions(self.devices.start()));
        }
        self.phase = Phase::Joining(room, Socket::AfterDevices);
        actions.extend(self.ask_when_ready());
        actions
    }

    fn refuse(&mut self, trouble: Trouble) -> Vec<Action> {
        self.trouble = Some(trouble);
        Vec::new()
    }

    /// Opens the socket as soon as the devices that are about to open have opened.
    fn ask_when_ready(&mut self) -> Vec<Action> {
        match &mut self.phase {
            Phase::Joining(_, socket @ Socket::AfterDevices) if !self.devices.is_about_to_open() => {
                *socket = Socket::Asked;
                vec![Action::OpenSocket]
            }
            _ => Vec::new(),
        }
    }

    /// Ends every connection, to the others and to the server.
    fn hang_up(&mut self) -> Vec<Action> {
        let mut actions: Vec<_> = self.links().iter().map(|link| Action::ClosePeer(link.peer)).collect();
        actions.push(Action::CloseSocket);
        self.trouble = None;
        self.heard = None;
        actions
    }

    fn socket(&mut self, event: SocketEvent, now: Duration) -> Vec<Action> {
        self.heard = Some(now);
        match event {
            SocketEvent::Opened => match (&self.phase, &self.name) {
                (Phase::Joining(room, _), Some(name)) => {
                    let (room, name) = (room.to_string(), name.to_string());
                    vec![Action::Send(ClientMessage::Join { version: PROTOCOL_VERSION, room, name })]
                }
                _ => vec![Action::CloseSocket],
            },
            SocketEvent::Message(message) => self.heard_server(message),
            SocketEvent::Closed => self.lose_socket(),
        }
    }

    fn lose_socket(&mut self) -> Vec<Action> {
        self.heard = None;
        match self.phase {
            Phase::Joining(..) => {
                self.phase = Phase::Lobby;
                self.trouble = Some(Trouble::Unreachable);
            }
            Phase::Room(_) => self.trouble = Some(Trouble::SocketLost),
            Phase::Lobby | Phase::Ended | Phase::Failed => {}
        }
        vec![Action::CloseSocket]
    }

    fn heard_server(&mut self, message: ServerMessage<PeerSignal>) -> Vec<Action> {
        match message {
            ServerMessage::Joined { you, room, peers, ice_servers } => {
                if !matches!(self.phase, Phase::Joining(..)) {
                    return Vec::new();
                }
                self.phase = Phase::Room(Room { me: you, name: room, ice_servers, links: Vec::new() });
                peers
                    .into_iter()
                    .flat_map(|entry| self.meet(entry.peer, entry.name, Opening::Answers))
                    .collect()
            }
            ServerMessage::PeerJoined { peer, name } => {
                let mut actions = self.meet(peer, name.clone(), Opening::Offers);
                if !actions.is_empty() {
                    actions.push(Action::Announce(Notice::Entered(name)));
                }
                actions
            }
            ServerMessage::PeerLeft { peer, reason } => {
                let Phase::Room(room) = &mut self.phase else { return Vec::new() };
                let Some(place) = room.links.iter().position(|link| link.peer == peer) else {
                    return Vec::new();
                };
                let name = room.links.remove(place).name;
                vec![Action::ClosePeer(peer), Action::Announce(Notice::Left(name, reason))]
            }
            ServerMessage::Signal { from, payload } => {
                self.link(from).map(|link| link.signal(payload)).unwrap_or_default()
            }
            ServerMessage::Ping => vec![Action::Send(ClientMessage::Pong)],
            ServerMessage::Error { code, .. } => self.refused(code),
        }
    }

    fn meet(&mut self, peer: PeerId, name: DisplayName, opening: Opening) -> Vec<Action> {
        let Phase::Room(room) = &mut self.phase else { return Vec::new() };
        if peer == room.me || room.links.iter().any(|link| link.peer == peer) {
            return Vec::new();
        }
        room.links.push(Link::new(room.me, peer, name, opening));
        vec![Action::CreatePeer { peer, ice_servers: room.ice_servers.clone(), opening }]
    }

    fn refused(&mut self, code: ErrorCode) -> Vec<Action> {
        // In a room an error answers one message that was of no use; the call goes on. If the server
        // means it as the end, it closes the socket.
        if !matches!(self.phase, Phase::Joining(..)) {
            return Vec::new();
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

    fn device(&mut self, event: DeviceEvent) -> Vec<Action> {
        let (actions, notices) = self.devices.handle(event);
        let mut actions = to_actions(actions);
        actions.extend(notices.into_iter().map(Action::Announce));
        actions.extend(self.ask_when_ready());
        actions
    }

    fn peer(&mut self, peer: PeerId, event: PeerEvent) -> Vec<Action> {
        let own = self.own_status();
        self.link(peer).map(|link| link.handle(event, own)).unwrap_or_default()
    }

    fn tick(&mut self, now: Duration) -> Vec<Action> {
        match self.heard {
            Some(heard) if now.saturating_sub(heard) > SILENCE_MAX => self.lose_socket(),
            _ => Vec::new(),
        }
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

    fn links(&self) -> &[Link] {
        match &self.phase {
            Phase::Room(room) => &room.links,
            _ => &[],
        }
    }

    fn link(&mut self, peer: PeerId) -> Option<&mut Link> {
        match &mut self.phase {
            Phase::Room(room) => room.links.iter_mut().find(|link| link.peer == peer),
            _ => None,
        }
    }
}

fn to_actions(actions: Vec<DeviceAction>) -> Vec<Action> {
    actions.into_iter().map(Action::Device).collect()
}
