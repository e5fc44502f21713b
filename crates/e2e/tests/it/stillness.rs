//! For whoever asked the system for less motion, nothing moves.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Role, Scene, Setup};
use serde_json::json;
use thirtyfour::Key;

/// Counts what a script lets move.
const COUNT_ANIMATIONS: &str = "{
    window.__animated = 0;
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...all) { window.__animated += 1; return animate.apply(this, all); };
    }";

/// Everything on the page with a style that takes time, and how much.
const MOVING: &str = "
    const moving = [];
    for (const element of document.querySelectorAll('*')) {
        for (const part of [null, '::before', '::after', '::backdrop']) {
            const { animationName, animationDuration, transitionDuration } = getComputedStyle(element, part);
            const times = [animationName === 'none' ? '0s' : animationDuration, transitionDuration].join().split(',');
            if (times.some((time) => parseFloat(time) > 0)) moving.push(`${element.localName}.${element.className}${part ?? ''} ${times}`);
        }
    }
    return [moving, window.__animated, document.querySelectorAll('*').length];";

async fn is_still(person: &Person, screen: &str) -> Result<()> {
    let (moving, animated, elements): (Vec<String>, u32, u32) = person.evaluate(MOVING, []).await?;
    ensure!(elements > 30, "{screen} has hardly anything");
    ensure!(moving.is_empty(), "{screen} moves: {moving:#?}");
    ensure!(animated == 0, "{screen}: {animated} movements were begun by scripts");
    Ok(())
}

#[tokio::test]
async fn nothing_moves_for_whoever_wants_nothing_to_move() {
    Scene::play(&[], async |scene| {
        let counting = Setup::new(Kind::Chromium).with_preload(COUNT_ANIMATIONS);
        let [ana, ben, cho] = scene
            .people([("Ana", counting), ("Ben", Kind::Chromium.into()), ("Cho", Kind::Chromium.into())])
            .await?;
        let less = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        ana.browser().cdp("Emulation.setEmulatedMedia", less).await?;
        ana.gets_ready(&scene.server(), "still").await?;
        is_still(&ana, "the lobby").await?;
        ana.join().await?;
        ana.is_in("alone").await?;
        is_still(&ana, "alone").await?;
        ben.enter(&scene.server(), "still").await?;
        ana.meets("Ben").await?;
        // The small picture would spring to another corner, and the two would change places.
        let handle = ana.find(Role::Button, "Your view. Drag to another corner.").await?;
        handle.focus().await?;
        ana.presses(Key::Left).await?;
        ana.presses(Key::Enter).await?;
        ana.is_at("Ben. Drag to another corner.").await?;
        is_still(&ana, "two, swapped").await?;
        // And everybody would glide to a new place.
        cho.enter(&scene.server(), "still").await?;
        ana.is_with(2).await?;
        is_still(&ana, "three, with a toast").await?;
        ana.click("Choose camera").await?;
        is_still(&ana, "a dialog of the bar").await?;
        ana.click("More").await?;
        is_still(&ana, "the menu").await?;
        ana.presses(Key::Escape).await?;
        ana.presses_key(',').await?;
        ana.find(Role::Dialog, "Settings").await?;
        is_still(&ana, "the settings").await?;
        ana.presses(Key::Escape).await?;
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        is_still(&ana, "the end").await
    })
    .await;
}
