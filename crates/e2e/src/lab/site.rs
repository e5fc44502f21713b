//! Where one person is: a device with Wi-Fi and LTE, each behind a NAT with a public address of its own.
//!
//! The NAT keeps ports where it can and lets in only what was asked for, as most home routers do ("port
//! restricted"), so a direct call works through two of them. What is not asked for is dropped before it
//! leaves a trace: otherwise a packet of the other side that comes too early would take the port away. Other ways out:
//! see [`Access`].

use super::access::Access;
use super::delay::{Delay, QUEUE};
use super::link::{End, join};
use super::namespace::Namespace;
use super::place::Place;
use anyhow::Result;
use std::cell::{Cell, RefCell};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// A way from a device to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uplink {
    /// What a site begins with.
    Wifi,
    /// Down until it is switched to.
    Lte,
}

impl Uplink {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Wifi => Self::Lte,
            Self::Lte => Self::Wifi,
        }
    }

    /// The name of its interface in the device, and of the device's end in the router.
    pub(super) const fn interface(self) -> &'static str {
        match self {
            Self::Wifi => "wlan0",
            Self::Lte => "wwan0",
        }
    }

    /// The router's interface to the internet.
    pub(super) const fn outside(self) -> &'static str {
        match self {
            Self::Wifi => "isp-wifi",
            Self::Lte => "isp-lte",
        }
    }

    /// The other end of that, at the provider of site `index`.
    pub(super) fn far(self, index: u8) -> String {
        format!("{}{index}", self.interface())
    }

    /// The router's table of routes for what comes from this interface.
    pub(super) const fn table(self) -> u32 {
        match self {
            Self::Wifi => 101,
            Self::Lte => 102,
        }
    }
}

/// A device and the router between it and the internet.
pub struct Site {
    pub(super) device: Arc<Namespace>,
    pub(super) router: Namespace,
    pub(super) index: u8,
    uplink: Cell<Uplink>,
    delay: RefCell<Option<Delay>>,
    narrowed: RefCell<Vec<&'static str>>,
}

impl Site {
    /// Makes site `index` (0 to 31) and connects it to `internet`.
    pub(super) fn new(lab: &str, index: u8, internet: &Namespace) -> Result<Self> {
        let device = Namespace::new(&format!("{lab}-device{index}"))?;
        let router = Namespace::new(&format!("{lab}-router{index}"))?;
        let site = Self {
            device: Arc::new(device),
            router,
            index,
            uplink: Cell::new(Uplink::Wifi),
            delay: RefCell::default(),
            narrowed: RefCell::default(),
        };
        for uplink in [Uplink::Wifi, Uplink::Lte] {
            site.connect(uplink, internet)?;
        }
        site.router.set("net/ipv4/ip_forward", "1")?;
        site.router.iptables("--append INPUT --jump DROP")?;
        site.routes(internet)?;
        site.has(Access::PortRestricted)?;
        Ok(site)
    }

    fn connect(&self, uplink: Uplink, internet: &Namespace) -> Result<()> {
        let (inside, outside) = (uplink.interface(), uplink.outside());
        let [gateway, own] = self.private(uplink);
        join(
            End { at: &self.router, interface: inside, address: Some(gateway), bits: 24 },
            End { at: &self.device, interface: inside, address: Some(own), bits: 24 },
        )?;
        let [provider, public] = self.public(uplink);
        let far = uplink.far(self.index);
        join(
            End { at: internet, interface: &far, address: Some(provider), bits: 30 },
            End { at: &self.router, interface: outside, address: Some(public), bits: 30 },
        )?;
        self.router.ip(&format!("rule add iif {inside} lookup {}", uplink.table()))?;
        self.lead(uplink, uplink)?;
        self.lower(uplink)
    }

    /// The addresses of the router and of the device, in the network behind `uplink`.
    pub(super) fn private(&self, uplink: Uplink) -> [Ipv4Addr; 2] {
        let (a, b) = match uplink {
            Uplink::Wifi => (192, 168),
            Uplink::Lte => (10, 64),
        };
        [1, 2].map(|host| Ipv4Addr::new(a, b, 10 + self.index, host))
    }

    /// The addresses of the provider and of the router, outside.
    pub(super) fn public(&self, uplink: Uplink) -> [Ipv4Addr; 2] {
        let first = 8 * self.index + if uplink == Uplink::Wifi { 0 } else { 4 };
        [1, 2].map(|host| Ipv4Addr::new(11, 0, 1, first + host))
    }

    /// Sends what comes from the device over `from` out through `to`.
    fn lead(&self, from: Uplink, to: Uplink) -> Result<()> {
        let [provider, _] = self.public(to);
        self.router.ip(&format!("route replace default via {provider} table {}", from.table()))
    }

    /// Where to start a browser.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::Lab(Arc::clone(&self.device))
    }

    // ---- what can happen to it

    /// The device goes over to its other network: the interface in use goes down, the other one comes up.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn switch(&self) -> Result<Uplink> {
        let (from, to) = (self.uplink.get(), self.uplink.get().other());
        self.lower(from)?;
        self.raise(to)?;
        self.uplink.set(to);
        Ok(to)
    }

    /// The other network comes up beside the one in use, as a phone does before it leaves a Wi-Fi that gets weak.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn overlap(&self) -> Result<()> {
        let (old, new) = (self.uplink.get(), self.uplink.get().other());
        self.raise(new)?;
        // Both are there; what has been used so far still is.
        let [gateway, _] = self.private(old);
        self.device.ip(&format!("route replace default via {gateway}"))
    }

    /// The router goes over to the other provider, and the device does not notice: same interface, same
    /// address, and another public one.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn reroute(&self, to: Uplink) -> Result<()> {
        self.lead(self.uplink.get(), to)
    }

    /// The device loses its network, and sees that.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn unplug(&self) -> Result<()> {
        self.lower(self.uplink.get())
    }

    /// The device has its network again.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn plug(&self) -> Result<()> {
        self.raise(self.uplink.get())
    }

    /// From now on, of all packets, both ways, so many per cent are lost.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn lose(&self, percent: u8) -> Result<()> {
        self.mend()?;
        let rule = "--table mangle --append FORWARD --match statistic --mode random --probability";
        self.router.iptables(&format!("{rule} {:.2} --jump DROP", f64::from(percent) / 100.0))
    }

    /// From now on nothing passes between this site and `address`, and nobody is told.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn silence(&self, address: Ipv4Addr) -> Result<()> {
        self.mend()?;
        self.router
            .iptables(&format!("--table mangle --append FORWARD --destination {address} --jump DROP"))?;
        self.router.iptables(&format!("--table mangle --append FORWARD --source {address} --jump DROP"))
    }

    /// From now on each packet, either way, takes `least` longer, and up to `jitter` more; none overtakes another.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn lengthen(&self, least: Duration, jitter: Duration) -> Result<()> {
        self.mend()?;
        *self.delay.borrow_mut() = Some(Delay::start(&self.router, least, jitter)?);
        self.router.iptables(&format!("--table mangle --append FORWARD --jump NFQUEUE --queue-num {QUEUE}"))
    }

    /// Nothing is lost, silenced, held back or narrow any more.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn mend(&self) -> Result<()> {
        self.router.iptables("--table mangle --flush FORWARD")?;
        *self.delay.borrow_mut() = None;
        for interface in self.narrowed.take() {
            self.router.run(&format!("tc qdisc delete dev {interface} root"))?;
        }
        Ok(())
    }

    /// From now on so many kilobits a second pass, each way; queued for at most 200 ms.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn narrow(&self, kilobits: u32) -> Result<()> {
        self.mend()?;
        let uplink = self.uplink.get();
        for interface in [uplink.interface(), uplink.outside()] {
            let queue = format!("root tbf rate {kilobits}kbit burst 16kb latency 200ms");
            self.router.run(&format!("tc qdisc replace dev {interface} {queue}"))?;
            self.narrowed.borrow_mut().push(interface);
        }
        Ok(())
    }

    /// From now on so many kilobits a second go out, as a slow upload has it; what comes in does so as before.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn narrow_upload(&self, kilobits: u32) -> Result<()> {
        self.mend()?;
        let interface = self.uplink.get().outside();
        let queue = format!("root tbf rate {kilobits}kbit burst 16kb latency 200ms");
        self.router.run(&format!("tc qdisc replace dev {interface} {queue}"))?;
        self.narrowed.borrow_mut().push(interface);
        Ok(())
    }

    pub(super) fn raise(&self, uplink: Uplink) -> Result<()> {
        let [gateway, own] = self.private(uplink);
        let interface = uplink.interface();
        self.device.ip(&format!("link set {interface} up"))?;
        self.device.ip(&format!("address replace {own}/24 dev {interface}"))?;
        self.device.ip(&format!("route replace default via {gateway}"))
    }

    fn lower(&self, uplink: Uplink) -> Result<()> {
        let interface = uplink.interface();
        self.device.ip(&format!("link set {interface} down"))?;
        // As a network that is left takes its address along: Firefox would go on naming it.
        self.device.ip(&format!("address flush dev {interface}"))
    }
}
