//! Files that people give to each other.

use anyhow::{Result, ensure};
use ojak_e2e::chat::{Received, file_in, made_up, sum_of};
use ojak_e2e::{Couple, DEADLINE, Kind, Person, Scene};
use std::time::Duration;

/// For what is larger, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

fn of(bytes: &[u8]) -> Received {
    Received { size: bytes.len() as u64, sum: sum_of(bytes) }
}

async fn both_open_the_chat(Couple { ana, ben, .. }: &Couple) -> Result<()> {
    ana.opens_the_chat().await?;
    ben.opens_the_chat().await
}

/// Several at once, in both directions; one that is declined, and one that is taken back.
async fn they_give_each_other_files(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        both_open_the_chat(&call).await?;
        let (large, small, none) = (made_up(2_500_000), made_up(77), made_up(0));
        let directory = scene.directory();
        let paths = [
            file_in(directory, "다리.bin", &large)?,
            file_in(directory, "small.txt", &small)?,
            file_in(directory, "empty.txt", &none)?,
        ];
        ana.gives(&[&paths[0], &paths[1], &paths[2]]).await?;
        for (name, bytes) in [("다리.bin", &large), ("small.txt", &small), ("empty.txt", &none)] {
            ben.sees_file(name, "is offered", DEADLINE, |file| file.text.contains("Save")).await?;
            let received = ben.takes(name).await?;
            ensure!(received == of(bytes), "{name}: {received:?} is not what was sent");
            ana.sees_file(name, "was sent", DEADLINE, |file| file.text.contains("Sent")).await?;
        }
        scene.photograph(ben, "received").await?;

        ben.gives(&[&paths[1]]).await?;
        ana.presses_at("small.txt", "Decline").await?;
        ben.sees_file("small.txt", "was declined", DEADLINE, |file| file.text.contains("Ana declined it"))
            .await?;
        ben.presses_at("small.txt", "Try again").await?;
        ensure!(ana.takes("small.txt").await? == of(&small), "the second time it is another");

        ben.gives(&[&paths[0]]).await?;
        ana.sees_file("다리.bin", "is offered", DEADLINE, |file| file.text.contains("Save")).await?;
        ben.presses_at("다리.bin", "Cancel transfer").await?;
        ana.sees_file("다리.bin", "was taken back", DEADLINE, |file| {
            file.text.contains("Ben cancelled it")
        })
        .await?;
        ana.has_no_complaints().await?;
        ben.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn chromium_and_firefox_give_each_other_files() {
    they_give_each_other_files(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn firefox_and_chromium_give_each_other_files() {
    they_give_each_other_files(Kind::Firefox, Kind::Chromium).await;
}

/// Bytes that this page has handed to the channels of files.
async fn count_what_is_sent(person: &Person) -> Result<()> {
    let script = "const send = RTCDataChannel.prototype.send; window.__sent = 0; \
        RTCDataChannel.prototype.send = function (what) { \
            if (this.label === 'ojak-files') window.__sent += what.byteLength; return send.call(this, what) }";
    person.evaluate(script, []).await
}

async fn a_file_goes_on_where_it_was(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        both_open_the_chat(&call).await?;
        let bytes = made_up(48 << 20);
        let path = file_in(scene.directory(), "big.bin", &bytes)?;
        count_what_is_sent(ana).await?;
        ana.gives(&[&path]).await?;
        ben.keeps_what_can_be_saved().await?;
        ben.presses_at("big.bin", "Save").await?;
        let is_under_way = |percent: Option<u32>| percent.is_some_and(|percent| (5..95).contains(&percent));
        ben.sees_file("big.bin", "is under way", PATIENCE, |file| is_under_way(file.percent)).await?;
        scene.photograph(ben, "under way").await?;
        // A page is told nothing of a connection that it closes itself; this is done to it from outside.
        let close = "for (const c of __e2e.connections) c.close(); return __e2e.connections.length";
        let before: u32 = ana.evaluate(close, []).await?;
        let received = ben.has_received("big.bin", PATIENCE).await?;
        ensure!(received == of(&bytes), "{received:?} is not what was sent");
        ana.sees_file("big.bin", "was sent", DEADLINE, |file| file.text.contains("Sent")).await?;
        let (after, sent): (u32, u64) =
            ana.evaluate("return [__e2e.connections.length, window.__sent]", []).await?;
        ensure!(after > before, "the connection was not replaced");
        // Twice the window, for what was under way, and the headers.
        let most = bytes.len() as u64 + (20 << 20);
        ensure!(sent < most, "{sent} bytes were sent for {}", bytes.len());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_of_chromium_goes_on_over_another_connection() {
    a_file_goes_on_where_it_was(Kind::Chromium, Kind::Firefox).await;
}

#[tokio::test]
#[ignore = "the other way round: `./x test long`"]
async fn a_file_of_firefox_goes_on_over_another_connection() {
    a_file_goes_on_where_it_was(Kind::Firefox, Kind::Chromium).await;
}

#[tokio::test]
async fn whoever_loads_the_page_again_is_offered_the_file_again() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Firefox, Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        both_open_the_chat(&call).await?;
        let bytes = made_up(24 << 20);
        let path = file_in(scene.directory(), "big.bin", &bytes)?;
        ana.gives(&[&path]).await?;
        ben.presses_at("big.bin", "Save").await?;
        ana.sees_file("big.bin", "is under way", PATIENCE, |file| {
            file.percent.is_some_and(|percent| percent > 0)
        })
        .await?;
        ben.browser().driver().refresh().await?;
        ben.is_in("connected").await?;
        ben.opens_the_chat().await?;
        ben.keeps_what_can_be_saved().await?;
        ben.presses_at("big.bin", "Save").await?;
        let received = ben.has_received("big.bin", PATIENCE).await?;
        ensure!(received == of(&bytes), "{received:?} is not what was sent");

        // And the file of whoever loads their page again is gone with it.
        ana.gives(&[&path]).await?;
        ben.sees_file("big.bin", "is offered", DEADLINE, |file| file.text.contains("Wants to send")).await?;
        ana.browser().driver().refresh().await?;
        ben.sees_file("big.bin", "is gone", DEADLINE, |file| file.text.contains("Ana loaded the page again"))
            .await?;
        Ok(())
    })
    .await;
}

/// A file that is dragged over the call and dropped, and one that is pasted, as the browser tells the page of it. Firefox
/// lets nobody make up what is in the clipboard.
#[tokio::test]
async fn files_are_dropped_and_pasted() {
    Scene::play(&[], async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        for (giver, taker, kind) in [(ben, ana, "drop"), (ana, ben, "paste")] {
            let script = "const data = new DataTransfer(); data.items.add(new File(['by ' + arguments[0]], arguments[0] + '.txt')); \
                const at = document.querySelector('.stage'); const drag = (type) => at.dispatchEvent(new DragEvent(type, \
                    { dataTransfer: data, bubbles: true, cancelable: true })); \
                if (arguments[0] === 'paste') { at.dispatchEvent(new ClipboardEvent('paste', \
                    { clipboardData: data, bubbles: true, cancelable: true })); return true } \
                return !drag('dragover')";
            ensure!(giver.evaluate::<bool>(script, [kind.into()]).await?, "the browser would open the file");
            if kind == "drop" {
                let shown = "return !!document.querySelector('.drop-target')";
                ojak_e2e::until("it is said where to drop it", async || {
                    ensure!(giver.evaluate::<bool>(shown, []).await?, "it is not");
                    Ok(())
                })
                .await?;
                scene.photograph(giver, "drop").await?;
                let script = script.replace("drag('dragover')", "drag('drop')");
                giver.evaluate::<bool>(&script, [kind.into()]).await?;
                ensure!(!giver.evaluate::<bool>(shown, []).await?, "the target stays");
            }
            let name = format!("{kind}.txt");
            giver.sees_file(&name, "is offered", DEADLINE, |_| true).await?;
            taker.opens_the_chat().await?;
            let received = taker.takes(&name).await?;
            ensure!(received == of(format!("by {kind}").as_bytes()), "{received:?}");
        }
        Ok(())
    })
    .await;
}
