//! How the server ends, and begins again.

use crate::http::{request, upgrade};
use crate::support::*;
use ojak_protocol::ServerMessage;
use std::time::{Duration, Instant};

async fn is_sent_away(client: &mut Client) {
    match client.message().await {
        ServerMessage::GoingAway { reconnect_within } => assert_eq!(reconnect_within, 2000),
        other => panic!("instead of going_away: {other:?}"),
    }
    assert!(matches!(client.hear().await, Heard::Closed(1001)));
}

#[tokio::test]
async fn a_server_that_goes_away_says_so_and_nobody_is_away() {
    let server = start(&[]);
    let mut room = Vec::new();
    for number in 0..4 {
        room.push(Client::join(&server, "home", &format!("Peer {number}")).await.0);
    }
    for (place, client) in room.iter_mut().enumerate() {
        for _ in place + 1..4 {
            assert!(matches!(client.message().await, ServerMessage::PeerJoined { .. }));
        }
    }
    let mut lobby = Client::connect(&server).await;
    let since = Instant::now();
    let shut_down = tokio::spawn(server.shut_down());
    for client in room.iter_mut().chain([&mut lobby]) {
        is_sent_away(client).await;
    }
    drop((room, lobby));
    within("the end", shut_down).await.unwrap().unwrap();
    assert!(since.elapsed() < Duration::from_secs(3), "{:?}", since.elapsed());
}

#[tokio::test]
async fn while_it_goes_it_says_that_there_is_no_service() {
    let server = start(&[]);
    let address = server.address();
    let own = format!("http://{address}");
    // Answers nothing, so the end waits for it.
    let mute = Client::connect(&server).await;
    let shut_down = tokio::spawn(server.shut_down());
    until("not ready", || async { request(address, "GET /readyz", &[]).await.status == 503 }).await;
    assert_eq!(request(address, "GET /livez", &[]).await.status, 200);
    let handshake = [
        ("Origin", own.as_str()),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let answer = upgrade(address, "/ws", &handshake).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("2")));
    drop(mute);
    within("the end", shut_down).await.unwrap().unwrap();
    // The port is free, although connections of it were closed just now.
    ojak_server::listen(address).unwrap();
}

#[tokio::test]
async fn with_nobody_there_it_ends_at_once() {
    let server = start(&[]);
    let since = Instant::now();
    within("the end", server.shut_down()).await.unwrap();
    assert!(since.elapsed() < Duration::from_millis(900), "{:?}", since.elapsed());
}

#[cfg(unix)]
mod binary {
    use super::*;
    use crate::binary::Running;
    use ojak_protocol::{ClientMessage, ErrorCode};
    use std::path::PathBuf;

    /// A folder that is gone with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ojak-drain-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            Self(path)
        }

        fn flag(&self) -> String {
            format!("--state-dir={}", self.0.display())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    async fn connect(running: &Running) -> Client {
        Client::try_connect(running.address, Some(&format!("http://{}", running.address))).await.unwrap()
    }

    async fn resumed(running: &Running, room: &str, pass: &str) -> Client {
        let mut client = connect(running).await;
        client.say(&resume(room, "Somebody", pass)).await;
        client.hears_joined().await;
        client
    }

    async fn is_refused(running: &Running, room: &str, pass: &str, about: &str) {
        let mut client = connect(running).await;
        client.say(&resume(room, "Somebody", pass)).await;
        client.is_refused(ErrorCode::ResumeRefused, 1008, about).await;
    }

    #[tokio::test]
    async fn told_to_stop_it_says_goodbye_and_ends() {
        for signal in ["TERM", "INT"] {
            let folder = Folder::new(signal);
            let mut running = Running::start(&[&folder.flag()]);
            let mut ana = connect(&running).await;
            ana.enter("home", "Ana").await;
            // Somebody who answers nothing must not hold it up.
            let _mute = connect(&running).await;
            let since = Instant::now();
            running.signal(signal);
            is_sent_away(&mut ana).await;
            assert_eq!(running.ended().await, Some(0), "{signal}");
            assert!(since.elapsed() < Duration::from_secs(4), "{signal}: {:?}", since.elapsed());
            assert_eq!(running.complaints(), "", "{signal}");
        }
    }

    /// Whatever ended the server, everybody is back as who they were, on the same port and at once.
    #[tokio::test]
    async fn a_restart_gives_everybody_their_seat_back() {
        for signal in ["TERM", "KILL"] {
            let folder = Folder::new(&format!("restart-{signal}"));
            let mut running = Running::start(&[&folder.flag(), "--joins-per-minute=2"]);
            let mut ana = connect(&running).await;
            ana.enter("home", "Ana").await;
            let mut ben = connect(&running).await;
            ben.enter("home", "Ben").await;
            let address = running.address;
            running.signal(signal);
            running.ended().await;
            let at = address.to_string();
            let running = Running::start_at(&at, &[&folder.flag(), "--joins-per-minute=2"]);
            // More often than anybody may join.
            for _ in 0..3 {
                ana = Client { me: ana.me, ..resumed(&running, "home", &ana.pass()).await };
                ben = Client { me: ben.me, ..resumed(&running, "home", &ben.pass()).await };
            }
            let mut again = resumed(&running, "home", &ana.pass()).await;
            assert_eq!(again.me, ana.me, "{signal}");
            again.signal(ben.id(), serde_json::json!("we know each other")).await;
            loop {
                match ben.message().await {
                    ServerMessage::Signal { from, .. } => break assert_eq!(from, again.id()),
                    ServerMessage::PeerJoined { peer, .. }
                    | ServerMessage::PeerBack { peer }
                    | ServerMessage::PeerAway { peer } => assert_eq!(peer, again.id()),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    #[tokio::test]
    async fn a_pass_of_an_earlier_run_works_for_its_own_seat_and_for_one() {
        let folder = Folder::new("replay");
        let mut running = Running::start(&[&folder.flag()]);
        let mut ana = connect(&running).await;
        ana.enter("home", "Ana").await;
        let address = running.address.to_string();
        running.signal("KILL");
        running.ended().await;
        let running = Running::start_at(&address, &[&folder.flag()]);
        let pass = ana.pass();
        is_refused(&running, "elsewhere", &pass, "another room").await;
        let mut bent = pass.clone().into_bytes();
        bent[60] = if bent[60] == b'A' { b'B' } else { b'A' };
        is_refused(&running, "home", &String::from_utf8(bent).unwrap(), "altered").await;
        // Of two that come at once one sits there, and the other is told.
        let mut racers = [connect(&running).await, connect(&running).await];
        for racer in &mut racers {
            racer.say(&resume("home", "Ana", &pass)).await;
        }
        for racer in &mut racers {
            match racer.message().await {
                ServerMessage::Joined { you, .. } => assert_eq!(Some(you), ana.me),
                other => panic!("{other:?}"),
            }
        }
        let mut witness = connect(&running).await;
        witness.enter("home", "Witness").await;
        let mut seated = Vec::new();
        for mut racer in racers {
            match racer.message().await {
                ServerMessage::PeerJoined { .. } => seated.push(racer),
                other => Client::expect_error(&other, ErrorCode::ResumeRefused, "the other one"),
            }
        }
        assert_eq!(seated.len(), 1);
        // It was given up: from now on the pass is worth nothing.
        seated[0].say(&ClientMessage::Leave).await;
        assert!(matches!(witness.message().await, ServerMessage::PeerLeft { .. }));
        is_refused(&running, "home", &pass, "used").await;
    }

    /// A folder below a file is one that nobody can write, root neither.
    #[tokio::test]
    async fn without_a_folder_it_warns_once_and_seats_last_as_long_as_the_process() {
        let folder = Folder::new("no-folder");
        std::fs::create_dir_all(&folder.0).unwrap();
        let file = folder.0.join("file");
        std::fs::write(&file, "").unwrap();
        let flag = format!("--state-dir={}", file.join("below").display());
        let mut running = Running::start(&[&flag]);
        let mut ana = connect(&running).await;
        ana.enter("home", "Ana").await;
        let again = resumed(&running, "home", &ana.pass()).await;
        assert_eq!(again.me, ana.me);
        let address = running.address.to_string();
        running.signal("KILL");
        running.ended().await;
        let warnings = running.complaints();
        assert_eq!(warnings.lines().count(), 1, "{warnings}");
        for part in ["WARN", "joins anew", "--state-dir", file.to_str().unwrap()] {
            assert!(warnings.contains(part), "{part}: {warnings}");
        }
        let running = Running::start_at(&address, &[&flag]);
        is_refused(&running, "home", &again.pass(), "the key was only in memory").await;
        let mut anew = connect(&running).await;
        anew.enter("home", "Ana").await;
    }
}
