//! A STUN server that sees whom it is told to see, and what a relay makes of it.

use super::*;
use ::stun::agent::TransactionId;
use std::sync::Mutex;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// A running one; ended when dropped.
struct Stun {
    address: SocketAddr,
    sees: Arc<Mutex<Option<IpAddr>>>,
    task: JoinHandle<()>,
}

impl Stun {
    /// One that says whatever it `sees`, and nothing if that is nothing.
    async fn start(sees: Option<&str>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        let sees = Arc::new(Mutex::new(sees.map(|ip| ip.parse().unwrap())));
        let seen = Arc::clone(&sees);
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let mut question = Message::new();
                question.unmarshal_binary(&buffer[..length]).unwrap();
                let ip = *seen.lock().unwrap();
                let Some(ip) = ip else { continue };
                // Before the answer, one that is to something else.
                for (transaction, ip) in [(TransactionId::new(), away().ip()), (question.transaction_id, ip)]
                {
                    let answer = answer(transaction, SocketAddr::new(ip, from.port()));
                    socket.send_to(&answer.raw, from).await.unwrap();
                }
            }
        });
        Self { address, sees, task }
    }

    fn sees(&self, ip: &str) {
        *self.sees.lock().unwrap() = Some(ip.parse().unwrap());
    }
}

impl Drop for Stun {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(transaction: TransactionId, seen: SocketAddr) -> Message {
    let seen = Box::new(XorMappedAddress { ip: seen.ip(), port: seen.port() });
    let parts: Parts = vec![Box::new(transaction), Box::new(BINDING_SUCCESS), seen];
    let mut answer = Message::new();
    answer.build(&parts).unwrap();
    answer
}

/// A relay that asks `servers` twenty times a second.
fn asking(servers: &[&Stun], settings: Settings) -> Site {
    let stun = servers.iter().map(|stun| stun.address.to_string()).collect();
    let limits = RelayLimits { asks: Duration::from_millis(50), ..settings.limits };
    Site::start(Settings { stun, limits, ..settings })
}

#[tokio::test]
async fn a_machine_is_known_by_what_a_stun_server_sees_and_later_by_what_it_sees_then() {
    let (silent, stun) = (Stun::start(None).await, Stun::start(Some("9.9.9.9")).await);
    let site = asking(&[&silent, &stun], settings());
    let relay = site.running.relay();
    let own = Ipv4Addr::LOCALHOST.into();
    let behind = |public: &str| Seen::Behind { public: public.parse().unwrap(), own };
    assert_eq!(within("an answer", relay.seen()).await, behind("9.9.9.9"));
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    assert_eq!(ana.address().ip(), Ipv4Addr::new(9, 9, 9, 9));
    assert_eq!(ana.permit("9.9.9.9:22".parse().unwrap()).await, Ok(()), "where somebody is relayed");

    stun.sees("8.8.8.8");
    within("the other address", async {
        while relay.seen().await != behind("8.8.8.8") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let mut ben = Person::relayed(&site, Transport::Udp, 2).await;
    assert_eq!(ben.address().ip(), Ipv4Addr::new(8, 8, 8, 8));
    // What was allocated before goes on.
    assert_eq!(ben.permit(ana.address()).await, Ok(()));
    assert_eq!(ana.permit(ben.address()).await, Ok(()));
    ana.say(b"hello", ben.address()).await;
    ben.hears(b"hello", ana.address()).await;
}

#[tokio::test]
async fn its_own_address_is_not_relayed_to_however_it_got_to_know_it() {
    let stun = Stun::start(Some("9.9.9.9")).await;
    let site = asking(&[&stun], settings());
    let relay = site.running.relay();
    within("an answer", relay.seen()).await;
    assert_eq!(relay.place_of("9.9.9.9".parse().unwrap()), None);
    assert_eq!(relay.place_of(away().ip()), Some(Place::Outside));
}

#[tokio::test]
async fn what_was_told_counts_and_nobody_is_asked() {
    let stun = Stun::start(Some("9.9.9.9")).await;
    let site = asking(&[&stun], Settings { public: vec!["8.8.8.8".parse().unwrap()], ..settings() });
    let seen = within("no answer", site.running.relay().seen()).await;
    assert_eq!(seen, Seen::Everywhere("8.8.8.8".parse().unwrap()));
}

#[tokio::test]
async fn an_address_that_is_not_public_tells_nothing_and_silence_does_not_either() {
    for sees in [Some("192.168.1.1"), Some("100.64.0.1"), None] {
        let stun = Stun::start(sees).await;
        let site = asking(&[&stun], settings());
        let start = std::time::Instant::now();
        // It relays while it waits.
        let ana = Person::relayed(&site, Transport::Udp, 1).await;
        assert_eq!(ana.address().ip(), Ipv4Addr::LOCALHOST);
        let seen = within("the end of the wait", site.running.relay().seen()).await;
        assert_eq!(seen, Seen::Nearby(Ipv4Addr::LOCALHOST.into()), "{sees:?}");
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn on_a_lan_that_is_relayed_to_its_own_address_counts() {
    let stun = Stun::start(Some("9.9.9.9")).await;
    let site = asking(&[&stun], Settings { allow_private: true, ..settings() });
    within("an answer", site.running.relay().seen()).await;
    let ana = Person::relayed(&site, Transport::Udp, 1).await;
    assert_eq!(ana.address().ip(), Ipv4Addr::LOCALHOST);
}
