//! What a call has and a lobby has not: the connections to the others, and the seat.

use crate::shell::{InCall, Queue, Signals};
use crate::web::peer::{Certificate, Outgoing, Peer};
use crate::web::seat;
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use leptos::prelude::*;
use ojak_call::protocol::{IceServer, PeerId};
use ojak_call::{Action, DeviceKind, Event, Opening, PeerEvent, Seat};
use std::collections::HashMap;

/// Performs what only a call has to be done.
pub(crate) struct Connections {
    queue: Queue,
    signals: Signals,
    certificate: Option<Certificate>,
    peers: HashMap<PeerId, Peer>,
    seat: Option<seat::Keeper>,
}

impl Connections {
    /// None yet; makes ready what every connection needs.
    pub(crate) async fn begin(queue: Queue, signals: Signals) -> Box<dyn InCall> {
        let certificate = Certificate::generate().await;
        Box::new(Self { queue, signals, certificate, peers: HashMap::new(), seat: None })
    }

    fn keep_seat(&mut self, seat: &Seat) {
        if let Some(keeper) = self.seat.as_ref().filter(|keeper| keeper.peer() == seat.peer) {
            return keeper.keep(seat);
        }
        let queue = self.queue.clone();
        self.seat = Some(seat::Keeper::new(seat, move || queue.put(Event::SeatTaken)));
    }

    fn create_peer(
        &mut self,
        peer: PeerId,
        connection: u32,
        ice_servers: &[IceServer],
        opening: Opening,
        outgoing: &Outgoing,
    ) {
        let queue = self.queue.clone();
        let happened = move |event| queue.put(Event::Peer(peer, connection, event));
        let pictures = self.signals.pictures;
        let arrived = move |stream| {
            pictures.update(|pictures| {
                pictures.insert(peer, stream);
            });
        };
        // Whatever comes of it, the one before is over.
        self.peers.remove(&peer);
        let certificate = self.certificate.as_ref();
        match Peer::new(ice_servers, certificate, opening, outgoing, happened, arrived) {
            Ok(made) => {
                self.peers.insert(peer, made);
            }
            Err(_) => self.queue.put(Event::Peer(peer, connection, PeerEvent::DescriptionRefused)),
        }
    }
}

impl InCall for Connections {
    fn perform(&mut self, action: Action, outgoing: &Outgoing) {
        match action {
            Action::CreatePeer { peer, connection, ice_servers, opening } => {
                self.create_peer(peer, connection, &ice_servers, opening, outgoing);
            }
            Action::Peer(peer, action) => {
                if let Some(peer) = self.peers.get(&peer) {
                    peer.perform(action, outgoing);
                }
            }
            Action::ClosePeer(peer) => {
                self.peers.remove(&peer);
                self.signals.pictures.update(|pictures| {
                    pictures.remove(&peer);
                });
            }
            Action::KeepSeat(seat) => self.keep_seat(&seat),
            Action::DropSeat => {
                self.seat = None;
                seat::forget();
            }
            // The shell's own.
            _ => {}
        }
    }

    fn replace_track(&self, kind: DeviceKind, outgoing: &Outgoing) -> LocalBoxFuture<'static, ()> {
        let replaced: Vec<_> = self.peers.values().map(|peer| peer.replace_track(kind, outgoing)).collect();
        join_all(replaced).map(drop).boxed_local()
    }
}
