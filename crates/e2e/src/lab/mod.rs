//! A small internet inside this machine: a server with a public address, and people behind routers of their
//! own, whose networks can be switched, cut, narrowed, and made to lose packets or to take long.
//!
//! ```text
//!  device0 ── wlan0 ─┐ router0                      203.0.113.10
//!          ── wwan0 ─┴─ NAT ── 198.51.100.2, .6 ─┐   server, STUN
//!                                              internet ──┘
//!  device1 ── wlan0 ─┐ router1                   │
//!          ── wwan0 ─┴─ NAT ── 198.51.100.10, .14┘
//! ```
//!
//! Nothing leads from there to this machine or further. A driver is reached through a `Gate`, which is
//! no interface.

mod delay;
mod gate;
mod link;
mod namespace;
mod place;
mod site;
mod stun;

pub(crate) use gate::Gate;
pub use namespace::Namespace;
pub use place::Place;
pub use site::{Site, Uplink};

use anyhow::Result;
use link::{End, join};
use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use stun::Stun;

const PROVIDER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
/// Where the server is.
pub const SERVER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);
/// The port of the page.
pub const PORT: u16 = 8080;
const STUN_PORT: u16 = 3478;

/// A running lab; removed when dropped.
pub struct Lab {
    name: String,
    server: Arc<Namespace>,
    internet: Namespace,
    sites: RefCell<Vec<Rc<Site>>>,
    _stun: Stun,
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
            End { at: &internet, interface: "server", address: PROVIDER, bits: 24 },
            End { at: &server, interface: "eth0", address: SERVER, bits: 24 },
        )?;
        server.ip(&format!("route add default via {PROVIDER}"))?;
        let stun = Stun::start(&server, SocketAddr::from((SERVER, STUN_PORT)))?;
        Ok(Self { name, server: Arc::new(server), internet, sites: RefCell::default(), _stun: stun })
    }

    /// Where the server belongs.
    #[must_use]
    pub fn server(&self) -> Place {
        Place::Lab(Arc::clone(&self.server))
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

/// Two networks with a cable between them and nothing else: the one at `near`, and the one at `far`.
///
/// # Errors
/// When the system refuses.
pub fn cable(near: Ipv4Addr, far: Ipv4Addr) -> Result<[Place; 2]> {
    namespace::sweep();
    let networks = [Namespace::new("near")?, Namespace::new("far")?];
    let [one, other] = &networks;
    join(
        End { at: one, interface: "eth0", address: near, bits: 24 },
        End { at: other, interface: "eth0", address: far, bits: 24 },
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
