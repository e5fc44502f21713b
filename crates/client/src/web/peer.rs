//! One peer connection: performs what the call decides, and says what became of it.

use super::certificates;
use super::codecs::Codecs;
use super::display::Display;
use super::encoding;
use super::error::log;
use super::ext::{PeerConnectionExt, SenderExt};
use super::files::{Channel, FILES_CHANNEL};
use super::listener::Listener;
use super::media::{Stream, Track};
use super::playback;
use super::screen::{self, ScreenSenders};
use super::stats;
use super::timer::Interval;
use super::wire;
use js_sys::{Array, ArrayBuffer};
use ojak_call::protocol::{Candidate, Description, PeerId, SdpType};
use ojak_call::{ConnectionState, DeviceKind, Encoding, Ice, Opening, PeerAction, PeerEvent, Routes, Source};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Event, MediaStreamTrack, MessageEvent, RtcBundlePolicy, RtcCertificate, RtcConfiguration, RtcDataChannel,
    RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType, RtcIceCandidateInit, RtcIceServer,
    RtcIceTransportPolicy, RtcPeerConnection, RtcPeerConnectionIceEvent, RtcPeerConnectionState,
    RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType,
    RtcSessionDescriptionInit, RtcTrackEvent,
};

/// What this page proves with that it is this page. One for all connections, so that who was verified once
/// stays so when a connection is made anew.
#[derive(Clone)]
pub(crate) struct Certificate(RtcCertificate);

impl Certificate {
    /// That of the seat of `peer`, from before the page was loaded again.
    pub(crate) async fn of_seat(peer: PeerId) -> Option<Self> {
        certificates::load(peer).await.map(Self)
    }

    /// Keeps it for a reload, as that of the seat of `peer`.
    pub(crate) fn keep(&self, peer: PeerId) {
        spawn_local(certificates::keep(peer, self.0.clone()));
    }

    /// Makes one. None where the browser cannot: then each connection makes its own.
    pub(crate) async fn generate() -> Option<Self> {
        let algorithm = js_sys::Object::new();
        for (key, value) in [("name", "ECDSA"), ("namedCurve", "P-256")] {
            js_sys::Reflect::set(&algorithm, &key.into(), &value.into()).ok()?;
        }
        let promise = RtcPeerConnection::generate_certificate_with_object(&algorithm).ok()?;
        JsFuture::from(promise).await.ok().map(|certificate| Self(certificate.unchecked_into()))
    }
}

/// What is sent to everybody: the open camera and microphone, and the stream that ties them together so
/// that the other side plays them in step.
pub(crate) struct Outgoing {
    pub(crate) camera: Option<Track>,
    pub(crate) microphone: Option<Track>,
    pub(crate) stream: Stream,
    /// What is shared besides, and the stream that ties its picture to its sound.
    pub(crate) screen: Option<Display>,
    pub(crate) screen_stream: Stream,
    pub(crate) codecs: Codecs,
}

impl Outgoing {
    fn track(&self, kind: DeviceKind) -> Option<&Track> {
        match kind {
            DeviceKind::Camera => self.camera.as_ref(),
            DeviceKind::Microphone => self.microphone.as_ref(),
        }
    }
}

/// What comes from the other side.
///
/// A `<video>` that waits for its first picture plays no sound either, and from somebody without a camera
/// that picture never comes. So the picture joins the stream only once it is known that there is one.
struct Incoming {
    stream: Stream,
    waiting: RefCell<Vec<MediaStreamTrack>>,
    has_picture: Cell<bool>,
}

impl Incoming {
    fn new() -> Option<Self> {
        Some(Self { stream: Stream::new()?, waiting: RefCell::default(), has_picture: Cell::new(false) })
    }

    fn take(&self, track: MediaStreamTrack) {
        if track.kind() == "audio" || self.has_picture.get() {
            self.stream.0.add_track(&track);
        } else {
            self.waiting.borrow_mut().push(track);
        }
    }

    fn show_picture(&self) {
        self.has_picture.set(true);
        for track in self.waiting.borrow_mut().drain(..) {
            self.stream.0.add_track(&track);
        }
    }
}

/// A peer connection with its data channel. Dropped, it is closed.
pub(crate) struct Peer {
    connection: RtcPeerConnection,
    channel: RtcDataChannel,
    files: Channel,
    transceivers: RefCell<Vec<(DeviceKind, RtcRtpTransceiver)>>,
    screen: ScreenSenders,
    incoming: Rc<Incoming>,
    certificate: Option<Certificate>,
    happened: Rc<dyn Fn(PeerEvent)>,
    _listeners: Vec<Listener>,
    _looks: [Option<Interval>; 2],
    /// How the picture is to be encoded: a camera of another size has to be told so again.
    encoding: Rc<Cell<Option<Encoding>>>,
}

impl Peer {
    /// Makes a peer connection to `peer`. `happened` hears of everything; `arrived` gets each of the other
    /// side's streams, that of the camera with their voice, once there is something in it; `framed` what comes over
    /// the channel of files.
    ///
    /// # Errors
    /// The browser's, for example for a malformed address of an ICE server.
    #[expect(clippy::too_many_arguments, reason = "what it is made of, and the three who hear of it")]
    pub(crate) fn new(
        peer: PeerId,
        ice: &Ice,
        certificate: Option<&Certificate>,
        opening: Opening,
        outgoing: &Outgoing,
        happened: impl Fn(PeerEvent) + 'static,
        arrived: impl Fn(Source, Stream) + Clone + 'static,
        framed: impl Fn(ArrayBuffer) + 'static,
    ) -> Result<Self, JsValue> {
        let connection = RtcPeerConnection::new_with_configuration(&configuration(ice, certificate))?;
        let negotiated = |label, id| {
            let init = RtcDataChannelInit::new();
            init.set_negotiated(true);
            init.set_id(id);
            connection.create_data_channel_with_data_channel_dict(label, &init)
        };
        let channel = negotiated("ojak", 0);
        let files = negotiated("ojak-files", FILES_CHANNEL);
        files.set_binary_type(RtcDataChannelType::Arraybuffer);
        let happened: Rc<dyn Fn(PeerEvent)> = Rc::new(happened);
        let incoming = Rc::new(Incoming::new().ok_or(JsValue::NULL)?);
        let screen_arrived = arrived.clone();
        let screen = screen::listen(&connection, move |stream| screen_arrived(Source::Screen, stream));
        let arrived = move |stream| arrived(Source::Camera, stream);
        let mut listeners = listen(&connection, &channel, &happened, incoming.clone(), arrived);
        listeners.push(screen.ok_or(JsValue::NULL)?);
        let looks = [
            stats::listen(&connection, happened.clone()),
            stats::count(&connection, happened.clone(), move || playback::of(peer)),
        ];
        listeners.push(Listener::new(&files, "message", move |event: MessageEvent| {
            if let Ok(frame) = event.data().dyn_into() {
                framed(frame);
            }
        }));
        let peer = Self {
            connection,
            channel,
            files: Channel::new(files),
            transceivers: RefCell::default(),
            screen: ScreenSenders::default(),
            incoming,
            certificate: certificate.cloned(),
            happened,
            _listeners: listeners,
            _looks: looks,
            encoding: Rc::new(Cell::new(None)),
        };
        if opening == Opening::Offers {
            peer.bring_transceivers(outgoing);
        }
        Ok(peer)
    }

    /// The channel over which files go.
    pub(crate) fn files(&self) -> Channel {
        self.files.clone()
    }

    /// Does what the call decided. What takes time is answered by a [`PeerEvent`].
    pub(crate) fn perform(&self, action: PeerAction, outgoing: &Outgoing) {
        match action {
            PeerAction::SetLocal => {
                let connection = self.connection.clone();
                self.describe(async move {
                    connection.unchecked_ref::<PeerConnectionExt>().set_local_description().await?;
                    let local = connection.local_description().ok_or(JsValue::NULL)?;
                    let sdp_type = match local.type_() {
                        RtcSdpType::Answer => SdpType::Answer,
                        _ => SdpType::Offer,
                    };
                    Ok(PeerEvent::LocalSet(Description { sdp_type, sdp: local.sdp() }))
                });
            }
            PeerAction::SetRemote(description) => {
                let init = RtcSessionDescriptionInit::new(match description.sdp_type {
                    SdpType::Offer => RtcSdpType::Offer,
                    SdpType::Answer => RtcSdpType::Answer,
                });
                init.set_sdp(&description.sdp);
                let promise = self.connection.set_remote_description(&init);
                self.describe(async move {
                    JsFuture::from(promise).await?;
                    Ok(PeerEvent::RemoteSet)
                });
            }
            PeerAction::AdoptTransceivers => self.adopt_transceivers(outgoing),
            PeerAction::AddCandidate(candidate) => self.add_candidate(candidate),
            PeerAction::RestartIce => self.connection.unchecked_ref::<PeerConnectionExt>().restart_ice(),
            PeerAction::Measure => self.measure(),
            PeerAction::UseIce(ice) => {
                let configuration = configuration(&ice, self.certificate.as_ref());
                if let Err(error) =
                    self.connection.unchecked_ref::<PeerConnectionExt>().set_configuration(&configuration)
                {
                    log("setConfiguration", &error);
                }
            }
            PeerAction::ShowPicture => self.incoming.show_picture(),
            PeerAction::Encode(Source::Camera, encoding) => {
                self.encoding.set(Some(encoding));
                self.encode(outgoing);
            }
            PeerAction::Encode(Source::Screen, encoding) => {
                self.screen.encode(encoding, outgoing);
            }
            PeerAction::FavourSound { max_bitrate } => {
                self.each_of(DeviceKind::Microphone, |transceiver| {
                    encoding::favour(&transceiver.sender(), max_bitrate);
                });
            }
            PeerAction::Say(message) => {
                if self.channel.ready_state() == RtcDataChannelState::Open {
                    let _ = self.channel.send_with_str(&wire::to_peer(&message));
                }
            }
        }
    }

    /// Sends what is open of this kind now, or nothing. No negotiation comes of it. The future is done
    /// when the track before is in use no more.
    pub(crate) fn replace_track(
        &self,
        kind: DeviceKind,
        outgoing: &Outgoing,
    ) -> impl Future<Output = ()> + use<> {
        let track = outgoing.track(kind).map(Track::sent);
        let transceivers = self.transceivers.borrow();
        let senders = transceivers.iter().filter(|(of, _)| *of == kind).map(|(_, of)| of.sender());
        let replaced: Vec<_> = senders.map(|sender| (sender.replace_track(track), sender)).collect();
        let encoding = self.encoding.clone();
        let codecs = outgoing.codecs.clone();
        async move {
            for (promise, sender) in replaced {
                if let Err(error) = JsFuture::from(promise).await {
                    log("replaceTrack", &error);
                }
                // By how much it is made smaller depends on how large it is.
                if let (DeviceKind::Camera, Some(wanted)) = (kind, encoding.get()) {
                    encoding::apply(&sender, wanted, &codecs, None);
                }
            }
        }
    }

    /// Sends the screen that is shared now, or nothing, likewise.
    pub(crate) fn replace_screen(&self, outgoing: &Outgoing) -> impl Future<Output = ()> + use<> {
        self.screen.send(outgoing)
    }

    /// Sends it from now on with what matters of it in mind.
    pub(crate) fn emphasise(&self, outgoing: &Outgoing) {
        self.screen.shape(outgoing);
    }

    fn encode(&self, outgoing: &Outgoing) {
        let Some(wanted) = self.encoding.get() else { return };
        self.each_of(DeviceKind::Camera, |transceiver| {
            encoding::apply(&transceiver.sender(), wanted, &outgoing.codecs, None);
        });
    }

    fn each_of(&self, kind: DeviceKind, work: impl Fn(&RtcRtpTransceiver)) {
        let transceivers = self.transceivers.borrow();
        transceivers.iter().filter(|(of, _)| *of == kind).for_each(|(_, transceiver)| work(transceiver));
    }

    fn describe(&self, operation: impl Future<Output = Result<PeerEvent, JsValue>> + 'static) {
        let happened = self.happened.clone();
        spawn_local(async move {
            happened(operation.await.unwrap_or_else(|error| {
                log("description", &error);
                PeerEvent::DescriptionRefused
            }));
        });
    }

    fn measure(&self) {
        let promise = self.connection.get_stats();
        let happened = self.happened.clone();
        spawn_local(async move {
            // Fails only for a connection that is closed.
            if let Ok(report) = JsFuture::from(promise).await {
                happened(PeerEvent::Measured(stats::media_bytes(&report.unchecked_into())));
            }
        });
    }

    fn add_candidate(&self, candidate: Option<Candidate>) {
        let promise = match candidate {
            None => self.connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(None),
            Some(candidate) => {
                let init = RtcIceCandidateInit::new(&candidate.candidate);
                init.set_sdp_mid(candidate.sdp_mid.as_deref());
                init.set_sdp_m_line_index(candidate.sdp_m_line_index);
                if let Some(fragment) = candidate.username_fragment {
                    let _ = js_sys::Reflect::set(&init, &"usernameFragment".into(), &fragment.into());
                }
                self.connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init))
            }
        };
        spawn_local(async move {
            // Those of an offer that was ignored are refused, and rightly so.
            if let Err(error) = JsFuture::from(promise).await {
                log("addIceCandidate", &error);
            }
        });
    }

    /// Sound and picture are offered from the start, open or not, so that they can be switched on later
    /// without a negotiation.
    fn bring_transceivers(&self, outgoing: &Outgoing) {
        for (kind, word) in [(DeviceKind::Microphone, "audio"), (DeviceKind::Camera, "video")] {
            let init = RtcRtpTransceiverInit::new();
            init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
            init.set_streams(&Array::of1(&outgoing.stream.0));
            let transceiver = self.connection.add_transceiver_with_str_and_init(word, &init);
            self.attach(kind, transceiver, outgoing);
        }
        self.screen.bring(&self.connection, outgoing);
    }

    fn adopt_transceivers(&self, outgoing: &Outgoing) {
        for transceiver in self.connection.get_transceivers().iter() {
            let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
            if screen::is_of_screen(&self.connection, &transceiver) {
                self.screen.adopt(&transceiver, outgoing);
                continue;
            }
            let kind = match &*transceiver.receiver().track().kind() {
                "audio" => DeviceKind::Microphone,
                _ => DeviceKind::Camera,
            };
            transceiver.set_direction(RtcRtpTransceiverDirection::Sendrecv);
            if let Err(error) =
                transceiver.sender().unchecked_ref::<SenderExt>().set_streams(&outgoing.stream.0)
            {
                log("setStreams", &error);
            }
            self.attach(kind, transceiver, outgoing);
        }
    }

    fn attach(&self, kind: DeviceKind, transceiver: RtcRtpTransceiver, outgoing: &Outgoing) {
        outgoing.codecs.prefer(kind, &transceiver);
        self.transceivers.borrow_mut().push((kind, transceiver));
        spawn_local(self.replace_track(kind, outgoing));
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.close();
    }
}

fn configuration(ice: &Ice, certificate: Option<&Certificate>) -> RtcConfiguration {
    let servers: Array = ice
        .servers
        .iter()
        .map(|server| {
            let ice_server = RtcIceServer::new();
            let urls: Array = server.urls.iter().map(|url| JsValue::from_str(url)).collect();
            ice_server.set_urls(&urls);
            if let Some(username) = &server.username {
                ice_server.set_username(username);
            }
            if let Some(credential) = &server.credential {
                ice_server.set_credential(credential);
            }
            ice_server
        })
        .collect();
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&servers);
    configuration.set_ice_transport_policy(match ice.routes {
        Routes::Any => RtcIceTransportPolicy::All,
        Routes::Relay => RtcIceTransportPolicy::Relay,
    });
    configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    if let Some(Certificate(certificate)) = certificate {
        configuration.set_certificates(&Array::of1(certificate));
    }
    configuration
}

fn listen(
    connection: &RtcPeerConnection,
    channel: &RtcDataChannel,
    happened: &Rc<dyn Fn(PeerEvent)>,
    incoming: Rc<Incoming>,
    arrived: impl Fn(Stream) + 'static,
) -> Vec<Listener> {
    let tell = |happened: &Rc<dyn Fn(PeerEvent)>| happened.clone();
    let (needed, gathered, changed) = (tell(happened), tell(happened), tell(happened));
    let (failed, opened) = (tell(happened), tell(happened));
    let (closed, said) = (tell(happened), tell(happened));
    let (state_of, of) = (connection.clone(), connection.clone());
    vec![
        Listener::new(connection, "negotiationneeded", move |_: Event| needed(PeerEvent::NegotiationNeeded)),
        Listener::new(connection, "icecandidate", move |event: RtcPeerConnectionIceEvent| {
            gathered(PeerEvent::Gathered(event.candidate().map(|candidate| {
                Candidate {
                    username_fragment: js_sys::Reflect::get(&candidate, &"usernameFragment".into())
                        .ok()
                        .and_then(|fragment| fragment.as_string()),
                    candidate: candidate.candidate(),
                    sdp_mid: candidate.sdp_mid(),
                    sdp_m_line_index: candidate.sdp_m_line_index(),
                }
            })));
        }),
        // Which Firefox does not tell.
        Listener::new(connection, "icecandidateerror", move |event: Event| {
            let code = js_sys::Reflect::get(&event, &"errorCode".into()).ok();
            if let Some(code) = code.and_then(|code| code.as_f64()) {
                failed(PeerEvent::CandidateError(code as u16));
            }
        }),
        Listener::new(connection, "connectionstatechange", move |_: Event| {
            changed(PeerEvent::State(match state_of.connection_state() {
                RtcPeerConnectionState::Connecting => ConnectionState::Connecting,
                RtcPeerConnectionState::Connected => ConnectionState::Connected,
                RtcPeerConnectionState::Disconnected => ConnectionState::Disconnected,
                RtcPeerConnectionState::Failed => ConnectionState::Failed,
                RtcPeerConnectionState::Closed => ConnectionState::Closed,
                _ => ConnectionState::New,
            }));
        }),
        Listener::new(connection, "track", move |event: RtcTrackEvent| {
            if !screen::is_of_screen(&of, &event.transceiver()) {
                incoming.take(event.track());
                arrived(incoming.stream.clone());
            }
        }),
        Listener::new(channel, "open", move |_: Event| opened(PeerEvent::ChannelOpened)),
        Listener::new(channel, "close", move |_: Event| closed(PeerEvent::ChannelClosed)),
        Listener::new(channel, "message", move |event: MessageEvent| {
            // What is no message, or one of a later version, is of no use here.
            if let Some(message) = event.data().as_string().and_then(|text| wire::from_peer(&text)) {
                said(PeerEvent::Said(message));
            }
        }),
    ]
}
