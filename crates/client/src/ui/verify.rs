//! Finding out by voice that nobody sits in between: what each of the two is asked, one question after another.

use super::devices::{is_pressed, toggle};
use super::dialog::Dialog;
use super::icon::{Icon, Size, icon};
use crate::text::{Strings, Text, Verify, say};
use crate::web::page;
use leptos::prelude::*;
use ojak_call::protocol::PeerId;
use ojak_call::{
    Code, DeviceKind, DeviceView, Intent, NoRun, PICTURES, ROWS, VerifyIntent, VerifyStep, Verifying,
};

/// The verification that is on its way, if there is one.
#[component]
pub(crate) fn VerifyDialog(
    text: Text,
    verifying: Memo<Option<Verifying>>,
    microphone: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let peer = Memo::new(move |_| verifying.with(|verifying| verifying.as_ref().map(|of| of.peer)));
    move || peer.get().map(|peer| view! { <OneRun text peer verifying microphone act /> })
}

#[component]
fn OneRun(
    text: Text,
    peer: PeerId,
    verifying: Memo<Option<Verifying>>,
    microphone: Memo<DeviceView>,
    act: Callback<Intent>,
) -> impl IntoView {
    let want = Callback::new(move |intent| act.run(Intent::Verify(peer, intent)));
    let close = Callback::new(move |()| want.run(VerifyIntent::Close));
    // The last one stays while the dialog goes.
    let step = Memo::new(move |before: Option<&VerifyStep>| {
        let now = verifying.with(|of| of.as_ref().filter(|of| of.peer == peer).map(|of| of.step.clone()));
        now.or_else(|| before.cloned()).unwrap_or(VerifyStep::Waiting)
    });
    let name = Memo::new(move |before: Option<&String>| {
        let now = verifying.with(|of| of.as_ref().map(|of| of.name.to_string()));
        now.or_else(|| before.cloned()).unwrap_or_default()
    });
    let by = RwSignal::new(By::Pictures);
    let title = Signal::derive(move || title(&text.get().verify, &step.get(), &name.get()));
    let detail = Signal::derive(move || detail(&text.get().verify, &step.get(), &name.get(), by.get()));
    // What had the focus may be gone with the question before.
    Effect::new(move |before: Option<()>| {
        step.track();
        if before.is_some() {
            page::focus_on("dialog.is-run .verify-first");
        }
    });
    view! {
        <Dialog
            text
            title
            detail
            title_id="verify-title"
            is_sudden=true
            icon_of=Signal::derive(move || Some(step.with(step_icon)))
            class="is-verify is-run"
            close
        >
            {move || body(text, &step.get(), name, by, microphone, want, act)}
        </Dialog>
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Pictures,
    Digits,
}

fn step_icon(step: &VerifyStep) -> (Icon, bool) {
    match step {
        VerifyStep::Mismatched | VerifyStep::Changed => (Icon::Warning, true),
        VerifyStep::Matched | VerifyStep::Choosing(_) | VerifyStep::Waiting => (Icon::ShieldCheck, false),
        VerifyStep::Told | VerifyStep::NoRun(_) => (Icon::ShieldAsk, false),
        VerifyStep::Invited | VerifyStep::Reading(_) => (Icon::Shield, false),
    }
}

fn title(words: &Verify, step: &VerifyStep, name: &str) -> String {
    match step {
        VerifyStep::Invited => (words.invited)(name),
        VerifyStep::Waiting | VerifyStep::Choosing(_) => (words.is_really)(name),
        VerifyStep::Reading(_) => (words.read_to)(name),
        VerifyStep::Told => (words.told)(name),
        VerifyStep::Matched => (words.is_verified)(name),
        VerifyStep::Mismatched => words.listening_in.to_owned(),
        VerifyStep::Changed => (words.may_not_be)(name),
        VerifyStep::NoRun(NoRun::Declined) => (words.declined)(name),
        VerifyStep::NoRun(NoRun::Interrupted) => words.interrupted.to_owned(),
        VerifyStep::NoRun(NoRun::TooOften) => (words.too_often)(name),
        VerifyStep::NoRun(NoRun::Impossible) => words.impossible.to_owned(),
    }
}

fn detail(words: &Verify, step: &VerifyStep, name: &str, by: By) -> String {
    match (step, by) {
        (VerifyStep::Invited, _) => words.invitation.to_owned(),
        (VerifyStep::Waiting, _) => (words.asked)(name),
        (VerifyStep::Choosing(_), By::Pictures) => (words.ask_pictures)(name),
        (VerifyStep::Choosing(_), By::Digits) => (words.ask_digits)(name),
        (VerifyStep::Reading(_), By::Pictures) => (words.say_pictures)(name),
        (VerifyStep::Reading(_), By::Digits) => (words.say_digits)(name),
        (VerifyStep::Told, _) => words.only_voice.to_owned(),
        (VerifyStep::Matched, _) => (words.tell)(name),
        (VerifyStep::Mismatched, _) => (words.no_match)(name),
        (VerifyStep::Changed, _) => words.other_key.to_owned(),
        (VerifyStep::NoRun(NoRun::Declined), _) => words.ask_again.to_owned(),
        (VerifyStep::NoRun(NoRun::Interrupted), _) => words.once_connected.to_owned(),
        (VerifyStep::NoRun(NoRun::TooOften), _) => words.new_call.to_owned(),
        (VerifyStep::NoRun(NoRun::Impossible), _) => words.other_browser.to_owned(),
    }
}

fn body(
    text: Text,
    step: &VerifyStep,
    name: Memo<String>,
    by: RwSignal<By>,
    microphone: Memo<DeviceView>,
    want: Callback<VerifyIntent>,
    act: Callback<Intent>,
) -> AnyView {
    let button = move |class: &'static str, word, intent| {
        answer(text, class, word, Callback::new(move |()| want.run(intent)))
    };
    let leave = move || {
        let leave = Callback::new(move |()| act.run(Intent::Leave));
        answer(text, "btn is-danger verify-first", |words| words.call.leave, leave)
    };
    let close = VerifyIntent::Close;
    match *step {
        VerifyStep::Invited => foot(
            button("btn", |words| words.verify.later, close),
            button("btn is-primary verify-first", |words| words.verify.show_pictures, VerifyIntent::Accept),
        ),
        VerifyStep::Waiting => {
            foot(waiting(text, name), button("btn verify-first", |words| words.verify.cancel, close))
        }
        VerifyStep::Reading(code) => view! {
            <div class="pane">
                {unmute(text, microphone, act)}
                {move || read(text, code, by.get())}
                {other_way(text, by)}
            </div>
            {foot(waiting(text, name), button("btn verify-first", |words| words.verify.cancel, close))}
        }
        .into_any(),
        VerifyStep::Choosing(rows) => view! { <Choose text rows name by want /> }.into_any(),
        VerifyStep::Told => foot(
            button("btn is-danger-quiet", |words| words.verify.not_heard, VerifyIntent::NotHeard),
            button("btn is-primary verify-first", |words| words.verify.heard, VerifyIntent::Heard),
        ),
        VerifyStep::Matched => {
            foot(nothing(), button("btn is-primary verify-first", |words| words.verify.done, close))
        }
        VerifyStep::NoRun(_) => foot(nothing(), button("btn verify-first", |words| words.verify.done, close)),
        VerifyStep::Mismatched => foot(button("btn", |words| words.verify.stay, close), leave()),
        VerifyStep::Changed => foot(
            button("btn is-danger-quiet", |words| words.verify.connect_anyway, VerifyIntent::Reconnect),
            leave(),
        ),
    }
}

fn nothing() -> AnyView {
    ().into_any()
}

fn foot(start: AnyView, end: AnyView) -> AnyView {
    view! { <footer class="dialog-foot">{start} <span class="spring"></span> {end}</footer> }.into_any()
}

fn answer(
    text: Text,
    class: &'static str,
    word: fn(&'static Strings) -> &'static str,
    press: Callback<()>,
) -> AnyView {
    view! { <button type="button" class=class on:click=move |_| press.run(())>{say(text, word)}</button> }
        .into_any()
}

fn waiting(text: Text, name: Memo<String>) -> AnyView {
    let words = move || (text.get().verify.waiting)(&name.get());
    view! { <span class="inline-wait"><span class="spinner is-16"></span>{words}</span> }.into_any()
}

/// For whoever has to read aloud and is not heard: keys and the bar do nothing while a dialog is open.
fn unmute(text: Text, microphone: Memo<DeviceView>, act: Callback<Intent>) -> impl IntoView {
    let turn = move |_| act.run(microphone.with_untracked(|device| toggle(DeviceKind::Microphone, device)));
    move || {
        (!microphone.with(is_pressed)).then(|| {
            view! {
                <button type="button" class="btn is-outline verify-unmute" on:click=turn>
                    {icon(Icon::MicrophoneOff, Size::Middle)}
                    <span>{say(text, |words| words.verify.unmute)}</span>
                </button>
            }
        })
    }
}

/// The way to the digits, and back to the pictures.
fn other_way(text: Text, by: RwSignal<By>) -> AnyView {
    let words = move || {
        let words = &text.get().verify;
        if by.get() == By::Pictures { words.use_digits } else { words.use_pictures }
    };
    let turn = move |_| {
        by.update(|by| *by = if *by == By::Pictures { By::Digits } else { By::Pictures });
    };
    view! { <button type="button" class="btn is-ghost is-small verify-other" on:click=turn>{words}</button> }
        .into_any()
}

/// A code as it is read aloud.
fn read(text: Text, code: Code, by: By) -> AnyView {
    match by {
        By::Pictures => view! { <span class="emojis is-big">{pictures(text, code)}</span> }.into_any(),
        By::Digits => view! { <span class="digits is-big">{digits(code)}</span> }.into_any(),
    }
}

fn pictures(text: Text, code: Code) -> Vec<AnyView> {
    code.pictures()
        .map(|place| {
            let picture = PICTURES.get(place).copied().unwrap_or_default();
            let name = move || text.get().verify.pictures.get(place).copied().unwrap_or_default();
            view! { <span><b aria-hidden="true">{picture}</b><span class="clip">{name}</span></span> }
                .into_any()
        })
        .collect()
}

fn digits(code: Code) -> Vec<AnyView> {
    code.digits().into_iter().map(|group| view! { <span class="num">{group}</span> }.into_any()).collect()
}

/// The rows to choose from.
#[component]
fn Choose(
    text: Text,
    rows: [Code; ROWS],
    name: Memo<String>,
    by: RwSignal<By>,
    want: Callback<VerifyIntent>,
) -> impl IntoView {
    let picked = RwSignal::new(None);
    let row = move |(place, code): (usize, Code)| {
        view! {
            <label class="verify-row">
                <input
                    type="radio"
                    name="verify-row"
                    class:verify-first=place == 0
                    prop:checked=move || picked.get() == Some(place)
                    on:change=move |_| picked.set(Some(place))
                />
                <span class="radio">{icon(Icon::Check, Size::Small)}</span>
                {move || match by.get() {
                    By::Pictures => view! { <span class="emojis">{pictures(text, code)}</span> }.into_any(),
                    By::Digits => view! { <span class="digits">{digits(code)}</span> }.into_any(),
                }}
            </label>
        }
    };
    let confirm = move |_| {
        if let Some(row) = picked.get_untracked() {
            want.run(VerifyIntent::Pick(row));
        }
    };
    view! {
        <div class="pane">
            <fieldset class="verify-rows">
                <legend class="vh">{move || (text.get().verify.is_really)(&name.get())}</legend>
                {rows.into_iter().enumerate().map(row).collect_view()}
            </fieldset>
            {other_way(text, by)}
        </div>
        <footer class="dialog-foot">
            <button
                type="button"
                class="btn is-danger-quiet"
                on:click=move |_| want.run(VerifyIntent::PickNone)
            >
                {say(text, |words| words.verify.none_match)}
            </button>
            <span class="spring"></span>
            <button
                type="button"
                class="btn is-primary"
                prop:disabled=move || picked.get().is_none()
                on:click=confirm
            >
                {say(text, |words| words.verify.confirm)}
            </button>
        </footer>
    }
}
