//! A person who has a keyboard and no pointer: what the focus is on, and that it can be told by looking.

use crate::page::{Person, label};
use crate::wait::until;
use crate::words::Role;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use thirtyfour::{Key, TypingData};

/// No screen has so many things to stop at.
const STOPS_MAX: usize = 60;

/// What has the focus.
#[derive(Clone, Debug)]
pub struct Focused {
    /// Its accessible name, as the browser computes it.
    pub name: String,
    look: Look,
}

#[derive(Clone, Debug, Deserialize)]
struct Look {
    /// Its element, and its role if it is another than that of the element.
    what: String,
    /// Whether it is on the screen with nothing over it.
    seen: bool,
    /// Whether a line round it says that it has the focus.
    marked: bool,
    /// Whether something is done with it. Other things have the focus to be read out.
    used: bool,
    /// The roles it may have.
    matches: bool,
}

/// A line round the element, round the field it lies in, or round what is drawn in place of it. `arguments[0]` is what
/// it is expected to be.
const LOOK: &str = "
    const e = document.activeElement;
    if (!e || e === document.body || e === document.documentElement) return null;
    const { x, y, width, height } = e.getBoundingClientRect();
    const over = document.elementFromPoint(x + width / 2, y + height / 2);
    const round = [e, e.closest('.control'), e.closest('label'), e.nextElementSibling].filter(Boolean);
    const line = (of) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(of);
        return (outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor))
            || boxShadow.includes('0px 0px 0px 2px');
    };
    return {
        what: [e.localName, e.getAttribute('role') || ''].join(' ').trim(),
        seen: width > 0 && height > 0 && !!over && (e.contains(over) || over.contains(e) || e.closest('label')?.contains(over)),
        marked: round.some(line),
        used: e.matches('button, a, input, select, textarea, [role=menuitem], [role=tab], [role=tabpanel]'),
        matches: e.matches(arguments[0]),
    };";

impl Person {
    /// Presses this on whatever has the focus.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn presses(&self, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.browser().driver().action_chain().send_keys(keys).perform().await?)
    }

    /// Goes back by one stop.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn tabs_back(&self) -> Result<()> {
        let chain = self.browser().driver().action_chain();
        Ok(chain.key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift).perform().await?)
    }

    /// What has the focus now, which is to be seen, and told by looking if something is done with it.
    ///
    /// # Errors
    /// When nothing has it, or it cannot be told.
    pub async fn focused(&self) -> Result<Focused> {
        self.focused_like("*").await
    }

    /// Waits for it, for what marks it comes in a moment, and so does what takes the focus when something went.
    async fn focused_like(&self, selector: &str) -> Result<Focused> {
        until(&format!("{} can tell what has the focus", self.who()), async || self.look(selector).await)
            .await
    }

    async fn look(&self, selector: &str) -> Result<Focused> {
        let look: Option<Look> = self.evaluate(LOOK, [selector.into()]).await?;
        let look = look.with_context(|| format!("nothing on the page of {} has the focus", self.who()))?;
        let name = label(&self.browser().driver().active_element().await?).await?;
        let focused = Focused { name, look };
        ensure!(!focused.name.is_empty(), "what has the focus has no name: {focused:?}");
        ensure!(focused.look.seen, "what has the focus is not to be seen: {focused:?}");
        ensure!(focused.look.marked || !focused.look.used, "nothing says that it has the focus: {focused:?}");
        Ok(focused)
    }

    /// Waits until the focus is on what has this name.
    ///
    /// # Errors
    /// When it is not in time, or cannot be told.
    pub async fn is_at(&self, name: &str) -> Result<()> {
        until(&format!("the focus of {} is on {name:?}", self.who()), async || {
            let focused = self.focused().await?;
            ensure!(focused.name == name, "it is on {focused:?}");
            Ok(())
        })
        .await
    }

    /// Goes on with Tab until the focus is on the thing of this role and name. Every stop on the way is to be told.
    ///
    /// # Errors
    /// When it is not on the way.
    pub async fn tabs_to(&self, role: Role, name: &str) -> Result<()> {
        let mut stops = Vec::new();
        for _ in 0..STOPS_MAX {
            self.presses(Key::Tab).await?;
            // Behind the last stop the focus is on the browser's own things for a moment.
            if self.evaluate::<bool>("return document.activeElement === document.body", []).await? {
                stops.push("the browser".to_owned());
                continue;
            }
            let focused = self.focused_like(role.selector()).await?;
            if focused.name == name && focused.look.matches {
                return Ok(());
            }
            stops.push([focused.look.what, focused.name].join(" "));
        }
        bail!("no {role:?} {name:?} among the stops of {}: {stops:?}", self.who())
    }
}
