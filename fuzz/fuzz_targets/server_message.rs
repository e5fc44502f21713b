//! What a page reads from the server. What was read and is written again is the same message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ojak_protocol::{PeerSignal, ServerMessage};

fuzz_target!(|text: &str| {
    if let Ok(message) = serde_json::from_str::<ServerMessage<PeerSignal>>(text) {
        assert_eq!(serde_json::from_str::<ServerMessage<PeerSignal>>(&message.to_json()).unwrap(), message);
    }
});
