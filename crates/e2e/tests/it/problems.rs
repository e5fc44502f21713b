//! When the server, the browser or the address is not fit for a call.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Language, Person, Scene, Setup, until};
use serde_json::json;

async fn reads(person: &Person, sentence: &str) -> Result<()> {
    until(&format!("{} reads {sentence:?}", person.who()), async || {
        let text = person.text().await?;
        ensure!(text.contains(sentence), "the page says {text:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_a_server_joining_says_so() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        let server = scene.server();
        ana.gets_ready(&server, "nobody-home").await?;
        server.kill();
        ana.join().await?;
        ana.is_told(&["The server doesn’t answer"]).await?;
        // Nothing of the first try stands in the way of the next one.
        server.start_again().await?;
        ana.press_join().await?;
        ana.is_in_call().await
    })
    .await;
}

/// The lobby was left open while the server got another version: what it would fetch to join is there no longer.
#[tokio::test]
async fn a_page_of_an_earlier_version_is_loaded_anew() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.gets_ready(&scene.server(), "upgraded").await?;
        let block = async |urls: &[&str]| {
            ana.browser().cdp("Network.enable", json!({})).await?;
            ana.browser().cdp("Network.setBlockedURLs", json!({ "urls": urls })).await
        };
        block(&["*_call.wasm"]).await?;
        ana.join().await?;
        ana.is_told(&["There’s a new version of Ojak"]).await?;
        scene.photograph(&ana, "English").await?;
        block(&[]).await?;
        ana.click("Reload").await?;
        ana.sees_own_preview().await?;
        // The room and the name are still filled in.
        ana.press_join().await?;
        ana.is_in_call().await
    })
    .await;
}

/// The server only introduces people: those who have met go on, and are told.
#[tokio::test]
async fn a_call_outlives_the_server() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        call.ana.sees_and_hears(&call.ben_id).await?;
        scene.kill_server();
        for person in [&call.ana, &call.ben] {
            reads(person, "Connection to the server lost").await?;
        }
        call.ana.sees_and_hears(&call.ben_id).await?;
        call.ben.sees_and_hears(&call.ana_id).await
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_not_secure_says_so() {
    const HOST: &str = "ojak.example";
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_host(HOST)).await?;
        ana.visit(&scene.server().url_on(HOST, "seventh-evening")).await?;
        ensure!(!ana.evaluate::<bool>("return isSecureContext", []).await?, "the page is secure");
        ana.is_in("error").await?;
        reads(&ana, "This page isn’t secure").await?;
        // Nobody serves https beside this port.
        ensure!(
            ana.evaluate::<bool>("return !document.querySelector('main a')", []).await?,
            "it leads nowhere"
        );
        scene.photograph(&ana, "English").await?;
        ana.visit(&scene.server().url_on(HOST, "seventh-evening?lang=ko")).await?;
        reads(&ana, "안전하지 않은 페이지예요").await
    })
    .await;
}

const NO_WEBRTC: &str = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;";

#[tokio::test]
async fn a_browser_that_cannot_call_says_so() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_preload(NO_WEBRTC)).await?;
        ana.visit(&scene.server().url("seventh-evening")).await?;
        ana.is_in("error").await?;
        reads(&ana, "This browser can’t make calls").await?;
        scene.photograph(&ana, "English").await?;
        ana.visit(&scene.server().url(&format!("?lang={}", Language::Korean.tag()))).await?;
        reads(&ana, "이 브라우저로는 통화할 수 없어요").await
    })
    .await;
}
