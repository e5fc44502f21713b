//! The way to the server: its name, and its port.

use super::{Words, listed};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// What was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The name leads somewhere.
    Named {
        /// The name.
        host: String,
        /// Where to.
        addresses: Vec<IpAddr>,
    },
    /// It does not.
    Nameless {
        /// The name.
        host: String,
        /// Why.
        why: NoWay,
    },
    /// A connection was accepted.
    Open {
        /// Where.
        at: SocketAddr,
    },
    /// Of several addresses some are dead.
    PartlyOpen {
        /// Which.
        dead: Vec<(SocketAddr, NoWay)>,
    },
    /// No connection was accepted.
    Closed {
        /// Where it was tried.
        tried: Vec<(SocketAddr, NoWay)>,
    },
    /// Not by https, from another machine.
    Plain,
}

/// Why something is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWay {
    /// Somebody said no.
    Refused,
    /// Nobody said anything.
    Silent,
    /// There is no such name.
    NoName(String),
    /// The system here does not even try.
    Other(String),
}

impl fmt::Display for NoWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("refused"),
            Self::Silent => f.write_str("no answer"),
            Self::NoName(why) | Self::Other(why) => f.write_str(why),
        }
    }
}

fn tried(places: &[(SocketAddr, NoWay)]) -> String {
    let places: Vec<String> = places.iter().map(|(at, why)| format!("{at} ({why})")).collect();
    listed(&places)
}

impl Way {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Named { host, addresses } => {
                Words::ok("name", format!("{host} is {}", listed(addresses)))
            }
            Self::Nameless { host, why: NoWay::Silent } => Words::fail(
                "name",
                format!("nobody answers what {host} is"),
                "The name servers of this machine, or those of the name, do not answer. Try again from another network.",
            ),
            Self::Nameless { host, why } => Words::fail(
                "name",
                format!("{host} leads nowhere: {why}"),
                "Is it written right? Give the name a record with the address of the server (A for IPv4, AAAA for IPv6) where \
                 the name was bought, and wait some minutes.",
            ),
            Self::Open { at } => Words::ok("port", format!("{at} answers")),
            Self::PartlyOpen { dead } => Words::warn(
                "port",
                format!("does not answer at every address of the name: {}", tried(dead)),
                "Some browsers try these first, and wait. Take those addresses out of the records of the name, or let the server \
                 listen there, too: with --https [::]:443 it does so for IPv4 and IPv6.",
            ),
            Self::Closed { tried: places } => Words::fail(
                "port",
                format!("nothing answers: {}", tried(places)),
                closed(places),
            ),
            Self::Plain => Words::fail(
                "https",
                "the page comes over plain http, and to such a page browsers give neither camera nor microphone".into(),
                "Only http://localhost is an exception. Open the https address that `ojak` says at its start, let it get a \
                 certificate (--acme), or put a proxy that speaks https in front (deploy/ has nginx, Caddy and HAProxy).",
            ),
        }
    }
}

/// What to do where no connection is accepted.
fn closed(places: &[(SocketAddr, NoWay)]) -> String {
    let port = places.first().map(|(at, _)| at.port()).unwrap_or_default();
    let has = |wanted: NoWay| places.iter().any(|(_, why)| *why == wanted);
    let mut advice = Vec::new();
    if has(NoWay::Refused) {
        advice.push(format!(
            "The machine is there, and nothing listens at port {port}. Does `ojak` run, or the proxy in front of it, and at that \
             port? Without --http 0.0.0.0:{port} plain http is there for its own machine only."
        ));
    }
    if has(NoWay::Silent) {
        advice.push(format!(
            "Something on the way drops what is sent, or there is no such machine. Open port {port} (TCP) in the firewall of the \
             server and in that of whoever rents it out; at home, let the router forward it."
        ));
    }
    if advice.is_empty() {
        advice.push("This machine finds no way there: look at its own network first.".into());
    }
    advice.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    #[test]
    fn a_port_that_is_closed_has_the_advice_that_fits_how_it_is() {
        let closed = |whys: &[NoWay]| {
            let tried = whys.iter().map(|why| ("192.0.2.1:443".parse().unwrap(), why.clone())).collect();
            let words = Way::Closed { tried }.words();
            assert_eq!(words.level, Level::Fail);
            words.advice.unwrap()
        };
        assert!(closed(&[NoWay::Refused]).contains("nothing listens at port 443"));
        assert!(!closed(&[NoWay::Refused]).contains("firewall"));
        assert!(closed(&[NoWay::Silent]).contains("Open port 443 (TCP)"));
        assert_eq!(closed(&[NoWay::Silent, NoWay::Refused]).lines().count(), 2);
        assert!(closed(&[NoWay::Other("Network is unreachable".into())]).contains("its own network"));
    }
}
