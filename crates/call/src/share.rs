//! The screen that the person shares: whether, and whether its text or its motion matters more.
//!
//! Apart from cameras and microphones, because nothing of it is remembered, chosen by the page or restored: each time
//! the browser asks the person, and the browser's own bar may end it at any moment.

use ojak_protocol::Switch;
use std::time::Duration;

/// So many pictures a second, again and again, are motion: a film, a game.
const MOTION_FROM: u32 = 15;
/// As few as this are none: what is typed, a slide, a page that is scrolled now and then.
const STILL_UP_TO: u32 = 6;
/// Motion for this long is taken for motion.
const MOTION_AFTER: u32 = 3;
/// Stillness for this long is taken for stillness. Longer, since a film has its pauses.
const STILL_AFTER: u32 = 8;

/// One request to the browser for a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShareTicket(u32);

/// What of a shared screen matters more when not all of it can be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// That letters are sharp: every pixel is sent, of fewer pictures.
    #[default]
    Text,
    /// That it moves smoothly: every picture is sent, of fewer pixels.
    Motion,
}

/// What the person has chosen of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    /// Whatever the screen shows.
    #[default]
    Automatic,
    /// Always the same.
    Always(Detail),
}

/// Why no screen is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareProblem {
    /// The person chose none, or may not: nothing to be said about it.
    Dismissed,
    /// The system does not let the browser see it.
    Unreadable,
    /// There is nothing that could be shared.
    Missing,
    /// Something else.
    Unknown,
}

/// What a screen can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareEvent {
    /// What was asked for under this ticket is there.
    Opened(ShareTicket),
    /// Nothing was shared.
    Refused(ShareTicket, ShareProblem),
    /// The one in use stopped by itself: from the browser's bar, or its window was closed.
    Ended,
    /// It showed so many new pictures in the last second.
    Moved(u32),
}

/// What the page is to do with a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareAction {
    /// `getDisplayMedia`, answered by `Opened` or `Refused`.
    Open(ShareTicket),
    /// Send what was opened under this ticket to everybody.
    Use(ShareTicket, Detail),
    /// What was opened under this ticket is not wanted any more: stop it.
    Drop(ShareTicket),
    /// Send it with this in mind from now on.
    Emphasise(Detail),
    /// Stop it, and send nothing in its place.
    Release,
}

/// The person's own screen, as the page shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShareView {
    /// Whether it is shared.
    pub switch: Switch,
    /// What the person has chosen.
    pub emphasis: Emphasis,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Share {
    state: State,
    next_ticket: u32,
    emphasis: Emphasis,
    motion: Motion,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Off,
    /// The browser asks which one.
    Asking(ShareTicket),
    On(Detail),
}

impl Share {
    pub(crate) fn switch(&self) -> Switch {
        Switch::from_on(matches!(self.state, State::On(_)))
    }

    pub(crate) fn view(&self) -> ShareView {
        ShareView { switch: self.switch(), emphasis: self.emphasis }
    }

    pub(crate) fn set(&mut self, switch: Switch) -> Vec<ShareAction> {
        match (self.state, switch) {
            (State::Off, Switch::On) => {
                let ticket = ShareTicket(self.next_ticket);
                self.next_ticket = self.next_ticket.wrapping_add(1);
                self.state = State::Asking(ticket);
                vec![ShareAction::Open(ticket)]
            }
            (State::Asking(_) | State::On(_), Switch::Off) => self.stop(),
            // The browser asks already, or there is nothing to do.
            (State::Asking(_) | State::On(_), Switch::On) | (State::Off, Switch::Off) => Vec::new(),
        }
    }

    pub(crate) fn emphasise(&mut self, emphasis: Emphasis) -> Vec<ShareAction> {
        self.emphasis = emphasis;
        self.settle()
    }

    /// Ends it, however far it has come.
    pub(crate) fn stop(&mut self) -> Vec<ShareAction> {
        match std::mem::take(&mut self.state) {
            State::On(_) => vec![ShareAction::Release],
            // What still opens under the ticket is dropped.
            State::Asking(_) | State::Off => Vec::new(),
        }
    }

    /// Takes what the screen did. What comes of it to be told is a problem, or that it ended.
    pub(crate) fn handle(&mut self, event: ShareEvent) -> (Vec<ShareAction>, Option<ShareProblem>) {
        match event {
            ShareEvent::Opened(ticket) if self.state == State::Asking(ticket) => {
                self.motion = Motion::default();
                let detail = self.detail();
                self.state = State::On(detail);
                (vec![ShareAction::Use(ticket, detail)], None)
            }
            ShareEvent::Opened(ticket) => (vec![ShareAction::Drop(ticket)], None),
            ShareEvent::Refused(ticket, problem) if self.state == State::Asking(ticket) => {
                self.state = State::Off;
                (Vec::new(), Some(problem).filter(|&problem| problem != ShareProblem::Dismissed))
            }
            ShareEvent::Refused(..) => (Vec::new(), None),
            ShareEvent::Ended => (self.stop(), None),
            ShareEvent::Moved(pictures) => {
                self.motion.see(pictures);
                (self.settle(), None)
            }
        }
    }

    /// What of it matters more, or would if it was shared.
    pub(crate) fn detail(&self) -> Detail {
        match self.emphasis {
            Emphasis::Automatic => self.motion.detail,
            Emphasis::Always(detail) => detail,
        }
    }

    fn settle(&mut self) -> Vec<ShareAction> {
        let detail = self.detail();
        match self.state {
            State::On(before) if before != detail => {
                self.state = State::On(detail);
                vec![ShareAction::Emphasise(detail)]
            }
            State::On(_) | State::Asking(_) | State::Off => Vec::new(),
        }
    }
}

/// Whether a screen moves, told from how many pictures it shows each second.
#[derive(Clone, Copy, Debug, Default)]
struct Motion {
    detail: Detail,
    /// Seconds in which it was otherwise.
    otherwise: u32,
}

impl Motion {
    fn see(&mut self, pictures: u32) {
        let (is_otherwise, needed, other) = match self.detail {
            Detail::Text => (pictures >= MOTION_FROM, MOTION_AFTER, Detail::Motion),
            Detail::Motion => (pictures <= STILL_UP_TO, STILL_AFTER, Detail::Text),
        };
        self.otherwise = if is_otherwise { self.otherwise + 1 } else { 0 };
        if self.otherwise >= needed {
            *self = Self { detail: other, otherwise: 0 };
        }
    }
}

impl Detail {
    /// The most pictures a second that are sent.
    #[must_use]
    pub const fn frame_rate_max(self) -> u32 {
        match self {
            Self::Text => 12,
            Self::Motion => 30,
        }
    }
}

/// How long a picture may take to be of use; the page looks as often at how many there are.
pub const MOTION_LOOK: Duration = Duration::from_secs(1);
