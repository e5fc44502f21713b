//! A recording of the call on the person's own machine: whether one runs, and when it has to end.
//!
//! Nobody else records with it, and nobody is recorded without being told: what runs is part of the status that
//! everybody hears.

use crate::{Action, Notice};
use ojak_protocol::Switch;
use std::time::Duration;

/// Most bytes of a recording that is kept in memory: more, and the tab may not live to save it.
pub const RECORDED_IN_MEMORY_BYTES_MAX: u64 = 1 << 30;

/// Where a recording is kept while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In a file that the person chose.
    File,
    /// In memory, and saved when it ends.
    Memory,
}

/// Why there is no recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingProblem {
    /// The person chose no file: nothing to be said about it.
    Dismissed,
    /// The browser cannot.
    Unsupported,
    /// The file cannot be written; the disk may be full.
    Unwritable,
}

/// What a recording can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingEvent {
    /// It runs.
    Began(Keeping),
    /// It has so many bytes by now.
    Grew(u64),
    /// It is over and saved.
    Saved,
    /// It is over, or never began.
    Failed(RecordingProblem),
}

/// What a person sees of their recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordingView {
    /// There is none.
    #[default]
    Off,
    /// It is about to begin: a file is being chosen.
    Beginning,
    /// It runs, since this time of the page's clock.
    Running(Duration),
    /// What is left of it is being written.
    Ending,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recording {
    view: RecordingView,
    keeping: Option<Keeping>,
}

impl Recording {
    pub(crate) fn view(self) -> RecordingView {
        self.view
    }

    /// What the others are told.
    pub(crate) fn switch(self) -> Switch {
        Switch::from_on(matches!(self.view, RecordingView::Running(_)))
    }

    pub(crate) fn set(&mut self, wanted: Switch) -> Vec<Action> {
        match (wanted, self.view) {
            (Switch::On, RecordingView::Off) => {
                self.view = RecordingView::Beginning;
                vec![Action::Record(Switch::On)]
            }
            (Switch::Off, RecordingView::Beginning | RecordingView::Running(_)) => {
                self.view = RecordingView::Ending;
                vec![Action::Record(Switch::Off)]
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn handle(&mut self, event: RecordingEvent, now: Duration) -> Vec<Action> {
        match event {
            RecordingEvent::Began(keeping) if self.view == RecordingView::Beginning => {
                (self.view, self.keeping) = (RecordingView::Running(now), Some(keeping));
                Vec::new()
            }
            RecordingEvent::Grew(bytes)
                if self.keeping == Some(Keeping::Memory) && bytes >= RECORDED_IN_MEMORY_BYTES_MAX =>
            {
                let mut actions = self.set(Switch::Off);
                if !actions.is_empty() {
                    actions.push(Action::Announce(Notice::RecordingFull));
                }
                actions
            }
            RecordingEvent::Began(_) | RecordingEvent::Grew(_) => Vec::new(),
            RecordingEvent::Saved => {
                let had_begun = self.keeping.is_some();
                *self = Self::default();
                had_begun.then_some(Action::Announce(Notice::RecordingSaved)).into_iter().collect()
            }
            RecordingEvent::Failed(problem) => {
                *self = Self::default();
                let is_news = problem != RecordingProblem::Dismissed;
                is_news.then_some(Action::Announce(Notice::NotRecorded(problem))).into_iter().collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(7);

    fn running(keeping: Keeping) -> Recording {
        let mut recording = Recording::default();
        assert_eq!(recording.set(Switch::On), [Action::Record(Switch::On)]);
        assert_eq!(recording.switch(), Switch::Off, "nobody is told before it runs");
        assert_eq!(recording.handle(RecordingEvent::Began(keeping), NOW), []);
        assert_eq!((recording.view(), recording.switch()), (RecordingView::Running(NOW), Switch::On));
        recording
    }

    #[test]
    fn it_runs_once_and_ends_once() {
        let mut recording = running(Keeping::File);
        assert_eq!(recording.set(Switch::On), []);
        assert_eq!(recording.set(Switch::Off), [Action::Record(Switch::Off)]);
        assert_eq!((recording.view(), recording.switch()), (RecordingView::Ending, Switch::Off));
        assert_eq!(recording.set(Switch::Off), []);
        assert_eq!(recording.set(Switch::On), [], "the one before is still being written");
        assert_eq!(recording.handle(RecordingEvent::Saved, NOW), [Action::Announce(Notice::RecordingSaved)]);
        assert_eq!(recording.view(), RecordingView::Off);
    }

    #[test]
    fn whoever_chooses_no_file_is_told_nothing() {
        let mut recording = Recording::default();
        recording.set(Switch::On);
        assert_eq!(recording.handle(RecordingEvent::Failed(RecordingProblem::Dismissed), NOW), []);
        assert_eq!(recording.view(), RecordingView::Off);
        assert_eq!(recording.set(Switch::On), [Action::Record(Switch::On)]);
    }

    #[test]
    fn one_that_is_stopped_before_it_began_never_runs() {
        let mut recording = Recording::default();
        recording.set(Switch::On);
        assert_eq!(recording.set(Switch::Off), [Action::Record(Switch::Off)]);
        assert_eq!(recording.handle(RecordingEvent::Began(Keeping::Memory), NOW), []);
        assert_eq!(recording.switch(), Switch::Off);
        assert_eq!(recording.handle(RecordingEvent::Saved, NOW), [], "there is nothing to be glad of");
        assert_eq!(recording.view(), RecordingView::Off);
    }

    #[test]
    fn memory_is_full_once_and_a_file_never() {
        let full = RecordingEvent::Grew(RECORDED_IN_MEMORY_BYTES_MAX);
        let mut recording = running(Keeping::Memory);
        assert_eq!(recording.handle(RecordingEvent::Grew(RECORDED_IN_MEMORY_BYTES_MAX - 1), NOW), []);
        assert_eq!(
            recording.handle(full, NOW),
            [Action::Record(Switch::Off), Action::Announce(Notice::RecordingFull)]
        );
        assert_eq!(recording.handle(full, NOW), []);
        assert_eq!(running(Keeping::File).handle(full, NOW), []);
    }

    #[test]
    fn a_disk_that_is_full_is_told() {
        let mut recording = running(Keeping::File);
        let problem = RecordingProblem::Unwritable;
        assert_eq!(
            recording.handle(RecordingEvent::Failed(problem), NOW),
            [Action::Announce(Notice::NotRecorded(problem))]
        );
        assert_eq!((recording.view(), recording.switch()), (RecordingView::Off, Switch::Off));
    }
}
