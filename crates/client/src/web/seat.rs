//! The seat in a room, kept for a reload of this tab and for no other.
//!
//! It lies in the storage of the tab, and a Web Lock says who sits in it: a copy of the tab has the same storage
//! and not the lock, so it knows that it is one.

use super::Listener;
use super::ext::{LockManager, NavigatorExt};
use super::timer::Timeout;
use js_sys::{Array, Function, Promise, Reflect};
use ojak_call::protocol::{DisplayName, PeerId, RoomName, SEAT_KEPT};
use ojak_call::{Fingerprint, Seat, Verified};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, Event, MessageEvent, Storage};

const SEAT: &str = "ojak.seat";
/// When the page was left, in milliseconds of the time of the day.
const LEFT: &str = "ojak.left";

/// Who is verified, a line each.
const VERIFIED: &str = "ojak.verified";

/// What one tab asks another for its token with.
const QUESTION: &str = "?";
/// A tab that is not asleep answers within this time.
const ANSWERED_WITHIN: Duration = Duration::from_millis(500);

/// What is found of a seat when a page begins.
pub(crate) enum Found {
    /// This tab was loaded again a moment ago.
    Left(Seat),
    /// This tab is a copy of one that sits there.
    Elsewhere(Seat),
}

/// Looks for the seat of this tab in `room`.
pub(crate) async fn find(room: &str) -> Option<Found> {
    let storage = storage()?;
    let seat = parse(&storage.get_item(SEAT).ok()??)?;
    // In the middle of a call somebody has followed a link to another room.
    if seat.room.as_str() != room {
        forget();
        keep_verified(&[]);
        return None;
    }
    if is_held(&lock_name(seat.peer)).await {
        return Some(Found::Elsewhere(seat));
    }
    let left: u64 = storage.get_item(LEFT).ok().flatten().and_then(|left| left.parse().ok()).unwrap_or(0);
    let _ = storage.remove_item(LEFT);
    // Not after hours, when a browser opens its last tabs again: the camera would come on by itself.
    if u128::from(now().saturating_sub(left)) < SEAT_KEPT.as_millis() {
        return Some(Found::Left(seat));
    }
    let _ = storage.remove_item(SEAT);
    keep_verified(&[]);
    None
}

/// Whose seat this tab has a certificate of, whether it is still theirs or not.
pub(crate) fn owner() -> Option<PeerId> {
    Some(parse(&storage()?.get_item(SEAT).ok()??)?.peer)
}

/// Keeps that these are verified, for a reload.
pub(crate) fn keep_verified(verified: &[Verified]) {
    let lines: Vec<_> = verified
        .iter()
        .map(|Verified { peer, fingerprint }| [peer.as_str(), " ", &fingerprint.0.to_string()].concat())
        .collect();
    if let Some(storage) = storage() {
        let _ = match &*lines {
            [] => storage.remove_item(VERIFIED),
            lines => storage.set_item(VERIFIED, &lines.join("\n")),
        };
    }
}

/// Who was verified before the page was loaded again.
pub(crate) fn verified() -> Vec<Verified> {
    let kept = storage().and_then(|storage| storage.get_item(VERIFIED).ok().flatten()).unwrap_or_default();
    let read = |line: &str| {
        let (peer, fingerprint) = line.split_once(' ')?;
        Some(Verified { peer: peer.parse().ok()?, fingerprint: Fingerprint(fingerprint.parse().ok()?) })
    };
    kept.lines().filter_map(read).collect()
}

/// Forgets the seat of this tab, whether anybody sits there or not.
pub(crate) fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(SEAT);
    }
}

/// Sits in a seat: it is kept while this lives, and for a reload until it is forgotten.
pub(crate) struct Keeper {
    peer: PeerId,
    release: Option<Function>,
    token: Rc<RefCell<String>>,
    _asked: Option<Listener>,
    _leaving: Option<Listener>,
}

impl Keeper {
    /// Keeps `seat`. `taken` is called when another tab takes it.
    pub(crate) fn new(seat: &Seat, taken: impl Fn() + 'static) -> Self {
        let leaving = web_sys::window().map(|window| {
            Listener::new(&window, "pagehide", |_: Event| {
                if let Some(storage) = storage() {
                    let _ = storage.set_item(LEFT, &now().to_string());
                }
            })
        });
        let name = lock_name(seat.peer);
        let release = locks().map(|locks| hold(&locks, &name, taken));
        let token = Rc::new(RefCell::new(String::new()));
        let keeper =
            Self { peer: seat.peer, release, _asked: answer(&name, &token), token, _leaving: leaving };
        keeper.keep(seat);
        keeper
    }

    /// Whose seat it is.
    pub(crate) fn peer(&self) -> PeerId {
        self.peer
    }

    /// Writes the seat down, with its latest token.
    pub(crate) fn keep(&self, seat: &Seat) {
        self.token.borrow_mut().clone_from(&seat.resume);
        if let Some(storage) = storage() {
            let _ = storage.set_item(SEAT, &write(seat));
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Tells other tabs the latest token, when they ask.
fn answer(name: &str, token: &Rc<RefCell<String>>) -> Option<Listener> {
    let (channel, token) = (BroadcastChannel::new(name).ok()?, Rc::clone(token));
    let speaker = channel.clone();
    Some(Listener::new(&channel, "message", move |message: MessageEvent| {
        if message.data() == *QUESTION {
            let _ = speaker.post_message(&JsValue::from_str(&token.borrow()));
        }
    }))
}

/// The seat with the token that the tab which sits there has by now; as it was, when that tab does not answer.
pub(crate) async fn latest(seat: Seat) -> Seat {
    let Ok(channel) = BroadcastChannel::new(&lock_name(seat.peer)) else { return seat };
    let mut guards = (None, None);
    let answered = Promise::new(&mut |resolve, _| {
        let given_up = resolve.clone();
        let heard = Listener::new(&channel, "message", move |message: MessageEvent| {
            let _ = resolve.call1(&JsValue::NULL, &message.data());
        });
        let timeout = Timeout::new(ANSWERED_WITHIN, move || {
            let _ = given_up.call0(&JsValue::NULL);
        });
        guards = (Some(heard), timeout);
    });
    let _ = channel.post_message(&QUESTION.into());
    let token = JsFuture::from(answered).await.ok().and_then(|token| token.as_string());
    channel.close();
    match token {
        Some(resume) => Seat { resume, ..seat },
        None => seat,
    }
}

/// Whole milliseconds: reading and writing fractions would bring tables of 20 KB into the page.
fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// None of these holds a line break: it is a control character.
fn write(seat: &Seat) -> String {
    [seat.room.as_str(), seat.name.as_str(), seat.peer.as_str(), &seat.resume].join("\n")
}

fn parse(text: &str) -> Option<Seat> {
    let mut lines = text.split('\n');
    let mut line = || lines.next();
    Some(Seat {
        room: RoomName::parse(line()?).ok()?,
        name: DisplayName::parse(line()?).ok()?,
        peer: line()?.parse().ok()?,
        resume: line()?.to_owned(),
    })
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn lock_name(peer: PeerId) -> String {
    ["ojak.seat.", peer.as_str()].concat()
}

fn locks() -> Option<LockManager> {
    web_sys::window()?.navigator().unchecked_ref::<NavigatorExt>().locks()
}

/// Holds the lock, whoever held it before, until the function that comes back is called.
fn hold(locks: &LockManager, name: &str, taken: impl Fn() + 'static) -> Function {
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let granted = Closure::once(move |_: JsValue| held);
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"steal".into(), &true.into());
    let request = locks.request(name, &options, &granted);
    spawn_local(async move {
        let _granted = granted;
        // Refused in this way once somebody else has it, and otherwise where pages may keep nothing; done when it is
        // released.
        let refusal = JsFuture::from(request).await.err();
        let name = refusal.and_then(|error| Reflect::get(&error, &"name".into()).ok());
        if name.is_some_and(|name| name == *"AbortError") {
            taken();
        }
    });
    release.unwrap_or_else(|| Function::new_no_args(""))
}

async fn is_held(name: &str) -> bool {
    let Some(locks) = locks() else { return false };
    let Ok(state) = JsFuture::from(locks.query()).await else { return false };
    let held: Array = Reflect::get(&state, &"held".into()).unwrap_or_default().unchecked_into();
    held.iter().any(|lock| Reflect::get(&lock, &"name".into()).is_ok_and(|held| held == *name))
}
