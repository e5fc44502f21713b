//! What a call does about what is counted and reported of each connection.

use crate::call::{Visit, id};
use ojak_call::protocol::{Limit, PeerId, PeerMessage, Playback, Receipt, Status, Switch};
use ojak_call::{
    Action, Cause, ConnectionState, Counters, DeviceKind, Encoding, Event, Hearing, Inbound, Intent, Level,
    Lowered, Notice, Outbound, PeerAction, PeerEvent, Receipts, Source,
};
use std::time::Duration;

fn connected(present: &[PeerId]) -> Visit {
    let mut visit = Visit::in_room(present);
    for &peer in present {
        visit.peer(peer, PeerEvent::State(ConnectionState::Connected));
        visit.peer(peer, PeerEvent::ChannelOpened);
    }
    visit
}

/// A second goes by, with a beat so that nobody is missed, and with so much counted.
fn count(visit: &mut Visit, peer: PeerId, counters: Counters) -> Vec<Action> {
    let mut actions = visit.waits(1);
    actions.extend(visit.peer(peer, PeerEvent::Said(PeerMessage::Beat)));
    actions.extend(visit.peer(peer, PeerEvent::Carried(Box::new(counters))));
    actions
}

/// What is counted on a way that carries so much, after so many seconds.
fn carrying(second: u64, available: u64, limit: Limit) -> Counters {
    Counters {
        round_trip: Some(Duration::from_millis(40)),
        available: Some(available),
        sound_in: Inbound { packets: Some(50 * second), ..Inbound::default() },
        picture_out: Outbound {
            packets: Some(100 * second),
            lost: Some(0),
            frames: Some(30 * second),
            size: Some((1280, 720)),
            limit: Some(limit),
            ..Outbound::default()
        },
        ..Counters::default()
    }
}

fn encodings(actions: &[Action]) -> Vec<Encoding> {
    let encodings = actions.iter().filter_map(|action| match action {
        Action::Peer(_, PeerAction::Encode(Source::Camera, encoding)) => Some(*encoding),
        _ => None,
    });
    encodings.collect()
}

fn said(actions: &[Action]) -> Vec<&PeerMessage> {
    let said = actions.iter().filter_map(|action| match action {
        Action::Peer(_, PeerAction::Say(message)) if *message != PeerMessage::Beat => Some(message),
        _ => None,
    });
    said.collect()
}

fn receipt(packets: u32, audible: u32, playback: Playback) -> PeerEvent {
    PeerEvent::Said(PeerMessage::Receipt(Receipt {
        packets: Some(packets),
        audible_ms: Some(audible),
        concealed_ms: None,
        frames: None,
        playback,
        limit: Limit::None,
    }))
}

#[test]
fn what_came_is_reported_while_it_changes() {
    let mut visit = connected(&[id(1)]);
    let first = count(&mut visit, id(1), carrying(1, 3_000_000, Limit::None));
    let [PeerMessage::Receipt(receipt)] = *said(&first) else { panic!("{first:?}") };
    assert_eq!(
        (receipt.packets, receipt.audible_ms),
        (Some(50), None),
        "what is unknown is not reported as zero"
    );
    assert!(first.contains(&Action::Peer(id(1), PeerAction::FavourSound { max_bitrate: 40_000 })));
    let same = count(&mut visit, id(1), carrying(1, 3_000_000, Limit::None));
    assert_eq!(said(&same), [] as [&PeerMessage; 0]);
    let more = count(&mut visit, id(1), carrying(2, 3_000_000, Limit::Cpu));
    let [PeerMessage::Receipt(receipt)] = *said(&more) else { panic!("{more:?}") };
    assert_eq!((receipt.packets, receipt.limit), (Some(100), Limit::Cpu));
}

#[test]
fn how_high_a_picture_is_shown_is_said_once_and_again_to_a_new_channel() {
    let mut visit = Visit::in_room(&[id(1)]);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    let view = PeerMessage::View { max_height: 720 };
    assert_eq!(visit.wants(Intent::Show(id(1), 720)), [], "there is no way to say it");
    assert!(said(&visit.peer(id(1), PeerEvent::ChannelOpened)).contains(&&view));
    assert_eq!(visit.wants(Intent::Show(id(1), 720)), []);
    assert_eq!(said(&visit.wants(Intent::Show(id(1), 180))), [&PeerMessage::View { max_height: 180 }]);
    assert_eq!(visit.wants(Intent::Show(id(9), 180)), [], "nobody of that name is here");
}

#[test]
fn no_more_is_sent_than_is_seen() {
    let mut visit = connected(&[id(1)]);
    let [full] = *encodings(&count(&mut visit, id(1), carrying(1, 3_000_000, Limit::None))) else {
        panic!("the first count says how")
    };
    assert_eq!((full.switch, full.max_height), (Switch::On, Some(1080)));
    let view = |max_height| PeerEvent::Said(PeerMessage::View { max_height });
    let [small] = *encodings(&visit.peer(id(1), view(180))) else { panic!("nothing came of it") };
    assert_eq!((small.switch, small.max_height), (Switch::On, Some(180)));
    let [none] = *encodings(&visit.peer(id(1), view(0))) else { panic!("nothing came of it") };
    assert_eq!(none.switch, Switch::Off);
    assert_eq!(encodings(&visit.peer(id(1), view(720))).len(), 1);
    assert_eq!(encodings(&visit.peer(id(1), view(720))), []);
}

#[test]
fn a_picture_that_was_given_up_is_said_to_be_off_and_comes_back() {
    let mut visit = connected(&[id(1)]);
    let camera_is = |actions: &[Action]| {
        let mut statuses = said(actions).into_iter().filter_map(|message| match message {
            PeerMessage::Status(Status { camera, .. }) => Some(*camera),
            _ => None,
        });
        statuses.next_back()
    };
    let mut second = 0;
    let mut play = |visit: &mut Visit, seconds, available, limit| {
        (0..seconds)
            .flat_map(|_| {
                second += 1;
                count(visit, id(1), carrying(second, available, limit))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(camera_is(&play(&mut visit, 10, 3_000_000, Limit::None)), None);
    assert_eq!(camera_is(&play(&mut visit, 12, 50_000, Limit::Bandwidth)), Some(Switch::Off));
    assert!(visit.call.view().camera.switch.is_on(), "to oneself it is on");
    // Whatever else is switched meanwhile, the picture is not said to be there.
    let muted = visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::Off));
    assert_eq!(camera_is(&muted), Some(Switch::Off));
    assert_eq!(camera_is(&play(&mut visit, 12, 3_000_000, Limit::None)), Some(Switch::On));
}

#[test]
fn figures_are_made_only_while_somebody_looks() {
    let mut visit = connected(&[id(1)]);
    let health = |visit: &Visit| visit.call.view().people[0].health.clone();
    for second in 1..=10 {
        count(&mut visit, id(1), carrying(second, 3_000_000, Limit::None));
    }
    assert_eq!(health(&visit), None);
    visit.wants(Intent::Watch(Switch::On));
    let first = health(&visit).expect("at once, and of what was before");
    assert_eq!((first.seconds.len(), first.cause, first.lowered), (9, Cause::Good, Lowered::No));
    for second in 11..=16 {
        count(&mut visit, id(1), carrying(second, 250_000, Limit::Bandwidth));
    }
    let second = health(&visit).expect("again each second");
    assert_eq!((second.cause, second.lowered), (Cause::Upload { height: Some(720) }, Lowered::To(180)));
    visit.wants(Intent::Watch(Switch::Off));
    assert_eq!(health(&visit), None);
}

/// A browser says for its first seconds that the network holds it back: it does not know better yet.
#[test]
fn a_way_that_carries_enough_is_not_called_slow() {
    let mut visit = connected(&[id(1)]);
    visit.wants(Intent::Watch(Switch::On));
    let cause = |visit: &Visit| visit.call.view().people[0].health.as_ref().unwrap().cause;
    for second in 1..=8 {
        count(&mut visit, id(1), carrying(second, 900_000, Limit::Bandwidth));
    }
    assert_eq!(cause(&visit), Cause::Good);
    for second in 9..=10 {
        count(&mut visit, id(1), carrying(second, 400_000, Limit::Bandwidth));
    }
    assert_eq!(cause(&visit), Cause::Upload { height: Some(720) });
}

#[test]
fn who_is_not_heard_is_told_once_and_by_whom() {
    let mut visit = connected(&[id(1), id(2)]);
    visit.peer(id(1), receipt(50, 0, Playback::Playing));
    visit.peer(id(2), receipt(50, 0, Playback::Playing));
    assert_eq!(visit.call.view().receipts, None, "nobody has heard anything, and nobody has said anything");
    visit.peer(id(1), receipt(100, 700, Playback::Playing));
    visit.peer(id(2), receipt(100, 700, Playback::Playing));
    assert_eq!(visit.call.view().receipts, Some(Receipts { by: 2, of: 2 }));
    visit.peer(id(2), receipt(150, 700, Playback::Blocked));
    assert_eq!(visit.call.view().receipts, Some(Receipts { by: 1, of: 2 }));
    let told = |actions: &[Action]| {
        let is_told =
            |action: &&Action| matches!(action, Action::Announce(Notice::Unheard(_, Hearing::Blocked)));
        actions.iter().filter(is_told).count()
    };
    let actions = visit.waits(2);
    assert_eq!(told(&actions), 1);
    visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::Off));
    visit.peer(id(1), receipt(200, 700, Playback::Playing));
    visit.peer(id(1), receipt(250, 700, Playback::Playing));
    assert_eq!(visit.call.view().receipts, None, "of before the microphone was switched nothing counts");
}

#[test]
fn speech_that_is_not_reported_is_silent() {
    let mut visit = connected(&[id(1)]);
    let mut packets = 0;
    let mut speak = |visit: &mut Visit, seconds: u32| {
        (0..5 * seconds)
            .flat_map(|_| {
                visit.now += Duration::from_millis(200);
                packets += 10;
                let mut actions = visit.does(Event::Loudness(Level::from_decibels(-20.0)));
                actions.extend(visit.peer(id(1), receipt(packets, 0, Playback::Playing)));
                actions.extend(visit.does(Event::Tick(visit.now)));
                actions
            })
            .collect::<Vec<_>>()
    };
    assert!(!speak(&mut visit, 2).iter().any(|action| matches!(action, Action::Announce(_))));
    let actions = speak(&mut visit, 4);
    assert!(
        actions.iter().any(|action| matches!(action, Action::Announce(Notice::Unheard(_, Hearing::Silent)))),
        "{actions:?}"
    );
    assert_eq!(visit.call.view().receipts, Some(Receipts { by: 0, of: 1 }));
}
