//! What gives a seat back: nothing but the very text that was handed out, at the very room.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ojak_protocol::{PeerId, RoomName};
use pass::{Issued, PassKey};
use std::time::SystemTime;

#[path = "../../crates/server/src/pass.rs"]
#[allow(dead_code)]
mod pass;

fuzz_target!(|data: (u16, u8, u8, &str)| {
    let (place, byte, room, text) = data;
    let rooms = ["home", "homes", "hom"].map(|name| RoomName::parse(name).unwrap());
    let key = PassKey::from_bytes([7; PassKey::BYTES]);
    let peer = PeerId::from_bits(5);
    let issued = Issued::from(SystemTime::UNIX_EPOCH);
    let pass = key.issue(&rooms[0], peer, [3; 16], issued);
    assert_eq!(key.read(&pass.token, &rooms[0]).map(|claim| claim.peer), Some(peer));

    let there = &rooms[usize::from(room) % rooms.len()];
    for shown in [text.to_owned(), changed(&pass.token, place, byte), format!("{}{text}", pass.token)] {
        let is_it = shown == pass.token && *there == rooms[0];
        assert_eq!(key.read(&shown, there).is_some(), is_it, "{shown:?} at {there}");
    }
});

/// One character of `token` replaced.
fn changed(token: &str, place: u16, byte: u8) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let place = usize::from(place) % bytes.len();
    bytes[place] = byte & 0x7F;
    String::from_utf8(bytes).unwrap()
}
