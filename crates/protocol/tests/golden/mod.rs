//! One example of every message, with its exact JSON. What is shown in `docs/protocol.md` is taken from here.

mod document;

use ojak_protocol::*;

/// A message, by the wire it is on.
#[derive(Debug)]
pub enum Golden {
    /// From a page to the server.
    ToServer(ClientMessage<PeerSignal>),
    /// From the server to a page.
    ToPage(ServerMessage<PeerSignal>),
    /// From a page to another, over the server or the data channel.
    Signal(PeerSignal),
    /// From a page to another, over the data channel.
    ToPeer(PeerMessage),
}

/// Fixed for ever: names of version 1 do not change.
pub fn golden() -> Vec<(Golden, &'static str)> {
    [to_server(), to_page(), signals(), to_peer()].into_iter().flatten().collect()
}

pub const ANA: &str = "AAECAwQFBgcICQoLDA0ODw";

pub fn ana() -> PeerId {
    PeerId::from_bits(0x000102030405060708090a0b0c0d0e0f)
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn offer() -> PeerSignal {
    let description = Description { sdp_type: SdpType::Offer, sdp: "v=0\r\n".into() };
    PeerSignal::Description { generation: 0, sequence: 0, description }
}

fn ice_servers() -> Vec<IceServer> {
    vec![
        IceServer { urls: vec!["stun:stun.example:3478".into()], username: None, credential: None },
        IceServer {
            urls: vec!["turn:turn.example:3478".into()],
            username: Some("u".into()),
            credential: Some("c".into()),
        },
    ]
}

fn to_server() -> Vec<(Golden, &'static str)> {
    let join = |room: &str, resume: Option<&str>| ClientMessage::Join {
        version: PROTOCOL_VERSION,
        room: room.into(),
        name: "Ana".into(),
        resume: resume.map(Into::into),
    };
    [
        (
            join("Seventh evening", None),
            r#"{"type":"join","version":1,"room":"Seventh evening","name":"Ana"}"#,
        ),
        (
            join("seventh-evening", Some("c2VjcmV0")),
            r#"{"type":"join","version":1,"room":"seventh-evening","name":"Ana","resume":"c2VjcmV0"}"#,
        ),
        (ClientMessage::Peek { room: "Seventh evening".into() }, r#"{"type":"peek","room":"Seventh evening"}"#),
        (
            ClientMessage::Signal { to: ana(), payload: offer() },
            r#"{"type":"signal","to":"AAECAwQFBgcICQoLDA0ODw","payload":{"type":"description","generation":0,"sequence":0,"sdp_type":"offer","sdp":"v=0\r\n"}}"#,
        ),
        (ClientMessage::Pong, r#"{"type":"pong"}"#),
        (ClientMessage::Leave, r#"{"type":"leave"}"#),
    ]
    .map(|(message, json)| (Golden::ToServer(message), json))
    .into()
}

fn to_page() -> Vec<(Golden, &'static str)> {
    let left = |reason| ServerMessage::PeerLeft { peer: ana(), reason };
    let error = |code, message: &'static str| ServerMessage::Error { code, message: message.into() };
    [
        (
            ServerMessage::Joined {
                you: PeerId::from_bits(0),
                room: RoomName::parse("seventh-evening").unwrap(),
                resume: "c2VjcmV0".into(),
                peers: vec![PeerEntry { peer: ana(), name: name("Ana"), away: false }],
                ice_servers: ice_servers(),
            },
            r#"{"type":"joined","you":"AAAAAAAAAAAAAAAAAAAAAA","room":"seventh-evening","resume":"c2VjcmV0","peers":[{"peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana","away":false}],"ice_servers":[{"urls":["stun:stun.example:3478"]},{"urls":["turn:turn.example:3478"],"username":"u","credential":"c"}]}"#,
        ),
        (
            ServerMessage::Presence {
                room: RoomName::parse("seventh-evening").unwrap(),
                names: vec![name("Ana"), name("Ben")],
            },
            r#"{"type":"presence","room":"seventh-evening","names":["Ana","Ben"]}"#,
        ),
        (
            ServerMessage::PeerJoined { peer: ana(), name: name("Ana") },
            r#"{"type":"peer_joined","peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana"}"#,
        ),
        (
            ServerMessage::PeerAway { peer: ana() },
            r#"{"type":"peer_away","peer":"AAECAwQFBgcICQoLDA0ODw"}"#,
        ),
        (
            ServerMessage::PeerBack { peer: ana() },
            r#"{"type":"peer_back","peer":"AAECAwQFBgcICQoLDA0ODw"}"#,
        ),
        (left(Departure::Left), r#"{"type":"peer_left","peer":"AAECAwQFBgcICQoLDA0ODw","reason":"left"}"#),
        (
            left(Departure::Timeout),
            r#"{"type":"peer_left","peer":"AAECAwQFBgcICQoLDA0ODw","reason":"timeout"}"#,
        ),
        (
            left(Departure::Removed),
            r#"{"type":"peer_left","peer":"AAECAwQFBgcICQoLDA0ODw","reason":"removed"}"#,
        ),
        (
            ServerMessage::Signal { from: ana(), payload: offer() },
            r#"{"type":"signal","from":"AAECAwQFBgcICQoLDA0ODw","payload":{"type":"description","generation":0,"sequence":0,"sdp_type":"offer","sdp":"v=0\r\n"}}"#,
        ),
        (
            ServerMessage::IceServers { ice_servers: ice_servers() },
            r#"{"type":"ice_servers","ice_servers":[{"urls":["stun:stun.example:3478"]},{"urls":["turn:turn.example:3478"],"username":"u","credential":"c"}]}"#,
        ),
        (
            ServerMessage::GoingAway { reconnect_within: 2000 },
            r#"{"type":"going_away","reconnect_within":2000}"#,
        ),
        (ServerMessage::Ping, r#"{"type":"ping"}"#),
        (
            error(ErrorCode::NoSuchPeer, "nobody with that id is in the room"),
            r#"{"type":"error","code":"no_such_peer","message":"nobody with that id is in the room"}"#,
        ),
    ]
    .map(|(message, json)| (Golden::ToPage(message), json))
    .into()
}

fn signals() -> Vec<(Golden, &'static str)> {
    let answer = Description { sdp_type: SdpType::Answer, sdp: "v=0\r\n".into() };
    let candidate = Candidate {
        candidate: "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host".into(),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: Some("Yj8x".into()),
    };
    [
        (
            offer(),
            r#"{"type":"description","generation":0,"sequence":0,"sdp_type":"offer","sdp":"v=0\r\n"}"#,
        ),
        (
            PeerSignal::Description { generation: 1, sequence: 0, description: answer },
            r#"{"type":"description","generation":1,"sequence":0,"sdp_type":"answer","sdp":"v=0\r\n"}"#,
        ),
        (
            PeerSignal::Candidate { generation: 0, sequence: 4, candidate: Some(candidate) },
            r#"{"type":"candidate","generation":0,"sequence":4,"candidate":{"candidate":"candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host","sdp_mid":"0","sdp_m_line_index":0,"username_fragment":"Yj8x"}}"#,
        ),
        (
            PeerSignal::Candidate { generation: 0, sequence: 5, candidate: None },
            r#"{"type":"candidate","generation":0,"sequence":5}"#,
        ),
        (
            PeerSignal::Ask { generation: 0, sequence: 6, restart_ice: true },
            r#"{"type":"ask","generation":0,"sequence":6,"restart_ice":true}"#,
        ),
        (PeerSignal::Renew { generation: 2, page: 7 }, r#"{"type":"renew","generation":2,"page":7}"#),
    ]
    .map(|(message, json)| (Golden::Signal(message), json))
    .into()
}

fn to_peer() -> Vec<(Golden, &'static str)> {
    let status = Status { microphone: Switch::On, camera: Switch::Off };
    [
        (PeerMessage::Status(status), r#"{"type":"status","microphone":"on","camera":"off"}"#),
        (
            PeerMessage::Signal { payload: PeerSignal::Renew { generation: 2, page: 7 } },
            r#"{"type":"signal","payload":{"type":"renew","generation":2,"page":7}}"#,
        ),
        (PeerMessage::Beat, r#"{"type":"beat"}"#),
        (PeerMessage::Leave, r#"{"type":"leave"}"#),
    ]
    .into_iter()
    .chain(chat())
    .chain(files())
    .map(|(message, json)| (Golden::ToPeer(message), json))
    .collect()
}

fn chat() -> [(PeerMessage, &'static str); 6] {
    let text = |text| ChatText::parse(text).unwrap();
    let entry = ChatEntry {
        author: ana(),
        name: name("Ana"),
        page: 7,
        sequence: 0,
        age: 61_000,
        text: text("Shall we?"),
    };
    [
        (PeerMessage::Hello { page: 7, chat: None }, r#"{"type":"hello","page":7}"#),
        (
            PeerMessage::Hello { page: 7, chat: Some(ChatPosition { page: 9, next: 3 }) },
            r#"{"type":"hello","page":7,"chat":{"page":9,"next":3}}"#,
        ),
        (
            PeerMessage::Chat {
                sequence: 2, age: 0, text: text("다리에서 만나요\nhttps://ojak.example/")
            },
            "{\"type\":\"chat\",\"sequence\":2,\"age\":0,\"text\":\"다리에서 만나요\\nhttps://ojak.example/\"}",
        ),
        (PeerMessage::ChatReceived { next: 3 }, r#"{"type":"chat_received","next":3}"#),
        (
            PeerMessage::ChatHistory { messages: vec![entry], next: None },
            r#"{"type":"chat_history","messages":[{"author":"AAECAwQFBgcICQoLDA0ODw","name":"Ana","page":7,"sequence":0,"age":61000,"text":"Shall we?"}]}"#,
        ),
        (
            PeerMessage::ChatHistory { messages: vec![], next: Some(3) },
            r#"{"type":"chat_history","messages":[],"next":3}"#,
        ),
    ]
}

fn files() -> [(PeerMessage, &'static str); 6] {
    [
        (
            PeerMessage::FileOffer { transfer: 0, name: FileName::clean("bridge.jpg"), size: 2_202_009 },
            r#"{"type":"file_offer","transfer":0,"name":"bridge.jpg","size":2202009}"#,
        ),
        (
            PeerMessage::FileAccept { transfer: 0, block: 1 },
            r#"{"type":"file_accept","transfer":0,"block":1}"#,
        ),
        (
            PeerMessage::FileBlock { transfer: 0, block: 1, digest: Digest([0xab; 32]) },
            r#"{"type":"file_block","transfer":0,"block":1,"digest":"abababababababababababababababababababababababababababababababab"}"#,
        ),
        (PeerMessage::FileKept { transfer: 0, blocks: 2 }, r#"{"type":"file_kept","transfer":0,"blocks":2}"#),
        (
            PeerMessage::FileWithdraw { transfer: 0, reason: Withdrawal::Cancelled },
            r#"{"type":"file_withdraw","transfer":0,"reason":"cancelled"}"#,
        ),
        (
            PeerMessage::FileDecline { transfer: 0, reason: Refusal::NoSpace },
            r#"{"type":"file_decline","transfer":0,"reason":"no_space"}"#,
        ),
    ]
}
