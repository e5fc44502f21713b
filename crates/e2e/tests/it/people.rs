//! More than two, and who comes and goes.

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use ojak_e2e::{Kind, Role, Scene, until, until_within};
use std::time::Duration;

/// Thirty seconds, and room.
const SEAT_KEPT: Duration = Duration::from_secs(50);

#[tokio::test]
async fn three_people_all_see_the_two_others() {
    Scene::play(&[], async |scene| {
        let people =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox), ("Cho", Kind::Chromium)]).await?;
        let server = scene.server();
        try_join_all(people.iter().map(|person| person.gets_ready(&server, "three"))).await?;
        for person in &people {
            person.join().await?;
            person.is_in_call().await?;
        }
        for person in &people {
            for other in person.is_with(2).await? {
                person.sees(&other.peer).await?;
            }
            ensure!(person.call().await? == "connected", "{} is not connected", person.who());
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_comes_and_who_goes_is_announced() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium), ("Cho", Kind::Firefox)]).await?;
        ana.enter(&scene.server(), "door").await?;
        ana.is_in("alone").await?;
        for newcomer in [&ben, &cho] {
            newcomer.enter(&scene.server(), "door").await?;
            ana.meets(newcomer.who()).await?;
            ana.hears_that(&[newcomer.who(), "joined"]).await?;
        }
        cho.is_with(2).await?;

        // One by closing the tab, the other by the button. A tab that is closed cannot be told from one that is loaded
        // again, so the seat is kept for a while.
        ben.closes_the_tab().await?;
        for witness in [&ana, &cho] {
            until_within(SEAT_KEPT, "Ben's tile is gone", async || {
                let tiles = witness.tiles().await?;
                ensure!(!tiles.iter().any(|tile| tile.name.contains("Ben")), "{tiles:?}");
                Ok(())
            })
            .await?;
            witness.hears_that(&["Ben", "lost the connection"]).await?;
        }
        ana.is_in("connected").await?;
        cho.click(cho.words().leave).await?;
        cho.is_in("ended").await?;
        ana.hears_that(&["Cho", "left"]).await?;
        ana.is_in("alone").await?;
        ana.has_no_complaints().await
    })
    .await;
}

/// Leaving lets go of the camera and the microphone.
#[tokio::test]
async fn whoever_leaves_keeps_no_camera_open() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "leaving").await?;
        ana.own_camera("used").await?;
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        until("the camera is let go", async || {
            ensure!(!ana.is_live("used").await?, "its track is live");
            Ok(())
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn markup_in_a_name_is_shown_as_text() {
    const NAME: &str = "<img src=x onerror=__hit=1>";
    Scene::play(&[], async |scene| -> Result<()> {
        let [ana, mallory] = scene.people([("Ana", Kind::Chromium), ("Mallory", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "markup").await?;
        mallory.gets_ready(&scene.server(), "markup").await?;
        mallory.type_into(mallory.words().your_name, NAME).await?;
        mallory.press_join().await?;
        mallory.is_in_call().await?;
        ana.meets(NAME).await?;
        ana.hears_that(&[NAME]).await?;
        ana.find(Role::Figure, NAME).await?;
        for person in [&ana, &mallory] {
            let count = "return document.querySelectorAll('img[src=x]').length + (window.__hit || 0)";
            ensure!(person.evaluate::<u32>(count, []).await? == 0, "{} runs markup", person.who());
            person.has_no_complaints().await?;
        }
        Ok(())
    })
    .await;
}
