//! Alone and of two: the stage, and whatever opens over it.

use super::{Album, ROOM, appears, press, reads_announcements};
use anyhow::{Result, ensure};
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Person, Scene, until};
use thirtyfour::Key;

/// Opens `opener`, looks at what comes, and closes it.
async fn opened(album: &Album, person: &Person, screen: &str, opener: &str, what: &str) -> Result<()> {
    press(person, opener).await?;
    appears(person, what).await?;
    album.take(person, screen).await?;
    person.browser().driver().action_chain().send_keys(Key::Escape).perform().await?;
    Ok(())
}

/// Opens the `place`th last item of the menu, looks at it, and closes it.
async fn from_the_menu(album: &Album, person: &Person, screen: &str, place: u32) -> Result<()> {
    press(person, ".ctl-more > button").await?;
    press(person, &format!(".ctl-more .menu-item:nth-last-of-type({place})")).await?;
    appears(person, "dialog[open]").await?;
    album.take_all(person, screen).await?;
    if screen == "settings" {
        for (place, name) in [(2, "captions"), (3, "appearance"), (4, "language")] {
            press(person, &format!("[role=tab]:nth-of-type({place})")).await?;
            album.take(person, &format!("{screen}-{name}")).await?;
        }
    }
    person.browser().driver().action_chain().send_keys(Key::Escape).perform().await?;
    Ok(())
}

async fn of_two(album: &Album, haneul: &Person, jiwoo: &Person, id: &str) -> Result<()> {
    haneul.sees(id).await?;
    appears(haneul, ".tile .bars").await?;
    reads_announcements(haneul).await?;
    album.take_all(haneul, "two").await?;
    press(haneul, ".inset-handle").await?;
    album.take(haneul, "swapped").await?;
    press(haneul, ".inset-handle").await?;

    opened(album, haneul, "microphone-menu", ".ctl-split:nth-child(1) .ctl-open", ".pop").await?;
    opened(album, haneul, "camera-menu", ".ctl-split:nth-child(2) .ctl-open", ".pop").await?;
    opened(album, haneul, "more-menu", ".ctl-more > button", ".menu.is-list").await?;
    from_the_menu(album, haneul, "settings", 1).await?;
    from_the_menu(album, haneul, "shortcuts", 2).await?;
    from_the_menu(album, haneul, "invite", 3).await?;

    let mut is_muted = false;
    album
        .take_each(haneul, "toasts", async || {
            reads_announcements(haneul).await?;
            for _ in 0..2 {
                is_muted = !is_muted;
                jiwoo.click(jiwoo.words().microphone).await?;
                jiwoo.becomes(jiwoo.words().microphone, !is_muted).await?;
            }
            until("two toasts", async || {
                let count: u32 =
                    haneul.evaluate("return document.querySelectorAll('.toast').length", []).await?;
                ensure!(count == 2, "{count}");
                Ok(())
            })
            .await
        })
        .await?;

    for toggle in [jiwoo.words().camera, jiwoo.words().microphone] {
        jiwoo.click(toggle).await?;
    }
    haneul.click(haneul.words().camera).await?;
    haneul.click(haneul.words().microphone).await?;
    until("the placeholder is to be seen", async || {
        ensure!(haneul.tile(id).await?.avatar, "it is not");
        Ok(())
    })
    .await?;
    reads_announcements(haneul).await?;
    album.take_all(haneul, "two-off").await?;
    for (person, toggle) in [
        (jiwoo, jiwoo.words().camera),
        (jiwoo, jiwoo.words().microphone),
        (haneul, haneul.words().camera),
        (haneul, haneul.words().microphone),
    ] {
        person.click(toggle).await?;
        person.becomes(toggle, true).await?;
    }
    haneul.sees(id).await?;

    reads_announcements(haneul).await?;
    jiwoo.browser().freeze();
    haneul.is_in("reconnecting").await?;
    album.take_all(haneul, "reconnecting").await?;
    jiwoo.browser().thaw();
    haneul.is_in("connected").await
}

async fn call(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        let [haneul, jiwoo] = scene
            .people([
                album.drawn(Portrait::Haneul, Voice::Quiet, Canvas::Whole),
                album.drawn(Portrait::Jiwoo, Voice::Speaking, Canvas::Whole),
            ])
            .await?;
        haneul.enter(&scene.server(), ROOM).await?;
        haneul.is_in("alone").await?;
        album.take_all(&haneul, "alone").await?;
        jiwoo.enter(&scene.server(), ROOM).await?;
        let id = haneul.meets(jiwoo.who()).await?;
        of_two(&album, &haneul, &jiwoo, &id).await
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    call(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn in_korean() {
    call(Language::Korean).await;
}
