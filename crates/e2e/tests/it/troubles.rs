//! What cameras and microphones do to people: plugged out, taken by a phone call, silent, refused. Played by doubles at
//! the browser's own door, in a real browser; what the call makes of it is told by tables in `call`.

mod refused;
mod vanishing;

use anyhow::{Result, ensure};
use ojak_e2e::{Kind, Person, Setup, until};
use serde_json::Value;

/// A browser whose devices can be plugged in and out: `__bench` in its page.
fn bench() -> Setup {
    Setup::new(Kind::Chromium).with_preload(include_str!("troubles/bench.js"))
}

/// Does something to the devices of `person`.
async fn does(person: &Person, what: &str) -> Result<()> {
    person.evaluate::<Value>(what, []).await.map(drop)
}

/// Waits until `script` is true in the page of `person`.
async fn holds(person: &Person, script: &str) -> Result<()> {
    until(&format!("for {}: {script}", person.who()), async || {
        ensure!(person.evaluate::<bool>(&format!("return {script}"), []).await?, "it is not so");
        Ok(())
    })
    .await
}

/// Waits until `witness` is shown this of `peer`.
async fn is_shown(witness: &Person, peer: &str, camera: &str, microphone: &str) -> Result<()> {
    until(&format!("{} is shown what {peer} has", witness.who()), async || {
        let tile = witness.tile(peer).await?;
        ensure!(tile.camera == camera && tile.microphone == microphone, "{tile:?}");
        ensure!(tile.avatar == (camera == "off"), "{tile:?}");
        Ok(())
    })
    .await
}
