//! The product's own server, as its users start it.

use crate::process::{self, Process};
use crate::wait::until_within;
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A running `ojak` on a port of its own, ended when dropped.
pub struct Server {
    process: Process,
    address: SocketAddr,
}

impl Server {
    /// Starts `ojak` with `flags`, and waits until it is ready. Its log goes into `directory`.
    ///
    /// # Errors
    /// When there is no binary, or it ends, or is not ready in time.
    pub async fn start(directory: &Path, flags: &[&str]) -> Result<Self> {
        let binary = binary()?;
        let log = directory.join("server.log");
        let mut attempts = 3;
        loop {
            let address = free_address()?;
            let mut command = Command::new(&binary);
            command.arg("--http").arg(address.to_string()).args(flags);
            // What later versions open besides: another test, or a real server, may have those ports.
            command.env("OJAK_HTTPS", "off").env("OJAK_TURN", "off").env("OJAK_STATE_DIR", directory);
            let mut process = Process::start(&mut command, &log)?;
            attempts -= 1;
            match until_ready(&mut process, address).await {
                Ok(()) => return Ok(Self { process, address }),
                // Somebody may have taken the port meanwhile.
                Err(_) if attempts > 0 && process.exited()?.is_some() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// An address on this server, as a person on this machine would type it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.url_on("localhost", path)
    }

    /// The same by another name of the host.
    #[must_use]
    pub fn url_on(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}/{}", self.address.port(), path.trim_start_matches('/'))
    }

    /// Ends it without a farewell, as a crash would.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end, as a service manager would, and waits until it has.
    ///
    /// # Errors
    /// When it is still there after ten seconds.
    pub async fn terminate(&mut self) -> Result<()> {
        process::signal(self.process.id(), "TERM");
        until_within(Duration::from_secs(10), "the server ends on SIGTERM", async || {
            ensure!(self.process.exited()?.is_some(), "it still runs");
            Ok(())
        })
        .await
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.output()
    }
}

/// The binary with the page inside: `$OJAK`, or what `./x build` leaves.
fn binary() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("OJAK") {
        let path = PathBuf::from(named);
        ensure!(path.is_file(), "OJAK names {}, which does not exist", path.display());
        return Ok(path);
    }
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/ojak");
    if !built.is_file() {
        bail!("no server to test: `./x test e2e` builds it; or set OJAK to a binary with the page inside");
    }
    Ok(built)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

async fn until_ready(process: &mut Process, address: SocketAddr) -> Result<()> {
    let mut gone = None;
    until_within(Duration::from_secs(10), "the server is ready", async || {
        gone = process.must_run().err();
        if gone.is_some() {
            return Ok(());
        }
        ensure!(status(address, "/readyz")? == 200, "/readyz does not say 200");
        Ok(())
    })
    .await?;
    gone.map_or(Ok(()), Err)
}

/// The status code of a GET, without a client library.
fn status(address: SocketAddr, path: &str) -> Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    answer.split(' ').nth(1).context("not HTTP")?.parse().context("no status code")
}
