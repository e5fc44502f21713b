//! Names and ports: from a host to a connection.

use super::STEP;
use super::finding::NoWay;
use futures_util::future::join_all;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 8;

/// The addresses of a host, those of IPv4 first if `ipv4_first`, and otherwise as the system orders them.
pub(super) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, NoWay> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = match timeout(STEP, tokio::net::lookup_host((host, port))).await {
        Err(_) => return Err(NoWay::Silent),
        Ok(Err(error)) => return Err(NoWay::NoName(plain(&error))),
        Ok(Ok(found)) => found,
    };
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for address in found {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses.truncate(ADDRESSES_MAX);
    if addresses.is_empty() { Err(NoWay::NoName("it has no address".into())) } else { Ok(addresses) }
}

/// What the system says, without what the standard library says around it.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(": ").map_or(text.as_str(), |(_, text)| text);
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// A connection, and where others to the same server failed.
pub(super) struct Connected {
    pub(super) stream: TcpStream,
    pub(super) at: SocketAddr,
    pub(super) dead: Vec<(SocketAddr, NoWay)>,
}

/// Connects to all of them at once, and keeps the first that is in order.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<Connected, Vec<(SocketAddr, NoWay)>> {
    let tries = addresses.iter().map(|at| async { (*at, connect_to(*at).await) });
    let (mut open, mut dead) = (None, Vec::new());
    for (at, tried) in join_all(tries).await {
        match tried {
            Ok(stream) if open.is_none() => open = Some((stream, at)),
            Ok(_) => {}
            Err(why) => dead.push((at, why)),
        }
    }
    match open {
        Some((stream, at)) => Ok(Connected { stream, at, dead }),
        None => Err(dead),
    }
}

/// A connection to there.
pub(super) async fn connect_to(at: SocketAddr) -> Result<TcpStream, NoWay> {
    match timeout(STEP, TcpStream::connect(at)).await {
        Err(_) => Err(NoWay::Silent),
        Ok(Err(error)) => Err(no_way(&error)),
        Ok(Ok(stream)) => {
            // Of no account if it fails: only a little slower.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
    }
}

/// A socket that talks to the first of them to which this machine knows a way, by IPv4 if there is one: it is what every
/// relay has.
pub(super) async fn datagrams_to(addresses: &[SocketAddr]) -> Result<UdpSocket, NoWay> {
    let mut why = NoWay::NoName("it has no address".into());
    let (v4, v6): (Vec<&SocketAddr>, Vec<_>) = addresses.iter().partition(|address| address.is_ipv4());
    for address in v4.into_iter().chain(v6) {
        match datagrams(*address).await {
            Ok(socket) => return Ok(socket),
            Err(error) => why = no_way(&error),
        }
    }
    Err(why)
}

/// A socket that talks to there, and hears if nobody listens.
pub(super) async fn datagrams(to: SocketAddr) -> io::Result<UdpSocket> {
    let any = if to.is_ipv4() { IpAddr::from(Ipv4Addr::UNSPECIFIED) } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(to).await?;
    Ok(socket)
}

pub(super) fn no_way(error: &io::Error) -> NoWay {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => NoWay::Refused,
        io::ErrorKind::TimedOut => NoWay::Silent,
        _ => NoWay::Other(plain(error)),
    }
}
