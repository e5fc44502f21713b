//! Who is in the room already, under its name in the lobby.

use super::avatar::Avatar;
use crate::text::Text;
use leptos::prelude::*;
use ojak_call::protocol::DisplayName;

/// More discs than these say no more than the number beside them.
const AVATARS_MAX: usize = 3;

/// How many there are, the first of them as discs, and everybody's name for whoever asks.
pub(crate) fn present(text: Text, names: Vec<DisplayName>) -> impl IntoView {
    let all = names.iter().map(DisplayName::as_str).collect::<Vec<_>>().join(", ");
    let names_of_all = all.clone();
    let count = names.len();
    view! {
        <span class="presence" title=names_of_all>
            <span class="avatars">
                {names
                    .into_iter()
                    .take(AVATARS_MAX)
                    .map(|name| view! { <Avatar name=Signal::stored(name.to_string()) /> })
                    .collect_view()}
            </span>
            {Signal::derive(move || (text.get().lobby.present)(count))}
            <span class="vh">": " {all}</span>
        </span>
    }
}
