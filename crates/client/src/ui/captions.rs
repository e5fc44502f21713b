//! Captions: the lines over the stage, the button that shows them, and what can be chosen of them.

use super::icon::{Icon, Size, icon};
use super::pop::PopHead;
use super::switch_row::SwitchRow;
use crate::text::{Text, say};
use crate::web::focus;
use crate::web::page::{Key, on_key, on_press_outside};
use leptos::html::{Button, Div};
use leptos::prelude::*;
use ojak_call::protocol::Switch;
use ojak_call::{Intent, Joint, JointView};

/// What can be spoken, each by its own name. A browser may know more, and less: then it says so.
const LANGUAGES: [(&str, &str); 14] = [
    ("de-DE", "Deutsch"),
    ("en-GB", "English (UK)"),
    ("en-US", "English (US)"),
    ("es-ES", "Español"),
    ("fr-FR", "Français"),
    ("id-ID", "Bahasa Indonesia"),
    ("it-IT", "Italiano"),
    ("ja-JP", "日本語"),
    ("ko-KR", "한국어"),
    ("pl-PL", "Polski"),
    ("pt-BR", "Português"),
    ("ru-RU", "Русский"),
    ("vi-VN", "Tiếng Việt"),
    ("zh-CN", "中文"),
];

/// Shows captions and their settings, or hides both.
pub(crate) fn toggle_captions(joint: &JointView, is_open: RwSignal<bool>, act: Callback<Intent>) {
    let switch = joint.captions.flipped();
    act.run(Intent::Joint(Joint::ShowCaptions(switch)));
    is_open.set(switch.is_on());
}

/// The toggle, and over it what can be chosen when captions are shown. Where there is no room for the button, `more`
/// has it.
#[component]
pub(crate) fn CaptionsControl(
    text: Text,
    joint: Memo<JointView>,
    is_open: RwSignal<bool>,
    more: NodeRef<Button>,
    act: Callback<Intent>,
) -> impl IntoView {
    let is_shown = Memo::new(move |_| joint.with(|joint| joint.captions.is_on()));
    let button = NodeRef::<Button>::new();
    let close = move || {
        is_open.set(false);
        let button = button.get_untracked().filter(|button| button.offset_width() > 0);
        if let Some(button) = button.or_else(|| more.get_untracked()) {
            let _ = button.focus();
        }
    };
    StoredValue::new_local(on_press_outside(".ctl-captions", move || is_open.set(false)));
    StoredValue::new_local(on_key(move |key| {
        if key == Key::Escape && is_open.get_untracked() {
            close();
        }
    }));
    view! {
        <div class="ctl-captions">
            <button
                type="button"
                class="ctl wide-only"
                class:is-open=move || is_shown.get()
                node_ref=button
                aria-pressed=move || is_shown.get().to_string()
                on:click=move |_| joint.with_untracked(|joint| toggle_captions(joint, is_open, act))
            >
                {icon(Icon::Captions, Size::Large)}
                <span class="ctl-label">{say(text, |words| words.together.captions)}</span>
            </button>
            {move || {
                is_open
                    .get()
                    .then(|| view! { <CaptionsDialog text joint act close=Callback::new(move |()| close()) /> })
            }}
        </div>
    }
}

#[component]
fn CaptionsDialog(
    text: Text,
    joint: Memo<JointView>,
    act: Callback<Intent>,
    close: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<Div>::new();
    dialog.on_load(|dialog| {
        // It is not known at once whether there is a switch.
        let _ = dialog.focus();
        focus::enter(&dialog, "[role=switch], select");
    });
    view! {
        <div
            class="pop"
            role="dialog"
            tabindex="-1"
            node_ref=dialog
            aria-label=say(text, |words| words.together.captions)
        >
            <div class="menu">
                <PopHead text title=Signal::derive(say(text, |words| words.together.captions)) close />
                <CaptionSettings text joint act id="captions" />
            </div>
        </div>
    }
}

/// Whether the person's speech is written down, and who hears it then; as which language; and the file. `id` begins
/// the ids in it.
#[component]
pub(crate) fn CaptionSettings(
    text: Text,
    joint: Memo<JointView>,
    act: Callback<Intent>,
    id: &'static str,
) -> impl IntoView {
    let speech = Memo::new(move |_| joint.with(|joint| joint.speech.clone()));
    let can_listen = Memo::new(move |_| speech.with(|speech| speech.ear.is_some()));
    let has_transcript = Memo::new(move |_| joint.with(|joint| joint.has_transcript));
    let hint = Signal::derive(move || {
        let words = &text.get().together;
        speech.with(|speech| match speech.problem.filter(|_| speech.wanted.is_on()) {
            Some(problem) => words.speech_problem(problem),
            None => words.ear(speech.ear),
        })
    });
    let turn = Callback::new(move |is_on| act.run(Intent::Joint(Joint::Dictate(Switch::from_on(is_on)))));
    let speaks = move |tag: &str| speech.with(|speech| speech.language == tag);
    let options = move || {
        let own = speech.with(|speech| speech.language.clone());
        let is_listed = LANGUAGES.iter().any(|(tag, _)| *tag == own);
        let other = (!is_listed && !own.is_empty()).then(|| (own.clone(), own));
        let listed = LANGUAGES.into_iter().map(|(tag, name)| (tag.to_owned(), name.to_owned()));
        let option = |(tag, name): (String, String)| {
            let is_spoken = speaks(&tag);
            view! { <option value=tag selected=is_spoken>{name}</option> }
        };
        other.into_iter().chain(listed).map(option).collect_view()
    };
    let select_id = [id, "-language"].concat();
    let switch_id = match id {
        "captions" => "captions-dictate",
        _ => "settings-dictate",
    };
    view! {
        {move || {
            if can_listen.get() {
                view! {
                    <SwitchRow
                        id=switch_id
                        label=Signal::derive(move || text.get().together.dictate)
                        hint=Signal::derive(move || Some(hint.get()))
                        is_on=Signal::derive(move || speech.with(|speech| speech.wanted.is_on()))
                        turn
                    />
                }
                    .into_any()
            } else {
                view! { <p class="field-note">{move || hint.get()}</p> }.into_any()
            }
        }}
        {
            let select_id = select_id.clone();
            move || {
                can_listen
                    .get()
                    .then(|| {
                        view! {
                            <div class="speech-language">
                                <label for=select_id.clone()>{say(text, |words| words.together.spoken_language)}</label>
                                <div class="control is-select">
                                    <select
                                        id=select_id.clone()
                                        on:change=move |event| {
                                            act.run(Intent::Joint(Joint::SpeakLanguage(event_target_value(&event))));
                                        }
                                    >
                                        {options}
                                    </select>
                                    <span class="tail">{icon(Icon::Down, Size::Middle)}</span>
                                </div>
                            </div>
                        }
                    })
            }
        }
        <button
            type="button"
            class="btn is-outline"
            disabled=move || !has_transcript.get()
            on:click=move |_| act.run(Intent::Joint(Joint::SaveCaptions))
        >
            {say(text, |words| words.together.save_captions)}
        </button>
    }
}

/// What the others say, while it is to be read. Not said aloud: it was said.
#[component]
pub(crate) fn CaptionLines(text: Text, joint: Memo<JointView>) -> impl IntoView {
    let is_shown = Memo::new(move |_| joint.with(|joint| joint.captions.is_on()));
    let lines = Memo::new(move |_| joint.with(|joint| joint.lines.clone()));
    // Until the first line there is a word about why there is none.
    let has_none = Memo::new(move |_| joint.with(|joint| !joint.has_transcript));
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="captions" role="log" aria-live="off" aria-label=say(text, |words| words.together.captions)>
                    {move || {
                        has_none
                            .get()
                            .then(|| view! { <p class="is-hint">{say(text, |words| words.together.no_captions)}</p> })
                    }}
                    <For each=move || lines.get() key=|line| (line.id, line.text.clone()) let(line)>
                        <p lang=(!line.language.is_empty()).then_some(line.language)>
                            <b>{line.name}</b>
                            " "
                            {line.text}
                        </p>
                    </For>
                </div>
            }
        })
    }
}
