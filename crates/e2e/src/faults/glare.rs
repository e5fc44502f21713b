//! Both ask for new paths at the same moment.

use super::{Again, Fault, Figure, Goal, Length, Stage, Unit};
use crate::flow::Moment;
use crate::setup::Kind::{Chromium, Firefox};
use anyhow::{Context, Result};
use futures_util::future::try_join;
use std::time::Duration;

const SETTLED: &[Goal] = &[Goal::new("settled", Unit::Seconds).all(5.0).noted("0 stuck, 0 muted")];

pub(super) const GLARE: Fault = Fault {
    name: "glare",
    title: "both negotiate at once",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium), (Chromium, Chromium), (Firefox, Firefox)],
    short: 1,
    goals: SETTLED,
    again: Again::Same,
    act: |stage| Box::pin(glare(stage)),
};

/// So many times one after the other, before it is seen whether both are still seen and heard.
const fn rounds(length: Length) -> usize {
    match length {
        Length::Short => 5,
        Length::Full => 5 * 4,
    }
}

async fn glare(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let mut figures = Vec::new();
    for round in 0..rounds(stage.length) {
        try_join(call.ana.negotiates_nothing(), call.ben.negotiates_nothing()).await?;
        // Long enough that both pages have heard of it.
        let start = Moment::now().plus(Duration::from_millis(300));
        try_join(call.ana.restarts_ice_at(start), call.ben.restarts_ice_at(start)).await?;
        until_after(start).await;
        let settle = try_join(call.ana.has_new_ice(), call.ben.has_new_ice()).await;
        settle.with_context(|| format!("round {round}"))?;
        figures.push(Figure::seconds(SETTLED[0].figure, Moment::now().since(start)));
    }
    call.are_the_same_people().await?;
    Ok(figures)
}

async fn until_after(time: Moment) {
    // A page asks within a few milliseconds; before that it would look settled.
    tokio::time::sleep(time.since(Moment::now()) + Duration::from_millis(50)).await;
}
