//! The servers, each as it would be run.

use super::seat::{Credential, credentials};
use crate::lab::Place;
use crate::process::{self, Process};
use crate::wait::until_within;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PAGE: u16 = 8080;
const RELAY: u16 = 3478;
/// What `deploy/turnserver.conf` has in its place.
const SECRET: &str = "change-me";

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one inside `ojak`.
    Ojak,
    /// Debian's coturn, with the configuration of `deploy/`.
    Coturn,
}

/// A server that runs, alone on its core.
pub(super) struct Server {
    pub(super) relay: SocketAddr,
    process: Process,
    /// A seat each.
    pub(super) credentials: Vec<Credential>,
    /// Who gives out the passwords of another server.
    _ojak: Option<Process>,
}

impl Server {
    /// Starts one at `address` of `place`, for `seats` who come from `near`.
    pub(super) async fn start(
        kind: Kind,
        directory: &Path,
        (place, address): (&Place, Ipv4Addr),
        near: &Place,
        seats: usize,
    ) -> Result<Self> {
        fs::create_dir_all(directory)?;
        let (page, relay) = (SocketAddr::from((address, PAGE)), SocketAddr::from((address, RELAY)));
        let secret = directory.join("secret");
        fs::write(&secret, SECRET)?;
        let (secret, at) = (secret.display().to_string(), relay.to_string());
        let url = format!("turn:{relay}?transport=udp");
        let flags = match kind {
            // Whoever is not relayed is in a network that the server is in, too, as nobody on the internet is.
            Kind::Ojak => vec!["--turn", &at, "--turn-allow-private"],
            Kind::Coturn => vec!["--turn", "off", "--ice-secret", &secret, "--ice-server", &url],
        };
        let mut ojak = alone(place, crate::server::binary()?);
        ojak.args(["--https", "off", "--joins-per-minute", "0", "--sockets-per-address", "0", "--http"]);
        ojak.arg(page.to_string()).args(flags).arg("--state-dir").arg(directory);
        let ojak = Process::start(&mut ojak, &directory.join("ojak.log"))?;
        let (process, ojak) = match kind {
            Kind::Ojak => (ojak, None),
            Kind::Coturn => (coturn(directory, place, address)?, Some(ojak)),
        };
        for port in [page, relay] {
            until_within(Duration::from_secs(10), "the server is ready", async || {
                near.inside(|| {
                    TcpStream::connect_timeout(&port, Duration::from_secs(1))?;
                    Ok(())
                })
            })
            .await?;
        }
        let connected = || {
            let stream = near.inside(|| Ok(TcpStream::connect(page)?))?;
            stream.set_nonblocking(true)?;
            Ok(tokio::net::TcpStream::from_std(stream)?)
        };
        let credentials = credentials(page, seats, connected).await?;
        Ok(Self { relay, process, credentials, _ojak: ojak })
    }

    /// Processor time that it has taken since it began.
    pub(super) fn time(&self) -> Result<Duration> {
        let stat = self.about("stat")?;
        // "12 (a name, maybe with spaces) S 11 …": user and system are the 14th and 15th field.
        let fields = stat.rsplit_once(')').context("no name")?.1.split_whitespace().skip(11).take(2);
        let ticks = fields.map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        // USER_HZ, which is the same on every Linux.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Bytes of memory that it has, of its own.
    pub(super) fn memory(&self) -> Result<u64> {
        let status = self.about("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no memory")?;
        Ok(1024 * line.split_whitespace().next().context("no number")?.parse::<u64>()?)
    }

    fn about(&self, what: &str) -> Result<String> {
        Ok(fs::read_to_string(format!("/proc/{}/{what}", self.process.id()))?)
    }
}

/// `program` on the first core of `place`.
fn alone(place: &Place, program: impl AsRef<Path>) -> Command {
    let mut command = place.command("taskset");
    command.args(["--cpu-list", "0"]).arg(program.as_ref());
    command
}

fn coturn(directory: &Path, place: &Place, address: Ipv4Addr) -> Result<Process> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/turnserver.conf");
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(&format!("static-auth-secret={SECRET}\n")), "the secret is another one");
    // There is no certificate here, and one core for all its threads.
    let text: String = text
        .lines()
        .filter(|line| {
            !["cert=", "pkey=", "tls-listening-port=", "syslog"].iter().any(|of| line.starts_with(of))
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let file = directory.join("turnserver.conf");
    let more = format!(
        "no-tls\nno-dtls\nlistening-ip={address}\nrelay-ip={address}\nrelay-threads=1\nlog-file=stdout\n"
    );
    fs::write(&file, text + more.as_str())?;
    let program = process::find(&["turnserver"])?;
    let mut command = alone(place, program);
    command.arg("-c").arg(&file).arg("--pidfile").arg(directory.join("pid"));
    command.arg("--db").arg(directory.join("turndb"));
    Process::start(&mut command, &directory.join("coturn.log"))
}
