//! What happens to the server, and to the way to it. The media of a call must not notice.

use super::{Again, Fault, Figure, Goal, SERVER, Stage, Unit, lasts};
use crate::flow::Moment;
use crate::setup::Kind::{Chromium, Firefox};
use crate::wait::until_within;
use anyhow::{Context, Result};
use std::time::Duration;

const CALM: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);

const GAP: Goal = Goal::new("media gap beyond a calm time's", Unit::Seconds)
    .all(0.25)
    .noted("0; one looks every 100 ms, so up to 0.25 s is none");

const RESTART: &[Goal] =
    &[GAP, Goal::new("seats resumed after the end of the old process", Unit::Seconds).most(2.5).all(4.0)];

pub(super) const KILL: Fault = Fault {
    name: "server-kill",
    title: "signalling server restart (KILL)",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: RESTART,
    again: Again::Same,
    act: |stage| Box::pin(restart(stage, End::Kill)),
};

pub(super) const TERM: Fault = Fault {
    name: "server-term",
    title: "signalling server restart (TERM)",
    pairs: &[(Firefox, Chromium), (Chromium, Firefox), (Chromium, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: RESTART,
    again: Again::Same,
    act: |stage| Box::pin(restart(stage, End::Term)),
};

#[derive(Clone, Copy)]
enum End {
    Kill,
    Term,
}

async fn restart(stage: &Stage<'_>, end: End) -> Result<Vec<Figure>> {
    let (call, server) = (stage.call()?, stage.scene.server());
    let calm = stage.calm(CALM).await?;
    let before = call.bonds().await?;
    call.mark().await?;
    let gone: Moment = match end {
        End::Kill => server.restart_after_kill().await?,
        End::Term => server.restart_after_term().await?,
    }
    .into();
    let seated = call.are_seated_since(gone, PATIENCE).await?;
    // Whether being seated again disturbs the media is seen a moment later.
    lasts(Duration::from_secs(2)).await;
    let gap = call.longest_gap().await?;
    call.nothing_changed_since(&before).await?;
    Ok(vec![
        Figure::seconds(RESTART[0].figure, gap.saturating_sub(calm)),
        Figure::seconds(RESTART[1].figure, seated.since(gone)),
    ])
}

const NOTICED: &[Goal] = &[
    Goal::new("the page notices", Unit::Seconds).all(12.0),
    Goal::new("the other one is told", Unit::Seconds).all(12.0).noted("by the server: away"),
    Goal::new("seats resumed after the way is open", Unit::Seconds)
        .all(8.0)
        .noted("the longest wait between two tries is 7 s"),
    GAP,
];

pub(super) const HALF_OPEN: Fault = Fault {
    name: "half-open",
    title: "half-open TCP: nothing passes to or from the server",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: NOTICED,
    again: Again::Same,
    act: |stage| Box::pin(half_open(stage)),
};

async fn half_open(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let [ana, ben] = call.halves();
    let calm = stage.calm(CALM).await?;
    let before = call.bonds().await?;
    call.mark().await?;
    let sockets = ben.person.sockets().await?.len();
    ben.person.site().silence(SERVER)?;
    let cut = Moment::now();
    // It has noticed when it gives the socket up, or tries another.
    let noticed = until_within(PATIENCE, "the page notices", async || {
        let now = ben.person.sockets().await?;
        let given_up = now.get(sockets - 1).and_then(|socket| socket.closed);
        let tried = now.get(sockets).map(|socket| socket.made);
        given_up.into_iter().chain(tried).next().context("it has not")
    })
    .await;
    let told = until_within(PATIENCE, "the other one is told", async || {
        let sockets = ana.person.sockets().await?;
        let heard = sockets.iter().flat_map(|socket| &socket.heard);
        let away = heard.filter(|heard| heard.time > cut && heard.peer.as_deref() == Some(ben.id));
        away.map(|heard| heard.time).next().context("the server has not said anything")
    })
    .await;
    ben.person.site().mend()?;
    let (noticed, told, open) = (noticed?, told?, Moment::now());
    let seated = ben.is_seated_since(cut, PATIENCE).await?;
    lasts(Duration::from_secs(1)).await;
    let gap = call.longest_gap().await?;
    call.nothing_changed_since(&before).await?;
    Ok(vec![
        Figure::seconds(NOTICED[0].figure, noticed.since(cut)),
        Figure::seconds(NOTICED[1].figure, told.since(cut)),
        Figure::seconds(NOTICED[2].figure, seated.since(open)),
        Figure::seconds(NOTICED[3].figure, gap.saturating_sub(calm)),
    ])
}
