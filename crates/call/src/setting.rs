//! What a camera or microphone is asked to do, what it does, and how loud it is.

use ojak_protocol::Switch;

/// How tall the picture of the camera is to be, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Height {
    /// 640 × 360.
    P360,
    /// 1280 × 720.
    P720,
    /// 1920 × 1080.
    P1080,
}

impl Height {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::P360, Self::P720, Self::P1080];

    /// In pixels.
    #[must_use]
    pub const fn pixels(self) -> u32 {
        match self {
            Self::P360 => 360,
            Self::P720 => 720,
            Self::P1080 => 1080,
        }
    }
}

/// How many pictures a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameRate {
    /// 15.
    Fps15,
    /// 30.
    Fps30,
}

impl FrameRate {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::Fps15, Self::Fps30];

    /// Pictures a second.
    #[must_use]
    pub const fn per_second(self) -> u32 {
        match self {
            Self::Fps15 => 15,
            Self::Fps30 => 30,
        }
    }
}

/// What is asked of camera and microphone. They do what they can of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Of the picture.
    pub height: Height,
    /// Of the picture.
    pub frame_rate: FrameRate,
    /// What comes out of the loudspeaker is taken out of the sound.
    pub echo_cancellation: Switch,
    /// What is no speech is taken out of the sound.
    pub noise_suppression: Switch,
    /// The loudness is evened out.
    pub automatic_gain: Switch,
    /// What is no speech is taken out of the sound by the page itself, which hears more than browsers do.
    pub denoise: Switch,
}

impl Default for Settings {
    /// A call among a few people: more than 720p costs every sender and receiver more than it shows.
    fn default() -> Self {
        Self {
            height: Height::P720,
            frame_rate: FrameRate::Fps30,
            echo_cancellation: Switch::On,
            noise_suppression: Switch::On,
            automatic_gain: Switch::On,
            denoise: Switch::Off,
        }
    }
}

/// One of the [`Settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Of the picture.
    Height(Height),
    /// Of the picture.
    FrameRate(FrameRate),
    /// Of the sound.
    EchoCancellation(Switch),
    /// Of the sound.
    NoiseSuppression(Switch),
    /// Of the sound.
    AutomaticGain(Switch),
    /// Of the sound.
    Denoise(Switch),
}

impl Settings {
    pub(crate) fn set(&mut self, setting: Setting) {
        match setting {
            Setting::Height(height) => self.height = height,
            Setting::FrameRate(frame_rate) => self.frame_rate = frame_rate,
            Setting::EchoCancellation(switch) => self.echo_cancellation = switch,
            Setting::NoiseSuppression(switch) => self.noise_suppression = switch,
            Setting::AutomaticGain(switch) => self.automatic_gain = switch,
            Setting::Denoise(switch) => self.denoise = switch,
        }
    }

    /// What is asked of the browser: two that take out noise, one behind the other, take out voices too.
    #[must_use]
    pub fn browser_noise_suppression(&self) -> Switch {
        Switch::from_on(self.noise_suppression.is_on() && !self.denoise.is_on())
    }
}

/// What a device really does, as far as the browser says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InForce {
    /// Of the picture of a camera.
    Camera {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Pictures a second, rounded.
        frame_rate: u32,
    },
    /// Of the sound of a microphone.
    Microphone {
        /// See [`Settings`].
        echo_cancellation: Option<Switch>,
        /// See [`Settings`].
        noise_suppression: Option<Switch>,
        /// See [`Settings`].
        automatic_gain: Option<Switch>,
        /// See [`Settings`]; none while it is not asked for, and until it is known.
        denoise: Option<Switch>,
    },
}

/// How loud a microphone is: 0 for nothing at all, 1 for next to nothing (-60 dB of full scale), 100 for full scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
    /// Not even noise: no sound arrives from the microphone.
    pub const SILENCE: Self = Self(0);

    /// Of so many decibels of full scale.
    #[must_use]
    pub fn from_decibels(decibels: f32) -> Self {
        // Cast: within 1..=100.
        Self(((decibels + 60.0) / 60.0 * 100.0).clamp(1.0, 100.0) as u8)
    }

    /// 0 to 100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// As a root mean square, in `0.0..=1.0`.
    #[must_use]
    pub fn amplitude(self) -> f32 {
        if self == Self::SILENCE { 0.0 } else { 10_f32.powf((f32::from(self.0) * 0.6 - 60.0) / 20.0) }
    }

    /// Louder than a room in which nobody speaks (about -33 dB).
    pub(crate) const fn is_speech(self) -> bool {
        self.0 >= 45
    }
}
