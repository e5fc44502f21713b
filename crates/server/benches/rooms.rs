//! The room table with ten thousand people in it: what is done while it is locked.
#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unused_imports,
    reason = "a benchmark that meets the unexpected is to fail; the modules are whole ones of the server"
)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ojak_protocol::{DisplayName, KNOCK_KEPT, PeerId, RoomName, SEAT_KEPT};
use pass::{Issued, PassKey};
use rooms::{Guest, Hold, Rooms};
use server::{limits, pass, rooms};
use std::hint::black_box;
use std::time::{Instant, SystemTime};

/// Private in the library, and so compiled once more.
#[path = "../src"]
mod server {
    pub mod limits;
    pub mod pass;
    pub mod rooms;
}

const CAPACITY: usize = 8;
const PEOPLE: u128 = 10_000;

fn room(number: u128) -> RoomName {
    RoomName::parse(&format!("room-{number}")).unwrap()
}

fn guest(room: &RoomName, number: u128) -> Guest<u128> {
    let peer = PeerId::from_bits(number);
    let key = PassKey::from_bytes([7; PassKey::BYTES]);
    Guest {
        peer,
        name: DisplayName::parse("Somebody").unwrap(),
        handle: number,
        pass: key.issue(room, peer, number.to_be_bytes(), Issued::from(SystemTime::now())),
        ice_servers: vec![],
    }
}

/// Rooms of as many people as `size` says.
fn full(size: u128) -> (Rooms<u128>, Vec<Hold>) {
    let mut rooms = Rooms::new(CAPACITY, SEAT_KEPT, KNOCK_KEPT);
    let holds = (0..PEOPLE).map(|number| {
        let room = room(number / size);
        let guest = guest(&room, number);
        rooms.join(&room, guest).unwrap().0
    });
    let holds = holds.collect();
    (rooms, holds)
}

fn join_and_leave(criterion: &mut Criterion) {
    for size in [1, 7] {
        let (mut rooms, _) = full(size);
        let room = room(3);
        criterion.bench_function(&format!("the {}th of a room comes and goes", size + 1), |bencher| {
            bencher.iter_batched(
                || guest(&room, PEOPLE),
                |guest| {
                    let (hold, deliveries) = rooms.join(&room, guest).unwrap();
                    (deliveries, rooms.leave(&hold))
                },
                BatchSize::SmallInput,
            );
        });
    }
}

fn lose_and_resume(criterion: &mut Criterion) {
    let (mut rooms, holds) = full(2);
    let room = room(3);
    let (mut hold, mut shown) = (holds.get(6).unwrap().clone(), guest(&room, 6).pass.fingerprint);
    let mut now = Instant::now();
    criterion.bench_function("one of two is away and back", |bencher| {
        bencher.iter_batched(
            || guest(&room, 6),
            |guest| {
                // As seldom as one seat may.
                now += SEAT_KEPT;
                let next = guest.pass.fingerprint;
                let away = rooms.lose(&hold, now);
                let resumed = rooms.resume(&room, &shown, guest, now).unwrap();
                (hold, shown) = (resumed.hold, next);
                (away, resumed.deliveries)
            },
            BatchSize::SmallInput,
        );
    });
}

fn relay(criterion: &mut Criterion) {
    for size in [2, 8] {
        let (rooms, holds) = full(size);
        let from = holds.first().unwrap();
        let to = PeerId::from_bits(size - 1);
        criterion.bench_function(&format!("a relay in a room of {size}"), |bencher| {
            bencher.iter(|| rooms.relay(black_box(from), black_box(to), ()).unwrap());
        });
    }
}

criterion_group!(benches, join_and_leave, lose_and_resume, relay);
criterion_main!(benches);
