//! What the browser counts of a connection: whether anything arrives, how loud it is, and how much is lost.

use super::timer::Interval;
use ojak_call::{PeerEvent, SILENCE, Traffic};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{RtcPeerConnection, RtcRtpReceiver, RtcStatsReport};

/// From one look at how loud somebody is to the next.
const LISTENED_EVERY: Duration = Duration::from_millis(200);
/// From one look at what a connection carries to the next.
const WEIGHED_EVERY: Duration = Duration::from_secs(2);

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

/// Tells again and again what the connection carries.
pub(super) fn weigh(connection: &RtcPeerConnection, happened: Rc<dyn Fn(PeerEvent)>) -> Option<Interval> {
    let connection = connection.clone();
    Interval::new(WEIGHED_EVERY, move || {
        let promise = connection.get_stats();
        let happened = happened.clone();
        spawn_local(async move {
            // Fails only for a connection that is closed.
            if let Ok(report) = JsFuture::from(promise).await {
                happened(PeerEvent::Carried(traffic(&report.unchecked_into())));
            }
        });
    })
}

/// What the connection has carried, of all that is in `report`.
fn traffic(report: &RtcStatsReport) -> Traffic {
    let mut traffic = Traffic::default();
    let (mut by_path, mut by_media) = (None::<f64>, None::<f64>);
    let least = |best: Option<f64>, next: Option<f64>| best.into_iter().chain(next).reduce(f64::min);
    for_each(report, |kind, entry| match kind {
        "inbound-rtp" => {
            traffic.received += number(entry, "packetsReceived").unwrap_or(0.0) as u64;
            // Below zero when more came than was sent, by repeats: as a u64 that is none.
            traffic.lost += number(entry, "packetsLost").unwrap_or(0.0) as u64;
        }
        "candidate-pair" if get(entry, "nominated").is_truthy() => {
            by_path = least(by_path, number(entry, "currentRoundTripTime"));
        }
        "remote-inbound-rtp" => by_media = least(by_media, number(entry, "roundTripTime")),
        _ => {}
    });
    let seconds = by_path.or(by_media);
    traffic.round_trip = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    traffic
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
