//! Two people find out by voice that nobody sits in between; and what happens when somebody does.

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join;
use ojak_e2e::{Couple, Kind, Person, Role, Scene, until};
use serde_json::json;

/// What is to be read aloud, as it is written below the pictures.
async fn reads(person: &Person) -> Result<Vec<String>> {
    until(&format!("{} has something to read", person.who()), async || {
        let script =
            "return [...document.querySelectorAll('dialog .emojis.is-big .clip')].map((e) => e.innerText)";
        let names: Vec<String> = person.evaluate(script, []).await?;
        ensure!(names.len() == 7 && names.iter().all(|name| !name.is_empty()), "{names:?}");
        Ok(names)
    })
    .await
}

/// The rows that there are to choose from.
async fn rows(person: &Person) -> Result<Vec<Vec<String>>> {
    until(&format!("{} has rows to choose from", person.who()), async || {
        let script = "return [...document.querySelectorAll('dialog .verify-row')].map((row) => \
                      [...row.querySelectorAll('.clip, .num')].map((e) => e.innerText))";
        let rows: Vec<Vec<String>> = person.evaluate(script, []).await?;
        ensure!(rows.len() == 3, "{rows:?}");
        Ok(rows)
    })
    .await
}

/// Ana asks and Ben agrees to read; says which row is the right one.
async fn begin(call: &Couple) -> Result<usize> {
    call.ana.click("Not verified").await?;
    call.ana.find(Role::Dialog, "Is this really Ben?").await?;
    call.ben.find(Role::Dialog, "Ana wants to check this call").await?;
    call.ben.click("Show pictures").await?;
    call.ben.find(Role::Dialog, "Read these to Ana").await?;
    let (read, rows) = try_join(reads(&call.ben), rows(&call.ana)).await?;
    rows.iter().position(|row| *row == read).with_context(|| format!("{read:?} is not among {rows:?}"))
}

async fn pick(person: &Person, row: usize) -> Result<()> {
    let script = "document.querySelectorAll('dialog .verify-row input')[arguments[0]].click()";
    person.evaluate::<serde_json::Value>(script, [json!(row)]).await?;
    person.click("Confirm").await
}

async fn is_verified(person: &Person, peer: &str, verified: bool) -> Result<()> {
    until(&format!("whether {} has verified somebody: {verified}", person.who()), async || {
        let script =
            "return document.querySelector(`figure[data-peer=\"${arguments[0]}\"]`).dataset.verified";
        let said: Option<String> = person.evaluate(script, [json!(peer)]).await?;
        ensure!(said.as_deref() == verified.then_some("true"), "data-verified={said:?}");
        Ok(())
    })
    .await
}

async fn verify(call: &Couple) -> Result<()> {
    let row = begin(call).await?;
    pick(&call.ana, row).await?;
    call.ana.find(Role::Dialog, "Ben is verified").await?;
    call.ben.click("Yes, I heard it").await?;
    call.ana.click("Done").await?;
    are_verified(call).await
}

async fn are_verified(call: &Couple) -> Result<()> {
    is_verified(&call.ana, &call.ben_id, true).await?;
    is_verified(&call.ben, &call.ana_id, true).await?;
    call.ana.find(Role::Button, "Verified").await?;
    call.ben.find(Role::Button, "Verified").await?;
    Ok(())
}

/// Both stay verified when either page is loaded again, which makes the connection anew.
async fn choosing_what_is_read_verifies_both(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        is_verified(&call.ana, &call.ben_id, false).await?;
        call.ben.click(call.ben.words().microphone).await?;
        let row = begin(&call).await?;
        // Whoever reads is heard, and the bar is out of reach meanwhile.
        call.ben.click("You’re muted: turn your microphone on").await?;
        let confirm = call.ana.find(Role::Button, "Confirm").await?;
        ensure!(!confirm.is_enabled().await?, "nothing is chosen, and Confirm can be pressed");
        // The digits are in the same row.
        call.ana.click("Use digits instead").await?;
        call.ben.click("Use digits instead").await?;
        let script = "return [...document.querySelectorAll('dialog .digits .num')].map((e) => e.innerText)";
        let read: Vec<String> = call.ben.evaluate(script, []).await?;
        ensure!(read.len() == 3 && rows(&call.ana).await?[row] == read, "{read:?} is not in row {row}");
        call.ana.click("Use pictures instead").await?;

        pick(&call.ana, row).await?;
        call.ana.find(Role::Dialog, "Ben is verified").await?;
        is_verified(&call.ana, &call.ben_id, true).await?;
        call.ben.find(Role::Dialog, "Did you hear Ana say that it matches?").await?;
        is_verified(&call.ben, &call.ana_id, false).await?;
        call.ben.click("Yes, I heard it").await?;
        call.ben.hears_that(&["Ana is verified"]).await?;
        call.ana.click("Done").await?;
        are_verified(&call).await?;
        call.ben.becomes(call.ben.words().microphone, true).await?;
        call.see_and_hear_each_other().await?;

        // What is new in a page that was loaded again was made before one could look: so the other side says it.
        for (person, other, id) in
            [(&call.ben, &call.ana, &call.ben_id), (&call.ana, &call.ben, &call.ana_id)]
        {
            person.browser().driver().refresh().await?;
            person.is_in("connected").await?;
            person.install_oracle().await?;
            are_verified(&call).await?;
            other.sees_and_hears(id).await?;
        }
        call.ana.has_no_complaints().await?;
        call.ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn choosing_what_is_read_verifies_both_of_chromium_and_firefox() {
    choosing_what_is_read_verifies_both(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn choosing_what_is_read_verifies_both_of_firefox_and_chromium() {
    choosing_what_is_read_verifies_both(Kind::Firefox, Kind::Chromium).await;
}

#[tokio::test]
async fn choosing_what_was_not_read_warns_both_and_offers_to_leave() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        let row = begin(&call).await?;
        pick(&call.ana, (row + 1) % 3).await?;
        for person in [&call.ana, &call.ben] {
            person.find(Role::Dialog, "Somebody may be listening in").await?;
        }
        call.ben.click("Stay anyway").await?;
        is_verified(&call.ben, &call.ana_id, false).await?;
        until("Ana leaves", async || {
            Ok(call.ana.find_now(Role::Button, "Leave", "dialog").await?.click().await?)
        })
        .await?;
        call.ana.is_in("ended").await
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_can_put_it_off_and_gets_the_focus_back() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        call.ana.click("Not verified").await?;
        call.ben.click("Later").await?;
        call.ana.find(Role::Dialog, "Ben can’t verify just now").await?;
        call.ana.click("Done").await?;
        until("the focus is on the shield again", async || {
            let focus: String = call.ana.evaluate("return document.activeElement.innerText", []).await?;
            ensure!(focus == "Not verified", "it is on {focus:?}");
            Ok(())
        })
        .await?;
        call.ana.has_no_complaints().await
    })
    .await;
}

/// From now on whatever comes to this page stands for another certificate.
const SWAP: &str = r"
    const real = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
    const other = Array(32).fill('AB').join(':');
    const print = /(a=fingerprint:sha-256 )[0-9A-F:]+/g;
    window.__prints = [];
    Object.defineProperty(MessageEvent.prototype, 'data', { ...real, get() {
        const data = real.get.call(this);
        if (typeof data !== 'string') return data;
        window.__prints.push(...(data.match(print) || []));
        return data.replace(print, `$1${other}`);
    } });";

/// And its browser connects all the same, as it does when somebody in between has that certificate.
const RELAY: &str = r"
    const set = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (description) {
        const last = window.__prints[window.__prints.length - 1];
        const sdp = description.sdp.replace(/a=fingerprint:sha-256 [0-9A-F:]+/g, last);
        return set.call(this, { type: description.type, sdp });
    };";

#[tokio::test]
async fn a_certificate_that_is_swapped_after_the_verification_stops_all_media() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        verify(&call).await?;
        call.ana.evaluate::<serde_json::Value>(SWAP, []).await?;
        // A new connection, whose descriptions go over the server.
        call.ben.browser().driver().refresh().await?;
        call.ana.find(Role::Dialog, "This may not be Ben").await?;
        call.ana.is_told(&["This may not be Ben", "No sound and no picture goes to them"]).await?;
        ensure!(call.ana.sent("video").await?.is_empty(), "Ana's picture is still sent");
        ensure!(call.ana.sent("audio").await?.is_empty(), "Ana's sound is still sent");
        let plays = "const v = document.querySelector(`figure[data-peer=\"${arguments[0]}\"] video`); \
                     return !!v.srcObject && v.srcObject.getTracks().some((t) => t.readyState === 'live')";
        ensure!(!call.ana.evaluate::<bool>(plays, [json!(call.ben_id)]).await?, "Ben is still played");
        scene.photograph(&call.ana, "changed").await?;
        call.ana.click("Connect anyway").await?;
        until("they try to be connected", async || {
            let tile = call.ana.tile(&call.ben_id).await?;
            // It is tried: what is swapped does not connect, but it is not refused any more.
            ensure!(tile.state == "reconnecting", "{tile:?}");
            Ok(())
        })
        .await?;
        is_verified(&call.ana, &call.ben_id, false).await
    })
    .await;
}

/// A server that swaps, and somebody in between who passes everything on.
#[tokio::test]
async fn somebody_in_between_is_found_out_before_anything_is_read() {
    Scene::play(&[], async |scene| {
        let [ana, ben] = scene.people([("Ana", Kind::Chromium), ("Ben", Kind::Chromium)]).await?;
        ana.gets_ready(&scene.server(), "swapped").await?;
        ana.evaluate::<serde_json::Value>(&[SWAP, RELAY].concat(), []).await?;
        ana.join().await?;
        ben.enter(&scene.server(), "swapped").await?;
        let ben_id = ana.meets("Ben").await?;
        ana.sees_and_hears(&ben_id).await?;
        ana.click("Not verified").await?;
        ben.click("Show pictures").await?;
        for person in [&ana, &ben] {
            person.find(Role::Dialog, "Somebody may be listening in").await?;
        }
        is_verified(&ana, &ben_id, false).await
    })
    .await;
}

/// In a group the shield counts, and the list says who.
#[tokio::test]
async fn among_several_the_shield_counts_who_is_not_verified() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Chromium).await?;
        verify(&call).await?;
        let cho = scene.person("Cho", Kind::Chromium).await?;
        cho.enter(&scene.server(), "seventh-evening").await?;
        call.ana.meets("Cho").await?;
        call.ana.click("1 not verified").await?;
        call.ana.find(Role::Dialog, "Verify who’s here").await?;
        let script = "return [...document.querySelectorAll('.verify-list li')].map((e) => e.innerText)";
        let list: Vec<String> = call.ana.evaluate(script, []).await?;
        ensure!(
            list.len() == 2
                && list[0].contains("Ben")
                && list[0].contains("Verified")
                && list[1].contains("Cho")
                && list[1].contains("Not verified"),
            "{list:?}"
        );
        scene.photograph(&call.ana, "list").await?;
        until("Ana asks Cho", async || {
            Ok(call.ana.find_now(Role::Button, "Verify", "dialog").await?.click().await?)
        })
        .await?;
        call.ana.find(Role::Dialog, "Is this really Cho?").await?;
        cho.find(Role::Dialog, "Ana wants to check this call").await?;
        Ok(())
    })
    .await;
}
