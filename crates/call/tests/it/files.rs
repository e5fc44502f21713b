//! Files given and taken, with one other page which need not be an honest one.

use crate::chat::{Guest, PAGE, id, said};
use ojak_call::protocol::{
    Digest, FILE_BLOCK_BYTES, FILE_BYTES_MAX, FILE_WINDOW_BLOCKS, FileName, PeerMessage, Refusal, Withdrawal,
};
use ojak_call::{
    Action, ChosenFile, Event, FileAction, FileEnd, FileEvent, FileId, FileState, Intent, NotOpened,
};

const THEIRS: FileId = FileId::Theirs(0);

fn sum(of: u8) -> Digest {
    Digest([of; 32])
}

fn done(actions: &[Action]) -> Vec<FileAction> {
    let done = actions.iter().filter_map(|action| match action {
        Action::File(action) => Some(action.clone()),
        _ => None,
    });
    done.collect()
}

fn blocks(count: u32) -> u64 {
    u64::from(count) * u64::from(FILE_BLOCK_BYTES)
}

impl Guest {
    fn gives(&mut self, size: u64) -> Vec<Action> {
        self.wants(Intent::Offer(vec![ChosenFile { number: 0, name: "a.bin".into(), size }]))
    }

    fn is_offered(&mut self, size: u64) -> Vec<Action> {
        self.hears(1, PeerMessage::FileOffer { transfer: 3, name: FileName::clean("b.bin"), size })
    }

    /// In the middle of a file of so many blocks of Ana's.
    fn taking(count: u32) -> Self {
        let mut guest = Self::greeted(1);
        guest.is_offered(blocks(count));
        guest.wants(Intent::TakeFile(THEIRS));
        guest.file(FileEvent::Opened(THEIRS));
        guest
    }

    fn file(&mut self, event: FileEvent) -> Vec<Action> {
        self.does(Event::File(event))
    }

    fn arrives(&mut self, block: u32, said: u8, arrived: u8) -> Vec<Action> {
        let mut actions = self.hears(1, PeerMessage::FileBlock { transfer: 3, block, digest: sum(said) });
        actions.extend(self.file(FileEvent::Arrived(THEIRS, block, sum(arrived))));
        actions
    }

    fn state(&self) -> FileState {
        self.call.view().files.first().expect("a file").state
    }
}

#[test]
fn nothing_is_sent_before_it_is_asked_for_and_then_no_more_than_a_window() {
    let mut guest = Guest::greeted(1);
    let actions = guest.gives(blocks(20));
    assert!(done(&actions).is_empty());
    let name = FileName::clean("a.bin");
    assert_eq!(said(&actions), [(id(1), PeerMessage::FileOffer { transfer: 0, name, size: blocks(20) })]);
    let actions = done(&guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 }));
    let send = |block| FileAction::Send(0, id(1), block);
    let window: Vec<_> = (0..FILE_WINDOW_BLOCKS).map(send).collect();
    assert_eq!(actions, [&[FileAction::Begin(0, id(1))][..], &window].concat());
    let next = done(&guest.hears(1, PeerMessage::FileKept { transfer: 0, blocks: 2 }));
    assert_eq!(next, [send(FILE_WINDOW_BLOCKS), send(FILE_WINDOW_BLOCKS + 1)]);
    // Nobody has what was never sent, nor less than before.
    for blocks in [1, 11, u32::MAX] {
        assert!(done(&guest.hears(1, PeerMessage::FileKept { transfer: 0, blocks })).is_empty());
    }
}

#[test]
fn an_offer_is_told_to_whoever_does_not_look() {
    let told = |actions: &[Action]| {
        actions.iter().any(|action| matches!(action, Action::Announce(ojak_call::Notice::File(..))))
    };
    let mut guest = Guest::greeted(1);
    assert!(told(&guest.is_offered(5)));
    assert_eq!(guest.call.view().chat.unread, 1);
    let mut guest = Guest::greeted(1);
    guest.wants(Intent::LookAtChat(ojak_call::protocol::Switch::On));
    assert!(!told(&guest.is_offered(5)));
    assert_eq!(guest.call.view().chat.unread, 0);
}

#[test]
fn a_file_is_taken_block_by_block_and_is_done_when_it_is_closed() {
    let mut guest = Guest::greeted(1);
    guest.is_offered(blocks(2));
    assert_eq!(guest.state(), FileState::Offered);
    let actions = guest.wants(Intent::TakeFile(THEIRS));
    assert_eq!(done(&actions), [FileAction::Open(THEIRS, FileName::clean("b.bin"), blocks(2))]);
    assert!(said(&actions).is_empty(), "there is no place for it yet");
    let actions = guest.file(FileEvent::Opened(THEIRS));
    assert_eq!(said(&actions), [(id(1), PeerMessage::FileAccept { transfer: 3, block: 0 })]);
    for block in 0..2 {
        assert_eq!(done(&guest.arrives(block, 7, 7)), [FileAction::Keep(THEIRS, block)]);
    }
    let kept = said(&guest.file(FileEvent::Kept(THEIRS, 0)));
    assert_eq!(kept, [(id(1), PeerMessage::FileKept { transfer: 3, blocks: 1 })]);
    assert_eq!(done(&guest.file(FileEvent::Kept(THEIRS, 1))), [FileAction::Finish(THEIRS)]);
    assert!(matches!(guest.state(), FileState::Moving(_)));
    let kept = said(&guest.file(FileEvent::Finished(THEIRS)));
    assert_eq!(kept, [(id(1), PeerMessage::FileKept { transfer: 3, blocks: 2 })]);
    assert_eq!(guest.state(), FileState::Done);
    // The last word may have been lost.
    let again = said(&guest.hears(1, PeerMessage::Hello { page: PAGE, chat: None }));
    assert!(again.contains(&(id(1), PeerMessage::FileKept { transfer: 3, blocks: 2 })), "{again:?}");
}

/// The checksum goes another way than the block.
#[test]
fn a_checksum_may_come_before_its_block_or_after_it() {
    let mut guest = Guest::taking(3);
    assert!(done(&guest.file(FileEvent::Arrived(THEIRS, 0, sum(1)))).is_empty());
    assert!(done(&guest.file(FileEvent::Arrived(THEIRS, 1, sum(2)))).is_empty());
    let announce = |block, of| PeerMessage::FileBlock { transfer: 3, block, digest: sum(of) };
    assert!(done(&guest.hears(1, announce(1, 2))).is_empty(), "the first is not verified");
    let both = done(&guest.hears(1, announce(0, 1)));
    assert_eq!(both, [FileAction::Keep(THEIRS, 0), FileAction::Keep(THEIRS, 1)]);
}

#[test]
fn a_damaged_block_is_asked_for_again_and_at_last_given_up() {
    let mut guest = Guest::taking(2);
    guest.arrives(0, 1, 1);
    for _ in 0..3 {
        let again = said(&guest.arrives(1, 5, 6));
        assert_eq!(again, [(id(1), PeerMessage::FileAccept { transfer: 3, block: 1 })]);
    }
    let actions = guest.arrives(1, 5, 6);
    let declined = PeerMessage::FileDecline { transfer: 3, reason: Refusal::Damaged };
    assert_eq!(said(&actions), [(id(1), declined)]);
    assert_eq!(done(&actions), [FileAction::Forget(THEIRS)]);
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Refused(Refusal::Damaged)));
}

#[test]
fn either_side_can_end_it_and_the_other_is_told_why() {
    let mut guest = Guest::taking(2);
    let actions = guest.wants(Intent::CancelFile(THEIRS));
    let declined = PeerMessage::FileDecline { transfer: 3, reason: Refusal::Stopped };
    assert_eq!((said(&actions), done(&actions)), (vec![(id(1), declined)], vec![FileAction::Forget(THEIRS)]));
    // What was under way is dropped.
    assert!(done(&guest.arrives(0, 1, 1)).is_empty());

    let mut guest = Guest::taking(2);
    let why = Withdrawal::Unreadable;
    let actions = guest.hears(1, PeerMessage::FileWithdraw { transfer: 3, reason: why });
    assert_eq!(done(&actions), [FileAction::Forget(THEIRS)]);
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Withdrawn(why)));

    let mut guest = Guest::greeted(1);
    guest.gives(blocks(9));
    guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 });
    let actions = guest.wants(Intent::CancelFile(FileId::Own(0)));
    let withdrawn = PeerMessage::FileWithdraw { transfer: 0, reason: Withdrawal::Cancelled };
    assert_eq!(
        (said(&actions), done(&actions)),
        (vec![(id(1), withdrawn.clone())], vec![FileAction::Stop(0, id(1))])
    );
    // Who asks for it all the same is told again, and gets nothing.
    let actions = guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 });
    assert_eq!((said(&actions), done(&actions)), (vec![(id(1), withdrawn)], vec![]));
}

/// Whoever waits in vain for a file to go on gives it up, and there is nobody to say it to just then.
#[test]
fn what_was_given_up_while_nothing_got_through_is_said_again() {
    let mut guest = Guest::taking(2);
    guest.wants(Intent::CancelFile(THEIRS));
    let again = said(&guest.hears(1, PeerMessage::Hello { page: PAGE, chat: None }));
    let declined = PeerMessage::FileDecline { transfer: 3, reason: Refusal::Stopped };
    assert!(again.contains(&(id(1), declined)), "{again:?}");
    for _ in 0..2 {
        let another = said(&guest.hears(1, PeerMessage::Hello { page: PAGE + 1, chat: None }));
        let declines = |(_, message): &(_, PeerMessage)| matches!(message, PeerMessage::FileDecline { .. });
        assert!(!another.iter().any(declines), "a page that was loaded again does not know of it");
    }
}

/// Whoever was thought to be gone, and has had all of it since, says so when they are back.
#[test]
fn who_has_all_of_a_file_has_it_though_it_is_offered_once_more() {
    for count in [0, 2] {
        let mut guest = Guest::greeted(1);
        guest.gives(blocks(count));
        guest.hears(1, PeerMessage::FileKept { transfer: 0, blocks: count });
        assert_eq!(guest.state(), FileState::Done, "{count} blocks");
    }
}

#[test]
fn a_call_that_ends_takes_with_it_what_was_being_sent() {
    let mut guest = Guest::greeted(1);
    guest.gives(blocks(9));
    guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 });
    assert_eq!(done(&guest.wants(Intent::Leave)), [FileAction::Stop(0, id(1))]);
}

#[test]
fn what_failed_here_can_be_tried_again() {
    let mut guest = Guest::taking(2);
    guest.arrives(0, 1, 1);
    let actions = guest.file(FileEvent::NotKept(THEIRS, NotOpened::NoSpace));
    let declined = PeerMessage::FileDecline { transfer: 3, reason: Refusal::NoSpace };
    assert_eq!(said(&actions), [(id(1), declined)]);
    assert!(matches!(done(&guest.wants(Intent::TakeFile(THEIRS)))[..], [FileAction::Open(..)]));
    guest.file(FileEvent::NotOpened(THEIRS, NotOpened::Dismissed));
    assert_eq!(guest.state(), FileState::Offered, "the question was closed: nothing has happened");

    let mut guest = Guest::greeted(1);
    guest.gives(5);
    guest.hears(1, PeerMessage::FileDecline { transfer: 0, reason: Refusal::NoSpace });
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Refused(Refusal::NoSpace)));
    let begun = done(&guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 }));
    assert_eq!(begun, [FileAction::Begin(0, id(1)), FileAction::Send(0, id(1), 0)], "they try again");
}

#[test]
fn who_goes_or_loads_the_page_again_takes_their_files_along() {
    let mut guest = Guest::taking(2);
    let actions = guest.hears(1, PeerMessage::Hello { page: PAGE + 1, chat: None });
    assert_eq!(done(&actions), [FileAction::Forget(THEIRS)]);
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Reloaded));
    assert!(done(&guest.wants(Intent::TakeFile(THEIRS))).is_empty());

    let mut guest = Guest::taking(2);
    assert_eq!(done(&guest.hears(1, PeerMessage::Leave)), [FileAction::Forget(THEIRS)]);
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Gone));

    let mut guest = Guest::greeted(1);
    guest.gives(blocks(3));
    guest.hears(1, PeerMessage::FileAccept { transfer: 0, block: 0 });
    let again = said(&guest.hears(1, PeerMessage::Hello { page: PAGE + 1, chat: None }));
    assert!(again.iter().any(|(_, message)| matches!(message, PeerMessage::FileOffer { transfer: 0, .. })));
    assert_eq!(guest.state(), FileState::Offered);
}

#[test]
fn a_browser_that_has_no_disk_says_so_to_both_sides() {
    let mut guest = Guest::greeted(1);
    guest.file(FileEvent::Limit(1000));
    let actions = guest.is_offered(1001);
    let declined = PeerMessage::FileDecline { transfer: 3, reason: Refusal::TooLarge };
    assert_eq!(said(&actions), [(id(1), declined.clone())]);
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Refused(Refusal::TooLarge)));
    assert_eq!(
        said(&guest.is_offered(1001)),
        [(id(1), declined)],
        "nor is it smaller when it is offered again"
    );
    assert_eq!(guest.state(), FileState::Ended(FileEnd::Refused(Refusal::TooLarge)));
}

#[test]
fn a_flood_of_offers_is_refused() {
    let mut guest = Guest::greeted(1);
    for transfer in 0..10_000 {
        let name = FileName::clean("flood");
        guest.hears(1, PeerMessage::FileOffer { transfer, name, size: 1 });
        if transfer % 4 == 0 {
            guest.passes(500);
        }
    }
    assert!(guest.call.view().files.len() <= 16);
    let name = FileName::clean("b.bin");
    guest.passes(60_000);
    let actions = guest.hears(1, PeerMessage::FileOffer { transfer: 20_000, name, size: FILE_BYTES_MAX + 1 });
    assert!(matches!(said(&actions)[..], [(_, PeerMessage::FileDecline { .. })]), "{actions:?}");
}

/// A connection that is made anew a few times in a row was answered with refusals of what was open here.
#[test]
fn what_is_offered_already_may_be_offered_again_at_any_time() {
    let mut guest = Guest::greeted(1);
    let offer = |transfer| PeerMessage::FileOffer { transfer, name: FileName::clean("b.bin"), size: 5 };
    for transfer in [0, 1, 2, 3, 4, 5, 6, 7].repeat(5) {
        assert_eq!(said(&guest.hears(1, offer(transfer))), []);
    }
    assert!(guest.call.view().files.iter().all(|file| file.state == FileState::Offered));
}

#[test]
fn who_begins_anew_all_the_time_is_not_read_to_all_the_time() {
    let mut guest = Guest::greeted(1);
    guest.gives(blocks(20));
    let begun = |guest: &mut Guest| {
        let accept = PeerMessage::FileAccept { transfer: 0, block: 0 };
        (0..1000).filter(|_| !done(&guest.hears(1, accept.clone())).is_empty()).count()
    };
    assert_eq!(begun(&mut guest), 8);
    guest.passes(1000);
    assert_eq!(begun(&mut guest), 1);
}

#[test]
fn names_are_safe_to_show_and_to_save() {
    for (given, expected) in [
        ("bridge.jpg", "bridge.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\bridge.jpg", "bridge.jpg"),
        ("photo\u{202E}gpj.exe", "photogpj.exe"),
        (".bashrc", "bashrc"),
        ("a\nb\u{0}.txt", "ab.txt"),
        ("con.txt", "_con.txt"),
        ("COM1", "_COM1"),
        ("constant.txt", "constant.txt"),
        ("what?.txt:stream", "what.txtstream"),
        ("..", "file"),
        ("", "file"),
        ("기차 시간표.pdf", "기차 시간표.pdf"),
    ] {
        assert_eq!(FileName::clean(given).as_str(), expected, "{given:?}");
    }
    let long = format!("{}.tar.gz", "다".repeat(500));
    let clean = FileName::clean(&long);
    assert_eq!(clean.as_str().chars().count(), 120);
    assert_eq!(clean.parts().1, ".gz");
    assert_eq!(FileName::clean(clean.as_str()), clean, "a safe name stays as it is");
}
