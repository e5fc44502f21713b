//! The negotiation of one peer connection, as a state machine: one side offers, the other asks it to.
//!
//! The usual pattern, "perfect negotiation", lets both sides offer, and has one of them take its offer back
//! when two cross. That rollback is what browsers do badly: in Chromium 156 it freezes the picture of whoever
//! had answered before, for good, and in Firefox 153 it leaves few frames of it. So there is none here. In one
//! generation only the side that made the first offer makes offers; the other sends [`PeerSignal::Ask`]. Offers
//! then never cross, descriptions alternate, and none can be missing before another of its sender.
//!
//! One operation at a time is on its way, and what arrives meanwhile waits.

use ojak_protocol::{CANDIDATES_MAX, Candidate, Description, PeerSignal, SdpType};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Signals that may wait for an earlier one, or for an operation.
const WAITING_MAX: usize = 256;

/// Who makes the offers of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Whoever was present when the other one entered, or was asked to make the connection anew.
    Offers,
    /// The other one.
    Answers,
}

/// Something that happened to the peer connection, or came from the other side.
#[derive(Clone, Debug, PartialEq)]
pub enum NegotiationInput {
    /// `negotiationneeded`.
    Needed,
    /// New paths are needed.
    Restart,
    /// The other side said this; in any order, and perhaps more than once.
    Signal(PeerSignal),
    /// [`NegotiationOutput::SetLocal`] is done.
    LocalSet(Description),
    /// [`NegotiationOutput::SetRemote`] is done.
    RemoteSet,
    /// The last of either failed.
    Refused,
    /// `icecandidate`.
    Gathered(Option<Candidate>),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum NegotiationOutput {
    /// `restartIce()`.
    RestartIce,
    /// `setLocalDescription()` without argument.
    SetLocal,
    /// `setRemoteDescription`.
    SetRemote(Description),
    /// Take over the transceivers of the first offer, before it is answered.
    AdoptTransceivers,
    /// `addIceCandidate`.
    AddCandidate(Option<Candidate>),
    /// Tell the other side.
    Send(PeerSignal),
}

/// `RTCSignalingState`, as far as it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signalling {
    Stable,
    LocalOffer,
    RemoteOffer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    SetLocal,
    SetRemote,
}

/// The negotiation of one peer connection.
#[derive(Clone, Debug)]
pub struct Negotiation {
    generation: u32,
    opening: Opening,
    signalling: Signalling,
    doing: Option<Operation>,
    is_needed: bool,
    is_restart_needed: bool,
    /// Whether the offer on its way brings new paths.
    is_restarting: bool,
    /// Whether the last [`PeerSignal::Ask`] was for an offer like any other.
    has_asked_plainly: bool,
    /// Whether a first description was exchanged.
    has_begun: bool,
    is_broken: bool,
    next_out: u32,
    /// What was said since the last own description, that included: should it be lost, it is said again.
    said: Vec<PeerSignal>,
    /// Gathered before the description that they belong to is known.
    held: Vec<Option<Candidate>>,
    inbox: Inbox,
    candidates: usize,
}

impl Negotiation {
    /// Of a new peer connection. Of two peers exactly one offers.
    #[must_use]
    pub fn new(generation: u32, opening: Opening) -> Self {
        Self {
            generation,
            opening,
            signalling: Signalling::Stable,
            doing: None,
            is_needed: false,
            is_restart_needed: false,
            is_restarting: false,
            has_asked_plainly: false,
            has_begun: false,
            is_broken: false,
            next_out: 0,
            said: Vec::new(),
            held: Vec::new(),
            inbox: Inbox::default(),
            candidates: 0,
        }
    }

    /// Of another peer connection of the same generation: what is said of it comes after what was said of this one.
    #[must_use]
    pub fn anew(&self, opening: Opening) -> Self {
        Self { next_out: self.next_out, ..Self::new(self.generation, opening) }
    }

    /// Which peer connection of the two.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether offers are made here.
    #[must_use]
    pub fn opening(&self) -> Opening {
        self.opening
    }

    /// A first description was agreed on, and nothing is on its way or left to be agreed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.has_begun
            && self.signalling == Signalling::Stable
            && self.doing.is_none()
            && !self.is_needed
            && !self.is_restart_needed
    }

    /// The browser refused a description, and this connection cannot be negotiated any more.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// What the other side may have missed. It drops what it has.
    #[must_use]
    pub fn said(&self) -> &[PeerSignal] {
        &self.said
    }

    /// Takes what happened, and says what to do, in this order.
    pub fn handle(&mut self, input: NegotiationInput) -> Vec<NegotiationOutput> {
        let mut out = Vec::new();
        match input {
            NegotiationInput::Needed => self.needed(&mut out),
            NegotiationInput::Restart => self.restart(&mut out),
            NegotiationInput::Signal(signal) => {
                if signal.generation() == self.generation && !self.is_broken {
                    self.inbox.put(signal);
                }
            }
            NegotiationInput::LocalSet(description) => self.local_set(description, &mut out),
            NegotiationInput::RemoteSet => self.remote_set(),
            NegotiationInput::Refused => {
                self.doing = None;
                self.is_broken = true;
                self.inbox = Inbox::default();
            }
            NegotiationInput::Gathered(candidate) => {
                if self.doing == Some(Operation::SetLocal) {
                    self.held.push(candidate);
                } else {
                    self.gathered(candidate, &mut out);
                }
            }
        }
        self.proceed(&mut out);
        out
    }

    fn needed(&mut self, out: &mut Vec<NegotiationOutput>) {
        match self.opening {
            Opening::Offers => self.is_needed = true,
            // The newcomer's connection asks at once, because of its data channel; the offer is on its way.
            Opening::Answers if !self.has_begun => {}
            // Asked again although an offer came: then it is for new paths, which only a restart gives.
            Opening::Answers => {
                let restart_ice = std::mem::replace(&mut self.has_asked_plainly, true);
                self.ask(restart_ice, out);
            }
        }
    }

    fn restart(&mut self, out: &mut Vec<NegotiationOutput>) {
        match self.opening {
            Opening::Offers => self.is_restart_needed |= self.has_begun && !self.is_restarting,
            Opening::Answers if self.has_begun => self.ask(true, out),
            Opening::Answers => {}
        }
    }

    fn ask(&mut self, restart_ice: bool, out: &mut Vec<NegotiationOutput>) {
        let (generation, sequence) = (self.generation, self.next_sequence());
        self.say(PeerSignal::Ask { generation, sequence, restart_ice }, out);
    }

    fn gathered(&mut self, candidate: Option<Candidate>, out: &mut Vec<NegotiationOutput>) {
        let (generation, sequence) = (self.generation, self.next_sequence());
        self.say(PeerSignal::Candidate { generation, sequence, candidate }, out);
    }

    fn say(&mut self, signal: PeerSignal, out: &mut Vec<NegotiationOutput>) {
        if self.said.len() < WAITING_MAX {
            self.said.push(signal.clone());
        }
        out.push(NegotiationOutput::Send(signal));
    }

    fn local_set(&mut self, description: Description, out: &mut Vec<NegotiationOutput>) {
        if self.doing != Some(Operation::SetLocal) {
            return;
        }
        self.doing = None;
        self.signalling = match self.opening {
            Opening::Offers => Signalling::LocalOffer,
            Opening::Answers => Signalling::Stable,
        };
        self.has_begun |= self.opening == Opening::Answers;
        self.said.clear();
        let (generation, sequence) = (self.generation, self.next_sequence());
        self.say(PeerSignal::Description { generation, sequence, description }, out);
        for candidate in std::mem::take(&mut self.held) {
            self.gathered(candidate, out);
        }
    }

    fn remote_set(&mut self) {
        if self.doing != Some(Operation::SetRemote) {
            return;
        }
        self.doing = None;
        self.candidates = 0;
        match self.opening {
            Opening::Offers => {
                self.signalling = Signalling::Stable;
                self.has_begun = true;
                self.is_restarting = false;
            }
            Opening::Answers => self.signalling = Signalling::RemoteOffer,
        }
    }

    /// Starts the next operation, if none is on its way.
    fn proceed(&mut self, out: &mut Vec<NegotiationOutput>) {
        while self.doing.is_none() && !self.is_broken {
            if self.signalling == Signalling::RemoteOffer {
                if !self.has_begun {
                    out.push(NegotiationOutput::AdoptTransceivers);
                }
                self.set_local(out);
            } else if let Some(signal) = self.inbox.take() {
                self.hear(signal, out);
            } else if (self.is_needed || self.is_restart_needed) && self.signalling == Signalling::Stable {
                self.is_needed = false;
                if std::mem::take(&mut self.is_restart_needed) {
                    self.is_restarting = true;
                    out.push(NegotiationOutput::RestartIce);
                }
                self.set_local(out);
            } else {
                return;
            }
        }
    }

    fn set_local(&mut self, out: &mut Vec<NegotiationOutput>) {
        self.doing = Some(Operation::SetLocal);
        out.push(NegotiationOutput::SetLocal);
    }

    fn hear(&mut self, signal: PeerSignal, out: &mut Vec<NegotiationOutput>) {
        match signal {
            PeerSignal::Description { description, .. } => {
                let is_wanted = match description.sdp_type {
                    SdpType::Offer => self.opening == Opening::Answers,
                    SdpType::Answer => self.signalling == Signalling::LocalOffer,
                };
                if is_wanted {
                    self.doing = Some(Operation::SetRemote);
                    out.push(NegotiationOutput::SetRemote(description));
                }
            }
            PeerSignal::Candidate { candidate, .. } => {
                self.candidates += 1;
                if self.candidates <= CANDIDATES_MAX {
                    out.push(NegotiationOutput::AddCandidate(candidate));
                }
            }
            PeerSignal::Ask { restart_ice: false, .. } => self.is_needed |= self.opening == Opening::Offers,
            PeerSignal::Ask { restart_ice: true, .. } => {
                if self.opening == Opening::Offers {
                    self.restart(out);
                }
            }
            PeerSignal::Renew { .. } => {}
        }
    }

    fn next_sequence(&mut self) -> u32 {
        let sequence = self.next_out;
        self.next_out = self.next_out.wrapping_add(1);
        sequence
    }
}

/// Puts the signals of the other side in order, and drops repeats: each may come by two ways.
///
/// A description does not wait for candidates that are missing, since none of them may ever come; those that
/// still come are taken late.
#[derive(Clone, Debug, Default)]
struct Inbox {
    expected: u32,
    missing: BTreeSet<u32>,
    early: BTreeMap<u32, PeerSignal>,
    ready: VecDeque<PeerSignal>,
}

impl Inbox {
    fn put(&mut self, signal: PeerSignal) {
        let sequence = match &signal {
            PeerSignal::Description { sequence, .. }
            | PeerSignal::Candidate { sequence, .. }
            | PeerSignal::Ask { sequence, .. } => *sequence,
            PeerSignal::Renew { .. } => return,
        };
        let is_description = matches!(signal, PeerSignal::Description { .. });
        // What is out of turn leaves room for what it waits for.
        let is_in_turn = sequence == self.expected || is_description;
        let room = if is_in_turn { WAITING_MAX } else { WAITING_MAX / 2 };
        if self.early.len() + self.ready.len() >= room {
            return;
        }
        if self.missing.remove(&sequence) {
            self.ready.push_back(signal);
            return;
        }
        if sequence < self.expected {
            return;
        }
        self.early.insert(sequence, signal);
        if is_description {
            self.skip_to(sequence);
        }
        while let Some(signal) = self.early.remove(&self.expected) {
            self.expected = self.expected.wrapping_add(1);
            self.ready.push_back(signal);
        }
    }

    /// Waits no longer for what comes before `sequence`.
    fn skip_to(&mut self, sequence: u32) {
        // Nobody says that much between two descriptions: it cannot be waited for.
        let from = self.expected.max(sequence.saturating_sub(WAITING_MAX as u32));
        self.missing.retain(|&missing| missing >= from);
        let later = self.early.split_off(&sequence);
        let before = std::mem::replace(&mut self.early, later);
        self.missing.extend((from..sequence).filter(|missing| !before.contains_key(missing)));
        self.ready.extend(before.into_values());
        self.expected = sequence;
    }

    fn take(&mut self) -> Option<PeerSignal> {
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// While an operation is on its way, or none works any more, nothing takes them out.
    #[test]
    fn signals_in_order_are_bounded_too() {
        let offer = |sequence| {
            let description = Description { sdp_type: SdpType::Offer, sdp: String::new() };
            NegotiationInput::Signal(PeerSignal::Description { generation: 0, sequence, description })
        };
        let candidate = |sequence| {
            NegotiationInput::Signal(PeerSignal::Candidate { generation: 0, sequence, candidate: None })
        };
        let waiting =
            |negotiation: &Negotiation| negotiation.inbox.ready.len() + negotiation.inbox.early.len();
        let mut newcomer = Negotiation::new(0, Opening::Answers);
        newcomer.handle(offer(0));
        for sequence in 1..10_000 {
            assert_eq!(newcomer.handle(candidate(sequence)), []);
            assert_eq!(newcomer.handle(offer(10_000 + sequence)), []);
            assert!(waiting(&newcomer) <= WAITING_MAX, "{}", waiting(&newcomer));
        }
        assert_eq!(waiting(&newcomer), WAITING_MAX);
        newcomer.handle(NegotiationInput::Refused);
        assert_eq!(newcomer.handle(offer(30_000)), []);
        assert_eq!(waiting(&newcomer), 0);
    }
}
