//! Pictures of every screen, to be looked at: in `target/screens/`, in both languages, both themes and several sizes.
//!
//! Each is taken when nothing moves any more, and fails where something is wider than the window: what a person would
//! have to scroll for sideways is nowhere.

mod call;
mod chat;
mod crowd;
mod during;
mod lobby;
mod names;
mod pages;
mod readme;

use anyhow::{Context, Result, ensure};
use ojak_e2e::portrait::{Canvas, Portrait, Voice};
use ojak_e2e::{Kind, Language, Person, Setup, Theme, Viewport, until};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use thirtyfour::By;

/// Where everybody meets.
const ROOM: &str = "seventh-evening";

/// The sizes that every screen is seen in.
const USUAL: [Viewport; 2] = [Viewport::Desktop, Viewport::Phone];
/// Those that some are seen in besides.
const ODD: [Viewport; 3] = [Viewport::Sideways, Viewport::Narrow, Viewport::Zoomed];

/// The pictures in one language.
struct Album {
    language: Language,
    into: PathBuf,
}

impl Album {
    fn of(language: Language) -> Result<Self> {
        let into = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screens");
        std::fs::create_dir_all(&into)?;
        Ok(Self { language, into })
    }

    /// A browser in this language, with `portrait` before its camera.
    fn drawn(&self, portrait: Portrait, voice: Voice, canvas: Canvas) -> (&'static str, Setup) {
        let setup = portrait.in_front_of(self.plain(), voice, canvas);
        (portrait.name(self.language), setup)
    }

    /// A browser in this language, with nobody before its camera.
    fn plain(&self) -> Setup {
        Setup::new(Kind::Chromium).speaking(self.language)
    }

    /// Keeps what `person` sees in the usual sizes, light and dark.
    async fn take(&self, person: &Person, screen: &str) -> Result<()> {
        self.take_each(person, screen, async || Ok(())).await
    }

    /// The same, and light and dark by turns in the odd sizes.
    async fn take_all(&self, person: &Person, screen: &str) -> Result<()> {
        self.take(person, screen).await?;
        for (viewport, theme) in ODD.into_iter().zip([Theme::Dark, Theme::Light, Theme::Dark]) {
            self.take_one(person, screen, viewport, theme, async || Ok(())).await?;
        }
        person.browser().resize(Viewport::Desktop).await
    }

    /// As [`take`](Self::take), with something to be done before each picture: for what is not there for long.
    async fn take_each(
        &self,
        person: &Person,
        screen: &str,
        mut before: impl AsyncFnMut() -> Result<()>,
    ) -> Result<()> {
        for viewport in USUAL {
            for theme in [Theme::Dark, Theme::Light] {
                self.take_one(person, screen, viewport, theme, &mut before).await?;
            }
        }
        person.browser().resize(Viewport::Desktop).await
    }

    async fn take_one(
        &self,
        person: &Person,
        screen: &str,
        viewport: Viewport,
        theme: Theme,
        mut before: impl AsyncFnMut() -> Result<()>,
    ) -> Result<()> {
        let browser = person.browser();
        browser.resize(viewport).await?;
        browser.prefer(theme).await?;
        before().await?;
        let suffix = if self.language == Language::Korean { "-ko" } else { "" };
        let name = format!("{screen}-{}-{}{suffix}", viewport.name(), theme.name());
        settles(person).await.with_context(|| name.clone())?;
        std::fs::write(
            self.into.join(&name).with_extension("png"),
            browser.driver().screenshot_as_png().await?,
        )?;
        fits(person).await.with_context(|| name)
    }
}

/// Waits until nothing moves any more but the spinners, and the last style is painted.
pub(crate) async fn settles(person: &Person) -> Result<()> {
    until("the page has settled", async || {
        let script = "await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))); \
                      return document.getAnimations().filter((a) => a.playState === 'running' \
                      && a.effect?.getComputedTiming().iterations !== Infinity).length";
        let moving: u32 = person.evaluate(&format!("return (async () => {{ {script} }})()"), []).await?;
        ensure!(moving == 0, "{moving} animations run");
        Ok(())
    })
    .await
}

/// Fails if the page, or something to be pressed, is wider than the window.
async fn fits(person: &Person) -> Result<()> {
    let script = "const root = document.documentElement;
        const wide = root.scrollWidth > innerWidth ? [`the page: ${root.scrollWidth} of ${innerWidth}`] : [];
        const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
        for (const e of document.querySelectorAll('button, a, input, select')) {
            if (!e.checkVisibility({ visibilityProperty: true }) || scrolls(e)) continue;
            const { left, right, width } = e.getBoundingClientRect();
            if (width > 1 && (left < -1 || right > innerWidth + 1))
                wide.push(`${e.getAttribute('aria-label') || e.innerText || e.id}: ${left} to ${right}`);
        }
        return wide";
    let wide: Vec<String> = person.evaluate(script, []).await?;
    ensure!(wide.is_empty(), "wider than the window: {wide:?}");
    Ok(())
}

/// Clicks what `selector` names.
async fn press(person: &Person, selector: &str) -> Result<()> {
    until(&format!("{} presses {selector}", person.who()), async || {
        Ok(person.browser().driver().find(By::Css(selector)).await?.click().await?)
    })
    .await
}

/// Waits until `selector` names something that is to be seen.
async fn appears(person: &Person, selector: &str) -> Result<()> {
    until(&format!("{} sees {selector}", person.who()), async || {
        let script = "return !!document.querySelector(arguments[0])?.checkVisibility()";
        ensure!(person.evaluate::<bool>(script, [json!(selector)]).await?, "there is none");
        Ok(())
    })
    .await
}

/// Closes whatever is announced, so that it is in no picture.
async fn reads_announcements(person: &Person) -> Result<()> {
    person
        .evaluate::<Value>("for (const e of document.querySelectorAll('.toast .btn-icon')) e.click()", [])
        .await
        .map(drop)
}
