//! Devices that do not open, and what can be asked of those that do.

use super::{bench, does, holds};
use anyhow::{Context, ensure};
use ojak_e2e::{Kind, Permission, Role, Scene, Viewport, until};
use serde_json::json;

#[tokio::test]
async fn whoever_closes_the_question_is_told_what_to_answer_next_time() {
    const CLOSED: &str = "__bench.refuses = () => new DOMException('', 'NotAllowedError');";
    Scene::play(&[], async |scene| {
        let setup = bench().answering(Permission::Unasked).with_preload(CLOSED);
        let ana = scene.person("Ana", setup).await?;
        ana.open_lobby(&scene.server(), "closed").await?;
        ana.click("Start preview").await?;
        ana.is_told(&["Camera and microphone aren’t allowed yet", "choose Allow"]).await?;
        scene.photograph(&ana, "dismissed").await?;
        for name in ["camera", "microphone"] {
            let granted = json!({ "permission": { "name": name }, "setting": "granted" });
            ana.browser().cdp("Browser.setPermission", granted).await?;
        }
        does(&ana, "__bench.refuses = () => null").await?;
        ana.click("Try again").await?;
        ana.sees_own_preview().await
    })
    .await;
}

#[tokio::test]
async fn in_the_browser_of_another_app_the_way_out_of_it_is_said() {
    const IN_AN_APP: &str = "Object.defineProperty(navigator, 'userAgent', { value: navigator.userAgent + ' KAKAOTALK 10.4.5' });";
    Scene::play(&[], async |scene| {
        let setup = bench().answering(Permission::Denied).with_preload(IN_AN_APP);
        let ana = scene.person("Ana", setup).await?;
        ana.open_lobby(&scene.server(), "embedded").await?;
        ana.is_told(&["This app’s browser can’t use the camera and microphone", "your usual browser"])
            .await?;
        ana.join().await?;
        ana.is_in("alone").await
    })
    .await;
}

/// The list is older than the choice: the device went meanwhile.
#[tokio::test]
async fn a_chosen_camera_that_is_gone_is_said_to_be_and_the_one_before_stays() {
    const GONE: &str = "__bench.refuses = ({ video }) => video?.deviceId?.exact \
                        ? new OverconstrainedError('deviceId', '') : null";
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", bench()).await?;
        ana.gets_ready(&scene.server(), "gone").await?;
        let first = ana.own_camera("first").await?;
        does(&ana, GONE).await?;
        let choices = ana.choices(ana.words().camera).await?;
        let wanted = choices.iter().rfind(|choice| !choice.chosen).context("all are chosen")?;
        ana.choose(ana.words().camera, &wanted.text).await?;
        ana.hears_that(&["That camera isn’t connected any more", "stays on"]).await?;
        ensure!(ana.own_camera("now").await? == first, "the camera changed");
        Ok(())
    })
    .await;
}

/// Cameras that look at a person and away from them, as a phone has them.
const TWO_SIDES: &str = "{
    const open = MediaDevices.prototype.getUserMedia;
    const inner = async (media, constraints) => {
        const cameras = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
        const { facingMode, deviceId } = constraints.video;
        const away = facingMode?.exact === 'environment' || [deviceId?.exact, deviceId?.ideal].includes(cameras[1].deviceId);
        const video = { ...constraints.video, facingMode: undefined, deviceId: { exact: cameras[away ? 1 : 0].deviceId } };
        const stream = await open.call(media, { ...constraints, video });
        const [track] = stream.getVideoTracks();
        const settings = track.getSettings();
        track.getSettings = () => ({ ...settings, facingMode: away ? 'environment' : 'user' });
        return stream;
    };
    MediaDevices.prototype.getUserMedia = function (constraints) {
        return constraints.video ? inner(this, constraints) : open.call(this, constraints);
    };
    }";

#[tokio::test]
async fn on_a_phone_the_other_side_is_seen_after_the_first_was_let_go_of() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", bench().with_preload(TWO_SIDES)).await?;
        ana.browser().resize(Viewport::Phone).await?;
        ana.gets_ready(&scene.server(), "flip").await?;
        let mirrored = "document.querySelector('.preview').classList.contains('is-mirrored')";
        holds(&ana, mirrored).await?;
        does(&ana, "__bench.log.length = 0").await?;
        ana.click("Switch camera").await?;
        holds(&ana, &format!("!{mirrored}")).await?;
        ana.sees_own_preview().await?;
        let log: Vec<String> = ana.evaluate("return __bench.log", []).await?;
        ensure!(log == ["stop video", "open video"], "{log:?}");

        // And back, though first the front camera does not open: the one before is there again.
        does(
            &ana,
            "__bench.refuses = ({ video }) => __bench.log.includes('refused video') ? null \
                    : video && new DOMException('', 'NotReadableError')",
        )
        .await?;
        does(&ana, "__bench.log.length = 0").await?;
        ana.click("Switch camera").await?;
        ana.hears_that(&["The camera you had before stays on"]).await?;
        does(&ana, "__bench.refuses = () => null").await?;
        ana.click("Switch camera").await?;
        holds(&ana, mirrored).await
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_of_a_camera_is_done_by_the_one_that_is_open() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(bench(), Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees(&call.ana_id).await?;
        let before = (ana.negotiations().await?, ben.negotiations().await?);
        let first = ana.own_camera("first").await?;
        ana.click("Choose camera").await?;
        ana.find(Role::Dialog, "Camera settings").await?;
        for (height, said) in [("360p", "640 × 360"), ("720p", "1280 × 720")] {
            let choose = "[...document.querySelectorAll('.pop label')].find((l) => l.innerText === arguments[0]).click()";
            ana.evaluate::<()>(choose, [json!(height)]).await?;
            until(&format!("{said} is in force"), async || {
                let text = ana.text().await?;
                ensure!(text.contains(said), "the page says {text:?}");
                Ok(())
            })
            .await?;
        }
        let now = ana.own_camera("now").await?;
        ensure!(now == first, "the camera was {first:?} and is {now:?}");
        ensure!((ana.negotiations().await?, ben.negotiations().await?) == before, "it was negotiated");
        ben.sees(&call.ana_id).await
    })
    .await;
}

/// As some systems have it: a second microphone is refused while the first is open.
#[tokio::test]
async fn where_one_microphone_may_be_open_the_first_is_let_go_of_and_comes_back_if_the_other_fails() {
    const ONE_OPENER: &str = "__bench.refuses = ({ audio }) => \
        audio && (__bench.live('audio').length || audio.deviceId?.exact === __bench.broken) \
        ? new DOMException('', 'NotReadableError') : null";
    Scene::play(&[], async |scene| {
        let call = scene.couple(bench(), Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        does(ana, ONE_OPENER).await?;
        ana.click("Choose microphone").await?;
        let choices = ana.choices(ana.words().microphone).await?;
        let mut others = choices.iter().filter(|choice| !choice.chosen);
        let (second, third) = others.next().zip(others.next()).context("there are too few microphones")?;
        ana.choose(ana.words().microphone, &second.text).await?;
        let is_in_use = async |device: &str| {
            until(&format!("the microphone {device} is in use"), async || {
                let sent = ana.sent("audio").await?;
                let log: Vec<String> = ana.evaluate("return __bench.log", []).await?;
                ensure!(sent.len() == 1 && sent[0].live && sent[0].device == device, "{sent:?}; {log:?}");
                Ok(())
            })
            .await
        };
        is_in_use(&second.value).await?;
        ben.hears(&call.ana_id).await?;

        ana.evaluate::<()>("__bench.broken = arguments[0]", [json!(third.value)]).await?;
        ana.choose(ana.words().microphone, &third.text).await?;
        ana.hears_that(&["The microphone you had before stays on"]).await?;
        is_in_use(&second.value).await?;
        ben.hears(&call.ana_id).await
    })
    .await;
}
