//! Where sound comes out, where a page may choose that.

use crate::{DeviceAction, DeviceId, ListedSpeaker, SpeakersView};

#[derive(Clone, Debug)]
pub(super) struct Speakers {
    /// None: the one of the system.
    preferred: Option<DeviceId>,
    options: Vec<ListedSpeaker>,
    used: Option<DeviceId>,
}

impl Speakers {
    pub(super) fn new(preferred: Option<DeviceId>) -> Self {
        Self { preferred, options: Vec::new(), used: None }
    }

    pub(super) fn preferred(&self) -> Option<DeviceId> {
        self.preferred.clone()
    }

    pub(super) fn view(&self) -> SpeakersView {
        SpeakersView { options: self.options.clone(), selected: self.used.clone() }
    }

    pub(super) fn choose(&mut self, id: DeviceId) -> Option<DeviceAction> {
        self.preferred = Some(id);
        self.settle()
    }

    pub(super) fn listed(&mut self, options: Vec<ListedSpeaker>) -> Option<DeviceAction> {
        self.options = options;
        self.settle()
    }

    /// The preferred one if it is there, and that of the system while it is not.
    fn settle(&mut self) -> Option<DeviceAction> {
        let is_there = |id: &DeviceId| self.options.iter().any(|option| option.id == *id);
        let to_use = self.preferred.clone().filter(is_there);
        (to_use != self.used).then(|| {
            self.used.clone_from(&to_use);
            DeviceAction::UseSpeaker(to_use)
        })
    }
}
