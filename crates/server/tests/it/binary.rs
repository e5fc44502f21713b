//! The command, as people run it.

use crate::https::{Folder, connect, trusting, write_certificate};
use crate::support::*;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::{Child, Command, Output, Stdio};
use stun::message::{BINDING_SUCCESS, Message};
use stun::xoraddr::XorMappedAddress;

pub(crate) fn ojak(flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ojak"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OJAK_") {
            command.env_remove(name);
        }
    }
    // Nobody's home is written to: what a test keeps it keeps in a folder of its own.
    command.env_remove("STATE_DIRECTORY").env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    // Neither the usual ports, which a real server may have, nor its certificate.
    command.env("OJAK_HTTPS", "off").env("OJAK_TURN", "off");
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(flags: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = ojak(flags).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A server that runs, ended with the test.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    welcome: String,
}

impl Running {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", flags)
    }

    /// With `--log warn`, unless `flags` say otherwise, and no state of whoever runs the tests.
    pub(crate) fn start_at(address: &str, flags: &[&str]) -> Self {
        let mut all = vec!["--http", address];
        if !flags.iter().any(|flag| flag.starts_with("--log")) {
            all.extend(["--log", "warn"]);
        }
        let mut child = ojak(&[&all, flags].concat()).spawn().unwrap();
        let mut welcome = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut welcome).unwrap();
        let port = welcome.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), welcome }
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Memory that the process has.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Waits until the process is no more; answers with its exit code, if it has one.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let mut ended = None;
        until("the process to end", || {
            ended = self.child.try_wait().unwrap();
            let done = ended.is_some();
            async move { done }
        })
        .await;
        ended.and_then(|status| status.code())
    }

    /// What it wrote to standard error; once it ended. That it has no page is no complaint here.
    pub(crate) fn complaints(&mut self) -> String {
        let mut complaints = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        complaints.split_inclusive('\n').filter(|line| !line.contains("without the page")).collect()
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
        (&["--http", "off"], "--http and --https are both off"),
        (&["--https", "8443"], "127.0.0.1:8080"),
        (&["--turn", "3478"], "127.0.0.1:8080"),
        (&["--turn-relay-ports", "1-2"], "49152-65535"),
        (&["--turn-public-ip", "1.1.1.1,1.1.1.2"], "--turn-public-ip"),
        (&["--origin", "partner.example"], "https://call.example"),
        (&["--ice-server", "turn:turn.example"], "--ice-secret"),
        (&["--ice-secret", "/no/such/file"], "No such file"),
        (&["--room-capacity", "1"], "2..=64"),
        (&["--metrics", "9090"], "127.0.0.1:8080"),
        (&["--state-dir"], "--state-dir"),
        (&["doctor"], "<URL>"),
        (&["doctor", "ftp://call.example"], "https://call.example"),
        (&["--turn", "off", "doctor", "call.example"], "'doctor' cannot be used with '--turn"),
        (&["stray"], "stray"),
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
    let (code, stdout, stderr) = run(&["--http", "127.0.0.1:0", "--metrics", &address.to_string()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("is in use") && stderr.contains("--metrics 127.0.0.1:"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    let (code, stdout, stderr) = run(&["--http", "127.0.0.1:0", "--https", &address.to_string()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("is in use") && stderr.contains("--https 127.0.0.1:"), "{stderr}");
}

#[test]
fn a_port_for_turn_must_be_free_for_udp_and_tcp() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    for address in [tcp.local_addr().unwrap(), udp.local_addr().unwrap()] {
        let (code, stdout, stderr) = run(&["--http", "127.0.0.1:0", "--turn", &address.to_string()]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert!(stderr.contains(&format!("port {} of 127.0.0.1 is in use", address.port())), "{stderr}");
        assert!(stderr.contains("--turn 127.0.0.1:") && stderr.contains("--turn off"), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[test]
fn help_and_version_are_on_standard_output() {
    let (code, stdout, stderr) = run(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    for flag in [
        "doctor",
        "--http",
        "--https",
        "--tls-cert",
        "--tls-key",
        "--acme",
        "--acme-email",
        "--acme-directory",
        "--trusted-proxy",
        "--origin",
        "--public-url",
        "--turn",
        "--turn-public-ip",
        "--turn-relay-ports",
        "--turn-allow-private",
        "--ice-server",
        "--ice-secret",
        "--room-capacity",
        "--max-connections",
        "--state-dir",
        "--metrics",
    ] {
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

/// All that a server says at the start.
#[cfg(unix)]
fn said(flags: &[&str]) -> String {
    let mut all = vec!["--log", "warn"];
    if !flags.contains(&"--http") {
        all.extend(["--http", "127.0.0.1:0"]);
    }
    let mut child = ojak(&[&all, flags].concat()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    let port = said.trim_end().rsplit(':').next().unwrap().to_owned();
    // It listens to that from before it says anything, and says everything before it ends.
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    out.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    said.replace(&format!("localhost:{port}"), "localhost:PORT")
}

#[cfg(unix)]
#[test]
fn it_says_who_has_use_of_the_relay() {
    let said = |turn: &[&str]| said(&[&["--http", "0.0.0.0:0"], turn].concat());
    let known =
        said(&["--turn", "127.0.0.1:0", "--turn-public-ip", "1.1.1.1", "--turn-relay-ports=2000-3000"]);
    assert!(known.contains("relayed by 1.1.1.1: open port") && known.contains("2000-3000"), "{known}");
    let nearby = said(&["--turn", "127.0.0.1:0"]);
    assert!(nearby.contains("127.0.0.1, which the internet does not reach"), "{nearby}");
    assert!(nearby.contains("--turn-public-ip"), "{nearby}");
    let none = said(&["--turn", "off"]);
    assert!(none.contains("Nothing is relayed (--turn off)"), "{none}");
}

#[cfg(unix)]
#[test]
fn it_says_which_router_is_in_front_of_it() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let stun = format!("stun:{}", socket.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut buffer, mut question, mut answer) = ([0; 1500], Message::new(), Message::new());
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        question.unmarshal_binary(&buffer[..length]).unwrap();
        let seen = XorMappedAddress { ip: [9, 9, 9, 9].into(), port: from.port() };
        answer
            .build(&[Box::new(question.transaction_id), Box::new(BINDING_SUCCESS), Box::new(seen)])
            .unwrap();
        socket.send_to(&answer.raw, from).unwrap();
    });
    let behind = said(&["--http", "0.0.0.0:0", "--turn", "127.0.0.1:0", "--ice-server", &stun]);
    asked.join().unwrap();
    assert!(behind.contains("relayed by 9.9.9.9, the router in front of 127.0.0.1"), "{behind}");
}

#[cfg(unix)]
#[test]
fn it_says_what_others_can_open_and_what_their_browsers_will_say() {
    let folder = Folder::new("binary-welcome");
    let state = folder.flag();
    let lan = said(&["--https", "0.0.0.0:0", &state]);
    let lines: Vec<&str> = lan.lines().collect();
    assert_eq!(lines[0], "Ojak is ready: http://localhost:PORT");
    // A machine without a network has nobody to tell.
    if let Some(address) = ojak_server::Machine::look().address() {
        assert!(lines[1].starts_with(&format!("People open: https://{address}:")), "{lan}");
        assert!(lines[2].contains("/certificate says why"), "{lan}");
        assert!(
            lines[3].starts_with("The fingerprint to compare there: ") && lines[3].matches(':').count() == 32,
            "{lan}"
        );
        assert!(lines[4].starts_with("Nothing is relayed"), "{lan}");
        assert_eq!(lines.len(), 5, "no code where there is no terminal: {lan}");
    }
    let own = said(&["--https", "127.0.0.1:0", &state]);
    assert_eq!(own, "Ojak is ready: http://localhost:PORT\n");
    let public = said(&["--https", "0.0.0.0:0", &state, "--public-url", "https://call.example"]);
    let lines: Vec<&str> = public.lines().take(2).collect();
    assert_eq!(lines, ["Ojak is ready: http://localhost:PORT", "People open: https://call.example"]);
    assert!(!public.contains("warn"), "{public}");
}

#[test]
fn a_certificate_that_is_no_good_says_why() {
    let folder = Folder::new("binary-bad-certificate");
    let file = |name: &str| folder.0.join(name).display().to_string();
    write_certificate(&folder.0, &["localhost"]);
    std::fs::write(file("empty.pem"), "").unwrap();
    std::fs::write(file("other.pem"), rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    for (certificate, key, about) in [
        ("missing.pem", "key.pem", "missing.pem cannot be read"),
        ("cert.pem", "missing.pem", "missing.pem cannot be read"),
        ("empty.pem", "key.pem", "empty.pem holds no certificate"),
        ("cert.pem", "empty.pem", "empty.pem holds no private key"),
        ("cert.pem", "cert.pem", "cert.pem holds no private key"),
        ("cert.pem", "other.pem", "does not belong to the certificate in"),
    ] {
        let (certificate, key) = (file(certificate), file(key));
        let flags =
            ["--http", "off", "--https", "127.0.0.1:0", "--tls-cert", &certificate, "--tls-key", &key];
        let (code, stdout, stderr) = run(&flags);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(
            stderr.starts_with("error: --tls-cert and --tls-key: ") && stderr.contains(about),
            "{stderr}"
        );
    }
}

/// What `systemctl reload` sends.
#[cfg(unix)]
#[tokio::test]
async fn on_hang_up_it_looks_at_its_certificate_and_runs_on() {
    let folder = Folder::new("binary-hang-up");
    write_certificate(&folder.0, &["localhost"]);
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.0.join(name).display().to_string());
    let flags = ["--https", "127.0.0.1:0", "--tls-cert", &certificate, "--tls-key", &key, "--log", "info"];
    let mut running = Running::start_at("off", &flags);
    let next = trusting(&write_certificate(&folder.0, &["localhost"]));
    running.signal("HUP");
    until("the next certificate", || async { connect(&next, running.address, "localhost").await.is_ok() })
        .await;
    running.signal("TERM");
    assert_eq!(running.ended().await, Some(0));
    let complaints = running.complaints();
    assert!(complaints.contains("is another one, and in use now"), "{complaints}");
}

#[test]
fn an_expired_certificate_is_served_and_said() {
    let folder = Folder::new("binary-expired");
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let pem = [key.serialize_pem(), params.self_signed(&key).unwrap().pem()].concat();
    let file = folder.0.join("both.pem");
    std::fs::write(&file, pem).unwrap();
    let file = file.display().to_string();
    let mut running =
        Running::start_at("off", &["--https", "127.0.0.1:0", "--tls-cert", &file, "--tls-key", &file]);
    let _ = running.child.kill();
    let complaints = running.complaints();
    assert!(complaints.contains("both.pem has expired"), "{complaints}");
}
