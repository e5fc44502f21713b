//! What a page reads from another page, by either way. What was read and is written again is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ojak_protocol::{PeerMessage, PeerSignal};

fuzz_target!(|text: &str| {
    if let Ok(message) = serde_json::from_str::<PeerMessage>(text) {
        assert_eq!(serde_json::from_str::<PeerMessage>(&message.to_json()).unwrap(), message);
    }
    if let Ok(signal) = serde_json::from_str::<PeerSignal>(text) {
        let again = serde_json::to_string(&signal).unwrap();
        assert_eq!(serde_json::from_str::<PeerSignal>(&again).unwrap(), signal);
    }
});
