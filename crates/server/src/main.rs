//! The `ojak` command: reads the command line, says what it does, and runs the server until it is told to stop.

use clap::Parser;
use ojak_server::{Config, Limits, Listen, LogFormat, Page, PassKey, Ports, RelayPort, Seen, Server};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Libraries that write addresses into the log; who wants that names them in `--log`.
const QUIET: &str = "turn=off,stun=off,webrtc_util=off";

/// The command line was wrong.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let config = match Config::try_parse() {
        Ok(config) => config,
        Err(error) if !error.use_stderr() => {
            say(&mut io::stdout(), error.render());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say(&mut io::stderr(), format_args!("{} (`ojak --help` lists the options)\n", one_line(&error)));
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let Listen::At(address) = config.http else {
        say(
            &mut io::stderr(),
            "error: there is nothing to serve: --http is off, and HTTPS comes with a later version\n",
        );
        return ExitCode::from(EXIT_USAGE);
    };
    if let Some(contradiction) = config.contradiction() {
        say(&mut io::stderr(), format_args!("error: {contradiction}\n"));
        return ExitCode::from(EXIT_USAGE);
    }
    start_logging(&config);
    match actix_rt::System::new().block_on(run(config, address)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut io::stderr(), format_args!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, address: SocketAddr) -> anyhow::Result<()> {
    let ports = Ports {
        http: opened("--http", address, ojak_server::listen)?,
        metrics: at(config.metrics).map(|at| opened("--metrics", at, ojak_server::listen)).transpose()?,
        turn: at(config.turn).map(|at| opened("--turn", at, RelayPort::open)).transpose()?,
    };
    let (max_connections, limits) = affordable(config.max_connections, Limits::default());
    let config = &Config { max_connections, ..config };
    let page = Page::embedded();
    if !page.is_built() {
        tracing::warn!("this binary was built without the page: run ./x build");
    }
    let stop = stop_signal()?;
    let server = ojak_server::serve(config, limits, page, pass_key(config)?, ports)?;
    say(&mut io::stdout(), welcome(config, &server));
    stop.await;
    tracing::info!("closing");
    server.shut_down().await?;
    Ok(())
}

/// As many sockets as files may be open, and as much relayed. One more would not be refused, but left without an answer,
/// and with it everybody who comes after.
fn affordable(sockets: u32, limits: Limits) -> (u32, Limits) {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => {
            let files = u32::try_from(files).unwrap_or(u32::MAX);
            let rest = files.saturating_sub(ojak_server::OTHER_FILES);
            // Half at most, where there are few.
            let relay = limits.relay.within(usize::try_from(rest / 2).unwrap_or(usize::MAX));
            let rest = rest.saturating_sub(u32::try_from(relay.files()).unwrap_or(u32::MAX));
            if rest < sockets {
                tracing::info!("{files} files may be open: {rest} sockets, instead of {sockets}");
            }
            (sockets.min(rest.max(1)), Limits { relay, ..limits })
        }
        Err(error) => {
            tracing::warn!(%error, "the limit on open files could not be raised");
            (sockets, limits)
        }
    }
}

/// The key of the last run, so that everybody has their seat back.
fn pass_key(config: &Config) -> io::Result<PassKey> {
    config.pass_key().or_else(|reason| {
        tracing::warn!(
            "no key can be kept, so after a restart of this server nobody has their seat back and everybody joins \
             anew ({reason}); --state-dir names another folder"
        );
        PassKey::random()
    })
}

/// Ends when the process is asked to. Asked for before the server says it is ready, so that nothing is missed.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn at(listen: Listen) -> Option<SocketAddr> {
    match listen {
        Listen::At(address) => Some(address),
        Listen::Off => None,
    }
}

/// What `open` opens at `address`, which `flag` named.
fn opened<P>(flag: &str, address: SocketAddr, open: fn(SocketAddr) -> io::Result<P>) -> anyhow::Result<P> {
    let (ip, port) = (address.ip(), address.port());
    open(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let other = SocketAddr::new(ip, port.checked_add(1).unwrap_or(8080));
            // What nobody has asked for, nobody knows how to do without.
            let without = if flag == "--turn" { ", or do without: --turn off" } else { "" };
            anyhow::anyhow!(
                "port {port} of {ip} is in use by another program; stop that one, or choose another port: {flag} \
                 {other}{without}"
            )
        }
        ErrorKind::PermissionDenied => anyhow::anyhow!(
            "port {port} may not be used by this user; choose one above 1023, such as {flag} {ip}:8080"
        ),
        ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "{ip} is no address of this machine; 0.0.0.0 stands for all it has: {flag} 0.0.0.0:{port}"
        ),
        _ => anyhow::anyhow!("cannot listen at {address}: {error}"),
    })
}

/// What people can open now.
fn welcome(config: &Config, server: &Server) -> String {
    let address = server.address();
    let (ip, port) = (address.ip(), address.port());
    let mut lines = if ip.is_loopback() || ip.is_unspecified() {
        format!("Ojak is ready: http://localhost:{port}\n")
    } else {
        format!("Ojak is ready: http://{address}\n")
    };
    if let Some(url) = &config.public_url {
        lines.push_str(&format!("People open: {}\n", url.as_str()));
    } else if !ip.is_loopback() {
        lines.push_str("On other machines browsers give no camera to plain http: put a proxy that speaks https in front.\n");
    }
    // To those who call from this machine only it is nothing.
    if !ip.is_loopback() || config.public_url.is_some() {
        lines.push_str(&relaying(config, server.relays()));
    }
    lines
}

/// Who has use of the relay, and what has to be open for it.
fn relaying(config: &Config, relays: Option<(u16, Seen)>) -> String {
    let Some((port, seen)) = relays else {
        return "Nothing is relayed (--turn off): calls between networks that let no direct connection through fail.\n".into();
    };
    let (first, last) = (config.turn_relay_ports.0.start(), config.turn_relay_ports.0.end());
    let open = format!("open port {port} (UDP and TCP) and {first}-{last} (UDP)");
    match seen {
        Seen::Everywhere(ip) => format!("Calls that find no direct way are relayed by {ip}: {open}.\n"),
        Seen::Nearby(ip) => format!(
            "Calls are relayed by {ip}, which the internet does not reach: if another address leads here, say so with \
             --turn-public-ip, and {open}.\n"
        ),
        Seen::Nowhere => "Nothing can be relayed: this machine has no network.\n".into(),
    }
}

/// clap's explanation without the hints below it.
fn one_line(error: &clap::Error) -> String {
    let explanation = error.render().to_string();
    let lines: Vec<&str> = explanation.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

fn start_logging(config: &Config) {
    // Checked when the command line was read.
    let filter = EnvFilter::try_new(format!("{QUIET},{}", config.log)).unwrap_or_default();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Unlike `println!`, does not panic when nobody listens any more.
fn say(out: &mut impl Write, text: impl std::fmt::Display) {
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}
