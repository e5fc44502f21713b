//! The page over plain http, where no browser allows a camera: why, and where the same room may be over https.

use super::bridge::Bridge;
use super::icon::{Icon, Size, icon};
use super::page::Page;
use crate::text::{Language, Text, say};
use crate::web::page::{address_to_read, secure_address};
use leptos::prelude::*;

#[component]
pub(crate) fn Insecure(text: Text, language: RwSignal<Language>) -> impl IntoView {
    view! {
        <Page text language art=Bridge::Insecure sentence=Signal::derive(move || text.get().insecure.sentence)>
            <div class="addr">
                <span class="warn">{icon(Icon::Unlock, Size::Middle)}</span>
                <span class="clip"><s>"http"</s>"://"{address_to_read()}</span>
            </div>
            {secure_address()
                .map(|address| {
                    view! {
                        <div class="actions">
                            <a class="btn is-primary is-wide" href=address>
                                {icon(Icon::Lock, Size::Middle)}
                                {say(text, |words| words.insecure.open)}
                            </a>
                        </div>
                    }
                })}
        </Page>
    }
}
