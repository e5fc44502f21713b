//! Where a program runs: on this machine as it is, or in a network of its own.

use super::namespace::Namespace;
use anyhow::Result;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Arc;

/// A network to start programs in.
#[derive(Clone)]
pub enum Place {
    /// That of this machine.
    Host,
    /// One of the lab.
    Lab(Arc<Namespace>),
}

impl Place {
    /// `program`, to be started there; it asks the names of the place.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Host => Command::new(program),
            Self::Lab(namespace) => {
                let mut command = namespace.command("unshare");
                // Each becomes the next and the last one the program.
                let ask_there = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
                command.args(["--mount", "sh", "-c", ask_there]).arg(super::resolvers()).arg(program);
                command
            }
        }
    }

    /// Does `work` there: sockets that it makes are of that network.
    ///
    /// # Errors
    /// When the network is gone, or what `work` fails with.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        match self {
            Self::Host => work(),
            Self::Lab(namespace) => namespace.inside(work),
        }
    }
}
