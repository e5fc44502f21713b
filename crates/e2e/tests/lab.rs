//! The lab itself, and each fault once in it, but for those that only the soak plays. Where there can be no lab, all of
//! them are counted as ignored.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use ojak_e2e::diagnosis;
use ojak_e2e::faults::{Fault, Figure, Length, Pair};
use ojak_e2e::lab::{self, Lab};
use ojak_e2e::networks;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

fn main() -> std::process::ExitCode {
    let mut arguments = Arguments::from_args();
    // They share the machine, and a figure of two at once is none.
    arguments.test_threads = Some(1);
    let refusal = lab::why_not().err();
    if let Some(reason) = refusal {
        eprintln!("the faults are NOT tested, since there can be no lab here: {reason}");
    }
    let itself = Trial::test("lab::a_long_way_takes_its_time", a_long_way_takes_its_time);
    let faults = Fault::ALL.iter().flat_map(|fault| trials(fault, refusal.is_some()));
    let doctor = Trial::test("doctor::each_fault_is_found_from_outside", || {
        finish(diagnosis::each_fault_is_found_from_outside())
    });
    let others = [itself, doctor]
        .into_iter()
        .chain(networks())
        .map(|trial| trial.with_ignored_flag(refusal.is_some()));
    let trials = others.chain(faults).collect();
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials);
    conclusion.exit_code()
}

fn trials(fault: &'static Fault, refused: bool) -> Vec<Trial> {
    if fault.pairs.is_empty() {
        return vec![Trial::test(fault.name, move || once(fault, None))];
    }
    let pairs = fault.pairs.iter().take(fault.short);
    let trial = |pair: &'static Pair| {
        let name = format!("{}::{:?}_{:?}", fault.name, pair.0, pair.1).to_lowercase();
        Trial::test(name, move || once(fault, Some(*pair))).with_ignored_flag(refused)
    };
    pairs.map(trial).collect()
}

/// Calls from every kind of network.
fn networks() -> impl Iterator<Item = Trial> {
    let pairs = networks::PAIRS.iter().map(|pair| {
        let name = format!("networks::{:?}_{:?}", pair.0, pair.1).to_lowercase();
        Trial::test(name, move || {
            let mut failures = Vec::new();
            finish(networks::play(*pair, |networks, outcome| match outcome {
                Ok(outcome) => eprintln!("{}: {outcome:?}", networks.title),
                Err(error) => {
                    eprintln!("{}: {error:#}", networks.title);
                    failures.push(format!("{error:#}"));
                }
            }))?;
            if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
        })
    });
    pairs.chain([
        Trial::test("networks::nothing_passes", || finish(networks::nothing_passes())),
        Trial::test("networks::coturn_relays", || finish(networks::coturn_relays())),
        Trial::test("networks::a_phone_comes_by_the_certificate_of_the_lan", || {
            finish(networks::a_phone_comes_by_the_certificate_of_the_lan())
        }),
    ])
}

fn finish(act: impl Future<Output = Result<()>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(act).map_err(|error| Failed::from(format!("{error:#}")))
}

fn once(fault: &'static Fault, pair: Option<Pair>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut outcome = None;
    runtime.block_on(fault.play(pair, 1, Length::Short, |came| outcome = Some(came)))?;
    let judged = outcome.context("it was not played").flatten().and_then(|figures| judge(fault, &figures));
    judged.map_err(|error| Failed::from(format!("{error:#}")))
}

/// A question to the STUN server and its answer both wait at the router, and only while the way is long.
fn a_long_way_takes_its_time() -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let round_trips = runtime.block_on(async {
        let lab = Lab::new()?;
        let site = lab.site()?;
        let place = site.place();
        // The STUN server runs here meanwhile.
        let ask = async || {
            let place = place.clone();
            tokio::task::spawn_blocking(move || place.inside(round_trip)).await?
        };
        let near = ask().await?;
        site.lengthen(Duration::from_millis(300), Duration::from_millis(50))?;
        let far = ask().await?;
        site.mend()?;
        Ok::<_, anyhow::Error>([near, far, ask().await?])
    });
    let [near, far, mended] = round_trips.map_err(|error| Failed::from(format!("{error:#}")))?;
    let least = Duration::from_millis(600);
    if near < least && far >= least && mended < least {
        return Ok(());
    }
    Err(format!("{near:?} before, {far:?} meanwhile, {mended:?} afterwards").into())
}

/// From a question to the STUN server to its answer.
fn round_trip() -> Result<Duration> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    let asked = Instant::now();
    // A binding request without attributes, RFC 8489, section 5.
    let question = [&[0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat();
    socket.send_to(&question, Lab::ice_server().trim_start_matches("stun:"))?;
    let mut answer = [0; 100];
    let length = socket.recv(&mut answer).context("no answer")?;
    ensure!(answer.get(8..20) == Some(&[7; 12]), "not the answer: {:?}", answer.get(..length));
    Ok(asked.elapsed())
}

/// One run on a busy machine says little of times, so limits are wide here; the soak has the real ones.
fn judge(fault: &Fault, figures: &[Figure]) -> Result<()> {
    for figure in figures {
        eprintln!("{}: {}: {:.3}", fault.name, figure.name, figure.value);
    }
    for figure in figures {
        let goal =
            fault.goals.iter().find(|goal| goal.figure == figure.name).context("a figure without a goal")?;
        let limit = goal.lenient().unwrap_or(f64::MAX);
        ensure!(figure.value <= limit, "{}: {:.3} is more than {limit:.3}", figure.name, figure.value);
    }
    Ok(())
}
