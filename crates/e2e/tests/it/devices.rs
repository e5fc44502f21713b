//! Choosing and losing cameras and microphones. Chromium, because Firefox invents only one of each.

use anyhow::{Context, Result, ensure};
use ojak_e2e::page::Choice;
use ojak_e2e::{Kind, Permission, Person, Role, Scene, Setup, until};
use serde_json::json;

/// One that is offered and not in use. The last: what Chromium's second invented camera takes is never encoded.
fn another(choices: &[Choice]) -> Result<&Choice> {
    ensure!(choices.len() == 3, "three cameras were invented, and these are offered: {choices:?}");
    choices.iter().rfind(|choice| !choice.chosen).context("all are chosen")
}

#[tokio::test]
async fn the_select_of_the_lobby_switches_the_camera() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "cameras").await?;
        let camera = ana.words().camera;
        let choices = ana.choices(camera).await?;
        let wanted = another(&choices)?;
        let first = ana.own_camera("first").await?;
        ensure!(first.device != wanted.value, "the select shows another camera than the one in use");

        ana.choose(camera, &wanted.text).await?;
        shows_and_releases(&ana, &wanted.value).await?;

        // It is asked for again on the next visit.
        ana.gets_ready(&scene.server(), "cameras").await?;
        ensure!(ana.own_camera("again").await?.device == wanted.value, "the choice was not remembered");
        let chosen = ana.choices(camera).await?.into_iter().find(|choice| choice.chosen);
        ensure!(chosen.is_some_and(|choice| choice.value == wanted.value), "the select does not show it");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn switching_the_camera_in_a_call_does_not_renegotiate() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);
        ana.own_camera("first").await?;
        let frames = ben.received(&call.ana_id).await?.frames;

        opens_device_dialog(ana, "Camera settings", "Choose camera").await?;
        let choices = ana.choices(ana.words().camera).await?;
        let wanted = another(&choices)?;
        scene.photograph(ana, "camera settings").await?;
        ana.choose(ana.words().camera, &wanted.text).await?;
        shows_and_releases(ana, &wanted.value).await?;
        until("what is sent comes from the new camera", async || {
            let sent = ana.sent("video").await?;
            ensure!(sent.len() == 1 && sent[0].device == wanted.value && sent[0].live, "{sent:?}");
            Ok(())
        })
        .await?;

        ben.sees(&call.ana_id).await?;
        ensure!(ben.received(&call.ana_id).await?.frames > frames, "the frames were counted anew");
        let after = (ana.negotiations().await?, ben.negotiations().await?);
        ensure!(after == before, "negotiations: {before:?} then {after:?}");
        Ok(())
    })
    .await;
}

/// The own picture comes from `device`, and the track remembered as "first" is stopped.
async fn shows_and_releases(person: &Person, device: &str) -> Result<()> {
    until("the chosen camera is in use and the one before is stopped", async || {
        let now = person.own_camera("now").await?;
        ensure!(now.device == device && now.live, "the own picture is {now:?}");
        ensure!(!person.is_live("first").await?, "the camera before is still open");
        Ok(())
    })
    .await
}

async fn opens_device_dialog(person: &Person, dialog: &str, chevron: &str) -> Result<()> {
    let toolbar = "[role=toolbar]";
    let button = match person.find_now(Role::Button, dialog, toolbar).await {
        Ok(button) => button,
        Err(_) => person.find_now(Role::Button, chevron, toolbar).await?,
    };
    button.click().await?;
    person.find(Role::Dialog, dialog).await.map(drop)
}

/// While `__refuse` is set, a camera that is asked for by its id cannot be opened.
const REFUSES_CHOSEN: &str = "{
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
        if (window.__refuse && constraints?.video?.deviceId?.exact)
            return Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
        return open.call(this, constraints);
    };
    }";

#[tokio::test]
async fn a_chosen_camera_that_does_not_open_leaves_the_one_before() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_preload(REFUSES_CHOSEN)).await?;
        ana.gets_ready(&scene.server(), "kept").await?;
        let first = ana.own_camera("first").await?;
        let choices = ana.choices(ana.words().camera).await?;
        let wanted = another(&choices)?;
        ana.evaluate::<serde_json::Value>("window.__refuse = true", []).await?;
        ana.choose(ana.words().camera, &wanted.text).await?;
        ana.hears_that(&["Camera is in use by another app"]).await?;
        ana.hears_that(&["The camera you had before stays on"]).await?;
        let now = ana.own_camera("now").await?;
        ensure!(now == first, "the picture was {first:?} and is {now:?}");
        until("the select goes back to the camera that is in use", async || {
            let chosen = ana.choices(ana.words().camera).await?.into_iter().find(|choice| choice.chosen);
            ensure!(chosen.as_ref().is_some_and(|choice| choice.value == first.device), "{chosen:?}");
            Ok(())
        })
        .await
    })
    .await;
}

/// Somebody with a problem is told of it, joins all the same, and sees and hears the other.
async fn joins_all_the_same(setup: Setup, other: Kind, problem: &'static str, heard: bool) {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", setup), ("Ben", other.into())]).await?;
        ben.enter(&scene.server(), "troubled").await?;
        ana.open_lobby(&scene.server(), "troubled").await?;
        ana.is_told(&[problem]).await?;
        scene.photograph(&ana, "lobby").await?;
        ana.join().await?;
        ana.is_in_call().await?;
        let (ana_id, ben_id) = (ben.meets("Ana").await?, ana.meets("Ben").await?);
        ana.sees_and_hears(&ben_id).await?;
        if heard {
            ben.hears(&ana_id).await?;
        }
        until("Ben is shown what Ana has", async || {
            let tile = ben.tile(&ana_id).await?;
            let microphone = if heard { "on" } else { "off" };
            ensure!(tile.camera == "off" && tile.avatar && tile.microphone == microphone, "{tile:?}");
            Ok(())
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn whoever_denies_both_joins_and_sees_and_hears_the_others() {
    let setup = Setup::new(Kind::Chromium).answering(Permission::Denied);
    joins_all_the_same(setup, Kind::Chromium, "Camera and microphone are blocked", false).await;
}

#[tokio::test]
async fn whoever_denies_both_in_firefox_joins_and_sees_and_hears_the_others() {
    let setup = Setup::new(Kind::Firefox).answering(Permission::Denied);
    joins_all_the_same(setup, Kind::Chromium, "Camera and microphone are blocked", false).await;
}

#[tokio::test]
async fn whoever_denies_the_camera_alone_is_heard() {
    let setup = Setup::new(Kind::Chromium).answering(Permission::CameraDenied);
    joins_all_the_same(setup, Kind::Firefox, "Camera is blocked", true).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn whoever_denies_the_camera_alone_in_firefox_is_heard() {
    let setup = Setup::new(Kind::Firefox).answering(Permission::CameraDenied);
    joins_all_the_same(setup, Kind::Chromium, "Camera is blocked", true).await;
}

#[tokio::test]
async fn whoever_has_no_camera_is_heard() {
    joins_all_the_same(Setup::new(Kind::Chromium).with_cameras(0), Kind::Firefox, "No camera found", true)
        .await;
}

/// As when another program holds it: there, listed, and not to be opened.
const BUSY_CAMERA: &str = "{
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
        if (constraints?.video)
            return Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
        return open.call(this, constraints);
    };
    }";

#[tokio::test]
async fn whoever_has_a_busy_camera_is_heard() {
    let setup = Setup::new(Kind::Chromium).with_preload(BUSY_CAMERA);
    joins_all_the_same(setup, Kind::Chromium, "Camera is in use by another app", true).await;
}

#[tokio::test]
async fn a_camera_can_be_added_after_permission_was_given() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene
            .people([
                ("Ana", Setup::new(Kind::Chromium).answering(Permission::CameraDenied)),
                ("Ben", Kind::Chromium.into()),
            ])
            .await?;
        ben.enter(&scene.server(), "later").await?;
        ana.open_lobby(&scene.server(), "later").await?;
        ana.is_told(&["Camera is blocked"]).await?;
        ana.join().await?;
        ana.is_in_call().await?;
        let id = ben.meets("Ana").await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);

        // She changes her mind in the browser's own settings, and then switches the camera on.
        let granted = json!({ "permission": { "name": "camera" }, "setting": "granted" });
        ana.browser().cdp("Browser.setPermission", granted).await?;
        ana.click(ana.words().camera).await?;
        ana.becomes(ana.words().camera, true).await?;
        ben.sees(&id).await?;
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "the camera renegotiated");
        Ok(())
    })
    .await;
}
