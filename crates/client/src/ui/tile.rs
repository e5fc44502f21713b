//! A person on the screen: their picture, or what stands for it, and what there is to know of them.

use super::avatar::{Avatar, hue_value};
use super::clock::seconds_since;
use super::icon::{Icon, Size, icon};
use super::inset::{Corner, Inset, InsetHandle};
use super::react::Gestures;
use super::spotlight::{FULL_VOLUME, Spotlight};
use crate::text::{Text, say};
use crate::web::media::{self, Stream};
use crate::web::page;
use crate::web::playback;
use crate::web::sight::Sight;
use leptos::html::{Canvas, Video};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{Interruption, JointView, LinkState, Obstacle, Path, Quality, Receipts, Standing};
use std::time::Duration;

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
    /// One of the strip beside a screen, or beside somebody who was pinned.
    Strip,
    /// Beside a screen, before all others.
    First,
    /// Large, beside a strip of the others.
    Pinned,
}

impl Spot {
    /// The word for `data-spot`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Inset => "inset",
            Self::Cell => "cell",
            Self::Elsewhere => "elsewhere",
            Self::Strip => "strip",
            Self::First => "first",
            Self::Pinned => "pinned",
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
    #[prop(into)] obstacle: Signal<Option<Obstacle>>,
    #[prop(into)] silent_since: Signal<Option<Duration>>,
    #[prop(into)] microphone: Signal<Option<Switch>>,
    #[prop(into)] camera: Signal<Option<Switch>>,
    #[prop(into)] is_mirrored: Signal<bool>,
    #[prop(into)] is_speaking: Signal<bool>,
    #[prop(into)] quality: Signal<Option<Quality>>,
    #[prop(into)] path: Signal<Option<Path>>,
    #[prop(into)] picture: Signal<Option<Stream>>,
    joint: Memo<JointView>,
    /// Whether the others hear the person whose own tile it is.
    #[prop(optional, into)]
    receipts: Option<Signal<Option<Receipts>>>,
    /// What is known of who they are.
    #[prop(into)]
    standing: Signal<Standing>,
    spotlight: Spotlight,
    /// Told when the browser lets the page make no sound.
    refused: Callback<()>,
    /// Told how high the picture is shown, in pixels of the screen.
    #[prop(optional)]
    sized: Option<Callback<u32>>,
) -> impl IntoView {
    let is_own = whose == Whose::Own;
    let speaker = match whose {
        Whose::Own => None,
        Whose::Of(peer) => Some(peer),
    };
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
                        // The call may be over by now.
                        refused.try_run(());
                    }
                });
            }
        }
    });
    if let Some(sized) = sized {
        let sight = StoredValue::new_local(None);
        video.on_load(move |video| {
            sight.set_value(Sight::new(&video, move |height| sized.run(height)));
        });
    }
    // A connection that is made anew takes the picture of the one before with it.
    let still = NodeRef::<Canvas>::new();
    let is_interrupted = Memo::new(move |_| state.get() == LinkState::Reconnecting);
    Effect::new(move |_| {
        if is_interrupted.get()
            && let (Some(video), Some(still)) = (video.get_untracked(), still.get_untracked())
        {
            playback::keep_still(&video, &still);
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
            data-verified=move || (standing.get() == Standing::Verified).then_some("true")
            data-state=move || state.get().as_str()
            data-path=move || path.get().map(Path::as_str)
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
            {(!is_own).then(|| view! { <canvas class="still" node_ref=still></canvas> })}
            <Gestures text joint whose=speaker />
            {move || {
                if standing.get() == Standing::Changed {
                    Some(not_them(text, name))
                } else if let Some(obstacle) = obstacle.get() {
                    Some(blocked(text, obstacle, name))
                } else {
                    condition(text, state.get(), interruption.get())
                }
            }}
            {move || silent_since.get().map(|since| age(text, since))}
            <div class="tile-foot">
                <span class="tag">
                    {move || voice(text, is_muted.get(), is_speaking.get())}
                    <span class="tag-name clip" dir="auto">
                        {move || if is_own { text.get().you.to_owned() } else { name.get() }}
                    </span>
                    {move || quality.get().map(|quality| bars(text, quality))}
                </span>
                {receipts.map(|receipts| move || receipts.get().map(|receipts| receipt(text, receipts)))}
            </div>
            {move || (spot.get() == Spot::Pinned).then(|| unpin(text, whose, spotlight))}
            {move || (spot.get() == Spot::Inset).then(|| view! { <InsetHandle text name is_own inset /> })}
        </figure>
    }
}

/// How old the picture is that stands still.
fn age(text: Text, since: Duration) -> AnyView {
    let seconds = seconds_since(since);
    let words = move || (text.get().tiles.last_picture)(&seconds.get().to_string());
    view! { <span class="tag tile-age">{words}</span> }.into_any()
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

/// Whether the others hear the person: the shape of the ear says it, and words.
fn receipt(text: Text, receipts: Receipts) -> AnyView {
    let (class, icon_of) =
        if receipts.by == receipts.of { ("ok", Icon::Ear) } else { ("warn", Icon::EarOff) };
    view! {
        <span class="tag tag-receipt" role="status">
            <span class=class>{icon(icon_of, Size::Small)}</span>
            <span class="receipt-words clip">{move || text.get().receipts(receipts)}</span>
        </span>
    }
    .into_any()
}

/// How good the connection is: the number of bars says it, and the colour once more.
pub(crate) fn bars(text: Text, quality: Quality) -> AnyView {
    let class = match quality {
        Quality::Good => "bars q3",
        Quality::Fair => "bars q2",
        Quality::Poor | Quality::Bad => "bars q1",
    };
    let name = move || {
        let words = &text.get().tiles;
        match quality {
            Quality::Good => words.good,
            Quality::Fair => words.fair,
            Quality::Poor | Quality::Bad => words.poor,
        }
    };
    view! { <span class=class role="img" aria-label=name><i></i><i></i><i></i></span> }.into_any()
}

/// What is said where the picture of somebody was, who shows another certificate than the one that was verified.
fn not_them(text: Text, name: Signal<String>) -> AnyView {
    view! {
        <div class="tile-state is-bad" role="alert">
            {icon(Icon::Warning, Size::Large)}
            <b>{move || (text.get().verify.may_not_be)(&name.get())}</b>
            <span class="state-label">{say(text, |words| words.verify.other_key)}</span>
        </div>
    }
    .into_any()
}

/// What is said of somebody to whom no way is found: what is blocked, what helps, and how whoever runs the server finds out
/// more. It is tried all the time.
fn blocked(text: Text, obstacle: Obstacle, name: Signal<String>) -> AnyView {
    let said = Memo::new(move |_| name.with(|name| text.get().obstacle(obstacle, name)));
    view! {
        <div class="tile-state is-blocked" role="alert">
            {icon(Icon::WifiOff, Size::Large)}
            <b>{move || said.with(|said| said.title.clone())}</b>
            <span class="state-label">{move || said.with(|said| said.detail)}</span>
            <span class="state-label is-for-host">{move || (text.get().obstacles.for_host)(&page::origin())}</span>
        </div>
    }
    .into_any()
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
