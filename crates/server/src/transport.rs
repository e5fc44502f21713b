//! How a request came here: over TLS or not, by way of a proxy or not. And what follows from that.

use crate::origin::{asked_authority, host_of, only};
use crate::page::plain_text;
use actix_http::body::{EitherBody, MessageBody};
use actix_http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error as ThisError;

/// For a year from now on the browser comes by HTTPS only.
const ALWAYS_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Below it an authority looks for answers (RFC 8555 section 8.3).
pub(crate) const ACME_PATH: &str = "/.well-known/acme-challenge/";

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether a connection came over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secure(pub(crate) bool);

/// What the ways to this server are like.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// Where HTTPS is served, if it is.
    pub(crate) https: Option<SocketAddr>,
    /// Whether browsers know who has issued the certificate.
    pub(crate) is_known: bool,
    pub(crate) proxies: Arc<Proxies>,
}

impl Transport {
    /// What is done round every request to `port`.
    pub(crate) async fn pass<B: MessageBody>(
        self,
        port: u16,
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error> {
        if let Some(address) = self.better_address(port, &request) {
            let sentence = format!("This page is at {address}\n");
            let response = HttpResponse::TemporaryRedirect()
                .insert_header((header::LOCATION, address))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .content_type(plain_text())
                .body(sentence);
            return Ok(request.into_response(response).map_into_right_body());
        }
        let always_https = self.is_known
            && is_over_tls(&request)
            && asked_authority(request.headers()).is_some_and(|host| is_always_https(&host));
        let mut response = next.call(request).await?;
        if always_https {
            response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, ALWAYS_HTTPS);
        }
        Ok(response.map_into_left_body())
    }

    /// Where the same is over HTTPS, for whom that makes a difference: browsers give no camera to a page that came
    /// plain from another machine.
    fn better_address(&self, port: u16, request: &ServiceRequest) -> Option<String> {
        let https = self.https?;
        let is_by_proxy = || request.peer_addr().is_some_and(|peer| self.proxies.trust(peer.ip()));
        if is_over_tls(request)
            || is_answered_as_asked(request.path())
            // Whoever asked it may have come over TLS.
            || is_by_proxy()
        {
            return None;
        }
        let host = asked_authority(request.headers())?;
        let name = host_of(&host);
        // Who spoke plain HTTP to the port of HTTPS has typed the address without its scheme, and is to find it.
        if port != https.port() && is_this_machine(name) {
            return None;
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let port = if https.port() == 443 { String::new() } else { format!(":{}", https.port()) };
        Some(format!("https://{name}{port}{path}"))
    }
}

fn is_over_tls(request: &ServiceRequest) -> bool {
    request.conn_data::<Secure>().is_some_and(|Secure(secure)| *secure)
}

/// Whether browsers take plain HTTP from `name` for secure (Secure Contexts, section 3.1).
pub(crate) fn is_this_machine(name: &str) -> bool {
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Asked by machines that look whether the server is well, or whose the name is: those do not follow anybody.
fn is_answered_as_asked(path: &str) -> bool {
    ["/livez", "/readyz"].contains(&path) || path.starts_with(ACME_PATH)
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

/// Addresses of proxies, whose word is taken for who asks and how they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(Vec<Network>);

/// Addresses that belong together: `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text that names no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("expected an address or a network, such as 127.0.0.1 or 10.0.0.0/8")]
pub struct BadNetwork;

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| BadNetwork)
    }
}

impl Proxies {
    pub(crate) fn new(networks: impl IntoIterator<Item = Network>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// Whether a proxy of ours is at `address`.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|Network(network)| network.contains(&address))
    }

    /// Who asks, by what the proxies say that are ours, and by what the network says of anybody else.
    ///
    /// Each proxy writes down whom it was asked by, behind what it was told itself. So it is read from the end, up to
    /// the first who is no proxy of ours: whatever stands before that, they can have made up.
    pub(crate) fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.ip();
        let lists: Vec<_> =
            headers.get_all(FORWARDED_FOR).map(|list| list.to_str().unwrap_or_default()).collect();
        for asked_by in lists.iter().rev().flat_map(|list| list.rsplit(',')) {
            if !self.trust(client) {
                break;
            }
            // What is no address cannot be told apart: it counts as the proxy that wrote it.
            let Some(address) = address_of(asked_by.trim()) else { break };
            client = address;
        }
        Some(client)
    }

    /// Whether the browser itself came over HTTPS, as far as a proxy of ours says so.
    pub(crate) fn say_https(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        peer.is_some_and(|peer| self.trust(peer.ip()))
            && only(headers, &FORWARDED_PROTO).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }
}

/// An address as proxies write it, some of them with a port.
fn address_of(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed)
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

    fn proxies(networks: &[&str]) -> Proxies {
        Proxies::new(networks.iter().map(|network| network.parse().unwrap()))
    }

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn at(address: &str) -> Option<SocketAddr> {
        Some(SocketAddr::new(address.parse().unwrap(), 50_000))
    }

    #[test]
    fn only_proxies_of_ours_are_believed_whom_they_were_asked_by() {
        let ours = proxies(&["10.0.0.0/8", "2001:db8:1::/48", "127.0.0.1"]);
        for (peer, said, client) in [
            // Nobody in between, or somebody who only says so.
            ("203.0.113.7", &[][..], "203.0.113.7"),
            ("203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("203.0.113.7", &["198.51.100.1, 10.0.0.1"], "203.0.113.7"),
            // One of ours, and more of them.
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["2001:db8:9::9"], "2001:db8:9::9"),
            ("10.0.0.1", &["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1", "2001:db8:1::2"], "198.51.100.1"),
            // What was made up before it came to them.
            ("10.0.0.1", &["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["10.0.0.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.66", "198.51.100.1"], "198.51.100.1"),
            // With a port, and with something that is no address.
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8:9::9]:4711"], "2001:db8:9::9"),
            ("10.0.0.1", &["[2001:db8:9::9]"], "2001:db8:9::9"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            // Somebody who sits at a proxy.
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
        ] {
            let found = ours.client(at(peer), &headers(&FORWARDED_FOR, said));
            assert_eq!(found, Some(client.parse().unwrap()), "{said:?} by {peer}");
        }
        let nobodys = Proxies::default().client(at("10.0.0.1"), &headers(&FORWARDED_FOR, &["198.51.100.1"]));
        assert_eq!(nobodys, Some("10.0.0.1".parse().unwrap()), "nobody is believed unless named");
    }

    #[test]
    fn only_proxies_of_ours_are_believed_how_somebody_came() {
        let ours = proxies(&["10.0.0.1"]);
        let said = |peer: &str, values: &[&str]| ours.say_https(at(peer), &headers(&FORWARDED_PROTO, values));
        assert!(said("10.0.0.1", &["https"]) && said("10.0.0.1", &["HTTPS"]));
        assert!(!said("10.0.0.2", &["https"]));
        for values in [&[][..], &["http"], &["https", "http"], &["https, http"], &[""]] {
            assert!(!said("10.0.0.1", values), "{values:?}");
        }
    }

    #[test]
    fn a_network_is_an_address_or_a_prefix() {
        for good in ["127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"] {
            assert!(good.parse::<Network>().is_ok(), "{good}");
        }
        for bad in ["", "10.0.0.0/33", "10.0.0", "localhost", "10.0.0.0/8,::1"] {
            assert_eq!(bad.parse::<Network>(), Err(BadNetwork), "{bad}");
        }
    }

    #[test]
    fn a_host_is_this_machine_or_another() {
        for host in [
            "localhost",
            "localhost:8080",
            "a.localhost:1",
            "127.0.0.1",
            "127.9.9.9:80",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(is_this_machine(host_of(host)), "{host}");
        }
        for host in ["den.local", "localhost.example", "192.168.1.5:8080", "[2001:db8::1]:80", "128.0.0.1"] {
            assert!(!is_this_machine(host_of(host)), "{host}");
        }
    }
}
