//! Names and ids: parsed once, at the edge, and valid by construction from there on.

use crate::{NAME_CHARS_MAX, ROOM_CHARS_MAX};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The name of a room, as people type it: folded so that everybody who means the same room gets there.
///
/// 1 to [`ROOM_CHARS_MAX`] letters and digits of any script, `-` and `_`; lower case; a run of spaces
/// is one `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RoomName(Box<str>);

/// Why a text is not a room name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadRoomName {
    /// Nothing is left once the spaces around it are gone.
    #[error("the room name is empty")]
    Empty,
    /// It has more than [`ROOM_CHARS_MAX`] characters.
    #[error("the room name is longer than {ROOM_CHARS_MAX} characters")]
    TooLong,
    /// This character is neither letter, digit, `-`, `_` nor space.
    #[error("a room name cannot contain {0:?}")]
    Character(char),
}

impl RoomName {
    /// Reads a room name that somebody typed or that came with an address.
    ///
    /// `text` must be in Unicode normalization form C and, but for ASCII, in lower case. Both callers have tables for
    /// that at hand (the browser's own, those of the server's [`fold`](Self::fold)), and so the page carries none: they
    /// would be 12 KB of what is loaded before anybody joins.
    ///
    /// # Errors
    /// When nothing is left after trimming, when it is too long, or at the first character that does
    /// not belong.
    pub fn parse(text: &str) -> Result<Self, BadRoomName> {
        let mut name = String::with_capacity(text.len());
        let mut chars = 0;
        for word in text.split_whitespace() {
            if !name.is_empty() {
                name.push('-');
                chars += 1;
            }
            for letter in word.chars() {
                if !letter.is_alphanumeric() && !matches!(letter, '-' | '_') && !joins_letters(letter) {
                    return Err(BadRoomName::Character(letter));
                }
                name.push(letter.to_ascii_lowercase());
                chars += 1;
            }
            if chars > ROOM_CHARS_MAX {
                return Err(BadRoomName::TooLong);
            }
        }
        if name.is_empty() {
            return Err(BadRoomName::Empty);
        }
        Ok(Self(name.into_boxed_str()))
    }

    /// Folds what was typed so that everybody who means the same room gets there. `normalize` brings text to
    /// normalization form C; lower case can leave that again (`J̌` is two characters, `ǰ` is one).
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn fold(text: &str, normalize: impl Fn(&str) -> String) -> Result<Self, BadRoomName> {
        Self::parse(&normalize(&normalize(text).to_lowercase()))
    }

    /// The folded name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Marks that words are written with and that Unicode does not count as alphabetic: combining accents,
/// the virama and nukta of the Indic scripts, the tone marks of Thai and Lao, and the kana sound marks.
fn joins_letters(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036F}' | '\u{093C}' | '\u{094D}' | '\u{09BC}' | '\u{09CD}' | '\u{0A3C}' | '\u{0A4D}'
        | '\u{0ABC}' | '\u{0ACD}' | '\u{0B3C}' | '\u{0B4D}' | '\u{0BCD}' | '\u{0C4D}' | '\u{0CBC}' | '\u{0CCD}'
        | '\u{0D4D}' | '\u{0DCA}' | '\u{0E47}'..='\u{0E4E}' | '\u{0EC8}'..='\u{0ECE}' | '\u{1039}'..='\u{103A}'
        | '\u{17D2}' | '\u{3099}'..='\u{309A}')
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoomName {
    type Err = BadRoomName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for RoomName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// What a person is called in a call: 1 to [`NAME_CHARS_MAX`] characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct DisplayName(Box<str>);

/// Why a text cannot be somebody's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadDisplayName {
    /// Nothing is left once the spaces around it are gone.
    #[error("the name is empty")]
    Empty,
    /// It has more than [`NAME_CHARS_MAX`] characters.
    #[error("the name is longer than {NAME_CHARS_MAX} characters")]
    TooLong,
    /// A control character, or one that turns the direction of the text around it.
    #[error("a name cannot contain {0:?}")]
    Character(char),
}

impl DisplayName {
    /// Reads a name that somebody typed, without the spaces around it.
    ///
    /// # Errors
    /// When nothing is left, when it is too long, or at the first character that could garble a page.
    pub fn parse(text: &str) -> Result<Self, BadDisplayName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadDisplayName::Empty);
        }
        if text.chars().count() > NAME_CHARS_MAX {
            return Err(BadDisplayName::TooLong);
        }
        if let Some(bad) = text.chars().find(|&c| c.is_control() || turns_direction(c)) {
            return Err(BadDisplayName::Character(bad));
        }
        Ok(Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Bidirectional embeddings, overrides and isolates: a name that holds one can reorder its neighbours.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DisplayName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// One participant of a room: 128 random bits, drawn by the server, as 22 characters of base64url.
///
/// Kept as its text, because it is compared as text: of two offers, verifications or hands that cross, the ids decide
/// which one stands, and a client in any language must come to the same answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId([u8; PeerId::LENGTH]);

/// A text that is not 22 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a peer id")]
pub struct BadPeerId;

impl PeerId {
    /// Characters of an id.
    pub const LENGTH: usize = 22;

    /// Writes 128 bits down as an id. The bits must be random: the id says who may be spoken to.
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        // 22 × 6 = 132 bits: the last character holds the last two bits and four zeros, as base64url has it.
        let mut rest = bits;
        let mut text = [0; Self::LENGTH];
        for character in &mut text {
            *character = base64url((rest >> 122) as u8);
            rest <<= 6;
        }
        Self(text)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The character for six bits (RFC 4648, section 5).
fn base64url(bits: u8) -> u8 {
    match bits {
        0..26 => b'A' + bits,
        26..52 => b'a' + (bits - 26),
        52..62 => b'0' + (bits - 52),
        62 => b'-',
        _ => b'_',
    }
}

impl FromStr for PeerId {
    type Err = BadPeerId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; Self::LENGTH] = text.as_bytes().try_into().map_err(|_| BadPeerId)?;
        let valid = bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if valid { Ok(Self(bytes)) } else { Err(BadPeerId) }
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeerId({self})")
    }
}

impl Serialize for PeerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PeerId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(text: &str) -> Result<String, BadRoomName> {
        RoomName::fold(text, str::to_owned).map(|room| room.as_str().to_owned())
    }

    #[test]
    fn what_people_type_for_the_same_room_is_the_same_room() {
        for typed in ["Seventh Evening", "  seventh   evening ", "seventh-evening", "SEVENTH\tEVENING"] {
            assert_eq!(room(typed), Ok("seventh-evening".into()), "{typed:?}");
        }
        assert_eq!(room("КОМНАТА"), Ok("комната".into()));
    }

    #[test]
    fn letters_and_digits_of_any_script_make_a_room() {
        for name in ["칠석-저녁", "七夕", "straße_7", "комната", "हिन्दी", "ห้องนั่งเล่น", "غرفة"]
        {
            assert_eq!(room(name), Ok(name.into()), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_room_name_is_said_to_be_none() {
        assert_eq!(room(" \t "), Err(BadRoomName::Empty));
        assert_eq!(room("a/b"), Err(BadRoomName::Character('/')));
        assert_eq!(room("a\u{0}b"), Err(BadRoomName::Character('\0')));
        assert_eq!(room("<script>"), Err(BadRoomName::Character('<')));
        assert_eq!(room(&"가".repeat(64)), Ok("가".repeat(64)));
        assert_eq!(room(&"가".repeat(65)), Err(BadRoomName::TooLong));
        // One capital İ is two characters in lower case.
        assert_eq!(room(&"İ".repeat(64)), Err(BadRoomName::TooLong));
    }

    #[test]
    fn a_name_keeps_what_was_typed_but_for_the_spaces_around_it() {
        assert_eq!(DisplayName::parse("  한지우 (she/her) 🙂 ").unwrap().as_str(), "한지우 (she/her) 🙂");
        assert_eq!(DisplayName::parse("\n"), Err(BadDisplayName::Empty));
        assert_eq!(DisplayName::parse("a\u{7}b"), Err(BadDisplayName::Character('\u{7}')));
        assert_eq!(DisplayName::parse("evil\u{202E}eman"), Err(BadDisplayName::Character('\u{202E}')));
        assert_eq!(DisplayName::parse(&"n".repeat(49)), Err(BadDisplayName::TooLong));
    }

    #[test]
    fn bits_are_written_as_base64url_does() {
        assert_eq!(PeerId::from_bits(0).as_str(), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(PeerId::from_bits(u128::MAX).as_str(), "_____________________w");
        // python3 -c "import base64; print(base64.urlsafe_b64encode(bytes(range(16))))"
        assert_eq!(PeerId::from_bits(0x000102030405060708090a0b0c0d0e0f).as_str(), "AAECAwQFBgcICQoLDA0ODw");
    }

    #[test]
    fn only_a_peer_id_parses_as_one() {
        assert!("AAECAwQFBgcICQoLDA0ODw".parse::<PeerId>().is_ok());
        for text in ["", "short", "AAECAwQFBgcICQoLDA0ODw=", "AAECAwQFBgcICQoLDA0OD!", "가가가가가가가A"]
        {
            assert_eq!(text.parse::<PeerId>(), Err(BadPeerId), "{text:?}");
        }
    }
}
