//! The socket, by which two who want to call each other are introduced.

use super::Words;
use ojak_protocol::ErrorCode;
use std::fmt;
use std::time::Duration;

const SUBJECT: &str = "socket";

/// What was found about the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Socket {
    /// Two met and heard each other.
    Works {
        /// Where.
        url: String,
        /// What one said was with the other within that.
        after: Duration,
    },
    /// The server was asked for a page, not for a socket.
    NoUpgrade,
    /// The page's own address is not the one the server was asked by.
    OtherOrigin {
        /// What the page says.
        origin: String,
    },
    /// Too many come from where this machine seems to be.
    TooMany,
    /// The server has as many as it takes.
    Full,
    /// It takes nobody any more.
    Closing,
    /// It does not say why it takes nobody.
    Unavailable,
    /// It answers with something that has no place there.
    Unexpected {
        /// The status.
        status: u16,
    },
    /// It refuses what was said.
    Refused {
        /// Why.
        code: ErrorCode,
    },
    /// What answers does not keep to the protocol.
    Garbled {
        /// How.
        why: String,
    },
    /// Nothing comes.
    Silent(Step),
    /// It ended.
    Cut(Step),
    /// Two in one room do not see each other.
    Apart,
}

/// What was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// That it opens.
    Opening,
    /// The answer of the server to who joins.
    Joining,
    /// That one hears of the other, or what the other says.
    Hearing,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opening => "it was to open",
            Self::Joining => "the server was to let somebody into a room",
            Self::Hearing => "one was to hear what the other says",
        })
    }
}

/// What a proxy has to be told, of which by far the most forget something.
const UPGRADE: &str = "In nginx, in the `location` that leads to Ojak:
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection \"upgrade\";
In Apache, `ProxyPass / http://127.0.0.1:8080/ upgrade=websocket`. Whole configurations for nginx, Caddy and HAProxy are in deploy/.";

impl Socket {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Works { url, after } => Words::ok(
                SUBJECT,
                format!(
                    "{url} opens, and two in a room hear each other within {} ms",
                    after.as_millis().max(1)
                ),
            ),
            Self::NoUpgrade => Words::fail(
                SUBJECT,
                "a proxy in front does not pass on that a socket is wanted (the header Upgrade)".into(),
                UPGRADE,
            ),
            Self::OtherOrigin { origin } => Words::fail(
                SUBJECT,
                format!("is refused to its own page: the server does not know itself as {origin} (403)"),
                format!(
                    "A proxy in front asks by another Host. Let it pass on that of the browser, port included, in nginx\n    \
                     proxy_set_header Host $http_host;\nor tell the server who it is: --public-url {origin}"
                ),
            ),
            Self::TooMany => Words::fail(
                SUBJECT,
                "too many come from one address, the server says (429)".into(),
                "If a proxy is in front, everybody seems to come from it: name it with --trusted-proxy. If it is just many people, \
                 --sockets-per-address lets more of them in.",
            ),
            Self::Full => Words::fail(
                SUBJECT,
                "the server is full (503)".into(),
                "It has as many sockets as it was told (--max-connections), or as files may be open (`LimitNOFILE` in systemd).",
            ),
            Self::Closing => Words::fail(
                SUBJECT,
                "the server is closing, and takes nobody any more (503)".into(),
                "Somebody has stopped it. If it is started again, people come back by themselves.",
            ),
            Self::Unavailable => Words::fail(
                SUBJECT,
                "the server, or a proxy in front of it, takes nobody now (503)".into(),
                "It is full, or about to end, or does not run: see its log.",
            ),
            Self::Unexpected { status } => Words::fail(
                SUBJECT,
                format!("/ws answers {status} instead of opening a socket"),
                format!("A proxy in front has to lead everything to Ojak, /ws as well.\n{UPGRADE}"),
            ),
            Self::Refused { code } => refused(*code),
            Self::Garbled { why } => Words::fail(
                SUBJECT,
                format!("what answers at /ws is not Ojak's: {why}"),
                "Something between here and the server changes what is said. Let the proxy in front pass it on as it is.",
            ),
            Self::Silent(Step::Opening) => Words::fail(
                SUBJECT,
                "does not open: nobody answers".into(),
                format!("A proxy in front waits for something that never comes.\n{UPGRADE}"),
            ),
            Self::Silent(step) => Words::fail(
                SUBJECT,
                format!("opens, but nothing came when {step}"),
                "A proxy in front holds back what the server says. In nginx: `proxy_buffering off;`.",
            ),
            Self::Cut(step) => Words::fail(
                SUBJECT,
                format!("was cut off when {step}"),
                "A proxy in front ends what it should keep open for as long as somebody calls. In nginx: `proxy_read_timeout 60s;`, \
                 and nothing shorter than 15 seconds.",
            ),
            Self::Apart => Words::fail(
                SUBJECT,
                "two who go into the same room do not find each other: they came to different servers".into(),
                "A balancer in front spreads people over servers that know nothing of each other. Let it lead everybody to one.",
            ),
        }
    }
}

fn refused(code: ErrorCode) -> Words {
    let (found, advice) = match code {
        ErrorCode::TooManyRequests => (
            "too many join from one address, the server says",
            "Wait a minute. If a proxy is in front, everybody seems to come from it: name it with --trusted-proxy.",
        ),
        ErrorCode::ServerFull => {
            ("the server is full", "It has as many people as it was told (--max-connections).")
        }
        ErrorCode::BadVersion => (
            "the server speaks another version of the protocol than this `ojak`",
            "Ask it with an `ojak` of its own version.",
        ),
        _ => {
            return Words::fail(
                SUBJECT,
                format!("the server refuses what any page says ({})", code.as_str()),
                "Ask it with an `ojak` of its own version; if that does not help, see its log.",
            );
        }
    };
    Words::fail(SUBJECT, found.into(), advice)
}
