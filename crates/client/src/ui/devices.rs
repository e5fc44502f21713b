//! A camera or a microphone, wherever it can be switched or chosen: in the lobby and in the call.

use super::changing::{Changing, changing, follow, memo, while_there};
use super::icon::{Icon, Size, changing_icon, icon};
use crate::text::{Sentence, Text, say_of};
use crate::web::page;
use leptos::html::Select;
use leptos::prelude::*;
use ojak_call::protocol::Switch;
use ojak_call::{DeviceId, DeviceKind, DeviceProblem, DeviceView, Intent, ListedDevice};

/// Whether its toggle is pressed: it is on, or it is about to be.
pub(crate) fn is_pressed(device: &DeviceView) -> bool {
    device.wanted.is_on() && device.problem.is_none() && !device.is_unasked
}

/// Whether it is wanted, and will not be there if the person joins now.
pub(crate) fn is_lacking(device: &DeviceView) -> bool {
    device.wanted.is_on() && (device.problem.is_some() || device.is_asking || device.is_unasked)
}

/// What a press on its toggle means.
pub(crate) fn toggle(kind: DeviceKind, device: &DeviceView) -> Intent {
    if is_pressed(device) {
        Intent::Switch(kind, Switch::Off)
    } else if device.wanted.is_on() {
        Intent::Retry(kind)
    } else {
        Intent::Switch(kind, Switch::On)
    }
}

/// Why it is not open, before the call.
pub(crate) fn reason(text: Text, kind: DeviceKind, problem: DeviceProblem) -> Sentence {
    let problems = &text.get().device(kind).problems;
    if is_of_embedding(problem) { problems.embedded } else { problems.of(problem).sentence }
}

/// Whether this is what browsers inside other apps do not do, and this is one.
pub(crate) fn is_of_embedding(problem: DeviceProblem) -> bool {
    matches!(problem, DeviceProblem::Denied | DeviceProblem::Unsupported | DeviceProblem::Unknown)
        && page::is_embedded()
}

/// Its icon, slashed when it is off.
pub(crate) fn device_icon(kind: DeviceKind, is_on: bool) -> Icon {
    match (kind, is_on) {
        (DeviceKind::Camera, true) => Icon::Camera,
        (DeviceKind::Camera, false) => Icon::CameraOff,
        (DeviceKind::Microphone, true) => Icon::Microphone,
        (DeviceKind::Microphone, false) => Icon::MicrophoneOff,
    }
}

/// Whether a select takes the focus when it appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    Take,
    Leave,
}

/// The select that says which one.
#[component]
pub(crate) fn DeviceSelect(
    text: Text,
    kind: DeviceKind,
    device: Memo<DeviceView>,
    act: Callback<Intent>,
    id: &'static str,
    focus: Focus,
) -> impl IntoView {
    let problem = memo(move || device.with(|device| device.problem.filter(|_| device.wanted.is_on())));
    let is_asking = memo(move || device.with(|device| device.is_asking));
    let is_unasked = memo(move || device.with(|device| device.is_unasked));
    let options = memo(move || device.with(|device| choosable(&device.options)));

    // Which of the devices is the one in use, if any is.
    let chosen = memo(move || {
        let is_in_use = problem.get().is_none() && !is_asking.get() && !is_unasked.get();
        let selected = device.with(|device| device.selected.clone()).filter(|_| is_in_use)?;
        options.with(|options| options.iter().any(|(id, _)| *id == selected)).then_some(selected)
    });
    let is_none_chosen = Signal::derive(move || chosen.with(Option::is_none));
    let placeholder = Signal::derive(move || {
        let words = text.get().device(kind);
        if is_asking.get() {
            text.get().lobby.waiting
        } else if is_unasked.get() {
            words.problems.dismissed.word
        } else if let Some(problem) = problem.get() {
            words.problems.of(problem).word
        } else if options.with(Vec::is_empty) {
            words.none
        } else {
            words.choose
        }
    });

    let select = NodeRef::<Select>::new();
    if focus == Focus::Take {
        follow(move || {
            if let Some(select) = select.get() {
                let _ = select.focus();
            }
        });
    }
    // A choice that comes to nothing changes no signal, and the browser still shows it: so every change
    // of the device writes down anew what is chosen.
    follow(move || {
        device.track();
        if let Some(select) = select.get() {
            select.set_value(&chosen.get().map(|id| id.0).unwrap_or_default());
        }
    });
    let choose = move |event| {
        let id = event_target_value(&event);
        if !id.is_empty() {
            act.run(Intent::Choose(kind, DeviceId(id)));
        }
    };

    view! {
        <div class="field" class:is-bad=Signal::derive(move || problem.get().is_some())>
            <div class="field-head">
                <label for=id>{say_of(text, kind, |device| device.name)}</label>
            </div>
            <div class="control is-select">
                <span class="lead">
                    {changing_icon(Signal::derive(move || device_icon(kind, problem.get().is_none())), Size::Middle)}
                </span>
                <select id=id node_ref=select on:change=choose>
                    {while_there(is_none_chosen, move || {
                        view! { <option value="" disabled=true selected=true>{placeholder}</option> }.into_any()
                    })}
                    {shown_options(options, chosen)}
                </select>
                <span class="tail">{icon(Icon::Down, Size::Middle)}</span>
            </div>
        </div>
    }
}

/// What can be chosen in a select, with the one that is.
pub(crate) fn shown_options(
    options: Memo<Vec<(DeviceId, String)>>,
    chosen: Memo<Option<DeviceId>>,
) -> Changing {
    changing(move || {
        let chosen = chosen.get();
        let options = options.get().into_iter().map(|(id, label)| {
            let is_chosen = chosen.as_ref() == Some(&id);
            view! { <option value=id.0 prop:selected=is_chosen>{label}</option> }
        });
        Some(options.collect_view().into_any())
    })
}

/// The devices that have an id, with a name each: before permission was given browsers tell neither.
fn choosable(options: &[ListedDevice]) -> Vec<(DeviceId, String)> {
    options
        .iter()
        .filter(|option| !option.id.0.is_empty())
        .enumerate()
        .map(|(place, option)| (option.id.clone(), named_or_counted(place, &option.label)))
        .collect()
}

/// The name of what stands in this place of a list.
pub(crate) fn named_or_counted(place: usize, label: &str) -> String {
    if label.is_empty() { (place + 1).to_string() } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ojak_call::DeviceProblem;

    fn device() -> DeviceView {
        DeviceView {
            wanted: Switch::On,
            switch: Switch::On,
            is_opening: false,
            is_asking: false,
            is_unasked: false,
            is_silent: false,
            can_flip: false,
            in_force: None,
            options: Vec::new(),
            selected: None,
            problem: None,
            is_facing_person: true,
        }
    }

    #[test]
    fn a_toggle_switches_and_a_failed_device_is_tried_again() {
        let kind = DeviceKind::Camera;
        assert_eq!(toggle(kind, &device()), Intent::Switch(kind, Switch::Off));
        let off = DeviceView { wanted: Switch::Off, ..device() };
        assert_eq!(toggle(kind, &off), Intent::Switch(kind, Switch::On));
        let unasked = DeviceView { is_unasked: true, switch: Switch::Off, ..device() };
        assert!(!is_pressed(&unasked) && is_lacking(&unasked));
        assert_eq!(toggle(kind, &unasked), Intent::Retry(kind), "the browser is to ask");
        let busy = DeviceView { problem: Some(DeviceProblem::Busy), ..device() };
        assert!(!is_pressed(&busy) && is_lacking(&busy));
        assert_eq!(toggle(kind, &busy), Intent::Retry(kind));
    }

    #[test]
    fn devices_without_an_id_cannot_be_chosen_and_those_without_a_name_are_counted() {
        let listed = |id: &str, label: &str| ListedDevice {
            kind: DeviceKind::Camera,
            id: DeviceId(id.into()),
            label: label.into(),
        };
        assert_eq!(choosable(&[listed("", "")]), []);
        let options = choosable(&[listed("a", "Front"), listed("b", "")]);
        assert_eq!(options, [(DeviceId("a".into()), "Front".into()), (DeviceId("b".into()), "2".into())]);
    }
}
