//! What says that the call is recorded, for as long as it is: by whom, or how to stop.

use super::clock::Clock;
use crate::text::{Text, say};
use crate::web::timer;
use leptos::prelude::*;
use ojak_call::protocol::Switch;
use ojak_call::{Intent, Joint, RecordingView, View};

#[component]
pub(crate) fn RecordingChip(text: Text, view: Signal<View>, act: Callback<Intent>) -> impl IntoView {
    let own = Memo::new(move |_| view.with(|view| view.joint.recording));
    let others = Memo::new(move |_| {
        view.with(|view| {
            let recording = view
                .people
                .iter()
                .filter(|person| person.status.is_some_and(|status| status.recording.is_on()));
            recording.map(|person| person.name.to_string()).collect::<Vec<_>>()
        })
    });
    move || {
        let others = others.get();
        match own.get() {
            RecordingView::Running(began) => {
                let stop = move |_| act.run(Intent::Joint(Joint::Record(Switch::Off)));
                let view = view! {
                    <button
                        type="button"
                        class="info-recording"
                        aria-label=say(text, |words| words.recording.stop)
                        title=say(text, |words| words.recording.stop)
                        on:click=stop
                    >
                        <i></i>
                        <span class="info-recorder clip">{say(text, |words| words.recording.runs)}</span>
                        <Clock text began=began.min(timer::now()) />
                    </button>
                };
                Some(view.into_any())
            }
            _ if others.is_empty() => None,
            _ => {
                let who = move || {
                    let began = text.get().recording.began;
                    others.iter().map(|name| began(name)).collect::<Vec<_>>().join(", ")
                };
                let view = view! {
                    <span class="info-recording" title=who>
                        <i></i>
                        <span class="info-recorder clip">{who.clone()}</span>
                    </span>
                };
                Some(view.into_any())
            }
        }
    }
}
