//! Every screen, menu and dialog, searched by axe-core for what keeps people out. A new screen is one more line here, or
//! in the test that leads to it.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Permission, Person, Role, Scene, Setup, until};
use thirtyfour::Key;

/// Waits until the page says this.
async fn reads(person: &Person, sentence: &str) -> Result<()> {
    until(&format!("{} reads {sentence:?}", person.who()), async || {
        let text = person.text().await?;
        ensure!(text.contains(sentence), "the page says {text:?}");
        Ok(())
    })
    .await
}

async fn press(person: &Person, key: Key) -> Result<()> {
    Ok(person.browser().driver().action_chain().send_keys(key).perform().await?)
}

#[tokio::test]
async fn the_lobby_has_none() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "lobby").await?;
        ana.has_no_barriers("the lobby").await?;
        for toggle in [ana.words().microphone, ana.words().camera] {
            ana.click(toggle).await?;
            ana.becomes(toggle, false).await?;
        }
        ana.has_no_barriers("the lobby with everything off").await?;
        ana.type_into(ana.words().your_name, " ").await?;
        ana.press_join().await?;
        ana.is_told(&["Enter your name"]).await?;
        ana.has_no_barriers("the lobby without a name").await?;
        // The server never hears of it.
        ana.evaluate::<()>("WebSocket.prototype.send = () => {}", []).await?;
        ana.join().await?;
        ana.is_in("joining").await?;
        ana.has_no_barriers("joining").await
    })
    .await;
}

#[tokio::test]
async fn the_lobby_without_devices_has_none() {
    /// A question of the browser that stays on the screen.
    const NOBODY_ANSWERS: &str = "MediaDevices.prototype.getUserMedia = () => new Promise(() => {});";
    Scene::play(&[], async |scene| {
        let chromium = Setup::new(Kind::Chromium);
        let [ana, ben, cho] = scene
            .people([
                ("Ana", chromium.clone().answering(Permission::Denied)),
                ("Ben", chromium.clone().answering(Permission::CameraDenied)),
                ("Cho", chromium.answering(Permission::Unasked).with_preload(NOBODY_ANSWERS)),
            ])
            .await?;
        ana.open_lobby(&scene.server(), "denied").await?;
        ana.is_told(&["Camera and microphone are blocked"]).await?;
        ana.has_no_barriers("the lobby of somebody who said no").await?;
        ben.open_lobby(&scene.server(), "camera-denied").await?;
        ben.is_told(&["Camera is blocked"]).await?;
        ben.has_no_barriers("the lobby without a camera").await?;
        cho.open_lobby(&scene.server(), "unasked").await?;
        reads(&cho, "Your browser will ask you next").await?;
        cho.has_no_barriers("the lobby before the question").await?;
        cho.click("Start preview").await?;
        reads(&cho, "Your browser is asking").await?;
        cho.has_no_barriers("the lobby during the question").await
    })
    .await;
}

#[tokio::test]
async fn a_call_has_none() {
    Scene::play(&["--room-capacity", "3"], async |scene| {
        let [ana, ben, cho, dan] =
            scene.people(["Ana", "Ben", "Cho", "Dan"].map(|who| (who, Kind::Chromium))).await?;
        let (server, room) = (scene.server(), "everybody");
        ana.enter(&server, room).await?;
        ana.is_in("alone").await?;
        ana.has_no_barriers("alone").await?;

        ben.enter(&server, room).await?;
        let ben_id = ana.meets("Ben").await?;
        ana.sees(&ben_id).await?;
        ana.has_no_barriers("two").await?;
        for toggle in [ben.words().microphone, ben.words().camera] {
            ben.click(toggle).await?;
        }
        until("Ben's camera is seen to be off", async || {
            ensure!(ana.tile(&ben_id).await?.avatar, "it is on");
            Ok(())
        })
        .await?;
        ana.click(ana.words().camera).await?;
        ana.has_no_barriers("two without cameras").await?;

        cho.enter(&server, room).await?;
        ana.is_with(2).await?;
        ana.has_no_barriers("three").await?;

        dan.gets_ready(&server, room).await?;
        dan.join().await?;
        dan.is_in("error").await?;
        dan.has_no_barriers("a full room").await?;

        // All connections there are: then it is said of the call as a whole.
        ben.browser().freeze();
        cho.browser().freeze();
        ana.is_in("reconnecting").await?;
        ana.has_no_barriers("reconnecting").await?;
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        ana.has_no_barriers("ended").await
    })
    .await;
}

#[tokio::test]
async fn menus_and_dialogs_have_none() {
    Scene::play(&[], async |scene| {
        let ana = scene.couple(Kind::Chromium, Kind::Chromium).await?.ana;
        for (chevron, dialog) in
            [("Choose microphone", "Microphone settings"), ("Choose camera", "Camera settings")]
        {
            ana.click(chevron).await?;
            ana.find(Role::Dialog, dialog).await?;
            ana.has_no_barriers(dialog).await?;
            press(&ana, Key::Escape).await?;
        }
        ana.click("More").await?;
        ana.has_no_barriers("the menu").await?;
        press(&ana, Key::Escape).await?;
        for (key, dialog) in [('?', "Keyboard shortcuts"), (',', "Settings")] {
            ana.presses_key(key).await?;
            ana.find(Role::Dialog, dialog).await?;
            ana.has_no_barriers(dialog).await?;
            if dialog == "Settings" {
                for section in ["Appearance", "Language", "Shortcuts"] {
                    press(&ana, Key::Down).await?;
                    ana.has_no_barriers(section).await?;
                }
            }
            press(&ana, Key::Escape).await?;
        }
        ana.click("More").await?;
        press(&ana, Key::Down).await?;
        ana.browser().driver().action_chain().send_keys("i").send_keys(Key::Enter).perform().await?;
        ana.find(Role::Dialog, "Invite").await?;
        ana.has_no_barriers("Invite").await
    })
    .await;
}

#[tokio::test]
async fn pages_that_cannot_call_have_none() {
    const HOST: &str = "ojak.example";
    const NO_WEBRTC: &str = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;";
    Scene::play(&[], async |scene| {
        let chromium = Setup::new(Kind::Chromium);
        let [ana, ben] = scene
            .people([("Ana", chromium.clone().with_host(HOST)), ("Ben", chromium.with_preload(NO_WEBRTC))])
            .await?;
        ana.visit(&scene.server().url_on(HOST, "seventh-evening")).await?;
        reads(&ana, "This page isn’t secure").await?;
        ana.has_no_barriers("a page that is not secure").await?;
        ben.visit(&scene.server().url("seventh-evening")).await?;
        reads(&ben, "This browser can’t make calls").await?;
        ben.has_no_barriers("a browser that cannot call").await?;
        ben.visit(&scene.server().url("?lang=ko")).await?;
        ben.has_no_barriers("the same in Korean").await
    })
    .await;
}

#[tokio::test]
async fn a_call_in_firefox_has_none() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Firefox, Kind::Chromium).await?;
        call.ana.sees(&call.ben_id).await?;
        call.ana.has_no_barriers("two").await
    })
    .await;
}
