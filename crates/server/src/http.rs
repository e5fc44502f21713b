//! Everything over plain requests, and the bounds of connections that are no sockets (yet), with TLS or without.

use crate::certificate::{self, Certificate};
use crate::limits::{Connections, NoRoom, OpenConnection, Source};
use crate::page::{self, Page};
use crate::queueing::in_turn;
use crate::relay::{self, Relay, Spoken};
use crate::stream::Stream;
use crate::tls::Challenges;
use crate::transport::{ACME_PATH, Proxies, Secure, Transport};
use crate::upgrade::{self, Door, Upgrade};
use crate::{Phase, csp, metrics};
use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_service::{Service, ServiceFactory, fn_factory, fn_service, map_config};
use actix_web::dev::{AppConfig, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpResponse, web};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncBufReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// The head of the first request must be there by then.
const REQUEST_HEAD_WITHIN: Duration = Duration::from_secs(5);
/// A connection that is to be closed is waited for no longer.
const DISCONNECT_WITHIN: Duration = Duration::from_secs(1);
/// With so much for somebody who reads nothing, no further request of theirs is answered.
const UNREAD_BYTES_MAX: usize = 8 * 1024;
/// After that a connection is closed behind the answer it is at, ...
const REQUESTS_FOR: Duration = Duration::from_secs(60);
/// ... and after that in the middle of it: somebody takes it byte by byte, or not at all.
const REQUESTS_END: Duration = Duration::from_secs(120);

/// The first byte of a connection that speaks TLS (RFC 8446 section 5.1).
const TLS_HANDSHAKE: [u8; 1] = [22];

/// What a connection needs.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) transport: Transport,
    pub(crate) certificate: web::Data<Certificate>,
    /// What an authority is answered.
    pub(crate) challenges: web::Data<Challenges>,
    pub(crate) page: web::Data<Page>,
    pub(crate) door: Arc<Door>,
    /// Connections that are no sockets.
    pub(crate) requests: Arc<Connections>,
    /// Who is behind TLS, too.
    pub(crate) relay: Option<Arc<Relay>>,
    pub(crate) phase: watch::Receiver<Phase>,
}

/// Why a connection had no service: it broke.
type Broken = DispatchError;
/// What HTTP is spoken over, and who is at the other end.
type Connection = (Stream, Protocol, Option<SocketAddr>);

impl Http {
    /// Serves connections to `at`, each until it ends or becomes a socket.
    pub(crate) fn service(
        self,
        at: SocketAddr,
        tls: Option<TlsAcceptor>,
    ) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = Broken, InitError = ()> {
        let Self { transport, certificate, challenges, page, door, requests, relay, phase } = self;
        let (requests_end, proxies) = (phase.clone(), Arc::clone(&transport.proxies));
        let http = HttpService::build()
            .on_connect_ext(|stream: &Stream, of_connection| {
                of_connection.insert(Secure(stream.is_secure()));
            })
            .h1_write_buffer_size(UNREAD_BYTES_MAX)
            .client_request_timeout(REQUEST_HEAD_WITHIN)
            .client_disconnect_timeout(DISCONNECT_WITHIN)
            .graceful_shutdown_signal(move || last_request(requests_end.clone()))
            .upgrade(fn_service(move |upgrade: Upgrade| {
                let door = Arc::clone(&door);
                // Boxed, so that a connection that asks for the page does not carry the room for a socket.
                Box::pin(async move {
                    door.serve(upgrade).await;
                    Ok::<_, Infallible>(())
                })
            }))
            .finish(map_config(app(transport, at.port(), certificate, challenges, page, phase), |()| {
                AppConfig::default()
            }));
        bounded(http, tls, relay, proxies, requests)
    }
}

/// So many at once, in all and from one address, and none for ever.
fn bounded<S>(
    http: S,
    tls: Option<TlsAcceptor>,
    relay: Option<Arc<Relay>>,
    proxies: Arc<Proxies>,
    requests: Arc<Connections>,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = Broken, InitError = ()>
where
    S: ServiceFactory<Connection, Config = (), Response = (), Error = Broken, InitError = ()>,
{
    fn_factory(move || {
        let (http, tls, relay) = (http.new_service(()), tls.clone(), relay.clone());
        let (proxies, requests) = (Arc::clone(&proxies), Arc::clone(&requests));
        async move {
            let http = Rc::new(http.await?);
            Ok(fn_service(move |stream: TcpStream| {
                let peer = stream.peer_addr().ok().map(|peer| peer.ip());
                let counted = if peer.is_some_and(|peer| proxies.trust(peer)) {
                    requests.open_shared(Source::of(peer))
                } else {
                    requests.open(Source::of(peer))
                };
                serve(stream, tls.clone(), relay.clone(), Rc::clone(&http), counted)
            }))
        }
    })
}

async fn serve<S>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    relay: Option<Arc<Relay>>,
    http: Rc<S>,
    counted: Result<OpenConnection, NoRoom>,
) -> Result<(), Broken>
where
    S: Service<Connection, Response = (), Error = Broken>,
{
    let _counted = match counted {
        Ok(counted) => counted,
        Err(no_room) => {
            tracing::debug!(?no_room, "a connection is not served");
            return Ok(());
        }
    };
    // There is nothing to take turns for until there is something to read.
    if !matches!(timeout(REQUEST_HEAD_WITHIN, stream.readable()).await, Ok(Ok(()))) {
        return Ok(());
    }
    let (peer, _) = (stream.peer_addr().ok(), stream.set_nodelay(true));
    let (stream, spoken) = match tls {
        None => (Stream::Plain(stream), Spoken::Http),
        Some(tls) => match timeout(REQUEST_HEAD_WITHIN, in_turn(decrypt(stream, tls))).await {
            Ok(Ok(decrypted)) => decrypted,
            failed => {
                tracing::debug!(?failed, "a connection speaks no TLS");
                return Ok(());
            }
        },
    };
    if let (Spoken::Stun, Some(relay), Some(peer)) = (spoken, relay, peer) {
        // It lives on by itself, and from here on is the relay's to count.
        actix_rt::spawn(relay::serve_stream(relay, stream, peer));
        return Ok(());
    }
    let served = http.call((stream, Protocol::Http1, peer));
    timeout(REQUESTS_END, in_turn(served)).await.unwrap_or(Ok(()))
}

/// What a connection to the port of HTTPS says behind its TLS, once something of it is there to be read, and in which
/// language.
async fn decrypt(stream: TcpStream, tls: TlsAcceptor) -> io::Result<(Stream, Spoken)> {
    // Whoever types an address without its scheme may speak plain HTTP here, and is led on.
    let mut first = [0];
    if stream.peek(&mut first).await? > 0 && first != TLS_HANDSHAKE {
        return Ok((Stream::Plain(stream), Spoken::Http));
    }
    let mut stream = Box::new(tls.accept(stream).await?);
    // Looked at, and not taken.
    let spoken = Spoken::of(stream.fill_buf().await?);
    Ok((Stream::Tls(stream), spoken))
}

/// Ends when a connection should be asked nothing more.
async fn last_request(mut phase: watch::Receiver<Phase>) {
    // An error means that the server's handle is gone, and the server with it.
    let _ = timeout(REQUESTS_FOR, phase.wait_for(|phase| *phase == Phase::Ends)).await;
}

/// The server's own addresses, and the page at every other.
fn app(
    transport: Transport,
    port: u16,
    certificate: web::Data<Certificate>,
    challenges: web::Data<Challenges>,
    page: web::Data<Page>,
    phase: watch::Receiver<Phase>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
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
        .app_data(certificate)
        .app_data(challenges)
        .route("/livez", web::get().to(async || HttpResponse::Ok().body("alive\n")))
        .route(
            "/readyz",
            web::get().to(move || {
                let open = *phase.borrow() == Phase::Open;
                async move {
                    if open {
                        page::plain(StatusCode::OK, "ready")
                    } else {
                        page::plain(StatusCode::SERVICE_UNAVAILABLE, "closing")
                    }
                }
            }),
        )
        .route("/ws", web::to(upgrade::explain))
        .route(certificate::PAGE_PATH, web::get().to(certificate::page))
        .route(certificate::FILE_PATH, web::get().to(certificate::file))
        .route(&[ACME_PATH, "{token}"].concat(), web::get().to(challenge))
        .default_service(web::to(page::serve))
        .wrap(from_fn(move |request, next| transport.clone().pass(port, request, next)))
        .wrap(headers)
}

/// Answers an authority that wants to know whose this server's name is (RFC 8555 section 8.3).
async fn challenge(token: web::Path<String>, challenges: web::Data<Challenges>) -> HttpResponse {
    match challenges.text(&token) {
        Some(answer) => HttpResponse::Ok().content_type("application/octet-stream").body(answer),
        None => page::plain(StatusCode::NOT_FOUND, "Nobody has asked that."),
    }
}

/// The metrics, on a port of their own, and nothing else there.
pub(crate) fn metrics(
    source: metrics::Source,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = Broken, InitError = ()> {
    let app =
        App::new().route(
            "/metrics",
            web::get().to(move || {
                let text = source.read();
                async move {
                    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
                }
            }),
        );
    HttpService::build()
        .client_request_timeout(REQUEST_HEAD_WITHIN)
        .client_disconnect_timeout(DISCONNECT_WITHIN)
        .finish(map_config(app, |()| AppConfig::default()))
        .tcp()
}
