//! One other person: their name, the negotiation with them, and how the connection is.

use crate::{
    Action, ConnectionState, LinkState, Negotiation, NegotiationInput, NegotiationOutput, Notice, Opening,
    PeerAction, PeerEvent, Person,
};
use ojak_protocol::{ClientMessage, DisplayName, PeerId, PeerMessage, PeerSignal, Status};

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) peer: PeerId,
    pub(crate) name: DisplayName,
    opening: Opening,
    negotiation: Negotiation,
    state: LinkState,
    status: Option<Status>,
    is_channel_open: bool,
    has_shown_picture: bool,
}

impl Link {
    pub(crate) fn new(me: PeerId, peer: PeerId, name: DisplayName, opening: Opening) -> Self {
        Self {
            peer,
            name,
            opening,
            negotiation: Negotiation::new(0, me < peer, opening),
            state: LinkState::Connecting,
            status: None,
            is_channel_open: false,
            has_shown_picture: false,
        }
    }

    pub(crate) fn person(&self) -> Person {
        Person { peer: self.peer, name: self.name.clone(), state: self.state(), status: self.status }
    }

    pub(crate) fn state(&self) -> LinkState {
        if self.negotiation.is_broken() && self.state != LinkState::Connected {
            LinkState::Failed
        } else {
            self.state
        }
    }

    pub(crate) fn handle(&mut self, event: PeerEvent, own: Status) -> Vec<Action> {
        match event {
            PeerEvent::NegotiationNeeded => self.negotiate(NegotiationInput::Needed),
            PeerEvent::LocalSet(description) => self.negotiate(NegotiationInput::LocalSet(description)),
            PeerEvent::RemoteSet => self.negotiate(NegotiationInput::RemoteSet),
            PeerEvent::DescriptionRefused => self.negotiate(NegotiationInput::Refused),
            PeerEvent::Gathered(candidate) => self.negotiate(NegotiationInput::Gathered(candidate)),
            PeerEvent::State(state) => self.changed(state),
            PeerEvent::ChannelOpened => {
                self.is_channel_open = true;
                self.say(own)
            }
            PeerEvent::Said(PeerMessage::Status(status)) => self.said(status),
        }
    }

    pub(crate) fn signal(&mut self, signal: PeerSignal) -> Vec<Action> {
        self.negotiate(NegotiationInput::Signal(signal))
    }

    /// Tells them what is switched on here, if they can hear it yet.
    pub(crate) fn say(&self, own: Status) -> Vec<Action> {
        if self.is_channel_open {
            vec![Action::Peer(self.peer, PeerAction::Say(PeerMessage::Status(own)))]
        } else {
            Vec::new()
        }
    }

    fn said(&mut self, status: Status) -> Vec<Action> {
        let before = self.status.replace(status);
        let mut actions = Vec::new();
        if status.camera.is_on() && !self.has_shown_picture {
            self.has_shown_picture = true;
            actions.push(Action::Peer(self.peer, PeerAction::ShowPicture));
        }
        if before.is_some_and(|before| before.microphone != status.microphone) {
            actions.push(Action::Announce(Notice::Microphone(self.name.clone(), status.microphone)));
        }
        actions
    }

    fn changed(&mut self, state: ConnectionState) -> Vec<Action> {
        let was_there = matches!(self.state, LinkState::Connected | LinkState::Reconnecting);
        self.state = match state {
            ConnectionState::Connected => LinkState::Connected,
            ConnectionState::Disconnected | ConnectionState::Failed if was_there => LinkState::Reconnecting,
            ConnectionState::Failed => LinkState::Failed,
            ConnectionState::New | ConnectionState::Connecting if !was_there => LinkState::Connecting,
            _ => self.state,
        };
        // One side is enough: both see it fail, and two offers at once would only have to be sorted out.
        if state == ConnectionState::Failed && self.opening == Opening::Offers {
            return vec![Action::Peer(self.peer, PeerAction::RestartIce)];
        }
        Vec::new()
    }

    fn negotiate(&mut self, input: NegotiationInput) -> Vec<Action> {
        let to = self.peer;
        self.negotiation
            .handle(input)
            .into_iter()
            .map(|output| match output {
                NegotiationOutput::SetLocal => Action::Peer(to, PeerAction::SetLocal),
                NegotiationOutput::SetRemote(description) => {
                    Action::Peer(to, PeerAction::SetRemote(description))
                }
                NegotiationOutput::AdoptTransceivers => Action::Peer(to, PeerAction::AdoptTransceivers),
                NegotiationOutput::AddCandidate(candidate) => {
                    Action::Peer(to, PeerAction::AddCandidate(candidate))
                }
                NegotiationOutput::Send(payload) => Action::Send(ClientMessage::Signal { to, payload }),
            })
            .collect()
    }
}
