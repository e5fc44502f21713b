//! What people write to each other.

use anyhow::ensure;
use ojak_e2e::{Couple, Kind, Role, Scene, until};
use serde_json::json;
use thirtyfour::Key;

const NEW: &str = "[...document.querySelectorAll('.ctl')].find((b) => b.innerText.includes('Chat'))?.getAttribute('aria-description')";

/// Written, told of, read, answered and acknowledged.
async fn they_write_to_each_other(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let Couple { ana, ben, .. } = &scene.couple(first, second).await?;
        ana.presses_key('c').await?;
        ana.find(Role::Textbox, "Message").await?;
        ana.says("Shall we meet at https://ojak.example/den?").await?;

        // Who does not look is told, by a toast and by a number.
        ben.hears_that(&["Ana: Shall we meet"]).await?;
        ben.comes_to(NEW, "1 new").await?;
        ana.says("<b>me</b> & you").await?;
        ben.comes_to(NEW, "2 new").await?;
        ben.click("Chat").await?;
        ben.reads_exactly(&["Shall we meet at https://ojak.example/den?", "<b>me</b> & you"]).await?;
        ensure!(ben.evaluate::<bool>(&format!("return {NEW} === null"), []).await?, "it stays new");

        let link = "(() => { const a = document.querySelector('.bubble a'); return a && [a.href, a.target, a.rel].join(' ') })()";
        ben.comes_to(link, "https://ojak.example/den _blank noopener noreferrer").await?;
        ben.comes_to("String(document.querySelectorAll('.bubble b').length)", "0").await?;

        // A new line is not the end of it.
        let field = ben.find(Role::Textbox, "Message").await?;
        let chain = ben.browser().driver().action_chain();
        field.send_keys("one").await?;
        chain.key_down(Key::Shift).send_keys(Key::Enter).key_up(Key::Shift).perform().await?;
        ben.says("two").await?;
        ana.reads_exactly(&["Shall we meet at https://ojak.example/den?", "<b>me</b> & you", "one\ntwo"]).await?;
        for person in [ana, ben] {
            person.comes_to("[...document.querySelectorAll('.delivery')].at(-1)?.textContent", "Received").await?;
        }

        // What is typed is still there when the panel is opened again.
        ana.find(Role::Textbox, "Message").await?.send_keys("not yet").await?;
        ana.click("Close").await?;
        ana.opens_the_chat().await?;
        ana.comes_to("document.querySelector('.composer textarea')?.value", "not yet").await?;
        scene.photograph(ana, "chat").await?;
        ana.has_no_complaints().await?;
        ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn chromium_and_firefox_write_to_each_other() {
    they_write_to_each_other(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn firefox_and_chromium_write_to_each_other() {
    they_write_to_each_other(Kind::Firefox, Kind::Chromium).await;
}

/// Input methods end a syllable with Enter. Chromium says that it composes; others have ended it by then and say 229.
#[tokio::test]
async fn a_key_that_ends_a_syllable_does_not_send() {
    Scene::play(&[], async |scene| {
        let Couple { ana, ben, .. } = &scene.couple(Kind::Chromium, Kind::Firefox).await?;
        for person in [ana, ben] {
            person.opens_the_chat().await?;
            let compose = "const f = document.querySelector('.composer textarea'); f.focus(); \
                f.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true })); \
                f.value = arguments[0]; f.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true })); \
                const enter = (init) => { const e = new KeyboardEvent('keydown', \
                    { key: 'Enter', bubbles: true, cancelable: true, ...init }); f.dispatchEvent(e); return e.defaultPrevented }; \
                const composing = enter({ isComposing: true }); \
                f.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: arguments[0] })); \
                const taken = enter({ keyCode: 229 }); \
                return [composing, taken, f.value]";
            let text = format!("다리에서 만나요, {}", person.who());
            let (composing, taken, left): (bool, bool, String) =
                person.evaluate(compose, [json!(text)]).await?;
            ensure!((composing, taken) == (false, false), "the page took a key of the input method");
            ensure!(left == text && !person.reads().await?.contains(&text), "it was sent");
            person.says("").await?;
        }
        for person in [ana, ben] {
            person.reads_exactly(&["다리에서 만나요, Ana", "다리에서 만나요, Ben"]).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_latecomer_reads_what_was_written_once_and_in_order() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ana.opens_the_chat().await?;
        ben.opens_the_chat().await?;
        let written = ["one", "two", "three", "four"];
        for (count, text) in written.into_iter().enumerate() {
            let author = if count % 2 == 0 { ana } else { ben };
            author.says(text).await?;
            for reader in [ana, ben] {
                reader.reads_exactly(&written[..=count]).await?;
            }
        }
        let cho = scene.person("Cho", Kind::Chromium).await?;
        cho.enter(&scene.server(), "seventh-evening").await?;
        cho.is_with(2).await?;
        cho.opens_the_chat().await?;
        cho.reads_exactly(&written).await?;

        // Whoever is loaded again has it from the others, their own words too.
        ben.browser().driver().refresh().await?;
        ben.is_in("connected").await?;
        ben.is_with(2).await?;
        ben.opens_the_chat().await?;
        ben.reads_exactly(&written).await?;
        cho.says("five").await?;
        for person in [ana, ben, &cho] {
            person.reads_exactly(&["one", "two", "three", "four", "five"]).await?;
        }
        scene.photograph(ben, "history").await
    })
    .await;
}

#[tokio::test]
async fn the_chat_needs_no_server() {
    Scene::play(&[], async |scene| {
        let Couple { ana, ben, .. } = &scene.couple(Kind::Chromium, Kind::Firefox).await?;
        ana.opens_the_chat().await?;
        ben.opens_the_chat().await?;
        scene.kill_server();
        ana.says("Are you there?").await?;
        ben.says("Of course").await?;
        for person in [ana, ben] {
            until("both are there", async || {
                let mut read = person.reads().await?;
                read.sort();
                ensure!(read == ["Are you there?", "Of course"], "{read:?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
    .await;
}
