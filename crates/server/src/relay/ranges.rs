//! Which addresses a relay may reach for somebody: the whole of it, and nothing but that.
//!
//! What is not the public internet is refused, however it is written: an IPv6 address that carries an IPv4 address is as
//! good as that one. The ranges are those of the IANA special-purpose registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who may have something sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// It is one of the public internet.
    Anybody,
    /// It is one of a private network, which a host may open (`--turn-allow-private`).
    Private,
    /// It is of a machine itself, of many, or of no one.
    Nobody,
}

use Reach::{Nobody, Private};

/// The internet of IPv6, as far as it was ever given out (IANA): nothing outside of it is, but overlays of their own are.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const V4: [(Ipv4Addr, u32, Reach); 15] = [
    v4([0, 0, 0, 0], 8, Nobody),
    v4([10, 0, 0, 0], 8, Private),
    v4([100, 64, 0, 0], 10, Private),
    v4([127, 0, 0, 0], 8, Nobody),
    // In clouds there is a service with passwords.
    v4([169, 254, 0, 0], 16, Nobody),
    v4([172, 16, 0, 0], 12, Private),
    v4([192, 0, 0, 0], 24, Nobody),
    v4([192, 0, 2, 0], 24, Nobody),
    v4([192, 88, 99, 0], 24, Nobody),
    v4([192, 168, 0, 0], 16, Private),
    v4([198, 18, 0, 0], 15, Nobody),
    v4([198, 51, 100, 0], 24, Nobody),
    v4([203, 0, 113, 0], 24, Nobody),
    v4([224, 0, 0, 0], 4, Nobody),
    v4([240, 0, 0, 0], 4, Nobody),
];

const V6: [(Ipv6Addr, u32, Reach); 15] = [
    // `::` and `::1`, and IPv4 addresses as they were once written.
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, Nobody),
    v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, Nobody),
    v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, Nobody),
    v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, Nobody),
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Nobody),
    v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, Nobody),
    // Teredo (2001::/32) among others.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Nobody),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Nobody),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Nobody),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Nobody),
    v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, Nobody),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Private),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Nobody),
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Nobody),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Nobody),
];

const fn v4([a, b, c, d]: [u8; 4], bits: u32, reach: Reach) -> (Ipv4Addr, u32, Reach) {
    (Ipv4Addr::new(a, b, c, d), bits, reach)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], bits: u32, reach: Reach) -> (Ipv6Addr, u32, Reach) {
    (Ipv6Addr::new(a, b, c, d, e, f, g, h), bits, reach)
}

/// Who may reach `address`.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => {
            let is_in =
                |range: &Ipv6Addr, length: &u32| (address.to_bits() ^ range.to_bits()) >> (128 - length) == 0;
            let own = V6.iter().filter(|(range, length, _)| is_in(range, length)).map(|(_, _, reach)| *reach);
            let (internet, length) = &GLOBAL_UNICAST;
            let rest = if is_in(internet, length) { Reach::Anybody } else { Nobody };
            own.chain(embedded(address).map(reach_v4)).max().unwrap_or(rest)
        }
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let bits = address.to_bits();
    V4.iter()
        .filter(|(range, length, _)| (bits ^ range.to_bits()) >> (32 - length) == 0)
        .map(|(_, _, reach)| *reach)
        .max()
        .unwrap_or(Reach::Anybody)
}

/// The IPv4 addresses that are meant by an IPv6 address: mapped, translated (NAT64), or tunnelled to (6to4, Teredo).
fn embedded(address: Ipv6Addr) -> impl Iterator<Item = Ipv4Addr> {
    let bits = address.to_bits();
    let at = |from: u32| Ipv4Addr::from_bits((bits >> from) as u32);
    let [a, b, c, d, e, f, ..] = address.segments();
    let both = match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => {
            [Some(at(0)), None]
        }
        (0x2002, ..) => [Some(at(80)), None],
        // The server, and the client with every bit turned.
        (0x2001, 0, ..) => [Some(at(64)), Some(Ipv4Addr::from_bits(!at(0).to_bits()))],
        _ => [None, None],
    };
    both.into_iter().flatten()
}

/// Every range that is refused, as an operator would write it; those that a host may open are marked with a star.
#[cfg(test)]
pub(crate) const REFUSED: &str = "0.0.0.0/8 10.0.0.0/8* 100.64.0.0/10* 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12* \
    192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16* 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 \
    240.0.0.0/4 ::/128 ::1/128 ::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 \
    2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7* fe80::/10 fec0::/10 ff00::/8 ::/3 4000::/2 8000::/1";

/// The first address and the last of each of [`REFUSED`], and who may reach them.
#[cfg(test)]
pub(crate) fn refused() -> Vec<(IpAddr, IpAddr, Reach)> {
    let ends = |range: &str| {
        let (range, reach) = range.strip_suffix('*').map_or((range, Nobody), |range| (range, Private));
        let (address, length) = range.split_once('/').unwrap();
        let (address, length): (IpAddr, u32) = (address.parse().unwrap(), length.parse().unwrap());
        let last = match address {
            IpAddr::V4(first) => {
                IpAddr::V4(Ipv4Addr::from_bits(first.to_bits() | u32::MAX.checked_shr(length).unwrap_or(0)))
            }
            IpAddr::V6(first) => {
                IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() | u128::MAX.checked_shr(length).unwrap_or(0)))
            }
        };
        (address, last, reach)
    };
    REFUSED.split_whitespace().map(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multicast and "nobody" are denied by other lines there.
    #[test]
    fn coturn_is_told_of_every_range() {
        let text = include_str!("../../../../deploy/turnserver.conf");
        let denied: Vec<(IpAddr, IpAddr)> = text
            .lines()
            .filter_map(|line| line.strip_prefix("denied-peer-ip=")?.split_once('-'))
            .map(|(first, last)| (first.parse().unwrap(), last.parse().unwrap()))
            .collect();
        assert!(text.contains("\nno-multicast-peers\n"));
        for (first, last, _) in refused().into_iter().filter(|(first, ..)| !first.is_multicast()) {
            let (from, to) = if first.is_unspecified() && first.is_ipv6() {
                (IpAddr::from(Ipv6Addr::LOCALHOST), last.max(Ipv6Addr::LOCALHOST.into()))
            } else {
                (first, last)
            };
            assert!(
                denied
                    .iter()
                    .any(|(first, last)| first.is_ipv4() == from.is_ipv4() && *first <= from && to <= *last),
                "{from}-{to}"
            );
        }
        // And of nothing else.
        for (first, last) in denied {
            assert!(reach(first) != Reach::Anybody && reach(last) != Reach::Anybody, "{first}-{last}");
        }
    }

    #[test]
    fn every_range_is_refused_from_its_first_address_to_its_last() {
        let ranges = refused();
        assert_eq!(ranges.len(), 35);
        for (first, last, reached_by) in ranges {
            assert_eq!((reach(first), reach(last)), (reached_by, reached_by), "{first} – {last}");
        }
    }

    #[test]
    fn what_lies_beside_a_range_is_of_the_internet() {
        let beside = |address: IpAddr, step: i8| match address {
            IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(
                address.to_bits().checked_add_signed(step.into()).unwrap_or(address.to_bits()),
            )),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits().checked_add_signed(step.into()).unwrap_or(address.to_bits()),
            )),
        };
        let ranges = refused();
        let is_in_one = |address: IpAddr| {
            ranges.iter().any(|(first, last, _)| {
                first.is_ipv4() == address.is_ipv4() && (*first..=*last).contains(&address)
            })
        };
        let mut looked_at = 0;
        for (first, last, _) in &ranges {
            for address in [beside(*first, -1), beside(*last, 1)] {
                if !is_in_one(address) {
                    assert_eq!(reach(address), Reach::Anybody, "{address}");
                    looked_at += 1;
                }
            }
        }
        assert!(looked_at > 30, "{looked_at}");
    }

    #[test]
    fn the_internet_is_everybodys() {
        for address in ["1.1.1.1", "8.8.8.8", "192.0.1.1", "223.255.255.255", "2606:4700::1111", "2a00::1"] {
            assert_eq!(reach(address.parse().unwrap()), Reach::Anybody, "{address}");
        }
    }

    #[test]
    fn an_address_within_an_address_is_seen() {
        for (address, inner) in [
            ("::ffff:10.1.2.3", &["10.1.2.3"][..]),
            ("::10.1.2.3", &["10.1.2.3"]),
            ("::ffff:0:10.1.2.3", &["10.1.2.3"]),
            ("64:ff9b::7f00:1", &["127.0.0.1"]),
            ("2002:a9fe:a9fe::1", &["169.254.169.254"]),
            // As in RFC 4380: the server, and a client of which every bit is turned.
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", &["65.54.227.120", "192.0.2.45"]),
            ("2606:4700::1111", &[]),
        ] {
            let found: Vec<String> =
                embedded(address.parse().unwrap()).map(|address| address.to_string()).collect();
            assert_eq!(found, inner, "{address}");
            // And nobody reaches it that way, whether or not they would otherwise.
            if !inner.is_empty() {
                assert_eq!(reach(address.parse().unwrap()), Nobody, "{address}");
            }
        }
        assert_eq!(reach("::ffff:8.8.8.8".parse().unwrap()), Nobody);
    }

    #[test]
    fn what_nobody_was_given_is_not_of_the_internet() {
        // Yggdrasil, what is for packets that are dropped (RFC 9780), and what is for nothing yet.
        for address in ["200::1", "300:1234::1", "100:0:0:1::1", "4000::1", "e000::1", "f800::1", "fe00::1"] {
            assert_eq!(reach(address.parse().unwrap()), Nobody, "{address}");
        }
        assert_eq!(reach("3ffe::1".parse().unwrap()), Reach::Anybody);
    }
}
