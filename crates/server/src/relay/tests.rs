//! The relay, asked over real sockets.

mod canary;
mod person;
mod stun;

use super::*;
use ::stun::attributes::{ATTR_EVEN_PORT, ATTR_NONCE, ATTR_REALM, RawAttribute};
use ::stun::message::*;
use ::stun::xoraddr::XorMappedAddress;
use person::*;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use turn::proto::PROTO_UDP;
use turn::proto::channum::ChannelNumber;
use turn::proto::lifetime::Lifetime;
use turn::proto::reqtrans::RequestedTransport;

const BOTH: [Transport; 2] = [Transport::Udp, Transport::Tcp];
const AWAY: &str = "1.1.1.1:5000";

fn away() -> SocketAddr {
    AWAY.parse().unwrap()
}

#[tokio::test]
async fn everybody_is_told_their_address() {
    let site = Site::start(settings());
    for transport in BOTH {
        let mut ana = Person::new(&site, transport, 1).await;
        let answer = ana.ask_as_a_stranger(METHOD_BINDING, vec![]).await;
        let mut seen = XorMappedAddress::default();
        seen.get_from(&answer).unwrap();
        assert_eq!(SocketAddr::new(seen.ip, seen.port), ana.own_address(), "{transport:?}");
    }
}

#[tokio::test]
async fn a_stranger_cannot_relay() {
    let site = Site::start(settings());
    for transport in BOTH {
        let mut ana = Person::new(&site, transport, 1).await;
        for method in [METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND] {
            let answer = ana.ask_as_a_stranger(method, vec![named(away())]).await;
            assert_eq!((code(&answer), text(&answer, ATTR_REALM)), (401, REALM.into()));
            ana.nonce = text(&answer, ATTR_NONCE);
        }
        let made = secret().credential(ojak_protocol::PeerId::from_bits(1), SystemTime::now(), LIFETIME);
        let over =
            secret().credential(ojak_protocol::PeerId::from_bits(1), SystemTime::now() - LIFETIME, LIFETIME);
        let foreign = Secret::new(b"another").credential(
            ojak_protocol::PeerId::from_bits(1),
            SystemTime::now(),
            LIFETIME,
        );
        for (username, password) in [
            (made.username.clone(), "wrong".to_owned()),
            (made.username.clone(), foreign.password),
            (over.username, over.password),
            ("guest".into(), made.password.clone()),
            (String::new(), String::new()),
        ] {
            (ana.username, ana.password) = (username, password);
            assert_eq!(ana.allocate(vec![]).await, Err(401), "{}", ana.username);
        }
        (ana.username, ana.password) = (made.username, made.password);
        ana.nonce = "made-up".into();
        assert_eq!(ana.allocate(vec![]).await, Err(438));
        ana.nonce.clear();
        assert_eq!(site.allocations(), 0);
        assert_eq!(ana.allocate(vec![]).await, Ok(()));
        assert_eq!(ana.refresh(0).await, Ok(()));
    }
}

#[tokio::test]
async fn two_who_are_relayed_reach_each_other() {
    let site = Site::start(settings());
    for (of_ana, of_ben) in
        [(Transport::Udp, Transport::Udp), (Transport::Udp, Transport::Tcp), (Transport::Tcp, Transport::Tcp)]
    {
        let mut ana = Person::relayed(&site, of_ana, 1).await;
        let mut ben = Person::relayed(&site, of_ben, 2).await;
        let (to_ana, to_ben) = (ana.address(), ben.address());
        assert_eq!(ana.permit(to_ben).await, Ok(()));
        assert_eq!(ben.permit(to_ana).await, Ok(()));
        ana.say(b"hello", to_ben).await;
        ben.hears(b"hello", to_ana).await;
        assert_eq!(ben.bind(0x4001, to_ana).await, Ok(()));
        ben.say_on(0x4001, b"hello yourself").await;
        ana.hears(b"hello yourself", to_ben).await;
        assert_eq!(ana.bind(0x4777, to_ben).await, Ok(()));
        let large = vec![7; 1201];
        ana.say_on(0x4777, &large).await;
        ben.hears_on(0x4001, &large).await;
        ben.say_on(0x4001, &large).await;
        ana.hears_on(0x4777, &large).await;
        assert_eq!((ana.refresh(0).await, ben.refresh(0).await), (Ok(()), Ok(())));
    }
}

#[tokio::test]
async fn the_internet_is_reached_by_those_who_asked_for_it() {
    let outside = Outside::new();
    let site = Site::with_outside(settings(), &outside);
    for transport in BOTH {
        let mut ana = Person::relayed(&site, transport, 1).await;
        assert_eq!(ana.address().ip(), HERE_V4);
        ana.say(b"without permission", away()).await;
        assert_eq!(ana.permit(away()).await, Ok(()));
        let before = outside.sent().len();
        ana.say(b"there", away()).await;
        ana.is_through().await;
        assert_eq!(outside.sent()[before..], [(b"there".to_vec(), away())]);
        outside.says(b"a stranger", "1.1.1.2:5000");
        outside.says(b"back", AWAY);
        ana.hears(b"back", away()).await;
        assert_eq!(ana.refresh(0).await, Ok(()));
    }
    assert!(outside.sent().iter().all(|(data, _)| data == b"there"));
}

#[tokio::test]
async fn a_channel_leads_to_whom_it_was_bound_to_and_ends_with_the_allocation() {
    let outside = Outside::new();
    let site = Site::with_outside(settings(), &outside);
    let next_door: SocketAddr = "1.1.1.1:5001".parse().unwrap();
    for transport in BOTH {
        let mut ana = Person::relayed(&site, transport, 1).await;
        ana.say_on(0x4000, b"before it is bound").await;
        assert_eq!(ana.bind(0x4000, away()).await, Ok(()));
        assert_eq!(ana.bind(0x4000, next_door).await, Err(400), "it leads to somebody else");
        assert_eq!(ana.bind(0x4001, away()).await, Err(400), "who has another one");
        for channel in [0x4000, 0x4001] {
            ana.say_on(channel, b"there").await;
        }
        ana.is_through().await;
        assert_eq!(outside.sent(), [(b"there".to_vec(), away())]);
        outside.says(b"from next door", &next_door.to_string());
        ana.hears(b"from next door", next_door).await;
        outside.says(b"back", AWAY);
        ana.hears_on(0x4000, b"back").await;
        assert_eq!(ana.refresh(0).await, Ok(()));
        until_allocations(&site, 0).await;
        ana.say_on(0x4000, b"after the end").await;
        ana.is_through().await;
        assert_eq!(outside.sent().len(), 1);
        outside.forget();
    }
}

#[tokio::test]
async fn an_allocation_lasts_longer_than_the_name_it_was_made_with_and_is_nobody_elses() {
    let site = Site::start(settings());
    let peer = ojak_protocol::PeerId::from_bits(1);
    let mut ana = Person::new(&site, Transport::Udp, 1).await;
    let made = secret().credential(peer, SystemTime::now(), Duration::from_secs(2));
    (ana.username, ana.password) = (made.username.clone(), made.password.clone());
    assert_eq!(ana.allocate(vec![]).await, Ok(()));

    let other = secret().credential(ojak_protocol::PeerId::from_bits(2), SystemTime::now(), LIFETIME);
    (ana.username, ana.password) = (other.username, other.password);
    assert_eq!((ana.refresh(600).await, ana.permit(away()).await), (Err(441), Err(441)));

    within("the name to be over", async {
        while secret().read(&made.username, SystemTime::now()).is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    (ana.username, ana.password) = (made.username, made.password);
    assert_eq!((ana.refresh(600).await, ana.permit(away()).await), (Ok(()), Ok(())));
    assert_eq!(ana.refresh(0).await, Ok(()));
    assert_eq!(ana.allocate(vec![]).await, Err(401), "no second one");
}

/// The answer to a request was lost, and whoever asked again was told of a mismatch, gave up that allocation, and had to
/// begin anew from another port.
#[tokio::test]
async fn who_asks_again_for_the_same_allocation_is_told_of_it_again() {
    let site = Site::start(settings());
    let mut ana = Person::new(&site, Transport::Udp, 1).await;
    let stranger = ana.ask_as_a_stranger(METHOD_ALLOCATE, vec![]).await;
    ana.nonce = text(&stranger, ATTR_NONCE);
    for lifetime in [None, Some(300), Some(7200)] {
        let wanted =
            lifetime.map(|seconds| Box::new(Lifetime(Duration::from_secs(seconds))) as Box<dyn Setter>);
        let transport = Box::new(RequestedTransport { protocol: PROTO_UDP }) as Box<dyn Setter>;
        let parts = ana.signed(wanted.into_iter().chain([transport]).collect());
        let request = message(METHOD_ALLOCATE, CLASS_REQUEST, parts);
        let [first, again] = [ana.ask_with(&request).await.unwrap(), ana.ask_with(&request).await.unwrap()];
        assert_eq!(first.attributes.0.len(), again.attributes.0.len());
        for (one, other) in first.attributes.0.iter().zip(&again.attributes.0) {
            assert_eq!(one, other, "{lifetime:?}");
        }
        assert_eq!(site.allocations(), 1);
        assert_eq!(ana.allocate(vec![]).await, Err(437), "another request is another allocation");
        assert_eq!(ana.refresh(0).await, Ok(()));
        until_allocations(&site, 0).await;
    }
}

#[tokio::test]
async fn one_more_than_a_quota_is_refused_and_room_again_is_used() {
    let limits = RelayLimits { allocations_per_user: 2, allocations_per_address: 3, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut first = Person::relayed(&site, Transport::Udp, 1).await;
    let _second = Person::relayed(&site, Transport::Tcp, 1).await;
    let mut third = Person::new(&site, Transport::Udp, 1).await;
    assert_eq!(third.allocate(vec![]).await, Err(486), "of a seat");
    let _other = Person::relayed(&site, Transport::Udp, 2).await;
    let mut fourth = Person::new(&site, Transport::Tcp, 3).await;
    assert_eq!(fourth.allocate(vec![]).await, Err(486), "of an address");
    assert_eq!(first.refresh(0).await, Ok(()));
    until_allocations(&site, 2).await;
    assert_eq!(third.allocate(vec![]).await, Ok(()));
}

async fn until_allocations(site: &Site, count: usize) {
    within("an allocation to be gone", async {
        while site.allocations() != count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_connection_had_is_gone_with_it() {
    let site = Site::start(settings());
    let mut ben = Person::relayed(&site, Transport::Udp, 2).await;
    let ana = Person::relayed(&site, Transport::Tcp, 1).await;
    let to_ana = ana.address();
    assert_eq!(ben.permit(to_ana).await, Ok(()));
    assert_eq!(site.allocations(), 2);
    drop(ana);
    until_allocations(&site, 1).await;
    // Nobody is there any more, and nothing is sent to where she was.
    ben.say(b"hello?", to_ana).await;
    ben.is_through().await;
}

#[tokio::test]
async fn strangers_get_ten_answers_a_second() {
    let site = Site::start(Settings { limits: RelayLimits::default(), ..settings() });
    let mut ana = Person::new(&site, Transport::Udp, 1).await;
    let start = std::time::Instant::now();
    for turn in 0..200 {
        let method = if turn % 2 == 0 { METHOD_BINDING } else { METHOD_ALLOCATE };
        ana.send(&message(method, CLASS_REQUEST, vec![]).raw).await;
    }
    // Over a connection it is the same address; its requests are read in order.
    let mut answers = 0;
    while tokio::time::timeout(Duration::from_millis(300), ana.hear()).await.is_ok() {
        answers += 1;
    }
    let most = 10.0 + 10.0 * start.elapsed().as_secs_f64();
    assert!(answers >= 10 && f64::from(answers) <= most, "{answers} answers, and not {most}");
}

/// In a network that lets only TCP out everybody behind one address asks over streams, and who joins a room of eight asks
/// twenty times at once. What was too much for the moment was not answered at all.
#[tokio::test]
async fn over_a_stream_everybody_is_answered_in_time() {
    let limits = RelayLimits { answers: crate::Rate { burst: 2.0, per_second: 40.0 }, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let start = std::time::Instant::now();
    let mut people =
        [Person::new(&site, Transport::Tcp, 1).await, Person::new(&site, Transport::Tcp, 2).await];
    for person in &mut people {
        for _ in 0..10 {
            person.send(&message(METHOD_BINDING, CLASS_REQUEST, vec![]).raw).await;
        }
    }
    for person in &mut people {
        for _ in 0..10 {
            assert_eq!(person.hear_message().await.typ, BINDING_SUCCESS);
        }
    }
    // And no sooner than they may be.
    assert!(start.elapsed() > Duration::from_millis(400), "{:?}", start.elapsed());
}

#[tokio::test]
async fn who_is_relayed_is_not_counted_among_strangers() {
    let limits = RelayLimits { answers: crate::Rate { burst: 2.0, per_second: 0.0 }, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    for _ in 0..20 {
        ana.is_through().await;
    }
    // And signed requests are not, either.
    let mut ben = Person::new(&site, Transport::Udp, 2).await;
    ben.nonce = ana.nonce.clone();
    assert_eq!(ben.allocate(vec![]).await, Ok(()));
}

#[tokio::test]
async fn a_seat_has_so_many_bytes_and_the_next_seat_its_own() {
    let outside = Outside::new();
    let limits = RelayLimits { bytes: crate::Rate { burst: 10_000.0, per_second: 0.0 }, ..settings().limits };
    let site = Site::with_outside(Settings { limits, ..settings() }, &outside);
    let mut ana = Person::relayed(&site, Transport::Tcp, 1).await;
    let mut again = Person::relayed(&site, Transport::Udp, 1).await;
    let mut ben = Person::relayed(&site, Transport::Udp, 2).await;
    for person in [&mut ana, &mut again, &mut ben] {
        assert_eq!(person.bind(0x4000, away()).await, Ok(()));
        for _ in 0..10 {
            person.say(&[7; 1000], away()).await;
            person.say_on(0x4000, &[7; 1000]).await;
        }
        person.is_through().await;
    }
    assert_eq!(outside.sent().len(), 10 + 10, "ten of one seat, over two allocations, and ten of the other");
    // What comes in counts, too: nothing of it is passed on, and then the answer to what was asked.
    outside.says(&[7; 1000], AWAY);
    ana.is_through().await;
}

#[tokio::test]
async fn what_another_one_says_over_a_channel_counts_for_both() {
    let limits = RelayLimits { bytes: crate::Rate { burst: 10_000.0, per_second: 0.0 }, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut ben = Person::relayed(&site, Transport::Udp, 2).await;
    let mut heard = 0;
    for seat in [3, 4] {
        let mut other = Person::relayed(&site, Transport::Tcp, seat).await;
        assert_eq!(other.bind(0x4000, ben.address()).await, Ok(()));
        assert_eq!(ben.bind(0x4000 + seat as u16, other.address()).await, Ok(()));
        for _ in 0..6 {
            other.say_on(0x4000, &[7; 1000]).await;
        }
        other.is_through().await;
        let last = message(METHOD_BINDING, CLASS_REQUEST, vec![]);
        ben.send(&last.raw).await;
        while ben.hear().await.unwrap()[0] == 0x40 {
            heard += 1;
        }
    }
    assert_eq!(heard, 10, "of twelve");
}

#[tokio::test]
async fn what_no_browser_asks_for_is_refused_by_its_code() {
    let site = Site::start(settings());
    let mut ana = Person::new(&site, Transport::Udp, 1).await;
    assert_eq!(
        (ana.refresh(600).await, ana.permit(away()).await, ana.bind(0x4000, away()).await),
        (Err(437), Err(437), Err(437)),
        "without an allocation"
    );
    let even = RawAttribute { typ: ATTR_EVEN_PORT, length: 1, value: vec![0x80] };
    assert_eq!(ana.allocate(vec![Box::new(even)]).await, Err(508));
    assert_eq!(ana.allocate_ipv6().await, Err(440), "there is no IPv6 here");
    assert_eq!(ana.ask(METHOD_ALLOCATE, vec![]).await.err(), Some(400), "over what?");
    assert_eq!(site.allocations(), 0);
    assert_eq!(ana.allocate(vec![]).await, Ok(()));
    assert_eq!(ana.allocate(vec![]).await, Err(437), "a second one");
    let two = || vec![named(away()), named("1.1.1.2:5000".parse().unwrap())];
    assert_eq!(ana.ask(METHOD_CREATE_PERMISSION, two()).await.err(), Some(508));
    assert_eq!(ana.ask(METHOD_CREATE_PERMISSION, vec![]).await.err(), Some(400), "for whom?");
    assert_eq!(ana.permit("[2606:4700::1111]:5000".parse().unwrap()).await, Err(443), "of the other family");
    assert_eq!(ana.bind(0x1234, away()).await, Err(400), "no channel");
}

#[tokio::test]
async fn one_allocation_talks_to_so_many() {
    let limits = RelayLimits { peers: 3, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    for last in 1..=3 {
        assert_eq!(ana.permit(([1, 1, 1, last], 5000).into()).await, Ok(()));
    }
    assert_eq!(ana.permit(([1, 1, 1, 4], 5000).into()).await, Err(508));
    assert_eq!(ana.permit(([1, 1, 1, 1], 6000).into()).await, Ok(()), "an address it talks to already");
    assert_eq!(ana.bind(0x4000, ([1, 1, 1, 1], 6000).into()).await, Err(508), "a channel is as good as one");
}

#[tokio::test]
async fn ports_are_those_of_the_range_and_no_more() {
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let site = Site::start(Settings { ports: free..=free, ..settings() });
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    assert_eq!(ana.address().port(), free);
    let mut ben = Person::new(&site, Transport::Udp, 2).await;
    assert_eq!(ben.allocate(vec![]).await, Err(508));
    assert_eq!(ana.refresh(0).await, Ok(()));
    until_allocations(&site, 0).await;
    assert_eq!(ben.allocate(vec![]).await, Ok(()));
}

#[tokio::test]
async fn a_stream_without_an_allocation_is_not_kept() {
    let limits = RelayLimits { stream_idle: Duration::from_millis(200), ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut silent = TcpStream::connect(site.address).await.unwrap();
    let mut slow = TcpStream::connect(site.address).await.unwrap();
    slow.write_all(&[0, 1, 0]).await.unwrap();
    let mut http = TcpStream::connect(site.address).await.unwrap();
    http.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    for stream in [&mut silent, &mut slow, &mut http] {
        // A reset is an end, too.
        let mut byte = [0];
        assert!(matches!(within("the end", stream.read(&mut byte)).await, Ok(0) | Err(_)));
    }
    let mut kept = Person::relayed(&site, Transport::Tcp, 1).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    kept.is_through().await;
}

/// A laptop that was closed says no goodbye. Its connection was kept for an hour after what it had was over.
#[tokio::test]
async fn a_stream_whose_allocation_is_over_is_not_kept() {
    let limits = RelayLimits { stream_idle: Duration::from_millis(100), ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut ana = Person::new(&site, Transport::Tcp, 1).await;
    assert_eq!(ana.allocate(vec![Box::new(Lifetime(Duration::from_secs(1)))]).await, Ok(()));
    assert!(ana.hear().await.is_none(), "the end");
    until_allocations(&site, 0).await;
}

/// In the moment in which a channel expires, the library's timer takes the lock under which a request for that channel
/// wants to tell it otherwise. With a second request before it was heard, both waited for ever, and so did everybody else
/// who was relayed over UDP.
#[tokio::test]
async fn requests_in_the_moment_something_expires_end() {
    const KEPT: Duration = Duration::from_millis(10);
    let outside = Outside::new();
    let mut relay = Relay::new(Settings { public: vec![HERE_V4.into()], ..settings() }, secret(), [7; 32]);
    relay.channel_kept = KEPT;
    relay.bind = Box::new(move |_| Ok(Arc::clone(&outside) as Datagrams));
    let (queue, mut answers) = tokio::sync::mpsc::channel(1000);
    let from: SocketAddr = "1.1.1.9:1234".parse().unwrap();
    let nonce = relay.nonces.issue(from.ip().into(), SystemTime::now());
    let mut flow = flow::Flow::new(Arc::new(relay), client::Client::Stream(queue), from);
    let mut ana = Person::new(&Site::start(settings()), Transport::Udp, 1).await;
    ana.nonce = nonce;
    let request = |method, parts| message(method, CLASS_REQUEST, ana.signed(parts)).raw;
    let transport = Box::new(RequestedTransport { protocol: PROTO_UDP });
    flow.receive(&request(METHOD_ALLOCATE, vec![transport])).await;
    assert!(flow.is_allocated());
    // Which of the two the timer looks at first is a matter of luck.
    for turn in 0..16 {
        let bind = || request(METHOD_CHANNEL_BIND, vec![Box::new(ChannelNumber(0x4000)), named(away())]);
        flow.receive(&bind()).await;
        tokio::task::yield_now().await;
        // Nobody else does anything meanwhile; then time is looked at, and this task is the first to go on.
        std::thread::sleep(2 * KEPT);
        tokio::task::yield_now().await;
        let both = async {
            flow.receive(&bind()).await;
            flow.receive(&bind()).await;
        };
        within("an end", both).await;
        // Whatever became of it, the next one works.
        while answers.try_recv().is_ok() {}
        flow.receive(&bind()).await;
        let mut answer = Message::new();
        answer.unmarshal_binary(&answers.try_recv().expect("an answer")).unwrap();
        assert_eq!(answer.typ.class, CLASS_SUCCESS_RESPONSE, "turn {turn}");
    }
}

/// One task serves everybody over UDP. It was begun anew after such a message, with nothing of what they had.
#[tokio::test]
async fn what_the_library_stumbles_over_costs_nobody_else_what_they_have() {
    let outside = Outside::new();
    let mut relay = Relay::new(settings(), secret(), [7; 32]);
    let opened = std::sync::atomic::AtomicU8::new(0);
    relay.bind = Box::new(move |_| match opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => Ok(Arc::clone(&outside) as Datagrams),
        _ => panic!("this is what the test is for"),
    });
    let site = Site::run(relay);
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    let mut ben = Person::new(&site, Transport::Udp, 2).await;
    ben.nonce = ana.nonce.clone();
    let parts = ben.signed(vec![Box::new(RequestedTransport { protocol: PROTO_UDP })]);
    ben.send(&message(METHOD_ALLOCATE, CLASS_REQUEST, parts).raw).await;
    ben.is_through().await;
    assert_eq!((site.allocations(), ana.refresh(600).await), (1, Ok(())));
}

#[tokio::test]
async fn one_address_has_so_many_streams() {
    let limits = RelayLimits { streams_per_address: 2, ..settings().limits };
    let site = Site::start(Settings { limits, ..settings() });
    let mut first = Person::new(&site, Transport::Tcp, 1).await;
    first.is_through().await;
    let mut second = Person::new(&site, Transport::Tcp, 1).await;
    second.is_through().await;
    let mut third = Person::new(&site, Transport::Tcp, 1).await;
    assert!(third.hear().await.is_none(), "the third is closed");
    first.is_through().await;
}

#[test]
fn a_machine_knows_its_own_addresses() {
    let own = source_towards(INTERNET_V4.into());
    for address in [Some(Ipv4Addr::LOCALHOST.into()), own].into_iter().flatten() {
        assert!(is_of_this_machine(address), "{address}");
    }
    for address in [away().ip(), "2606:4700::1111".parse().unwrap()] {
        assert!(!is_of_this_machine(address), "{address}");
    }
}

/// With no file left to open nobody could listen anywhere, so that every address was another machine's.
#[test]
fn a_machine_that_cannot_listen_still_knows_its_own_addresses() {
    for kind in [io::ErrorKind::Other, io::ErrorKind::AddrInUse, io::ErrorKind::PermissionDenied] {
        let listen = |_| Err(kind.into());
        assert!(is_own(Ipv4Addr::LOCALHOST.into(), listen), "{kind:?}");
        assert!(!is_own(away().ip(), listen), "{kind:?}");
    }
    // Nor does one that may listen everywhere take everything for its own.
    assert!(is_own(Ipv4Addr::LOCALHOST.into(), |_| Ok(())) && !is_own(away().ip(), |_| Ok(())));
}

#[test]
fn a_neighbour_is_who_is_in_the_same_network() {
    let now = std::time::Instant::now();
    let networks = Networks::new(|| {
        let all = ["2001:4860:1:2:a:b:c:d/64", "203.1.2.3/24", "10.0.0.1/0"];
        Ok(all.map(|network| network.parse().unwrap()).into())
    });
    let hold = |address: &str| networks.hold(address.parse().unwrap(), now);
    assert!(hold("2001:4860:1:2::99") && hold("203.1.2.200"));
    assert!(!hold("2001:4860:1:3::99") && !hold("203.1.3.3") && !hold("1.1.1.1"));
    assert!(Networks::new(|| Err(io::ErrorKind::Other.into())).hold(away().ip(), now), "who knows?");
    let of_this_machine = Networks::new(super::networks);
    let here = Ipv4Addr::LOCALHOST.into();
    assert!(of_this_machine.hold(here, now) && !of_this_machine.hold(away().ip(), now));
}

#[test]
fn another_network_is_noticed_soon_and_not_asked_for_with_each_permission() {
    static ASKED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
    let networks = Networks::new(|| {
        let turn = ASKED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(vec![IpNet::new([203, 1, turn, 1].into(), 24).unwrap()])
    });
    let (now, neighbour) = (std::time::Instant::now(), IpAddr::from([203, 1, 1, 99]));
    assert!(!networks.hold(neighbour, now) && !networks.hold(neighbour, now));
    assert!(networks.hold(neighbour, now + NETWORKS_KEPT));
}

/// A stream can come from anywhere: this one is in memory, and its message comes in two pieces.
#[tokio::test]
async fn any_stream_will_do() {
    let relay = Arc::new(Relay::new(settings(), secret(), [7; 32]));
    let (mut ours, theirs) = tokio::io::duplex(4096);
    let request = message(METHOD_BINDING, CLASS_REQUEST, vec![]).raw;
    let from = "1.1.1.1:1234".parse().unwrap();
    let serving = tokio::spawn(listen::serve_stream(relay, theirs, from));
    let (beginning, rest) = request.split_at(9);
    ours.write_all(beginning).await.unwrap();
    tokio::task::yield_now().await;
    ours.write_all(rest).await.unwrap();
    let mut frames = framing::Frames::new(&mut ours);
    let mut answer = Message::new();
    answer.unmarshal_binary(&within("an answer", frames.next()).await.unwrap().unwrap()).unwrap();
    let mut seen = XorMappedAddress::default();
    seen.get_from(&answer).unwrap();
    assert_eq!(SocketAddr::new(seen.ip, seen.port), from);
    drop(ours);
    within("the end", serving).await.unwrap();
}

/// Requests that are cut, bent and made up, with and without an allocation: the relay answers the next one.
#[tokio::test]
async fn whatever_comes_the_next_one_is_answered() {
    let site = Site::start(settings());
    let mut ana = Person::relayed(&site, Transport::Udp, 1).await;
    let mut stranger = Person::new(&site, Transport::Udp, 2).await;
    let mut random = 0x1234_5678_u32;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as usize
    };
    let seeds: Vec<Vec<u8>> =
        [METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND]
            .into_iter()
            .map(|method| message(method, CLASS_REQUEST, vec![named(away()), named(away())]).raw)
            .chain([
                message(METHOD_SEND, CLASS_INDICATION, vec![named(away())]).raw,
                vec![0x40, 1, 0, 8, 1, 2, 3, 4],
            ])
            .collect();
    for turn in 0..4000 {
        let mut bent = seeds[next() % seeds.len()].clone();
        for _ in 0..next() % 4 {
            let place = next() % bent.len();
            bent[place] = next() as u8;
        }
        bent.truncate(1 + next() % bent.len());
        let person = if turn % 2 == 0 { &mut ana } else { &mut stranger };
        person.send(&bent).await;
    }
    for mut person in [ana, stranger] {
        // After whatever was answered.
        let last = message(METHOD_BINDING, CLASS_REQUEST, vec![]);
        person.send(&last.raw).await;
        while person.hear_message().await.transaction_id != last.transaction_id {}
    }
    assert_eq!(site.allocations(), 1);
}
