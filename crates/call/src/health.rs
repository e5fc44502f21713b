//! What a person is shown of one connection when they ask how it is, and the same as text for a bug report.

use crate::cause::Cause;
use crate::figures::{Codec, Counters, History, Inbound, Outbound, Path, PathKind, Second, Way};
use crate::receipt::Hearing;
use ojak_protocol::Switch;
use std::fmt::Write;
use std::time::Duration;

/// How one connection is and was.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// Why it is not better.
    pub cause: Cause,
    /// What was done about it.
    pub lowered: Lowered,
    /// The last five minutes, the latest last.
    pub seconds: Vec<Second>,
    /// Which way.
    pub path: Option<Path>,
    /// What goes there.
    pub sending: Media,
    /// What comes from there.
    pub receiving: Media,
    /// The screens that are shared beside that.
    pub screens: Screens,
    /// Whether they hear the person.
    pub hearing: Option<Hearing>,
    /// With less than this, the picture looks worse than it could. In bits a second.
    pub needed: Option<u64>,
}

/// What was done to a picture for the sake of the sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lowered {
    /// Nothing.
    #[default]
    No,
    /// It is no higher than this, in pixels; of a screen there are no more pictures a second than this.
    To(u32),
    /// It is not sent.
    Off,
}

/// How sound and picture are in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Media {
    /// Width and height of the picture, in pixels; none while there is none.
    pub size: Option<(u32, u32)>,
    /// Pictures a second.
    pub frame_rate: Option<f32>,
    /// How the picture is encoded.
    pub picture: Option<Codec>,
    /// How the sound is encoded.
    pub sound: Option<Codec>,
}

/// How the screens are that the two share with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Screens {
    /// What was done to the person's own.
    pub lowered: Lowered,
    /// The person's own; none while it is not shared.
    pub sending: Option<Media>,
    /// That of the other side; none likewise.
    pub receiving: Option<Media>,
}

impl Screens {
    /// Those of `history`: the person's `own`, and `theirs`, as far as they are shared.
    pub(crate) fn of(history: &History, own: Switch, theirs: Switch, lowered: Lowered) -> Self {
        let now = history.latest(1).next().copied().unwrap_or_default();
        let Counters { screen_in, screen_sound_in, screen_out, screen_sound_out, .. } =
            history.counters().copied().unwrap_or_default();
        // A screen may well stand still.
        let sending = Media {
            size: screen_out.size,
            frame_rate: now.sent.screen_frame_rate,
            picture: screen_out.codec,
            sound: screen_sound_out.codec,
        };
        let receiving = Media {
            size: screen_in.size,
            frame_rate: now.received.screen_frame_rate,
            picture: screen_in.codec,
            sound: screen_sound_in.codec,
        };
        Self {
            lowered,
            sending: own.is_on().then_some(sending),
            receiving: theirs.is_on().then_some(receiving),
        }
    }
}

impl Health {
    pub(crate) fn of(
        history: &History,
        cause: Cause,
        lowered: Lowered,
        screens: Screens,
        hearing: Option<Hearing>,
        needed: Option<u64>,
        path: Option<Path>,
    ) -> Self {
        let seconds: Vec<Second> = history.latest(usize::MAX).copied().collect();
        let now = seconds.last().copied().unwrap_or_default();
        let Counters { sound_in, picture_in, sound_out, picture_out, .. } =
            history.counters().copied().unwrap_or_default();
        let media = |size, frame_rate: Option<f32>, picture, sound| {
            let is_moving = frame_rate.is_some_and(|rate| rate > 0.0);
            Media {
                size: if is_moving { size } else { None },
                frame_rate: frame_rate.filter(|_| is_moving),
                picture: if is_moving { picture } else { None },
                sound,
            }
        };
        let Outbound { size, codec, .. } = picture_out;
        let sending = media(size, now.sent.frame_rate, codec, sound_out.codec);
        let Inbound { size, codec, .. } = picture_in;
        let receiving = media(size, now.received.frame_rate, codec, sound_in.codec);
        Self { cause, lowered, seconds, path, sending, receiving, screens, hearing, needed }
    }
}

/// `people` as text for a bug report: by number, since it is nobody's business who they are, and without addresses.
/// In English in every language, for those who are to read it. `agent` is what the browser calls itself.
#[must_use]
pub fn report<'a>(people: impl IntoIterator<Item = &'a Health>, agent: &str) -> String {
    let mut text = format!("Ojak call health\nbrowser: {agent}\n");
    for (number, health) in people.into_iter().enumerate() {
        // Writing into a String does not fail.
        let _ = writeln!(text, "\nperson {}", number + 1);
        describe(health, &mut text);
    }
    text
}

type Figure = fn(&Second) -> Option<f64>;

fn describe(health: &Health, text: &mut String) {
    let unknown = || String::from("unknown");
    let path = health.path.map_or_else(unknown, |path| {
        let kind = match path.kind {
            PathKind::Direct => "direct",
            PathKind::Relay => "relay",
        };
        format!("{kind}, {}", path.carrier().unwrap_or("unknown"))
    });
    let _ =
        writeln!(text, "cause: {:?}\ndone: {:?}\nheard: {:?}", health.cause, health.lowered, health.hearing);
    let _ = writeln!(text, "path: {path}");
    let Screens { lowered, sending, receiving } = &health.screens;
    if sending.is_some() {
        let _ = writeln!(text, "done to the screen: {lowered:?}");
    }
    for (name, media) in [
        ("sending", Some(&health.sending)),
        ("receiving", Some(&health.receiving)),
        ("sending the screen", sending.as_ref()),
        ("receiving the screen", receiving.as_ref()),
    ] {
        let Some(media) = media else { continue };
        let size = media.size.map_or_else(unknown, |(width, height)| format!("{width}x{height}"));
        let rate = media.frame_rate.map_or_else(unknown, |rate| format!("{rate:.0}"));
        let codec = |codec: Option<Codec>| codec.map_or("unknown", Codec::as_str);
        let _ =
            writeln!(text, "{name}: {size}, {rate} fps, {}, {}", codec(media.picture), codec(media.sound));
    }
    let _ = writeln!(text, "last {} s, as least / mean / most / now:", health.seconds.len());
    let figures: [(&str, Figure); 11] = [
        ("round trip, ms", |second| second.round_trip.map(in_ms)),
        ("loss sent, %", |second| loss(&second.sent)),
        ("loss received, %", |second| loss(&second.received)),
        ("jitter sent, ms", |second| second.sent.jitter.map(in_ms)),
        ("jitter received, ms", |second| second.received.jitter.map(in_ms)),
        ("bitrate sent, kbit/s", |second| second.sent.bitrate.map(|rate| rate as f64 / 1000.0)),
        ("bitrate received, kbit/s", |second| second.received.bitrate.map(|rate| rate as f64 / 1000.0)),
        ("frame rate sent", |second| second.sent.frame_rate.map(f64::from)),
        ("frame rate received", |second| second.received.frame_rate.map(f64::from)),
        ("frame rate of the screen sent", |second| second.sent.screen_frame_rate.map(f64::from)),
        ("frame rate of the screen received", |second| second.received.screen_frame_rate.map(f64::from)),
    ];
    for (name, figure) in figures {
        let known: Vec<f64> = health.seconds.iter().filter_map(figure).collect();
        let now = health.seconds.last().and_then(figure);
        let said = match (known.iter().copied().reduce(f64::min), known.iter().copied().reduce(f64::max)) {
            (Some(least), Some(most)) => {
                let mean = known.iter().sum::<f64>() / known.len() as f64;
                let now = now.map_or_else(unknown, |now| format!("{now:.1}"));
                format!("{least:.1} / {mean:.1} / {most:.1} / {now}")
            }
            _ => unknown(),
        };
        let _ = writeln!(text, "{name}: {said}");
    }
}

fn in_ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn loss(way: &Way) -> Option<f64> {
    way.share.and_then(crate::figures::Share::loss).map(|loss| loss * 100.0)
}
