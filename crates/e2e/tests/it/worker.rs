//! The worker, which keeps the lobby for when the server is gone, and otherwise changes nothing.

use anyhow::{Result, bail, ensure};
use ojak_e2e::proxy::Proxy;
use ojak_e2e::{Kind, Person, Role, Scene, until};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is kept: by name of the store, the paths in it.
type Kept = BTreeMap<String, Vec<String>>;

async fn kept(person: &Person) -> Result<Kept> {
    let script =
        "return (async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => {
        const requests = await (await caches.open(name)).keys();
        return [name, requests.map(({ url }) => new URL(url).pathname)];
    }))))()";
    person.evaluate(script, []).await
}

/// Waits until the worker keeps the lobby and nothing else is under way, and tells what it keeps.
async fn keeps_the_lobby(person: &Person) -> Result<Kept> {
    until(&format!("the worker of {} keeps the lobby", person.who()), async || {
        let script = "return (async () => (await navigator.serviceWorker.getRegistration())?.active?.state ?? 'none')()";
        let state: String = person.evaluate(script, []).await?;
        ensure!(state == "activated", "it is {state}");
        Ok(())
    })
    .await?;
    kept(person).await
}

#[tokio::test]
async fn nothing_is_kept_but_what_the_lobby_has_loaded() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "shell").await?;
        let loaded =
            "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)";
        let loaded: Vec<String> = ana.evaluate(loaded, []).await?;
        let kept = keeps_the_lobby(&ana).await?;
        ensure!(kept.len() == 1, "{kept:?}");
        for (name, paths) in kept {
            ensure!(name.starts_with("ojak-") && !name.contains('%'), "{name}");
            ensure!(paths.contains(&"/".to_owned()) && paths.len() > 3, "{paths:?}");
            for path in paths {
                // The picture of the tab is loaded by the browser itself.
                let is_of_page = path == "/" || path.starts_with("/favicon-") || loaded.contains(&path);
                ensure!(is_of_page, "{path} is kept, and the page has loaded {loaded:?}");
            }
        }
        ana.has_no_complaints().await
    })
    .await;
}

async fn opens_without_a_server(kind: Kind) {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", kind).await?;
        ana.gets_ready(&scene.server(), "shell").await?;
        keeps_the_lobby(&ana).await?;
        scene.server().kill();
        // Another room, at which she never was; and the one without a name.
        for path in ["another", ""] {
            ana.open_lobby(&scene.server(), path).await?;
            ana.is_told(&["The server doesn’t answer", "Check your internet connection"]).await?;
            ana.sees_own_preview().await?;
        }
        scene.photograph(&ana, "without a server").await?;
        if kind == Kind::Chromium {
            ana.has_no_barriers("the lobby without a server").await?;
        }
        // It is of no use, and says so.
        ana.open_lobby(&scene.server(), "another").await?;
        ana.join().await?;
        ana.is_told(&["The server doesn’t answer"]).await?;
        ana.open_lobby(&scene.server(), "another").await?;
        scene.server().start_again().await?;
        // The way on: the page of the server that is there again.
        ana.click("Try again").await?;
        until("the page is the server's own", async || {
            let is_old = "return document.documentElement.hasAttribute('data-without-server')";
            ensure!(!ana.evaluate::<bool>(is_old, []).await?, "it is the one that was kept");
            ensure!(ana.alerts().await?.is_empty(), "it still says so");
            Ok(())
        })
        .await?;
        ana.enter(&scene.server(), "another").await
    })
    .await;
}

#[tokio::test]
async fn the_lobby_opens_without_a_server_in_chromium() {
    opens_without_a_server(Kind::Chromium).await;
}

#[tokio::test]
async fn the_lobby_opens_without_a_server_in_firefox() {
    opens_without_a_server(Kind::Firefox).await;
}

#[tokio::test]
async fn what_is_no_page_is_never_kept() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "shell").await?;
        keeps_the_lobby(&ana).await?;
        // Now under the worker, with a call in between.
        ana.enter(&scene.server(), "shell").await?;
        let controlled = "return Boolean(navigator.serviceWorker.controller)";
        ensure!(ana.evaluate::<bool>(controlled, []).await?, "the worker has nothing to do with this page");
        let before = kept(&ana).await?;
        let answer = "return (async () => (await fetch('/livez')).status)()";
        ensure!(ana.evaluate::<u16>(answer, []).await? == 200);
        ensure!(kept(&ana).await? == before, "more is kept by now");
        scene.server().kill();
        let answer =
            "return (async () => { try { return (await fetch('/livez')).status } catch { return 0 } })()";
        ensure!(ana.evaluate::<u16>(answer, []).await? == 0, "the worker says that the server is alive");
        ensure!(
            ana.browser().driver().goto(scene.server().url("livez")).await.is_err(),
            "and shows a page there"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_proxy_that_has_lost_the_server_is_no_server() {
    Scene::play(&[], async |scene| {
        let proxy = Proxy::start(scene.server().address()).await?;
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.visit(&proxy.url("shell")).await?;
        keeps_the_lobby(&ana).await?;
        proxy.loses_server(true);
        ana.visit(&proxy.url("shell")).await?;
        ana.is_told(&["The server doesn’t answer"]).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_update_leaves_a_call_alone_and_is_there_at_the_next_visit() {
    Scene::play(&[], async |scene| {
        let proxy = Proxy::start(scene.server().address()).await?;
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.visit(&proxy.url("call")).await?;
        let first = keeps_the_lobby(&ana).await?;
        for person in [&ana, &ben] {
            person.visit(&proxy.url("call")).await?;
            person.install_oracle().await?;
            person.sees_own_preview().await?;
            person.join().await?;
            person.is_in_call().await?;
        }
        let ben_id = ana.meets("Ben").await?;
        ana.sees_and_hears(&ben_id).await?;
        let watch = "window.__changed = 0; \
            navigator.serviceWorker.addEventListener('controllerchange', () => { __changed += 1; });";
        ana.evaluate::<()>(watch, []).await?;

        proxy.hands_out_next_edition();
        let update = "return (async () => { const here = await navigator.serviceWorker.getRegistration(); \
            await here.update(); return here.waiting?.state ?? here.installing?.state ?? 'none'; })()";
        until("the next worker waits", async || {
            let state: String = ana.evaluate(update, []).await?;
            ensure!(state == "installed", "it is {state}");
            Ok(())
        })
        .await?;
        let both = kept(&ana).await?;
        ensure!(
            both.len() == 2 && first.keys().all(|name| both.contains_key(name)),
            "{both:?} after {first:?}"
        );
        ana.sees_and_hears(&ben_id).await?;
        let changed: u32 = ana.evaluate("return __changed", []).await?;
        ensure!(changed == 0, "the call has another worker now");
        ana.has_no_complaints().await?;

        // Its last page is closed, and the next visit is that of the next worker, which keeps nothing of the first.
        ana.click(ana.words().leave).await?;
        ana.is_in("ended").await?;
        ana.browser().driver().goto("about:blank").await?;
        let mut patience = Duration::from_millis(500);
        until("only the next edition is kept", async || {
            ana.visit(&proxy.url("call")).await?;
            let kept = keeps_the_lobby(&ana).await?;
            let names: Vec<_> = kept.keys().collect();
            if names.len() == 1 && names[0].starts_with("ojak-next-") {
                return Ok(());
            }
            // The browser changes workers a while after the page is closed: the next visit must not be sooner.
            ana.browser().driver().goto("about:blank").await?;
            tokio::time::sleep(patience).await;
            patience *= 2;
            bail!("{names:?}")
        })
        .await?;
        ana.visit(&proxy.url("call")).await?;
        ana.find(Role::Button, ana.words().join).await.map(drop)
    })
    .await;
}
