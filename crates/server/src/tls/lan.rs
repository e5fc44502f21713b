//! A certificate for the local network, where no public authority issues any: a small authority of this machine's own.
//!
//! Browsers warn of it once, until a person lets their device know the authority. What they take in with it is
//! little: it can speak for names and addresses of local networks, for those that this machine had when it was made,
//! and for nothing else. A stolen key opens nobody's bank.

use super::Authority;
use super::certificate::{Certificate, Unusable};
use crate::machine::Machine;
use crate::state;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use thiserror::Error;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// The authority, with its key.
const AUTHORITY_FILE: &str = "lan-ca.pem";
/// What it has issued, with its key and the authority's certificate.
const CERTIFICATE_FILE: &str = "lan.pem";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Long, since every device that knows it has to be taught anew.
const AUTHORITY_LIFE: Duration = Duration::from_secs(3650 * DAY.as_secs());
/// Apple's devices take none that lasts longer than 825 days; a new one is another warning to those who said yes to
/// the last, so it is not made more often than needed.
const CERTIFICATE_LIFE: Duration = Duration::from_secs(397 * DAY.as_secs());
/// Clocks of phones are not all right.
const BACKDATED: Duration = DAY;
/// Of a certificate that remembers those of before.
const ADDRESSES_MAX: usize = 32;
/// How soon another network is noticed.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// The networks that are nobody's own: RFC 1918, 6598, 3927, 4193, 4291, and loopback.
const LOCAL_NETWORKS: [(IpAddr, u8); 9] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
];
/// By which one of these authorities is known among others.
pub(crate) const ORGANIZATION: &str = "Ojak";
/// Names of the same kind: this machine, and what neighbours call each other (RFC 6761, 6762).
const LOCAL_NAMES: [&str; 2] = ["localhost", "local"];

/// SHA-256 of a certificate, as browsers show it: `AB:CD:…`.
pub(crate) fn fingerprint(certificate: &[u8]) -> String {
    Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// Why there is no certificate.
#[derive(Debug, Error)]
pub enum NotIssued {
    /// Out of randomness, or a name that cannot be in one.
    #[error(transparent)]
    Library(#[from] rcgen::Error),
    /// What was made is of no use.
    #[error("what was made {0}")]
    Unusable(#[from] Unusable),
}

/// The authority of this machine, and where it keeps what it has issued.
#[derive(Debug)]
pub(super) struct Lan {
    folder: Option<PathBuf>,
    authority: Own,
    issued: Issued,
}

impl Lan {
    /// What was kept in `folder`, as far as it is still good; the first to ask makes it.
    pub(super) fn open(folder: Option<PathBuf>) -> Result<(Self, Certificate), NotIssued> {
        Self::open_on(folder, &Machine::look(), SystemTime::now())
    }

    fn open_on(
        folder: Option<PathBuf>,
        machine: &Machine,
        now: SystemTime,
    ) -> Result<(Self, Certificate), NotIssued> {
        let (authority, folder) = Own::kept_in(folder, machine, now)?;
        let wanted = authority.permitted(machine);
        let kept =
            folder.as_ref().and_then(|folder| std::fs::read_to_string(folder.join(CERTIFICATE_FILE)).ok());
        let issued = match kept.and_then(|pem| Issued::parse(&pem, &authority)) {
            Some(issued) if issued.is_good(&wanted, now) => issued,
            Some(before) => authority.issue(wanted.and_of(&before.subjects), now)?,
            None => authority.issue(wanted, now)?,
        };
        let certificate = issued.certificate.clone();
        let lan = Self { folder, authority, issued };
        lan.keep();
        Ok((lan, certificate))
    }

    pub(super) fn authority(&self) -> Authority {
        Authority {
            pem: self.authority.pem.clone(),
            fingerprint: fingerprint(&self.authority.der),
            kept: self.folder.as_ref().map(|folder| folder.join(AUTHORITY_FILE)),
        }
    }

    /// Another one, if the one in force is not good any more.
    pub(super) fn renewed(&mut self) -> Option<Certificate> {
        self.renewed_on(&Machine::look(), SystemTime::now())
    }

    fn renewed_on(&mut self, machine: &Machine, now: SystemTime) -> Option<Certificate> {
        let wanted = self.authority.permitted(machine);
        if self.issued.is_good(&wanted, now) {
            return None;
        }
        match self.authority.issue(wanted.and_of(&self.issued.subjects), now) {
            Ok(issued) => self.issued = issued,
            Err(error) => {
                tracing::error!(%error, "the certificate of the local network could not be renewed");
                return None;
            }
        }
        tracing::info!("the certificate of the local network was renewed");
        self.keep();
        Some(self.issued.certificate.clone())
    }

    fn keep(&self) {
        let Some(folder) = &self.folder else { return };
        if let Err(error) = state::replace(folder, CERTIFICATE_FILE, self.issued.pem.as_bytes()) {
            tracing::warn!(%error, "the certificate cannot be kept, and is another one after a restart");
        }
    }
}

/// Names and addresses that a certificate is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Subjects {
    names: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
}

impl Subjects {
    fn of(certificate: &[u8]) -> Option<Self> {
        let (_, parsed) = parse_x509_certificate(certificate).ok()?;
        let mut subjects = Self::default();
        for name in &parsed.subject_alternative_name().ok()??.value.general_names {
            match name {
                GeneralName::DNSName(name) => {
                    subjects.names.insert((*name).to_owned());
                }
                GeneralName::IPAddress(bytes) => {
                    subjects.addresses.insert(address(bytes)?);
                }
                _ => {}
            }
        }
        Some(subjects)
    }

    /// With the names of before, and the IPv4 addresses as far as there is room: who comes back to a network is not warned
    /// there again each time.
    fn and_of(mut self, before: &Self) -> Self {
        let room = ADDRESSES_MAX.saturating_sub(self.addresses.len());
        let is_one_more = |address: &&IpAddr| address.is_ipv4() && !self.addresses.contains(*address);
        let again: Vec<_> = before.addresses.iter().filter(is_one_more).take(room).copied().collect();
        self.addresses.extend(again);
        self.names.extend(before.names.iter().cloned());
        self
    }

    /// Whether whoever comes by one of `wanted` finds what they expect. Machines change their IPv6 addresses every
    /// day, and hardly anybody types one: one of them is enough.
    fn covers(&self, wanted: &Self) -> bool {
        let knows = |address: &&IpAddr| self.addresses.contains(*address);
        let (v4, v6): (Vec<_>, Vec<_>) =
            wanted.addresses.iter().filter(|address| !address.is_loopback()).partition(|one| one.is_ipv4());
        self.names.is_superset(&wanted.names)
            && v4.iter().all(knows)
            && (v6.is_empty() || v6.iter().any(knows))
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => None,
    }
}

/// A certificate that was issued.
#[derive(Debug)]
struct Issued {
    certificate: Certificate,
    subjects: Subjects,
    /// As it is kept.
    pem: String,
}

impl Issued {
    /// What was kept, if `authority` has issued it.
    fn parse(pem: &str, authority: &Own) -> Option<Self> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().ok()?;
        let [own, issuer] = chain.as_slice() else { return None };
        if *issuer != authority.der {
            return None;
        }
        let subjects = Subjects::of(own)?;
        let certificate = Certificate::from_pem(pem.as_bytes(), pem.as_bytes()).ok()?;
        Some(Self { certificate, subjects, pem: pem.to_owned() })
    }

    fn is_good(&self, wanted: &Subjects, now: SystemTime) -> bool {
        self.subjects.covers(wanted) && !self.certificate.is_due(now)
    }
}

/// The authority, with its key.
#[derive(Debug)]
struct Own {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    pem: String,
    names: Vec<String>,
    /// Address and mask.
    networks: Vec<(IpAddr, IpAddr)>,
    not_after: SystemTime,
}

impl Own {
    /// With the folder in which it is, if it can be kept at all.
    fn kept_in(
        folder: Option<PathBuf>,
        machine: &Machine,
        now: SystemTime,
    ) -> Result<(Self, Option<PathBuf>), NotIssued> {
        let kept = folder.ok_or_else(|| "there is no folder for it".to_owned()).and_then(|folder| {
            let text = |error: &dyn std::fmt::Display| error.to_string();
            let made =
                || make_authority(machine, now).map_err(|error| std::io::Error::other(error.to_string()));
            let pem = state::kept(&folder, AUTHORITY_FILE, made).map_err(|error| text(&error))?;
            let pem = String::from_utf8(pem).map_err(|error| text(&error))?;
            if let Some(own) = Self::parse(&pem).filter(|own| own.lasts(now)) {
                return Ok((own, folder));
            }
            tracing::warn!("the authority in {AUTHORITY_FILE} is damaged or at its end: another one is made");
            let pem = make_authority(machine, now).map_err(|error| text(&error))?;
            state::replace(&folder, AUTHORITY_FILE, pem.as_bytes()).map_err(|error| text(&error))?;
            Ok((Self::parse(&pem).ok_or("what was made cannot be read")?, folder))
        });
        match kept {
            Ok((own, folder)) => Ok((own, Some(folder))),
            Err(reason) => {
                tracing::warn!(
                    "the certificate of the local network cannot be kept, so that browsers warn of another one after \
                     each restart ({reason}); --state-dir names another folder"
                );
                let own = Self::parse(&make_authority(machine, now)?);
                own.map(|own| (own, None)).ok_or(NotIssued::Library(rcgen::Error::CouldNotParseCertificate))
            }
        }
    }

    fn parse(pem: &str) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let not_after = Certificate::new(vec![der.clone()], key.clone_key()).ok()?.not_after;
        let issuer = Issuer::from_ca_cert_der(&der, KeyPair::try_from(&key).ok()?).ok()?;
        let (mut names, mut networks) = (Vec::new(), Vec::new());
        {
            let (_, parsed) = parse_x509_certificate(&der).ok()?;
            for permitted in parsed.name_constraints().ok()??.value.permitted_subtrees.as_ref()? {
                match &permitted.base {
                    GeneralName::DNSName(name) => names.push((*name).to_owned()),
                    GeneralName::IPAddress(bytes) => {
                        let (network, mask) = bytes.split_at_checked(bytes.len() / 2)?;
                        networks.push((address(network)?, address(mask)?));
                    }
                    _ => {}
                }
            }
        }
        // Without the key.
        let pem = pem.get(pem.find("-----BEGIN CERTIFICATE-----")?..)?.to_owned();
        Some(Self { issuer, der, pem, names, networks, not_after })
    }

    /// Whether what is issued now will not outlive it.
    fn lasts(&self, now: SystemTime) -> bool {
        self.not_after.duration_since(now).is_ok_and(|left| left >= CERTIFICATE_LIFE)
    }

    /// As much of `machine` as this one may speak for, and what every machine is called.
    fn permitted(&self, machine: &Machine) -> Subjects {
        let name_fits = |name: &&String| {
            self.names.iter().any(|permitted| {
                name.strip_suffix(permitted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        let within = |address: IpAddr, network: IpAddr, mask: IpAddr| match (address, network, mask) {
            (IpAddr::V4(address), IpAddr::V4(network), IpAddr::V4(mask)) => address & mask == network & mask,
            (IpAddr::V6(address), IpAddr::V6(network), IpAddr::V6(mask)) => address & mask == network & mask,
            _ => false,
        };
        let address_fits = |address: &&IpAddr| {
            self.networks.iter().any(|(network, mask)| within(**address, *network, *mask))
        };
        let mut names: BTreeSet<_> = machine.names.iter().filter(name_fits).cloned().collect();
        names.insert("localhost".into());
        let mut addresses: BTreeSet<_> = machine.addresses.iter().filter(address_fits).copied().collect();
        addresses.extend([IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]);
        Subjects { names, addresses }
    }

    fn issue(&self, subjects: Subjects, now: SystemTime) -> Result<Issued, NotIssued> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.not_before = (now - BACKDATED).into();
        params.not_after = (now - BACKDATED + CERTIFICATE_LIFE).into();
        params.distinguished_name.push(DnType::CommonName, "Ojak on this network");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        for name in &subjects.names {
            params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
        }
        params.subject_alt_names.extend(subjects.addresses.iter().copied().map(SanType::IpAddress));
        let certificate = params.signed_by(&key, &self.issuer)?;
        let pem = [key.serialize_pem(), certificate.pem(), self.pem.clone()].concat();
        let certificate = Certificate::from_pem(pem.as_bytes(), pem.as_bytes())?;
        Ok(Issued { certificate, subjects, pem })
    }
}

/// An authority for `machine`, its key before its certificate.
fn make_authority(machine: &Machine, now: SystemTime) -> Result<String, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.not_before = (now - BACKDATED).into();
    params.not_after = (now + AUTHORITY_LIFE).into();
    let host = machine.names.iter().find(|name| !name.contains('.')).map_or("this machine", String::as_str);
    params.distinguished_name.push(DnType::CommonName, format!("Ojak on {host}"));
    params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
    // It issues certificates of servers, and no further authorities.
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let own_names = machine.names.iter().map(String::as_str).filter(|name| is_nobody_elses(name));
    let names = LOCAL_NAMES.into_iter().chain(own_names);
    // Of an IPv6 network one address is as good as another.
    let own = machine.addresses.iter().map(|address| (*address, if address.is_ipv4() { 32 } else { 64 }));
    let networks = LOCAL_NETWORKS.into_iter().chain(own);
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names
            .map(|name| GeneralSubtree::DnsName(name.to_owned()))
            .chain(networks.map(|(address, prefix)| {
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(masked(address, prefix), prefix))
            }))
            .collect(),
        excluded_subtrees: Vec::new(),
    });
    let certificate = params.self_signed(&key)?;
    Ok([key.serialize_pem(), certificate.pem()].concat())
}

/// Whether nobody else has a name that ends with this one. To a browser a single word is a whole top-level domain: who may
/// speak for a machine called `dev` may speak for everybody's site below that. All of those are of letters only, or begin
/// like names in other scripts (RFC 3696 section 2, RFC 5890).
fn is_nobody_elses(name: &str) -> bool {
    let is_of_letters = || name.bytes().all(|byte| byte.is_ascii_alphabetic()) || name.starts_with("xn--");
    name.contains('.') || !is_of_letters()
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            (address & Ipv4Addr::from_bits(mask)).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            (address & Ipv6Addr::from_bits(mask)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::crypto::ring;
    use rustls::pki_types::{ServerName, UnixTime};
    use std::path::Path;
    use std::sync::Arc;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ojak-lan-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            Self(path)
        }

        fn path(&self) -> Option<PathBuf> {
            Some(self.0.clone())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn machine(names: &[&str], addresses: &[&str]) -> Machine {
        Machine {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
        }
    }

    fn den() -> Machine {
        machine(&["den7", "den7.local"], &["192.168.1.5", "203.0.113.9", "2001:db8:1:2::5"])
    }

    fn days(count: u32) -> Duration {
        DAY * count
    }

    /// What somebody sees who knows the authority and comes by `name`.
    fn seen(
        authority: &Own,
        certificate: &Certificate,
        name: &str,
        now: SystemTime,
    ) -> Result<(), rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let (own, others) = certificate.key.cert.split_first().unwrap();
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        verifier.verify_server_cert(own, others, &name, &[], UnixTime::since_unix_epoch(since)).map(|_| ())
    }

    #[test]
    fn whoever_knows_the_authority_believes_every_name_and_address_of_the_machine() {
        let now = SystemTime::now();
        let (lan, certificate) = Lan::open_on(None, &den(), now).unwrap();
        for name in [
            "localhost",
            "den7",
            "den7.local",
            "127.0.0.1",
            "::1",
            "192.168.1.5",
            "203.0.113.9",
            "2001:db8:1:2::5",
        ] {
            seen(&lan.authority, &certificate, name, now).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        for name in ["bank.example", "elsewhere.local", "192.168.1.6", "203.0.113.8"] {
            assert!(seen(&lan.authority, &certificate, name, now).is_err(), "{name}");
        }
    }

    #[test]
    fn who_has_the_key_of_the_authority_speaks_for_the_local_network_and_nobody_else() {
        let now = SystemTime::now();
        let (lan, _) = Lan::open_on(None, &den(), now).unwrap();
        let forged = |name: &str| {
            let mut subjects = Subjects::default();
            match name.parse() {
                Ok(address) => subjects.addresses.insert(address),
                Err(_) => subjects.names.insert(name.to_owned()),
            };
            let issued = lan.authority.issue(subjects, now).unwrap();
            seen(&lan.authority, &issued.certificate, name, now)
        };
        for name in ["printer.local", "192.168.1.1", "10.0.0.1", "fd00::1"] {
            assert!(forged(name).is_ok(), "{name}");
        }
        for name in
            ["bank.example", "local.example", "den.example", "1.1.1.1", "203.0.113.8", "2606:4700::1111"]
        {
            assert!(forged(name).is_err(), "{name}");
        }
    }

    /// `dev`, `app` and `cloud` are names that people give to their machines, and domains with banks in them.
    #[test]
    fn who_has_the_key_of_a_machine_called_like_a_domain_does_not_speak_for_that() {
        let now = SystemTime::now();
        for name in ["dev", "app", "xn--q9jyb4c"] {
            let (lan, own) =
                Lan::open_on(None, &machine(&[name, &format!("{name}.local")], &[]), now).unwrap();
            seen(&lan.authority, &own, &format!("{name}.local"), now).unwrap();
            for forged in [format!("bank.{name}"), name.to_owned()] {
                let subjects = Subjects { names: BTreeSet::from([forged.clone()]), ..Subjects::default() };
                let issued = lan.authority.issue(subjects, now).unwrap();
                assert!(seen(&lan.authority, &issued.certificate, &forged, now).is_err(), "{forged}");
            }
        }
    }

    #[test]
    fn a_restart_changes_nothing() {
        let folder = Folder::new("restart");
        let now = SystemTime::now();
        let (lan, first) = Lan::open_on(folder.path(), &den(), now).unwrap();
        let fingerprint = lan.authority().fingerprint;
        let (lan, second) = Lan::open_on(folder.path(), &den(), now + days(200)).unwrap();
        assert_eq!(lan.authority().fingerprint, fingerprint);
        assert_eq!(second.key.cert, first.key.cert);
        assert!(!lan.authority().pem.contains("PRIVATE"), "what is handed out has no key");
        #[cfg(unix)]
        for file in [AUTHORITY_FILE, CERTIFICATE_FILE] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.0.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn at_two_thirds_of_its_life_there_is_another_one_of_the_same_authority() {
        let folder = Folder::new("renewed");
        let now = SystemTime::now();
        let (mut lan, first) = Lan::open_on(folder.path(), &den(), now).unwrap();
        assert!(lan.renewed_on(&den(), now + days(262)).is_none());
        let later = now + days(265);
        let second = lan.renewed_on(&den(), later).unwrap();
        assert_ne!(second.key.cert, first.key.cert);
        seen(&lan.authority, &second, "den7.local", later + days(390)).unwrap();
        assert!(lan.renewed_on(&den(), later).is_none());
        let (lan, kept) = Lan::open_on(folder.path(), &den(), later).unwrap();
        assert_eq!(kept.key.cert, second.key.cert);
        drop(lan);
        let (_, third) = Lan::open_on(folder.path(), &den(), later + days(265)).unwrap();
        assert_ne!(third.key.cert, kept.key.cert, "a start looks as well");
    }

    #[test]
    fn another_network_is_another_certificate_and_one_less_is_none() {
        let now = SystemTime::now();
        let (mut lan, _) = Lan::open_on(None, &den(), now).unwrap();
        let moved = machine(&["den7", "den7.local"], &["10.1.2.3", "2001:db8:1:2::5"]);
        let certificate = lan.renewed_on(&moved, now).unwrap();
        seen(&lan.authority, &certificate, "10.1.2.3", now).unwrap();
        assert!(
            lan.renewed_on(&machine(&["den7"], &["10.1.2.3"]), now).is_none(),
            "it is good for those still"
        );
        let of_today = machine(&["den7"], &["10.1.2.3", "2001:db8:1:2::5", "2001:db8:1:2::6"]);
        assert!(lan.renewed_on(&of_today, now).is_none(), "one IPv6 address is enough");
        assert!(lan.renewed_on(&machine(&["den7"], &["2001:db8:1:2::7"]), now).is_some(), "none is not");
        let elsewhere = machine(&["den7", "attic"], &["2001:db8:1:2::7", "198.51.100.1"]);
        assert!(
            lan.renewed_on(&elsewhere, now).is_none(),
            "what the authority may not say is not asked of it"
        );
    }

    /// A laptop that is carried to and fro had another certificate at home each evening, and everybody there another warning.
    #[test]
    fn who_comes_back_to_a_network_has_the_certificate_they_left_with() {
        let folder = Folder::new("back");
        let now = SystemTime::now();
        let at = |address: &str| machine(&["den7", "den7.local"], &[address]);
        let (mut lan, _) = Lan::open_on(folder.path(), &at("192.168.1.5"), now).unwrap();
        let moved = lan.renewed_on(&at("10.1.2.3"), now).unwrap();
        for address in ["192.168.1.5", "10.1.2.3"] {
            seen(&lan.authority, &moved, address, now).unwrap();
        }
        assert!(lan.renewed_on(&at("192.168.1.5"), now).is_none());
        // After a restart elsewhere, too.
        let (mut lan, elsewhere) = Lan::open_on(folder.path(), &at("172.16.0.7"), now).unwrap();
        assert_ne!(elsewhere.key.cert, moved.key.cert);
        assert!(lan.renewed_on(&at("10.1.2.3"), now).is_none());
        // Not without end.
        for last in 0..100 {
            lan.renewed_on(&at(&format!("10.9.9.{last}")), now);
        }
        assert!(lan.issued.subjects.addresses.len() <= ADDRESSES_MAX);
        assert!(lan.renewed_on(&at("10.9.9.99"), now).is_none(), "the last is always in it");
    }

    #[test]
    fn what_is_damaged_or_of_another_authority_is_made_anew() {
        let folder = Folder::new("damaged");
        let now = SystemTime::now();
        let (lan, first) = Lan::open_on(folder.path(), &den(), now).unwrap();
        let damage = |file: &str, text: &str| std::fs::write(Path::new(&folder.0).join(file), text).unwrap();
        damage(CERTIFICATE_FILE, "nonsense");
        let (again, second) = Lan::open_on(folder.path(), &den(), now).unwrap();
        assert_eq!(again.authority.der, lan.authority.der);
        assert_ne!(second.key.cert, first.key.cert);
        damage(AUTHORITY_FILE, "nonsense");
        let (other, third) = Lan::open_on(folder.path(), &den(), now).unwrap();
        assert_ne!(other.authority.der, lan.authority.der);
        seen(&other.authority, &third, "den7.local", now).unwrap();
        // It would not outlive what it issues any more.
        let late = now + AUTHORITY_LIFE - days(30);
        let (last, _) = Lan::open_on(folder.path(), &den(), late).unwrap();
        assert_ne!(last.authority.der, other.authority.der);
    }

    #[test]
    fn where_nothing_can_be_kept_there_is_one_all_the_same() {
        let folder = Folder::new("unkept");
        std::fs::write(&folder.0, "a file").unwrap();
        let (lan, certificate) = Lan::open_on(folder.path(), &den(), SystemTime::now()).unwrap();
        assert!(lan.authority().kept.is_none());
        seen(&lan.authority, &certificate, "den7.local", SystemTime::now()).unwrap();
        std::fs::remove_file(&folder.0).unwrap();
    }
}
