//! Whether anybody sits in between: the computation, what somebody in between could do, and what two people see of it.

use crate::random::Random;
use ojak_call::protocol::{Bytes32, PeerId, RoomName};
use ojak_call::{Code, Exchange, Fingerprint, Foul, PICTURES, Transcript};
use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");

fn room() -> RoomName {
    RoomName::parse("seventh-evening").unwrap()
}

fn counting_from(first: u8) -> Bytes32 {
    Bytes32(std::array::from_fn(|place| first + place as u8))
}

fn drawn(random: &mut Random) -> Bytes32 {
    Bytes32(std::array::from_fn(|_| random.below(256) as u8))
}

/// Somebody at one end of a connection: who they are to the other end, and by which certificate.
#[derive(Clone, Copy)]
struct End {
    id: PeerId,
    certificate: Fingerprint,
}

impl End {
    fn new(id: PeerId, random: &mut Random) -> Self {
        Self { id, certificate: Fingerprint(drawn(random)) }
    }

    fn with(self, other: Self, run: u32, random: &mut Random) -> Exchange {
        let transcript =
            Transcript::new(&room(), run, (self.id, self.certificate), (other.id, other.certificate));
        Exchange::new(transcript, self.id, other.id, drawn(random))
    }
}

/// Both sides of an exchange, and what each of them has to compare.
fn play(one: &mut Exchange, other: &mut Exchange) -> [Code; 2] {
    let (ours, theirs) = (one.commitment(), other.commitment());
    let (our_nonce, their_nonce) =
        (one.take_commitment(theirs).unwrap(), other.take_commitment(ours).unwrap());
    [one.take_nonce(their_nonce).unwrap(), other.take_nonce(our_nonce).unwrap()]
}

/// The first bits of a code, as if it were as short as that.
fn short(code: &Code, bits: u32) -> u64 {
    let all = code.pictures().fold(0, |all, picture| all << 6 | picture as u64);
    all >> (42 - bits)
}

fn ids() -> (PeerId, PeerId) {
    (PeerId::from_bits(0), PeerId::from_bits(0x000102030405060708090a0b0c0d0e0f))
}

/// What the document shows under this name.
fn documented(name: &str) -> &'static str {
    let example = DOCUMENT.split("**One run to check against.**").nth(1).unwrap();
    let line = example.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not documented")).trim()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_computation_is_the_documented_one() {
    let (low, high) = ids();
    let run: u32 = documented("run").parse().unwrap();
    let (low_print, high_print) = (Fingerprint(counting_from(0x00)), Fingerprint(counting_from(0x20)));
    let (low_nonce, high_nonce) = (counting_from(0x80), counting_from(0xa0));
    // In either order.
    let transcript = Transcript::new(&room(), run, (high, high_print), (low, low_print));
    let code = transcript.code(low_nonce, high_nonce);
    for (name, value) in [
        ("room", room().to_string()),
        ("id_lo", low.as_str().into()),
        ("id_hi", high.as_str().into()),
        ("F_lo", low_print.0.to_string()),
        ("F_hi", high_print.0.to_string()),
        ("n_lo", low_nonce.to_string()),
        ("n_hi", high_nonce.to_string()),
        ("T", hex(transcript.as_bytes())),
        ("commitment_lo", transcript.commitment(low, low_nonce).to_string()),
        ("commitment_hi", transcript.commitment(high, high_nonce).to_string()),
        ("places", code.pictures().map(|place| place.to_string()).collect::<Vec<_>>().join(" ")),
        ("pictures", code.pictures().map(|place| PICTURES[place]).collect::<Vec<_>>().join(" ")),
        ("digits", code.digits().join(" ")),
    ] {
        assert_eq!(value, documented(name), "{name}");
    }
    let rows: Vec<_> = PICTURES.chunks(8).map(|row| row.join(" ")).collect();
    assert!(DOCUMENT.contains(&rows.join("\n")), "the document shows other pictures");
}

#[test]
fn no_picture_is_there_twice() {
    let places: BTreeMap<_, _> =
        PICTURES.iter().enumerate().map(|(place, picture)| (picture, place)).collect();
    assert_eq!(places.len(), PICTURES.len());
}

#[test]
fn two_with_nobody_in_between_have_the_same_code() {
    let random = &mut Random::new(1);
    let (low, high) = ids();
    let mut codes = Vec::new();
    for run in 0..1000 {
        let (ana, ben) = (End::new(low, random), End::new(high, random));
        let [one, other] = play(&mut ana.with(ben, run, random), &mut ben.with(ana, run, random));
        assert_eq!(one, other);
        codes.push(one.digits());
    }
    codes.sort();
    codes.dedup();
    assert!(codes.len() > 990, "codes hardly differ from run to run: {}", codes.len());
}

/// What each of two people has to compare, with somebody in between who takes part in both exchanges as well as they can.
fn with_somebody_in_between(run: u32, random: &mut Random) -> [Code; 2] {
    let (low, high) = ids();
    let (ana, ben) = (End::new(low, random), End::new(high, random));
    let (as_ben, as_ana) = (End::new(high, random), End::new(low, random));
    let [of_ana, _] = play(&mut ana.with(as_ben, run, random), &mut as_ben.with(ana, run, random));
    let [of_ben, _] = play(&mut ben.with(as_ana, run, random), &mut as_ana.with(ben, run, random));
    [of_ana, of_ben]
}

#[test]
fn somebody_who_swaps_certificates_has_two_codes_in_10_000_runs() {
    let random = &mut Random::new(2);
    for run in 0..10_000 {
        let [of_ana, of_ben] = with_somebody_in_between(run, random);
        assert_ne!(of_ana.pictures().collect::<Vec<_>>(), of_ben.pictures().collect::<Vec<_>>());
        assert_ne!(of_ana.digits(), of_ben.digits());
    }
}

/// So the harness can see codes match where they do.
#[test]
fn a_code_of_8_bits_would_match_one_time_in_256() {
    let random = &mut Random::new(3);
    let runs = 20_000;
    let matches = (0..runs)
        .filter(|&run| {
            let [of_ana, of_ben] = with_somebody_in_between(run, random);
            short(&of_ana, 8) == short(&of_ben, 8)
        })
        .count();
    // 78 are expected; six standard deviations to each side.
    assert!((25..=131).contains(&matches), "{matches} of {runs}");
}

/// Somebody in between commits to anything towards Ben, hears his nonce, and tries nonces until the code is the one
/// that Ana has.
#[test]
fn trying_out_nonces_wins_where_nobody_is_held_to_a_commitment_and_loses_where_they_are() {
    const BITS: u32 = 8;
    let random = &mut Random::new(4);
    let (low, high) = ids();
    for run in 0..100 {
        let (ana, ben) = (End::new(low, random), End::new(high, random));
        let (as_ben, as_ana) = (End::new(high, random), End::new(low, random));
        let [of_ana, _] = play(&mut ana.with(as_ben, run, random), &mut as_ben.with(ana, run, random));

        let of_transcript = Transcript::new(&room(), run, (low, as_ana.certificate), (high, ben.certificate));
        let ben_nonce = drawn(random);
        let mut honest = Exchange::new(of_transcript.clone(), high, low, ben_nonce);
        let heard = honest.take_commitment(drawn(random)).unwrap();
        let found = (0..100_000)
            .map(|_| drawn(random))
            .find(|&nonce| short(&of_transcript.code(nonce, heard), BITS) == short(&of_ana, BITS));
        let found = found.expect("a nonce that fits");
        // Without the check Ben would compare this, and see what Ana sees.
        assert_eq!(short(&of_transcript.code(found, ben_nonce), BITS), short(&of_ana, BITS));
        assert_eq!(honest.take_nonce(found), Err(Foul::Wrong));
    }
}

#[test]
fn a_nonce_before_a_commitment_is_foul() {
    let (mut ana, mut ben) = two();
    let nonce = ben.take_commitment(ana.commitment()).unwrap();
    assert_eq!(ana.take_nonce(nonce), Err(Foul::Missing));
}

#[test]
fn a_second_commitment_is_foul_the_same_one_too() {
    let (mut ana, ben) = two();
    ana.take_commitment(ben.commitment()).unwrap();
    assert_eq!(ana.take_commitment(ben.commitment()), Err(Foul::Repeated));
}

#[test]
fn a_second_nonce_is_foul() {
    let (mut ana, mut ben) = two();
    ana.take_commitment(ben.commitment()).unwrap();
    let nonce = ben.take_commitment(ana.commitment()).unwrap();
    ana.take_nonce(nonce).unwrap();
    assert_eq!(ana.take_nonce(nonce), Err(Foul::Repeated));
}

#[test]
fn whoever_sends_back_what_they_got_is_found_out() {
    let (mut ana, _) = two();
    assert_eq!(ana.take_commitment(ana.commitment()), Err(Foul::Reflected));
    // The nonce too, and also with another commitment before it.
    let (mut ana, ben) = two();
    let own = ana.take_commitment(ben.commitment()).unwrap();
    assert_eq!(ana.take_nonce(own), Err(Foul::Reflected));
}

#[test]
fn a_nonce_that_was_not_committed_to_is_foul() {
    let (mut ana, ben) = two();
    ana.take_commitment(ben.commitment()).unwrap();
    assert_eq!(ana.take_nonce(counting_from(9)), Err(Foul::Wrong));
}

#[test]
fn a_commitment_of_another_run_room_or_certificate_is_worth_nothing() {
    let (low, high) = ids();
    let (one, other) = (Fingerprint(counting_from(0)), Fingerprint(counting_from(1)));
    let nonce = counting_from(5);
    let of = |room: &str, run, certificate| {
        let room = RoomName::parse(room).unwrap();
        Transcript::new(&room, run, (low, one), (high, certificate)).commitment(high, nonce)
    };
    let here = of("den", 1, other);
    for elsewhere in [of("den", 2, other), of("dens", 1, other), of("den", 1, one)] {
        assert_ne!(here, elsewhere);
    }
}

fn two() -> (Exchange, Exchange) {
    let random = &mut Random::new(5);
    let (low, high) = ids();
    let (ana, ben) = (End::new(low, random), End::new(high, random));
    (ana.with(ben, 1, random), ben.with(ana, 1, random))
}

// ---- the certificate of a description

/// Chromium's descriptions have a fingerprint in each part, Firefox's one for all.
fn description(session: &str, parts: &[&str]) -> String {
    let mut sdp = format!("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n{session}");
    for part in parts {
        sdp += &format!("m={part}");
    }
    sdp
}

fn line(first: u8) -> String {
    let pairs: Vec<_> = counting_from(first).0.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("a=fingerprint:sha-256 {}\r\n", pairs.join(":"))
}

#[test]
fn a_description_has_one_certificate_in_whichever_place_browsers_put_it() {
    let of = |first| Some(Fingerprint(counting_from(first)));
    let (own, audio, channel) = (line(1), "audio 9 X 111\r\n", "application 9 Y webrtc\r\n");
    let with = |part: &str| format!("{part}{own}");
    assert_eq!(Fingerprint::of_description(&description("", &[&with(audio), &with(channel)])), of(1));
    assert_eq!(Fingerprint::of_description(&description(&own, &[audio, channel])), of(1));
    assert_eq!(Fingerprint::of_description(&description(&own, &[&with(audio), channel])), of(1));
    // A part that is rejected carries nothing.
    assert_eq!(Fingerprint::of_description(&description("", &[&with(audio), "video 0 X 96\r\n"])), of(1));
    assert_eq!(Fingerprint::of_description(&description("", &[&with(audio)]).to_ascii_lowercase()), of(1));
}

#[test]
fn a_description_that_could_mean_two_certificates_means_none() {
    let (own, audio, channel) = (line(1), "audio 9 X 111\r\n", "application 9 Y webrtc\r\n");
    let with = |part: &str| format!("{part}{own}");
    let bad = |sdp: String| assert_eq!(Fingerprint::of_description(&sdp), None, "{sdp}");
    bad(String::new());
    bad(description("", &[audio, channel]));
    bad(description("", &[&with(audio), channel]));
    bad(description("", &[audio, &with(channel)]));
    bad(description("", &[&with(audio), "video 0 X 96\r\na=bundle-only\r\n"]));
    bad(description("", &[&with(audio), &format!("{channel}{}", line(2))]));
    bad(description(&line(2), &[&with(audio)]));
    bad(description("", &[&format!("{}{}", with(audio), line(2))]));
    bad(description("", &[&with(audio)]).replace("sha-256", "sha-1"));
    bad(description("", &[&format!("{}a=fingerprint:sha-512 00\r\n", with(audio))]));
    bad(description("", &[&format!("{} {}", with(audio), line(2))]));
    bad(description("", &[&with(audio)]).replace(":01:", ":1:").replace(":02:", ":2:"));
    bad(description("", &[&with(audio)]).replace("20\r\n", "20:21\r\n"));
    bad(description("", &[&with(audio)]).replace(":20\r\n", "\r\n"));
    // For some who read it, this ends a line.
    bad(description("", &[&format!("{}a=x\r{}", with(audio), line(2))]));
}
