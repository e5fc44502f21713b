//! Which pages may open a socket: those of this server, and those it was told of.
//!
//! A browser lets any page connect to any WebSocket and says truthfully whose page it is. So the server has to
//! look, or another site could put its visitors into rooms here.

use actix_http::header::{self, HeaderMap};
use std::str::FromStr;
use thiserror::Error;

/// Scheme, host and port of a page, as browsers write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    /// Lower case, with the port unless it is the scheme's own.
    authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

/// A text that is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an origin is http:// or https://, a host and maybe a port, such as https://call.example")]
pub struct BadOrigin;

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, authority) = if let Some(authority) = text.strip_prefix("https://") {
            (Scheme::Https, authority)
        } else if let Some(authority) = text.strip_prefix("http://") {
            (Scheme::Http, authority)
        } else {
            return Err(BadOrigin);
        };
        let authority = authority_of(authority).ok_or(BadOrigin)?;
        Ok(Self { authority: scheme.without_own_port(&authority).to_owned(), scheme })
    }
}

impl Origin {
    /// Without the port.
    pub(crate) fn host(&self) -> &str {
        host_of(&self.authority)
    }

    /// Host and maybe a port, if it is https.
    pub(crate) fn https_authority(&self) -> Option<&str> {
        (self.scheme == Scheme::Https).then_some(&self.authority)
    }
}

/// An authority without its port.
pub(crate) fn host_of(authority: &str) -> &str {
    // An IPv6 address is in brackets, and ends with one.
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    }
}

/// The host that was asked, maybe with a port, as far as it is said and is one.
pub(crate) fn asked_authority(headers: &HeaderMap) -> Option<String> {
    only(headers, &header::HOST).and_then(authority_of)
}

impl Scheme {
    fn without_own_port(self, authority: &str) -> &str {
        let port = match self {
            Self::Http => ":80",
            Self::Https => ":443",
        };
        authority.strip_suffix(port).unwrap_or(authority)
    }
}

/// `text` in lower case if it is a host and maybe a port, and nothing else.
pub(crate) fn authority_of(text: &str) -> Option<String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port)
        }
        None => text.find(':').map_or((text, ""), |colon| text.split_at(colon)),
    };
    let host_fits = text.starts_with('[')
        || (!host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)));
    let port_fits = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (host_fits && port_fits).then(|| text.to_ascii_lowercase())
}

/// The pages that may open a socket, besides those of the host that was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins(Vec<Origin>);

impl Origins {
    pub(crate) fn new(allowed: impl IntoIterator<Item = Origin>) -> Self {
        Self(allowed.into_iter().collect())
    }

    /// Whether the page that asks, by its `Origin`, belongs to the host it asks, or is on the list.
    ///
    /// Only browsers say whose page asks; whoever says nothing is refused, too, so that "absent" cannot
    /// become a way round. `over_https` is whether the browser is known to have come that way: then the page has,
    /// too, or somebody on the way has written it.
    pub(crate) fn allow(&self, headers: &HeaderMap, over_https: bool) -> bool {
        let Some(origin) = only(headers, &header::ORIGIN).and_then(|text| text.parse::<Origin>().ok()) else {
            return false;
        };
        if self.0.contains(&origin) {
            return true;
        }
        if over_https && origin.scheme != Scheme::Https {
            return false;
        }
        // A proxy in front may speak TLS and not say so: then the page is https although nothing here is.
        asked_authority(headers).is_some_and(|host| origin.scheme.without_own_port(&host) == origin.authority)
    }
}

/// The value of a header that is there exactly once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_http::header::HeaderValue;

    #[test]
    fn a_host_is_what_is_before_the_port() {
        for (authority, host) in [
            ("call.example", "call.example"),
            ("call.example:8080", "call.example"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("[2001:db8::1]:8080", "[2001:db8::1]"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(authority).unwrap());
            assert_eq!(asked_authority(&headers).as_deref(), Some(authority));
            assert_eq!(host_of(authority), host);
        }
        let mut headers = HeaderMap::new();
        assert_eq!(asked_authority(&headers), None);
        headers.insert(header::HOST, HeaderValue::from_static("a.example/turn:b.example"));
        assert_eq!(asked_authority(&headers), None);
    }

    fn allowed(host: &str, origins: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        for origin in origins {
            headers.append(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        Origins::new(["https://partner.example".parse().unwrap()]).allow(&headers, false)
    }

    #[test]
    fn over_https_a_plain_page_of_the_host_itself_may_not() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("call.example:8443"));
        headers.insert(header::ORIGIN, HeaderValue::from_static("http://call.example:8443"));
        assert!(!Origins::default().allow(&headers, true));
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://call.example:8443"));
        assert!(Origins::default().allow(&headers, true));
    }

    #[test]
    fn the_pages_of_the_host_itself_may_connect() {
        for (host, origin) in [
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("call.example", "https://call.example"),
            ("call.example:443", "https://call.example"),
            ("call.example", "https://call.example:443"),
            ("call.example:80", "http://call.example"),
            ("Call.Example", "https://call.example"),
            ("elsewhere.example", "https://partner.example"),
        ] {
            assert!(allowed(host, &[origin]), "{host} asked by {origin}");
        }
    }

    #[test]
    fn everybody_else_may_not() {
        for (host, origins) in [
            ("call.example", &[][..]),
            ("call.example", &["null"]),
            ("call.example", &[""]),
            ("call.example", &["https://evil.example"]),
            ("call.example", &["https://call.example.evil.example"]),
            ("call.example", &["https://evilcall.example"]),
            ("call.example", &["https://call.example@evil.example"]),
            ("call.example", &["https://call.example:8443"]),
            ("call.example", &["https://call.example/"]),
            ("call.example", &["ftp://call.example"]),
            ("call.example", &["call.example"]),
            ("call.example", &["https://call.example https://evil.example"]),
            ("call.example", &["https://evil.example", "https://call.example"]),
            ("call.example", &["https://call.example", "https://call.example"]),
            ("call.example", &["http://partner.example"]),
            ("call.example", &["https://partner.example:8443"]),
            ("call.example:443", &["http://call.example"]),
            ("", &["https://"]),
        ] {
            assert!(!allowed(host, origins), "{host} asked by {origins:?}");
        }
    }
}
