//! What arrives of somebody over time, and by which connection: the Rust side of `flow.js`.

use crate::page::Person;
use crate::wait::{DEADLINE, until_within};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, in milliseconds of the wall clock, which all pages here share with the test.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Deserialize)]
pub struct Moment(f64);

impl Moment {
    /// This one.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Whichever of the two is later.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0 + time.as_secs_f64() * 1000.0)
    }

    /// How long after `earlier` this is; nothing when it is before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs_f64((self.0 - earlier.0).max(0.0) / 1000.0)
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0)
    }
}

/// How sound or pictures of somebody have arrived since the last [`mark`](Person::mark).
#[derive(Clone, Debug, Deserialize)]
pub struct Course {
    /// When something arrived last.
    pub last: Moment,
    /// Milliseconds of the longest time in which nothing did, until now.
    longest: f64,
    /// Each longer time in which nothing did.
    pub gaps: Vec<(Moment, Moment)>,
    /// Whether the last of the gaps is not over.
    pub open: bool,
}

impl Course {
    /// The longest time in which nothing arrived; how often one looks (100 ms) is part of it.
    #[must_use]
    pub fn longest(&self) -> Duration {
        Duration::from_secs_f64(self.longest / 1000.0)
    }

    /// When the last gap was over, if there was one.
    #[must_use]
    pub fn over(&self) -> Option<Moment> {
        self.gaps.last().map(|(_, end)| *end)
    }
}

/// Sound and pictures of somebody.
#[derive(Clone, Debug, Deserialize)]
pub struct Flow {
    /// By packets.
    pub audio: Course,
    /// By decoded frames.
    pub video: Course,
}

impl Flow {
    /// Both.
    #[must_use]
    pub fn courses(&self) -> [&Course; 2] {
        [&self.audio, &self.video]
    }

    /// The longest gap of either.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.audio.longest().max(self.video.longest())
    }
}

/// A peer connection that the page has made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Link {
    /// The how-manieth, from 0.
    pub index: usize,
    /// Whose tile has shown it.
    pub peer: Option<String>,
    /// How often its ICE user fragments have changed.
    pub restarts: u32,
    /// How often an offer of its own was rolled back implicitly.
    pub rollbacks: u32,
    /// The path in use, with kinds and addresses of both ends.
    pub pair: String,
    /// The same in short: `direct`, or `relay-` and how the relay is reached.
    pub way: String,
    /// `signalingState`.
    pub signaling: String,
    /// `connectionState`.
    pub state: String,
}

impl Link {
    /// Whether it is relayed, and not by a relay of this side.
    #[must_use]
    pub fn is_by_the_others_relay(&self) -> bool {
        self.way.starts_with("relay") && !self.pair.starts_with("relay")
    }
}

/// A signalling socket that the page has made.
#[derive(Clone, Debug, Deserialize)]
pub struct Socket {
    /// When it was asked for.
    pub made: Moment,
    /// When it opened.
    pub opened: Option<Moment>,
    /// When it closed.
    pub closed: Option<Moment>,
    /// What the server said over it, but for pings and signals.
    pub heard: Vec<Heard>,
}

/// Something the server said.
#[derive(Clone, Debug, Deserialize)]
pub struct Heard {
    /// When.
    pub time: Moment,
    /// Its `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its `you`.
    pub you: Option<String>,
    /// Its `peer`.
    pub peer: Option<String>,
    /// Its `peers`, each with whether it is away.
    pub peers: Option<Vec<(String, bool)>>,
}

impl Person {
    /// From now on only new gaps count.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn mark(&self) -> Result<Moment> {
        self.evaluate("return __e2e.mark()", []).await
    }

    /// What has arrived from `peer` since the mark.
    ///
    /// # Errors
    /// When nothing ever has.
    pub async fn flow(&self, peer: &str) -> Result<Flow> {
        let seen: Value = self.evaluate("return __e2e.flow(arguments[0])", [json!(peer)]).await?;
        serde_json::from_value(seen).with_context(|| format!("{} has received nothing of {peer}", self.who()))
    }

    /// Waits until both sound and pictures of `peer` arrive and have for a moment.
    ///
    /// # Errors
    /// When they do not in time.
    pub async fn receives(&self, peer: &str) -> Result<Flow> {
        self.receives_within(DEADLINE, peer).await
    }

    /// As [`receives`](Self::receives), for at most `deadline`.
    ///
    /// # Errors
    /// When they do not in time.
    pub async fn receives_within(&self, deadline: Duration, peer: &str) -> Result<Flow> {
        let start = Moment::now();
        until_within(deadline, &format!("{} receives {peer}", self.who()), async || {
            let flow = self.flow(peer).await?;
            for course in flow.courses() {
                let late = course.over().is_some_and(|end| end > start);
                let steady = course.last.since(course.over().filter(|_| late).unwrap_or(start));
                ensure!(!course.open && steady > Duration::from_millis(500), "{flow:?}");
            }
            Ok(flow)
        })
        .await
    }

    /// Every peer connection that the page has made.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn links(&self) -> Result<Vec<Link>> {
        self.evaluate("return __e2e.links()", []).await
    }

    /// The one that shows `peer`, the newest if there were several.
    ///
    /// # Errors
    /// When there is none.
    pub async fn link(&self, peer: &str) -> Result<Link> {
        let links = self.links().await?;
        let shows = |link: &&Link| link.peer.as_deref() == Some(peer);
        links.iter().rfind(shows).cloned().with_context(|| format!("no connection shows {peer}: {links:?}"))
    }

    /// Which tiles of others there were, with their states: one entry for each change.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn tiles_over_time(&self) -> Result<Vec<(Moment, Vec<(String, String)>)>> {
        self.evaluate("return __e2e.tiles", []).await
    }

    /// Asks every connection for new paths, at `time`.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn restarts_ice_at(&self, time: Moment) -> Result<()> {
        let script = "__e2e.at(arguments[0], __e2e.restart)";
        self.evaluate::<Value>(script, [json!(time.0)]).await.map(drop)
    }

    /// Every signalling socket that the page has made.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn sockets(&self) -> Result<Vec<Socket>> {
        self.evaluate("return __e2e.sockets", []).await
    }

    /// Everything that was seen in the page, for who looks into a failure.
    ///
    /// # Errors
    /// When the page is gone, or nothing looked.
    pub async fn account(&self) -> Result<String> {
        self.evaluate("return JSON.stringify(__e2e.account(), null, 1)", []).await
    }

    /// What the browser has said of the network and of its connections, with times.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn events(&self) -> Result<Vec<(Moment, String)>> {
        self.evaluate("return __e2e.events", []).await
    }
}
