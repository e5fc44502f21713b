//! Perfect negotiation holds whatever the network and the two people do.

use crate::network::{Network, Peer};
use ojak_call::protocol::{Candidate, Description, PeerSignal, SdpType};
use ojak_call::{Negotiation, NegotiationInput, NegotiationOutput, Opening};

const SEEDS: u64 = 1000;

#[track_caller]
fn is_agreed(seed: u64, one: &Peer, other: &Peer) {
    assert!(one.negotiation.is_settled(), "seed {seed}: something is left to do");
    assert!(one.connection.is_stable(), "seed {seed}: not stable");
    assert_eq!(one.connection.wanted, one.connection.agreed, "seed {seed}: a change was never negotiated");
    assert_eq!(one.connection.agreed, other.connection.agreed_with, "seed {seed}: the two disagree");
    let (mut gathered, mut added) = (one.gathered.clone(), other.connection.added.clone());
    gathered.sort();
    added.sort();
    assert_eq!(gathered, added, "seed {seed}: candidates were lost or doubled");
}

#[test]
fn two_peers_settle_whatever_happens_at_once() {
    for seed in 0..SEEDS {
        for is_present_polite in [true, false] {
            let mut network = Network::new(seed, is_present_polite, 4);
            network.run();
            is_agreed(seed, &network.present, &network.newcomer);
            is_agreed(seed, &network.newcomer, &network.present);
            assert_eq!((network.present.adopted, network.newcomer.adopted), (0, 1), "seed {seed}");
        }
    }
}

fn describe(generation: u32, sequence: u32, sdp_type: SdpType) -> NegotiationInput {
    let description = Description { sdp_type, sdp: String::new() };
    NegotiationInput::Signal(PeerSignal::Description { generation, sequence, description })
}

fn candidate(sequence: u32) -> NegotiationInput {
    let candidate = Candidate {
        candidate: format!("candidate {sequence}"),
        sdp_mid: None,
        sdp_m_line_index: None,
        username_fragment: None,
    };
    NegotiationInput::Signal(PeerSignal::Candidate { generation: 0, sequence, candidate: Some(candidate) })
}

#[test]
fn a_newcomer_waits_for_the_first_offer() {
    let mut newcomer = Negotiation::new(0, true, Opening::Answers);
    assert_eq!(newcomer.handle(NegotiationInput::Needed), []);
    let out = newcomer.handle(describe(0, 0, SdpType::Offer));
    assert!(matches!(&out[..], [NegotiationOutput::SetRemote(_)]), "{out:?}");
    let out = newcomer.handle(NegotiationInput::RemoteSet);
    assert_eq!(out, [NegotiationOutput::AdoptTransceivers, NegotiationOutput::SetLocal]);
}

#[test]
fn candidates_before_any_description_wait_for_it() {
    let mut newcomer = Negotiation::new(0, true, Opening::Answers);
    assert_eq!(newcomer.handle(candidate(0)), []);
    assert_eq!(newcomer.handle(candidate(1)), []);
    newcomer.handle(describe(0, 2, SdpType::Offer));
    let out = newcomer.handle(NegotiationInput::RemoteSet);
    assert!(
        matches!(&out[..2], [NegotiationOutput::AddCandidate(_), NegotiationOutput::AddCandidate(_)]),
        "{out:?}"
    );
}

#[test]
fn a_flood_of_candidates_is_bounded() {
    let mut newcomer = Negotiation::new(0, true, Opening::Answers);
    for sequence in 0..100_000 {
        newcomer.handle(candidate(sequence));
    }
    newcomer.handle(describe(0, 100_000, SdpType::Offer));
    let out = newcomer.handle(NegotiationInput::RemoteSet);
    let added = out.iter().filter(|output| matches!(output, NegotiationOutput::AddCandidate(_))).count();
    assert_eq!(added, ojak_call::protocol::CANDIDATES_MAX);
}

#[test]
fn signals_that_never_come_into_order_are_bounded_and_do_nothing() {
    let mut newcomer = Negotiation::new(0, true, Opening::Answers);
    for sequence in 1..100_000 {
        assert_eq!(newcomer.handle(candidate(sequence)), []);
    }
    // The one that was missing still gets through, and what was kept follows it.
    newcomer.handle(describe(0, 0, SdpType::Offer));
    newcomer.handle(NegotiationInput::RemoteSet);
    let answer = Description { sdp_type: SdpType::Answer, sdp: String::new() };
    let out = newcomer.handle(NegotiationInput::LocalSet(answer));
    let added = out.iter().filter(|output| matches!(output, NegotiationOutput::AddCandidate(_))).count();
    assert!((1..=256).contains(&added), "{added}");
}

#[test]
fn what_belongs_to_another_peer_connection_is_dropped() {
    let mut newcomer = Negotiation::new(1, true, Opening::Answers);
    assert_eq!(newcomer.handle(describe(0, 0, SdpType::Offer)), []);
    assert_eq!(newcomer.handle(describe(2, 0, SdpType::Offer)), []);
}

#[test]
fn an_answer_to_nothing_is_dropped() {
    let mut present = Negotiation::new(0, true, Opening::Offers);
    assert_eq!(present.handle(describe(0, 0, SdpType::Answer)), []);
    assert!(present.is_settled());
}

#[test]
fn a_refused_description_breaks_the_negotiation_and_nothing_more_is_tried() {
    let mut newcomer = Negotiation::new(0, true, Opening::Answers);
    newcomer.handle(describe(0, 0, SdpType::Offer));
    assert_eq!(newcomer.handle(NegotiationInput::Refused), []);
    assert!(newcomer.is_broken());
    assert_eq!(newcomer.handle(describe(0, 1, SdpType::Offer)), []);
}
