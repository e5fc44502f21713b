//! What comes before the lobby: how much is loaded for it, and what is seen until then.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Scene};
use std::fmt::Write as _;

/// Bytes, compressed as they are sent, of everything that is loaded before Join is pressed. What is for calls only has its
/// place behind the seams of the client's `call_part.rs`.
const WEIGHT_MAX: u64 = 170_000;

/// Rounding in the layout, in CSS pixels.
const PLACE_TOLERANCE: f64 = 1.0;

#[tokio::test]
async fn the_lobby_is_light() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.open_lobby(&scene.server(), "light").await?;
        let files = loaded(&ana).await?;
        let sum: u64 = files.iter().map(|(_, bytes)| bytes).sum();
        let mut table = String::new();
        for (file, bytes) in &files {
            writeln!(table, "{bytes:>8}  {file}")?;
        }
        eprintln!("{table}{sum:>8}  in all");
        ensure!(
            files.iter().any(|(file, _)| file.ends_with(".wasm")),
            "the page itself is not there:\n{table}"
        );
        ensure!(sum <= WEIGHT_MAX, "the lobby weighs {sum} bytes of {WEIGHT_MAX}:\n{table}");
        Ok(())
    })
    .await;
}

/// Path and compressed size of all that was loaded.
async fn loaded(person: &Person) -> Result<Vec<(String, u64)>> {
    let sizes = "return performance.getEntries().filter((entry) => entry.encodedBodySize) \
                 .map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])";
    person.evaluate(sizes, []).await
}

#[tokio::test]
async fn what_only_a_call_needs_is_loaded_by_joining() {
    Scene::play(&[], async |scene| {
        for (who, kind) in [("Ana", Kind::Chromium), ("Ben", Kind::Firefox)] {
            let ana = scene.person(who, kind).await?;
            ana.gets_ready(&scene.server(), "lazy").await?;
            let of_call = |files: Vec<(String, u64)>| -> Vec<String> {
                let is_of_call = |path: &String| path.ends_with("_call.wasm") || path.starts_with("/stage-");
                files.into_iter().map(|(path, _)| path).filter(is_of_call).collect()
            };
            let before = of_call(loaded(&ana).await?);
            ensure!(before.is_empty(), "{before:?} are loaded before anybody joins");
            ana.join().await?;
            ana.is_in_call().await?;
            let after = of_call(loaded(&ana).await?);
            ensure!(after.len() == 2, "of the module and a sheet of the call there are {after:?}");
        }
        Ok(())
    })
    .await;
}

/// Where a part of the lobby is: its top and its height.
type Place = (String, f64, f64);

/// The places of the lobby's parts, and of the same parts of what the document shows before it.
async fn places(person: &Person) -> Result<(Vec<Place>, Vec<Place>)> {
    let script = "return (async () => {
        const html = await (await fetch(location.href)).text();
        const skeleton = new DOMParser().parseFromString(html, 'text/html').getElementById('skeleton');
        const lobby = document.querySelector('.page');
        const parts = ['.brand', '.lobby-ids', '.lobby-ids .control', '.preview', '.lobby-devices', '.lobby-go .btn', '.page-foot'];
        const places = (page) => parts.map((part) => {
            const { y, height } = page.querySelector(part).getBoundingClientRect();
            return [part, y, height];
        });
        const after = places(lobby);
        lobby.hidden = true;
        document.body.append(skeleton);
        const before = places(skeleton);
        skeleton.remove();
        lobby.hidden = false;
        return [before, after];
    })()";
    person.evaluate(script, []).await
}

#[tokio::test]
async fn the_lobby_is_where_its_skeleton_was() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "skeleton").await?;
        let left: u32 = ana.evaluate("return document.querySelectorAll('#skeleton').length", []).await?;
        ensure!(left == 0, "the skeleton is still there");
        let (before, after) = places(&ana).await?;
        ensure!(!after.is_empty(), "nothing was compared");
        let is_near = |(a, b): (&Place, &Place)| (a.1 - b.1).abs().max((a.2 - b.2).abs()) <= PLACE_TOLERANCE;
        ensure!(before.iter().zip(&after).all(is_near), "the parts were at {before:?} and are at {after:?}");
        Ok(())
    })
    .await;
}
