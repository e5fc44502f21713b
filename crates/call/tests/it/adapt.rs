//! A picture is made smaller when the way does not carry it, given up before the sound suffers, and comes back slowly.

use ojak_call::protocol::{Limit, Switch};
use ojak_call::{Detail, Encoding, Ladder, Source, Upload, shown_height};
use std::time::Duration;

const CALM: Upload = Upload {
    loss: Some(0.0),
    delay: Some(Duration::from_millis(10)),
    available: Some(3_000_000),
    limit: Some(Limit::None),
};
const LOSSY: Upload = Upload { loss: Some(0.12), ..CALM };
const SLOW: Upload = Upload { available: Some(250_000), limit: Some(Limit::Bandwidth), ..CALM };
const STARVED: Upload = Upload { available: Some(60_000), limit: Some(Limit::Bandwidth), ..CALM };
/// What Firefox tells: neither what could be sent nor what holds it back.
const VAGUE: Upload = Upload { available: None, limit: None, ..CALM };

struct Climber {
    ladder: Ladder,
    second: u64,
    size: Option<u32>,
}

impl Climber {
    fn new(source: Source, size: u32) -> Self {
        Self { ladder: Ladder::new(source, Duration::ZERO), second: 0, size: Some(size) }
    }

    /// What is sent after so many seconds of this: the height, or the pictures a second of a screen; none is none.
    fn after(&mut self, seconds: u64, upload: Upload) -> Option<u32> {
        for _ in 0..seconds {
            self.second += 1;
            self.ladder.read(upload, self.size, Duration::from_secs(self.second));
        }
        let Encoding { switch, max_height, max_frame_rate, .. } = self.ladder.encoding(None);
        max_frame_rate.or(max_height).filter(|_| switch.is_on())
    }
}

#[test]
fn a_way_that_has_just_begun_is_not_judged() {
    let mut climber = Climber::new(Source::Camera, 720);
    assert_eq!(climber.after(5, SLOW), Some(1080), "browsers begin with 300 kbit/s and find out");
}

#[test]
fn a_slow_upload_makes_the_picture_as_small_as_fits_at_once() {
    let mut climber = Climber::new(Source::Camera, 720);
    climber.after(10, CALM);
    assert_eq!(climber.after(2, SLOW), Some(1080), "it may be an accident");
    assert_eq!(climber.after(1, SLOW), Some(180));
    assert_eq!(climber.after(60, SLOW), Some(180), "what fits is sent for as long as it fits");
}

#[test]
fn steps_that_change_nothing_are_skipped() {
    let mut climber = Climber::new(Source::Camera, 720);
    climber.after(10, CALM);
    assert_eq!(climber.after(3, LOSSY), Some(360));
}

#[test]
fn the_picture_is_given_up_only_for_want_of_room_and_sound_is_kept() {
    let mut climber = Climber::new(Source::Camera, 720);
    climber.after(10, CALM);
    assert_eq!(climber.after(60, LOSSY), Some(180), "with no picture as much of the sound would be lost");
    assert_eq!(climber.after(7, STARVED), None);
    assert!(climber.ladder.is_off());
}

#[test]
fn the_picture_comes_back_step_by_step() {
    let mut climber = Climber::new(Source::Camera, 720);
    climber.after(10, CALM);
    assert_eq!(climber.after(12, STARVED), None);
    // Nothing is measured without a picture: after a while it is tried.
    assert_eq!(climber.after(3, CALM), None);
    assert_eq!(climber.after(2, CALM), Some(180));
    assert_eq!(climber.after(7, CALM), Some(360));
    assert_eq!(climber.after(7, CALM), Some(1080), "720 is all that there is");
}

#[test]
fn what_has_failed_is_tried_again_later_and_later() {
    // More than the smallest picture always fails here.
    let mut climber = Climber::new(Source::Camera, 720);
    climber.after(10, CALM);
    climber.after(3, SLOW);
    let mut tries = Vec::new();
    let mut was_high = false;
    for second in 0..400 {
        let is_high = climber.after(1, if was_high { SLOW } else { CALM }) != Some(180);
        if is_high && !was_high {
            tries.push(second);
        }
        was_high = is_high;
    }
    let waits: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert!(tries.len() < 11 && waits.last().is_some_and(|&last| (60..=75).contains(&last)), "{waits:?}");
}

#[test]
fn a_browser_that_tells_little_is_judged_by_what_it_tells() {
    let mut climber = Climber::new(Source::Camera, 720);
    assert_eq!(climber.after(60, VAGUE), Some(1080));
    assert_eq!(climber.after(3, Upload { loss: Some(0.2), ..VAGUE }), Some(360));
    assert_eq!(climber.after(60, VAGUE), Some(1080));
    let late = Upload { delay: Some(Duration::from_millis(900)), ..VAGUE };
    assert_eq!(climber.after(3, late), Some(360));
    let nothing = Upload::default();
    assert_eq!(climber.after(60, nothing), Some(1080), "what is not known is no trouble");
}

#[test]
fn a_computer_that_is_busy_is_no_reason_to_send_less() {
    let mut climber = Climber::new(Source::Camera, 720);
    let busy = Upload { available: Some(250_000), limit: Some(Limit::Cpu), ..CALM };
    assert_eq!(climber.after(60, busy), Some(1080));
}

#[test]
fn a_screen_becomes_slow_and_stays_sharp() {
    let mut climber = Climber::new(Source::Screen, 30);
    climber.after(10, CALM);
    assert_eq!(climber.after(3, LOSSY), Some(15));
    assert_eq!(climber.after(3, LOSSY), Some(5));
    let encoding = climber.ladder.encoding(Some(90));
    assert_eq!(encoding.max_height, None, "what is shown small is to be read when it is enlarged");
    assert_eq!(climber.after(14, CALM), Some(30), "and it comes back");
}

/// What may take no pixels from a text need not say that it is held back.
#[test]
fn a_screen_is_slow_on_a_slow_upload_whatever_the_browser_says_of_it() {
    let mut climber = Climber::new(Source::Screen, 30);
    climber.after(10, CALM);
    let quiet = Upload { available: Some(350_000), ..CALM };
    assert_eq!(climber.after(3, quiet), Some(5));
    let mut climber = Climber::new(Source::Screen, 30);
    let busy = Upload { available: Some(350_000), limit: Some(Limit::Cpu), ..CALM };
    assert_eq!(climber.after(60, busy), Some(30), "a computer that is busy is no slow upload");
}

#[test]
fn a_text_has_fewer_steps_than_a_film_and_needs_less() {
    let mut text = Climber::new(Source::Screen, Detail::Text.frame_rate_max());
    text.after(10, CALM);
    assert_eq!(
        text.after(60, Upload { available: Some(700_000), ..CALM }),
        Some(30),
        "more than it can fill"
    );
    assert_eq!(text.after(3, LOSSY), Some(5), "15 pictures a second would be as many as before");
    assert_eq!(text.after(7, CALM), Some(30));
}

#[test]
fn the_lower_of_both_frame_rates_wins() {
    let mut climber = Climber::new(Source::Screen, 30);
    climber.after(10, CALM);
    let rates = |climber: &Climber| {
        let encoding = climber.ladder.encoding(None);
        [Detail::Text, Detail::Motion].map(|detail| encoding.of_detail(detail).max_frame_rate)
    };
    assert_eq!(rates(&climber), [Some(12), Some(30)]);
    climber.after(3, LOSSY);
    assert_eq!(rates(&climber), [Some(12), Some(15)]);
    climber.after(3, LOSSY);
    assert_eq!(rates(&climber), [Some(5), Some(5)]);
    let whole = climber.ladder.encoding(None);
    assert_eq!(
        whole.of_detail(Detail::Text),
        Encoding { max_frame_rate: Some(5), ..whole },
        "nothing else changes"
    );
}

#[test]
fn two_pictures_divide_a_way_and_what_one_may_not_take_is_the_others() {
    let other = |switch, max_bitrate| Encoding {
        switch,
        max_bitrate,
        ..Ladder::new(Source::Camera, Duration::ZERO).encoding(None)
    };
    for (available, switch, most, expected) in [
        (Some(1_000_000), Switch::On, 2_500_000, Some(500_000)),
        (Some(1_000_000), Switch::On, 150_000, Some(850_000)),
        (Some(1_000_000), Switch::Off, 2_500_000, Some(1_000_000)),
        (None, Switch::On, 150_000, None),
    ] {
        let upload = Upload { available, ..CALM };
        let expected = Upload { available: expected, ..CALM };
        assert_eq!(upload.beside(other(switch, most)), expected, "{available:?}, {switch:?}, {most}");
    }
}

#[test]
fn nobody_is_sent_more_than_they_look_at() {
    let ladder = Ladder::new(Source::Camera, Duration::ZERO);
    for (shown, switch, height, bitrate) in [
        (None, Switch::On, Some(1080), 2_500_000),
        (Some(1440), Switch::On, Some(1080), 2_500_000),
        (Some(540), Switch::On, Some(540), 900_000),
        (Some(180), Switch::On, Some(180), 150_000),
        (Some(0), Switch::Off, None, 150_000),
    ] {
        let expected = Encoding { switch, max_height: height, max_frame_rate: None, max_bitrate: bitrate };
        assert_eq!(ladder.encoding(shown), expected, "{shown:?}");
    }
}

#[test]
fn a_picture_is_asked_for_in_few_steps() {
    for (width, height, expected) in [
        (0.0, 0.0, 0),
        (240.0, 0.0, 0),
        (240.0, 135.0, 180),
        (320.0, 180.0, 180),
        (1280.0, 800.0, 1080),
        // A tall tile shows the middle of a wide picture.
        (390.0, 844.0, 1080),
        // A flat one shows all of its width.
        (1280.0, 200.0, 720),
        (3840.0, 2160.0, 2160),
    ] {
        assert_eq!(shown_height(width, height), expected, "{width} × {height}");
    }
}
