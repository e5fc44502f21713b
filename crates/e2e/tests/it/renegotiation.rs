//! Negotiating again while a call is up, as recovery will have to. Ignored: see each test.

use anyhow::Result;
use futures_util::future::try_join;
use ojak_e2e::{Kind, Scene};

/// Both ask for new paths at once, so that their offers cross and the polite side rolls back.
async fn both_restart(first: Kind, second: Kind) {
    Scene::play(&[], async |scene| -> Result<()> {
        let call = scene.couple(first, second).await?;
        let (ana, ben) = (&call.ana, &call.ben);
        ben.sees_and_hears(&call.ana_id).await?;
        try_join(ana.restarts_ice(), ben.restarts_ice()).await?;
        for person in [ana, ben] {
            person.has_new_ice().await?;
        }
        ana.sees_and_hears(&call.ben_id).await?;
        ben.sees_and_hears(&call.ana_id).await
    })
    .await;
}

/// Chromium 156: whoever answered first and later rolls back an offer of their own, implicitly or not, sees a
/// frozen picture for good, while frames are still decoded. Four lines of bare API do the same: nothing that was
/// tried thaws it (a new stream, a new element, a clone, another direction).
#[tokio::test]
#[ignore = "a rollback freezes the picture in Chromium 156; recovery must do without rollbacks"]
async fn two_chromiums_restart_at_once() {
    both_restart(Kind::Chromium, Kind::Chromium).await;
}

#[tokio::test]
#[ignore = "as in Chromium, whenever it is the polite side"]
async fn chromium_and_firefox_restart_at_once() {
    both_restart(Kind::Chromium, Kind::Firefox).await;
}

/// Firefox 153: its new pairs of candidates succeed and none is ever nominated; nothing arrives, and both sides
/// say "connected". It happens when Firefox shows its addresses, which is when it may use a camera for good. The
/// other way round, and between two of a kind, it works.
#[tokio::test]
#[ignore = "Firefox 153 loses the media after an ICE restart by Chromium; recovery must notice by the bytes"]
async fn chromium_restarts_and_firefox_follows() {
    Scene::play(&[], async |scene| -> Result<()> {
        let call = scene.couple(Kind::Chromium, Kind::Firefox).await?;
        call.ben.sees(&call.ana_id).await?;
        call.ana.restarts_ice().await?;
        call.ana.has_new_ice().await?;
        call.ben.sees(&call.ana_id).await
    })
    .await;
}

#[tokio::test]
async fn firefox_restarts_and_chromium_follows() {
    Scene::play(&[], async |scene| -> Result<()> {
        let call = scene.couple(Kind::Firefox, Kind::Chromium).await?;
        call.ben.sees(&call.ana_id).await?;
        call.ana.restarts_ice().await?;
        call.ana.has_new_ice().await?;
        call.ben.sees_and_hears(&call.ana_id).await?;
        call.ana.sees_and_hears(&call.ben_id).await
    })
    .await;
}
