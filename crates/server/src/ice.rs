//! Which STUN and TURN servers a page is told of, with a password for its seat.

use crate::origin::{asked_authority, host_of};
use crate::relay::Secret;
use actix_http::header::HeaderMap;
use ojak_protocol::{IceServer, PeerId};
use std::time::{Duration, Instant, SystemTime};

/// What every page is told, but for the passwords.
#[derive(Debug)]
pub(crate) struct IceServers {
    /// Those of others.
    pub(crate) external: Vec<External>,
    /// This one.
    pub(crate) own: Option<Own>,
    /// How long passwords are good for.
    pub(crate) lifetime: Duration,
}

/// A server of somebody else.
#[derive(Debug)]
pub(crate) struct External {
    pub(crate) url: String,
    /// With which it and this server make the same passwords.
    pub(crate) secret: Option<Secret>,
}

/// The one inside this server.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) port: u16,
    /// By which name or address pages reach it, if they reach it by another than they have asked at.
    pub(crate) host: Option<String>,
    /// The same for the port of HTTPS: a name that its certificate is for, maybe with a port.
    pub(crate) https: Option<String>,
    pub(crate) secret: Secret,
}

/// Where a page has asked for its socket.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Host and maybe a port.
    authority: Option<String>,
    /// Whether TLS ends in this process: only then whatever is spoken behind it comes here.
    over_tls: bool,
}

impl Asked {
    /// What a request with these headers tells.
    pub(crate) fn by(headers: &HeaderMap, over_tls: bool) -> Self {
        Self { authority: asked_authority(headers), over_tls }
    }
}

impl Own {
    /// Where it is, over each transport that leads to it; and for those who only want to know their address.
    fn urls(&self, asked: &Asked) -> Option<(String, Vec<String>)> {
        let authority = asked.authority.as_deref();
        let at = format!("{}:{}", self.host.as_deref().or(authority.map(host_of))?, self.port);
        let mut urls: Vec<_> =
            ["udp", "tcp"].map(|transport| format!("turn:{at}?transport={transport}")).into();
        // Where a network lets nothing else out, the way by which the page came is open.
        if let Some(authority) = self.https.as_deref().or(authority).filter(|_| asked.over_tls) {
            let port = if host_of(authority) == authority { ":443" } else { "" };
            urls.push(format!("turns:{authority}{port}?transport=tcp"));
        }
        Some((format!("stun:{at}"), urls))
    }
}

impl IceServers {
    /// For the seat of `peer`, whose page has asked there.
    pub(crate) fn of(&self, peer: PeerId, asked: &Asked, now: SystemTime) -> Vec<IceServer> {
        let plain = |url: String| IceServer { urls: vec![url], username: None, credential: None };
        let relay = |urls: Vec<String>, secret: &Secret| {
            let made = secret.credential(peer, now, self.lifetime);
            IceServer { urls, username: Some(made.username), credential: Some(made.password) }
        };
        let external = self.external.iter().map(|External { url, secret }| match secret {
            Some(secret) => relay(vec![url.clone()], secret),
            None => plain(url.clone()),
        });
        let own = self.own.iter().filter_map(|own| {
            let (stun, turn) = own.urls(asked)?;
            Some([plain(stun), relay(turn, &own.secret)])
        });
        external.chain(own.flatten()).collect()
    }

    /// When a page that was told them at `told` has to be told others: long before they are over, since it may be away
    /// just then.
    pub(crate) fn renewed_at(&self, told: Instant) -> Option<Instant> {
        let expire = self.own.is_some() || self.external.iter().any(|external| external.secret.is_some());
        expire.then(|| told + self.lifetime * 2 / 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_MINUTES: Duration = Duration::from_secs(600);

    fn peer() -> PeerId {
        PeerId::from_bits(1)
    }

    fn own(host: Option<&str>) -> IceServers {
        let own = Own { port: 3478, host: host.map(Into::into), https: None, secret: Secret::new(b"own") };
        IceServers { external: vec![], own: Some(own), lifetime: TEN_MINUTES }
    }

    fn asked(authority: &str) -> Asked {
        Asked { authority: Some(authority.into()), over_tls: false }
    }

    #[test]
    fn the_own_relay_is_where_the_page_came_from_unless_it_is_said_to_be_elsewhere() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let told = own(None).of(peer(), &asked("call.example:8080"), now);
        let urls: Vec<_> = told.iter().flat_map(|server| &server.urls).collect();
        assert_eq!(
            urls,
            [
                "stun:call.example:3478",
                "turn:call.example:3478?transport=udp",
                "turn:call.example:3478?transport=tcp"
            ]
        );
        let [stun, turn] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&stun.username, &stun.credential), (&None, &None));
        assert_eq!(turn.username, Some(format!("1600:{}", peer())));
        let password =
            Secret::new(b"own").read(turn.username.as_ref().unwrap(), now).map(|(_, password)| password);
        assert_eq!(turn.credential, password);

        let told = own(Some("[2001:db8::1]")).of(peer(), &asked("call.example"), now);
        assert_eq!(told[0].urls, ["stun:[2001:db8::1]:3478"]);
        assert!(own(None).of(peer(), &Asked::default(), now).is_empty());
    }

    #[test]
    fn over_tls_the_own_relay_is_where_the_page_came_from_unless_the_public_address_is_another() {
        let now = SystemTime::now();
        let told = |host: Option<&str>, https: Option<&str>, authority: &str, over_tls: bool| {
            let mut servers = own(host);
            servers.own.as_mut().unwrap().https = https.map(Into::into);
            let asked = Asked { over_tls, ..asked(authority) };
            let [_, turn] = &servers.of(peer(), &asked, now)[..] else { panic!("no relay") };
            assert!(turn.urls[..2].iter().all(|url| url.starts_with("turn:")), "{turn:?}");
            turn.urls.get(2).cloned()
        };
        let url = |at: &str| Some(format!("turns:{at}?transport=tcp"));
        assert_eq!(told(None, None, "call.example:8443", true), url("call.example:8443"));
        assert_eq!(told(None, None, "call.example", true), url("call.example:443"));
        assert_eq!(told(None, None, "[2001:db8::1]", true), url("[2001:db8::1]:443"));
        assert_eq!(told(None, None, "[2001:db8::1]:8443", true), url("[2001:db8::1]:8443"));
        let public = Some("call.example");
        assert_eq!(told(public, public, "192.168.1.5:8443", true), url("call.example:443"));
        // No certificate is for an address that only says where packets go.
        assert_eq!(told(Some("203.0.113.5"), None, "call.example", true), url("call.example:443"));
        assert_eq!(told(None, None, "call.example", false), None);
        assert_eq!(told(public, public, "call.example", false), None, "somebody else ends TLS there");
    }

    #[test]
    fn others_get_a_password_where_there_is_a_secret() {
        let external =
            |url: &str, secret: Option<&[u8]>| External { url: url.into(), secret: secret.map(Secret::new) };
        let servers = IceServers {
            external: vec![
                external("stun:a.example", None),
                external("turns:b.example:443", Some(b"theirs")),
            ],
            own: None,
            lifetime: TEN_MINUTES,
        };
        let told = servers.of(peer(), &asked("call.example"), SystemTime::now());
        let [stun, turn] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&stun.urls[0][..], &stun.username, &stun.credential), ("stun:a.example", &None, &None));
        let (owner, password) =
            Secret::new(b"theirs").read(turn.username.as_ref().unwrap(), SystemTime::now()).unwrap();
        assert_eq!((owner, Some(password)), (peer(), turn.credential.clone()));
    }

    #[test]
    fn only_what_is_over_one_day_is_told_anew_and_in_time() {
        let told = Instant::now();
        let renewed = own(None).renewed_at(told).unwrap();
        assert!(renewed > told && renewed < told + TEN_MINUTES / 2);
        let servers = IceServers {
            external: vec![External { url: "stun:a.example".into(), secret: None }],
            own: None,
            lifetime: TEN_MINUTES,
        };
        assert_eq!(servers.renewed_at(told), None);
    }
}
