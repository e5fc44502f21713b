//! What a call does about what is counted and reported of each connection.

use crate::call::{Visit, id};
use ojak_call::protocol::{
    Limit, PeerId, PeerMessage, PeerSignal, Playback, Receipt, Status, Switch, Transport,
};
use ojak_call::{
    Action, Cause, Codec, ConnectionState, Counters, Detail, DeviceKind, Emphasis, Encoding, Event, Hearing,
    Inbound, Intent, Joint, Level, Lowered, Media, Notice, Outbound, Path, PathKind, PeerAction, PeerEvent,
    Receipts, Screens, ShareAction, ShareEvent, Source,
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

fn encodings_of(source: Source, actions: &[Action]) -> Vec<Encoding> {
    let encodings = actions.iter().filter_map(|action| match action {
        Action::Peer(_, PeerAction::Encode(of, encoding)) if *of == source => Some(*encoding),
        _ => None,
    });
    encodings.collect()
}

fn encodings(actions: &[Action]) -> Vec<Encoding> {
    encodings_of(Source::Camera, actions)
}

/// The screen in force after `actions`, of which there is one each time it changes: pictures a second; 0 for none.
fn screen_rate(actions: &[Action]) -> Option<u32> {
    let last = encodings_of(Source::Screen, actions).pop()?;
    Some(last.max_frame_rate.filter(|_| last.switch.is_on()).unwrap_or(0))
}

/// The same of the person's own picture: its height.
fn camera_height(actions: &[Action]) -> Option<u32> {
    let last = encodings(actions).pop()?;
    Some(last.max_height.filter(|_| last.switch.is_on()).unwrap_or(0))
}

/// Shares a screen of text.
fn share(visit: &mut Visit) -> Vec<Action> {
    let asked = visit.wants(Intent::Joint(Joint::Share(Switch::On)));
    let ticket = asked.iter().find_map(|action| match action {
        Action::Share(ShareAction::Open(ticket)) => Some(*ticket),
        _ => None,
    });
    visit.does(Event::Share(ShareEvent::Opened(ticket.expect("a request for a screen"))))
}

/// What is counted while a screen is shared as well, of which the browser does not say that it is held back.
fn sharing(second: u64, available: u64, limit: Limit) -> Counters {
    Counters {
        screen_out: Outbound {
            packets: Some(80 * second),
            lost: Some(0),
            frames: Some(12 * second),
            size: Some((1920, 1080)),
            limit: Some(Limit::None),
            codec: Some(Codec::Vp9),
            ..Outbound::default()
        },
        ..carrying(second, available, limit)
    }
}

/// What each of the counts comes to, from `second` on.
fn go_on(visit: &mut Visit, second: &mut u64, seconds: u64, of: impl Fn(u64) -> Counters) -> Vec<Action> {
    (0..seconds)
        .flat_map(|_| {
            *second += 1;
            count(visit, id(1), of(*second))
        })
        .collect()
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
        relay: None,
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
fn a_slow_upload_takes_pictures_from_the_screen_and_pixels_from_the_person() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    share(&mut visit);
    let calm = go_on(&mut visit, &mut second, 10, |second| sharing(second, 5_000_000, Limit::None));
    assert_eq!((screen_rate(&calm), camera_height(&calm)), (Some(30), Some(1080)), "as the source has it");
    let slow = go_on(&mut visit, &mut second, 4, |second| sharing(second, 700_000, Limit::Bandwidth));
    assert_eq!((screen_rate(&slow), camera_height(&slow)), (Some(5), Some(360)), "half of it is for each");
    let again = go_on(&mut visit, &mut second, 60, |second| sharing(second, 5_000_000, Limit::None));
    assert_eq!((screen_rate(&again), camera_height(&again)), (Some(30), Some(1080)));
    let sound = PeerAction::FavourSound { max_bitrate: 40_000 };
    assert!(calm.contains(&Action::Peer(id(1), sound.clone())), "the sound comes before both");
    let later = slow.iter().chain(&again);
    assert!(
        !later.into_iter().any(|action| *action == Action::Peer(id(1), sound.clone())),
        "and stays as it is"
    );
}

#[test]
fn what_is_enough_for_a_text_is_not_for_a_film() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    share(&mut visit);
    let text = go_on(&mut visit, &mut second, 20, |second| sharing(second, 1_300_000, Limit::None));
    assert_eq!(encodings_of(Source::Screen, &text).len(), 1, "the first count says how, and so it stays");
    visit.wants(Intent::Joint(Joint::Emphasise(Emphasis::Always(Detail::Motion))));
    let film = go_on(&mut visit, &mut second, 4, |second| sharing(second, 1_300_000, Limit::None));
    assert_eq!(screen_rate(&film), Some(15));
}

#[test]
fn of_two_pictures_the_person_is_given_up_before_the_screen() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    share(&mut visit);
    go_on(&mut visit, &mut second, 10, |second| sharing(second, 5_000_000, Limit::None));
    // Enough for one of them.
    let slow = go_on(&mut visit, &mut second, 12, |second| sharing(second, 150_000, Limit::Bandwidth));
    assert_eq!((screen_rate(&slow), camera_height(&slow)), (Some(2), Some(0)));
    let later = go_on(&mut visit, &mut second, 200, |second| sharing(second, 150_000, Limit::Bandwidth));
    let screens = encodings_of(Source::Screen, &later);
    assert!(screens.iter().all(|encoding| encoding.switch.is_on()), "not even while more of either is tried");
    for tried in [screens, encodings(&later)] {
        assert!((2..12).contains(&tried.len()), "more is tried, and seldom: {tried:?}");
    }
    // Enough for neither.
    let none = go_on(&mut visit, &mut second, 20, |second| sharing(second, 50_000, Limit::Bandwidth));
    assert_eq!(screen_rate(&none), Some(0));
    let mut told = said(&none).into_iter().filter_map(|message| match message {
        PeerMessage::Status(Status { screen, screen_paused, camera, microphone, .. }) => {
            Some((*microphone, *camera, *screen, *screen_paused))
        }
        _ => None,
    });
    assert!(
        told.any(|told| told == (Switch::On, Switch::Off, Switch::Off, Switch::On)),
        "nobody looks at what stands still"
    );
    let joint = visit.call.view().joint;
    assert!(joint.share.switch.is_on(), "to oneself it is shared");
    assert_eq!(joint.unseeing, [id(1)]);
    let again = go_on(&mut visit, &mut second, 150, |second| sharing(second, 5_000_000, Limit::None));
    assert_eq!((screen_rate(&again), camera_height(&again)), (Some(30), Some(1080)));
    assert_eq!(visit.call.view().joint.unseeing, []);
}

#[test]
fn a_screen_that_is_not_shared_takes_nothing_and_is_not_judged() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    go_on(&mut visit, &mut second, 10, |second| carrying(second, 5_000_000, Limit::None));
    let slow = go_on(&mut visit, &mut second, 20, |second| carrying(second, 650_000, Limit::Bandwidth));
    assert_eq!((screen_rate(&slow), camera_height(&slow)), (None, None), "all of it is the person's");
}

#[test]
fn a_new_connection_and_a_later_share_go_on_at_the_step_in_force() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    share(&mut visit);
    go_on(&mut visit, &mut second, 10, |second| sharing(second, 5_000_000, Limit::None));
    let slow = go_on(&mut visit, &mut second, 4, |second| sharing(second, 700_000, Limit::Bandwidth));
    assert_eq!(screen_rate(&slow), Some(5));
    visit.wants(Intent::Joint(Joint::Share(Switch::Off)));
    let without = go_on(&mut visit, &mut second, 20, |second| carrying(second, 700_000, Limit::None));
    assert_eq!(screen_rate(&without), None);
    share(&mut visit);
    let shared = go_on(&mut visit, &mut second, 2, |second| sharing(second, 700_000, Limit::None));
    assert_eq!(screen_rate(&shared), None, "it is as it was");

    // The page has never heard of it over this one.
    visit.peer(
        id(1),
        PeerEvent::Said(PeerMessage::Signal { payload: PeerSignal::Renew { generation: 0, page: 77 } }),
    );
    visit.does(Event::Peer(id(1), 2, PeerEvent::State(ConnectionState::Connected)));
    let renewed =
        visit.does(Event::Peer(id(1), 2, PeerEvent::Carried(Box::new(sharing(1, 700_000, Limit::None)))));
    assert_eq!(screen_rate(&renewed), Some(5));
}

/// Nobody saw it, for up to two minutes, and nobody was told why.
#[test]
fn what_was_given_up_is_tried_at_once_when_the_person_wants_it_anew() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    share(&mut visit);
    go_on(&mut visit, &mut second, 10, |second| sharing(second, 5_000_000, Limit::None));
    let none = go_on(&mut visit, &mut second, 20, |second| sharing(second, 50_000, Limit::Bandwidth));
    assert_eq!((screen_rate(&none), camera_height(&none)), (Some(0), Some(0)));
    visit.wants(Intent::Joint(Joint::Share(Switch::Off)));
    visit.wants(Intent::Switch(DeviceKind::Camera, Switch::Off));
    let without = go_on(&mut visit, &mut second, 300, |second| carrying(second, 5_000_000, Limit::None));
    assert_eq!((screen_rate(&without), camera_height(&without)), (None, None));
    share(&mut visit);
    let shared = go_on(&mut visit, &mut second, 1, |second| sharing(second, 50_000, Limit::None));
    assert_eq!((screen_rate(&shared), camera_height(&shared)), (Some(2), None));
    let told = |actions: &[Action]| {
        said(actions)
            .iter()
            .any(|message| matches!(message, PeerMessage::Status(Status { screen: Switch::On, .. })))
    };
    assert!(told(&shared), "{shared:?}");
    let none = go_on(&mut visit, &mut second, 20, |second| sharing(second, 50_000, Limit::Bandwidth));
    assert_eq!(screen_rate(&none), Some(0), "in vain");
}

/// By satellite, for example: a picture that had become small once stayed so.
#[test]
fn a_way_that_is_long_is_not_one_with_a_full_queue() {
    let (mut visit, mut second) = (connected(&[id(1)]), 0);
    let on = |base: Counters, milliseconds| Counters {
        round_trip: Some(Duration::from_millis(milliseconds)),
        ..base
    };
    let calm = |second, milliseconds| on(carrying(second, 5_000_000, Limit::None), milliseconds);
    let first = go_on(&mut visit, &mut second, 30, |second| calm(second, 850));
    assert_eq!(encodings(&first).len(), 1, "it is long, and carries everything");
    let queued = go_on(&mut visit, &mut second, 4, |second| calm(second, 1700));
    assert_eq!(camera_height(&queued), Some(360));
    let again = go_on(&mut visit, &mut second, 30, |second| calm(second, 850));
    assert_eq!(camera_height(&again), Some(1080));
}

#[test]
fn the_figures_of_a_person_are_those_of_their_camera_while_somebody_shares() {
    let mut visit = connected(&[id(1)]);
    visit.wants(Intent::Watch(Switch::On));
    let health = |visit: &Visit| visit.call.view().people[0].health.clone().expect("somebody looks");
    let theirs = |second: u64| Counters {
        picture_in: Inbound { frames: Some(25 * second), size: Some((640, 360)), ..Inbound::default() },
        screen_in: Inbound { frames: Some(8 * second), size: Some((2560, 1440)), ..Inbound::default() },
        ..sharing(second, 5_000_000, Limit::None)
    };
    let mut second = 0;
    go_on(&mut visit, &mut second, 8, theirs);
    assert_eq!(health(&visit).screens, Screens::default(), "nobody has said that they share");
    share(&mut visit);
    let screen_is = |screen| {
        PeerEvent::Said(PeerMessage::Status(Status {
            microphone: Switch::On,
            camera: Switch::On,
            screen,
            screen_paused: Switch::Off,
            hand: None,
            recording: Switch::Off,
        }))
    };
    visit.peer(id(1), screen_is(Switch::On));
    let actions = go_on(&mut visit, &mut second, 1, theirs);
    let seen = health(&visit);
    assert_eq!((seen.sending.size, seen.sending.frame_rate), (Some((1280, 720)), Some(30.0)));
    assert_eq!((seen.receiving.size, seen.receiving.frame_rate), (Some((640, 360)), Some(25.0)));
    let own = Media {
        size: Some((1920, 1080)),
        frame_rate: Some(12.0),
        picture: Some(Codec::Vp9),
        ..Media::default()
    };
    let their = Media { size: Some((2560, 1440)), frame_rate: Some(8.0), ..Media::default() };
    let screens = Screens { lowered: Lowered::No, sending: Some(own), receiving: Some(their) };
    assert_eq!(seen.screens, screens);
    let receipt = said(&actions).into_iter().find_map(|message| match message {
        PeerMessage::Receipt(receipt) => Some(receipt.frames),
        _ => None,
    });
    assert_eq!(receipt, Some(Some(25 * 9)), "what is reported is the person");

    go_on(&mut visit, &mut second, 8, |second| sharing(second, 700_000, Limit::None));
    let slow = health(&visit);
    assert_eq!((slow.screens.lowered, slow.lowered), (Lowered::To(5), Lowered::No));
    assert_eq!(slow.cause, Cause::Upload { height: None }, "the person is as high as ever");
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
    let said_limits = |visit: &mut Visit, seconds: std::ops::RangeInclusive<u64>, available| {
        let limits = seconds.filter_map(|second| {
            let actions = count(visit, id(1), carrying(second, available, Limit::Bandwidth));
            let limit = |message: &PeerMessage| match message {
                PeerMessage::Receipt(receipt) => Some(receipt.limit),
                _ => None,
            };
            said(&actions).into_iter().find_map(limit)
        });
        limits.collect::<Vec<_>>()
    };
    // The other side was told that the upload here is slow, and said so, for the first half minute of every call.
    assert_eq!(said_limits(&mut visit, 1..=8, 900_000), [Limit::None; 8]);
    assert_eq!(cause(&visit), Cause::Good);
    assert_eq!(said_limits(&mut visit, 9..=10, 400_000), [Limit::Bandwidth; 2]);
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
fn who_was_muted_is_told_that_they_are_not_heard_once_they_could_be() {
    let mut visit = connected(&[id(1)]);
    let told = |actions: &[Action]| {
        actions.iter().filter(|action| matches!(action, Action::Announce(Notice::Unheard(..)))).count()
    };
    visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::Off));
    visit.peer(id(1), receipt(50, 0, Playback::Blocked));
    assert_eq!(told(&visit.waits(3)), 0, "nobody is to hear them");
    visit.wants(Intent::Switch(DeviceKind::Microphone, Switch::On));
    visit.peer(id(1), receipt(100, 0, Playback::Blocked));
    assert_eq!(told(&visit.waits(3)), 1);
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

/// A browser takes what comes from a relay for an address of the other side's own, if it comes before that is told of.
#[test]
fn a_path_is_what_both_sides_know_of_it() {
    let mut visit = connected(&[id(1)]);
    let direct = Path { kind: PathKind::Direct, protocol: Transport::Udp };
    let relay = |protocol| Path { kind: PathKind::Relay, protocol };
    let mut path = |(path, relay), theirs: Option<Transport>| {
        let counters = Counters { path, relay, ..Counters::default() };
        count(&mut visit, id(1), counters);
        let PeerEvent::Said(PeerMessage::Receipt(receipt)) = receipt(50, 0, Playback::Playing) else {
            unreachable!()
        };
        let receipt = Receipt { relay: theirs, ..receipt };
        visit.peer(id(1), PeerEvent::Said(PeerMessage::Receipt(receipt)));
        visit.call.view().people[0].path.map(Path::as_str)
    };
    let (own_udp, own_unknown) = (relay(Transport::Udp), relay(Transport::Unknown));
    for (own, theirs, expected) in [
        ((None, None), Some(Transport::Tls), None),
        ((Some(direct), None), None, Some("direct")),
        ((Some(direct), None), Some(Transport::Tls), Some("relay-tls")),
        ((Some(own_unknown), None), None, Some("relay")),
        ((Some(own_unknown), None), Some(Transport::Tcp), Some("relay-tcp")),
        ((Some(own_udp), Some(Transport::Udp)), Some(Transport::Tls), Some("relay-udp")),
        ((Some(own_unknown), Some(Transport::Unknown)), Some(Transport::Tls), Some("relay")),
    ] {
        assert_eq!(path(own, theirs), expected, "{own:?}, and {theirs:?} there");
    }
    // Another connection begins with nothing known.
    visit.peer(
        id(1),
        PeerEvent::Said(PeerMessage::Signal { payload: PeerSignal::Renew { generation: 0, page: 77 } }),
    );
    visit.does(Event::Peer(id(1), 2, PeerEvent::ChannelOpened));
    let path = |visit: &Visit| visit.call.view().people[0].path;
    assert_eq!(path(&visit), None);
    let counters = Counters { path: Some(direct), ..Counters::default() };
    visit.does(Event::Peer(id(1), 2, PeerEvent::Carried(Box::new(counters))));
    assert_eq!(path(&visit), Some(direct));
}

#[test]
fn the_other_side_is_told_what_carries_packets_to_the_relay() {
    let mut visit = connected(&[id(1)]);
    let relay = Some(Transport::Tcp);
    let actions = count(&mut visit, id(1), Counters { relay, ..carrying(1, 3_000_000, Limit::None) });
    let [PeerMessage::Receipt(receipt)] = *said(&actions) else { panic!("{actions:?}") };
    assert_eq!(receipt.relay, relay);
}
