//! STUN and TURN: whether two find a way to each other, and are relayed where there is none.

use super::{Certificate, Level, NoWay, Words};
use crate::doctor::address::{Kind, Service, Transport};
use crate::relay::{Reach, reach};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// What was found about STUN and TURN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ice {
    /// Pages are told of no TURN server.
    NoTurn,
    /// They are, and of none that is reached the way the page is.
    NoneBehindTls,
    /// They are told of something that is no such server.
    Unread {
        /// What.
        url: String,
    },
    /// A page gets to know its address.
    Seen {
        /// From whom.
        at: At,
        /// Which.
        seen: SocketAddr,
    },
    /// Two are relayed to each other.
    Relays {
        /// By whom.
        at: At,
        /// Where one of them is known by.
        relayed: SocketAddr,
    },
    /// Neither.
    Trouble {
        /// With whom.
        at: At,
        /// Which.
        trouble: Trouble,
    },
    /// Whether somebody who is not relayed reaches one who is.
    Relayed {
        /// Where they are said to be reached.
        relayed: SocketAddr,
        /// Where the relay itself was reached.
        relay: IpAddr,
        /// Whether the page is one of the internet.
        public: bool,
        /// What came of it.
        outside: Outside,
    },
}

/// A STUN or TURN server, and which way it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At(pub(in crate::doctor) Service);

/// Why a STUN or TURN server is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is not reached, or does not answer.
    NoWay(NoWay),
    /// There is no TLS where it should be.
    NoTls(String),
    /// Browsers refuse its certificate.
    Certificate(Box<Certificate>),
    /// What answers is something else.
    Garbled,
    /// Pages are told no password.
    NoPassword,
    /// They are told a wrong one.
    WrongPassword,
    /// It has relayed enough.
    Quota,
    /// It refuses for some other reason.
    Refused(u16),
    /// It relays for anybody.
    ForAnybody,
    /// It does not let two of those whom it relays talk to each other.
    Forbidden,
    /// It lets them, and nothing comes.
    Lost,
}

/// What came of what was sent to a relayed address from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It came through, and so did the answer.
    Through,
    /// It did not.
    Lost,
    /// Somebody said that nobody is there.
    Refused,
    /// The relay does not talk to where this machine is, so nothing could come.
    Untried,
}

impl At {
    fn subject(&self) -> &'static str {
        match (self.0.kind, self.0.transport) {
            (Kind::Stun, Transport::Tls) => "STUN (TLS)",
            (Kind::Stun, _) => "STUN",
            (Kind::Turn, Transport::Udp) => "TURN (UDP)",
            (Kind::Turn, Transport::Tcp) => "TURN (TCP)",
            (Kind::Turn, Transport::Tls) => "TURN (TLS)",
        }
    }

    fn protocol(&self) -> &'static str {
        if self.0.transport == Transport::Udp { "UDP" } else { "TCP" }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Service { host, port, .. } = &self.0;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl Ice {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::NoTurn => Words::warn(
                "TURN",
                "there is none: calls between networks that let no direct connection through fail".into(),
                "`ojak` has one inside unless it is started with --turn off; another one is named with --ice-server and --ice-secret.",
            ),
            Self::NoneBehindTls => Words::warn(
                "TURN (TLS)",
                "there is none: who is in a network that lets out nothing but HTTPS is not relayed".into(),
                "`ojak` has it at its own port of HTTPS. Behind a proxy that ends TLS itself nobody is told of it: let `ojak` serve \
                 HTTPS, or name a TURN server with a certificate: --ice-server turns:HOST:443?transport=tcp and --ice-secret.",
            ),
            Self::Unread { url } => Words::warn(
                "TURN",
                format!("{url} is told to browsers, and is nothing that can be tried here"),
                "Look at what --ice-server says.",
            ),
            Self::Seen { at, seen } => {
                Words::ok(at.subject(), format!("{at} answers, and sees this machine as {}", seen.ip()))
            }
            Self::Relays { at, relayed } => {
                Words::ok(at.subject(), format!("{at} relays two to each other, by {}", relayed.ip()))
            }
            Self::Trouble { at, trouble } => trouble.words(at),
            Self::Relayed { relayed, relay, public, outside } => {
                relayed_words(*relayed, *relay, *public, *outside)
            }
        }
    }
}

impl Trouble {
    fn words(&self, at: &At) -> Words {
        let (found, advice) = match self {
            Self::NoWay(why) => return no_way(at, why),
            Self::NoTls(why) => (
                format!("{at} does not speak TLS ({why})"),
                "Is it the right port? `ojak` has TURN over TLS at its port of HTTPS, if no proxy in front ends TLS there.".into(),
            ),
            Self::Certificate(certificate) => {
                let words = certificate.words();
                (format!("the certificate of {at} {}", words.found), words.advice.unwrap_or_default())
            }
            Self::Garbled => (
                format!("what answers at {at} speaks neither STUN nor TURN"),
                "Is it the right port? A proxy that ends TLS in front of `ojak` cannot pass TURN on: with --trusted-proxy `ojak` \
                 tells nobody of it.".into(),
            ),
            Self::NoPassword => (
                format!("pages are told no password for {at}"),
                "--ice-secret names the file with its secret.".into(),
            ),
            Self::WrongPassword => (
                format!("{at} refuses the password that pages are told"),
                "Put the secret of that server (`static-auth-secret` in coturn, together with `use-auth-secret`) into the file that \
                 --ice-secret names. If it is the same, compare the clocks: a password is good for 10 minutes.".into(),
            ),
            Self::Quota => (
                format!("{at} has relayed enough for whoever asks (486)"),
                "Its quotas are too small (`user-quota`, `total-quota` in coturn), or somebody uses it who should not.".into(),
            ),
            Self::Refused(code) => {
                (format!("{at} refuses to relay ({code})"), "Its log says why.".into())
            }
            Self::ForAnybody => (
                format!("{at} relays for anybody, without a password"),
                "Strangers will find it, and use it. In coturn, `use-auth-secret` and `static-auth-secret`, and no `no-auth`.".into(),
            ),
            Self::Forbidden => (
                format!("{at} forbids two whom it relays to talk to each other (403)"),
                "Where both are relayed there is no call. In coturn, `allowed-peer-ip` with its own address opens what \
                 `denied-peer-ip` closes.".into(),
            ),
            Self::Lost => (
                format!("{at} relays, and what one sends does not come to the other"),
                "What it relays by may be an address that is not its own, or closed: see --turn-public-ip (`external-ip` in coturn), \
                 and open the relay's ports for UDP (49152-65535, unless told otherwise).".into(),
            ),
        };
        Words::fail(at.subject(), found, advice)
    }
}

fn no_way(at: &At, why: &NoWay) -> Words {
    let (port, protocol) = (at.0.port, at.protocol());
    let (found, advice) = match why {
        NoWay::Refused => (
            format!("nothing listens at {at} over {protocol}"),
            format!(
                "Is the port right, and the address? --turn says where `ojak` listens, and --turn-public-ip (or else \
                 --public-url) where browsers are sent to. A firewall that refuses port {port} ({protocol}) looks the same."
            ),
        ),
        NoWay::Silent => (
            format!("{at} does not answer over {protocol}"),
            format!(
                "Is that where the server is? --turn-public-ip, or else --public-url, says where browsers are sent to. If it is, \
                 open port {port} ({protocol}) in its firewall and in that of whoever rents it out; at home, let the router \
                 forward it. If the network you are in now lets no {protocol} out, try from another one."
            ),
        ),
        NoWay::NoName(why) => (
            format!("{} leads nowhere: {why}", at.0.host),
            "Browsers are sent to that name: see --public-url and --ice-server.".into(),
        ),
        NoWay::Other(why) => (
            format!("{at} is not reached from here: {why}"),
            "Is that where the server is? --turn-public-ip, or else --public-url, says where browsers are sent to. If it is, try \
             from another network."
                .into(),
        ),
    };
    Words::fail(at.subject(), found, advice)
}

fn relayed_words(relayed: SocketAddr, relay: IpAddr, public: bool, outside: Outside) -> Words {
    const SUBJECT: &str = "relayed";
    let ip = relayed.ip();
    let is_private = reach(ip) != Reach::Anybody;
    let open = format!(
        "Open the ports of what is relayed (--turn-relay-ports, 49152-65535 unless told otherwise) for UDP, in the firewall of the \
         server and in that of whoever rents it out. And is {ip} the address by which the internet knows the server? If not, \
         --turn-public-ip says the right one (`external-ip` in coturn)."
    );
    let level = match outside {
        Outside::Through if !(is_private && public) => {
            return Words::ok(SUBJECT, format!("{ip} is reached from outside, and reaches it"));
        }
        Outside::Untried if !public && ip == relay => {
            return Words::ok(
                SUBJECT,
                format!(
                    "{ip} is where the relay is; others were not tried, since it does not talk to this machine"
                ),
            );
        }
        Outside::Lost | Outside::Refused => Level::Fail,
        Outside::Through | Outside::Untried => Level::Warn,
    };
    let (found, advice) = match outside {
        _ if is_private && public => (
            format!("others are told to come to {ip}, a private address that the internet does not reach"),
            "Start `ojak` with --turn-public-ip and the address by which the internet knows it (`external-ip` in coturn)."
                .into(),
        ),
        Outside::Lost => (format!("what is sent to {relayed} does not come through"), open),
        Outside::Refused => (format!("nobody is at {relayed}, where one who is relayed should be"), open),
        Outside::Through | Outside::Untried => (
            format!("whether others reach {ip} cannot be told from this machine, to which the relay does not talk"),
            "Ask again from another network than that of the server. For calls within its own, --turn-allow-private lets the \
             relay talk to it."
                .into(),
        ),
    };
    Words { level, subject: SUBJECT, found, advice: Some(advice) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level::{Fail, Ok, Warn};

    fn at(url: &str) -> At {
        At(Service::parse(url).unwrap())
    }

    #[test]
    fn a_server_is_called_by_what_it_is_and_where() {
        for (url, subject, place) in [
            ("stun:call.example", "STUN", "call.example:3478"),
            ("stuns:call.example", "STUN (TLS)", "call.example:5349"),
            ("turn:call.example?transport=udp", "TURN (UDP)", "call.example:3478"),
            ("turn:[2001:db8::1]:1?transport=tcp", "TURN (TCP)", "[2001:db8::1]:1"),
            ("turns:call.example:443", "TURN (TLS)", "call.example:443"),
        ] {
            assert_eq!((at(url).subject(), at(url).to_string().as_str()), (subject, place));
        }
    }

    #[test]
    fn what_has_to_be_opened_is_said_by_port_and_protocol() {
        for (url, port) in [
            ("stun:a.example", "port 3478 (UDP)"),
            ("turn:a.example:9?transport=tcp", "port 9 (TCP)"),
            ("turns:a.example:443", "port 443 (TCP)"),
        ] {
            let words = Trouble::NoWay(NoWay::Silent).words(&at(url));
            assert!(words.advice.unwrap().contains(port), "{url}");
        }
    }

    #[test]
    fn a_relayed_address_is_judged_by_what_came_of_it_and_by_what_it_is() {
        use Outside::{Lost, Refused, Through, Untried};
        let judged = |relayed: &str, relay: &str, public: bool, outside: Outside| -> (Level, String) {
            let words = relayed_words(
                SocketAddr::new(relayed.parse().unwrap(), 50_000),
                relay.parse().unwrap(),
                public,
                outside,
            );
            assert_eq!(words.advice.is_none(), words.level == Ok);
            (words.level, words.found)
        };
        for (relayed, relay, public, outside, level, about) in [
            ("9.9.9.9", "9.9.9.9", true, Through, Ok, "reached from outside"),
            ("9.9.9.9", "9.9.9.9", true, Lost, Fail, "does not come through"),
            ("9.9.9.9", "9.9.9.9", true, Refused, Fail, "nobody is at 9.9.9.9:50000"),
            ("9.9.9.9", "9.9.9.9", true, Untried, Warn, "cannot be told from this machine"),
            // A machine that does not know how the internet calls it.
            ("10.0.0.5", "9.9.9.9", true, Lost, Fail, "private address"),
            ("10.0.0.5", "9.9.9.9", true, Untried, Warn, "private address"),
            ("10.0.0.5", "9.9.9.9", true, Through, Warn, "private address"),
            // On a LAN.
            ("10.0.0.5", "10.0.0.5", false, Through, Ok, "reached from outside"),
            ("10.0.0.5", "10.0.0.5", false, Untried, Ok, "others were not tried"),
            ("10.0.0.6", "10.0.0.5", false, Untried, Warn, "cannot be told from this machine"),
            ("10.0.0.6", "10.0.0.5", false, Lost, Fail, "does not come through"),
            ("9.9.9.9", "127.0.0.1", false, Untried, Warn, "cannot be told from this machine"),
        ] {
            let (found_level, found) = judged(relayed, relay, public, outside);
            assert_eq!(found_level, level, "{relayed} at {relay}: {found}");
            assert!(found.contains(about), "{found}");
        }
    }
}
