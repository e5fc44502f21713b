//! What is said to somebody who does not see the page: each thing once, and in the language of the page.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Language, Person, Role, Scene, Setup, until};
use serde::Deserialize;

/// Something that a screen reader would say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Said {
    text: String,
    lang: String,
}

/// Listens as a screen reader does: to whatever is put into a region that is live, or written anew there; and to an alert
/// that appears. The whole region is said, unless it says itself that it is not to be.
const LISTEN: &str = r"
    window.__heard = [];
    const LIVE = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])';
    const text = (node) => (node.innerText ?? node.textContent ?? '').replace(/\s+/g, ' ').trim();
    const isWhole = (region) => (region.getAttribute('aria-atomic')
        ?? String(region.matches('[role=status], [role=alert]'))) === 'true';
    new MutationObserver((changes) => {
        const said = new Map();
        for (const { type, target, addedNodes } of changes) {
            for (const node of type === 'characterData' ? [target] : addedNodes) {
                const element = node.nodeType === 1 ? node : node.parentElement;
                const around = element?.closest(LIVE);
                const regions = around ? [around] : [...element?.querySelectorAll('[role=alert]') ?? []];
                for (const region of regions) {
                    const part = isWhole(region) || region !== around ? region : node;
                    if (region.isConnected && text(part)) said.set(part, region);
                }
            }
        }
        for (const [part, region] of said) {
            const inner = part.nodeType === 1 ? part : part.parentElement;
            const lang = (inner.querySelector('[lang]') ?? inner).closest('[lang]').lang;
            __heard.push({ text: text(part), lang });
        }
    }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });";

async fn heard(person: &Person) -> Result<Vec<Said>> {
    person.evaluate("return __heard", []).await
}

/// Waits until the last that was said begins with this.
async fn hears(person: &Person, beginning: &str) -> Result<()> {
    until(&format!("{} hears {beginning:?}", person.who()), async || {
        let heard = heard(person).await?;
        ensure!(heard.iter().any(|said| said.text.starts_with(beginning)), "{heard:?}");
        Ok(())
    })
    .await
}

/// That this was said and nothing else, each of it once; besides who can hear the listener, which changes with who is
/// there, and is never said twice in a row.
fn is_all(heard: &[Said], lang: &str, expected: &[&str]) -> Result<()> {
    let all: Vec<&str> = heard.iter().map(|said| &*said.text).collect();
    let is_of_hearing = |text: &&str| text.contains("can hear you") || text.contains("들려요");
    let (hearing, texts): (Vec<&str>, Vec<&str>) = all.into_iter().partition(is_of_hearing);
    ensure!(hearing.windows(2).all(|pair| pair.first() != pair.last()), "said again: {hearing:#?}");
    ensure!(texts == expected, "said was {texts:#?}, and not {expected:#?}");
    ensure!(heard.iter().all(|said| said.lang == lang), "not all is {lang}: {heard:#?}");
    Ok(())
}

#[tokio::test]
async fn who_comes_goes_and_mutes_is_said_once() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium), ("Cho", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "said").await?;
        ana.is_in("alone").await?;
        ana.evaluate::<()>(LISTEN, []).await?;
        ben.enter(&scene.server(), "said").await?;
        hears(&ana, "Ben joined").await?;
        cho.enter(&scene.server(), "said").await?;
        hears(&ana, "Cho joined").await?;
        ben.click(ben.words().microphone).await?;
        hears(&ana, "Ben muted").await?;
        ben.click(ben.words().microphone).await?;
        hears(&ana, "Ben turned").await?;
        // Else that Cho can may be known only after Ben left, and is then rightly said in the words that were Ben's.
        hears(&ana, "All 2 can hear you").await?;
        ben.click(ben.words().leave).await?;
        hears(&ana, "Ben left").await?;
        cho.click(cho.words().leave).await?;
        hears(&ana, "Cho left").await?;
        ana.is_in("alone").await?;
        // Toasts that go are not said again.
        until("all toasts are gone", async || {
            let left: u32 = ana.evaluate("return document.querySelectorAll('.toast').length", []).await?;
            ensure!(left == 0, "{left} are left");
            Ok(())
        })
        .await?;
        is_all(
            &heard(&ana).await?,
            "en",
            &[
                "Ben joined",
                "Cho joined",
                "Ben muted their microphone",
                "Ben turned their microphone on",
                "Ben left",
                "Cho left",
            ],
        )
    })
    .await;
}

#[tokio::test]
async fn an_interruption_is_said_once() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let ana = &call.ana;
        ana.sees_and_hears(&call.ben_id).await?;
        ana.evaluate::<()>(LISTEN, []).await?;
        call.ben.browser().freeze();
        ana.is_in("reconnecting").await?;
        hears(ana, "Reconnecting").await?;
        // The reason is known a moment later, or at once.
        until("the reason is known", async || {
            let text = ana.text().await?;
            ensure!(text.contains("is interrupted"), "{text}");
            Ok(())
        })
        .await?;
        call.ben.browser().thaw();
        ana.is_in("connected").await?;
        ana.sees_and_hears(&call.ben_id).await?;
        call.ben.click(call.ben.words().leave).await?;
        hears(ana, "Ben left").await?;
        let heard = heard(ana).await?;
        for once in ["Reconnecting", "interrupted", "stays open", "Ben left"] {
            let times = heard.iter().filter(|said| said.text.contains(once)).count();
            ensure!(times == 1, "{once:?} was said {times} times: {heard:#?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn it_is_said_in_the_language_of_the_page() {
    Scene::play(&[], async |scene| {
        let korean = Setup::new(Kind::Chromium).speaking(Language::Korean);
        let [ana, ben] = scene.people([("Ana", korean), ("Ben", Kind::Chromium.into())]).await?;
        ana.enter(&scene.server(), "said").await?;
        ana.is_in("alone").await?;
        ana.evaluate::<()>(LISTEN, []).await?;
        ben.enter(&scene.server(), "said").await?;
        hears(&ana, "Ben 님").await?;
        is_all(&heard(&ana).await?, "ko", &["Ben 님이 들어왔어요"])?;
        // Whoever switches is not told all of it again in the other language.
        ana.presses_key(',').await?;
        ana.find(Role::Dialog, "설정").await?;
        let english = "[...document.querySelectorAll('dialog [role=tab]')].at(-2).click()";
        ana.evaluate::<()>(english, []).await?;
        ana.evaluate::<()>("document.querySelector('dialog .choice[lang=en]').click()", []).await?;
        ana.click("Close").await?;
        ana.evaluate::<()>("__heard.length = 0", []).await?;
        ben.click(ben.words().microphone).await?;
        hears(&ana, "Ben muted").await?;
        is_all(&heard(&ana).await?, "en", &["Ben muted their microphone"])
    })
    .await;
}
