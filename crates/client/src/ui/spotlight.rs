//! What somebody has arranged for themself alone: whom they see large, and how loud they hear each of the others.

use super::tile::Whose;
use leptos::prelude::*;
use ojak_call::protocol::PeerId;
use std::collections::HashMap;

/// As loud as somebody comes, in per cent.
pub(crate) const FULL_VOLUME: u8 = 100;

/// Lasts for one call.
#[derive(Clone, Copy)]
pub(crate) struct Spotlight {
    /// Who takes the stage; may be gone.
    pinned: RwSignal<Option<Whose>>,
    /// Who is not as loud as they come, in per cent.
    volumes: RwSignal<HashMap<PeerId, u8>>,
}

impl Spotlight {
    pub(crate) fn new() -> Self {
        Self { pinned: RwSignal::new(None), volumes: RwSignal::new(HashMap::new()) }
    }

    /// Who takes the stage, if they are there.
    pub(crate) fn pinned(self, peers: Memo<Vec<PeerId>>) -> Memo<Option<Whose>> {
        Memo::new(move |_| {
            self.pinned.get().filter(|whose| match whose {
                Whose::Own => true,
                Whose::Of(peer) => peers.with(|peers| peers.contains(peer)),
            })
        })
    }

    pub(crate) fn is_pinned(self, whose: Whose) -> bool {
        self.pinned.get() == Some(whose)
    }

    /// Gives somebody the stage, or takes it from them.
    pub(crate) fn toggle(self, whose: Whose) {
        self.pinned.update(|pinned| *pinned = if *pinned == Some(whose) { None } else { Some(whose) });
    }

    pub(crate) fn volume(self, peer: PeerId) -> u8 {
        self.volumes.with(|volumes| volumes.get(&peer).copied().unwrap_or(FULL_VOLUME))
    }

    pub(crate) fn set_volume(self, peer: PeerId, volume: u8) {
        self.volumes.update(|volumes| {
            volumes.insert(peer, volume.min(FULL_VOLUME));
        });
    }
}
