//! The pictures of README.md, small: `./x screens --readme` puts them into `docs/images/`.

use super::during::{button, is_there_first, looks_at_the_health, shares, writes_down};
use super::{Album, ROOM, appears, press, reads_announcements, settles};
use anyhow::{Result, ensure};
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Person, Scene, Theme, Viewport, until};

/// What a reader waits for.
const BYTES_MAX: usize = 150_000;

/// Keeps what `person` sees, light and dark, as WebP, which the browser itself writes.
async fn keep(album: &Album, person: &Person, name: &str) -> Result<()> {
    let into = album.into.join("readme");
    std::fs::create_dir_all(&into)?;
    person.browser().resize(Viewport::Desktop).await?;
    for theme in [Theme::Light, Theme::Dark] {
        person.browser().prefer(theme).await?;
        settles(person).await?;
        let picture = person.browser().photograph_as_webp().await?;
        let suffix = if album.language == Language::Korean { ".ko" } else { "" };
        let file = format!("{name}-{}{suffix}.webp", theme.name());
        ensure!(picture.len() <= BYTES_MAX, "{file} has {} bytes", picture.len());
        std::fs::write(into.join(file), picture)?;
    }
    Ok(())
}

async fn readme(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        let [haneul, jiwoo] = scene
            .people([
                album.drawn(Portrait::Haneul, Voice::Speaking, Canvas::Whole),
                album.drawn(Portrait::Jiwoo, Voice::Speaking, Canvas::Whole),
            ])
            .await?;
        is_there_first(scene, &album, &jiwoo).await?;
        haneul.gets_ready(&scene.server(), ROOM).await?;
        haneul.type_into(haneul.words().your_name, haneul.who()).await?;
        appears(&haneul, ".presence").await?;
        keep(&album, &haneul, "lobby").await?;
        haneul.press_join().await?;
        let id = haneul.meets(jiwoo.who()).await?;
        haneul.sees(&id).await?;
        // A busy machine sends a smaller picture for good, and that is nothing to fail for.
        let _ = until("the picture has come to its size", async || {
            let picture = haneul.picture(&id).await?;
            ensure!(picture.width == 1280, "{picture:?}");
            Ok(())
        })
        .await;
        appears(&haneul, ".tile .bars.q3").await?;
        reads_announcements(&haneul).await?;
        keep(&album, &haneul, "call").await?;
        writes_down(&haneul, &jiwoo, language).await?;
        shares(&jiwoo, &haneul).await?;
        reads_announcements(&haneul).await?;
        keep(&album, &haneul, "share").await?;
        press(&jiwoo, &button("share")).await?;
        looks_at_the_health(&haneul).await?;
        reads_announcements(&haneul).await?;
        keep(&album, &haneul, "health").await
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    readme(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn in_korean() {
    readme(Language::Korean).await;
}
