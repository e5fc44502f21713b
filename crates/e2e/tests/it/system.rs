//! What a call asks of the system round the page: a screen that stays on, a window of its own, the way to other apps, and
//! a tab that says how it is.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Role, Scene, Setup};

/// Waits until `script` is this.
/// The browser's own locks, counted; and a page that can be hidden, which lets go of them.
const COUNTED_LOCKS: &str = "{
    window.__locks = new Set();
    WakeLock.prototype.request = async () => {
        if (window.__hidden) throw new DOMException('', 'NotAllowedError');
        const lock = new EventTarget();
        lock.release = async () => { __locks.delete(lock); };
        __locks.add(lock);
        return lock;
    };
    Object.defineProperty(Document.prototype, 'visibilityState', { get: () => window.__hidden ? 'hidden' : 'visible' });
    Object.defineProperty(Document.prototype, 'hidden', { get: () => Boolean(window.__hidden) });
    window.__hide = (hidden) => {
        window.__hidden = hidden;
        if (hidden) __locks.clear();
        document.dispatchEvent(new Event('visibilitychange'));
    };
    }";

#[tokio::test]
async fn the_screen_stays_on_during_a_call_and_again_after_the_page_was_hidden() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_preload(COUNTED_LOCKS)).await?;
        ana.gets_ready(&scene.server(), "awake").await?;
        let locks = "String(__locks.size)";
        ana.comes_to(locks, "0").await?;
        ana.join().await?;
        ana.is_in("alone").await?;
        ana.comes_to(locks, "1").await?;
        for _ in 0..2 {
            ana.evaluate::<()>("__hide(true)", []).await?;
            ana.comes_to(locks, "0").await?;
            ana.evaluate::<()>("__hide(false)", []).await?;
            ana.comes_to(locks, "1").await?;
        }
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        ana.comes_to(locks, "0").await?;
        ana.evaluate::<()>("__hide(true); __hide(false)", []).await?;
        ana.click("Join again").await?;
        ana.is_in("alone").await?;
        ana.comes_to(locks, "1").await
    })
    .await;
}

#[tokio::test]
async fn the_other_is_shown_in_a_window_of_its_own_and_taken_back() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        call.ana.sees(&call.ben_id).await?;
        let window = "document.pictureInPictureElement?.closest('figure').dataset.peer ?? 'none'";
        for expected in [&*call.ben_id, "none"] {
            call.ana.click("More").await?;
            call.ana.find(Role::MenuItem, "Picture in picture").await?.click().await?;
            call.ana.comes_to(window, expected).await?;
        }
        call.ana.sees_and_hears(&call.ben_id).await?;
        call.ana.has_no_complaints().await
    })
    .await;
}

/// The system's own sheet, as phones have it. Whoever closes it has chosen nothing.
const SHARES: &str = "navigator.share = (what) => {
    window.__shared = what.url;
    return Promise.reject(new DOMException('', 'AbortError'));
    };";

#[tokio::test]
async fn the_link_is_passed_on_to_other_apps() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_preload(SHARES)).await?;
        ana.enter(&scene.server(), "passed-on?lang=en").await?;
        ana.click("Share").await?;
        ana.comes_to("window.__shared", &scene.server().url("passed-on")).await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn where_there_is_no_way_to_other_apps_none_is_offered() {
    Scene::play(&[], async |scene| {
        let none = Setup::new(Kind::Chromium).with_preload("delete Navigator.prototype.share;");
        let ana = scene.person("Ana", none).await?;
        ana.enter(&scene.server(), "kept").await?;
        ana.find(Role::Button, "Copy").await?;
        ensure!(ana.find_now(Role::Button, "Share", "html").await.is_err(), "it is offered");
        Ok(())
    })
    .await;
}

/// What only one of the pictures on the tab has.
async fn tab_says(person: &Person, title: &str, badge: Option<&str>) -> Result<()> {
    person.comes_to("document.title", title).await?;
    let script = "(decodeURIComponent(document.querySelector('link[rel=icon]').href).match(/#4fcb83|#d93b43|#f3b63f/) ?? ['plain'])[0]";
    person.comes_to(script, badge.unwrap_or("plain")).await
}

#[tokio::test]
async fn the_tab_says_how_the_call_is() {
    const GREEN: &str = "#4fcb83";
    const RED: &str = "#d93b43";
    const AMBER: &str = "#f3b63f";
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.gets_ready(&scene.server(), "tab").await?;
        tab_says(&ana, "Ojak", None).await?;
        ana.join().await?;
        ana.is_in("alone").await?;
        tab_says(&ana, "tab · Ojak", Some(GREEN)).await?;
        ana.click(ana.words().microphone).await?;
        tab_says(&ana, "tab · Ojak", Some(RED)).await?;
        ben.enter(&scene.server(), "tab").await?;
        ana.meets("Ben").await?;
        ben.browser().freeze();
        tab_says(&ana, "Reconnecting… tab · Ojak", Some(AMBER)).await?;
        ben.browser().thaw();
        tab_says(&ana, "tab · Ojak", Some(RED)).await?;
        ana.click(ana.words().leave).await?;
        tab_says(&ana, "Ojak", None).await
    })
    .await;
}
