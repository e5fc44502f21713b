//! The door to the browser, in a real browser with fake devices.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected is to fail")]

use super::codecs::Codecs;
use super::media::{self, Opened};
use super::meter::Meter;
use super::peer::{Certificate, Outgoing, Peer};
use super::timer::Interval;
use super::{Listener, text};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use ojak_call::protocol::{PeerId, PeerSignal, Switch};
use ojak_call::{
    ConnectionState, DeviceId, DeviceKind, DeviceProblem, Height, Ice, InForce, Negotiation,
    NegotiationInput, NegotiationOutput, Opening, PeerAction, PeerEvent, Settings, Wish,
};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventTarget, MediaStreamTrackState};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_dropped_listener_hears_nothing() {
    let target = EventTarget::new().unwrap();
    let heard = Rc::new(Cell::new(0));
    let count = heard.clone();
    let listener = Listener::new(&target, "ring", move |_: Event| count.set(count.get() + 1));
    target.dispatch_event(&Event::new("ring").unwrap()).unwrap();
    drop(listener);
    target.dispatch_event(&Event::new("ring").unwrap()).unwrap();
    assert_eq!(heard.get(), 1);
}

#[wasm_bindgen_test]
async fn an_interval_fires_again_and_again_until_dropped() {
    let (sender, mut ticks) = unbounded();
    let interval = Interval::new(Duration::from_millis(1), move || drop(sender.unbounded_send(()))).unwrap();
    assert_eq!((ticks.next().await, ticks.next().await), (Some(()), Some(())));
    drop(interval);
    // The sender went with the interval: what is queued is all there will ever be.
    while ticks.next().await.is_some() {}
}

#[wasm_bindgen_test]
fn text_that_looks_alike_is_alike() {
    assert_eq!(text::nfc("한"), "한");
    assert_eq!(text::folded("КОМНАТА J̌"), "комната ǰ");
}

async fn open_with(camera: Option<Wish>, microphone: Option<Wish>) -> Result<Opened, DeviceProblem> {
    media::open(camera, microphone, Settings::default()).await
}

#[wasm_bindgen_test]
async fn a_dropped_track_stops_its_device() {
    let Opened { camera, microphone } = open_with(Some(Wish::Any), Some(Wish::Any)).await.unwrap();
    let (camera, microphone) = (camera.unwrap(), microphone.unwrap());
    assert_ne!(camera.device().id, DeviceId(String::new()));
    let (picture, sound) = (Clone::clone(&camera.track), Clone::clone(&microphone.track));
    assert_eq!(picture.ready_state(), MediaStreamTrackState::Live);
    drop(camera);
    assert_eq!(picture.ready_state(), MediaStreamTrackState::Ended);
    assert_eq!(sound.ready_state(), MediaStreamTrackState::Live, "the other one is untouched");
}

#[wasm_bindgen_test]
async fn an_exact_camera_is_that_camera_or_none() {
    let cameras: Vec<_> =
        media::list().await.0.into_iter().filter(|device| device.kind == DeviceKind::Camera).collect();
    let wanted = cameras.last().unwrap().id.clone();
    let opened = open_with(Some(Wish::Exact(wanted.clone())), None).await.unwrap();
    assert_eq!(opened.camera.unwrap().device().id, wanted);

    let nowhere = DeviceId("no such camera".into());
    let refused = open_with(Some(Wish::Exact(nowhere.clone())), None).await.err();
    assert_eq!(refused, Some(DeviceProblem::Gone));
    assert!(open_with(Some(Wish::Prefer(nowhere)), None).await.is_ok(), "a preferred one may be another");
}

#[wasm_bindgen_test]
async fn what_is_asked_of_a_camera_is_in_force_afterwards() {
    let camera = open_with(Some(Wish::Any), None).await.unwrap().camera.unwrap();
    let height = |camera: &media::Track| match camera.in_force(DeviceKind::Camera) {
        InForce::Camera { height, .. } => height,
        InForce::Microphone { .. } => 0,
    };
    assert_eq!(height(&camera), 720);
    let low = Settings { height: Height::P360, ..Settings::default() };
    camera.configure(DeviceKind::Camera, &low).await;
    assert_eq!(height(&camera), 360);
}

/// The fake microphone beeps once a second.
#[wasm_bindgen_test]
async fn a_muted_microphone_is_measured_and_a_dropped_meter_holds_no_device() {
    let microphone = open_with(None, Some(Wish::Any)).await.unwrap().microphone.unwrap();
    microphone.set_enabled(Switch::Off);
    let (sender, mut levels) = unbounded();
    let meter = Meter::new(&microphone, move |level| drop(sender.unbounded_send(level))).unwrap();
    while levels.next().await.unwrap().percent() < 20 {}
    let listening = Clone::clone(meter.track());
    drop(meter);
    assert_eq!(listening.ready_state(), MediaStreamTrackState::Ended);
    assert_eq!(microphone.track.ready_state(), MediaStreamTrackState::Live, "the call goes on");
}

/// One side of a call within this page.
struct Side {
    peer: Peer,
    negotiation: Negotiation,
    outgoing: Outgoing,
    is_connected: bool,
    can_talk: bool,
    descriptions: u32,
}

enum Happened {
    Event(usize, PeerEvent),
    Signal(usize, PeerSignal),
    Arrived,
}

async fn outgoing() -> Outgoing {
    let Opened { camera, microphone } = open_with(Some(Wish::Any), Some(Wish::Any)).await.unwrap();
    let codecs = Codecs::default();
    codecs.clone().find_out().await;
    let stream = || media::Stream::new().unwrap();
    Outgoing { camera, microphone, stream: stream(), codecs, screen: None, screen_stream: stream() }
}

async fn side(place: usize, queue: &UnboundedSender<Happened>, opening: Opening) -> Side {
    let outgoing = outgoing().await;
    let (events, streams) = (queue.clone(), queue.clone());
    let peer = Peer::new(
        PeerId::from_bits(0),
        &Ice::default(),
        Certificate::generate().await.as_ref(),
        opening,
        &outgoing,
        move |event| drop(events.unbounded_send(Happened::Event(place, event))),
        move |_, _| drop(streams.unbounded_send(Happened::Arrived)),
        |_| {},
    )
    .unwrap();
    let negotiation = Negotiation::new(0, opening);
    Side { peer, negotiation, outgoing, is_connected: false, can_talk: false, descriptions: 0 }
}

/// Takes one event and does what is decided; `true` when both sides are connected, can talk and have settled.
async fn step(
    sides: &mut [Side; 2],
    queue: &UnboundedSender<Happened>,
    happened: &mut UnboundedReceiver<Happened>,
) -> bool {
    let (place, input) = match happened.next().await.unwrap() {
        Happened::Arrived => return false,
        Happened::Signal(place, signal) => (place, NegotiationInput::Signal(signal)),
        Happened::Event(place, event) => {
            let side = sides.get_mut(place).unwrap();
            match event {
                PeerEvent::NegotiationNeeded => (place, NegotiationInput::Needed),
                PeerEvent::LocalSet(description) => {
                    side.descriptions += 1;
                    (place, NegotiationInput::LocalSet(description))
                }
                PeerEvent::RemoteSet => (place, NegotiationInput::RemoteSet),
                PeerEvent::Gathered(candidate) => (place, NegotiationInput::Gathered(candidate)),
                PeerEvent::DescriptionRefused => panic!("the browser refused a description"),
                PeerEvent::State(state) => {
                    side.is_connected = state == ConnectionState::Connected;
                    return is_done(sides);
                }
                PeerEvent::ChannelOpened => {
                    side.can_talk = true;
                    return is_done(sides);
                }
                PeerEvent::Said(_)
                | PeerEvent::Measured(_)
                | PeerEvent::Heard(_)
                | PeerEvent::Carried(_)
                | PeerEvent::CandidateError(_) => return false,
                PeerEvent::ChannelClosed => panic!("nobody closed it"),
            }
        }
    };
    let side = sides.get_mut(place).unwrap();
    for output in side.negotiation.handle(input) {
        let action = match output {
            NegotiationOutput::RestartIce => PeerAction::RestartIce,
            NegotiationOutput::SetLocal => PeerAction::SetLocal,
            NegotiationOutput::SetRemote(description) => PeerAction::SetRemote(description),
            NegotiationOutput::AdoptTransceivers => PeerAction::AdoptTransceivers,
            NegotiationOutput::AddCandidate(candidate) => PeerAction::AddCandidate(candidate),
            NegotiationOutput::Send(signal) => {
                queue.unbounded_send(Happened::Signal(1 - place, signal)).unwrap();
                continue;
            }
        };
        side.peer.perform(action, &side.outgoing);
    }
    is_done(sides)
}

fn is_done(sides: &[Side; 2]) -> bool {
    sides.iter().all(|side| side.is_connected && side.can_talk && side.negotiation.is_settled())
}

#[wasm_bindgen_test]
async fn two_peers_connect_and_stay_connected_while_both_negotiate_at_once() {
    let (queue, mut happened) = unbounded();
    let mut sides = [side(0, &queue, Opening::Offers).await, side(1, &queue, Opening::Answers).await];
    while !step(&mut sides, &queue, &mut happened).await {}
    assert_eq!(sides.each_ref().map(|side| side.descriptions), [1, 1], "one offer and one answer are enough");

    // A track that is replaced is no reason to negotiate, so the next offer is the restart's.
    let [one, _] = &mut sides;
    one.outgoing.camera = open_with(Some(Wish::Any), None).await.unwrap().camera;
    one.peer.replace_track(DeviceKind::Camera, &one.outgoing).await;

    for round in 0..10 {
        let before = sides.each_ref().map(|side| side.descriptions);
        for side in &sides {
            side.peer.perform(PeerAction::RestartIce, &side.outgoing);
        }
        loop {
            let is_done = step(&mut sides, &queue, &mut happened).await;
            let after = sides.each_ref().map(|side| side.descriptions);
            if is_done && after.iter().zip(before).all(|(after, before)| *after > before) {
                break;
            }
        }
        assert!(sides.iter().all(|side| !side.negotiation.is_broken()), "round {round}");
    }
}
