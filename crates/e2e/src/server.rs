//! The product's own server, as its users start it.

use crate::lab::{self, Place};
use crate::process::{self, Process};
use crate::wait::until_within;
use crate::wiretap::Wiretap;
use anyhow::{Context, Result, bail, ensure};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A running `ojak` on a port of its own, ended when dropped.
pub struct Server {
    process: RefCell<Process>,
    start: Start,
    tap: Option<Wiretap>,
}

/// How it was started, to start it again in the same way.
struct Start {
    place: Place,
    address: SocketAddr,
    flags: Vec<String>,
    directory: PathBuf,
}

impl Server {
    /// Starts `ojak` with `flags` in `place`, and waits until it is ready. Its log goes into `directory`.
    ///
    /// # Errors
    /// When there is no binary, or it ends, or is not ready in time.
    pub async fn start(directory: &Path, flags: &[&str], place: &Place) -> Result<Self> {
        let mut attempts = 3;
        loop {
            let address = match place {
                Place::Host => free_address()?,
                Place::Lab(_) => (lab::SERVER, lab::PORT).into(),
            };
            let flags = flags.iter().copied().map(str::to_owned).collect();
            let start = Start { place: place.clone(), address, flags, directory: directory.into() };
            let mut process = start.launch()?;
            attempts -= 1;
            match start.until_ready(&mut process).await {
                Ok(()) => return Ok(Self { process: process.into(), start, tap: None }),
                // Somebody may have taken the port meanwhile.
                Err(_) if attempts > 0 && process.exited()?.is_some() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Has everything overheard that browsers and this server say to each other from now on.
    ///
    /// # Errors
    /// When there is no port for it.
    pub fn overhear(&mut self) -> Result<()> {
        self.tap = Some(Wiretap::open(self.start.address)?);
        Ok(())
    }

    /// Whoever overhears it.
    ///
    /// # Panics
    /// When nobody does.
    #[must_use]
    pub fn tap(&self) -> &Wiretap {
        self.tap.as_ref().expect("nobody overhears this server")
    }

    /// An address on this server, as a person types it who may use it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        match self.start.place {
            Place::Host => self.url_on("localhost", path),
            Place::Lab(_) if self.start.has("--https") => self.secure_url_on(&lab::SERVER.to_string(), path),
            Place::Lab(_) => self.url_on(&lab::SERVER.to_string(), path),
        }
    }

    /// The same over HTTPS at its usual port, by whatever name of the host.
    #[must_use]
    pub fn secure_url_on(&self, host: &str, path: &str) -> String {
        format!("https://{host}/{}", path.trim_start_matches('/'))
    }

    /// A file with the certificate of whoever issued its own.
    ///
    /// # Errors
    /// When it has none.
    pub fn authority(&self) -> Result<PathBuf> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        let kept = std::fs::read_to_string(self.start.directory.join("lan-ca.pem"))?;
        let (_, certificate) = kept.split_once(BEGIN).context("no certificate is kept")?;
        let path = self.start.directory.join("authority.pem");
        std::fs::write(&path, [BEGIN, certificate].concat())?;
        Ok(path)
    }

    /// The same by another name of the host.
    #[must_use]
    pub fn url_on(&self, host: &str, path: &str) -> String {
        let address = self.tap.as_ref().map_or(self.start.address, Wiretap::address);
        format!("http://{host}:{}/{}", address.port(), path.trim_start_matches('/'))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.start.address
    }

    /// The network it is in.
    #[must_use]
    pub(crate) fn place(&self) -> &Place {
        &self.start.place
    }

    /// Ends it without a farewell, as a crash would.
    pub fn kill(&self) {
        self.process.borrow_mut().kill();
    }

    /// Asks it to end, as a service manager would, and waits until it has.
    ///
    /// # Errors
    /// When it is still there after ten seconds.
    pub async fn terminate(&self) -> Result<()> {
        process::send("TERM", &[self.process.borrow().id()]);
        until_within(Duration::from_secs(10), "the server ends on SIGTERM", async || {
            ensure!(self.process.borrow_mut().exited()?.is_some(), "it still runs");
            Ok(())
        })
        .await
    }

    /// Starts it again after it has ended: same address, same flags, same folder for what it keeps.
    ///
    /// # Errors
    /// When it is not ready in time.
    pub async fn start_again(&self) -> Result<()> {
        let mut process = self.start.launch()?;
        let ready = self.start.until_ready(&mut process).await;
        self.process.replace(process);
        ready
    }

    /// Ends it as a crash would, and starts it again at once. Says when it was gone.
    ///
    /// # Errors
    /// When it is not ready in time.
    pub async fn restart_after_kill(&self) -> Result<SystemTime> {
        let gone = SystemTime::now();
        self.kill();
        self.start_again().await?;
        Ok(gone)
    }

    /// Ends it as a service manager would, and starts it again at once. Says when it was gone.
    ///
    /// # Errors
    /// When it does not end, or is not ready in time.
    pub async fn restart_after_term(&self) -> Result<SystemTime> {
        self.terminate().await?;
        let gone = SystemTime::now();
        self.start_again().await?;
        Ok(gone)
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.borrow().output()
    }
}

impl Start {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|word| word == flag)
    }

    fn launch(&self) -> Result<Process> {
        let mut command = self.place.command(binary()?);
        command.arg("--http").arg(self.address.to_string()).args(&self.flags);
        // What it opens besides: another test, or a real server, may have those ports.
        command.env("OJAK_HTTPS", "off").env("OJAK_TURN", "off").env("OJAK_STATE_DIR", &self.directory);
        Process::start(&mut command, &self.directory.join("server.log"))
    }

    async fn until_ready(&self, process: &mut Process) -> Result<()> {
        let mut gone = None;
        until_within(Duration::from_secs(10), "the server is ready", async || {
            gone = process.must_run().err();
            if gone.is_some() {
                return Ok(());
            }
            let status = self.place.inside(|| status(self.address, "/readyz"))?;
            ensure!(status == 200, "/readyz does not say 200");
            Ok(())
        })
        .await?;
        gone.map_or(Ok(()), Err)
    }
}

/// The binary with the page inside: `$OJAK`, or what `./x build` leaves.
pub(crate) fn binary() -> Result<PathBuf> {
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

/// The status code of a GET, without a client library.
fn status(address: SocketAddr, path: &str) -> Result<u16> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    answer.split(' ').nth(1).context("not HTTP")?.parse().context("no status code")
}
