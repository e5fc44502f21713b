//! The command, as people run it.

use crate::support::*;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn ojak(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ojak"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OJAK_") {
            command.env_remove(name);
        }
    }
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(flags: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = ojak(flags).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A server that runs, ended with the test.
struct Running {
    child: Child,
    address: SocketAddr,
    welcome: String,
}

impl Running {
    fn start(flags: &[&str]) -> Self {
        let mut child = ojak(&[&["--http", "127.0.0.1:0", "--log", "warn"], flags].concat()).spawn().unwrap();
        let mut welcome = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut welcome).unwrap();
        let port = welcome.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), welcome }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_bad_value_is_one_clear_line() {
    for (flags, about) in [
        (&["--http", "8080"][..], "127.0.0.1:8080"),
        (&["--http", "off"], "--http is off"),
        (&["--https", "0.0.0.0:8443"], "later version"),
        (&["--turn", "0.0.0.0:3478"], "later version"),
        (&["--origin", "partner.example"], "https://call.example"),
        (&["--ice-server", "turn:turn.example"], "credentials"),
        (&["--room-capacity", "1"], "2..=64"),
        (&["--log-format", "xml"], "text, json"),
        (&["--htpp"], "--htpp"),
        (&["stray"], "stray"),
    ] {
        let (code, stdout, stderr) = run(flags);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{flags:?}");
        assert_eq!(stderr.lines().count(), 1, "{flags:?}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains(about), "{flags:?}: {stderr}");
    }
}

#[test]
fn a_bad_variable_is_as_clear() {
    let output = ojak(&[]).env("OJAK_HTTP", "nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("--http") && stderr.contains("nowhere"), "{stderr}");
}

#[test]
fn a_port_in_use_says_which_and_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let (code, stdout, stderr) = run(&["--http", &address.to_string()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains(&format!("port {} of 127.0.0.1 is in use", address.port())), "{stderr}");
    assert!(stderr.contains("--http 127.0.0.1:"), "{stderr}");
}

#[test]
fn help_and_version_are_on_standard_output() {
    let (code, stdout, stderr) = run(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for flag in ["--http", "--origin", "--public-url", "--ice-server", "--room-capacity", "--max-connections"]
    {
        assert!(stdout.contains(flag), "{flag}");
    }
    let (code, stdout, _) = run(&["--version"]);
    assert_eq!((code, stdout), (Some(0), format!("ojak {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn it_says_what_to_open() {
    let running = Running::start(&["--https", "off", "--turn", "off"]);
    assert_eq!(running.welcome, format!("Ojak is ready: http://localhost:{}\n", running.address.port()));
}

#[cfg(unix)]
#[tokio::test]
async fn told_to_stop_it_says_goodbye_and_ends() {
    for signal in ["TERM", "INT"] {
        let mut running = Running::start(&[]);
        let own = format!("http://{}", running.address);
        let mut ana = Client::try_connect(running.address, Some(&own)).await.unwrap();
        ana.enter("home", "Ana").await;
        // Somebody who answers nothing must not hold it up.
        let _mute = Client::try_connect(running.address, Some(&own)).await.unwrap();
        let since = Instant::now();
        let killed =
            Command::new("kill").args([&format!("-{signal}"), &running.child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        assert!(matches!(ana.hear().await, Heard::Closed(1001)), "{signal}");
        until("the process to end", || {
            let ended = running.child.try_wait().unwrap();
            async move { ended.inspect(|status| assert_eq!(status.code(), Some(0))).is_some() }
        })
        .await;
        assert!(since.elapsed() < Duration::from_secs(4), "{signal}: {:?}", since.elapsed());
        let mut complaints = String::new();
        running.child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        assert!(!complaints.contains("ERROR") && !complaints.contains("panicked"), "{complaints}");
    }
}
