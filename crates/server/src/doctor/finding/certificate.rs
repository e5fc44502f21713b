//! The certificate, as a browser would judge it.

use super::{Words, listed};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

const SUBJECT: &str = "certificate";
/// Names that are said of one that is for many.
const NAMES_MAX: usize = 5;

/// What was found about the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// Browsers take it.
    Fine {
        /// The name it was looked at for.
        host: String,
        /// Who issued it.
        issuer: String,
        /// Until it expires.
        days: u64,
    },
    /// They still do.
    Ending {
        /// Until it expires.
        days: u64,
    },
    /// The port speaks something else.
    NoTls {
        /// Where.
        at: SocketAddr,
        /// What the handshake ended with.
        why: String,
    },
    /// Its time is over.
    Expired {
        /// For so long.
        days: u64,
    },
    /// Its time has not come.
    Early {
        /// In so long.
        days: u64,
    },
    /// It is for something else.
    OtherName {
        /// The name that was asked.
        host: String,
        /// What it is for.
        names: Vec<String>,
    },
    /// Made by an Ojak for its own network.
    Lan {
        /// Of the authority, as browsers show it.
        fingerprint: String,
        /// Where the page about it is.
        page: String,
    },
    /// Nobody else vouches for it.
    SelfSigned,
    /// What leads from it to its authority is not sent along.
    Incomplete {
        /// Who issued it.
        issuer: String,
    },
    /// Its authority is not one that this machine knows.
    UnknownAuthority {
        /// Who issued it.
        issuer: String,
    },
    /// This machine knows no authorities at all.
    Unjudged {
        /// Why.
        why: String,
    },
    /// Something else is wrong with it.
    Bad {
        /// What.
        why: String,
    },
}

/// Whole days from one time to a later one.
pub(in crate::doctor) fn days_between(from: SystemTime, to: SystemTime) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    to.duration_since(from).unwrap_or(Duration::ZERO).as_secs() / DAY
}

fn days(count: u64) -> String {
    match count {
        0 => "less than a day".into(),
        1 => "1 day".into(),
        count => format!("{count} days"),
    }
}

const RENEW: &str = "With --acme, or a proxy that does the like, it renews itself: see what its log says of it; the authority must \
                     reach port 80 or 443 of the name. With --tls-cert, put a new one there: it is read anew by itself.";

impl Certificate {
    pub(in crate::doctor) fn words(&self) -> Words {
        match self {
            Self::Fine { host, issuer, days: left } => {
                Words::ok(SUBJECT, format!("is for {host}, by {issuer}, and good for {}", days(*left)))
            }
            Self::Ending { days: left } => Words::warn(
                SUBJECT,
                format!("expires in {}, and should have been renewed by now", days(*left)),
                RENEW,
            ),
            Self::Expired { days: ago } => Words::fail(SUBJECT, format!("expired {} ago", days(*ago)), RENEW),
            Self::Early { days: until } => Words::fail(
                SUBJECT,
                format!("is not good before {} from now", days(*until)),
                "Is the clock of this machine right, and that of the one that made it?",
            ),
            Self::NoTls { at, why } => Words::fail(
                SUBJECT,
                format!("none: {at} does not speak TLS ({why})"),
                "Open the page with http:// if that is meant, or use the port of https: `ojak` has it at --https, nginx where it \
                 says `listen 443 ssl`.",
            ),
            Self::OtherName { host, names } => other_name(host, names),
            Self::Lan { fingerprint, page } => Words::warn(
                SUBJECT,
                "was made by this Ojak for its own network: browsers warn of it once".into(),
                format!(
                    "That is as it should be on a LAN, and {page} tells people how to see the warning no more. For the internet \
                     take one that browsers know: --acme DOMAIN.\nFingerprint of its authority: {fingerprint}"
                ),
            ),
            Self::SelfSigned => Words::fail(
                SUBJECT,
                "is signed by nobody but itself: browsers warn of it, and some let nobody through".into(),
                "Take one of a public authority (--acme DOMAIN), or none at all: on a LAN `ojak` makes one by itself and explains \
                 it to people.",
            ),
            Self::Incomplete { issuer } => Words::fail(
                SUBJECT,
                format!(
                    "comes without those that lead from it to its authority, and {issuer} is not known by itself"
                ),
                "Serve the whole chain: the file is often called fullchain.pem, and cert.pem is only the first of it. Some browsers \
                 find the rest elsewhere, others refuse.",
            ),
            Self::UnknownAuthority { issuer } => Words::fail(
                SUBJECT,
                format!("was issued by {issuer}, whom this machine does not know"),
                "Browsers warn of it, unless they were taught that authority. Take one of a public authority: --acme DOMAIN.",
            ),
            Self::Unjudged { why } => Words::warn(
                SUBJECT,
                format!("could not be judged: {why}"),
                "This machine knows no authorities. On Debian the package ca-certificates has them.",
            ),
            Self::Bad { why } => Words::fail(SUBJECT, format!("is refused: {why}"), RENEW),
        }
    }
}

fn other_name(host: &str, names: &[String]) -> Words {
    let more = names.len().saturating_sub(NAMES_MAX);
    let mut said: Vec<String> = names.iter().take(NAMES_MAX).cloned().collect();
    if more > 0 {
        said.push(format!("{more} more"));
    }
    let found = if said.is_empty() {
        format!("is for no name at all, and so not for {host}")
    } else {
        format!("is for {}, and not for {host}", listed(&said))
    };
    let advice = if host.parse::<IpAddr>().is_ok() {
        "Give the server a name, and open the page by it: public authorities issue certificates for names, with --acme NAME, and \
         `ojak` itself only for addresses that its machine has."
            .into()
    } else {
        format!(
            "Open the page by a name that it is for, or get one for {host}: with --acme {host}, or in the proxy in front. A proxy \
             may have answered for another site: does it know this name (`server_name` in nginx)?"
        )
    };
    Words::fail(SUBJECT, found, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_that_is_for_many_some_names_are_said() {
        let names = |count: usize| (0..count).map(|number| format!("{number}.example")).collect();
        let found =
            |count| Certificate::OtherName { host: "call.example".into(), names: names(count) }.words().found;
        assert_eq!(found(0), "is for no name at all, and so not for call.example");
        assert_eq!(found(2), "is for 0.example and 1.example, and not for call.example");
        assert!(found(9).contains("4.example and 4 more"), "{}", found(9));
    }

    #[test]
    fn days_are_counted_as_one_speaks() {
        let at = |hours: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(hours * 3600);
        for (from, to, said) in
            [(0, 23, "less than a day"), (0, 25, "1 day"), (0, 80, "3 days"), (9, 3, "less than a day")]
        {
            assert_eq!(days(days_between(at(from), at(to))), said);
        }
    }
}
