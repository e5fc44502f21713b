//! Which ways packets may go, and with whose help they are found.

use ojak_protocol::{Candidate, IceServer};

/// Which ways packets may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Routes {
    /// Whichever is shortest.
    #[default]
    Any,
    /// Only through a relay, so that nobody in the call learns the address of this machine.
    Relay,
}

/// What a peer connection looks for ways with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ice {
    /// With their help.
    pub servers: Vec<IceServer>,
    /// Among these.
    pub routes: Routes,
}

impl Ice {
    /// Whether one of the servers is a relay.
    #[must_use]
    pub fn has_relay(&self) -> bool {
        let mut urls = self.servers.iter().flat_map(|server| &server.urls);
        urls.any(|url| url.starts_with("turn:") || url.starts_with("turns:"))
    }

    /// What of `candidate` the other side may be told. What was gathered before the routes were narrowed may still come.
    pub(crate) fn disclosed(&self, candidate: Candidate) -> Option<Candidate> {
        match (self.routes, CandidateKind::of(&candidate.candidate)) {
            (Routes::Any, _) => Some(candidate),
            (Routes::Relay, Some(CandidateKind::Relay)) => {
                Some(Candidate { candidate: without_related_address(&candidate.candidate), ..candidate })
            }
            (Routes::Relay, _) => None,
        }
    }
}

/// A candidate of a relay says where it was asked from too, unless the browser leaves that out.
fn without_related_address(candidate: &str) -> String {
    let mut before = "";
    let words = candidate.split(' ').map(|word| {
        let said = match before {
            "raddr" if word.contains(':') => "::",
            "raddr" => "0.0.0.0",
            "rport" => "0",
            _ => word,
        };
        before = word;
        said
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What an address is to whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CandidateKind {
    /// That of the machine itself.
    Host,
    /// That of the router, as a server or the other side sees it.
    Reflexive,
    /// That of a relay.
    Relay,
}

impl CandidateKind {
    /// That of an `RTCIceCandidate.candidate`, or of such a line of a description.
    pub(crate) fn of(candidate: &str) -> Option<Self> {
        let mut words = candidate.split_ascii_whitespace().skip_while(|word| *word != "typ").skip(1);
        match words.next()? {
            "host" => Some(Self::Host),
            "srflx" | "prflx" => Some(Self::Reflexive),
            "relay" => Some(Self::Relay),
            _ => None,
        }
    }

    /// Those of all candidates in a description.
    pub(crate) fn all_of(sdp: &str) -> impl Iterator<Item = Self> {
        sdp.lines().filter(|line| line.starts_with("a=candidate:")).filter_map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0 ufrag abcd";
    const REFLEXIVE: &str = "candidate:2 1 udp 1686052607 198.51.100.7 50000 typ srflx raddr 192.168.1.7 rport 50000 generation 0";
    const RELAY: &str =
        "candidate:3 1 udp 41885439 203.0.113.9 49200 typ relay raddr 198.51.100.7 rport 50000 generation 0";

    fn candidate(text: &str) -> Candidate {
        Candidate {
            candidate: text.into(),
            sdp_mid: Some("0".into()),
            sdp_m_line_index: Some(0),
            username_fragment: Some("abcd".into()),
        }
    }

    #[test]
    fn who_hides_tells_of_relays_only_and_not_where_they_were_asked_from() {
        let hidden = Ice { servers: vec![], routes: Routes::Relay };
        let told = |text| hidden.disclosed(candidate(text)).map(|told| told.candidate);
        assert_eq!(told(HOST), None);
        assert_eq!(told(REFLEXIVE), None);
        assert_eq!(told("nonsense"), None);
        assert_eq!(
            told(RELAY).as_deref(),
            Some("candidate:3 1 udp 41885439 203.0.113.9 49200 typ relay raddr 0.0.0.0 rport 0 generation 0")
        );
        assert_eq!(
            told("candidate:4 1 udp 1 2001:db8::9 49200 typ relay raddr 2001:db8:7::1 rport 50000")
                .as_deref(),
            Some("candidate:4 1 udp 1 2001:db8::9 49200 typ relay raddr :: rport 0")
        );
        for text in [HOST, REFLEXIVE, RELAY, "nonsense"] {
            assert_eq!(Ice::default().disclosed(candidate(text)), Some(candidate(text)));
        }
    }

    #[test]
    fn a_relay_is_told_by_its_scheme() {
        let with = |urls: &[&str]| {
            let urls = urls.iter().map(ToString::to_string).collect();
            Ice { servers: vec![IceServer { urls, username: None, credential: None }], routes: Routes::Any }
        };
        assert!(!Ice::default().has_relay());
        assert!(!with(&["stun:turn.example", "stuns:turn.example"]).has_relay());
        assert!(with(&["stun:a.example", "turn:a.example?transport=udp"]).has_relay());
        assert!(with(&["turns:a.example:443?transport=tcp"]).has_relay());
    }

    #[test]
    fn candidates_are_found_in_a_description() {
        let sdp = ["v=0", &["a=", REFLEXIVE].concat(), "a=mid:0", &["a=", RELAY].concat()].join("\r\n");
        let kinds: Vec<_> = CandidateKind::all_of(&sdp).collect();
        assert_eq!(kinds, [CandidateKind::Reflexive, CandidateKind::Relay]);
        assert_eq!(CandidateKind::of(HOST), Some(CandidateKind::Host));
    }
}
