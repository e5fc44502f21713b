//! What comes from the system: installed with apt, and only when it is missing.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{
    shell::{as_root, run, step},
    tools::on_path,
};

/// A package, and the files that show it is there, by name or path. Any one of them will do, so a
/// browser that came some other way counts too.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) files: &'static [&'static str],
}

impl Package {
    pub(crate) fn is_there(&self) -> bool {
        self.files.iter().any(|file| on_path(file))
    }
}

/// # Errors
/// When a package is missing and apt is not there or fails.
pub(crate) fn install(packages: impl Iterator<Item = &'static Package>) -> Result<()> {
    let missing: Vec<&str> =
        packages.filter(|package| !package.is_there()).map(|package| package.name).collect();
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
    run(as_root("systemctl").args(["disable", "--now", service]))
}

fn apt_get(arguments: &str) -> Result<()> {
    run(as_root("env").args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments.split(' ')))
}
