//! Devices that come and go while they are wanted.

use super::{bench, does, holds, is_shown};
use anyhow::ensure;
use ojak_e2e::{Kind, Role, Scene, until};

#[tokio::test]
async fn a_camera_that_is_plugged_in_opens_by_itself() {
    const NONE_YET: &str = "__bench.unplugged.add('videoinput');";
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", bench().with_preload(NONE_YET)).await?;
        ana.open_lobby(&scene.server(), "plugged").await?;
        ana.is_told(&["No camera found", "Connect a camera"]).await?;
        does(&ana, "__bench.plug()").await?;
        ana.sees_own_preview().await?;
        ensure!(ana.alerts().await?.is_empty(), "{:?}", ana.alerts().await);
        Ok(())
    })
    .await;
}

/// Another one takes its place, nothing is negotiated, and a microphone that comes later is offered.
#[tokio::test]
async fn devices_that_are_unplugged_are_followed_by_the_next_of_their_kind() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(bench(), Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees_and_hears(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);
        let camera = ana.own_camera("first").await?;
        does(ana, "__bench.unplug('video')").await?;
        ana.hears_that(&["Camera stopped"]).await?;
        until("another camera is in use", async || {
            let now = ana.own_camera("now").await?;
            ensure!(now.live && now.device != camera.device, "the own picture is {now:?}");
            Ok(())
        })
        .await?;
        ben.sees(&call.ana_id).await?;
        let microphone = ana.sent("audio").await?;
        does(ana, "__bench.unplug('audio')").await?;
        ana.hears_that(&["Microphone stopped"]).await?;
        until("another microphone is in use", async || {
            let now = ana.sent("audio").await?;
            ensure!(now.len() == 1 && now[0].live && now[0].device != microphone[0].device, "{now:?}");
            Ok(())
        })
        .await?;
        ben.hears(&call.ana_id).await?;
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "it was negotiated");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_only_camera_leaves_a_placeholder_and_comes_back_when_it_is_plugged_in() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(bench().with_cameras(1), Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees(&call.ana_id).await?;
        does(ana, "__bench.unplug('video')").await?;
        ana.hears_that(&["Camera stopped"]).await?;
        is_shown(ben, &call.ana_id, "off", "on").await?;
        ana.becomes(ana.words().camera, false).await?;
        does(ana, "__bench.plug()").await?;
        ana.becomes(ana.words().camera, true).await?;
        is_shown(ben, &call.ana_id, "on", "on").await?;
        ben.sees(&call.ana_id).await
    })
    .await;
}

/// The system takes both, gives them to nobody else, and says nothing when it has them back.
#[tokio::test]
async fn what_a_phone_call_takes_is_said_to_be_gone_and_comes_back_at_a_press() {
    const TAKEN: &str = "__bench.refuses = () => new DOMException('', 'NotReadableError'); \
                         __bench.end('video'); __bench.end('audio')";
    Scene::play(&[], async |scene| {
        let call = scene.couple(bench(), Kind::Firefox).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees_and_hears(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);
        does(ana, TAKEN).await?;
        ana.hears_that(&["Camera stopped"]).await?;
        ana.hears_that(&["Microphone stopped"]).await?;
        is_shown(ben, &call.ana_id, "off", "off").await?;
        ana.sees_and_hears(&call.ben_id).await?;
        does(ana, "__bench.refuses = () => null").await?;
        for toggle in [ana.words().microphone, ana.words().camera] {
            ana.click(toggle).await?;
            ana.becomes(toggle, true).await?;
        }
        is_shown(ben, &call.ana_id, "on", "on").await?;
        ben.sees_and_hears(&call.ana_id).await?;
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "it was negotiated");
        Ok(())
    })
    .await;
}

/// As a headset does that is still connected and in its case.
#[tokio::test]
async fn a_microphone_that_goes_silent_is_noticed_and_the_default_is_offered() {
    const FIRST_IS_SILENT: &str = "{
        const open = MediaDevices.prototype.getUserMedia;
        let isFirst = true;
        MediaDevices.prototype.getUserMedia = async function (constraints) {
            const stream = await open.call(this, constraints);
            if (!isFirst) return stream;
            isFirst = false;
            const nothing = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
            return new MediaStream([...stream.getVideoTracks(), nothing]);
        };
        }";
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        call.ben.click(call.ben.words().leave).await?;
        let silent = bench().with_preload(FIRST_IS_SILENT);
        let cho = scene.person("Cho", silent).await?;
        cho.enter(&scene.server(), "seventh-evening").await?;
        let id = call.ana.meets("Cho").await?;
        cho.hears_that(&["Your microphone is silent"]).await?;
        scene.photograph(&cho, "silent").await?;
        cho.click("Use the default microphone").await?;
        call.ana.hears(&id).await?;
        // Nothing more is said of it where the microphone is chosen.
        cho.click("Choose microphone").await?;
        cho.find(Role::Dialog, "Microphone settings").await?;
        holds(&cho, "!document.querySelector('.pop .notice')").await
    })
    .await;
}
