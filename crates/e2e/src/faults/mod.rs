//! The faults a call must survive, each as one function: the tests play it once, the soak many times.
//!
//! A fault returns figures; what must hold whatever the figures are (the same people, the same connection) it
//! checks itself. Goals are those of the table of faults in the design of security.

mod glare;
mod network;
mod overload;
mod page;
mod post;
mod signalling;
mod upload;

use crate::couple::Couple;
use crate::scene::Scene;
use crate::setup::Kind;
use anyhow::{Context, Result};
use futures_util::future::LocalBoxFuture;
use std::time::Duration;

/// Something that can happen to a call.
pub struct Fault {
    /// For the command line.
    pub name: &'static str,
    /// For the report.
    pub title: &'static str,
    /// Between whom: who was there first, and who came. Nobody when it needs no browser.
    pub pairs: &'static [Pair],
    /// How many of those, from the first, the short set takes.
    pub short: usize,
    /// How it must turn out.
    pub goals: &'static [Goal],
    /// Whether the same two can have it happen to them again.
    pub again: Again,
    act: for<'a> fn(&'a Stage<'a>) -> LocalBoxFuture<'a, Result<Vec<Figure>>>,
}

/// Who was there first, and who came.
pub type Pair = (Kind, Kind);

/// What is left of two people after a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// A call as before.
    Same,
    /// Others are needed.
    Others,
}

/// What a figure should be.
pub struct Goal {
    /// The figure it is for.
    pub figure: &'static str,
    /// Seconds, or a count.
    pub unit: Unit,
    /// For the report, where the limits do not say it all.
    pub note: &'static str,
    /// The least that half of all runs must reach.
    pub p50: Option<f64>,
    /// The same for 95 of a hundred.
    pub p95: Option<f64>,
    /// The same for all.
    pub max: Option<f64>,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// How many.
    Count,
    /// Memory, in MiB.
    Mebibytes,
}

/// What came out.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Which goal it is for.
    pub name: &'static str,
    /// In the unit of that goal.
    pub value: f64,
}

impl Figure {
    fn seconds(name: &'static str, time: Duration) -> Self {
        Self { name, value: time.as_secs_f64() }
    }

    fn count(name: &'static str, count: usize) -> Self {
        Self { name, value: f64::from(u32::try_from(count).unwrap_or(u32::MAX)) }
    }
}

impl Goal {
    const fn new(figure: &'static str, unit: Unit) -> Self {
        Self { figure, unit, note: "", p50: None, p95: None, max: None }
    }

    const fn half(self, limit: f64) -> Self {
        Self { p50: Some(limit), ..self }
    }

    const fn most(self, limit: f64) -> Self {
        Self { p95: Some(limit), ..self }
    }

    const fn all(self, limit: f64) -> Self {
        Self { max: Some(limit), ..self }
    }

    const fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// The widest limit there is.
    #[must_use]
    pub fn widest(&self) -> Option<f64> {
        self.max.or(self.p95).or(self.p50)
    }

    /// What one run on a busy machine must keep to: twice the widest limit, and never less than a second. A count
    /// has no such room.
    #[must_use]
    pub fn lenient(&self) -> Option<f64> {
        let widest = self.widest()?;
        Some(match self.unit {
            Unit::Seconds => (2.0 * widest).max(1.0),
            Unit::Milliseconds => 2.0 * widest,
            Unit::Count | Unit::Mebibytes => widest,
        })
    }
}

/// How long a fault takes, where that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// For the daily tests.
    Short,
    /// As the goals have it.
    Full,
}

/// What a fault is given.
pub struct Stage<'a> {
    /// Server and network.
    pub scene: &'a Scene,
    /// Which fault it is.
    fault: &'static str,
    /// The two it happens to.
    call: Option<&'a Couple>,
    /// The how-manieth time, from 0: faults that happen to one of the two take turns.
    pub round: usize,
    /// How long.
    pub length: Length,
}

impl Stage<'_> {
    fn call(&self) -> Result<&Couple> {
        self.call.context("nobody is in the call")
    }

    /// The longest gap in `time` while nothing happens: what the machine and the way of looking are good for.
    async fn calm(&self, time: Duration) -> Result<Duration> {
        let call = self.call()?;
        call.mark().await?;
        lasts(time).await;
        call.longest_gap().await
    }
}

/// Lets something go on for `time`: a fault, or a look at what follows. Nothing is waited for by it.
async fn lasts(time: Duration) {
    tokio::time::sleep(time).await;
}

impl Fault {
    /// Everything that can happen.
    pub const ALL: &'static [&'static Self] = &[
        &signalling::KILL,
        &signalling::TERM,
        &network::SWITCH,
        &network::OVERLAP,
        &network::REROUTE,
        &network::LOSS,
        &network::DELAY,
        &network::NARROW,
        &upload::UPLOAD,
        &network::SLEEP,
        &page::RELOAD,
        &page::DUPLICATE,
        &page::UNPLUGGED,
        &page::REVOKED,
        &page::KILLED,
        &glare::GLARE,
        &signalling::HALF_OPEN,
        &overload::OVERLOAD,
        &post::WRITTEN,
        &post::LARGE,
    ];

    /// Lets it happen `runs` times between `pair`, and hands each outcome to `done`. After a failure the rest is
    /// played by others.
    ///
    /// # Errors
    /// When the lab cannot be had.
    pub async fn play(
        &self,
        pair: Option<Pair>,
        runs: usize,
        length: Length,
        mut done: impl FnMut(Result<Vec<Figure>>),
    ) -> Result<()> {
        let mut round = 0;
        let label = pair.map(|(first, second)| format!("-{first:?}-{second:?}")).unwrap_or_default();
        let name = format!("{}{}", self.name, label.to_lowercase());
        while round < runs {
            let Some((first, second)) = pair else {
                done(
                    Scene::play_alone(&name, overload::FLAGS, async |scene| {
                        self.once(scene, None, round, length).await
                    })
                    .await,
                );
                round += 1;
                continue;
            };
            let met = Scene::play_in_lab(&name, &["--joins-per-minute", "0"], async |scene| {
                let call = scene.couple(first, second).await?;
                call.see_and_hear_each_other().await?;
                while round < runs {
                    let outcome = self.once(scene, Some(&call), round, length).await;
                    round += 1;
                    let failed = outcome.is_err();
                    done(outcome.with_context(|| format!("{first:?}, {second:?}")));
                    if failed || self.again == Again::Others {
                        break;
                    }
                }
                Ok(())
            })
            .await;
            if let Err(error) = met {
                round += 1;
                done(Err(error).with_context(|| format!("{first:?}, {second:?}, before the fault")));
            }
        }
        Ok(())
    }

    async fn once(
        &self,
        scene: &Scene,
        call: Option<&Couple>,
        round: usize,
        length: Length,
    ) -> Result<Vec<Figure>> {
        let figures = (self.act)(&Stage { scene, fault: self.name, call, round, length }).await?;
        if let Some(call) = call
            && self.again == Again::Same
        {
            call.see_and_hear_each_other().await.context("after the fault")?;
        }
        Ok(figures)
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|fault| fault.name == name)
    }
}

/// Where the server is, for [`Site::silence`](crate::lab::Site::silence).
const SERVER: std::net::Ipv4Addr = crate::lab::SERVER;
