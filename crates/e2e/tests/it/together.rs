//! Screens, hands, reactions and captions, between browsers of both kinds.

use anyhow::{Context, Result, ensure};
use ojak_e2e::{Kind, Person, Role, Scene, Setup, Viewport, until, until_within};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::Key;

pub(crate) const SHARE: &str = "Share screen";
const CAPTIONS: &str = "Captions";

/// What somebody sees of a screen.
#[derive(Debug, Deserialize)]
struct Screen {
    width: u32,
    height: u32,
    red: u8,
    green: u8,
    blue: u8,
    frames: u32,
    seen: bool,
}

#[derive(Debug, Deserialize)]
struct Cue {
    text: String,
    start: f64,
    end: f64,
}

pub(crate) async fn does(person: &Person, script: &str) -> Result<()> {
    person.evaluate::<Value>(&format!("{script}; return null"), []).await.map(drop)
}

/// Puts the doubles into a page.
pub(crate) async fn prepare(person: &Person) -> Result<()> {
    does(person, include_str!("together.js")).await
}

/// From now on the browser lets this person share a screen of this colour.
pub(crate) async fn has_a_screen(person: &Person, colour: &str, rate: u32) -> Result<()> {
    prepare(person).await?;
    does(person, &format!("__e2e.fakeScreen({colour:?}, {rate})")).await
}

async fn screen(person: &Person, peer: &str) -> Result<Screen> {
    let seen: Option<Screen> = person.evaluate("return __e2e.screenOf(arguments[0])", [json!(peer)]).await?;
    seen.with_context(|| format!("{} has no screen of {peer}", person.who()))
}

/// Waits until the screen of `peer` is seen in full and goes on, in one of two colours.
pub(crate) async fn sees_screen(person: &Person, peer: &str, is_red: bool) -> Result<()> {
    let mut first = None;
    until(&format!("{} sees the screen of {peer}", person.who()), async || {
        let now = screen(person, peer).await?;
        let before = *first.get_or_insert(now.frames);
        ensure!((now.width, now.height) == (1920, 1080), "{now:?}");
        let (own, other) = if is_red { (now.red, now.blue) } else { (now.blue, now.red) };
        ensure!(own > 150 && other < 100 && now.green < 100, "another picture: {now:?}");
        ensure!(now.frames >= before + 3, "{before} frames, then {now:?}");
        Ok(())
    })
    .await
}

pub(crate) async fn sees_no_screen(person: &Person) -> Result<()> {
    until(&format!("{} sees no screen", person.who()), async || {
        let count =
            "return document.querySelectorAll('figure[data-kind=screen]:not([data-peer=self])').length";
        let count: u32 = person.evaluate(count, []).await?;
        ensure!(count == 0, "{count} screens");
        Ok(())
    })
    .await
}

pub(crate) async fn hears_screen(person: &Person, peer: &str) -> Result<()> {
    let energy = async || -> Result<f64> {
        person.evaluate("return __e2e.screenSound(arguments[0])", [json!(peer)]).await
    };
    let before = energy().await?;
    until(&format!("{} hears the screen of {peer}", person.who()), async || {
        let now = energy().await?;
        ensure!(now > before + 0.001, "{before} then {now}");
        Ok(())
    })
    .await
}

// ---- screens

/// One shares, in full and with sound and without a negotiation; then both do; then the first stops.
async fn both_share(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        has_a_screen(ana, "#f00", 10).await?;
        has_a_screen(ben, "#00f", 10).await?;
        ana.sees_and_hears(&call.ben_id).await?;
        let negotiations = ana.negotiations().await? + ben.negotiations().await?;

        ana.click(SHARE).await?;
        ana.becomes(SHARE, true).await?;
        sees_screen(ben, &call.ana_id, true).await?;
        // On a machine without a sound card no sound is made in Firefox.
        if ana.browser().kind() == Kind::Chromium {
            hears_screen(ben, &call.ana_id).await?;
        }
        ben.hears_that(&["Ana is sharing a screen"]).await?;
        ben.find(Role::Figure, "Ana’s screen").await?;
        ana.comes_to("__e2e.shape()?.join()", "text,12").await?;
        ensure!(screen(ana, "self").await?.seen, "Ana does not see what she shares");

        // By its key, and while Ana's goes on.
        ben.presses_key('s').await?;
        sees_screen(ana, &call.ben_id, false).await?;
        sees_screen(ben, &call.ana_id, true).await?;
        // The people are still seen and heard, each by their own.
        ana.sees_and_hears(&call.ben_id).await?;
        ben.sees_and_hears(&call.ana_id).await?;
        let after = ana.negotiations().await? + ben.negotiations().await?;
        ensure!(after == negotiations, "{negotiations} negotiations, then {after}");

        ana.click("Stop").await?;
        ana.becomes(SHARE, false).await?;
        sees_no_screen(ben).await?;
        ben.hears_that(&["Ana stopped sharing"]).await?;
        ana.comes_to("__e2e.screenTracks().join()", "ended,ended").await?;
        sees_screen(ana, &call.ben_id, false).await?;
        ana.has_no_complaints().await?;
        ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn a_screen_is_shared_between_chromium_and_firefox() {
    both_share(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn a_screen_is_shared_between_firefox_and_chromium() {
    both_share(Kind::Firefox, Kind::Chromium).await;
}

/// With the browser's own `getDisplayMedia`, which asks nobody here.
#[tokio::test]
async fn chromium_shares_what_it_captures_itself() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        prepare(&call.ben).await?;
        call.ana.click(SHARE).await?;
        call.ana.becomes(SHARE, true).await?;
        until("Ben sees it", async || {
            let seen = screen(&call.ben, &call.ana_id).await?;
            ensure!(seen.width > 0 && seen.seen, "{seen:?}");
            Ok(())
        })
        .await?;
        call.ana.click(SHARE).await?;
        sees_no_screen(&call.ben).await?;
        call.ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn the_browsers_own_bar_ends_a_share() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Firefox, Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        prepare(ana).await?;
        has_a_screen(ben, "#f00", 10).await?;
        ben.click(SHARE).await?;
        sees_screen(ana, &call.ben_id, true).await?;
        does(ben, "__e2e.endScreen()").await?;
        ben.becomes(SHARE, false).await?;
        ben.hears_that(&["You are no longer sharing"]).await?;
        sees_no_screen(ana).await?;
        ben.comes_to("__e2e.screenTracks().join()", "ended,ended").await?;
        // And once more.
        ben.click(SHARE).await?;
        sees_screen(ana, &call.ben_id, true).await
    })
    .await;
}

#[tokio::test]
async fn a_question_that_is_dismissed_is_nothing_and_a_failure_says_why() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let ana = &call.ana;
        prepare(ana).await?;
        let toasts = "String(document.querySelectorAll('.toast').length)";
        ana.comes_to(toasts, "0").await?;
        does(ana, "__e2e.refuseScreen('NotAllowedError')").await?;
        ana.click(SHARE).await?;
        ana.becomes(SHARE, false).await?;
        ana.comes_to(toasts, "0").await?;
        does(ana, "__e2e.refuseScreen('NotReadableError')").await?;
        ana.click(SHARE).await?;
        ana.hears_that(&["Your screen can’t be captured", "screen recording"]).await?;
        ensure!(!ana.is_on(SHARE).await?, "it says that it shares");
        Ok(())
    })
    .await;
}

/// Whoever comes later, and whoever loads the page again: both have another connection than the one it began on.
#[tokio::test]
async fn a_running_share_comes_to_whoever_comes_later_and_to_whoever_comes_back() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Firefox, Kind::Chromium).await?;
        has_a_screen(&call.ana, "#00f", 10).await?;
        call.ana.click(SHARE).await?;
        let cho = scene.person("Cho", Kind::Chromium).await?;
        cho.enter(&scene.server(), "seventh-evening").await?;
        let ana_id = cho.meets("Ana").await?;
        prepare(&cho).await?;
        sees_screen(&cho, &ana_id, false).await?;
        cho.hears_that(&["Ana is sharing a screen"]).await?;

        call.ben.browser().driver().refresh().await?;
        call.ben.is_in("connected").await?;
        call.ben.install_oracle().await?;
        prepare(&call.ben).await?;
        let ana_id = call.ben.meets("Ana").await?;
        sees_screen(&call.ben, &ana_id, false).await
    })
    .await;
}

#[tokio::test]
async fn of_two_screens_one_is_chosen_and_people_lie_beside_it() {
    Scene::play(&[], async |scene| {
        let [ana, ben, cho] =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium), ("Cho", Kind::Chromium)]).await?;
        for person in [&ana, &ben, &cho] {
            person.enter(&scene.server(), "screens").await?;
            prepare(person).await?;
        }
        let (ben_id, cho_id) = (ana.meets("Ben").await?, ana.meets("Cho").await?);
        has_a_screen(&ben, "#f00", 10).await?;
        has_a_screen(&cho, "#00f", 10).await?;
        ben.click(SHARE).await?;
        sees_screen(&ana, &ben_id, true).await?;
        cho.click(SHARE).await?;
        sees_screen(&ana, &cho_id, false).await?;
        let large = "document.querySelector('figure[data-kind=screen][data-spot=stage]')?.dataset.peer";
        ana.comes_to(large, &cho_id).await?;
        ana.click("Ben").await?;
        ana.comes_to(large, &ben_id).await?;
        ensure!(screen(&ana, &ben_id).await?.seen && !screen(&ana, &cho_id).await?.seen, "both are seen");
        let beside = "String([...document.querySelectorAll('figure.tile')].every((tile) => tile.checkVisibility() \
            && tile.getBoundingClientRect().left >= document.querySelector('.shares').getBoundingClientRect().right))";
        ana.comes_to(beside, "true").await?;
        ben.click("Stop").await?;
        ana.comes_to(large, &cho_id).await
    })
    .await;
}

#[tokio::test]
async fn a_screen_that_moves_is_sent_as_motion_and_the_person_may_know_better() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        prepare(ana).await?;
        // Small, so that a busy machine draws it in time.
        does(ana, "__e2e.fakeScreen('#f00', 30, 640, 360)").await?;
        prepare(ben).await?;
        ana.click(SHARE).await?;
        ana.choose("Sharp text or smooth motion", "Sharp text").await?;
        ana.comes_to("__e2e.shape()?.join()", "text,12").await?;
        ana.choose("Sharp text or smooth motion", "Smooth motion").await?;
        ana.comes_to("__e2e.shape()?.join()", "motion,30").await?;
        ana.choose("Sharp text or smooth motion", "Sharp text").await?;
        ana.choose("Sharp text or smooth motion", "Automatic").await?;
        ana.comes_to("__e2e.shape()?.join()", "motion,30").await
    })
    .await;
}

/// What was given up comes back in steps, and what has failed before later.
const PATIENCE: Duration = Duration::from_secs(90);

/// The page does with a screen what it decides for one: fewer pictures a second on a slow upload, whatever the person
/// chose, and as many as before when that is over. Of two pictures the person's goes first, and the voice stays.
async fn a_slow_upload_slows_the_screen(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        let camera = format!(
            "document.querySelector('figure[data-peer=\"{}\"]:not([data-kind=screen])').dataset.camera",
            call.ana_id
        );
        has_a_screen(ana, "#f00", 10).await?;
        prepare(ben).await?;
        does(ana, "__e2e.limitUpload(5e6)").await?;
        ana.click(SHARE).await?;
        sees_screen(ben, &call.ana_id, true).await?;
        ana.choose("Sharp text or smooth motion", "Smooth motion").await?;
        ana.comes_to("__e2e.shape()?.join()", "motion,30").await?;
        ben.comes_to(&camera, "on").await?;

        does(ana, "__e2e.limitUpload(2e5)").await?;
        ana.comes_to_within(PATIENCE, "__e2e.shape()?.join()", "motion,2").await?;
        // The choice does not undo it.
        ana.choose("Sharp text or smooth motion", "Sharp text").await?;
        ana.comes_to("__e2e.shape()?.join()", "text,2").await?;
        ben.comes_to_within(PATIENCE, &camera, "off").await?;
        ben.hears(&call.ana_id).await?;
        ana.opens_call_health().await?;
        until_within(PATIENCE, "Ana is told what was done", async || {
            let text = ana.text().await?;
            ensure!(text.contains("Ojak shows your screen in 2 frames a second"), "{text}");
            Ok(())
        })
        .await?;

        does(ana, "__e2e.limitUpload(5e6)").await?;
        ana.comes_to_within(PATIENCE, "__e2e.shape()?.join()", "text,12").await?;
        ben.comes_to_within(PATIENCE, &camera, "on").await?;
        ben.sees_and_hears(&call.ana_id).await?;
        sees_screen(ben, &call.ana_id, true).await?;
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn a_slow_upload_slows_the_screen_from_chromium_to_firefox() {
    a_slow_upload_slows_the_screen(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn a_slow_upload_slows_the_screen_from_firefox_to_chromium() {
    a_slow_upload_slows_the_screen(Kind::Firefox, Kind::Chromium).await;
}

/// While somebody shares, their figures were those of the larger picture once.
async fn a_screen_has_figures_of_its_own(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        has_a_screen(ana, "#00f", 10).await?;
        prepare(ben).await?;
        for person in [ana, ben] {
            person.opens_call_health().await?;
            ensure!(person.health_fact("Your screen").await.is_err(), "{} shares nothing", person.who());
        }
        ana.click(SHARE).await?;
        sees_screen(ben, &call.ana_id, false).await?;
        for (person, of_person, of_screen) in
            [(ana, "Sending", "Your screen"), (ben, "Receiving", "Their screen")]
        {
            until(&format!("{} is told of both pictures", person.who()), async || {
                let screen = person.health_fact(of_screen).await?;
                ensure!(screen.starts_with("1920×1080 · ") && screen.contains(" fps · "), "{screen:?}");
                let camera = person.health_fact(of_person).await?;
                ensure!(camera.contains(" fps · ") && !camera.starts_with("1920×1080"), "{camera:?}");
                Ok(())
            })
            .await?;
        }
        ensure!(ana.health_fact("Their screen").await.is_err(), "Ben shares nothing");
        scene.photograph(ana, "Call health while a screen is shared").await?;
        ana.click("Stop").await?;
        for (person, of_screen) in [(ana, "Your screen"), (ben, "Their screen")] {
            until(&format!("{} is told of no screen", person.who()), async || {
                ensure!(person.health_fact(of_screen).await.is_err(), "it is there");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_screen_has_figures_of_its_own_from_chromium_to_firefox() {
    a_screen_has_figures_of_its_own(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn a_screen_has_figures_of_its_own_from_firefox_to_chromium() {
    a_screen_has_figures_of_its_own(Kind::Firefox, Kind::Chromium).await;
}

/// A phone's browser has no such thing.
const NO_SCREEN: &str = "delete MediaDevices.prototype.getDisplayMedia";

#[tokio::test]
async fn where_no_screen_can_be_shared_there_is_no_button() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Setup::new(Kind::Chromium).with_preload(NO_SCREEN)).await?;
        ana.enter(&scene.server(), "phone").await?;
        ana.find(Role::Button, CAPTIONS).await?;
        ensure!(ana.find_now(Role::Button, SHARE, "html").await.is_err(), "there is a button");
        ana.presses_key('s').await?;
        ana.has_no_complaints().await
    })
    .await;
}

// ---- hands and reactions

#[tokio::test]
async fn three_people_have_the_hands_in_one_order() {
    Scene::play(&[], async |scene| {
        let people =
            scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Firefox), ("Cho", Kind::Chromium)]).await?;
        for person in &people {
            person.enter(&scene.server(), "hands").await?;
        }
        let [ana, ben, cho] = &people;
        ana.is_with(2).await?;
        cho.presses_key('h').await?;
        ana.hears_that(&["Cho raised a hand"]).await?;
        ben.hears_that(&["Cho raised a hand"]).await?;
        ana.click("Raise hand").await?;
        ana.becomes("Raise hand", true).await?;
        ben.hears_that(&["Ana raised a hand"]).await?;
        ben.click("React").await?;
        until("Ben raises a hand among the reactions", async || {
            Ok(ben.find_now(Role::Button, "Raise hand", ".react").await?.click().await?)
        })
        .await?;
        let order = "[...document.querySelectorAll('figure.tile')].filter((f) => f.querySelector('.is-hand')) \
            .map((f) => f.querySelector('.is-hand .num').innerText + (f.dataset.peer === 'self' ? NAME : f.getAttribute('aria-label'))) \
            .sort().join()";
        for person in &people {
            let order = order.replace("NAME", &format!("{:?}", person.who()));
            person.comes_to(&order, "1Cho,2Ana,3Ben").await?;
        }
        cho.click(cho.words().leave).await?;
        let order = order.replace("NAME", "'Ana'");
        ana.comes_to(&order, "1Ana,2Ben").await?;
        ana.presses_key('h').await?;
        ana.becomes("Raise hand", false).await?;
        ana.comes_to("document.querySelector('.is-hand .num')?.innerText ?? 'none'", "none").await?;
        ana.comes_to("document.querySelector('.is-hand')?.innerText.trim()", "Hand raised").await
    })
    .await;
}

#[tokio::test]
async fn a_reaction_floats_over_its_senders_tile_and_goes() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        for half in call.halves() {
            let (sender, other) =
                (half.person, if half.other == call.ben_id { &call.ben } else { &call.ana });
            let floats = |peer: &str| {
                format!(
                    "document.querySelector('figure[data-peer=\"{peer}\"] .reaction')?.innerText ?? 'none'"
                )
            };
            sender.click("React").await?;
            sender.click("Applause").await?;
            other.comes_to(&floats(half.id), "👏").await?;
            sender.comes_to(&floats("self"), "👏").await?;
            other.hears_that(&[sender.who(), "Applause"]).await?;
            other.comes_to(&floats(half.id), "none").await?;
        }
        Ok(())
    })
    .await;
}

// ---- captions

/// Somebody whose browser writes speech down `where`, as the page shows it from the start.
async fn dictates(person: &Person, scope: &str) -> Result<()> {
    prepare(person).await?;
    does(person, &format!("__e2e.fakeRecognition({scope:?})")).await?;
    // The page asks once for each language.
    person.click(CAPTIONS).await?;
    person.choose("Language you speak", "English (UK)").await
}

async fn writes_down(speaker: Kind, reader: Kind) {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", reader), ("Ben", speaker)]).await?;
        ana.enter(&scene.server(), "captions").await?;
        ben.gets_ready(&scene.server(), "captions").await?;
        prepare(&ben).await?;
        does(&ben, "__e2e.fakeRecognition('available')").await?;
        ben.join().await?;
        ben.is_in_call().await?;
        let ben_id = ana.meets("Ben").await?;
        ben.meets("Ana").await?;
        prepare(&ana).await?;

        // Ben is asked first, and told who would hear.
        ben.click(CAPTIONS).await?;
        ben.find(Role::Dialog, CAPTIONS).await?;
        until("Ben is told who hears him", async || {
            let text = ben.text().await?;
            ensure!(text.contains("written down on this device"), "{text}");
            Ok(())
        })
        .await?;
        ensure!(ben.evaluate::<u32>("return __e2e.recognisers.length", []).await? == 0, "it listens unasked");
        turn_on_dictation(&ben).await?;
        ben.comes_to("String(__e2e.recognisers.length)", "1").await?;

        // Nobody is shown what they have not asked for; it is kept all the same.
        does(&ben, "__e2e.utter(0, 'We could', false)").await?;
        ana.click(CAPTIONS).await?;
        let shown =
            "[...document.querySelectorAll('.captions p:not(.is-hint)')].map((p) => p.innerText).join('|')";
        ana.comes_to(shown, "Ben We could").await?;
        does(&ben, "__e2e.utter(0, 'We could walk to the bridge.', true)").await?;
        ana.comes_to(shown, "Ben We could walk to the bridge.").await?;

        // It ends by itself every minute, and begins anew.
        does(&ben, "__e2e.endRecognition()").await?;
        ben.comes_to("String(__e2e.recognisers.length)", "2").await?;
        does(&ben, "__e2e.utter(0, 'At <sunset> & later.', true)").await?;
        until("Ana has both as cues of Ben's picture", async || {
            let cues: Vec<Cue> = ana.evaluate("return __e2e.cues(arguments[0])", [json!(ben_id)]).await?;
            let texts: Vec<_> = cues.iter().map(|cue| &*cue.text).collect();
            ensure!(texts == ["We could walk to the bridge.", "At <sunset> & later."], "{cues:?}");
            ensure!(
                cues.is_sorted_by(|a, b| a.start < b.start) && cues.iter().all(|cue| cue.start < cue.end),
                "{cues:?}"
            );
            Ok(())
        })
        .await?;

        // Muted, nobody is listened to.
        ben.presses_key('m').await?;
        ben.comes_to("String(__e2e.recognisers.at(-1).aborted)", "true").await?;

        ana.click("Save captions").await?;
        let file: String = ana.evaluate("return __e2e.saved.text()", []).await?;
        let lines: Vec<_> = file.lines().collect();
        let [head, _, first, walk, _, second, sunset] = *lines else { anyhow::bail!("{file}") };
        ensure!(head == "WEBVTT" && first.contains(" --> ") && second > first, "{file}");
        ensure!(walk == "<v Ben>We could walk to the bridge.</v>", "{file}");
        ensure!(sunset == "<v Ben>At &lt;sunset&gt; &amp; later.</v>", "{file}");
        ana.has_no_complaints().await?;
        ben.has_no_complaints().await
    })
    .await;
}

async fn turn_on_dictation(person: &Person) -> Result<()> {
    let script = "document.querySelector('[role=dialog] [role=switch]').click()";
    does(person, script).await
}

#[tokio::test]
async fn what_is_said_in_chromium_is_read_in_firefox() {
    writes_down(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
async fn what_is_said_in_firefox_is_read_in_chromium() {
    writes_down(Kind::Firefox, Kind::Chromium).await;
}

#[tokio::test]
async fn whoever_makes_the_browser_is_named_where_they_would_hear() {
    Scene::play(&[], async |scene| {
        let ana = scene.person("Ana", Kind::Chromium).await?;
        ana.enter(&scene.server(), "maker").await?;
        dictates(&ana, "unavailable").await?;
        until("Ana is told", async || {
            let text = ana.text().await?;
            ensure!(text.contains("company that makes your browser hears what you say"), "{text}");
            Ok(())
        })
        .await?;
        ana.browser().driver().action_chain().send_keys(Key::Escape).perform().await?;
        until("the dialog is gone", async || {
            ensure!(ana.find_now(Role::Dialog, CAPTIONS, "html").await.is_err(), "it is there");
            Ok(())
        })
        .await?;
        // Where the bar has no room for the button, the menu has it.
        ana.browser().resize(Viewport::Phone).await?;
        ensure!(ana.find_now(Role::Button, CAPTIONS, "html").await.is_err(), "the bar has it");
        ana.click("More").await?;
        ana.click(CAPTIONS).await
    })
    .await;
}
