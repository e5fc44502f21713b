//! Three and more: the grid, and its pages.

use super::{Album, ROOM, reads_announcements};
use anyhow::Result;
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Scene, Theme, Viewport};

async fn crowd(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        let drawn = |portrait, voice| album.drawn(portrait, voice, Canvas::Quarter);
        let [haneul, others @ ..] = scene
            .people([
                drawn(Portrait::Haneul, Voice::Quiet),
                drawn(Portrait::Jiwoo, Voice::Speaking),
                drawn(Portrait::Minho, Voice::Quiet),
                drawn(Portrait::Ana, Voice::Quiet),
                drawn(Portrait::Sora, Voice::Quiet),
            ])
            .await?;
        haneul.enter(&scene.server(), ROOM).await?;
        for (before, other) in others.iter().enumerate() {
            // Nobody looks at what they see, and every pixel costs.
            other.browser().resize(Viewport::Corner).await?;
            other.enter(&scene.server(), ROOM).await?;
            for tile in haneul.is_with(before + 1).await? {
                haneul.sees(&tile.peer).await?;
            }
            if other.who() == Portrait::Minho.name(language) {
                other.click(other.words().microphone).await?;
                other.becomes(other.words().microphone, false).await?;
                reads_announcements(&haneul).await?;
                album.take_all(&haneul, "three").await?;
            }
        }
        let [.., ana, _] = &others;
        ana.click(ana.words().camera).await?;
        ana.becomes(ana.words().camera, false).await?;
        reads_announcements(&haneul).await?;
        album.take_all(&haneul, "five").await?;
        for theme in [Theme::Dark, Theme::Light] {
            album.take_one(&haneul, "pages", Viewport::Corner, theme, async || Ok(())).await?;
        }
        Result::Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "five browsers at once are more than a small machine draws in time; `./x screens` runs it"]
async fn in_english() {
    crowd(Language::English).await;
}

#[tokio::test]
#[ignore = "five browsers at once are more than a small machine draws in time; `./x screens` runs it"]
async fn in_korean() {
    crowd(Language::Korean).await;
}
