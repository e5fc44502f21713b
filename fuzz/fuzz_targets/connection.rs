//! A whole connection to a whole server: a first byte that is even is followed by what comes after a good upgrade,
//! an odd one by everything from the first byte of the request. Nothing panics, and every connection ends.
#![no_main]

use clap::Parser;
use libfuzzer_sys::fuzz_target;
use ojak_server::{Config, Limits, Page, PassKey, Ports, Rate};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::sync::mpsc::channel;
use std::time::Duration;

const UPGRADE: &[u8] =
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A panic in here ends the whole process: libfuzzer-sys sees to it.
static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let flags = ["ojak", "--joins-per-minute=0", "--sockets-per-address=0", "--room-capacity=2"];
            let patience = Duration::from_millis(20);
            let limits = Limits {
                goodbye_deadline: patience,
                write_deadline: patience,
                seat_kept: patience,
                frames: Rate { burst: 64.0, per_second: 64.0 },
                ..Limits::default()
            };
            let http = ojak_server::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
            let ports = Ports { http: Some(http), https: None, metrics: None, turn: None };
            let key = PassKey::from_bytes([7; PassKey::BYTES]);
            let server =
                ojak_server::serve(&Config::parse_from(flags), limits, Page::new([]), key, ports).unwrap();
            tell.send(server.address()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
});

fuzz_target!(|data: (bool, &[u8])| {
    let (is_raw, bytes) = data;
    let mut connection = TcpStream::connect(*SERVER).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let sent: &[&[u8]] = if is_raw { &[bytes] } else { &[UPGRADE, bytes] };
    // The server may have had enough before all is sent: then this fails, and what it said is still read.
    let _ = connection.write_all(&sent.concat()).and_then(|()| connection.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    if let Err(error) = connection.read_to_end(&mut answer) {
        assert!(error.kind() == std::io::ErrorKind::ConnectionReset, "{error}: it does not end");
    }
    if !is_raw {
        assert!(answer.starts_with(b"HTTP/1.1 101 "), "{:?}", String::from_utf8_lossy(&answer));
    }
});
