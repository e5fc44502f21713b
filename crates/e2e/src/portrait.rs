//! Drawn people for invented cameras, so that pictures of the page look as they do with people in front of it.
//!
//! The devices stay the browser's: they are opened, listed, stopped and asked as ever. Only what they see and hear is
//! another, as `portrait.js` draws it. Chromium only.

use crate::setup::{Language, Setup};
use serde_json::{Value, json};

/// Somebody drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are called so")]
pub enum Portrait {
    Ana,
    Haneul,
    Jiwoo,
    Minho,
    Sora,
    Theo,
}

/// Whether somebody drawn speaks without a pause, or says nothing in a room that is not quite silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Without a pause.
    Speaking,
    /// Not a word.
    Quiet,
}

/// How large somebody is drawn: in a grid nobody needs more than a quarter, and every picture costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canvas {
    /// 1280 × 720.
    Whole,
    /// 640 × 360, and less often.
    Quarter,
}

impl Portrait {
    const fn look(self) -> &'static str {
        match self {
            Self::Ana => "ana",
            Self::Haneul => "haneul",
            Self::Jiwoo => "jiwoo",
            Self::Minho => "minho",
            Self::Sora => "sora",
            Self::Theo => "theo",
        }
    }

    /// Their name.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, Self::Ana) => "Ana Silva",
            (Language::English, Self::Haneul) => "Haneul Kim",
            (Language::English, Self::Jiwoo) => "Jiwoo Han",
            (Language::English, Self::Minho) => "Minho Park",
            (Language::English, Self::Sora) => "Sora Lim",
            (Language::English, Self::Theo) => "Theo Braun",
            (Language::Korean, Self::Ana) => "아나",
            (Language::Korean, Self::Haneul) => "김하늘",
            (Language::Korean, Self::Jiwoo) => "한지우",
            (Language::Korean, Self::Minho) => "박민호",
            (Language::Korean, Self::Sora) => "임소라",
            (Language::Korean, Self::Theo) => "테오",
        }
    }

    /// A browser of theirs, which prefers `language`.
    #[must_use]
    pub fn in_front_of(self, setup: Setup, voice: Voice, canvas: Canvas) -> Setup {
        let width = match canvas {
            Canvas::Whole => 1280,
            Canvas::Quarter => 640,
        };
        let who = json!({
            "look": self.look(),
            "speaks": voice == Voice::Speaking,
            "width": width,
            "devices": devices(setup.language),
        });
        setup.with_preload(format!("{{ const who = {who};\n{}\n}}", include_str!("portrait.js")))
    }
}

/// What Chromium's invented devices are called, and what real ones are.
fn devices(language: Language) -> Value {
    match language {
        Language::English => json!({
            "fake_device_0": "Built-in camera",
            "fake_device_1": "Desk camera (USB)",
            "fake_device_2": "Phone as camera",
            "Fake Default Audio Input": "Built-in mic",
            "Fake Audio Input 1": "Headphones",
            "Fake Audio Input 2": "Desk microphone",
            "Fake Default Audio Output": "Headphones",
            "Fake Audio Output 1": "Built-in speakers",
            "Fake Audio Output 2": "Monitor",
        }),
        Language::Korean => json!({
            "fake_device_0": "내장 카메라",
            "fake_device_1": "책상 카메라(USB)",
            "fake_device_2": "휴대폰 카메라",
            "Fake Default Audio Input": "내장 마이크",
            "Fake Audio Input 1": "헤드폰",
            "Fake Audio Input 2": "책상 마이크",
            "Fake Default Audio Output": "헤드폰",
            "Fake Audio Output 1": "내장 스피커",
            "Fake Audio Output 2": "모니터",
        }),
    }
}
