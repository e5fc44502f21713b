//! What people type. A name that was read reads as itself, also after the way round through an address and the
//! normaliser of the other side.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ojak_protocol::{DisplayName, NAME_CHARS_MAX, PeerId, ROOM_CHARS_MAX, RoomName};
use unicode_normalization::UnicodeNormalization;

fn room(typed: &str) -> Option<RoomName> {
    RoomName::fold(typed, |text| text.nfc().collect()).ok()
}

fuzz_target!(|text: &str| {
    let _ = RoomName::parse(text);
    if let Some(folded) = room(text) {
        assert!((1..=ROOM_CHARS_MAX).contains(&folded.as_str().chars().count()));
        assert!(!folded.as_str().contains(['/', '?', '#', '.', '%', '<', '&', ' ']));
        assert_eq!(room(folded.as_str()), Some(folded), "another room after one more turn");
    }
    if let Ok(name) = DisplayName::parse(text) {
        assert!((1..=NAME_CHARS_MAX).contains(&name.as_str().chars().count()));
        assert!(!name.as_str().contains(char::is_control));
        assert_eq!(DisplayName::parse(name.as_str()), Ok(name));
    }
    if let Ok(peer) = text.parse::<PeerId>() {
        assert_eq!(peer.as_str(), text);
    }
});
