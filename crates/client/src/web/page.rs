//! The window and the document round the call: address, title, language, keys, clipboard, full screen.

use super::ext::NavigatorExt;
use super::{Listener, storage};
use crate::text::Language;
use futures_util::StreamExt;
use js_sys::JsString;
use ojak_call::protocol::RoomName;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, Event, KeyboardEvent, Window};

const LANGUAGE: &str = "ojak.language";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn root() -> Option<Element> {
    document()?.document_element()
}

// ---- What the browser can do ----

/// Whether browsers allow a camera and a microphone on this page: https, or this very machine.
pub(crate) fn is_secure() -> bool {
    window().is_some_and(|window| window.is_secure_context())
}

/// Whether the browser has WebRTC. Where it has not, `assets/can-call.js` sees to it that this is said.
pub(crate) fn can_call() -> bool {
    window().is_some_and(|window| js_sys::Reflect::has(&window, &"RTCPeerConnection".into()).unwrap_or(false))
}

/// Whether this is a phone or tablet: a finger is all there is to point with.
pub(crate) fn is_handheld() -> bool {
    window()
        .and_then(|window| window.match_media("(hover: none) and (pointer: coarse)").ok()?)
        .is_some_and(|query| query.matches())
}

/// Whether this is the browser inside another app, most of which may not use a camera or a microphone. Said by its
/// user agent: good for a word of advice, and for nothing else.
pub(crate) fn is_embedded() -> bool {
    const APPS: [&str; 7] = ["KAKAOTALK", "Instagram", "FBAN", "FBAV", "FB_IAB", "Line/", "NAVER("];
    // The browser's own search: that of Rust brings Unicode tables with it, for what it says when it fails.
    let agent = JsString::from(user_agent());
    APPS.iter().any(|app| agent.includes(app, 0))
}

/// What the browser calls itself.
pub(crate) fn user_agent() -> String {
    window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// Something different for each page, to spread out in time what many pages do. Not for secrets.
pub(crate) fn seed() -> u64 {
    js_sys::Math::random().to_bits()
}

// ---- The address ----

/// The room that the address names; empty at `/`.
pub(crate) fn room_from_address() -> String {
    let path = window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    decode(path.trim_matches('/'))
}

/// The value of `?key=` in the address.
pub(crate) fn query(key: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(key)
}

/// What to send to somebody who should come to this room.
pub(crate) fn invite_link(room: &RoomName) -> String {
    origin() + "/" + &encode(room.as_str())
}

/// Where the server is.
pub(crate) fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The same for the eye: without the scheme, in letters rather than percent signs.
pub(crate) fn invite_link_to_read(room: &RoomName) -> String {
    let host = window().and_then(|window| window.location().host().ok()).unwrap_or_default();
    host + "/" + room.as_str()
}

/// Makes the address the invite link of `room`, or that of the lobby.
pub(crate) fn show_address(room: Option<&RoomName>) {
    let path = String::from("/") + &room.map(|room| encode(room.as_str())).unwrap_or_default();
    let Some(window) = window() else { return };
    if window.location().pathname().ok().as_deref() == Some(&*path)
        && window.location().search().ok().is_some_and(|search| search.is_empty())
    {
        return;
    }
    // Refused only on pages that have no address of their own.
    let _ =
        window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
}

/// Loads the page anew, for the room that is typed.
pub(crate) fn reload(room: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_href(&(String::from("/") + &encode(room)));
    }
}

/// The address as it stands, without its scheme, for the eye.
pub(crate) fn address_to_read() -> String {
    let Some(window) = window() else { return String::new() };
    let host = window.location().host().unwrap_or_default();
    host + "/" + &room_from_address()
}

/// Where the same page may be over https: where this one is at the usual port of http, at that of https. None elsewhere:
/// a server that speaks https itself has led everybody there before they see this, and nobody knows at which port a
/// proxy does.
pub(crate) fn secure_address() -> Option<String> {
    let location = window()?.location();
    location.port().is_ok_and(|port| port.is_empty()).then_some(())?;
    let [host, path, search] = [location.hostname(), location.pathname(), location.search()];
    Some(["https://", &host.ok()?, &path.ok()?, &search.ok()?].concat())
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

fn decode(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), Into::into)
}

// ---- The document ----

/// Takes away what `index.html` shows in place of the lobby until the page has loaded.
pub(crate) fn remove_skeleton() {
    if let Some(skeleton) = document().and_then(|document| document.get_element_by_id("skeleton")) {
        skeleton.remove();
    }
}

/// Sets `<html data-call>`.
pub(crate) fn show_stage(stage: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-call", stage);
    }
}

/// Sets `<html lang>`, and under which name the page can be installed.
pub(crate) fn show_language(language: Language) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", language.tag());
    }
    let manifest = match language {
        Language::English => "/manifest.webmanifest",
        Language::Korean => "/manifest.ko.webmanifest",
    };
    let link = document().and_then(|document| document.query_selector("link[rel=manifest]").ok()?);
    // Another one is fetched.
    if let Some(link) = link.filter(|link| link.get_attribute("href").as_deref() != Some(manifest)) {
        let _ = link.set_attribute("href", manifest);
    }
}

/// Sets the title of the tab.
pub(crate) fn show_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Asks before the page is left by accident, until dropped.
pub(crate) fn ask_before_leaving() -> Option<Listener> {
    Some(Listener::new(window()?.as_ref(), "beforeunload", |event: Event| event.prevent_default()))
}

/// Whether the server was not there to send this page: `assets/worker.js` then says so on the document.
pub(crate) fn is_without_server() -> bool {
    root().is_some_and(|root| root.has_attribute("data-without-server"))
}

// ---- The language ----

/// The language to begin with: of the address, of the switch, or of the browser.
///
/// That of the address is kept for this tab, because the address loses its query in a call.
pub(crate) fn language() -> Language {
    let tab = window().and_then(|window| window.session_storage().ok()?);
    let asked = query("lang");
    if let (Some(tab), Some(asked)) = (&tab, &asked) {
        let _ = tab.set_item(LANGUAGE, asked);
    }
    let kept = tab.and_then(|tab| tab.get_item(LANGUAGE).ok()?);
    let preferred = window().map(|window| window.navigator().languages()).unwrap_or_default();
    let preferred = preferred.iter().filter_map(|tag| tag.as_string());
    let tags: Vec<String> =
        asked.into_iter().chain(kept).chain(storage::get(LANGUAGE)).chain(preferred).collect();
    Language::pick(tags.iter().map(String::as_str))
}

/// What somebody who reads this language may speak, with the country where the browser knows it.
pub(crate) fn spoken_language(language: Language) -> String {
    locales(language).find(|tag| tag.contains('-')).unwrap_or_else(|| match language {
        Language::English => "en-US".to_owned(),
        Language::Korean => "ko-KR".to_owned(),
    })
}

/// Those that the person prefers of this language, best first.
pub(super) fn locales(language: Language) -> impl Iterator<Item = String> {
    let preferred = window().map(|window| window.navigator().languages()).unwrap_or_default();
    // Some browsers take over what the system calls it ("en-US@posix"), and then refuse it as a locale.
    let is_tag = |tag: &String| tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let tags: Vec<_> = preferred.iter().filter_map(|tag| tag.as_string()).filter(is_tag).collect();
    tags.into_iter().filter(move |tag| tag.split('-').next() == Some(language.tag()))
}

/// Keeps the language that somebody switched to.
pub(crate) fn keep_language(language: Language) {
    storage::set(LANGUAGE, Some(language.tag()));
    if let Some(tab) = window().and_then(|window| window.session_storage().ok()?) {
        let _ = tab.set_item(LANGUAGE, language.tag());
    }
}

// ---- The clipboard and the screen ----

/// Copies `text`; whether that worked.
pub(crate) async fn copy(text: String) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = window.navigator().clipboard();
    // Undefined on plain http, whatever the type says.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(&text)).await.is_ok()
}

/// Whether the system can pass an address on to other apps.
pub(crate) fn can_share() -> bool {
    window().is_some_and(|window| js_sys::Reflect::has(&window.navigator(), &"share".into()).unwrap_or(false))
}

/// Passes `link` on to an app that the person chooses.
pub(crate) fn share(link: &str) {
    let Some(window) = window() else { return };
    let what = web_sys::ShareData::new();
    what.set_url(link);
    let promise = window.navigator().share_with_data(&what);
    wasm_bindgen_futures::spawn_local(async move {
        // Refused when the person chose none.
        let _ = JsFuture::from(promise).await;
    });
}

/// Whether the page can fill the screen; phones mostly cannot.
pub(crate) fn can_fill_screen() -> bool {
    document().is_some_and(|document| document.fullscreen_enabled())
}

/// Fills the screen with the page, or gives it back.
pub(crate) fn toggle_full_screen() {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else if let Some(root) = document.document_element() {
        let _ = root.request_fullscreen();
    }
}

/// Fills the screen with `element`, or gives it back.
pub(crate) fn toggle_full_screen_of(element: &Element) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else {
        let _ = element.request_fullscreen();
    }
}

/// Whether the page can be seen: it is not in a tab behind another one.
pub(crate) fn is_shown() -> bool {
    document().is_some_and(|document| !document.hidden())
}

/// Waits until the page can be seen.
pub(crate) async fn shown() {
    let Some(document) = document() else { return };
    let (sender, mut changes) = futures_channel::mpsc::unbounded();
    let _listener = Listener::new(&document, "visibilitychange", move |_: Event| {
        let _ = sender.unbounded_send(());
    });
    while !is_shown() && changes.next().await.is_some() {}
}

// ---- The network ----

/// Calls `changed` when the machine is on another network, or on one again, as far as the browser says so.
pub(crate) fn on_network_change(changed: impl Fn() + Clone + 'static) -> Vec<Listener> {
    let Some(window) = window() else { return Vec::new() };
    let told = changed.clone();
    let mut listeners = vec![Listener::new(&window, "online", move |_: Event| told())];
    if let Some(connection) = window.navigator().unchecked_ref::<NavigatorExt>().connection() {
        listeners.push(Listener::new(&connection, "change", move |_: Event| changed()));
    }
    listeners
}

// ---- Keys and pointers ----

/// Puts the focus on the first thing that `selector` names.
pub(crate) fn focus_on(selector: &str) {
    if let Some(root) = root() {
        super::focus::enter(&root, selector);
    }
}

/// Whether a key that goes to a field belongs to an input method that is putting a syllable together: what it does is
/// not for the page.
pub(crate) fn is_composing(event: &KeyboardEvent) -> bool {
    /// What browsers say of a key that an input method took, also where they have ended the composition by then.
    const TAKEN: u32 = 229;
    event.is_composing() || event.key_code() == TAKEN
}

/// A key that the page listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// `M`.
    Microphone,
    /// `V`.
    Camera,
    /// `F`.
    FullScreen,
    /// `S`.
    Share,
    /// `H`.
    Hand,
    /// `,`.
    Settings,
    /// `?`.
    Shortcuts,
    /// `C`.
    Chat,
    /// `Esc`.
    Escape,
}

/// Calls `pressed` for the keys of the page, but not while somebody is typing in a field.
pub(crate) fn on_key(mut pressed: impl FnMut(Key) + 'static) -> Option<Listener> {
    let window = window()?;
    Some(Listener::new(&window, "keydown", move |event: KeyboardEvent| {
        if event.repeat() || event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() {
            return;
        }
        let key = match (&*event.key(), &*event.code()) {
            ("Escape", _) => Key::Escape,
            ("m" | "M", _) => Key::Microphone,
            ("v" | "V", _) => Key::Camera,
            ("f" | "F", _) => Key::FullScreen,
            ("s" | "S", _) => Key::Share,
            ("h" | "H", _) => Key::Hand,
            (",", _) => Key::Settings,
            ("?", _) => Key::Shortcuts,
            ("c" | "C", _) => Key::Chat,
            // With a Korean keyboard the letter is another, and the place of the key is the same.
            (letter, "KeyM") if !letter.is_ascii() => Key::Microphone,
            (letter, "KeyV") if !letter.is_ascii() => Key::Camera,
            (letter, "KeyC") if !letter.is_ascii() => Key::Chat,
            (letter, "KeyF") if !letter.is_ascii() => Key::FullScreen,
            (letter, "KeyS") if !letter.is_ascii() => Key::Share,
            (letter, "KeyH") if !letter.is_ascii() => Key::Hand,
            _ => return,
        };
        if key == Key::Escape
            || !is_in(&event, "input, select, textarea, [contenteditable], [role=menu], dialog")
        {
            pressed(key);
        }
    }))
}

/// Calls `held` with true while the space bar is held, but not when it means something where the focus is.
pub(crate) fn on_hold(held: impl Fn(bool) + Clone + 'static) -> Vec<Listener> {
    /// What a space bar types into, presses or scrolls.
    const TAKES_SPACE: &str =
        "input, select, textarea, button, a, summary, [contenteditable], [role=menu], [role=dialog], dialog";
    let Some(window) = window() else { return Vec::new() };
    let (released, lost, hidden) = (held.clone(), held.clone(), held.clone());
    vec![
        Listener::new(&window, "keydown", move |event: KeyboardEvent| {
            let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing());
            if event.code() == "Space" && is_plain && !is_in(&event, TAKES_SPACE) {
                // Nor does the page scroll.
                event.prevent_default();
                if !event.repeat() {
                    held(true);
                }
            }
        }),
        Listener::new(&window, "keyup", move |event: KeyboardEvent| {
            if event.code() == "Space" {
                released(false);
            }
        }),
        // The key is let go of somewhere else then, and nobody says so.
        Listener::new(&window, "blur", move |_: Event| lost(false)),
        Listener::new(&window, "visibilitychange", move |_: Event| hidden(false)),
    ]
}

/// Calls `pressed` when a pointer goes down anywhere but in what `selector` names.
pub(crate) fn on_press_outside(
    selector: &'static str,
    mut pressed: impl FnMut() + 'static,
) -> Option<Listener> {
    let window = window()?;
    Some(Listener::new(&window, "pointerdown", move |event: Event| {
        if !is_in(&event, selector) {
            pressed();
        }
    }))
}

/// Calls `resized` when the window has another size.
pub(crate) fn on_resize(mut resized: impl FnMut() + 'static) -> Option<Listener> {
    let window = window()?;
    Some(Listener::new(&window, "resize", move |_: Event| resized()))
}

fn is_in(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).ok().flatten().is_some())
}
