//! A recording of the call: a file that plays, and nobody who does not know of it.

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

async fn is_recorded(scene: &Scene, call: &Couple, from: &str) -> Result<()> {
    let (ana, ben) = (&call.ana, &call.ben);
    ana.sees_and_hears(&call.ben_id).await?;
    opens_more_and_chooses(ana, "Record").await?;
    ben.hears_that(&["Ana is recording the call"]).await?;
    until("Ben sees that it runs", async || {
        ensure!(ben.text().await?.contains("Ana is recording the call"), "he does not");
        Ok(())
    })
    .await?;
    until("it has run for a while", async || {
        let clock: String = ana
            .evaluate("return document.querySelector('.info-recording [role=timer]')?.textContent ?? ''", [])
            .await?;
        ensure!(clock.as_str() >= "00:04", "{clock:?}");
        Ok(())
    })
    .await?;
    ana.click("Stop recording").await?;
    ana.hears_that(&["Recording saved"]).await?;
    ben.hears_that(&["Ana stopped recording"]).await?;

    let file = keeps(scene, ana, from).await?;
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
    ana.has_no_complaints().await
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
