//! Screens, hands, reactions and captions: what is asked of the browser, said to the others and shown.

use ojak_call::protocol::{
    CAPTION_CHARS_MAX, Caption, DisplayName, PeerEntry, PeerId, PeerMessage, Reaction, RoomName,
    ServerMessage, Status, Switch,
};
use ojak_call::{
    Action, Call, CaptionLog, Choices, Detail, DeviceAction, DeviceEvent, DeviceId, DeviceKind, Ear,
    Emphasis, Event, FormFactor, Intent, Joint, JointView, Keeping, Lobby, Notice, OpenDevice, PeerAction,
    PeerEvent, Permission, Permissions, RecordingEvent, ShareAction, ShareEvent, ShareProblem, ShareTicket,
    SocketEvent, SpeechAction, SpeechEvent, SpeechProblem,
};
use std::time::Duration;

const ME: u128 = 100;

fn id(bits: u128) -> PeerId {
    PeerId::from_bits(bits << 64)
}

struct Visit {
    call: Call,
    now: Duration,
}

impl Visit {
    /// In a room with so many others, to whom the data channels are open.
    fn among(others: u128) -> Self {
        let mut visit = Self {
            call: Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7)),
            now: Duration::from_secs(1),
        };
        let allowed = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
        let asked = visit.does(Event::Device(DeviceEvent::Ready(allowed)));
        let ticket = asked.iter().find_map(|action| match action {
            Action::Device(DeviceAction::Open { ticket, .. }) => Some(*ticket),
            _ => None,
        });
        let device = |id: &str| Some(OpenDevice { id: DeviceId(id.into()), is_facing_away: false });
        visit.does(Event::Device(DeviceEvent::Opened {
            ticket: ticket.unwrap(),
            camera: device("c"),
            microphone: device("m"),
        }));
        visit.does(Event::Intent(Intent::Join { room: "den".into(), name: "Haneul".into() }));
        visit.does(Event::Socket(SocketEvent::Opened));
        let peers = (1..=others).map(|bits| PeerEntry { peer: id(bits), name: name(bits), away: false });
        visit.does(Event::Socket(SocketEvent::Message(ServerMessage::Joined {
            you: id(ME),
            room: RoomName::parse("den").unwrap(),
            peers: peers.collect(),
            resume: "token".into(),
            host: id(ME),
            locked: false,
            ice_servers: vec![],
        })));
        for bits in 1..=others {
            visit.peer(bits, PeerEvent::ChannelOpened);
        }
        visit
    }

    fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    fn wants(&mut self, joint: Joint) -> Vec<Action> {
        self.does(Event::Intent(Intent::Joint(joint)))
    }

    fn peer(&mut self, bits: u128, event: PeerEvent) -> Vec<Action> {
        self.does(Event::Peer(id(bits), bits as u32, event))
    }

    fn hears(&mut self, bits: u128, message: PeerMessage) -> Vec<Action> {
        self.peer(bits, PeerEvent::Said(message))
    }

    fn passes(&mut self, time: Duration) -> Vec<Action> {
        self.now += time;
        self.does(Event::Tick(self.now))
    }

    fn view(&self) -> JointView {
        self.call.view().joint
    }

    /// Shares a screen, and says under which ticket.
    fn shares(&mut self) -> ShareTicket {
        let ticket = asked(&self.wants(Joint::Share(Switch::On)));
        self.does(Event::Share(ShareEvent::Opened(ticket)));
        ticket
    }
}

fn name(bits: u128) -> DisplayName {
    DisplayName::parse(["Ana", "Ben", "Cho"][bits as usize - 1]).unwrap()
}

fn asked(actions: &[Action]) -> ShareTicket {
    let found = actions.iter().find_map(|action| match action {
        Action::Share(ShareAction::Open(ticket)) => Some(*ticket),
        _ => None,
    });
    found.expect("a request for a screen")
}

fn of_share(actions: &[Action]) -> Vec<ShareAction> {
    let share = |action: &Action| match action {
        Action::Share(action) => Some(*action),
        _ => None,
    };
    actions.iter().filter_map(share).collect()
}

fn of_speech(actions: &[Action]) -> Vec<SpeechAction> {
    let speech = |action: &Action| match action {
        Action::Speech(action) => Some(action.clone()),
        _ => None,
    };
    actions.iter().filter_map(speech).collect()
}

fn said(actions: &[Action]) -> Vec<(PeerId, PeerMessage)> {
    let said = |action: &Action| match action {
        Action::Peer(peer, PeerAction::Say(message)) if *message != PeerMessage::Beat => {
            Some((*peer, message.clone()))
        }
        _ => None,
    };
    actions.iter().filter_map(said).collect()
}

fn notices(actions: &[Action]) -> Vec<Notice> {
    let notice = |action: &Action| match action {
        Action::Announce(notice) => Some(notice.clone()),
        _ => None,
    };
    actions.iter().filter_map(notice).collect()
}

fn status(screen: Switch, hand: Option<u32>) -> Status {
    Status {
        microphone: Switch::On,
        camera: Switch::On,
        screen,
        screen_paused: Switch::Off,
        hand,
        recording: Switch::Off,
    }
}

fn caption(utterance: u32, text: &str, is_final: bool) -> Caption {
    Caption { utterance, text: text.into(), language: "en-GB".into(), is_final }
}

// ---- screens

#[test]
fn a_screen_is_said_to_everybody_once_the_browser_has_it() {
    let mut visit = Visit::among(2);
    let actions = visit.wants(Joint::Share(Switch::On));
    let ticket = asked(&actions);
    assert_eq!(said(&actions), [], "nothing is shared while the browser asks");
    assert!(!visit.view().share.switch.is_on());
    assert_eq!(of_share(&visit.wants(Joint::Share(Switch::On))), [], "it asks already");

    let actions = visit.does(Event::Share(ShareEvent::Opened(ticket)));
    assert_eq!(of_share(&actions), [ShareAction::Use(ticket, Detail::Text)]);
    let shares = PeerMessage::Status(status(Switch::On, None));
    assert_eq!(said(&actions), [(id(1), shares.clone()), (id(2), shares.clone())]);
    // Whoever comes later, or has another connection, is told as well.
    assert_eq!(said(&visit.peer(2, PeerEvent::ChannelOpened)), [(id(2), shares)]);

    let actions = visit.wants(Joint::Share(Switch::Off));
    assert_eq!(of_share(&actions), [ShareAction::Release]);
    assert_eq!(said(&actions)[0].1, PeerMessage::Status(status(Switch::Off, None)));
    assert_eq!(notices(&actions), [], "whoever stops knows it");
}

#[test]
fn the_browsers_own_bar_ends_a_share_and_the_person_is_told() {
    let mut visit = Visit::among(1);
    visit.shares();
    let actions = visit.does(Event::Share(ShareEvent::Ended));
    assert_eq!(of_share(&actions), [ShareAction::Release]);
    assert_eq!(said(&actions), [(id(1), PeerMessage::Status(status(Switch::Off, None)))]);
    assert_eq!(notices(&actions), [Notice::ShareEnded]);
    assert_eq!(visit.does(Event::Share(ShareEvent::Ended)), [], "it ended before");
}

#[test]
fn a_question_that_is_dismissed_is_nothing_and_a_failure_says_why() {
    let mut visit = Visit::among(1);
    let ticket = asked(&visit.wants(Joint::Share(Switch::On)));
    assert_eq!(visit.does(Event::Share(ShareEvent::Refused(ticket, ShareProblem::Dismissed))), []);
    let ticket = asked(&visit.wants(Joint::Share(Switch::On)));
    let actions = visit.does(Event::Share(ShareEvent::Refused(ticket, ShareProblem::Unreadable)));
    assert_eq!(actions, [Action::Announce(Notice::NotShared(ShareProblem::Unreadable))]);
    assert!(!visit.view().share.switch.is_on());
}

#[test]
fn a_screen_that_opens_when_nobody_waits_for_it_any_more_is_dropped() {
    let mut visit = Visit::among(1);
    let first = asked(&visit.wants(Joint::Share(Switch::On)));
    visit.wants(Joint::Share(Switch::Off));
    let second = asked(&visit.wants(Joint::Share(Switch::On)));
    assert_ne!(first, second);
    let actions = visit.does(Event::Share(ShareEvent::Opened(first)));
    assert_eq!(of_share(&actions), [ShareAction::Drop(first)]);
    visit.does(Event::Intent(Intent::Leave));
    let actions = visit.does(Event::Share(ShareEvent::Opened(second)));
    assert_eq!(of_share(&actions), [ShareAction::Drop(second)], "the call is over");
    assert_eq!(visit.wants(Joint::Share(Switch::On)), [], "there is nobody to share with");
}

#[test]
fn leaving_stops_the_share() {
    let mut visit = Visit::among(1);
    visit.shares();
    let actions = visit.does(Event::Intent(Intent::Leave));
    assert_eq!(of_share(&actions), [ShareAction::Release]);
}

#[test]
fn a_screen_that_moves_is_sent_smoothly_and_one_that_stands_still_sharply() {
    let mut visit = Visit::among(1);
    visit.shares();
    let moved = |visit: &mut Visit, pictures: &[u32]| -> Vec<ShareAction> {
        let moved = |&pictures| of_share(&visit.does(Event::Share(ShareEvent::Moved(pictures))));
        pictures.iter().flat_map(moved).collect()
    };
    assert_eq!(moved(&mut visit, &[2, 30, 30, 1, 20, 20]), [], "somebody scrolled");
    assert_eq!(moved(&mut visit, &[20]), [ShareAction::Emphasise(Detail::Motion)]);
    assert_eq!(moved(&mut visit, &[0; 7]), [], "a film has pauses");
    assert_eq!(moved(&mut visit, &[25, 0, 0, 0, 0, 0, 0, 0]), []);
    assert_eq!(moved(&mut visit, &[0]), [ShareAction::Emphasise(Detail::Text)]);

    let motion = Emphasis::Always(Detail::Motion);
    assert_eq!(of_share(&visit.wants(Joint::Emphasise(motion))), [ShareAction::Emphasise(Detail::Motion)]);
    assert_eq!(moved(&mut visit, &[0; 20]), [], "the person has chosen");
    assert_eq!(visit.view().share.emphasis, motion);
    let automatic = visit.wants(Joint::Emphasise(Emphasis::Automatic));
    assert_eq!(of_share(&automatic), [ShareAction::Emphasise(Detail::Text)]);
}

#[test]
fn who_shares_is_said_once_and_the_last_to_begin_is_the_last() {
    let mut visit = Visit::among(2);
    let on = PeerMessage::Status(status(Switch::On, None));
    assert_eq!(notices(&visit.hears(2, on.clone())), [Notice::Shares(name(2), Switch::On)]);
    assert_eq!(notices(&visit.hears(2, on.clone())), [], "it was said");
    visit.hears(1, on.clone());
    assert_eq!(visit.view().sharers, [id(2), id(1)]);
    let off = PeerMessage::Status(status(Switch::Off, None));
    assert_eq!(notices(&visit.hears(2, off)), [Notice::Shares(name(2), Switch::Off)]);
    visit.hears(2, on);
    assert_eq!(visit.view().sharers, [id(1), id(2)]);
}

/// They were said to have stopped, which they had not.
#[test]
fn a_screen_that_the_way_does_not_carry_is_paused_and_nobody_has_stopped() {
    let mut visit = Visit::among(1);
    let says = |visit: &mut Visit, screen, screen_paused| {
        notices(&visit.hears(1, PeerMessage::Status(Status { screen_paused, ..status(screen, None) })))
    };
    let (on, off) = (Switch::On, Switch::Off);
    assert_eq!(says(&mut visit, off, on), [], "nobody has seen it");
    assert_eq!(says(&mut visit, on, off), [Notice::Shares(name(1), on)]);
    assert_eq!(says(&mut visit, off, on), [Notice::ScreenPaused(name(1))]);
    assert_eq!(visit.view().sharers, [], "nobody looks at what stands still");
    assert_eq!(says(&mut visit, on, off), [Notice::Shares(name(1), on)]);
    assert_eq!(says(&mut visit, off, on), [Notice::ScreenPaused(name(1))]);
    assert_eq!(says(&mut visit, off, off), [Notice::Shares(name(1), off)], "now they have");
}

// ---- hands

#[test]
fn everybody_has_the_hands_in_the_order_in_which_they_were_raised() {
    let hand = |number| PeerMessage::Status(status(Switch::Off, Some(number)));
    let mut visit = Visit::among(3);
    assert_eq!(notices(&visit.hears(2, hand(1))), [Notice::HandRaised(name(2))]);
    let actions = visit.wants(Joint::RaiseHand(Switch::On));
    assert_eq!(said(&actions)[0].1, hand(2));
    assert_eq!(notices(&actions), []);
    visit.hears(3, hand(3));
    assert_eq!(visit.view().hands, [Some(id(2)), None, Some(id(3))]);
    // Two who had not heard of each other.
    visit.hears(1, hand(2));
    assert_eq!(visit.view().hands, [Some(id(2)), Some(id(1)), None, Some(id(3))], "the lower id is first");
    assert_eq!(visit.wants(Joint::RaiseHand(Switch::On)), [], "it is raised");
    visit.hears(2, PeerMessage::Status(status(Switch::Off, None)));
    visit.wants(Joint::RaiseHand(Switch::Off));
    assert_eq!(visit.view().hands, [Some(id(1)), Some(id(3))]);
    visit.hears(1, PeerMessage::Leave);
    assert_eq!(visit.view().hands, [Some(id(3))], "whoever leaves lowers it");
    visit.hears(3, hand(u32::MAX));
    assert_eq!(said(&visit.wants(Joint::RaiseHand(Switch::On)))[0].1, hand(u32::MAX));
}

// ---- reactions

#[test]
fn a_reaction_is_shown_for_a_while_and_not_without_end() {
    let mut visit = Visit::among(2);
    let actions = visit.wants(Joint::React(Reaction::Clap));
    let clap = PeerMessage::Reaction { reaction: Reaction::Clap };
    assert_eq!(said(&actions), [(id(1), clap.clone()), (id(2), clap.clone())]);
    let sent = (0..20).filter(|_| !said(&visit.wants(Joint::React(Reaction::Clap))).is_empty()).count();
    assert_eq!(sent, 4, "five at once");
    assert_eq!(visit.view().reactions.len(), 5);
    visit.passes(Duration::from_secs(4));
    assert_eq!(visit.view().reactions, []);
    assert_eq!(said(&visit.wants(Joint::React(Reaction::Heart))).len(), 2, "they come back");

    for _ in 0..1000 {
        visit.hears(1, clap.clone());
    }
    let from_ana = visit.view().reactions.iter().filter(|shown| shown.from == Some(id(1))).count();
    assert_eq!(from_ana, 10);
    visit.hears(2, clap);
    assert!(
        visit.view().reactions.iter().any(|shown| shown.from == Some(id(2))),
        "one flood drowns nobody else"
    );
}

// ---- captions

/// Writes down what the person says, on the device.
fn dictating() -> Visit {
    let mut visit = Visit::among(1);
    assert_eq!(
        of_speech(&visit.wants(Joint::SuggestLanguage("en-GB".into()))),
        [SpeechAction::Ask("en-GB".into())]
    );
    assert_eq!(of_speech(&visit.wants(Joint::ShowCaptions(Switch::On))), []);
    assert_eq!(
        of_speech(&visit.does(Event::Speech(SpeechEvent::Offered(Some(Ear::Device))))),
        [],
        "not asked to"
    );
    assert_eq!(
        of_speech(&visit.wants(Joint::Dictate(Switch::On))),
        [SpeechAction::Start("en-GB".into(), Ear::Device)]
    );
    visit
}

fn heard(index: u32, text: &str, is_final: bool) -> Event {
    Event::Speech(SpeechEvent::Heard { index, text: text.into(), is_final })
}

fn captions(actions: &[Action]) -> Vec<(u32, String, bool)> {
    let caption = |(_, message)| match message {
        PeerMessage::Caption(caption) => Some((caption.utterance, caption.text, caption.is_final)),
        _ => None,
    };
    said(actions).into_iter().filter_map(caption).collect()
}

#[test]
fn what_the_browser_hears_is_sent_as_it_grows_and_no_faster_than_it_is_read() {
    let mut visit = dictating();
    assert_eq!(captions(&visit.does(heard(0, "we", false))), [(0, "we".into(), false)]);
    assert_eq!(captions(&visit.does(heard(0, "we could", false))), []);
    visit.now += Duration::from_millis(300);
    assert_eq!(captions(&visit.does(heard(0, "we could take", false))), [(0, "we could take".into(), false)]);
    assert_eq!(
        captions(&visit.does(heard(0, "We could take it.", true))),
        [(0, "We could take it.".into(), true)]
    );
    // Nothing is longer than the others take.
    let long = "가".repeat(CAPTION_CHARS_MAX) + "나";
    let sent = captions(&visit.does(heard(1, &long, true)));
    assert_eq!(sent[0].1.chars().count(), CAPTION_CHARS_MAX);
    assert!(sent[0].1.ends_with('나'), "what is being said is the end");
}

#[test]
fn a_recognition_that_ends_by_itself_begins_anew_and_counts_on() {
    let mut visit = dictating();
    visit.now += Duration::from_secs(60);
    visit.does(heard(0, "One.", true));
    visit.does(heard(1, "two", false));
    let actions = visit.does(Event::Speech(SpeechEvent::Ended));
    assert_eq!(captions(&actions), [(1, "two".into(), true)], "nobody will finish it");
    assert_eq!(of_speech(&actions), [SpeechAction::Start("en-GB".into(), Ear::Device)], "at once");
    assert_eq!(captions(&visit.does(heard(0, "Three.", true))), [(2, "Three.".into(), true)]);
    // One that never works is given up.
    let mut starts = 0;
    for _ in 0..60 {
        let ended = visit.does(Event::Speech(SpeechEvent::Ended));
        let later = visit.passes(Duration::from_millis(500));
        starts += of_speech(&ended).len() + of_speech(&later).len();
    }
    assert_eq!(starts, 5);
    assert_eq!(visit.view().speech.problem, Some(SpeechProblem::Unknown));
    let again = visit.wants(Joint::Dictate(Switch::On));
    assert_eq!(
        of_speech(&again),
        [SpeechAction::Start("en-GB".into(), Ear::Device)],
        "the person tries again"
    );
}

#[test]
fn nobody_is_written_down_in_another_call() {
    let mut visit = dictating();
    let actions = visit.does(Event::Intent(Intent::Leave));
    assert_eq!(of_speech(&actions), [SpeechAction::Stop]);
    assert_eq!(visit.view().speech.wanted, Switch::Off);
}

#[test]
fn nobody_who_is_muted_is_written_down() {
    let mut visit = dictating();
    visit.does(heard(0, "hm", false));
    let mute =
        |visit: &mut Visit, switch| visit.does(Event::Intent(Intent::Switch(DeviceKind::Microphone, switch)));
    let actions = mute(&mut visit, Switch::Off);
    assert_eq!(of_speech(&actions), [SpeechAction::Stop]);
    assert_eq!(captions(&actions), [(0, "hm".into(), true)]);
    assert_eq!(captions(&visit.does(heard(0, "a secret", true))), []);
    let start = [SpeechAction::Start("en-GB".into(), Ear::Device)];
    assert_eq!(of_speech(&mute(&mut visit, Switch::On)), start);
    assert_eq!(of_speech(&visit.wants(Joint::Dictate(Switch::Off))), [SpeechAction::Stop]);
    visit.wants(Joint::Dictate(Switch::On));
    assert_eq!(of_speech(&visit.does(Event::Intent(Intent::Leave))), [SpeechAction::Stop]);
}

#[test]
fn another_language_is_asked_about_before_it_is_listened_for() {
    let mut visit = dictating();
    let actions = visit.wants(Joint::SpeakLanguage("ko-KR".into()));
    assert_eq!(of_speech(&actions), [SpeechAction::Stop, SpeechAction::Ask("ko-KR".into())]);
    assert_eq!(of_speech(&visit.wants(Joint::SuggestLanguage("en-GB".into()))), [], "the person has chosen");
    let offered = visit.does(Event::Speech(SpeechEvent::Offered(Some(Ear::Maker))));
    assert_eq!(of_speech(&offered), [SpeechAction::Start("ko-KR".into(), Ear::Maker)]);
    visit.does(Event::Speech(SpeechEvent::Failed(SpeechProblem::Denied)));
    assert_eq!(visit.view().speech.problem, Some(SpeechProblem::Denied));
    assert_eq!(of_speech(&visit.passes(Duration::from_secs(60))), []);
}

#[test]
fn what_was_being_said_in_another_language_ends_with_it() {
    let mut visit = dictating();
    visit.does(heard(0, "we could", false));
    let changed = visit.wants(Joint::SpeakLanguage("ko-KR".into()));
    assert_eq!(captions(&changed), [(0, "we could".into(), true)]);
    visit.does(Event::Speech(SpeechEvent::Offered(Some(Ear::Device))));
    visit.does(heard(0, "걸어가요.", true));
    assert_eq!(captions(&visit.wants(Joint::Dictate(Switch::Off))), [], "nor is it said once more later");
}

#[test]
fn captions_are_shown_in_the_order_in_which_they_began_while_they_are_to_be_read() {
    let mut visit = Visit::among(3);
    let says = |visit: &mut Visit, bits, caption| visit.hears(bits, PeerMessage::Caption(caption));
    let lines = |visit: &Visit| -> Vec<_> {
        visit.view().lines.into_iter().map(|line| (line.name, line.text)).collect()
    };
    says(&mut visit, 1, caption(4, "We could", false));
    assert_eq!(lines(&visit), [], "nobody reads them");
    visit.wants(Joint::ShowCaptions(Switch::On));
    says(&mut visit, 2, caption(0, "Yes.", true));
    let actions = says(&mut visit, 1, caption(4, "We could\n\u{7}walk", true));
    let cue = actions.iter().find_map(|action| match action {
        Action::Cue(line) => Some((line.id, line.text.clone(), line.is_final)),
        _ => None,
    });
    assert_eq!(cue, Some((0, "We could walk".into(), true)));
    let (ana, ben) = (("Ana".to_owned(), "We could walk".to_owned()), ("Ben".to_owned(), "Yes.".to_owned()));
    assert_eq!(lines(&visit), [ana, ben]);
    visit.passes(Duration::from_secs(2));
    assert_eq!(lines(&visit).len(), 1, "the short one is read");
    visit.passes(Duration::from_secs(8));
    assert_eq!(lines(&visit), []);
    // A page that was loaded again counts from the beginning.
    says(&mut visit, 1, caption(0, "I am back.", true));
    assert_eq!(lines(&visit).len(), 1);
}

#[test]
fn a_line_that_nobody_ends_is_not_shown_for_ever_however_much_was_said_since() {
    let mut transcript = CaptionLog::new(Duration::ZERO);
    transcript.hear(Some(id(1)), "Ana", &caption(0, "I think", false), Duration::ZERO);
    for second in 1..=10 {
        let at = Duration::from_secs(second);
        transcript.hear(Some(id(2)), "Ben", &caption(second as u32, "Yes.", true), at);
    }
    transcript.pass(Duration::from_secs(60));
    assert_eq!(transcript.shown(), []);
}

#[test]
fn what_is_too_long_too_much_or_nothing_is_no_caption() {
    let mut transcript = CaptionLog::new(Duration::ZERO);
    let mut says = |caption, now| transcript.hear(Some(id(1)), "Ana", &caption, now).is_some();
    assert!(!says(caption(0, " \n ", true), Duration::ZERO));
    assert!(!says(caption(0, &"x".repeat(CAPTION_CHARS_MAX + 1), true), Duration::ZERO));
    let taken = (1..1000).filter(|&n| says(caption(n, "spam", true), Duration::from_secs(1))).count();
    assert_eq!(taken, 40);
    assert!(says(caption(5000, "later", true), Duration::from_secs(2)));
}

#[test]
fn a_transcript_is_a_webvtt_file() {
    let at = |seconds: f64| Duration::from_secs(100) + Duration::from_secs_f64(seconds);
    let mut transcript = CaptionLog::new(at(0.0));
    transcript.hear(Some(id(1)), "Ana <3", &caption(0, "A", false), at(1.5));
    transcript.hear(Some(id(2)), "Ben", &caption(0, "1 < 2 & 3 --> 4", true), at(2.0));
    transcript.hear(Some(id(1)), "Ana <3", &caption(0, "A longer\nline.", true), at(3.0));
    transcript.hear(None, "Haneul", &caption(0, "안녕하세요.", true), at(3723.25));
    transcript.hear(None, "Haneul", &caption(1, "또.", true), at(3723.5));
    assert_eq!(
        transcript.to_vtt(),
        "WEBVTT\n\
         \n00:00:01.500 --> 00:00:05.270\n<v Ana &lt;3>A longer line.</v>\n\
         \n00:00:02.000 --> 00:00:04.325\n<v Ben>1 &lt; 2 &amp; 3 --&gt; 4</v>\n\
         \n01:02:03.250 --> 01:02:03.500\n<v Haneul>안녕하세요.</v>\n\
         \n01:02:03.500 --> 01:02:05.110\n<v Haneul>또.</v>\n"
    );
}

// ---- recordings

#[test]
fn everybody_is_told_of_a_recording_while_it_runs_and_whoever_comes_later_too() {
    let mut visit = Visit::among(2);
    let told = |actions: &[Action], recording: Switch| {
        let told = actions.iter().filter(|action| {
            matches!(action, Action::Peer(_, PeerAction::Say(PeerMessage::Status(status)))
                if status.recording == recording)
        });
        told.count()
    };
    let begin = visit.wants(Joint::Record(Switch::On));
    assert!(begin.contains(&Action::Record(Switch::On)), "{begin:?}");
    assert_eq!(told(&begin, Switch::On), 0, "nothing is recorded yet");
    let runs = visit.does(Event::Recording(RecordingEvent::Began(Keeping::File)));
    assert_eq!(told(&runs, Switch::On), 2);
    assert_eq!(told(&visit.peer(1, PeerEvent::ChannelOpened), Switch::On), 1);
    let ends = visit.does(Event::Intent(Intent::Leave));
    assert!(ends.contains(&Action::Record(Switch::Off)), "what there is, is saved: {ends:?}");
}

#[test]
fn a_recording_of_somebody_else_is_announced_whenever_one_hears_of_it() {
    let mut visit = Visit::among(1);
    let status = |recording| Status { recording, ..status(Switch::Off, None) };
    let mut hear = |recording| notices(&visit.hears(1, PeerMessage::Status(status(recording))));
    assert_eq!(hear(Switch::On), [Notice::Records(name(1), Switch::On)]);
    assert_eq!(hear(Switch::On), []);
    assert_eq!(hear(Switch::Off), [Notice::Records(name(1), Switch::Off)]);
}
