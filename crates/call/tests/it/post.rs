//! Chat and files between several pages, whatever goes wrong between them: nothing is lost, nothing comes twice, and
//! what one person said stays in order.

use crate::random::Random;
use crate::world::{Fault, World, any_fault, content};
use ojak_call::protocol::FILE_BLOCK_BYTES;
use ojak_call::{Author, ChatLine, ChosenFile, FileId, FileState, Intent};
use std::collections::{BTreeMap, HashSet};

/// `OJAK_SEEDS=10000 cargo test --release -p ojak-call post` looks further.
fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|seeds| seeds.parse().ok());
    number("OJAK_SEED").unwrap_or(0)..number("OJAK_SEEDS").unwrap_or(40)
}

const CALM: u64 = 60_000;

/// What a page shows, in order: who wrote it, and what.
fn shown(world: &World, page: usize) -> Vec<(Author, String)> {
    let lines = world.pages[page].call.view().chat.lines;
    let messages = lines.iter().filter_map(|line| match line {
        ChatLine::Message(message) => Some((message.id.0, message.text.to_string())),
        ChatLine::File(_) => None,
    });
    messages.collect()
}

#[test]
fn what_people_write_is_lost_for_nobody_and_comes_once_and_in_order() {
    for seed in seeds() {
        let mut world = World::new(seed, 3);
        let mut random = Random::new(seed);
        for _ in 0..6 {
            let (at, fault) = any_fault(&mut random, 3);
            world.plan(at, fault);
        }
        // "page life count"; only what a page was there to say.
        let mut said: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for count in 0..100 {
            let at = 3000 + count * 800 + random.below(700);
            world.run_until(at);
            let page = random.below(3) as usize;
            let text = format!("{page} {} {count}", world.life_of(page));
            world.intend(page, Intent::Say(text.clone()));
            if shown(&world, page).iter().any(|(_, line)| *line == text) {
                said.entry(page).or_default().push(text);
            }
        }
        world.run_until(140_000 + CALM);
        world.is_whole().unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        for reader in 0..3 {
            let lines = shown(&world, reader);
            let texts: Vec<_> = lines.iter().map(|(_, text)| text.as_str()).collect();
            let once: HashSet<_> = texts.iter().collect();
            assert_eq!(
                once.len(),
                texts.len(),
                "seed {seed}: page {reader} shows something twice: {texts:?}"
            );
            for (author, all) in &said {
                // What a page said that was loaded again since may have gone with it before anybody heard it.
                let lives: HashSet<_> = all.iter().filter_map(|text| text.split(' ').nth(1)).collect();
                for life in lives {
                    let of_life = |text: &&str| text.starts_with(&format!("{author} {life} "));
                    let seen: Vec<_> = texts.iter().copied().filter(of_life).collect();
                    let wanted: Vec<_> = all.iter().map(String::as_str).filter(of_life).collect();
                    let count = |text: &&str| text.rsplit(' ').next().unwrap().parse::<u32>().unwrap();
                    assert!(
                        seen.iter().map(count).is_sorted(),
                        "seed {seed}: page {reader} shows out of order: {seen:?}"
                    );
                    if *life == world.life_of(*author).to_string() {
                        assert_eq!(seen, wanted, "seed {seed}: page {reader} of {author}");
                    }
                }
            }
        }
    }
}

#[test]
fn everybody_is_said_to_have_what_everybody_has() {
    for seed in seeds() {
        let mut world = World::new(seed, 3);
        world.run_until(4000);
        world.plan(5000, Fault::Move { page: 1, is_told: true });
        for at in [4500, 5100, 5500] {
            world.run_until(at);
            world.intend(0, Intent::Say(format!("at {at}")));
        }
        world.run_until(20_000);
        let lines = world.pages[0].call.view().chat.lines;
        assert_eq!(lines.len(), 3);
        for line in lines.iter() {
            let ChatLine::Message(message) = line else { panic!("{line:?}") };
            let delivery = message.delivery.unwrap();
            assert_eq!(
                (delivery.of, delivery.received, delivery.missed),
                (2, 2, 0),
                "seed {seed}: {message:?}"
            );
        }
    }
}

#[test]
fn a_file_arrives_whole_whatever_happens_to_the_connection() {
    const BLOCKS: u32 = 60;
    for seed in seeds() {
        let mut world = World::new(seed, 2);
        let mut random = Random::new(seed);
        world.run_until(4000);
        let size = u64::from(BLOCKS - 1) * u64::from(FILE_BLOCK_BYTES) + 7;
        let chosen = |number| ChosenFile { number, name: "bridge.bin".into(), size };
        world.intend(0, Intent::Offer(vec![chosen(0), chosen(1)]));
        for _ in 0..4 {
            let (at, fault) = any_fault(&mut random, 2);
            let is_reload = matches!(fault, Fault::Reload { .. });
            world.plan(if is_reload { 4500 } else { 4000 + at / 40 }, fault);
        }
        // Whoever was loaded again is offered it again; the file of a page that was goes with it.
        for at in (4200..200_000).step_by(400) {
            world.run_until(at);
            for file in world.pages[1].call.view().files.iter() {
                if file.from.is_some() && file.state == FileState::Offered {
                    world.intend(1, Intent::TakeFile(file.id));
                }
            }
        }
        if world.life_of(0) > 0 {
            continue;
        }
        let receiver = &world.pages[1];
        let view = receiver.call.view();
        let theirs: Vec<_> = view.files.iter().filter(|file| file.from.is_some()).collect();
        assert_eq!(theirs.len(), 2, "seed {seed}: {:?}", view.files);
        for (number, file) in (0..).zip(theirs) {
            assert_eq!(file.state, FileState::Done, "seed {seed}");
            let written = &receiver.shelf.written[&file.id];
            let sent: Vec<_> = (0..BLOCKS).map(|block| content(0, number, block)).collect();
            assert_eq!(written, &sent, "seed {seed}");
            assert!(receiver.shelf.finished.contains(&file.id));
        }
        let own = world.pages[0].call.view();
        assert!(own.files.iter().all(|file| file.state == FileState::Done), "seed {seed}: {:?}", own.files);
        assert!(own.files.iter().all(|file| matches!(file.id, FileId::Own(_))));
        if world.life_of(1) == 0 {
            // Resumed from where it was: an interruption costs no more than what was under way.
            let again = world.pages[0].shelf.sent - 2 * BLOCKS;
            assert!(again <= 2 * 4 * 16, "seed {seed}: {again} blocks were sent again");
        }
    }
}
