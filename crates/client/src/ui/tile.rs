//! A person on the screen: their picture, or what stands for it, and what there is to know of them.

use super::avatar::{Avatar, hue_value};
use super::icon::{Icon, Size, icon};
use super::inset::{Corner, Inset, InsetHandle};
use super::spotlight::{FULL_VOLUME, Spotlight};
use crate::text::{Text, say};
use crate::web::media::{self, Stream};
use crate::web::playback;
use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{Interruption, LinkState, Quality};

/// Whose tile it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Own,
    Of(PeerId),
}

/// Where on the stage a tile is; stage.css says what that means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    /// Fills the stage.
    Full,
    /// Small, in a corner.
    Inset,
    /// One of a grid.
    Cell,
    /// On another page. Still heard.
    Elsewhere,
    /// Large, beside a strip of the others.
    Pinned,
    /// One of the strip.
    Strip,
}

impl Spot {
    /// The word for `data-spot`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Inset => "inset",
            Self::Cell => "cell",
            Self::Elsewhere => "elsewhere",
            Self::Pinned => "pinned",
            Self::Strip => "strip",
        }
    }
}

/// The tile lives as long as the person is here, wherever it is on the stage, so that the picture never
/// starts anew. What is not known of somebody yet is not said: then an attribute is absent.
#[component]
pub(crate) fn Tile(
    text: Text,
    whose: Whose,
    spot: Memo<Spot>,
    inset: Inset,
    #[prop(into)] name: Signal<String>,
    #[prop(into)] state: Signal<LinkState>,
    #[prop(into)] interruption: Signal<Option<Interruption>>,
    #[prop(into)] microphone: Signal<Option<Switch>>,
    #[prop(into)] camera: Signal<Option<Switch>>,
    #[prop(into)] is_mirrored: Signal<bool>,
    #[prop(into)] is_speaking: Signal<bool>,
    #[prop(into)] quality: Signal<Option<Quality>>,
    #[prop(into)] picture: Signal<Option<Stream>>,
    spotlight: Spotlight,
    /// Told when the browser lets the page make no sound.
    refused: Callback<()>,
) -> impl IntoView {
    let is_own = whose == Whose::Own;
    let peer = match whose {
        Whose::Own => "self".to_owned(),
        Whose::Of(peer) => peer.as_str().to_owned(),
    };
    let video = NodeRef::<Video>::new();
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            picture.with(|picture| media::show(&video, picture.as_ref()));
            if !is_own && picture.with(Option::is_some) {
                spawn_local(async move {
                    if playback::is_refused(video).await {
                        refused.run(());
                    }
                });
            }
        }
    });
    let volume = move || match whose {
        Whose::Own => FULL_VOLUME,
        Whose::Of(peer) => spotlight.volume(peer),
    };
    let pin_or_unpin = move |_| {
        if matches!(spot.get_untracked(), Spot::Cell | Spot::Strip | Spot::Pinned) {
            spotlight.toggle(whose);
        }
    };
    let is_muted = Memo::new(move |_| microphone.get() == Some(Switch::Off));
    view! {
        <figure
            class="tile"
            class:is-self=is_own
            class:is-mirrored=move || is_mirrored.get()
            class:is-muted=move || is_muted.get()
            data-peer=peer
            data-spot=move || spot.get().as_str()
            data-corner=move || {
                (spot.get() == Spot::Inset).then(|| inset.corner.get().map_or("auto", Corner::as_str))
            }
            data-speaking=move || is_speaking.get().then_some("true")
            data-state=move || state.get().as_str()
            data-microphone=move || microphone.get().map(Switch::as_str)
            data-camera=move || camera.get().map(Switch::as_str)
            aria-label=move || name.get()
            style=("--hue", move || name.with(|name| hue_value(name)))
            on:dblclick=pin_or_unpin
        >
            // Under the picture, which is transparent until it moves and hidden while the camera is off.
            <div class="tile-avatar">
                <Avatar name />
            </div>
            <video
                class="video"
                node_ref=video
                autoplay=true
                playsinline=true
                muted=is_own
                prop:muted=is_own
                prop:volume=move || f64::from(volume()) / f64::from(FULL_VOLUME)
            ></video>
            {move || condition(text, state.get(), interruption.get())}
            <div class="tile-foot">
                <span class="tag">
                    {move || voice(text, is_muted.get(), is_speaking.get())}
                    <span class="tag-name clip">
                        {move || if is_own { text.get().you.to_owned() } else { name.get() }}
                    </span>
                    {move || quality.get().map(|quality| bars(text, quality))}
                </span>
            </div>
            {move || (spot.get() == Spot::Pinned).then(|| unpin(text, whose, spotlight))}
            {move || (spot.get() == Spot::Inset).then(|| view! { <InsetHandle text name is_own inset /> })}
        </figure>
    }
}

/// Takes the stage from whoever was pinned.
fn unpin(text: Text, whose: Whose, spotlight: Spotlight) -> AnyView {
    view! {
        <button
            type="button"
            class="btn-icon is-scrim tile-pin"
            aria-label=say(text, |words| words.people.unpin)
            title=say(text, |words| words.people.unpin)
            on:click=move |_| spotlight.toggle(whose)
        >
            {icon(Icon::Pin, Size::Middle)}
        </button>
    }
    .into_any()
}

/// Whether they are muted, or speaking: for the ear only the first, since the second is to be heard.
fn voice(text: Text, is_muted: bool, is_speaking: bool) -> Option<AnyView> {
    if is_muted {
        let muted = view! {
            <span class="off">{icon(Icon::MicrophoneOff, Size::Small)}</span>
            <span class="tag-muted">{say(text, |words| words.call.muted)}</span>
        };
        Some(muted.into_any())
    } else {
        is_speaking
            .then(|| view! { <span class="voice" aria-hidden="true"><i></i><i></i><i></i></span> }.into_any())
    }
}

/// How good the connection is: the number of bars says it, and the colour once more.
pub(crate) fn bars(text: Text, quality: Quality) -> AnyView {
    let class = match quality {
        Quality::Good => "bars q3",
        Quality::Fair => "bars q2",
        Quality::Poor => "bars q1",
    };
    let name = move || {
        let words = &text.get().tiles;
        match quality {
            Quality::Good => words.good,
            Quality::Fair => words.fair,
            Quality::Poor => words.poor,
        }
    };
    view! { <span class=class role="img" aria-label=name><i></i><i></i><i></i></span> }.into_any()
}

/// What is said over a picture that does not move.
fn condition(text: Text, state: LinkState, interruption: Option<Interruption>) -> Option<AnyView> {
    match state {
        LinkState::Connected => None,
        LinkState::Connecting | LinkState::Reconnecting => {
            let words = move || {
                let words = &text.get().call;
                if state == LinkState::Connecting { words.connecting } else { words.reconnecting }
            };
            Some(
                view! {
                    <div class="tile-state">
                        <span class="spinner is-32"></span>
                        <b>{words}</b>
                        {interruption
                            .map(|why| {
                                let words = move || text.get().interruption(why);
                                view! { <span class="state-label">{words}</span> }
                            })}
                    </div>
                }
                .into_any(),
            )
        }
        LinkState::Failed => Some(
            view! {
                <div class="tile-state" role="alert">
                    <b>{say(text, |words| words.call.failed)}</b>
                    <span class="state-label">{say(text, |words| words.call.failed_hint)}</span>
                </div>
            }
            .into_any(),
        ),
    }
}
