//! The panel that says how the call goes: a cause in words first, then what was done about it, then figures.

use super::icon::{Icon, Size, changing_icon, icon};
use super::plot::{Figure, plot};
use crate::text::{Strings, Text, say};
use crate::web::page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::protocol::{PeerId, Switch};
use ojak_call::{
    Cause, DeviceKind, DeviceView, Health, Intent, Lowered, Media, Path, PathKind, View, report,
};
use std::sync::Arc;
use std::time::Duration;

/// How long it is said that the report was copied.
const SAID_FOR: Duration = Duration::from_secs(4);

/// Figures are made and drawn only while this is there.
#[component]
pub(crate) fn HealthPanel(
    text: Text,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    act.run(Intent::Watch(Switch::On));
    on_cleanup(move || act.run(Intent::Watch(Switch::Off)));
    let peers = Memo::new(move |_| {
        view.with(|view| view.people.iter().map(|person| person.peer).collect::<Vec<_>>())
    });
    let chosen = RwSignal::new(None);
    // Whose figures are shown: those of the first, unless another one was chosen who is still here.
    let shown = Memo::new(move |_| {
        peers.with(|peers| {
            chosen.get().filter(|chosen| peers.contains(chosen)).or_else(|| peers.first().copied())
        })
    });
    view! {
        <div class="panel-body" tabindex="0">
            <div class="health">
                {move || {
                    peers
                        .with(Vec::is_empty)
                        .then(|| view! { <p class="panel-note">{say(text, |words| words.health.nobody)}</p> })
                }}
                <For each=move || peers.get() key=|peer| *peer let(peer)>
                    <OfPerson text view peer peers shown chosen />
                </For>
            </div>
        </div>
        <footer class="panel-foot">
            <div class="btn-row">
                <CopyReport text view />
                <PictureSwitch text camera act />
            </div>
        </footer>
    }
}

#[component]
fn OfPerson(
    text: Text,
    view: Signal<View>,
    peer: PeerId,
    peers: Memo<Vec<PeerId>>,
    shown: Memo<Option<PeerId>>,
    chosen: RwSignal<Option<PeerId>>,
) -> impl IntoView {
    let health = Memo::new(move |_| {
        view.with(|view| view.people.iter().find(|person| person.peer == peer)?.health.clone())
    });
    let name = Memo::new(move |_| {
        let name = |view: &View| {
            view.people.iter().find(|person| person.peer == peer).map(|person| person.name.to_string())
        };
        view.with(name).unwrap_or_default()
    });
    let verdict = Memo::new(move |_| {
        health.with(|health| {
            health.as_ref().map(|health| (health.cause, health.lowered, health.screens.lowered))
        })
    });
    let is_shown = Memo::new(move |_| shown.get() == Some(peer));
    let is_one_of_many = Memo::new(move |_| peers.with(|peers| peers.len() > 1));
    view! {
        <section class="health-of" data-peer=peer.as_str().to_owned() aria-label=move || name.get()>
            {move || is_one_of_many.get().then(|| view! {
                <button
                    type="button"
                    class="health-name"
                    aria-expanded=move || is_shown.get().to_string()
                    on:click=move |_| chosen.set(Some(peer))
                >
                    <span class="clip">{move || name.get()}</span>
                    {icon(Icon::Down, Size::Middle)}
                </button>
            })}
            {move || {
                verdict.get().map(|(cause, lowered, screen)| {
                    name.with(|name| card(text.get(), cause, lowered, screen, name))
                })
            }}
            {move || {
                health.get().filter(|_| is_shown.get()).map(|health| figures(text, &health))
            }}
        </section>
    }
}

/// Why, and what was done about it: to the picture of the person, and to their `screen`.
fn card(words: &'static Strings, cause: Cause, lowered: Lowered, screen: Lowered, name: &str) -> AnyView {
    let said = words.cause(cause, name);
    let done = match lowered {
        Lowered::No => None,
        Lowered::To(height) => Some((words.health.lowered)(&height.to_string())),
        Lowered::Off => Some(words.health.paused.to_owned()),
    };
    let done_to_screen = match screen {
        Lowered::No => None,
        Lowered::To(rate) => Some((words.health.screen_lowered)(&rate.to_string())),
        Lowered::Off => Some(words.health.screen_paused.to_owned()),
    };
    let class = if cause.is_good() { "cause is-good" } else { "cause" };
    let icon_of = if cause.is_good() { Icon::Check } else { icon_of(cause) };
    view! {
        <div class=class role="status">
            <span class="cause-icon">{icon(icon_of, Size::Large)}</span>
            <h3>{said.title}</h3>
            <p>{said.detail}</p>
            {done.into_iter().chain(done_to_screen).map(|done| view! { <p>{done}</p> }).collect_view()}
        </div>
    }
    .into_any()
}

const fn icon_of(cause: Cause) -> Icon {
    match cause {
        Cause::Computer | Cause::TheirComputer => Icon::Warning,
        Cause::Relay | Cause::Distance => Icon::Globe,
        _ => Icon::WifiOff,
    }
}

fn figures(text: Text, health: &Arc<Health>) -> AnyView {
    let words = text.get();
    let plots: Vec<_> = Figure::ALL.into_iter().map(|figure| plot(text, health, figure)).collect();
    let fact =
        |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    let screen =
        |name, screen: &Option<Media>| screen.as_ref().map(|screen| fact(name, media(words, screen)));
    let sound = health
        .sending
        .sound
        .zip(health.receiving.sound)
        .map(|(sending, receiving)| ["↑ ", sending.as_str(), " · ↓ ", receiving.as_str()].concat());
    view! {
        {plots}
        <dl class="facts">
            {fact(words.health.voice, words.voice(health.hearing).to_owned())}
            {fact(words.health.path, path(words, health.path))}
            {fact(words.health.sending, media(words, &health.sending))}
            {fact(words.health.receiving, media(words, &health.receiving))}
            {screen(words.health.sending_screen, &health.screens.sending)}
            {screen(words.health.receiving_screen, &health.screens.receiving)}
            {fact(words.health.sound, sound.unwrap_or_else(|| words.health.unknown.to_owned()))}
        </dl>
    }
    .into_any()
}

fn path(words: &'static Strings, path: Option<Path>) -> String {
    let Some(path) = path else { return words.health.unknown.to_owned() };
    let kind = match path.kind {
        PathKind::Direct => words.health.direct,
        PathKind::Relay => words.health.relay,
    };
    [kind, " · ", path.carrier().unwrap_or(words.health.unknown)].concat()
}

fn media(words: &'static Strings, media: &Media) -> String {
    let Some((width, height)) = media.size else { return words.health.no_picture.to_owned() };
    let mut said = [&*width.to_string(), "×", &height.to_string()].concat();
    if let Some(rate) = media.frame_rate {
        said = [&*said, " · ", &(rate.round() as u32).to_string(), " fps"].concat();
    }
    match media.picture {
        Some(codec) => [&*said, " · ", codec.as_str()].concat(),
        None => said,
    }
}

#[component]
fn CopyReport(text: Text, view: Signal<View>) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let report = view.with_untracked(|view| {
            report(view.people.iter().filter_map(|person| person.health.as_deref()), &page::user_agent())
        });
        spawn_local(async move {
            let copied = page::copy(report).await;
            // The panel may be closed by now.
            is_copied.try_set(copied);
            set_timeout(
                move || {
                    is_copied.try_set(false);
                },
                SAID_FOR,
            );
        });
    };
    view! {
        <button type="button" class="btn is-small is-ghost" on:click=copy>
            {changing_icon(
                Signal::derive(move || if is_copied.get() { Icon::Check } else { Icon::Copy }),
                Size::Middle,
            )}
            {move || {
                let words = &text.get().health;
                if is_copied.get() { words.report_copied } else { words.copy_report }
            }}
        </button>
    }
}

#[component]
fn PictureSwitch(text: Text, camera: Memo<DeviceView>, act: Callback<Intent>) -> impl IntoView {
    let wanted = Memo::new(move |_| camera.with(|camera| camera.wanted));
    view! {
        <button
            type="button"
            class="btn is-small"
            on:click=move |_| act.run(Intent::Switch(DeviceKind::Camera, wanted.get_untracked().flipped()))
        >
            {changing_icon(
                Signal::derive(move || if wanted.get().is_on() { Icon::CameraOff } else { Icon::Camera }),
                Size::Middle,
            )}
            {move || {
                let words = &text.get().health;
                if wanted.get().is_on() { words.turn_off } else { words.turn_on }
            }}
        </button>
    }
}
