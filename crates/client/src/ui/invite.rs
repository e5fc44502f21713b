//! The way to end being alone: a link to copy, to scan or to pass on.

use super::icon::{Icon, Size, changing_icon, icon};
use super::qr::qr;
use crate::text::{Text, say};
use crate::web::page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ojak_call::protocol::RoomName;
use std::time::Duration;

/// How long it is said that the link was copied.
const SAID_FOR: Duration = Duration::from_secs(4);

/// What came of copying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copying {
    NotYet,
    Copied,
    Refused,
}

/// Beside one's own picture, while nobody else is there.
pub(crate) fn alone(text: Text, room: &RoomName) -> impl IntoView + use<> {
    view! {
        <div class="invite-wrap">
            <section class="invite">
                <h1>{say(text, |words| words.call.alone)}</h1>
                {invitation(text, room)}
            </section>
        </div>
    }
}

/// What to do with the link to `room`.
pub(crate) fn invitation(text: Text, room: &RoomName) -> impl IntoView + use<> {
    let (link, link_to_read) = (page::invite_link(room), page::invite_link_to_read(room));
    let (code, passed_on) = (qr(text, &link), link.clone());
    let copying = RwSignal::new(Copying::NotYet);
    let copy = move |_| {
        let link = link.clone();
        spawn_local(async move {
            let came_of_it = if page::copy(link).await { Copying::Copied } else { Copying::Refused };
            // Somebody may have come in meanwhile, and then the card is gone.
            copying.try_set(came_of_it);
            set_timeout(
                move || {
                    copying.try_set(Copying::NotYet);
                },
                SAID_FOR,
            );
        });
    };
    let copy_icon =
        Signal::derive(move || if copying.get() == Copying::Copied { Icon::Check } else { Icon::Copy });
    view! {
        <p class="invite-intro">{say(text, |words| words.call.send_link)}</p>
        <div class="invite-link" role="group" aria-label=say(text, |words| words.call.link)>
            <span class="url clip">{link_to_read}</span>
            <button type="button" class="btn is-small" on:click=copy>
                {changing_icon(copy_icon, Size::Middle)}
                {move || {
                    let words = text.get();
                    if copying.get() == Copying::Copied { words.call.link_copied } else { words.copy }
                }}
            </button>
        </div>
        // Seen only when it is the way on; the button says the rest.
        <p class="invite-said" class:vh=move || copying.get() != Copying::Refused role="status">
            {move || match copying.get() {
                Copying::NotYet => "",
                Copying::Copied => text.get().call.link_copied,
                Copying::Refused => text.get().call.copy_failed,
            }}
        </p>
        <div class="invite-more">
            {code}
            <div>
                <p>{say(text, |words| words.menus.scan)}</p>
                {page::can_share()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn is-primary is-wide"
                                on:click=move |_| page::share(&passed_on)
                            >
                                {icon(Icon::Send, Size::Middle)}
                                {say(text, |words| words.menus.share)}
                            </button>
                        }
                    })}
            </div>
        </div>
    }
}
