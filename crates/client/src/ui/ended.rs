//! After the call.

use super::bridge::Bridge;
use super::fields::Fields;
use super::page::Page;
use crate::text::{Language, Text, say};
use leptos::prelude::*;
use ojak_call::Intent;

#[component]
pub(crate) fn Ended(
    text: Text,
    language: RwSignal<Language>,
    fields: Fields,
    act: Callback<Intent>,
) -> impl IntoView {
    view! {
        <Page text language art=Bridge::Whole sentence=Signal::derive(move || text.get().ended.sentence)>
            <div class="actions">
                <button type="button" class="btn is-primary is-wide" on:click=move |_| act.run(fields.join())>
                    {say(text, |words| words.rejoin)}
                </button>
                <button type="button" class="btn is-ghost is-wide" on:click=move |_| act.run(Intent::ReturnToLobby)>
                    {say(text, |words| words.back_to_lobby)}
                </button>
            </div>
        </Page>
    }
}
