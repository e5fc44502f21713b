//! The server of Ojak: it hands out the page and introduces browsers to each other.
//!
//! What peers say to each other goes through here unread and only until they are connected. [`serve`] is
//! the whole server on a port of the caller's choice; the binary adds the command line round it.
//!
//! The layers, from the inside: [`rooms`] is a pure table; `hub` puts it behind a lock and gives out seats;
//! `socket` is one connection; `upgrade` is the door; `page` is everything over plain requests.

mod config;
mod csp;
mod embedded;
mod frame;
mod hub;
mod limits;
mod origin;
mod outbox;
mod page;
mod reader;
pub mod rooms;
mod socket;
mod upgrade;
mod writer;

pub use config::{
    BadIceUrl, BadListen, BadNotYet, BadPublicUrl, Config, IceUrl, Listen, LogFormat, NotYet, PublicUrl,
};
pub use limits::{Limits, Rate};
pub use origin::{BadOrigin, Origin};
pub use outbox::{QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX};
pub use page::{Asset, Page};

use actix_http::HttpService;
use actix_server::ServerHandle;
use actix_service::{fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::DefaultHeaders;
use actix_web::{App, HttpResponse, web};
use hub::Hub;
use limits::{JoinRate, Sockets};
use origin::Origins;
use socket::Shared;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use upgrade::{Door, Upgrade};

/// Connections that wait to be accepted: a room that meets again after a restart comes all at once.
const BACKLOG: u32 = 1024;
/// Connections that are no sockets (yet): requests for the page.
const OTHER_CONNECTIONS_MAX: usize = 4096;
/// How long the end may take, goodbyes included.
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

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    handle: ServerHandle,
    running: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends all sockets with Close 1001 and waits until the server is no more, two seconds at most.
    ///
    /// # Errors
    /// Those of the operating system that ended it before.
    pub async fn shut_down(self) -> io::Result<()> {
        self.closing.send_replace(true);
        self.handle.stop(true).await;
        self.running.await.map_err(io::Error::other)?
    }
}

/// Starts the server on a port that is open. Must be called inside a tokio runtime.
///
/// # Errors
/// Those of the operating system.
pub fn serve(config: &Config, limits: Limits, page: Page, listener: TcpListener) -> io::Result<Server> {
    let address = listener.local_addr()?;
    let (closing, closes) = watch::channel(false);
    let max_connections = usize::try_from(config.max_connections).unwrap_or(usize::MAX);
    let max_per_source = usize::try_from(config.sockets_per_address).unwrap_or(usize::MAX);
    let door = Arc::new(Door {
        origins: Origins::new(config.allowed_origins()),
        sockets: Arc::new(Sockets::new(max_connections, max_per_source)),
        shared: Arc::new(Shared {
            hub: Arc::new(Hub::new(usize::from(config.room_capacity), config.ice_servers())),
            joins: JoinRate::per_minute(config.joins_per_minute),
            limits,
            closing: closes.clone(),
        }),
    });
    let page = web::Data::new(page);

    let service = move || {
        let door = Arc::clone(&door);
        let idle = closes.clone();
        HttpService::build()
            .local_addr(address)
            .tcp_nodelay(true)
            .graceful_shutdown_signal(move || closed(idle.clone()))
            .upgrade(fn_service(move |upgrade: Upgrade| {
                let door = Arc::clone(&door);
                // Boxed, so that a connection that asks for the page does not carry the room for a socket.
                Box::pin(async move {
                    door.serve(upgrade).await;
                    Ok::<_, Infallible>(())
                })
            }))
            .finish(map_config(app(page.clone(), closes.clone()), |()| AppConfig::default()))
            .tcp()
    };
    let server = actix_server::Server::build()
        .max_concurrent_connections(max_connections.saturating_add(OTHER_CONNECTIONS_MAX))
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen("http", listener, service)?
        .run();
    let handle = server.handle();
    Ok(Server { address, closing, handle, running: tokio::spawn(server) })
}

async fn closed(mut closes: watch::Receiver<bool>) {
    // An error means that the server's handle is gone, and the server with it.
    let _ = closes.wait_for(|closing| *closing).await;
}

/// Everything over plain requests.
fn app(
    page: web::Data<Page>,
    closes: watch::Receiver<bool>,
) -> App<
    impl actix_service::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::PERMISSIONS_POLICY, csp::PERMISSIONS))
        .add((header::CONTENT_SECURITY_POLICY, csp::NOTHING));
    App::new()
        .app_data(page)
        .route("/livez", web::get().to(async || HttpResponse::Ok().body("alive\n")))
        .route(
            "/readyz",
            web::get().to(move || {
                let closing = *closes.borrow();
                async move {
                    if closing {
                        page::plain(StatusCode::SERVICE_UNAVAILABLE, "closing")
                    } else {
                        page::plain(StatusCode::OK, "ready")
                    }
                }
            }),
        )
        .route("/ws", web::to(upgrade::explain))
        .default_service(web::to(page::serve))
        .wrap(headers)
}
