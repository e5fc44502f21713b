//! The exact JSON of every message: what another client may rely on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to fail"
)]

use ojak_protocol::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt::Debug;

type ToServer = ClientMessage<PeerSignal>;
type ToClient = ServerMessage<PeerSignal>;

const ANA: &str = "AAECAwQFBgcICQoLDA0ODw";

fn ana() -> PeerId {
    ANA.parse().unwrap()
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn offer() -> PeerSignal {
    let description = Description { sdp_type: SdpType::Offer, sdp: "v=0\r\n".into() };
    PeerSignal::Description { generation: 0, sequence: 3, description }
}

#[track_caller]
fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T, json: &str) {
    assert_eq!(serde_json::to_string(message).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), message);
}

#[test]
fn from_page_to_server() {
    golden::<ToServer>(
        &ClientMessage::Join {
            version: PROTOCOL_VERSION,
            room: "Seventh evening".into(),
            name: "Ana".into(),
        },
        r#"{"type":"join","version":1,"room":"Seventh evening","name":"Ana"}"#,
    );
    golden::<ToServer>(
        &ClientMessage::Signal { to: ana(), payload: offer() },
        r#"{"type":"signal","to":"AAECAwQFBgcICQoLDA0ODw","payload":{"type":"description","generation":0,"sequence":3,"sdp_type":"offer","sdp":"v=0\r\n"}}"#,
    );
    golden::<ToServer>(&ClientMessage::Pong, r#"{"type":"pong"}"#);
    golden::<ToServer>(&ClientMessage::Leave, r#"{"type":"leave"}"#);
}

#[test]
fn from_server_to_page() {
    golden::<ToClient>(
        &ServerMessage::Joined {
            you: PeerId::from_bits(0),
            room: RoomName::parse("seventh-evening").unwrap(),
            peers: vec![PeerEntry { peer: ana(), name: name("Ana") }],
            ice_servers: vec![
                IceServer { urls: vec!["stun:stun.example:3478".into()], username: None, credential: None },
                IceServer {
                    urls: vec!["turn:turn.example:3478".into()],
                    username: Some("u".into()),
                    credential: Some("c".into()),
                },
            ],
        },
        r#"{"type":"joined","you":"AAAAAAAAAAAAAAAAAAAAAA","room":"seventh-evening","peers":[{"peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana"}],"ice_servers":[{"urls":["stun:stun.example:3478"]},{"urls":["turn:turn.example:3478"],"username":"u","credential":"c"}]}"#,
    );
    golden::<ToClient>(
        &ServerMessage::PeerJoined { peer: ana(), name: name("Ana") },
        r#"{"type":"peer_joined","peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana"}"#,
    );
    for (reason, word) in
        [(Departure::Left, "left"), (Departure::Timeout, "timeout"), (Departure::Removed, "removed")]
    {
        golden::<ToClient>(
            &ServerMessage::PeerLeft { peer: ana(), reason },
            &format!(r#"{{"type":"peer_left","peer":"{ANA}","reason":"{word}"}}"#),
        );
    }
    golden::<ToClient>(
        &ServerMessage::Signal { from: ana(), payload: offer() },
        r#"{"type":"signal","from":"AAECAwQFBgcICQoLDA0ODw","payload":{"type":"description","generation":0,"sequence":3,"sdp_type":"offer","sdp":"v=0\r\n"}}"#,
    );
    golden::<ToClient>(&ServerMessage::Ping, r#"{"type":"ping"}"#);
}

#[test]
fn every_error_code() {
    let codes = [
        (ErrorCode::BadMessage, "bad_message"),
        (ErrorCode::BadVersion, "bad_version"),
        (ErrorCode::BadRoom, "bad_room"),
        (ErrorCode::BadName, "bad_name"),
        (ErrorCode::RoomFull, "room_full"),
        (ErrorCode::RoomLocked, "room_locked"),
        (ErrorCode::Denied, "denied"),
        (ErrorCode::Removed, "removed"),
        (ErrorCode::ResumeRefused, "resume_refused"),
        (ErrorCode::TooManyRequests, "too_many_requests"),
        (ErrorCode::NotInRoom, "not_in_room"),
        (ErrorCode::NoSuchPeer, "no_such_peer"),
        (ErrorCode::ServerFull, "server_full"),
        (ErrorCode::Internal, "internal"),
    ];
    for (code, word) in codes {
        golden::<ToClient>(
            &ServerMessage::Error { code, message: "why".into() },
            &format!(r#"{{"type":"error","code":"{word}","message":"why"}}"#),
        );
    }
}

#[test]
fn between_pages() {
    let answer = Description { sdp_type: SdpType::Answer, sdp: "v=0".into() };
    golden(
        &PeerSignal::Description { generation: 1, sequence: 0, description: answer },
        r#"{"type":"description","generation":1,"sequence":0,"sdp_type":"answer","sdp":"v=0"}"#,
    );
    golden(
        &PeerSignal::Candidate {
            generation: 0,
            sequence: 4,
            candidate: Some(Candidate {
                candidate: "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host".into(),
                sdp_mid: Some("0".into()),
                sdp_m_line_index: Some(0),
                username_fragment: Some("Yj8x".into()),
            }),
        },
        r#"{"type":"candidate","generation":0,"sequence":4,"candidate":{"candidate":"candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host","sdp_mid":"0","sdp_m_line_index":0,"username_fragment":"Yj8x"}}"#,
    );
    golden(
        &PeerSignal::Candidate { generation: 0, sequence: 5, candidate: None },
        r#"{"type":"candidate","generation":0,"sequence":5}"#,
    );
    golden(
        &PeerMessage::Status(Status { microphone: Switch::On, camera: Switch::Off }),
        r#"{"type":"status","microphone":"on","camera":"off"}"#,
    );
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
        Ok(ClientMessage::Join { version: 1, room, name }) => assert_eq!((&*room, &*name), ("r", "n")),
        other => panic!("{other:?}"),
    }
    let ping: ToClient = serde_json::from_str(r#"{"type":"ping","later":1}"#).unwrap();
    assert_eq!(ping, ServerMessage::Ping);
}

#[test]
fn what_is_no_message_is_said_to_be_none() {
    for text in ["", "hello", "5", "[]", "{}", r#"{"type":5}"#, r#"{"type":"join""#, "{\"type\":\"pong\"}x"] {
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
    ]
}

fn to_server() -> impl Strategy<Value = ToServer> {
    prop_oneof![
        (any::<u32>(), ".*", ".*").prop_map(|(version, room, name)| ClientMessage::Join {
            version,
            room,
            name
        }),
        (peer_ids(), signals()).prop_map(|(to, payload)| ClientMessage::Signal { to, payload }),
        Just(ClientMessage::Pong),
        Just(ClientMessage::Leave),
    ]
}

fn names() -> impl Strategy<Value = DisplayName> {
    "\\PC{1,48}".prop_filter_map("not a name", |text| DisplayName::parse(&text).ok())
}

fn to_client() -> impl Strategy<Value = ToClient> {
    let room = "[\\p{L}\\p{N}_ -]{1,32}".prop_filter_map("not a room", |text| RoomName::parse(&text).ok());
    let peers = proptest::collection::vec((peer_ids(), names()), 0..8)
        .prop_map(|peers| peers.into_iter().map(|(peer, name)| PeerEntry { peer, name }).collect());
    prop_oneof![
        (peer_ids(), room, peers).prop_map(|(you, room, peers)| ServerMessage::Joined {
            you,
            room,
            peers,
            ice_servers: vec![]
        }),
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
            ClientMessage::Join { version, room, name } => ClientMessage::Join { version, room, name },
            ClientMessage::Signal { to, payload } => {
                ClientMessage::Signal { to, payload: serde_json::from_str(payload.get()).unwrap() }
            }
            ClientMessage::Pong => ClientMessage::Pong,
            ClientMessage::Leave => ClientMessage::Leave,
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
