//! A list of things to try: all are tried, whatever fails, and a table says how each went.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::shell::{human, say};

pub(crate) struct Suite {
    results: Vec<Outcome>,
}

struct Outcome {
    name: &'static str,
    duration: Duration,
    passed: bool,
}

impl Suite {
    pub(crate) fn new() -> Self {
        Self { results: Vec::new() }
    }

    pub(crate) fn attempt(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        say(name);
        let start = Instant::now();
        let result = work();
        if let Err(error) = &result {
            say(&format!("{error:#}"));
        }
        self.results.push(Outcome { name, duration: start.elapsed(), passed: result.is_ok() });
    }

    /// # Errors
    /// When something failed.
    pub(crate) fn finish(self) -> Result<()> {
        for Outcome { name, duration, passed } in &self.results {
            let verdict = if *passed { "ok" } else { "FAILED" };
            say(&format!("{name:<26} {verdict:<8} {:>12}", human(*duration)));
        }
        if self.results.iter().any(|outcome| !outcome.passed) {
            bail!("not everything passed");
        }
        Ok(())
    }
}
