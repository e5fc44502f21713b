//! STUN and TURN: what tells a browser its address, and passes media on where two browsers find no way to each other.
//!
//! The messages are read, written and understood by the `turn` crate. What is here is what a server on the internet
//! needs around it: [`listen`] has the port, over UDP ([`port`]) and TCP, and takes what came to that of HTTPS; [`flow`]
//! judges each request of a client; [`relayed`] is the one door to the outside; [`ranges`] says what is never reached;
//! [`public`] by which addresses this machine is known; [`credential`], [`nonce`] and [`quota`] say who may, and how much.

mod client;
mod credential;
mod flow;
mod framing;
mod listen;
mod nonce;
mod peers;
mod port;
mod public;
mod quota;
mod ranges;
mod relayed;
#[cfg(test)]
mod tests;

pub(crate) use credential::Secret;
pub(crate) use framing::{Frames, Spoken};
pub use listen::RelayPort;
pub(crate) use listen::{Running, serve_stream};

use crate::limits::{Connections, RelayLimits, SourceRate};
use flow::NoAddress;
use if_addrs::{IfAddr, Interface};
use ipnet::IpNet;
use nonce::Nonces;
use peers::Place;
use public::Public;
use quota::Quota;
pub(crate) use ranges::{Reach, reach};
use relayed::{Datagrams, Live};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use turn::allocation::allocation_manager::Manager;

/// The name that passwords are for (RFC 8489); nobody sees it.
const REALM: &str = "ojak";
/// How a client may say over TLS that it wants a relay (RFC 7443).
pub(crate) const ALPN: &[u8] = b"stun.turn";
/// How soon it is noticed that this machine is in another network.
const NETWORKS_KEPT: Duration = Duration::from_secs(2);
/// Ports that are tried for one allocation.
const TRIES: u16 = 1024;

/// How the command line wants it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where requests come in, and from where packets go out.
    pub(crate) address: IpAddr,
    /// By which addresses this machine is known outside: one of a family at most.
    pub(crate) public: Vec<IpAddr>,
    /// STUN servers that know it otherwise: hosts with ports.
    pub(crate) stun: Vec<String>,
    /// Of relayed addresses.
    pub(crate) ports: RangeInclusive<u16>,
    pub(crate) allow_private: bool,
    pub(crate) limits: RelayLimits,
}

/// From where what is relayed can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// From the internet, by this address.
    Everywhere(IpAddr),
    /// The same, if the router that has this address lets it through to the machine.
    Behind {
        /// Of the router.
        public: IpAddr,
        /// Of the machine, as the router knows it.
        own: IpAddr,
    },
    /// From the machine or its own network only.
    Nearby(IpAddr),
    /// There is no network.
    Nowhere,
}

/// What all clients share.
pub(crate) struct Relay {
    address: IpAddr,
    public: Public,
    ports: RangeInclusive<u16>,
    allow_private: bool,
    limits: RelayLimits,
    secret: Secret,
    nonces: Nonces,
    answers: SourceRate,
    quota: Arc<Quota>,
    live: Arc<Live>,
    streams: Arc<Connections>,
    /// The library for those who have no allocation.
    nobody: Arc<Manager>,
    /// How long a channel lasts that is not asked for again.
    channel_kept: Duration,
    networks: Networks,
    bind: Bind,
}

/// Opens a socket. Tests may have something else that takes datagrams.
type Bind = Box<dyn Fn(SocketAddr) -> io::Result<Datagrams> + Send + Sync>;

impl Relay {
    pub(crate) fn new(settings: Settings, secret: Secret, nonces: [u8; 32]) -> Self {
        let Settings { address, public, stun, ports, allow_private, limits } = settings;
        Self {
            address,
            public: Public::new(public, stun, address),
            ports,
            allow_private,
            limits,
            secret,
            nonces: Nonces::new(nonces),
            answers: SourceRate::new(Some(limits.answers)),
            quota: Quota::new(limits),
            live: Arc::default(),
            streams: Arc::new(Connections::new(limits.streams, limits.streams_per_address)),
            nobody: Arc::new(flow::library(NoAddress)),
            channel_kept: peers::CHANNEL_KEPT,
            networks: Networks::new(networks),
            bind: Box::new(open_socket),
        }
    }

    /// How somebody on the internet would know what is relayed for them, as far as this machine can tell and others have
    /// told it.
    pub(crate) async fn seen(&self) -> Seen {
        self.public.asked().await;
        // IPv4 first: it is what everybody has.
        let known = [false, true].into_iter().find_map(|ipv6| self.address_facing(INTERNET_V4.into(), ipv6));
        match known {
            Some(public)
                if self.public.found(public.is_ipv6()) == Some(public) && !is_of_this_machine(public) =>
            {
                let own = self.own_address_facing(public, public.is_ipv6());
                own.map_or(Seen::Everywhere(public), |own| Seen::Behind { public, own })
            }
            Some(address) if reach(address) == Reach::Anybody => Seen::Everywhere(address),
            Some(address) => Seen::Nearby(address),
            None => Seen::Nowhere,
        }
    }

    /// How many allocations there are.
    pub(crate) fn allocations(&self) -> usize {
        self.quota.count()
    }

    /// Where somebody is whom a client wants to talk to; none if it may not.
    fn place_of(&self, peer: IpAddr) -> Option<Place> {
        // First, since these addresses are this machine's, and may be private.
        if self.live.is_at(peer) {
            return Some(Place::Inside);
        }
        let reached = match reach(peer) {
            Reach::Anybody => self.allow_private || !self.networks.hold(peer, Instant::now()),
            Reach::Private => self.allow_private,
            Reach::Nobody => false,
        };
        (reached && !self.public.contains(peer) && !is_of_this_machine(peer)).then_some(Place::Outside)
    }

    /// By which address others reach what is relayed for `client`: the public one if there is one, or else that by which
    /// this machine talks to the client itself.
    fn address_facing(&self, client: IpAddr, ipv6: bool) -> Option<IpAddr> {
        // Whoever is on a private network that relays may reach is there to talk to others on it.
        let is_at_home = self.allow_private && reach(client) != Reach::Anybody;
        let found = || self.public.found(ipv6).filter(|_| !is_at_home);
        self.public.told(ipv6).or_else(found).or_else(|| self.own_address_facing(client, ipv6))
    }

    /// That by which this machine talks to `client`, or else to the internet.
    fn own_address_facing(&self, client: IpAddr, ipv6: bool) -> Option<IpAddr> {
        let fits = |address: &IpAddr| address.is_ipv6() == ipv6;
        if !self.address.is_unspecified() {
            return Some(self.address).filter(fits);
        }
        let internet = if ipv6 { IpAddr::from(INTERNET_V6) } else { INTERNET_V4.into() };
        source_towards(if fits(&client) { client } else { internet })
    }

    /// Opens a relayed address; answers with the socket, and how others know it.
    fn open(&self, client: IpAddr, ipv6: bool) -> io::Result<(Datagrams, SocketAddr)> {
        let announced = self.address_facing(client, ipv6).ok_or(io::ErrorKind::AddrNotAvailable)?;
        let ip = match (self.address.is_ipv6() == ipv6, ipv6) {
            (true, _) => self.address,
            (false, true) => Ipv6Addr::UNSPECIFIED.into(),
            (false, false) => Ipv4Addr::UNSPECIFIED.into(),
        };
        let mut random = [0; 2];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let (first, last) = (*self.ports.start(), *self.ports.end());
        let others = last.saturating_sub(first);
        let start = u16::from_ne_bytes(random) % others.saturating_add(1).max(1);
        for step in 0..=others.min(TRIES) {
            let place = (u32::from(start) + u32::from(step)) % (u32::from(others) + 1);
            let port = first.saturating_add(u16::try_from(place).unwrap_or_default());
            match (self.bind)(SocketAddr::new(ip, port)) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                opened => return Ok((opened?, SocketAddr::new(announced, port))),
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("allocations", &self.allocations()).finish_non_exhaustive()
    }
}

/// Anywhere out there: nothing is sent, but asked which way it would go.
const INTERNET_V4: Ipv4Addr = Ipv4Addr::new(1, 1, 1, 1);
const INTERNET_V6: Ipv6Addr = Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111);

/// Of documentation (RFC 5737, RFC 3849): no machine has them.
const NOBODYS_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const NOBODYS_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// The address of this machine that it would send from to `address`.
fn source_towards(address: IpAddr) -> Option<IpAddr> {
    let any =
        if address.is_ipv6() { IpAddr::from(Ipv6Addr::UNSPECIFIED) } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((address, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|source| !source.is_unspecified())
}

/// Asked each time, since a laptop has others every day.
fn is_of_this_machine(address: IpAddr) -> bool {
    is_own(address, |address| UdpSocket::bind((address, 0)).map(drop))
}

/// Nobody can listen at the address of another machine, unless this one is set up to take such addresses over. Then, and
/// where one cannot listen for another reason (no file may be opened any more), it is the list of addresses that tells.
fn is_own(address: IpAddr, listen: impl Fn(IpAddr) -> io::Result<()>) -> bool {
    let of_nobody = if address.is_ipv6() { IpAddr::from(NOBODYS_V6) } else { NOBODYS_V4.into() };
    match listen(address) {
        Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => false,
        Ok(()) if listen(of_nobody).is_err() => true,
        // Without a list everything may be.
        _ => networks().map_or(true, |all| all.iter().any(|network| network.addr() == address)),
    }
}

/// The networks that this machine is in. They are asked for with every permission, and to find them out takes a millisecond
/// where there are hundreds.
struct Networks {
    read: fn() -> io::Result<Vec<IpNet>>,
    known: Mutex<Option<(Instant, Vec<IpNet>)>>,
}

impl Networks {
    fn new(read: fn() -> io::Result<Vec<IpNet>>) -> Self {
        Self { read, known: Mutex::default() }
    }

    /// Whether `address` is in one of them: behind the same firewall, although it may be of the internet, as all are where
    /// there is IPv6. Where they cannot be found out it may be.
    fn hold(&self, address: IpAddr, now: Instant) -> bool {
        // A network of everybody says nothing: so some tunnels write that they lead everywhere.
        let holds = |network: &IpNet| network.prefix_len() > 0 && network.contains(&address);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|(at, _)| now.saturating_duration_since(*at) >= NETWORKS_KEPT) {
            *known = (self.read)().ok().map(|networks| (now, networks));
        }
        known.as_ref().is_none_or(|(_, networks)| networks.iter().any(holds))
    }
}

/// The networks that this machine is in, each by its own address there.
fn networks() -> io::Result<Vec<IpNet>> {
    let interfaces = if_addrs::get_if_addrs()?;
    let network = |interface: &Interface| {
        let prefix = match &interface.addr {
            IfAddr::V4(of) => of.prefixlen,
            IfAddr::V6(of) => of.prefixlen,
        };
        IpNet::new(interface.ip(), prefix).ok()
    };
    Ok(interfaces.iter().filter_map(network).collect())
}

fn open_socket(address: SocketAddr) -> io::Result<Datagrams> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
    if address.is_ipv6() {
        // Or IPv4 could be reached by way of IPv6.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(Arc::new(tokio::net::UdpSocket::from_std(socket.into())?))
}
