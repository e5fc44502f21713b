//! Icons: names of the symbols in the sprite at the top of `index.html`, and of those that come with the call,
//! `assets/call-icons.svg`.

use leptos::prelude::*;

/// A symbol of the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Camera,
    CameraOff,
    Captions,
    Hand,
    Screen,
    Smile,
    Chat,
    Check,
    Clip,
    Close,
    Copy,
    Down,
    Download,
    Ear,
    EarOff,
    Expand,
    File,
    Flip,
    Globe,
    Headset,
    Health,
    Invite,
    Keyboard,
    Leave,
    Lock,
    Mark,
    Microphone,
    MicrophoneOff,
    More,
    People,
    PictureInPicture,
    Pin,
    Remove,
    Retry,
    Play,
    Record,
    Right,
    Room,
    Send,
    SendUp,
    Sliders,
    Speaker,
    Theme,
    Unlock,
    Up,
    User,
    Warning,
    Shield,
    ShieldAsk,
    ShieldCheck,
    WifiOff,
}

impl Icon {
    const fn href(self) -> &'static str {
        match self {
            Self::Camera => "#i-camera",
            Self::CameraOff => "#i-camera-off",
            Self::Captions => "#i-captions",
            Self::Hand => "#i-hand",
            Self::Screen => "#i-share",
            Self::Smile => "#i-smile",
            Self::Chat => "#i-chat",
            Self::Check => "#i-check",
            Self::Clip => "#i-clip",
            Self::Download => "#i-download",
            Self::File => "#i-file",
            Self::SendUp => "#i-send",
            Self::Close => "#i-close",
            Self::Copy => "#i-copy",
            Self::Down => "#i-down",
            Self::Ear => "#i-ear",
            Self::EarOff => "#i-ear-off",
            Self::Expand => "#i-expand",
            Self::Flip => "#i-flip",
            Self::Globe => "#i-globe",
            Self::Headset => "#i-headset",
            Self::Health => "#i-health",
            Self::Invite => "#i-user-plus",
            Self::Keyboard => "#i-keyboard",
            Self::Leave => "#i-leave",
            Self::Lock => "#i-lock",
            Self::Mark => "#i-mark",
            Self::Microphone => "#i-mic",
            Self::MicrophoneOff => "#i-mic-off",
            Self::More => "#i-more",
            Self::People => "#i-people",
            Self::PictureInPicture => "#i-pip",
            Self::Pin => "#i-pin",
            Self::Remove => "#i-user-x",
            Self::Retry => "#i-retry",
            Self::Play => "#i-play",
            Self::Record => "#i-record",
            Self::Right => "#i-right",
            Self::Room => "#i-room",
            Self::Send => "#i-send-out",
            Self::Sliders => "#i-sliders",
            Self::Speaker => "#i-speaker",
            Self::Theme => "#i-theme",
            Self::Unlock => "#i-unlock",
            Self::Up => "#i-up",
            Self::User => "#i-user",
            Self::Warning => "#i-warn",
            Self::WifiOff => "#i-wifi-off",
            Self::Shield => "#i-shield",
            Self::ShieldAsk => "#i-shield-ask",
            Self::ShieldCheck => "#i-shield-check",
        }
    }
}

/// How large an icon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Small,
    Middle,
    Large,
}

impl Size {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "icon icon-16",
            Self::Middle => "icon icon-20",
            Self::Large => "icon",
        }
    }
}

/// An icon. It is never the only bearer of a meaning, so it has no name of its own.
pub(crate) fn icon(icon: Icon, size: Size) -> impl IntoView {
    drawn(size.class(), Signal::stored(icon))
}

/// An icon that changes with what it stands for.
pub(crate) fn changing_icon(icon: Signal<Icon>, size: Size) -> impl IntoView {
    drawn(size.class(), icon)
}

/// The mark of Ojak.
pub(crate) fn mark() -> impl IntoView {
    drawn("mark", Signal::stored(Icon::Mark))
}

fn drawn(class: &'static str, icon: Signal<Icon>) -> AnyView {
    view! { <svg class=class aria-hidden="true"><use_ href=Signal::derive(move || icon.get().href()) /></svg> }.into_any()
}
