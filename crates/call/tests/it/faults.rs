//! Calls come together and stay together, whatever goes wrong between them.

use crate::random::Random;
use crate::world::{Fault, World, any_fault};

/// `OJAK_SEEDS=10000 cargo test --release -p ojak-call faults` looks further.
fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|seeds| seeds.parse().ok());
    number("OJAK_SEED").unwrap_or(0)..number("OJAK_SEEDS").unwrap_or(60)
}

/// Long enough for everybody to have noticed everything, and to have come back.
const CALM: u64 = 60_000;

#[track_caller]
fn is_whole(world: &World, seed: u64) {
    if let Err(why) = world.is_whole() {
        panic!("seed {seed}: {why}");
    }
}

#[test]
fn whoever_enters_is_connected_with_everybody() {
    for seed in seeds() {
        let mut world = World::new(seed, 4);
        world.run_until(4000);
        is_whole(&world, seed);
    }
}

#[test]
fn a_calm_call_is_left_alone() {
    for seed in 0..5 {
        let mut world = World::new(seed, 3);
        world.run_until(4000);
        let before: Vec<_> = (0..3).map(|page| world.newest_connection_of(page)).collect();
        world.run_until(600_000);
        is_whole(&world, seed);
        assert_eq!(before, (0..3).map(|page| world.newest_connection_of(page)).collect::<Vec<_>>());
    }
}

#[test]
fn a_server_that_is_gone_for_an_hour_takes_nothing_with_it() {
    for seed in 0..5 {
        let mut world = World::new(seed, 3);
        world.run_until(4000);
        let before: Vec<_> = (0..3).map(|page| world.newest_connection_of(page)).collect();
        world.plan(5000, Fault::Kill(3_600_000));
        // What needs negotiating meanwhile is negotiated.
        for at in [60_000, 600_000, 3_000_000] {
            world.plan(at, Fault::Restart { page: 0 });
            world.plan(at, Fault::Restart { page: 1 });
            world.run_until(at + 5000);
            is_whole(&world, seed);
        }
        world.run_until(3_600_000 + CALM);
        is_whole(&world, seed);
        assert_eq!(before, (0..3).map(|page| world.newest_connection_of(page)).collect::<Vec<_>>());
    }
}

#[test]
fn a_change_of_network_needs_no_new_connection() {
    for seed in seeds() {
        let mut world = World::new(seed, 2);
        world.run_until(4000);
        let before: Vec<_> = (0..2).map(|page| world.newest_connection_of(page)).collect();
        world.plan(5000, Fault::Move { page: 1, is_told: true });
        world.run_until(8000);
        is_whole(&world, seed);
        assert_eq!(before, (0..2).map(|page| world.newest_connection_of(page)).collect::<Vec<_>>());
    }
}

#[test]
fn a_reload_keeps_the_seat() {
    for seed in seeds() {
        let mut world = World::new(seed, 3);
        world.run_until(4000);
        let peer = world.peer_of(1);
        for at in [5000, 8000, 11_000] {
            world.plan(at, Fault::Reload { page: 1 });
            world.run_until(at + 2500);
            is_whole(&world, seed);
        }
        assert_eq!(world.peer_of(1), peer);
    }
}

#[test]
fn a_long_sleep_ends_in_the_same_seat() {
    for seed in seeds() {
        let mut world = World::new(seed, 2);
        world.run_until(4000);
        let peer = world.peer_of(0);
        world.plan(5000, Fault::Sleep { page: 0, lasts: 60_000 });
        world.run_until(71_000);
        is_whole(&world, seed);
        assert_eq!(world.peer_of(0), peer);
    }
}

#[test]
fn any_faults_at_any_time_are_survived() {
    for seed in seeds() {
        let mut world = World::new(seed, 3);
        let mut random = Random::new(seed);
        for _ in 0..6 {
            let (at, fault) = any_fault(&mut random, 3);
            world.plan(at, fault);
            if std::env::var_os("OJAK_TRACE").is_some() {
                eprintln!("{at} {fault:?}");
            }
        }
        world.run_until(120_000 + CALM);
        is_whole(&world, seed);
    }
}

#[test]
fn what_both_want_at_once_is_settled() {
    for seed in seeds() {
        let mut world = World::new(seed, 2);
        let mut random = Random::new(seed);
        for _ in 0..20 {
            let at = 4000 + random.below(4000);
            world.plan(at, Fault::Restart { page: 0 });
            world.plan(at + random.below(20), Fault::Restart { page: 1 });
        }
        world.run_until(15_000);
        is_whole(&world, seed);
    }
}

/// The answer that brings the next token is lost with the network that it was asked over. The page was a stranger to
/// its own seat then: it came back beside its old self, and closed every call that it had.
#[test]
fn an_answer_that_is_lost_costs_nobody_the_seat() {
    for seed in seeds() {
        for (gap, outage) in [(300, None), (0, Some(8000))] {
            let mut world = World::new(seed, 3);
            world.run_until(4000);
            let peer = world.peer_of(1);
            world.plan(5000, Fault::Move { page: 1, is_told: true });
            match outage {
                None => world.plan(5000 + gap, Fault::Move { page: 1, is_told: true }),
                Some(lasts) => world.plan(5100 + seed % 400, Fault::Offline { page: 1, lasts }),
            }
            for at in (5000..50_000).step_by(500) {
                world.run_until(at);
                assert!(world.people_of(0) <= 2, "seed {seed}: two selves");
            }
            assert_eq!((world.peer_of(1), world.refusals), (peer, 0), "seed {seed}");
            is_whole(&world, seed);
        }
    }
}
