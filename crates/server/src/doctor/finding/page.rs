//! What answers at the address, and whether it is ready.

use super::Words;
use std::time::Duration;

/// What was found about the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// It is Ojak's.
    Ours {
        /// Until it was there.
        after: Duration,
    },
    /// It is elsewhere.
    Led {
        /// Where.
        to: String,
    },
    /// It is always elsewhere.
    LedInCircles {
        /// The last place.
        to: String,
    },
    /// Where it should be there is no page.
    LedNowhere {
        /// Where.
        to: String,
    },
    /// The binary has no page in it.
    Unbuilt,
    /// A proxy answers in place of what is behind it.
    BehindGone {
        /// What it says.
        status: u16,
    },
    /// Somebody else's.
    Other {
        /// What it says.
        status: u16,
        /// What it calls itself.
        server: Option<String>,
        /// What it is called.
        title: Option<String>,
    },
    /// Nothing comes.
    Silent,
    /// What comes is no answer.
    Garbled {
        /// Why.
        why: String,
    },
    /// The server takes people.
    Ready,
    /// It does not any more.
    Closing,
    /// Whether it does cannot be asked.
    Unasked {
        /// What is said instead.
        status: Option<u16>,
    },
    /// The clocks of the two machines do not agree.
    Clock {
        /// By how much.
        off: Duration,
        /// Whether that of the server is the later one.
        server_is_ahead: bool,
    },
}

const BEHIND_IN_NGINX: &str = "nginx: `proxy_pass http://127.0.0.1:8080;`";

impl Page {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Ours { after } => {
                Words::ok("page", format!("is Ojak's, and came within {} ms", after.as_millis().max(1)))
            }
            Self::Led { to } => Words::ok("page", format!("is at {to}, to which one is led")),
            Self::LedInCircles { to } => Words::fail(
                "page",
                format!("one is led on and on, to {to} in the end"),
                "Two that lead to each other, mostly a proxy and the server behind it: one speaks http to the other, which leads to \
                 https. Start `ojak` with --trusted-proxy and the address of the proxy, or with --https off.",
            ),
            Self::LedNowhere { to } => Words::fail(
                "page",
                format!("one is led to {to:?}, which is no page"),
                "Whatever answers there is not set up for people: see where it leads to.",
            ),
            Self::Unbuilt => Words::fail(
                "page",
                "it is an Ojak, built without its page".into(),
                "Build it with ./x build, and start that one: target/release/ojak.",
            ),
            Self::BehindGone { status } => Words::fail(
                "page",
                format!("a proxy answers, and what is behind it does not ({status})"),
                format!(
                    "Does `ojak` run, and does the proxy look for it where it listens (--http, by default 127.0.0.1:8080)? In \
                     {BEHIND_IN_NGINX}"
                ),
            ),
            Self::Other { status, server, title } => {
                let by = server.as_ref().map(|server| format!(" by {server}")).unwrap_or_default();
                let called = title.as_ref().map(|title| format!(", called {title:?}")).unwrap_or_default();
                Words::fail(
                    "page",
                    format!("something else answers, not Ojak: {status}{by}{called}"),
                    format!(
                        "Is it the right name and port? If a proxy is in front, everything at this name has to lead to Ojak, from \
                         / on. In {BEHIND_IN_NGINX}"
                    ),
                )
            }
            Self::Silent => Words::fail(
                "page",
                "the port takes the question and does not answer it".into(),
                "Whatever listens there hangs, or speaks no HTTP. Restart it, and look into its log.",
            ),
            Self::Garbled { why } => Words::fail(
                "page",
                format!("what answers speaks no HTTP: {why}"),
                "Is it the right port? An https port that is asked by http:// may say so, too.",
            ),
            Self::Ready => Words::ok("server", "is ready".into()),
            Self::Closing => Words::fail(
                "server",
                "is closing, and takes nobody any more".into(),
                "Somebody has stopped it. If it is started again, people come back by themselves.",
            ),
            Self::Unasked { status } => Words::warn(
                "server",
                format!(
                    "does not say whether it is ready: /readyz answers {}",
                    status.map_or_else(|| "nothing".into(), |status| status.to_string())
                ),
                "A proxy in front may keep that to itself, which hurts no call.",
            ),
            Self::Clock { off, server_is_ahead } => Words::warn(
                "clock",
                format!(
                    "that of the server is {} {} that of this machine",
                    span(*off),
                    if *server_is_ahead { "ahead of" } else { "behind" }
                ),
                "One of them is wrong. With a wrong clock certificates seem over or not begun, and passwords for a TURN server \
                 elsewhere are refused. Let both set their clocks by the network (NTP).",
            ),
        }
    }
}

fn span(off: Duration) -> String {
    const HOUR: u64 = 3600;
    match off.as_secs() {
        seconds if seconds < 2 * HOUR => format!("{} minutes", seconds / 60),
        seconds if seconds < 48 * HOUR => format!("{} hours", seconds / HOUR),
        seconds => format!("{} days", seconds / HOUR / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_clock_is_off_is_said_in_what_one_can_imagine() {
        for (seconds, said) in [(150, "2 minutes"), (3 * 3600, "3 hours"), (86400 * 400, "400 days")] {
            assert_eq!(span(Duration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn something_else_is_said_as_far_as_it_says_itself() {
        let found = |server: Option<&str>, title: Option<&str>| {
            let (server, title) = (server.map(Into::into), title.map(Into::into));
            Page::Other { status: 200, server, title }.words().found
        };
        assert_eq!(found(None, None), "something else answers, not Ojak: 200");
        assert_eq!(
            found(Some("nginx"), Some("Welcome to nginx!")),
            "something else answers, not Ojak: 200 by nginx, called \"Welcome to nginx!\""
        );
    }
}
