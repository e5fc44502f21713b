//! What comes from the system: installed with apt, and only when it is missing.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{
    shell::{command, output, run, step},
    tools::on_path,
};

/// A package, and the files that show it is there, by name or path. Any one of them will do, so a
/// browser that came some other way counts too.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) files: &'static [&'static str],
}

/// # Errors
/// When a package is missing and apt is not there or fails.
pub(crate) fn install(packages: impl Iterator<Item = &'static Package>) -> Result<()> {
    let missing: Vec<&str> = packages
        .filter(|package| !package.files.iter().any(|file| on_path(file)))
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !on_path("apt-get") {
        bail!("install these packages first, this system has no apt-get: {}", missing.join(" "));
    }
    step(&format!("installing {}", missing.join(", ")), || {
        apt_get("update -qq")?;
        apt_get(&format!("install --yes --no-install-recommends {}", missing.join(" ")))
    })
}

/// Ends a service that a package brings along and has started, where there are services.
///
/// # Errors
/// When it goes on.
pub(crate) fn stop(service: &str) -> Result<()> {
    if !Path::new("/run/systemd/system").exists() {
        return Ok(());
    }
    as_root(&format!("systemctl disable --now {service}"))
}

fn apt_get(arguments: &str) -> Result<()> {
    as_root(&format!("DEBIAN_FRONTEND=noninteractive apt-get {arguments}"))
}

fn as_root(line: &str) -> Result<()> {
    let is_root = output(&mut command("id -u")).is_some_and(|id| id.trim() == "0");
    let become_root = if is_root { "env" } else { "sudo" };
    run(&mut command(&format!("{become_root} {line}")))
}
