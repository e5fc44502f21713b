//! Who speaks, and who does not.

use ojak_call::{SILENCE, Voice};
use std::time::Duration;

/// From one measurement to the next.
const STEP: Duration = Duration::from_millis(200);

/// A voice that was as loud as this, one measurement after the other; and for each whether it spoke then.
fn after(levels: &[f32]) -> Vec<bool> {
    let mut voice = Voice::default();
    let mut now = Duration::from_secs(7);
    levels
        .iter()
        .map(|&level| {
            now += STEP;
            voice.hear(level, now);
            voice.is_speaking()
        })
        .collect()
}

#[test]
fn somebody_speaks_once_they_have_been_loud_for_a_moment() {
    assert_eq!(after(&[0.1, 0.1, 0.1, 0.1]), [false, false, true, true]);
}

#[test]
fn a_cough_is_no_speech() {
    assert_eq!(after(&[0.9, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), [false; 8]);
}

#[test]
fn two_coughs_far_apart_are_no_speech() {
    assert_eq!(after(&[0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0]), [false; 8]);
}

#[test]
fn the_hum_of_a_room_is_no_speech() {
    assert_eq!(after(&[0.015; 20]), [false; 20]);
}

#[test]
fn a_pause_between_two_words_does_not_end_it() {
    assert_eq!(after(&[0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.1, 0.0])[2..], [true; 6]);
}

#[test]
fn who_has_begun_may_go_on_more_softly() {
    assert_eq!(after(&[0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01])[2..], [true; 7]);
}

#[test]
fn it_ends_a_second_after_the_last_sound_whether_silence_is_measured_or_nothing() {
    let spoken = after(&[0.1, 0.1, 0.1, SILENCE, SILENCE, SILENCE, SILENCE, SILENCE]);
    assert_eq!(spoken[2..], [true, true, true, true, true, false]);

    let mut voice = Voice::default();
    for step in 0..3 {
        voice.hear(0.1, STEP * step);
    }
    voice.pass(STEP * 2 + Duration::from_millis(999));
    assert!(voice.is_speaking());
    voice.pass(STEP * 2 + Duration::from_secs(1));
    assert!(!voice.is_speaking());
}
