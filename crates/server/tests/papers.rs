//! What the documents say of the server is so: the tests that SECURITY.md names exist, the limits in
//! docs/protocol.md are those of the server, and examples/join.py does what it says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

use futures_util::{SinkExt, StreamExt};
use ojak_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use ojak_server::{Limits, QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_test_that_security_md_names_exists() {
    let paper = read("SECURITY.md");
    let named: Vec<_> =
        paper.split('`').skip(1).step_by(2).filter_map(|word| word.split_once(".rs::")).collect();
    assert!(named.len() > 20, "{named:?}");
    for (file, test) in named {
        let code = read(&format!("crates/{file}.rs"));
        let (before, _) = code
            .split_once(&format!("fn {test}("))
            .unwrap_or_else(|| panic!("there is no {test} in {file}.rs"));
        let attributes = before.rsplit("\n\n").next().unwrap();
        assert!(attributes.contains("test]"), "{test} in {file}.rs is no test");
        assert!(!attributes.contains("#[ignore"), "{test} in {file}.rs is not run");
    }
    for row in paper.lines().filter(|line| line.contains(" → ") && line.starts_with('|')).skip(1) {
        assert!(row.contains(".rs::"), "no test is named: {row}");
    }
}

#[test]
fn the_limits_of_a_socket_are_those_of_the_document() {
    let paper = read("docs/protocol.md").replace('\n', " ");
    let rate = Limits::default().frames;
    for sentence in [
        format!("{} messages a second, {} in a burst", rate.per_second, rate.burst),
        format!("at most {QUEUE_MESSAGES_MAX} messages or {} KiB", QUEUE_BYTES_MAX / 1024),
    ] {
        assert!(paper.contains(&sentence), "docs/protocol.md does not say: {sentence}");
    }
}

/// Ended with the test.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let (say, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        Self { child, lines }
    }

    /// The next line that it prints; what is waited for takes milliseconds, or the pause of who comes back.
    fn says(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(20)).expect("a line")
    }

    #[cfg(unix)]
    fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ojak(port: u16, state: &Path) -> (Running, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ojak"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OJAK_") {
            command.env_remove(name);
        }
    }
    let server = Running::start(
        command
            .args(["--http", &format!("127.0.0.1:{port}"), "--https", "off", "--turn", "off"])
            .args(["--log", "error", "--state-dir"])
            .arg(state),
    );
    let port = server.says().rsplit(':').next().unwrap().trim_end().parse().unwrap();
    (server, port)
}

/// A Python that has `websockets`: the machine's own, where `./x` installs it, need not be the first in the path.
fn python() -> &'static str {
    let has_websockets = |python: &&str| {
        let import = Command::new(python).args(["-c", "import websockets"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(has_websockets).expect(
        "examples/join.py needs Python 3.10 and its package websockets: apt install python3-websockets",
    )
}

struct Ben {
    socket: WebSocketStream<TcpStream>,
    /// What gives the seat back.
    pass: String,
}

impl Ben {
    async fn join(port: u16, resume: Option<String>) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request.headers_mut().insert("Origin", format!("http://{address}").parse().unwrap());
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let join = ClientMessage::<()>::Join {
            version: PROTOCOL_VERSION,
            room: "seventh-evening".into(),
            name: "Ben".into(),
            resume,
        };
        socket.send(Message::text(join.to_json())).await.unwrap();
        let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("no answer") };
        match serde_json::from_str(&text).unwrap() {
            ServerMessage::<()>::Joined { resume: pass, .. } => Self { socket, pass },
            other => panic!("{other:?}"),
        }
    }
}

/// Ana, who joins with a few lines of Python, sees Ben come, be away, come back and go; the server is stopped and
/// started again, and she is who she was.
#[cfg(unix)]
#[tokio::test]
async fn the_example_client_stays_in_a_room() {
    let state = std::env::temp_dir().join(format!("ojak-papers-{}", std::process::id()));
    let (server, port) = ojak(0, &state);
    let ana = Running::start(Command::new(python()).arg("-u").arg(root().join("examples/join.py")).args([
        &format!("http://127.0.0.1:{port}"),
        "Seventh evening",
        "Ana",
    ]));
    let joined = ana.says();
    assert!(
        joined.starts_with("In seventh-evening as ") && joined.ends_with(", with nobody else."),
        "{joined}"
    );

    let ben = Ben::join(port, None).await;
    assert_eq!(ana.says(), "Ben came.");
    drop(ben.socket);
    assert_eq!(ana.says(), "Ben is away.");
    let mut ben = Ben::join(port, Some(ben.pass)).await;
    assert_eq!(ana.says(), "Ben is back.");
    ben.socket.send(Message::text(ClientMessage::<()>::Leave.to_json())).await.unwrap();
    assert_eq!(ana.says(), "Ben is gone: left.");

    server.signal("TERM");
    assert_eq!(ana.says(), "The server goes away.");
    drop(server);
    let (server, _) = ojak(port, &state);
    assert_eq!(ana.says(), joined);
    server.signal("KILL");
    drop(server);
    let _server = ojak(port, &state);
    assert_eq!(ana.says(), joined);
    let _ = fs::remove_dir_all(state);
}
