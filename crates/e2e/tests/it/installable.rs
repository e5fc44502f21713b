//! The page as an app on somebody's device.

use anyhow::ensure;
use ojak_e2e::{Kind, Language, Scene, Setup, until};
use serde_json::json;

/// An icon of the manifest: the size it is said to have, and the one that the browser finds.
type Icon = (String, String, u32, u32);

async fn can_be_installed(language: Language, expected: &'static str) {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).speaking(language)).await?;
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
            const { id, scope, start_url, lang, name, short_name, display } = manifest;
            return [answer.headers.get('content-type'), [id, scope, start_url, lang, name, short_name, display], icons];
        })()";
        let (media_type, said, icons): (String, Vec<String>, Vec<Icon>) = ana.evaluate(script, []).await?;
        ensure!(media_type == "application/manifest+json", "{media_type}");
        let wanted = ["/", "/", "/", language.tag(), expected, expected, "standalone"];
        ensure!(said == wanted, "{said:?} and not {wanted:?}");
        let mut sizes: Vec<&str> = icons.iter().map(|(_, sizes, ..)| &**sizes).collect();
        sizes.sort_unstable();
        ensure!(sizes == ["192x192", "512x512", "512x512", "any"], "{sizes:?}");
        for (source, said, width, height) in &icons {
            ensure!(
                said == "any" || *said == format!("{width}x{height}"),
                "{source}: {said} is {width}x{height}"
            );
        }
        // What the browser itself finds.
        let found = ana.browser().cdp("Page.getAppManifest", json!({})).await?;
        ensure!(found["errors"] == json!([]), "{}", found["errors"]);
        until("the browser finds nothing that keeps the page from being installed", async || {
            let found = ana.browser().cdp("Page.getInstallabilityErrors", json!({})).await?;
            ensure!(found["installabilityErrors"] == json!([]), "{found}");
            Ok(())
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn the_page_can_be_installed_with_icons_that_are_what_they_say() {
    can_be_installed(Language::English, "Ojak").await;
}

#[tokio::test]
async fn the_page_can_be_installed_under_its_korean_name() {
    can_be_installed(Language::Korean, "오작").await;
}
