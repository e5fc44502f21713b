//! The command line, and the same by environment variables. Every value is checked here, once.

use crate::doctor::Address;
use crate::ice::External;
use crate::origin::{Origin, authority_of, host_of};
use crate::pass::PassKey;
use crate::relay::Secret;
use crate::state::{self, NotKept};
use crate::transport::Network;
use clap::{Parser, Subcommand, ValueEnum};
use ojak_protocol::ROOM_CAPACITY_DEFAULT;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::{fmt, fs, io};
use thiserror::Error;
use tracing_subscriber::EnvFilter;

/// Where a STUN server is that names no port (RFC 7064).
const STUN_PORT: u16 = 3478;

/// Video calls between browsers: the page and the signalling, in one binary.
///
/// Every option is also an environment variable: `--http` is `OJAK_HTTP`, and so on. Lists are separated by commas there.
#[derive(Clone, Debug, Parser)]
#[allow(rustdoc::bare_urls, reason = "the command line prints these lines as they are")]
#[command(name = "ojak", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Config {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Where to serve plain HTTP; `off` for nowhere. Browsers give a camera only to http://localhost and to https.
    #[arg(long, env = "OJAK_HTTP", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub http: Listen,

    /// Where to serve HTTPS; `off` for nowhere. Its certificate is made at the first start, for this network, and kept.
    #[arg(long, env = "OJAK_HTTPS", value_name = "ADDR:PORT", default_value = "0.0.0.0:8443")]
    pub https: Listen,

    /// A certificate of your own for HTTPS: a PEM file, with those that lead to its authority; read anew when it changes.
    #[arg(long, env = "OJAK_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The key that belongs to it: a PEM file, and the same one if you like.
    #[arg(long, env = "OJAK_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// The name of this server, for which a public authority issues a certificate (ACME). It comes to port 443 of that name,
    /// or to port 80. With this you agree to its terms.
    #[arg(long, env = "OJAK_ACME", value_name = "DOMAIN", conflicts_with = "tls_cert")]
    pub acme: Option<Domain>,

    /// Where the authority writes to when something is wrong.
    #[arg(long, env = "OJAK_ACME_EMAIL", value_name = "MAIL", requires = "acme")]
    pub acme_email: Option<String>,

    /// Which authority.
    #[arg(
        long,
        env = "OJAK_ACME_DIRECTORY",
        value_name = "URL",
        requires = "acme",
        default_value = "https://acme-v02.api.letsencrypt.org/directory"
    )]
    pub acme_directory: AcmeDirectory,

    /// Where to serve STUN and TURN, over UDP and TCP, for networks that let no direct connection through; `off` for
    /// nowhere.
    #[arg(long, env = "OJAK_TURN", value_name = "ADDR:PORT", default_value = "0.0.0.0:3478")]
    pub turn: Listen,

    /// The address at which others reach what is relayed, if this machine has another one; repeatable, for IPv4 and IPv6.
    /// Unless it is said, the STUN servers among --ice-server are asked.
    #[arg(long = "turn-public-ip", env = "OJAK_TURN_PUBLIC_IP", value_name = "IP", value_delimiter = ',')]
    pub turn_public_ips: Vec<IpAddr>,

    /// Ports of what is relayed.
    #[arg(long, env = "OJAK_TURN_RELAY_PORTS", value_name = "A-B", default_value = "49152-65535")]
    pub turn_relay_ports: PortRange,

    /// Let relays reach private addresses (10.0.0.0/8, 192.168.0.0/16 and the like) and networks this machine is in: for
    /// calls on a LAN.
    #[arg(long, env = "OJAK_TURN_ALLOW_PRIVATE")]
    pub turn_allow_private: bool,

    /// Folder for what must outlive the process [default: $STATE_DIRECTORY, $XDG_STATE_HOME/ojak or ~/.local/state/ojak]
    #[arg(long, env = "OJAK_STATE_DIR", value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Another page that may open a socket, such as https://call.example; repeatable.
    #[arg(long = "origin", env = "OJAK_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub origins: Vec<Origin>,

    /// The address people know this server by, if another one than it is bound to.
    #[arg(long, env = "OJAK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// Another STUN or TURN server for the calls, such as stun:stun.example:3478; repeatable.
    #[arg(long = "ice-server", env = "OJAK_ICE_SERVER", value_name = "URL", value_delimiter = ',')]
    pub ice_servers: Vec<IceUrl>,

    /// File with the secret of the TURN servers among these (`static-auth-secret` in coturn).
    #[arg(long, env = "OJAK_ICE_SECRET", value_name = "FILE")]
    pub ice_secret: Option<IceSecret>,

    /// People a room holds.
    #[arg(long, env = "OJAK_ROOM_CAPACITY", value_name = "N", default_value_t = ROOM_CAPACITY_DEFAULT as u8,
          value_parser = clap::value_parser!(u8).range(2..=64))]
    pub room_capacity: u8,

    /// Sockets in all.
    #[arg(long, env = "OJAK_MAX_CONNECTIONS", value_name = "N", default_value_t = 20_000,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,

    /// Joins a minute from one address; 0 for no limit.
    #[arg(long, env = "OJAK_JOINS_PER_MINUTE", value_name = "N", default_value_t = 20)]
    pub joins_per_minute: u32,

    /// Sockets from one address; 0 for no limit. The more there are, the more is relayed for it.
    #[arg(long, env = "OJAK_SOCKETS_PER_ADDRESS", value_name = "N", default_value_t = crate::limits::SOCKETS_PER_ADDRESS)]
    pub sockets_per_address: u32,

    /// Whose X-Forwarded-For and X-Forwarded-Proto are believed: an address or a network such as 10.0.0.0/8; repeatable.
    #[arg(long = "trusted-proxy", env = "OJAK_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// Where to serve metrics for Prometheus, at /metrics; `off` for nowhere.
    #[arg(long, env = "OJAK_METRICS", value_name = "ADDR:PORT", default_value = "off")]
    pub metrics: Listen,

    /// What to log, as a `tracing` filter: error, warn, info, debug, or such as ojak_server=debug.
    #[arg(long, env = "OJAK_LOG", value_name = "FILTER", default_value = "info", value_parser = log_filter)]
    pub log: String,

    /// How to log.
    #[arg(long, env = "OJAK_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// What `ojak` does besides serving.
#[derive(Clone, Debug, Subcommand)]
#[allow(rustdoc::bare_urls, reason = "the command line prints these lines as they are")]
pub enum Command {
    /// Looks at a server from the outside, and says what is wrong and what helps.
    ///
    /// Tries what a browser needs for a call: the page, its certificate, the socket, STUN, and TURN over each transport. Ask
    /// from another network than that of the server. Ends with 0 if all is well, with 1 if something is wrong.
    #[command(disable_version_flag = true)]
    Doctor {
        /// Where people open the page, such as https://call.example
        #[arg(value_name = "URL")]
        address: Address,
    },
}

impl Config {
    /// The key that is kept in the state folder, made if there is none yet.
    ///
    /// # Errors
    /// [`NotKept`].
    pub fn pass_key(&self) -> Result<PassKey, NotKept> {
        PassKey::kept_in(&self.state_folder().ok_or(NotKept::NoFolder)?)
    }

    /// Where what outlives the process is kept.
    pub(crate) fn state_folder(&self) -> Option<PathBuf> {
        self.state_dir.clone().or_else(state::default_folder)
    }

    /// What is good by itself, and not together with the rest.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        let turn = self.ice_servers.iter().find(|url| url.is_turn());
        if let (Some(IceUrl(url)), None) = (turn, &self.ice_secret) {
            return Some(format!("{url} needs credentials: --ice-secret names the file with its secret"));
        }
        let of_a_family = |ipv6| self.turn_public_ips.iter().filter(|ip| ip.is_ipv6() == ipv6).count();
        if of_a_family(false) > 1 || of_a_family(true) > 1 {
            return Some("--turn-public-ip takes one IPv4 address and one IPv6 address".into());
        }
        None
    }

    /// STUN and TURN servers of others.
    pub(crate) fn external_ice_servers(&self) -> Vec<External> {
        let secret = |url: &IceUrl| self.ice_secret.as_ref().filter(|_| url.is_turn());
        self.ice_servers
            .iter()
            .map(|url| External {
                url: url.0.clone(),
                secret: secret(url).map(|IceSecret(secret)| Secret::new(secret)),
            })
            .collect()
    }

    /// Who can be asked by which address this machine is known: hosts with ports.
    pub(crate) fn stun_servers(&self) -> Vec<String> {
        let servers = self.ice_servers.iter().filter_map(|url| url.0.strip_prefix("stun:"));
        let with_port = |server: &str| match host_of(server) == server {
            true => format!("{server}:{STUN_PORT}"),
            false => server.to_owned(),
        };
        servers.map(with_port).collect()
    }

    /// How pages reach the relay inside this server, if it is said; else it is where they came from.
    pub(crate) fn relay_host(&self) -> Option<String> {
        let written = |ip: &IpAddr| match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        // IPv4 first: it is what everybody has.
        let public = self.turn_public_ips.iter().min_by_key(|ip| ip.is_ipv6()).map(written);
        public.or_else(|| self.public_url.as_ref().map(|url| url.origin.host().to_owned()))
    }

    /// How pages reach HTTPS, and with it the relay behind, if it is said.
    pub(crate) fn https_authority(&self) -> Option<&str> {
        self.public_url.as_ref()?.origin.https_authority()
    }

    /// All pages that may open a socket besides those of the host itself.
    pub(crate) fn allowed_origins(&self) -> impl Iterator<Item = Origin> {
        self.origins.iter().cloned().chain(self.public_url.iter().map(|url| url.origin.clone()))
    }
}

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// There.
    At(SocketAddr),
}

/// Not where one can listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected an address and a port such as 127.0.0.1:8080 or 0.0.0.0:8080, or off")]
pub struct BadListen;

impl FromStr for Listen {
    type Err = BadListen;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            _ => text.parse().map(Self::At).map_err(|_| BadListen),
        }
    }
}

/// The address people know the server by: an origin and nothing behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    origin: Origin,
}

/// No such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "expected http:// or https://, a host and maybe a port, with nothing behind it, such as https://call.example"
)]
pub struct BadPublicUrl;

impl FromStr for PublicUrl {
    type Err = BadPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let origin = text.parse().map_err(|_| BadPublicUrl)?;
        Ok(Self { text: text.to_owned(), origin })
    }
}

impl PublicUrl {
    /// Without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A name on the internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain(String);

/// No such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected a name on the internet, such as call.example")]
pub struct BadDomain;

impl FromStr for Domain {
    type Err = BadDomain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name =
            authority_of(text).filter(|name| !name.contains([':', '_']) && name.parse::<IpAddr>().is_err());
        let is_name = |name: &String| {
            name.contains('.')
                && name.split('.').all(|label| (1..=63).contains(&label.len()))
                && name.len() <= 253
        };
        name.filter(is_name).map(Self).ok_or(BadDomain)
    }
}

impl Domain {
    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where an authority says what can be asked of it (RFC 8555 section 7.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcmeDirectory(String);

/// No such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected an address that begins with https://")]
pub struct BadAcmeDirectory;

impl FromStr for AcmeDirectory {
    type Err = BadAcmeDirectory;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let authority = text.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        authority.and_then(authority_of).map(|_| Self(text.to_owned())).ok_or(BadAcmeDirectory)
    }
}

impl AcmeDirectory {
    /// As it was said.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address of a STUN or TURN server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceUrl(String);

/// Not the address of a server for calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected stun:HOST:PORT, or turn:HOST:PORT?transport=udp (or tcp)")]
pub struct BadIceUrl;

impl FromStr for IceUrl {
    type Err = BadIceUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once(':').ok_or(BadIceUrl)?;
        let (authority, transport) =
            rest.split_once('?').map_or((rest, None), |(authority, query)| (authority, Some(query)));
        let transport_fits = match scheme {
            "stun" | "stuns" => transport.is_none(),
            "turn" | "turns" => matches!(transport, None | Some("transport=udp" | "transport=tcp")),
            _ => false,
        };
        if transport_fits && authority_of(authority).is_some() {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIceUrl)
        }
    }
}

impl IceUrl {
    /// Browsers refuse a whole configuration with a TURN server that they are given no credentials for.
    fn is_turn(&self) -> bool {
        self.0.starts_with("turn")
    }
}

/// What this server and a TURN server of somebody else both know.
#[derive(Clone)]
pub struct IceSecret(Vec<u8>);

/// There is no secret in this file.
#[derive(Debug, Error)]
pub enum BadIceSecret {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
}

impl FromStr for IceSecret {
    type Err = BadIceSecret;

    /// Reads the file of this name, without the end of its line.
    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let content = fs::read(path)?;
        let secret = content.trim_ascii();
        if secret.is_empty() { Err(BadIceSecret::Empty) } else { Ok(Self(secret.to_vec())) }
    }
}

impl fmt::Debug for IceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IceSecret")
    }
}

/// Ports from one to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRange(pub RangeInclusive<u16>);

/// No such range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected two ports above 1023, such as 49152-65535")]
pub struct BadPortRange;

impl FromStr for PortRange {
    type Err = BadPortRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once('-').ok_or(BadPortRange)?;
        let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 1023).ok_or(BadPortRange);
        let (first, last) = (port(first)?, port(last)?);
        if first <= last { Ok(Self(first..=last)) } else { Err(BadPortRange) }
    }
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
        Config::try_parse_from(["ojak"].iter().chain(arguments))
    }

    #[test]
    fn what_is_not_said_is_as_documented() {
        let config = parse(&[]).unwrap();
        assert_eq!(config.http, Listen::At("127.0.0.1:8080".parse().unwrap()));
        assert_eq!(config.https, Listen::At("0.0.0.0:8443".parse().unwrap()));
        assert_eq!((config.room_capacity, config.max_connections), (8, 20_000));
        assert_eq!((config.joins_per_minute, config.sockets_per_address), (20, 50));
        assert_eq!((config.log.as_str(), config.log_format), ("info", LogFormat::Text));
        assert_eq!((config.metrics, config.state_dir.as_deref()), (Listen::Off, None));
        assert_eq!(config.turn, Listen::At("0.0.0.0:3478".parse().unwrap()));
        assert_eq!((config.turn_relay_ports.0, config.turn_allow_private), (49152..=65535, false));
        assert!(config.turn_public_ips.is_empty() && config.ice_secret.is_none());
        assert!(config.origins.is_empty() && config.ice_servers.is_empty() && config.public_url.is_none());
    }

    #[test]
    fn good_values_are_taken() {
        for arguments in [
            &["--http", "off"][..],
            &["--http", "[::]:80"],
            &["--https", "off", "--turn", "off"],
            &["--https", "[::]:443"],
            &["--tls-cert", "/etc/a.pem", "--tls-key", "/etc/b.pem"],
            &["--acme", "call.example", "--acme-email", "a@b.example"],
            &["--acme", "call.example", "--acme-directory", "https://localhost:14000/dir"],
            &["--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8,2001:db8::/32"],
            &["--origin", "https://a.example", "--origin", "http://b.example:8080"],
            &["--origin", "https://a.example,http://b.example:8080"],
            &["--public-url", "https://call.example/"],
            &["--ice-server", "stun:stun.example", "--ice-server", "stuns:[2001:db8::1]:5349"],
            &["--ice-server", "turn:turn.example", "--ice-server", "turns:turn.example:443?transport=tcp"],
            &["--turn", "[::]:3478", "--turn-public-ip", "1.1.1.1", "--turn-public-ip", "2606:4700::1111"],
            &["--turn", "127.0.0.1:0", "--turn-relay-ports", "50000-50000", "--turn-allow-private"],
            &["--room-capacity", "64"],
            &["--metrics", "[::1]:9090", "--state-dir", "/var/lib/ojak"],
            &["--metrics", "off"],
            &["--joins-per-minute", "0", "--sockets-per-address", "0", "--max-connections", "1"],
            &["--log", "info,ojak_server=debug", "--log-format", "json"],
        ] {
            assert!(parse(arguments).is_ok(), "{arguments:?}");
        }
    }

    #[test]
    fn bad_values_are_refused() {
        for arguments in [
            &["--http", "8080"][..],
            &["--http", "localhost"],
            &["--metrics", "9090"],
            &["--http", "127.0.0.1:99999"],
            &["--https", "8443"],
            &["--trusted-proxy", "proxy.example"],
            &["--acme", "localhost"],
            &["--acme", "192.0.2.1"],
            &["--acme", "call.example:443"],
            &["--acme", "https://call.example"],
            &["--acme", "*.example"],
            &["--acme", "call..example"],
            &["--acme", "call.example", "--acme-directory", "http://a.example/directory"],
            &["--acme", "call.example", "--tls-cert", "a.pem", "--tls-key", "b.pem"],
            &["--acme-email", "a@b.example"],
            &["--tls-cert", "/etc/a.pem"],
            &["--tls-key", "/etc/b.pem"],
            &["--origin", "a.example"],
            &["--origin", "https://a.example/path"],
            &["--public-url", "https://a.example/calls"],
            &["--turn", "3478"],
            &["--turn-public-ip", "call.example"],
            &["--turn-relay-ports", "50000"],
            &["--turn-relay-ports", "50001-50000"],
            &["--turn-relay-ports", "80-90"],
            &["--ice-server", "stun:"],
            &["--ice-server", "stun:stun.example?transport=udp"],
            &["--ice-server", "turn:turn.example?transport=sctp"],
            &["--ice-server", "turn://turn.example"],
            &["--ice-secret", "/no/such/file"],
            &["--ice-secret", "/dev/null"],
            &["--ice-server", "stun://stun.example"],
            &["--ice-server", "https://stun.example"],
            &["--room-capacity", "1"],
            &["--room-capacity", "65"],
            &["--max-connections", "0"],
            &["--joins-per-minute", "-1"],
            &["--log", "ojak=loudly"],
            &["--log-format", "xml"],
            &["--nonsense"],
            &["stray"],
        ] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn a_turn_server_of_others_needs_a_secret() {
        let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let said = |arguments: &[&str]| parse(arguments).unwrap().contradiction();
        let alone = said(&["--ice-server", "stun:a.example", "--ice-server", "turns:b.example"]).unwrap();
        assert!(alone.contains("turns:b.example") && alone.contains("--ice-secret"), "{alone}");
        assert_eq!(said(&["--ice-server", "turns:b.example", "--ice-secret", secret]), None);
        assert_eq!(said(&["--ice-server", "stun:a.example"]), None);
    }

    #[test]
    fn stun_servers_that_are_asked_have_a_port() {
        let servers = "stun:a.example,stun:b.example:19302,stuns:c.example,stun:[2001:db8::1],turn:d.example";
        let asked = ["a.example:3478", "b.example:19302", "[2001:db8::1]:3478"];
        assert_eq!(parse(&["--ice-server", servers]).unwrap().stun_servers(), asked);
    }

    #[test]
    fn a_relay_has_one_public_address_of_a_family() {
        let config = |addresses: &str| parse(&["--turn-public-ip", addresses]).unwrap();
        assert_eq!(config("2606:4700::1111,1.1.1.1").contradiction(), None);
        assert!(config("1.1.1.1,1.1.1.2").contradiction().is_some());
        assert_eq!(config("2606:4700::1111,1.1.1.1").relay_host().unwrap(), "1.1.1.1");
        assert_eq!(config("2606:4700::1111").relay_host().unwrap(), "[2606:4700::1111]");
        let named = |url: &str| parse(&["--public-url", url]).unwrap().relay_host().unwrap();
        assert_eq!(named("https://call.example:8443"), "call.example");
        assert_eq!(named("https://[2001:db8::1]"), "[2001:db8::1]");
        assert_eq!(parse(&[]).unwrap().relay_host(), None);
    }

    #[test]
    fn https_is_where_the_public_url_says_whatever_address_relays() {
        let config = |url: &str| parse(&["--turn-public-ip", "1.1.1.1", "--public-url", url]).unwrap();
        assert_eq!(config("https://call.example:8443").https_authority(), Some("call.example:8443"));
        assert_eq!(config("https://call.example:443").https_authority(), Some("call.example"));
        assert_eq!(config("http://call.example").https_authority(), None);
        assert_eq!(parse(&["--turn-public-ip", "1.1.1.1"]).unwrap().https_authority(), None);
    }

    #[test]
    fn the_public_url_may_connect() {
        let config =
            parse(&["--public-url", "https://call.example/", "--origin", "http://a.example"]).unwrap();
        let allowed: Vec<Origin> = config.allowed_origins().collect();
        assert_eq!(allowed, ["http://a.example", "https://call.example"].map(|text| text.parse().unwrap()));
    }
}
