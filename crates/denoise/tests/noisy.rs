//! Speech with noise in it goes in, and what comes out is measured against the speech alone.
//!
//! `speech.wav` is `espeak-ng -v en -s 150` saying a sentence, at 16 kHz.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use ojak_denoise::{Denoiser, FRAME};

const HEADER_BYTES: usize = 44;
/// From 16 to 48 kHz.
const STRETCH: usize = 3;
/// What comes out is that much later than what goes in.
const DELAY: usize = FRAME;
/// Of noise alone, before the speech: the model needs a moment to know it.
const LEAD: usize = 48_000;

fn speech() -> Vec<f32> {
    let wav = include_bytes!("speech.wav");
    let samples = wav[HEADER_BYTES..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    let samples: Vec<f32> = samples.map(|sample| f32::from(sample) / 32_768.0).collect();
    let between = |pair: &[f32]| {
        let (from, to) = (pair[0], pair[1]);
        (0..STRETCH).map(move |step| from + (to - from) * step as f32 / STRETCH as f32)
    };
    let mut stretched = vec![0.0; LEAD];
    stretched.extend(samples.windows(2).flat_map(between));
    stretched.truncate(stretched.len() / FRAME * FRAME);
    stretched
}

/// As a fan makes it: random, and deeper than white noise.
fn noise(length: usize, level: f32) -> Vec<f32> {
    let (mut seed, mut low) = (7_u64, 0.0);
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length)
        .map(|_| {
            low = low * 0.9 + next() * 0.1;
            low * 4.0 * level
        })
        .collect()
}

fn clean(noisy: &[f32]) -> Vec<f32> {
    let mut denoiser = Denoiser::default();
    let frames = noisy.chunks_exact(FRAME);
    frames
        .flat_map(|frame| {
            let mut frame: [f32; FRAME] = frame.try_into().unwrap();
            denoiser.clean(&mut frame);
            frame
        })
        .collect()
}

fn power(samples: impl Iterator<Item = f32>) -> f32 {
    samples.map(|sample| sample * sample).sum()
}

fn decibels(ratio: f32) -> f32 {
    10.0 * ratio.log10()
}

/// How far `heard` is from the speech alone, in decibels: more is nearer.
fn nearness(speech: &[f32], heard: &[f32]) -> f32 {
    let errors = speech.iter().zip(heard).map(|(speech, heard)| heard - speech);
    decibels(power(speech.iter().copied()) / power(errors))
}

#[test]
fn a_fan_is_taken_out_of_a_voice() {
    let speech = speech();
    let noise = noise(speech.len(), 0.05);
    let noisy: Vec<f32> = speech.iter().zip(&noise).map(|(speech, noise)| speech + noise).collect();
    let cleaned = clean(&noisy);

    let (before, after) = (LEAD / 2..LEAD, LEAD / 2 + DELAY..LEAD);
    let quieter = decibels(
        power(noisy[before].iter().copied()) / power(cleaned[after].iter().copied()).max(f32::MIN_POSITIVE),
    );
    assert!(quieter > 15.0, "what is no voice is only {quieter} dB quieter");

    let end = speech.len() - DELAY;
    let before = nearness(&speech[LEAD..end], &noisy[LEAD..end]);
    let after = nearness(&speech[LEAD..end], &cleaned[LEAD + DELAY..]);
    assert!(after - before > 3.0, "{before} dB became {after} dB");
}

#[test]
fn a_voice_alone_stays_as_it_is() {
    let speech = speech();
    let cleaned = clean(&speech);
    let end = speech.len() - DELAY;
    let kept =
        decibels(power(cleaned[LEAD + DELAY..].iter().copied()) / power(speech[LEAD..end].iter().copied()));
    assert!(kept > -3.0, "it is {kept} dB of what it was");
}

#[test]
fn silence_stays_silence() {
    assert!(clean(&[0.0; 100 * FRAME]).iter().all(|&sample| sample == 0.0));
}
