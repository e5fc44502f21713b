//! Two people and a verification, from the wish to its end: with a server in between that may swap certificates.

use VerifyIntent::{Accept, Ask, Close, Heard, NotHeard, Pick, PickNone, Reconnect};
use ojak_call::protocol::{
    Bytes32, ChatText, ClientMessage, Description, DisplayName, FileName, PeerEntry, PeerId, PeerMessage,
    PeerSignal, Reaction, RoomName, SdpType, ServerMessage, Status, Switch,
};
use ojak_call::{
    Action, Call, Choices, Code, ConnectionState, DeviceAction, DeviceEvent, DeviceProblem, Event,
    FormFactor, Intent, LinkState, Lobby, NoRun, Notice, Opening, PeerAction, PeerEvent, Permission,
    Permissions, RUNS_MAX, Seat, SocketEvent, Standing, Verified, VerifyIntent, VerifyStep,
};
use std::collections::VecDeque;
use std::time::Duration;

const NAMES: [&str; 2] = ["Ana", "Ben"];

struct Connection {
    number: u32,
    opening: Opening,
    local: Option<String>,
    remote: Option<String>,
    is_open: bool,
}

struct Page {
    call: Call,
    /// Which certificate its browser has.
    certificate: u8,
    connection: Option<Connection>,
    notices: Vec<Notice>,
    verified: Vec<Verified>,
}

/// The certificates that somebody between the two puts into what Ana says, and into what Ben says.
type Swap = [Option<u8>; 2];

/// Ana and Ben, and what is on its way between them.
struct Two {
    pages: [Page; 2],
    wire: VecDeque<(usize, Event)>,
    now: Duration,
    swap: Swap,
    /// Changes what somebody says over the data channel, or keeps it back.
    tamper: fn(usize, PeerMessage) -> Option<PeerMessage>,
}

const ANA: usize = 0;
const BEN: usize = 1;

fn id(page: usize) -> PeerId {
    PeerId::from_bits((page as u128 + 1) << 64)
}

fn name(page: usize) -> DisplayName {
    DisplayName::parse(NAMES[page]).unwrap()
}

fn room() -> RoomName {
    RoomName::parse("den").unwrap()
}

fn sdp(certificate: u8) -> String {
    let pairs = vec![format!("{certificate:02X}"); 32].join(":");
    format!("v=0\r\nm=audio 9 X 111\r\na=fingerprint:sha-256 {pairs}\r\n")
}

fn entry(page: usize) -> PeerEntry {
    PeerEntry { peer: id(page), name: name(page), away: false }
}

fn joined(page: usize, others: Vec<PeerEntry>) -> Event {
    heard(ServerMessage::Joined {
        you: id(page),
        room: room(),
        resume: "token".into(),
        host: id(page),
        locked: false,
        peers: others,
        ice_servers: vec![],
    })
}

fn heard(message: ServerMessage<PeerSignal>) -> Event {
    Event::Socket(SocketEvent::Message(message))
}

impl Page {
    fn new(certificate: u8) -> Self {
        let mut call = Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7));
        call.handle(Event::Secret([certificate; 32]), Duration::ZERO);
        Self { call, certificate, connection: None, notices: Vec::new(), verified: Vec::new() }
    }

    fn step(&self) -> Option<VerifyStep> {
        self.call.view().verifying.map(|verifying| verifying.step)
    }

    fn standing(&self) -> Standing {
        self.call.view().people[0].standing
    }

    fn state(&self) -> LinkState {
        self.call.view().people[0].state
    }

    fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.is_open)
    }

    /// What the person would read aloud.
    fn reads(&self) -> Code {
        match self.step() {
            Some(VerifyStep::Reading(code)) => code,
            other => panic!("nothing to read: {other:?}"),
        }
    }

    /// Which row the person would choose who hears `code`.
    fn row(&self, code: Code) -> Option<usize> {
        match self.step() {
            Some(VerifyStep::Choosing(rows)) => rows.iter().position(|row| *row == code),
            other => panic!("nothing to choose: {other:?}"),
        }
    }
}

impl Two {
    /// In a room with each other, by these certificates.
    fn new(certificates: [u8; 2], swap: Swap) -> Self {
        let pages = certificates.map(Page::new);
        let now = Duration::from_secs(1);
        let mut two = Self { pages, wire: VecDeque::new(), now, swap, tamper: |_, message| Some(message) };
        for page in [ANA, BEN] {
            two.open_devices(page);
            let (room, name) = ("den".into(), NAMES[page].into());
            two.tell(page, Event::Intent(Intent::Join { room, name }));
            two.tell(page, Event::Socket(SocketEvent::Opened));
        }
        two.tell(ANA, joined(ANA, vec![]));
        two.tell(BEN, joined(BEN, vec![entry(ANA)]));
        two.tell(ANA, heard(ServerMessage::PeerJoined { peer: id(BEN), name: name(BEN) }));
        two.settle();
        two
    }

    fn met() -> Self {
        let two = Self::new([1, 2], [None, None]);
        assert!(two.pages.iter().all(Page::is_connected));
        two
    }

    fn open_devices(&mut self, page: usize) {
        let permissions = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
        self.tell(page, Event::Device(DeviceEvent::Ready(permissions)));
    }

    fn tell(&mut self, page: usize, event: Event) {
        for action in self.pages[page].call.handle(event, self.now) {
            self.perform(page, action);
        }
    }

    fn wants(&mut self, page: usize, intent: VerifyIntent) {
        self.tell(page, Event::Intent(Intent::Verify(id(1 - page), intent)));
        self.settle();
    }

    /// Until nothing is on its way.
    fn settle(&mut self) {
        for _ in 0..1000 {
            let Some((page, event)) = self.wire.pop_front() else { return };
            self.tell(page, event);
            self.open_channels();
        }
        panic!("it goes on and on");
    }

    fn passes(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += Duration::from_secs(1);
            for page in [ANA, BEN] {
                self.tell(page, Event::Tick(self.now));
            }
            self.settle();
        }
    }

    fn open_channels(&mut self) {
        let is_ready = |page: &Page| {
            let both =
                page.connection.as_ref().map(|c| c.local.is_some() && c.remote.is_some() && !c.is_open);
            both.unwrap_or(false)
        };
        if !self.pages.iter().all(is_ready) {
            return;
        }
        for page in [ANA, BEN] {
            let Some(connection) = &mut self.pages[page].connection else { continue };
            connection.is_open = true;
            let number = connection.number;
            for event in [PeerEvent::State(ConnectionState::Connected), PeerEvent::ChannelOpened] {
                self.wire.push_back((page, Event::Peer(id(1 - page), number, event)));
            }
        }
    }

    fn happens(&mut self, page: usize, event: PeerEvent) {
        let number = self.pages[page].connection.as_ref().map_or(0, |connection| connection.number);
        self.wire.push_back((page, Event::Peer(id(1 - page), number, event)));
    }

    fn close(&mut self, page: usize) {
        self.pages[page].connection = None;
        if let Some(other) = self.pages[1 - page].connection.as_mut().filter(|other| other.is_open) {
            other.is_open = false;
            (other.local, other.remote) = (None, None);
            self.happens(1 - page, PeerEvent::ChannelClosed);
        }
    }

    fn perform(&mut self, page: usize, action: Action) {
        match action {
            Action::Send(ClientMessage::Signal { payload, .. }) => {
                let payload = self.swapped(page, payload);
                self.wire.push_back((1 - page, heard(ServerMessage::Signal { from: id(page), payload })));
            }
            Action::Device(DeviceAction::Open { ticket, .. }) => {
                let permissions =
                    Permissions { camera: Permission::Granted, microphone: Permission::Granted };
                let refused = DeviceEvent::Refused { ticket, problem: DeviceProblem::Missing, permissions };
                self.tell(page, Event::Device(refused));
            }
            Action::CreatePeer { connection: number, opening, .. } => {
                self.close(page);
                let connection = Connection { number, opening, local: None, remote: None, is_open: false };
                self.pages[page].connection = Some(connection);
                if opening == Opening::Offers {
                    self.happens(page, PeerEvent::NegotiationNeeded);
                }
            }
            Action::ClosePeer(_) => self.close(page),
            Action::Peer(_, action) => self.operate(page, action),
            Action::Announce(notice) => self.pages[page].notices.push(notice),
            Action::KeepVerified(verified) => self.pages[page].verified = verified,
            _ => {}
        }
    }

    fn operate(&mut self, page: usize, action: PeerAction) {
        let certificate = self.pages[page].certificate;
        let Some(connection) = &mut self.pages[page].connection else { return };
        match action {
            PeerAction::SetLocal => {
                let sdp_type = match connection.opening {
                    Opening::Offers => SdpType::Offer,
                    Opening::Answers => SdpType::Answer,
                };
                connection.local = Some(sdp(certificate));
                self.happens(page, PeerEvent::LocalSet(Description { sdp_type, sdp: sdp(certificate) }));
            }
            PeerAction::SetRemote(description) => {
                connection.remote = Some(description.sdp);
                self.happens(page, PeerEvent::RemoteSet);
            }
            PeerAction::Say(message) if connection.is_open && self.pages[1 - page].is_connected() => {
                match (self.tamper)(page, message) {
                    Some(PeerMessage::Signal { payload }) => {
                        let payload = self.swapped(page, payload);
                        self.happens(1 - page, PeerEvent::Said(PeerMessage::Signal { payload }));
                    }
                    Some(message) => self.happens(1 - page, PeerEvent::Said(message)),
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn swapped(&self, page: usize, signal: PeerSignal) -> PeerSignal {
        match (signal, self.swap[page]) {
            (PeerSignal::Description { generation, sequence, description }, Some(certificate)) => {
                let description = Description { sdp: sdp(certificate), ..description };
                PeerSignal::Description { generation, sequence, description }
            }
            (signal, _) => signal,
        }
    }

    /// A page is loaded again, with this certificate, and comes back to its seat.
    fn reload(&mut self, page: usize, certificate: u8) {
        self.now += Duration::from_secs(1);
        let verified = self.pages[page].verified.clone();
        self.close(page);
        self.pages[page] = Page::new(certificate);
        self.pages[page].verified.clone_from(&verified);
        self.open_devices(page);
        self.tell(page, Event::Recalled(verified));
        let seat = Seat { room: room(), name: name(page), peer: id(page), resume: "token".into() };
        self.tell(page, Event::Intent(Intent::Return(seat)));
        self.tell(page, Event::Socket(SocketEvent::Opened));
        self.tell(page, joined(page, vec![entry(1 - page)]));
        self.settle();
        self.passes(2);
    }

    /// The usual way to the end, Ana choosing.
    fn verify(&mut self) {
        self.wants(ANA, Ask);
        self.wants(BEN, Accept);
        let row = self.pages[ANA].row(self.pages[BEN].reads()).expect("Ana has what Ben reads");
        self.wants(ANA, Pick(row));
        self.wants(BEN, Heard);
        self.wants(ANA, Close);
    }

    fn standings(&self) -> [Standing; 2] {
        [self.pages[ANA].standing(), self.pages[BEN].standing()]
    }
}

const BOTH_VERIFIED: [Standing; 2] = [Standing::Verified, Standing::Verified];

#[test]
fn choosing_what_was_read_verifies_both() {
    let mut two = Two::met();
    two.wants(ANA, Ask);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Waiting));
    assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Invited));
    two.wants(BEN, Accept);
    let row = two.pages[ANA].row(two.pages[BEN].reads()).unwrap();
    two.wants(ANA, Pick(row));
    assert_eq!(two.standings(), [Standing::Verified, Standing::Unverified]);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Matched));
    assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Told));
    two.wants(BEN, Heard);
    assert_eq!(two.standings(), BOTH_VERIFIED);
    assert_eq!(two.pages[BEN].step(), None);
    assert_eq!(two.pages[BEN].notices.iter().filter(|n| **n == Notice::Verified(name(ANA))).count(), 1);
    two.wants(ANA, Close);
    assert_eq!(two.pages[ANA].step(), None);
    assert_eq!(two.pages[ANA].verified.len(), 1);
}

#[test]
fn every_row_is_another_one_and_the_right_one_is_not_always_in_the_same_place() {
    let places: Vec<_> = (1..40)
        .map(|certificate| {
            let mut two = Two::new([certificate, 200], [None, None]);
            two.wants(ANA, Ask);
            two.wants(BEN, Accept);
            let Some(VerifyStep::Choosing(rows)) = two.pages[ANA].step() else { panic!("nothing to choose") };
            let [one, other, third] = rows;
            assert!(one != other && other != third && one != third);
            two.pages[ANA].row(two.pages[BEN].reads()).unwrap()
        })
        .collect();
    assert!((0..3).all(|place| places.iter().filter(|p| **p == place).count() > 4), "{places:?}");
}

#[test]
fn choosing_another_row_or_none_warns_both() {
    for wrong in [None, Some(1), Some(2), Some(99)] {
        let mut two = Two::met();
        two.wants(ANA, Ask);
        two.wants(BEN, Accept);
        let row = two.pages[ANA].row(two.pages[BEN].reads()).unwrap();
        two.wants(
            ANA,
            wrong.map_or(PickNone, |places| Pick((row + places) % 3 + if places > 2 { 3 } else { 0 })),
        );
        for page in &two.pages {
            assert_eq!(page.step(), Some(VerifyStep::Mismatched));
            assert_eq!(page.standing(), Standing::Unverified);
        }
        // The warning stays until it was seen, whatever the other side would like.
        two.wants(BEN, Close);
        two.wants(BEN, Ask);
        assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Mismatched));
    }
}

/// What a chooser's page says came by the way that is in question.
#[test]
fn a_reader_who_did_not_hear_that_it_matches_is_not_verified_and_both_are_warned() {
    let mut two = Two::met();
    two.wants(ANA, Ask);
    two.wants(BEN, Accept);
    let row = two.pages[ANA].row(two.pages[BEN].reads()).unwrap();
    two.wants(ANA, Pick(row));
    two.wants(BEN, NotHeard);
    for page in &two.pages {
        assert_eq!(page.step(), Some(VerifyStep::Mismatched));
        assert_eq!(page.standing(), Standing::Unverified);
    }
    assert_eq!(two.pages[ANA].verified, []);
}

#[test]
fn whoever_asks_can_take_it_back_and_whoever_is_asked_can_refuse() {
    for page in [ANA, BEN] {
        let mut two = Two::met();
        two.wants(ANA, Ask);
        two.wants(page, Close);
        assert_eq!(two.pages[page].step(), None);
        assert_eq!(two.pages[1 - page].step(), Some(VerifyStep::NoRun(NoRun::Declined)));
        // And then it may be begun anew, by either.
        two.wants(1 - page, Ask);
        assert_eq!(two.pages[page].step(), Some(VerifyStep::Invited));
    }
}

#[test]
fn of_two_who_ask_at_once_the_one_with_the_higher_id_chooses() {
    let mut two = Two::met();
    for page in [ANA, BEN] {
        two.tell(page, Event::Intent(Intent::Verify(id(1 - page), Ask)));
    }
    two.settle();
    assert!(id(BEN) > id(ANA));
    let row = two.pages[BEN].row(two.pages[ANA].reads()).unwrap();
    two.wants(BEN, Pick(row));
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Told));
}

#[test]
fn two_try_three_times_at_most() {
    let mut two = Two::met();
    for _ in 0..RUNS_MAX {
        two.wants(ANA, Ask);
        two.wants(BEN, Accept);
        two.wants(ANA, PickNone);
        two.wants(ANA, Close);
        two.wants(BEN, Close);
    }
    two.wants(ANA, Ask);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::NoRun(NoRun::TooOften)));
    assert_eq!(two.pages[BEN].step(), None);
    // Nor does it help to have been away, or so the server says, or to have forgotten.
    for page in [ANA, BEN] {
        let (peer, reason) = (id(1 - page), ojak_call::protocol::Departure::Timeout);
        two.tell(page, heard(ServerMessage::PeerLeft { peer, reason }));
        two.happens(page, PeerEvent::ChannelClosed);
        two.settle();
        two.passes(1);
        two.tell(page, heard(ServerMessage::PeerJoined { peer, name: name(1 - page) }));
        two.settle();
    }
    two.passes(2);
    two.wants(ANA, Ask);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::NoRun(NoRun::TooOften)));
    two.reload(ANA, 1);
    two.wants(ANA, Ask);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::NoRun(NoRun::Declined)));
    assert_eq!(two.pages[BEN].step(), None);
}

#[test]
fn whoever_refuses_three_times_is_not_asked_again() {
    let mut two = Two::met();
    for _ in 0..RUNS_MAX {
        two.wants(ANA, Ask);
        assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Invited));
        two.wants(BEN, Close);
    }
    two.wants(ANA, Ask);
    assert_eq!(two.pages[BEN].step(), None);
}

#[test]
fn a_page_without_secrets_verifies_nobody() {
    let mut two = Two::met();
    two.pages[ANA] =
        Page { call: Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7)), ..Page::new(1) };
    two.open_devices(ANA);
    two.tell(ANA, Event::Intent(Intent::Join { room: "den".into(), name: "Ana".into() }));
    two.tell(ANA, Event::Socket(SocketEvent::Opened));
    two.tell(ANA, joined(ANA, vec![entry(BEN)]));
    two.tell(BEN, heard(ServerMessage::PeerJoined { peer: id(ANA), name: name(ANA) }));
    two.now += Duration::from_secs(1);
    let renew = PeerSignal::Renew { generation: 0, page: 3 };
    two.tell(BEN, heard(ServerMessage::Signal { from: id(ANA), payload: renew }));
    two.settle();
    assert!(two.pages[ANA].is_connected());
    two.wants(ANA, Ask);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::NoRun(NoRun::Impossible)));
}

// ---- the exchange is not played as it should be

fn run_of(page: usize, tamper: fn(usize, PeerMessage) -> Option<PeerMessage>) -> Two {
    let mut two = Two::met();
    two.tamper = tamper;
    two.wants(page, Ask);
    two.wants(1 - page, Accept);
    two
}

#[test]
fn whatever_is_wrong_with_what_one_of_them_is_sent_warns_them() {
    // What Ben, who reads, hears from Ana's side.
    for (what, tamper) in [
        (
            "missing",
            (|page, message| match message {
                PeerMessage::VerifyCommit { .. } if page == ANA => None,
                message => Some(message),
            }) as fn(usize, PeerMessage) -> Option<PeerMessage>,
        ),
        ("repeated", |page, message| match message {
            PeerMessage::VerifyReveal { run, nonce } if page == ANA => {
                Some(PeerMessage::VerifyCommit { run, commitment: nonce })
            }
            message => Some(message),
        }),
        ("wrong commitment", |page, message| match message {
            PeerMessage::VerifyCommit { run, .. } if page == ANA => {
                Some(PeerMessage::VerifyCommit { run, commitment: Bytes32([1; 32]) })
            }
            message => Some(message),
        }),
        ("wrong nonce", |page, message| match message {
            PeerMessage::VerifyReveal { run, .. } if page == ANA => {
                Some(PeerMessage::VerifyReveal { run, nonce: Bytes32([1; 32]) })
            }
            message => Some(message),
        }),
    ] {
        let two = run_of(ANA, tamper);
        assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Mismatched), "{what}");
        // Who is told of it is warned as well.
        assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Mismatched), "{what}");
    }
    // And what Ana, who chooses, hears from Ben's.
    let two = run_of(ANA, |page, message| match message {
        PeerMessage::VerifyReveal { run, .. } if page == BEN => {
            Some(PeerMessage::VerifyReveal { run, nonce: Bytes32([1; 32]) })
        }
        message => Some(message),
    });
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Mismatched));
}

#[test]
fn what_is_said_out_of_turn_verifies_nobody() {
    let mut two = Two::met();
    let matched = |run| PeerMessage::VerifyEnd { run, outcome: ojak_call::protocol::VerifyOutcome::Matched };
    two.happens(ANA, PeerEvent::Said(matched(0)));
    two.happens(ANA, PeerEvent::Said(PeerMessage::VerifyReveal { run: 0, nonce: Bytes32([1; 32]) }));
    two.happens(ANA, PeerEvent::Said(PeerMessage::VerifyAsk { run: 3 }));
    two.happens(ANA, PeerEvent::Said(matched(3)));
    two.settle();
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::Invited));
    assert_eq!(two.standings(), [Standing::Unverified; 2]);
}

// ---- somebody in between

/// Somebody in between is Ben to Ana and Ana to Ben, with certificates of their own.
#[test]
fn with_somebody_in_between_what_is_read_is_in_no_row() {
    for certificate in 10..60 {
        let mut with_ana = Two::new([1, certificate], [None, None]);
        let mut with_ben = Two::new([certificate, 2], [None, None]);
        // Ana asks; Ben is asked by who pretends to be her, and reads.
        with_ana.wants(ANA, Ask);
        with_ana.wants(BEN, Accept);
        with_ben.wants(ANA, Ask);
        with_ben.wants(BEN, Accept);
        assert_eq!(with_ana.pages[ANA].row(with_ben.pages[BEN].reads()), None);
        with_ana.wants(ANA, PickNone);
        assert_eq!(with_ana.pages[ANA].step(), Some(VerifyStep::Mismatched));
    }
}

/// Or passes everything on as it is.
#[test]
fn somebody_in_between_who_passes_on_what_they_say_is_found_out_by_the_commitments() {
    let mut two = Two::new([1, 2], [Some(66), Some(77)]);
    assert!(two.pages.iter().all(Page::is_connected));
    two.wants(ANA, Ask);
    two.wants(BEN, Accept);
    assert!(two.pages.iter().any(|page| page.step() == Some(VerifyStep::Mismatched)));
    assert_eq!(two.standings(), [Standing::Unverified; 2]);
}

#[test]
fn a_certificate_that_is_swapped_after_the_verification_ends_the_connection() {
    let mut two = Two::met();
    two.verify();
    two.swap = [Some(66), Some(77)];
    // The server's word that the connection has to be made anew, and then its own descriptions.
    two.now += Duration::from_secs(1);
    let renew = PeerSignal::Renew { generation: 0, page: 3 };
    two.tell(ANA, heard(ServerMessage::Signal { from: id(BEN), payload: renew }));
    two.settle();
    assert_eq!(two.pages[BEN].standing(), Standing::Changed);
    assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Changed));
    assert_eq!(two.pages[BEN].state(), LinkState::Failed);
    assert!(two.pages[BEN].connection.is_none(), "Ben's connection is still there");
    assert!(two.pages[BEN].notices.contains(&Notice::Changed(name(ANA))));
    // Nor does anything come of trying again.
    two.passes(30);
    assert!(two.pages.iter().all(|page| !page.is_connected()));
    assert_eq!(two.pages[BEN].notices.iter().filter(|n| **n == Notice::Changed(name(ANA))).count(), 1);
}

#[test]
fn nothing_stays_of_who_shows_another_certificate_nor_comes_from_them() {
    let mut two = Two::met();
    two.verify();
    let shares = Status {
        microphone: Switch::On,
        camera: Switch::On,
        screen: Switch::On,
        screen_paused: Switch::Off,
        hand: Some(1),
        recording: Switch::Off,
    };
    two.happens(ANA, PeerEvent::Said(PeerMessage::Status(shares)));
    two.settle();
    let joint = |two: &Two| two.pages[ANA].call.view().joint;
    assert_eq!((joint(&two).sharers, joint(&two).hands), (vec![id(BEN)], vec![Some(id(BEN))]));
    two.reload(BEN, 9);
    assert_eq!(two.pages[ANA].standing(), Standing::Changed);
    assert_eq!((joint(&two).sharers, joint(&two).hands), (vec![], vec![]));
    // What the browser had at hand when its connection was closed.
    let text = ChatText::parse("It is me!").unwrap();
    for message in [
        PeerMessage::Reaction { reaction: Reaction::Heart },
        PeerMessage::Hello { page: 7, chat: None },
        PeerMessage::ChatHistory { messages: vec![], next: Some(0) },
        PeerMessage::Chat { sequence: 0, age: 0, text },
        PeerMessage::FileOffer { transfer: 0, name: FileName::clean("me.jpg"), size: 5 },
    ] {
        for number in 1..=3 {
            let said = PeerEvent::Said(message.clone());
            two.tell(ANA, Event::Peer(id(BEN), number, said));
        }
    }
    let view = two.pages[ANA].call.view();
    assert_eq!((view.chat.lines.len(), view.files.len(), view.joint.reactions.len()), (0, 0, 0));
}

#[test]
fn whoever_wants_to_be_connected_all_the_same_is_not_verified_any_more() {
    let mut two = Two::met();
    two.verify();
    // Ben's browser has lost its certificate.
    two.reload(BEN, 9);
    assert_eq!(two.pages[ANA].standing(), Standing::Changed);
    assert!(!two.pages[ANA].is_connected());
    two.wants(ANA, Reconnect);
    two.passes(2);
    assert!(two.pages.iter().all(Page::is_connected), "{:?}", two.pages[ANA].call.view());
    // Ben has no reason to doubt Ana.
    assert_eq!(two.standings(), [Standing::Unverified, Standing::Verified]);
    assert_eq!(two.pages[ANA].verified, []);
    two.verify();
    assert_eq!(two.standings(), BOTH_VERIFIED);
}

/// While nothing was taken from them, they may have made connections that were not heard of here.
#[test]
fn whoever_is_connected_again_is_so_by_a_connection_later_than_all_of_theirs() {
    let mut two = Two::met();
    two.verify();
    two.reload(BEN, 9);
    let renew = PeerSignal::Renew { generation: 40, page: 3 };
    two.now += Duration::from_secs(1);
    two.tell(BEN, heard(ServerMessage::Signal { from: id(ANA), payload: renew }));
    two.settle();
    two.wants(ANA, Reconnect);
    two.passes(1);
    assert!(two.pages.iter().all(Page::is_connected));
}

// ---- what a verification lasts through

#[test]
fn new_paths_and_a_new_connection_change_nothing() {
    let mut two = Two::met();
    two.verify();
    two.happens(ANA, PeerEvent::NegotiationNeeded);
    two.settle();
    assert_eq!(two.standings(), BOTH_VERIFIED);
    two.now += Duration::from_secs(1);
    let renew = PeerSignal::Renew { generation: 0, page: 3 };
    two.tell(ANA, heard(ServerMessage::Signal { from: id(BEN), payload: renew }));
    two.settle();
    assert!(two.pages.iter().all(Page::is_connected));
    assert_eq!(two.standings(), BOTH_VERIFIED);
}

#[test]
fn a_code_that_is_being_compared_stays_when_the_connection_is_made_anew() {
    let mut two = Two::met();
    two.wants(ANA, Ask);
    two.wants(BEN, Accept);
    let code = two.pages[BEN].reads();
    two.now += Duration::from_secs(1);
    let renew = PeerSignal::Renew { generation: 0, page: 3 };
    two.tell(ANA, heard(ServerMessage::Signal { from: id(BEN), payload: renew }));
    two.settle();
    assert_eq!(two.pages[BEN].reads(), code);
    let row = two.pages[ANA].row(code).unwrap();
    two.wants(ANA, Pick(row));
    assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Told));
}

#[test]
fn a_code_that_is_being_compared_is_worth_nothing_once_somebody_has_another_certificate() {
    let mut two = Two::met();
    two.wants(ANA, Ask);
    two.wants(BEN, Accept);
    let row = two.pages[ANA].row(two.pages[BEN].reads()).unwrap();
    two.reload(BEN, 9);
    assert_eq!(two.pages[ANA].step(), Some(VerifyStep::NoRun(NoRun::Interrupted)));
    two.wants(ANA, Pick(row));
    assert_eq!(two.pages[ANA].standing(), Standing::Unverified);
}

#[test]
fn an_outcome_is_said_once_there_is_a_connection_again() {
    let mut two = Two::met();
    two.wants(ANA, Ask);
    two.wants(BEN, Accept);
    let row = two.pages[ANA].row(two.pages[BEN].reads()).unwrap();
    two.now += Duration::from_secs(1);
    let renew = PeerSignal::Renew { generation: 0, page: 3 };
    two.tell(ANA, heard(ServerMessage::Signal { from: id(BEN), payload: renew }));
    two.tell(ANA, Event::Intent(Intent::Verify(id(BEN), Pick(row))));
    two.settle();
    assert_eq!(two.pages[BEN].step(), Some(VerifyStep::Told));
}

#[test]
fn a_reload_of_either_side_changes_nothing() {
    for page in [ANA, BEN] {
        let mut two = Two::met();
        two.verify();
        let certificate = two.pages[page].certificate;
        two.reload(page, certificate);
        assert!(two.pages.iter().all(Page::is_connected));
        assert_eq!(two.standings(), BOTH_VERIFIED);
    }
}

#[test]
fn whoever_leaves_and_comes_back_to_their_seat_has_to_show_the_same_certificate() {
    for (certificate, standing) in [(2, Standing::Verified), (9, Standing::Changed)] {
        let mut two = Two::met();
        two.verify();
        let reason = ojak_call::protocol::Departure::Left;
        two.tell(ANA, heard(ServerMessage::PeerLeft { peer: id(BEN), reason }));
        two.tell(ANA, heard(ServerMessage::PeerJoined { peer: id(BEN), name: name(BEN) }));
        two.settle();
        two.reload(BEN, certificate);
        assert_eq!(two.pages[ANA].standing(), standing);
    }
}

#[test]
fn nobody_stays_verified_after_the_call() {
    let mut two = Two::met();
    two.verify();
    two.tell(ANA, Event::Intent(Intent::Leave));
    assert_eq!(two.pages[ANA].verified, []);
}
