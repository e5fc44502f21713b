//! A room as one who is in it knows it: who else is there, by the server's word and by what comes from them.

use crate::cause::Cause;
use crate::door::Door;
use crate::link::{Around, Link, Past};
use crate::verify::Secrets;
use crate::{
    Action, Detail, Fingerprint, Ice, LinkState, Notice, Opening, PeerAction, PeerEvent, Person, Routes,
    Verified, VerifyIntent, VerifyStep, Verifying,
};
use ojak_protocol::{
    Departure, DisplayName, PeerEntry, PeerId, PeerMessage, PeerSignal, RoomName, ServerMessage, Status,
    Switch,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a room has to know of the rest of the call.
pub(crate) struct Outside<'a> {
    pub(crate) now: Duration,
    /// Tells this load of the page from others.
    pub(crate) page: u32,
    /// What is switched on here.
    pub(crate) own: Status,
    /// What of the person's screen matters more.
    pub(crate) detail: Detail,
    /// Whether the person speaks, into a microphone that is on.
    pub(crate) is_speaking: bool,
    /// Whether what is sent over the server gets there.
    pub(crate) has_server: bool,
    pub(crate) next_connection: &'a mut u32,
    pub(crate) secrets: &'a mut Secrets,
}

#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) me: PeerId,
    pub(crate) name: RoomName,
    /// What gives the seat back.
    pub(crate) resume: Option<String>,
    pub(crate) door: Door,
    ice: Ice,
    links: Vec<Link>,
    /// How many shares there were, to know which began last.
    shares: u32,
    /// Whether the person looks at how the connections are.
    is_watched: bool,
    /// How high the pictures of those who are here are shown.
    heights: BTreeMap<PeerId, u32>,
    /// Who was verified, as far as they are not here now.
    verified: Vec<Verified>,
    /// What was between the person and those who are gone. They may come back, and not know that they were.
    pasts: BTreeMap<PeerId, Past>,
}

impl Room {
    /// A room with nobody else in it, of whom `verified` were verified.
    pub(crate) fn new(
        me: PeerId,
        name: RoomName,
        resume: String,
        door: Door,
        ice: Ice,
        verified: Vec<Verified>,
    ) -> Self {
        Self {
            me,
            name,
            resume: Some(resume),
            door,
            ice,
            links: Vec::new(),
            shares: 0,
            is_watched: false,
            heights: BTreeMap::new(),
            verified,
            pasts: BTreeMap::new(),
        }
    }

    /// The same seat once more, on another socket, as it is `now`.
    pub(crate) fn resume(&mut self, now: Self) {
        let Self { name, resume, door, ice, .. } = now;
        (self.name, self.resume, self.door, self.ice) = (name, resume, door, ice);
    }

    /// Another seat than that in the room `before`, which the page shows as it did.
    pub(crate) fn succeed(&mut self, before: &mut Self) {
        (self.heights, self.pasts) = (std::mem::take(&mut before.heights), std::mem::take(&mut before.pasts));
        self.pasts.extend(before.links.iter().map(|link| (link.peer, link.past())));
    }

    /// Whether the person decides who comes in.
    pub(crate) fn is_host(&self) -> bool {
        self.door.host == self.me
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

    pub(crate) fn people(&self, has_server: bool, now: Duration) -> Vec<Person> {
        self.links.iter().map(|link| link.person(has_server, now)).collect()
    }

    /// Whether the server has a relay.
    pub(crate) fn has_relay(&self) -> bool {
        self.ice.has_relay()
    }

    /// Packets go only these ways from now on, those of connections that there are too.
    pub(crate) fn route(&mut self, routes: Routes, outside: Outside<'_>) -> Vec<Action> {
        if std::mem::replace(&mut self.ice.routes, routes) == routes {
            return Vec::new();
        }
        let mut actions = self.use_ice();
        let (links, mut around) = self.around(outside);
        actions.extend(links.iter_mut().flat_map(|link| link.reroute(&mut around)));
        actions
    }

    fn use_ice(&self) -> Vec<Action> {
        let use_ice = |link: &Link| Action::Peer(link.peer, PeerAction::UseIce(self.ice.clone()));
        self.links.iter().map(use_ice).collect()
    }

    /// The person looks at how the connections are, or does not any more.
    pub(crate) fn watch(&mut self, switch: Switch, now: Duration) {
        self.is_watched = switch.is_on();
        let peers: Vec<_> = self.links.iter().map(|link| link.peer).collect();
        for peer in peers {
            self.examine(peer, now);
        }
    }

    /// Makes anew what is shown of how the connection to `peer` is, if it is looked at.
    fn examine(&mut self, peer: PeerId, now: Duration) {
        let is_other = |link: &&Link| link.peer != peer && link.state() == LinkState::Connected;
        let others: Vec<_> = self.links.iter().filter(is_other).map(|link| link.vitals.symptoms()).collect();
        let is_watched = self.is_watched;
        if let Some(link) = self.link(peer) {
            if is_watched {
                let (cause, shares) = (Cause::of(&link.vitals.symptoms(), &others), link.shares().is_some());
                link.vitals.examine(cause, Switch::from_on(shares), now);
            } else {
                link.vitals.forget_health();
            }
        }
    }

    /// Shows the picture of `peer` so high, in pixels of the screen.
    pub(crate) fn show(&mut self, peer: PeerId, height: u32) -> Vec<Action> {
        let Some(link) = self.link(peer) else { return Vec::new() };
        let actions = link.show(height);
        self.heights.insert(peer, height);
        actions
    }

    /// Those who were verified, whether they are here or not.
    pub(crate) fn verified(&self) -> Vec<Verified> {
        let here = self.links.iter().filter_map(Link::verified);
        here.chain(self.verified.iter().copied()).collect()
    }

    /// The verification that the person is asked about: one that they take part in, or the first that somebody else
    /// would like.
    pub(crate) fn verifying(&self) -> Option<Verifying> {
        let all = || self.links.iter().filter_map(Link::verifying);
        all().find(|of| of.step != VerifyStep::Invited).or_else(|| all().next())
    }

    /// Does what the person wants of the verification of `peer`; of one at a time.
    pub(crate) fn verify(&mut self, peer: PeerId, intent: VerifyIntent, outside: Outside<'_>) -> Vec<Action> {
        let is_busy = self.verifying().is_some_and(|of| of.peer != peer && of.step != VerifyStep::Invited);
        if is_busy && intent == VerifyIntent::Ask {
            return Vec::new();
        }
        self.with_link(peer, outside, |link, around| link.verify(intent, around))
    }

    fn recall(&mut self, peer: PeerId) -> Option<Fingerprint> {
        let place = self.verified.iter().position(|verified| verified.peer == peer)?;
        Some(self.verified.swap_remove(place).fingerprint)
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
                self.ice.servers = ice_servers;
                self.use_ice()
            }
            ServerMessage::Host { peer } => {
                self.door.hand_over(peer);
                // Alone one need not be told.
                let is_news = self.is_host() && !self.is_empty();
                is_news.then_some(Action::Announce(Notice::Host)).into_iter().collect()
            }
            ServerMessage::Locked { locked } => {
                self.door.lock = Switch::from_on(locked);
                Vec::new()
            }
            ServerMessage::Knock { peer, name } => {
                self.door.knock(peer, name, outside.now);
                Vec::new()
            }
            ServerMessage::KnockEnded { peer, .. } => {
                self.door.end_knock(peer);
                Vec::new()
            }
            ServerMessage::Joined { .. }
            | ServerMessage::Waiting
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
        let (verified, height) = (self.recall(peer), self.heights.get(&peer).copied());
        let past = self.pasts.remove(&peer).unwrap_or_default();
        let (links, mut around) = self.around(outside);
        let (mut link, mut actions) = Link::meet(peer, name, opening, (verified, past), &mut around);
        actions.extend(height.into_iter().flat_map(|height| link.show(height)));
        links.push(link);
        actions
    }

    fn part_with(&mut self, peer: PeerId, reason: Departure) -> Vec<Action> {
        let Some(place) = self.links.iter().position(|link| link.peer == peer) else { return Vec::new() };
        let link = self.links.remove(place);
        self.heights.remove(&peer);
        // They may come back, as nobody else.
        self.verified.extend(link.verified());
        self.pasts.insert(peer, link.past());
        let name = link.name;
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
    pub(crate) fn say(&mut self, own: Status) -> Vec<Action> {
        self.links.iter_mut().flat_map(|link| link.say(own)).collect()
    }

    /// Tells everybody this.
    pub(crate) fn tell(&self, message: &PeerMessage) -> Vec<Action> {
        self.links.iter().filter_map(|link| link.tell(message.clone())).collect()
    }

    /// What the one is called whose connection this is, unless it was replaced.
    pub(crate) fn name_of(&self, peer: PeerId, number: u32) -> Option<&DisplayName> {
        self.links.iter().find(|link| link.peer == peer && link.is_number(number)).map(|link| &link.name)
    }

    /// Those who share a screen, in the order in which they began.
    pub(crate) fn sharers(&self) -> Vec<PeerId> {
        let mut sharers: Vec<_> =
            self.links.iter().filter_map(|link| Some((link.shares()?, link.peer))).collect();
        sharers.sort_unstable();
        sharers.into_iter().map(|(_, peer)| peer).collect()
    }

    /// Those to whom the way does not carry the person's own screen.
    pub(crate) fn unseeing(&self) -> Vec<PeerId> {
        self.links.iter().filter(|link| link.is_screen_paused()).map(|link| link.peer).collect()
    }

    /// Whose hand is raised, in the order that everybody has; none is the person's own.
    pub(crate) fn hands(&self, own: Option<u32>) -> Vec<Option<PeerId>> {
        let others = self.links.iter().filter_map(|link| Some((link.hand()?, link.peer)));
        let mut hands: Vec<_> = others.chain(own.map(|own| (own, self.me))).collect();
        hands.sort_unstable();
        hands.into_iter().map(|(_, peer)| Some(peer).filter(|&peer| peer != self.me)).collect()
    }

    /// The highest number of a hand that is raised here.
    pub(crate) fn highest_hand(&self) -> Option<u32> {
        self.links.iter().filter_map(Link::hand).max()
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
        let (is_count, now) = (matches!(event, PeerEvent::Carried(_)), outside.now);
        let actions = self.with_link(peer, outside, |link, around| link.handle(event, around));
        if is_count && self.is_watched {
            self.examine(peer, now);
        }
        actions
    }

    /// Looks after every connection, and says whether one of them is found interrupted.
    pub(crate) fn care(&mut self, outside: Outside<'_>) -> (Vec<Action>, bool) {
        let (links, mut around) = self.around(outside);
        let (mut actions, mut is_interrupted) = (Vec::new(), false);
        for link in links.iter_mut() {
            let before = link.state();
            actions.extend(link.care(&mut around));
            is_interrupted |= before != link.state() && link.state() == LinkState::Reconnecting;
        }
        let anybody = links.iter().map(|link| link.heard).max().unwrap_or_default();
        actions.extend(links.iter_mut().filter_map(|link| link.tell_interruption(anybody)));
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
        let Self { me, name, ice, links, shares, .. } = self;
        (links, Around { me: *me, room: name, ice, shares, outside })
    }
}

impl Outside<'_> {
    /// The same, for one more use.
    fn again(&mut self) -> Outside<'_> {
        Outside { next_connection: self.next_connection, secrets: self.secrets, ..*self }
    }
}
