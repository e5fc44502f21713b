//! The person's own files, and how far each of those has come to whom they were offered.
//!
//! Nothing of a file is sent before its receiver has asked for it; and then never more than a window beyond what they
//! have kept, so that neither side holds more than that.

use crate::bucket::Bucket;
use crate::file::{FileEnd, FileId, FileState, FileView, Pace, Receiver};
use crate::{ChosenFile, FileAction};
use ojak_protocol::{
    Digest, DisplayName, FILE_BLOCK_BYTES, FILE_BYTES_MAX, FILE_WINDOW_BLOCKS, FileName, PeerId, PeerMessage,
    Refusal, Withdrawal,
};
use std::time::Duration;

/// Most files of one page: a list that nobody reads to the end.
const FILES_MAX: usize = 200;

/// A receiver begins so often at once, and so often a second: every beginning reads a window of the file.
const BEGINS: (u32, u32) = (8, 1);

/// What comes of something about files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Done {
    Say(PeerId, PeerMessage),
    Do(FileAction),
    /// Somebody offers a file.
    Offered(FileId, DisplayName, FileName),
}

/// How many blocks a file of this size has.
pub(crate) fn blocks_of(size: u64) -> u32 {
    u32::try_from(size.div_ceil(u64::from(FILE_BLOCK_BYTES))).unwrap_or(u32::MAX)
}

/// How many bytes so many blocks from the first are, of a file of this size.
pub(crate) fn bytes_of(blocks: u32, size: u64) -> u64 {
    (u64::from(blocks) * u64::from(FILE_BLOCK_BYTES)).min(size)
}

#[derive(Clone, Debug)]
struct Own {
    number: u32,
    name: FileName,
    size: u64,
    said: Duration,
    withdrawn: Option<Withdrawal>,
    to: Vec<To>,
}

#[derive(Clone, Debug)]
struct To {
    peer: PeerId,
    name: DisplayName,
    way: Way,
    /// How often they may begin anew.
    begins: Bucket,
}

impl To {
    fn new(peer: PeerId, name: DisplayName) -> Self {
        Self { peer, name, way: Way::Offered, begins: Bucket::a_second(BEGINS) }
    }
}

#[derive(Clone, Debug)]
enum Way {
    Offered,
    /// Blocks before `next` may be sent, those before `kept` have been kept.
    Moving {
        next: u32,
        kept: u32,
        pace: Pace,
        is_interrupted: bool,
    },
    Done,
    Ended(FileEnd),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Giving {
    files: Vec<Own>,
    /// With whom there is a connection that has said hello.
    greeted: Vec<PeerId>,
}

impl Giving {
    /// Offers `chosen` to `people`; those that were taken.
    pub(crate) fn offer(
        &mut self,
        chosen: Vec<ChosenFile>,
        people: &[(PeerId, DisplayName)],
        time_of_day: Duration,
    ) -> (Vec<FileId>, Vec<Done>) {
        let (mut ids, mut done) = (Vec::new(), Vec::new());
        for ChosenFile { number, name, size } in chosen {
            if size > FILE_BYTES_MAX || self.files.len() >= FILES_MAX {
                continue;
            }
            let to = people.iter().map(|(peer, name)| To::new(*peer, name.clone()));
            let name = FileName::clean(&name);
            let own = Own { number, name, size, said: time_of_day, withdrawn: None, to: to.collect() };
            done.extend(
                own.to.iter().filter(|to| self.greeted.contains(&to.peer)).map(|to| own.offered_to(to.peer)),
            );
            self.files.push(own);
            ids.push(FileId::Own(number));
        }
        (ids, done)
    }

    /// Offers it once more to those who are there, `people`, and do not have it.
    pub(crate) fn offer_again(&mut self, number: u32, people: &[(PeerId, DisplayName)]) -> Vec<Done> {
        let greeted = self.greeted.clone();
        let Some(own) = self.file(number) else { return Vec::new() };
        if own.withdrawn == Some(Withdrawal::Unreadable) {
            return Vec::new();
        }
        own.withdrawn = None;
        for (peer, name) in people {
            match own.to.iter_mut().find(|to| to.peer == *peer) {
                Some(to) if matches!(to.way, Way::Ended(_)) => to.way = Way::Offered,
                Some(_) => {}
                None => own.to.push(To::new(*peer, name.clone())),
            }
        }
        let open = own.to.iter().filter(|to| matches!(to.way, Way::Offered) && greeted.contains(&to.peer));
        open.map(|to| own.offered_to(to.peer)).collect()
    }

    /// The person takes it back.
    pub(crate) fn withdraw(&mut self, number: u32, why: Withdrawal) -> Vec<Done> {
        let Some(own) = self.file(number) else { return Vec::new() };
        own.withdrawn = Some(why);
        let mut done = Vec::new();
        for to in &mut own.to {
            if matches!(to.way, Way::Offered | Way::Moving { .. }) {
                to.way = Way::Ended(FileEnd::Withdrawn(why));
                done.push(Done::Do(FileAction::Stop(number, to.peer)));
                let withdraw = PeerMessage::FileWithdraw { transfer: number, reason: why };
                done.push(Done::Say(to.peer, withdraw));
            }
        }
        done
    }

    /// There is another connection to `peer`, which has said nothing yet.
    pub(crate) fn connect(&mut self, peer: PeerId) -> Vec<Done> {
        self.greeted.retain(|greeted| *greeted != peer);
        let mut done = Vec::new();
        for (number, to) in self.to(peer) {
            if let Way::Moving { is_interrupted, .. } = &mut to.way {
                *is_interrupted = true;
                done.push(Done::Do(FileAction::Stop(number, peer)));
            }
        }
        done
    }

    /// `peer` said hello on it; `is_new` when their page knows nothing of before.
    pub(crate) fn greet(&mut self, peer: PeerId, is_new: bool) -> Vec<Done> {
        if !self.greeted.contains(&peer) {
            self.greeted.push(peer);
        }
        for (_, to) in self.to(peer) {
            let is_lost = matches!(to.way, Way::Moving { .. }) && is_new;
            if is_lost || matches!(to.way, Way::Ended(FileEnd::Gone)) {
                to.way = Way::Offered;
            }
        }
        let has_offer = |own: &&Own| {
            own.withdrawn.is_none()
                && own.to.iter().any(|to| to.peer == peer && matches!(to.way, Way::Offered))
        };
        self.files.iter().filter(has_offer).map(|own| own.offered_to(peer)).collect()
    }

    /// `peer` is gone for good.
    pub(crate) fn part(&mut self, peer: PeerId) -> Vec<Done> {
        self.greeted.retain(|greeted| *greeted != peer);
        let mut done = Vec::new();
        for (number, to) in self.to(peer) {
            if matches!(to.way, Way::Offered | Way::Moving { .. }) {
                to.way = Way::Ended(FileEnd::Gone);
                done.push(Done::Do(FileAction::Stop(number, peer)));
            }
        }
        done
    }

    /// `peer` asks for it, from this block on.
    pub(crate) fn accepted(&mut self, peer: PeerId, number: u32, block: u32, now: Duration) -> Vec<Done> {
        let Some(own) = self.file(number).filter(|own| own.withdrawn.is_none()) else {
            let withdraw = PeerMessage::FileWithdraw { transfer: number, reason: Withdrawal::Cancelled };
            return vec![Done::Say(peer, withdraw)];
        };
        let (size, blocks) = (own.size, blocks_of(own.size));
        let Some(to) = own.to.iter_mut().find(|to| to.peer == peer) else { return Vec::new() };
        if block > blocks || matches!(to.way, Way::Done) || !to.begins.take(now) {
            return Vec::new();
        }
        let mut pace = Pace::default();
        pace.note(now, bytes_of(block, size));
        to.way = Way::Moving { next: block, kept: block, pace, is_interrupted: false };
        let mut done = vec![Done::Do(FileAction::Begin(number, peer))];
        done.extend(to.send(number, blocks));
        done
    }

    /// `peer` has so many blocks of it.
    pub(crate) fn kept(&mut self, peer: PeerId, number: u32, count: u32, now: Duration) -> Vec<Done> {
        let Some(own) = self.file(number) else { return Vec::new() };
        let (size, blocks) = (own.size, blocks_of(own.size));
        let Some(to) = own.to.iter_mut().find(|to| to.peer == peer) else { return Vec::new() };
        let Way::Moving { next, kept, pace, .. } = &mut to.way else {
            // The last word on a connection that was lost; or of a file of nothing, for which nobody asks.
            if matches!(to.way, Way::Offered) && count == blocks {
                to.way = Way::Done;
            }
            return Vec::new();
        };
        // They cannot have what was never sent; but of an earlier connection they may have more than they asked for.
        if count > *next || count < *kept {
            return Vec::new();
        }
        *kept = count;
        pace.note(now, bytes_of(count, size));
        if count == blocks {
            to.way = Way::Done;
            return vec![Done::Do(FileAction::Stop(number, peer))];
        }
        to.send(number, blocks)
    }

    /// `peer` does not take it, or not the rest of it.
    pub(crate) fn declined(&mut self, peer: PeerId, number: u32, why: Refusal) -> Vec<Done> {
        for (of, to) in self.to(peer) {
            if of == number && matches!(to.way, Way::Offered | Way::Moving { .. }) {
                to.way = Way::Ended(FileEnd::Refused(why));
                return vec![Done::Do(FileAction::Stop(number, peer))];
            }
        }
        Vec::new()
    }

    /// A block was read for `peer`, who is told its checksum.
    pub(crate) fn read(&self, number: u32, peer: PeerId, block: u32, digest: Digest) -> Option<Done> {
        let own = self.files.iter().find(|own| own.number == number)?;
        let to = own.to.iter().find(|to| to.peer == peer)?;
        let message = PeerMessage::FileBlock { transfer: number, block, digest };
        matches!(to.way, Way::Moving { is_interrupted: false, .. }).then_some(Done::Say(peer, message))
    }

    /// Time has passed: what does not get on becomes slower.
    pub(crate) fn pass(&mut self, now: Duration) {
        for own in &mut self.files {
            for to in &mut own.to {
                if let Way::Moving { kept, pace, .. } = &mut to.way {
                    pace.note(now, bytes_of(*kept, own.size));
                }
            }
        }
    }

    /// The same without any files, and what ends what is being sent.
    pub(crate) fn end(&mut self) -> Vec<Done> {
        let files = std::mem::take(self).files;
        let all = files.iter().flat_map(|own| own.to.iter().map(|to| (own.number, to)));
        let moving = all.filter(|(_, to)| matches!(to.way, Way::Moving { .. }));
        moving.map(|(number, to)| Done::Do(FileAction::Stop(number, to.peer))).collect()
    }

    pub(crate) fn views(&self) -> impl Iterator<Item = FileView> {
        self.files.iter().map(Own::view)
    }

    fn file(&mut self, number: u32) -> Option<&mut Own> {
        self.files.iter_mut().find(|own| own.number == number)
    }

    fn to(&mut self, peer: PeerId) -> impl Iterator<Item = (u32, &mut To)> {
        self.files
            .iter_mut()
            .flat_map(move |own| own.to.iter_mut().map(|to| (own.number, to)))
            .filter(move |(_, to)| to.peer == peer)
    }
}

impl To {
    /// Sends as many blocks as may be under way.
    fn send(&mut self, number: u32, blocks: u32) -> Vec<Done> {
        let Way::Moving { next, kept, .. } = &mut self.way else { return Vec::new() };
        let until = kept.saturating_add(FILE_WINDOW_BLOCKS).min(blocks);
        let allowed =
            (*next..until).map(|block| Done::Do(FileAction::Send(number, self.peer, block))).collect();
        *next = (*next).max(until);
        allowed
    }

    fn state(&self, size: u64) -> FileState {
        match &self.way {
            Way::Offered => FileState::Offered,
            Way::Moving { kept, pace, is_interrupted, .. } => {
                FileState::Moving(pace.progress(bytes_of(*kept, size), size, *is_interrupted))
            }
            Way::Done => FileState::Done,
            Way::Ended(why) => FileState::Ended(*why),
        }
    }
}

impl Own {
    fn offered_to(&self, peer: PeerId) -> Done {
        let (transfer, name, size) = (self.number, self.name.clone(), self.size);
        Done::Say(peer, PeerMessage::FileOffer { transfer, name, size })
    }

    fn view(&self) -> FileView {
        let to: Vec<_> = self
            .to
            .iter()
            .map(|to| Receiver { peer: to.peer, name: to.name.clone(), state: to.state(self.size) })
            .collect();
        FileView {
            id: FileId::Own(self.number),
            name: self.name.clone(),
            size: self.size,
            said: self.said,
            from: None,
            state: self.together(&to),
            to,
        }
    }

    /// Whoever it gets to last says how far it is; who did not want it says so only if nobody did.
    fn together(&self, to: &[Receiver]) -> FileState {
        let moving = to.iter().filter_map(|to| match to.state {
            FileState::Moving(progress) => Some(progress),
            _ => None,
        });
        if let Some(last) = moving.min_by_key(|progress| progress.bytes) {
            return FileState::Moving(last);
        }
        let any = |wanted: fn(&FileState) -> bool| to.iter().any(|to| wanted(&to.state));
        if let Some(why) = self.withdrawn {
            return FileState::Ended(FileEnd::Withdrawn(why));
        }
        if to.is_empty() || any(|state| matches!(state, FileState::Offered)) {
            return FileState::Offered;
        }
        if any(|state| matches!(state, FileState::Done)) {
            return FileState::Done;
        }
        to.first().map_or(FileState::Offered, |to| to.state)
    }
}
