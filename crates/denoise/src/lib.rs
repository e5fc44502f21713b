//! Takes out of a voice what is no voice: keyboards, fans, streets.
//!
//! A module of its own, for it runs in the thread that makes sound (`crates/client/assets/denoise.js` is what calls
//! it there), weighs as much as half the lobby, and is loaded only by who wants it. That thread has no
//! `TextDecoder`, so there is no wasm-bindgen here: numbers and one buffer are all that goes in and out.

use nnnoiseless::DenoiseState;
use std::cell::RefCell;

/// Samples that are looked at together: 10 ms at 48 kHz.
pub const FRAME: usize = DenoiseState::FRAME_SIZE;

/// The model wants samples as 16-bit sound has them.
const FULL_SCALE: f32 = 32_768.0;

/// One voice, frame by frame.
pub struct Denoiser {
    state: Box<DenoiseState<'static>>,
    noisy: [f32; FRAME],
}

impl Default for Denoiser {
    fn default() -> Self {
        Self { state: DenoiseState::new(), noisy: [0.0; FRAME] }
    }
}

impl Denoiser {
    /// Cleans one frame in place; samples are in `-1.0..=1.0`, at 48 kHz. What comes out belongs to the frame before.
    ///
    /// Says how likely there is a voice in it: `0.0..=1.0`.
    pub fn clean(&mut self, frame: &mut [f32; FRAME]) -> f32 {
        for (noisy, sample) in self.noisy.iter_mut().zip(frame.iter()) {
            *noisy = sample * FULL_SCALE;
        }
        let voice = self.state.process_frame(frame, &self.noisy);
        for sample in frame {
            *sample /= FULL_SCALE;
        }
        voice
    }
}

/// What the one caller in a thread has.
#[derive(Default)]
struct Worklet {
    denoiser: Denoiser,
    frame: Frame,
}

struct Frame([f32; FRAME]);

impl Default for Frame {
    fn default() -> Self {
        Self([0.0; FRAME])
    }
}

thread_local! {
    // Boxed, so that the frame stays where the caller was told that it is.
    static WORKLET: RefCell<Box<Worklet>> = RefCell::default();
}

/// Where the frame is that [`clean`] cleans: [`FRAME`] samples.
#[allow(unsafe_code, reason = "the caller knows it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn frame() -> *mut f32 {
    WORKLET.with_borrow_mut(|worklet| worklet.frame.0.as_mut_ptr())
}

/// Cleans the frame. See [`Denoiser::clean`].
#[allow(unsafe_code, reason = "the caller knows it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn clean() -> f32 {
    WORKLET.with_borrow_mut(|worklet| {
        let Worklet { denoiser, frame } = &mut **worklet;
        denoiser.clean(&mut frame.0)
    })
}
