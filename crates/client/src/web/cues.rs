//! Captions as browsers know them: a text track on the picture of whoever speaks, with a cue for each line.
//!
//! The page shows them in its own way; but what records, translates or enlarges captions looks for the track, and picture
//! in picture takes it along.

use ojak_call::protocol::PeerId;
use ojak_call::{Line, Speaker};
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use web_sys::{HtmlVideoElement, TextTrack, TextTrackKind, TextTrackMode, VttCue};

/// The tracks there are, and the cues that may still change.
#[derive(Default)]
pub(crate) struct Cues {
    tracks: HashMap<Speaker, (HtmlVideoElement, TextTrack)>,
    open: HashMap<u32, VttCue>,
}

impl Cues {
    /// Writes a line down, from when it began until it is read.
    pub(crate) fn write(&mut self, line: &Line) {
        let Some((video, track)) = self.track(line) else { return };
        let now = video.current_time();
        let end = now + line.reading_time().as_secs_f64();
        let cue = match self.open.remove(&line.id) {
            Some(cue) => cue,
            None => {
                let Ok(cue) = VttCue::new(now, end, &line.text) else { return };
                cue.set_id(&line.id.to_string());
                track.add_cue(&cue);
                cue
            }
        };
        cue.set_text(&line.text);
        cue.set_end_time(end);
        if !line.is_final {
            self.open.insert(line.id, cue);
        }
    }

    /// Somebody is gone, and their picture with them.
    pub(crate) fn forget(&mut self, peer: PeerId) {
        self.tracks.remove(&Some(peer));
    }

    fn track(&mut self, line: &Line) -> Option<(HtmlVideoElement, TextTrack)> {
        let known = self.tracks.get(&line.speaker).filter(|(video, _)| video.is_connected());
        if let Some((video, track)) = known {
            return Some((Clone::clone(video), track.clone()));
        }
        let peer = line.speaker.as_ref().map_or("self", PeerId::as_str);
        let selector = ["figure[data-peer=\"", peer, "\"]:not([data-kind=screen]) > video"].concat();
        let document = web_sys::window()?.document()?;
        let video: HtmlVideoElement = document.query_selector(&selector).ok()??.dyn_into().ok()?;
        let track = video.add_text_track_with_label(TextTrackKind::Captions, &line.name);
        track.set_mode(TextTrackMode::Hidden);
        self.tracks.insert(line.speaker, (Clone::clone(&video), track.clone()));
        Some((video, track))
    }
}
