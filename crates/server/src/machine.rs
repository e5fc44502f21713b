//! What this machine is called, and by which addresses others reach it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// Names and addresses of one machine, without those that every machine has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// The host's name, and the same as neighbours ask for it (`.local`, multicast DNS).
    pub names: BTreeSet<String>,
    /// Of its interfaces, but for loopback and link-local ones: no browser opens those.
    pub addresses: BTreeSet<IpAddr>,
}

impl Machine {
    /// This one, as it is now. What cannot be found out is not in it.
    #[must_use]
    pub fn look() -> Self {
        let host = hostname::get().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
        let addresses = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            tracing::warn!(%error, "the addresses of this machine cannot be read");
            Vec::new()
        });
        let reached = |address: &IpAddr| match address {
            IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local(),
            IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
        };
        Self {
            names: names_of(&host),
            addresses: addresses.iter().map(if_addrs::Interface::ip).filter(reached).collect(),
        }
    }

    /// The address that somebody on the same network is best told.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        let private = |address: &&IpAddr| matches!(address, IpAddr::V4(address) if address.is_private());
        outgoing()
            .filter(|address| self.addresses.contains(address))
            .or_else(|| self.addresses.iter().find(private).copied())
            .or_else(|| self.addresses.first().copied())
    }
}

/// The address that packets to elsewhere would leave from. None is sent.
fn outgoing() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // Of documentation (RFC 5737): what counts is that it is on no network of this machine.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// What others may call the host whose own name is `host`.
fn names_of(host: &str) -> BTreeSet<String> {
    let host = host.to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = |name: &str| name.len() <= 253 && name.split('.').all(is_label) && name != "localhost";
    let label = host.split('.').next().unwrap_or_default();
    let local = format!("{label}.local");
    [host.as_str(), label, &local]
        .into_iter()
        .filter(|name| is_name(name) && is_name(label))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_called_by_its_name_and_as_a_neighbour() {
        let names = |host: &str| names_of(host).into_iter().collect::<Vec<_>>();
        assert_eq!(names("Den"), ["den", "den.local"]);
        assert_eq!(names("den.local"), ["den", "den.local"]);
        assert_eq!(names("den.example.org"), ["den", "den.example.org", "den.local"]);
        for none in ["", "localhost", "my_host", "-x", &"x".repeat(64)] {
            assert!(names_of(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn what_every_machine_has_is_not_in_it() {
        let machine = Machine::look();
        assert!(machine.addresses.iter().all(|address| !address.is_loopback() && !address.is_unspecified()));
        assert!(machine.address().is_none_or(|address| machine.addresses.contains(&address)));
    }
}
