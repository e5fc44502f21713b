//! What a figure was measured on.

use crate::process::find;
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// Today, as `2026-11-22`, in UTC.
///
/// # Errors
/// When there is no `date`.
pub fn date() -> Result<String> {
    said_by(Command::new("date").args(["--utc", "+%F"]))
}

/// The machine, as a line of a list.
///
/// # Errors
/// When the system does not tell.
pub fn hardware() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let kernel = said_by(Command::new("uname").arg("-sr"))?;
    Ok(format!("- machine: {cores} cores, {:.0} GiB of memory, {kernel}", memory()?))
}

/// The machine, the browsers and the day, as a list.
///
/// # Errors
/// When a browser is missing.
pub fn describe(date: &str) -> Result<String> {
    let chromium =
        said_by(Command::new(find(&["chromium", "chromium-browser", "google-chrome"])?).arg("--version"))?;
    let firefox = said_by(Command::new(find(&["firefox", "firefox-esr"])?).arg("--version"))?;
    Ok(format!(
        "{}\n- browsers: {}; {firefox}\n- date: {date}",
        hardware()?,
        chromium.split(" built on").next().unwrap_or(&chromium),
    ))
}

/// In GiB.
fn memory() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/meminfo")?;
    let kilobytes = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = kilobytes.and_then(|rest| rest.split_whitespace().next()).context("no MemTotal")?;
    Ok(kilobytes.parse::<f64>()? / f64::from(1 << 20))
}

fn said_by(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
