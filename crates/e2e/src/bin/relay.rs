//! What relaying takes, beside coturn: `./x bench relay`. The table is a part of docs/networks.md.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "this program talks to the person at the terminal"
)]

use anyhow::{Context, Result, bail};
use ojak_e2e::relaying::{Kind, Measured, Way, keep_off_the_first_core, report, take};
use ojak_e2e::{lab, machine};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Odd: the median is one of them.
const ROUNDS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match bench().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn bench() -> Result<()> {
    if let Err(reason) = lab::why_not() {
        bail!("there can be no network for it here: {reason}");
    }
    let machine = machine::hardware()?;
    keep_off_the_first_core()?;
    let mut measured = Vec::new();
    for way in [Way::Both, Way::One] {
        let mut rounds = [const { Vec::new() }; 2];
        // In turn, so that whatever else the machine does is shared.
        for round in 1..=ROUNDS {
            for (kind, rounds) in [Kind::Ojak, Kind::Coturn].into_iter().zip(&mut rounds) {
                let measured = take(kind, way).await?;
                eprintln!("{way:?} {kind:?} {round}/{ROUNDS}: {measured:?}");
                rounds.push(measured);
            }
        }
        measured.push((way, rounds.each_ref().map(|rounds| Measured::median(rounds))));
    }
    let report = format!("{machine}\n- date: {}\n\n{}", machine::date()?, report(&measured));
    println!("{report}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/networks.md");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(&path, in_its_place(&text, &report).context("docs/networks.md has no place for the table")?)?;
    Ok(())
}

const BEGIN: &str = "<!-- relay -->\n";
const END: &str = "<!-- /relay -->";

/// `text` with `report` between the marks.
fn in_its_place(text: &str, report: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{report}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_put_between_its_marks() {
        let text = "a\n<!-- relay -->\nold\n<!-- /relay -->\nb\n";
        assert_eq!(in_its_place(text, "new\n").unwrap(), "a\n<!-- relay -->\nnew\n<!-- /relay -->\nb\n");
        assert_eq!(in_its_place("a\n<!-- /relay -->\n<!-- relay -->\n", "new\n"), None);
    }
}
