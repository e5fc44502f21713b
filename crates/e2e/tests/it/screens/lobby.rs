//! Before the call: with everything, and with whatever can be missing.

use super::{Album, ROOM, appears, press};
use anyhow::{Result, ensure};
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Permission, Scene, Setup, until};

/// A question of the browser that nobody answers.
pub(super) const ASKS_FOR_EVER: &str = "MediaDevices.prototype.getUserMedia = () => new Promise(() => {});";
/// Another app has the camera.
const BUSY: &str = "{
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (constraints) {
        if (constraints?.video) return Promise.reject(new DOMException('', 'NotReadableError'));
        return open.call(this, constraints);
    };
    }";
/// The question of the browser is closed without an answer.
const DISMISSES: &str =
    "MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); };";
/// The browser inside another app.
const EMBEDDED: &str =
    "Object.defineProperty(navigator, 'userAgent', { value: navigator.userAgent + ' KAKAOTALK 10.4.5' });";
/// A microphone that gives nothing at all.
const SILENT: &str = "{
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
        const stream = await open.call(this, constraints);
        const nothing = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
        return new MediaStream([...stream.getVideoTracks(), ...stream.getAudioTracks().map(() => nothing)]);
    };
    }";
/// A server that never answers who joins.
const NO_ANSWER: &str = "{
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) { if (!String(text).includes('\"join\"')) send.call(this, text); };
    }";

/// Somebody with this setup opens the lobby, and it is seen once it has a problem to tell.
async fn troubled(scene: &Scene, album: &Album, screen: &str, setup: Setup) -> Result<()> {
    let person = scene.person(Portrait::Haneul.name(album.language), setup).await?;
    person.open_lobby(&scene.server(), ROOM).await?;
    until("a problem is shown", async || {
        ensure!(!person.alerts().await?.is_empty(), "none is");
        Ok(())
    })
    .await?;
    person.type_into(person.words().your_name, person.who()).await?;
    album.take_all(&person, screen).await?;
    person.browser().close().await;
    Ok(())
}

async fn with_everything(scene: &Scene, album: &Album) -> Result<()> {
    let (who, setup) = album.drawn(Portrait::Haneul, Voice::Speaking, Canvas::Whole);
    let [haneul, jiwoo, minho] = scene
        .people([
            (who, setup),
            album.drawn(Portrait::Jiwoo, Voice::Quiet, Canvas::Quarter),
            album.drawn(Portrait::Minho, Voice::Quiet, Canvas::Quarter),
        ])
        .await?;
    for person in [&jiwoo, &minho] {
        person.enter(&scene.server(), ROOM).await?;
    }
    haneul.gets_ready(&scene.server(), ROOM).await?;
    haneul.type_into(haneul.words().your_name, haneul.who()).await?;
    appears(&haneul, ".presence").await?;
    album.take_all(&haneul, "lobby").await?;
    for person in [&jiwoo, &minho] {
        person.browser().close().await;
    }
    haneul.click(haneul.words().camera).await?;
    haneul.click(haneul.words().microphone).await?;
    album.take(&haneul, "lobby-off").await?;
    haneul.type_into(haneul.words().room, "seventh/evening").await?;
    haneul.press_join().await?;
    appears(&haneul, ".field.is-bad").await?;
    album.take(&haneul, "lobby-bad-room").await?;
    haneul.browser().close().await;

    let (who, setup) = album.drawn(Portrait::Haneul, Voice::Speaking, Canvas::Whole);
    let haneul = scene.person(who, setup.with_preload(NO_ANSWER)).await?;
    haneul.gets_ready(&scene.server(), "nobody-answers").await?;
    haneul.type_into(haneul.words().your_name, haneul.who()).await?;
    album
        .take_each(&haneul, "joining", async || {
            if haneul.call().await? != "joining" {
                press(&haneul, "form button[type=submit]").await?;
            }
            haneul.is_in("joining").await
        })
        .await?;
    haneul.browser().close().await;
    Ok(())
}

async fn before_and_while_asked(scene: &Scene, album: &Album) -> Result<()> {
    let setup = album.plain().answering(Permission::Unasked).with_preload(ASKS_FOR_EVER);
    let haneul = scene.person(Portrait::Haneul.name(album.language), setup).await?;
    haneul.open_lobby(&scene.server(), ROOM).await?;
    haneul.type_into(haneul.words().your_name, haneul.who()).await?;
    appears(&haneul, ".preview .btn.is-primary").await?;
    album.take_all(&haneul, "lobby-unasked").await?;
    press(&haneul, ".preview .btn.is-primary").await?;
    until("the question is explained", async || {
        let script =
            "return !document.querySelector('.preview .btn') && !!document.querySelector('.prompt-art')";
        ensure!(haneul.evaluate::<bool>(script, []).await?, "it is not");
        Ok(())
    })
    .await?;
    album.take_all(&haneul, "lobby-asking").await?;
    haneul.browser().close().await;
    Ok(())
}

async fn lobby(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        with_everything(scene, &album).await?;
        before_and_while_asked(scene, &album).await?;
        for (screen, setup) in [
            ("lobby-busy", album.plain().with_preload(BUSY)),
            ("lobby-denied", album.plain().answering(Permission::Denied)),
            ("lobby-dismissed", album.plain().answering(Permission::Granted).with_preload(DISMISSES)),
            ("lobby-missing", album.plain().with_cameras(0)),
            ("lobby-embedded", album.plain().answering(Permission::Denied).with_preload(EMBEDDED)),
            ("lobby-silent", album.plain().with_preload(SILENT)),
        ] {
            troubled(scene, &album, screen, setup).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    lobby(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn in_korean() {
    lobby(Language::Korean).await;
}
