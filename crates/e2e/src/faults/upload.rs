//! An upload that is too slow for pictures: speech goes on, the person is told why they are seen badly, and the picture
//! comes back.

use super::{Again, Fault, Figure, Goal, Length, Stage, Unit};
use crate::flow::Moment;
use crate::series::Series;
use crate::setup::Kind::{self, Chromium, Firefox};
use crate::wait::until_within;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How long the upload is slow: long enough for a picture to be made smaller, and for that to fail once.
const LASTS: Duration = Duration::from_secs(30);
/// The same of the daily one: long enough for a picture to be made smaller.
const LASTS_SHORT: Duration = Duration::from_secs(15);
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
    short: 1,
    goals: GOALS,
    again: Again::Others,
    act: |stage| Box::pin(slows(stage)),
};

fn height(counts: &Value) -> Result<u64> {
    counts["out_video"]["frameHeight"].as_u64().context("no picture is sent")
}

async fn slows(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let half = call.halves()[stage.round % 2];
    let sufferer = half.person;
    sufferer.opens_call_health().await?;
    let before = until_within(PATIENCE, "a large picture is sent", async || {
        let height = height(&Series::of(sufferer).count().await?)?;
        ensure!(height >= 360, "{height} pixels");
        Ok(height)
    })
    .await?;
    let mut series = Series::of(sufferer);
    for _ in 0..5 {
        series.count().await?;
        super::lasts(Duration::from_secs(1)).await;
    }
    call.mark().await?;
    sufferer.site().narrow_upload(300)?;
    let start = Moment::now();
    let mut told = None;
    let time = if stage.length == Length::Short { LASTS_SHORT } else { LASTS };
    while Moment::now().since(start) < time {
        super::lasts(Duration::from_secs(1)).await;
        let counts = series.count().await?;
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
        let counts = series.count().await?;
        let height = height(&counts)?;
        ensure!(height >= before, "{height} pixels, and {before} before");
        Ok(Moment::now())
    })
    .await;
    series.keep(stage.scene.directory(), stage.fault)?;
    // Firefox does not say that it is held back; then only what this page does about it is told.
    if sufferer.browser().kind() == Kind::Chromium {
        let told = told.context("the cause is not shown")?;
        ensure!(told.starts_with("Your upload"), "it is said that {told:?}");
    }
    Ok(vec![Figure::seconds(GOALS[0].figure, gap), Figure::seconds(GOALS[1].figure, back?.since(mended))])
}
