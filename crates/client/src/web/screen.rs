//! The two transceivers of a peer connection that are a shared screen: its sound and its picture.
//!
//! They are there from the first offer, as those of the person are. A screen could be negotiated when somebody shares
//! it; but only one side of a connection offers, and cannot be asked for a media section that it does not know of. So
//! they cost 5 KB of the first offer (10.9 KB instead of 5.7 KB in Chromium 156), and sharing costs neither a round
//! trip nor a negotiation that can fail. Which is which is told by their place: of each kind the second.

use super::codecs::Codecs;
use super::encoding;
use super::error::log;
use super::ext::SenderExt;
use super::listener::Listener;
use super::media::Stream;
use super::peer::Outgoing;
use js_sys::Array;
use ojak_call::{Detail, DeviceKind, Encoding, Source};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MediaStreamTrack, RtcPeerConnection, RtcRtpSender, RtcRtpTransceiver, RtcRtpTransceiverDirection,
    RtcRtpTransceiverInit, RtcTrackEvent,
};

/// Whether it is the second of its kind.
pub(super) fn is_of_screen(connection: &RtcPeerConnection, transceiver: &RtcRtpTransceiver) -> bool {
    let kind = |transceiver: &RtcRtpTransceiver| transceiver.receiver().track().kind();
    let of = kind(transceiver);
    let alike = connection
        .get_transceivers()
        .into_iter()
        .map(JsCast::unchecked_into::<RtcRtpTransceiver>)
        .filter(|other| kind(other) == of);
    alike.take_while(|other| other != transceiver).count() > 0
}

/// What the counts of it are marked with, so that they are not taken for those of the person.
pub(super) fn mids(connection: &RtcPeerConnection) -> Vec<String> {
    let transceivers = connection.get_transceivers();
    let transceivers = transceivers.iter().map(JsCast::unchecked_into::<RtcRtpTransceiver>);
    transceivers
        .filter(|transceiver| is_of_screen(connection, transceiver))
        .filter_map(|transceiver| transceiver.mid())
        .collect()
}

/// Calls `arrived` with the other side's screen, once there is something in it.
pub(super) fn listen(connection: &RtcPeerConnection, arrived: impl Fn(Stream) + 'static) -> Option<Listener> {
    let (stream, of) = (Stream::new()?, connection.clone());
    Some(Listener::new(connection, "track", move |event: RtcTrackEvent| {
        if is_of_screen(&of, &event.transceiver()) {
            stream.0.add_track(&event.track());
            arrived(stream.clone());
        }
    }))
}

/// What sends the screen over one connection.
#[derive(Default)]
pub(super) struct ScreenSenders {
    senders: RefCell<Vec<RtcRtpSender>>,
    /// What the way to the other side carries of it. A screen that is shared later has to be told so again.
    encoding: Rc<Cell<Option<Encoding>>>,
}

impl ScreenSenders {
    /// Offers them, after those of the person.
    pub(super) fn bring(&self, connection: &RtcPeerConnection, outgoing: &Outgoing) {
        for word in ["audio", "video"] {
            let init = RtcRtpTransceiverInit::new();
            init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
            init.set_streams(&Array::of1(&outgoing.screen_stream.0));
            self.attach(&connection.add_transceiver_with_str_and_init(word, &init), outgoing);
        }
    }

    /// Takes over one that the first offer brought.
    pub(super) fn adopt(&self, transceiver: &RtcRtpTransceiver, outgoing: &Outgoing) {
        transceiver.set_direction(RtcRtpTransceiverDirection::Sendrecv);
        let sender = transceiver.sender();
        if let Err(error) = sender.unchecked_ref::<SenderExt>().set_streams(&outgoing.screen_stream.0) {
            log("setStreams", &error);
        }
        self.attach(transceiver, outgoing);
    }

    fn attach(&self, transceiver: &RtcRtpTransceiver, outgoing: &Outgoing) {
        if transceiver.receiver().track().kind() == "video" {
            outgoing.codecs.prefer(DeviceKind::Camera, transceiver);
        }
        self.senders.borrow_mut().push(transceiver.sender());
        if outgoing.screen.is_some() {
            spawn_local(self.send(outgoing));
        }
    }

    /// Sends what is shared now, or nothing. No negotiation comes of it.
    pub(super) fn send(&self, outgoing: &Outgoing) -> impl Future<Output = ()> + use<> {
        let screen = outgoing.screen.as_ref();
        let senders = self.senders.borrow();
        let promises: Vec<_> = ["audio", "video"]
            .into_iter()
            .zip(senders.iter())
            .map(|(kind, sender)| {
                let track: Option<&MediaStreamTrack> = screen.and_then(|screen| {
                    if kind == "audio" { screen.sound.as_ref() } else { Some(&screen.picture) }
                });
                sender.replace_track(track)
            })
            .collect();
        let picture = senders.get(1).cloned().zip(screen.map(|screen| screen.detail));
        let (encoding, codecs) = (self.encoding.clone(), outgoing.codecs.clone());
        async move {
            for promise in promises {
                if let Err(error) = JsFuture::from(promise).await {
                    log("replaceTrack", &error);
                }
            }
            if let Some((sender, detail)) = picture {
                shape(&sender, detail, encoding.get(), &codecs);
            }
        }
    }

    /// Sends no more of it from now on than the way carries.
    pub(super) fn encode(&self, encoding: Encoding, outgoing: &Outgoing) {
        self.encoding.set(Some(encoding));
        self.shape(outgoing);
    }

    /// Sends it from now on with what matters of it in mind.
    pub(super) fn shape(&self, outgoing: &Outgoing) {
        if let (Some(sender), Some(screen)) = (self.senders.borrow().get(1), &outgoing.screen) {
            shape(sender, screen.detail, self.encoding.get(), &outgoing.codecs);
        }
    }
}

/// Every pixel of fewer pictures, or every picture of fewer pixels; and no more of either than the way carries.
fn shape(sender: &RtcRtpSender, detail: Detail, carried: Option<Encoding>, codecs: &Codecs) {
    let preference = match detail {
        Detail::Text => "maintain-resolution",
        Detail::Motion => "maintain-framerate",
    };
    let carried = carried.unwrap_or_else(|| Encoding::best(Source::Screen));
    encoding::apply(sender, carried.of_detail(detail), codecs, Some(preference));
}
