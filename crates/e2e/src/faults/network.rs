//! What happens to the network between two people.

use super::{Again, Fault, Figure, Goal, Length, Pair, Stage, Unit, lasts};
use crate::couple::{Couple, Half};
use crate::flow::Moment;
use crate::lab::{Site, Uplink};
use crate::series::Series;
use crate::setup::Kind::{Chromium, Firefox};
use anyhow::{Result, ensure};
use std::time::Duration;

/// After this, media that is not back is not coming.
const PATIENCE: Duration = Duration::from_secs(40);

const ALL: &[Pair] = &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)];

const MOVED: &[Goal] = &[
    Goal::new("media gap", Unit::Seconds).half(2.0).most(4.0),
    Goal::new("the server knows them again", Unit::Seconds).all(4.0).noted("at once after a network change"),
];

pub(super) const SWITCH: Fault = Fault {
    name: "wifi-to-lte",
    title: "Wi-Fi → LTE: one network is lost, the other comes up",
    pairs: ALL,
    short: 2,
    goals: MOVED,
    again: Again::Same,
    act: |stage| Box::pin(moves(stage, |site| site.switch().map(drop))),
};

pub(super) const OVERLAP: Fault = Fault {
    name: "wifi-to-lte-overlap",
    title: "Wi-Fi → LTE: the other was up for 4 s before the first was lost",
    pairs: ALL,
    short: 0,
    goals: MOVED,
    again: Again::Same,
    act: |stage| {
        Box::pin(async {
            mover(stage.call()?, stage.round).person.site().overlap()?;
            lasts(Duration::from_secs(4)).await;
            moves(stage, |site| site.switch().map(drop)).await
        })
    },
};

pub(super) const REROUTE: Fault = Fault {
    name: "reroute",
    title: "the router gets another public address, and the device does not notice",
    pairs: ALL,
    short: 0,
    goals: &[
        Goal::new("media gap", Unit::Seconds).half(4.0).most(8.0).noted("2 s to notice, then as Wi-Fi → LTE"),
        Goal::new("the server knows them again", Unit::Seconds)
            .all(20.0)
            .noted("12 s to notice, 7 s to the next try"),
    ],
    again: Again::Same,
    act: |stage| {
        Box::pin(async {
            // Each of the two gets its turn, there and back.
            let to = if stage.round / 2 % 2 == 0 { Uplink::Lte } else { Uplink::Wifi };
            moves(stage, |site| site.reroute(to)).await
        })
    },
};

fn mover(call: &Couple, round: usize) -> Half<'_> {
    call.halves()[round % 2]
}

/// Something happens to the network of one of the two, and the call goes on.
async fn moves(stage: &Stage<'_>, how: impl FnOnce(&Site) -> Result<()>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let mover = mover(call, stage.round);
    let before = call.bonds().await?;
    call.mark().await?;
    how(mover.person.site())?;
    let start = Moment::now();
    // Until what was on its way is through, nothing has stopped.
    lasts(Duration::from_millis(300)).await;
    call.receive_each_other(PATIENCE).await?;
    let gap = call.longest_gap().await?;
    // The other one's socket need not have noticed anything.
    let seated = mover.is_seated_since(start, PATIENCE).await;
    call.are_the_same_people().await?;
    call.nobody_was_said_to_have_gone_since(&before).await?;
    Ok(vec![Figure::seconds(MOVED[0].figure, gap), Figure::seconds(MOVED[1].figure, seated?.since(start))])
}

const WORSE: &[Goal] = &[
    Goal::new("ICE restarts and new connections", Unit::Count).all(0.0),
    Goal::new("longest gap in the sound meanwhile", Unit::Seconds).all(2.0).noted("audio goes on"),
    Goal::new("recovered afterwards", Unit::Seconds).all(2.0),
];

pub(super) const LOSS: Fault = Fault {
    name: "loss",
    title: "30 % loss, both ways, for 10 s",
    pairs: ALL,
    short: 1,
    goals: WORSE,
    again: Again::Same,
    act: |stage| Box::pin(worsens(stage, |site| site.lose(30))),
};

pub(super) const DELAY: Fault = Fault {
    name: "delay",
    title: "150 ms more each way, and up to 100 ms of jitter, for 10 s",
    pairs: ALL,
    short: 1,
    goals: WORSE,
    again: Again::Same,
    act: |stage| {
        let lengthen = |site: &Site| site.lengthen(Duration::from_millis(150), Duration::from_millis(100));
        Box::pin(worsens(stage, lengthen))
    },
};

pub(super) const NARROW: Fault = Fault {
    name: "narrow",
    title: "300 kbit/s, each way, for 10 s",
    pairs: ALL,
    short: 0,
    goals: WORSE,
    again: Again::Same,
    act: |stage| Box::pin(worsens(stage, |site| site.narrow(300))),
};

/// The network of one of the two is bad for 10 s, and the call goes on.
async fn worsens(stage: &Stage<'_>, how: impl FnOnce(&Site) -> Result<()>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let (sufferer, before) = (mover(call, stage.round), call.bonds().await?);
    call.mark().await?;
    how(sufferer.person.site())?;
    let mut series = Series::of(sufferer.person);
    for _ in 0..10 {
        series.count().await?;
        lasts(Duration::from_secs(1)).await;
    }
    series.keep(stage.scene.directory(), stage.fault)?;
    let mut silence = Duration::ZERO;
    for half in call.halves() {
        silence = silence.max(half.person.flow(half.other).await?.audio.longest());
    }
    sufferer.person.site().mend()?;
    let mended = Moment::now();
    let over = call.receive_each_other(PATIENCE).await?;
    // A gap from before does not count.
    let recovered = over.map_or(Duration::ZERO, |over| over.since(mended));
    lasts(Duration::from_secs(2)).await;
    let changes = call.changes_since(&before).await?;
    call.are_the_same_people().await?;
    Ok(vec![
        Figure::count(WORSE[0].figure, changes),
        Figure::seconds(WORSE[1].figure, silence),
        Figure::seconds(WORSE[2].figure, recovered),
    ])
}

const WOKEN: &[Goal] = &[Goal::new("media back after waking", Unit::Seconds).all(4.0)];

pub(super) const SLEEP: Fault = Fault {
    name: "sleep",
    title: "laptop sleep, 60 s: the browser is stopped, its network gone",
    pairs: &[(Chromium, Firefox), (Chromium, Chromium), (Firefox, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: WOKEN,
    again: Again::Same,
    act: |stage| Box::pin(sleep(stage)),
};

async fn sleep(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    // The short one still outlives the 30 s that a seat is kept.
    let time = Duration::from_secs(if stage.length == Length::Short { 45 } else { 60 });
    call.mark().await?;
    ben.person.browser().freeze();
    ben.person.site().unplug()?;
    lasts(time).await;
    let shown = ana.person.tiles_over_time().await;
    ben.person.browser().thaw();
    ben.person.site().plug()?;
    let awake = Moment::now();
    let shown = shown?.pop().map(|(_, tiles)| tiles).unwrap_or_default();
    ensure!(!shown.iter().any(|(_, state)| state == "connected"), "Ana is shown {shown:?} while Ben sleeps");
    let over = call.receive_each_other(PATIENCE).await?;
    call.are_the_same_people().await?;
    Ok(vec![Figure::seconds(WOKEN[0].figure, over.map_or(Duration::ZERO, |over| over.since(awake)))])
}
