//! The pages that come with the part of the page that only a call needs: the call, and what may follow it.

use super::call::CallScreen;
use super::document;
use super::ended::Ended;
use super::failed::Failed;
use super::fields::Fields;
use super::insecure::Insecure;
use crate::session::Session;
use crate::text::{Language, Text};
use leptos::prelude::*;
use ojak_call::{DeviceView, Trouble};

/// The symbols that none of the lobby's pages shows.
const ICONS: &str = include_str!("../../assets/call-icons.svg");

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallPage {
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

/// Shows one of them.
pub(crate) type CallPages = fn(CallPage, Around) -> AnyView;

pub(crate) fn call_pages(page: CallPage, around: Around) -> AnyView {
    let Around { text, language, fields, session, trouble, camera, microphone } = around;
    let Session { view, own_picture, pictures, act, .. } = session;
    let page = match page {
        CallPage::Call => {
            document::show(text, session, fields, microphone);
            view! { <CallScreen text language view camera microphone own_picture pictures act /> }.into_any()
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
