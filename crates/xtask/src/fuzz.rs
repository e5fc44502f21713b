//! `./x fuzz`: everything that reads bytes from the network, fed with what nobody would send.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{
    setup::{self, Part},
    shell::command,
    suite::Suite,
};

/// Keep in step with `fuzz/Cargo.toml`.
const TARGETS: [&str; 8] =
    ["client_message", "server_message", "peer_message", "names", "frames", "origin", "pass", "connection"];
const SECONDS: &str = "60";

/// `[TARGET] [SECONDS]`: all targets for a minute each, unless told otherwise.
///
/// # Errors
/// When set-up fails, or something is found.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (target, seconds) = match arguments {
        [] => (None, SECONDS),
        [seconds] if seconds.parse::<u32>().is_ok() => (None, *seconds),
        [target] => (Some(*target), SECONDS),
        [target, seconds] if seconds.parse::<u32>().is_ok() => (Some(*target), *seconds),
        _ => bail!("usage: ./x fuzz [TARGET] [SECONDS]"),
    };
    let chosen = || TARGETS.into_iter().filter(|name| target.is_none_or(|target| target == *name));
    if chosen().next().is_none() {
        bail!("the targets are {}", TARGETS.join(", "));
    }
    setup::install(&[Part::Fuzz])?;
    let mut suite = Suite::new();
    for target in chosen() {
        suite.attempt(target, || fuzz(target, seconds));
    }
    suite.finish()
}

/// What is found anew goes into `fuzz/corpus`, which is not checked in; a finding into `fuzz/artifacts`.
fn fuzz(target: &str, seconds: &str) -> Result<()> {
    let corpus = format!("fuzz/corpus/{target}");
    fs::create_dir_all(&corpus).with_context(|| format!("cannot create {corpus}"))?;
    let fuzz = format!("cargo +nightly fuzz run {target} {corpus} fuzz/seeds/{target} --");
    let mut fuzz = command(&fuzz);
    fuzz.arg(format!("-max_total_time={seconds}")).args(["-print_final_stats=1", "-rss_limit_mb=2048"]);
    if target.ends_with("message") {
        fuzz.arg("-dict=fuzz/dictionaries/json.dict");
    }
    crate::shell::run(&mut fuzz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_those_of_the_fuzz_package_and_each_has_seeds() {
        let manifest = include_str!("../../../fuzz/Cargo.toml");
        let mut bins = manifest.split("[[bin]]\nname = \"").skip(1).filter_map(|bin| bin.split('"').next());
        assert!(bins.clone().eq(TARGETS), "{:?}", bins.by_ref().collect::<Vec<_>>());
        for target in TARGETS {
            let seeds = format!("{}/../../fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
            assert!(fs::read_dir(&seeds).is_ok_and(|mut seeds| seeds.next().is_some()), "{seeds}");
        }
    }
}
