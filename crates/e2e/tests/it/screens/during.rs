//! What people do together, and what they look at meanwhile: screens, captions, panels, the verification. Each screen is
//! looked at by axe-core too.

use super::{Album, ROOM, appears, press, reads_announcements};
use crate::together::{does, prepare};
use anyhow::Result;
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Language, Person, Scene};
use serde_json::json;
use thirtyfour::Key;

/// Words of what is shared, from its title on.
const fn slide(language: Language) -> [&'static str; 6] {
    match language {
        Language::English => [
            "Two days in Namwon",
            "19–20 August",
            "07:20 Train from Yongsan",
            "09:40 Walk to the garden",
            "12:30 Lunch by the river",
            "19:10 The bridge at dusk",
        ],
        Language::Korean => [
            "남원에서 이틀",
            "8월 19–20일",
            "07:20 용산역 기차",
            "09:40 광한루원 산책",
            "12:30 요천가에서 점심",
            "19:10 해 질 녘 오작교",
        ],
    }
}

/// What is said meanwhile.
const fn speech(language: Language) -> &'static str {
    match language {
        Language::English => "We could take the early train and walk to the bridge at sunset.",
        Language::Korean => "이른 기차를 타고 해 질 녘에 다리까지 걸으면 어떨까요?",
    }
}

/// From now on `person` shares a page of a plan, if asked to share a screen.
async fn has_a_slide(person: &Person, language: Language) -> Result<()> {
    person.evaluate::<()>(include_str!("slide.js"), [json!(slide(language))]).await
}

async fn escape(person: &Person) -> Result<()> {
    Ok(person.browser().driver().action_chain().send_keys(Key::Escape).perform().await?)
}

async fn is_fine(album: &Album, person: &Person, screen: &str) -> Result<()> {
    reads_announcements(person).await?;
    album.take(person, screen).await?;
    person.has_no_barriers(screen).await
}

/// The button of the bar with this icon.
pub(super) fn button(icon: &str) -> String {
    format!(".ctl:has(use[href='#i-{icon}'])")
}

/// `jiwoo` is heard, and what they say is written down and read by `haneul`.
pub(super) async fn writes_down(haneul: &Person, jiwoo: &Person, language: Language) -> Result<()> {
    press(jiwoo, &button("captions")).await?;
    press(jiwoo, "[role=dialog] [role=switch]").await?;
    escape(jiwoo).await?;
    press(haneul, &button("captions")).await?;
    escape(haneul).await?;
    jiwoo.comes_to("String(__e2e.recognisers.length)", "1").await?;
    does(jiwoo, &format!("__e2e.utter(0, {:?}, true)", speech(language))).await?;
    appears(haneul, ".captions p:not(.is-hint)").await
}

/// `jiwoo` is in the call, with a browser that writes down what is said on the device, and with something to share.
pub(super) async fn is_there_first(scene: &Scene, album: &Album, jiwoo: &Person) -> Result<()> {
    jiwoo.gets_ready(&scene.server(), ROOM).await?;
    prepare(jiwoo).await?;
    does(jiwoo, "__e2e.fakeRecognition('available')").await?;
    has_a_slide(jiwoo, album.language).await?;
    jiwoo.join().await?;
    jiwoo.is_in_call().await
}

/// `jiwoo` shares, and `haneul` sees it.
pub(super) async fn shares(jiwoo: &Person, haneul: &Person) -> Result<()> {
    press(jiwoo, &button("share")).await?;
    appears(haneul, "figure[data-kind=screen]").await?;
    let shown = "String(document.querySelector('figure[data-kind=screen] video')?.videoWidth > 1000)";
    haneul.comes_to(shown, "true").await
}

/// The panel is open, and has figures of a few seconds.
pub(super) async fn looks_at_the_health(haneul: &Person) -> Result<()> {
    haneul.opens_call_health().await?;
    haneul.comes_to("String(document.querySelectorAll('.plot polyline').length > 4)", "true").await
}

async fn during(language: Language) {
    Scene::play(&[], async |scene| {
        let album = Album::of(language)?;
        let [haneul, jiwoo] = scene
            .people([
                album.drawn(Portrait::Haneul, Voice::Quiet, Canvas::Quarter),
                album.drawn(Portrait::Jiwoo, Voice::Speaking, Canvas::Quarter),
            ])
            .await?;
        is_there_first(scene, &album, &jiwoo).await?;
        haneul.enter(&scene.server(), ROOM).await?;
        let id = haneul.meets(jiwoo.who()).await?;
        haneul.sees(&id).await?;

        press(&haneul, ".ctl-react > button").await?;
        appears(&haneul, ".ctl-react .pop").await?;
        is_fine(&album, &haneul, "react-menu").await?;
        escape(&haneul).await?;

        press(&haneul, &button("people")).await?;
        appears(&haneul, ".panel").await?;
        is_fine(&album, &haneul, "people").await?;
        press(&haneul, &button("people")).await?;

        press(&haneul, ".info-shield").await?;
        appears(&jiwoo, "dialog[open]").await?;
        is_fine(&album, &jiwoo, "verify-asked").await?;
        press(&jiwoo, "dialog[open] .btn.is-primary").await?;
        appears(&jiwoo, "dialog .emojis.is-big").await?;
        is_fine(&album, &jiwoo, "verify-read").await?;
        appears(&haneul, "dialog .verify-row").await?;
        is_fine(&album, &haneul, "verify").await?;
        escape(&haneul).await?;
        escape(&jiwoo).await?;

        looks_at_the_health(&haneul).await?;
        is_fine(&album, &haneul, "health").await?;
        escape(&haneul).await?;

        writes_down(&haneul, &jiwoo, language).await?;
        is_fine(&album, &haneul, "captions").await?;
        shares(&jiwoo, &haneul).await?;
        is_fine(&album, &haneul, "share").await?;
        is_fine(&album, &jiwoo, "presenting").await
    })
    .await;
}

#[tokio::test]
async fn in_english() {
    during(Language::English).await;
}

#[tokio::test]
#[ignore = "the other language: `./x test long`"]
async fn in_korean() {
    during(Language::Korean).await;
}
