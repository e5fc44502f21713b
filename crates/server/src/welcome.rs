//! What is said at the start: what people can open, and on a terminal a code for their phones.

use ojak_server::{Authority, Config, Machine, Seen, Server};
use qrcodegen::{QrCode, QrCodeEcc};
use std::net::SocketAddr;

/// Light modules around a code, by which cameras tell it from what is around.
const QUIET: i32 = 4;
/// Addresses of a machine that are said besides the first.
const MORE_MAX: usize = 3;

/// What browsers will say of the certificate.
#[derive(Debug, Default)]
pub(crate) struct Certificate {
    /// Who has issued it, if browsers do not know them.
    pub(crate) authority: Option<Authority>,
    /// What it is for, if that is not just this machine.
    pub(crate) names: Vec<String>,
}

/// What is said, in its order.
pub(crate) struct Welcome {
    /// What people can open now.
    pub(crate) open: String,
    /// How people on other machines reach it, the best way first; none is for them otherwise.
    pub(crate) addresses: Option<Vec<String>>,
}

/// For whom there is what.
pub(crate) fn welcome(
    config: &Config,
    server: &Server,
    certificate: &Certificate,
    machine: &Machine,
) -> Welcome {
    let address = server.address();
    let (ip, port) = (address.ip(), address.port());
    let scheme = if server.http().is_some() { "http" } else { "https" };
    let mut lines = if ip.is_loopback() || ip.is_unspecified() {
        format!("Ojak is ready: {scheme}://localhost:{port}\n")
    } else {
        format!("Ojak is ready: {scheme}://{address}\n")
    };
    let public = config.public_url.as_ref().map(|url| url.as_str().to_owned());
    let is_public = public.is_some();
    let open: Vec<String> = match public {
        Some(url) => vec![url],
        None => server.https().map(|https| addresses(https, &certificate.names, machine)).unwrap_or_default(),
    };
    // To those who call from this machine only the rest is nothing.
    if open.is_empty() && ip.is_loopback() {
        return Welcome { open: lines, addresses: None };
    }
    if let Some(first) = open.first() {
        lines.push_str(&format!("People open: {}\n", open.join(" or ")));
        if let Some(authority) = certificate.authority.as_ref().filter(|_| !is_public) {
            lines.push_str(&format!(
                "Their browsers warn them once; {first}/certificate says why, and how never again.\n"
            ));
            lines.push_str(&format!("The fingerprint to compare there: {}\n", authority.fingerprint));
        }
    } else if server.https().is_none() {
        lines.push_str(
            "On other machines browsers give no camera to plain http: leave --https on, or put a proxy that speaks \
             https in front.\n",
        );
    }
    Welcome { open: lines, addresses: Some(open) }
}

/// A code that leads there; empty if that is too long for one.
pub(crate) fn code(address: &str) -> String {
    QrCode::encode_text(address, QrCodeEcc::Low).map(|code| drawn(&code)).unwrap_or_default()
}

/// Who has use of the relay, and what has to be open for it.
pub(crate) fn relaying(config: &Config, relays: Option<(u16, Seen)>) -> String {
    let Some((port, seen)) = relays else {
        return "Nothing is relayed (--turn off): calls between networks that let no direct connection through fail.\n".into();
    };
    let (first, last) = (config.turn_relay_ports.0.start(), config.turn_relay_ports.0.end());
    let open = format!("open port {port} (UDP and TCP) and {first}-{last} (UDP)");
    match seen {
        Seen::Everywhere(ip) => format!("Calls that find no direct way are relayed by {ip}: {open}.\n"),
        Seen::Behind { public, own } => format!(
            "Calls that find no direct way are relayed by {public}, the router in front of {own}: have it pass port {port} \
             (UDP and TCP) and {first}-{last} (UDP) on to {own}, or nobody outside reaches them.\n"
        ),
        Seen::Nearby(ip) => format!(
            "Calls are relayed by {ip}, which the internet does not reach: if another address leads here, say so with \
             --turn-public-ip, or name a STUN server that sees it (--ice-server), and {open}.\n"
        ),
        Seen::Nowhere => "Nothing can be relayed: this machine has no network.\n".into(),
    }
}

/// Where others find HTTPS that is served at `https`, the best first.
fn addresses(https: SocketAddr, names: &[String], machine: &Machine) -> Vec<String> {
    if https.ip().is_loopback() {
        return Vec::new();
    }
    let port = if https.port() == 443 { String::new() } else { format!(":{}", https.port()) };
    if !names.is_empty() {
        return names.iter().map(|name| format!("https://{name}{port}")).collect();
    }
    if !https.ip().is_unspecified() {
        let host = SocketAddr::new(https.ip(), 0).to_string();
        return vec![format!("https://{}{port}", host.trim_end_matches(":0"))];
    }
    let first = machine.address();
    let more = machine.addresses.iter().filter(|ip| ip.is_ipv4() && Some(**ip) != first).take(MORE_MAX);
    let host = |ip: std::net::IpAddr| match ip {
        std::net::IpAddr::V4(ip) => ip.to_string(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
    };
    first.into_iter().chain(more.copied()).map(|ip| format!("https://{}{port}", host(ip))).collect()
}

/// Two rows of modules a line of text, dark on light whatever the colours of the terminal are.
fn drawn(code: &QrCode) -> String {
    const DARK_ON_LIGHT: &str = "\x1b[38;5;16;48;5;231m";
    const AS_BEFORE: &str = "\x1b[0m";
    let range = -QUIET..code.size() + QUIET;
    let mut lines = String::new();
    for row in range.clone().step_by(2) {
        lines.push_str(DARK_ON_LIGHT);
        for column in range.clone() {
            lines.push(match (code.get_module(column, row), code.get_module(column, row + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        lines.push_str(AS_BEFORE);
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(addresses: &[&str]) -> Machine {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        Machine { addresses, ..Machine::default() }
    }

    #[test]
    fn what_others_can_open_is_said_and_nothing_else() {
        let none: &[String] = &[];
        let open = |https: &str, names: &[String], machine: &Machine| {
            addresses(https.parse().unwrap(), names, machine).join(" ")
        };
        let den = machine(&["192.168.1.5"]);
        assert_eq!(open("0.0.0.0:8443", none, &den), "https://192.168.1.5:8443");
        assert_eq!(open("0.0.0.0:443", none, &den), "https://192.168.1.5");
        assert_eq!(open("127.0.0.1:8443", none, &den), "");
        assert_eq!(open("[2001:db8::5]:8443", none, &den), "https://[2001:db8::5]:8443");
        assert_eq!(open("0.0.0.0:8443", none, &machine(&[])), "");
        assert_eq!(open("0.0.0.0:443", &["call.example".into()], &den), "https://call.example");
        let all = open("[::]:8443", none, &machine(&["192.168.1.5", "203.0.113.5", "2001:db8::5"]));
        assert!(
            all.contains("https://192.168.1.5:8443") && all.contains("https://203.0.113.5:8443"),
            "{all}"
        );
    }

    #[test]
    fn what_a_phone_reads_is_the_address() {
        let address = "https://192.168.178.123:8443";
        let text = code(address);
        let lines: Vec<Vec<char>> = text
            .lines()
            .map(|line| line.strip_prefix("\x1b[38;5;16;48;5;231m").unwrap().strip_suffix("\x1b[0m").unwrap())
            .map(|line| line.chars().collect())
            .collect();
        let (width, height, scale) = (lines[0].len(), 2 * lines.len(), 4);
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width * scale, height * scale, |x, y| {
            let (x, y) = (x / scale, y / scale);
            let dark = match lines[y / 2][x] {
                '█' => true,
                '▀' => y % 2 == 0,
                '▄' => y % 2 == 1,
                _ => false,
            };
            if dark { 0 } else { 255 }
        });
        let read: Vec<_> = seen.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        assert_eq!(read, [address]);
    }
}
