//! `./x dev`: the page, rebuilt on save, with a server behind it. They start and end together.

use std::process::{Child, Command};

use anyhow::{Context, Result, bail};
use signal_hook::{
    consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::{
    setup::{self, Part},
    shell::{self, command, program, step, target_dir},
};

/// Both are in `Trunk.toml` too, for `trunk serve` alone.
const SERVER: &str = "127.0.0.1:8080";
const PAGE: [&str; 2] = ["http://127.0.0.1:8081", "http://localhost:8081"];

/// # Errors
/// When set-up or the server's build fails, or one of the two ends by itself.
pub(crate) fn run() -> Result<()> {
    setup::install(&[Part::Page])?;
    step("building the server", || shell::run(&mut command("cargo build --package ojak-server")))?;
    // Before the children start, so that no end of theirs is missed.
    let mut signals = Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGTERM])?;
    let mut server = Running::start("the server", &mut server()?)?;
    let mut trunk = Running::start("trunk", &mut trunk()?)?;
    for signal in signals.forever() {
        if signal != SIGCHLD {
            return Ok(());
        }
        server.check()?;
        trunk.check()?;
    }
    Ok(())
}

fn server() -> Result<Command> {
    let mut server = program(target_dir()?.join("debug/ojak"));
    // Where whoever tries things out comes by localhost, and a server that runs may have the usual port of HTTPS.
    server
        .args(["--http", SERVER, "--https", "off"])
        .args(PAGE.iter().flat_map(|origin| ["--origin", origin]));
    Ok(server)
}

/// Its page goes elsewhere than to `dist`, which is the one that `./x build` puts into the server.
fn trunk() -> Result<Command> {
    let dist = target_dir()?.join("dev-page");
    let mut trunk = command("trunk serve --dist");
    trunk.arg(dist).env("TRUNK_SKIP_VERSION_CHECK", "true");
    Ok(trunk)
}

/// A process that ends with its owner.
struct Running {
    name: &'static str,
    child: Child,
}

impl Running {
    fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child })
    }

    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} ended ({status})", self.name),
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
