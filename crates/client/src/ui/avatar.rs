//! What stands for somebody who is not seen: their initials on a colour of their own.

use super::changing::{changing, memo};
use super::icon::{Icon, Size, icon};
use leptos::prelude::*;

/// The hue of somebody's colour, in degrees: the same wherever they are seen.
pub(crate) fn hue(name: &str) -> u32 {
    // FNV-1a: any hash would do that spreads short names and is the same on every machine.
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % 360
}

/// The hue, as the custom property takes it.
pub(crate) fn hue_value(name: &str) -> String {
    hue(name).to_string()
}

/// The first letters of the first and last word, or the given name of somebody Korean (한지우: 지우).
/// Empty when there is no letter or digit in the name. The sheet shows them in upper case: the browser has the tables.
pub(crate) fn initials(name: &str) -> String {
    let is_letter = |letter: char| letter.is_alphanumeric();
    // What does not begin with a letter is no name: "(she/her)", an emoji.
    let mut words = name.split_whitespace().filter(|word| word.starts_with(is_letter));
    let Some(first) = words.next() else { return String::new() };
    let syllables = first.chars().filter(|&letter| is_hangul(letter)).count();
    if syllables > 0 && syllables == first.chars().count() {
        let surname = syllables.saturating_sub(2);
        return first.chars().skip(surname).collect();
    }
    let letters = [first.chars().next(), words.next_back().and_then(|word| word.chars().next())];
    letters.into_iter().flatten().collect()
}

fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{AC00}'..='\u{D7A3}')
}

/// Somebody's initials in a disc of their colour.
#[component]
pub(crate) fn Avatar(#[prop(into)] name: Signal<String>) -> impl IntoView {
    let letters = memo(move || name.with(|name| initials(name)));
    view! {
        <span class="avatar" aria-hidden="true" style=("--hue", Signal::derive(move || name.with(|name| hue_value(name))))>
            {changing(move || {
                let letters = letters.get();
                Some(if letters.is_empty() { icon(Icon::User, Size::Large).into_any() } else { letters.into_any() })
            })}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_two_words_and_the_given_name_in_korean() {
        for (name, expected) in [
            ("Haneul Kim", "HK"),
            ("ana", "a"),
            ("Ana María Ruiz", "AR"),
            ("한지우", "지우"),
            ("지우", "지우"),
            ("남궁민수", "민수"),
            ("한지우 (she/her) 🙂", "지우"),
            ("Theo 🎈", "T"),
            ("7 of nine", "7n"),
            ("🙂", ""),
            ("", ""),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_colour_belongs_to_a_name() {
        assert_eq!(hue("Jiwoo Han"), hue("Jiwoo Han"));
        let hues: std::collections::HashSet<u32> =
            ["Jiwoo", "Minho", "Ana", "Theo", "Haneul"].map(hue).into();
        assert_eq!(hues.len(), 5);
        assert!(hues.iter().all(|&hue| hue < 360));
    }
}
