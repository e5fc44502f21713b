//! What a browser counts of a connection, and what becomes of it each second, kept for the last five minutes.
//!
//! Apart from what is made of it: everything in here is a plain number, and a number that a browser does not give
//! is none, never zero.

use ojak_protocol::{Limit, Playback, Transport};
use std::collections::VecDeque;
use std::time::Duration;

/// Seconds that are kept.
pub const SECONDS_KEPT: usize = 300;
/// Less sound than this is silence: the mean square of a root mean square of about 0.0045.
const AUDIBLE_POWER: f64 = 2e-5;
/// Of fewer packets in a second nothing is said: one that is late would be a tenth.
const PACKETS_MIN: u64 = 20;

/// How something is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the standards")]
pub enum Codec {
    Vp8,
    Vp9,
    Av1,
    H264,
    H265,
    Opus,
    /// Each packet of sound holds those before it once more.
    Red,
}

impl Codec {
    /// That of a `mimeType` such as `video/VP9`. None for what comes along with them, such as `video/rtx`.
    #[must_use]
    pub fn from_mime(mime: &str) -> Option<Self> {
        let all = [Self::Vp8, Self::Vp9, Self::Av1, Self::H264, Self::H265, Self::Opus, Self::Red];
        all.into_iter().find(|codec| codec.mime().eq_ignore_ascii_case(mime))
    }

    const fn mime(self) -> &'static str {
        match self {
            Self::Vp8 => "video/VP8",
            Self::Vp9 => "video/VP9",
            Self::Av1 => "video/AV1",
            Self::H264 => "video/H264",
            Self::H265 => "video/H265",
            Self::Opus => "audio/opus",
            Self::Red => "audio/red",
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
            Self::H264 => "H.264",
            Self::H265 => "H.265",
            Self::Opus => "Opus",
            Self::Red => "Opus + RED",
        }
    }
}

/// Which way packets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// Whether somebody is in between.
    pub kind: PathKind,
    /// What carries the packets; to the relay, if there is one.
    pub protocol: Transport,
}

impl Path {
    /// The word for a tile's `data-path`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match (self.kind, self.protocol) {
            (PathKind::Direct, _) => "direct",
            (PathKind::Relay, Transport::Udp) => "relay-udp",
            (PathKind::Relay, Transport::Tcp) => "relay-tcp",
            (PathKind::Relay, Transport::Tls) => "relay-tls",
            (PathKind::Relay, Transport::Unknown) => "relay",
        }
    }

    /// What carries the packets, as people write it; none while it is not known.
    #[must_use]
    pub const fn carrier(self) -> Option<&'static str> {
        match self.protocol {
            Transport::Udp => Some("UDP"),
            Transport::Tcp => Some("TCP"),
            Transport::Tls => Some("TLS"),
            Transport::Unknown => None,
        }
    }
}

/// Whether somebody is in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// From browser to browser.
    Direct,
    /// Through a TURN server.
    Relay,
}

/// What came of one kind of media since the connection was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inbound {
    /// Packets.
    pub packets: Option<u64>,
    /// Packets that did not come; below zero when repeats came.
    pub lost: Option<i64>,
    /// Bytes, without headers.
    pub bytes: Option<u64>,
    /// How unevenly packets come.
    pub jitter: Option<Duration>,
    /// Pictures that were decoded.
    pub frames: Option<u64>,
    /// Width and height of the pictures, in pixels.
    pub size: Option<(u32, u32)>,
    /// The energy of all sound, as `totalAudioEnergy` has it.
    pub energy: Option<f64>,
    /// Sound that was made up for what did not come.
    pub concealed: Option<Duration>,
    /// How it is encoded.
    pub codec: Option<Codec>,
}

/// What was sent of one kind of media since the connection was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outbound {
    /// Packets.
    pub packets: Option<u64>,
    /// Packets that did not come, as the other side said last; below zero when repeats came.
    pub lost: Option<i64>,
    /// Bytes, without headers.
    pub bytes: Option<u64>,
    /// How unevenly packets come there, as the other side said last.
    pub jitter: Option<Duration>,
    /// Pictures that were encoded.
    pub frames: Option<u64>,
    /// Width and height of the pictures, in pixels.
    pub size: Option<(u32, u32)>,
    /// What keeps them from being better.
    pub limit: Option<Limit>,
    /// How it is encoded.
    pub codec: Option<Codec>,
}

/// What a browser has counted of a connection since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    /// There and back, the last time that was measured.
    pub round_trip: Option<Duration>,
    /// What the browser thinks that could be sent, in bits a second.
    pub available: Option<u64>,
    /// Which way, as far as this browser knows.
    pub path: Option<Path>,
    /// What carries packets to the relay that this side uses; none while it uses none.
    pub relay: Option<Transport>,
    /// What becomes of the sound that comes.
    pub playback: Option<Playback>,
    /// Sound that came: their voice.
    pub sound_in: Inbound,
    /// Pictures that came: those of their camera.
    pub picture_in: Inbound,
    /// Sound that was sent.
    pub sound_out: Outbound,
    /// Pictures that were sent.
    pub picture_out: Outbound,
    /// The sound of their screen.
    pub screen_sound_in: Inbound,
    /// Their screen.
    pub screen_in: Inbound,
    /// The sound of the person's own screen.
    pub screen_sound_out: Outbound,
    /// The person's own screen.
    pub screen_out: Outbound,
}

impl Counters {
    /// These, but for what is less by `now` and so is counted from zero: Firefox begins anew with a kind under loss.
    fn that_go_on(self, now: &Self) -> Self {
        let came =
            |then: Inbound, now: Inbound| if now.packets < then.packets { Inbound::default() } else { then };
        let went = |then: Outbound, now: Outbound| {
            if now.packets < then.packets { Outbound::default() } else { then }
        };
        Self {
            sound_in: came(self.sound_in, now.sound_in),
            picture_in: came(self.picture_in, now.picture_in),
            sound_out: went(self.sound_out, now.sound_out),
            picture_out: went(self.picture_out, now.picture_out),
            screen_sound_in: came(self.screen_sound_in, now.screen_sound_in),
            screen_in: came(self.screen_in, now.screen_in),
            screen_sound_out: went(self.screen_sound_out, now.screen_sound_out),
            screen_out: went(self.screen_out, now.screen_out),
            ..self
        }
    }

    /// All that came.
    fn inbound(&self) -> [Inbound; 4] {
        [self.sound_in, self.picture_in, self.screen_sound_in, self.screen_in]
    }

    /// All that was sent.
    fn outbound(&self) -> [Outbound; 4] {
        [self.sound_out, self.picture_out, self.screen_sound_out, self.screen_out]
    }
}

/// Packets of a second, and how many of them did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// All of them.
    pub packets: u64,
    /// Those that did not come.
    pub lost: u64,
}

impl Share {
    /// The share that did not come, in `0.0..=1.0`; none of too few packets.
    #[must_use]
    pub fn loss(self) -> Option<f64> {
        (self.packets >= PACKETS_MIN).then(|| self.lost.min(self.packets) as f64 / self.packets as f64)
    }

    fn plus(self, other: Self) -> Self {
        Self { packets: self.packets + other.packets, lost: self.lost + other.lost }
    }
}

/// One direction, for a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Way {
    /// Packets, and those that were lost.
    pub share: Option<Share>,
    /// How unevenly packets come.
    pub jitter: Option<Duration>,
    /// Sound and pictures, screens too, in bits a second.
    pub bitrate: Option<u64>,
    /// Pictures of a person a second.
    pub frame_rate: Option<f32>,
    /// Pictures of a screen a second.
    pub screen_frame_rate: Option<f32>,
}

/// What a connection did in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Second {
    /// There and back.
    pub round_trip: Option<Duration>,
    /// What goes to the other side.
    pub sent: Way,
    /// What comes from it.
    pub received: Way,
    /// What kept the pictures that were sent from being better.
    pub limit: Option<Limit>,
    /// The same for those that came, as the other side said.
    pub their_limit: Option<Limit>,
}

/// The last seconds of a connection, and what has been counted up to now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    seconds: VecDeque<Second>,
    last: Option<(Duration, Counters)>,
    audible: Option<Duration>,
}

impl History {
    /// Takes what has been counted until `now`. After a new connection all counts begin again, so this does too; what
    /// was before is kept.
    pub fn count(&mut self, counters: Counters, their_limit: Option<Limit>, now: Duration) {
        let before = self.last.replace((now, counters));
        if let (None, Some(_)) = (self.audible, counters.sound_in.energy) {
            self.audible = Some(Duration::ZERO);
        }
        let Some((then, before)) = before else { return };
        let before = before.that_go_on(&counters);
        let time = now.saturating_sub(then);
        if time.is_zero() {
            return;
        }
        if let (Some(from), Some(to)) = (before.sound_in.energy, counters.sound_in.energy)
            && (to - from) / time.as_secs_f64() > AUDIBLE_POWER
            && let Some(audible) = &mut self.audible
        {
            *audible += time;
        }
        if self.seconds.len() == SECONDS_KEPT {
            self.seconds.pop_front();
        }
        self.seconds.push_back(Second {
            round_trip: counters.round_trip,
            sent: sent(&before, &counters, time),
            received: received(&before, &counters, time),
            limit: counters.picture_out.limit,
            their_limit,
        });
    }

    /// The connection was replaced: what comes next is counted from zero.
    pub fn restart(&mut self) {
        (self.last, self.audible) = (None, None);
    }

    /// What has been counted, if anything was since the connection was made.
    #[must_use]
    pub fn counters(&self) -> Option<&Counters> {
        self.last.as_ref().map(|(_, counters)| counters)
    }

    /// How long there was sound that was more than silence, since the connection was made.
    #[must_use]
    pub fn audible(&self) -> Option<Duration> {
        self.audible
    }

    /// The last seconds, `count` of them at most; the latest is the last.
    pub fn latest(
        &self,
        count: usize,
    ) -> impl DoubleEndedIterator<Item = &Second> + Clone + ExactSizeIterator {
        self.seconds.range(self.seconds.len().saturating_sub(count)..)
    }

    /// How much longer there and back takes now than it did at best.
    #[must_use]
    pub fn delay(&self) -> Option<Duration> {
        let least = self.seconds.iter().filter_map(|second| second.round_trip).min()?;
        self.counters()?.round_trip.map(|now| now.saturating_sub(least))
    }

    /// The share of packets that were lost in the last `count` seconds, in one direction.
    #[must_use]
    pub fn loss(&self, count: usize, way: fn(&Second) -> &Way) -> Option<f64> {
        self.latest(count).filter_map(|second| way(second).share).reduce(Share::plus)?.loss()
    }
}

fn sent(before: &Counters, now: &Counters, time: Duration) -> Way {
    let (all_before, all_now) = (before.outbound(), now.outbound());
    let packets = grown(all_before.map(|out| out.packets), all_now.map(|out| out.packets));
    let lost = shrunk_or_grown(all_before.map(|out| out.lost), all_now.map(|out| out.lost));
    Way {
        share: packets.zip(lost).map(|(packets, lost)| Share { packets, lost }),
        jitter: all_now.into_iter().filter_map(|out| out.jitter).max(),
        bitrate: rate(grown(all_before.map(|out| out.bytes), all_now.map(|out| out.bytes)), time),
        frame_rate: frame_rate(before.picture_out.frames, now.picture_out.frames, time),
        screen_frame_rate: frame_rate(before.screen_out.frames, now.screen_out.frames, time),
    }
}

fn received(before: &Counters, now: &Counters, time: Duration) -> Way {
    let (all_before, all_now) = (before.inbound(), now.inbound());
    let packets = grown(all_before.map(|came| came.packets), all_now.map(|came| came.packets));
    let lost = shrunk_or_grown(all_before.map(|came| came.lost), all_now.map(|came| came.lost));
    Way {
        // Here those that came are counted, and not those that were sent.
        share: packets.zip(lost).map(|(came, lost)| Share { packets: came + lost, lost }),
        jitter: all_now.into_iter().filter_map(|came| came.jitter).max(),
        bitrate: rate(grown(all_before.map(|came| came.bytes), all_now.map(|came| came.bytes)), time),
        frame_rate: frame_rate(before.picture_in.frames, now.picture_in.frames, time),
        screen_frame_rate: frame_rate(before.screen_in.frames, now.screen_in.frames, time),
    }
}

/// By how much the sum has grown. A count that begins is one that was zero; none when neither is given.
fn grown(before: [Option<u64>; 4], now: [Option<u64>; 4]) -> Option<u64> {
    let sum = |counts: [Option<u64>; 4]| counts.into_iter().flatten().reduce(|one, other| one + other);
    sum(now).map(|now| now.saturating_sub(sum(before).unwrap_or(0)))
}

/// The same for what may be taken back.
fn shrunk_or_grown(before: [Option<i64>; 4], now: [Option<i64>; 4]) -> Option<u64> {
    let sum = |counts: [Option<i64>; 4]| counts.into_iter().flatten().reduce(|one, other| one + other);
    sum(now).map(|now| u64::try_from(now - sum(before).unwrap_or(0)).unwrap_or(0))
}

fn rate(bytes: Option<u64>, time: Duration) -> Option<u64> {
    bytes.map(|bytes| (bytes as f64 * 8.0 / time.as_secs_f64()) as u64)
}

fn frame_rate(before: Option<u64>, now: Option<u64>, time: Duration) -> Option<f32> {
    now.map(|now| (now.saturating_sub(before.unwrap_or(0)) as f64 / time.as_secs_f64()) as f32)
}
