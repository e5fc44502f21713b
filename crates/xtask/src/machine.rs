//! Another machine than this one: a Debian with systemd and little else, as a service is installed on.
//!
//! A container of systemd-nspawn with a network of its own, so that nothing in it meets what listens here. Its disk is in
//! memory, over a system that is made once and stays as it was.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{self, Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    shell::{as_root, run, step},
    tools,
};

/// The oldest release that a package is for: what runs there runs on the next ones.
const RELEASE: &str = "bookworm";
const PACKAGES: &str = "ca-certificates,curl,iproute2,systemd-sysv";
const BOOT_MAX: Duration = Duration::from_secs(60);
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// It ends, and is forgotten, with this.
pub(crate) struct Machine {
    container: Child,
    /// Its first process, as this machine counts.
    first: u32,
}

impl Machine {
    /// Starts one that sees `folder` as `/package`. What it says meanwhile is written to `log`.
    ///
    /// # Errors
    /// When there is no such machine to be had, or it does not come up.
    pub(crate) fn boot(folder: &Path, log: &Path) -> Result<Self> {
        let system = system()?;
        // Where systemd runs it is asked for room; elsewhere nobody is there to ask, and what nspawn leaves in /run is
        // better left in one of its own.
        let mut nspawn = if fs::exists("/run/systemd/system")? {
            as_root("systemd-nspawn")
        } else {
            let mut unshare = as_root("unshare");
            let own_run = "mount -t tmpfs tmpfs /run && exec systemd-nspawn --register=no --keep-unit \"$@\"";
            unshare.args(["--mount", "sh", "-c", own_run, "nspawn"]);
            unshare
        };
        let said = File::create(log)?;
        let container = nspawn
            .args(["--quiet", "--boot", "--volatile=overlay", "--private-network", "--console=pipe"])
            .arg(format!("--machine=ojak-{}", process::id()))
            .arg(format!("--directory={}", system.display()))
            .arg(format!("--bind-ro={}:/package", folder.canonicalize()?.display()))
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()
            .context("cannot start systemd-nspawn")?;
        let mut machine = Self { container, first: 0 };
        machine.wait_until_it_is_up().with_context(|| format!("{} has what it said", log.display()))?;
        Ok(machine)
    }

    fn wait_until_it_is_up(&mut self) -> Result<()> {
        let deadline = Instant::now() + BOOT_MAX;
        while Instant::now() < deadline {
            if let Some(status) = self.container.try_wait()? {
                bail!("it ended at once ({status})");
            }
            if let Some(first) = systemd_below(self.container.id()) {
                self.first = first;
                let state = self.run("systemctl is-system-running || true").unwrap_or_default();
                if ["running", "degraded"].contains(&&*state) {
                    return Ok(());
                }
            }
            thread::sleep(LOOK_INTERVAL);
        }
        bail!("it is not up after {BOOT_MAX:?}")
    }

    /// What `script` prints there, run by root.
    ///
    /// # Errors
    /// When one of its commands fails.
    pub(crate) fn run(&self, script: &str) -> Result<String> {
        let mut there = as_root("nsenter");
        there.arg(format!("--target={}", self.first)).args(["--all", "--", "env", "--ignore-environment"]);
        there.args(["PATH=/usr/sbin:/usr/bin", "DEBIAN_FRONTEND=noninteractive", "sh", "-euc", script]);
        let output = there.stdin(Stdio::null()).output().context("cannot start nsenter")?;
        let printed = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("there, `{script}` failed ({})\n{printed}\n{}", output.status, complaint.trim_end());
        }
        Ok(printed)
    }
}

impl Drop for Machine {
    /// At once: nothing of it is kept.
    fn drop(&mut self) {
        if self.first != 0 {
            let _ = as_root("kill").arg("-KILL").arg(self.first.to_string()).status();
        } else {
            let _ = self.container.kill();
        }
        let _ = self.container.wait();
    }
}

/// The system that all of them begin with.
fn system() -> Result<PathBuf> {
    let system = tools::dir().join(format!("debian-{RELEASE}"));
    if fs::exists(&system)? {
        return Ok(system);
    }
    step(&format!("making a Debian ({RELEASE}) to try it on, once, which takes a minute"), || {
        let draft = tools::dir().join("debian.draft");
        run(as_root("rm").arg("-rf").arg(&draft))?;
        let mut debootstrap = as_root("debootstrap");
        debootstrap.arg("--variant=minbase").arg(format!("--include={PACKAGES}")).arg(RELEASE).arg(&draft);
        run(debootstrap.stdout(Stdio::null()))?;
        run(as_root("mv").arg(&draft).arg(&system))
    })?;
    Ok(system)
}

/// The nearest one among the first children of `process`, of its first child, and so on.
fn systemd_below(process: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    let child = children.split_whitespace().next()?.parse().ok()?;
    let name = fs::read_to_string(format!("/proc/{child}/comm")).ok()?;
    if name.trim() == "systemd" { Some(child) } else { systemd_below(child) }
}
