//! What people write to each other. It goes from page to page, and never through the server.

use crate::{CHAT_CHARS_MAX, DisplayName, PeerId};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use thiserror::Error;

/// What somebody wrote: 1 to [`CHAT_CHARS_MAX`] characters, without control characters but for new lines and tabs,
/// and without space around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ChatText(Box<str>);

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadChatText {
    /// Nothing is left once the space around it is gone.
    #[error("the message is empty")]
    Empty,
    /// It has more than [`CHAT_CHARS_MAX`] characters.
    #[error("the message is longer than {CHAT_CHARS_MAX} characters")]
    TooLong,
}

impl ChatText {
    /// Reads what somebody wrote.
    ///
    /// # Errors
    /// When nothing is left of it, or too much.
    pub fn parse(text: &str) -> Result<Self, BadChatText> {
        // A byte is the least that a character takes, so nothing long is looked through.
        if text.len() > 4 * CHAT_CHARS_MAX {
            return Err(BadChatText::TooLong);
        }
        let is_plain = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let text: String = text.chars().filter(is_plain).collect();
        let text = text.trim();
        match text.chars().count() {
            0 => Err(BadChatText::Empty),
            count if count > CHAT_CHARS_MAX => Err(BadChatText::TooLong),
            _ => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ChatText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// How far somebody has come with what another page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatPosition {
    /// Which load of the other page.
    pub page: u32,
    /// The sequence of the message that is expected next.
    pub next: u32,
}

/// A message of the past, as one tells it who was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatEntry {
    /// Who wrote it.
    pub author: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// Which load of their page.
    pub page: u32,
    /// Which message of that page, from 0.
    pub sequence: u32,
    /// How long ago, in milliseconds: clocks of two people differ.
    pub age: u32,
    /// What they wrote.
    pub text: ChatText,
}
