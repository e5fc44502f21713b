//! Running other programs, and saying so.

use std::{
    env,
    ffi::OsStr,
    iter,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::tools;

/// Makes the root of the workspace the current folder, so that every path below is relative to it.
pub(crate) fn enter_workspace() -> Result<()> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").context("start this with ./x")?;
    let root = Path::new(&manifest).join("../..").canonicalize()?;
    env::set_current_dir(root).context("cannot enter the workspace")
}

/// The folder cargo builds into. This program is in it, whatever the configuration that chose it.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let here = env::current_exe()?;
    Ok(here.ancestors().nth(2).context("this program is outside a target folder")?.to_owned())
}

/// The command in `line`, split at its spaces. It finds our tools before any other.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = program(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// `program`, by name or path, without arguments yet. It finds our tools before any other.
///
/// `cargo run` describes this package in the environment. Build scripts watch some of those variables:
/// left there, they would rebuild crates each time `./x` and plain `cargo` take turns.
pub(crate) fn program(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", tools::path());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// `program`, as the user who may do everything: by sudo, unless that is who is here.
pub(crate) fn as_root(name: impl AsRef<OsStr>) -> Command {
    if is_root() {
        return program(name);
    }
    let mut sudo = program("sudo");
    sudo.arg(name);
    sudo
}

fn is_root() -> bool {
    output(&mut command("id -u")).is_some_and(|id| id.trim() == "0")
}

/// Runs `command` to its end.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", line(command));
    }
    Ok(())
}

/// What `command` prints, or nothing when it is not there or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Does `work`, saying what and for how long.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(what);
    let start = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    say(&format!("{what}: done in {}", human(start.elapsed())));
    Ok(done)
}

pub(crate) fn say(what: &str) {
    eprintln!("x: {what}");
}

/// `8.4 s`, `3 min 5 s`.
pub(crate) fn human(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn line(command: &Command) -> String {
    let words = iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
