//! The way to those who do not fit on the stage.

use super::icon::{Icon, Size, icon};
use crate::text::{Text, say};
use leptos::prelude::*;

/// `page` counts from zero.
#[component]
pub(crate) fn Pager(text: Text, page: Signal<u32>, pages: Signal<u32>, turn: Callback<u32>) -> impl IntoView {
    // Not `disabled`, which would lose the focus of whoever has come to the end.
    let is_first = move || page.get() == 0;
    let is_last = move || page.get() + 1 >= pages.get();
    let step = move |by: i32| {
        let next = page.get_untracked().saturating_add_signed(by);
        if next < pages.get_untracked() {
            turn.run(next);
        }
    };
    view! {
        <div class="pager" role="group" aria-label=say(text, |words| words.tiles.pages)>
            <button
                type="button"
                class="btn-icon"
                aria-disabled=move || is_first().to_string()
                aria-label=say(text, |words| words.tiles.previous_page)
                on:click=move |_| step(-1)
            >
                {icon(Icon::Right, Size::Middle)}
            </button>
            <span class="num" aria-live="polite">
                {move || {
                    let [page, pages] = [page.get() + 1, pages.get()].map(|number| number.to_string());
                    (text.get().tiles.page)(&page, &pages)
                }}
            </span>
            <button
                type="button"
                class="btn-icon"
                aria-disabled=move || is_last().to_string()
                aria-label=say(text, |words| words.tiles.next_page)
                on:click=move |_| step(1)
            >
                {icon(Icon::Right, Size::Middle)}
            </button>
        </div>
    }
}
