//! The kinds of networks that people call from, and whether a call comes about between each two: the tests play every
//! one once, and `networks` writes what came of it into docs/networks.md.

use crate::flow::Moment;
use crate::lab::{Access, SERVER, SERVER_V6};
use crate::page::Person;
use crate::process::{self, Process};
use crate::scene::Scene;
use crate::server::Server;
use crate::setup::{Kind, Setup, Trust, Viewport};
use crate::wait::{until, until_within};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// One kind of network on each side.
pub struct Networks {
    /// For the report.
    pub title: &'static str,
    /// How whoever is there first gets out, and how whoever comes does.
    first: Access,
    second: Access,
    /// Both in the network of the first.
    together: bool,
    /// How media may go, as `data-path` of a tile has it.
    ways: &'static [&'static str],
}

const fn both(title: &'static str, access: Access, ways: &'static [&'static str]) -> Networks {
    Networks { title, first: access, second: access, together: false, ways }
}

/// All of them. The last one cannot be undone.
pub const ALL: [Networks; 7] = [
    both("open: a public address on both sides", Access::Open, &["direct"]),
    both("port-restricted NAT on both sides", Access::PortRestricted, &["direct"]),
    both("symmetric NAT on both sides", Access::Symmetric, &["relay-udp"]),
    // Browsers prefer TCP without TLS, unless the answer by the other way is there first.
    both("no UDP on either side", Access::NoUdp, &["relay-tcp", "relay-tls"]),
    both("nothing but TCP to port 443 on either side", Access::WebOnly, &["relay-tls"]),
    Networks {
        title: "IPv4 only on one side, IPv6 only on the other",
        first: Access::PortRestricted,
        second: Access::Ipv6,
        together: false,
        // Chromium 156 never asks for a relay over UDP and IPv6, where it does over TCP.
        ways: &["relay-udp", "relay-tcp"],
    },
    Networks {
        title: "both on one LAN",
        first: Access::PortRestricted,
        second: Access::PortRestricted,
        together: true,
        ways: &["direct"],
    },
];

/// The pairs of browsers: who is there first, and who comes.
pub const PAIRS: [(Kind, Kind); 3] =
    [(Kind::Chromium, Kind::Chromium), (Kind::Chromium, Kind::Firefox), (Kind::Firefox, Kind::Firefox)];

/// What the server is called. Firefox speaks TLS to a relay that has a name, and not to a bare address.
const NAME: &str = "call.example";

/// A page that is not there by then is asked for once more: browsers give up a page in whose midst their network changed.
const LOADED_WITHIN: Duration = Duration::from_secs(8);

/// What came of one call.
#[derive(Debug)]
pub struct Outcome {
    /// How media goes, as both pages say.
    pub way: String,
    /// From the click on Join to the first picture of the other one.
    pub first_picture: Duration,
}

/// Plays all of them between two browsers of these kinds, and hands each outcome to `done`.
///
/// # Errors
/// When the lab or a browser cannot be had.
pub async fn play(
    (first, second): (Kind, Kind),
    mut done: impl FnMut(&'static Networks, Result<Outcome>),
) -> Result<()> {
    let name = format!("networks-{first:?}-{second:?}").to_lowercase();
    // As on a server of its own: the page over HTTPS at its usual port, with a certificate for its name, and a relay.
    let [authority, certificate, key] =
        certificate(&process::artefacts().join(format!("{name}-certificate")))?;
    let flags = ["--https", "[::]:443", "--tls-cert", &certificate, "--tls-key", &key, "--turn", "[::]:3478"];
    Scene::play_relayed(&name, &[&flags[..], &["--joins-per-minute", "0"]].concat(), async |scene| {
        let server = scene.server();
        let trust = Trust::Also(authority.into());
        let setup = |kind| Setup::new(kind).trusting(trust.clone());
        let [ana, ben] = scene.people([("Ana", setup(first)), ("Ben", setup(second))]).await?;
        for networks in &ALL {
            let outcome = networks.call(&server, &ana, &ben).await;
            done(networks, outcome.with_context(|| format!("{first:?}, {second:?}: {}", networks.title)));
        }
        Ok(())
    })
    .await
}

/// Files below `folder` with an authority, a certificate of its for the server, and the key of that.
fn certificate(folder: &Path) -> Result<[String; 3]> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "Ojak tests");
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let names = [NAME.to_owned(), SERVER.to_string(), SERVER_V6.to_string()];
    let mut of_server = CertificateParams::new(names)?;
    // Browsers take none that is good for years.
    let (now, month) = (SystemTime::now(), Duration::from_secs(30 * 24 * 3600));
    (of_server.not_before, of_server.not_after) = ((now - month).into(), (now + month).into());
    let certificate = of_server.signed_by(&key, &issuer)?;
    std::fs::create_dir_all(folder)?;
    let files = [
        ("authority.pem", issuer.pem()),
        ("certificate.pem", certificate.pem()),
        ("key.pem", key.serialize_pem()),
    ];
    let mut paths = Vec::new();
    for (name, pem) in files {
        let path = folder.join(name);
        std::fs::write(&path, pem)?;
        paths.push(path.canonicalize()?.display().to_string());
    }
    paths.try_into().ok().context("three files")
}

impl Networks {
    async fn call(&self, server: &Server, ana: &Rc<Person>, ben: &Rc<Person>) -> Result<Outcome> {
        try_join(ana.goes_away(), ben.goes_away()).await?;
        ana.site().has(self.first)?;
        ben.site().has(self.second)?;
        if self.together {
            ben.site().moves_in_with(ana.site())?;
        }
        let room: String = self.title.chars().filter(char::is_ascii_alphanumeric).collect();
        try_join(ana.arrives(server, &room), ben.arrives(server, &room)).await?;
        ana.join().await?;
        ana.is_in_call().await?;
        ben.join().await?;
        let ben_id = ana.meets("Ben").await?;
        let ana_id = ben.meets("Ana").await?;
        try_join(ana.sees_and_hears(&ben_id), ben.sees_and_hears(&ana_id)).await?;

        let (way, _) = try_join(is_said_to(ana, self.ways), is_said_to(ben, self.ways)).await?;
        let (joined, seen): (Moment, Option<Moment>) =
            ben.evaluate("return [__e2e.joined, __e2e.firstPicture]", []).await?;
        let first_picture = seen.context("no picture was noticed")?.since(joined);
        Ok(Outcome { way, first_picture })
    }
}

/// The page says how media goes, and it is so; and it is one of `ways`.
async fn is_said_to(person: &Person, ways: &[&str]) -> Result<String> {
    let said = "return document.querySelector('figure[data-path]')?.dataset.path ?? ''";
    until(&format!("{} is told how the call goes", person.who()), async || {
        let links = person.links().await?;
        let link = links.iter().rfind(|link| link.state == "connected").context("no connection")?;
        let said: String = person.evaluate(said, []).await?;
        ensure!(ways.contains(&&*said), "it says {said:?}, not {ways:?}: {}", link.pair);
        // One side may reach the other's relay directly, and is told by what that one reaches it.
        ensure!(
            link.way == said || (link.is_by_the_others_relay() && said != "direct"),
            "{said:?}, but {}",
            link.pair
        );
        Ok(said)
    })
    .await
}

impl Person {
    /// Leaves the page for an empty one.
    async fn goes_away(&self) -> Result<()> {
        Ok(self.browser().driver().goto("about:blank").await?)
    }

    /// Opens the lobby of `room`, and waits for the own picture. A browser may notice only now that its network has
    /// changed.
    async fn arrives(&self, server: &Server, room: &str) -> Result<()> {
        let url = server.secure_url_on(NAME, room);
        until(&format!("{} opens {url}", self.who()), async || {
            self.browser().driver().goto(&url).await?;
            until_within(LOADED_WITHIN, "the page has started", async || {
                let call = self.call().await?;
                ensure!(call == "lobby", "data-call={call}");
                Ok(())
            })
            .await
        })
        .await?;
        self.install_oracle().await?;
        self.sees_own_preview().await
    }
}

/// Somebody whose network lets only the page through is told so within ten seconds, and what helps; so is the other one.
/// As soon as it lets more through, they are connected.
///
/// # Errors
/// When one of these is not so.
pub async fn nothing_passes() -> Result<()> {
    const SAID: Duration = Duration::from_secs(10);
    // Without HTTPS, whose port would lead to the relay.
    Scene::play_relayed("networks-nothing-passes", &["--turn", "0.0.0.0:3478"], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox)]).await?;
        ben.site().has(Access::PageOnly)?;
        let (server, room) = (scene.server(), "walled-in");
        try_join(ana.enter(&server, room), ben.gets_ready(&server, room)).await?;
        ben.join().await?;
        ben.is_in_call().await?;
        let is_told = async |person: &Person, words: &str| {
            until_within(SAID, &format!("{} is told what is blocked", person.who()), async || {
                let tiles = person.tiles().await?;
                let tile = tiles.iter().find(|tile| tile.peer != "self").context("nobody else")?;
                ensure!(tile.state == "failed" && tile.text.contains(words), "{tile:?}");
                Ok(())
            })
            .await
        };
        let (to_ben, to_ana) = ("Your network lets no calls out", "Ben’s network lets no calls out");
        try_join(is_told(&ana, to_ana), is_told(&ben, to_ben)).await?;
        ben.site().has(Access::PortRestricted)?;
        try_join(ana.meets("Ben"), ben.meets("Ana")).await.map(drop)
    })
    .await
}

/// Two who cannot do without a relay are relayed by Debian's coturn, as `deploy/` configures it, with the passwords that
/// the product gives them.
///
/// # Errors
/// When they are not.
pub async fn coturn_relays() -> Result<()> {
    const SECRET: &str = "of the lab";
    let folder = process::artefacts().join("networks-coturn-configuration");
    let [_, certificate, key] = certificate(&folder)?;
    let file = |name: &str| folder.join(name).display().to_string();
    let mut configuration = include_str!("../../../deploy/turnserver.conf").to_owned();
    for (line, here) in [
        ("/etc/ssl/turn.example.pem", certificate.as_str()),
        ("/etc/ssl/private/turn.example.key", key.as_str()),
        ("static-auth-secret=change-me", &format!("static-auth-secret={SECRET}")),
        ("\nsyslog\n", "\nlog-file=stdout\n"),
    ] {
        ensure!(configuration.contains(line), "there is no {line:?}");
        configuration = configuration.replace(line, here);
    }
    std::fs::write(file("turnserver.conf"), configuration)?;
    std::fs::write(file("secret"), SECRET)?;
    let relay = |transport: &str| format!("turn:{SERVER}:3478?transport={transport}");
    let (udp, tcp, secret) = (relay("udp"), relay("tcp"), file("secret"));
    let flags = ["--ice-secret", &secret, "--ice-server", &udp, "--ice-server", &tcp];
    Scene::play_relayed("networks-coturn", &flags, async |scene| {
        let mut command = scene.server().place().command(process::find(&["turnserver"])?);
        command.args(["-c", &file("turnserver.conf"), "--pidfile", &file("pid"), "--db", &file("db")]);
        let _coturn = Process::start(&mut command, &scene.directory().join("coturn.log"))?;
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox)]).await?;
        for person in [&ana, &ben] {
            person.site().has(Access::Symmetric)?;
        }
        let (server, room) = (scene.server(), "behind-coturn");
        ana.enter(&server, room).await?;
        ben.enter(&server, room).await?;
        let (ben_id, ana_id) = (ana.meets("Ben").await?, ben.meets("Ana").await?);
        try_join(ana.sees_and_hears(&ben_id), ben.sees_and_hears(&ana_id)).await?;
        try_join(is_said_to(&ana, &["relay-udp"]), is_said_to(&ben, &["relay-udp"])).await.map(drop)
    })
    .await
}

/// Somebody with a phone comes to a server in their network by the certificate that it has made itself: past the
/// browser's warning, and without any once its authority is installed.
///
/// # Errors
/// When they do not.
pub async fn a_phone_comes_by_the_certificate_of_the_lan() -> Result<()> {
    Scene::play_relayed("networks-phone", &["--https", "0.0.0.0:443"], async |scene| {
        let server = scene.server();
        let authority = Trust::Also(server.authority()?);
        let [stranger, phone, laptop] = scene
            .people([
                ("Stranger", Setup::new(Kind::Chromium)),
                ("Phone", Setup::new(Kind::Chromium).trusting(Trust::Anybody)),
                ("Laptop", Setup::new(Kind::Firefox).trusting(authority)),
            ])
            .await?;
        stranger.browser().driver().goto(server.url("home")).await?;
        let seen = stranger.text().await?;
        ensure!(seen.contains("ERR_CERT_AUTHORITY_INVALID"), "no browser warns of it, but shows {seen:?}");

        phone.browser().resize(Viewport::Phone).await?;
        phone.site().moves_in_with(laptop.site())?;
        laptop.enter(&server, "home").await?;
        phone.enter(&server, "home").await?;
        let phone_id = laptop.meets("Phone").await?;
        let laptop_id = phone.meets("Laptop").await?;
        try_join(phone.sees_and_hears(&laptop_id), laptop.sees_and_hears(&phone_id)).await?;
        phone.has_no_complaints().await
    })
    .await
}
