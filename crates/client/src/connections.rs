//! What a call has and a lobby has not: the connections to the others, the seat, and all that goes over or comes out
//! of a call besides camera and microphone.

use crate::shell::{InCall, Queue, Signals};
use crate::web::codecs::Codecs;
use crate::web::cues::Cues;
use crate::web::display::{self, Display};
use crate::web::files::{Chosen, Desk};
use crate::web::media::Denoising;
use crate::web::peer::{Certificate, Outgoing, Peer};
use crate::web::recognition::{self, Recogniser};
use crate::web::recorder::{self, Destination, Recorder};
use crate::web::save::Saved;
use crate::web::{seat, secret, timer, wire};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use ojak_call::protocol::{ClientMessage, PeerId, PeerSignal, ServerMessage, Switch};
use ojak_call::{
    Action, DeviceEvent, DeviceKind, Event, Ice, Intent, Opening, PeerEvent, RecordingEvent,
    RecordingProblem, Seat, ShareAction, ShareEvent, ShareTicket, Source, SpeechAction, SpeechEvent,
};
use std::collections::HashMap;
use wasm_bindgen_futures::spawn_local;

/// Something that happens only in a call, with what of it only this can hold.
pub(crate) enum OfCall {
    Displayed(ShareTicket, Display),
    /// What takes the noise out of the microphone of this id is there, or cannot be.
    Denoised(String, Denoising),
    /// The browser lets it work, or stops it.
    Rerouted,
    /// A file for the recording was chosen, or not.
    Destined(Result<Destination, RecordingProblem>),
    /// All of it is written, or on its way to the downloads.
    Recorded(Result<Option<Saved>, RecordingProblem>),
    /// The person has chosen files.
    Chosen(Vec<Chosen>),
    /// Something came over the channel of files.
    Framed(PeerId, ArrayBuffer),
}

/// Performs what only a call has to be done.
pub(crate) struct Connections {
    queue: Queue,
    signals: Signals,
    certificate: Option<Certificate>,
    peers: HashMap<PeerId, Peer>,
    seat: Option<seat::Keeper>,
    desk: Desk,
    displayed: HashMap<ShareTicket, Display>,
    recogniser: Option<Recogniser>,
    cues: Cues,
    saved: Option<Saved>,
    recorder: Option<Recorder>,
    is_recording_wanted: bool,
    denoise: Switch,
}

impl Connections {
    /// None yet; makes ready what every connection needs.
    pub(crate) async fn begin(queue: Queue, signals: Signals, codecs: Codecs) -> Box<dyn InCall> {
        if let Some(secret) = secret::draw() {
            queue.put(Event::Secret(secret));
        }
        // Browsers may think about it for long, and nobody has to wait for that.
        spawn_local(codecs.find_out());
        // The one of this tab's seat, if it comes back to it: whoever was verified by it stays so.
        let kept = match seat::owner() {
            Some(peer) => {
                queue.put(Event::Recalled(seat::verified()));
                Certificate::of_seat(peer).await
            }
            None => None,
        };
        let certificate = match kept {
            Some(certificate) => Some(certificate),
            None => Certificate::generate().await,
        };
        let files = queue.clone();
        Box::new(Self {
            desk: Desk::new(signals.shelf, move |event| files.put(Event::File(event))),
            queue,
            signals,
            certificate,
            peers: HashMap::new(),
            seat: None,
            displayed: HashMap::new(),
            recogniser: None,
            cues: Cues::default(),
            saved: None,
            recorder: None,
            is_recording_wanted: false,
            denoise: Switch::Off,
        })
    }

    fn keep_seat(&mut self, seat: &Seat) {
        if let Some(keeper) = self.seat.as_ref().filter(|keeper| keeper.peer() == seat.peer) {
            return keeper.keep(seat);
        }
        if let Some(certificate) = &self.certificate {
            certificate.keep(seat.peer);
        }
        let queue = self.queue.clone();
        self.seat = Some(seat::Keeper::new(seat, move || queue.put(Event::SeatTaken)));
    }

    fn create_peer(
        &mut self,
        peer: PeerId,
        connection: u32,
        ice: &Ice,
        opening: Opening,
        outgoing: &Outgoing,
    ) {
        let queue = self.queue.clone();
        let happened = move |event| queue.put(Event::Peer(peer, connection, event));
        let Signals { pictures, screens, .. } = self.signals;
        let arrived = move |source, stream| {
            let streams = match source {
                Source::Camera => pictures,
                Source::Screen => screens,
            };
            streams.update(|streams| {
                streams.insert(peer, stream);
            });
        };
        let queue = self.queue.clone();
        let framed = move |frame| queue.of_call(OfCall::Framed(peer, frame));
        // Whatever comes of it, the one before is over.
        self.peers.remove(&peer);
        let certificate = self.certificate.as_ref();
        match Peer::new(peer, ice, certificate, opening, outgoing, happened, arrived, framed) {
            Ok(made) => {
                self.peers.insert(peer, made);
            }
            Err(_) => self.queue.put(Event::Peer(peer, connection, PeerEvent::DescriptionRefused)),
        }
    }

    fn close_peer(&mut self, peer: PeerId) {
        self.peers.remove(&peer);
        for pictures in [self.signals.pictures, self.signals.screens] {
            pictures.update(|pictures| {
                pictures.remove(&peer);
            });
        }
        self.cues.forget(peer);
    }

    fn share(&mut self, action: ShareAction, outgoing: &mut Outgoing) {
        match action {
            ShareAction::Open(ticket) => {
                let queue = self.queue.clone();
                spawn_local(async move {
                    match display::open().await {
                        Ok(display) => queue.of_call(OfCall::Displayed(ticket, display)),
                        Err(problem) => queue.put(Event::Share(ShareEvent::Refused(ticket, problem))),
                    }
                });
            }
            ShareAction::Use(ticket, detail) => {
                let Some(mut display) = self.displayed.remove(&ticket) else { return };
                let (ended, moved) = (self.queue.clone(), self.queue.clone());
                display.watch(
                    move || ended.put(Event::Share(ShareEvent::Ended)),
                    move |pictures| moved.put(Event::Share(ShareEvent::Moved(pictures))),
                );
                display.emphasise(detail);
                let before = outgoing.screen.replace(display);
                self.send_screen_to_all(before, outgoing);
            }
            ShareAction::Drop(ticket) => {
                self.displayed.remove(&ticket);
            }
            ShareAction::Emphasise(detail) => {
                if let Some(screen) = &mut outgoing.screen {
                    screen.emphasise(detail);
                }
                for peer in self.peers.values() {
                    peer.emphasise(outgoing);
                }
            }
            ShareAction::Release => {
                let before = outgoing.screen.take();
                self.send_screen_to_all(before, outgoing);
            }
        }
    }

    /// Sends the screen that is open now.
    fn send_screen_to_all(&self, before: Option<Display>, outgoing: &Outgoing) {
        self.signals.own_screen.set(outgoing.screen.as_ref().and_then(Display::preview));
        let replaced: Vec<_> = self.peers.values().map(|peer| peer.replace_screen(outgoing)).collect();
        // At once: what is shared no longer is not to be seen for one more moment.
        drop(before);
        spawn_local(async move {
            join_all(replaced).await;
        });
    }

    fn speech(&mut self, action: SpeechAction, outgoing: &Outgoing) {
        match action {
            SpeechAction::Ask(language) => {
                let queue = self.queue.clone();
                spawn_local(async move {
                    let ear = recognition::offer(&language).await;
                    queue.put(Event::Speech(SpeechEvent::Offered(ear)));
                });
            }
            SpeechAction::Start(language, ear) => {
                let queue = self.queue.clone();
                let microphone = outgoing.microphone.as_ref();
                self.recogniser = Recogniser::start(&language, ear, microphone, move |event| {
                    queue.put(Event::Speech(event));
                });
            }
            SpeechAction::Stop => self.recogniser = None,
        }
    }

    fn switch_recording(&mut self, switch: Switch) {
        self.is_recording_wanted = switch.is_on();
        if !switch.is_on() {
            self.recorder = None;
            return;
        }
        let room = self.signals.view.with_untracked(|view| view.room.as_ref().map(ToString::to_string));
        let title = [&room.unwrap_or_default(), " ", &timer::date_and_time()].concat();
        let queue = self.queue.clone();
        spawn_local(async move { queue.of_call(OfCall::Destined(recorder::choose(&title).await)) });
    }

    fn record(&mut self, destination: Destination, outgoing: &Outgoing) -> Result<(), RecordingProblem> {
        // The call was over before a file was chosen.
        if !self.is_recording_wanted {
            return Err(RecordingProblem::Dismissed);
        }
        let queue = self.queue.clone();
        let last = self.queue.clone();
        let recorder = Recorder::begin(
            destination,
            move |event| queue.put(Event::Recording(event)),
            move |saved| last.of_call(OfCall::Recorded(saved)),
        );
        self.recorder = Some(recorder.map_err(|_| RecordingProblem::Unsupported)?);
        self.tick(outgoing);
        Ok(())
    }

    /// Sends the microphone as it is now, and drops what it was `before` only when nobody needs it any more.
    fn send_microphone<T: 'static>(&self, before: Option<T>, outgoing: &Outgoing) {
        let replaced = self.replace_track(DeviceKind::Microphone, outgoing);
        spawn_local(async move {
            replaced.await;
            drop(before);
        });
    }
}

fn microphone_in_force(outgoing: &Outgoing) -> Option<Event> {
    let in_force = outgoing.microphone.as_ref()?.in_force(DeviceKind::Microphone);
    Some(Event::Device(DeviceEvent::InForce(DeviceKind::Microphone, in_force)))
}

impl InCall for Connections {
    fn write(&self, message: &ClientMessage<PeerSignal>) -> String {
        wire::to_server(message)
    }

    fn read(&self, text: &str) -> Option<ServerMessage<PeerSignal>> {
        wire::from_server(text)
    }

    fn perform(&mut self, action: Action, outgoing: &mut Outgoing) {
        match action {
            Action::CreatePeer { peer, connection, ice, opening } => {
                self.create_peer(peer, connection, &ice, opening, outgoing);
            }
            Action::Peer(peer, action) => {
                if let Some(peer) = self.peers.get(&peer) {
                    peer.perform(action, outgoing);
                }
            }
            Action::ClosePeer(peer) => self.close_peer(peer),
            Action::KeepSeat(seat) => {
                self.keep_seat(&seat);
                self.desk.look();
            }
            Action::DropSeat => {
                self.seat = None;
                seat::forget();
            }
            Action::KeepVerified(verified) => seat::keep_verified(&verified),
            Action::Share(action) => self.share(action, outgoing),
            Action::Speech(action) => self.speech(action, outgoing),
            Action::Cue(line) => self.cues.write(&line),
            Action::SaveCaptions(file) => self.saved = Saved::text("captions.vtt", "text/vtt", &file),
            Action::Record(switch) => self.switch_recording(switch),
            Action::File(action) => {
                let Self { desk, peers, .. } = self;
                desk.perform(action, |peer| peers.get(&peer).map(Peer::files));
            }
            // The shell's own.
            _ => {}
        }
    }

    fn receive(&mut self, happened: OfCall, outgoing: &mut Outgoing) -> Option<Event> {
        match happened {
            OfCall::Displayed(ticket, display) => {
                self.displayed.insert(ticket, display);
                Some(Event::Share(ShareEvent::Opened(ticket)))
            }
            OfCall::Denoised(id, denoising) => {
                let microphone = outgoing.microphone.as_mut()?;
                // Otherwise it was made for a microphone that is gone, or twice, or in vain.
                if self.denoise.is_on() && microphone.id() == id && microphone.is_as_it_came() {
                    microphone.denoise(denoising);
                    self.send_microphone(None::<Denoising>, outgoing);
                }
                microphone_in_force(outgoing)
            }
            OfCall::Rerouted => {
                self.send_microphone(None::<Denoising>, outgoing);
                microphone_in_force(outgoing)
            }
            OfCall::Destined(destination) => {
                let problem = destination.and_then(|destination| self.record(destination, outgoing)).err()?;
                Some(Event::Recording(RecordingEvent::Failed(problem)))
            }
            OfCall::Recorded(outcome) => {
                // Where it ended by itself, nothing is to be painted and mixed any more.
                self.recorder = None;
                Some(Event::Recording(match outcome {
                    Ok(saved) => {
                        self.saved = saved.or(self.saved.take());
                        RecordingEvent::Saved
                    }
                    Err(problem) => RecordingEvent::Failed(problem),
                }))
            }
            OfCall::Chosen(chosen) => Some(Event::Intent(Intent::Offer(self.desk.take(chosen)))),
            OfCall::Framed(peer, frame) => {
                self.desk.receive(peer, &frame);
                None
            }
        }
    }

    fn denoise(&mut self, denoise: Switch, outgoing: &mut Outgoing) {
        self.denoise = denoise;
        let Some(microphone) = &mut outgoing.microphone else { return };
        match (denoise, microphone.is_as_it_came()) {
            (Switch::On, true) => {
                let (queue, rerouted, id) = (self.queue.clone(), self.queue.clone(), microphone.id());
                let denoiser = microphone.denoiser(move || rerouted.of_call(OfCall::Rerouted));
                spawn_local(async move { queue.of_call(OfCall::Denoised(id, denoiser.await)) });
            }
            (Switch::Off, false) => {
                let before = microphone.denoise(Denoising::Off);
                self.send_microphone(Some(before), outgoing);
            }
            (Switch::On, false) | (Switch::Off, true) => {}
        }
    }

    /// Whoever came or went since the last time is heard in the recording from now on, or no longer; and so is a screen.
    fn tick(&mut self, outgoing: &Outgoing) {
        let Some(recorder) = &mut self.recorder else { return };
        let Signals { view, pictures, screens, .. } = self.signals;
        let mut others: Vec<_> = pictures.with_untracked(|pictures| pictures.values().cloned().collect());
        // What is not shown is not heard either, whatever comes of it.
        let sharers = view.with_untracked(|view| view.joint.sharers.clone());
        screens.with_untracked(|screens| {
            others.extend(sharers.iter().filter_map(|peer| screens.get(peer).cloned()));
        });
        recorder.listen(&others, outgoing);
    }

    fn replace_track(&self, kind: DeviceKind, outgoing: &Outgoing) -> LocalBoxFuture<'static, ()> {
        let replaced: Vec<_> = self.peers.values().map(|peer| peer.replace_track(kind, outgoing)).collect();
        join_all(replaced).map(drop).boxed_local()
    }
}
