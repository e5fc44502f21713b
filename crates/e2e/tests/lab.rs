//! Each fault once, in the lab. Where there can be no lab, all of them are counted as ignored.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use ojak_e2e::faults::{Fault, Figure, Length, Pair};
use ojak_e2e::lab;

fn main() -> std::process::ExitCode {
    let mut arguments = Arguments::from_args();
    // They share the machine, and a figure of two at once is none.
    arguments.test_threads = Some(1);
    let refusal = lab::why_not().err();
    if let Some(reason) = refusal {
        eprintln!("the faults are NOT tested, since there can be no lab here: {reason}");
    }
    let trials = Fault::ALL.iter().flat_map(|fault| trials(fault, refusal.is_some())).collect();
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials);
    conclusion.exit_code()
}

fn trials(fault: &'static Fault, refused: bool) -> Vec<Trial> {
    if fault.pairs.is_empty() {
        return vec![Trial::test(fault.name, move || once(fault, None))];
    }
    let pairs = fault.pairs.iter().take(fault.short);
    let trial = |pair: &'static Pair| {
        let name = format!("{}::{:?}_{:?}", fault.name, pair.0, pair.1).to_lowercase();
        Trial::test(name, move || once(fault, Some(*pair))).with_ignored_flag(refused)
    };
    pairs.map(trial).collect()
}

fn once(fault: &'static Fault, pair: Option<Pair>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut outcome = None;
    runtime.block_on(fault.play(pair, 1, Length::Short, |came| outcome = Some(came)))?;
    let judged = outcome.context("it was not played").flatten().and_then(|figures| judge(fault, &figures));
    judged.map_err(|error| Failed::from(format!("{error:#}")))
}

/// One run on a busy machine says little of times, so limits are wide here; the soak has the real ones.
fn judge(fault: &Fault, figures: &[Figure]) -> Result<()> {
    for figure in figures {
        eprintln!("{}: {}: {:.3}", fault.name, figure.name, figure.value);
    }
    for figure in figures {
        let goal =
            fault.goals.iter().find(|goal| goal.figure == figure.name).context("a figure without a goal")?;
        let limit = goal.lenient().unwrap_or(f64::MAX);
        ensure!(figure.value <= limit, "{}: {:.3} is more than {limit:.3}", figure.name, figure.value);
    }
    Ok(())
}
