//! Where the page is, as somebody types it.

use crate::origin::host_of;
use crate::transport::is_this_machine;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use url::Url;

/// The address of a page: `http` or `https`, with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

/// No such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected where people open the page, such as https://call.example")]
pub struct BadAddress;

impl FromStr for Address {
    type Err = BadAddress;

    /// Without a scheme it is what browsers make of it: https, but for this machine itself. What is behind the host is
    /// of no account: every room is the same server.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = |text: &str| Url::parse(text).map_err(|_| BadAddress).and_then(Self::new);
        if text.contains("://") {
            return parsed(text).map(|address| address.at("/"));
        }
        let https = parsed(&format!("https://{text}"))?;
        let address = if https.is_this_machine() { parsed(&format!("http://{text}"))? } else { https };
        Ok(address.at("/"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl Address {
    fn new(mut url: Url) -> Result<Self, BadAddress> {
        let fits = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        // Neither is asked for by anybody who opens a page.
        let _ = (url.set_username(""), url.set_password(None));
        if fits { Ok(Self(url)) } else { Err(BadAddress) }
    }

    fn at(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        Self(url)
    }

    /// Where `location` leads, said by a page at this address; none if that is no page.
    pub(super) fn led_to(&self, location: &str) -> Option<Self> {
        self.0.join(location).ok().and_then(|url| Self::new(url).ok())
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether browsers take it for secure even without TLS.
    pub(super) fn is_this_machine(&self) -> bool {
        is_this_machine(self.0.host_str().unwrap_or_default())
    }

    /// Without the brackets of an IPv6 address.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Path and query.
    pub(super) fn path(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// Host, and port if it is not the usual one.
    pub(super) fn authority(&self) -> &str {
        &self.0[url::Position::BeforeHost..url::Position::AfterPort]
    }

    /// As a browser says whose page it is.
    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Where its socket is.
    pub(super) fn socket(&self) -> String {
        let scheme = if self.is_https() { "wss" } else { "ws" };
        format!("{scheme}://{}/ws", self.authority())
    }
}

/// Which way a page goes to a server for calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Udp,
    Tcp,
    Tls,
}

/// What is asked there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Stun,
    Turn,
}

/// The address of a STUN or TURN server, as browsers read it (RFC 7064, RFC 7065).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) kind: Kind,
    pub(super) transport: Transport,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Service {
    /// None if it is one of another kind.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (authority, query) = rest.split_once('?').map_or((rest, None), |(at, query)| (at, Some(query)));
        let (kind, transport) = match (scheme, query) {
            ("stun", None) => (Kind::Stun, Transport::Udp),
            ("stuns", None) => (Kind::Stun, Transport::Tls),
            ("turn", None | Some("transport=udp")) => (Kind::Turn, Transport::Udp),
            ("turn", Some("transport=tcp")) => (Kind::Turn, Transport::Tcp),
            ("turns", None | Some("transport=tcp")) => (Kind::Turn, Transport::Tls),
            _ => return None,
        };
        let host = host_of(authority);
        let usual = if transport == Transport::Tls { 5349 } else { 3478 };
        let port = match authority.strip_prefix(host)? {
            "" => usual,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        (!host.is_empty()).then_some(Self { kind, transport, host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_that_is_missing_is_the_one_a_browser_would_take() {
        for (typed, meant) in [
            ("call.example", "https://call.example"),
            ("call.example:8443", "https://call.example:8443"),
            ("Call.Example/seventh-evening?join=1#x", "https://call.example"),
            ("https://call.example:443/", "https://call.example"),
            ("http://call.example", "http://call.example"),
            ("https://ana:secret@call.example", "https://call.example"),
            ("192.168.1.5:8443", "https://192.168.1.5:8443"),
            ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1", "http://127.0.0.1"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("https://localhost:8443", "https://localhost:8443"),
            ("칠석.example", "https://xn--3i4bn6v.example"),
        ] {
            assert_eq!(
                typed.parse::<Address>().map(|address| address.to_string()),
                Ok(meant.into()),
                "{typed}"
            );
        }
        for bad in
            ["", "ftp://call.example", "https://", "wss://call.example", "call example", "call.example:99999"]
        {
            assert_eq!(bad.parse::<Address>(), Err(BadAddress), "{bad}");
        }
    }

    #[test]
    fn an_address_has_the_parts_that_a_browser_sends() {
        let address: Address = "https://[2001:db8::1]:8443".parse().unwrap();
        assert_eq!((address.host(), address.port()), ("2001:db8::1", 8443));
        assert_eq!(address.authority(), "[2001:db8::1]:8443");
        assert_eq!(address.origin(), "https://[2001:db8::1]:8443");
        assert_eq!(address.socket(), "wss://[2001:db8::1]:8443/ws");
        let address: Address = "https://call.example".parse().unwrap();
        assert_eq!((address.authority(), address.port(), address.path()), ("call.example", 443, "/"));
        let led = |location: &str| address.led_to(location).map(|address| address.to_string());
        assert_eq!(led("/calls/").as_deref(), Some("https://call.example/calls"));
        assert_eq!(led("//other.example/a?b").as_deref(), Some("https://other.example/a?b"));
        assert_eq!(address.led_to("/a?b").unwrap().path(), "/a?b");
        assert_eq!(led("mailto:ana@call.example"), None);
    }

    #[test]
    fn addresses_of_stun_and_turn_are_read_as_browsers_do() {
        use {Kind::*, Transport::*};
        for (url, kind, transport, host, port) in [
            ("stun:call.example", Stun, Udp, "call.example", 3478),
            ("stun:call.example:19302", Stun, Udp, "call.example", 19302),
            ("stuns:call.example", Stun, Tls, "call.example", 5349),
            ("turn:call.example", Turn, Udp, "call.example", 3478),
            ("turn:[2001:db8::1]:3479?transport=udp", Turn, Udp, "2001:db8::1", 3479),
            ("turn:192.0.2.1?transport=tcp", Turn, Tcp, "192.0.2.1", 3478),
            ("turns:call.example:443?transport=tcp", Turn, Tls, "call.example", 443),
            ("turns:call.example", Turn, Tls, "call.example", 5349),
        ] {
            let service = Service { kind, transport, host: host.into(), port };
            assert_eq!(Service::parse(url), Some(service), "{url}");
        }
        for bad in
            ["", "stun", "stun:", "turn:a?transport=sctp", "turns:a?transport=udp", "turn:a:x", "https://a"]
        {
            assert_eq!(Service::parse(bad), None, "{bad}");
        }
    }
}
