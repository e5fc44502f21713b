//! Files that people give to each other, in the words of the call: ids, and what the person sees of them.

use ojak_protocol::{Digest, DisplayName, FileName, PeerId, Refusal, Withdrawal};
use std::time::Duration;

/// A file of this page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileId {
    /// One that the person gives. Numbered by the shell, which holds it.
    Own(u32),
    /// One that somebody else offered.
    Theirs(u32),
}

/// A file that the person has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenFile {
    /// Its number: that of no other of this page.
    pub number: u32,
    /// As the system calls it.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

/// A file, as the person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileView {
    /// Which.
    pub id: FileId,
    /// What it is called.
    pub name: FileName,
    /// In bytes.
    pub size: u64,
    /// When it was offered, as a time of the day.
    pub said: Duration,
    /// Who offered it; none when the person did.
    pub from: Option<(PeerId, DisplayName)>,
    /// How far it is; of what the person gives, all receivers together.
    pub state: FileState,
    /// Of what the person gives: whom it was offered to.
    pub to: Vec<Receiver>,
}

/// Somebody to whom the person gives a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Receiver {
    /// Who.
    pub peer: PeerId,
    /// What they are called.
    pub name: DisplayName,
    /// How far it is.
    pub state: FileState,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileState {
    /// Nobody has said yes or no.
    Offered,
    /// The place where it is to be kept is being opened.
    Opening,
    /// Under way.
    Moving(Progress),
    /// All of it is there.
    Done,
    /// It will not come, or not the rest of it.
    Ended(FileEnd),
}

/// How a file gets on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Bytes that have been kept.
    pub bytes: u64,
    /// Bytes a second, once that is known.
    pub speed: Option<u64>,
    /// How long the rest takes at that speed.
    pub left: Option<Duration>,
    /// Whether it waits for a connection.
    pub is_interrupted: bool,
}

/// Why a file does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileEnd {
    /// The receiver does not take it.
    Refused(Refusal),
    /// Whoever offered it took it back.
    Withdrawn(Withdrawal),
    /// The other side is gone.
    Gone,
    /// Their page was loaded again and does not have the file any more.
    Reloaded,
}

/// Something about a file to be done by the page. Its bytes never pass through here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAction {
    /// Begin to send this file to this peer, on the connection there is now; an earlier beginning is over.
    Begin(u32, PeerId),
    /// Send this block of it; answered by [`FileEvent::Read`].
    Send(u32, PeerId, u32),
    /// Send them nothing more of it.
    Stop(u32, PeerId),
    /// Make a place for a file of this name and size; answered by [`FileEvent::Opened`] or
    /// [`FileEvent::NotOpened`].
    Open(FileId, FileName, u64),
    /// Expect what this peer sends under this number, of so many bytes, from this block on.
    Expect {
        /// Which file.
        file: FileId,
        /// Who sends it.
        peer: PeerId,
        /// Under which number of theirs.
        transfer: u32,
        /// In bytes.
        size: u64,
        /// The first block.
        block: u32,
    },
    /// The block that arrived is as it was sent: write it; answered by [`FileEvent::Kept`].
    Keep(FileId, u32),
    /// All of it is written: close it, and make it one that can be saved; answered by [`FileEvent::Finished`].
    Finish(FileId),
    /// Nothing of it is needed any more.
    Forget(FileId),
}

/// Something that happened to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileEvent {
    /// The largest file that this browser can keep; said once, where there is such a limit.
    Limit(u64),
    /// This block of the person's own file was read for this peer, and this is its checksum.
    Read(u32, PeerId, u32, Digest),
    /// The person's own file cannot be read any more.
    Unreadable(u32),
    /// There is a place for it.
    Opened(FileId),
    /// There is none.
    NotOpened(FileId, NotOpened),
    /// This block has arrived, with this checksum.
    Arrived(FileId, u32, Digest),
    /// It is written.
    Kept(FileId, u32),
    /// It cannot be.
    NotKept(FileId, NotOpened),
    /// The file is whole and closed.
    Finished(FileId),
}

/// Why there is no place for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// The person closed the browser's question.
    Dismissed,
    /// The device is full, or the browser gives no more.
    NoSpace,
    /// Something else.
    Unwritable,
}

/// How fast something gets on, over the last few seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace(std::collections::VecDeque<(Duration, u64)>);

impl Pace {
    /// So many bytes have been kept by now.
    pub(crate) fn note(&mut self, now: Duration, bytes: u64) {
        const OVER: Duration = Duration::from_secs(5);
        while self.0.len() > 2 && self.0.front().is_some_and(|(at, _)| now.saturating_sub(*at) > OVER) {
            self.0.pop_front();
        }
        if self.0.back().is_none_or(|(at, before)| now > *at || bytes != *before) {
            self.0.push_back((now, bytes));
        }
        self.0.truncate(512);
    }

    /// Bytes a second; none before there is something to tell it from.
    pub(crate) fn speed(&self) -> Option<u64> {
        let (began, from) = *self.0.front()?;
        let (at, to) = *self.0.back()?;
        let time = at.saturating_sub(began).as_secs_f64();
        (time >= 0.5).then(|| (to.saturating_sub(from) as f64 / time) as u64)
    }

    pub(crate) fn progress(&self, bytes: u64, size: u64, is_interrupted: bool) -> Progress {
        let speed = self.speed().filter(|&speed| speed > 0 && !is_interrupted);
        let left = speed.map(|speed| Duration::from_secs(size.saturating_sub(bytes).div_ceil(speed)));
        Progress { bytes, speed, left, is_interrupted }
    }
}
