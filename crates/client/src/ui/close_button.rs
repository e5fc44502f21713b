//! The cross that closes something.

use super::icon::{Icon, Size, icon};
use crate::text::{Text, say};
use leptos::prelude::*;

#[component]
pub(crate) fn CloseButton(text: Text, size: Size, close: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class="btn-icon" aria-label=say(text, |words| words.close) on:click=move |_| close.run(())>
            {icon(Icon::Close, size)}
        </button>
    }
}
