//! What it costs to read and write messages, which every client and every relay pays.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that meets the unexpected is to fail, and the macros of criterion carry no documentation"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ojak_protocol::{
    Candidate, ClientMessage, Description, PROTOCOL_VERSION, PeerId, PeerSignal, RoomName, SdpType,
    ServerMessage,
};
use serde_json::value::RawValue;
use std::hint::black_box;

/// An offer of audio and video has about as many bytes.
const SDP_BYTES: usize = 3000;

fn offer() -> PeerSignal {
    let line = "a=rtpmap:111 opus/48000/2\r\n";
    let description =
        Description { sdp_type: SdpType::Offer, sdp: line.repeat(SDP_BYTES.div_ceil(line.len())) };
    PeerSignal::Description { generation: 0, sequence: 0, description }
}

fn candidate() -> PeerSignal {
    let candidate = Candidate {
        candidate:
            "candidate:842163049 1 udp 1677729535 203.0.113.7 54321 typ srflx raddr 192.0.2.3 rport 54321"
                .into(),
        sdp_mid: Some("0".into()),
        sdp_m_line_index: Some(0),
        username_fragment: Some("Yj8x".into()),
    };
    PeerSignal::Candidate { generation: 0, sequence: 1, candidate: Some(candidate) }
}

fn server(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("the server reads");
    let join = ClientMessage::<()>::Join {
        version: PROTOCOL_VERSION,
        room: "Seventh evening".into(),
        name: "Ana".into(),
        resume: None,
    };
    let texts = [
        ("pong", ClientMessage::<()>::Pong.to_json()),
        ("join", join.to_json()),
        ("an offer", ClientMessage::Signal { to: PeerId::from_bits(1), payload: offer() }.to_json()),
        ("a candidate", ClientMessage::Signal { to: PeerId::from_bits(1), payload: candidate() }.to_json()),
    ];
    for (name, text) in texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| ClientMessage::<&RawValue>::parse(black_box(&text)).unwrap());
        });
    }
}

fn page(criterion: &mut Criterion) {
    for (name, payload) in [("an offer", offer()), ("a candidate", candidate())] {
        let message = ServerMessage::Signal { from: PeerId::from_bits(1), payload };
        let text = message.to_json();
        criterion.bench_function(&format!("a page writes {name}"), |bencher| {
            bencher.iter(|| black_box(&message).to_json());
        });
        criterion.bench_function(&format!("a page reads {name}"), |bencher| {
            bencher.iter(|| serde_json::from_str::<ServerMessage<PeerSignal>>(black_box(&text)).unwrap());
        });
    }
}

fn names(criterion: &mut Criterion) {
    criterion.bench_function("a room name is folded", |bencher| {
        bencher.iter(|| RoomName::parse(black_box("  Seventh   evening on the Bridge of Magpies ")).unwrap());
    });
    criterion.bench_function("a peer id is read", |bencher| {
        bencher.iter(|| black_box("AAECAwQFBgcICQoLDA0ODw").parse::<PeerId>().unwrap());
    });
}

criterion_group!(benches, server, page, names);
criterion_main!(benches);
