//! Whether one is heard is told from reports alone, and a pause of speech changes nothing.

use ojak_call::protocol::{Limit, Playback, Receipt};
use ojak_call::{Ears, Hearing, Receipts};
use std::time::Duration;

/// What happens in one second.
#[derive(Clone, Copy)]
enum Now {
    /// The person speaks, and a report comes of so many packets and so many milliseconds of sound.
    Speaks(u32, u32),
    /// The person is quiet, and the same report comes.
    Pauses(u32, u32),
    /// The person speaks, and no report comes.
    Unreported,
    /// Their browser plays nothing.
    Blocks(u32),
    /// They turned it down.
    Mutes(u32),
    /// A browser reports that does not tell how loud it was.
    Vague(u32),
    /// The person was muted, or the connection is another one.
    Resets,
}
use Now::{Blocks, Mutes, Pauses, Resets, Speaks, Unreported, Vague};

fn receipt(packets: u32, audible: Option<u32>, playback: Playback) -> Receipt {
    Receipt {
        packets: Some(packets),
        audible_ms: audible,
        concealed_ms: None,
        frames: None,
        playback,
        limit: Limit::None,
        relay: None,
    }
}

/// What is known after each second.
fn told(seconds: &[Now]) -> Vec<Option<Hearing>> {
    let mut ears = Ears::default();
    let mut told = Vec::new();
    for (second, now) in seconds.iter().enumerate() {
        let at = Duration::from_secs(second as u64);
        let is_speaking = matches!(now, Speaks(..) | Unreported | Vague(_));
        match *now {
            Speaks(packets, audible) | Pauses(packets, audible) => {
                ears.report(receipt(packets, Some(audible), Playback::Playing), at);
            }
            Blocks(packets) => ears.report(receipt(packets, Some(0), Playback::Blocked), at),
            Mutes(packets) => ears.report(receipt(packets, Some(0), Playback::Muted), at),
            Vague(packets) => ears.report(receipt(packets, None, Playback::Playing), at),
            Unreported => {}
            Resets => ears.reset(),
        }
        ears.pass(is_speaking, at);
        told.push(ears.hearing(at));
    }
    told
}

#[test]
fn a_voice_is_heard_when_it_was_reported_and_not_before() {
    const HEARD: Option<Hearing> = Some(Hearing::Heard);
    const SILENT: Option<Hearing> = Some(Hearing::Silent);
    const MISSING: Option<Hearing> = Some(Hearing::Missing);
    for (what, seconds, expected) in [
        ("nothing is known before a report", &[Unreported, Unreported][..], &[None, None][..]),
        ("the first report is where counting begins", &[Speaks(50, 900)], &[None]),
        ("sound that grows was heard", &[Speaks(50, 0), Speaks(100, 800)], &[None, HEARD]),
        (
            "a pause of speech changes nothing, however long",
            &[
                Speaks(50, 0),
                Speaks(100, 800),
                Pauses(150, 800),
                Pauses(200, 800),
                Pauses(250, 800),
                Pauses(300, 800),
            ],
            &[None, HEARD, HEARD, HEARD, HEARD, HEARD],
        ),
        (
            "who says nothing is not told anything",
            &[Pauses(50, 0), Pauses(100, 0), Pauses(150, 0)],
            &[None; 3],
        ),
        (
            "three seconds of speech that nobody reports are silent",
            &[Speaks(50, 0), Speaks(100, 0), Speaks(150, 0), Speaks(200, 0)],
            &[None, None, None, SILENT],
        ),
        (
            "and again heard as soon as there is sound",
            &[Speaks(50, 0), Speaks(100, 0), Speaks(150, 0), Speaks(200, 0), Speaks(250, 500)],
            &[None, None, None, SILENT, HEARD],
        ),
        (
            "packets that stop to come are missing, since they come in pauses too",
            &[Speaks(50, 0), Speaks(100, 800), Pauses(100, 800), Pauses(100, 800), Unreported, Unreported],
            &[None, HEARD, HEARD, HEARD, HEARD, MISSING],
        ),
        (
            "who asks into an interruption whether anybody is there is not silent once it is over",
            &[
                Speaks(50, 0),
                Speaks(100, 800),
                Unreported,
                Unreported,
                Unreported,
                Unreported,
                Pauses(150, 800),
                Pauses(200, 800),
            ],
            &[None, HEARD, HEARD, HEARD, HEARD, MISSING, HEARD, HEARD],
        ),
        (
            "a browser that plays nothing before a click",
            &[Speaks(50, 0), Blocks(100)],
            &[None, Some(Hearing::Blocked)],
        ),
        (
            "somebody who does not want to hear",
            &[Speaks(50, 0), Mutes(100)],
            &[None, Some(Hearing::Deafened)],
        ),
        (
            "a browser that does not tell is not called silent",
            &[Vague(50), Vague(100), Vague(150), Vague(200), Vague(250)],
            &[None; 5],
        ),
        (
            "after a pause of the microphone it has to be heard anew",
            &[Speaks(50, 0), Speaks(100, 800), Resets, Speaks(200, 800), Speaks(250, 1500)],
            &[None, HEARD, None, None, HEARD],
        ),
        ("a figure that begins has not grown", &[Vague(50), Speaks(100, 5000)], &[None, None]),
    ] {
        assert_eq!(told(seconds), expected, "{what}");
    }
}

#[test]
fn what_each_hears_is_summed_up() {
    let (heard, silent) = (Some(Hearing::Heard), Some(Hearing::Silent));
    for (each, expected) in [
        (&[][..], None),
        (&[None, None], None),
        (&[heard], Some(Receipts { by: 1, of: 1 })),
        (&[heard, None], Some(Receipts { by: 1, of: 1 })),
        (&[heard, silent, heard, heard], Some(Receipts { by: 3, of: 4 })),
        (&[silent, Some(Hearing::Blocked)], Some(Receipts { by: 0, of: 2 })),
    ] {
        assert_eq!(Receipts::of(each.iter().copied()), expected, "{each:?}");
    }
}
