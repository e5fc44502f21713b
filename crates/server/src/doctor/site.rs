//! A server that was reached: how to connect to it again, and the first look at it.

use super::address::Address;
use super::finding::{Certificate, NoWay, Page, Way};
use super::http::{self, Answer, Connection};
use super::reach::{connect, connect_to, no_way, resolve};
use super::tls::{Tls, judge};
use super::{STEP, Tell};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant, SystemTime};
use tokio::time::timeout;

/// Times one is led on before it is a circle.
const LED_MAX: usize = 5;

/// Where an address leads.
pub(super) struct Site {
    pub(super) address: Address,
    pub(super) at: SocketAddr,
    pub(super) tls: Tls,
}

impl Site {
    /// Finds the page of `address`, wherever one is led; says what there is to say on the way. None if there is nothing of
    /// Ojak there that could be looked at further.
    pub(super) async fn find(mut address: Address, tell: Tell<'_>) -> Option<Self> {
        let tls = Tls::new();
        for _ in 0..=LED_MAX {
            let site = Self::reach(address, tls.clone(), tell).await?;
            let since = Instant::now();
            let answer = match site.get(site.address.path()).await {
                Ok(answer) => answer,
                Err(found) => {
                    tell(found.into());
                    return None;
                }
            };
            let Some(location) = answer.leads_to() else {
                return site.look(&answer, since.elapsed(), tell).await;
            };
            let Some(next) = site.address.led_to(location) else {
                tell(Page::LedNowhere { to: location.to_owned() }.into());
                return None;
            };
            tell(Page::Led { to: next.to_string() }.into());
            address = next;
        }
        tell(Page::LedInCircles { to: address.to_string() }.into());
        None
    }

    async fn reach(address: Address, tls: Tls, tell: Tell<'_>) -> Option<Self> {
        let (host, port) = (address.host(), address.port());
        let addresses = match resolve(host, port).await {
            Ok(addresses) => addresses,
            Err(why) => {
                tell(Way::Nameless { host: host.into(), why }.into());
                return None;
            }
        };
        if host.parse::<IpAddr>().is_err() {
            let addresses = addresses.iter().map(SocketAddr::ip).collect();
            tell(Way::Named { host: host.into(), addresses }.into());
        }
        let connected = match connect(&addresses).await {
            Ok(connected) => connected,
            Err(tried) => {
                tell(Way::Closed { tried }.into());
                return None;
            }
        };
        let at = connected.at;
        // What this machine has no way to says nothing about the server; and `localhost` is two addresses, of which one will do.
        let is_dead =
            |(_, why): &(SocketAddr, NoWay)| !at.ip().is_loopback() && !matches!(why, NoWay::Other(_));
        let dead: Vec<_> = connected.dead.into_iter().filter(is_dead).collect();
        tell(Way::Open { at }.into());
        if !dead.is_empty() {
            tell(Way::PartlyOpen { dead }.into());
        }
        let site = Self { address, at, tls };
        if site.address.is_https() {
            match site.tls.shake(connected.stream, site.address.host()).await {
                Ok((_, shown)) => {
                    let page = format!("{}{}", site.address.origin(), crate::certificate::PAGE_PATH);
                    for certificate in judge(&shown, site.address.host(), &page, SystemTime::now()) {
                        tell(certificate.into());
                    }
                }
                Err(error) => {
                    tell(Certificate::NoTls { at, why: error.to_string() }.into());
                    return None;
                }
            }
        }
        Some(site)
    }

    /// Another connection, with TLS if there is to be one.
    pub(super) async fn connect(&self) -> Result<Box<dyn Connection>, NoWay> {
        let stream = connect_to(self.at).await?;
        if !self.address.is_https() {
            return Ok(Box::new(stream));
        }
        let (stream, _) =
            self.tls.shake(stream, self.address.host()).await.map_err(|error| no_way(&error))?;
        Ok(Box::new(stream))
    }

    async fn get(&self, path: &str) -> Result<Answer, Page> {
        let connection = self.connect().await.map_err(|why| Page::Garbled { why: why.to_string() })?;
        match timeout(STEP, http::get(connection, self.address.authority(), path)).await {
            Err(_) => Err(Page::Silent),
            Ok(Err(error)) => Err(Page::Garbled { why: format!("{error:#}") }),
            Ok(Ok(answer)) => Ok(answer),
        }
    }

    /// Says what is to be said of an answer that is the last.
    async fn look(self, answer: &Answer, after: Duration, tell: Tell<'_>) -> Option<Self> {
        let page = answer.page(after);
        let is_ours = matches!(page, Page::Ours { .. } | Page::Unbuilt);
        tell(page.into());
        if !is_ours {
            return None;
        }
        if !self.address.is_https() && !self.address.is_this_machine() {
            tell(Way::Plain.into());
        }
        if let Some(clock) = answer.clock(SystemTime::now()) {
            tell(clock.into());
        }
        tell(match self.get("/readyz").await {
            Ok(answer) => answer.readiness().into(),
            Err(_) => Page::Unasked { status: None }.into(),
        });
        Some(self)
    }
}
