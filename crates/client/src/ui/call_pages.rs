//! The pages that come with the part of the page that only a call needs: the call, and what may follow it.

use super::call::CallScreen;
use super::call_notices::{knock_toasts, knocks_said, picture};
use super::document;
use super::ended::Ended;
use super::failed::Failed;
use super::fields::Fields;
use super::insecure::Insecure;
use super::waiting::Waiting;
use crate::session::Session;
use crate::text::{Language, Said, Strings, Text};
use leptos::prelude::*;
use ojak_call::{DeviceView, Intent, Notice, Trouble, View};

/// The symbols that none of the lobby's pages shows.
const ICONS: &str = include_str!("../../assets/call-icons.svg");

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallPage {
    Waiting,
    Call,
    Ended,
    Failed,
    /// Not of a call, but nobody who sees it will see the lobby.
    Insecure,
}

/// What they read, and where they send what the person wants.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    pub(crate) text: Text,
    pub(crate) language: RwSignal<Language>,
    pub(crate) fields: Fields,
    pub(crate) session: Session,
    pub(crate) trouble: Memo<Option<Trouble>>,
    pub(crate) camera: Memo<DeviceView>,
    pub(crate) microphone: Memo<DeviceView>,
}

/// All that shows a call.
#[derive(Clone, Copy)]
pub(crate) struct CallPages {
    /// One of the pages.
    pub(crate) show: fn(CallPage, Around) -> AnyView,
    /// What a notice says, and its picture.
    pub(crate) said: fn(&'static Strings, &Notice) -> Said,
    pub(crate) picture: fn(&Notice) -> AnyView,
    /// Those who ask to come in, for the ear and for the eye.
    pub(crate) knocks_said: fn(Text, Signal<View>) -> AnyView,
    pub(crate) knock_toasts: fn(Text, Signal<View>, Callback<Intent>) -> AnyView,
}

impl CallPages {
    pub(crate) fn new() -> Self {
        Self { show, said: |words, notice| words.notice(notice), picture, knocks_said, knock_toasts }
    }
}

fn show(page: CallPage, around: Around) -> AnyView {
    let Around { text, language, fields, session, trouble, camera, microphone } = around;
    let Session { view, own_picture, pictures, own_screen, screens, level, shelf, offer, act, .. } = session;
    let page = match page {
        CallPage::Call => {
            document::show(text, session, fields, microphone);
            view! { <CallScreen text language view camera microphone own_picture pictures own_screen screens level shelf offer act /> }
                .into_any()
        }
        CallPage::Waiting => {
            view! { <Waiting text language name=fields.name trouble camera microphone picture=own_picture level act /> }
                .into_any()
        }
        CallPage::Ended => view! { <Ended text language fields trouble act /> }.into_any(),
        CallPage::Insecure => view! { <Insecure text language /> }.into_any(),
        CallPage::Failed => view! { <Failed text language fields trouble act /> }.into_any(),
    };
    view! {
        <div class="sprite" aria-hidden="true" inner_html=ICONS></div>
        {page}
    }
    .into_any()
}
