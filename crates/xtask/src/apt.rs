//! What comes from the system: installed with apt, and only when it is missing.

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

fn apt_get(arguments: &str) -> Result<()> {
    run(as_root("env").args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments.split(' ')))
}
