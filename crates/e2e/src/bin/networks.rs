//! Calls from every kind of network, between every pair of browsers, and the table of them in docs/networks.md:
//! `./x test networks`.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person at the terminal"
)]

use anyhow::{Context, Result, bail};
use ojak_e2e::networks::{self, Networks, Outcome, PAIRS};
use ojak_e2e::{lab, machine};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

const BEGIN: &str = "<!-- networks -->\n";
const END: &str = "<!-- /networks -->";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("networks: not every call came about");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("networks: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool> {
    if let Err(reason) = lab::why_not() {
        bail!("there can be no lab here: {reason}");
    }
    let date = machine::date()?;
    let mut cells = HashMap::new();
    let mut all_came_about = true;
    for pair in &PAIRS {
        networks::play(*pair, |networks, outcome| {
            all_came_about &= outcome.is_ok();
            match &outcome {
                Ok(outcome) => eprintln!("{}: {outcome:?}", networks.title),
                Err(error) => eprintln!("{error:#}"),
            }
            cells.entry(networks.title).or_insert_with(Vec::new).push(outcome);
        })
        .await?;
    }
    let table = table(&cells);
    print!("{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/networks.md");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let (before, rest) = text.split_once(BEGIN).context("docs/networks.md has no place for the table")?;
    let (_, after) = rest.split_once(END).context("docs/networks.md has no end of the table")?;
    let about = machine::describe(&date)?;
    std::fs::write(&path, [before, BEGIN, &about, "\n\n", &table, END, after].concat())?;
    Ok(all_came_about)
}

fn table(cells: &HashMap<&'static str, Vec<Result<Outcome>>>) -> String {
    let mut table = String::from("| networks |");
    for (first, second) in PAIRS {
        let _ = write!(table, " {first:?}, {second:?} |");
    }
    table += "\n|---|---|---|---|\n";
    for Networks { title, .. } in &networks::ALL {
        let _ = write!(table, "| {title} |");
        for outcome in cells.get(title).into_iter().flatten() {
            let _ = match outcome {
                Ok(Outcome { way, first_picture }) => {
                    write!(table, " {way}, {:.1} s |", first_picture.as_secs_f64())
                }
                Err(_) => write!(table, " **no call** |"),
            };
        }
        table += "\n";
    }
    table
}
