//! Several calls, a server and everything that can go wrong between them, in virtual time.
//!
//! Browsers are as simple as they can be: two peer connections carry something when each has the other's last
//! description, and both know paths of the networks their machines are on now.

use crate::random::Random;
use ojak_call::protocol::{
    Candidate, ClientMessage, Departure, Description, Digest, DisplayName, ErrorCode, PeerEntry, PeerId,
    PeerMessage, PeerSignal, RoomName, SdpType, ServerMessage,
};
use ojak_call::{
    Action, Call, Choices, ConnectionState, DeviceAction, DeviceEvent, DeviceProblem, Event, FileAction,
    FileEvent, FileId, FormFactor, Intent, LinkState, Lobby, Opening, PeerAction, PeerEvent, Permission,
    Permissions, Seat, SocketEvent, Trouble,
};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

type ToPage = ServerMessage<PeerSignal>;
type ToServer = ClientMessage<PeerSignal>;

const TICK: u64 = 500;
const CANDIDATES: usize = 3;
/// A page numbers its connections from 1; in the world they are numbered by page and life as well.
const NUMBERS: u32 = 10_000;

/// What can go wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The server is gone without a word for so many milliseconds, and has forgotten everybody.
    Kill(u64),
    /// It says so before.
    Drain(u64),
    /// A machine is on another network, and its browser says so or not.
    Move { page: usize, is_told: bool },
    /// A machine has no network for so long.
    Offline { page: usize, lasts: u64 },
    /// A machine sleeps.
    Sleep { page: usize, lasts: u64 },
    /// A page is loaded again.
    Reload { page: usize },
    /// A page asks for new paths by itself.
    Restart { page: usize },
}

enum Happening {
    /// Something for a page, if its life is still this one.
    Page {
        page: usize,
        life: u32,
        event: Event,
    },
    /// The next message of those that wait, for or from the socket of this number.
    Delivery {
        page: usize,
        socket: u32,
        is_for_page: bool,
    },
    SocketOpens {
        page: usize,
        socket: u32,
    },
    SocketCloses {
        page: usize,
        socket: u32,
    },
    Ticks {
        page: usize,
        life: u32,
    },
    /// The next message of those that wait.
    Channel {
        from: usize,
        to: usize,
        connections: (u32, u32),
    },
    ServerBeats,
    ServerStarts,
    Fault(Fault),
    NetworkBack {
        page: usize,
    },
    Wakes {
        page: usize,
    },
}

/// What goes over the data channels of a connection.
#[derive(Clone, Debug)]
enum OnChannel {
    Said(PeerMessage),
    /// A block of a file, and what it holds.
    Block {
        transfer: u32,
        block: u32,
        content: Digest,
    },
}

/// What a page holds of files: which of its own it sends to whom, what it expects, and what it has written.
#[derive(Default)]
pub(crate) struct Shelf {
    sending: HashSet<(u32, PeerId)>,
    expected: HashMap<(PeerId, u32), (FileId, u32)>,
    arrived: HashMap<(FileId, u32), Digest>,
    pub(crate) written: BTreeMap<FileId, Vec<Digest>>,
    pub(crate) finished: Vec<FileId>,
    /// How many blocks were sent in all.
    pub(crate) sent: u32,
}

/// What block `block` of the file `number` of page `page` holds.
pub(crate) fn content(page: usize, number: u32, block: u32) -> Digest {
    let mut bytes = [page as u8; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes[4..8].copy_from_slice(&block.to_be_bytes());
    Digest(bytes)
}

#[derive(Clone, Debug)]
struct Connection {
    number: u32,
    peer: PeerId,
    signalling: SdpState,
    /// How often new paths were wanted, and described.
    wanted: u32,
    local: u32,
    /// The network of the machine when the paths of each description were gathered.
    gathered: BTreeMap<u32, u32>,
    /// The connection on the other side, and those of its descriptions that are known.
    remote: Option<u32>,
    known: Vec<u32>,
    is_open: bool,
    has_asked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SdpState {
    Stable,
    LocalOffer,
    RemoteOffer,
}

pub(crate) struct Page {
    pub(crate) call: Call,
    /// How often it was loaded.
    life: u32,
    network: u32,
    is_online: bool,
    is_awake: bool,
    socket: Option<u32>,
    connections: BTreeMap<PeerId, Connection>,
    seat: Option<Seat>,
    slept: Vec<Happening>,
    heard: HashMap<u32, u32>,
    pub(crate) shelf: Shelf,
}

#[derive(Debug)]
struct ServerSeat {
    peer: PeerId,
    name: DisplayName,
    token: String,
    /// What it was before, and until when: the answer with the next one may be lost.
    used: Vec<(String, u64)>,
    socket: Option<(usize, u32)>,
    away_since: u64,
}

pub(crate) struct World {
    random: Random,
    now: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    entries: u64,
    pub(crate) pages: Vec<Page>,
    /// The first one is the host.
    seats: Vec<ServerSeat>,
    /// Nobody comes anew while it is.
    pub(crate) is_locked: bool,
    is_up: bool,
    /// Sockets the server knows, by page and number, and when something was heard of them.
    sockets: BTreeMap<(usize, u32), u64>,
    /// What is on its way to each socket's page, and to the server.
    wires: HashMap<(usize, u32), (VecDeque<ToPage>, VecDeque<ToServer>)>,
    /// What is on its way between two connections, by their numbers.
    channels: HashMap<(u32, u32), VecDeque<OnChannel>>,
    /// Those that were asked whether they are there, and have not answered.
    pinged: HashSet<(usize, u32)>,
    numbers: u32,
    /// How often a seat was not given back.
    pub(crate) refusals: u32,
    traces: bool,
}

impl World {
    /// So many people, who enter one after the other.
    pub(crate) fn new(seed: u64, people: usize) -> Self {
        let mut world = Self {
            random: Random::new(seed + 1),
            now: 0,
            agenda: BTreeMap::new(),
            entries: 0,
            pages: Vec::new(),
            seats: Vec::new(),
            is_locked: false,
            is_up: true,
            sockets: BTreeMap::new(),
            wires: HashMap::new(),
            channels: HashMap::new(),
            pinged: HashSet::new(),
            numbers: 0,
            refusals: 0,
            traces: std::env::var_os("OJAK_TRACE").is_some(),
        };
        for page in 0..people {
            let seed = world.random.below(u64::MAX);
            world.pages.push(Page {
                call: Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, seed)),
                life: 0,
                network: 0,
                is_online: true,
                is_awake: true,
                socket: None,
                connections: BTreeMap::new(),
                seat: None,
                slept: Vec::new(),
                heard: HashMap::new(),
                shelf: Shelf::default(),
            });
            world.start(page);
            let join = Intent::Join { room: "den".into(), name: format!("Person {page}") };
            world.after(200 * page as u64, Happening::Page { page, life: 0, event: Event::Intent(join) });
        }
        world.after(1000, Happening::ServerBeats);
        world
    }

    /// Something goes wrong at this time.
    pub(crate) fn plan(&mut self, at: u64, fault: Fault) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), Happening::Fault(fault));
    }

    /// Until this time, in milliseconds.
    pub(crate) fn run_until(&mut self, end: u64) {
        while let Some(entry) = self.agenda.first_entry() {
            let at = entry.key().0;
            if at > end {
                break;
            }
            let happening = entry.remove();
            self.now = at;
            self.happen(happening);
        }
        self.now = end;
    }

    /// Whether everybody is connected with everybody else, and if not, why.
    pub(crate) fn is_whole(&self) -> Result<(), String> {
        for (index, page) in self.pages.iter().enumerate() {
            let view = page.call.view();
            if view.people.len() + 1 != self.pages.len() {
                return Err(format!("page {index} sees {} others: {view:?}", view.people.len()));
            }
            for person in &view.people {
                if person.state != LinkState::Connected {
                    return Err(format!("page {index}: {:?}\n{:?}", person, page.connections));
                }
                let Some((other, theirs)) = self.other_end(index, &page.connections[&person.peer]) else {
                    return Err(format!("page {index}: nothing at the other end of {:?}", page.connections));
                };
                if !self.carries(index, person.peer, other, theirs) {
                    return Err(format!("page {index} and {other}: nothing gets through"));
                }
            }
        }
        Ok(())
    }

    /// How many connections this page has made in all, as the numbers go.
    pub(crate) fn newest_connection_of(&self, page: usize) -> u32 {
        self.pages[page].connections.values().map(|connection| connection.number).max().unwrap_or(0)
    }

    /// A person wants something.
    pub(crate) fn wish(&mut self, page: usize, intent: Intent) {
        self.tell(page, Event::Intent(intent));
    }

    /// How many others this page shows.
    pub(crate) fn people_of(&self, page: usize) -> usize {
        self.pages[page].call.view().people.len()
    }

    pub(crate) fn peer_of(&self, page: usize) -> Option<PeerId> {
        self.pages[page].seat.as_ref().map(|seat| seat.peer)
    }

    /// The person in front of this page wants something; not while their machine sleeps.
    pub(crate) fn intend(&mut self, page: usize, intent: Intent) {
        if self.pages[page].is_awake {
            self.tell(page, Event::Intent(intent));
        }
    }

    /// How often this page was loaded.
    pub(crate) fn life_of(&self, page: usize) -> u32 {
        self.pages[page].life
    }

    fn after(&mut self, delay: u64, happening: Happening) {
        self.entries += 1;
        self.agenda.insert((self.now + delay, self.entries), happening);
    }

    fn start(&mut self, page: usize) {
        let life = self.pages[page].life;
        let permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
        self.tell(page, Event::Device(DeviceEvent::Ready(permissions)));
        let first = self.random.below(TICK);
        self.after(first, Happening::Ticks { page, life });
    }

    fn tell(&mut self, page: usize, event: Event) {
        let now = Duration::from_millis(self.now);
        let actions = self.pages[page].call.handle(event, now);
        for action in actions {
            if self.traces
                && !matches!(
                    &action,
                    Action::Peer(_, PeerAction::Say(PeerMessage::Beat) | PeerAction::Measure)
                        | Action::CallBack(_)
                )
            {
                eprintln!("{:>7} {page}: {action:?}", self.now);
            }
            self.perform(page, action);
        }
    }

    fn soon(&mut self, page: usize, event: Event) {
        let life = self.pages[page].life;
        let delay = self.random.below(20);
        self.after(delay, Happening::Page { page, life, event });
    }

    fn happen(&mut self, happening: Happening) {
        let sleeper = match &happening {
            Happening::Page { page, .. }
            | Happening::Delivery { page, is_for_page: true, .. }
            | Happening::SocketOpens { page, .. }
            | Happening::SocketCloses { page, .. }
            | Happening::Ticks { page, .. }
            | Happening::Channel { to: page, .. } => Some(*page).filter(|&page| !self.pages[page].is_awake),
            _ => None,
        };
        if let Some(page) = sleeper {
            self.pages[page].slept.push(happening);
            return;
        }
        match happening {
            Happening::Page { page, life, event } => {
                if self.pages[page].life == life {
                    self.tell(page, event);
                }
            }
            Happening::Ticks { page, life } => {
                if self.pages[page].life == life {
                    self.open_channels(page);
                    self.tell(page, Event::Tick(Duration::from_millis(self.now)));
                    // A person who is told that the server does not answer tries again.
                    if self.pages[page].call.view().trouble == Some(Trouble::Unreachable) {
                        let name = format!("Person {page}");
                        self.tell(page, Event::Intent(Intent::Join { room: "den".into(), name }));
                    }
                    self.after(TICK, Happening::Ticks { page, life });
                }
            }
            Happening::SocketOpens { page, socket } => {
                if self.pages[page].socket == Some(socket) {
                    if self.is_up && self.pages[page].is_online {
                        self.sockets.insert((page, socket), self.now);
                        let network = self.pages[page].network;
                        self.pages[page].heard.insert(socket, network);
                        self.tell(page, Event::Socket(SocketEvent::Opened));
                    } else if self.pages[page].is_online {
                        self.tell(page, Event::Socket(SocketEvent::Closed));
                    }
                }
            }
            Happening::SocketCloses { page, socket } => {
                if self.pages[page].socket == Some(socket) {
                    self.tell(page, Event::Socket(SocketEvent::Closed));
                }
            }
            Happening::Delivery { page, socket, is_for_page } => self.deliver(page, socket, is_for_page),
            Happening::Channel { from, to, connections: (mine, theirs) } => {
                let found =
                    self.pages[to].connections.values().find(|connection| connection.number == theirs);
                if let Some(connection) = found {
                    let peer = connection.peer;
                    if connection.remote.is_none_or(|remote| remote == mine) {
                        if connection.is_open && self.carries(to, peer, from, mine) {
                            let waiting = self.channels.get_mut(&(mine, theirs));
                            match waiting.and_then(VecDeque::pop_front) {
                                Some(OnChannel::Said(message)) => {
                                    let said = PeerEvent::Said(message);
                                    self.tell(to, Event::Peer(peer, theirs % NUMBERS, said));
                                }
                                Some(OnChannel::Block { transfer, block, content }) => {
                                    self.take_block(to, peer, (transfer, block), content);
                                }
                                None => {}
                            }
                        } else {
                            // Reliable: it is sent again until it gets through, or the connection is closed.
                            let connections = (mine, theirs);
                            self.after(200, Happening::Channel { from, to, connections });
                        }
                    }
                }
            }
            Happening::ServerBeats => {
                self.server_beats();
                self.after(1000, Happening::ServerBeats);
            }
            Happening::ServerStarts => self.is_up = true,
            Happening::NetworkBack { page } => self.pages[page].is_online = true,
            Happening::Wakes { page } => {
                self.pages[page].is_awake = true;
                self.pages[page].is_online = true;
                for happening in std::mem::take(&mut self.pages[page].slept) {
                    self.after(0, happening);
                }
            }
            Happening::Fault(fault) => self.go_wrong(fault),
        }
    }

    fn go_wrong(&mut self, fault: Fault) {
        match fault {
            Fault::Kill(lasts) | Fault::Drain(lasts) => {
                let sockets: Vec<_> = std::mem::take(&mut self.sockets).into_keys().collect();
                for (page, socket) in sockets {
                    if matches!(fault, Fault::Drain(_)) {
                        self.send(page, socket, ServerMessage::GoingAway { reconnect_within: 2000 });
                    }
                    if self.lives(page, socket) {
                        self.after(60, Happening::SocketCloses { page, socket });
                    }
                }
                self.is_up = false;
                self.seats.clear();
                self.is_locked = false;
                self.after(lasts, Happening::ServerStarts);
            }
            Fault::Move { page, is_told } => {
                self.pages[page].network += 1;
                if is_told && self.pages[page].is_awake {
                    self.soon(page, Event::NetworkChanged);
                }
            }
            Fault::Offline { page, lasts } => {
                self.pages[page].is_online = false;
                self.after(lasts, Happening::NetworkBack { page });
            }
            Fault::Sleep { page, lasts } => {
                self.pages[page].is_awake = false;
                self.pages[page].is_online = false;
                self.after(lasts, Happening::Wakes { page });
            }
            Fault::Reload { page } => {
                if !self.pages[page].is_awake {
                    return;
                }
                if let Some(socket) =
                    self.pages[page].socket.take().filter(|&socket| self.lives(page, socket))
                {
                    self.lost(page, socket);
                }
                let connections = std::mem::take(&mut self.pages[page].connections);
                for connection in connections.into_values() {
                    self.close(page, &connection);
                }
                let seed = self.random.below(u64::MAX);
                let page_state = &mut self.pages[page];
                page_state.life += 1;
                page_state.shelf = Shelf::default();
                page_state.call = Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, seed));
                let seat = page_state.seat.clone();
                self.start(page);
                let event = match seat {
                    Some(seat) => Intent::Return(seat),
                    None => Intent::Join { room: "den".into(), name: format!("Person {page}") },
                };
                self.soon(page, Event::Intent(event));
            }
            Fault::Restart { page } => {
                let all: Vec<_> = self.pages[page].connections.keys().copied().collect();
                for peer in all {
                    if let Some(connection) = self.pages[page].connections.get_mut(&peer) {
                        connection.wanted += 1;
                    }
                    self.ask(page, peer);
                }
            }
        }
    }

    // ---- the server

    fn lives(&self, page: usize, socket: u32) -> bool {
        let page = &self.pages[page];
        page.is_online && page.heard.get(&socket) == Some(&page.network)
    }

    fn send(&mut self, page: usize, socket: u32, message: ToPage) {
        let delay = 5 + self.random.below(60);
        self.wires.entry((page, socket)).or_default().0.push_back(message);
        self.after(delay, Happening::Delivery { page, socket, is_for_page: true });
    }

    /// In order and again and again, as TCP has it, until the machine is on another network.
    fn deliver(&mut self, page: usize, socket: u32, is_for_page: bool) {
        let is_same_network = self.pages[page].heard.get(&socket) == Some(&self.pages[page].network);
        if is_same_network && !self.pages[page].is_online {
            return self.after(200, Happening::Delivery { page, socket, is_for_page });
        }
        let Some((to_page, to_server)) = self.wires.get_mut(&(page, socket)) else { return };
        if is_for_page {
            let Some(message) = to_page.pop_front() else { return };
            if is_same_network && self.pages[page].socket == Some(socket) {
                self.tell(page, Event::Socket(SocketEvent::Message(message)));
            }
        } else {
            let Some(message) = to_server.pop_front() else { return };
            self.hear(page, socket, message);
        }
    }

    fn broadcast(&mut self, except: PeerId, message: &ToPage) {
        let sockets: Vec<_> =
            self.seats.iter().filter(|seat| seat.peer != except).filter_map(|seat| seat.socket).collect();
        for (page, socket) in sockets {
            self.send(page, socket, message.clone());
        }
    }

    fn hear(&mut self, page: usize, socket: u32, message: ToServer) {
        if !self.lives(page, socket) {
            return;
        }
        if !self.sockets.contains_key(&(page, socket)) {
            // What is sent over a connection that the other side has given up is answered with its end.
            return self.after(60, Happening::SocketCloses { page, socket });
        }
        self.sockets.insert((page, socket), self.now);
        match message {
            ClientMessage::Join { name, resume, .. } => {
                let name = DisplayName::parse(&name).unwrap();
                self.seat(page, socket, name, resume);
            }
            ClientMessage::Signal { to, payload } => {
                let from = self.seats.iter().find(|seat| seat.socket == Some((page, socket)));
                let from = from.map(|seat| seat.peer);
                let to = self.seats.iter().find(|seat| seat.peer == to).and_then(|seat| seat.socket);
                if let (Some(from), Some((page, socket))) = (from, to) {
                    self.send(page, socket, ServerMessage::Signal { from, payload });
                }
            }
            // Unasked, it is a question.
            ClientMessage::Pong => {
                if !self.pinged.remove(&(page, socket)) {
                    self.ping(page, socket);
                }
            }
            ClientMessage::Peek { .. } => unreachable!("nobody types a room here"),
            ClientMessage::Leave => unreachable!("nobody leaves"),
            ClientMessage::Lock { locked } => {
                let host = self.seats.first().is_some_and(|host| host.socket == Some((page, socket)));
                assert!(host, "nobody else says so");
                self.is_locked = locked;
                for (page, socket) in self.seats.iter().filter_map(|seat| seat.socket).collect::<Vec<_>>() {
                    self.send(page, socket, ServerMessage::Locked { locked });
                }
            }
            ClientMessage::Admit { .. } | ClientMessage::Deny { .. } | ClientMessage::Remove { .. } => {
                unreachable!("nobody comes or is sent out")
            }
        }
    }

    fn ping(&mut self, page: usize, socket: u32) {
        self.pinged.insert((page, socket));
        self.send(page, socket, ServerMessage::Ping);
    }

    fn seat(&mut self, page: usize, socket: u32, name: DisplayName, resume: Option<String>) {
        let token = format!("token {}", self.entries);
        let peers = |seats: &[ServerSeat], me: PeerId| {
            let others = seats.iter().filter(|seat| seat.peer != me);
            others
                .map(|seat| PeerEntry {
                    peer: seat.peer,
                    name: seat.name.clone(),
                    away: seat.socket.is_none(),
                })
                .collect::<Vec<_>>()
        };
        // The peer is written in the token, as the server's own tokens have it.
        let shown = resume.clone();
        let returning = resume.and_then(|_| self.pages[page].seat.as_ref().map(|seat| seat.peer));
        let me = returning.unwrap_or_else(|| {
            PeerId::from_bits(u128::from(self.random.below(u64::MAX)) << 64 | self.entries as u128)
        });
        if let (Some(shown), Some(seat)) = (&shown, self.seats.iter().find(|seat| seat.peer == me)) {
            let now = self.now;
            let was_used_just_now =
                seat.used.iter().any(|(token, since)| token == shown && now - since < 30_000);
            if *shown != seat.token && !was_used_just_now {
                let (code, message) = (ErrorCode::ResumeRefused, "".into());
                self.refusals += 1;
                self.send(page, socket, ServerMessage::Error { code, message });
                self.sockets.remove(&(page, socket));
                return self.after(70, Happening::SocketCloses { page, socket });
            }
        }
        let now = self.now;
        let news = match self.seats.iter_mut().find(|seat| seat.peer == me) {
            Some(seat) => {
                let was_away = seat.socket.replace((page, socket)).is_none();
                let used = std::mem::replace(&mut seat.token, token.clone());
                seat.used.push((used, now));
                was_away.then_some(ServerMessage::PeerBack { peer: me })
            }
            None => {
                let seat = ServerSeat {
                    peer: me,
                    name: name.clone(),
                    token: token.clone(),
                    used: shown.map(|shown| (shown, now)).into_iter().collect(),
                    socket: Some((page, socket)),
                    away_since: 0,
                };
                self.seats.push(seat);
                Some(ServerMessage::PeerJoined { peer: me, name })
            }
        };
        let joined = ServerMessage::Joined {
            you: me,
            room: RoomName::parse("den").unwrap(),
            resume: token,
            peers: peers(&self.seats, me),
            host: self.seats.first().map_or(me, |host| host.peer),
            locked: self.is_locked,
            ice_servers: vec![],
        };
        self.send(page, socket, joined);
        if let Some(news) = news {
            self.broadcast(me, &news);
        }
    }

    /// The server hears of the end of a socket.
    fn lost(&mut self, page: usize, socket: u32) {
        self.sockets.remove(&(page, socket));
        let now = self.now;
        let seat = self.seats.iter_mut().find(|seat| seat.socket == Some((page, socket)));
        if let Some(seat) = seat {
            seat.socket = None;
            seat.away_since = now;
            let peer = seat.peer;
            self.broadcast(peer, &ServerMessage::PeerAway { peer });
        }
    }

    fn server_beats(&mut self) {
        if !self.is_up {
            return;
        }
        let silent: Vec<_> = self
            .sockets
            .iter()
            .filter(|(_, heard)| self.now - **heard > 12_000)
            .map(|(key, _)| *key)
            .collect();
        for (page, socket) in silent {
            self.lost(page, socket);
        }
        let now = self.now;
        let over: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| seat.socket.is_none() && now - seat.away_since > 30_000)
            .map(|seat| seat.peer)
            .collect();
        for peer in over {
            let was_host = self.seats.first().is_some_and(|host| host.peer == peer);
            self.seats.retain(|seat| seat.peer != peer);
            self.broadcast(peer, &ServerMessage::PeerLeft { peer, reason: Departure::Timeout });
            if let Some(host) = self.seats.first().map(|host| host.peer).filter(|_| was_host) {
                self.broadcast(peer, &ServerMessage::Host { peer: host });
            }
        }
        if (self.now / 1000).is_multiple_of(5) {
            let all: Vec<_> = self.sockets.keys().copied().collect();
            for (page, socket) in all {
                self.ping(page, socket);
            }
        }
    }

    // ---- the browsers

    /// The page and the connection at the other end.
    fn other_end(&self, page: usize, connection: &Connection) -> Option<(usize, u32)> {
        let number = connection.remote?;
        let other = self
            .pages
            .iter()
            .position(|page| page.connections.values().any(|connection| connection.number == number))?;
        (other != page).then_some((other, number))
    }

    fn carries(&self, page: usize, peer: PeerId, other: usize, theirs: u32) -> bool {
        let (here, there) = (&self.pages[page], &self.pages[other]);
        let Some(mine) = here.connections.get(&peer) else { return false };
        let Some(theirs) = there.connections.values().find(|c| c.number == theirs) else { return false };
        let has_way = |one: &Connection, network: u32, other: &Connection| {
            let mut current = one.gathered.iter().filter(|(_, gathered_on)| **gathered_on == network);
            other.remote == Some(one.number) && current.any(|(described, _)| other.known.contains(described))
        };
        here.is_online
            && there.is_online
            && here.is_awake
            && there.is_awake
            && has_way(mine, here.network, theirs)
            && has_way(theirs, there.network, mine)
    }

    fn works(&self, page: usize, connection: &Connection) -> bool {
        let end = self.other_end(page, connection);
        end.is_some_and(|(other, theirs)| self.carries(page, connection.peer, other, theirs))
    }

    fn open_channels(&mut self, page: usize) {
        let peers: Vec<_> = self.pages[page].connections.keys().copied().collect();
        for peer in peers {
            let connection = &self.pages[page].connections[&peer];
            let number = connection.number;
            let works = self.works(page, connection);
            let Some(connection) = self.pages[page].connections.get_mut(&peer) else { continue };
            if works && !std::mem::replace(&mut connection.is_open, true) {
                self.soon(
                    page,
                    Event::Peer(peer, number % NUMBERS, PeerEvent::State(ConnectionState::Connected)),
                );
                self.soon(page, Event::Peer(peer, number % NUMBERS, PeerEvent::ChannelOpened));
            }
        }
    }

    /// The other end hears of it where there is a way.
    fn close(&mut self, page: usize, connection: &Connection) {
        let Some((other, theirs)) = self.other_end(page, connection) else { return };
        if self.pages[page].is_online && self.pages[other].is_online && connection.is_open {
            let there = self.pages[other].connections.values().find(|c| c.number == theirs);
            if let Some(peer) = there.map(|there| there.peer) {
                self.soon(other, Event::Peer(peer, theirs % NUMBERS, PeerEvent::ChannelClosed));
            }
        }
    }

    fn ask(&mut self, page: usize, peer: PeerId) {
        let Some(connection) = self.pages[page].connections.get_mut(&peer) else { return };
        let is_asking = connection.signalling == SdpState::Stable
            && connection.wanted != connection.local
            && !std::mem::replace(&mut connection.has_asked, true);
        let number = connection.number;
        if is_asking {
            self.soon(page, Event::Peer(peer, number % NUMBERS, PeerEvent::NegotiationNeeded));
        }
    }

    fn perform(&mut self, page: usize, action: Action) {
        match action {
            Action::TakeSeat(_) => unreachable!("no tab is a copy of another"),
            Action::OpenSocket => {
                self.numbers += 1;
                let socket = self.numbers;
                self.replace_socket(page, Some(socket));
                let delay = 20 + self.random.below(100);
                self.after(delay, Happening::SocketOpens { page, socket });
            }
            Action::CloseSocket => self.replace_socket(page, None),
            Action::Send(message) => {
                let Some(socket) = self.pages[page].socket else { return };
                let delay = 5 + self.random.below(60);
                self.wires.entry((page, socket)).or_default().1.push_back(message);
                self.after(delay, Happening::Delivery { page, socket, is_for_page: false });
            }
            Action::Device(DeviceAction::Open { ticket, .. }) => {
                let permissions =
                    Permissions { camera: Permission::Granted, microphone: Permission::Granted };
                let problem = DeviceProblem::Missing;
                self.soon(page, Event::Device(DeviceEvent::Refused { ticket, problem, permissions }));
            }
            Action::CreatePeer { peer, connection: number, opening, .. } => {
                let number = number + NUMBERS * (page as u32 * NUMBERS / 10 + self.pages[page].life);
                if let Some(before) = self.pages[page].connections.remove(&peer) {
                    self.close(page, &before);
                }
                let connection = Connection {
                    number,
                    peer,
                    signalling: SdpState::Stable,
                    wanted: 0,
                    local: 0,
                    gathered: BTreeMap::new(),
                    remote: None,
                    known: Vec::new(),
                    is_open: false,
                    has_asked: false,
                };
                self.pages[page].connections.insert(peer, connection);
                if opening == Opening::Offers {
                    self.soon(page, Event::Peer(peer, number % NUMBERS, PeerEvent::NegotiationNeeded));
                }
            }
            Action::ClosePeer(peer) => {
                if let Some(before) = self.pages[page].connections.remove(&peer) {
                    self.close(page, &before);
                }
            }
            Action::Peer(peer, action) => self.operate(page, peer, action),
            Action::KeepSeat(seat) => self.pages[page].seat = Some(seat),
            Action::CallBack(delay) => {
                let life = self.pages[page].life;
                let event = Event::Tick(Duration::from_millis(self.now) + delay);
                self.after(delay.as_millis() as u64, Happening::Page { page, life, event });
            }
            Action::FetchCall
            | Action::DropSeat
            | Action::Device(_)
            | Action::Share(_)
            | Action::Speech(_)
            | Action::Cue(_)
            | Action::SaveCaptions(_)
            | Action::Record(_)
            | Action::Remember(_)
            | Action::KeepVerified(_)
            | Action::Announce(_) => {}
            Action::File(action) => self.shelve(page, &action),
        }
    }

    /// Sends something over the data channel to `peer`, if it is open.
    fn put(&mut self, page: usize, peer: PeerId, message: OnChannel) {
        let Some(connection) = self.pages[page].connections.get(&peer).cloned() else { return };
        if let (true, Some((other, theirs))) = (connection.is_open, self.other_end(page, &connection)) {
            let delay = 5 + self.random.below(40);
            let connections = (connection.number, theirs);
            self.channels.entry(connections).or_default().push_back(message);
            self.after(delay, Happening::Channel { from: page, to: other, connections });
        }
    }

    /// As the shell does it, with files whose blocks are as good as their checksums.
    fn shelve(&mut self, page: usize, action: &FileAction) {
        let life = self.pages[page].life;
        let shelf = &mut self.pages[page].shelf;
        let event = match *action {
            FileAction::Begin(number, peer) => {
                shelf.sending.insert((number, peer));
                return;
            }
            FileAction::Stop(number, peer) => {
                shelf.sending.remove(&(number, peer));
                return;
            }
            FileAction::Send(number, peer, block) => {
                assert!(shelf.sending.contains(&(number, peer)), "a block of what was not begun");
                shelf.sent += 1;
                let content = content(page, number, block);
                self.put(page, peer, OnChannel::Block { transfer: number, block, content });
                FileEvent::Read(number, peer, block, content)
            }
            FileAction::Open(file, ..) => {
                shelf.written.insert(file, Vec::new());
                FileEvent::Opened(file)
            }
            FileAction::Expect { file, peer, transfer, block, .. } => {
                shelf.expected.insert((peer, transfer), (file, block));
                return;
            }
            FileAction::Keep(file, block) => {
                let arrived =
                    shelf.arrived.remove(&(file, block)).expect("a block that has not arrived is kept");
                let written = shelf.written.get_mut(&file).expect("a file that is not open is written");
                assert_eq!(written.len(), block as usize, "out of order");
                written.push(arrived);
                FileEvent::Kept(file, block)
            }
            FileAction::Finish(file) => {
                shelf.finished.push(file);
                FileEvent::Finished(file)
            }
            FileAction::Forget(file) => {
                shelf.written.remove(&file);
                return;
            }
        };
        // One after the other, as a disk does it.
        self.after(5, Happening::Page { page, life, event: Event::File(event) });
    }

    fn take_block(&mut self, page: usize, peer: PeerId, (transfer, block): (u32, u32), content: Digest) {
        let shelf = &mut self.pages[page].shelf;
        let Some((file, expected)) = shelf.expected.get_mut(&(peer, transfer)) else { return };
        if *expected == block {
            *expected += 1;
            let file = *file;
            shelf.arrived.insert((file, block), content);
            self.tell(page, Event::File(FileEvent::Arrived(file, block, content)));
        }
    }

    fn replace_socket(&mut self, page: usize, socket: Option<u32>) {
        let before = std::mem::replace(&mut self.pages[page].socket, socket);
        if let Some(before) = before.filter(|&before| self.lives(page, before)) {
            self.lost(page, before);
        }
    }

    fn operate(&mut self, page: usize, peer: PeerId, action: PeerAction) {
        let (network, now) = (self.pages[page].network, self.now);
        let works =
            self.pages[page].connections.get(&peer).is_some_and(|connection| self.works(page, connection));
        let Some(connection) = self.pages[page].connections.get_mut(&peer) else { return };
        let number = connection.number;
        let event = match action {
            PeerAction::SetLocal => {
                connection.local = connection.wanted;
                connection.gathered.entry(connection.local).or_insert(network);
                let sdp_type = match connection.signalling {
                    SdpState::RemoteOffer => {
                        connection.signalling = SdpState::Stable;
                        SdpType::Answer
                    }
                    _ => {
                        connection.signalling = SdpState::LocalOffer;
                        SdpType::Offer
                    }
                };
                connection.has_asked = false;
                let sdp = format!("{number} {}", connection.local);
                for candidate in 0..CANDIDATES {
                    let candidate = Candidate {
                        candidate: candidate.to_string(),
                        sdp_mid: None,
                        sdp_m_line_index: None,
                        username_fragment: None,
                    };
                    self.soon(
                        page,
                        Event::Peer(peer, number % NUMBERS, PeerEvent::Gathered(Some(candidate))),
                    );
                }
                PeerEvent::LocalSet(Description { sdp_type, sdp })
            }
            PeerAction::SetRemote(Description { sdp_type, sdp }) => {
                let mut words = sdp.split(' ').map(|word| word.parse::<u32>().unwrap());
                let (remote, described) = (words.next().unwrap(), words.next().unwrap());
                match (sdp_type, connection.signalling) {
                    (SdpType::Offer, SdpState::Stable) => connection.signalling = SdpState::RemoteOffer,
                    (SdpType::Answer, SdpState::LocalOffer) => connection.signalling = SdpState::Stable,
                    (sdp_type, state) => panic!("{sdp_type:?} while {state:?}"),
                }
                // An offer with new paths is answered with new paths.
                let is_new = !connection.known.is_empty() && !connection.known.contains(&described);
                let is_restart = is_new && sdp_type == SdpType::Offer;
                if is_restart && connection.wanted == connection.local {
                    connection.wanted += 1;
                }
                connection.remote = Some(remote);
                connection.known.push(described);
                PeerEvent::RemoteSet
            }
            PeerAction::RestartIce => {
                connection.wanted += 1;
                return;
            }
            PeerAction::Measure => PeerEvent::Measured(if works { now } else { 0 }),
            PeerAction::Say(message) => return self.put(page, peer, OnChannel::Said(message)),
            PeerAction::AdoptTransceivers
            | PeerAction::AddCandidate(_)
            | PeerAction::ShowPicture
            | PeerAction::UseIce(_)
            | PeerAction::Encode(..)
            | PeerAction::FavourSound { .. } => return,
        };
        self.soon(page, Event::Peer(peer, number % NUMBERS, event));
        self.ask(page, peer);
    }
}

pub(crate) fn any_fault(random: &mut Random, pages: u64) -> (u64, Fault) {
    let at = 4000 + random.below(60_000);
    let (page, lasts) = (random.below(pages) as usize, random.below(20_000));
    let fault = match random.below(8) {
        0 => Fault::Kill(lasts),
        1 => Fault::Drain(lasts),
        2 => Fault::Move { page, is_told: true },
        3 => Fault::Move { page, is_told: false },
        4 => Fault::Offline { page, lasts },
        5 => Fault::Sleep { page, lasts: 3 * lasts },
        6 => Fault::Reload { page },
        _ => Fault::Restart { page },
    };
    (at, fault)
}
