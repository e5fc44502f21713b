//! The socket, by way of a proxy.

use super::*;
use ojak_server::Server;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::TcpListener;

/// What passes: the head of a request, and that of its answer.
#[derive(Clone, Copy)]
struct Pass {
    asked: fn(String) -> String,
    answered: fn(String) -> String,
    /// What comes behind a head.
    rest: Rest,
}

#[derive(Clone, Copy, PartialEq)]
enum Rest {
    Passed,
    /// Of a socket.
    Held,
    /// Of a socket.
    Cut,
}

const AS_IT_IS: Pass = Pass { asked: |head| head, answered: |head| head, rest: Rest::Passed };

/// Without the lines that begin so.
fn without(head: &str, names: &[&str]) -> String {
    let is_kept =
        |line: &&str| names.iter().all(|name| !line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    head.split_inclusive("\r\n").filter(is_kept).collect()
}

/// A proxy in front of servers, of which each socket comes to the next.
async fn proxy(servers: &[&Server], pass: Pass) -> SocketAddr {
    let listener = TcpListener::bind(at(0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let servers: Vec<SocketAddr> = servers.iter().map(|server| server.address()).collect();
    tokio::spawn(async move {
        let sockets = Arc::new(AtomicUsize::new(0));
        while let Ok((client, _)) = listener.accept().await {
            let (servers, sockets) = (servers.clone(), Arc::clone(&sockets));
            tokio::spawn(async move {
                let _ = pass_on(client, &servers, &sockets, pass).await;
            });
        }
    });
    address
}

async fn pass_on(
    mut client: TcpStream,
    servers: &[SocketAddr],
    sockets: &AtomicUsize,
    pass: Pass,
) -> io::Result<()> {
    let asked = head(&mut client).await?;
    let is_socket = asked.starts_with("GET /ws ");
    let turn = if is_socket { sockets.fetch_add(1, Ordering::Relaxed) } else { 0 };
    let mut server = TcpStream::connect(servers[turn % servers.len()]).await?;
    server.write_all((pass.asked)(asked).as_bytes()).await?;
    let answered = head(&mut server).await?;
    client.write_all((pass.answered)(answered).as_bytes()).await?;
    if is_socket && pass.rest == Rest::Cut {
        return Ok(());
    }
    if is_socket && pass.rest == Rest::Held {
        // What the client says gets through; what is said to it does not.
        copy(&mut client, &mut server).await?;
        return Ok(());
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test]
async fn behind_a_proxy_that_passes_everything_on_all_is_well() {
    let (server, _) = start_relaying(&[], Limits::default());
    ask(&url(proxy(&[&server], AS_IT_IS).await)).await.is_well(&[]);
}

/// By far the most common: nginx does so unless it is told otherwise.
#[tokio::test]
async fn that_a_proxy_does_not_pass_on_upgrade_is_found() {
    let server = start(&[]);
    let pass = Pass { asked: |head| without(&head, &["upgrade", "connection"]), ..AS_IT_IS };
    let diagnosis = ask(&url(proxy(&[&server], pass).await)).await;
    diagnosis.is_wrong(&[("socket", "does not pass on that a socket is wanted")]);
    diagnosis.says("proxy_set_header Upgrade $http_upgrade;");
}

#[tokio::test]
async fn that_a_proxy_asks_by_another_host_is_found() {
    let server = start(&[]);
    let pass = Pass {
        asked: |head| without(&head, &["host"]).replacen("\r\n", "\r\nHost: backend:8080\r\n", 1),
        ..AS_IT_IS
    };
    let address = proxy(&[&server], pass).await;
    let diagnosis = ask(&url(address)).await;
    diagnosis.is_wrong(&[("socket", "is refused to its own page")]);
    diagnosis.says(&format!("--public-url http://{address}"));
}

#[tokio::test]
async fn that_a_proxy_holds_back_what_the_server_says_is_found() {
    let server = start(&[]);
    let address = proxy(&[&server], Pass { rest: Rest::Held, ..AS_IT_IS }).await;
    ask(&url(address)).await.is_wrong(&[("socket", "nothing came when the server was to let somebody")]);
}

#[tokio::test]
async fn that_a_proxy_cuts_sockets_off_is_found() {
    let server = start(&[]);
    let address = proxy(&[&server], Pass { rest: Rest::Cut, ..AS_IT_IS }).await;
    ask(&url(address)).await.is_wrong(&[("socket", "was cut off")]);
}

#[tokio::test]
async fn that_people_are_spread_over_servers_that_know_nothing_of_each_other_is_found() {
    let (one, other) = (start(&[]), start(&[]));
    let diagnosis = ask(&url(proxy(&[&one, &other], AS_IT_IS).await)).await;
    diagnosis.is_wrong(&[("socket", "they came to different servers")]);
}

#[tokio::test]
async fn that_a_server_takes_no_more_is_found() {
    for (limit, about) in [
        ("--max-connections=1", "the server is full"),
        ("--sockets-per-address=1", "too many come from one address"),
        ("--joins-per-minute=1", "too many join from one address"),
    ] {
        let server = start(&[limit]);
        ask(&url(server.address())).await.is_wrong(&[("socket", about)]);
    }
}

#[tokio::test]
async fn that_clocks_disagree_is_warned_of() {
    let (server, _) = start_relaying(&[], Limits::default());
    let pass = Pass {
        answered: |head| {
            without(&head, &["date"]).replacen("\r\n", "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 1)
        },
        ..AS_IT_IS
    };
    let diagnosis = ask(&url(proxy(&[&server], pass).await)).await;
    diagnosis.is_well(&["clock"]);
    diagnosis.says("behind that of this machine");
}
