//! One other person: their name, the connection to them, and what is done when nothing comes over it.

use crate::obstacle::Search;
use crate::recovery::{Recovery, Remedy, STALLED_AFTER, Situation};
use crate::room::Outside;
use crate::together;
use crate::verify::{Admission, Context, Verification};
use crate::vitals::Vitals;
use crate::{
    Action, ConnectionState, Fingerprint, Ice, Interruption, LinkState, Negotiation, NegotiationInput,
    NegotiationOutput, Notice, Opening, PeerAction, PeerEvent, Person, Routes, Standing, Verified,
    VerifyIntent, Verifying, Voice,
};
use ojak_protocol::{ClientMessage, DisplayName, PeerId, PeerMessage, PeerSignal, RoomName, SdpType, Status};
use std::time::Duration;

/// From one sign of life to the next; a second, since ticks come every half second, or every one in a tab that
/// nobody looks at, and never exactly.
const BEAT_EVERY: Duration = Duration::from_millis(900);
/// Nothing was heard for this long: then it is measured whether anything arrives.
const MEASURED_AFTER: Duration = Duration::from_millis(900);
/// From one measurement to the next.
const MEASURED_EVERY: Duration = Duration::from_millis(100);
/// After this long without anything it does not matter that no measurement was answered.
const UNMEASURED_MAX: Duration = Duration::from_secs(4);
/// Who says something over the server is answered over it too for this long.
const DOUBTED_FOR: Duration = Duration::from_secs(10);
/// Somebody whom the server does not list any more, and from whom nothing comes, is gone after this time.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(5);
/// Nobody needs new connections faster than this, and each costs the browser a great deal.
const RENEWED_EVERY: Duration = Duration::from_millis(500);
/// Signals of a later connection that are kept until its offer comes.
const EARLY_MAX: usize = 128;

/// What a link has to know of the rest of the call.
pub(crate) struct Around<'a> {
    pub(crate) me: PeerId,
    pub(crate) room: &'a RoomName,
    pub(crate) ice: &'a Ice,
    /// How many shares there were.
    pub(crate) shares: &'a mut u32,
    pub(crate) outside: Outside<'a>,
}

/// What the server says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listing {
    Present,
    Away,
    /// Not in the room. It may have restarted and not have heard of them again.
    Missing,
}

/// What was between the person and somebody before they met again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Past {
    /// The generation that the next connection has at least.
    generation: u32,
    /// How often they have compared codes.
    runs: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) peer: PeerId,
    pub(crate) name: DisplayName,
    listing: Listing,
    /// The number of the connection there is now.
    connection: u32,
    negotiation: Negotiation,
    recovery: Recovery,
    search: Search,
    /// When they last said something over the server although the data channel is open: they doubt it.
    doubted: Option<Duration>,
    /// Which load of their page last asked for a connection.
    their_page: Option<u32>,
    /// When a connection was last made because they wanted one.
    renewed: Option<Duration>,
    /// When what was said was last said again because they wanted a connection.
    repeated: Option<Duration>,
    /// The offer of a later connection that has to wait, since one was made just now.
    waiting_offer: Option<PeerSignal>,
    /// Of a later generation than that of this connection, whose offer has not come.
    early: Vec<PeerSignal>,
    state: ConnectionState,
    /// Whether the two were connected ever.
    have_met: bool,
    is_interrupted: bool,
    /// Whether the person was told that it is.
    is_told: bool,
    /// When something came last, whichever connection brought it.
    pub(crate) heard: Duration,
    is_channel_open: bool,
    has_shown_picture: bool,
    status: Option<Status>,
    /// Which of all the shares in this room theirs is, while they share.
    shares: Option<u32>,
    voice: Voice,
    pub(crate) vitals: Vitals,
    /// What they were told last of what is switched on here.
    said: Option<Status>,
    bytes: Option<u64>,
    /// Whether the last measurement found no more than the one before.
    is_still: bool,
    measured: Duration,
    beaten: Duration,
    verification: Verification,
    /// The last generation they spoke of while nothing was taken from them.
    unheard: u32,
}

impl Link {
    /// Somebody new, and what to do to be connected with them. `verified` is the certificate that they have to show, and
    /// `past` what there was if they are not new.
    pub(crate) fn meet(
        peer: PeerId,
        name: DisplayName,
        opening: Opening,
        (verified, past): (Option<Fingerprint>, Past),
        around: &mut Around<'_>,
    ) -> (Self, Vec<Action>) {
        let mut link = Self {
            peer,
            name,
            listing: Listing::Present,
            connection: 0,
            negotiation: Negotiation::new(0, opening),
            recovery: Recovery::new(around.outside.now),
            search: Search::new(around.outside.now),
            doubted: None,
            their_page: None,
            renewed: None,
            repeated: None,
            waiting_offer: None,
            early: Vec::new(),
            state: ConnectionState::New,
            have_met: false,
            is_interrupted: false,
            is_told: false,
            heard: around.outside.now,
            is_channel_open: false,
            has_shown_picture: false,
            status: None,
            shares: None,
            voice: Voice::default(),
            vitals: Vitals::new(around.outside.now),
            said: None,
            bytes: None,
            is_still: false,
            measured: around.outside.now,
            beaten: around.outside.now,
            verification: Verification::new(verified, past.runs),
            unheard: 0,
        };
        // Whoever answers takes any offer.
        let generation = if opening == Opening::Offers { past.generation } else { 0 };
        let actions = link.connect(generation, opening, around);
        (link, actions)
    }

    /// What is not to be forgotten when they are gone.
    pub(crate) fn past(&self) -> Past {
        Past { generation: self.next_generation(), runs: self.verification.runs() }
    }

    /// Later than that of every connection that either side has heard of.
    fn next_generation(&self) -> u32 {
        self.negotiation.generation().max(self.unheard).saturating_add(1)
    }

    /// The server lists them.
    pub(crate) fn list(&mut self, name: DisplayName, is_away: bool) {
        self.name = name;
        self.listing = if is_away { Listing::Away } else { Listing::Present };
    }

    /// Their socket was lost, or is back.
    pub(crate) fn set_away(&mut self, is_away: bool) {
        self.listing = if is_away { Listing::Away } else { Listing::Present };
    }

    /// The server does not list them, which need not mean that they are gone.
    pub(crate) fn miss(&mut self) {
        self.listing = Listing::Missing;
    }

    /// Whether they are gone, as far as anybody can tell.
    pub(crate) fn is_gone(&self, now: Duration) -> bool {
        let is_silent = !self.is_channel_open || self.recovery.quiet(now) >= FORGOTTEN_AFTER;
        self.listing == Listing::Missing && is_silent
    }

    /// Whether this is the connection there is now. To somebody who is not who was verified there is none.
    pub(crate) fn is_number(&self, connection: u32) -> bool {
        self.connection == connection && !self.is_shut()
    }

    /// Whether the way does not carry the person's own screen.
    pub(crate) fn is_screen_paused(&self) -> bool {
        self.vitals.is_screen_paused()
    }

    pub(crate) fn person(&self, has_server: bool, now: Duration) -> Person {
        let state = self.state();
        let interruption = (state == LinkState::Reconnecting).then_some(match self.listing {
            _ if !has_server => Interruption::Ours,
            Listing::Present => Interruption::Between,
            Listing::Away | Listing::Missing => Interruption::Theirs,
        });
        let is_connected = state == LinkState::Connected;
        Person {
            peer: self.peer,
            name: self.name.clone(),
            state,
            interruption,
            // While the server cannot be reached either, or they are gone, there is nothing to wonder about.
            obstacle: self.search.obstacle().filter(|_| match state {
                LinkState::Failed => !self.is_shut(),
                LinkState::Reconnecting => interruption == Some(Interruption::Between),
                LinkState::Connecting | LinkState::Connected => false,
            }),
            silent_since: interruption.map(|_| self.heard),
            status: self.status,
            is_speaking: is_connected && self.voice.is_speaking(),
            quality: self.vitals.quality().filter(|_| is_connected),
            path: self.vitals.path().filter(|_| is_connected),
            hearing: self.vitals.hearing(now).filter(|_| is_connected),
            health: self.vitals.health(),
            standing: self.verification.standing(),
        }
    }

    /// By which certificate they were verified, if they were.
    pub(crate) fn verified(&self) -> Option<Verified> {
        self.verification.expected().map(|fingerprint| Verified { peer: self.peer, fingerprint })
    }

    /// What there is to show of a verification.
    pub(crate) fn verifying(&self) -> Option<Verifying> {
        let step = self.verification.step()?;
        Some(Verifying { peer: self.peer, name: self.name.clone(), step })
    }

    /// Does what the person wants of it.
    pub(crate) fn verify(&mut self, intent: VerifyIntent, around: &mut Around<'_>) -> Vec<Action> {
        let (verification, mut context) = self.verification(around);
        let outcome = verification.intend(intent, &mut context);
        let mut actions = self.say_all(outcome.messages);
        if outcome.is_news {
            actions.push(Action::Announce(Notice::Verified(self.name.clone())));
        }
        if outcome.reconnects {
            actions.extend(self.connect(self.next_generation(), Opening::Offers, around));
        }
        actions
    }

    fn verification<'a>(&'a mut self, around: &'a mut Around<'_>) -> (&'a mut Verification, Context<'a>) {
        let context = Context {
            room: around.room,
            me: around.me,
            they: self.peer,
            secrets: around.outside.secrets,
            is_channel_open: self.is_channel_open,
        };
        (&mut self.verification, context)
    }

    /// Whether somebody shows another certificate than the one that was verified: they get nothing, and nothing is
    /// taken from them.
    fn is_shut(&self) -> bool {
        self.verification.standing() == Standing::Changed
    }

    /// Ends the connection to somebody who is not who was verified.
    fn shut(&mut self) -> Vec<Action> {
        self.is_channel_open = false;
        (self.status, self.shares) = (None, None);
        vec![Action::ClosePeer(self.peer), Action::Announce(Notice::Changed(self.name.clone()))]
    }

    pub(crate) fn state(&self) -> LinkState {
        match (self.have_met, self.is_interrupted) {
            _ if self.is_shut() => LinkState::Failed,
            (true, true) => LinkState::Reconnecting,
            (true, false) => LinkState::Connected,
            (false, _) if self.search.obstacle().is_some() => LinkState::Failed,
            (false, _) if self.state == ConnectionState::Failed || self.negotiation.is_broken() => {
                LinkState::Failed
            }
            (false, _) => LinkState::Connecting,
        }
    }

    /// Takes what the connection did.
    pub(crate) fn handle(&mut self, event: PeerEvent, around: &mut Around<'_>) -> Vec<Action> {
        match event {
            PeerEvent::NegotiationNeeded => self.negotiate(NegotiationInput::Needed, around),
            PeerEvent::LocalSet(description) => {
                self.negotiate(NegotiationInput::LocalSet(description), around)
            }
            PeerEvent::RemoteSet => {
                if self.verification.described() == Admission::Refused {
                    return self.shut();
                }
                let actions = self.negotiate(NegotiationInput::RemoteSet, around);
                self.recovery.renegotiated(around.outside.now);
                actions
            }
            PeerEvent::DescriptionRefused => self.negotiate(NegotiationInput::Refused, around),
            PeerEvent::Gathered(None) => self.negotiate(NegotiationInput::Gathered(None), around),
            PeerEvent::Gathered(Some(candidate)) => {
                self.search.found_here(&candidate.candidate);
                match around.ice.disclosed(candidate) {
                    Some(candidate) => self.negotiate(NegotiationInput::Gathered(Some(candidate)), around),
                    None => Vec::new(),
                }
            }
            PeerEvent::CandidateError(code) => {
                self.search.failed(code);
                Vec::new()
            }
            PeerEvent::State(ConnectionState::Disconnected) => {
                self.state = ConnectionState::Disconnected;
                self.suspect(around.outside.now)
            }
            PeerEvent::State(state) => {
                self.changed(state, around.outside.now);
                self.judge(around);
                Vec::new()
            }
            PeerEvent::ChannelOpened => {
                self.is_channel_open = true;
                self.arrived(around.outside.now);
                let view = self.vitals.open();
                let mut actions = self.say(around.outside.own);
                actions.extend(self.perform(view));
                let unsaid = self.verification.catch_up();
                actions.extend(self.say_all(unsaid));
                actions
            }
            PeerEvent::ChannelClosed => {
                self.is_channel_open = false;
                self.verification.interrupt();
                self.recovery.suspect(around.outside.now);
                Vec::new()
            }
            PeerEvent::Measured(bytes) => {
                match self.bytes.replace(bytes) {
                    Some(before) if bytes > before => self.arrived(around.outside.now),
                    Some(_) => self.is_still = true,
                    None => {}
                }
                Vec::new()
            }
            PeerEvent::Heard(level) => {
                self.voice.hear(level, around.outside.now);
                Vec::new()
            }
            PeerEvent::Carried(counters) => {
                let Outside { own, detail, now, .. } = around.outside;
                let actions = self.vitals.count(*counters, own, detail, now);
                let mut actions = self.perform(actions);
                if self.said.is_some_and(|said| said != self.vitals.carried(own)) {
                    actions.extend(self.say(own));
                }
                actions
            }
            PeerEvent::Said(message) => {
                self.arrived(around.outside.now);
                match message {
                    PeerMessage::Status(status) => self.said(status, around),
                    PeerMessage::Signal { payload } => self.signal(payload, around),
                    PeerMessage::Beat
                    | PeerMessage::Leave
                    | PeerMessage::Reaction { .. }
                    | PeerMessage::Caption(_) => Vec::new(),
                    PeerMessage::Receipt(receipt) => {
                        self.vitals.report(receipt, around.outside.now);
                        Vec::new()
                    }
                    PeerMessage::View { max_height } => {
                        let encoding = self.vitals.shown(max_height);
                        self.perform(encoding)
                    }
                    PeerMessage::VerifyAsk { .. }
                    | PeerMessage::VerifyCommit { .. }
                    | PeerMessage::VerifyReveal { .. }
                    | PeerMessage::VerifyEnd { .. } => {
                        let (verification, mut context) = self.verification(around);
                        let answers = verification.hear(&message, &mut context);
                        self.say_all(answers)
                    }
                    // What people give to each other: see `post`.
                    PeerMessage::Hello { .. }
                    | PeerMessage::Chat { .. }
                    | PeerMessage::ChatReceived { .. }
                    | PeerMessage::ChatHistory { .. }
                    | PeerMessage::FileOffer { .. }
                    | PeerMessage::FileAccept { .. }
                    | PeerMessage::FileBlock { .. }
                    | PeerMessage::FileKept { .. }
                    | PeerMessage::FileWithdraw { .. }
                    | PeerMessage::FileDecline { .. } => Vec::new(),
                }
            }
        }
    }

    /// Takes what they say of the connection over the server.
    pub(crate) fn signal_by_server(&mut self, signal: PeerSignal, around: &mut Around<'_>) -> Vec<Action> {
        self.doubted = self.is_channel_open.then_some(around.outside.now);
        self.signal(signal, around)
    }

    /// Takes what they say of the connection, whichever way it came.
    fn signal(&mut self, signal: PeerSignal, around: &mut Around<'_>) -> Vec<Action> {
        if self.is_shut() {
            self.unheard = self.unheard.max(signal.generation());
            return Vec::new();
        }
        let (own, now) = (self.negotiation.generation(), around.outside.now);
        let offers = self.negotiation.opening() == Opening::Offers;
        let is_offer = matches!(&signal, PeerSignal::Description { description, .. }
            if description.sdp_type == SdpType::Offer);
        match signal {
            PeerSignal::Renew { generation, page }
                if self.may_be_renewed(now) && (generation >= own || self.their_page != Some(page)) =>
            {
                self.their_page = Some(page);
                self.renewed = Some(now);
                self.connect(generation.max(own).saturating_add(1), Opening::Offers, around)
            }
            // It was done already; they may not have heard of it.
            PeerSignal::Renew { .. } => {
                if self.repeated.is_some_and(|at| now < at + RENEWED_EVERY) {
                    return Vec::new();
                }
                self.repeated = Some(now);
                self.say_again(around)
            }
            signal if signal.generation() > own && is_offer && !self.may_be_renewed(now) => {
                let is_latest = self
                    .waiting_offer
                    .as_ref()
                    .is_none_or(|waiting| waiting.generation() < signal.generation());
                if is_latest {
                    self.waiting_offer = Some(signal);
                }
                Vec::new()
            }
            signal if signal.generation() > own && !is_offer => {
                if self.early.len() < EARLY_MAX {
                    self.early.push(signal);
                }
                Vec::new()
            }
            // Both made the connection anew at once: the offer of the higher id stands, and the other side
            // starts over with a new connection, since taking an offer back is what browsers do badly.
            signal
                if is_offer
                    && (signal.generation() > own
                        || (signal.generation() == own && offers && around.me < self.peer)) =>
            {
                self.renewed = Some(now);
                let mut actions = self.connect(signal.generation(), Opening::Answers, around);
                actions.extend(self.negotiate(NegotiationInput::Signal(signal), around));
                let generation = self.negotiation.generation();
                for early in std::mem::take(&mut self.early) {
                    if early.generation() == generation {
                        actions.extend(self.negotiate(NegotiationInput::Signal(early), around));
                    }
                }
                actions
            }
            signal => self.negotiate(NegotiationInput::Signal(signal), around),
        }
    }

    /// Whether they may have another connection already.
    fn may_be_renewed(&self, now: Duration) -> bool {
        self.renewed.is_none_or(|at| now >= at + RENEWED_EVERY)
    }

    /// Asks for a connection that works, where there is none on this side.
    pub(crate) fn ask_for_connection(&self, around: &Around<'_>) -> Vec<Action> {
        if self.is_shut() {
            return Vec::new();
        }
        let generation = self.negotiation.generation();
        self.route(PeerSignal::Renew { generation, page: around.outside.page }, around)
    }

    /// There is a reason to expect that the connection is interrupted: looks at once.
    pub(crate) fn suspect(&mut self, now: Duration) -> Vec<Action> {
        if self.is_shut() {
            return Vec::new();
        }
        self.recovery.suspect(now);
        (self.bytes, self.is_still) = (None, false);
        self.measure(now)
    }

    /// Signs of life in both directions, and what to do when there are none.
    pub(crate) fn care(&mut self, around: &mut Around<'_>) -> Vec<Action> {
        if self.is_shut() {
            return Vec::new();
        }
        let now = around.outside.now;
        self.voice.pass(now);
        self.judge(around);
        let mut actions = Vec::new();
        let news = self.vitals.pass(around.outside.own, around.outside.is_speaking, now);
        if let Some(hearing) = news.filter(|hearing| hearing.is_trouble())
            && self.state() == LinkState::Connected
            && around.outside.own.microphone.is_on()
        {
            actions.push(Action::Announce(Notice::Unheard(self.name.clone(), hearing)));
        }
        if self.may_be_renewed(now)
            && let Some(offer) = self.waiting_offer.take()
        {
            actions.extend(self.signal(offer, around));
        }
        if self.is_channel_open && now.saturating_sub(self.beaten) >= BEAT_EVERY {
            self.beaten = now;
            actions.push(Action::Peer(self.peer, PeerAction::Say(PeerMessage::Beat)));
        }
        let quiet = self.recovery.quiet(now);
        if quiet < MEASURED_AFTER && !self.recovery.is_suspected() {
            self.bytes = None;
        } else if now.saturating_sub(self.measured) >= MEASURED_EVERY {
            actions.extend(self.measure(now));
        }
        // Beats are lost before media is: what counts is that neither comes. What cannot be negotiated any more is
        // replaced although it carries something.
        if !self.is_still && quiet < UNMEASURED_MAX && !self.negotiation.is_broken() {
            return actions;
        }
        self.is_interrupted |= self.recovery.is_stalled(now);
        let remedy = self.recovery.remedy(
            now,
            Situation {
                is_agreed: self.negotiation.is_settled(),
                is_broken: self.negotiation.is_broken(),
                can_renew: around.outside.has_server && self.listing == Listing::Present,
            },
        );
        match remedy {
            Some(Remedy::RestartIce) => {
                self.is_interrupted = true;
                // An offer that is coming takes the place of what is agreed.
                if self.negotiation.opening() == Opening::Answers || !self.negotiation.is_settled() {
                    actions.extend(self.say_again(around));
                }
                actions.extend(self.negotiate(NegotiationInput::Restart, around));
            }
            Some(Remedy::Renew) => actions.extend(self.renew(around)),
            None => {}
        }
        actions
    }

    /// Tells once that nothing comes from them, if something came from `anybody` long after them. When nothing comes
    /// from anybody it is the whole call that is interrupted.
    pub(crate) fn tell_interruption(&mut self, anybody: Duration) -> Option<Action> {
        let is_long = anybody.saturating_sub(self.heard) >= STALLED_AFTER;
        if self.is_told || !is_long || self.state() != LinkState::Reconnecting {
            return None;
        }
        self.is_told = true;
        Some(Action::Announce(Notice::Interrupted(self.name.clone())))
    }

    /// The server can be told things again, after it could not be.
    pub(crate) fn catch_up(&mut self, around: &mut Around<'_>) -> Vec<Action> {
        if self.is_shut() {
            return Vec::new();
        }
        if self.recovery.is_hopeless(around.outside.now) {
            self.renew(around)
        } else {
            self.say_again(around)
        }
    }

    /// Packets are to go other ways from now on. Whoever begins to hide gets a connection of its own for that: Chromium 156
    /// stays on a direct way that works, whatever it finds after a restart.
    pub(crate) fn reroute(&mut self, around: &mut Around<'_>) -> Vec<Action> {
        if self.is_shut() {
            return Vec::new();
        }
        match around.ice.routes {
            Routes::Any => self.negotiate(NegotiationInput::Restart, around),
            Routes::Relay => self.renew(around),
        }
    }

    /// Wonders why there is no way to them, when there is none although the server hears both.
    fn judge(&mut self, around: &Around<'_>) {
        let is_searching = !self.have_met || self.search.began() > self.heard;
        if is_searching && around.outside.has_server && self.listing == Listing::Present {
            let gave_up = self.state == ConnectionState::Failed;
            self.search.judge(around.ice, gave_up, around.outside.now);
        }
    }

    /// Makes a new connection, or asks for it: whoever offers makes it.
    fn renew(&mut self, around: &mut Around<'_>) -> Vec<Action> {
        match self.negotiation.opening() {
            Opening::Offers => {
                let next = self.negotiation.generation().saturating_add(1);
                self.connect(next, Opening::Offers, around)
            }
            Opening::Answers => self.ask_for_connection(around),
        }
    }

    /// Says what may have been lost with the way it went, over the server.
    fn say_again(&self, around: &Around<'_>) -> Vec<Action> {
        if !around.outside.has_server || (self.negotiation.is_settled() && !self.is_quiet(around.outside.now))
        {
            return Vec::new();
        }
        let signals = self.negotiation.said().iter();
        signals.map(|signal| self.over_server(signal.clone())).collect()
    }

    /// Whether nothing comes from them, though not yet for so long that they would be called interrupted.
    pub(crate) fn is_silent(&self, now: Duration) -> bool {
        !self.is_shut() && self.is_still && self.recovery.quiet(now) >= MEASURED_AFTER
    }

    /// When something is to be looked at that cannot wait for the next tick.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        if self.is_shut() {
            return None;
        }
        let renewed = self.waiting_offer.as_ref().and(self.renewed).map(|at| at + RENEWED_EVERY);
        let decided = self
            .recovery
            .next_at()
            .map(|decided| if self.is_still { decided } else { decided.min(self.measured + MEASURED_EVERY) });
        decided.into_iter().chain(renewed).min()
    }

    /// Tells them what is switched on here, if they can hear it yet. A picture that the way to them does not carry is
    /// none: they see whose it is rather than one that stands still.
    pub(crate) fn say(&mut self, own: Status) -> Vec<Action> {
        self.vitals.switch(own.microphone);
        if !self.is_channel_open {
            return Vec::new();
        }
        let status = self.vitals.carried(own);
        self.said = Some(status);
        vec![Action::Peer(self.peer, PeerAction::Say(PeerMessage::Status(status)))]
    }

    /// Their picture is shown so high here, in pixels of the screen.
    pub(crate) fn show(&mut self, height: u32) -> Vec<Action> {
        self.vitals.show(height);
        let view = if self.is_channel_open { self.vitals.say_view() } else { None };
        self.perform(view)
    }

    fn perform(&self, actions: impl IntoIterator<Item = PeerAction>) -> Vec<Action> {
        let is_heard = |action: &PeerAction| self.is_channel_open || !matches!(action, PeerAction::Say(_));
        actions.into_iter().filter(is_heard).map(|action| Action::Peer(self.peer, action)).collect()
    }

    /// Tells them this, if they can hear it.
    pub(crate) fn tell(&self, message: PeerMessage) -> Option<Action> {
        self.is_channel_open.then_some(Action::Peer(self.peer, PeerAction::Say(message)))
    }

    /// Which of all the shares in this room theirs is, while they share.
    pub(crate) fn shares(&self) -> Option<u32> {
        self.shares
    }

    /// The number of their raised hand.
    pub(crate) fn hand(&self) -> Option<u32> {
        self.status.and_then(|status| status.hand)
    }

    fn say_all(&self, messages: impl IntoIterator<Item = PeerMessage>) -> Vec<Action> {
        let say = |message| Action::Peer(self.peer, PeerAction::Say(message));
        if self.is_channel_open { messages.into_iter().map(say).collect() } else { Vec::new() }
    }

    /// Tells them that this one goes for good, if they can hear it.
    pub(crate) fn say_goodbye(&self) -> Option<Action> {
        self.is_channel_open.then_some(Action::Peer(self.peer, PeerAction::Say(PeerMessage::Leave)))
    }

    /// A connection of its own for this generation; the one before is closed.
    fn connect(&mut self, generation: u32, opening: Opening, around: &mut Around<'_>) -> Vec<Action> {
        let is_first = self.connection == 0;
        *around.outside.next_connection += 1;
        self.connection = *around.outside.next_connection;
        self.negotiation = if generation == self.negotiation.generation() {
            self.negotiation.anew(opening)
        } else {
            Negotiation::new(generation, opening)
        };
        self.recovery = Recovery::new(around.outside.now);
        self.search.again(around.outside.now);
        if !is_first {
            // The way was tried before; it is known whether it is long.
            self.recovery.suspect(around.outside.now);
        }
        self.is_interrupted = self.have_met;
        self.state = ConnectionState::New;
        self.is_channel_open = false;
        self.verification.interrupt();
        self.has_shown_picture = false;
        (self.bytes, self.is_still) = (None, false);
        self.vitals.restart(around.outside.now);
        let ice = around.ice.clone();
        vec![Action::CreatePeer { peer: self.peer, connection: self.connection, ice, opening }]
    }

    fn arrived(&mut self, now: Duration) {
        self.recovery.arrived(now);
        self.search.succeed();
        self.heard = now;
        (self.is_interrupted, self.is_told, self.is_still) = (false, false, false);
    }

    fn is_quiet(&self, now: Duration) -> bool {
        self.recovery.quiet(now) >= MEASURED_AFTER || self.recovery.is_suspected()
    }

    fn measure(&mut self, now: Duration) -> Vec<Action> {
        self.measured = now;
        vec![Action::Peer(self.peer, PeerAction::Measure)]
    }

    fn said(&mut self, status: Status, around: &mut Around<'_>) -> Vec<Action> {
        let before = self.status.replace(status);
        if !status.screen.is_on() {
            self.shares = None;
        } else if self.shares.is_none() {
            *around.shares += 1;
            self.shares = Some(*around.shares);
        }
        let mut actions = Vec::new();
        if status.camera.is_on() && !self.has_shown_picture {
            self.has_shown_picture = true;
            actions.push(Action::Peer(self.peer, PeerAction::ShowPicture));
        }
        if before.is_some_and(|before| before.microphone != status.microphone) {
            actions.push(Action::Announce(Notice::Microphone(self.name.clone(), status.microphone)));
        }
        actions.extend(together::news(before, status, &self.name));
        actions
    }

    /// What the browser says of the connection decides little: see [`Recovery`].
    fn changed(&mut self, state: ConnectionState, now: Duration) {
        self.state = state;
        match state {
            // Only the first time: after a restart it can be said of paths that carry nothing.
            ConnectionState::Connected if !self.have_met => {
                self.have_met = true;
                self.arrived(now);
            }
            ConnectionState::Failed => self.recovery.give_up(now),
            _ => {}
        }
    }

    /// Sends a signal the shortest way there is, and by the server too while it is in doubt whether that works.
    fn route(&self, signal: PeerSignal, around: &Around<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.is_channel_open {
            let payload = signal.clone();
            actions.push(Action::Peer(self.peer, PeerAction::Say(PeerMessage::Signal { payload })));
        }
        let is_doubted =
            self.doubted.is_some_and(|doubted| around.outside.now.saturating_sub(doubted) < DOUBTED_FOR);
        if around.outside.has_server
            && (!self.is_channel_open || is_doubted || self.is_quiet(around.outside.now))
        {
            actions.push(self.over_server(signal));
        }
        actions
    }

    fn over_server(&self, payload: PeerSignal) -> Action {
        Action::Send(ClientMessage::Signal { to: self.peer, payload })
    }

    fn negotiate(&mut self, input: NegotiationInput, around: &Around<'_>) -> Vec<Action> {
        if let NegotiationInput::LocalSet(description) = &input {
            self.verification.describe_here(&description.sdp);
        }
        let mut actions = Vec::new();
        for output in self.negotiation.handle(input) {
            let action = match output {
                NegotiationOutput::RestartIce => PeerAction::RestartIce,
                NegotiationOutput::SetLocal => PeerAction::SetLocal,
                NegotiationOutput::SetRemote(description) => {
                    if self.verification.describe_there(&description.sdp) == Admission::Refused {
                        actions.extend(self.shut());
                        return actions;
                    }
                    self.search.described(&description.sdp, around.outside.now);
                    PeerAction::SetRemote(description)
                }
                NegotiationOutput::AdoptTransceivers => PeerAction::AdoptTransceivers,
                NegotiationOutput::AddCandidate(candidate) => {
                    candidate.iter().for_each(|found| self.search.found_there(&found.candidate));
                    PeerAction::AddCandidate(candidate)
                }
                NegotiationOutput::Send(signal) => {
                    actions.extend(self.route(signal, around));
                    continue;
                }
            };
            actions.push(Action::Peer(self.peer, action));
        }
        actions
    }
}
