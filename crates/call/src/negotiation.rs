//! Perfect negotiation of one peer connection, as a state machine.
//!
//! The pattern of W3C webrtc-pc, "Perfect negotiation example", with one difference that makes it
//! simpler: one operation at a time is on its way, and what arrives meanwhile waits. So the flags
//! `makingOffer` and `isSettingRemoteAnswerPending` of the example, which guard against what happens
//! during an `await`, are not needed.
//!
//! Source: <https://www.w3.org/TR/webrtc/#perfect-negotiation-example>

use ojak_protocol::{CANDIDATES_MAX, Candidate, Description, PeerSignal, SdpType};
use std::collections::{BTreeMap, VecDeque};

/// Signals that may wait for an earlier one, or for an operation.
const WAITING_MAX: usize = 256;

/// Who makes the first offer. After that, either side may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Whoever is present when somebody enters.
    Offers,
    /// The newcomer.
    Answers,
}

/// Something that happened to the peer connection, or came from the other side.
#[derive(Clone, Debug, PartialEq)]
pub enum NegotiationInput {
    /// `negotiationneeded`.
    Needed,
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
    /// `setLocalDescription()` without argument.
    SetLocal,
    /// `setRemoteDescription`; rolls an own offer back.
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
    SetLocal(SdpType),
    SetRemote(SdpType),
}

/// The negotiation of one peer connection.
#[derive(Clone, Debug)]
pub struct Negotiation {
    generation: u32,
    is_polite: bool,
    /// Whether the first description was answered or is ours to make. The newcomer's peer connection asks
    /// for a negotiation too, because of its data channel; until the other side has offered, that is not its turn.
    may_offer: bool,
    has_adopted: bool,
    signalling: Signalling,
    doing: Option<Operation>,
    is_needed: bool,
    is_broken: bool,
    next_out: u32,
    inbox: Inbox,
    has_remote: bool,
    candidates: usize,
    early: Vec<Option<Candidate>>,
}

impl Negotiation {
    /// Of a new peer connection. Of two peers exactly one must be polite.
    #[must_use]
    pub fn new(generation: u32, is_polite: bool, opening: Opening) -> Self {
        let offers = opening == Opening::Offers;
        Self {
            generation,
            is_polite,
            may_offer: offers,
            has_adopted: offers,
            signalling: Signalling::Stable,
            doing: None,
            is_needed: false,
            is_broken: false,
            next_out: 0,
            inbox: Inbox::default(),
            has_remote: false,
            candidates: 0,
            early: Vec::new(),
        }
    }

    /// Nothing is on its way, waiting, or left to be agreed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.signalling == Signalling::Stable
            && self.doing.is_none()
            && !self.is_needed
            && self.inbox.is_empty()
    }

    /// The browser refused a description, and this connection cannot be negotiated any more.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Takes what happened, and says what to do, in this order.
    pub fn handle(&mut self, input: NegotiationInput) -> Vec<NegotiationOutput> {
        let mut out = Vec::new();
        match input {
            NegotiationInput::Needed => self.is_needed = self.may_offer,
            NegotiationInput::Signal(signal) => {
                if signal.generation() == self.generation {
                    self.inbox.put(signal);
                }
            }
            NegotiationInput::LocalSet(description) => self.local_set(description, &mut out),
            NegotiationInput::RemoteSet => self.remote_set(&mut out),
            NegotiationInput::Refused => {
                self.doing = None;
                self.is_broken = true;
            }
            NegotiationInput::Gathered(candidate) => {
                let sequence = self.next_sequence();
                let generation = self.generation;
                out.push(NegotiationOutput::Send(PeerSignal::Candidate { generation, sequence, candidate }));
            }
        }
        self.proceed(&mut out);
        out
    }

    fn local_set(&mut self, description: Description, out: &mut Vec<NegotiationOutput>) {
        let Some(Operation::SetLocal(sdp_type)) = self.doing.take() else { return };
        self.signalling = match sdp_type {
            SdpType::Offer => Signalling::LocalOffer,
            SdpType::Answer => Signalling::Stable,
        };
        self.may_offer = true;
        let (generation, sequence) = (self.generation, self.next_sequence());
        out.push(NegotiationOutput::Send(PeerSignal::Description { generation, sequence, description }));
    }

    fn remote_set(&mut self, out: &mut Vec<NegotiationOutput>) {
        let Some(Operation::SetRemote(sdp_type)) = self.doing.take() else { return };
        self.signalling = match sdp_type {
            SdpType::Offer => Signalling::RemoteOffer,
            SdpType::Answer => Signalling::Stable,
        };
        self.has_remote = true;
        self.candidates = 0;
        out.extend(self.early.drain(..).map(NegotiationOutput::AddCandidate));
    }

    /// Starts the next operation, if none is on its way.
    fn proceed(&mut self, out: &mut Vec<NegotiationOutput>) {
        while self.doing.is_none() && !self.is_broken {
            if self.signalling == Signalling::RemoteOffer {
                if !self.has_adopted {
                    self.has_adopted = true;
                    out.push(NegotiationOutput::AdoptTransceivers);
                }
                self.doing = Some(Operation::SetLocal(SdpType::Answer));
                out.push(NegotiationOutput::SetLocal);
            } else if let Some(signal) = self.inbox.take() {
                match signal {
                    PeerSignal::Description { description, .. } => self.described(description, out),
                    PeerSignal::Candidate { candidate, .. } => self.candidate(candidate, out),
                }
            } else if self.is_needed && self.signalling == Signalling::Stable {
                self.is_needed = false;
                self.doing = Some(Operation::SetLocal(SdpType::Offer));
                out.push(NegotiationOutput::SetLocal);
            } else {
                return;
            }
        }
    }

    fn described(&mut self, description: Description, out: &mut Vec<NegotiationOutput>) {
        let is_ours_pending = self.signalling == Signalling::LocalOffer;
        let is_wanted = match description.sdp_type {
            // Both offered at once: the impolite side's offer stands, the polite side's is rolled back.
            SdpType::Offer => !is_ours_pending || self.is_polite,
            // To an offer that was rolled back, or to none.
            SdpType::Answer => is_ours_pending,
        };
        if is_wanted {
            self.doing = Some(Operation::SetRemote(description.sdp_type));
            out.push(NegotiationOutput::SetRemote(description));
        }
    }

    fn candidate(&mut self, candidate: Option<Candidate>, out: &mut Vec<NegotiationOutput>) {
        self.candidates += 1;
        if self.candidates > CANDIDATES_MAX {
            return;
        }
        if self.has_remote {
            out.push(NegotiationOutput::AddCandidate(candidate));
        } else {
            self.early.push(candidate);
        }
    }

    fn next_sequence(&mut self) -> u32 {
        let sequence = self.next_out;
        self.next_out = self.next_out.wrapping_add(1);
        sequence
    }
}

/// Puts the signals of the other side in order, and drops repeats.
#[derive(Clone, Debug, Default)]
struct Inbox {
    expected: u32,
    early: BTreeMap<u32, PeerSignal>,
    ready: VecDeque<PeerSignal>,
}

impl Inbox {
    fn put(&mut self, signal: PeerSignal) {
        let sequence = signal.sequence();
        let is_full = self.early.len() + self.ready.len() >= WAITING_MAX;
        if sequence < self.expected || (is_full && sequence != self.expected) {
            return;
        }
        self.early.insert(sequence, signal);
        while let Some(signal) = self.early.remove(&self.expected) {
            self.expected = self.expected.wrapping_add(1);
            self.ready.push_back(signal);
        }
    }

    fn take(&mut self) -> Option<PeerSignal> {
        self.ready.pop_front()
    }

    fn is_empty(&self) -> bool {
        self.early.is_empty() && self.ready.is_empty()
    }
}
