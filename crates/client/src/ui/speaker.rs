//! Where sound comes out, where a page may choose that.

use super::changing::{changing, while_there};
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
    let has_choice = Memo::new(move |_| speakers.with(|speakers| !speakers.options.is_empty()));
    let sound = StoredValue::new_local(None);
    let select = NodeRef::<Select>::new();
    Effect::new(move |_| {
        let selected = speakers.with(|speakers| {
            let first = speakers.options.first().map(|option| &option.id);
            speakers.selected.as_ref().or(first).map(|id| id.0.clone())
        });
        if let (Some(select), Some(selected)) = (select.get(), selected) {
            select.set_value(&selected);
        }
    });
    let options = move || {
        changing(move || {
            Some(speakers.with(|speakers| {
                let named = speakers.options.iter().enumerate().map(|(place, option)| {
                    let label =
                        if option.label.is_empty() { (place + 1).to_string() } else { option.label.clone() };
                    view! { <option value=option.id.0.clone()>{label}</option> }
                });
                named.collect_view().into_any()
            }))
        })
    };
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
                        {options()}
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
