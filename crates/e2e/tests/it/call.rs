//! Two people call each other.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Scene, until};

/// In each of the four pairs: join by name, then see and hear each other.
async fn they_see_and_hear_each_other(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| -> Result<()> {
        let call = scene.couple(first, second).await?;
        call.ana.is_in("connected").await?;
        call.ben.is_in("connected").await?;
        call.ana.sees_and_hears(&call.ben_id).await?;
        call.ben.sees_and_hears(&call.ana_id).await?;
        call.ana.has_no_complaints().await?;
        call.ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn chromium_and_chromium_see_and_hear_each_other() {
    they_see_and_hear_each_other(Kind::Chromium, Kind::Chromium).await;
}

#[tokio::test]
async fn chromium_and_a_firefox_that_came_see_and_hear_each_other() {
    they_see_and_hear_each_other(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
async fn firefox_and_a_chromium_that_came_see_and_hear_each_other() {
    they_see_and_hear_each_other(Kind::Firefox, Kind::Chromium).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn firefox_and_firefox_see_and_hear_each_other() {
    they_see_and_hear_each_other(Kind::Firefox, Kind::Firefox).await;
}

/// The other side hears nothing and is told so, and after unmuting hears again; nothing is renegotiated.
async fn mute_silences(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.hears(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);

        ana.click(ana.words().microphone).await?;
        ana.becomes(ana.words().microphone, false).await?;
        ben.hears_silence(&call.ana_id).await?;
        until("Ben is shown that Ana is muted", async || {
            let tile = ben.tile(&call.ana_id).await?;
            ensure!(tile.microphone == "off", "{tile:?}");
            Ok(())
        })
        .await?;
        ensure!(ana.tile("self").await?.microphone == "off", "Ana's own tile does not say that she is muted");
        ensure!(ana.sent("audio").await?.iter().all(|track| track.live), "the microphone should stay open");
        scene.photograph(ben, "Ana is muted").await?;

        ana.click(ana.words().microphone).await?;
        ana.becomes(ana.words().microphone, true).await?;
        ben.hears(&call.ana_id).await?;
        until("Ben is shown that Ana is not muted", async || {
            let tile = ben.tile(&call.ana_id).await?;
            ensure!(tile.microphone == "on", "{tile:?}");
            Ok(())
        })
        .await?;
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "muting renegotiated");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_mutes_in_chromium_is_silent_in_firefox() {
    mute_silences(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn whoever_mutes_in_firefox_is_silent_in_chromium() {
    mute_silences(Kind::Firefox, Kind::Chromium).await;
}

/// The device is let go, the other side shows the placeholder, and on again the same connection carries it.
async fn camera_off_shows_the_placeholder(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);
        ana.own_camera("first").await?;

        ana.click(ana.words().camera).await?;
        ana.becomes(ana.words().camera, false).await?;
        until("Ana's camera is let go", async || {
            ensure!(!ana.is_live("first").await?, "its track is live");
            ensure!(ana.sent("video").await?.is_empty(), "it is still sent");
            Ok(())
        })
        .await?;
        until("Ben sees the placeholder of Ana", async || {
            let tile = ben.tile(&call.ana_id).await?;
            ensure!(tile.camera == "off" && tile.avatar && !tile.video, "{tile:?}");
            Ok(())
        })
        .await?;
        let own = ana.tile("self").await?;
        ensure!(
            own.camera == "off" && own.avatar,
            "Ana's own tile does not show that she is not seen: {own:?}"
        );
        ben.hears(&call.ana_id).await?;
        scene.photograph(ben, "Ana's camera is off").await?;

        ana.click(ana.words().camera).await?;
        ana.becomes(ana.words().camera, true).await?;
        until("Ben sees the picture of Ana again", async || {
            let tile = ben.tile(&call.ana_id).await?;
            ensure!(tile.camera == "on" && tile.video && !tile.avatar, "{tile:?}");
            Ok(())
        })
        .await?;
        ben.sees(&call.ana_id).await?;
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "the camera renegotiated");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_camera_that_is_off_in_chromium_is_a_placeholder_in_firefox() {
    camera_off_shows_the_placeholder(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn a_camera_that_is_off_in_firefox_is_a_placeholder_in_chromium() {
    camera_off_shows_the_placeholder(Kind::Firefox, Kind::Chromium).await;
}

#[tokio::test]
async fn the_keys_m_and_v_switch_microphone_and_camera() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "keys").await?;
        for (key, toggle) in [('m', ana.words().microphone), ('v', ana.words().camera)] {
            for on in [false, true] {
                ana.presses_key(key).await?;
                ana.becomes(toggle, on).await?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn keys_do_nothing_while_somebody_types() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "keys").await?;
        ana.type_into(ana.words().your_name, "mv MV").await?;
        ensure!(ana.is_on(ana.words().microphone).await?, "typing switched the microphone");
        ensure!(ana.is_on(ana.words().camera).await?, "typing switched the camera");
        Ok(())
    })
    .await;
}

/// What was switched off in the lobby is off in the call, and can be switched on there.
#[tokio::test]
async fn what_was_off_in_the_lobby_is_off_in_the_call() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ben.enter(&scene.server(), "quiet").await?;
        ana.gets_ready(&scene.server(), "quiet").await?;
        for toggle in [ana.words().microphone, ana.words().camera] {
            ana.click(toggle).await?;
            ana.becomes(toggle, false).await?;
        }
        ana.join().await?;
        ana.is_in_call().await?;
        let id = ben.meets("Ana").await?;
        until("Ben is shown that Ana has both off", async || {
            let tile = ben.tile(&id).await?;
            ensure!(tile.microphone == "off" && tile.camera == "off" && tile.avatar, "{tile:?}");
            Ok(())
        })
        .await?;
        let before = ana.negotiations().await?;
        ana.click(ana.words().microphone).await?;
        ben.hears(&id).await?;
        ana.click(ana.words().camera).await?;
        ben.sees_and_hears(&id).await?;
        ensure!(ana.negotiations().await? == before, "adding devices later renegotiated");
        Ok(())
    })
    .await;
}
