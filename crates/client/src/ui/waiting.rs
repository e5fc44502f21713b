//! Before a room that is locked, until somebody lets the person in.

use super::bridge::Bridge;
use super::icon::{Icon, Size, icon};
use super::page::Page;
use super::preview::Preview;
use crate::text::{Language, Text, say};
use crate::web::media::Stream;
use leptos::prelude::*;
use ojak_call::{DeviceView, Intent, Level, Trouble};

#[component]
pub(crate) fn Waiting(
    text: Text,
    language: RwSignal<Language>,
    #[prop(into)] name: Signal<String>,
    trouble: Memo<Option<Trouble>>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
) -> impl IntoView {
    let is_unreachable = Memo::new(move |_| trouble.get() == Some(Trouble::SocketLost));
    view! {
        <Page
            text
            language
            art=Bridge::Waiting
            sentence=Signal::derive(move || text.get().knocking.sentence)
        >
            {move || {
                is_unreachable
                    .get()
                    .then(|| {
                        view! {
                            <div class="notice" role="alert">
                                {icon(Icon::Warning, Size::Large)}
                                <div>
                                    <b>{say(text, |words| words.knocking.unreachable.title)}</b>
                                    <span>{say(text, |words| words.knocking.unreachable.detail)}</span>
                                </div>
                            </div>
                        }
                    })
            }}
            <Preview text name camera microphone picture level act />
            <div class="actions">
                <button type="button" class="btn is-ghost is-wide" on:click=move |_| act.run(Intent::StopWaiting)>
                    {say(text, |words| words.knocking.stop)}
                </button>
            </div>
        </Page>
    }
}
