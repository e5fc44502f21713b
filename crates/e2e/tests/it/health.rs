//! Whether one is heard, how the call goes, and that no more is sent than is looked at.

use anyhow::{Context, Result, ensure};
use ojak_call::{Codec, Cost, rank};
use ojak_e2e::{Couple, Kind, Person, Role, Scene, Setup, until, until_within};
use serde_json::json;
use std::time::Duration;

/// Reports are a second apart, and somebody has to be silent for a while before it is said.
const REPORTED: Duration = Duration::from_secs(40);

const PAIRS: [(Kind, Kind); 2] = [(Kind::Chromium, Kind::Firefox), (Kind::Firefox, Kind::Chromium)];

/// The tracks of sound that go to the others.
const SENDERS: &str = "__e2e.connections.filter((c) => c.signalingState !== 'closed').flatMap((c) => c.getSenders()) \
                       .filter((s) => s.track?.kind === 'audio')";

/// Waits until the own tile says `words` of whether one is heard.
async fn own_tile_says(person: &Person, words: &str) -> Result<()> {
    until_within(REPORTED, &format!("the own tile of {} says {words:?}", person.who()), async || {
        let script =
            "return document.querySelector('figure[data-peer=self] .tag-receipt')?.textContent || ''";
        let said: String = person.evaluate(script, []).await?;
        ensure!(said == words, "it says {said:?}");
        Ok(())
    })
    .await
}

async fn play(first: impl Into<Setup>, second: Kind, act: impl AsyncFnOnce(&Scene, &Couple) -> Result<()>) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        act(scene, &call).await?;
        call.ana.has_no_complaints().await?;
        call.ben.has_no_complaints().await
    })
    .await;
}

/// Both are told that they are heard; of whoever mutes nothing is said, and afterwards they have to be heard anew.
async fn who_is_heard_is_told_so(first: Kind, second: Kind) {
    play(first, second, async |scene, call| {
        for half in call.halves() {
            own_tile_says(half.person, "They can hear you").await?;
        }
        let ana = &call.ana;
        scene.photograph(ana, "Ana is heard").await?;
        ana.click(ana.words().microphone).await?;
        own_tile_says(ana, "").await?;
        ana.click(ana.words().microphone).await?;
        own_tile_says(ana, "They can hear you").await
    })
    .await;
}

#[tokio::test]
async fn who_is_heard_from_chromium_to_firefox_is_told_so() {
    who_is_heard_is_told_so(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn who_is_heard_from_firefox_to_chromium_is_told_so() {
    who_is_heard_is_told_so(Kind::Firefox, Kind::Chromium).await;
}

/// What is sent is silent behind the person's back, or does not come at all: they are told, and told when it is over.
async fn who_is_not_heard_is_told_so(first: Kind, second: Kind) {
    play(first, second, async |_, call| {
        let ana = &call.ana;
        own_tile_says(ana, "They can hear you").await?;
        let keep = format!("window.kept = {SENDERS}.map((s) => [s, s.track])");
        ana.evaluate::<()>(&keep, []).await?;
        // On a machine without a sound card Firefox listens to nothing, so nobody is known to speak there.
        if ana.browser().kind() == Kind::Chromium {
            // A track of their own is silent: what the page listens to for whether Ana speaks is not.
            let hush = "kept.forEach(([s, track]) => { \
                const silent = track.clone(); silent.enabled = false; s.replaceTrack(silent); })";
            ana.evaluate::<()>(hush, []).await?;
            own_tile_says(ana, "They can’t hear you").await?;
            ana.hears_that(&["Ben can’t hear you", "it is silent"]).await?;
            ana.evaluate::<()>("kept.forEach(([s, track]) => s.replaceTrack(track))", []).await?;
            own_tile_says(ana, "They can hear you").await?;
        }

        ana.evaluate::<()>("kept.forEach(([s]) => s.replaceTrack(null))", []).await?;
        own_tile_says(ana, "They can’t hear you").await?;
        ana.hears_that(&["Ben can’t hear you", "not arriving"]).await?;
        ana.evaluate::<()>("kept.forEach(([s, track]) => s.replaceTrack(track))", []).await?;
        own_tile_says(ana, "They can hear you").await
    })
    .await;
}

#[tokio::test]
async fn who_is_not_heard_from_chromium_to_firefox_is_told_so() {
    who_is_not_heard_is_told_so(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn who_is_not_heard_from_firefox_to_chromium_is_told_so() {
    who_is_not_heard_is_told_so(Kind::Firefox, Kind::Chromium).await;
}

/// The other side's browser plays nothing before they click, as some do.
#[tokio::test]
async fn who_is_held_back_by_a_browser_is_told_so() {
    for (first, second) in PAIRS {
        play(first, second, async |_, call| {
            let (ana, ben) = (&call.ana, &call.ben);
            own_tile_says(ana, "They can hear you").await?;
            let video = format!("document.querySelector('figure[data-peer=\"{}\"] > video')", call.ana_id);
            ben.evaluate::<()>(&format!("{video}.pause()"), []).await?;
            own_tile_says(ana, "They can’t hear you").await?;
            ana.hears_that(&["Ben can’t hear you", "click once"]).await?;
            ben.evaluate::<()>(&format!("{video}.play()"), []).await?;
            own_tile_says(ana, "They can hear you").await
        })
        .await;
    }
}

/// Height of the picture that `person` sends, and how many pictures so far.
async fn sends(person: &Person) -> Result<(u32, u64)> {
    let script = "return (async () => { \
        const open = __e2e.connections.find((c) => c.signalingState !== 'closed'); \
        const sent = [...(await open.getStats()).values()].filter((e) => e.type === 'outbound-rtp' && e.kind === 'video'); \
        const most = (key) => Math.max(...sent.map((entry) => entry[key] || 0)); \
        return sent.length ? [most('frameHeight'), most('framesEncoded')] : null; })()";
    person.evaluate::<Option<_>>(script, []).await?.context("no picture is sent")
}

/// A picture that is shown small is sent small, one that nobody sees is not sent, and one that is large again is again.
async fn no_more_is_sent_than_is_seen(first: Kind, second: Kind) {
    play(first, second, async |_, call| {
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees(&call.ana_id).await?;
        let (full, _) = until_within(REPORTED, "Ana sends a picture", async || {
            let sent = sends(ana).await?;
            ensure!(sent.0 >= 360, "{sent:?}");
            Ok(sent)
        })
        .await?;
        let show = async |style: &str| {
            // The page's policy allows no style of anybody else's in the document itself.
            let script = "const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet]; \
                sheet.replaceSync(`figure[data-peer=\"${arguments[1]}\"] { ${arguments[0]} }`)";
            ben.evaluate::<()>(script, [json!(style), json!(call.ana_id)]).await
        };
        show("inset: auto !important; width: 240px !important; height: 135px !important").await?;
        until_within(REPORTED, "Ana sends a small picture", async || {
            let (height, _) = sends(ana).await?;
            ensure!(height > 0 && height <= 180 && height < full, "{height} of {full}");
            Ok(())
        })
        .await?;
        ben.sees(&call.ana_id).await?;
        show("display: none !important").await?;
        let mut before = sends(ana).await?.1;
        until_within(REPORTED, "Ana sends no picture", async || {
            // Nothing waits here: it is asked twice, a second apart.
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = sends(ana).await?.1;
            let from = std::mem::replace(&mut before, now);
            ensure!(now == from, "{from} pictures, then {now}");
            Ok(())
        })
        .await?;
        show("").await?;
        until_within(REPORTED, "Ana sends the full picture again", async || {
            let (height, _) = sends(ana).await?;
            ensure!(height >= full, "{height} of {full}");
            Ok(())
        })
        .await?;
        ben.sees(&call.ana_id).await
    })
    .await;
}

#[tokio::test]
async fn no_more_is_sent_from_chromium_than_is_seen_in_firefox() {
    no_more_is_sent_than_is_seen(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn no_more_is_sent_from_firefox_than_is_seen_in_chromium() {
    no_more_is_sent_than_is_seen(Kind::Firefox, Kind::Chromium).await;
}

/// Causes, figures in words, and a report that says nothing of anybody.
async fn the_panel_says_how_the_call_goes(first: Kind, second: Kind) {
    play(first, second, async |scene, call| {
        let ana = &call.ana;
        ana.opens_call_health().await?;
        let panel = "return document.querySelector('.panel').innerText";
        until_within(REPORTED, "the panel names a cause and figures", async || {
            let said: String = ana.evaluate(panel, []).await?;
            for words in
                ["Round trip", "Loss", "Jitter", "Bitrate", "Frame rate", "Direct, peer to peer · UDP", "fps"]
            {
                ensure!(said.contains(words), "no {words:?} in {said:?}");
            }
            let alternatives: Vec<String> = ana
                .evaluate("return [...document.querySelectorAll('.plot p.vh')].map((p) => p.textContent)", [])
                .await?;
            ensure!(alternatives.len() == 5, "{alternatives:?}");
            let bitrate = &alternatives[3];
            ensure!(bitrate.contains("Sent: from ") && bitrate.contains(" Mb/s"), "{alternatives:?}");
            ensure!(bitrate.contains("Received: from "), "{alternatives:?}");
            let cause: String =
                ana.evaluate("return document.querySelector('.cause h3')?.textContent || ''", []).await?;
            ensure!(!cause.is_empty() && !cause.starts_with("Measuring"), "{cause:?}");
            Ok(())
        })
        .await?;
        scene.photograph(ana, "Call health").await?;

        let clipboard =
            "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }";
        ana.evaluate::<()>(clipboard, []).await?;
        ana.click("Copy report").await?;
        let report = until("the report is copied", async || {
            ana.evaluate::<Option<String>>("return window.copied || null", []).await?.context("it is not")
        })
        .await?;
        std::fs::write(scene.directory().join("report.txt"), &report)?;
        for words in ["person 1", "round trip, ms: ", "path: direct, UDP"] {
            ensure!(report.contains(words), "no {words:?} in {report}");
        }
        let figures = report.split_once("person 1").context("nobody is in it")?.1;
        let has_address =
            figures.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word.split('.').count() > 3);
        ensure!(!has_address && !figures.contains("::"), "an address in {report}");
        ensure!(
            !report.contains("Ben") && !report.contains("Ana") && !report.contains(&call.ben_id),
            "{report}"
        );

        ana.click("Turn my video off").await?;
        ana.becomes(ana.words().camera, false).await?;
        ana.find(Role::Button, "Turn my video on").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_panel_says_how_the_call_goes_in_chromium() {
    the_panel_says_how_the_call_goes(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
async fn the_panel_says_how_the_call_goes_in_firefox() {
    the_panel_says_how_the_call_goes(Kind::Firefox, Kind::Chromium).await;
}

/// A machine that has hardware for VP9, and for nothing else.
const VP9_IS_CHEAP: &str = "const ask = MediaCapabilities.prototype.encodingInfo; \
    MediaCapabilities.prototype.encodingInfo = async function (wanted) { \
        const answer = await ask.call(this, wanted); \
        return wanted.type === 'webrtc' ? { ...answer, powerEfficient: /vp9/i.test(wanted.video.contentType) } : answer; \
    };";

/// The codecs for pictures that the browser of `person` has, each with what it costs their machine, and whether a page
/// can choose among those that were agreed on.
async fn codecs(person: &Person) -> Result<(Vec<(Codec, Cost)>, bool)> {
    let script = "return (async () => { \
        const codecs = []; \
        for (const { mimeType } of RTCRtpReceiver.getCapabilities('video').codecs) { \
            const video = { contentType: mimeType, width: 1280, height: 720, bitrate: 1500000, framerate: 30 }; \
            const answer = await navigator.mediaCapabilities.encodingInfo({ type: 'webrtc', video }).catch(() => null); \
            codecs.push([mimeType, answer?.powerEfficient === true]); \
        } \
        let chooses = false; \
        const probe = new RTCPeerConnection(); \
        probe.addTransceiver('video', { sendEncodings: [{ get codec() { chooses = true; return undefined; } }] }); \
        probe.close(); \
        return [codecs, chooses]; })()";
    let (codecs, chooses): (Vec<(String, bool)>, bool) = person.evaluate(script, []).await?;
    let known = codecs.into_iter().filter_map(|(mime, is_efficient)| {
        Some((Codec::from_mime(&mime)?, if is_efficient { Cost::Efficient } else { Cost::Other }))
    });
    Ok((known.collect(), chooses))
}

/// Each sends what is best for their own machine of what both can; where a browser does not let a page choose, what the
/// other side likes best.
async fn what_is_sent_is_the_best_of_what_both_can(second: Kind) {
    let first = Setup::new(Kind::Chromium).with_preload(VP9_IS_CHEAP);
    play(first, second, async |_, call| {
        let ((ana, ana_chooses), (ben, ben_chooses)) = (codecs(&call.ana).await?, codecs(&call.ben).await?);
        let best = |own: &[(Codec, Cost)], other: &[(Codec, Cost)]| {
            let both = own.iter().filter(|(codec, _)| other.iter().any(|(theirs, _)| theirs == codec));
            both.min_by_key(|&&(codec, cost)| rank(Some(codec), cost)).map(|(codec, _)| *codec)
        };
        let (of_ana, of_ben) = (best(&ana, &ben).context("none")?, best(&ben, &ana).context("none")?);
        ensure!(of_ana == Codec::Vp9, "there is hardware for VP9, and {of_ana:?} comes first");
        for (person, own, other, chooses) in
            [(&call.ana, of_ana, of_ben, ana_chooses), (&call.ben, of_ben, of_ana, ben_chooses)]
        {
            let expected = if chooses { own } else { other };
            person.opens_call_health().await?;
            until_within(REPORTED, &format!("{} sends {expected:?}", person.who()), async || {
                let sending = person.health_fact("Sending").await?;
                ensure!(sending.ends_with(&format!(" · {}", expected.as_str())), "{sending:?}");
                Ok(())
            })
            .await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_is_the_best_of_what_both_can_between_chromium_and_firefox() {
    what_is_sent_is_the_best_of_what_both_can(Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn what_is_sent_is_the_best_of_what_both_can_between_two_chromiums() {
    what_is_sent_is_the_best_of_what_both_can(Kind::Chromium).await;
}

/// Seconds of the page's own thread in which it did something, since it was opened.
async fn worked(person: &Person) -> Result<f64> {
    let answer = person.browser().cdp("Performance.getMetrics", json!({})).await?;
    let metrics = answer["metrics"].as_array().context("no metrics")?;
    let task = metrics.iter().find(|metric| metric["name"] == "TaskDuration").context("no TaskDuration")?;
    task["value"].as_f64().context("no number")
}

/// Looking at figures each second costs next to nothing, drawing them little.
#[tokio::test]
#[ignore = "a measurement, which other work on the machine spoils: run it by its name"]
async fn figures_do_not_make_a_laptop_hot() {
    const LOOK: Duration = Duration::from_secs(15);
    play(Kind::Chromium, Kind::Chromium, async |scene, call| {
        let ana = &call.ana;
        ana.sees(&call.ben_id).await?;
        ana.browser().cdp("Performance.enable", json!({})).await?;
        let share = async || {
            let before = worked(ana).await?;
            tokio::time::sleep(LOOK).await;
            Ok::<_, anyhow::Error>((worked(ana).await? - before) / LOOK.as_secs_f64())
        };
        let closed = share().await?;
        ana.opens_call_health().await?;
        let opened = share().await?;
        let said = format!("of a core: {closed:.4} closed, {opened:.4} opened\n");
        std::fs::write(scene.directory().join("work.txt"), &said)?;
        ensure!(closed < 0.15 && opened < 0.3, "{said}");
        Ok(())
    })
    .await;
}
