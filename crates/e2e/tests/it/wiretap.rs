//! What people say and show to each other is none of the server's business. Everything that it hears and says is read
//! on the wire, and none of it may be there.
//!
//! A new feature adds what its people say to [`Secrets`], and says it in `everything_is_said`.

use anyhow::{Result, ensure};
use ojak_e2e::chat::file_in;
use ojak_e2e::{Couple, DEADLINE, Kind, Scene, until};
use std::path::Path;

/// What only the two of them may know.
const SECRETS: [&str; 5] = [
    "the bridge at nine",
    "까치가 다리를 놓아요",
    "the-magpies-of-namwon",
    "What is in the file is as secret as its name.",
    "answered in Firefox",
];

async fn everything_is_said(call: &Couple, directory: &Path) -> Result<()> {
    let (ana, ben) = (&call.ana, &call.ben);
    let [first, korean, name, inside, answer] = SECRETS;
    ana.opens_the_chat().await?;
    ben.opens_the_chat().await?;
    ana.says(first).await?;
    ben.reads_exactly(&[first]).await?;
    ben.says(answer).await?;
    ana.says(korean).await?;
    ben.reads_exactly(&[first, answer, korean]).await?;

    let name = format!("{name}.txt");
    let file = file_in(directory, &name, inside.as_bytes())?;
    ana.gives(&[&file]).await?;
    ben.takes(&name).await?;
    ana.sees_file(&name, "was sent", DEADLINE, |file| file.text.contains("Sent")).await?;

    // What is switched on.
    ana.click(ana.words().microphone).await?;
    until("Ben is shown that Ana is muted", async || {
        let tile = ben.tile(&call.ana_id).await?;
        ensure!(tile.microphone == "off", "{tile:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_server_hears_nothing_of_what_people_say_to_each_other() {
    Scene::play_overheard(async |scene| {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        everything_is_said(&call, scene.directory()).await?;

        let server = scene.server();
        let tap = server.tap();
        // So that one knows that it listens: this is what the server has to know.
        for known in ["seventh-evening", r#""name":"Ana""#, r#""name":"Ben""#, "a=fingerprint", &*call.ana_id]
        {
            ensure!(tap.heard_of(known), "the tap has not heard {known:?}");
        }
        for secret in SECRETS {
            ensure!(!tap.heard_of(secret), "the server has heard {secret:?}");
        }
        // Whether somebody is muted has no text of its own.
        for word in [
            r#""microphone":"#,
            r#""type":"status""#,
            r#""type":"chat"#,
            r#""type":"file"#,
            r#""type":"hello""#,
        ] {
            ensure!(!tap.heard().iter().any(|text| text.contains(word)), "the server has heard {word}");
        }
        Ok(())
    })
    .await;
}
