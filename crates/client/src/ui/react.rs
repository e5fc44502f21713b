//! A reaction, and a hand: the menu they are chosen in, and what is seen of them.

use super::icon::{Icon, Size, icon};
use super::pop::{Opens, PopButton};
use crate::text::{Text, say};
use leptos::prelude::*;
use ojak_call::protocol::{Reaction, Switch};
use ojak_call::{Intent, Joint, JointView, ShownReaction, Speaker};

/// What is asked for by pressing on the hand.
pub(crate) fn toggle_hand(joint: &JointView) -> Intent {
    Intent::Joint(Joint::RaiseHand(Switch::from_on(!is_own_hand_raised(joint))))
}

fn is_own_hand_raised(joint: &JointView) -> bool {
    joint.hands.contains(&None)
}

/// The button, and over it what can be felt.
#[component]
pub(crate) fn React(text: Text, joint: Memo<JointView>, act: Callback<Intent>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let face = view! {
        {icon(Icon::Smile, Size::Large)}
        <span class="ctl-label">{say(text, |words| words.together.react)}</span>
    };
    let items = Callback::new(move |close: Callback<()>| {
        let choose = Callback::new(move |intent| {
            act.run(intent);
            close.run(());
        });
        reactions(text, joint, choose)
    });
    view! {
        <div class="ctl-react">
            <PopButton
                opens=Opens::Dialog
                class="ctl"
                face=face.into_any()
                button=NodeRef::new()
                is_open
                turn=Callback::new(move |on| is_open.set(on))
                around=".ctl-react"
                menu_class="menu is-list react"
                menu_label=Signal::derive(move || text.get().together.react.to_owned())
                items
            />
        </div>
    }
}

fn reactions(text: Text, joint: Memo<JointView>, choose: Callback<Intent>) -> AnyView {
    let emoji = Reaction::ALL.map(|reaction| {
        view! {
            <button
                type="button"
                class="react-emoji"
                aria-label=move || text.get().together.reaction(reaction)
                on:click=move |_| choose.run(Intent::Joint(Joint::React(reaction)))
            >
                {reaction.emoji()}
            </button>
        }
    });
    view! {
        <div class="react-row">{Vec::from(emoji)}</div>
        <button
            type="button"
            class="menu-item"
            aria-pressed=move || joint.with(is_own_hand_raised).to_string()
            on:click=move |_| choose.run(joint.with_untracked(toggle_hand))
        >
            {icon(Icon::Hand, Size::Middle)}
            <span class="clip">{say(text, |words| words.together.raise_hand)}</span>
            <kbd aria-hidden="true">"H"</kbd>
        </button>
    }
    .into_any()
}

/// In the bar, where there is room: otherwise it is among the reactions only.
#[component]
pub(crate) fn HandButton(text: Text, joint: Memo<JointView>, act: Callback<Intent>) -> impl IntoView {
    let is_raised = Memo::new(move |_| joint.with(is_own_hand_raised));
    view! {
        <button
            type="button"
            class="ctl roomy-only"
            class:is-open=move || is_raised.get()
            aria-pressed=move || is_raised.get().to_string()
            on:click=move |_| act.run(joint.with_untracked(toggle_hand))
        >
            {icon(Icon::Hand, Size::Large)}
            <span class="ctl-label">{say(text, |words| words.together.raise_hand)}</span>
        </button>
    }
}

/// What a tile shows of its owner's hand and of what they feel.
#[component]
pub(crate) fn Gestures(text: Text, joint: Memo<JointView>, whose: Speaker) -> impl IntoView {
    // Their place, where more than one is raised.
    let hand = Memo::new(move |_| {
        joint.with(|joint| {
            let place = joint.hands.iter().position(|of| *of == whose)?;
            Some((joint.hands.len() > 1).then_some(place + 1))
        })
    });
    let reactions = Memo::new(move |_| {
        joint.with(|joint| {
            joint
                .reactions
                .iter()
                .filter(|shown| shown.from == whose)
                .copied()
                .collect::<Vec<ShownReaction>>()
        })
    });
    view! {
        {move || {
            hand.get()
                .map(|place| {
                    view! {
                        <div class="tile-head">
                            <span class="tag is-hand">
                                {icon(Icon::Hand, Size::Small)}
                                <span class="tag-label">{say(text, |words| words.together.hand_raised)}</span>
                                {place.map(|place| view! { <span class="num">{place.to_string()}</span> })}
                            </span>
                        </div>
                    }
                })
        }}
        <div class="reactions" aria-hidden="true">
            <For each=move || reactions.get() key=|shown| shown.id let(shown)>
                <span class="reaction" data-lane=(shown.id % 3).to_string()>
                    {shown.reaction.emoji()}
                </span>
            </For>
        </div>
    }
}

/// What is felt, for the ear: once, and by whom.
#[component]
pub(crate) fn ReactionsSaid(
    text: Text,
    joint: Memo<JointView>,
    #[prop(into)] name_of: Callback<Speaker, String>,
) -> impl IntoView {
    let others = Memo::new(move |_| {
        joint.with(|joint| {
            joint
                .reactions
                .iter()
                .filter(|shown| shown.from.is_some())
                .copied()
                .collect::<Vec<ShownReaction>>()
        })
    });
    view! {
        <div class="vh" role="status" aria-live="polite">
            <For each=move || others.get() key=|shown| shown.id let(shown)>
                <p>
                    {[&name_of.run(shown.from), ": ", text.get_untracked().together.reaction(shown.reaction)].concat()}
                </p>
            </For>
        </div>
    }
}
