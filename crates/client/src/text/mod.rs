//! Every word a person reads, in every language the page has.
//!
//! A table is a `const` of [`Strings`]: a sentence that one language lacks does not compile. Causes come
//! first, then the way on. A word that belongs to what the person is doing right now is looked up here by
//! its type ([`Strings::refusal`], [`Problems::of`]), so that a new kind of failure needs its sentence too.

mod chat;
mod en;
mod ko;
#[cfg(test)]
mod tests;

use leptos::prelude::{Get, Signal};
use ojak_call::protocol::{BadDisplayName, BadRoomName, Departure, DisplayName, ErrorCode, Reaction, Switch};
use ojak_call::{
    Cause, DeviceKind, DeviceProblem, Ear, Hearing, Interruption, Notice, Obstacle, Quality, Receipts,
    RecordingProblem, ShareProblem, SpeechProblem,
};
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
    ($($table:ty: $constant:ident),*) => {$(
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

later! {
    Call: CALL, Tiles: TILES, Menus: MENUS, People: PEOPLE, Knocking: KNOCKING, Together: TOGETHER, Recording: RECORDING, Notices: NOTICES, chat::Chat: CHAT, Ended: ENDED, Obstacles: OBSTACLES, Health: HEALTH, Verify: VERIFY
}

/// All the words of one language.
pub(crate) struct Strings {
    pub(crate) app: &'static str,
    /// The other language, in that language, for the switch.
    pub(crate) other_language: &'static str,
    pub(crate) close: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) you: &'static str,

    pub(crate) lobby: Lobby,
    pub(crate) call: Later<Call>,
    pub(crate) tiles: Later<Tiles>,
    pub(crate) menus: Later<Menus>,
    pub(crate) people: Later<People>,
    pub(crate) knocking: Later<Knocking>,
    pub(crate) camera: Device,
    pub(crate) microphone: Device,
    pub(crate) devices: Devices,
    /// For a camera and a microphone that fail alike, in one sentence.
    pub(crate) both_denied: Sentence,
    pub(crate) both_dismissed: Sentence,
    pub(crate) both_missing: Sentence,
    pub(crate) both_unsupported: Sentence,
    pub(crate) both_embedded: Sentence,

    pub(crate) together: Later<Together>,
    pub(crate) recording: Later<Recording>,
    /// What all notices are.
    pub(crate) notices_title: &'static str,
    pub(crate) notices: Later<Notices>,
    pub(crate) chat: Later<chat::Chat>,
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
    pub(crate) obstacles: Later<Obstacles>,
    pub(crate) health: Later<Health>,

    pub(crate) verify: Later<Verify>,
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
    /// Over a picture that stands still: for so many seconds.
    pub(crate) last_picture: fn(&str) -> String,
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
    pub(crate) hold_to_talk: &'static str,
    pub(crate) mirror: &'static str,
    pub(crate) mirror_hint: &'static str,
    pub(crate) appearance: &'static str,
    pub(crate) system: &'static str,
    pub(crate) light: &'static str,
    pub(crate) dark: &'static str,
    pub(crate) language: &'static str,
    pub(crate) connection: &'static str,
    pub(crate) hide_address: &'static str,
    pub(crate) hide_address_hint: &'static str,
    /// The same, where there is nothing to hide behind.
    pub(crate) no_relay: &'static str,
}

/// The panel of that name, and what a host decides.
pub(crate) struct People {
    pub(crate) waiting: &'static str,
    pub(crate) in_call: &'static str,
    pub(crate) admit: &'static str,
    pub(crate) decline: &'static str,
    pub(crate) wants_to_join: fn(&str) -> String,
    pub(crate) asked_now: &'static str,
    /// Some minutes ago, at least one.
    pub(crate) asked: fn(u64) -> String,
    pub(crate) host: &'static str,
    /// The person themself, by their name.
    pub(crate) yourself: fn(&str) -> String,
    pub(crate) camera_off: &'static str,
    pub(crate) more: fn(&str) -> String,
    pub(crate) pin: &'static str,
    pub(crate) unpin: &'static str,
    pub(crate) volume: &'static str,
    pub(crate) volume_of: fn(&str) -> String,
    pub(crate) remove: &'static str,
    pub(crate) remove_who: fn(&str) -> String,
    pub(crate) remove_hint: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) ask_first: &'static str,
    /// For those who are not the host: whether somebody is asked.
    pub(crate) is_open: &'static str,
    pub(crate) is_locked: fn(&str) -> String,
    pub(crate) you_host: Sentence,
    pub(crate) no_place: Sentence,
}

/// While the person waits to be let in.
pub(crate) struct Knocking {
    pub(crate) sentence: Sentence,
    pub(crate) stop: &'static str,
    pub(crate) unreachable: Sentence,
}

/// A camera, or a microphone.
pub(crate) struct Device {
    pub(crate) name: &'static str,
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
    pub(crate) denoise: &'static str,
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

/// Screens, hands, reactions and captions.
pub(crate) struct Together {
    pub(crate) share_screen: &'static str,
    /// The visible word of it; the name holds it.
    pub(crate) share_word: &'static str,
    pub(crate) sharing: &'static str,
    pub(crate) paused_for: fn(&str) -> String,
    pub(crate) stop: &'static str,
    pub(crate) own_screen: &'static str,
    pub(crate) screen_of: fn(&str) -> String,
    pub(crate) shares: fn(&str) -> String,
    pub(crate) shares_no_more: fn(&str) -> String,
    pub(crate) screen_paused: fn(&str) -> String,
    pub(crate) screen_paused_detail: &'static str,
    pub(crate) screens: &'static str,
    /// What of a screen matters more.
    pub(crate) emphasis: &'static str,
    pub(crate) automatic: &'static str,
    pub(crate) sharp: &'static str,
    pub(crate) smooth: &'static str,
    pub(crate) share_unreadable: Sentence,
    pub(crate) share_missing: Sentence,
    pub(crate) share_failed: Sentence,
    pub(crate) share_ended: &'static str,

    pub(crate) react: &'static str,
    pub(crate) raise_hand: &'static str,
    pub(crate) hand_raised: &'static str,
    pub(crate) raised: fn(&str) -> String,
    /// In the order of [`Reaction::ALL`].
    pub(crate) reactions: [&'static str; 6],

    pub(crate) captions: &'static str,
    pub(crate) no_captions: &'static str,
    pub(crate) dictate: &'static str,
    pub(crate) on_device: &'static str,
    pub(crate) after_download: &'static str,
    pub(crate) by_maker: &'static str,
    pub(crate) no_recognition: &'static str,
    pub(crate) spoken_language: &'static str,
    pub(crate) save_captions: &'static str,
    pub(crate) speech_denied: &'static str,
    pub(crate) speech_language: &'static str,
    pub(crate) speech_network: &'static str,
    pub(crate) speech_failed: &'static str,
}

impl Together {
    pub(crate) fn reaction(&self, reaction: Reaction) -> &'static str {
        let names = Reaction::ALL.into_iter().zip(self.reactions);
        names.filter(|(of, _)| *of == reaction).map(|(_, name)| name).next().unwrap_or_default()
    }

    /// Who hears what the person says, if it is written down.
    pub(crate) const fn ear(&self, ear: Option<Ear>) -> &'static str {
        match ear {
            Some(Ear::Device) => self.on_device,
            Some(Ear::DeviceAfterDownload) => self.after_download,
            Some(Ear::Maker) => self.by_maker,
            None => self.no_recognition,
        }
    }

    pub(crate) const fn speech_problem(&self, problem: SpeechProblem) -> &'static str {
        match problem {
            SpeechProblem::Denied => self.speech_denied,
            SpeechProblem::Language => self.speech_language,
            SpeechProblem::Network => self.speech_network,
            SpeechProblem::Unknown => self.speech_failed,
        }
    }

    const fn share_problem(&self, problem: ShareProblem) -> Sentence {
        match problem {
            ShareProblem::Unreadable => self.share_unreadable,
            ShareProblem::Missing => self.share_missing,
            ShareProblem::Dismissed | ShareProblem::Unknown => self.share_failed,
        }
    }
}

pub(crate) struct Notices {
    pub(crate) entered: fn(&str) -> String,
    pub(crate) left: fn(&str) -> String,
    pub(crate) lost: fn(&str) -> String,
    pub(crate) removed: fn(&str) -> String,
    pub(crate) reconnecting: fn(&str) -> String,
    pub(crate) muted: fn(&str) -> String,
    pub(crate) unmuted: fn(&str) -> String,
    pub(crate) back_online: &'static str,
    /// Who wrote, and what.
    pub(crate) wrote: fn(&str, &str) -> String,
    pub(crate) sent_file: fn(&str) -> String,
}

pub(crate) struct Recording {
    pub(crate) record: &'static str,
    pub(crate) stop: &'static str,
    /// On what is to be seen while one runs.
    pub(crate) runs: &'static str,
    /// Of somebody else.
    pub(crate) began: fn(&str) -> String,
    pub(crate) ended: fn(&str) -> String,
    pub(crate) saved: &'static str,
    pub(crate) full: Sentence,
    pub(crate) unsupported: Sentence,
    pub(crate) unwritable: Sentence,
}

pub(crate) struct Ended {
    pub(crate) sentence: Sentence,
    /// In the tab that the call was taken from.
    pub(crate) moved: Sentence,
}

pub(crate) struct Insecure {
    pub(crate) sentence: Sentence,
    /// Whether anything answers there is not known.
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

/// About how a call goes: whether one is heard, and why it is not better.
pub(crate) struct Health {
    pub(crate) heard: &'static str,
    pub(crate) heard_by_all: fn(&str) -> String,
    pub(crate) heard_by: fn(&str, &str) -> String,
    pub(crate) unheard: &'static str,
    /// Somebody of this name does not hear the person, and why.
    pub(crate) unheard_by: fn(&str) -> String,
    pub(crate) silent: &'static str,
    pub(crate) blocked: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) voice: &'static str,
    /// What becomes of it, in a word or two.
    pub(crate) voice_heard: &'static str,
    pub(crate) voice_silent: &'static str,
    pub(crate) voice_blocked: &'static str,
    pub(crate) voice_deafened: &'static str,
    pub(crate) voice_missing: &'static str,
    pub(crate) causes: Causes,
    /// What was done: the picture is so high now.
    pub(crate) lowered: fn(&str) -> String,
    pub(crate) paused: &'static str,
    /// The same of the screen that is shared, which has so many pictures a second now.
    pub(crate) screen_lowered: fn(&str) -> String,
    pub(crate) screen_paused: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) round_trip: &'static str,
    pub(crate) loss: &'static str,
    pub(crate) jitter: &'static str,
    pub(crate) bitrate: &'static str,
    pub(crate) frame_rate: &'static str,
    pub(crate) good: &'static str,
    pub(crate) fair: &'static str,
    pub(crate) poor: &'static str,
    pub(crate) bad: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) ago: &'static str,
    pub(crate) now: &'static str,
    pub(crate) good_below: fn(&str) -> String,
    pub(crate) good_above: fn(&str) -> String,
    pub(crate) sent: &'static str,
    pub(crate) received: &'static str,
    /// The least and the most in the last minute, and now, with units.
    pub(crate) course: fn([&str; 3]) -> String,
    pub(crate) path: &'static str,
    pub(crate) direct: &'static str,
    pub(crate) relay: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) receiving: &'static str,
    pub(crate) sending_screen: &'static str,
    pub(crate) receiving_screen: &'static str,
    pub(crate) sound: &'static str,
    pub(crate) no_picture: &'static str,
    pub(crate) copy_report: &'static str,
    pub(crate) report_copied: &'static str,
    pub(crate) turn_off: &'static str,
    pub(crate) turn_on: &'static str,
}

/// A sentence for each reason why a connection is not better, about somebody of a name.
pub(crate) struct Causes {
    pub(crate) measuring: Why,
    pub(crate) good: Why,
    /// The picture is so high now.
    pub(crate) upload_now: fn(&str) -> String,
    pub(crate) upload: Why,
    pub(crate) their_download: Why,
    pub(crate) narrow: Why,
    pub(crate) loss: Why,
    pub(crate) their_loss: Why,
    pub(crate) loss_between: Why,
    pub(crate) download: Why,
    pub(crate) their_upload: Why,
    pub(crate) computer: Why,
    pub(crate) their_computer: Why,
    pub(crate) relay: Why,
    pub(crate) distance: Why,
}

/// A sentence for each reason why no way to somebody is found.
pub(crate) struct Obstacles {
    pub(crate) hidden: Why,
    pub(crate) no_relay: Why,
    pub(crate) own_network: Why,
    pub(crate) their_network: Why,
    pub(crate) both_networks: Why,
    pub(crate) relay_refuses: Why,
    /// With the code of the refusal.
    pub(crate) relay_refuses_by: fn(&str) -> String,
    pub(crate) between: Why,
    /// For whoever runs the server, of that address.
    pub(crate) for_host: fn(&str) -> String,
}

/// A cause in a sentence with somebody's name in it, and what to do about it.
#[derive(Clone, Copy)]
pub(crate) struct Why {
    pub(crate) title: fn(&str) -> String,
    pub(crate) detail: &'static str,
}

/// About knowing that nobody listens in.
pub(crate) struct Verify {
    pub(crate) verified: &'static str,
    pub(crate) not_verified: &'static str,
    pub(crate) some_not_verified: fn(&str) -> String,
    pub(crate) not_safe: &'static str,
    pub(crate) menu: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) verify: &'static str,
    pub(crate) is_really: fn(&str) -> String,
    pub(crate) asked: fn(&str) -> String,
    pub(crate) ask_pictures: fn(&str) -> String,
    pub(crate) ask_digits: fn(&str) -> String,
    pub(crate) none_match: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) read_to: fn(&str) -> String,
    pub(crate) say_pictures: fn(&str) -> String,
    pub(crate) say_digits: fn(&str) -> String,
    pub(crate) waiting: fn(&str) -> String,
    pub(crate) cancel: &'static str,
    /// For whoever has to read aloud and is muted.
    pub(crate) unmute: &'static str,
    pub(crate) use_digits: &'static str,
    pub(crate) use_pictures: &'static str,
    pub(crate) invited: fn(&str) -> String,
    pub(crate) invitation: &'static str,
    pub(crate) later: &'static str,
    pub(crate) show_pictures: &'static str,
    pub(crate) told: fn(&str) -> String,
    pub(crate) only_voice: &'static str,
    pub(crate) not_heard: &'static str,
    pub(crate) heard: &'static str,
    pub(crate) is_verified: fn(&str) -> String,
    pub(crate) tell: fn(&str) -> String,
    pub(crate) done: &'static str,
    pub(crate) listening_in: &'static str,
    pub(crate) no_match: fn(&str) -> String,
    pub(crate) stay: &'static str,
    pub(crate) declined: fn(&str) -> String,
    pub(crate) ask_again: &'static str,
    pub(crate) interrupted: &'static str,
    pub(crate) once_connected: &'static str,
    pub(crate) too_often: fn(&str) -> String,
    pub(crate) new_call: &'static str,
    pub(crate) impossible: &'static str,
    pub(crate) other_browser: &'static str,
    pub(crate) may_not_be: fn(&str) -> String,
    pub(crate) other_key: &'static str,
    pub(crate) connect_anyway: &'static str,
    /// What each of the pictures is called; at most 7 letters.
    pub(crate) pictures: [&'static str; 64],
}

impl Strings {
    pub(crate) fn cause(&self, cause: Cause, name: &str) -> Said {
        let causes = &self.health.causes;
        let why = match cause {
            Cause::Measuring => causes.measuring,
            Cause::Good => causes.good,
            Cause::Upload { .. } | Cause::UploadOff => causes.upload,
            Cause::TheirDownload => causes.their_download,
            Cause::Narrow => causes.narrow,
            Cause::Loss => causes.loss,
            Cause::TheirLoss => causes.their_loss,
            Cause::LossBetween => causes.loss_between,
            Cause::Download => causes.download,
            Cause::TheirUpload => causes.their_upload,
            Cause::Computer => causes.computer,
            Cause::TheirComputer => causes.their_computer,
            Cause::Relay => causes.relay,
            Cause::Distance => causes.distance,
        };
        let title = match cause {
            Cause::Upload { height: Some(height) } => (causes.upload_now)(&height.to_string()),
            _ => (why.title)(name),
        };
        Said { title, detail: why.detail }
    }

    /// What is between the person and somebody of that name, and what helps.
    pub(crate) fn obstacle(&self, obstacle: Obstacle, name: &str) -> Said {
        let obstacles = &self.obstacles;
        let why = match obstacle {
            Obstacle::Hidden => obstacles.hidden,
            Obstacle::NoRelay => obstacles.no_relay,
            Obstacle::OwnNetwork => obstacles.own_network,
            Obstacle::TheirNetwork => obstacles.their_network,
            Obstacle::BothNetworks => obstacles.both_networks,
            Obstacle::RelayRefuses(_) => obstacles.relay_refuses,
            Obstacle::Between => obstacles.between,
        };
        let title = match obstacle {
            Obstacle::RelayRefuses(Some(code)) => (obstacles.relay_refuses_by)(&code.to_string()),
            _ => (why.title)(name),
        };
        Said { title, detail: why.detail }
    }

    pub(crate) fn verdict(&self, quality: Quality) -> &'static str {
        match quality {
            Quality::Good => self.health.good,
            Quality::Fair => self.health.fair,
            Quality::Poor => self.health.poor,
            Quality::Bad => self.health.bad,
        }
    }

    /// What becomes of the person's voice with somebody.
    pub(crate) fn voice(&self, hearing: Option<Hearing>) -> &'static str {
        match hearing {
            Some(Hearing::Heard) => self.health.voice_heard,
            Some(Hearing::Silent) => self.health.voice_silent,
            Some(Hearing::Blocked) => self.health.voice_blocked,
            Some(Hearing::Deafened) => self.health.voice_deafened,
            Some(Hearing::Missing) => self.health.voice_missing,
            None => self.health.unknown,
        }
    }

    pub(crate) fn receipts(&self, receipts: Receipts) -> String {
        let health = &self.health;
        match receipts {
            Receipts { by: 0, .. } => health.unheard.to_owned(),
            Receipts { by: 1, of: 1 } => health.heard.to_owned(),
            Receipts { by, of } if by == of => (health.heard_by_all)(&of.to_string()),
            Receipts { by, of } => (health.heard_by)(&by.to_string(), &of.to_string()),
        }
    }

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

    /// What a notice about a camera or microphone says: the lobby has no others.
    pub(crate) fn device_notice(&self, notice: &Notice) -> Option<Said> {
        let sentence = match notice {
            Notice::Kept(kind, problem) => {
                let device = self.device(*kind);
                Sentence { title: device.problems.of(*problem).sentence.title, detail: device.kept }
            }
            Notice::Ended(kind) => self.device(*kind).problems.ended.sentence,
            Notice::TalkingWhileMuted => self.devices.talking,
            Notice::Silent => self.devices.silent,
            Notice::JoinedMuted => self.devices.joined_muted,
            _ => return None,
        };
        Some(sentence.into())
    }

    /// What any notice says.
    pub(crate) fn notice(&self, notice: &Notice) -> Said {
        self.device_notice(notice).unwrap_or_else(|| self.call_notice(notice))
    }

    fn call_notice(&self, notice: &Notice) -> Said {
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
            Notice::Interrupted(name) => said(notices.reconnecting, name),
            Notice::Microphone(name, Switch::On) => said(notices.unmuted, name),
            Notice::Microphone(name, Switch::Off) => said(notices.muted, name),
            Notice::Records(name, Switch::On) => said(self.recording.began, name),
            Notice::Records(name, Switch::Off) => said(self.recording.ended, name),
            Notice::RecordingSaved => Said { title: self.recording.saved.to_owned(), detail: "" },
            Notice::RecordingFull => self.recording.full.into(),
            Notice::NotRecorded(RecordingProblem::Unsupported) => self.recording.unsupported.into(),
            // Whoever chose no file is told nothing.
            Notice::NotRecorded(RecordingProblem::Unwritable | RecordingProblem::Dismissed) => {
                self.recording.unwritable.into()
            }
            Notice::Unheard(name, hearing) => Said {
                title: (self.health.unheard_by)(name.as_str()),
                detail: match hearing {
                    Hearing::Blocked => self.health.blocked,
                    Hearing::Missing => self.health.missing,
                    Hearing::Silent | Hearing::Heard | Hearing::Deafened => self.health.silent,
                },
            },
            Notice::Host => self.people.you_host.into(),
            Notice::NoPlace => self.people.no_place.into(),
            Notice::Message(name, text) => {
                Said { title: (notices.wrote)(name.as_str(), beginning(text.as_str())), detail: "" }
            }
            Notice::File(name, _) => said(notices.sent_file, name),
            Notice::BackOnline => Said { title: notices.back_online.to_owned(), detail: "" },
            Notice::Shares(name, Switch::On) => said(self.together.shares, name),
            Notice::Shares(name, Switch::Off) => said(self.together.shares_no_more, name),
            Notice::ScreenPaused(name) => Said {
                title: (self.together.screen_paused)(name.as_str()),
                detail: self.together.screen_paused_detail,
            },
            Notice::HandRaised(name) => said(self.together.raised, name),
            Notice::NotShared(problem) => self.together.share_problem(*problem).into(),
            Notice::ShareEnded => Said { title: self.together.share_ended.to_owned(), detail: "" },
            Notice::Verified(name) => said(self.verify.is_verified, name),
            Notice::Changed(name) => {
                Said { title: (self.verify.may_not_be)(name.as_str()), detail: self.verify.other_key }
            }
            Notice::Kept(..)
            | Notice::Ended(_)
            | Notice::TalkingWhileMuted
            | Notice::Silent
            | Notice::JoinedMuted => Said { title: String::new(), detail: "" },
        }
    }
}

/// As much of a message as a notice has room for.
fn beginning(text: &str) -> &str {
    const CHARS_MAX: usize = 140;
    text.char_indices().nth(CHARS_MAX).map_or(text, |(end, _)| text.split_at(end).0)
}
