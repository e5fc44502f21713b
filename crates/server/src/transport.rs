//! How a request came here, and what follows from that.

use crate::origin::authority_of;
use actix_http::body::MessageBody;
use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use std::net::IpAddr;

/// For a year from now on the browser comes by HTTPS only.
const ALWAYS_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Whether a connection came over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secure(pub(crate) bool);

/// What the ways to this server are like.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// Whether browsers know who has issued the certificate.
    pub(crate) is_known: bool,
}

impl Transport {
    /// What is done round every request.
    pub(crate) async fn pass<B: MessageBody>(
        self,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        let always_https = self.is_known
            && request.conn_data::<Secure>().is_some_and(|Secure(secure)| *secure)
            && host(&request).is_some_and(|host| is_always_https(&host));
        let mut response = next.call(request).await?;
        if always_https {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, ALWAYS_HTTPS);
        }
        Ok(response)
    }
}

/// Host and port by which the browser came.
fn host(request: &ServiceRequest) -> Option<String> {
    request.headers().get(header::HOST)?.to_str().ok().and_then(authority_of)
}

/// Whether a browser may be told to come to `host` by HTTPS for a year.
///
/// Not by another port than that of HTTPS: the browser would speak TLS to the port of plain HTTP, too. Not by a name
/// that may be another machine tomorrow. And, which is the caller's to see, not under a certificate that was made
/// for the local network: browsers do not listen to it until they know its authority, and from then on would let
/// nobody in any more after another one was made.
fn is_always_https(host: &str) -> bool {
    let is_public = host.contains('.') && ![".local", ".localhost"].iter().any(|end| host.ends_with(end));
    is_public && !host.contains(':') && host.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_name_at_the_usual_port_is_always_https() {
        for host in ["call.example", "a.b.example"] {
            assert!(is_always_https(host), "{host}");
        }
        for host in [
            "call.example:8443",
            "localhost",
            "den",
            "den.local",
            "a.localhost",
            "192.0.2.1",
            "[2001:db8::1]",
        ] {
            assert!(!is_always_https(host), "{host}");
        }
    }
}
