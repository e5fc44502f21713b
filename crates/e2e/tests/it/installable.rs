//! The page as an app on somebody's device.

use anyhow::ensure;
use ojak_e2e::{Kind, Scene, until};
use serde_json::json;

/// An icon of the manifest: the size it is said to have, and the one that the browser finds.
type Icon = (String, String, u32, u32);

#[tokio::test]
async fn the_page_can_be_installed_with_icons_that_are_what_they_say() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.open_lobby(&scene.server(), "app").await?;
        let script = "return (async () => {
            const answer = await fetch(document.querySelector('link[rel=manifest]').href);
            const manifest = await answer.json();
            const icons = await Promise.all(manifest.icons.map(async ({ src, sizes }) => {
                const image = new Image();
                image.src = src;
                await image.decode();
                return [src, sizes, image.naturalWidth, image.naturalHeight];
            }));
            return [answer.headers.get('content-type'), manifest.name, manifest.display, icons];
        })()";
        let (media_type, name, display, icons): (String, String, String, Vec<Icon>) =
            ana.evaluate(script, []).await?;
        ensure!((&*media_type, &*name) == ("application/manifest+json", "Ojak"), "{media_type}, {name}");
        ensure!(display == "standalone", "{display}");
        let mut sizes: Vec<&str> = icons.iter().map(|(_, sizes, ..)| &**sizes).collect();
        sizes.sort_unstable();
        ensure!(sizes == ["192x192", "512x512", "512x512", "any"], "{sizes:?}");
        // What the browser itself finds.
        let found = ana.browser().cdp("Page.getAppManifest", json!({})).await?;
        ensure!(found["errors"] == json!([]), "{}", found["errors"]);
        until("the browser finds nothing that keeps the page from being installed", async || {
            let found = ana.browser().cdp("Page.getInstallabilityErrors", json!({})).await?;
            ensure!(found["installabilityErrors"] == json!([]), "{found}");
            Ok(())
        })
        .await?;
        for (source, said, width, height) in &icons {
            ensure!(
                said == "any" || *said == format!("{width}x{height}"),
                "{source}: {said} is {width}x{height}"
            );
        }
        Ok(())
    })
    .await;
}
