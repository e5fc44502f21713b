//! What real browsers counted while something was wrong with the network, and what the call says of it.
//!
//! The files are those that `./x test soak upload loss delay` writes into `target/e2e/`: of one of the two, whose network
//! it was, a second a line.

use crate::call::{Visit, id};
use ojak_call::protocol::{Limit, PeerMessage, Switch};
use ojak_call::{Cause, ConnectionState, Counters, Inbound, Intent, Outbound, PeerEvent};
use serde_json::Value;
use std::time::Duration;

/// What the page makes of the same in `crates/client/src/web/stats.rs`.
fn counters(line: &Value) -> Counters {
    let inbound = |kind: &str| {
        let counted = &line[format!("in_{kind}")];
        Inbound {
            packets: counted["packetsReceived"].as_u64(),
            lost: counted["packetsLost"].as_i64(),
            bytes: counted["bytesReceived"].as_u64(),
            jitter: seconds(&counted["jitter"]),
            frames: counted["framesDecoded"].as_u64(),
            energy: counted["totalAudioEnergy"].as_f64(),
            ..Inbound::default()
        }
    };
    let outbound = |kind: &str| {
        let (counted, remote) = (&line[format!("out_{kind}")], &line[format!("remote_{kind}")]);
        let side = |key| counted[key].as_u64().map(|side| side as u32);
        let limit = |word: &str| Limit::ALL.into_iter().find(|limit| limit.as_str() == word);
        Outbound {
            packets: counted["packetsSent"].as_u64(),
            lost: remote["packetsLost"].as_i64(),
            bytes: counted["bytesSent"].as_u64(),
            jitter: seconds(&remote["jitter"]),
            frames: counted["framesEncoded"].as_u64(),
            size: side("frameWidth").zip(side("frameHeight")),
            limit: counted["qualityLimitationReason"].as_str().and_then(limit),
            ..Outbound::default()
        }
    };
    let by_media = ["audio", "video"].map(|kind| seconds(&line[format!("remote_{kind}")]["roundTripTime"]));
    Counters {
        round_trip: seconds(&line["pair"]["currentRoundTripTime"]).or(by_media.into_iter().flatten().min()),
        available: line["pair"]["availableOutgoingBitrate"].as_f64().map(|bits| bits as u64),
        sound_in: inbound("audio"),
        picture_in: inbound("video"),
        sound_out: outbound("audio"),
        picture_out: outbound("video"),
        ..Counters::default()
    }
}

fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

/// What is said of it, each time something else is.
fn causes(recorded: &str) -> Vec<Cause> {
    let mut visit = Visit::in_room(&[id(1)]);
    visit.peer(id(1), PeerEvent::State(ConnectionState::Connected));
    visit.peer(id(1), PeerEvent::ChannelOpened);
    visit.wants(Intent::Watch(Switch::On));
    let mut causes = Vec::new();
    for line in recorded.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        visit.waits(1);
        visit.peer(id(1), PeerEvent::Said(PeerMessage::Beat));
        visit.peer(id(1), PeerEvent::Carried(Box::new(counters(&line))));
        causes.extend(visit.call.view().people[0].health.as_ref().map(|health| health.cause));
        causes.dedup();
    }
    causes
}

const fn upload(height: u32) -> Cause {
    Cause::Upload { height: Some(height) }
}

/// Measured from the first second of the fault, or five before it where the upload is narrow. Firefox does not tell what
/// it could send, so there it shows first in what a full queue does: it makes the way long, and then it overflows.
#[test]
fn what_is_said_is_what_was_wrong() {
    use Cause::{Distance, Good, Loss, LossBetween, Measuring};
    let upload_chromium: [_; 8] = [
        Measuring,
        upload(540),
        upload(135),
        upload(180),
        upload(270),
        upload(135),
        upload(180),
        upload(270),
    ];
    let upload_firefox: [_; 9] =
        [Measuring, Good, Distance, Loss, upload(180), upload(90), upload(135), upload(180), Good];
    let recorded: [(&str, &str, &[Cause]); 6] = [
        ("upload-chromium", include_str!("recorded/upload-chromium.jsonl"), &upload_chromium),
        ("upload-firefox", include_str!("recorded/upload-firefox.jsonl"), &upload_firefox),
        // Chromium lowers what it sends when much is lost or late: then that is what holds the picture back.
        (
            "loss-chromium",
            include_str!("recorded/loss-chromium.jsonl"),
            &[Measuring, LossBetween, upload(360), upload(90)],
        ),
        ("loss-firefox", include_str!("recorded/loss-firefox.jsonl"), &[Measuring, LossBetween, upload(180)]),
        (
            "delay-chromium",
            include_str!("recorded/delay-chromium.jsonl"),
            &[Measuring, upload(270), upload(68)],
        ),
        ("delay-firefox", include_str!("recorded/delay-firefox.jsonl"), &[Measuring, Good, Distance]),
    ];
    for (name, recorded, expected) in recorded {
        assert_eq!(causes(recorded), expected, "{name}");
    }
}
