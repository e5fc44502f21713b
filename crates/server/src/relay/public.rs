//! By which addresses the internet knows this machine: those that were told, or else what a STUN server says, since behind
//! a router no interface of this machine has them.

use super::ranges::{Reach, reach};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use stun::agent::TransactionId;
use stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Getter, Message};
use stun::xoraddr::XorMappedAddress;
use tokio::net::{UdpSocket, lookup_host};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

/// What has not been answered until then is not waited for.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
/// A question that may be lost is asked again.
const REPEATED: Duration = Duration::from_millis(500);
/// Without any answer the next try comes sooner.
const NEXT_TRY: Duration = Duration::from_secs(60);

/// The addresses, one of a family at most.
#[derive(Debug)]
pub(crate) struct Public {
    told: Vec<IpAddr>,
    /// Who is asked: hosts with ports.
    servers: Vec<String>,
    /// From where.
    bound: IpAddr,
    found: RwLock<Vec<IpAddr>>,
    /// Whether all have been asked once.
    asked: watch::Sender<bool>,
}

impl Public {
    /// `servers` are asked if nothing was told, from where the relay is `bound`.
    pub(crate) fn new(told: Vec<IpAddr>, servers: Vec<String>, bound: IpAddr) -> Self {
        let servers = if told.is_empty() { servers } else { Vec::new() };
        let asked = watch::Sender::new(servers.is_empty());
        Self { told, servers, bound, found: RwLock::default(), asked }
    }

    /// As the host of this server has said.
    pub(crate) fn told(&self, ipv6: bool) -> Option<IpAddr> {
        of_family(&self.told, ipv6)
    }

    /// As others say.
    pub(crate) fn found(&self, ipv6: bool) -> Option<IpAddr> {
        of_family(&self.found.read().unwrap_or_else(PoisonError::into_inner), ipv6)
    }

    /// Whether this machine is known by that.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        [self.told(address.is_ipv6()), self.found(address.is_ipv6())].contains(&Some(address))
    }

    /// Until everybody was asked once, which takes no longer than two seconds.
    pub(crate) async fn asked(&self) {
        // The sender is this one's own.
        let _ = self.asked.subscribe().wait_for(|asked| *asked).await;
    }

    /// Asks now and each time after `interval`; without end, if there is anybody to ask.
    pub(crate) async fn keep_asking(&self, interval: Duration) {
        if self.servers.is_empty() {
            return;
        }
        loop {
            let answers = self.ask().await;
            if answers.is_empty() {
                tracing::warn!("no STUN server says by which address this machine is known");
            }
            let pause = if answers.is_empty() { interval.min(NEXT_TRY) } else { interval };
            answers.into_iter().for_each(|address| self.is_known_by(address));
            self.asked.send_replace(true);
            tokio::time::sleep(pause).await;
        }
    }

    fn is_known_by(&self, address: IpAddr) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        if found.contains(&address) {
            return;
        }
        let before = found.len();
        found.retain(|other| other.is_ipv6() != address.is_ipv6());
        if found.len() < before {
            tracing::info!("what is relayed from now on is known by another address: {address}");
        }
        found.push(address);
    }

    /// All at once: the first answer of a family counts.
    async fn ask(&self) -> Vec<IpAddr> {
        let from = match self.bound {
            // Over both: an allocation may be of either.
            bound if bound.is_unspecified() => {
                vec![IpAddr::from(Ipv4Addr::UNSPECIFIED), Ipv6Addr::UNSPECIFIED.into()]
            }
            bound => vec![bound],
        };
        let mut asking = JoinSet::new();
        for server in &self.servers {
            from.iter().for_each(|from| drop(asking.spawn(ask(server.clone(), *from))));
        }
        let (deadline, mut answers) = (Instant::now() + ANSWERED_WITHIN, Vec::new());
        while let Ok(Some(answer)) = timeout_at(deadline, asking.join_next()).await {
            match answer {
                Ok(Ok(address)) if reach(address) != Reach::Anybody => {
                    tracing::debug!(%address, "a STUN server is no further away than others on this network");
                }
                Ok(Ok(address)) if of_family(&answers, address.is_ipv6()).is_none() => answers.push(address),
                Ok(Ok(_)) | Err(_) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a STUN server does not answer"),
            }
        }
        answers
    }
}

fn of_family(addresses: &[IpAddr], ipv6: bool) -> Option<IpAddr> {
    addresses.iter().copied().find(|address| address.is_ipv6() == ipv6)
}

/// Asks `server` which address it sees, until it answers (RFC 8489, binding).
async fn ask(server: String, from: IpAddr) -> io::Result<IpAddr> {
    let mut known = lookup_host(&server).await?;
    let to = known.find(|to| to.is_ipv6() == from.is_ipv6()).ok_or(io::ErrorKind::AddrNotAvailable)?;
    let socket = UdpSocket::bind((from, 0)).await?;
    socket.connect(to).await?;
    let mut question = Message::new();
    question.build(&[Box::new(TransactionId::new()), Box::new(BINDING_REQUEST)]).map_err(io::Error::other)?;
    let mut buffer = [0; 1500];
    loop {
        socket.send(&question.raw).await?;
        if let Ok(received) = timeout(REPEATED, socket.recv(&mut buffer)).await
            && let Some(address) = buffer.get(..received?).and_then(|answer| seen(answer, &question))
        {
            return Ok(address.to_canonical());
        }
    }
}

/// What `answer` says, if it is one to `question`.
fn seen(answer: &[u8], question: &Message) -> Option<IpAddr> {
    let mut message = Message::new();
    message.unmarshal_binary(answer).ok()?;
    if message.typ != BINDING_SUCCESS || message.transaction_id != question.transaction_id {
        return None;
    }
    let mut address = XorMappedAddress::default();
    address.get_from(&message).ok()?;
    Some(address.ip)
}
