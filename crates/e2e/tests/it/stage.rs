//! The stage and what floats over it: who is large, who speaks, the menu, and the way out.

use crate::screens::settles;
use anyhow::{Context, Result, ensure};
use ojak_e2e::{Kind, Person, Role, Scene};
use serde_json::json;
use thirtyfour::{Key, TypingData};

const YOUR_VIEW: &str = "Your view. Drag to another corner.";

/// Presses a key on whatever has the focus.
async fn press(person: &Person, key: impl Into<TypingData>) -> Result<()> {
    Ok(person.browser().driver().action_chain().send_keys(key).perform().await?)
}

/// Waits until what has the focus begins with this text.
async fn is_on(person: &Person, text: &str) -> Result<()> {
    let focused = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText)\
                   .split('\\n')[0]";
    person.comes_to(focused, text).await
}

#[tokio::test]
async fn the_small_picture_moves_with_the_arrow_keys_and_swaps_with_enter() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let ana = &call.ana;
        let inset = "document.querySelector('figure[data-spot=inset]')";
        ana.comes_to(&format!("{inset}?.dataset.peer"), "self").await?;
        let handle = ana.find(Role::Button, YOUR_VIEW).await?;
        handle.focus().await?;
        for (key, corner) in [(Key::Left, "bl"), (Key::Up, "tl"), (Key::Right, "tr"), (Key::Down, "br")] {
            press(ana, key).await?;
            ana.comes_to(&format!("{inset}?.dataset.corner"), corner).await?;
        }
        press(ana, Key::Enter).await?;
        ana.comes_to(&format!("{inset}?.dataset.peer"), &call.ben_id).await?;
        is_on(ana, "Ben. Drag to another corner.").await?;
        press(ana, Key::Enter).await?;
        ana.comes_to(&format!("{inset}?.dataset.peer"), "self").await?;
        ana.sees_and_hears(&call.ben_id).await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn the_small_picture_is_dragged_to_the_nearest_corner() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        let inset = "document.querySelector('figure[data-spot=inset]')";
        for person in [&call.ana, &call.ben] {
            for (across, down, corner) in [(-700, -20, "bl"), (20, -500, "tl"), (700, 0, "tr")] {
                // Whatever moves is missed by a pointer that goes where it was.
                settles(person).await?;
                let handle = person.find(Role::Button, YOUR_VIEW).await?;
                let chain = person.browser().driver().action_chain();
                chain.drag_and_drop_element_by_offset(&handle, across, down).release().perform().await?;
                person.comes_to(&format!("{inset}?.dataset.corner"), corner).await?;
                person.comes_to(&format!("{inset}?.dataset.peer"), "self").await?;
            }
        }
        Ok(())
    })
    .await;
}

/// It once flew in from the corner where it had been, when the other one began to speak.
#[tokio::test]
async fn the_small_picture_stays_where_it_was_put() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox)]).await?;
        ana.enter(&scene.server(), "corner").await?;
        ben.gets_ready(&scene.server(), "corner").await?;
        ben.click(ben.words().microphone).await?;
        ben.becomes(ben.words().microphone, false).await?;
        ben.join().await?;
        ben.is_in_call().await?;
        let ben_id = ana.meets("Ben").await?;
        ana.sees(&ben_id).await?;

        settles(&ana).await?;
        ana.find(Role::Button, YOUR_VIEW).await?.focus().await?;
        press(&ana, Key::Up).await?;
        ana.comes_to("document.querySelector('figure[data-spot=inset]')?.dataset.corner", "tr").await?;
        settles(&ana).await?;
        let watch = "window.__moved = 0; const look = () => { __moved = Math.max(__moved, \
            document.querySelector('figure[data-spot=inset]').getAnimations().length); requestAnimationFrame(look); }; \
            look(); return __moved";
        ensure!(ana.evaluate::<u32>(watch, []).await? == 0, "it moves while nothing happens");
        ben.click(ben.words().microphone).await?;
        let speaking = format!("String(document.querySelector('figure[data-peer=\"{ben_id}\"]')?.dataset.speaking)");
        ana.comes_to(&speaking, "true").await?;
        settles(&ana).await?;
        ensure!(ana.evaluate::<u32>("return __moved", []).await? == 0, "it moved when Ben began to speak");
        Ok(())
    })
    .await;
}

/// Ben is heard without a pause: the invented microphone of Firefox hums. That of Chromium beeps for a fiftieth of a
/// second, and whether a look falls on that is luck.
async fn whoever_speaks_is_marked(listener: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(listener, Kind::Firefox).await?;
        let speaking = |peer: &str| {
            format!("String(document.querySelector('figure[data-peer=\"{peer}\"]')?.dataset.speaking)")
        };
        call.ana.comes_to(&speaking(&call.ben_id), "true").await?;
        call.ben.click(call.ben.words().microphone).await?;
        call.ana.comes_to(&speaking(&call.ben_id), "undefined").await?;
        call.ben.comes_to(&speaking("self"), "undefined").await
    })
    .await;
}

#[tokio::test]
async fn whoever_speaks_is_marked_in_chromium() {
    whoever_speaks_is_marked(Kind::Chromium).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn whoever_speaks_is_marked_in_firefox() {
    whoever_speaks_is_marked(Kind::Firefox).await;
}

#[tokio::test]
async fn a_good_connection_is_said_to_be_good() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        for (person, other) in [(&call.ana, &call.ben_id), (&call.ben, &call.ana_id)] {
            let bars = format!(
                "document.querySelector('figure[data-peer=\"{other}\"] .bars')?.getAttribute('aria-label')"
            );
            person.comes_to(&bars, "Connection: good").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_menu_and_its_dialogs_are_used_by_keyboard() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "menu").await?;
        ana.find(Role::Button, "More").await?.focus().await?;
        press(&ana, Key::Enter).await?;
        is_on(&ana, "Full screen").await?;
        for (key, item) in [
            (Key::Up, "Settings"),
            (Key::Down, "Full screen"),
            (Key::Down, "Call health"),
            (Key::Down, "Record"),
            (Key::Down, "Invite"),
            (Key::End, "Settings"),
            (Key::Home, "Full screen"),
        ] {
            press(&ana, key).await?;
            is_on(&ana, item).await?;
        }
        // A letter goes to the item that begins with it, and does not do what it does elsewhere.
        press(&ana, "k").await?;
        is_on(&ana, "Keyboard shortcuts").await?;
        press(&ana, "m").await?;
        ensure!(ana.is_on(ana.words().microphone).await?, "a letter in the menu switched the microphone");
        press(&ana, Key::Escape).await?;
        is_on(&ana, "More").await?;

        for (letter, dialog) in [("k", "Keyboard shortcuts"), ("i", "Invite"), ("s", "Settings")] {
            press(&ana, Key::Enter).await?;
            is_on(&ana, "Full screen").await?;
            press(&ana, letter).await?;
            press(&ana, Key::Enter).await?;
            ana.find(Role::Dialog, dialog).await?;
            press(&ana, Key::Escape).await?;
            is_on(&ana, "More").await?;
        }
        ana.presses_key(',').await?;
        ana.find(Role::Dialog, "Settings").await?;
        for section in ["Connection", "Captions", "Appearance", "Language", "Shortcuts", "Sound and video"] {
            press(&ana, Key::Down).await?;
            is_on(&ana, section).await?;
            ana.comes_to("document.querySelector('[role=tabpanel]').getAttribute('aria-label')", section)
                .await?;
        }
        press(&ana, Key::Escape).await?;
        ana.presses_key('?').await?;
        ana.find(Role::Dialog, "Keyboard shortcuts").await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn a_theme_that_was_chosen_is_there_before_the_page_is() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "theme").await?;
        ana.presses_key(',').await?;
        for section in ["Connection", "Captions", "Appearance"] {
            press(&ana, Key::Down).await?;
            is_on(&ana, section).await?;
        }
        for theme in ["Light", "Dark"] {
            let choose = "[...document.querySelectorAll('dialog label')].find((l) => l.innerText.includes(arguments[0])).click()";
            ana.evaluate::<()>(choose, [json!(theme)]).await?;
            ana.comes_to("getComputedStyle(document.documentElement).colorScheme", &theme.to_lowercase()).await?;
        }
        ana.click("Close").await?;
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        // Of the page as the server sends it, with nothing of it started.
        let script = "return (async () => { const page = await (await fetch('/')).text(); \
                      const frame = new DOMParser().parseFromString(page, 'text/html'); \
                      return [...frame.head.querySelectorAll('script:not([src])')].some((s) => s.textContent.includes('ojak.')) })()";
        ensure!(ana.evaluate::<bool>(script, []).await?, "nothing applies the theme before the page is painted");
        ana.open_lobby(&scene.server(), "theme").await?;
        ana.comes_to("getComputedStyle(document.documentElement).colorScheme", "dark").await
    })
    .await;
}

#[tokio::test]
async fn somebody_alone_finds_a_code_to_scan() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "code").await?;
        let name = "document.querySelector('[role=img] > path')?.parentElement.getAttribute('aria-label')";
        ana.comes_to(name, "QR code for this room’s link").await
    })
    .await;
}

/// What the browser is told when the page is about to go.
async fn asks_before_leaving(person: &Person) -> Result<bool> {
    let script = "const leaving = new Event('beforeunload', { cancelable: true }); \
                  dispatchEvent(leaving); return leaving.defaultPrevented";
    person.evaluate(script, []).await
}

#[tokio::test]
async fn leaving_by_accident_is_asked_about_only_while_others_are_there() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "door").await?;
        ensure!(!asks_before_leaving(&ana).await?, "it asks somebody who is alone");
        ben.enter(&scene.server(), "door").await?;
        ana.meets("Ben").await?;
        ensure!(asks_before_leaving(&ana).await?, "it does not ask");
        ben.meets("Ana").await?;
        ben.click(ben.words().leave).await?;
        ben.is_in("ended").await?;
        ensure!(!asks_before_leaving(&ben).await?, "it asks somebody who has left");
        ana.is_in("alone").await?;
        ensure!(!asks_before_leaving(&ana).await?, "it asks somebody who is alone again");
        Ok(())
    })
    .await;
}

/// A browser that lets no page make sound that nobody has touched.
#[tokio::test]
async fn sound_that_the_browser_holds_back_is_one_button_away() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ben.enter(&scene.server(), "hush").await?;
        ana.gets_ready(&scene.server(), "hush").await?;
        let hold_back = "const play = HTMLMediaElement.prototype.play; window.played = 0; \
            HTMLMediaElement.prototype.play = function () { \
              if (!window.released) return Promise.reject(new DOMException('', 'NotAllowedError')); \
              window.played += 1; return play.call(this); }";
        ana.evaluate::<()>(hold_back, []).await?;
        ana.join().await?;
        ana.find(Role::Button, "Turn sound on").await?;
        ana.evaluate::<()>("window.released = true", []).await?;
        ana.click("Turn sound on").await?;
        ana.comes_to("String(window.played)", "1").await?;
        ensure!(ana.find_now(Role::Button, "Turn sound on", "html").await.is_err(), "the button stays");
        let ben_id = ana.meets("Ben").await?;
        ana.hears(&ben_id).await
    })
    .await;
}

#[tokio::test]
async fn whoever_does_not_fit_is_on_another_page_and_still_heard() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium), ("Cho", Kind::Chromium)]).await?;
        for person in [&ben, &cho, &ana] {
            person.enter(&scene.server(), "crowd").await?;
        }
        ana.is_with(2).await?;
        let small = json!({ "width": 300, "height": 260, "deviceScaleFactor": 1, "mobile": false });
        ana.browser().cdp("Emulation.setDeviceMetricsOverride", small).await?;
        let shown = "String([...document.querySelectorAll('figure')].map((f) => f.checkVisibility()))";
        ana.comes_to(shown, "true,false,false").await?;
        ana.click("Next page").await?;
        ana.comes_to(shown, "false,true,false").await?;
        ana.comes_to("document.querySelector('.pager .num')?.innerText", "Page 2 of 3").await?;
        let others: Vec<_> = ana.tiles().await?.into_iter().filter(|tile| tile.peer != "self").collect();
        ana.hears(&others.first().context("somebody who is not shown")?.peer).await?;
        ana.click("Previous page").await?;
        ana.comes_to(shown, "true,false,false").await
    })
    .await;
}
