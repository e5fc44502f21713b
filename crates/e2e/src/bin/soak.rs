//! Every fault many times, and a table of what came out: `./x test soak [FAULT…] [--runs N]`.
//!
//! The table of all faults is docs/reliability.md; that of some is only shown.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person at the terminal"
)]

use anyhow::{Context, Result, bail, ensure};
use ojak_e2e::faults::{Fault, Length, Pair};
use ojak_e2e::report::{HEADING, Record};
use ojak_e2e::{lab, machine};
use std::path::Path;
use std::process::ExitCode;

/// How often each fault happens, spread over the pairs of browsers.
const RUNS: usize = 20;

const USAGE: &str = "usage: ./x test soak [FAULT…] [--runs N]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match soak().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("soak: not every goal was reached");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn soak() -> Result<bool> {
    let wanted = Wanted::parse(std::env::args().skip(1))?;
    if let Err(reason) = lab::why_not() {
        bail!("there can be no lab here: {reason}");
    }
    let started = machine::date()?;
    let mut records = Vec::new();
    for fault in &wanted.faults {
        let mut record = Record::new(fault);
        for (pair, runs) in shares(fault, wanted.runs) {
            let mut round = 0;
            let done = |outcome: Result<_>| {
                round += 1;
                match &outcome {
                    Ok(figures) => eprintln!("{} {pair:?} {round}/{runs}: {figures:?}", fault.name),
                    Err(error) => eprintln!("{} {pair:?} {round}/{runs}: FAILED: {error:#}", fault.name),
                }
                record.add(outcome);
            };
            fault.play(pair, runs, Length::Full, done).await?;
        }
        print!("{}", record.rows());
        records.push(record);
    }
    let report = report(&records, &started, &wanted)?;
    println!("\n{report}");
    if wanted.is_all() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md");
        std::fs::write(&path, report).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(records.iter().all(Record::is_good))
}

struct Wanted {
    faults: Vec<&'static Fault>,
    runs: usize,
}

impl Wanted {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut wanted = Self { faults: Vec::new(), runs: RUNS };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            if argument == "--runs" {
                wanted.runs = arguments.next().context(USAGE)?.parse().context(USAGE)?;
                ensure!(wanted.runs > 0, USAGE);
            } else {
                wanted.faults.push(Fault::named(&argument).with_context(|| {
                    let names: Vec<_> = Fault::ALL.iter().map(|fault| fault.name).collect();
                    format!("no such fault: {argument}; there are {}\n{USAGE}", names.join(", "))
                })?);
            }
        }
        if wanted.faults.is_empty() {
            wanted.faults = Fault::ALL.to_vec();
        }
        Ok(wanted)
    }

    fn is_all(&self) -> bool {
        self.faults.len() == Fault::ALL.len()
    }

    fn command(&self) -> String {
        let mut words = vec!["./x test soak".to_owned()];
        if !self.is_all() {
            words.extend(self.faults.iter().map(|fault| fault.name.to_owned()));
        }
        if self.runs != RUNS {
            words.push(format!("--runs {}", self.runs));
        }
        words.join(" ")
    }
}

/// How often between whom: as evenly as it goes, the first pairs once more.
fn shares(fault: &Fault, runs: usize) -> Vec<(Option<Pair>, usize)> {
    let Some(count) = std::num::NonZero::new(fault.pairs.len()) else { return vec![(None, runs)] };
    let (each, rest) = (runs / count, runs % count);
    let shares = fault.pairs.iter().enumerate();
    shares
        .map(|(index, pair)| (Some(*pair), each + usize::from(index < rest)))
        .filter(|(_, runs)| *runs > 0)
        .collect()
}

fn report(records: &[Record], started: &str, wanted: &Wanted) -> Result<String> {
    let rows: String = records.iter().map(Record::rows).collect();
    let complaints: String = records.iter().map(Record::complaints).collect();
    let complaints = if complaints.is_empty() { "None.\n".to_owned() } else { complaints };
    let unmoved = "A run is one fault between two browsers in the lab (`crates/e2e/src/lab`), each behind a NAT of its \
                   own. Runs are spread over the pairs of Chromium and Firefox. A figure is the worst of \
                   both sides and of sound and picture, and includes how often one looks (100 ms). One that is **missed** \
                   is beyond its goal, or a run failed; such a run is a miss of every goal of its fault, and has no figures.";
    Ok(format!(
        "# What a call survives\n\nWritten by `{}`; do not edit.\n\n{}\n\n{unmoved}\n\n{HEADING}{rows}\n\
         ## Runs that failed\n\n{complaints}",
        wanted.command(),
        machine::describe(started)?,
    ))
}
