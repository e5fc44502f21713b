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
        (ClientMessage::Lock { locked: true }, r#"{"type":"lock","locked":true}"#),
        (ClientMessage::Admit { peer: ana() }, r#"{"type":"admit","peer":"AAECAwQFBgcICQoLDA0ODw"}"#),
        (ClientMessage::Deny { peer: ana() }, r#"{"type":"deny","peer":"AAECAwQFBgcICQoLDA0ODw"}"#),
        (ClientMessage::Remove { peer: ana() }, r#"{"type":"remove","peer":"AAECAwQFBgcICQoLDA0ODw"}"#),
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
                host: ana(),
                locked: false,
                ice_servers: ice_servers(),
            },
            r#"{"type":"joined","you":"AAAAAAAAAAAAAAAAAAAAAA","room":"seventh-evening","resume":"c2VjcmV0","peers":[{"peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana","away":false}],"host":"AAECAwQFBgcICQoLDA0ODw","locked":false,"ice_servers":[{"urls":["stun:stun.example:3478"]},{"urls":["turn:turn.example:3478"],"username":"u","credential":"c"}]}"#,
        ),
        (ServerMessage::Waiting, r#"{"type":"waiting"}"#),
        (
            ServerMessage::Knock { peer: ana(), name: name("Ana") },
            r#"{"type":"knock","peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana"}"#,
        ),
        (
            ServerMessage::KnockEnded { peer: ana(), name: name("Ana") },
            r#"{"type":"knock_ended","peer":"AAECAwQFBgcICQoLDA0ODw","name":"Ana"}"#,
        ),
        (ServerMessage::Locked { locked: true }, r#"{"type":"locked","locked":true}"#),
        (ServerMessage::Host { peer: ana() }, r#"{"type":"host","peer":"AAECAwQFBgcICQoLDA0ODw"}"#),
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
    let status = Status {
        microphone: Switch::On,
        camera: Switch::Off,
        screen: Switch::Off,
        screen_paused: Switch::Off,
        hand: None,
        recording: Switch::Off,
    };
    let sharing = Status { screen: Switch::On, hand: Some(3), recording: Switch::On, ..status };
    let paused = Status { screen_paused: Switch::On, ..status };
    let caption = Caption {
        utterance: 7,
        text: "We could take the early train".into(),
        language: "en-GB".into(),
        is_final: false,
    };
    [
        (PeerMessage::Status(status), r#"{"type":"status","microphone":"on","camera":"off","screen":"off","recording":"off"}"#),
        (
            PeerMessage::Status(sharing),
            r#"{"type":"status","microphone":"on","camera":"off","screen":"on","hand":3,"recording":"on"}"#,
        ),
        (
            PeerMessage::Status(paused),
            r#"{"type":"status","microphone":"on","camera":"off","screen":"off","screen_paused":"on","recording":"off"}"#,
        ),
        (
            PeerMessage::Reaction { reaction: Reaction::Clap },
            r#"{"type":"reaction","reaction":"clap"}"#,
        ),
        (
            PeerMessage::Caption(caption),
            r#"{"type":"caption","utterance":7,"text":"We could take the early train","language":"en-GB","final":false}"#,
        ),
        (
            PeerMessage::Signal { payload: PeerSignal::Renew { generation: 2, page: 7 } },
            r#"{"type":"signal","payload":{"type":"renew","generation":2,"page":7}}"#,
        ),
        (PeerMessage::Beat, r#"{"type":"beat"}"#),
        (PeerMessage::Leave, r#"{"type":"leave"}"#),
        (
            PeerMessage::Receipt(Receipt {
                packets: Some(1500),
                audible_ms: Some(12_040),
                concealed_ms: Some(20),
                frames: Some(900),
                playback: Playback::Playing,
                limit: Limit::None,
                relay: None,
            }),
            r#"{"type":"receipt","packets":1500,"audible_ms":12040,"concealed_ms":20,"frames":900,"playback":"playing","limit":"none"}"#,
        ),
        (
            PeerMessage::Receipt(Receipt {
                packets: Some(50),
                audible_ms: None,
                concealed_ms: None,
                frames: None,
                playback: Playback::Blocked,
                limit: Limit::Unknown,
                relay: None,
            }),
            r#"{"type":"receipt","packets":50,"playback":"blocked","limit":"unknown"}"#,
        ),
        (
            PeerMessage::Receipt(Receipt {
                packets: None,
                audible_ms: None,
                concealed_ms: None,
                frames: None,
                playback: Playback::Playing,
                limit: Limit::None,
                relay: Some(Transport::Tls),
            }),
            r#"{"type":"receipt","playback":"playing","limit":"none","relay":"tls"}"#,
        ),
        (PeerMessage::View { max_height: 720 }, r#"{"type":"view","max_height":720}"#),
    ]
    .map(|(message, json)| (Golden::ToPeer(message), json))
    .into_iter()
    .chain(verify())
    .collect()
}

/// The run whose code `docs/protocol.md` works out, with other outcomes.
fn verify() -> Vec<(Golden, &'static str)> {
    let bytes = |text: &str| text.parse().unwrap();
    let commitment = bytes("92f26f47b09835c221fc3504f22c58bd913a0f83fb7f9eea2f37aa916bb63077");
    let nonce = bytes("a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
    let end = |outcome| PeerMessage::VerifyEnd { run: 7, outcome };
    [
        (PeerMessage::VerifyAsk { run: 7 }, r#"{"type":"verify_ask","run":7}"#),
        (
            PeerMessage::VerifyCommit { run: 7, commitment },
            r#"{"type":"verify_commit","run":7,"commitment":"92f26f47b09835c221fc3504f22c58bd913a0f83fb7f9eea2f37aa916bb63077"}"#,
        ),
        (
            PeerMessage::VerifyReveal { run: 7, nonce },
            r#"{"type":"verify_reveal","run":7,"nonce":"a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"}"#,
        ),
        (end(VerifyOutcome::Matched), r#"{"type":"verify_end","run":7,"outcome":"matched"}"#),
        (end(VerifyOutcome::Mismatched), r#"{"type":"verify_end","run":7,"outcome":"mismatched"}"#),
        (end(VerifyOutcome::Cancelled), r#"{"type":"verify_end","run":7,"outcome":"cancelled"}"#),
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
