//! Names as long as they may be, in every script.

use super::{Album, reads_announcements};
use anyhow::Result;
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Scene, Viewport};

/// 48 letters without a space, Korean without one, emoji of many code points, and one that is written from the right.
const NAMES: [&str; 4] = [
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralte",
    "김수한무거북이와두루미삼천갑자동방삭치치카포사리사리센타워리워리세브리깡무두셀라구름이",
    "👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈🦄",
    "عبد الرحمن بن محمد الفارسي",
];

#[tokio::test]
#[ignore = "five browsers at once: `./x test long`"]
async fn however_long() {
    Scene::play(&[], async |scene| {
        let album = Album::of(Language::English)?;
        let [haneul, others @ ..] = scene
            .people([
                album.drawn(Portrait::Haneul, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Jiwoo, Voice::Speaking, Canvas::Quarter),
                album.drawn(Portrait::Minho, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Ana, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Sora, Voice::Quiet, Canvas::Quarter),
            ])
            .await?;
        let room = "a-room-with-a-name-that-is-as-long-as-a-name-of-a-room-may-be-ok";
        haneul.enter(&scene.server(), room).await?;
        album.take_all(&haneul, "names-alone").await?;
        for (count, (other, name)) in others.iter().zip(NAMES).enumerate() {
            other.browser().resize(Viewport::Corner).await?;
            // No driver types what lies beyond the first plane of Unicode.
            other.gets_ready(&scene.server(), &format!("{room}?name={name}")).await?;
            other.press_join().await?;
            other.is_in_call().await?;
            haneul.is_with(count + 1).await?;
            if count == 0 {
                other.click(other.words().microphone).await?;
                other.becomes(other.words().microphone, false).await?;
                album.take_all(&haneul, "names-two").await?;
                reads_announcements(&haneul).await?;
            }
        }
        for tile in haneul.is_with(NAMES.len()).await? {
            haneul.sees(&tile.peer).await?;
        }
        album.take_all(&haneul, "names-five").await?;
        Result::Ok(())
    })
    .await;
}
