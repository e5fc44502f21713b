//! What people write and give to each other while their network is bad, and while it changes.

use super::{Again, Fault, Figure, Goal, Length, Stage, Unit, lasts};
use crate::chat::{file_in, made_up, sum_of};
use crate::page::Person;
use crate::setup::Kind::{Chromium, Firefox};
use crate::wait::{until, until_within};
use anyhow::{Result, ensure};
use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// After this, what is not there is not coming.
const PATIENCE: Duration = Duration::from_secs(180);

const WHOLE: &[Goal] = &[
    Goal::new("messages lost", Unit::Count).all(0.0),
    Goal::new("messages repeated", Unit::Count).all(0.0),
    Goal::new("messages out of the order of their author", Unit::Count).all(0.0),
    Goal::new("files that are not what was sent", Unit::Count).all(0.0),
];

pub(super) const WRITTEN: Fault = Fault {
    name: "chat-and-file",
    title: "chat and a file of 4 MiB: 30 % loss for 10 s, then Wi-Fi → LTE",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium)],
    short: 1,
    goals: WHOLE,
    again: Again::Others,
    act: |stage| Box::pin(written(stage)),
};

async fn written(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let (ana, ben) = (&*call.ana, &*call.ben);
    ana.opens_the_chat().await?;
    ben.opens_the_chat().await?;
    let bytes = made_up(4 << 20);
    let file = file_in(stage.scene.directory(), "bridge.bin", &bytes)?;

    let sufferer = if stage.round.is_multiple_of(2) { ana } else { ben };
    sufferer.site().lose(30)?;
    let began = Instant::now();
    ana.gives(&[&file]).await?;
    ben.keeps_what_can_be_saved().await?;
    ben.presses_at("bridge.bin", "Save").await?;
    let mut said = [Vec::new(), Vec::new()];
    for count in 0..40 {
        let (author, all) = if count % 2 == 0 { (ana, &mut said[0]) } else { (ben, &mut said[1]) };
        let text = format!("{} {count}", author.who());
        author.says(&text).await?;
        all.push(text);
        if count == 20 {
            lasts(Duration::from_secs(10).saturating_sub(began.elapsed())).await;
            sufferer.site().mend()?;
            sufferer.site().switch()?;
        }
    }
    let all: usize = said.iter().map(Vec::len).sum();
    for reader in [ana, ben] {
        // What is lost is counted below.
        let _ = until_within(PATIENCE, "everything is there", async || {
            let read = reader.reads().await?;
            ensure!(read.len() >= all, "{} of {all}", read.len());
            Ok(())
        })
        .await;
    }
    let received = ben.has_received("bridge.bin", PATIENCE).await?;
    let is_whole = received.size == bytes.len() as u64 && received.sum == sum_of(&bytes);

    let (mut lost, mut repeated, mut disordered) = (0, 0, 0);
    for reader in [ana, ben] {
        let read = reader.reads().await?;
        let distinct: HashSet<_> = read.iter().collect();
        repeated += read.len() - distinct.len();
        for of_author in &said {
            lost += of_author.iter().filter(|text| !distinct.contains(text)).count();
            let seen: Vec<_> =
                read.iter().filter_map(|text| of_author.iter().position(|said| said == text)).collect();
            disordered += seen.windows(2).filter(|pair| pair[0] > pair[1]).count();
        }
    }
    Ok(vec![
        Figure::count(WHOLE[0].figure, lost),
        Figure::count(WHOLE[1].figure, repeated),
        Figure::count(WHOLE[2].figure, disordered),
        Figure::count(WHOLE[3].figure, usize::from(!is_whole)),
    ])
}

const BOUNDED: &[Goal] = &[
    Goal::new("most memory that a browser took besides", Unit::Mebibytes)
        .all(256.0)
        .noted("1 GiB passes through it"),
    Goal::new("time for it", Unit::Seconds),
];

pub(super) const LARGE: Fault = Fault {
    name: "large-file",
    title: "a file of 1 GiB",
    pairs: &[(Chromium, Firefox), (Firefox, Chromium)],
    // Not among the daily ones before it has been seen to pass.
    short: 0,
    goals: BOUNDED,
    again: Again::Others,
    act: |stage| Box::pin(large(stage)),
};

async fn large(stage: &Stage<'_>) -> Result<Vec<Figure>> {
    let call = stage.call()?;
    let (ana, ben) = (&*call.ana, &*call.ben);
    ana.opens_the_chat().await?;
    ben.opens_the_chat().await?;
    let parts = if stage.length == Length::Short { 6 } else { 64 };
    // Sixteen MiB, again and again, each time with its number in front.
    let mut part = made_up(16 << 20);
    let path = stage.scene.directory().join("large.bin");
    let mut file = File::create(&path)?;
    let mut sum = 0x811c_9dc5;
    for number in 0..parts {
        part[..4].copy_from_slice(&u32::to_le_bytes(number));
        file.write_all(&part)?;
        sum = part.chunks_exact(4).fold(sum, |sum: u32, word| {
            (sum ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]])).wrapping_mul(0x0100_0193)
        });
    }
    drop(file);
    // Where the browser would ask a person for a place, it is given one: nobody is there to be asked.
    let answer = "if (window.showSaveFilePicker) window.showSaveFilePicker = async () => \
        (await navigator.storage.getDirectory()).getFileHandle('picked.bin', { create: true })";
    ben.evaluate::<()>(answer, []).await?;
    let before = [ana, ben].map(|person| person.browser().memory());
    ana.gives(&[&path]).await?;
    ben.keeps_what_can_be_saved().await?;
    ben.presses_at("large.bin", "Save").await?;
    let began = Instant::now();
    let mut most = [0; 2];
    let deadline = Duration::from_secs(if stage.length == Length::Short { 180 } else { 1800 });
    until_within(deadline, "the file is there", async || {
        for (most, person) in most.iter_mut().zip([ana, ben]) {
            *most = person.browser().memory().max(*most);
        }
        let files = ben.files().await?;
        ensure!(files.iter().any(|file| file.saved), "{files:?}");
        Ok(())
    })
    .await?;
    let took = began.elapsed();
    let received = ben.has_received("large.bin", Duration::from_secs(60)).await?;
    ensure!(received.size == u64::from(parts) * (16 << 20), "{received:?}");
    ensure!(received.sum == sum, "it is not what was sent");
    std::fs::remove_file(&path)?;
    until("it is said to be sent", async || is_sent(ana).await).await?;
    let beyond =
        most.iter().zip(before).map(|(most, before)| most.saturating_sub(before)).max().unwrap_or_default();
    Ok(vec![
        Figure { name: BOUNDED[0].figure, value: beyond as f64 / f64::from(1 << 20) },
        Figure::seconds(BOUNDED[1].figure, took),
    ])
}

async fn is_sent(person: &Person) -> Result<()> {
    let files = person.files().await?;
    ensure!(files.iter().any(|file| file.text.contains("Sent")), "{files:?}");
    Ok(())
}
