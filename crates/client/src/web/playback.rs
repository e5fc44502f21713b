//! Elements that play what comes from the others: whether the browser lets them, and in a window of their own.

use super::error::name;
use super::ext::{DocumentExt, VideoExt};
use ojak_call::protocol::{PeerId, Playback};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    CanvasRenderingContext2d, Document, HtmlAudioElement, HtmlCanvasElement, HtmlMediaElement,
    HtmlVideoElement,
};

/// Everybody else's.
const OTHERS: &str = "figure:not(.is-self) > video";
/// That of somebody who is seen; best of one who speaks.
const MAIN: [&str; 2] = [
    "figure[data-speaking][data-camera=on]:not(.is-self) > video",
    "figure[data-camera=on]:not(.is-self) > video",
];

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Plays `video`. Whether the browser refused, since nobody has touched the page yet.
pub(crate) async fn is_refused(video: HtmlVideoElement) -> bool {
    let Ok(playing) = video.play() else { return false };
    JsFuture::from(playing).await.is_err_and(|error| name(&error) == "NotAllowedError")
}

/// Whether a page can play something less loud than it comes. On an iPhone only its buttons do that: there an element
/// keeps no volume that it is given.
pub(crate) fn has_volume() -> bool {
    HtmlAudioElement::new().is_ok_and(|element| {
        element.set_volume(0.5);
        element.volume() < 1.0
    })
}

/// What becomes of the sound of `peer`; none while there is nothing to play.
pub(crate) fn of(peer: PeerId) -> Option<Playback> {
    let selector = ["figure[data-peer='", peer.as_str(), "']:not([data-kind=screen]) > video"].concat();
    let video: HtmlVideoElement = document()?.query_selector(&selector).ok()??.unchecked_into();
    // Before there is any sound, every element waits.
    if video.src_object().is_none() || video.ready_state() < HtmlMediaElement::HAVE_CURRENT_DATA {
        return None;
    }
    Some(match () {
        () if video.muted() || video.volume() == 0.0 => Playback::Muted,
        () if video.paused() => Playback::Blocked,
        () => Playback::Playing,
    })
}

/// Plays everybody, now that somebody has touched the page.
pub(crate) fn play_all() {
    let Some(videos) = document().and_then(|document| document.query_selector_all(OTHERS).ok()) else {
        return;
    };
    for index in 0..videos.length() {
        if let Some(video) = videos.item(index).and_then(|video| video.dyn_into::<HtmlVideoElement>().ok()) {
            spawn_local(async move {
                is_refused(video).await;
            });
        }
    }
}

/// Draws what `video` shows now onto `still`; nothing if there is no picture.
pub(crate) fn keep_still(video: &HtmlVideoElement, still: &HtmlCanvasElement) {
    still.set_width(video.video_width());
    still.set_height(video.video_height());
    let context = still.get_context("2d").ok().flatten();
    if let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) {
        let _ = context.draw_image_with_html_video_element(video, 0.0, 0.0);
    }
}

/// Whether the browser can show a picture in a window of its own, over all others.
pub(crate) fn can_pop_out() -> bool {
    document().is_some_and(|document| {
        document.unchecked_ref::<DocumentExt>().picture_in_picture_enabled().unwrap_or_default()
    })
}

/// Shows the main picture of the others in such a window, or takes it back.
pub(crate) fn pop_out_or_back() {
    let Some(document) = document() else { return };
    let windows: &DocumentExt = document.unchecked_ref();
    let promise = if windows.picture_in_picture_element().is_some() {
        windows.exit_picture_in_picture()
    } else {
        let Some(video) = MAIN.into_iter().find_map(|main| document.query_selector(main).ok().flatten())
        else {
            return;
        };
        video.unchecked_ref::<VideoExt>().request_picture_in_picture()
    };
    spawn_local(async move {
        // Refused for a picture that has not come yet.
        let _ = JsFuture::from(promise).await;
    });
}
