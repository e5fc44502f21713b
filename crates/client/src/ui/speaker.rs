//! Where sound comes out, where a page may choose that.

use super::changing::{follow, memo, while_there};
use super::devices::{named_or_counted, shown_options};
use super::icon::{Icon, Size, icon};
use crate::text::{Text, say};
use crate::web::speaker::TestSound;
use leptos::html::Select;
use leptos::prelude::*;
use ojak_call::{DeviceId, Intent, SpeakersView};

/// The select that says which loudspeaker, with a sound to try it; nothing where there is no choice.
#[component]
pub(crate) fn SpeakerSelect(
    text: Text,
    #[prop(into)] speakers: Signal<SpeakersView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let options = memo(move || {
        speakers.with(|speakers| {
            let named = speakers.options.iter().enumerate();
            named.map(|(place, option)| (option.id.clone(), named_or_counted(place, &option.label))).collect()
        })
    });
    let chosen = memo(move || {
        speakers.with(|speakers| {
            let first = speakers.options.first().map(|option| &option.id);
            speakers.selected.as_ref().or(first).cloned()
        })
    });
    let has_choice = memo(move || options.with(|options: &Vec<_>| !options.is_empty()));
    let sound = StoredValue::new_local(None);
    let select = NodeRef::<Select>::new();
    follow(move || {
        if let (Some(select), Some(chosen)) = (select.get(), chosen.get()) {
            select.set_value(&chosen.0);
        }
    });
    while_there(has_choice, move || {
        view! {
            <div class="field">
                <div class="field-head">
                    <label for="speaker">{say(text, |words| words.devices.speaker)}</label>
                </div>
                <div class="control is-select has-action">
                    <span class="lead">{icon(Icon::Speaker, Size::Middle)}</span>
                    <select
                        id="speaker"
                        node_ref=select
                        on:change=move |event| {
                            act.run(Intent::ChooseSpeaker(DeviceId(event_target_value(&event))));
                        }
                    >
                        {shown_options(options, chosen)}
                    </select>
                    <span class="tail">{icon(Icon::Down, Size::Middle)}</span>
                    <button
                        type="button"
                        class="btn-icon"
                        aria-label=say(text, |words| words.devices.test_sound)
                        title=say(text, |words| words.devices.test_sound)
                        on:click=move |_| sound.set_value(TestSound::play())
                    >
                        {icon(Icon::Play, Size::Middle)}
                    </button>
                </div>
            </div>
        }
        .into_any()
    })
}
