//! What two pages say about a file, while its bytes go over a data channel of their own.

use crate::FILE_NAME_CHARS_MAX;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The name of a file, safe to be shown and to be saved under: 1 to [`FILE_NAME_CHARS_MAX`] characters, no parts
/// of a path, no control characters, none that turn the direction of text, and no name that a system reserves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FileName(Box<str>);

/// What stands for a name of which nothing is left.
const NAMELESS: &str = "file";
/// Names that Windows keeps for devices, whatever comes behind the first full stop.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

impl FileName {
    /// Makes a safe name out of any.
    #[must_use]
    pub fn clean(name: &str) -> Self {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let is_safe = |letter: &char| {
            !letter.is_control()
                && !turns_text(*letter)
                && !matches!(letter, ':' | '*' | '?' | '"' | '<' | '>' | '|')
        };
        // A dot in front hides a file, and one behind is dropped by Windows.
        let clean: String = last.chars().filter(is_safe).collect();
        let clean = clean.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
        let (stem, extension) = split(clean);
        let room = FILE_NAME_CHARS_MAX.saturating_sub(extension.chars().count());
        let stem: String = stem.chars().take(room).collect();
        let is_reserved = RESERVED.iter().any(|reserved| {
            let first = stem.split('.').next().unwrap_or_default().to_lowercase();
            first
                .strip_prefix(reserved)
                .is_some_and(|rest| rest.len() < 2 && rest.bytes().all(|b| b.is_ascii_digit()))
        });
        let name = match stem.trim_end() {
            "" => [NAMELESS, extension].concat(),
            stem if is_reserved => ["_", stem, extension].concat(),
            stem => [stem, extension].concat(),
        };
        Self(name.into())
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is before the extension, and the extension with its full stop, which may be empty.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        split(&self.0)
    }
}

/// An extension is short; what is long is a sentence with a full stop in it.
fn split(name: &str) -> (&str, &str) {
    const EXTENSION_CHARS_MAX: usize = 10;
    match name.rfind('.') {
        Some(at)
            if at > 0
                && name
                    .get(at..)
                    .is_some_and(|end| (2..=EXTENSION_CHARS_MAX).contains(&end.chars().count())) =>
        {
            name.split_at(at)
        }
        _ => (name, ""),
    }
}

/// Marks that change the direction of what is behind them, so that `gpj.exe` is read as `exe.jpg`; and those that
/// nobody sees.
fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FileName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|name| Self::clean(&name))
    }
}

/// The SHA-256 of one block of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// Why whoever offered a file takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    /// They want to.
    Cancelled,
    /// It cannot be read any more.
    Unreadable,
}

impl Withdrawal {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Cancelled, Self::Unreadable];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Why whoever was offered a file does not take it, or not the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// They do not want it.
    Declined,
    /// They do not want the rest of it.
    Stopped,
    /// Their browser can only keep smaller ones.
    TooLarge,
    /// There is no room for it.
    NoSpace,
    /// It cannot be written.
    Unwritable,
    /// It came otherwise than it was sent, again and again.
    Damaged,
    /// They were offered too many.
    TooMany,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Declined,
        Self::Stopped,
        Self::TooLarge,
        Self::NoSpace,
        Self::Unwritable,
        Self::Damaged,
        Self::TooMany,
    ];

    /// As it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Stopped => "stopped",
            Self::TooLarge => "too_large",
            Self::NoSpace => "no_space",
            Self::Unwritable => "unwritable",
            Self::Damaged => "damaged",
            Self::TooMany => "too_many",
        }
    }
}
