//! The settings, in sections.

use super::captions::CaptionSettings;
use super::dialog::Dialog;
use super::icon::{Icon, Size, icon};
use super::shortcuts::ShortcutList;
use super::sound_and_video::SoundAndVideo;
use super::switch_row::SwitchRow;
use crate::text::{Language, Strings, Text, say};
use crate::web::look::Theme;
use crate::web::media::Stream;
use crate::web::{focus, page};
use leptos::prelude::*;
use ojak_call::{DeviceView, Intent, JointView, Level, Routes, View};

/// A part of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Devices,
    Connection,
    Captions,
    Appearance,
    Language,
    Shortcuts,
}

/// A section's icon and name.
type Tab = (Section, Icon, fn(&'static Strings) -> &'static str);

const TABS: [Tab; 6] = [
    (Section::Devices, Icon::Headset, |words| words.menus.sound_and_video),
    (Section::Connection, Icon::Shield, |words| words.menus.connection),
    (Section::Captions, Icon::Captions, |words| words.together.captions),
    (Section::Appearance, Icon::Theme, |words| words.menus.appearance),
    (Section::Language, Icon::Globe, |words| words.menus.language),
    (Section::Shortcuts, Icon::Keyboard, |words| words.menus.keys),
];

#[component]
pub(crate) fn Settings(
    text: Text,
    language: RwSignal<Language>,
    joint: Memo<JointView>,
    view: Signal<View>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
    close: Callback<()>,
) -> impl IntoView {
    let section = RwSignal::new(Section::Devices);
    let tabs = TABS.map(|(of, icon_of, name)| {
        let is_chosen = move || section.get() == of;
        view! {
            <button
                type="button"
                class="tab"
                role="tab"
                autofocus=of == Section::Devices
                aria-selected=move || is_chosen().to_string()
                aria-controls="settings-pane"
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:focus=move |_| section.set(of)
                on:click=move |_| section.set(of)
            >
                {icon(icon_of, Size::Middle)}
                <span>{say(text, name)}</span>
            </button>
        }
    });
    let pane = move || match section.get() {
        Section::Captions => view! { <CaptionSettings text joint act id="settings-captions" /> }.into_any(),
        Section::Devices => {
            view! { <SoundAndVideo text view camera microphone picture level act /> }.into_any()
        }
        Section::Connection => view! { <Connection text view act /> }.into_any(),
        Section::Appearance => view! { <Appearance text /> }.into_any(),
        Section::Language => view! { <Languages text language /> }.into_any(),
        Section::Shortcuts => view! { <ShortcutList text /> }.into_any(),
    };
    let name = move || TABS.iter().find(|tab| tab.0 == section.get()).map(|tab| tab.2(text.get()));
    view! {
        <Dialog text title=Signal::derive(move || text.get().menus.settings) class="is-settings" close>
            <div class="settings">
                <div
                    class="settings-tabs"
                    role="tablist"
                    aria-label=say(text, |words| words.menus.settings)
                    on:keydown=move |event| {
                        focus::follow_key(&event, "[role=tab]");
                    }
                >
                    {Vec::from(tabs)}
                </div>
                <div class="pane" role="tabpanel" id="settings-pane" tabindex="0" aria-label=name>
                    {pane}
                </div>
            </div>
        </Dialog>
    }
}

/// One of several. `is_chosen` says whether this is it.
#[component]
fn Choice(
    group: &'static str,
    #[prop(into)] label: Signal<&'static str>,
    lang: Option<&'static str>,
    #[prop(into)] is_chosen: Signal<bool>,
    choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="choice" lang=lang>
            <input
                type="radio"
                name=group
                prop:checked=move || is_chosen.get()
                on:change=move |_| choose.run(())
            />
            <span>{move || label.get()}</span>
            {icon(Icon::Check, Size::Middle)}
        </label>
    }
}

/// Whether the others may learn the person's address, and what comes of it when they may not.
#[component]
fn Connection(text: Text, view: Signal<View>, act: Callback<Intent>) -> impl IntoView {
    let is_hidden = Memo::new(move |_| view.with(|view| view.routes == Routes::Relay));
    let has_relay = Memo::new(move |_| view.with(|view| view.has_relay));
    let hint = Signal::derive(move || {
        let words = &text.get().menus;
        Some(if has_relay.get() == Some(false) { words.no_relay } else { words.hide_address_hint })
    });
    let turn = Callback::new(move |is_on| {
        act.run(Intent::Route(if is_on { Routes::Relay } else { Routes::Any }));
    });
    view! {
        <div class="switch-rows">
            <SwitchRow
                id="settings-hide-address"
                label=Signal::derive(move || text.get().menus.hide_address)
                hint
                is_on=is_hidden
                turn
            />
        </div>
    }
}

#[component]
fn Appearance(text: Text) -> impl IntoView {
    let chosen = RwSignal::new(Theme::kept());
    let choice = move |theme: Theme, name: fn(&'static Strings) -> &'static str| {
        let choose = Callback::new(move |()| {
            chosen.set(theme);
            theme.keep();
        });
        view! {
            <Choice
                group="theme"
                label=Signal::derive(say(text, name))
                lang=None
                is_chosen=Signal::derive(move || chosen.get() == theme)
                choose
            />
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="vh">{say(text, |words| words.menus.appearance)}</legend>
            {choice(Theme::System, |words| words.menus.system)}
            {choice(Theme::Light, |words| words.menus.light)}
            {choice(Theme::Dark, |words| words.menus.dark)}
        </fieldset>
    }
}

#[component]
fn Languages(text: Text, language: RwSignal<Language>) -> impl IntoView {
    let choice = move |of: Language| {
        let choose = Callback::new(move |()| {
            language.set(of);
            page::keep_language(of);
        });
        view! {
            <Choice
                group="language"
                // Each is called by its own name.
                label=Signal::stored(of.other().strings().other_language)
                lang=Some(of.tag())
                is_chosen=Signal::derive(move || language.get() == of)
                choose
            />
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="vh">{say(text, |words| words.menus.language)}</legend>
            {choice(Language::English)}
            {choice(Language::Korean)}
        </fieldset>
    }
}
