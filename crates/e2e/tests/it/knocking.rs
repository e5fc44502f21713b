//! Locked rooms and their hosts, and what the panel of people is good for.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Language, Person, Role, Scene, Setup, Theme, Viewport, until};

const ASK_FIRST: &str = "Ask before letting people in";

/// Opens the panel and says whether whoever comes has to ask.
async fn lock(host: &Person) -> Result<()> {
    host.click("People").await?;
    host.click(ASK_FIRST).await?;
    is_locked(host, true).await?;
    host.click("People").await
}

async fn is_locked(host: &Person, locked: bool) -> Result<()> {
    until("the switch says whether the room is locked", async || {
        let switch = host.find_now(Role::Button, ASK_FIRST, ".panel").await?;
        let checked = switch.attr("aria-checked").await?;
        ensure!(checked.as_deref() == Some(if locked { "true" } else { "false" }), "{checked:?}");
        Ok(())
    })
    .await
}

/// Comes to `room`, which is locked.
async fn knocks(person: &Person, scene: &Scene, room: &str) -> Result<()> {
    person.gets_ready(&scene.server(), room).await?;
    person.join().await?;
    person.is_in("knocking").await
}

async fn reads(person: &Person, words: &str) -> Result<()> {
    until(&format!("{} reads {words:?}", person.who()), async || {
        let text = person.text().await?;
        ensure!(text.contains(words), "the page says {text:?}");
        Ok(())
    })
    .await
}

async fn reads_no_more(person: &Person, words: &str) -> Result<()> {
    until(&format!("{} reads {words:?} no more", person.who()), async || {
        let text = person.text().await?;
        ensure!(!text.contains(words), "the page says {text:?}");
        Ok(())
    })
    .await
}

/// Everybody in the panel, as far as a line says so.
async fn lines(person: &Person) -> Result<Vec<String>> {
    let script =
        "return [...document.querySelectorAll('ul[aria-label=People] > li')].map((li) => li.innerText)";
    person.evaluate(script, []).await
}

/// The word for where on the stage `peer` is.
async fn spot(person: &Person, peer: &str) -> Result<String> {
    let script = "return document.querySelector(`figure[data-peer=\"${arguments[0]}\"]`)?.dataset.spot ?? ''";
    person.evaluate(script, [peer.into()]).await
}

async fn is_at(person: &Person, peer: &str, expected: &str) -> Result<()> {
    until(&format!("{peer} is {expected} on the stage of {}", person.who()), async || {
        let found = spot(person, peer).await?;
        ensure!(found == expected, "{found}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_comes_to_a_locked_room_waits_until_the_host_lets_them_in() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox)]).await?;
        ana.enter(&scene.server(), "locked").await?;
        lock(&ana).await?;
        knocks(&ben, scene, "locked").await?;
        ben.sees_own_preview().await?;
        reads(&ben, "Waiting to be let in").await?;
        ensure!(!ben.text().await?.contains("Ana"), "nobody outside learns who is there");
        reads(&ana, "Ben wants to join").await?;
        ana.is_told(&["Ben wants to join"]).await?;
        let badge = "return document.querySelector('.ctl .badge')?.textContent ?? ''";
        ensure!(ana.evaluate::<String>(badge, []).await? == "1", "how many wait");
        ensure!(ana.call().await? == "alone", "who waits is not in the call");
        ana.click("Admit").await?;
        ben.is_in_call().await?;
        for (person, other) in [(&ana, &ben), (&ben, &ana)] {
            let id = person.meets(other.who()).await?;
            person.sees_and_hears(&id).await?;
        }
        reads_no_more(&ana, "Ben wants to join").await?;
        ben.click("People").await?;
        reads(&ben, "Ana is asked before anyone comes in.").await?;
        until("both are listed, and who the host is", async || {
            let lines = lines(&ben).await?;
            ensure!(lines.len() == 2, "{lines:?}");
            ensure!(lines.iter().any(|line| line.contains("Ben (You)")), "{lines:?}");
            ensure!(lines.iter().any(|line| line.contains("Ana") && line.contains("Host")), "{lines:?}");
            Ok(())
        })
        .await?;
        for person in [&ana, &ben] {
            person.has_no_complaints().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_and_whoever_stops_waiting_is_forgotten() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Firefox), ("Ben", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "locked").await?;
        lock(&ana).await?;
        knocks(&ben, scene, "locked").await?;
        reads(&ana, "Ben wants to join").await?;
        ben.click("Stop waiting").await?;
        ben.is_in("lobby").await?;
        reads_no_more(&ana, "Ben wants to join").await?;
        ben.sees_own_preview().await?;
        ben.press_join().await?;
        ben.is_in("knocking").await?;
        ana.click("People").await?;
        reads(&ana, "Asked just now").await?;
        ana.click("Decline").await?;
        ben.is_in("lobby").await?;
        ben.is_told(&["You weren’t let in"]).await?;
        ana.is_in("alone").await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn when_the_host_leaves_the_next_one_is_asked() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox), ("Cho", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "locked").await?;
        ben.enter(&scene.server(), "locked").await?;
        ana.meets("Ben").await?;
        lock(&ana).await?;
        knocks(&cho, scene, "locked").await?;
        reads(&ana, "Cho wants to join").await?;
        ensure!(!ben.text().await?.contains("Cho"), "only the host hears of it");
        ana.click(ana.words().leave).await?;
        reads(&ben, "Cho wants to join").await?;
        ben.click("Admit").await?;
        cho.is_in_call().await?;
        let id = cho.meets("Ben").await?;
        cho.sees_and_hears(&id).await
    })
    .await;
}

#[tokio::test]
async fn the_host_sends_somebody_out_and_asks_before() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox)]).await?;
        ana.enter(&scene.server(), "out").await?;
        ben.enter(&scene.server(), "out").await?;
        ana.meets("Ben").await?;
        ben.own_camera("used").await?;
        ben.click("People").await?;
        ben.click("More about Ana").await?;
        ensure!(!ben.text().await?.contains("Remove from call"), "only the host can");
        ana.click("People").await?;
        ana.click("More about Ben").await?;
        ana.click("Remove from call").await?;
        reads(&ana, "Remove Ben from the call?").await?;
        ensure!(ben.call().await? == "connected", "not before it is confirmed");
        ana.click("Remove from call").await?;
        ben.is_in("ended").await?;
        reads(&ben, "You were removed from the call").await?;
        until("Ben's camera is let go", async || {
            ensure!(!ben.is_live("used").await?, "its track is live");
            Ok(())
        })
        .await?;
        ana.hears_that(&["Ben", "removed"]).await?;
        ana.is_in("alone").await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn whoever_is_pinned_takes_the_stage_and_each_has_a_volume_of_their_own() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Firefox), ("Ben", Kind::Chromium), ("Cho", Kind::Chromium)]).await?;
        for person in [&ana, &ben, &cho] {
            person.enter(&scene.server(), "pinned").await?;
        }
        let (ben_id, cho_id) = (ana.meets("Ben").await?, ana.meets("Cho").await?);
        is_at(&ana, &ben_id, "cell").await?;
        ana.click("People").await?;
        ana.click("More about Ben").await?;
        ana.click("Pin").await?;
        is_at(&ana, &ben_id, "pinned").await?;
        is_at(&ana, &cho_id, "strip").await?;
        is_at(&ana, "self", "strip").await?;
        ana.sees_and_hears(&ben_id).await?;
        scene.photograph(&ana, "pinned").await?;
        // Somebody else's stage is theirs.
        is_at(&cho, &cho.meets("Ben").await?, "cell").await?;

        ana.click("More about Cho").await?;
        ana.click("Volume for me").await?;
        until("the slider has the focus", async || {
            let focused: String = ana.evaluate("return document.activeElement?.type ?? ''", []).await?;
            ensure!(focused == "range", "{focused:?}");
            Ok(())
        })
        .await?;
        ana.browser().driver().active_element().await?.send_keys("\u{E011}").await?;
        let volume = |id: &str| {
            let script =
                "return document.querySelector(`figure[data-peer=\"${arguments[0]}\"] > video`).volume";
            ana.evaluate::<f64>(script, [id.into()])
        };
        until("Cho is not heard", async || {
            let found = volume(&cho_id).await?;
            ensure!(found == 0.0, "{found}");
            Ok(())
        })
        .await?;
        ensure!(volume(&ben_id).await? == 1.0, "nobody else is");
        scene.photograph(&ana, "volume").await?;

        ana.click("Unpin").await?;
        is_at(&ana, &ben_id, "cell").await?;
        let twice = "document.querySelector(`figure[data-peer=\"${arguments[0]}\"]`)\
                     .dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))";
        ana.evaluate::<serde_json::Value>(twice, [cho_id.clone().into()]).await?;
        is_at(&ana, &cho_id, "pinned").await?;
        cho.click(cho.words().leave).await?;
        is_at(&ana, &ben_id, "full").await?;
        ana.has_no_complaints().await
    })
    .await;
}

/// Waiting, being asked, and the panel, to be looked at.
#[tokio::test]
async fn the_screens_of_a_locked_room_in_english() {
    the_screens_of_a_locked_room(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn the_screens_of_a_locked_room_in_korean() {
    the_screens_of_a_locked_room(Language::Korean).await;
}

async fn the_screens_of_a_locked_room(language: Language) {
    let (names, room) = match language {
        Language::English => (["Haneul Kim", "Jiwoo Han", "Sora Kim"], "seventh-evening"),
        Language::Korean => (["김하늘", "한지우", "김소라"], "일곱째-저녁"),
    };
    let (people, ask, more) = match language {
        Language::English => ("People", ASK_FIRST, "More about Jiwoo Han"),
        Language::Korean => ("참가자", "입장 전에 물어보기", "한지우 님 더 보기"),
    };
    Scene::play(&[], async |scene| {
        let chromium = Setup::new(Kind::Chromium).speaking(language);
        let [host, guest, sora] = scene.people(names.map(|name| (name, chromium.clone()))).await?;
        for person in [&host, &guest] {
            person.enter(&scene.server(), room).await?;
        }
        guest.click(guest.words().microphone).await?;
        host.meets(names[1]).await?;
        host.click(people).await?;
        host.click(ask).await?;
        sora.gets_ready(&scene.server(), room).await?;
        sora.join().await?;
        sora.is_in("knocking").await?;
        reads(&host, names[2]).await?;
        pictures(scene, &sora, "knock", language).await?;
        host.click(more).await?;
        pictures(scene, &host, "people", language).await?;
        host.browser().resize(Viewport::Desktop).await?;
        host.browser().driver().active_element().await?.send_keys("\u{E00C}").await?;
        host.click(people).await?;
        pictures(scene, &host, "toast", language).await
    })
    .await;
}

async fn pictures(scene: &Scene, person: &Person, screen: &str, language: Language) -> Result<()> {
    for viewport in [Viewport::Phone, Viewport::Desktop] {
        person.browser().resize(viewport).await?;
        for theme in [Theme::Dark, Theme::Light] {
            person.browser().prefer(theme).await?;
            let name = format!("{screen}-{}-{}-{}", viewport.name(), theme.name(), language.tag());
            scene.photograph(person, &name).await?;
        }
    }
    Ok(())
}
