//! What a person's browser is like before it starts, and how large and how dark its page is.

use std::borrow::Cow;
use std::path::PathBuf;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium; also the only one here with more than one invented camera.
    Chromium,
    /// Firefox.
    Firefox,
}

/// What the person has told the browser to prefer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// As browsers and pages write it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }
}

/// How the person answers when the browser asks about the camera and the microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Yes to both.
    Granted,
    /// No to both.
    Denied,
    /// Yes to the microphone, no to the camera.
    CameraDenied,
    /// They were never asked. Chromium only.
    Unasked,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As `prefers-color-scheme` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The size of the page, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewport {
    /// 1280 × 800.
    Desktop,
    /// 390 × 844, with touch, two device pixels to each.
    Phone,
    /// The same phone held sideways.
    Sideways,
    /// 320 × 640, with touch: the narrowest that anybody has.
    Narrow,
    /// A desktop at 200 %: 640 × 400, two device pixels to each.
    Zoomed,
    /// 300 × 260: as small as a window can be made.
    Corner,
}

impl Viewport {
    /// For the name of a picture.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Phone => "phone",
            Self::Sideways => "sideways",
            Self::Narrow => "narrow",
            Self::Zoomed => "zoomed",
            Self::Corner => "corner",
        }
    }

    pub(crate) const fn size(self) -> (u32, u32) {
        match self {
            Self::Desktop => (1280, 800),
            Self::Phone => (390, 844),
            Self::Sideways => (844, 390),
            Self::Narrow => (320, 640),
            Self::Zoomed => (640, 400),
            Self::Corner => (300, 260),
        }
    }

    pub(crate) const fn is_phone(self) -> bool {
        matches!(self, Self::Phone | Self::Sideways | Self::Narrow)
    }

    /// Device pixels to a CSS pixel.
    pub(crate) const fn scale(self) -> u32 {
        match self {
            Self::Desktop | Self::Corner => 1,
            Self::Phone | Self::Sideways | Self::Narrow | Self::Zoomed => 2,
        }
    }
}

/// How a browser is set up before it starts.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Which browser.
    pub kind: Kind,
    /// What it prefers.
    pub language: Language,
    /// What it may use.
    pub permission: Permission,
    /// How many cameras there are. Firefox always has one.
    pub cameras: u8,
    /// Each runs in every page before anything of the page does. Chromium only.
    pub preload: Vec<Cow<'static, str>>,
    /// A host name that leads to this machine and is not `localhost`. Chromium only.
    pub host: Option<&'static str>,
    /// What they think of certificates that nobody has vouched for.
    pub trust: Trust,
}

/// Whom a browser believes that a server is who it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Whom it comes with.
    #[default]
    Usual,
    /// Anybody: the person goes past each warning.
    Anybody,
    /// The authority in this file as well: the person has installed it.
    Also(PathBuf),
}

impl Setup {
    /// English, everything allowed, three cameras where there can be.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            language: Language::English,
            permission: Permission::Granted,
            cameras: 3,
            preload: Vec::new(),
            host: None,
            trust: Trust::Usual,
        }
    }

    /// The same, believing whom `trust` says.
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// The same, preferring `language`.
    #[must_use]
    pub fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The same, with this answer to the browser's question.
    #[must_use]
    pub fn answering(self, permission: Permission) -> Self {
        Self { permission, ..self }
    }

    /// The same, with so many cameras.
    #[must_use]
    pub fn with_cameras(self, cameras: u8) -> Self {
        Self { cameras, ..self }
    }

    /// The same, with `script` run before anything of any page.
    #[must_use]
    pub fn with_preload(mut self, script: impl Into<Cow<'static, str>>) -> Self {
        self.preload.push(script.into());
        self
    }

    /// The same, where `host` is this machine.
    #[must_use]
    pub fn with_host(self, host: &'static str) -> Self {
        Self { host: Some(host), ..self }
    }
}

impl From<Kind> for Setup {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}
