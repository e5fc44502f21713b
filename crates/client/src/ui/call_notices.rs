//! The notices that only a call has: whom or what each is about, and those who ask to come in.

use super::avatar::Avatar;
use super::icon::{Icon, Size, icon};
use super::knocks::{KnockToasts, KnocksSaid, knocks};
use crate::text::Text;
use leptos::prelude::*;
use ojak_call::protocol::DisplayName;
use ojak_call::{Intent, Notice, View};

/// Whom or what it is about.
pub(crate) fn picture(notice: &Notice) -> AnyView {
    match notice {
        Notice::Entered(name)
        | Notice::Left(name, _)
        | Notice::Interrupted(name)
        | Notice::Microphone(name, _)
        | Notice::Shares(name, _)
        | Notice::ScreenPaused(name)
        | Notice::HandRaised(name)
        | Notice::Unheard(name, _)
        | Notice::Records(name, _)
        | Notice::Message(name, _)
        | Notice::File(name, _) => person(name),
        Notice::NotShared(_) | Notice::ShareEnded => sign("toast-icon is-fair", Icon::Screen),
        Notice::Verified(_) => sign("toast-icon is-good", Icon::ShieldCheck),
        Notice::Changed(_) => sign("toast-icon is-bad", Icon::Warning),
        Notice::Host | Notice::NoPlace => sign("toast-icon", Icon::People),
        Notice::BackOnline | Notice::RecordingSaved => sign("toast-icon is-good", Icon::Check),
        Notice::RecordingFull | Notice::NotRecorded(_) => sign("toast-icon is-fair", Icon::Warning),
        // Of a device: the lobby has them too.
        Notice::Kept(..)
        | Notice::Ended(_)
        | Notice::TalkingWhileMuted
        | Notice::Silent
        | Notice::JoinedMuted => ().into_any(),
    }
}

fn person(name: &DisplayName) -> AnyView {
    let name = name.to_string();
    view! { <Avatar name=Signal::stored(name) /> }.into_any()
}

fn sign(class: &'static str, of: Icon) -> AnyView {
    view! { <span class=class>{icon(of, Size::Middle)}</span> }.into_any()
}

/// For the ear.
pub(crate) fn knocks_said(text: Text, view: Signal<View>) -> AnyView {
    let knocks = knocks(view);
    view! { <KnocksSaid text knocks /> }.into_any()
}

/// For the eye.
pub(crate) fn knock_toasts(text: Text, view: Signal<View>, act: Callback<Intent>) -> AnyView {
    let knocks = knocks(view);
    view! { <KnockToasts text knocks act /> }.into_any()
}
