//! The call cannot take place: why, and the way on.

use super::bridge::Bridge;
use super::fields::Fields;
use super::icon::{Icon, Size, icon};
use super::page::Page;
use crate::text::{Language, Text, say};
use crate::web::page::show_address;
use leptos::prelude::*;
use ojak_call::protocol::ErrorCode;
use ojak_call::{Intent, Trouble};

#[component]
pub(crate) fn Failed(
    text: Text,
    language: RwSignal<Language>,
    fields: Fields,
    trouble: Memo<Option<Trouble>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let sentence = Signal::derive(move || match trouble.get() {
        Some(Trouble::Refused(code)) => text.get().refusal(code),
        Some(Trouble::Unreachable) => text.get().unreachable,
        _ => text.get().refusal(ErrorCode::Internal),
    });
    let use_another = move |_| {
        fields.room.set(String::new());
        show_address(None);
        act.run(Intent::ReturnToLobby);
    };
    view! {
        <Page text language art=Bridge::Full sentence>
            <div class="actions">
                <button type="button" class="btn is-primary is-wide" on:click=move |_| act.run(fields.join())>
                    {icon(Icon::Retry, Size::Middle)}
                    {say(text, |words| words.try_again)}
                </button>
                <button type="button" class="btn is-ghost is-wide" on:click=use_another>
                    {say(text, |words| words.another_room)}
                </button>
            </div>
        </Page>
    }
}
