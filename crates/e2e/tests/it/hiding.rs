//! Going through the relay only, and what is said where no way to somebody is found.

use anyhow::{Context, Result, ensure};
use ojak_e2e::{Kind, Language, Person, Role, Scene, Setup, until, until_within};
use serde_json::json;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

/// From the beginning of an attempt until the page says why it is of no use.
const SAID: Duration = Duration::from_secs(10);
/// Another way has to be found, and the other side has to report it.
const REROUTED: Duration = Duration::from_secs(30);
const HIDE: &str = "Hide my address (relay only)";

/// Remembers every candidate that leaves the page from now on, by the server or from page to page, alone or in a
/// description; from each choice on those that leave after it.
const RECORD: &str = r#"
    window.toldCandidates = [];
    for (const way of [WebSocket, RTCDataChannel]) {
        const send = way.prototype.send;
        way.prototype.send = function (what) {
            if (typeof what === 'string') toldCandidates.push(...(what.match(/candidate:[^"\\]+/g) ?? []));
            return send.apply(this, arguments);
        };
    }
    document.addEventListener('click', ({ target }) => {
        if (target.closest('[role=switch]')) toldCandidates.length = 0;
    }, { capture: true });"#;

/// Starts its relay on a port that is free.
async fn play_with_relay(act: impl AsyncFnOnce(&Scene) -> Result<()>) {
    let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    let relay = free.expect("a free port").to_string();
    Scene::play(&["--turn", &relay, "--turn-allow-private"], act).await;
}

/// Opens the settings at what is about the connection.
async fn opens_connection_settings(person: &Person) -> Result<()> {
    person.presses_key(',').await?;
    person.find(Role::Dialog, "Settings").await?;
    let open = "[...document.querySelectorAll('dialog [role=tab]')].find((tab) => tab.innerText === 'Connection').click()";
    person.evaluate::<()>(open, []).await
}

/// Chooses to hide, or not to any more, and goes back to the call.
async fn hides(person: &Person, hides: bool) -> Result<()> {
    opens_connection_settings(person).await?;
    person.find(Role::Switch, HIDE).await?.click().await?;
    let switch = person.find(Role::Switch, HIDE).await?;
    ensure!(switch.attr("aria-checked").await?.as_deref() == Some(if hides { "true" } else { "false" }));
    person.click("Close").await
}

/// Waits until the tile of `peer` says that packets go this way: by what a relay is reached, is the browser's choice.
async fn goes(person: &Person, peer: &str, path: &str) -> Result<()> {
    until_within(REROUTED, &format!("{} goes {path}", person.who()), async || {
        let script =
            "return document.querySelector(`figure[data-peer=\"${arguments[0]}\"]`)?.dataset.path ?? null";
        let now: Option<String> = person.evaluate(script, [json!(peer)]).await?;
        ensure!(now.as_deref().is_some_and(|now| now.split('-').next() == Some(path)), "{now:?}");
        Ok(())
    })
    .await
}

/// What the tile of the only other person says, while nobody is to be seen on it.
async fn is_told(person: &Person, words: &[&str]) -> Result<()> {
    until_within(SAID, &format!("{} is told what is blocked", person.who()), async || {
        let tiles = person.tiles().await?;
        let tile = tiles.iter().find(|tile| tile.peer != "self").context("nobody else")?;
        ensure!(tile.state == "failed", "{tile:?}");
        ensure!(words.iter().all(|words| tile.text.contains(words)), "{tile:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whether_one_hides_is_kept() {
    play_with_relay(async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "behind").await?;
        hides(&ana, true).await?;
        ana.browser().driver().refresh().await?;
        ana.is_in_call().await?;
        ana.install_oracle().await?;
        opens_connection_settings(&ana).await?;
        let switch = ana.find(Role::Switch, HIDE).await?;
        ensure!(switch.attr("aria-checked").await?.as_deref() == Some("true"));
        let hint = "return document.getElementById('settings-hide-address-hint').textContent";
        let hint: String = ana.evaluate(hint, []).await?;
        ensure!(hint.contains("through the server’s relay"), "{hint:?}");
        ana.has_no_barriers("the settings of the connection").await?;
        ana.has_no_complaints().await
    })
    .await;
}

/// Ana hides before Ben comes, shows herself, and hides again, all in one call.
async fn who_hides_tells_no_address(first: Kind, second: Kind) {
    play_with_relay(async |scene| {
        let [ana, ben] = scene.people([("Ana", first), ("Ben", second)]).await?;
        let (server, room) = (scene.server(), "behind");
        ana.gets_ready(&server, room).await?;
        ana.evaluate::<()>(RECORD, []).await?;
        ana.join().await?;
        ana.is_in_call().await?;
        hides(&ana, true).await?;
        ben.enter(&server, room).await?;
        let (ben_id, ana_id) = (ana.meets("Ben").await?, ben.meets("Ana").await?);
        goes(&ana, &ben_id, "relay").await?;
        goes(&ben, &ana_id, "relay").await?;
        ana.sees_and_hears(&ben_id).await?;
        ben.sees_and_hears(&ana_id).await?;
        let only_relays = async |when: &str| {
            let told: Vec<String> = ana.evaluate("return toldCandidates.splice(0)", []).await?;
            let is_concealed = |told: &String| {
                told.contains(" typ relay raddr 0.0.0.0 rport 0")
                    || told.contains(" typ relay raddr :: rport 0")
            };
            ensure!(!told.is_empty() && told.iter().all(is_concealed), "{when}: {told:#?}");
            Ok(())
        };
        only_relays("before Ben came").await?;

        hides(&ana, false).await?;
        goes(&ana, &ben_id, "direct").await?;
        goes(&ben, &ana_id, "direct").await?;
        let told: Vec<String> = ana.evaluate("return toldCandidates.splice(0)", []).await?;
        ensure!(told.iter().any(|told| told.contains(" typ host")), "{told:#?}");

        hides(&ana, true).await?;
        goes(&ana, &ben_id, "relay").await?;
        goes(&ben, &ana_id, "relay").await?;
        ana.sees_and_hears(&ben_id).await?;
        ben.sees_and_hears(&ana_id).await?;
        only_relays("during the call").await?;
        ana.has_no_complaints().await?;
        ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn who_hides_in_chromium_from_chromium_tells_no_address() {
    who_hides_tells_no_address(Kind::Chromium, Kind::Chromium).await;
}

#[tokio::test]
async fn who_hides_in_chromium_from_firefox_tells_no_address() {
    who_hides_tells_no_address(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
async fn who_hides_in_firefox_from_chromium_tells_no_address() {
    who_hides_tells_no_address(Kind::Firefox, Kind::Chromium).await;
}

/// There is nothing to hide behind: that is said where it is chosen, and within ten seconds on the tile; and as soon as it
/// is chosen no more, the two are connected.
async fn who_hides_behind_nothing_is_told_so(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", first), ("Ben", second)]).await?;
        let (server, room) = (scene.server(), "behind");
        ana.enter(&server, room).await?;
        hides(&ana, true).await?;
        opens_connection_settings(&ana).await?;
        until("the settings say that there is no relay", async || {
            let hint = "return document.getElementById('settings-hide-address-hint')?.textContent ?? ''";
            let hint: String = ana.evaluate(hint, []).await?;
            ensure!(hint.contains("This server has no relay"), "{hint:?}");
            Ok(())
        })
        .await?;
        ana.click("Close").await?;
        ben.enter(&server, room).await?;
        is_told(&ana, &["You hide your address, and this server has no relay", "Settings"]).await?;
        is_told(
            &ben,
            &["No direct way to Ana, and this server has no relay", "ojak doctor http://localhost:"],
        )
        .await?;
        scene.photograph(&ana, "Ana hides behind nothing").await?;
        scene.photograph(&ben, "Ben").await?;
        hides(&ana, false).await?;
        let (ben_id, ana_id) = (ana.meets("Ben").await?, ben.meets("Ana").await?);
        ana.sees_and_hears(&ben_id).await?;
        ben.sees_and_hears(&ana_id).await?;
        goes(&ana, &ben_id, "direct").await
    })
    .await;
}

#[tokio::test]
async fn who_hides_behind_nothing_in_chromium_is_told_so() {
    who_hides_behind_nothing_is_told_so(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn who_hides_behind_nothing_in_firefox_is_told_so() {
    who_hides_behind_nothing_is_told_so(Kind::Firefox, Kind::Chromium).await;
}

/// Neither gets as far as the relay, and both hide: there is nothing that they could try.
#[tokio::test]
async fn who_does_not_reach_the_relay_is_told_so_in_their_language() {
    // Nobody listens there, and nobody will while this socket is open.
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let relay = format!("turn:{}?transport=udp", silent.local_addr().expect("its address"));
    let secret = concat!(env!("CARGO_TARGET_TMPDIR"), "/secret-of-no-relay");
    std::fs::write(secret, "a secret that nobody else knows").expect("a file");
    Scene::play(&["--ice-server", &relay, "--ice-secret", secret], async |scene| {
        let korean = Setup::new(Kind::Chromium).speaking(Language::Korean);
        let [ana, ben] = scene.people([("Ana", Kind::Chromium.into()), ("Ben", korean)]).await?;
        let (server, room) = (scene.server(), "behind");
        for person in [&ana, &ben] {
            person.open_lobby(&server, room).await?;
            person.evaluate::<()>("localStorage.setItem('ojak.routes', 'relay')", []).await?;
            person.gets_ready(&server, room).await?;
        }
        ana.join().await?;
        ana.is_in_call().await?;
        ben.join().await?;
        is_told(&ana, &["Neither of you reaches the server’s relay", "another network", "ojak doctor"])
            .await?;
        is_told(&ben, &["두 사람 모두 중계 서버에 연결되지 않아요", "다른 네트워크", "ojak doctor"]).await?;
        ana.has_no_barriers("somebody to whom there is no way").await?;
        scene.photograph(&ben, "Ben is told what is blocked").await
    })
    .await;
}
