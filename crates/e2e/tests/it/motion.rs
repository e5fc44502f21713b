//! What moves, and for whom nothing does.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Scene, Setup, until};
use serde_json::json;

/// Remembers how long each movement was to take that the page asked for.
const WATCHES: &str = "{
    window.__moves = [];
    const { animate } = Element.prototype;
    Element.prototype.animate = function (frames, options) {
        window.__moves.push([this.dataset.peer, typeof options === 'number' ? options : options.duration]);
        return animate.call(this, frames, options);
    };
    }";

/// Whose tiles were moved, and for how long, in milliseconds.
async fn moves(person: &Person) -> Result<Vec<(Option<String>, f64)>> {
    person.evaluate("return window.__moves", []).await
}

#[tokio::test]
async fn tiles_glide_to_their_new_places_and_jump_for_who_wants_no_motion() {
    Scene::play(&[], async |scene| {
        let watched = || Setup::new(Kind::Chromium).with_preload(WATCHES);
        let [ana, ben, cho] =
            scene.people([("Ana", watched()), ("Ben", watched()), ("Cho", Kind::Chromium.into())]).await?;
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        ben.browser().cdp("Emulation.setEmulatedMedia", still).await?;
        for person in [&ana, &ben, &cho] {
            person.enter(&scene.server(), "motion").await?;
        }
        ben.is_with(2).await?;
        until("Ana's own tile has glided", async || {
            let moves = moves(&ana).await?;
            let own = moves.iter().rfind(|(peer, _)| peer.as_deref() == Some("self"));
            ensure!(own.is_some_and(|(_, milliseconds)| *milliseconds == 320.0), "{moves:?}");
            Ok(())
        })
        .await?;
        ensure!(moves(&ben).await?.is_empty(), "{:?}", moves(&ben).await);
        // What the style sheets move is over before it is seen, and what goes round stands.
        let slow = "return document.getAnimations().filter((a) => a.effect.getComputedTiming().activeDuration > 1)\
                    .map((a) => a.animationName || a.transitionProperty)";
        let slow: Vec<String> = ben.evaluate(slow, []).await?;
        ensure!(slow.is_empty(), "{slow:?}");
        Ok(())
    })
    .await;
}
