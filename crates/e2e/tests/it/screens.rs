//! Pictures of every screen, to be looked at: in `target/screens/`, in both languages, both themes and two sizes.

use anyhow::Result;
use ojak_e2e::{Kind, Language, Permission, Person, Scene, Setup, Theme, Viewport, until};
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

/// What both see while Ana verifies Jiwoo.
async fn verify(ana: &Person, jiwoo: &Person, language: Language, into: &Path) -> Result<()> {
    let [unverified, show, none, stay] = match language {
        Language::English => ["Not verified", "Show pictures", "None of these match", "Stay anyway"],
        Language::Korean => ["확인 안 됨", "그림 보기", "일치하는 줄이 없어요", "계속 통화하기"],
    };
    ana.click(unverified).await?;
    photograph(jiwoo, "verify-invited", language, into).await?;
    jiwoo.click(show).await?;
    photograph(jiwoo, "verify-read", language, into).await?;
    photograph(ana, "verify", language, into).await?;
    ana.click(none).await?;
    photograph(ana, "verify-mismatch", language, into).await?;
    ana.click(stay).await?;
    jiwoo.click(stay).await
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
        verify(&ana, &jiwoo, language, &into).await?;
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
        ana.opens_call_health().await?;
        photograph(&ana, "health", language, &into).await?;
        ana.presses_key('\u{e00c}').await?;

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
