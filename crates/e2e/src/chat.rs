//! What people write and give to each other: by its accessible names, as in CONTRACT.md.

use crate::page::Person;
use crate::wait::{DEADLINE, until, until_within};
use crate::words::Role;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thirtyfour::{By, Key};

/// A file in the chat, as it is shown.
#[derive(Clone, Debug, Deserialize)]
pub struct FileRow {
    /// What it is called.
    pub name: String,
    /// Everything written on it.
    pub text: String,
    /// Of the progress bar, if there is one.
    pub percent: Option<u32>,
    /// Whether it can be saved.
    pub saved: bool,
}

/// What the page holds of a received file, a megabyte at a time so that it need not be held whole.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Received {
    /// In bytes.
    pub size: u64,
    /// A sum over all of it: that of [`sum_of`].
    pub sum: u32,
}

/// Bytes that look like no others: each number of four bytes is its place, mixed up, so that nothing is moved unseen.
#[must_use]
pub fn made_up(size: usize) -> Vec<u8> {
    let mix = |place: u32| place.wrapping_add(1).wrapping_mul(2_654_435_761).to_le_bytes();
    (0..u32::try_from(size.div_ceil(4)).unwrap_or(u32::MAX)).flat_map(mix).take(size).collect()
}

/// FNV-1a over numbers of four bytes, of which the last is filled up with noughts; the page does the same.
#[must_use]
pub fn sum_of(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0x811c_9dc5, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        (sum ^ u32::from_le_bytes(word)).wrapping_mul(0x0100_0193)
    })
}

/// A file of this size that can be chosen.
///
/// # Errors
/// When it cannot be written.
pub fn file_in(directory: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = directory.join(name);
    std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

impl Person {
    /// Opens the chat, if it is not open.
    ///
    /// # Errors
    /// When there is none.
    pub async fn opens_the_chat(&self) -> Result<()> {
        if !self.is_on(self.words().chat).await? {
            self.click(self.words().chat).await?;
        }
        self.find(Role::Textbox, self.words().message).await.map(drop)
    }

    /// Writes `text` and presses Enter.
    ///
    /// # Errors
    /// When the chat is not open.
    pub async fn says(&self, text: &str) -> Result<()> {
        let field = self.find(Role::Textbox, self.words().message).await?;
        field.send_keys(text).await?;
        Ok(field.send_keys(Key::Enter).await?)
    }

    /// The messages in the chat, in order.
    ///
    /// # Errors
    /// When the chat is not open.
    pub async fn reads(&self) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('[role=log] .bubble')]\
                      .map((e) => e.innerText)";
        self.evaluate(script, []).await
    }

    /// Waits until the chat holds exactly these messages.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn reads_exactly(&self, expected: &[&str]) -> Result<()> {
        until(&format!("{} reads {expected:?}", self.who()), async || {
            let read = self.reads().await?;
            ensure!(read == expected, "it is {read:?}");
            Ok(())
        })
        .await
    }

    /// Gives these files, by the button.
    ///
    /// # Errors
    /// When the chat is not open.
    pub async fn gives(&self, files: &[&Path]) -> Result<()> {
        let field = self.browser().driver().find(By::Css(".composer input[type=file]")).await?;
        let paths: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        Ok(field.send_keys(paths.join("\n")).await?)
    }

    /// The files in the chat, in order.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn files(&self) -> Result<Vec<FileRow>> {
        let script = r"return [...document.querySelectorAll('[role=log] .file')].map((f) => ({
            name: f.querySelector('.file-name').title, text: f.innerText.replace(/\s+/g, ' ').trim(),
            percent: f.querySelector('[role=progressbar]') && Number(f.querySelector('[role=progressbar]').ariaValueNow),
            saved: !!f.querySelector('a[download][href]'),
        }))";
        self.evaluate(script, []).await
    }

    /// Waits until the file of this name is as `looks` wants it.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn sees_file(
        &self,
        name: &str,
        what: &str,
        deadline: Duration,
        looks: impl Fn(&FileRow) -> bool,
    ) -> Result<FileRow> {
        until_within(deadline, &format!("{} sees that {name} {what}", self.who()), async || {
            let files = self.files().await?;
            let found = files.iter().rev().find(|file| file.name == name).cloned();
            found.filter(&looks).with_context(|| format!("the files are {files:?}"))
        })
        .await
    }

    /// Presses the button of this name at the file of that name.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn presses_at(&self, file: &str, button: &str) -> Result<()> {
        until(&format!("{} presses {button:?} at {file}", self.who()), async || {
            let script = "const row = [...document.querySelectorAll('[role=log] .file')]\
                .filter((f) => f.querySelector('.file-name').title === arguments[0]).at(-1); \
                return [...(row?.querySelectorAll('button') || [])].find((b) => (b.ariaLabel || b.innerText) === arguments[1])";
            let found = self.browser().driver().execute(script, vec![json!(file), json!(button)]).await?;
            ensure!(!found.json().is_null(), "there is none; {:?}", self.files().await?);
            Ok(found.element()?.click().await?)
        })
        .await
    }

    /// Takes the file of this name, waits until it is there, and reads it.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn takes(&self, name: &str) -> Result<Received> {
        self.keeps_what_can_be_saved().await?;
        self.presses_at(name, "Save").await?;
        self.has_received(name, DEADLINE).await
    }

    /// From now on what becomes a file that can be saved can be read by the test, which the page's own policy would not
    /// let it do by its address.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn keeps_what_can_be_saved(&self) -> Result<()> {
        let script = "if (!window.__saved) { window.__saved = {}; const make = URL.createObjectURL; \
            URL.createObjectURL = (b) => { const url = make(b); window.__saved[url] = b; return url; } }";
        self.evaluate(script, []).await
    }

    /// Waits until the file of this name is there, and reads it.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn has_received(&self, name: &str, deadline: Duration) -> Result<Received> {
        self.sees_file(name, "can be saved", deadline, |file| file.saved).await?;
        let script = r"return (async () => {
            const row = [...document.querySelectorAll('[role=log] .file')]
                .filter((f) => f.querySelector('.file-name').title === arguments[0]).at(-1);
            const link = row.querySelector('a[download]');
            if (link.download !== arguments[0]) throw new Error('it would be saved as ' + link.download);
            const file = window.__saved[link.href];
            let sum = 0x811c9dc5;
            for (let at = 0; at < file.size; at += 1 << 20) {
                const part = new Uint8Array(await file.slice(at, at + (1 << 20)).arrayBuffer());
                const whole = new Uint8Array(Math.ceil(part.length / 4) * 4);
                whole.set(part);
                for (const word of new Uint32Array(whole.buffer)) sum = Math.imul(sum ^ word, 0x01000193);
            }
            return { size: file.size, sum: sum >>> 0 };
        })()";
        self.evaluate(script, [json!(name)]).await
    }
}
