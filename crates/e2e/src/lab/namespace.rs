//! A network of its own inside this machine: a Linux network namespace.

use crate::process;
use anyhow::{Context, Result, ensure};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// Every namespace of ours is called so, then the id of the process that made it.
const PREFIX: &str = "oj-";

/// Where `ip netns` keeps them.
const DIRECTORY: &str = "/run/netns";

/// A network that nothing leads into but what is put there; removed when dropped.
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Makes one called `oj-<process>-<name>`, with a loopback and no IPv6 beyond that.
    pub(super) fn new(name: &str) -> Result<Self> {
        let name = format!("{PREFIX}{}-{name}", std::process::id());
        process::finish(Command::new("ip").args(["netns", "add", &name]))?;
        let namespace = Self { name };
        namespace.ip("link set lo up")?;
        // Only where it is asked for: addresses that a kernel invents would be tried in every call. Drivers want it on
        // the loopback.
        namespace.set("net/ipv6/conf/default/disable_ipv6", "1")?;
        Ok(namespace)
    }

    /// As `ip netns` has it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// `program`, to be started in this network.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        // It becomes the program, so the process has the id that is expected.
        command.arg(format!("--net={}", self.path().display())).arg("--").arg(program);
        command
    }

    /// Does `work` on a thread in this network. A socket that is made there stays in this network, wherever it is
    /// used afterwards.
    pub(crate) fn inside<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        let network = File::open(self.path()).with_context(|| format!("{} is gone", self.name))?;
        thread::scope(|scope| {
            let inside = scope.spawn(move || {
                move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))?;
                work()
            });
            inside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// `ip` with these arguments, in this network.
    pub(super) fn ip(&self, arguments: &str) -> Result<()> {
        self.run(&format!("ip {arguments}"))
    }

    /// A rule of the packet filter.
    pub(super) fn iptables(&self, arguments: &str) -> Result<()> {
        self.run(&format!("iptables --wait {arguments}"))
    }

    /// A whole command, in this network.
    pub(super) fn run(&self, line: &str) -> Result<()> {
        let mut words = line.split_whitespace();
        process::finish(self.command(words.next().context("an empty command")?).args(words))
    }

    /// A setting of the kernel for this network, below `/proc/sys`.
    pub(super) fn set(&self, setting: &str, value: &str) -> Result<()> {
        self.inside(|| {
            let path = Path::new("/proc/sys").join(setting);
            std::fs::write(&path, value).with_context(|| format!("cannot write {}", path.display()))
        })
    }

    /// Lets `interface` have IPv6 addresses.
    pub(super) fn speak_ipv6(&self, interface: &str) -> Result<()> {
        // Nobody else has them, so there is nobody to wait for.
        self.set(&format!("net/ipv6/conf/{interface}/accept_dad"), "0")?;
        // Nobody else has them, so there is nobody to wait for.
        self.set(&format!("net/ipv6/conf/{interface}/accept_dad"), "0")?;
        self.set(&format!("net/ipv6/conf/{interface}/disable_ipv6"), "0")
    }

    fn path(&self) -> PathBuf {
        Path::new(DIRECTORY).join(&self.name)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // The next run sweeps what cannot be removed now.
        let _ = process::finish(Command::new("ip").args(["netns", "delete", &self.name]));
    }
}

/// Removes the namespaces of runs that were killed, and ends what still runs in them.
pub(super) fn sweep() {
    for entry in std::fs::read_dir(DIRECTORY).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            let left = Command::new("ip").args(["netns", "pids", &name]).output();
            let left = left.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
            let ids = left
                .unwrap_or_default()
                .split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect::<Vec<_>>();
            process::send("KILL", &ids);
            let _ = process::finish(Command::new("ip").args(["netns", "delete", &name]));
        }
    }
}

/// Fails, saying why, where namespaces and what is needed inside them cannot be had.
///
/// # Errors
/// When this process may not make one, or a program is missing.
pub(super) fn try_out() -> Result<()> {
    for program in ["ip", "iptables", "nsenter", "tc"] {
        process::find(&[program]).with_context(|| format!("{program} is missing"))?;
    }
    let trial = Namespace::new("trial")?;
    trial.set("net/ipv4/ip_forward", "1")?;
    trial.iptables("--table nat --append POSTROUTING --jump MASQUERADE")?;
    trial.iptables("--append FORWARD --match statistic --mode random --probability 0.3 --jump DROP")?;
    trial.iptables("--append FORWARD --jump NFQUEUE --queue-num 1")?;
    let entered = trial.inside(|| Ok(std::net::UdpSocket::bind("127.0.0.1:0")?.local_addr()?))?;
    ensure!(entered.port() != 0, "no socket in a namespace");
    Ok(())
}
