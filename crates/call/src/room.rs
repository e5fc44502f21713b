//! A room as one who is in it knows it: who else is there, by the server's word and by what comes from them.

use crate::link::{Around, Link};
use crate::{Action, LinkState, Notice, Opening, PeerAction, PeerEvent, Person};
use ojak_protocol::{
    Departure, DisplayName, IceServer, PeerEntry, PeerId, PeerMessage, PeerSignal, RoomName, ServerMessage,
    Status,
};
use std::time::Duration;

/// What a room has to know of the rest of the call.
pub(crate) struct Outside<'a> {
    pub(crate) now: Duration,
    /// Tells this load of the page from others.
    pub(crate) page: u32,
    /// What is switched on here.
    pub(crate) own: Status,
    /// Whether what is sent over the server gets there.
    pub(crate) has_server: bool,
    pub(crate) next_connection: &'a mut u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) me: PeerId,
    pub(crate) name: RoomName,
    /// What gives the seat back.
    pub(crate) resume: Option<String>,
    ice_servers: Vec<IceServer>,
    links: Vec<Link>,
}

impl Room {
    /// A room with nobody else in it.
    pub(crate) fn new(me: PeerId, name: RoomName, resume: String, ice_servers: Vec<IceServer>) -> Self {
        Self { me, name, resume: Some(resume), ice_servers, links: Vec::new() }
    }

    /// The same seat once more, on another socket.
    pub(crate) fn resume(&mut self, name: RoomName, resume: String, ice_servers: Vec<IceServer>) {
        (self.name, self.resume, self.ice_servers) = (name, Some(resume), ice_servers);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Whether nothing comes from anybody; from nobody either, when nobody is there.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.links.iter().all(|link| link.state() == LinkState::Reconnecting)
    }

    /// Whether there is somebody from whom nothing comes just now.
    pub(crate) fn has_silence(&self, now: Duration) -> bool {
        self.links.iter().any(|link| link.is_silent(now))
    }

    /// When something is to be looked at that cannot wait for the next tick.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.links.iter().filter_map(Link::next_at).min()
    }

    pub(crate) fn people(&self, has_server: bool) -> Vec<Person> {
        self.links.iter().map(|link| link.person(has_server)).collect()
    }

    /// The others, by name.
    pub(crate) fn others(&self) -> Vec<(PeerId, DisplayName)> {
        self.links.iter().map(|link| (link.peer, link.name.clone())).collect()
    }

    /// Whether the connection `number` is the one there is now to `peer`.
    pub(crate) fn is_current(&self, peer: PeerId, number: u32) -> bool {
        self.links.iter().any(|link| link.peer == peer && link.is_number(number))
    }

    /// Takes what the server says of the people here.
    pub(crate) fn heard(&mut self, message: ServerMessage<PeerSignal>, outside: Outside<'_>) -> Vec<Action> {
        match message {
            ServerMessage::PeerJoined { peer, name } => {
                if let Some(link) = self.link(peer) {
                    // The server had lost them, and this page had not.
                    link.list(name, false);
                    return Vec::new();
                }
                let mut actions = self.meet(peer, name.clone(), Opening::Offers, outside);
                if !actions.is_empty() {
                    actions.push(Action::Announce(Notice::Entered(name)));
                }
                actions
            }
            ServerMessage::PeerAway { peer } => {
                if let Some(link) = self.link(peer) {
                    link.set_away(true);
                }
                Vec::new()
            }
            ServerMessage::PeerBack { peer } => self.with_link(peer, outside, |link, around| {
                link.set_away(false);
                link.catch_up(around)
            }),
            ServerMessage::PeerLeft { peer, reason } => match self.link(peer) {
                // The server does not hear them any more, which need not mean that nobody does.
                Some(link) if reason == Departure::Timeout => {
                    link.miss();
                    self.part_with_the_gone(outside.now)
                }
                Some(_) => self.part_with(peer, reason),
                None => Vec::new(),
            },
            ServerMessage::Signal { from, payload } => {
                self.with_link(from, outside, |link, around| link.signal_by_server(payload, around))
            }
            ServerMessage::IceServers { ice_servers } => {
                self.ice_servers = ice_servers;
                let renew = |link: &Link| {
                    Action::Peer(link.peer, PeerAction::UseIceServers(self.ice_servers.clone()))
                };
                self.links.iter().map(renew).collect()
            }
            ServerMessage::Joined { .. }
            | ServerMessage::Presence { .. }
            | ServerMessage::GoingAway { .. }
            | ServerMessage::Ping
            | ServerMessage::Error { .. } => Vec::new(),
        }
    }

    /// Takes the server's list of everybody else. Who is not on it is kept while something comes from them.
    pub(crate) fn reconcile(
        &mut self,
        peers: Vec<PeerEntry>,
        is_resumed: bool,
        mut outside: Outside<'_>,
    ) -> Vec<Action> {
        for link in &mut self.links {
            if !peers.iter().any(|entry| entry.peer == link.peer) {
                link.miss();
            }
        }
        let mut actions = Vec::new();
        for PeerEntry { peer, name, away } in peers {
            if let Some(link) = self.link(peer) {
                link.list(name, away);
                actions.extend(self.with_link(peer, outside.again(), Link::catch_up));
            } else {
                actions.extend(self.meet(peer, name, Opening::Answers, outside.again()));
                actions.extend(self.with_link(peer, outside.again(), |link, around| {
                    link.set_away(away);
                    // To a newcomer everybody offers by themselves; of one who is back they know already.
                    if is_resumed { link.ask_for_connection(around) } else { Vec::new() }
                }));
            }
        }
        actions
    }

    fn meet(
        &mut self,
        peer: PeerId,
        name: DisplayName,
        opening: Opening,
        outside: Outside<'_>,
    ) -> Vec<Action> {
        if peer == self.me || self.link(peer).is_some() {
            return Vec::new();
        }
        let (links, mut around) = self.around(outside);
        let (link, actions) = Link::meet(peer, name, opening, &mut around);
        links.push(link);
        actions
    }

    fn part_with(&mut self, peer: PeerId, reason: Departure) -> Vec<Action> {
        let Some(place) = self.links.iter().position(|link| link.peer == peer) else { return Vec::new() };
        let name = self.links.remove(place).name;
        vec![Action::ClosePeer(peer), Action::Announce(Notice::Left(name, reason))]
    }

    /// Gives up those whom the server does not list and from whom nothing comes.
    pub(crate) fn part_with_the_gone(&mut self, now: Duration) -> Vec<Action> {
        let gone: Vec<_> = self.links.iter().filter(|link| link.is_gone(now)).map(|link| link.peer).collect();
        gone.into_iter().flat_map(|peer| self.part_with(peer, Departure::Timeout)).collect()
    }

    /// Tells everybody that this one goes for good, without the server, which may be gone.
    pub(crate) fn say_goodbye(&self) -> Vec<Action> {
        self.links.iter().filter_map(Link::say_goodbye).collect()
    }

    /// Closes every connection; the room is of no use afterwards.
    pub(crate) fn close(&self) -> Vec<Action> {
        self.links.iter().map(|link| Action::ClosePeer(link.peer)).collect()
    }

    /// Tells everybody what is switched on here.
    pub(crate) fn say(&self, own: Status) -> Vec<Action> {
        self.links.iter().flat_map(|link| link.say(own)).collect()
    }

    /// There is a reason to expect that the connections are interrupted: looks at once.
    pub(crate) fn suspect(&mut self, now: Duration) -> Vec<Action> {
        self.links.iter_mut().flat_map(|link| link.suspect(now)).collect()
    }

    /// Takes what the connection `number` to `peer` did.
    pub(crate) fn peer(
        &mut self,
        peer: PeerId,
        number: u32,
        event: PeerEvent,
        outside: Outside<'_>,
    ) -> Vec<Action> {
        // A connection that was replaced may still say something.
        if !self.link(peer).is_some_and(|link| link.is_number(number)) {
            return Vec::new();
        }
        if event == PeerEvent::Said(PeerMessage::Leave) {
            return self.part_with(peer, Departure::Left);
        }
        self.with_link(peer, outside, |link, around| link.handle(event, around))
    }

    /// Looks after every connection, and says whether one of them is found interrupted.
    pub(crate) fn care(&mut self, outside: Outside<'_>) -> (Vec<Action>, bool) {
        let (links, mut around) = self.around(outside);
        let (mut actions, mut is_interrupted) = (Vec::new(), false);
        for link in links {
            let before = link.state();
            actions.extend(link.care(&mut around));
            is_interrupted |= before != link.state();
        }
        (actions, is_interrupted)
    }

    fn link(&mut self, peer: PeerId) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.peer == peer)
    }

    fn with_link(
        &mut self,
        peer: PeerId,
        outside: Outside<'_>,
        work: impl FnOnce(&mut Link, &mut Around<'_>) -> Vec<Action>,
    ) -> Vec<Action> {
        let (links, mut around) = self.around(outside);
        let link = links.iter_mut().find(|link| link.peer == peer);
        link.map(|link| work(link, &mut around)).unwrap_or_default()
    }

    /// The links, and what they have to know.
    fn around<'a>(&'a mut self, outside: Outside<'a>) -> (&'a mut Vec<Link>, Around<'a>) {
        (&mut self.links, Around { me: self.me, ice_servers: &self.ice_servers, outside })
    }
}

impl Outside<'_> {
    /// The same, for one more use.
    fn again(&mut self) -> Outside<'_> {
        Outside { next_connection: self.next_connection, ..*self }
    }
}
