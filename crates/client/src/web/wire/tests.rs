use super::golden::{Golden, golden};
use super::{from_peer, from_server, to_peer, to_server};
use ojak_call::protocol::{ErrorCode, PeerMessage, PeerSignal, ServerMessage};
use wasm_bindgen_test::wasm_bindgen_test;

/// A signal goes inside of something else.
fn to_somebody(signal: &PeerSignal) -> PeerMessage {
    PeerMessage::Signal { payload: signal.clone() }
}

#[wasm_bindgen_test]
fn every_message_is_written_as_serde_writes_it() {
    for (message, json) in golden() {
        match &message {
            Golden::ToServer(message) => assert_eq!(to_server(message), json),
            Golden::ToPeer(message) => assert_eq!(to_peer(message), json),
            Golden::Signal(signal) => {
                let text = to_peer(&to_somebody(signal));
                assert_eq!(text, [r#"{"type":"signal","payload":"#, json, "}"].concat());
            }
            // The page writes none of these.
            Golden::ToPage(_) => {}
        }
    }
}

#[wasm_bindgen_test]
fn every_message_is_read_as_serde_reads_it() {
    for (message, json) in golden() {
        match message {
            Golden::ToPage(message) => assert_eq!(from_server(json), Some(message), "{json}"),
            Golden::ToPeer(message) => assert_eq!(from_peer(json), Some(message), "{json}"),
            Golden::Signal(signal) => {
                let text = [r#"{"later":[],"type":"signal","payload":"#, json, "}"].concat();
                assert_eq!(from_peer(&text), Some(to_somebody(&signal)), "{text}");
            }
            // The page reads none of these.
            Golden::ToServer(_) => {}
        }
    }
    for code in ErrorCode::ALL {
        let text = [r#"{"type":"error","code":""#, code.as_str(), r#"","message":"why"}"#].concat();
        assert_eq!(from_server(&text), Some(ServerMessage::Error { code, message: "why".into() }));
    }
}

#[wasm_bindgen_test]
fn what_is_no_message_is_none() {
    for text in [
        "",
        "hello",
        "null",
        "[]",
        "7",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"later"}"#,
        r#"{"type":"peer_away"}"#,
        r#"{"type":"peer_away","peer":"short"}"#,
        r#"{"type":"peer_left","peer":"AAECAwQFBgcICQoLDA0ODw","reason":"later"}"#,
        r#"{"type":"going_away","reconnect_within":-1}"#,
        r#"{"type":"going_away","reconnect_within":0.5}"#,
        r#"{"type":"going_away","reconnect_within":4294967296}"#,
        r#"{"type":"going_away","reconnect_within":"1"}"#,
        r#"{"type":"ice_servers","ice_servers":{}}"#,
        r#"{"type":"ice_servers","ice_servers":[{"urls":[1]}]}"#,
        r#"{"type":"ice_servers","ice_servers":[{"urls":[],"username":1}]}"#,
        r#"{"type":"error","code":"later","message":""}"#,
    ] {
        assert_eq!(from_server(text), None, "{text}");
    }
    for text in [
        r#"{"type":"hello"}"#,
        r#"{"type":"hello","page":1,"chat":{"page":1}}"#,
        r#"{"type":"chat","sequence":0,"age":0,"text":" "}"#,
        r#"{"type":"chat_history","messages":[{"author":"short"}]}"#,
        r#"{"type":"file_offer","transfer":0,"name":"a","size":0.5}"#,
        r#"{"type":"file_offer","transfer":0,"name":"a","size":1099511627777}"#,
        r#"{"type":"file_block","transfer":0,"block":0,"digest":"ab"}"#,
        r#"{"type":"file_decline","transfer":0,"reason":"later"}"#,
    ] {
        assert_eq!(from_peer(text), None, "{text}");
    }
    for payload in [
        "null",
        r#"{"type":"candidate","generation":0}"#,
        r#"{"type":"candidate","generation":0,"sequence":1,"candidate":{}}"#,
        r#"{"type":"candidate","generation":0,"sequence":1,"candidate":{"candidate":"","sdp_m_line_index":65536}}"#,
        r#"{"type":"description","generation":0,"sequence":0,"sdp_type":"rollback","sdp":""}"#,
    ] {
        let text = [r#"{"type":"signal","payload":"#, payload, "}"].concat();
        assert_eq!(from_peer(&text), None, "{text}");
    }
}
