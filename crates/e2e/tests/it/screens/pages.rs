//! Outside a call: after it, and when there can be none.

use super::{Album, ROOM, appears, press};
use anyhow::Result;
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Scene};

const HOST: &str = "calls.example";
const NO_WEBRTC: &str = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;";

async fn pages(language: Language) {
    Scene::play(&["--room-capacity", "2"], async |scene| {
        let album = Album::of(language)?;
        let name = Portrait::Haneul.name(language);
        let [haneul, minho, jiwoo] = scene
            .people([
                album.drawn(Portrait::Haneul, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Minho, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Jiwoo, Voice::Quiet, Canvas::Quarter),
            ])
            .await?;
        haneul.enter(&scene.server(), ROOM).await?;
        minho.enter(&scene.server(), ROOM).await?;
        jiwoo.gets_ready(&scene.server(), ROOM).await?;
        jiwoo.join().await?;
        jiwoo.is_in("error").await?;
        album.take_all(&jiwoo, "full").await?;
        haneul.click(haneul.words().leave).await?;
        haneul.is_in("ended").await?;
        album.take_all(&haneul, "ended").await?;

        let setup = album.plain().with_host(HOST);
        let outside = scene.person(name, setup).await?;
        outside.visit(&scene.server().url_on(HOST, ROOM)).await?;
        outside.is_in("error").await?;
        album.take_all(&outside, "insecure").await?;

        let old = scene.person(name, album.plain().with_preload(NO_WEBRTC)).await?;
        old.visit(&scene.server().url(ROOM)).await?;
        old.is_in("error").await?;
        album.take_all(&old, "unsupported").await?;

        jiwoo.gets_ready(&scene.server(), "elsewhere").await?;
        scene.server().kill();
        press(&jiwoo, "form button[type=submit]").await?;
        appears(&jiwoo, ".notice").await?;
        album.take(&jiwoo, "unreachable").await?;
        Result::Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    pages(Language::English).await;
}

#[tokio::test]
async fn in_korean() {
    pages(Language::Korean).await;
}
