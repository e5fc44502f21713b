//! Every word is there in both languages, and in the right one.

use super::*;

const ENGLISH: &str = include_str!("en.rs");
const KOREAN: &str = include_str!("ko.rs");

/// What is written alike in both: the switch names the other language in that language.
const FOREIGN: [(&str, &str); 1] = [("한국어", "English")];

/// The string literals of one of the tables, in order, each with the field it is given to.
///
/// Read from the source, so that a new field is in here without anybody thinking of it. A closure's literals count
/// for its field.
fn literals(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut field = String::new();
    let source = source.split_once("Strings = Strings {").unwrap().1;
    for line in source.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        let name = line.split(':').next().unwrap_or_default();
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            field = name.to_owned();
        }
        // Escaped quotes are none of the borders.
        for literal in line.replace("\\\"", "”").split('"').skip(1).step_by(2) {
            found.push((field.clone(), literal.to_owned()));
        }
    }
    assert!(found.len() > 100, "the tables are not read: {} words", found.len());
    found
}

fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

fn is_foreign(english: &str, korean: &str) -> bool {
    FOREIGN.iter().any(|(of_english, of_korean)| english == *of_english || korean == *of_korean)
}

#[test]
fn english_has_no_hangul() {
    for (field, text) in literals(ENGLISH) {
        assert!(is_foreign(&text, "") || !text.contains(is_hangul), "{field}: {text}");
    }
}

#[test]
fn korean_has_hangul_wherever_it_has_letters() {
    for (field, text) in literals(KOREAN) {
        // A part of a sentence may be all marks.
        let is_word = text.contains(char::is_alphabetic);
        assert!(is_foreign("", &text) || !is_word || text.contains(is_hangul), "{field}: {text}");
    }
}

#[test]
fn nothing_is_left_empty() {
    for (field, text) in [literals(ENGLISH), literals(KOREAN)].concat() {
        assert!(!text.trim().is_empty(), "{field}");
    }
}

#[test]
fn the_first_preferred_language_that_the_page_speaks_is_taken() {
    assert_eq!(Language::pick(["ko-KR", "en"]), Language::Korean);
    assert_eq!(Language::pick(["fr", "KO"]), Language::Korean);
    assert_eq!(Language::pick(["en-GB", "ko"]), Language::English);
    assert_eq!(Language::pick(["de", "fr"]), Language::English);
    assert_eq!(Language::pick(["kok-IN"]), Language::English);
    assert_eq!(Language::pick([]), Language::English);
}

#[test]
fn a_notice_names_the_person_and_says_what_to_do() {
    let ana = DisplayName::parse("Ana").unwrap();
    let entered = Notice::Entered(ana);
    assert_eq!(en::EN.notice(&entered).title, "Ana joined");
    assert_eq!(ko::KO.notice(&entered).title, "Ana 님이 들어왔어요");
    let kept = Notice::Kept(DeviceKind::Camera, DeviceProblem::Busy);
    assert_eq!(en::EN.notice(&kept).title, "Camera is in use by another app");
    assert_eq!(en::EN.notice(&kept).detail, "The camera you had before stays on.");
}

#[test]
fn every_picture_has_a_short_name_of_its_own_in_each_language() {
    for strings in [&en::EN, &ko::KO] {
        let names = strings.verify.pictures;
        let different: std::collections::BTreeSet<_> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(different.len(), names.len());
        for name in names {
            assert!((1..=7).contains(&name.chars().count()), "{name}");
        }
    }
    let name_of = |picture| {
        let place = ojak_call::PICTURES.iter().position(|of| *of == picture).unwrap();
        [en::EN.verify.pictures[place], ko::KO.verify.pictures[place]]
    };
    assert_eq!(name_of("🐶"), ["Dog", "강아지"]);
    assert_eq!(name_of("🌉"), ["Bridge", "다리"]);
    assert_eq!(name_of("⛺"), ["Tent", "텐트"]);
}
