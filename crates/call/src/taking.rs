//! Files that others offer: what the person takes of them, what has arrived, and whether it is what was sent.

use crate::FileAction;
use crate::bucket::Bucket;
use crate::file::{FileEnd, FileEvent, FileId, FileState, FileView, NotOpened, Pace};
use crate::giving::{Done, blocks_of, bytes_of};
use ojak_protocol::{
    Digest, DisplayName, FILE_BYTES_MAX, FILE_WINDOW_BLOCKS, FileName, PeerId, PeerMessage, Refusal,
    Withdrawal,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Most files that one other may have offered without an answer, and most of them in all.
const OPEN_MAX: usize = 16;
const FILES_MAX: usize = 100;
/// So many offers at once, and so many a second.
const OFFERS: (u32, u32) = (20, 2);
/// Of a page that is not there any more.
const NO_TRANSFER: u32 = u32::MAX;
/// After so many blocks that came damaged a file is given up.
const DAMAGED_MAX: u32 = 3;

#[derive(Clone, Debug)]
struct Theirs {
    id: FileId,
    peer: PeerId,
    peer_name: DisplayName,
    transfer: u32,
    name: FileName,
    size: u64,
    said: Duration,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Offered,
    Opening,
    Moving(Moving),
    Done,
    Ended(FileEnd),
}

/// How far a file is that is being received.
#[derive(Clone, Debug, Default)]
struct Moving {
    /// Blocks that are as they were sent.
    verified: u32,
    /// Those of them that are written.
    kept: u32,
    /// Checksums by block: what they said, and what arrived.
    said: BTreeMap<u32, Digest>,
    arrived: BTreeMap<u32, Digest>,
    damaged: u32,
    pace: Pace,
    is_interrupted: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Taking {
    files: Vec<Theirs>,
    next: u32,
    greeted: Vec<PeerId>,
    offers: BTreeMap<PeerId, Bucket>,
    /// The largest file that this browser can keep.
    limit: Option<u64>,
}

impl Taking {
    /// `peer` offers a file.
    pub(crate) fn offered(
        &mut self,
        peer: PeerId,
        peer_name: &DisplayName,
        (transfer, name, size): (u32, FileName, u64),
        (now, time_of_day): (Duration, Duration),
    ) -> Vec<Done> {
        let decline = |reason| vec![Done::Say(peer, PeerMessage::FileDecline { transfer, reason })];
        let known = self.files.iter_mut().find(|file| file.peer == peer && file.transfer == transfer);
        // Said again on another connection.
        if known.as_ref().is_some_and(|known| !matches!(known.way, Way::Ended(_))) {
            return Vec::new();
        }
        if !self.offers.entry(peer).or_insert_with(|| Bucket::a_second(OFFERS)).take(now) {
            return decline(Refusal::TooMany);
        }
        let is_too_large = self.limit.is_some_and(|limit| size > limit);
        // They try again what did not come.
        if let Some(known) = known {
            if known.size != size {
                return Vec::new();
            }
            if is_too_large {
                return decline(Refusal::TooLarge);
            }
            known.way = Way::Offered;
            return vec![Done::Offered(known.id, known.peer_name.clone(), known.name.clone())];
        }
        let theirs = self.files.iter().filter(|file| file.peer == peer);
        let open = theirs.clone().filter(|file| matches!(file.way, Way::Offered)).count();
        if open >= OPEN_MAX || theirs.count() >= FILES_MAX || size > FILE_BYTES_MAX {
            return decline(Refusal::TooMany);
        }
        let refused = FileEnd::Refused(Refusal::TooLarge);
        let id = FileId::Theirs(self.next);
        self.next += 1;
        let mut done = vec![Done::Offered(id, peer_name.clone(), name.clone())];
        if is_too_large {
            done.extend(decline(Refusal::TooLarge));
        }
        self.files.push(Theirs {
            id,
            peer,
            peer_name: peer_name.clone(),
            transfer,
            name,
            size,
            said: time_of_day,
            way: if is_too_large { Way::Ended(refused) } else { Way::Offered },
        });
        done
    }

    /// The person wants it: at first, or again after it could not be kept.
    pub(crate) fn accept(&mut self, id: FileId) -> Vec<Done> {
        let Some(file) = self.file(id) else { return Vec::new() };
        let again =
            [Refusal::Stopped, Refusal::Declined, Refusal::NoSpace, Refusal::Unwritable, Refusal::Damaged];
        let may = match file.way {
            Way::Offered => true,
            Way::Ended(FileEnd::Refused(why)) => again.contains(&why),
            Way::Opening | Way::Moving(_) | Way::Done | Way::Ended(_) => false,
        };
        if !may || file.transfer == NO_TRANSFER {
            return Vec::new();
        }
        file.way = Way::Opening;
        vec![Done::Do(FileAction::Open(id, file.name.clone(), file.size))]
    }

    /// The person does not want it, or not the rest of it.
    pub(crate) fn decline(&mut self, id: FileId) -> Vec<Done> {
        let Some(file) = self.file(id) else { return Vec::new() };
        match file.way {
            Way::Offered => file.end(Refusal::Declined),
            Way::Opening | Way::Moving(_) => file.end(Refusal::Stopped),
            Way::Done | Way::Ended(_) => Vec::new(),
        }
    }

    /// There is another connection to `peer`, which has said nothing yet.
    pub(crate) fn connect(&mut self, peer: PeerId) {
        self.greeted.retain(|greeted| *greeted != peer);
        for file in self.files.iter_mut().filter(|file| file.peer == peer) {
            if let Way::Moving(moving) = &mut file.way {
                moving.is_interrupted = true;
            }
        }
    }

    /// `peer` said hello on it; `is_new` when their page was loaded again.
    pub(crate) fn greet(&mut self, peer: PeerId, is_new: bool, now: Duration) -> Vec<Done> {
        if !self.greeted.contains(&peer) {
            self.greeted.push(peer);
        }
        let mut done = Vec::new();
        for file in self.files.iter_mut().filter(|file| file.peer == peer) {
            if is_new {
                // Their numbers begin anew.
                file.transfer = NO_TRANSFER;
            }
            match &mut file.way {
                Way::Offered | Way::Opening | Way::Moving(_) | Way::Ended(FileEnd::Gone) if is_new => {
                    file.way = Way::Ended(FileEnd::Reloaded);
                    done.push(Done::Do(FileAction::Forget(file.id)));
                }
                Way::Moving(moving) => {
                    moving.is_interrupted = false;
                    moving.pace = Pace::default();
                    moving.pace.note(now, bytes_of(moving.kept, file.size));
                    done.extend(file.ask());
                }
                // The last word may have been lost with the connection.
                Way::Done if file.transfer != NO_TRANSFER => done.push(file.kept_all()),
                Way::Ended(FileEnd::Refused(reason)) if file.transfer != NO_TRANSFER => {
                    let (transfer, reason) = (file.transfer, *reason);
                    done.push(Done::Say(peer, PeerMessage::FileDecline { transfer, reason }));
                }
                // They were thought to be gone, and need not know of it.
                Way::Ended(FileEnd::Gone) => file.way = Way::Offered,
                Way::Done | Way::Offered | Way::Opening | Way::Ended(_) => {}
            }
        }
        done
    }

    /// `peer` is gone for good.
    pub(crate) fn part(&mut self, peer: PeerId) -> Vec<Done> {
        self.greeted.retain(|greeted| *greeted != peer);
        self.offers.remove(&peer);
        self.give_up(|file| file.peer == peer, FileEnd::Gone)
    }

    /// `peer` takes it back.
    pub(crate) fn withdrawn(&mut self, peer: PeerId, transfer: u32, why: Withdrawal) -> Vec<Done> {
        self.give_up(|file| file.peer == peer && file.transfer == transfer, FileEnd::Withdrawn(why))
    }

    /// `peer` says what a block's checksum is.
    pub(crate) fn announced(&mut self, peer: PeerId, transfer: u32, block: u32, digest: Digest) -> Vec<Done> {
        let file = self.files.iter_mut().find(|file| file.peer == peer && file.transfer == transfer);
        let Some(file) = file else { return Vec::new() };
        let Way::Moving(moving) = &mut file.way else { return Vec::new() };
        let window = moving.kept..moving.kept.saturating_add(2 * FILE_WINDOW_BLOCKS);
        if window.contains(&block) {
            moving.said.insert(block, digest);
        }
        file.verify()
    }

    /// What happened to a file of theirs here.
    pub(crate) fn handle(&mut self, event: FileEvent, now: Duration) -> Vec<Done> {
        let id = match &event {
            FileEvent::Limit(limit) => {
                self.limit = Some(*limit);
                return Vec::new();
            }
            FileEvent::Opened(id)
            | FileEvent::NotOpened(id, _)
            | FileEvent::Arrived(id, ..)
            | FileEvent::Kept(id, _)
            | FileEvent::NotKept(id, _)
            | FileEvent::Finished(id) => *id,
            FileEvent::Read(..) | FileEvent::Unreadable(_) => return Vec::new(),
        };
        let greeted = self.greeted.clone();
        let Some(file) = self.file(id) else { return vec![Done::Do(FileAction::Forget(id))] };
        match (event, &mut file.way) {
            (FileEvent::Opened(_), Way::Opening) => {
                let mut moving =
                    Moving { is_interrupted: !greeted.contains(&file.peer), ..Moving::default() };
                moving.pace.note(now, 0);
                let is_interrupted = moving.is_interrupted;
                file.way = Way::Moving(moving);
                let mut done = if is_interrupted { Vec::new() } else { file.ask() };
                // There is nothing to wait for.
                if file.size == 0 {
                    done.push(Done::Do(FileAction::Finish(id)));
                }
                done
            }
            (FileEvent::NotOpened(_, NotOpened::Dismissed), Way::Opening) => {
                file.way = Way::Offered;
                Vec::new()
            }
            (FileEvent::NotOpened(_, why), Way::Opening) | (FileEvent::NotKept(_, why), Way::Moving(_)) => {
                file.end(if why == NotOpened::NoSpace { Refusal::NoSpace } else { Refusal::Unwritable })
            }
            (FileEvent::Arrived(_, block, digest), Way::Moving(moving)) => {
                if block >= moving.verified {
                    moving.arrived.insert(block, digest);
                }
                file.verify()
            }
            (FileEvent::Kept(_, block), Way::Moving(moving)) if block == moving.kept => {
                moving.kept += 1;
                moving.pace.note(now, bytes_of(moving.kept, file.size));
                let (blocks, transfer) = (moving.kept, file.transfer);
                if blocks == blocks_of(file.size) {
                    return vec![Done::Do(FileAction::Finish(id))];
                }
                vec![Done::Say(file.peer, PeerMessage::FileKept { transfer, blocks })]
            }
            (FileEvent::Finished(_), Way::Moving(_)) => {
                file.way = Way::Done;
                vec![file.kept_all()]
            }
            // What is opened for a file that nobody wants any more is closed again.
            (FileEvent::Opened(_) | FileEvent::Finished(_), _) => vec![Done::Do(FileAction::Forget(id))],
            _ => Vec::new(),
        }
    }

    /// Time has passed: what does not get on becomes slower.
    pub(crate) fn pass(&mut self, now: Duration) {
        for file in &mut self.files {
            if let Way::Moving(moving) = &mut file.way {
                moving.pace.note(now, bytes_of(moving.kept, file.size));
            }
        }
    }

    pub(crate) fn views(&self) -> impl Iterator<Item = FileView> {
        self.files.iter().map(Theirs::view)
    }

    /// Everything that was opened for a file.
    pub(crate) fn forget(&self) -> Vec<Done> {
        self.files.iter().map(|file| Done::Do(FileAction::Forget(file.id))).collect()
    }

    /// The same without any files; numbers go on.
    pub(crate) fn emptied(&self) -> Self {
        Self { next: self.next, limit: self.limit, ..Self::default() }
    }

    fn file(&mut self, id: FileId) -> Option<&mut Theirs> {
        self.files.iter_mut().find(|file| file.id == id)
    }

    fn give_up(&mut self, which: impl Fn(&Theirs) -> bool, why: FileEnd) -> Vec<Done> {
        let mut done = Vec::new();
        for file in self.files.iter_mut().filter(|file| which(file)) {
            if matches!(file.way, Way::Offered | Way::Opening | Way::Moving(_)) {
                file.way = Way::Ended(why);
                done.push(Done::Do(FileAction::Forget(file.id)));
            }
        }
        done
    }
}

impl Theirs {
    /// Asks for what is missing.
    fn ask(&mut self) -> Vec<Done> {
        let Way::Moving(moving) = &mut self.way else { return Vec::new() };
        (moving.said, moving.arrived) = Default::default();
        let (file, peer, transfer, size, block) =
            (self.id, self.peer, self.transfer, self.size, moving.verified);
        vec![
            Done::Do(FileAction::Expect { file, peer, transfer, size, block }),
            Done::Say(peer, PeerMessage::FileAccept { transfer, block }),
        ]
    }

    /// Keeps what arrived as it was sent, in order; asks again for what did not.
    fn verify(&mut self) -> Vec<Done> {
        let mut done = Vec::new();
        while let Way::Moving(moving) = &mut self.way {
            let block = moving.verified;
            let (Some(said), Some(arrived)) = (moving.said.get(&block), moving.arrived.get(&block)) else {
                break;
            };
            if said == arrived {
                moving.said.remove(&block);
                moving.arrived.remove(&block);
                moving.verified += 1;
                done.push(Done::Do(FileAction::Keep(self.id, block)));
                continue;
            }
            moving.damaged += 1;
            if moving.damaged > DAMAGED_MAX {
                done.extend(self.end(Refusal::Damaged));
            } else {
                done.extend(self.ask());
            }
            break;
        }
        done
    }

    fn end(&mut self, why: Refusal) -> Vec<Done> {
        self.way = Way::Ended(FileEnd::Refused(why));
        let decline = PeerMessage::FileDecline { transfer: self.transfer, reason: why };
        vec![Done::Do(FileAction::Forget(self.id)), Done::Say(self.peer, decline)]
    }

    fn kept_all(&self) -> Done {
        let (transfer, blocks) = (self.transfer, blocks_of(self.size));
        Done::Say(self.peer, PeerMessage::FileKept { transfer, blocks })
    }

    fn view(&self) -> FileView {
        FileView {
            id: self.id,
            name: self.name.clone(),
            size: self.size,
            said: self.said,
            from: Some((self.peer, self.peer_name.clone())),
            state: match &self.way {
                Way::Offered => FileState::Offered,
                Way::Opening => FileState::Opening,
                Way::Moving(moving) => {
                    let bytes = bytes_of(moving.kept, self.size);
                    FileState::Moving(moving.pace.progress(bytes, self.size, moving.is_interrupted))
                }
                Way::Done => FileState::Done,
                Way::Ended(why) => FileState::Ended(*why),
            },
            to: Vec::new(),
        }
    }
}
