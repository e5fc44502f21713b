//! Nothing that a relay is asked for reaches what it must not.

use super::person::*;
use super::*;
use crate::relay::ranges::{Reach, refused};
use crate::relay::relayed::Relayed;
use webrtc_util::Conn;

/// Everything one can try to have something sent to `target`. The answers to CreatePermission and ChannelBind.
async fn tries(person: &mut Person, channel: u16, target: SocketAddr) -> [Result<(), u16>; 2] {
    let permitted = person.permit(target).await;
    person.say(b"by Send", target).await;
    let bound = person.bind(channel, target).await;
    person.say_on(channel, b"by ChannelData").await;
    person.say(b"by Send again", target).await;
    person.is_through().await;
    [permitted, bound]
}

/// The first and the last address of each range, by CreatePermission, ChannelBind, Send and ChannelData, over UDP and
/// TCP: all refused, and nothing sent.
#[tokio::test]
async fn no_denied_address_is_sent_anything() {
    let outside = Outside::new();
    let site = Site::with_outside(settings(), &outside);
    for transport in BOTH {
        let mut over_ipv4 = Person::relayed(&site, transport, 1).await;
        let mut over_ipv6 = Person::new(&site, transport, 2).await;
        assert_eq!(over_ipv6.allocate_ipv6().await, Ok(()));
        assert_eq!(over_ipv6.address().ip(), HERE_V6);
        for (place, (first, last, _)) in refused().into_iter().enumerate() {
            for (end, address) in [first, last].into_iter().enumerate() {
                let person = if address.is_ipv4() { &mut over_ipv4 } else { &mut over_ipv6 };
                let channel = 0x4000 + 2 * place as u16 + end as u16;
                for port in [1, 80, 50_000] {
                    let answers = tries(person, channel, SocketAddr::new(address, port)).await;
                    assert_eq!(answers, [Err(403), Err(403)], "{address} {transport:?}");
                }
            }
        }
        assert_eq!(outside.sent(), []);
        // The same, where it is allowed.
        assert_eq!(tries(&mut over_ipv4, 0x4FF0, away()).await, [Ok(()), Ok(())]);
        let internet = "[2606:4700::1111]:5000".parse().unwrap();
        assert_eq!(tries(&mut over_ipv6, 0x4FF1, internet).await, [Ok(()), Ok(())]);
        assert_eq!(outside.sent().len(), 6);
        outside.forget();
        drop((over_ipv4, over_ipv6));
    }
}

#[tokio::test]
async fn a_host_opens_private_networks_and_nothing_else() {
    let outside = Outside::new();
    let site = Site::with_outside(Settings { allow_private: true, ..settings() }, &outside);
    let mut over_ipv4 = Person::relayed(&site, Transport::Udp, 1).await;
    let mut over_ipv6 = Person::new(&site, Transport::Udp, 2).await;
    assert_eq!(over_ipv6.allocate_ipv6().await, Ok(()));
    for (first, last, reach) in refused() {
        for address in [first, last] {
            let person = if address.is_ipv4() { &mut over_ipv4 } else { &mut over_ipv6 };
            let expected = if reach == Reach::Private { Ok(()) } else { Err(403) };
            assert_eq!(person.permit(SocketAddr::new(address, 5000)).await, expected, "{address}");
        }
    }
}

/// In a home with IPv6 every printer has an address of the internet, and a router in front that lets nobody in.
#[tokio::test]
async fn neighbours_are_as_private_as_if_their_addresses_were() {
    for allow_private in [false, true] {
        let outside = Outside::new();
        let mut relay = Relay::new(
            Settings { public: vec![HERE_V6.into()], allow_private, ..settings() },
            secret(),
            [7; 32],
        );
        let socket = Arc::clone(&outside) as Datagrams;
        relay.bind = Box::new(move |_| Ok(Arc::clone(&socket)));
        relay.networks =
            Networks::new(|| Ok(vec!["2606:4700:1:2::7/64".parse().unwrap(), "1.1.1.7/24".parse().unwrap()]));
        let site = Site::run(relay);
        let mut ana = Person::new(&site, Transport::Udp, 1).await;
        assert_eq!(ana.allocate_ipv6().await, Ok(()));
        let printer = "[2606:4700:1:2::99]:631".parse().unwrap();
        let expected = if allow_private { Ok(()) } else { Err(403) };
        assert_eq!(tries(&mut ana, 0x4000, printer).await, [expected; 2]);
        assert_eq!(outside.sent().is_empty(), !allow_private);
        let elsewhere = "[2606:4700:1:3::99]:631".parse().unwrap();
        assert_eq!(tries(&mut ana, 0x4001, elsewhere).await, [Ok(()), Ok(())]);
    }
}

/// Sockets that really listen, at every address of this machine that there is here.
#[tokio::test]
async fn a_canary_on_this_machine_hears_nothing() {
    let own = [INTERNET_V4.into(), INTERNET_V6.into()].into_iter().filter_map(source_towards);
    let addresses = [IpAddr::from([127, 0, 0, 1]), [127, 0, 0, 2].into(), Ipv6Addr::LOCALHOST.into()];
    let canaries: Vec<UdpSocket> =
        addresses.into_iter().chain(own).filter_map(|address| UdpSocket::bind((address, 0)).ok()).collect();
    assert!(canaries.len() >= 2, "nobody listens");
    // Private networks are open, and this machine is even so not; the relay is known by its own addresses.
    for public in [vec![], vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]] {
        let known = public.len();
        let site = Site::start(Settings {
            address: Ipv4Addr::UNSPECIFIED.into(),
            public,
            allow_private: true,
            ..settings()
        });
        let mut over_ipv4 = Person::relayed(&site, Transport::Udp, 1).await;
        let mut over_ipv6 = Person::new(&site, Transport::Tcp, 2).await;
        let has_ipv6 = over_ipv6.allocate_ipv6().await.is_ok();
        for (place, canary) in canaries.iter().enumerate() {
            let target = canary.local_addr().unwrap();
            let person = if target.is_ipv4() { &mut over_ipv4 } else { &mut over_ipv6 };
            if target.is_ipv4() || has_ipv6 {
                let _ = tries(person, 0x4000 + place as u16, target).await;
            }
            // As IPv6 writes IPv4, too.
            if let (IpAddr::V4(ip), true) = (target.ip(), has_ipv6) {
                let target = SocketAddr::new(ip.to_ipv6_mapped().into(), target.port());
                let _ = tries(&mut over_ipv6, 0x4100 + place as u16, target).await;
            }
        }
        for canary in &canaries {
            // Behind whatever was sent before.
            let marker = UdpSocket::bind((canary.local_addr().unwrap().ip(), 0)).unwrap();
            marker.send_to(b"marker", canary.local_addr().unwrap()).unwrap();
            canary.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut heard = [0; 64];
            let (length, _) = canary.recv_from(&mut heard).unwrap();
            assert_eq!(&heard[..length], b"marker", "{:?}, known by {known}", canary.local_addr());
        }
    }
}

/// Whatever the library thinks: the door itself.
#[tokio::test]
async fn the_door_lets_nothing_through_that_was_not_permitted() {
    let outside = Outside::new();
    let quota = Quota::new(RelayLimits::default());
    let share =
        quota.take(ojak_protocol::PeerId::from_bits(1), IpAddr::from(Ipv4Addr::LOCALHOST).into()).unwrap();
    let peers = Arc::new(peers::Peers::new(10));
    let here = SocketAddr::new(HERE_V4.into(), 5000);
    let socket = Arc::clone(&outside) as Datagrams;
    let (queue, mut said) = tokio::sync::mpsc::channel(9);
    let client = Arc::new(client::Client::Stream(queue));
    let door = Relayed::new(socket, here, client, Arc::clone(&peers), share, Arc::default());
    for target in [AWAY, "10.0.0.1:80", "127.0.0.1:80", "169.254.169.254:80", "9.9.9.9:5001"] {
        assert_eq!(door.send_to(b"hello", target.parse().unwrap()).await.unwrap(), 5);
    }
    // Nor over a channel, if the library had bound one.
    let now = std::time::Instant::now();
    for (channel, target) in [(0x4000, AWAY), (0x4001, "10.0.0.1:80"), (0x4002, "9.9.9.9:5001")] {
        peers.bind(channel, target.parse().unwrap(), now);
        door.over_channel(&framing::wrapped(channel, b"hello").unwrap()).await;
    }
    assert_eq!(outside.sent(), []);
    peers.permit(away().ip(), Place::Outside, now).unwrap();
    peers.permit(here.ip(), Place::Inside, now).unwrap();
    door.send_to(b"hello", away()).await.unwrap();
    // One who is inside is not reached from outside, whatever the address.
    door.send_to(b"hello", SocketAddr::new(here.ip(), 5001)).await.unwrap();
    assert_eq!(outside.sent(), [(b"hello".to_vec(), away())]);
    outside.says(b"forged", "9.9.9.9:5000");
    outside.says(b"unasked", "1.1.1.2:5000");
    outside.says(b"over its channel", AWAY);
    outside.says(b"back", "1.1.1.1:5001");
    let mut heard = [0; 64];
    let (length, from) = within("an answer", door.recv_from(&mut heard)).await.unwrap();
    assert_eq!((&heard[..length], from), (&b"back"[..], "1.1.1.1:5001".parse().unwrap()));
    assert_eq!(said.try_recv().unwrap(), framing::wrapped(0x4000, b"over its channel").unwrap());
    assert!(said.try_recv().is_err(), "nothing that was forged or unasked");
}
