//! What the browser counts of a connection: whether anything arrives, how loud it is, and what it takes and loses.

use super::screen;
use super::timer::Interval;
use ojak_call::protocol::{Limit, Playback, Transport};
use ojak_call::{Codec, Counters, Inbound, Outbound, Path, PathKind, PeerEvent, SILENCE, Source};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcStatsReport};

/// From one look at how loud somebody is to the next.
const LISTENED_EVERY: Duration = Duration::from_millis(200);
/// From one count of a connection to the next. Nothing else asks for one while something arrives.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

/// Bytes of sound and picture that have arrived.
pub(super) fn media_bytes(report: &RtcStatsReport) -> u64 {
    let mut bytes = 0.0;
    for_each(report, |kind, entry| {
        if kind == "inbound-rtp" {
            bytes += number(entry, "bytesReceived").unwrap_or(0.0);
        }
    });
    bytes as u64
}

/// Tells again and again how loud the other side is, as long as it is not silent.
pub(super) fn listen(connection: &RtcPeerConnection, happened: Rc<dyn Fn(PeerEvent)>) -> Option<Interval> {
    let connection = connection.clone();
    let mut last = None;
    Interval::new(LISTENED_EVERY, move || {
        let receivers = connection.get_receivers();
        let sources = receivers
            .iter()
            .map(JsCast::unchecked_into::<RtcRtpReceiver>)
            .filter(|receiver| receiver.track().kind() == "audio")
            // The second is the sound of their screen: a film does not speak.
            .take(1)
            .flat_map(|receiver| receiver.get_synchronization_sources().to_vec());
        for source in sources {
            let packet = number(&source, "rtpTimestamp");
            let level = number(&source, "audioLevel").unwrap_or(0.0) as f32;
            // Browsers go on to tell of the last packet when no other comes.
            if level > SILENCE && packet != last {
                happened(PeerEvent::Heard(level));
            }
            last = packet;
        }
    })
}

/// Tells every second what has been counted of the connection; `playback` is what becomes of its sound.
pub(super) fn count(
    connection: &RtcPeerConnection,
    happened: Rc<dyn Fn(PeerEvent)>,
    playback: impl Fn() -> Option<Playback> + 'static,
) -> Option<Interval> {
    let connection = connection.clone();
    let playback = Rc::new(playback);
    Interval::new(COUNTED_EVERY, move || {
        let promise = connection.get_stats();
        let screen = screen::mids(&connection);
        let (happened, playback) = (happened.clone(), playback.clone());
        spawn_local(async move {
            // Fails only for a connection that is closed.
            if let Ok(report) = JsFuture::from(promise).await {
                let counters = counters(&report.unchecked_into(), &screen);
                let counters = Counters { playback: playback(), ..counters };
                happened(PeerEvent::Carried(Box::new(counters)));
            }
        });
    })
}

/// What has been counted, of all that is in `report`; `screen` is what the counts of screens are marked with.
fn counters(report: &RtcStatsReport, screen: &[String]) -> Counters {
    let mut counters = Counters::default();
    let (mut pairs, mut selected, mut by_media) = (Vec::new(), None, None::<f64>);
    for_each(report, |kind, entry| {
        let source = |entry: &JsValue| match text(entry, "mid") {
            Some(mid) if screen.contains(&mid) => Source::Screen,
            _ => Source::Camera,
        };
        match kind {
            "inbound-rtp" => came(inbound(&mut counters, source(entry), entry), entry, report),
            "outbound-rtp" => went(outbound(&mut counters, source(entry), entry), entry, report),
            "remote-inbound-rtp" => {
                by_media = by_media.into_iter().chain(number(entry, "roundTripTime")).reduce(f64::min);
                // What the other side says is marked only with what it is about.
                let about = entry_of(report, &text(entry, "localId").unwrap_or_default());
                let out = outbound(&mut counters, source(&about), entry);
                add(&mut out.lost, number(entry, "packetsLost").map(|lost| lost as i64));
                out.jitter = out.jitter.max(seconds(number(entry, "jitter")));
            }
            "transport" => selected = selected.take().or(text(entry, "selectedCandidatePairId")),
            "candidate-pair" => pairs.push(entry.clone()),
            _ => {}
        }
    });
    // Firefox says it of the pair itself, and other browsers of the transport.
    let pair = match selected {
        Some(id) => pairs.iter().find(|pair| text(pair, "id").as_deref() == Some(&id)),
        None => pairs.iter().find(|pair| get(pair, "selected").is_truthy()),
    };
    let by_path = pair.and_then(|pair| number(pair, "currentRoundTripTime"));
    counters.round_trip = seconds(by_path.or(by_media));
    counters.available = pair.and_then(|pair| whole(pair, "availableOutgoingBitrate"));
    if let Some((path, relay)) = pair.and_then(|pair| path(pair, report)) {
        (counters.path, counters.relay) = (Some(path), relay);
    }
    counters
}

fn is_sound(entry: &JsValue) -> bool {
    text(entry, "kind").as_deref() == Some("audio")
}

fn inbound<'a>(counters: &'a mut Counters, source: Source, entry: &JsValue) -> &'a mut Inbound {
    match (source, is_sound(entry)) {
        (Source::Camera, true) => &mut counters.sound_in,
        (Source::Camera, false) => &mut counters.picture_in,
        (Source::Screen, true) => &mut counters.screen_sound_in,
        (Source::Screen, false) => &mut counters.screen_in,
    }
}

fn outbound<'a>(counters: &'a mut Counters, source: Source, entry: &JsValue) -> &'a mut Outbound {
    match (source, is_sound(entry)) {
        (Source::Camera, true) => &mut counters.sound_out,
        (Source::Camera, false) => &mut counters.picture_out,
        (Source::Screen, true) => &mut counters.screen_sound_out,
        (Source::Screen, false) => &mut counters.screen_out,
    }
}

/// Which way, and how this side reaches a relay if it uses one.
fn path(pair: &JsValue, report: &RtcStatsReport) -> Option<(Path, Option<Transport>)> {
    let [local, remote] =
        ["localCandidateId", "remoteCandidateId"].map(|key| text(pair, key).map(|id| entry_of(report, &id)));
    let is_relay = |end: &JsValue| text(end, "candidateType").as_deref() == Some("relay");
    let local = local?;
    let transport = |key| text(&local, key).map_or(Transport::Unknown, |word| Transport::from_word(&word));
    if is_relay(&local) {
        let relay = transport("relayProtocol");
        return Some((Path { kind: PathKind::Relay, protocol: relay }, Some(relay)));
    }
    let path = if remote.as_ref().is_some_and(is_relay) {
        // How they reach it, only they know.
        Path { kind: PathKind::Relay, protocol: Transport::Unknown }
    } else {
        Path { kind: PathKind::Direct, protocol: transport("protocol") }
    };
    Some((path, None))
}

fn came(inbound: &mut Inbound, entry: &JsValue, report: &RtcStatsReport) {
    add(&mut inbound.packets, whole(entry, "packetsReceived"));
    add(&mut inbound.lost, number(entry, "packetsLost").map(|lost| lost as i64));
    add(&mut inbound.bytes, whole(entry, "bytesReceived"));
    add(&mut inbound.frames, whole(entry, "framesDecoded"));
    add(&mut inbound.energy, number(entry, "totalAudioEnergy"));
    inbound.jitter = inbound.jitter.max(seconds(number(entry, "jitter")));
    inbound.size = inbound.size.max(size(entry));
    inbound.codec = inbound.codec.or_else(|| codec(entry, report));
    let [made_up, samples] = ["concealedSamples", "totalSamplesReceived"].map(|key| number(entry, key));
    let shares = made_up.zip(samples).filter(|(_, samples)| *samples > 0.0);
    let concealed = shares.zip(number(entry, "totalSamplesDuration"));
    inbound.concealed = seconds(concealed.map(|((made_up, samples), time)| made_up / samples * time));
}

fn went(outbound: &mut Outbound, entry: &JsValue, report: &RtcStatsReport) {
    add(&mut outbound.packets, whole(entry, "packetsSent"));
    add(&mut outbound.bytes, whole(entry, "bytesSent"));
    add(&mut outbound.frames, whole(entry, "framesEncoded"));
    outbound.size = outbound.size.max(size(entry));
    outbound.codec = outbound.codec.or_else(|| codec(entry, report));
    outbound.limit = outbound.limit.or_else(|| {
        let word = text(entry, "qualityLimitationReason")?;
        Some(Limit::ALL.into_iter().find(|limit| limit.as_str() == word).unwrap_or(Limit::Unknown))
    });
}

fn codec(entry: &JsValue, report: &RtcStatsReport) -> Option<Codec> {
    let mime = text(&entry_of(report, &text(entry, "codecId")?), "mimeType")?;
    Codec::from_mime(&mime)
}

/// Width and height; none before there is a picture.
fn size(entry: &JsValue) -> Option<(u32, u32)> {
    let side = |key| number(entry, key).filter(|side| *side > 0.0).map(|side| side as u32);
    side("frameWidth").zip(side("frameHeight"))
}

/// The entry of this id; undefined when there is none.
fn entry_of(report: &RtcStatsReport, id: &str) -> JsValue {
    report.unchecked_ref::<js_sys::Map>().get(&id.into())
}

/// A count that is not given leaves the sum as it is.
fn add<T: std::ops::Add<Output = T>>(sum: &mut Option<T>, more: Option<T>) {
    *sum = match (sum.take(), more) {
        (Some(sum), Some(more)) => Some(sum + more),
        (sum, more) => sum.or(more),
    };
}

fn seconds(seconds: Option<f64>) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds?).ok()
}

/// Calls `seen` with each entry and its type.
fn for_each(report: &RtcStatsReport, mut seen: impl FnMut(&str, &JsValue)) {
    for entry in report.values().into_iter().flatten() {
        seen(&get(&entry, "type").as_string().unwrap_or_default(), &entry);
    }
}

fn get(object: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(object, &key.into()).unwrap_or_default()
}

fn number(object: &JsValue, key: &str) -> Option<f64> {
    get(object, key).as_f64()
}

/// A count; none below zero.
fn whole(object: &JsValue, key: &str) -> Option<u64> {
    number(object, key).filter(|count| *count >= 0.0).map(|count| count as u64)
}

fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string()
}
