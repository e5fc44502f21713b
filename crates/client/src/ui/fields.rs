//! What the person typed in the lobby. It outlives the lobby, so that it is still there after a call.

use leptos::prelude::*;
use ojak_call::Intent;

/// The two fields of the lobby.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) room: RwSignal<String>,
    pub(crate) name: RwSignal<String>,
}

impl Fields {
    /// The wish to enter that room under that name.
    pub(crate) fn join(self) -> Intent {
        Intent::Join { room: self.room.get_untracked(), name: self.name.get_untracked() }
    }
}
