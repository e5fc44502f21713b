//! The dialogs of a call, of which one at most is open.

use super::dialog::Dialog;
use super::invite::invitation;
use super::more::Sheet;
use super::settings::Settings;
use super::shield::{Roll, VerifyList};
use super::shortcuts::ShortcutList;
use crate::text::{Language, Text, say};
use crate::web::media::Stream;
use leptos::prelude::*;
use ojak_call::protocol::RoomName;
use ojak_call::{DeviceView, Intent, JointView, Level, View};

#[component]
pub(crate) fn Sheets(
    text: Text,
    language: RwSignal<Language>,
    sheet: RwSignal<Option<Sheet>>,
    room: Memo<Option<RoomName>>,
    view: Signal<View>,
    joint: Memo<JointView>,
    roll: Memo<Roll>,
    camera: Memo<DeviceView>,
    microphone: Memo<DeviceView>,
    picture: Signal<Option<Stream>>,
    level: Signal<Level>,
    act: Callback<Intent>,
) -> impl IntoView {
    let close = Callback::new(move |()| sheet.set(None));
    move || {
        sheet.get().map(|sheet| match sheet {
            Sheet::Settings => {
                view! { <Settings text language joint view camera microphone picture level act close /> }.into_any()
            }
            Sheet::Shortcuts => view! {
                <Dialog text title=Signal::derive(say(text, |words| words.menus.shortcuts)) class="is-small" close>
                    <div class="pane"><ShortcutList text /></div>
                </Dialog>
            }
            .into_any(),
            Sheet::Verify => view! { <VerifyList text roll act close /> }.into_any(),
            Sheet::Invite => view! {
                <Dialog text title=Signal::derive(say(text, |words| words.menus.invite)) class="is-small" close>
                    <div class="pane">{room.get_untracked().map(|room| invitation(text, &room))}</div>
                </Dialog>
            }
            .into_any(),
        })
    }
}
