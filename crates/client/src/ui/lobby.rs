//! Before the call: which room, under which name, with which devices.

use super::changing::{changing, follow, memo, while_there};
use super::devices::{DeviceSelect, Focus, is_lacking, reason};
use super::fields::Fields;
use super::icon::{Icon, Size, icon, mark};
use super::language::LanguageSwitch;
use super::notice::{Alert, Silent};
use super::presence::present;
use super::preview::{Preview, asks_for_microphone, fails_like_camera};
use super::speaker::SpeakerSelect;
use crate::call_part;
use crate::text::{Language, Lobby as Words, Sentence, Strings, Text, say};
use crate::web::media::Stream;
use crate::web::page;
use leptos::html::{H1, Input};
use leptos::prelude::*;
use ojak_call::protocol::{DisplayName, ErrorCode};
use ojak_call::{DeviceKind, DeviceView, Intent, Level, SpeakersView, Trouble};

/// Which devices the person will be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Nothing,
    Camera,
    Microphone,
    Either,
}

impl Without {
    fn of(camera: &DeviceView, microphone: &DeviceView) -> Self {
        match (is_lacking(camera), is_lacking(microphone)) {
            (false, false) => Self::Nothing,
            (true, false) => Self::Camera,
            (false, true) => Self::Microphone,
            (true, true) => Self::Either,
        }
    }

    const fn join(self, words: &Words) -> &'static str {
        match self {
            Self::Nothing => words.join,
            Self::Camera => words.join_without_camera,
            Self::Microphone => words.join_without_microphone,
            Self::Either => words.join_without_either,
        }
    }
}

/// Where a trouble belongs on this page.
fn about_room(text: Text, trouble: Option<Trouble>) -> Option<String> {
    match trouble? {
        Trouble::Room(bad) => Some(text.get().room(bad)),
        Trouble::Refused(ErrorCode::BadRoom) => {
            Some(text.get().refusal(ErrorCode::BadRoom).detail.to_owned())
        }
        _ => None,
    }
}

fn about_name(text: Text, trouble: Option<Trouble>) -> Option<String> {
    match trouble? {
        Trouble::Name(bad) => Some(text.get().name(bad).to_owned()),
        Trouble::Refused(ErrorCode::BadName) => {
            Some(text.get().refusal(ErrorCode::BadName).detail.to_owned())
        }
        _ => None,
    }
}

fn about_joining(text: Text, trouble: Option<Trouble>) -> Option<Sentence> {
    match trouble? {
        Trouble::Refused(ErrorCode::BadRoom | ErrorCode::BadName) => None,
        Trouble::Refused(code) => Some(text.get().refusal(code)),
        Trouble::Unreachable | Trouble::ServerGone => Some(text.get().unreachable),
        Trouble::Outdated => Some(text.get().outdated),
        _ => None,
    }
}

#[component]
pub(crate) fn Lobby(
    text: Text,
    language: RwSignal<Language>,
    fields: Fields,
    presence: Memo<Option<Vec<DisplayName>>>,
    is_joining: Memo<bool>,
    trouble: Memo<Option<Trouble>>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    speakers: Memo<SpeakersView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
    focus: Focus,
) -> impl IntoView {
    let headline = NodeRef::<H1>::new();
    if focus == Focus::Take {
        headline.on_load(|headline| {
            let _ = headline.focus();
        });
    }
    let has_speaker = Signal::derive(move || speakers.with(|speakers| !speakers.options.is_empty()));
    let without = move || camera.with(|camera| microphone.with(|microphone| Without::of(camera, microphone)));
    let is_asking = memo(move || {
        camera.with(|c| c.is_asking || c.is_unasked) || microphone.with(|m| m.is_asking || m.is_unasked)
    });
    let microphone_problem = memo(move || {
        microphone.with(|microphone| {
            let is_said = camera.with(|camera| fails_like_camera(camera, microphone));
            microphone.problem.filter(|_| microphone.wanted.is_on() && !is_said)
        })
    });
    let microphone_unasked = memo(move || {
        microphone.with(|microphone| {
            microphone.is_unasked && !camera.with(|camera| asks_for_microphone(camera, microphone))
        })
    });
    let is_silent = memo(move || microphone.with(|microphone| microphone.is_silent));
    follow(move || act.run(Intent::LookInto(fields.room.get())));
    let join = Callback::new(move |()| act.run(fields.join()));
    let reload = Callback::new(move |()| page::reload(&fields.room.get_untracked()));
    let room_problem = Signal::derive(move || about_room(text, trouble.get()));
    let name_problem = Signal::derive(move || about_name(text, trouble.get()));

    view! {
        <div class="page">
            <LanguageSwitch language />
            <main class="column">
                <h1 class="brand" node_ref=headline tabindex="-1">{mark()}{say(text, |words| words.app)}</h1>
                <form
                    class="lobby"
                    tabindex="-1"
                    aria-label=say(text, |words| words.lobby.form)
                    novalidate=true
                    on:submit=move |event| {
                        event.prevent_default();
                        join.run(());
                    }
                >
                    <div class="lobby-ids">
                        <Field
                            id="room"
                            icon_of=Icon::Room
                            value=fields.room
                            autocomplete="off"
                            label=Signal::derive(move || text.get().lobby.room)
                            hint=move || match presence.get().filter(|names| !names.is_empty()) {
                                Some(names) => present(text, names).into_any(),
                                None => text.get().lobby.room_hint.into_any(),
                            }
                            problem=room_problem
                        />
                        <Field
                            id="name"
                            icon_of=Icon::User
                            value=fields.name
                            autocomplete="name"
                            label=Signal::derive(move || text.get().lobby.name)
                            hint=move || text.get().lobby.name_hint.into_any()
                            problem=name_problem
                        />
                    </div>
                    <Preview text name=fields.name camera microphone picture level act />
                    <div class="lobby-devices" class:has-speaker=has_speaker>
                        <DeviceSelect text kind=DeviceKind::Camera device=camera act id="camera" focus=Focus::Leave />
                        <DeviceSelect
                            text
                            kind=DeviceKind::Microphone
                            device=microphone
                            act
                            id="microphone"
                            focus=Focus::Leave
                        />
                        <SpeakerSelect text speakers act />
                    </div>
                    {changing(move || {
                        microphone_problem
                            .get()
                            .map(|problem| {
                                view! {
                                    <Alert
                                        text
                                        icon_of=Icon::MicrophoneOff
                                        sentence=Signal::derive(move || {
                                            reason(text, DeviceKind::Microphone, problem)
                                        })
                                        retry=Callback::new(move |()| act.run(Intent::Retry(DeviceKind::Microphone)))
                                    />
                                }
                                .into_any()
                            })
                    })}
                    {while_there(microphone_unasked, move || {
                                view! {
                                    <Alert
                                        text
                                        icon_of=Icon::Microphone
                                        sentence=Signal::derive(move || Sentence {
                                            title: text.get().microphone.allow,
                                            detail: text.get().devices.before_asking,
                                        })
                                        retry=Callback::new(move |()| act.run(Intent::Retry(DeviceKind::Microphone)))
                                        word=|words| words.devices.allow
                                    />
                                }
                                .into_any()
                    })}
                    {while_there(is_silent, move || view! { <Silent text act /> }.into_any())}
                    {changing(move || {
                        let is_outdated = trouble.get() == Some(Trouble::Outdated);
                        // Without its server the page is as old as the last visit: the server's own is asked for.
                        let is_old = is_outdated || trouble.get() == Some(Trouble::ServerGone);
                        let retry = if is_old { reload } else { join };
                        let word: fn(&'static Strings) -> _ =
                            if is_outdated { |words| words.reload } else { |words| words.try_again };
                        about_joining(text, trouble.get())
                            .map(|sentence| view! { <Alert text icon_of=Icon::Warning sentence retry word /> }.into_any())
                    })}
                    {while_there(Signal::derive(move || trouble.get() == Some(Trouble::Elsewhere)), move || {
                                view! {
                                    <div class="notice" role="alert">
                                        {icon(Icon::Warning, Size::Large)}
                                        <div>
                                            <b>{say(text, |words| words.elsewhere.title)}</b>
                                            <span>{say(text, |words| words.elsewhere.detail)}</span>
                                        </div>
                                        <button
                                            type="button"
                                            class="btn is-small is-outline"
                                            on:click=move |_| act.run(Intent::TakeOver)
                                        >
                                            {say(text, |words| words.use_this_tab)}
                                        </button>
                                    </div>
                                }
                                .into_any()
                    })}
                    <div class="lobby-go">
                        <button
                            type="submit"
                            on:pointerdown=move |_| call_part::begin_to_fetch()
                            class="btn is-wide is-tall"
                            class:is-primary=Signal::derive(move || !is_asking.get())
                            class:is-outline=Signal::derive(move || is_asking.get())
                            aria-disabled=Signal::derive(move || is_joining.get().then_some("true"))
                        >
                            {while_there(is_joining, || view! { <span class="spinner is-16"></span> }.into_any())}
                            {Signal::derive(move || {
                                let words = &text.get().lobby;
                                if is_joining.get() { words.joining } else { without().join(words) }
                            })}
                        </button>
                    </div>
                </form>
            </main>
            <footer class="page-foot">
                {icon(Icon::Lock, Size::Small)}<span>{say(text, |words| words.lobby.trust)}</span>
            </footer>
        </div>
    }
}

/// A text field with its hint, or what is wrong with what was typed.
#[component]
fn Field(
    id: &'static str,
    icon_of: Icon,
    value: RwSignal<String>,
    autocomplete: &'static str,
    label: Signal<&'static str>,
    #[prop(into)] hint: ViewFn,
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let note_id = [id, "-note"].concat();
    // What was wrong is not wrong any more once it is edited, whatever comes of it at the next try.
    let is_edited = RwSignal::new(false);
    let problem = memo(move || problem.get());
    let input = NodeRef::<Input>::new();
    follow(move || {
        if problem.with(Option::is_some) {
            is_edited.set(false);
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        }
    });
    let shown = move || problem.get().filter(|_| !is_edited.get());
    let is_bad = Signal::derive(move || shown().is_some());
    let edit = move |event| {
        value.set(event_target_value(&event));
        is_edited.set(true);
    };
    let submitted = move |_| is_edited.set(false);
    view! {
        <div class="field" class:is-bad=is_bad>
            <div class="field-head">
                <label for=id>{label}</label>
            </div>
            <div class="control">
                {icon(icon_of, Size::Middle)}
                <input
                    id=id
                    name=id
                    node_ref=input
                    autocomplete=autocomplete
                    autocapitalize="off"
                    dir="auto"
                    spellcheck="false"
                    enterkeyhint="go"
                    aria-describedby=note_id.clone()
                    aria-invalid=Signal::derive(move || is_bad.get().then_some("true"))
                    prop:value=Signal::derive(move || value.get())
                    on:input=edit
                    on:change=submitted
                />
            </div>
            {changing(move || Some(match shown() {
                Some(problem) => view! { <p class="field-note" id=note_id.clone() role="alert">{problem}</p> }.into_any(),
                None => view! { <p class="field-note" id=note_id.clone() aria-live="polite">{hint.run()}</p> }.into_any(),
            }))}
        </div>
    }
}
