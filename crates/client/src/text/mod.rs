//! Every word a person reads, in every language the page has.
//!
//! A table is a `const` of [`Strings`]: a sentence that one language lacks does not compile. Causes come
//! first, then the way on. A word that belongs to what the person is doing right now is looked up here by
//! its type ([`Strings::refusal`], [`Problems::of`]), so that a new kind of failure needs its sentence too.

mod en;
mod ko;
#[cfg(test)]
mod tests;

use leptos::prelude::{Get, Signal};
use ojak_call::protocol::{BadDisplayName, BadRoomName, Departure, DisplayName, ErrorCode, Switch};
use ojak_call::{DeviceKind, DeviceProblem, Interruption, Notice};
use std::marker::PhantomData;
use std::ops::Deref;

/// The words of the language that is chosen now; components read it like any other signal.
pub(crate) type Text = Signal<&'static Strings>;

/// A language the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Korean,
}

impl Language {
    /// The first language that the page speaks among those somebody prefers, best first.
    pub(crate) fn pick<'a>(preferred: impl IntoIterator<Item = &'a str>) -> Self {
        preferred.into_iter().find_map(Self::from_tag).unwrap_or(Self::English)
    }

    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else if primary.eq_ignore_ascii_case("ko") {
            Some(Self::Korean)
        } else {
            None
        }
    }

    /// As it stands in `<html lang>` and in `?lang=`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    pub(crate) const fn strings(self) -> &'static Strings {
        match self {
            Self::English => &en::EN,
            Self::Korean => &ko::KO,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::English => Self::Korean,
            Self::Korean => Self::English,
        }
    }
}

/// A word in the language that is chosen now.
///
/// One closure type for all the words there are: each type of its own would bring its own copy of the code
/// that renders it.
pub(crate) fn say(
    text: Text,
    pick: fn(&'static Strings) -> &'static str,
) -> impl Fn() -> &'static str + Clone + Send + Sync + 'static {
    move || pick(text.get())
}

/// The same for a word about a camera or a microphone.
pub(crate) fn say_of(
    text: Text,
    kind: DeviceKind,
    pick: fn(&'static Device) -> &'static str,
) -> impl Fn() -> &'static str + Clone + Send + Sync + 'static {
    move || pick(text.get().device(kind))
}

/// A headline, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
}

/// A headline with somebody's name in it, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) detail: &'static str,
}

impl From<Sentence> for Said {
    fn from(sentence: Sentence) -> Self {
        Self { title: sentence.title.to_owned(), detail: sentence.detail }
    }
}

/// A table that the lobby does without: it comes with the part of the page that only a call needs. For that, the table
/// of everything must not point to it, and has only the language instead; it reads like the table itself.
pub(crate) struct Later<T> {
    language: Language,
    table: PhantomData<T>,
}

impl<T> Later<T> {
    const fn of(language: Language) -> Self {
        Self { language, table: PhantomData }
    }
}

macro_rules! later {
    ($($table:ident: $constant:ident),*) => {$(
        impl Deref for Later<$table> {
            type Target = $table;

            fn deref(&self) -> &$table {
                match self.language {
                    Language::English => &en::$constant,
                    Language::Korean => &ko::$constant,
                }
            }
        }
    )*};
}

later! { Call: CALL, Tiles: TILES, Menus: MENUS, Ended: ENDED }

/// All the words of one language.
pub(crate) struct Strings {
    pub(crate) app: &'static str,
    /// The other language, in that language, for the switch; and its tag.
    pub(crate) other_language: &'static str,
    pub(crate) close: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) you: &'static str,

    pub(crate) lobby: Lobby,
    pub(crate) call: Later<Call>,
    pub(crate) tiles: Later<Tiles>,
    pub(crate) menus: Later<Menus>,
    pub(crate) camera: Device,
    pub(crate) microphone: Device,
    pub(crate) devices: Devices,
    /// For a camera and a microphone that fail alike, in one sentence.
    pub(crate) both_denied: Sentence,
    pub(crate) both_dismissed: Sentence,
    pub(crate) both_missing: Sentence,
    pub(crate) both_unsupported: Sentence,
    pub(crate) both_embedded: Sentence,

    pub(crate) notices: Notices,
    pub(crate) ended: Later<Ended>,
    pub(crate) insecure: Insecure,
    pub(crate) unreachable: Sentence,
    /// The page is of an earlier version than the server.
    pub(crate) outdated: Sentence,
    pub(crate) reload: &'static str,
    pub(crate) socket_lost: Sentence,
    /// On a copy of a tab in a call.
    pub(crate) elsewhere: Sentence,
    pub(crate) use_this_tab: &'static str,
    pub(crate) rejoin: &'static str,
    pub(crate) back_to_lobby: &'static str,
    pub(crate) another_room: &'static str,
    pub(crate) bad_room: BadRoom,
    pub(crate) bad_name: BadName,
    pub(crate) refusals: Refusals,
}

pub(crate) struct Lobby {
    pub(crate) form: &'static str,
    pub(crate) room: &'static str,
    pub(crate) room_hint: &'static str,
    pub(crate) name: &'static str,
    /// In place of the hint: so many are there.
    pub(crate) present: fn(usize) -> String,
    pub(crate) name_hint: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) join: &'static str,
    pub(crate) join_without_camera: &'static str,
    pub(crate) join_without_microphone: &'static str,
    pub(crate) join_without_either: &'static str,
    pub(crate) joining: &'static str,
    pub(crate) trust: &'static str,
    /// While the browser asks for both.
    pub(crate) allow_both: &'static str,
    pub(crate) asking: &'static str,
    pub(crate) waiting: &'static str,
}

pub(crate) struct Call {
    pub(crate) stage: &'static str,
    pub(crate) controls: &'static str,
    pub(crate) leave: &'static str,
    pub(crate) full_screen: &'static str,
    pub(crate) elapsed: &'static str,
    pub(crate) muted: &'static str,
    pub(crate) connecting: &'static str,
    pub(crate) reconnecting: &'static str,
    pub(crate) stays_open: &'static str,
    /// Why nothing comes from somebody.
    pub(crate) interrupted_ours: &'static str,
    pub(crate) interrupted_theirs: &'static str,
    pub(crate) interrupted_between: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) failed_hint: &'static str,
    pub(crate) alone: &'static str,
    pub(crate) send_link: &'static str,
    pub(crate) link: &'static str,
    pub(crate) link_copied: &'static str,
    pub(crate) copy_failed: &'static str,
}

/// About the people on the stage.
pub(crate) struct Tiles {
    pub(crate) own_inset: &'static str,
    pub(crate) other_inset: fn(&str) -> String,
    pub(crate) good: &'static str,
    pub(crate) fair: &'static str,
    pub(crate) poor: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) previous_page: &'static str,
    pub(crate) next_page: &'static str,
    /// Which page, and of how many.
    pub(crate) page: fn(&str, &str) -> String,
    /// Where the browser lets no page make sound that nobody has touched.
    pub(crate) sound_on: &'static str,
}

/// The menu of the bar, and the dialogs that it opens.
pub(crate) struct Menus {
    pub(crate) more: &'static str,
    pub(crate) picture_in_picture: &'static str,
    pub(crate) chat: &'static str,
    pub(crate) people: &'static str,
    pub(crate) health: &'static str,
    pub(crate) invite: &'static str,
    pub(crate) share: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) qr: &'static str,
    pub(crate) shortcuts: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) sound_and_video: &'static str,
    /// The same shortcuts, where they are one of the settings.
    pub(crate) keys: &'static str,
    pub(crate) mirror: &'static str,
    pub(crate) mirror_hint: &'static str,
    pub(crate) appearance: &'static str,
    pub(crate) system: &'static str,
    pub(crate) light: &'static str,
    pub(crate) dark: &'static str,
    pub(crate) language: &'static str,
}

/// A camera, or a microphone.
pub(crate) struct Device {
    pub(crate) name: &'static str,
    /// The visible word under the control; the name holds it.
    pub(crate) word: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) settings: &'static str,
    /// While the browser asks for this one alone.
    pub(crate) allow: &'static str,
    pub(crate) starting: &'static str,
    pub(crate) off: &'static str,
    /// After a choice that could not be opened.
    pub(crate) kept: &'static str,
    /// In place of a choice, when there is none.
    pub(crate) none: &'static str,
    pub(crate) problems: Problems,
}

/// A sentence for each reason why a camera or microphone is not open.
pub(crate) struct Problems {
    pub(crate) denied: Problem,
    pub(crate) dismissed: Problem,
    pub(crate) busy: Problem,
    pub(crate) missing: Problem,
    pub(crate) gone: Problem,
    pub(crate) unsuited: Problem,
    pub(crate) ended: Problem,
    pub(crate) unsupported: Problem,
    pub(crate) unknown: Problem,
    /// In the browser inside another app, for what that browser does not do.
    pub(crate) embedded: Sentence,
}

/// Why a camera or microphone is not open: in two words for its select, and in sentences.
pub(crate) struct Problem {
    pub(crate) word: &'static str,
    pub(crate) sentence: Sentence,
    /// The way on for somebody who has joined already, where it is another.
    pub(crate) in_call: Option<&'static str>,
}

impl Problem {
    pub(crate) fn sentence_in_call(&self) -> Sentence {
        Sentence { detail: self.in_call.unwrap_or(self.sentence.detail), ..self.sentence }
    }
}

impl Problems {
    pub(crate) const fn of(&self, problem: DeviceProblem) -> &Problem {
        match problem {
            DeviceProblem::Denied => &self.denied,
            DeviceProblem::Dismissed => &self.dismissed,
            DeviceProblem::Busy => &self.busy,
            DeviceProblem::Missing => &self.missing,
            DeviceProblem::Gone => &self.gone,
            DeviceProblem::Unsuited => &self.unsuited,
            DeviceProblem::Ended => &self.ended,
            DeviceProblem::Unsupported => &self.unsupported,
            DeviceProblem::Unknown => &self.unknown,
        }
    }
}

/// About cameras, microphones and loudspeakers, but for what each kind has of its own.
pub(crate) struct Devices {
    pub(crate) speaker: &'static str,
    pub(crate) test_sound: &'static str,
    pub(crate) level: &'static str,
    /// Before the browser asks.
    pub(crate) before_asking: &'static str,
    pub(crate) start: &'static str,
    /// On the button that lets the browser ask for one.
    pub(crate) allow: &'static str,
    pub(crate) flip: &'static str,
    pub(crate) resolution: &'static str,
    pub(crate) frame_rate: &'static str,
    pub(crate) echo_cancellation: &'static str,
    pub(crate) noise_suppression: &'static str,
    pub(crate) automatic_gain: &'static str,
    /// Width, height and pictures a second that are in force.
    pub(crate) in_force: fn([String; 3]) -> String,
    /// Of a switch that changes nothing.
    pub(crate) unchanged: &'static str,
    pub(crate) use_default: &'static str,
    pub(crate) silent: Sentence,
    pub(crate) talking: Sentence,
    pub(crate) joined_muted: Sentence,
}

pub(crate) struct Notices {
    pub(crate) entered: fn(&str) -> String,
    pub(crate) left: fn(&str) -> String,
    pub(crate) lost: fn(&str) -> String,
    pub(crate) removed: fn(&str) -> String,
    pub(crate) muted: fn(&str) -> String,
    pub(crate) unmuted: fn(&str) -> String,
    pub(crate) back_online: &'static str,
}

pub(crate) struct Ended {
    pub(crate) sentence: Sentence,
    /// In the tab that the call was taken from.
    pub(crate) moved: Sentence,
}

pub(crate) struct Insecure {
    pub(crate) sentence: Sentence,
    pub(crate) open: &'static str,
}

pub(crate) struct BadRoom {
    pub(crate) empty: &'static str,
    pub(crate) too_long: &'static str,
    pub(crate) character: fn(char) -> String,
}

pub(crate) struct BadName {
    pub(crate) empty: &'static str,
    pub(crate) too_long: &'static str,
    pub(crate) character: &'static str,
}

/// A sentence for each reason the server can have to refuse.
pub(crate) struct Refusals {
    pub(crate) bad_message: Sentence,
    pub(crate) bad_version: Sentence,
    pub(crate) bad_room: Sentence,
    pub(crate) bad_name: Sentence,
    pub(crate) room_full: Sentence,
    pub(crate) room_locked: Sentence,
    pub(crate) denied: Sentence,
    pub(crate) removed: Sentence,
    pub(crate) resume_refused: Sentence,
    pub(crate) too_many_requests: Sentence,
    pub(crate) not_in_room: Sentence,
    pub(crate) no_such_peer: Sentence,
    pub(crate) server_full: Sentence,
    pub(crate) internal: Sentence,
}

impl Strings {
    pub(crate) const fn device(&self, kind: DeviceKind) -> &Device {
        match kind {
            DeviceKind::Camera => &self.camera,
            DeviceKind::Microphone => &self.microphone,
        }
    }

    /// The sentence for two devices that fail alike, where saying it twice would be noise.
    pub(crate) fn both(&self, problem: DeviceProblem) -> Option<Sentence> {
        match problem {
            DeviceProblem::Denied => Some(self.both_denied),
            DeviceProblem::Dismissed => Some(self.both_dismissed),
            DeviceProblem::Missing => Some(self.both_missing),
            DeviceProblem::Unsupported => Some(self.both_unsupported),
            DeviceProblem::Busy
            | DeviceProblem::Gone
            | DeviceProblem::Unsuited
            | DeviceProblem::Ended
            | DeviceProblem::Unknown => None,
        }
    }

    pub(crate) fn room(&self, problem: BadRoomName) -> String {
        match problem {
            BadRoomName::Empty => self.bad_room.empty.to_owned(),
            BadRoomName::TooLong => self.bad_room.too_long.to_owned(),
            BadRoomName::Character(bad) => (self.bad_room.character)(bad),
        }
    }

    pub(crate) const fn name(&self, problem: BadDisplayName) -> &'static str {
        match problem {
            BadDisplayName::Empty => self.bad_name.empty,
            BadDisplayName::TooLong => self.bad_name.too_long,
            // Such characters cannot be seen, so none is named.
            BadDisplayName::Character(_) => self.bad_name.character,
        }
    }

    pub(crate) const fn refusal(&self, code: ErrorCode) -> Sentence {
        let refusals = &self.refusals;
        match code {
            ErrorCode::BadMessage => refusals.bad_message,
            ErrorCode::BadVersion => refusals.bad_version,
            ErrorCode::BadRoom => refusals.bad_room,
            ErrorCode::BadName => refusals.bad_name,
            ErrorCode::RoomFull => refusals.room_full,
            ErrorCode::RoomLocked => refusals.room_locked,
            ErrorCode::Denied => refusals.denied,
            ErrorCode::Removed => refusals.removed,
            ErrorCode::ResumeRefused => refusals.resume_refused,
            ErrorCode::TooManyRequests => refusals.too_many_requests,
            ErrorCode::NotInRoom => refusals.not_in_room,
            ErrorCode::NoSuchPeer => refusals.no_such_peer,
            ErrorCode::ServerFull => refusals.server_full,
            ErrorCode::Internal => refusals.internal,
        }
    }

    pub(crate) fn interruption(&self, why: Interruption) -> &'static str {
        match why {
            Interruption::Ours => self.call.interrupted_ours,
            Interruption::Theirs => self.call.interrupted_theirs,
            Interruption::Between => self.call.interrupted_between,
        }
    }

    pub(crate) fn notice(&self, notice: &Notice) -> Said {
        let said = |sentence: fn(&str) -> String, name: &DisplayName| Said {
            title: sentence(name.as_str()),
            detail: "",
        };
        let notices = &self.notices;
        match notice {
            Notice::Entered(name) => said(notices.entered, name),
            Notice::Left(name, Departure::Left) => said(notices.left, name),
            Notice::Left(name, Departure::Timeout) => said(notices.lost, name),
            Notice::Left(name, Departure::Removed) => said(notices.removed, name),
            Notice::Microphone(name, Switch::On) => said(notices.unmuted, name),
            Notice::Microphone(name, Switch::Off) => said(notices.muted, name),
            Notice::Kept(kind, problem) => {
                let device = self.device(*kind);
                Sentence { title: device.problems.of(*problem).sentence.title, detail: device.kept }.into()
            }
            Notice::Ended(kind) => self.device(*kind).problems.ended.sentence.into(),
            Notice::TalkingWhileMuted => self.devices.talking.into(),
            Notice::Silent => self.devices.silent.into(),
            Notice::JoinedMuted => self.devices.joined_muted.into(),
            Notice::BackOnline => Said { title: notices.back_online.to_owned(), detail: "" },
        }
    }
}
