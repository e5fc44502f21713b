//! Pictures of every screen, to be looked at: in `target/screens/`, in both languages, both themes and two sizes.

use anyhow::Result;
use ojak_e2e::chat::{file_in, made_up};
use ojak_e2e::{DEADLINE, Kind, Language, Permission, Person, Scene, Setup, Theme, Viewport, until};
use std::path::{Path, PathBuf};

/// Keeps what `person` sees as `<screen>-<size>-<theme>[-ko].png`.
async fn photograph(person: &Person, screen: &str, language: Language, into: &Path) -> Result<()> {
    let browser = person.browser();
    for viewport in [Viewport::Phone, Viewport::Desktop] {
        browser.resize(viewport).await?;
        for theme in [Theme::Dark, Theme::Light] {
            browser.prefer(theme).await?;
            settles(person).await?;
            let suffix = if language == Language::Korean { "-ko" } else { "" };
            let file = format!("{screen}-{}-{}{suffix}.png", viewport.name(), theme.name());
            std::fs::write(into.join(file), browser.driver().screenshot_as_png().await?)?;
        }
    }
    Ok(())
}

/// Waits until nothing moves any more but the spinners, and the last style is painted.
async fn settles(person: &Person) -> Result<()> {
    until("the page has settled", async || {
        let script = "await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))); \
                      return document.getAnimations().filter((a) => a.playState === 'running' \
                      && a.effect?.getComputedTiming().iterations !== Infinity).length";
        let moving: u32 = person.evaluate(&format!("return (async () => {{ {script} }})()"), []).await?;
        anyhow::ensure!(moving == 0, "{moving} animations run");
        Ok(())
    })
    .await
}

fn folder() -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screens");
    std::fs::create_dir_all(&path)?;
    Ok(path)
}

async fn all(language: Language) {
    Scene::play(&["--room-capacity", "3"], async |scene| {
        let into = folder()?;
        let names = match language {
            Language::English => ["Ana Silva", "Jiwoo Han", "Minho Park"],
            Language::Korean => ["김하늘", "한지우", "박민호"],
        };
        let chromium = Setup::new(Kind::Chromium).speaking(language);
        let [ana, jiwoo, minho] = scene.people(names.map(|name| (name, chromium.clone()))).await?;
        let room = "seventh-evening";

        ana.gets_ready(&scene.server(), room).await?;
        photograph(&ana, "lobby", language, &into).await?;
        ana.join().await?;
        ana.is_in("alone").await?;
        photograph(&ana, "alone", language, &into).await?;

        jiwoo.enter(&scene.server(), room).await?;
        let id = ana.meets(names[1]).await?;
        ana.sees(&id).await?;
        photograph(&ana, "two", language, &into).await?;
        jiwoo.click(jiwoo.words().camera).await?;
        jiwoo.click(jiwoo.words().microphone).await?;
        until("the placeholder is to be seen", async || {
            anyhow::ensure!(ana.tile(&id).await?.avatar, "it is not");
            Ok(())
        })
        .await?;
        photograph(&ana, "two-off", language, &into).await?;

        minho.enter(&scene.server(), room).await?;
        let minho_id = ana.meets(names[2]).await?;
        ana.sees(&minho_id).await?;
        photograph(&ana, "three", language, &into).await?;

        let late = scene.person("Sora", chromium.clone().answering(Permission::Denied)).await?;
        late.open_lobby(&scene.server(), room).await?;
        until("a problem is shown", async || {
            anyhow::ensure!(!late.alerts().await?.is_empty(), "none is");
            Ok(())
        })
        .await?;
        photograph(&late, "lobby-denied", language, &into).await?;
        late.join().await?;
        late.is_in("error").await?;
        photograph(&late, "full", language, &into).await
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    all(Language::English).await;
}

#[tokio::test]
async fn in_korean() {
    all(Language::Korean).await;
}

/// The chat, with files that were received, are under way, are offered, and were declined.
async fn chat(language: Language) {
    Scene::play(&[], async |scene| {
        let into = folder()?;
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
        let chromium = Setup::new(Kind::Chromium).speaking(language);
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
            anyhow::ensure!(new, "there is nothing");
            Ok(())
        })
        .await?;
        photograph(&haneul, "chat-unread", language, &into).await?;
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
        photograph(&haneul, "chat", language, &into).await
    })
    .await;
}

#[tokio::test]
async fn chat_in_english() {
    chat(Language::English).await;
}

#[tokio::test]
async fn chat_in_korean() {
    chat(Language::Korean).await;
}
