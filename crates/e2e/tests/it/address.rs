//! What an address can say.

use anyhow::ensure;
use ojak_e2e::page::label;
use ojak_e2e::{Kind, Role, Scene};

#[tokio::test]
async fn an_address_fills_in_the_room_and_the_name() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.open_lobby(&scene.server(), "standup?name=Ana%20Kim").await?;
        let form = ana.find(Role::Form, "Join a call").await?;
        ensure!(label(&form).await? == "Join a call");
        ana.find(Role::Group, "Preview").await?;
        for (field, content) in [(ana.words().room, "standup"), (ana.words().your_name, "Ana Kim")] {
            let value = ana.find(Role::Textbox, field).await?.value().await?;
            ensure!(value.as_deref() == Some(content), "{field} holds {value:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn join_in_the_address_skips_the_lobby() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "standup").await?;
        ana.visit(&scene.server().url("standup?name=Ana&join=1")).await?;
        ana.is_in("alone").await?;
        let address = ana.browser().driver().current_url().await?;
        ensure!(address.path() == "/standup", "the invite link is {address}");
        Ok(())
    })
    .await;
}

/// In any script, and in whatever capitals somebody types it.
#[tokio::test]
async fn people_meet_however_they_write_the_room() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "%EC%B9%A0%EC%84%9D-Evening").await?;
        ben.gets_ready(&scene.server(), "").await?;
        ben.type_into(ben.words().room, "칠석 evening").await?;
        ben.join().await?;
        ben.meets("Ana").await?;
        ana.meets("Ben").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_link_followed_in_the_middle_of_a_call_leads_to_its_room() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "standup").await?;
        ana.open_lobby(&scene.server(), "evening").await?;
        let value = ana.find(Role::Textbox, ana.words().room).await?.value().await?;
        ensure!(value.as_deref() == Some("evening"), "the room is {value:?}");
        Ok(())
    })
    .await;
}
