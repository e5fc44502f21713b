//! What keeps people out of a page, as far as a program can find it: axe-core, by the rules of WCAG 2.2 AA.

use crate::page::Person;
use crate::process;
use crate::setup::{Kind, Theme};
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Finds out what is against the rules that have one of these tags, and says of each what it is and where.
const RUN: &str = "return (async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations, passes } = await axe.run(document, {
        runOnly: { type: 'tag', values: tags },
        rules: { 'target-size': { enabled: true } },
        resultTypes: ['violations', 'passes'],
    });
    if (passes.length < 5) return ['axe has looked at nothing'];
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html, any, all, none }) =>
        `${id} (${help}): ${target.join(' ')}: ${html.slice(0, 160)}: `
        + [...any, ...all, ...none].map(({ message }) => message).join('; ')));
})()";

impl Person {
    /// Fails if anything is found on the page, as it is now, that keeps somebody from using it; in both themes where
    /// the browser can be told which. `screen` says what is looked at.
    ///
    /// # Errors
    /// When something is found; says what and where.
    pub async fn has_no_barriers(&self, screen: &str) -> Result<()> {
        if !self.evaluate::<bool>("return Boolean(window.axe)", []).await? {
            let axe = process::find_npm("axe-core/axe.min.js")?;
            let axe = std::fs::read_to_string(&axe).with_context(|| axe.display().to_string())?;
            self.evaluate::<Value>(&axe, []).await?;
        }
        let themes: &[_] = match self.browser().kind() {
            Kind::Chromium => &[Some(Theme::Light), Some(Theme::Dark)],
            Kind::Firefox => &[None],
        };
        for theme in themes {
            if let Some(theme) = theme {
                self.browser().prefer(*theme).await?;
            }
            self.settles().await?;
            let found: Vec<String> = self.evaluate(RUN, []).await?;
            let (who, theme) = (self.who(), theme.map_or("its", Theme::name));
            ensure!(
                found.is_empty(),
                "{screen} of {who} in {theme} theme has {} barriers:\n{}",
                found.len(),
                found.join("\n")
            );
        }
        Ok(())
    }

    /// Waits until nothing moves any more but what moves for ever, and the last style is painted.
    ///
    /// # Errors
    /// When something goes on moving.
    pub async fn settles(&self) -> Result<()> {
        let script = "return (async () => {
            await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
            return document.getAnimations().filter((animation) => animation.playState === 'running'
                && animation.effect?.getComputedTiming().iterations !== Infinity).length;
        })()";
        until(&format!("nothing moves on the page of {}", self.who()), async || {
            let moving: u32 = self.evaluate(script, []).await?;
            ensure!(moving == 0, "{moving} animations run");
            Ok(())
        })
        .await
    }
}
