//! `docs/protocol.md` says nothing that is not so: its examples are golden ones, each type of message has one,
//! its tables name the fields that the messages have, and its limits are those of this crate.

use super::{Golden, golden};
use ojak_protocol::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

/// One wire: the heading of its section, and what goes over it.
struct Wire {
    heading: &'static str,
    types: Vec<String>,
    examples: Vec<&'static str>,
}

fn wires() -> Vec<Wire> {
    let examples = |belongs: fn(&Golden) -> bool| {
        golden().into_iter().filter(|(message, _)| belongs(message)).map(|(_, json)| json).collect()
    };
    vec![
        Wire {
            heading: "From a client to the server",
            types: variants::<ClientMessage<()>>(r#"{"type":"?"}"#),
            examples: examples(|message| matches!(message, Golden::ToServer(_))),
        },
        Wire {
            heading: "From the server to a client",
            types: variants::<ServerMessage<()>>(r#"{"type":"?"}"#),
            examples: examples(|message| matches!(message, Golden::ToPage(_))),
        },
        Wire {
            heading: "From peer to peer: signals",
            types: variants::<PeerSignal>(r#"{"type":"?"}"#),
            examples: examples(|message| matches!(message, Golden::Signal(_))),
        },
        Wire {
            heading: "From peer to peer: the data channel",
            types: variants::<PeerMessage>(r#"{"type":"?"}"#),
            examples: examples(|message| matches!(message, Golden::ToPeer(_))),
        },
    ]
}

/// The names that `T` has for its variants, out of what serde says about one that it does not have.
fn variants<T: DeserializeOwned>(unknown: &str) -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(unknown) else { panic!("{unknown} was read") };
    let names: Vec<_> = error.to_string().split('`').skip(3).step_by(2).map(Into::into).collect();
    assert!(names.len() > 1, "{error}");
    names
}

fn section(heading: &str) -> &'static str {
    let start = format!("\n## {heading}\n");
    let section = DOCUMENT.split_once(&start).unwrap_or_else(|| panic!("no section {heading:?}")).1;
    section.split("\n## ").next().unwrap()
}

/// Every line between ```` ```json ```` and ```` ``` ````.
fn examples_in(text: &'static str) -> impl Iterator<Item = &'static str> {
    let blocks = text.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines)
}

fn kind(json: &str) -> String {
    serde_json::from_str::<Value>(json).unwrap()["type"].as_str().unwrap().to_owned()
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The cells of each row whose first one begins with a word in backticks.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

#[test]
fn every_example_is_a_golden_one_of_its_own_wire() {
    for Wire { heading, examples, .. } in wires() {
        for example in examples_in(section(heading)) {
            assert!(examples.contains(&example), "{heading}: nobody sends exactly this: {example}");
        }
    }
    let in_sections: usize = wires().iter().map(|wire| examples_in(section(wire.heading)).count()).sum();
    assert_eq!(examples_in(DOCUMENT).count(), in_sections, "an example stands outside the four sections");
}

#[test]
fn every_type_of_message_has_an_example() {
    for Wire { heading, types, .. } in wires() {
        let shown: BTreeSet<_> = examples_in(section(heading)).map(kind).collect();
        assert_eq!(shown, types.into_iter().collect(), "{heading}");
    }
}

#[test]
fn the_tables_name_every_type_and_the_fields_it_has() {
    for Wire { heading, types, examples } in wires() {
        let mut described = BTreeSet::new();
        for row in rows(section(heading)) {
            let name = in_backticks(row[0]).next().unwrap();
            assert!(described.insert(name.to_owned()), "{heading}: {name} has two rows");
            let fields: BTreeSet<_> = in_backticks(row[1]).map(str::to_owned).collect();
            let sent: BTreeSet<_> = examples
                .iter()
                .filter(|json| kind(json) == name)
                .flat_map(|json| serde_json::from_str::<serde_json::Map<String, Value>>(json).unwrap())
                .map(|(field, _)| field)
                .filter(|field| field != "type")
                .collect();
            assert_eq!(fields, sent, "{heading}: {name}");
        }
        assert_eq!(described, types.into_iter().collect(), "{heading}");
    }
}

#[test]
fn every_reason_and_every_error_code_is_named() {
    let named: BTreeSet<_> = in_backticks(DOCUMENT).collect();
    let reasons = variants::<Departure>(r#""?""#);
    let of_files = [variants::<Withdrawal>(r#""?""#), variants::<Refusal>(r#""?""#)].concat();
    for word in variants::<ErrorCode>(r#""?""#).iter().chain(&reasons).chain(&of_files) {
        assert!(named.contains(&**word), "{word}");
    }
}

#[test]
fn every_limit_is_the_one_of_this_crate() {
    let bytes = |bytes: usize| format!("{} KiB", bytes / 1024);
    let seconds = |duration: Duration| format!("{} s", duration.as_secs());
    let limits = [
        ("FRAME_BYTES_MAX", bytes(FRAME_BYTES_MAX)),
        ("MESSAGE_BYTES_MAX", bytes(MESSAGE_BYTES_MAX)),
        ("ROOM_CHARS_MAX", ROOM_CHARS_MAX.to_string()),
        ("NAME_CHARS_MAX", NAME_CHARS_MAX.to_string()),
        ("PING_INTERVAL", seconds(PING_INTERVAL)),
        ("SILENCE_MAX", seconds(SILENCE_MAX)),
        ("SEAT_KEPT", seconds(SEAT_KEPT)),
        ("JOIN_DEADLINE", seconds(JOIN_DEADLINE)),
        ("LOBBY_DEADLINE", seconds(LOBBY_DEADLINE)),
        ("ROOM_CAPACITY_DEFAULT", ROOM_CAPACITY_DEFAULT.to_string()),
        ("CANDIDATES_MAX", CANDIDATES_MAX.to_string()),
        ("CHAT_CHARS_MAX", CHAT_CHARS_MAX.to_string()),
        ("FILE_NAME_CHARS_MAX", FILE_NAME_CHARS_MAX.to_string()),
        ("FILE_BYTES_MAX", format!("{} GiB", FILE_BYTES_MAX >> 30)),
        ("FILE_BLOCK_BYTES", format!("{} KiB", FILE_BLOCK_BYTES / 1024)),
        ("FILE_WINDOW_BLOCKS", FILE_WINDOW_BLOCKS.to_string()),
    ];
    let written: Vec<_> = rows(section("Limits"))
        .map(|row| (in_backticks(row[0]).next().unwrap(), row[1].to_owned()))
        .collect();
    for (name, value) in &limits {
        let found = written.iter().find(|(written, _)| written == name);
        assert_eq!(found.map(|(_, value)| value), Some(value), "{name}");
    }
}
