//! The arc of magpies that joins two people, and what can break it. Only ever outside a call.

use leptos::prelude::*;

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bridge {
    /// Nothing: the call is over.
    Whole,
    /// The other side is full.
    Full,
    /// The lock is open.
    Insecure,
    /// Somebody is to open it from the other side.
    Waiting,
}

const BIRD: &str = "M-13 3C-9.5-5.5-2.5-6 0 1.2C2.5-6 9.5-5.5 13 3";
const BIRDS: [&str; 7] = [
    "translate(36 67.3) rotate(-36.1)",
    "translate(63 49.5) rotate(-29.9)",
    "translate(91 36.7) rotate(-17.8)",
    "translate(120 32)",
    "translate(149 36.7) rotate(17.8)",
    "translate(177 49.5) rotate(29.9)",
    "translate(204 67.3) rotate(36.1)",
];
const CROWD: [(&str, &str); 8] = [
    ("201", "80"),
    ("214", "80"),
    ("227", "80"),
    ("240", "80"),
    ("201", "95"),
    ("214", "95"),
    ("227", "95"),
    ("240", "95"),
];
const STARS: [(&str, &str); 5] = [("60", "14"), ("176", "8"), ("206", "32"), ("28", "40"), ("112", "6")];

/// The picture over a sentence that says the same.
pub(crate) fn bridge(kind: Bridge) -> impl IntoView {
    let birds = BIRDS.iter().enumerate().filter(|(place, _)| match kind {
        Bridge::Whole | Bridge::Waiting => true,
        Bridge::Full => *place < 6,
        Bridge::Insecure => *place != 3,
    });
    let near = if matches!(kind, Bridge::Insecure | Bridge::Waiting) { "soul" } else { "mute" };
    let far = match kind {
        Bridge::Full => CROWD
            .iter()
            .map(|(x, y)| view! { <circle class="soul" cx=*x cy=*y r="5" /> })
            .collect_view()
            .into_any(),
        Bridge::Whole | Bridge::Insecure | Bridge::Waiting => {
            view! { <circle class="mute" cx="226" cy="96" r="8" /> }.into_any()
        }
    };
    view! {
        <svg class="bridge" class:is-over=(kind == Bridge::Whole) class:is-live=(kind == Bridge::Waiting) viewBox="0 0 246 112" aria-hidden="true">
            <g class="star">{STARS.iter().map(|(x, y)| view! { <circle cx=*x cy=*y r="1.3" /> }).collect_view()}</g>
            {birds.map(|(_, place)| view! { <path class="bird" transform=*place d=BIRD /> }).collect_view()}
            {(kind == Bridge::Insecure)
                .then(|| {
                    view! {
                        <g class="fair">
                            <rect x="109" y="32" width="22" height="18" rx="5" />
                            <path d="M113.5 32v-6a6.5 6.5 0 0 1 12.5-2.3" />
                        </g>
                    }
                })}
            <circle class=near cx="14" cy="96" r="8" />
            {far}
        </svg>
    }
}
