//! Two peers and a network that delays, reorders and repeats, in virtual time.

use crate::browser::Connection;
use crate::random::Random;
use ojak_call::protocol::{Candidate, Description, PeerSignal};
use ojak_call::{Negotiation, NegotiationInput, NegotiationOutput, Opening};
use std::collections::BTreeMap;

/// Candidates that a peer gathers, after which it says that there are no more.
const CANDIDATES: u64 = 6;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Was there first.
    Present,
    /// Came later.
    Newcomer,
}

enum Happening {
    Arrives(PeerSignal),
    SetsLocal,
    SetsRemote(Description),
    Gathers(Option<Candidate>),
    Changes,
    Asks,
}

pub(crate) struct Peer {
    pub(crate) negotiation: Negotiation,
    pub(crate) connection: Connection,
    pub(crate) gathered: Vec<String>,
    pub(crate) adopted: u32,
}

pub(crate) struct Network {
    random: Random,
    now: u64,
    agenda: BTreeMap<(u64, u64), (Side, Happening)>,
    entries: u64,
    pub(crate) present: Peer,
    pub(crate) newcomer: Peer,
}

impl Network {
    /// `changes` of either side at any time in the first two seconds; `is_present_polite` or the other one.
    pub(crate) fn new(seed: u64, is_present_polite: bool, changes: u64) -> Self {
        let peer = |name, is_polite, opening| Peer {
            negotiation: Negotiation::new(0, is_polite, opening),
            connection: Connection::new(name),
            gathered: Vec::new(),
            adopted: 0,
        };
        let mut network = Self {
            random: Random::new(seed),
            now: 0,
            agenda: BTreeMap::new(),
            entries: 0,
            present: peer('P', is_present_polite, Opening::Offers),
            newcomer: peer('N', !is_present_polite, Opening::Answers),
        };
        // Whoever offers brings transceivers, and that asks for the first negotiation.
        network.plan(Side::Present, 1, Happening::Changes);
        for _ in 0..changes {
            for side in [Side::Present, Side::Newcomer] {
                network.plan(side, 2000, Happening::Changes);
            }
        }
        network
    }

    /// Until nothing is left to happen.
    pub(crate) fn run(&mut self) {
        for _ in 0..100_000 {
            let Some(((at, _), (side, happening))) = self.agenda.pop_first() else { return };
            self.now = at;
            self.happen(side, happening);
        }
        panic!("it never ends");
    }

    fn happen(&mut self, side: Side, happening: Happening) {
        let peer = self.peer(side);
        let input = match happening {
            Happening::Arrives(signal) => NegotiationInput::Signal(signal),
            Happening::SetsLocal => {
                let (description, gathers) = peer.connection.set_local();
                if gathers {
                    for number in 0..CANDIDATES {
                        let candidate = format!("candidate {number}");
                        self.peer(side).gathered.push(candidate.clone());
                        let candidate = Candidate {
                            candidate,
                            sdp_mid: None,
                            sdp_m_line_index: None,
                            username_fragment: None,
                        };
                        self.plan(side, 500, Happening::Gathers(Some(candidate)));
                    }
                    self.peer(side).gathered.push("end".into());
                    self.plan(side, 500, Happening::Gathers(None));
                }
                NegotiationInput::LocalSet(description)
            }
            Happening::SetsRemote(description) => {
                peer.connection.set_remote(&description);
                NegotiationInput::RemoteSet
            }
            Happening::Gathers(candidate) => NegotiationInput::Gathered(candidate),
            Happening::Changes => {
                peer.connection.wanted += 1;
                return self.ask(side);
            }
            // The event is queued, so it may come when the state has changed again.
            Happening::Asks => NegotiationInput::Needed,
        };
        for output in self.peer(side).negotiation.handle(input) {
            self.perform(side, output);
        }
        self.ask(side);
    }

    fn perform(&mut self, side: Side, output: NegotiationOutput) {
        match output {
            NegotiationOutput::SetLocal => self.plan(side, 30, Happening::SetsLocal),
            NegotiationOutput::SetRemote(description) => {
                self.plan(side, 30, Happening::SetsRemote(description));
            }
            NegotiationOutput::AdoptTransceivers => self.peer(side).adopted += 1,
            NegotiationOutput::AddCandidate(candidate) => self.peer(side).connection.add_candidate(candidate),
            NegotiationOutput::Send(signal) => {
                let other = if side == Side::Present { Side::Newcomer } else { Side::Present };
                if self.random.below(10) == 0 {
                    self.plan(other, 400, Happening::Arrives(signal.clone()));
                }
                self.plan(other, 400, Happening::Arrives(signal));
            }
        }
    }

    fn ask(&mut self, side: Side) {
        if self.peer(side).connection.asks() {
            self.plan(side, 5, Happening::Asks);
        }
    }

    fn plan(&mut self, side: Side, within: u64, happening: Happening) {
        self.entries += 1;
        let at = self.now + self.random.below(within);
        self.agenda.insert((at, self.entries), (side, happening));
    }

    fn peer(&mut self, side: Side) -> &mut Peer {
        match side {
            Side::Present => &mut self.present,
            Side::Newcomer => &mut self.newcomer,
        }
    }
}
