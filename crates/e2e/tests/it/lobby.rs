//! Before the call: who is there already, what may be opened, and how loud the microphone is.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Permission, Person, Role, Scene, Setup, until};
use serde_json::json;

async fn reads(person: &Person, sentence: &str) -> Result<()> {
    until(&format!("{} reads {sentence:?}", person.who()), async || {
        let text = person.text().await?;
        ensure!(text.contains(sentence), "the page says {text:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_lobby_says_who_is_in_the_room_and_joining_needs_no_other_socket() {
    const COUNT_SOCKETS: &str = "{
        window.__sockets = 0;
        const Plain = WebSocket;
        window.WebSocket = class extends Plain { constructor(...all) { super(...all); window.__sockets += 1; } };
        }";
    Scene::play(&[], async |scene| {
        let looking = Setup::new(Kind::Chromium).with_preload(COUNT_SOCKETS);
        let [ana, ben] = scene.people([("Ana", Kind::Firefox.into()), ("Ben", looking)]).await?;
        ben.gets_ready(&scene.server(), "looked-into").await?;
        ana.enter(&scene.server(), "looked-into").await?;
        reads(&ben, "1 person in the room").await?;
        ben.join().await?;
        ben.meets("Ana").await?;
        let sockets: u32 = ben.evaluate("return window.__sockets", []).await?;
        ensure!(sockets == 1, "{sockets} sockets");
        Ok(())
    })
    .await;
}

/// With what bars of the browser and the system leave of 1366 × 768.
#[tokio::test]
async fn on_a_small_laptop_joining_needs_no_scrolling() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "small").await?;
        let window = json!({ "width": 1366, "height": 625, "deviceScaleFactor": 1, "mobile": false });
        ana.browser().cdp("Emulation.setDeviceMetricsOverride", window).await?;
        let below =
            "const { bottom } = document.querySelector('form button[type=submit]').getBoundingClientRect();
            return bottom - innerHeight";
        until("all of Join is in sight", async || {
            let below: f64 = ana.evaluate(below, []).await?;
            ensure!(below <= 0.0, "{below} px of it are not");
            Ok(())
        })
        .await
    })
    .await;
}

/// Nothing is opened, and the browser asks nothing, before the person knows what for.
#[tokio::test]
async fn whoever_was_never_asked_is_told_what_for_and_starts_it() {
    Scene::play(&[], async |scene| {
        let setup = Setup::new(Kind::Chromium).answering(Permission::Unasked);
        let ana = scene.person("Ana", setup).await?;
        ana.open_lobby(&scene.server(), "unasked").await?;
        reads(&ana, "Your browser will ask you next").await?;
        scene.photograph(&ana, "unasked").await?;
        // The answer that she will give.
        for name in ["camera", "microphone"] {
            let granted = json!({ "permission": { "name": name }, "setting": "granted" });
            ana.browser().cdp("Browser.setPermission", granted).await?;
        }
        ana.click("Start preview").await?;
        ana.sees_own_preview().await?;
        let meter = ana.find(Role::Meter, ana.words().microphone_level).await?;
        until("the meter moves", async || {
            let lit = meter.attr("aria-valuenow").await?.unwrap_or_default();
            ensure!(lit.parse::<u32>().is_ok_and(|lit| lit >= 2), "{lit} bars");
            Ok(())
        })
        .await
    })
    .await;
}
