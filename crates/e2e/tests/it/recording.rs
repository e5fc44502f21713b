//! A recording of the call: a file that plays, and nobody who does not know of it.

use crate::together::{SHARE, has_a_screen, hears_screen, sees_no_screen, sees_screen};
use anyhow::{Context, Result, anyhow, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ojak_e2e::{Couple, Kind, Person, Role, Scene, Setup, until};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// As if the person had chosen a file; what is written into it stays with the page.
const CHOOSES_A_FILE: &str = "window.showSaveFilePicker = async ({ suggestedName }) => {
    const folder = await navigator.storage.getDirectory();
    window.chosen = await folder.getFileHandle(suggestedName, { create: true });
    return window.chosen;
};";
/// As if the browser's folder for downloads were in the page.
const HAS_NO_FILES: &str = "delete window.showSaveFilePicker;
const click = HTMLAnchorElement.prototype.click;
const create = URL.createObjectURL;
URL.createObjectURL = (blob) => { window.saved = blob; return create.call(URL, blob); };
HTMLAnchorElement.prototype.click = function () { if (!this.download) click.call(this); };";
/// Seconds that are recorded at least.
const SECONDS: f64 = 3.0;

#[derive(Deserialize)]
struct Probe {
    streams: Vec<Stream>,
}

#[derive(Deserialize)]
struct Stream {
    codec_type: String,
    nb_read_frames: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

/// What `ffprobe` finds in it, once every frame was decoded.
fn probe(file: &Path) -> Result<Vec<Stream>> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-count_frames", "-show_streams", "-of", "json"]).arg(file);
    let output = ffprobe.output().context("ffprobe")?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && complaints.is_empty(), "ffprobe says {complaints}");
    Ok(serde_json::from_slice::<Probe>(&output.stdout)?.streams)
}

/// Keeps what `from` is in the page as a file.
async fn keeps(scene: &Scene, person: &Person, from: &str) -> Result<PathBuf> {
    let script = format!(
        "return (async () => {{ const blob = {from}; const bytes = new Uint8Array(await blob.arrayBuffer()); \
         let text = ''; for (let i = 0; i < bytes.length; i += 32768) \
         text += String.fromCharCode(...bytes.subarray(i, i + 32768)); return btoa(text); }})()"
    );
    let text: String = person.evaluate(&script, []).await?;
    let path = scene.directory().join("recording");
    std::fs::write(&path, STANDARD.decode(text).map_err(|error| anyhow!("{error}"))?)?;
    Ok(path)
}

async fn opens_more_and_chooses(person: &Person, item: &str) -> Result<()> {
    person.click("More").await?;
    until(&format!("the menu has {item:?}"), async || {
        Ok(person.find_now(Role::MenuItem, item, "html").await?.click().await?)
    })
    .await
}

/// Ana begins to record, and both know it.
async fn begins(call: &Couple) -> Result<()> {
    let (ana, ben) = (&call.ana, &call.ben);
    opens_more_and_chooses(ana, "Record").await?;
    ben.hears_that(&["Ana is recording the call"]).await?;
    until("Ben sees that it runs", async || {
        ensure!(ben.text().await?.contains("Ana is recording the call"), "he does not");
        Ok(())
    })
    .await
}

/// Seconds that it has run for.
async fn recorded(person: &Person) -> Result<u32> {
    let clock: String = person
        .evaluate("return document.querySelector('.info-recording [role=timer]')?.textContent ?? ''", [])
        .await?;
    let (minutes, seconds) = clock.split_once(':').with_context(|| format!("{clock:?}"))?;
    Ok(minutes.parse::<u32>()? * 60 + seconds.parse::<u32>()?)
}

async fn goes_on_for(seconds: u32, person: &Person) -> Result<()> {
    let before = recorded(person).await?;
    until(&format!("it has run for {seconds} seconds more"), async || {
        let now = recorded(person).await?;
        ensure!(now >= before + seconds, "{before} then {now}");
        Ok(())
    })
    .await
}

/// Ana ends it, and what `from` is in her page is kept as a file.
async fn ends(scene: &Scene, call: &Couple, from: &str) -> Result<PathBuf> {
    call.ana.click("Stop recording").await?;
    call.ana.hears_that(&["Recording saved"]).await?;
    call.ben.hears_that(&["Ana stopped recording"]).await?;
    keeps(scene, &call.ana, from).await
}

async fn is_recorded(scene: &Scene, call: &Couple, from: &str) -> Result<()> {
    call.ana.sees_and_hears(&call.ben_id).await?;
    begins(call).await?;
    goes_on_for(4, &call.ana).await?;
    let file = ends(scene, call, from).await?;
    let streams = probe(&file)?;
    let frames = |kind: &str| {
        let stream = streams.iter().find(|stream| stream.codec_type == kind);
        stream.and_then(|stream| stream.nb_read_frames.as_deref()?.parse::<f64>().ok()).unwrap_or_default()
    };
    let picture = streams.iter().find(|stream| stream.codec_type == "video").context("no picture")?;
    ensure!(
        (picture.width, picture.height) == (Some(1280), Some(720)),
        "{:?}",
        (picture.width, picture.height)
    );
    ensure!(frames("video") >= SECONDS * 5.0, "{} pictures", frames("video"));
    // A frame of Opus is 20 ms, or 60 at most; one of AAC is 21.
    ensure!(frames("audio") >= SECONDS * 15.0, "{} frames of sound", frames("audio"));
    let (brightest, loudest) = (brightest(&file)?, loudest(&file)?);
    ensure!(brightest > 60.0, "the brightest picture has a mean luma of {brightest}");
    ensure!(loudest > -50.0, "the loudest moment is at {loudest} dB");
    call.ana.has_no_complaints().await
}

/// Mean luma of the brightest picture, 0 to 255.
fn brightest(file: &Path) -> Result<f64> {
    measure(file, "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-", "-vf", "YAVG=")
}

/// The loudest moment, in decibels of full scale.
fn loudest(file: &Path) -> Result<f64> {
    let filter = "astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.Peak_level:file=-";
    measure(file, filter, "-af", "Peak_level=")
}

/// So often it is looked at what is seen and heard in a file.
const LOOKS_PER_SECOND: usize = 5;

/// How much of each picture is of this colour, of red, green and blue, from 0 to 1.
fn shares_of(file: &Path, is_it: fn([u8; 3]) -> bool) -> Result<Vec<f64>> {
    const SIZE: (usize, usize) = (320, 180);
    let filter = format!("fps={LOOKS_PER_SECOND},scale={}:{}", SIZE.0, SIZE.1);
    let bytes = decode(file, &["-vf", &filter, "-pix_fmt", "rgb24", "-f", "rawvideo"])?;
    let share = |picture: &[u8]| {
        let pixels = picture.as_chunks::<3>().0;
        pixels.iter().filter(|&&pixel| is_it(pixel)).count() as f64 / pixels.len() as f64
    };
    Ok(bytes.chunks_exact(SIZE.0 * SIZE.1 * 3).map(share).collect())
}

/// How loud it is from one look to the next, in decibels of full scale.
fn loudness(file: &Path) -> Result<Vec<f64>> {
    const RATE: usize = 8000;
    let bytes = decode(file, &["-ac", "1", "-ar", &RATE.to_string(), "-f", "s16le"])?;
    let decibels = |piece: &[u8]| {
        let samples = piece.as_chunks::<2>().0;
        let energy: f64 =
            samples.iter().map(|&sample| (f64::from(i16::from_le_bytes(sample)) / 32768.0).powi(2)).sum();
        10.0 * (energy / samples.len() as f64).log10()
    };
    Ok(bytes.chunks_exact(RATE / LOOKS_PER_SECOND * 2).map(decibels).collect())
}

/// What `ffmpeg` makes of it.
fn decode(file: &Path, into: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(into)
        .arg("-")
        .output()
        .context("ffmpeg")?;
    ensure!(output.status.success(), "ffmpeg says {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// The largest figure that a filter of `ffmpeg` prints behind `key`.
fn measure(file: &Path, filter: &str, flag: &str, key: &str) -> Result<f64> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args([flag, filter, "-f", "null", "-"])
        .output()
        .context("ffmpeg")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures = text.lines().filter_map(|line| line.split_once(key)?.1.parse::<f64>().ok());
    figures.filter(|figure| figure.is_finite()).reduce(f64::max).context("ffmpeg measured nothing")
}

#[tokio::test]
async fn a_recording_is_written_into_the_file_that_was_chosen() {
    Scene::play(&[], async |scene| {
        let chooses = Setup::new(Kind::Chromium).with_preload(CHOOSES_A_FILE);
        let call = scene.couple(chooses, Kind::Firefox).await?;
        is_recorded(scene, &call, "await window.chosen.getFile()").await
    })
    .await;
}

#[tokio::test]
async fn a_recording_is_saved_at_the_end_where_no_file_can_be_chosen() {
    Scene::play(&[], async |scene| {
        let has_none = Setup::new(Kind::Chromium).with_preload(HAS_NO_FILES);
        let call = scene.couple(has_none, Kind::Chromium).await?;
        is_recorded(scene, &call, "window.saved").await
    })
    .await;
}

/// Nobody speaks, so that only the screens are heard: first Ana's own, which she sees small, and then Ben's.
#[tokio::test]
async fn a_screen_that_is_shared_meanwhile_is_seen_and_heard_in_the_recording() {
    Scene::play(&[], async |scene| {
        let chooses = Setup::new(Kind::Chromium).with_preload(CHOOSES_A_FILE);
        let call = scene.couple(chooses, Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        has_a_screen(ana, "#f00", 10).await?;
        has_a_screen(ben, "#00f", 10).await?;
        for person in [ana, ben] {
            person.click(person.words().microphone).await?;
            person.becomes(person.words().microphone, false).await?;
        }
        begins(&call).await?;
        goes_on_for(2, ana).await?;
        for (person, other, sharer, is_red) in
            [(ana, ben, &call.ana_id, true), (ben, ana, &call.ben_id, false)]
        {
            person.click(SHARE).await?;
            sees_screen(other, sharer, is_red).await?;
            hears_screen(other, sharer).await?;
            goes_on_for(3, ana).await?;
            person.click("Stop").await?;
            sees_no_screen(other).await?;
        }
        goes_on_for(3, ana).await?;
        let file = ends(scene, &call, "await window.chosen.getFile()").await?;

        let red = shares_of(&file, |[red, green, blue]| red > 150 && green < 100 && blue < 100)?;
        let blue = shares_of(&file, |[red, green, blue]| blue > 150 && red < 100 && green < 100)?;
        let heard = loudness(&file)?;
        // Half of either is of its colour. Ana's is 76 × 44 pixels of her page, and Ben's nearly all of it.
        for (which, colour, least) in [("red", &red, 0.000_5), ("blue", &blue, 0.2)] {
            let is_seen: Vec<_> = colour.iter().map(|&share| share > least).collect();
            let count = is_seen.iter().filter(|&&is_seen| is_seen).count();
            ensure!(count >= 2 * LOOKS_PER_SECOND, "{which} is seen {count} times: {colour:?}");
            let meanwhile = heard.iter().zip(&is_seen).filter(|&(_, &is_seen)| is_seen);
            let loud = meanwhile.filter(|&(&decibels, _)| decibels > -30.0).count();
            ensure!(loud * 2 > count, "{which} is heard {loud} times of {count}: {heard:?}");
            for end in [&is_seen[..LOOKS_PER_SECOND], &is_seen[is_seen.len() - LOOKS_PER_SECOND..]] {
                ensure!(!end.contains(&true), "{which} is seen when nobody shares: {colour:?}");
            }
        }
        for end in [&heard[..LOOKS_PER_SECOND], &heard[heard.len() - LOOKS_PER_SECOND..]] {
            ensure!(end.iter().all(|&decibels| decibels < -50.0), "it is not quiet: {heard:?}");
        }
        ana.has_no_complaints().await
    })
    .await;
}

#[tokio::test]
async fn whoever_chooses_no_file_records_nothing() {
    Scene::play(&[], async |scene| {
        let refuses =
            "window.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError'); };";
        let call = scene.couple(Setup::new(Kind::Chromium).with_preload(refuses), Kind::Chromium).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        opens_more_and_chooses(ana, "Record").await?;
        // It can be wanted again, so what was wanted before is over.
        ana.click("More").await?;
        ana.find(Role::MenuItem, "Record").await?;
        ensure!(!ben.text().await?.contains("is recording"), "Ben is told of a recording");
        ensure!(!ana.text().await?.contains("can’t be written"), "Ana is told of a problem");
        ana.has_no_complaints().await
    })
    .await;
}
