//! What happens to the page of one of the two: to its tab, its camera, its browser.

use super::{Again, Fault, Figure, Goal, Pair, Stage, Unit, lasts};
use crate::couple::Half;
use crate::flow::Moment;
use crate::setup::Kind::{Chromium, Firefox};
use crate::wait::{until, until_within};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

const ALL: &[Pair] = &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)];

/// Cameras are only lost in Chromium: there a script can end a track, and DevTools can change what is allowed.
const TO_CHROMIUM: &[Pair] = &[(Firefox, Chromium), (Chromium, Chromium)];

const RELOADED: &[Goal] = &[
    Goal::new("both are seen again", Unit::Seconds).all(3.0),
    Goal::new("other tiles than the one of the same person", Unit::Count).all(0.0),
];

pub(super) const RELOAD: Fault = Fault {
    name: "reload",
    title: "the page is loaded again",
    pairs: ALL,
    short: 2,
    goals: RELOADED,
    // What is new in the reloaded page was made before one could look.
    again: Again::Others,
    act: |stage| Box::pin(reload(stage)),
};

async fn reload(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    let before = ana.bond().await?;
    call.mark().await?;
    let start = Moment::now();
    ben.person.browser().driver().refresh().await?;
    let shown = until_within(PATIENCE, "the reloaded page shows the other one", async || {
        let playing = "const v = document.querySelector(`figure[data-peer=\"${arguments[0]}\"] video`); \
                       return !!v && v.videoWidth > 0 && v.currentTime > 0 && v.checkVisibility()";
        let plays: bool = ben.person.evaluate(playing, [json!(ben.other)]).await?;
        ensure!(plays, "data-call={:?}, tiles {:?}", ben.person.call().await, ben.person.tiles().await);
        Ok(Moment::now())
    })
    .await?;
    let flow = ana.person.receives_within(PATIENCE, ana.other).await?;
    let back = flow.courses().into_iter().filter_map(|course| course.over()).fold(shown, Moment::later);
    call.are_the_same_people().await?;
    ana.person.sees_and_hears(ana.other).await?;
    ensure!(ana.bond().await?.farewells() == before.farewells(), "the other one was told of a farewell");
    Ok(vec![
        Figure::seconds(RELOADED[0].figure, back.since(start)),
        Figure::count(RELOADED[1].figure, others(ana, start).await?),
    ])
}

/// How often since `start` there were other tiles than the one of the other half.
async fn others(half: Half<'_>, start: Moment) -> Result<usize> {
    let history = half.person.tiles_over_time().await?;
    let since = history.iter().filter(|(time, _)| *time > start);
    Ok(since.filter(|(_, tiles)| tiles.len() != 1 || tiles[0].0 != half.other).count())
}

const ASKED: &[Goal] = &[
    Goal::new("other tiles than the one of the same person", Unit::Count).all(0.0),
    Goal::new("the chosen tab is in the call", Unit::Seconds).all(4.0).noted("as fast as a seat is resumed"),
];

pub(super) const DUPLICATE: Fault = Fault {
    name: "duplicate-tab",
    title: "the same call in a second tab",
    pairs: &[(Firefox, Chromium), (Chromium, Firefox), (Chromium, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: ASKED,
    again: Again::Others,
    act: |stage| Box::pin(duplicate(stage)),
};

const QUESTION: &str = "This call is open in another tab";
const ANSWER: &str = "Use this tab";
const MOVED: &str = "The call moved to another tab";

async fn duplicate(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    let driver = ben.person.browser().driver();
    let start = Moment::now();
    let first = driver.window().await?;
    // Only so does the second tab get what the first one keeps for itself.
    ben.person.evaluate::<Value>("window.open(location.href); return null", []).await?;
    let second = until("there is a second tab", async || {
        let tabs = driver.windows().await?;
        tabs.into_iter().find(|tab| *tab != first).context("there is not")
    })
    .await?;
    driver.switch_to_window(second.clone()).await?;
    reads(ben, QUESTION).await?;
    ensure!(
        !matches!(&*ben.person.call().await?, "connected" | "alone"),
        "the second tab is in the call without an answer"
    );
    // The first one is in the call as before.
    lasts(Duration::from_secs(2)).await;
    ana.person.receives(ana.other).await?;
    // It comes back to the server meanwhile, and what the second tab knows of its seat is old.
    let gone: Moment = stage.scene.server().restart_after_kill().await?.into();
    ana.is_seated_since(gone, PATIENCE).await?;
    driver.switch_to_window(first.clone()).await?;
    ben.is_seated_since(gone, PATIENCE).await?;
    driver.switch_to_window(second).await?;

    ben.person.click(ANSWER).await?;
    let chosen = Moment::now();
    // It may show its lobby first.
    let there = until_within(PATIENCE, "the second tab is in the call", async || {
        let state = ben.person.call().await?;
        ensure!(state == "connected", "data-call={state}; it says {:?}", ben.person.text().await);
        Ok(Moment::now())
    })
    .await?;
    call.are_the_same_people().await?;
    ana.person.sees_and_hears(ana.other).await?;
    driver.switch_to_window(first).await?;
    reads(ben, MOVED).await?;
    ensure!(ben.person.call().await? != "connected", "the first tab is still in the call");
    Ok(vec![
        Figure::count(ASKED[0].figure, others(ana, start).await?),
        Figure::seconds(ASKED[1].figure, there.since(chosen)),
    ])
}

async fn reads(half: Half<'_>, sentence: &str) -> Result<()> {
    until(&format!("{} reads {sentence:?}", half.person.who()), async || {
        let text = half.person.text().await?;
        ensure!(text.contains(sentence), "the page says {text:?}");
        Ok(())
    })
    .await
}

const CAMERA: &[Goal] = &[
    Goal::new("gap in the sound beyond a calm time's", Unit::Seconds).all(0.25).noted("0; audio goes on"),
    Goal::new("the placeholder is shown", Unit::Seconds).all(2.0).noted("to the other one"),
];

pub(super) const UNPLUGGED: Fault = Fault {
    name: "camera-unplugged",
    title: "the camera is unplugged, and plugged in again",
    // A track of Firefox hears no event that a script makes.
    pairs: TO_CHROMIUM,
    short: 1,
    goals: CAMERA,
    again: Again::Same,
    act: |stage| Box::pin(camera_gone(stage, Gone::Unplugged)),
};

const WITHDRAWN: &[Goal] = &[
    Goal::new("gap in the sound beyond a calm time's", Unit::Seconds).all(2.0).noted(
        "Chromium ends the microphone too when both were opened by one request; it may be opened again",
    ),
    Goal::new("the placeholder is shown", Unit::Seconds).all(2.0).noted("to the other one"),
];

pub(super) const REVOKED: Fault = Fault {
    name: "camera-revoked",
    title: "the permission for the camera is withdrawn, and given again",
    pairs: TO_CHROMIUM,
    short: 1,
    goals: WITHDRAWN,
    again: Again::Same,
    act: |stage| Box::pin(camera_gone(stage, Gone::Revoked)),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gone {
    Unplugged,
    Revoked,
}

async fn camera_gone(stage: &Stage<'_>, how: Gone) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    let calm = stage.calm(Duration::from_secs(2)).await?;
    let before = call.bonds().await?;
    call.mark().await?;
    let start = Moment::now();
    match how {
        Gone::Unplugged => ben.person.evaluate::<Value>("__e2e.unplug(); return null", []).await.map(drop)?,
        Gone::Revoked => ben.person.allows_camera(false).await?,
    }
    let shown = until("the other one is shown a placeholder", async || {
        let tile = ana.person.tile(ana.other).await?;
        ensure!(tile.camera == "off" && tile.avatar, "{tile:?}");
        Ok(Moment::now())
    })
    .await?;
    // And told why, on their own page.
    until("Ben is told why", async || {
        let text = ben.person.text().await?;
        ensure!(
            ["Not connected", "Stopped", "Not found", "Blocked", "Camera stopped", "No camera found"]
                .iter()
                .any(|word| text.contains(word)),
            "the page says {text:?}"
        );
        Ok(())
    })
    .await?;
    ana.person.hears(ana.other).await?;
    let silence = ana.person.flow(ana.other).await?.audio.longest();
    match how {
        Gone::Unplugged => ben.person.evaluate::<Value>("__e2e.plug(); return null", []).await.map(drop)?,
        Gone::Revoked => {
            ben.person.allows_camera(true).await?;
            if !ben.person.is_on(ben.person.words().camera).await? {
                ben.person.click(ben.person.words().camera).await?;
            }
        }
    }
    ana.person.sees(ana.other).await?;
    call.nothing_changed_since(&before).await?;
    Ok(vec![
        Figure::seconds(CAMERA[0].figure, silence.saturating_sub(calm)),
        Figure::seconds(CAMERA[1].figure, shown.since(start)),
    ])
}

const GONE: &[Goal] = &[
    Goal::new("“Reconnecting” is shown", Unit::Seconds).all(5.0),
    Goal::new("the tile is gone", Unit::Seconds).all(45.0),
];

pub(super) const KILLED: Fault = Fault {
    name: "browser-killed",
    title: "the other browser is killed",
    pairs: ALL,
    short: 1,
    goals: GONE,
    again: Again::Others,
    act: |stage| Box::pin(killed(stage)),
};

async fn killed(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    let start = Moment::now();
    ben.person.browser().kill();
    let state_of = async |wanted: Option<&str>| -> Result<Moment> {
        let history = ana.person.tiles_over_time().await?;
        let fits = |tiles: &[(String, String)]| {
            tiles.iter().find(|(peer, _)| peer == ana.other).map(|(_, state)| state.as_str()) == wanted
        };
        let found = history.iter().find(|(time, tiles)| *time > start && fits(tiles));
        found.map(|(time, _)| *time).with_context(|| format!("the tiles were {:?}", history.last()))
    };
    let reconnecting =
        until_within(PATIENCE, "“Reconnecting” is shown", async || state_of(Some("reconnecting")).await)
            .await?;
    let gone =
        until_within(Duration::from_secs(90), "the tile is gone", async || state_of(None).await).await?;
    ana.person.is_in("alone").await?;
    Ok(vec![
        Figure::seconds(GONE[0].figure, reconnecting.since(start)),
        Figure::seconds(GONE[1].figure, gone.since(start)),
    ])
}
