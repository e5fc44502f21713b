//! How a site gets to the internet: what its router, or whoever owns the network, lets through.

use super::link::{End, join};
use super::namespace::Namespace;
use super::site::{Site, Uplink};
use anyhow::Result;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What a network lets its people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A public address of its own, and everything let in.
    Open,
    /// A NAT that keeps ports where it can and lets in only what was asked for: most homes.
    PortRestricted,
    /// A NAT that takes another port for each destination: many companies and mobile networks.
    Symmetric,
    /// A NAT, and no UDP.
    NoUdp,
    /// A NAT, and nothing but TCP to port 443.
    WebOnly,
    /// No IPv4.
    Ipv6,
    /// A NAT, and nothing but TCP to the port of the page ([`PORT`](super::PORT)).
    PageOnly,
}

impl Access {
    /// What else than answers the router lets out.
    const fn let_out(self) -> Option<&'static str> {
        match self {
            Self::NoUdp => Some("--protocol tcp"),
            Self::WebOnly => Some("--protocol tcp --dport 443"),
            Self::PageOnly => Some("--protocol tcp --dport 8080"),
            Self::Open | Self::PortRestricted | Self::Symmetric | Self::Ipv6 => None,
        }
    }
}

/// The device, where it shares the network of another site.
const GUEST: &str = "guest0";
/// What joins two devices on one network.
const BRIDGE: &str = "lan";

impl Site {
    /// From now on the network is like this; connections through it may end.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn has(&self, access: Access) -> Result<()> {
        self.router.iptables("--flush FORWARD")?;
        self.router.iptables("--table nat --flush POSTROUTING")?;
        let nat = "--table nat --append POSTROUTING --out-interface isp-+ --jump MASQUERADE";
        match access {
            Access::Open => {}
            Access::Symmetric => self.router.iptables(&format!("{nat} --random-fully"))?,
            _ => self.router.iptables(nat)?,
        }
        if access != Access::Open {
            self.router.iptables(
                "--append FORWARD --in-interface isp-+ --match conntrack --ctstate NEW --jump DROP",
            )?;
        }
        if let Some(let_out) = access.let_out() {
            // Names are always answered: where a network lets little out, by itself.
            self.router
                .iptables("--append FORWARD --out-interface isp-+ --protocol udp --dport 53 --jump ACCEPT")?;
            self.router
                .iptables(&format!("--append FORWARD --out-interface isp-+ {let_out} --jump ACCEPT"))?;
            // At once, as such networks do, and not by silence.
            self.router.iptables("--append FORWARD --out-interface isp-+ --jump REJECT")?;
        }
        self.address(access)
    }

    /// Gives the device the addresses that go with it.
    fn address(&self, access: Access) -> Result<()> {
        let interface = Uplink::Wifi.interface();
        self.device.ip(&format!("address flush dev {interface}"))?;
        match access {
            Access::Open => {
                let [gateway, own] = self.routed();
                self.device.ip(&format!("link set {interface} up"))?;
                self.device.ip(&format!("address add {own}/30 dev {interface}"))?;
                self.device.ip(&format!("route replace default via {gateway}"))
            }
            Access::Ipv6 => {
                let [gateway, own] = self.routed_v6();
                self.device.speak_ipv6(interface)?;
                self.device.ip(&format!("address add {own}/64 dev {interface} nodad"))?;
                self.device.ip(&format!("-6 route replace default via {gateway}"))
            }
            _ => {
                self.device.set(&format!("net/ipv6/conf/{interface}/disable_ipv6"), "1")?;
                self.raise(Uplink::Wifi)
            }
        }
    }

    /// The device moves into the network of `other`, with its own address there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn moves_in_with(&self, other: &Self) -> Result<()> {
        let inside = Uplink::Wifi.interface();
        let [gateway, _] = other.private(Uplink::Wifi);
        let own = Ipv4Addr::from_bits(gateway.to_bits() + 2);
        join(
            End { at: &other.router, interface: GUEST, address: None, bits: 24 },
            End { at: &self.device, interface: GUEST, address: Some(own), bits: 24 },
        )?;
        let router = &other.router;
        router.ip(&format!("link add {BRIDGE} type bridge"))?;
        router.ip(&format!("address flush dev {inside}"))?;
        for port in [inside, GUEST] {
            router.ip(&format!("link set {port} master {BRIDGE}"))?;
        }
        router.ip(&format!("address add {gateway}/24 dev {BRIDGE}"))?;
        router.ip(&format!("link set {BRIDGE} up"))?;
        router.ip(&format!("rule add iif {BRIDGE} lookup {}", Uplink::Wifi.table()))?;
        self.device.ip(&format!("link set {inside} down"))?;
        self.device.ip(&format!("address flush dev {inside}"))?;
        self.device.ip(&format!("route replace default via {gateway}"))
    }

    /// The public addresses of router and device, where there is no NAT.
    fn routed(&self) -> [Ipv4Addr; 2] {
        [1, 2].map(|host| Ipv4Addr::new(11, 0, 2, 4 * self.index + host))
    }

    /// The same for IPv6.
    fn routed_v6(&self) -> [Ipv6Addr; 2] {
        [1, 2].map(|host| Ipv6Addr::new(0x2600, 0x11, 2, self.index.into(), 0, 0, 0, host))
    }

    /// Has the router know the addresses of [`Access::Open`] and [`Access::Ipv6`], and `internet` the way to them.
    pub(super) fn routes(&self, internet: &Namespace) -> Result<()> {
        let (inside, outside) = (Uplink::Wifi.interface(), Uplink::Wifi.outside());
        let far = Uplink::Wifi.far(self.index);
        let [_, public] = self.public(Uplink::Wifi);
        let [gateway, device] = self.routed();
        self.router.ip(&format!("address add {gateway}/30 dev {inside}"))?;
        internet.ip(&format!("route add {device}/32 via {public}"))?;

        let [near_v6, public_v6] =
            [1, 2].map(|host| Ipv6Addr::new(0x2600, 0x11, 1, self.index.into(), 0, 0, 0, host));
        let [gateway, device] = self.routed_v6();
        for (at, interface, address) in [
            (internet, far.as_str(), near_v6),
            (&self.router, outside, public_v6),
            (&self.router, inside, gateway),
        ] {
            at.speak_ipv6(interface)?;
            at.ip(&format!("address add {address}/64 dev {interface} nodad"))?;
        }
        self.router.set("net/ipv6/conf/all/forwarding", "1")?;
        self.router.ip(&format!("-6 route add default via {near_v6}"))?;
        internet.ip(&format!("-6 route add {device}/128 via {public_v6}"))
    }
}
