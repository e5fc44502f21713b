//! The door: who may open a socket, and the answer to those who may not.
//!
//! The connection is taken over from actix as it is (`h1` upgrade service), not wrapped into a request and a
//! response body: reading and writing are then one task with no channel between, a dead peer can be reset, and
//! an oversize frame is refused before it is in memory.

use crate::Phase;
use crate::ice::Asked;
use crate::limits::{Connections, NoRoom, OpenConnection, Source};
use crate::origin::Origins;
use crate::socket::{self, Shared};
use crate::stream::Stream;
use crate::transport::{Proxies, Secure};
use actix_codec::Framed;
use actix_http::body::BodySize;
use actix_http::header::{self, HeaderValue};
use actix_http::{ConnectionType, HttpMessage, Request, Response, StatusCode, h1, ws};
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// Seconds after which a client that found no room may try again.
const RETRY_AFTER: &str = "10";
/// The same where another server will be there soon.
const RETRY_AFTER_RESTART: &str = "2";

/// A connection whose client asked to speak WebSocket.
pub(crate) type Upgrade = (Request, Framed<Stream, h1::Codec>);

/// What is looked at before there is a socket.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) origins: Origins,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) sockets: Arc<Connections>,
    pub(crate) shared: Arc<Shared>,
}

/// Why there is no socket.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    why: &'static str,
    retry_after: Option<&'static str>,
}

impl Door {
    /// Makes a socket of a connection, which lives on by itself: what served its request is free again.
    pub(crate) async fn serve(&self, (request, mut framed): Upgrade) {
        let opened = self.open(&request);
        let patience = self.shared.limits.write_deadline;
        match opened {
            Ok((head, open)) => {
                if !matches!(
                    timeout(patience, send_head(&mut framed, head, BodySize::None)).await,
                    Ok(Ok(()))
                ) {
                    return;
                }
                // A proxy that speaks TLS to this server ends that of the page itself.
                let is_direct = request.peer_addr().is_some_and(|peer| !self.proxies.trust(peer.ip()));
                let asked = Asked::by(request.headers(), is_direct && is_over_tls(&request));
                drop(request);
                let connection = framed.into_parts();
                let shared = Arc::clone(&self.shared);
                actix_rt::spawn(socket::run(connection.io, connection.read_buf, open, asked, shared));
            }
            Err(refused) => {
                tracing::debug!(?refused, "no socket");
                self.shared.metrics.not_opened.count(refused.status.as_str());
                let answer = refused.answer(framed);
                if !matches!(timeout(patience, answer).await, Ok(Ok(()))) {
                    tracing::debug!("a refusal was not taken");
                }
            }
        }
    }

    fn open(&self, request: &Request) -> Result<(Response<()>, OpenConnection), Refused> {
        if request.path() != "/ws" {
            return Err(Refused::new(StatusCode::NOT_FOUND, "the socket is at /ws"));
        }
        if *self.shared.phase.borrow() != Phase::Open {
            return Err(Refused {
                retry_after: Some(RETRY_AFTER_RESTART),
                ..Refused::new(StatusCode::SERVICE_UNAVAILABLE, "the server goes away")
            });
        }
        let mut head = ws::handshake(request.head())
            .map_err(|_| Refused::new(StatusCode::BAD_REQUEST, "not a WebSocket handshake"))?;
        let (peer, headers) = (request.peer_addr(), request.headers());
        let over_https = is_over_tls(request) || self.proxies.say_https(peer, headers);
        if !self.origins.allow(headers, over_https) {
            return Err(Refused::new(StatusCode::FORBIDDEN, "this page may not open a socket here"));
        }
        let source = Source::of(self.proxies.client(peer, headers));
        let open = self.sockets.open(source).map_err(|no_room| {
            let (status, why) = match no_room {
                NoRoom::Source => (StatusCode::TOO_MANY_REQUESTS, "too many connections from this address"),
                NoRoom::Server => (StatusCode::SERVICE_UNAVAILABLE, "the server is full"),
            };
            Refused { retry_after: Some(RETRY_AFTER), ..Refused::new(status, why) }
        })?;
        let head = head.message_body(()).map_err(|error| {
            tracing::error!(%error, "the handshake could not be answered");
            Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "something is wrong with the server")
        })?;
        Ok((head, open))
    }
}

fn is_over_tls(request: &Request) -> bool {
    request.conn_data::<Secure>().is_some_and(|Secure(secure)| *secure)
}

impl Refused {
    fn new(status: StatusCode, why: &'static str) -> Self {
        Self { status, why, retry_after: None }
    }

    async fn answer(self, mut framed: Framed<Stream, h1::Codec>) -> io::Result<()> {
        let mut head = Response::with_body(self.status, ());
        head.head_mut().set_connection_type(ConnectionType::Close);
        let headers = head.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        let body = Bytes::from(format!("{}\n", self.why));
        send_head(&mut framed, head, BodySize::Sized(body.len() as u64)).await?;
        let mut stream = framed.into_parts().io;
        stream.write_all(&body).await?;
        stream.shutdown().await
    }
}

async fn send_head(
    framed: &mut Framed<Stream, h1::Codec>,
    head: Response<()>,
    size: BodySize,
) -> io::Result<()> {
    let mut framed = std::pin::Pin::new(framed);
    framed.as_mut().write(h1::Message::Item((head, size)))?;
    std::future::poll_fn(|context| framed.as_mut().flush::<h1::Message<(Response<()>, BodySize)>>(context))
        .await
}

/// Answers a plain request for the socket's address.
pub(crate) async fn explain() -> actix_web::HttpResponse {
    actix_web::HttpResponse::build(StatusCode::UPGRADE_REQUIRED)
        .insert_header((header::UPGRADE, "websocket"))
        .content_type("text/plain; charset=utf-8")
        .body("This address speaks WebSocket.\n")
}
