//! What a browser's `RTCPeerConnection` does with descriptions and candidates, and no more: it refuses
//! what a real one refuses, and asks for a negotiation when a real one would.

use ojak_call::protocol::{Candidate, Description, SdpType};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signalling {
    Stable,
    LocalOffer,
    RemoteOffer,
}

pub(crate) struct Connection {
    name: char,
    signalling: Signalling,
    /// How often something here was changed that has to be negotiated.
    pub(crate) wanted: u32,
    /// The last change of this side that both sides know.
    pub(crate) agreed: u32,
    /// The last change of the other side that both sides know.
    pub(crate) agreed_with: u32,
    offers_made: u32,
    pending_local: Option<Pending>,
    pending_remote: Option<Pending>,
    has_remote: bool,
    /// `negotiationneeded` is fired once until a negotiation was done.
    has_asked: bool,
    has_gathered: bool,
    pub(crate) added: Vec<String>,
}

/// An offer, as `offer,A,number of the offer,change it carries`.
#[derive(Clone, Copy)]
struct Pending {
    number: u32,
    change: u32,
}

impl Connection {
    pub(crate) fn new(name: char) -> Self {
        Self {
            name,
            signalling: Signalling::Stable,
            wanted: 0,
            agreed: 0,
            agreed_with: 0,
            offers_made: 0,
            pending_local: None,
            pending_remote: None,
            has_remote: false,
            has_asked: false,
            has_gathered: false,
            added: Vec::new(),
        }
    }

    pub(crate) fn is_stable(&self) -> bool {
        self.signalling == Signalling::Stable
    }

    /// Whether `negotiationneeded` is to be fired now.
    pub(crate) fn asks(&mut self) -> bool {
        let asks = self.is_stable() && self.wanted != self.agreed && !self.has_asked;
        self.has_asked |= asks;
        asks
    }

    /// `setLocalDescription()`, and whether candidates are gathered after it.
    pub(crate) fn set_local(&mut self) -> (Description, bool) {
        let gathers = !std::mem::replace(&mut self.has_gathered, true);
        let change = self.wanted;
        let description = match self.signalling {
            Signalling::Stable | Signalling::LocalOffer => {
                self.offers_made += 1;
                let number = self.offers_made;
                self.pending_local = Some(Pending { number, change });
                self.signalling = Signalling::LocalOffer;
                Description {
                    sdp_type: SdpType::Offer,
                    sdp: format!("offer,{},{number},{change}", self.name),
                }
            }
            Signalling::RemoteOffer => {
                let offer = self.pending_remote.take().expect("an offer to answer");
                self.settle(change, offer.change);
                let sdp = format!("answer,{},{},{change}", self.name, offer.number);
                Description { sdp_type: SdpType::Answer, sdp }
            }
        };
        (description, gathers)
    }

    /// `setRemoteDescription`, with the implicit rollback; panics where a browser would refuse.
    pub(crate) fn set_remote(&mut self, description: &Description) {
        let parts: Vec<_> = description.sdp.split(',').collect();
        let [_, _, number, change] = parts[..] else { panic!("not a description: {}", description.sdp) };
        let (number, change) = (number.parse().unwrap(), change.parse().unwrap());
        self.has_remote = true;
        match (description.sdp_type, self.signalling) {
            (SdpType::Offer, Signalling::Stable | Signalling::LocalOffer) => {
                self.pending_local = None;
                self.pending_remote = Some(Pending { number, change });
                self.signalling = Signalling::RemoteOffer;
            }
            (SdpType::Answer, Signalling::LocalOffer) => {
                let offer = self.pending_local.take().expect("an offer of ours");
                assert_eq!(offer.number, number, "{}: an answer to another offer", self.name);
                self.settle(offer.change, change);
            }
            (sdp_type, signalling) => panic!("{}: {sdp_type:?} while {signalling:?}", self.name),
        }
    }

    /// `addIceCandidate`; panics where a browser would refuse.
    pub(crate) fn add_candidate(&mut self, candidate: Option<Candidate>) {
        assert!(self.has_remote, "{}: a candidate before any description", self.name);
        self.added.push(candidate.map_or("end".into(), |candidate| candidate.candidate));
    }

    fn settle(&mut self, mine: u32, theirs: u32) {
        self.agreed = mine;
        self.agreed_with = theirs;
        self.signalling = Signalling::Stable;
        self.has_asked = false;
    }
}
