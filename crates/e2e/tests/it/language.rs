//! English and Korean.

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Language, Person, Role, Scene, Setup, until};

const SECTIONS: &str = "[...document.querySelectorAll('[role=tab]')]";

async fn is_in_language(person: &Person, language: Language) -> Result<()> {
    let lang: String = person.evaluate("return document.documentElement.lang", []).await?;
    ensure!(lang == language.tag(), "html has lang={lang:?}");
    let words = ojak_e2e::Words::of(language);
    for toggle in [words.microphone, words.camera] {
        person.find(Role::Button, toggle).await?;
        person.find(Role::Combobox, toggle).await?;
    }
    person.find(Role::Textbox, words.room).await?;
    person.find(Role::Textbox, words.your_name).await?;
    person.find(Role::Button, words.join).await?;
    Ok(())
}

/// The whole way in, with Korean names only.
async fn joins_in_korean(person: &Person, scene: &Scene) -> Result<()> {
    let words = person.words();
    person.sees_own_preview().await?;
    is_in_language(person, Language::Korean).await?;
    scene.photograph(person, "lobby").await?;
    person.join().await?;
    person.is_in("alone").await?;
    person.find(Role::Toolbar, words.call_controls).await?;
    for toggle in [words.microphone, words.camera] {
        ensure!(person.is_on(toggle).await?, "{toggle} is off");
    }
    person.find(Role::Button, words.leave).await.map(drop)
}

#[tokio::test]
async fn who_prefers_korean_gets_korean_in_chromium() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("한지우", Setup::new(Kind::Chromium).speaking(Language::Korean)).await?;
        ana.open_lobby(&scene.server(), "칠석").await?;
        joins_in_korean(&ana, scene).await
    })
    .await;
}

#[tokio::test]
async fn who_prefers_korean_gets_korean_in_firefox() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("한지우", Setup::new(Kind::Firefox).speaking(Language::Korean)).await?;
        ana.open_lobby(&scene.server(), "칠석").await?;
        joins_in_korean(&ana, scene).await
    })
    .await;
}

#[tokio::test]
async fn the_address_and_the_switch_choose_the_language() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.open_lobby(&scene.server(), "both").await?;
        is_in_language(&ana, Language::English).await?;
        ana.open_lobby(&scene.server(), "both?lang=ko").await?;
        is_in_language(&ana, Language::Korean).await?;
        // In the corner of the lobby, named in the language it leads to.
        ana.click("English").await?;
        is_in_language(&ana, Language::English).await?;
        ana.click("한국어").await?;
        is_in_language(&ana, Language::Korean).await
    })
    .await;
}

#[tokio::test]
async fn the_language_is_switched_in_the_middle_of_a_call() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let ana = &call.ana;
        ana.presses_key(',').await?;
        ana.find(Role::Dialog, "Settings").await?;
        ana.evaluate::<()>(&format!("{SECTIONS}.find((tab) => tab.innerText === 'Language').click()"), []).await?;
        until("Korean is offered", async || {
            let offered = "const korean = document.querySelector('dialog label[lang=ko]'); \
                           korean?.click(); return !!korean";
            ensure!(ana.evaluate::<bool>(offered, []).await?, "it is not");
            Ok(())
        })
        .await?;
        ana.find(Role::Dialog, "설정").await?;
        ana.click("닫기").await?;
        let words = ojak_e2e::Words::of(Language::Korean);
        ana.find(Role::Toolbar, words.call_controls).await?;
        ana.find(Role::Button, words.leave).await?;
        let said: (String, String) = ana.evaluate("return [document.documentElement.lang, document.title]", []).await?;
        ensure!(said == ("ko".into(), "seventh-evening · 오작".into()), "{said:?}");
        // Nobody but Ben and the room is called by something else, and nothing else is in another language.
        let latin = "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walk.nextNode()) {
                const { textContent, parentElement } = walk.currentNode;
                const rest = textContent.trim().replace(/Ben|Ana|seventh-evening|^[AB]$/g, '');
                if (/[A-Za-z]/.test(rest) && !parentElement.closest('[hidden], noscript, script, kbd')) found.push(textContent.trim());
            }
            for (const e of document.querySelectorAll('[aria-label], [title]'))
                for (const name of [e.getAttribute('aria-label'), e.getAttribute('title')])
                    if (/[A-Za-z]/.test((name || '').replace(/Ben|Ana/g, ''))) found.push(name);
            return found";
        let latin: Vec<String> = ana.evaluate(latin, []).await?;
        // What was announced stays in the language it was announced in.
        ensure!(latin.iter().all(|text| text.starts_with("Ben joined")), "{latin:?}");
        Ok(())
    })
    .await;
}
