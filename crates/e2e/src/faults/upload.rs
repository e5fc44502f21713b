//! An upload that is too slow for pictures: speech goes on, the person is told why they are seen badly, and the picture
//! comes back.

use super::{Again, Fault, Figure, Goal, Stage, Unit};
use crate::flow::Moment;
use crate::page::Person;
use crate::setup::Kind::{self, Chromium, Firefox};
use crate::wait::until_within;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long the upload is slow: long enough for a picture to be made smaller, and for that to fail once.
const LASTS: Duration = Duration::from_secs(30);
/// A picture comes back in steps, and slowly after it has failed.
const PATIENCE: Duration = Duration::from_secs(90);

const GOALS: &[Goal] = &[
    Goal::new("longest gap in the sound meanwhile", Unit::Seconds).all(0.5).noted("speech goes on"),
    Goal::new("the picture is as large as before", Unit::Seconds).all(60.0),
];

pub(super) const UPLOAD: Fault = Fault {
    name: "upload",
    title: "300 kbit/s up, for 30 s",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)],
    // Not among the daily ones before it has been seen to pass.
    short: 0,
    goals: GOALS,
    again: Again::Others,
    act: |stage| Box::pin(slows(stage)),
};

/// What the page's own figures are made of, once a second: kept beside the pictures for who looks into it. Of each kind
/// the second transceiver is a screen, which nobody shares here.
const COUNTS: &str = r"return (async () => {
    const open = __e2e.connections.findLast((c) => c.signalingState !== 'closed');
    const seen = {}, report = await open.getStats();
    const kinds = open.getTransceivers().map((t) => t.receiver.track.kind);
    const screens = open.getTransceivers().filter((t, place) => kinds.indexOf(kinds[place]) < place).map((t) => t.mid);
    for (const e of report.values()) {
      if (screens.includes(e.mid ?? report.get(e.localId)?.mid)) continue;
      const pick = (name, ...keys) => { seen[name] = Object.fromEntries(keys.map((k) => [k, e[k]])); };
      if (e.type === 'outbound-rtp') pick('out_' + e.kind, 'packetsSent', 'bytesSent', 'framesEncoded', 'frameWidth', 'frameHeight', 'qualityLimitationReason');
      if (e.type === 'remote-inbound-rtp') pick('remote_' + e.kind, 'packetsLost', 'jitter', 'roundTripTime');
      if (e.type === 'inbound-rtp') pick('in_' + e.kind, 'packetsReceived', 'packetsLost', 'bytesReceived', 'framesDecoded', 'jitter', 'totalAudioEnergy');
      if (e.type === 'candidate-pair' && (e.nominated || e.selected)) pick('pair', 'currentRoundTripTime', 'availableOutgoingBitrate');
    }
    seen.cause = document.querySelector('.cause h3')?.textContent;
    return seen; })()";

async fn height(person: &Person) -> Result<u64> {
    let counts: Value = person.evaluate(COUNTS, []).await?;
    counts["out_video"]["frameHeight"].as_u64().context("no picture is sent")
}

async fn slows(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let half = call.halves()[stage.round % 2];
    let sufferer = half.person;
    sufferer.opens_call_health().await?;
    let before = until_within(PATIENCE, "a large picture is sent", async || {
        let height = height(sufferer).await?;
        ensure!(height >= 360, "{height} pixels");
        Ok(height)
    })
    .await?;
    let mut series = Vec::new();
    let record = async |series: &mut Vec<Value>| -> Result<Value> {
        let counts: Value = sufferer.evaluate(COUNTS, []).await?;
        series.push(counts.clone());
        Ok(counts)
    };
    for _ in 0..5 {
        record(&mut series).await?;
        super::lasts(Duration::from_secs(1)).await;
    }
    call.mark().await?;
    sufferer.site().narrow_upload(300)?;
    let start = Moment::now();
    let mut told = None;
    while Moment::now().since(start) < LASTS {
        super::lasts(Duration::from_secs(1)).await;
        let counts = record(&mut series).await?;
        let cause = counts["cause"].as_str().unwrap_or_default();
        if cause.contains("too slow for video") && told.is_none() {
            told = Some(cause.to_owned());
            stage.scene.photograph(sufferer, "the upload is slow").await?;
        }
    }
    let mut gap = Duration::ZERO;
    for half in call.halves() {
        gap = gap.max(half.person.flow(half.other).await?.audio.longest());
    }
    sufferer.site().mend()?;
    let mended = Moment::now();
    let back = until_within(PATIENCE, "the picture is as large as before", async || {
        let counts = record(&mut series).await?;
        let height = counts["out_video"]["frameHeight"].as_u64().unwrap_or_default();
        ensure!(height >= before, "{height} pixels, and {before} before");
        Ok(Moment::now())
    })
    .await;
    let kept = serde_json::to_string(&series)?;
    std::fs::write(stage.scene.directory().join(format!("series-{}.json", half.person.who())), kept)?;
    // Firefox does not say that it is held back; then only what this page does about it is told.
    if sufferer.browser().kind() == Kind::Chromium {
        let told = told.context("the cause is not shown")?;
        ensure!(told.starts_with("Your upload"), "it is said that {told:?}");
    }
    Ok(vec![Figure::seconds(GOALS[0].figure, gap), Figure::seconds(GOALS[1].figure, back?.since(mended))])
}
