//! Counts become figures of a second, and a figure that is not given stays unknown.

use ojak_call::protocol::Transport;
use ojak_call::{
    Cause, Codec, Counters, Health, History, Inbound, Lowered, Media, Outbound, Path, PathKind, SECONDS_KEPT,
    Screens, Share, report,
};
use std::time::Duration;

fn at(second: u64) -> Duration {
    Duration::from_secs(second)
}

fn counters(second: u64) -> Counters {
    Counters {
        round_trip: Some(Duration::from_millis(40)),
        sound_in: Inbound {
            packets: Some(50 * second),
            lost: Some(second as i64),
            bytes: Some(4_000 * second),
            energy: Some(0.01 * second as f64),
            ..Inbound::default()
        },
        picture_in: Inbound {
            packets: Some(100 * second),
            lost: Some(2 * second as i64),
            bytes: Some(121_000 * second),
            frames: Some(30 * second),
            ..Inbound::default()
        },
        sound_out: Outbound {
            packets: Some(50 * second),
            bytes: Some(4_000 * second),
            ..Outbound::default()
        },
        picture_out: Outbound::default(),
        ..Counters::default()
    }
}

#[test]
fn counts_become_figures_of_a_second() {
    let mut history = History::default();
    history.count(counters(10), None, at(10));
    assert_eq!(history.latest(9).len(), 0, "what was before the first look is not held against it");
    history.count(counters(11), None, at(11));
    let second = *history.latest(1).next().unwrap();
    assert_eq!(second.received.share, Some(Share { packets: 153, lost: 3 }));
    assert_eq!(second.received.bitrate, Some(1_000_000));
    assert_eq!(second.received.frame_rate, Some(30.0));
    assert_eq!(second.sent.bitrate, Some(32_000));
    assert_eq!(history.audible(), Some(at(1)));
}

/// While somebody shares, the larger picture was once taken for theirs, and its pictures were added to those of the
/// camera.
#[test]
fn a_screen_is_no_person_but_goes_the_same_way() {
    let mut history = History::default();
    let sharing = |second: u64| Counters {
        screen_sound_in: Inbound {
            packets: Some(50 * second),
            lost: Some(0),
            bytes: Some(4_000 * second),
            energy: Some(second as f64),
            ..Inbound::default()
        },
        screen_in: Inbound {
            packets: Some(200 * second),
            lost: Some(7 * second as i64),
            bytes: Some(121_000 * second),
            frames: Some(12 * second),
            ..Inbound::default()
        },
        screen_out: Outbound { frames: Some(5 * second), bytes: Some(1_000 * second), ..Outbound::default() },
        sound_in: Inbound { energy: Some(0.0), ..counters(second).sound_in },
        ..counters(second)
    };
    history.count(sharing(10), None, at(10));
    history.count(sharing(11), None, at(11));
    let second = *history.latest(1).next().unwrap();
    assert_eq!((second.received.frame_rate, second.received.screen_frame_rate), (Some(30.0), Some(12.0)));
    assert_eq!((second.sent.frame_rate, second.sent.screen_frame_rate), (None, Some(5.0)));
    assert_eq!(
        second.received.share,
        Some(Share { packets: 410, lost: 10 }),
        "what is lost is lost on one way"
    );
    assert_eq!((second.received.bitrate, second.sent.bitrate), (Some(2_000_000), Some(40_000)));
    assert_eq!(history.audible(), Some(Duration::ZERO), "a film is no voice");
}

#[test]
fn what_is_not_given_is_unknown_and_never_zero() {
    let mut history = History::default();
    history.count(Counters::default(), None, at(0));
    history.count(Counters::default(), None, at(1));
    let second = *history.latest(1).next().unwrap();
    assert_eq!(second, ojak_call::Second::default());
    assert_eq!(history.audible(), None);
    history.count(counters(10), None, at(2));
    history.count(counters(11), None, at(3));
    let second = *history.latest(1).next().unwrap();
    assert_eq!((second.sent.share, second.sent.frame_rate), (None, None), "nobody has said what was lost");
}

#[test]
fn five_minutes_are_kept_and_no_more() {
    let mut history = History::default();
    for second in 0..=2 * SECONDS_KEPT as u64 {
        history.count(counters(second), None, at(second));
    }
    assert_eq!(history.latest(usize::MAX).len(), SECONDS_KEPT);
    assert_eq!(history.latest(60).len(), 60);
}

#[test]
fn a_new_connection_counts_from_zero_and_what_was_is_kept() {
    let mut history = History::default();
    history.count(counters(100), None, at(100));
    history.count(counters(101), None, at(101));
    history.restart();
    assert_eq!((history.counters(), history.audible()), (None, None));
    history.count(counters(1), None, at(102));
    history.count(counters(2), None, at(103));
    let shares: Vec<_> = history.latest(9).filter_map(|second| second.received.share).collect();
    assert_eq!(shares, [Share { packets: 153, lost: 3 }; 2]);
}

/// Firefox does so under loss, of one kind, and for a moment has no count of it. Then nothing at all seemed to come for a
/// second, and nothing to be lost.
#[test]
fn one_kind_that_is_counted_anew_takes_nothing_from_the_others() {
    let mut history = History::default();
    history.count(counters(100), None, at(100));
    let of_sound = Inbound { packets: Some(3), lost: Some(0), bytes: Some(300), ..Inbound::default() };
    for (second, sound_in) in [(101, Inbound::default()), (102, of_sound)] {
        history.count(Counters { sound_in, ..counters(second) }, None, at(second));
    }
    let received: Vec<_> = history.latest(2).map(|second| second.received).collect();
    let shares = [Share { packets: 102, lost: 2 }, Share { packets: 105, lost: 2 }];
    assert_eq!([received[0].share, received[1].share], shares.map(Some));
    assert_eq!([received[0].bitrate, received[1].bitrate], [968_000, 970_400].map(Some));
    // And from there on it is counted as ever, the picture too.
    let anew = Counters { sound_in: of_sound, picture_in: counters(1).picture_in, ..counters(103) };
    history.count(anew, None, at(103));
    let received = history.latest(1).next().unwrap().received;
    assert_eq!((received.share, received.frame_rate), (Some(Share { packets: 102, lost: 2 }), Some(30.0)));
}

#[test]
fn few_packets_say_nothing_and_repeats_are_no_loss() {
    assert_eq!(Share { packets: 19, lost: 19 }.loss(), None);
    assert_eq!(Share { packets: 100, lost: 2 }.loss(), Some(0.02));
    let mut history = History::default();
    history.count(counters(10), None, at(10));
    // Late packets are taken back from those lost.
    let mut late = counters(11);
    late.sound_in.lost = Some(0);
    late.picture_in.lost = Some(0);
    history.count(late, None, at(11));
    assert_eq!(history.loss(5, |second| &second.received), Some(0.0));
}

#[test]
fn the_report_tells_figures_and_of_nobody() {
    let mut history = History::default();
    for second in 0..3 {
        history.count(counters(second), None, at(second));
    }
    let health = Health {
        cause: Cause::LossBetween,
        lowered: Lowered::To(360),
        seconds: history.latest(9).copied().collect(),
        path: None,
        sending: Media::default(),
        receiving: Media { size: Some((1280, 720)), frame_rate: Some(30.0), ..Media::default() },
        screens: Screens::default(),
        hearing: None,
        needed: None,
    };
    let screen =
        Media { size: Some((1920, 1080)), frame_rate: Some(5.0), picture: Some(Codec::Vp9), sound: None };
    let screens = Screens { lowered: Lowered::To(5), sending: Some(screen), receiving: None };
    let path = Some(Path { kind: PathKind::Relay, protocol: Transport::Tls });
    let sharing = Health { screens, path, ..health.clone() };
    let without = report([&health], "Browser/1");
    assert!(!without.contains("the screen: "), "nobody shares in\n{without}");
    let text = report([&health, &sharing], "Browser/1");
    for line in [
        "browser: Browser/1",
        "person 1",
        "person 2",
        "cause: LossBetween",
        "done: To(360)",
        "path: unknown",
        "path: relay, TLS",
        "sending: unknown, unknown fps, unknown, unknown",
        "receiving: 1280x720, 30 fps, unknown, unknown",
        "done to the screen: To(5)",
        "sending the screen: 1920x1080, 5 fps, VP9, unknown",
        "last 2 s, as least / mean / most / now:",
        "round trip, ms: 40.0 / 40.0 / 40.0 / 40.0",
        "loss sent, %: unknown",
        "bitrate received, kbit/s: 1000.0 / 1000.0 / 1000.0 / 1000.0",
    ] {
        assert!(text.lines().any(|said| said == line), "no {line:?} in\n{text}");
    }
}
