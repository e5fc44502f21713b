//! Screens: the button that shares one, what says that it is shared, and those of the others.

use super::icon::{Icon, Size, icon};
use crate::text::{Text, say};
use crate::web::media::{self, Stream};
use crate::web::{display, page, playback};
use leptos::html::{Figure, Video};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{Detail, Emphasis, Intent, Joint, JointView};
use std::collections::HashMap;

/// What is asked for by pressing on the screen.
pub(crate) fn toggle_share(joint: &JointView) -> Intent {
    Intent::Joint(Joint::Share(joint.share.switch.flipped()))
}

/// Absent where a page cannot ask for a screen.
#[component]
pub(crate) fn ShareButton(text: Text, joint: Memo<JointView>, act: Callback<Intent>) -> impl IntoView {
    let is_shared = Memo::new(move |_| joint.with(|joint| joint.share.switch.is_on()));
    display::can_open().then(|| {
        view! {
            <button
                type="button"
                class="ctl wide-only"
                class:is-open=move || is_shared.get()
                aria-pressed=move || is_shared.get().to_string()
                aria-label=say(text, |words| words.together.share_screen)
                on:click=move |_| act.run(joint.with_untracked(toggle_share))
            >
                {icon(Icon::Screen, Size::Large)}
                <span class="ctl-label">{say(text, |words| words.together.share_word)}</span>
            </button>
        }
    })
}

/// The choices of what matters more, each with its value in the select.
const EMPHASES: [(&str, Emphasis); 3] = [
    ("automatic", Emphasis::Automatic),
    ("text", Emphasis::Always(Detail::Text)),
    ("motion", Emphasis::Always(Detail::Motion)),
];

/// That the person shares, what of it they see, and the way to stop. Small: a screen that shows itself has no end.
#[component]
pub(crate) fn SharingBanner(
    text: Text,
    joint: Memo<JointView>,
    own_screen: Signal<Option<Stream>>,
    name_of: Callback<Option<PeerId>, String>,
    act: Callback<Intent>,
) -> impl IntoView {
    let unseeing = Memo::new(move |_| joint.with(|joint| joint.unseeing.clone()));
    let said = Memo::new(move |_| {
        let words = &text.get().together;
        let names: Vec<_> = unseeing.get().into_iter().map(|peer| name_of.run(Some(peer))).collect();
        if names.is_empty() { words.sharing.to_owned() } else { (words.paused_for)(&names.join(", ")) }
    });
    let is_shared = Memo::new(move |_| joint.with(|joint| joint.share.switch.is_on()));
    let emphasis = Memo::new(move |_| joint.with(|joint| joint.share.emphasis));
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((_, emphasis)) = EMPHASES.into_iter().find(|(of, _)| *of == value) {
            act.run(Intent::Joint(Joint::Emphasise(emphasis)));
        }
    };
    let options = move || {
        let words = &text.get().together;
        EMPHASES.into_iter().zip([words.automatic, words.sharp, words.smooth]).map(
            move |((value, of), word)| {
                view! { <option value=value prop:selected=move || emphasis.get() == of>{word}</option> }
            },
        )
    };
    move || {
        is_shared.get().then(|| {
            view! {
                <div class="mid is-sharing">
                    <div class="banner is-share">
                        <figure
                            class="own-screen is-self"
                            data-kind="screen"
                            data-peer="self"
                            aria-label=say(text, |words| words.together.own_screen)
                        >
                            <ScreenVideo picture=own_screen is_muted=true refused=Callback::new(|()| ()) />
                        </figure>
                        <span role="status">{move || said.get()}</span>
                        <select aria-label=say(text, |words| words.together.emphasis) on:change=choose>
                            {move || options().collect_view()}
                        </select>
                        <button
                            type="button"
                            class="btn"
                            on:click=move |_| act.run(Intent::Joint(Joint::Share(Switch::Off)))
                        >
                            {say(text, |words| words.together.stop)}
                        </button>
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn ScreenVideo(
    #[prop(into)] picture: Signal<Option<Stream>>,
    is_muted: bool,
    refused: Callback<()>,
) -> impl IntoView {
    let video = NodeRef::<Video>::new();
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            picture.with(|picture| media::show(&video, picture.as_ref()));
            if picture.with(Option::is_some) {
                spawn_local(async move {
                    if playback::is_refused(video).await && !is_muted {
                        // The call may be over by now.
                        refused.try_run(());
                    }
                });
            }
        }
    });
    view! {
        <video
            class="screen-video"
            node_ref=video
            autoplay=true
            playsinline=true
            muted=is_muted
            prop:muted=is_muted
        ></video>
    }
}

/// The screens of the others, of which one is large. The rest are heard.
#[component]
pub(crate) fn Shares(
    text: Text,
    joint: Memo<JointView>,
    screens: Signal<HashMap<PeerId, Stream>>,
    name_of: Callback<Option<PeerId>, String>,
    refused: Callback<()>,
) -> impl IntoView {
    let sharers = Memo::new(move |_| joint.with(|joint| joint.sharers.clone()));
    let chosen = RwSignal::new(None::<PeerId>);
    // That of whoever began last, unless somebody was chosen who still shares.
    let large = Memo::new(move |_| {
        let chosen = chosen.get();
        sharers.with(|sharers| chosen.filter(|chosen| sharers.contains(chosen)).or(sharers.last().copied()))
    });
    let choices = move || {
        let choice = |peer: PeerId| {
            view! {
                <button
                    type="button"
                    class="tag is-big"
                    aria-pressed=move || (large.get() == Some(peer)).to_string()
                    on:click=move |_| chosen.set(Some(peer))
                >
                    // Of its own: whatever it reads changes often, and is not to make the buttons anew.
                    <span class="clip">{move || name_of.run(Some(peer))}</span>
                </button>
            }
        };
        (sharers.with(Vec::len) > 1).then(|| {
            view! {
                <div class="share-choice" role="group" aria-label=say(text, |words| words.together.screens)>
                    {sharers.get().into_iter().map(choice).collect_view()}
                </div>
            }
        })
    };
    view! {
        <div class="shares">
            <For each=move || sharers.get() key=|peer| *peer let(peer)>
                <SharedScreen
                    text
                    peer
                    is_large=Signal::derive(move || large.get() == Some(peer))
                    picture=Signal::derive(move || screens.with(|screens| screens.get(&peer).cloned()))
                    name=Signal::derive(move || name_of.run(Some(peer)))
                    refused
                />
            </For>
            {choices}
        </div>
    }
}

#[component]
fn SharedScreen(
    text: Text,
    peer: PeerId,
    is_large: Signal<bool>,
    picture: Signal<Option<Stream>>,
    name: Signal<String>,
    refused: Callback<()>,
) -> impl IntoView {
    let figure = NodeRef::<Figure>::new();
    let fill = move || {
        if let Some(figure) = figure.get_untracked() {
            page::toggle_full_screen_of(&figure);
        }
    };
    view! {
        <figure
            class="screen"
            node_ref=figure
            data-kind="screen"
            data-peer=peer.as_str().to_owned()
            data-spot=move || if is_large.get() { "stage" } else { "elsewhere" }
            aria-label=move || (text.get().together.screen_of)(&name.get())
            on:dblclick=move |_| fill()
        >
            <ScreenVideo picture is_muted=false refused />
            <div class="screen-head on-video">
                <span class="tag is-big">
                    <span class="ok">{icon(Icon::Screen, Size::Small)}</span>
                    <span class="tag-name clip">{move || (text.get().together.shares)(&name.get())}</span>
                </span>
                {page::can_fill_screen()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn-icon is-scrim"
                                aria-label=say(text, |words| words.call.full_screen)
                                title=say(text, |words| words.call.full_screen)
                                on:click=move |_| fill()
                            >
                                {icon(Icon::Expand, Size::Large)}
                            </button>
                        }
                    })}
            </div>
        </figure>
    }
}
