//! A whole call without a pointer.

use anyhow::{Context, Result, ensure};
use ojak_e2e::{Kind, Permission, Person, Role, Scene, Setup, until};
use serde_json::json;
use std::time::{Duration, Instant};
use thirtyfour::{By, Key};

const YOUR_VIEW: &str = "Your view. Drag to another corner.";
const INSET: &str = "document.querySelector('figure[data-spot=inset]')";

/// Waits until `script` is this.
/// From an empty lobby into the call, with another camera than the first.
async fn joins(ana: &Person) -> Result<()> {
    let words = ana.words();
    ana.tabs_to(Role::Textbox, words.your_name).await?;
    ana.presses("Ana").await?;
    ana.tabs_to(Role::Button, words.microphone).await?;
    for on in [false, true] {
        ana.presses(" ").await?;
        ana.becomes(words.microphone, on).await?;
        ana.is_at(words.microphone).await?;
    }
    let first = ana.own_camera("first").await?;
    ana.tabs_to(Role::Combobox, words.camera).await?;
    ana.presses(Key::Down).await?;
    until("the next camera is in use", async || {
        let now = ana.own_camera("now").await?;
        ensure!(now.device != first.device && now.live, "the own picture is {now:?}");
        Ok(())
    })
    .await?;
    ana.is_at(words.camera).await?;
    ana.tabs_to(Role::Button, words.join).await?;
    ana.presses(Key::Enter).await?;
    ana.is_in_call().await?;
    ana.is_at("Call").await
}

/// Microphone and camera, by their keys and by their buttons; and another camera, in the dialog.
async fn uses_devices(ana: &Person) -> Result<()> {
    let words = ana.words();
    for (key, toggle) in [("m", words.microphone), ("v", words.camera)] {
        for on in [false, true] {
            ana.presses(key).await?;
            ana.becomes(toggle, on).await?;
            ana.is_at("Call").await?;
        }
    }
    ana.tabs_to(Role::Button, words.microphone).await?;
    for on in [false, true] {
        ana.presses(" ").await?;
        ana.becomes(words.microphone, on).await?;
        ana.is_at(words.microphone).await?;
    }
    ana.tabs_to(Role::Button, "Choose camera").await?;
    ana.presses(Key::Enter).await?;
    ana.find(Role::Dialog, "Camera settings").await?;
    ana.is_at(words.camera).await?;
    let before = ana.own_camera("before").await?;
    ana.presses(Key::Down).await?;
    until("the next camera is in use", async || {
        let now = ana.own_camera("now").await?;
        ensure!(now.device != before.device && now.live, "the own picture is {now:?}");
        Ok(())
    })
    .await?;
    ana.is_at(words.camera).await?;
    // Of several that exclude each other Tab stops at the chosen one, and the arrows choose.
    ana.tabs_to(Role::Radio, "720p").await?;
    ana.presses(Key::Right).await?;
    ana.is_at("1080p").await?;
    ana.presses(Key::Escape).await?;
    ana.is_at("Choose camera").await
}

/// The menu, and every dialog that it leads to; each gives the focus back.
async fn uses_the_menu(ana: &Person) -> Result<()> {
    ana.tabs_to(Role::Button, "More").await?;
    for dialog in ["Settings", "Keyboard shortcuts", "Invite"] {
        ana.presses(Key::Enter).await?;
        ana.is_at("Full screen").await?;
        let mut items = Vec::new();
        while items.last().is_none_or(|item| item != dialog) {
            ana.presses(Key::Up).await?;
            let item = ana.focused().await?.name;
            ensure!(!items.contains(&item), "no {dialog:?} in the menu: {items:?}");
            items.push(item);
        }
        ana.presses(Key::Enter).await?;
        ana.find(Role::Dialog, dialog).await?;
        ana.focused().await?;
        if dialog == "Settings" {
            ana.is_at("Sound and video").await?;
            for section in ["Connection", "Captions", "Appearance", "Language"] {
                ana.presses(Key::Down).await?;
                ana.is_at(section).await?;
            }
            ana.tabs_to(Role::Radio, "English").await?;
            ana.tabs_to(Role::Button, "Close").await?;
            ana.presses(Key::Enter).await?;
        } else {
            ana.presses(Key::Escape).await?;
        }
        ana.is_at("More").await?;
    }
    // From wherever somebody is, and back there.
    ana.tabs_to(Role::Button, ana.words().leave).await?;
    ana.presses("?").await?;
    ana.find(Role::Dialog, "Keyboard shortcuts").await?;
    ana.focused().await?;
    ana.presses(Key::Escape).await?;
    ana.is_at(ana.words().leave).await
}

#[tokio::test]
async fn a_whole_call_needs_no_pointer() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ben.enter(&scene.server(), "keys").await?;
        ana.gets_ready(&scene.server(), "keys").await?;
        joins(&ana).await?;
        let ben_id = ana.meets("Ben").await?;
        uses_devices(&ana).await?;
        uses_the_menu(&ana).await?;

        ana.tabs_to(Role::Button, YOUR_VIEW).await?;
        for (key, corner) in [(Key::Left, "bl"), (Key::Up, "tl")] {
            ana.presses(key).await?;
            ana.comes_to(&format!("{INSET}?.dataset.corner"), corner).await?;
        }
        ana.presses(Key::Enter).await?;
        ana.comes_to(&format!("{INSET}?.dataset.peer"), &ben_id).await?;
        ana.is_at("Ben. Drag to another corner.").await?;

        ana.tabs_to(Role::Button, ana.words().leave).await?;
        ana.presses(Key::Enter).await?;
        ana.is_in("ended").await?;
        ana.is_at("You left the call").await?;
        ana.tabs_to(Role::Button, "Back to the start").await?;
        ana.presses(Key::Enter).await?;
        ana.is_in("lobby").await?;
        ana.is_at("Ojak").await?;
        ana.has_no_complaints().await
    })
    .await;
}

/// What has the focus goes, by nobody's doing or by one's own: the focus is on something near, never on nothing.
#[tokio::test]
async fn the_focus_lands_on_something_when_what_had_it_goes() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "gone").await?;
        ana.is_in("alone").await?;
        // The card with the link, when somebody comes.
        ana.tabs_to(Role::Button, "Copy").await?;
        ben.enter(&scene.server(), "gone").await?;
        ana.meets("Ben").await?;
        ana.is_at("Call").await?;
        // The handle of the small picture, when the other one goes.
        ana.tabs_to(Role::Button, YOUR_VIEW).await?;
        ben.click(ben.words().leave).await?;
        ana.is_in("alone").await?;
        ana.is_at("Call").await?;
        // A toast that is dismissed.
        ana.find(Role::Button, "Close").await?.focus().await?;
        ana.presses(Key::Enter).await?;
        ana.focused().await.context("after a toast was dismissed")?;
        ana.evaluate::<()>("document.querySelector('main[tabindex]').focus()", []).await?;
        ana.is_at("Call").await?;
        // A dialog, which gives back what a key took.
        ana.presses(",").await?;
        ana.find(Role::Dialog, "Settings").await?;
        ana.presses(Key::Escape).await?;
        ana.is_at("Call").await
    })
    .await;
}

/// WCAG 2.2.1: nobody is to be hurried. What goes by itself waits for whoever is at it, by keyboard or with the pointer, and
/// then counts anew.
#[tokio::test]
async fn a_toast_stays_while_somebody_is_at_it() {
    /// Longer than a toast has, in milliseconds.
    const LONG: u32 = 8000;
    const TOASTS: &str = "String(document.querySelectorAll('.toast').length)";
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.enter(&scene.server(), "at-it").await?;
        ben.enter(&scene.server(), "at-it").await?;
        for by_pointer in [false, true] {
            ana.comes_to(TOASTS, "1").await?;
            if by_pointer {
                let toast = ana.browser().driver().find(By::Css(".toast")).await?;
                let points = ana.browser().driver().action_chain();
                points.move_to_element_center(&toast).perform().await?;
            } else {
                ana.find(Role::Button, "Close").await?.focus().await?;
            }
            let now: f64 = ana.evaluate("return performance.now()", []).await?;
            ana.comes_to(&format!("String(performance.now() > {now} + {LONG})"), "true").await?;
            ana.comes_to(TOASTS, "1").await?;
            let left = Instant::now();
            if by_pointer {
                ana.browser().driver().action_chain().move_to(0, 0).perform().await?;
            } else {
                ana.evaluate::<()>("document.activeElement.blur()", []).await?;
            }
            ana.comes_to(TOASTS, "0").await?;
            ensure!(left.elapsed() >= Duration::from_secs(5), "it went after {:?}", left.elapsed());
            ben.click(ben.words().microphone).await?;
        }
        Ok(())
    })
    .await;
}

/// Pressing them takes them away: a problem that is being tried again, a question that is being asked.
#[tokio::test]
async fn the_focus_lands_on_something_when_a_problem_goes() {
    Scene::play(&[], async |scene| {
        let setup = Setup::new(Kind::Chromium).answering(Permission::Unasked);
        let ana = scene.person("Ana", setup).await?;
        ana.open_lobby(&scene.server(), "asked").await?;
        for name in ["camera", "microphone"] {
            let granted = json!({ "permission": { "name": name }, "setting": "granted" });
            ana.browser().cdp("Browser.setPermission", granted).await?;
        }
        ana.tabs_to(Role::Button, "Start preview").await?;
        ana.presses(Key::Enter).await?;
        ana.sees_own_preview().await?;
        ana.is_at("Preview").await?;
        // And on from there.
        ana.presses(Key::Tab).await?;
        ana.is_at(ana.words().microphone).await
    })
    .await;
}
