//! A small internet inside this machine: a server with a public address, and people behind routers of their
//! own, whose networks can be switched, cut, narrowed, and made to lose packets or to take long.
//!
//! ```text
//!  device0 ── wlan0 ─┐ router0                      11.0.0.10
//!          ── wwan0 ─┴─ NAT ── 11.0.1.2, .6 ─────┐   server, STUN
//!                                              internet ──┘
//!  device1 ── wlan0 ─┐ router1                   │
//!          ── wwan0 ─┴─ NAT ── 11.0.1.10, .14 ───┘
//! ```
//!
//! The addresses outside are of the public internet, and not of documentation: a relay sends nothing to those.
//! How a site gets out can be chosen ([`Access`]).
//!
//! Nothing leads from there to this machine or further. A driver is reached through a `Gate`, which is
//! no interface.

mod access;
mod delay;
mod dns;
mod gate;
mod link;
mod namespace;
mod place;
mod site;
mod stun;

pub use access::Access;
pub(crate) use gate::Gate;
pub use namespace::Namespace;
pub use place::Place;
pub use site::{Site, Uplink};

use crate::process::artefacts;
use anyhow::Result;
use dns::Dns;
use link::{End, join};
use std::cell::RefCell;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use stun::Stun;

const PROVIDER: Ipv4Addr = Ipv4Addr::new(11, 0, 0, 1);
const PROVIDER_V6: Ipv6Addr = Ipv6Addr::new(0x2600, 0x11, 0, 0, 0, 0, 0, 1);
/// Where the server is.
pub const SERVER: Ipv4Addr = Ipv4Addr::new(11, 0, 0, 10);
/// The same, for who has IPv6 only.
pub const SERVER_V6: Ipv6Addr = Ipv6Addr::new(0x2600, 0x11, 0, 0, 0, 0, 0, 10);
/// The port of the page.
pub const PORT: u16 = 8080;
/// Not the usual one: there the product has its own.
const STUN_PORT: u16 = 3479;

/// A running lab; removed when dropped.
pub struct Lab {
    name: String,
    server: Arc<Namespace>,
    internet: Namespace,
    sites: RefCell<Vec<Rc<Site>>>,
    _stun: Stun,
    _dns: Dns,
}

impl Lab {
    /// Sets one up, with a STUN server and nobody there yet.
    ///
    /// # Errors
    /// When the system refuses; see [`why_not`].
    pub fn new() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        namespace::sweep();
        let name = COUNT.fetch_add(1, Ordering::Relaxed).to_string();
        let internet = Namespace::new(&format!("{name}-internet"))?;
        internet.set("net/ipv4/ip_forward", "1")?;
        let server = Namespace::new(&format!("{name}-server"))?;
        join(
            End { at: &internet, interface: "server", address: Some(PROVIDER), bits: 24 },
            End { at: &server, interface: "eth0", address: Some(SERVER), bits: 24 },
        )?;
        server.ip(&format!("route add default via {PROVIDER}"))?;
        for (at, interface, address) in [(&internet, "server", PROVIDER_V6), (&server, "eth0", SERVER_V6)] {
            at.speak_ipv6(interface)?;
            at.ip(&format!("address add {address}/64 dev {interface} nodad"))?;
        }
        internet.set("net/ipv6/conf/all/forwarding", "1")?;
        server.ip(&format!("-6 route add default via {PROVIDER_V6}"))?;
        let stun = Stun::start(&server, SocketAddr::from((SERVER, STUN_PORT)))?;
        let dns = Dns::start(&server)?;
        std::fs::create_dir_all(artefacts())?;
        std::fs::write(
            resolvers(),
            format!("nameserver {SERVER}\nnameserver {SERVER_V6}\noptions timeout:1\n"),
        )?;
        Ok(Self {
            name,
            server: Arc::new(server),
            internet,
            sites: RefCell::default(),
            _stun: stun,
            _dns: dns,
        })
    }

    /// Where the server belongs.
    #[must_use]
    pub fn server(&self) -> Place {
        Place::Lab(Arc::clone(&self.server))
    }

    /// The server has a firewall with these rules, and no others.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn shield(&self, rules: &[&str]) -> Result<()> {
        self.server.iptables("--flush INPUT")?;
        rules.iter().try_for_each(|rule| self.server.iptables(&format!("--append INPUT {rule}")))
    }

    /// What `--ice-server` should be.
    #[must_use]
    pub fn ice_server() -> String {
        format!("stun:{SERVER}:{STUN_PORT}")
    }

    /// The origin of the page.
    #[must_use]
    pub fn origin() -> String {
        format!("http://{SERVER}:{PORT}")
    }

    /// A place for one more person.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn site(&self) -> Result<Rc<Site>> {
        let index = u8::try_from(self.sites.borrow().len())?;
        let site = Rc::new(Site::new(&self.name, index, &self.internet)?);
        self.sites.borrow_mut().push(Rc::clone(&site));
        Ok(site)
    }
}

/// The file that says to programs in the lab who knows names.
fn resolvers() -> PathBuf {
    artefacts().join("resolv.conf")
}

/// Two networks with a cable between them and nothing else: the one at `near`, and the one at `far`.
///
/// # Errors
/// When the system refuses.
pub fn cable(near: Ipv4Addr, far: Ipv4Addr) -> Result<[Place; 2]> {
    namespace::sweep();
    let networks = [Namespace::new("near")?, Namespace::new("far")?];
    let [one, other] = &networks;
    join(
        End { at: one, interface: "eth0", address: Some(near), bits: 24 },
        End { at: other, interface: "eth0", address: Some(far), bits: 24 },
    )?;
    Ok(networks.map(|network| Place::Lab(Arc::new(network))))
}

/// Why there can be no lab here, if there can be none.
///
/// # Errors
/// Why not.
pub fn why_not() -> Result<(), &'static str> {
    static ANSWER: OnceLock<Option<String>> = OnceLock::new();
    let answer = ANSWER.get_or_init(|| {
        namespace::sweep();
        namespace::try_out().err().map(|error| format!("{error:#}"))
    });
    answer.as_deref().map_or(Ok(()), Err)
}
