//! Rooms and names that cannot be, and what the page says of them.

use anyhow::ensure;
use ojak_e2e::{Kind, Scene, until};

#[tokio::test]
async fn a_full_room_says_so_and_disturbs_nobody() {
    Scene::play(&["--room-capacity", "2"], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let cho = scene.person("Cho", Kind::Chromium).await?;
        cho.gets_ready(&scene.server(), "seventh-evening").await?;
        cho.join().await?;
        until("Cho is told that the room is full", async || {
            let text = cho.text().await?;
            ensure!(text.contains("This room is full"), "the page says {text:?}");
            Ok(())
        })
        .await?;
        call.ana.is_with(1).await?;
        call.ben.is_with(1).await?;
        call.ana.sees_and_hears(&call.ben_id).await
    })
    .await;
}

#[tokio::test]
async fn a_typed_room_that_is_none_is_said_to_be_none() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "").await?;
        ana.type_into(ana.words().room, "a/b").await?;
        ana.join().await?;
        ana.is_told(&["A room name can’t contain “/”"]).await?;
        ensure!(ana.call().await? == "lobby", "it went on with a bad room");
        scene.photograph(&ana, "bad room").await?;
        // And once corrected, it works.
        ana.type_into(ana.words().room, "A B").await?;
        ana.press_join().await?;
        ana.is_in("alone").await?;
        let address = ana.browser().driver().current_url().await?;
        ensure!(address.path() == "/a-b", "the invite link is {address}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_no_room_is_said_to_be_none() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "no*such*room").await?;
        ana.join().await?;
        ana.is_told(&["A room name can’t contain “*”"]).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_joins_without_a_name() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "nameless").await?;
        ana.type_into(ana.words().your_name, "   ").await?;
        ana.press_join().await?;
        ana.is_told(&["Enter your name"]).await?;
        ensure!(ana.call().await? == "lobby", "it went on without a name");
        Ok(())
    })
    .await;
}
