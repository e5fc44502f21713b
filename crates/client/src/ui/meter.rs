//! How loud the person's own microphone is.

use super::changing::memo;
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::Level;

/// So many bars are there to be lit.
const BARS: u32 = 9;

/// Bars that grow in number and height, so that loudness is seen without colour. The style sheet lights them.
#[component]
pub(crate) fn Meter(text: Text, level: Signal<Level>) -> impl IntoView {
    let lit = memo(move || u32::from(level.get().percent()).div_ceil(100 / BARS).min(BARS).to_string());
    view! {
        <span
            class="meter"
            role="meter"
            aria-label=say(text, |words| words.devices.level)
            aria-valuemin="0"
            aria-valuemax="9"
            aria-valuenow=Signal::derive(move || lit.get())
        >
            {[(); BARS as usize].map(|()| view! { <i></i> }).collect_view()}
        </span>
    }
}
