//! The server of Ojak: it hands out the page and introduces browsers to each other.
//!
//! What peers say to each other goes through here unread and only until they are connected. [`serve`] is
//! the whole server on a port of the caller's choice; the binary adds the command line round it.
//!
//! The layers, from the inside: [`rooms`] is a pure table; `hub` puts it behind a lock and gives out seats;
//! `socket` is one connection; `upgrade` is the door; `http` is everything over plain requests.

mod certificate;
mod config;
mod csp;
mod doctor;
mod embedded;
mod ending;
mod frame;
mod http;
mod hub;
mod ice;
mod limits;
mod machine;
mod metrics;
mod origin;
mod outbox;
mod page;
mod pass;
mod queueing;
mod reader;
mod relay;
pub mod rooms;
mod socket;
mod state;
mod stream;
mod tls;
mod transport;
mod upgrade;
mod watchers;
mod writer;

pub use config::{
    AcmeDirectory, BadAcmeDirectory, BadDomain, BadIceSecret, BadIceUrl, BadListen, BadPortRange,
    BadPublicUrl, Command, Config, Domain, IceSecret, IceUrl, Listen, LogFormat, PortRange, PublicUrl,
};
pub use doctor::{Address, BadAddress, Level, Words, examine};
pub use limits::{Limits, Rate, RelayLimits};
pub use machine::Machine;
pub use origin::{BadOrigin, Origin};
pub use outbox::{QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX};
pub use page::{Asset, Page};
pub use pass::{Fingerprint, Pass, PassKey};
pub use relay::{RelayPort, Seen};
pub use state::NotKept;
pub use tls::{Authority, BadFile, NoTls, NotIssued, Tls, Unusable};
pub use transport::{BadNetwork, Network};

use actix_server::ServerHandle;
use actix_web::web;
use certificate::Certificate;
use http::Http;
use hub::Hub;
use ice::{IceServers, Own};
use limits::{Connections, SourceRate};
use metrics::Metrics;
use origin::Origins;
use relay::{Relay, Running, Secret, Settings};
use socket::Shared;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use transport::{Proxies, Transport};
use upgrade::Door;

/// Connections that wait to be accepted: a room that meets again after a restart comes all at once.
const BACKLOG: u32 = 1024;
/// Files that a server has open besides its sockets and what it relays, at most.
pub const OTHER_FILES: u32 = 64 + REQUESTS_MAX as u32;
/// Connections that are no sockets (yet): requests for the page.
const REQUESTS_MAX: usize = 4096;
/// The same from one address, for each socket it may have: a browser opens six for a page.
const REQUESTS_PER_SOCKET: usize = 6;
/// How long all sockets together may take to say goodbye, ...
const GOODBYES_MAX: Duration = Duration::from_secs(4);
/// ... and then all requests to be answered.
const SHUTDOWN_SECONDS: u64 = 2;

/// A port to serve on. Must be called inside a tokio runtime.
///
/// # Errors
/// Those of the operating system: in use, not permitted, no such address.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4(),
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6(),
    }?;
    // So that a restart does not wait for the connections of the last run; Windows means something else by it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

/// Ports that are open.
#[derive(Debug)]
pub struct Ports {
    /// Of the page and the sockets, plain.
    pub http: Option<TcpListener>,
    /// Of the page and the sockets, over TLS.
    pub https: Option<(TcpListener, Tls)>,
    /// Of the metrics, if they are wanted.
    pub metrics: Option<TcpListener>,
    /// Of STUN and TURN, if they are wanted.
    pub turn: Option<RelayPort>,
}

/// What keys that are made of the kept one are for.
const TURN_PASSWORDS: &str = "ojak turn passwords 1";
const TURN_NONCES: &str = "ojak turn nonces 1";

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Everybody is welcome.
    Open,
    /// There are no sockets any more; whoever asks is told so.
    Closes,
    /// There are no requests any more.
    Ends,
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    http: Option<SocketAddr>,
    https: Option<SocketAddr>,
    /// Told when the certificate is to be looked at.
    again: Arc<Notify>,
    phase: watch::Sender<Phase>,
    sockets: Arc<Connections>,
    /// Until the end: a call goes on while a server restarts, but for what is relayed.
    relay: Option<Running>,
    handle: ServerHandle,
    running: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Where it listens: for plain HTTP, or else for HTTPS.
    ///
    /// # Panics
    /// Never: [`serve`] starts no server that listens nowhere.
    #[must_use]
    #[allow(clippy::expect_used, reason = "checked when it was started")]
    pub fn address(&self) -> SocketAddr {
        self.http.or(self.https).expect("a server listens somewhere")
    }

    /// Where it speaks plain HTTP.
    #[must_use]
    pub fn http(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Where it speaks HTTPS.
    #[must_use]
    pub fn https(&self) -> Option<SocketAddr> {
        self.https
    }

    /// Looks at once whether there is another certificate to use. No connection notices.
    pub fn reload(&self) {
        self.again.notify_one();
    }

    /// The port of its relay, and from where what it relays can be reached; none if it relays nothing. Waits for STUN
    /// servers that are asked, two seconds at most.
    pub async fn relays(&self) -> Option<(u16, Seen)> {
        let running = self.relay.as_ref()?;
        Some((running.port(), running.relay().seen().await))
    }

    /// Sends everybody away, to come back soon, and waits until the server is no more: mostly a moment, a second
    /// if somebody does not answer, and never more than seven.
    ///
    /// Until the last socket is closed the port answers whoever comes that there is no service.
    ///
    /// # Errors
    /// Those of the operating system that ended it before.
    pub async fn shut_down(self) -> io::Result<()> {
        self.phase.send_replace(Phase::Closes);
        if timeout(GOODBYES_MAX, self.sockets.none_open()).await.is_err() {
            tracing::warn!("some sockets are cut off");
        }
        self.phase.send_replace(Phase::Ends);
        self.handle.stop(true).await;
        self.running.await.map_err(io::Error::other)?
    }
}

/// Starts the server on ports that are open. Must be called inside a tokio runtime.
///
/// # Errors
/// Those of the operating system, or that there is no port.
pub fn serve(config: &Config, limits: Limits, page: Page, key: PassKey, ports: Ports) -> io::Result<Server> {
    let address_of = |listener: Option<&TcpListener>| listener.map(TcpListener::local_addr).transpose();
    let bound = (address_of(ports.http.as_ref())?, address_of(ports.https.as_ref().map(|(port, _)| port))?);
    if bound == (None, None) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no port to serve at"));
    }
    let (told, phase) = watch::channel(Phase::Open);
    let count = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
    let per_source = count(config.sockets_per_address);
    let sockets = Arc::new(Connections::new(count(config.max_connections), per_source));
    let requests_per_source = per_source.saturating_mul(REQUESTS_PER_SOCKET);
    let turn = key.derive(TURN_PASSWORDS);
    let relay = match ports.turn {
        Some(port) => {
            let own = Own {
                port: port.address()?.port(),
                host: config.relay_host(),
                https: config.https_authority().map(Into::into),
                secret: Secret::new(&turn),
            };
            let settings = Settings {
                address: port.address()?.ip(),
                public: config.turn_public_ips.clone(),
                stun: config.stun_servers(),
                ports: config.turn_relay_ports.0.clone(),
                allow_private: config.turn_allow_private,
                limits: limits.relay.for_sockets(config.sockets_per_address),
            };
            let relay = Relay::new(settings, Secret::new(&turn), key.derive(TURN_NONCES));
            Some((own, Running::start(relay, port)?))
        }
        None => None,
    };
    let (own, relay) = relay.unzip();
    let external = config.external_ice_servers();
    let ice_servers = IceServers { external, own, lifetime: limits.relay.lifetime };
    let hub = Hub::new(usize::from(config.room_capacity), &limits, key, ice_servers);
    tokio::spawn(Hub::expire_seats(Arc::downgrade(&hub)));
    let metrics = Arc::new(Metrics::default());
    let shared = Arc::new(Shared {
        hub: Arc::clone(&hub),
        joins: SourceRate::per_minute(config.joins_per_minute),
        limits,
        metrics: Arc::clone(&metrics),
        phase: phase.clone(),
    });
    let origins = Origins::new(config.allowed_origins());
    let proxies = Arc::new(Proxies::new(config.trusted_proxies.iter().copied()));
    let is_known = ports.https.as_ref().is_some_and(|(_, tls)| tls.is_known());
    let transport = Transport { https: bound.1, is_known, proxies: Arc::clone(&proxies) };
    let certificate = match &ports.https {
        None => Certificate::Absent,
        Some((_, tls)) => tls.authority().map_or(Certificate::Known, Certificate::of),
    };
    let http = Http {
        certificate: web::Data::new(certificate),
        challenges: ports.https.as_ref().map(|(_, tls)| tls.challenges()).unwrap_or_default().into(),
        transport,
        page: web::Data::new(page),
        door: Arc::new(Door { origins, proxies, sockets: Arc::clone(&sockets), shared }),
        requests: Arc::new(Connections::new(REQUESTS_MAX, requests_per_source)),
        relay: relay.as_ref().map(|running| Arc::clone(running.relay())),
        phase: phase.clone(),
    };

    let mut server = actix_server::Server::build()
        // Of each worker; those that are too many are turned away and not left waiting.
        .max_concurrent_connections(2 * REQUESTS_MAX)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    if let Some(listener) = ports.http {
        let (http, address) = (http.clone(), listener.local_addr()?);
        server = server.listen("http", listener, move || http.clone().service(address, None))?;
    }
    let again = Arc::new(Notify::new());
    if let Some((listener, tls)) = ports.https {
        let (acceptor, address) = (tls.acceptor(), listener.local_addr()?);
        server = server
            .listen("https", listener, move || http.clone().service(address, Some(acceptor.clone())))?;
        tokio::spawn(tls.keep(Arc::clone(&again), phase));
    }
    if let Some(listener) = ports.metrics {
        let relay = relay.as_ref().map(|running| Arc::clone(running.relay()));
        let source = metrics::Source { metrics, hub, sockets: Arc::clone(&sockets), relay };
        server = server.listen("metrics", listener, move || http::metrics(source.clone()))?;
    }
    let server = server.run();
    let handle = server.handle();
    let (http, https) = bound;
    Ok(Server { http, https, again, phase: told, sockets, relay, handle, running: tokio::spawn(server) })
}
