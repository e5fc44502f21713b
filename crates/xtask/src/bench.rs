//! `./x bench`: how long the parts take, or how the whole server compares with others.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    build,
    setup::{self, Part},
    shell::{command, program, run as run_command, step, target_dir},
};

/// Names the folder of sigbench, which measures signalling servers side by side and is no part of this repository.
const SIGBENCH: &str = "SIGBENCH";

/// # Errors
/// When a build or a benchmark fails.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["signalling", arguments @ ..] => signalling(arguments),
        ["relay"] => relay(),
        _ => criterion(arguments),
    }
}

/// What remains is for criterion: a part of a name, `--quick`, `--save-baseline NAME`.
fn criterion(arguments: &[&str]) -> Result<()> {
    setup::install(&[])?;
    let benches = "cargo bench --package ojak-protocol --package ojak-server --bench * --";
    run_command(command(benches).args(arguments))
}

/// The relay inside `ojak` beside coturn: a table of docs/networks.md.
fn relay() -> Result<()> {
    setup::install(&[Part::Lab, Part::Servers])?;
    step("building the server", || run_command(&mut command("cargo build --release --package ojak-server")))?;
    let relay = "cargo run --quiet --package ojak-e2e --bin relay";
    run_command(command(relay).env("OJAK", build::binary()?))
}

/// `ojak` beside the servers that sigbench knows, all in one run. What remains is for its `run`.
fn signalling(arguments: &[&str]) -> Result<()> {
    let sources = env::var_os(SIGBENCH)
        .with_context(|| format!("{SIGBENCH} does not name the folder of sigbench: docs/performance.md"))?;
    let sources = PathBuf::from(sources).canonicalize().context("cannot enter that folder")?;
    let target = target_dir()?.join("sigbench");
    let peers = target.join("peers");
    step("building the server", || run_command(&mut command("cargo build --release --package ojak-server")))?;
    step("building sigbench", || {
        let mut cargo = command("cargo build --release");
        run_command(cargo.current_dir(&sources).env("CARGO_TARGET_DIR", &target))
    })?;
    step("installing the other servers", || {
        run_command(program(sources.join("setup-peers.sh")).arg(&peers))
    })?;
    let results = target.join("results.jsonl");
    let sigbench = |arguments: &[&str], path: &Path| {
        let mut sigbench = program(target.join("release/sigbench"));
        sigbench
            .current_dir(&sources)
            .args(arguments)
            .arg(path)
            .env("OJAK", build::binary()?)
            .env("OJAK_TURN", "off");
        Ok::<_, anyhow::Error>(sigbench)
    };
    run_command(sigbench(&["run", "--peers"], &peers)?.args(arguments).arg("--out").arg(&results))?;
    run_command(sigbench(&["report"], &results)?.args(["--last", "--ref", "raw-relay"]))
}
