//! A cable between two networks of the lab.

use super::namespace::Namespace;
use anyhow::Result;
use std::net::Ipv4Addr;

/// One end of a cable.
pub(super) struct End<'a> {
    pub(super) at: &'a Namespace,
    pub(super) interface: &'a str,
    pub(super) address: Option<Ipv4Addr>,
    pub(super) bits: u8,
}

/// Lays a cable between two ends, both up.
pub(super) fn join(one: End<'_>, other: End<'_>) -> Result<()> {
    one.at.ip(&format!(
        "link add {} type veth peer name {} netns {}",
        one.interface,
        other.interface,
        other.at.name()
    ))?;
    for End { at, interface, address, bits } in [one, other] {
        if let Some(address) = address {
            at.ip(&format!("address add {address}/{bits} dev {interface}"))?;
        }
        at.ip(&format!("link set {interface} up"))?;
    }
    Ok(())
}
