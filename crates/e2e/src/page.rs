//! A person in front of a page: finds things by what they are and what they are called, and uses them.

use crate::browser::Browser;
use crate::lab::Site;
use crate::oracle;
use crate::server::Server;
use crate::setup::{Kind, Language};
use crate::wait::{DEADLINE, until, until_within};
use crate::words::{Role, Words};
use anyhow::{Context, Result, bail, ensure};
use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::Duration;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{ElementId, RequestData, SessionId, WebElement};

/// What a page shows of one person in the call.
#[derive(Clone, Debug, Deserialize)]
pub struct Tile {
    /// The id of the peer, or `self`.
    pub peer: String,
    /// `data-state`.
    pub state: String,
    /// `data-microphone`.
    pub microphone: String,
    /// `data-camera`.
    pub camera: String,
    /// Everything written on it.
    pub text: String,
    /// Its accessible name, as far as the page itself says it.
    pub name: String,
    /// Whether the picture is to be seen.
    pub video: bool,
    /// Whether the placeholder is to be seen, with no picture over it.
    pub avatar: bool,
}

/// A choice in a select.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Choice {
    /// Its value: a device id.
    pub value: String,
    /// Its text: what the device is called.
    pub text: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// Somebody with a browser of their own.
pub struct Person {
    who: String,
    browser: Browser,
    words: &'static Words,
    site: Option<Rc<Site>>,
}

impl Person {
    /// Somebody called `who` in front of `browser`, reading `language`; in the lab, at `site`.
    #[must_use]
    pub fn new(who: &str, browser: Browser, language: Language, site: Option<Rc<Site>>) -> Self {
        Self { who: who.into(), browser, words: Words::of(language), site }
    }

    /// Their network.
    ///
    /// # Panics
    /// Outside a lab.
    #[must_use]
    pub fn site(&self) -> &Site {
        self.site.as_deref().expect("only people in a lab have a network of their own")
    }

    /// What they are called, in the call and in the artefacts.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Their browser.
    #[must_use]
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// The names of things in their language.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.words
    }

    // ---- going somewhere

    /// Opens `address` and waits until the page says what it is.
    ///
    /// # Errors
    /// When it does not load.
    pub async fn visit(&self, address: &str) -> Result<()> {
        self.browser.driver().goto(address).await.with_context(|| format!("cannot open {address}"))?;
        until("the page has started", async || {
            let call = self.call().await?;
            ensure!(!call.is_empty(), "html has no data-call");
            Ok(())
        })
        .await
    }

    /// Opens the lobby of `path` (a room and options) and puts the oracle into it.
    ///
    /// # Errors
    /// When no lobby appears.
    pub async fn open_lobby(&self, server: &Server, path: &str) -> Result<()> {
        self.visit(&server.url(path)).await?;
        self.is_in("lobby").await?;
        self.install_oracle().await
    }

    /// Puts the oracle into the page as it is now.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn install_oracle(&self) -> Result<()> {
        self.evaluate::<Value>(oracle::INSTALL, []).await.map(drop)
    }

    /// Waits until the lobby shows the own picture.
    ///
    /// # Errors
    /// When it does not.
    pub async fn sees_own_preview(&self) -> Result<()> {
        until("the preview shows the own picture", async || {
            let playing = "const v = document.querySelector('video'); \
                           return !!v && v.videoWidth > 0 && v.currentTime > 0 && v.checkVisibility()";
            ensure!(self.evaluate::<bool>(playing, []).await?, "it does not play; {:?}", self.alerts().await);
            Ok(())
        })
        .await
    }

    /// Fills in the name and joins.
    ///
    /// # Errors
    /// When the lobby has no such things.
    pub async fn join(&self) -> Result<()> {
        self.type_into(self.words.your_name, &self.who).await?;
        self.press_join().await
    }

    /// Clicks the button that joins, whatever it says besides ("Join without camera").
    ///
    /// # Errors
    /// When there is none.
    pub async fn press_join(&self) -> Result<()> {
        until("a button to join", async || {
            let button =
                self.element("return document.querySelector('form button[type=submit]')", []).await?;
            let name = label(&button).await?;
            ensure!(
                name.contains(self.words.join),
                "the form's button is called {name:?}, not {:?}",
                self.words.join
            );
            Ok(button.click().await?)
        })
        .await
    }

    /// Opens the lobby of `room` and waits for the own picture.
    ///
    /// # Errors
    /// When one of these fails.
    pub async fn gets_ready(&self, server: &Server, room: &str) -> Result<()> {
        self.open_lobby(server, room).await?;
        self.sees_own_preview().await
    }

    /// The whole way into `room`: lobby, own picture, name, join; waits until they are in the call.
    ///
    /// # Errors
    /// When one of these fails.
    pub async fn enter(&self, server: &Server, room: &str) -> Result<()> {
        self.gets_ready(server, room).await?;
        self.join().await?;
        self.is_in_call().await
    }

    /// Waits until they are in the call, with others or alone.
    ///
    /// # Errors
    /// When they are not in time.
    pub async fn is_in_call(&self) -> Result<()> {
        until(&format!("{} is in the call", self.who), async || {
            let call = self.call().await?;
            ensure!(matches!(&*call, "alone" | "connected"), "data-call={call}; {:?}", self.alerts().await);
            Ok(())
        })
        .await
    }

    /// Waits until `data-call` says `state`.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn is_in(&self, state: &str) -> Result<()> {
        until(&format!("{} is in {state}", self.who), async || {
            let call = self.call().await?;
            ensure!(call == state, "data-call={call}; {:?}", self.alerts().await);
            Ok(())
        })
        .await
    }

    /// `data-call`.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn call(&self) -> Result<String> {
        self.evaluate("return document.documentElement.dataset.call || ''", []).await
    }

    /// Closes the tab, as a person does who simply goes.
    ///
    /// # Errors
    /// When there is none.
    pub async fn closes_the_tab(&self) -> Result<()> {
        Ok(self.browser.driver().close_window().await?)
    }

    // ---- finding things

    /// The visible thing of this role and accessible name, as the browser computes it; waits for it.
    ///
    /// # Errors
    /// When there is none in time; says which there were.
    pub async fn find(&self, role: Role, name: &str) -> Result<WebElement> {
        until(&format!("{} finds the {role:?} {name:?}", self.who), async || {
            self.find_now(role, name, "html").await
        })
        .await
    }

    /// The same inside what `scope` selects, without waiting.
    ///
    /// # Errors
    /// When there is none; says which there were.
    pub async fn find_now(&self, role: Role, name: &str, scope: &str) -> Result<WebElement> {
        let script = "const root = document.querySelector(arguments[1]); if (!root) return []; \
                      return [...root.querySelectorAll(arguments[0])].filter((e) => \
                      e.checkVisibility({ visibilityProperty: true }) || e.matches('input.visually-hidden'))";
        let candidates = self
            .browser
            .driver()
            .execute(script, vec![json!(role.selector()), json!(scope)])
            .await?
            .elements()?;
        let mut names = Vec::new();
        for candidate in candidates {
            let found = label(&candidate).await?;
            if found == name {
                return Ok(candidate);
            }
            names.push(found);
        }
        bail!("no {role:?} {name:?} among {names:?}")
    }

    /// Clicks the button of this name, once it is there and lets itself be clicked.
    ///
    /// # Errors
    /// When that is not so in time.
    pub async fn click(&self, name: &str) -> Result<()> {
        until(&format!("{} clicks {name:?}", self.who), async || {
            Ok(self.find_now(Role::Button, name, "html").await?.click().await?)
        })
        .await
    }

    /// Whether the toggle button of this name is on.
    ///
    /// # Errors
    /// When there is none, or it does not say.
    pub async fn is_on(&self, name: &str) -> Result<bool> {
        let button = self.find(Role::Button, name).await?;
        match button.attr("aria-pressed").await?.as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            other => bail!("the toggle {name:?} has aria-pressed={other:?}"),
        }
    }

    /// Waits until the toggle button of this name is on, or off.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn becomes(&self, name: &str, on: bool) -> Result<()> {
        until(
            &format!("the toggle {name:?} of {} becomes {}", self.who, if on { "on" } else { "off" }),
            async || {
                ensure!(self.is_on(name).await? == on, "it is not");
                Ok(())
            },
        )
        .await
    }

    /// Opens the panel "Call health" from the menu, in any language.
    ///
    /// # Errors
    /// When there is none.
    pub async fn opens_call_health(&self) -> Result<()> {
        let click = |what: &'static str| async move {
            until(&format!("{} clicks {what}", self.who), async || {
                Ok(self
                    .element("return document.querySelector(arguments[0])", [json!(what)])
                    .await?
                    .click()
                    .await?)
            })
            .await
        };
        click(".ctl-more > button").await?;
        click("[role=menuitem]:has(use[href='#i-health'])").await?;
        until(&format!("{} is shown figures", self.who), async || {
            self.element("return document.querySelector('.panel .plot')", []).await.map(drop)
        })
        .await
    }

    /// What the call's health has in words under this name.
    ///
    /// # Errors
    /// When there is nothing of the name.
    pub async fn health_fact(&self, name: &str) -> Result<String> {
        let script = "return [...document.querySelectorAll('.facts > div')] \
            .find((fact) => fact.querySelector('dt').textContent === arguments[0])?.querySelector('dd').textContent ?? null";
        let fact: Option<String> = self.evaluate(script, [json!(name)]).await?;
        fact.with_context(|| format!("{} is told nothing of {name:?}", self.who))
    }

    /// Types `text` into the textbox of this name, instead of what it holds.
    ///
    /// # Errors
    /// When there is none.
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Role::Textbox, name).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses a key while nothing is being typed.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn presses_key(&self, key: char) -> Result<()> {
        self.evaluate::<Value>("document.activeElement?.blur()", []).await?;
        Ok(self.browser.driver().action_chain().send_keys(key.to_string()).perform().await?)
    }

    /// What the combobox of this name offers, once it offers anything with a name.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn choices(&self, name: &str) -> Result<Vec<Choice>> {
        until(&format!("the combobox {name:?} of {} offers something", self.who), async || {
            let select = self.find_now(Role::Combobox, name, "html").await?;
            let script = "return [...arguments[0].options].map((o) => \
                          ({ value: o.value, text: o.text, chosen: o.selected }))";
            let choices: Vec<Choice> = self.evaluate(script, [select.to_json()?]).await?;
            ensure!(choices.iter().any(|choice| !choice.text.is_empty()), "it offers {choices:?}");
            Ok(choices)
        })
        .await
    }

    /// Chooses what is called `text` in the combobox of this name.
    ///
    /// # Errors
    /// When it is not offered.
    pub async fn choose(&self, name: &str, text: &str) -> Result<()> {
        let select = self.find(Role::Combobox, name).await?;
        let script = "return [...arguments[0].options].find((o) => o.text === arguments[1])";
        let option = self.element(script, [select.to_json()?, json!(text)]).await?;
        Ok(option.click().await?)
    }

    // ---- what is to be seen and heard

    /// All tiles, the own one included.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn tiles(&self) -> Result<Vec<Tile>> {
        let script = r"
            const visible = (e) => !!e && e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
            const text = (e) => (e?.innerText || '').replace(/\s+/g, ' ').trim();
            return [...document.querySelectorAll('figure[data-peer]:not([data-kind=screen])')].map((f) => ({
                peer: f.dataset.peer, state: f.dataset.state || '', microphone: f.dataset.microphone || '',
                camera: f.dataset.camera || '', text: text(f),
                name: f.getAttribute('aria-label')
                    || text(document.getElementById(f.getAttribute('aria-labelledby')))
                    || text(f.querySelector('figcaption')),
                video: visible(f.querySelector('video')),
                avatar: [...f.querySelectorAll('.avatar')].some(visible) && !visible(f.querySelector('video')),
            }))";
        self.evaluate(script, []).await
    }

    /// The tile of `peer`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn tile(&self, peer: &str) -> Result<Tile> {
        let tiles = self.tiles().await?;
        tiles
            .into_iter()
            .find(|tile| tile.peer == peer)
            .with_context(|| format!("{} has no tile of {peer}", self.who))
    }

    /// Waits for a connected tile with this name, and tells the id of its peer.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn meets(&self, name: &str) -> Result<String> {
        until(&format!("{} meets {name}", self.who), async || {
            let tiles = self.tiles().await?;
            let tile = tiles.iter().find(|tile| tile.peer != "self" && tile.name.contains(name));
            let tile = tile.with_context(|| format!("no tile of theirs among {tiles:?}"))?;
            ensure!(tile.state == "connected", "their tile is {tile:?}");
            Ok(tile.peer.clone())
        })
        .await
    }

    /// Waits until exactly `count` others have tiles, all of them connected.
    ///
    /// # Errors
    /// When that is not so in time.
    pub async fn is_with(&self, count: usize) -> Result<Vec<Tile>> {
        until(&format!("{} is with {count} others", self.who), async || {
            let mut others = self.tiles().await?;
            others.retain(|tile| tile.peer != "self");
            ensure!(
                others.len() == count && others.iter().all(|tile| tile.state == "connected"),
                "{others:?}"
            );
            Ok(others)
        })
        .await
    }

    /// The text of each problem that is shown (`role="alert"`).
    ///
    /// # Errors
    /// When there is no page.
    pub async fn alerts(&self) -> Result<Vec<String>> {
        let script = r"return [...document.querySelectorAll('[role=alert]')]
            .filter((e) => e.checkVisibility({ visibilityProperty: true }))
            .map((e) => e.innerText.replace(/\s+/g, ' ').trim()).filter((text) => text)";
        self.evaluate(script, []).await
    }

    /// Waits for a problem that says all of `words`, capitals aside.
    ///
    /// # Errors
    /// When there is none in time; says which there were.
    pub async fn is_told(&self, words: &[&str]) -> Result<String> {
        until(&format!("{} is told of a problem: {words:?}", self.who), async || {
            let alerts = self.alerts().await?;
            let found = alerts.iter().find(|alert| says_all(alert, words)).cloned();
            found.with_context(|| format!("the alerts are {alerts:?}"))
        })
        .await
    }

    /// Waits until something is announced, or was since the oracle is there, that says all of `words`.
    ///
    /// # Errors
    /// When nothing is in time; says what was.
    pub async fn hears_that(&self, words: &[&str]) -> Result<String> {
        until(&format!("{} hears that {words:?}", self.who), async || {
            let said: Vec<String> = self.evaluate("return __e2e.said", []).await?;
            let found = said.iter().find(|text| says_all(text, words)).cloned();
            found.with_context(|| format!("announced so far: {said:?}"))
        })
        .await
    }

    /// Waits until the expression `script` is this.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn comes_to(&self, script: &str, expected: &str) -> Result<()> {
        self.comes_to_within(DEADLINE, script, expected).await
    }

    /// The same, for at most `deadline`.
    ///
    /// # Errors
    /// When it does not.
    pub async fn comes_to_within(&self, deadline: Duration, script: &str, expected: &str) -> Result<()> {
        until_within(deadline, &format!("{} has {expected:?} of {script}", self.who), async || {
            let seen: Option<String> = self.evaluate(&format!("return {script} ?? null"), []).await?;
            ensure!(seen.as_deref() == Some(expected), "it is {seen:?}");
            Ok(())
        })
        .await
    }

    /// All the text that is to be seen.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn text(&self) -> Result<String> {
        self.evaluate(r"return document.body.innerText.replace(/\s+/g, ' ').trim()", []).await
    }

    /// Fails if the page has made an error or broken its own security policy.
    ///
    /// # Errors
    /// When it has; says which.
    pub async fn has_no_complaints(&self) -> Result<()> {
        let complaints: Vec<String> =
            self.evaluate("return [...__e2e.violations, ...__e2e.errors]", []).await?;
        ensure!(complaints.is_empty(), "the page of {} complains: {complaints:#?}", self.who);
        if self.browser.kind() == Kind::Chromium {
            let console = self.browser.console().await?;
            let bad: Vec<_> = console.iter().filter(|line| line.starts_with("SEVERE")).collect();
            ensure!(bad.is_empty(), "the console of {} says: {bad:#?}", self.who);
        }
        Ok(())
    }

    /// Runs `script` in the page; a promise that it returns is awaited.
    ///
    /// # Errors
    /// When it throws, or returns something else than a `T`.
    pub async fn evaluate<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = Value>,
    ) -> Result<T> {
        let arguments: Vec<Value> = arguments.into_iter().collect();
        Ok(self.browser.driver().execute(script, arguments).await?.convert()?)
    }

    async fn element(&self, script: &str, arguments: impl IntoIterator<Item = Value>) -> Result<WebElement> {
        let arguments: Vec<Value> = arguments.into_iter().collect();
        let found = self.browser.driver().execute(script, arguments).await?;
        ensure!(!found.json().is_null(), "there is none");
        Ok(found.element()?)
    }
}

fn says_all(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}

/// The accessible name, as the browser tells it to an assistive tool.
///
/// # Errors
/// When the element is gone.
pub async fn label(element: &WebElement) -> Result<String> {
    let name: String = element.handle().cmd(ComputedLabel(element.element_id())).await?.value()?;
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// "Get Computed Label" of the WebDriver standard, which thirtyfour has no word for.
#[derive(Debug)]
struct ComputedLabel(ElementId);

impl FormatRequestData for ComputedLabel {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::GET, format!("session/{session}/element/{}/computedlabel", self.0))
    }
}
