//! Bytes into messages and messages into bytes.
#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unused_imports,
    reason = "a benchmark that meets the unexpected is to fail; the modules are whole ones of the server"
)]

use bytes::BytesMut;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ojak_protocol::{PeerId, ServerMessage};
use reader::{Incoming, Reader};
use serde_json::value::RawValue;
use server::{frame, reader};
use std::hint::black_box;

/// Private in the library, and so compiled once more.
#[path = "../src"]
mod server {
    pub mod frame;
    pub mod reader;
}

/// A candidate, an offer, and as long as one frame may be.
const LENGTHS: [usize; 3] = [200, 3_000, 32_000];

/// As a browser sends it: masked.
fn masked(text: &[u8]) -> Vec<u8> {
    let mask = [0x5A, 0xC3, 0x12, 0x99];
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(length @ ..126) => frame.push(0x80 | length),
        _ => {
            frame.push(0xFE);
            frame.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(text.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for length in LENGTHS {
        let bytes = masked(&vec![b'x'; length]);
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(format!("{length} bytes"), |bencher| {
            bencher.iter_batched(
                || BytesMut::from(&*bytes),
                |bytes| match Reader::new(tokio::io::empty(), bytes).next() {
                    Ok(Some(Incoming::Text(text))) => text,
                    other => panic!("{other:?}"),
                },
                BatchSize::SmallInput,
            );
        });
    }
}

fn write(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("write");
    for length in LENGTHS {
        let payload = RawValue::from_string(format!("\"{}\"", "x".repeat(length))).unwrap();
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function(format!("{length} bytes"), |bencher| {
            bencher.iter(|| {
                let from = PeerId::from_bits(1);
                frame::signal(&ServerMessage::Signal { from, payload: black_box(&payload) }, &payload)
            });
        });
    }
    group.finish();
    criterion.bench_function("write ping", |bencher| {
        bencher.iter(|| frame::notice(&ServerMessage::Ping));
    });
}

criterion_group!(benches, read, write);
criterion_main!(benches);
