//! The exact JSON of every message: what another client may rely on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail"
)]

mod golden;

use golden::{ANA, Golden, ana, golden};
use ojak_protocol::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt::Debug;

type ToServer = ClientMessage<PeerSignal>;
type ToClient = ServerMessage<PeerSignal>;

#[track_caller]
fn is_exactly<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T, json: &str) {
    assert_eq!(serde_json::to_string(message).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), message);
}

#[test]
fn every_message_is_written_and_read_exactly_so() {
    for (message, json) in golden() {
        match &message {
            Golden::ToServer(message) => is_exactly(message, json),
            Golden::ToPage(message) => is_exactly(message, json),
            Golden::Signal(message) => is_exactly(message, json),
            Golden::ToPeer(message) => is_exactly(message, json),
        }
    }
}

#[test]
fn every_error_code() {
    for code in ErrorCode::ALL {
        let word = code.as_str();
        is_exactly::<ToClient>(
            &ServerMessage::Error { code, message: "why".into() },
            &format!(r#"{{"type":"error","code":"{word}","message":"why"}}"#),
        );
    }
}

#[test]
fn the_server_reads_a_signal_without_reading_its_payload() {
    let text = format!(r#"{{"payload": {{"any": [1, "thing"]}} , "type":"signal","to":"{ANA}"}}"#);
    match ClientMessage::<&RawValue>::parse(&text) {
        Ok(ClientMessage::Signal { to, payload }) => {
            assert_eq!(to, ana());
            assert_eq!(payload.get(), r#"{"any": [1, "thing"]}"#);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let text = r#"{"type":"join","version":1,"room":"r","name":"n","from":5,"later":{"a":[]}}"#;
    match ClientMessage::<&RawValue>::parse(text) {
        Ok(ClientMessage::Join { version: 1, room, name, resume: None }) => {
            assert_eq!((&*room, &*name), ("r", "n"));
        }
        other => panic!("{other:?}"),
    }
    let ping: ToClient = serde_json::from_str(r#"{"type":"ping","later":1}"#).unwrap();
    assert_eq!(ping, ServerMessage::Ping);
}

#[test]
fn what_is_no_message_is_said_to_be_none() {
    for text in [
        "",
        "hello",
        "5",
        "[]",
        r#"["pong"]"#,
        "{}",
        r#"{"type":5}"#,
        r#"{"type":"join""#,
        "{\"type\":\"pong\"}x",
    ] {
        assert!(matches!(ClientMessage::<&RawValue>::parse(text), Err(BadMessage::Json(_))), "{text:?}");
    }
    for text in [r#"{"type":"dance"}"#, r#"{"type":"Join"}"#, r#"{"type":""}"#, r#"{"type":"joined"}"#] {
        assert!(
            matches!(ClientMessage::<&RawValue>::parse(text), Err(BadMessage::UnknownType(_))),
            "{text:?}"
        );
    }
    for text in [
        r#"{"type":"join","version":1,"room":"r"}"#,
        r#"{"type":"join","version":"1","room":"r","name":"n"}"#,
        r#"{"type":"join","version":-1,"room":"r","name":"n"}"#,
        r#"{"type":"signal","to":"me","payload":{}}"#,
        r#"{"type":"signal","to":"AAECAwQFBgcICQoLDA0ODw"}"#,
        r#"{"type":"lock"}"#,
        r#"{"type":"lock","locked":"yes"}"#,
        r#"{"type":"admit","peer":"me"}"#,
    ] {
        assert!(matches!(ClientMessage::<&RawValue>::parse(text), Err(BadMessage::Field(_))), "{text:?}");
    }
}

fn peer_ids() -> impl Strategy<Value = PeerId> {
    any::<u128>().prop_map(PeerId::from_bits)
}

fn signals() -> impl Strategy<Value = PeerSignal> {
    let descriptions = (any::<bool>(), ".*").prop_map(|(offer, sdp)| {
        let sdp_type = if offer { SdpType::Offer } else { SdpType::Answer };
        Description { sdp_type, sdp }
    });
    let candidates = (".*", any::<Option<String>>(), any::<Option<u16>>(), any::<Option<String>>()).prop_map(
        |(candidate, sdp_mid, sdp_m_line_index, username_fragment)| Candidate {
            candidate,
            sdp_mid,
            sdp_m_line_index,
            username_fragment,
        },
    );
    prop_oneof![
        (any::<u32>(), any::<u32>(), descriptions).prop_map(|(generation, sequence, description)| {
            PeerSignal::Description { generation, sequence, description }
        }),
        (any::<u32>(), any::<u32>(), proptest::option::of(candidates)).prop_map(
            |(generation, sequence, candidate)| PeerSignal::Candidate { generation, sequence, candidate }
        ),
        (any::<u32>(), any::<u32>(), any::<bool>()).prop_map(|(generation, sequence, restart_ice)| {
            PeerSignal::Ask { generation, sequence, restart_ice }
        }),
        any::<(u32, u32)>().prop_map(|(generation, page)| PeerSignal::Renew { generation, page }),
    ]
}

fn to_server() -> impl Strategy<Value = ToServer> {
    prop_oneof![
        (any::<u32>(), ".*", ".*", any::<Option<String>>()).prop_map(|(version, room, name, resume)| {
            ClientMessage::Join { version, room, name, resume }
        }),
        (peer_ids(), signals()).prop_map(|(to, payload)| ClientMessage::Signal { to, payload }),
        ".*".prop_map(|room| ClientMessage::Peek { room }),
        Just(ClientMessage::Pong),
        Just(ClientMessage::Leave),
        any::<bool>().prop_map(|locked| ClientMessage::Lock { locked }),
        peer_ids().prop_map(|peer| ClientMessage::Admit { peer }),
        peer_ids().prop_map(|peer| ClientMessage::Deny { peer }),
        peer_ids().prop_map(|peer| ClientMessage::Remove { peer }),
    ]
}

fn names() -> impl Strategy<Value = DisplayName> {
    "\\PC{1,48}".prop_filter_map("not a name", |text| DisplayName::parse(&text).ok())
}

fn rooms() -> impl Strategy<Value = RoomName> {
    "[\\p{L}\\p{N}_ -]{1,32}".prop_filter_map("not a room", |text| RoomName::parse(&text).ok())
}

fn to_client() -> impl Strategy<Value = ToClient> {
    let peers = proptest::collection::vec((peer_ids(), names(), any::<bool>()), 0..8).prop_map(|peers| {
        peers.into_iter().map(|(peer, name, away)| PeerEntry { peer, name, away }).collect()
    });
    prop_oneof![
        (peer_ids(), rooms(), ".*", peers, peer_ids(), any::<bool>()).prop_map(
            |(you, room, resume, peers, host, locked)| ServerMessage::Joined {
                you,
                room,
                resume,
                peers,
                host,
                locked,
                ice_servers: vec![]
            }
        ),
        Just(ServerMessage::Waiting),
        (peer_ids(), names()).prop_map(|(peer, name)| ServerMessage::Knock { peer, name }),
        (peer_ids(), names()).prop_map(|(peer, name)| ServerMessage::KnockEnded { peer, name }),
        any::<bool>().prop_map(|locked| ServerMessage::Locked { locked }),
        peer_ids().prop_map(|peer| ServerMessage::Host { peer }),
        (rooms(), proptest::collection::vec(names(), 0..8))
            .prop_map(|(room, names)| ServerMessage::Presence { room, names }),
        peer_ids().prop_map(|peer| ServerMessage::PeerAway { peer }),
        peer_ids().prop_map(|peer| ServerMessage::PeerBack { peer }),
        any::<u32>().prop_map(|reconnect_within| ServerMessage::GoingAway { reconnect_within }),
        (peer_ids(), names()).prop_map(|(peer, name)| ServerMessage::PeerJoined { peer, name }),
        peer_ids().prop_map(|peer| ServerMessage::PeerLeft { peer, reason: Departure::Left }),
        (peer_ids(), signals()).prop_map(|(from, payload)| ServerMessage::Signal { from, payload }),
        Just(ServerMessage::Ping),
        ".*".prop_map(|why| ServerMessage::Error { code: ErrorCode::Internal, message: why.into() }),
    ]
}

proptest! {
    #[test]
    fn what_a_page_writes_the_server_reads(message in to_server()) {
        let text = message.to_json();
        prop_assert_eq!(&serde_json::from_str::<ToServer>(&text).unwrap(), &message);
        let relayed = match ClientMessage::<&RawValue>::parse(&text).unwrap() {
            ClientMessage::Join { version, room, name, resume } => {
                ClientMessage::Join { version, room, name, resume }
            }
            ClientMessage::Signal { to, payload } => {
                ClientMessage::Signal { to, payload: serde_json::from_str(payload.get()).unwrap() }
            }
            ClientMessage::Peek { room } => ClientMessage::Peek { room },
            ClientMessage::Pong => ClientMessage::Pong,
            ClientMessage::Leave => ClientMessage::Leave,
            ClientMessage::Lock { locked } => ClientMessage::Lock { locked },
            ClientMessage::Admit { peer } => ClientMessage::Admit { peer },
            ClientMessage::Deny { peer } => ClientMessage::Deny { peer },
            ClientMessage::Remove { peer } => ClientMessage::Remove { peer },
        };
        prop_assert_eq!(relayed, message);
    }

    #[test]
    fn what_the_server_writes_a_page_reads(message in to_client()) {
        prop_assert_eq!(&serde_json::from_str::<ToClient>(&message.to_json()).unwrap(), &message);
    }

    #[test]
    fn a_folded_room_name_folds_to_itself(text in "\\PC{0,80}") {
        if let Ok(room) = RoomName::parse(&text) {
            prop_assert_eq!(RoomName::parse(room.as_str()), Ok(room));
        }
    }

    #[test]
    fn no_text_panics_the_parser(text in ".*") {
        let _ = ClientMessage::<&RawValue>::parse(&text);
        let _ = text.parse::<PeerId>();
        let _ = RoomName::parse(&text);
        let _ = DisplayName::parse(&text);
    }
}

/// What an older page says has neither a screen nor a hand, and what a later one says has more.
#[test]
fn a_status_is_read_with_less_and_with_more_in_it() {
    let status = |json: &str| serde_json::from_str::<PeerMessage>(json).unwrap();
    let shares = |screen, hand| {
        PeerMessage::Status(Status {
            microphone: Switch::On,
            camera: Switch::Off,
            screen,
            screen_paused: Switch::Off,
            hand,
            recording: Switch::Off,
        })
    };
    assert_eq!(status(r#"{"type":"status","microphone":"on","camera":"off"}"#), shares(Switch::Off, None));
    assert_eq!(
        status(r#"{"type":"status","microphone":"on","camera":"off","screen":"on","hand":2,"later":[1]}"#),
        shares(Switch::On, Some(2))
    );
}
