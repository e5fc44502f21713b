//! After the call.

use super::bridge::Bridge;
use super::fields::Fields;
use super::page::Page;
use crate::text::{Language, Text, say};
use leptos::prelude::*;
use ojak_call::{Intent, Trouble};

#[component]
pub(crate) fn Ended(
    text: Text,
    language: RwSignal<Language>,
    fields: Fields,
    trouble: Memo<Option<Trouble>>,
    act: Callback<Intent>,
) -> impl IntoView {
    let is_left = move || trouble.get().is_none();
    let sentence = Signal::derive(move || match trouble.get() {
        Some(Trouble::MovedAway) => text.get().ended.moved,
        Some(Trouble::Refused(code)) => text.get().refusal(code),
        _ => text.get().ended.sentence,
    });
    view! {
        <Page text language art=Bridge::Whole sentence>
            <div class="actions">
                // Whoever goes on in another tab would sit beside themself, and who was sent out is not to come back.
                {move || {
                    is_left()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="btn is-primary is-wide"
                                    on:click=move |_| act.run(fields.join())
                                >
                                    {say(text, |words| words.rejoin)}
                                </button>
                            }
                        })
                }}
                <button type="button" class="btn is-ghost is-wide" on:click=move |_| act.run(Intent::ReturnToLobby)>
                    {say(text, |words| words.back_to_lobby)}
                </button>
            </div>
        </Page>
    }
}
