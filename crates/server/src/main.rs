//! The `ojak` command: reads the command line, says what it does, and runs the server until it is told to stop.

mod welcome;

use clap::Parser;
use ojak_server::{
    Address, Command, Config, Level, Limits, Listen, LogFormat, Machine, Page, PassKey, Ports, RelayPort, Tls,
};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use welcome::{Certificate, Welcome, code, relaying, welcome};

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
    if let Some(Command::Doctor { address }) = config.command {
        return doctor(address);
    }
    if (config.http, config.https) == (Listen::Off, Listen::Off) {
        say(&mut io::stderr(), "error: there is nothing to serve: --http and --https are both off\n");
        return ExitCode::from(EXIT_USAGE);
    }
    if let Some(contradiction) = config.contradiction() {
        say(&mut io::stderr(), format_args!("error: {contradiction}\n"));
        return ExitCode::from(EXIT_USAGE);
    }
    start_logging(&config);
    match actix_rt::System::new().block_on(run(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut io::stderr(), format_args!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the server at `address`.
fn doctor(address: Address) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&mut io::stderr(), format_args!("error: {error}\n"));
            return ExitCode::FAILURE;
        }
    };
    let coloured = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    say(&mut io::stdout(), format_args!("Looking at {address} as a browser would.\n\n"));
    let (mut warnings, mut faults) = (0_u32, 0_u32);
    runtime.block_on(ojak_server::examine(address, |words| {
        match words.level {
            Level::Ok => {}
            Level::Warn => warnings += 1,
            Level::Fail => faults += 1,
        }
        say(&mut io::stdout(), words.printed(coloured));
    }));
    // A name server that does not answer is not waited for.
    runtime.shutdown_background();
    let sum = match (faults, warnings) {
        (0, 0) => "All is well.",
        (0, _) => "Calls work; see what is warned of.",
        _ => "Something is wrong.",
    };
    say(&mut io::stdout(), format_args!("\n{sum}\n"));
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(config: Config) -> anyhow::Result<()> {
    // First: who is told to look at its certificates while it starts would end otherwise.
    let (stop, mut hang_up) = (stop_signal()?, hang_up_signal()?);
    let [http, https, metrics] =
        [("--http", config.http), ("--https", config.https), ("--metrics", config.metrics)]
            .map(|(flag, at)| opened(flag, at, ojak_server::listen));
    let (http, https, metrics) = (http?, https?, metrics?);
    let turn = opened("--turn", config.turn, RelayPort::open)?;
    let https = match https {
        Some(listener) => Some((listener, Tls::open(&config)?)),
        None => None,
    };
    let certificate =
        https.as_ref().map(|(_, tls)| Certificate { authority: tls.authority(), names: tls.names() });
    let ports = Ports { http, https, metrics, turn };
    let (max_connections, limits) = affordable(config.max_connections, Limits::default());
    let config = &Config { max_connections, ..config };
    let page = Page::embedded();
    if !page.is_built() {
        tracing::warn!("this binary was built without the page: run ./x build");
    }
    let server = ojak_server::serve(config, limits, page, pass_key(config)?, ports)?;
    let Welcome { open, addresses } =
        welcome(config, &server, &certificate.unwrap_or_default(), &Machine::look());
    say(&mut io::stdout(), open);
    if let Some(addresses) = addresses {
        // People call meanwhile.
        say(&mut io::stdout(), relaying(config, server.relays().await));
        if let Some(address) = addresses.first().filter(|_| io::stdout().is_terminal()) {
            say(&mut io::stdout(), code(address));
        }
    }
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(()) = hang_up.recv() => server.reload(),
        }
    }
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

/// What service managers send to have a configuration read anew: certificates are.
#[cfg(unix)]
fn hang_up_signal() -> io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
fn hang_up_signal() -> io::Result<tokio::sync::mpsc::Receiver<()>> {
    Ok(tokio::sync::mpsc::channel(1).1)
}

/// What `open` opens where `flag` said, if that is anywhere.
fn opened<P>(flag: &str, at: Listen, open: fn(SocketAddr) -> io::Result<P>) -> anyhow::Result<Option<P>> {
    let Listen::At(address) = at else { return Ok(None) };
    let (ip, port) = (address.ip(), address.port());
    open(address).map(Some).map_err(|error| match error.kind() {
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
            "port {port} may not be used by this user; choose one above 1023, such as {flag} {ip}:{}",
            if port == 443 { 8443 } else { 8080 }
        ),
        ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "{ip} is no address of this machine; 0.0.0.0 stands for all it has: {flag} 0.0.0.0:{port}"
        ),
        _ => anyhow::anyhow!("cannot listen at {address}: {error}"),
    })
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
