//! Every STUN and TURN server that pages are told of: that it answers, and that it relays what two say to each other.

use super::Tell;
use super::address::{Kind, Service, Transport};
use super::finding::{At, Ice, Outside, Trouble};
use super::reach::datagrams;
use super::site::Site;
use super::socket::Told;
use super::talker::{Allocation, Password, Talker, is_of_a_lost_answer};
use crate::relay::{Reach, reach};
use futures_util::future::join_all;
use ojak_protocol::IceServer;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// What is relayed is said again after so long, since datagrams are lost, ...
const REPEAT: Duration = Duration::from_millis(300);
/// ... and given up after so long.
const CARRIED_WITHIN: Duration = Duration::from_secs(3);
/// So long after it was sent there, a machine at which nobody listens has said so.
const REFUSED_WITHIN: Duration = Duration::from_millis(700);

/// Looks at all of them at once.
pub(super) async fn look(site: &Site, told: &Told, tell: Tell<'_>) {
    let mut found = Vec::new();
    let mut services = Vec::new();
    for (url, passwords) in told_of(told) {
        match Service::parse(&url) {
            Some(service) => services.push((service, passwords)),
            None => found.push(Ice::Unread { url }),
        }
    }
    let has = |wanted: &dyn Fn(&Service) -> bool| services.iter().any(|(service, _)| wanted(service));
    if !has(&|service| service.kind == Kind::Turn) {
        found.push(Ice::NoTurn);
    } else if site.address.is_https() && !has(&|service| service.transport == Transport::Tls) {
        found.push(Ice::NoneBehindTls);
    }
    let looks = services.iter().map(|(service, passwords)| Box::pin(look_at(site, service, passwords)));
    let of_each = join_all(looks).await;
    // Those who are asked over several transports relay by one address: that is said once, and last.
    let (relayed, others): (Vec<Ice>, Vec<Ice>) =
        of_each.into_iter().flatten().partition(|ice| matches!(ice, Ice::Relayed { .. }));
    let mut places = Vec::new();
    for ice in others.into_iter().chain(found).chain(relayed) {
        if let Ice::Relayed { relayed, outside, .. } = &ice {
            let place = (relayed.ip(), *outside);
            if places.contains(&place) {
                continue;
            }
            places.push(place);
        }
        tell(ice.into());
    }
}

type Passwords = Option<[Password; 2]>;

/// Each address once, with the passwords of both who were told it.
fn told_of(told: &Told) -> Vec<(String, Passwords)> {
    let mut all: Vec<(String, Passwords)> = Vec::new();
    for (first, second) in told.first.iter().zip(&told.second) {
        let password = |server: &IceServer| {
            Some(Password { username: server.username.clone()?, password: server.credential.clone()? })
        };
        let passwords = password(first).zip(password(second)).map(|(first, second)| [first, second]);
        for url in &first.urls {
            if all.iter().all(|(known, _)| known != url) {
                all.push((url.clone(), passwords.clone()));
            }
        }
    }
    all
}

async fn look_at(site: &Site, service: &Service, passwords: &Passwords) -> Vec<Ice> {
    let at = At(service.clone());
    // Its faults were said of the page.
    let is_judged = (service.host.as_str(), service.port) == (site.address.host(), site.address.port());
    let found = match (service.kind, passwords) {
        (Kind::Stun, _) => {
            seen(site, service, is_judged).await.map(|seen| vec![Ice::Seen { at: at.clone(), seen }])
        }
        (Kind::Turn, None) => Err(Trouble::NoPassword),
        (Kind::Turn, Some(passwords)) => relays(site, service, passwords, is_judged, &at).await,
    };
    found.unwrap_or_else(|trouble| vec![Ice::Trouble { at, trouble }])
}

async fn seen(site: &Site, service: &Service, is_judged: bool) -> Result<std::net::SocketAddr, Trouble> {
    Talker::reach(service, &site.tls, is_judged).await?.bind().await
}

/// Has two relayed to each other, and one to this machine itself.
async fn relays(
    site: &Site,
    service: &Service,
    [first, second]: &[Password; 2],
    is_judged: bool,
    at: &At,
) -> Result<Vec<Ice>, Trouble> {
    let (one, other) =
        tokio::join!(allocated(site, service, first, is_judged), allocated(site, service, second, is_judged));
    let ((mut one, of_one), (mut other, of_other)) = (one?, other?);
    let between = between(&mut one, of_one, &mut other, of_other).await;
    let outside = outside(&mut one, of_one).await;
    tokio::join!(one.release(), other.release());
    let relayed = Ice::Relayed {
        relayed: of_one.relayed,
        relay: one.server,
        public: reach(site.at.ip()) == Reach::Anybody,
        outside,
    };
    let between = match between {
        Ok(()) => Ice::Relays { at: at.clone(), relayed: of_one.relayed },
        Err(trouble) => Ice::Trouble { at: at.clone(), trouble },
    };
    Ok(vec![between, relayed])
}

async fn allocated(
    site: &Site,
    service: &Service,
    password: &Password,
    is_judged: bool,
) -> Result<(Talker, Allocation), Trouble> {
    let allocate = async || {
        let mut talker = Talker::reach(service, &site.tls, is_judged).await?;
        let allocation = talker.allocate(password).await?;
        Ok((talker, allocation))
    };
    match allocate().await {
        Err(trouble) if is_of_a_lost_answer(&trouble) => allocate().await,
        allocated => allocated,
    }
}

/// What one says comes to the other, and back.
async fn between(
    one: &mut Talker,
    of_one: Allocation,
    other: &mut Talker,
    of_other: Allocation,
) -> Result<(), Trouble> {
    one.permit(of_other.relayed).await?;
    other.permit(of_one.relayed).await?;
    carried(one, other, of_other, b"ojak doctor, there").await?;
    carried(other, one, of_one, b"ojak doctor, and back").await
}

async fn carried(from: &mut Talker, to: &mut Talker, of_to: Allocation, said: &[u8]) -> Result<(), Trouble> {
    let carried = async {
        loop {
            from.say(said, of_to.relayed).await?;
            if let Ok(heard) = timeout(REPEAT, to.hears(said)).await {
                return heard.map(drop);
            }
        }
    };
    timeout(CARRIED_WITHIN, carried).await.map_err(|_| Trouble::Lost)?
}

/// What somebody sends who is not relayed comes to one who is, and back.
///
/// A server may hand over what two of its own say to each other without a detour, and only this shows that the address
/// they are known by is a good one.
async fn outside(talker: &mut Talker, Allocation { relayed, seen }: Allocation) -> Outside {
    const SAID: &[u8] = b"ojak doctor, from outside";
    const ANSWER: &[u8] = b"ojak doctor, to outside";
    // What comes from where the relay itself is known may be from one whom it relays, and counts as that.
    let is_elsewhere = seen.ip() != relayed.ip();
    let is_permitted = is_elsewhere && talker.permit(seen).await.is_ok();
    let Ok(socket) = datagrams(relayed).await else { return Outside::Untried };
    let until = Instant::now() + if is_permitted { CARRIED_WITHIN } else { REFUSED_WITHIN };
    let mut known = None;
    let mut buffer = [0; ANSWER.len() + 1];
    while Instant::now() < until {
        if is_refused(&socket.send(SAID).await) {
            return Outside::Refused;
        }
        if let Some(from) = known {
            let _ = talker.say(ANSWER, from).await;
        }
        tokio::select! {
            heard = talker.hears(SAID) => match heard {
                Ok(from) => known = Some(from),
                Err(_) => return Outside::Lost,
            },
            received = socket.recv(&mut buffer) => {
                if is_refused(&received) {
                    return Outside::Refused;
                }
                if received.is_ok_and(|length| buffer.get(..length) == Some(ANSWER)) {
                    return Outside::Through;
                }
            }
            () = sleep(REPEAT) => {}
        }
    }
    if is_permitted { Outside::Lost } else { Outside::Untried }
}

fn is_refused(done: &std::io::Result<usize>) -> bool {
    done.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}
