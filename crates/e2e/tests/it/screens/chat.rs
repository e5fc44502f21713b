//! The chat, and files on their way.

use super::Album;
use anyhow::ensure;
use ojak_e2e::chat::{file_in, made_up};
use ojak_e2e::{DEADLINE, Language, Scene, until};

/// The chat, with files that were received, are under way, are offered, and were declined.
async fn chat(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        let (names, said, save, decline) = match language {
            Language::English => (
                ["Haneul Kim", "Jiwoo Han"],
                [
                    "Shall we go to Namwon on the 19th?",
                    "There’s a bridge I want to show you: https://ojak.example/den",
                    "Yes! I’ll send the photos from last year.",
                ],
                "Save",
                "Decline",
            ),
            Language::Korean => (
                ["김하늘", "한지우"],
                [
                    "19일에 남원 갈까요?",
                    "보여 주고 싶은 다리가 있어요: https://ojak.example/den",
                    "좋아요! 작년에 찍은 사진 보낼게요.",
                ],
                "저장",
                "거절",
            ),
        };
        let chromium = album.plain();
        let [haneul, jiwoo] = scene.people(names.map(|name| (name, chromium.clone()))).await?;
        for person in [&haneul, &jiwoo] {
            person.enter(&scene.server(), "seventh-evening").await?;
        }
        let id = haneul.meets(names[1]).await?;
        haneul.sees(&id).await?;
        jiwoo.opens_the_chat().await?;
        jiwoo.says(said[0]).await?;
        jiwoo.says(said[1]).await?;
        until("there is something new", async || {
            let new: bool = haneul.evaluate("return !!document.querySelector('.badge')", []).await?;
            ensure!(new, "there is nothing");
            Ok(())
        })
        .await?;
        album.take(&haneul, "chat-unread").await?;
        haneul.opens_the_chat().await?;
        let file = |name, size| file_in(scene.directory(), name, &made_up(size));
        let small = [file("train-times.pdf", 2_100_000)?, file("기차-시간표.pdf", 310_000)?];
        jiwoo.gives(&[&small[0]]).await?;
        haneul.presses_at("train-times.pdf", save).await?;
        haneul.sees_file("train-times.pdf", "is there", DEADLINE, |file| file.saved).await?;
        haneul.says(said[2]).await?;
        haneul.gives(&[&small[1]]).await?;
        jiwoo.presses_at("기차-시간표.pdf", decline).await?;
        haneul.gives(&[&file("namwon-photos-2024.zip", 48_000_000)?]).await?;
        jiwoo.presses_at("namwon-photos-2024.zip", save).await?;
        haneul
            .sees_file("namwon-photos-2024.zip", "is under way", DEADLINE, |file| file.percent > Some(3))
            .await?;
        jiwoo.gives(&[&file("bridge.jpg", 1_200_000)?]).await?;
        haneul.sees_file("bridge.jpg", "is offered", DEADLINE, |_| true).await?;
        album.take(&haneul, "chat").await
    })
    .await;
}

#[tokio::test]
async fn chat_in_english() {
    chat(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn chat_in_korean() {
    chat(Language::Korean).await;
}
