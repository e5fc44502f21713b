//! Programs that a test starts, and ends.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A program of our own: killed when dropped.
pub(crate) struct Process {
    child: Child,
    name: String,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with both its outputs going to the end of `log`.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let out = File::options().create(true).append(true).open(log);
        let out = out.with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { child, name, log: log.into() })
    }

    /// What it has written so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    pub(crate) fn exited(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Fails, with what it wrote, when it is gone.
    pub(crate) fn must_run(&mut self) -> Result<()> {
        match self.exited()? {
            None => Ok(()),
            Some(status) => bail!("{} ended with {status}:\n{}", self.name, self.output()),
        }
    }

    /// Ends it at once with everything it started, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.kill_descendants();
        // Both fail only when it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends at once what it started: a driver that is killed would leave its browser behind.
    pub(crate) fn kill_descendants(&self) {
        self.signal_descendants("KILL");
    }

    /// Sends `signal` to everything it started, all at once.
    pub(crate) fn signal_descendants(&self, signal: &str) {
        send(signal, &self.descendants());
    }

    /// Bytes of memory that all it started take together; what several share is counted once.
    pub(crate) fn memory_of_descendants(&self) -> u64 {
        let share = |id: &u32| {
            let account = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
            let line = account.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        1024 * self.descendants().iter().filter_map(share).sum::<u64>()
    }

    fn descendants(&self) -> Vec<u32> {
        let parents = parents();
        let mut family = vec![self.id()];
        let mut next = 0;
        while let Some(&parent) = family.get(next) {
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| child));
            next += 1;
        }
        family.split_off(1)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Every process with its parent, as Linux has them in /proc.
fn parents() -> Vec<(u32, u32)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pair = |entry: std::fs::DirEntry| {
        let child = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // "12 (a name, maybe with spaces) S 11 …"
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        Some((child, parent))
    };
    entries.filter_map(pair).collect()
}

/// Sends `signal` to the processes with these ids, which must be ones that we started.
pub(crate) fn send(signal: &str, ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
    // The shell's own `kill`: std knows only SIGKILL, and only for a direct child.
    let _ =
        Command::new("sh").args(["-c", &format!("kill -{signal} {} 2>/dev/null", ids.join(" "))]).status();
}

/// Where the first of `names` is on the PATH.
pub(crate) fn find(names: &[&str]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    for name in names {
        if let Some(found) =
            std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
        {
            return Ok(found);
        }
    }
    bail!("none of {names:?} is on the PATH: `./x test e2e` installs what is missing")
}

/// What npm has installed as `file`, beside its programs on the PATH.
pub(crate) fn find_npm(file: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let beside = std::env::split_paths(&path).filter(|dir| dir.ends_with("node_modules/.bin"));
    let found = beside.map(|dir| dir.with_file_name(file)).find(|file| file.is_file());
    found.with_context(|| format!("npm has no {file}: `./x test e2e` installs what is missing"))
}

/// `target/e2e` of the workspace, wherever cargo builds to.
pub(crate) fn artefacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/e2e")
}

/// Runs `command` to its end.
///
/// # Errors
/// What it says when it fails.
pub(crate) fn finish(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} says: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
