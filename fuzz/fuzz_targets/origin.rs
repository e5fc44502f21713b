//! Who may open a socket: `Host`, then any number of `Origin`s, one a line. Nobody gets in but by the rule, told
//! here once more and differently.
#![no_main]

use actix_http::header::{self, HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use origin::{Origin, Origins};

#[path = "../../crates/server/src/origin.rs"]
#[allow(dead_code)]
mod origin;

const PARTNER: &str = "https://partner.example";

/// Scheme and port count, but for the port that the scheme implies; upper case does not.
fn is_of(origin: &str, host: &str) -> bool {
    [("http://", ":80"), ("https://", ":443")].iter().any(|(scheme, port)| {
        let page = origin.strip_prefix(scheme).map(str::to_ascii_lowercase);
        let host = host.to_ascii_lowercase();
        page.is_some_and(|page| {
            page.trim_end_matches(port) == host.trim_end_matches(port)
                && !page.contains(['/', '@', ' ', '\\'])
        })
    })
}

fuzz_target!(|text: &str| {
    let _ = text.parse::<Origin>();
    let mut lines = text.split('\n');
    let mut headers = HeaderMap::new();
    let Ok(host) = HeaderValue::from_str(lines.next().unwrap_or_default()) else { return };
    headers.insert(header::HOST, host.clone());
    let mut origins = Vec::new();
    for line in lines {
        let Ok(value) = HeaderValue::from_str(line) else { return };
        headers.append(header::ORIGIN, value);
        origins.push(line);
    }
    let host = host.to_str().unwrap_or_default();
    for over_https in [false, true] {
        if Origins::new([PARTNER.parse().unwrap()]).allow(&headers, over_https) {
            assert_eq!(origins.len(), 1);
            assert!(is_of(origins[0], host) || is_of(origins[0], "partner.example"), "{origins:?} at {host}");
            assert!(!over_https || origins[0].starts_with("https://"), "{origins:?} over https");
        }
    }
});
