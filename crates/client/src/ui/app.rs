//! Which screen, in which language; and what of the call shows on the document itself.

use super::call_pages::{Around, CallPage};
use super::changing::{changing, follow, memo};
use super::devices::{Focus, toggle};
use super::fields::Fields;
use super::lobby::Lobby;
use super::toasts::Toasts;
use crate::session::Session;
use crate::text::Text;
use crate::web::focus;
use crate::web::page::{self, Key};
use leptos::prelude::*;
use ojak_call::{DeviceKind, Stage};

/// A screen; several stages of a call share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Screen {
    Lobby,
    OfCall(CallPage),
}

impl Screen {
    const fn of(stage: Stage) -> Self {
        match stage {
            Stage::Lobby | Stage::Joining => Self::Lobby,
            Stage::Knocking => Self::OfCall(CallPage::Waiting),
            Stage::Alone | Stage::Connected | Stage::Reconnecting => Self::OfCall(CallPage::Call),
            Stage::Ended => Self::OfCall(CallPage::Ended),
            Stage::Failed => Self::OfCall(CallPage::Failed),
        }
    }
}

/// The whole page.
#[component]
pub(crate) fn App(session: Session) -> impl IntoView {
    let language = RwSignal::new(page::language());
    let text: Text = Signal::derive(move || language.get().strings());
    let is_secure = page::is_secure();
    let Session { view, act, level, .. } = session;
    let stage = move || view.with(|view| view.stage);
    let is_joining = memo(move || stage() == Stage::Joining);
    let presence = memo(move || view.with(|view| view.presence.clone()));
    let trouble = memo(move || view.with(|view| view.trouble));
    let camera = memo(move || view.with(|view| view.camera.clone()));
    let microphone = memo(move || view.with(|view| view.microphone.clone()));
    let speakers = memo(move || view.with(|view| view.speakers.clone()));
    let screen =
        memo(move || if is_secure { Screen::of(stage()) } else { Screen::OfCall(CallPage::Insecure) });

    let fields = Fields {
        room: RwSignal::new(session.room_at_start.get_value()),
        name: RwSignal::new(session.name_at_start.get_value()),
    };

    follow(move || {
        page::show_stage(if is_secure { stage().as_str() } else { Stage::Failed.as_str() });
    });
    follow(move || page::show_language(language.get()));
    let is_in_call = memo(move || stage().is_in_call());
    // In a call `document` does it.
    follow(move || {
        if !is_in_call.get() {
            page::show_title(text.get().app);
        }
    });
    StoredValue::new_local(page::on_key(move |key| {
        let is_known = matches!(
            screen.get_untracked(),
            Screen::Lobby | Screen::OfCall(CallPage::Waiting | CallPage::Call)
        );
        if !is_known {
            return;
        }
        match key {
            Key::Microphone => {
                act.run(microphone.with_untracked(|device| toggle(DeviceKind::Microphone, device)));
            }
            Key::Camera => act.run(camera.with_untracked(|device| toggle(DeviceKind::Camera, device))),
            Key::FullScreen
            | Key::Share
            | Key::Hand
            | Key::Chat
            | Key::Settings
            | Key::Shortcuts
            | Key::Escape => {}
        }
    }));

    StoredValue::new_local(focus::Guard::new());

    let own_picture = session.own_picture;
    let around = Around { text, language, fields, session, trouble, camera, microphone };
    // The first screen leaves the focus where the browser put it.
    let has_shown = StoredValue::new(false);
    view! {
        {changing(move || {
            let focus = if has_shown.get_value() { Focus::Take } else { Focus::Leave };
            has_shown.set_value(true);
            match screen.get() {
                Screen::Lobby => Some(
                    view! { <Lobby text language fields presence is_joining trouble camera microphone speakers picture=own_picture level act focus /> }
                        .into_any(),
                ),
                // It is there before anybody can be in a call.
                Screen::OfCall(page) => session.pages.get().map(|pages| (pages.show)(page, around)),
            }
        })}
        <Toasts text language toasts=session.toasts dismiss=session.dismiss view pages=session.pages act />
    }
}
