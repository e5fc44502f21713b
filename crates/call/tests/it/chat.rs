//! The chat with one other page, which need not be an honest one.

use ojak_call::protocol::{
    ChatEntry, ChatPosition, ChatText, DisplayName, PeerEntry, PeerId, PeerMessage, RoomName, ServerMessage,
    Switch,
};
use ojak_call::{
    Action, Author, Call, ChatLine, ChatMessage, Choices, DeviceAction, DeviceEvent, DeviceProblem, Event,
    FormFactor, Intent, Lobby, Notice, PeerAction, PeerEvent, Permission, Permissions, SocketEvent,
};
use std::time::Duration;

pub(crate) const ME: u128 = 9;
/// Which load of the others' pages.
pub(crate) const PAGE: u32 = 70;

/// Somebody in a room with others, whose words are given here.
pub(crate) struct Guest {
    pub(crate) call: Call,
    pub(crate) now: Duration,
}

pub(crate) fn id(bits: u128) -> PeerId {
    PeerId::from_bits(bits << 64)
}

pub(crate) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

fn text(text: &str) -> ChatText {
    ChatText::parse(text).unwrap()
}

impl Guest {
    /// With Ana (1), Ben (2) and so on already there.
    pub(crate) fn among(count: u128) -> Self {
        let call = Call::from(Lobby::new(Choices::default(), FormFactor::Desktop, 7));
        let mut guest = Self { call, now: Duration::ZERO };
        let allowed = Permissions { camera: Permission::Granted, microphone: Permission::Granted };
        for action in guest.does(Event::Device(DeviceEvent::Ready(allowed))) {
            if let Action::Device(DeviceAction::Open { ticket, .. }) = action {
                let refused =
                    DeviceEvent::Refused { ticket, problem: DeviceProblem::Missing, permissions: allowed };
                guest.does(Event::Device(refused));
            }
        }
        guest.wants(Intent::Join { room: "den".into(), name: "Haneul".into() });
        guest.does(Event::Socket(SocketEvent::Opened));
        let peers = (1..=count).zip(["Ana", "Ben", "Cho", "Dan"]);
        let joined = ServerMessage::Joined {
            you: id(ME),
            room: RoomName::parse("den").unwrap(),
            resume: "token".into(),
            host: id(ME),
            locked: false,
            peers: peers
                .map(|(bits, who)| PeerEntry { peer: id(bits), name: name(who), away: false })
                .collect(),
            ice_servers: vec![],
        };
        guest.does(Event::Socket(SocketEvent::Message(joined)));
        guest.passes(500);
        guest
    }

    /// The same, with everybody having said hello and having told of nothing.
    pub(crate) fn greeted(count: u128) -> Self {
        let mut guest = Self::among(count);
        for peer in 1..=count {
            guest.opens(peer);
            guest.hears(peer, PeerMessage::Hello { page: PAGE, chat: None });
            guest.hears(peer, PeerMessage::ChatHistory { messages: vec![], next: Some(0) });
        }
        guest
    }

    pub(crate) fn does(&mut self, event: Event) -> Vec<Action> {
        self.call.handle(event, self.now)
    }

    pub(crate) fn wants(&mut self, intent: Intent) -> Vec<Action> {
        self.does(Event::Intent(intent))
    }

    pub(crate) fn passes(&mut self, milliseconds: u64) -> Vec<Action> {
        self.now += Duration::from_millis(milliseconds);
        self.does(Event::Tick(Duration::from_secs(1000) + self.now))
    }

    /// Connections are numbered as they are made, and each is the first here.
    fn peer(&mut self, peer: u128, event: PeerEvent) -> Vec<Action> {
        self.does(Event::Peer(id(peer), peer as u32, event))
    }

    pub(crate) fn opens(&mut self, peer: u128) -> Vec<Action> {
        self.peer(peer, PeerEvent::ChannelOpened)
    }

    pub(crate) fn hears(&mut self, peer: u128, message: PeerMessage) -> Vec<Action> {
        self.peer(peer, PeerEvent::Said(message))
    }

    fn writes(&mut self, peer: u128, sequence: u32, words: &str) -> Vec<Action> {
        self.hears(peer, PeerMessage::Chat { sequence, age: 0, text: text(words) })
    }

    fn messages(&self) -> Vec<ChatMessage> {
        let lines = self.call.view().chat.lines;
        let messages = lines.iter().filter_map(|line| match line {
            ChatLine::Message(message) => Some(message.clone()),
            ChatLine::File(_) => None,
        });
        messages.collect()
    }

    fn texts(&self) -> Vec<String> {
        self.messages().iter().map(|message| message.text.to_string()).collect()
    }
}

/// What is said to the others.
pub(crate) fn said(actions: &[Action]) -> Vec<(PeerId, PeerMessage)> {
    let said = actions.iter().filter_map(|action| match action {
        Action::Peer(peer, PeerAction::Say(message)) => Some((*peer, message.clone())),
        _ => None,
    });
    said.filter(|(_, message)| {
        !matches!(message, PeerMessage::Beat | PeerMessage::Status(_) | PeerMessage::Signal { .. })
    })
    .collect()
}

fn entry(author: u128, page: u32, sequence: u32, age: u32, words: &str) -> ChatEntry {
    ChatEntry { author: id(author), name: name("Somebody"), page, sequence, age, text: text(words) }
}

#[test]
fn nothing_is_said_before_the_other_side_has_said_hello() {
    let mut guest = Guest::among(1);
    let hello = said(&guest.opens(1));
    assert!(matches!(hello[..], [(_, PeerMessage::Hello { chat: None, .. })]), "{hello:?}");
    assert_eq!(said(&guest.wants(Intent::Say("early".into()))), []);
    let answer = said(&guest.hears(1, PeerMessage::Hello { page: PAGE, chat: None }));
    let [(_, PeerMessage::ChatHistory { messages, next: Some(1) })] = &answer[..] else {
        panic!("{answer:?}")
    };
    assert_eq!(messages[0].text, text("early"));
}

#[test]
fn what_is_missing_is_said_again_and_nothing_else() {
    let mut guest = Guest::greeted(1);
    for words in ["one", "two", "three"] {
        guest.wants(Intent::Say(words.into()));
    }
    let own = said(&guest.opens(1)).is_empty();
    assert!(own, "hello was said already on this connection");
    let Some((_, page, _)) = guest.messages().first().map(|message| message.id) else { panic!() };
    let chat = Some(ChatPosition { page, next: 1 });
    let again = said(&guest.hears(1, PeerMessage::Hello { page: PAGE, chat }));
    let texts: Vec<_> = again.iter().map(|(_, message)| message.clone()).collect();
    let chat = |sequence, words| PeerMessage::Chat { sequence, age: 0, text: text(words) };
    assert_eq!(texts, [chat(1, "two"), chat(2, "three")]);
    let delivery = guest.messages()[0].delivery.unwrap();
    assert_eq!((delivery.of, delivery.received), (1, 1));
}

#[test]
fn a_repeat_is_acknowledged_and_not_shown() {
    let mut guest = Guest::greeted(1);
    for _ in 0..3 {
        let answer = said(&guest.writes(1, 0, "once"));
        assert_eq!(answer, [(id(1), PeerMessage::ChatReceived { next: 1 })]);
    }
    assert_eq!(guest.texts(), ["once"]);
    guest.writes(1, 1, "and again");
    let answer = said(&guest.writes(1, 0, "once"));
    assert_eq!(answer, [(id(1), PeerMessage::ChatReceived { next: 2 })], "it has come further");
}

#[test]
fn who_does_not_look_is_told_and_who_looks_is_not() {
    let mut guest = Guest::greeted(1);
    let told = |actions: &[Action]| {
        actions.iter().any(|action| matches!(action, Action::Announce(Notice::Message(..))))
    };
    assert!(told(&guest.writes(1, 0, "one")));
    assert_eq!(guest.call.view().chat.unread, 1);
    guest.wants(Intent::LookAtChat(Switch::On));
    assert_eq!(guest.call.view().chat.unread, 0);
    assert!(!told(&guest.writes(1, 1, "two")));
    guest.wants(Intent::LookAtChat(Switch::Off));
    guest.writes(1, 2, "three");
    assert_eq!(guest.call.view().chat.unread, 1);
}

#[test]
fn a_history_from_several_is_shown_once_in_the_order_of_each_author() {
    let mut guest = Guest::among(2);
    let of_ana = [entry(1, PAGE, 0, 9000, "a0"), entry(1, PAGE, 1, 5000, "a1")];
    let of_ben = [entry(2, PAGE, 0, 7000, "b0")];
    for (peer, messages) in [(1, [&of_ana[..], &of_ben].concat()), (2, [&of_ben[..], &of_ana].concat())] {
        guest.opens(peer);
        guest.hears(peer, PeerMessage::Hello { page: PAGE, chat: None });
        let next = Some(if peer == 1 { 2 } else { 1 });
        guest.hears(peer, PeerMessage::ChatHistory { messages, next });
    }
    assert_eq!(guest.texts(), ["a0", "b0", "a1"]);
    assert!(guest.messages().iter().all(|message| message.claimed_by.is_none()), "{:?}", guest.messages());
    assert_eq!(guest.call.view().chat.unread, 0, "what was before is no news");
}

/// Ben makes up what Ana said; then she says it herself.
#[test]
fn what_one_says_that_another_said_is_a_claim_until_they_say_so() {
    let mut guest = Guest::among(2);
    guest.opens(2);
    guest.hears(2, PeerMessage::Hello { page: PAGE, chat: None });
    let messages = vec![
        entry(1, PAGE, 0, 9000, "as Ben has it"),
        entry(1, PAGE, 7, 8000, "never said"),
        entry(5, PAGE, 0, 7000, "of somebody who is gone"),
    ];
    guest.hears(2, PeerMessage::ChatHistory { messages, next: Some(0) });
    assert!(guest.messages().iter().all(|message| message.claimed_by == Some(name("Ben"))));

    guest.opens(1);
    guest.hears(1, PeerMessage::Hello { page: PAGE, chat: None });
    let messages = vec![entry(1, PAGE, 0, 9000, "as Ana has it")];
    guest.hears(1, PeerMessage::ChatHistory { messages, next: Some(1) });
    assert_eq!(guest.texts(), ["as Ana has it", "of somebody who is gone"]);
    let first = &guest.messages()[0];
    assert_eq!((&first.name, &first.claimed_by, first.id.0), (&name("Ana"), &None, Author::Peer(id(1))));

    // And whoever comes later cannot say otherwise.
    let mut late = Guest::greeted(2);
    late.writes(1, 0, "hers");
    late.hears(2, PeerMessage::Hello { page: PAGE + 1, chat: None });
    let messages = vec![entry(1, PAGE, 1, 0, "not hers"), entry(ME, PAGE, 0, 0, "not mine")];
    late.hears(2, PeerMessage::ChatHistory { messages, next: Some(0) });
    let claimed: Vec<_> =
        late.messages().into_iter().filter(|message| message.claimed_by.is_some()).collect();
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    assert_eq!(claimed[0].text, text("not mine"));
}

#[test]
fn a_flood_neither_fills_the_memory_nor_pushes_out_what_others_wrote() {
    let mut guest = Guest::greeted(2);
    guest.writes(1, 0, "worth reading");
    let long = "x".repeat(4000);
    for sequence in 0..20_000 {
        guest.writes(2, sequence, &long);
        if sequence % 8 == 0 {
            guest.passes(500);
        }
    }
    let messages = guest.messages();
    let bytes: usize = messages.iter().map(|message| message.text.as_str().len()).sum();
    assert!(messages.len() <= 500 && bytes <= 256 * 1024, "{} messages, {bytes} bytes", messages.len());
    assert_eq!(messages[0].text, text("worth reading"));

    // A history is bounded too, however often it begins anew.
    for page in 0..50 {
        guest.hears(2, PeerMessage::Hello { page, chat: None });
        let made_up = |sequence| entry(6, page, sequence, 0, "made up");
        for part in 0..10 {
            let messages = (part * 100..part * 100 + 100).map(made_up).collect();
            guest.hears(2, PeerMessage::ChatHistory { messages, next: None });
        }
    }
    assert!(guest.messages().len() <= 500);
    assert_eq!(guest.messages()[0].text, text("worth reading"));
}

#[test]
fn who_says_hello_all_the_time_is_not_answered_all_the_time() {
    let mut guest = Guest::greeted(1);
    guest.wants(Intent::Say("worth telling".into()));
    let hello = |page| PeerMessage::Hello { page, chat: None };
    let answered = (0..1000).filter(|&page| !said(&guest.hears(1, hello(page))).is_empty()).count();
    assert_eq!(answered, 9, "one was said at the beginning");
}

/// It may have come to the connection of before, on which the other side has said hello already.
#[test]
fn a_page_that_was_loaded_again_is_said_hello_to_again() {
    let mut guest = Guest::greeted(1);
    let greets = |actions: &[Action]| {
        said(actions).iter().filter(|(_, message)| matches!(message, PeerMessage::Hello { .. })).count()
    };
    let hello = PeerMessage::Hello { page: PAGE + 1, chat: None };
    assert_eq!(greets(&guest.hears(1, hello.clone())), 1);
    assert_eq!(greets(&guest.hears(1, hello)), 0, "once");
}

#[test]
fn nobody_is_heard_faster_than_people_write() {
    let mut guest = Guest::greeted(1);
    let answered = (0..1000).filter(|&sequence| !said(&guest.writes(1, sequence, "!")).is_empty()).count();
    assert!((40..=41).contains(&answered), "{answered} were taken at once");
    guest.passes(1000);
    let answered = (2000..3000).filter(|&sequence| !said(&guest.writes(1, sequence, "!")).is_empty()).count();
    assert!((8..=9).contains(&answered), "{answered} were taken a second later");
}

#[test]
fn who_writes_a_great_deal_into_nowhere_has_to_wait() {
    let mut guest = Guest::among(1);
    for _ in 0..150 {
        guest.wants(Intent::Say("hello?".into()));
    }
    assert!(guest.call.view().chat.is_full);
    assert_eq!(guest.messages().len(), 100);
    let long = "x".repeat(4001);
    let mut guest = Guest::greeted(1);
    for words in ["", " \n ", "\u{7}", &long] {
        assert_eq!(said(&guest.wants(Intent::Say(words.into()))), []);
    }
    assert!(guest.messages().is_empty());
}

/// Two browsers may find no way to each other, while both have one to everybody else.
#[test]
fn who_is_never_reached_keeps_nobody_from_writing_to_the_others() {
    let mut guest = Guest::among(2);
    guest.opens(1);
    guest.hears(1, PeerMessage::Hello { page: PAGE, chat: None });
    for next in 1..=700 {
        guest.wants(Intent::Say(format!("message {next}")));
        guest.passes(500);
        guest.hears(1, PeerMessage::ChatReceived { next });
        assert!(!guest.call.view().chat.is_full, "after {next}");
    }
    let messages = guest.messages();
    assert_eq!(messages.len(), 500, "and no more are kept than of others");
    assert_eq!(messages.last().unwrap().text, text("message 700"));
    let delivery = messages.last().unwrap().delivery.unwrap();
    assert_eq!((delivery.of, delivery.received, delivery.missed), (2, 1, 0));
}

#[test]
fn what_is_sent_is_sent_at_a_pace_that_is_taken() {
    let mut guest = Guest::greeted(1);
    let mut sent = 0;
    for _ in 0..60 {
        sent += said(&guest.wants(Intent::Say("quick".into()))).len();
    }
    assert_eq!(sent, 10);
    for _ in 0..30 {
        sent += said(&guest.passes(500)).len();
    }
    assert_eq!(sent, 60, "all of it goes out");
}

#[test]
fn who_leaves_without_a_message_is_counted_and_the_call_takes_the_chat_with_it() {
    let mut guest = Guest::greeted(2);
    guest.wants(Intent::Say("both?".into()));
    guest.hears(1, PeerMessage::ChatReceived { next: 1 });
    guest.hears(2, PeerMessage::Leave);
    let delivery = guest.messages()[0].delivery.unwrap();
    assert_eq!((delivery.of, delivery.received, delivery.missed), (2, 1, 1));
    assert!(!delivery.is_under_way());
    guest.wants(Intent::Leave);
    assert_eq!(guest.call.view().chat.lines.len(), 0);
}
