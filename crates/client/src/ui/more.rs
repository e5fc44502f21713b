//! The menu behind "More": what is wanted seldom.

use super::captions::toggle_captions;
use super::icon::{Icon, Size, icon};
use super::panel::Panel;
use super::pop::{Opens, PopButton};
use super::share::toggle_share;
use crate::text::{Strings, Text, say};
use crate::web::{display, page, playback};
use leptos::html::Button;
use leptos::prelude::*;
use ojak_call::protocol::Switch;
use ojak_call::{DeviceKind, Intent, Joint, JointView, RecordingView};

/// A dialog of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sheet {
    Invite,
    Settings,
    Shortcuts,
    Verify,
}

/// What an item does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// Where there is no room for chevrons in the bar.
    Device(DeviceKind),
    FullScreen,
    PictureInPicture,
    /// Where there is no room for them in the bar.
    Share,
    Captions,
    Panel(Panel),
    Record(Switch),
    Sheet(Sheet),
    Verify,
}

/// What the items of the menu open, and what they depend on.
#[derive(Clone, Copy)]
pub(crate) struct Openers {
    pub(crate) device: RwSignal<Option<DeviceKind>>,
    pub(crate) sheet: RwSignal<Option<Sheet>>,
    pub(crate) panel: RwSignal<Option<Panel>>,
    /// Whether what can be chosen of captions is.
    pub(crate) captions: RwSignal<bool>,
    /// Whether anybody else is seen.
    pub(crate) has_picture: Memo<bool>,
    pub(crate) verify: Callback<()>,
    /// Whether there is anybody to verify.
    pub(crate) has_company: Memo<bool>,
}

/// `button` gets the focus back.
#[component]
pub(crate) fn More(
    text: Text,
    openers: Openers,
    joint: Memo<JointView>,
    act: Callback<Intent>,
    button: NodeRef<Button>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let choose = Callback::new(move |item| match item {
        Item::Device(kind) => openers.device.set(Some(kind)),
        Item::FullScreen => page::toggle_full_screen(),
        Item::PictureInPicture => playback::pop_out_or_back(),
        Item::Share => act.run(joint.with_untracked(toggle_share)),
        Item::Captions => joint.with_untracked(|joint| toggle_captions(joint, openers.captions, act)),
        Item::Panel(panel) => openers.panel.set(Some(panel)),
        Item::Record(switch) => act.run(Intent::Joint(Joint::Record(switch))),
        Item::Sheet(sheet) => openers.sheet.set(Some(sheet)),
        Item::Verify => openers.verify.run(()),
    });
    let face = view! {
        {icon(Icon::More, Size::Large)}
        <span class="ctl-label">{say(text, |words| words.menus.more)}</span>
    };
    let items = Callback::new(move |close: Callback<()>| {
        let choose = Callback::new(move |item| {
            // The focus goes back first: a dialog returns it to where it was.
            close.run(());
            choose.run(item);
        });
        items(text, openers, joint, choose)
    });
    view! {
        <div class="ctl-more">
            <PopButton
                opens=Opens::Menu
                class="ctl"
                face=face.into_any()
                button
                is_open
                turn=Callback::new(move |on| is_open.set(on))
                around=".ctl-more"
                menu_label=Signal::derive(move || text.get().menus.more.to_owned())
                items
            />
        </div>
    }
}

fn items(text: Text, openers: Openers, joint: Memo<JointView>, choose: Callback<Item>) -> AnyView {
    let item = move |item, icon_of, name: fn(&'static Strings) -> &'static str, key: &'static str| {
        let class = match item {
            Item::Device(_) => "menu-item narrow-only",
            // In the bar, where there is room.
            Item::Panel(Panel::People) | Item::Share | Item::Captions => "menu-item phone-only",
            _ => "menu-item",
        };
        // What is a toggle in the bar is one here.
        let is_on = joint.with_untracked(|joint| match item {
            Item::Share => Some(joint.share.switch.is_on()),
            Item::Captions => Some(joint.captions.is_on()),
            _ => None,
        });
        let role = if is_on.is_some() { "menuitemcheckbox" } else { "menuitem" };
        view! {
            <button
                type="button"
                class=class
                role=role
                aria-checked=is_on.map(|is_on| is_on.to_string())
                tabindex="-1"
                on:click=move |_| choose.run(item)
            >
                {icon(icon_of, Size::Middle)}
                <span class="clip">{say(text, name)}</span>
                {(!key.is_empty()).then(|| view! { <kbd aria-hidden="true">{key}</kbd> })}
                {matches!(item, Item::Device(_)).then(|| icon(Icon::Right, Size::Middle))}
                {(is_on == Some(true)).then(|| icon(Icon::Check, Size::Middle))}
            </button>
        }
        .into_any()
    };
    view! {
        {item(Item::Device(DeviceKind::Microphone), Icon::Microphone, |words| words.microphone.name, "")}
        {item(Item::Device(DeviceKind::Camera), Icon::Camera, |words| words.camera.name, "")}
        {display::can_open()
            .then(|| item(Item::Share, Icon::Screen, |words| words.together.share_screen, ""))}
        {item(Item::Captions, Icon::Captions, |words| words.together.captions, "")}
        {item(Item::Panel(Panel::People), Icon::People, |words| words.menus.people, "")}
        <hr class="menu-line narrow-only" />
        {page::can_fill_screen()
            .then(|| item(Item::FullScreen, Icon::Expand, |words| words.call.full_screen, "F"))}
        {(playback::can_pop_out() && openers.has_picture.get_untracked())
            .then(|| {
                item(
                    Item::PictureInPicture,
                    Icon::PictureInPicture,
                    |words| words.menus.picture_in_picture,
                    "",
                )
            })}
        {openers
            .has_company
            .get_untracked()
            .then(|| item(Item::Verify, Icon::Shield, |words| words.verify.menu, ""))}
        {item(Item::Panel(Panel::Health), Icon::Health, |words| words.menus.health, "")}
        {match joint.with_untracked(|joint| joint.recording) {
            RecordingView::Off => {
                Some(item(Item::Record(Switch::On), Icon::Record, |words| words.recording.record, ""))
            }
            RecordingView::Running(_) => {
                Some(item(Item::Record(Switch::Off), Icon::Record, |words| words.recording.stop, ""))
            }
            RecordingView::Beginning | RecordingView::Ending => None,
        }}
        {item(Item::Sheet(Sheet::Invite), Icon::Invite, |words| words.menus.invite, "")}
        <hr class="menu-line" />
        {item(Item::Sheet(Sheet::Shortcuts), Icon::Keyboard, |words| words.menus.shortcuts, "?")}
        {item(Item::Sheet(Sheet::Settings), Icon::Sliders, |words| words.menus.settings, ",")}
    }
    .into_any()
}
