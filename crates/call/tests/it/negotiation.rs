//! The negotiation by itself: what is waited for, what is dropped, and what is asked again.

use ojak_call::protocol::{CANDIDATES_MAX, Candidate, Description, PeerSignal, SdpType};
use ojak_call::{Negotiation, NegotiationInput, NegotiationOutput, Opening};

fn description(sdp_type: SdpType) -> Description {
    Description { sdp_type, sdp: String::new() }
}

fn describe(generation: u32, sequence: u32, sdp_type: SdpType) -> NegotiationInput {
    let description = description(sdp_type);
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

fn ask(sequence: u32, restart_ice: bool) -> NegotiationInput {
    NegotiationInput::Signal(PeerSignal::Ask { generation: 0, sequence, restart_ice })
}

fn added(out: &[NegotiationOutput]) -> usize {
    out.iter().filter(|output| matches!(output, NegotiationOutput::AddCandidate(_))).count()
}

fn local_set(sdp_type: SdpType) -> NegotiationInput {
    NegotiationInput::LocalSet(description(sdp_type))
}

/// A newcomer who has answered the first offer.
fn newcomer() -> Negotiation {
    let mut newcomer = Negotiation::new(0, Opening::Answers);
    newcomer.handle(describe(0, 0, SdpType::Offer));
    newcomer.handle(NegotiationInput::RemoteSet);
    newcomer.handle(local_set(SdpType::Answer));
    assert!(newcomer.is_settled());
    newcomer
}

/// Somebody present whose first offer was answered.
fn present() -> Negotiation {
    let mut present = Negotiation::new(0, Opening::Offers);
    assert_eq!(present.handle(NegotiationInput::Needed), [NegotiationOutput::SetLocal]);
    present.handle(local_set(SdpType::Offer));
    present.handle(describe(0, 0, SdpType::Answer));
    present.handle(NegotiationInput::RemoteSet);
    assert!(present.is_settled());
    present
}

#[test]
fn a_newcomer_waits_for_the_first_offer() {
    let mut newcomer = Negotiation::new(0, Opening::Answers);
    assert_eq!(newcomer.handle(NegotiationInput::Needed), []);
    assert_eq!(newcomer.handle(NegotiationInput::Restart), []);
    let out = newcomer.handle(describe(0, 0, SdpType::Offer));
    assert!(matches!(&out[..], [NegotiationOutput::SetRemote(_)]), "{out:?}");
    let out = newcomer.handle(NegotiationInput::RemoteSet);
    assert_eq!(out, [NegotiationOutput::AdoptTransceivers, NegotiationOutput::SetLocal]);
}

#[test]
fn whoever_answers_asks_and_never_offers() {
    let mut newcomer = newcomer();
    let asked = |restart_ice, sequence| {
        [NegotiationOutput::Send(PeerSignal::Ask { generation: 0, sequence, restart_ice })]
    };
    assert_eq!(newcomer.handle(NegotiationInput::Needed), asked(false, 1));
    assert_eq!(newcomer.handle(NegotiationInput::Needed), asked(true, 2), "a plain offer was no help");
    assert_eq!(newcomer.handle(NegotiationInput::Restart), asked(true, 3));
}

#[test]
fn whoever_offers_does_what_is_asked() {
    let mut present = present();
    assert_eq!(present.handle(ask(1, false)), [NegotiationOutput::SetLocal]);
    present.handle(local_set(SdpType::Offer));
    present.handle(describe(0, 2, SdpType::Answer));
    present.handle(NegotiationInput::RemoteSet);
    assert_eq!(present.handle(ask(3, true)), [NegotiationOutput::RestartIce, NegotiationOutput::SetLocal]);
}

#[test]
fn both_want_new_paths_and_one_offer_brings_them() {
    let mut present = present();
    let restart = [NegotiationOutput::RestartIce, NegotiationOutput::SetLocal];
    assert_eq!(present.handle(NegotiationInput::Restart), restart);
    assert_eq!(present.handle(ask(1, true)), []);
    present.handle(local_set(SdpType::Offer));
    assert_eq!(present.handle(NegotiationInput::Restart), []);
    present.handle(describe(0, 2, SdpType::Answer));
    assert_eq!(present.handle(NegotiationInput::RemoteSet), []);
    assert!(present.is_settled());
}

#[test]
fn what_comes_twice_is_heard_once() {
    let mut newcomer = newcomer();
    assert_eq!(newcomer.handle(describe(0, 0, SdpType::Offer)), []);
    assert_eq!(added(&newcomer.handle(candidate(1))), 1);
    assert_eq!(newcomer.handle(candidate(1)), []);
}

#[test]
fn candidates_wait_for_their_description_and_a_description_for_no_candidate() {
    let mut newcomer = newcomer();
    assert_eq!(newcomer.handle(candidate(3)), [], "a description may be missing before it");
    let out = newcomer.handle(describe(0, 4, SdpType::Offer));
    assert!(
        matches!(&out[..], [NegotiationOutput::AddCandidate(_), NegotiationOutput::SetRemote(_)]),
        "{out:?}"
    );
    newcomer.handle(NegotiationInput::RemoteSet);
    newcomer.handle(local_set(SdpType::Answer));
    assert_eq!(added(&newcomer.handle(candidate(1))), 1, "better late than never");
    assert_eq!(newcomer.handle(candidate(1)), []);
    assert_eq!(newcomer.handle(candidate(3)), []);
}

#[test]
fn candidates_gathered_before_their_description_is_known_follow_it() {
    let mut present = Negotiation::new(0, Opening::Offers);
    present.handle(NegotiationInput::Needed);
    assert_eq!(present.handle(NegotiationInput::Gathered(None)), []);
    let out = present.handle(local_set(SdpType::Offer));
    assert!(
        matches!(
            &out[..],
            [
                NegotiationOutput::Send(PeerSignal::Description { sequence: 0, .. }),
                NegotiationOutput::Send(PeerSignal::Candidate { sequence: 1, candidate: None, .. }),
            ]
        ),
        "{out:?}"
    );
    assert_eq!(present.said().len(), 2, "to be said again should it be lost");
}

#[test]
fn a_flood_of_candidates_is_bounded() {
    let mut newcomer = newcomer();
    let added: usize = (1..100_000).map(|sequence| added(&newcomer.handle(candidate(sequence)))).sum();
    assert_eq!(added, CANDIDATES_MAX);
}

#[test]
fn signals_that_never_come_into_order_are_bounded_and_do_nothing() {
    let mut newcomer = Negotiation::new(0, Opening::Answers);
    for sequence in 1..100_000 {
        assert_eq!(newcomer.handle(candidate(sequence)), []);
    }
    // The one that was missing still gets through, and what was kept follows it.
    newcomer.handle(describe(0, 0, SdpType::Offer));
    newcomer.handle(NegotiationInput::RemoteSet);
    let added = added(&newcomer.handle(local_set(SdpType::Answer)));
    assert!((1..=256).contains(&added), "{added}");
    newcomer.handle(describe(0, u32::MAX, SdpType::Offer));
}

#[test]
fn what_belongs_to_another_peer_connection_is_dropped() {
    let mut newcomer = Negotiation::new(1, Opening::Answers);
    assert_eq!(newcomer.handle(describe(0, 0, SdpType::Offer)), []);
    assert_eq!(newcomer.handle(describe(2, 0, SdpType::Offer)), []);
}

#[test]
fn an_answer_to_nothing_and_an_offer_out_of_turn_are_dropped() {
    let mut present = present();
    assert_eq!(present.handle(describe(0, 1, SdpType::Answer)), []);
    assert_eq!(present.handle(describe(0, 2, SdpType::Offer)), []);
    assert!(present.is_settled());
}

#[test]
fn a_refused_description_breaks_the_negotiation_and_nothing_more_is_tried() {
    let mut newcomer = Negotiation::new(0, Opening::Answers);
    newcomer.handle(describe(0, 0, SdpType::Offer));
    assert_eq!(newcomer.handle(NegotiationInput::Refused), []);
    assert!(newcomer.is_broken());
    assert_eq!(newcomer.handle(describe(0, 1, SdpType::Offer)), []);
}
