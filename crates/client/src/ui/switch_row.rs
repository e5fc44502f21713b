//! A line with a switch: what it is for, what there is to know of it, and whether it is on.

use super::icon::{Icon, Size, icon};
use leptos::prelude::*;

/// `id` is that of the name; the hint's is derived from it. A hint may come and go.
#[component]
pub(crate) fn SwitchRow(
    id: &'static str,
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] hint: Signal<Option<&'static str>>,
    #[prop(into)] is_on: Signal<bool>,
    turn: Callback<bool>,
) -> impl IntoView {
    let hint_id = [id, "-hint"].concat();
    view! {
        <div class="switch-row">
            <span>
                <span id=id>{label}</span>
                <span class="hint" id=hint_id.clone()>{hint}</span>
            </span>
            <button
                type="button"
                class="switch"
                role="switch"
                aria-checked=move || is_on.get().to_string()
                aria-labelledby=id
                aria-describedby=hint_id
                on:click=move |_| turn.run(!is_on.get_untracked())
            >
                {icon(Icon::Check, Size::Small)}
            </button>
        </div>
    }
}
