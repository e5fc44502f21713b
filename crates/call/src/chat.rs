//! What people write to each other: who has which message, what of it is said again, and what a newcomer is told.
//!
//! A message is known by its author, the load of their page and its sequence there. Each side begins a connection with
//! a `hello` that says how far it has come; the other side answers with what is missing. So it does not matter which
//! connection a message went over, and whether its acknowledgement came back.

use crate::bucket::Bucket;
use crate::file::FileId;
use ojak_protocol::{ChatEntry, ChatPosition, ChatText, DisplayName, PeerId, PeerMessage};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Most messages that a page keeps, and most bytes of them.
const KEPT_MAX: usize = 500;
const KEPT_BYTES_MAX: usize = 256 * 1024;
/// The same for what is told to a newcomer, and taken from one who tells.
const TOLD_MAX: usize = 200;
const TOLD_BYTES_MAX: usize = 64 * 1024;
/// Of one part of it, so that no message of the channel is large.
const PART_BYTES_MAX: usize = 12 * 1024;
/// Most claims about what others said: what one peer makes up must not push out what people wrote.
const CLAIMS_MAX: usize = 200;
/// Most own messages that nobody of those who are there has received yet; then the person has to wait.
const WAITING_MAX: usize = 100;
/// What a page says to one other at most: so many at once, and so many a second. Nobody writes as fast.
const SAID: (u32, u32) = (10, 4);
/// What it takes from one other: more than an honest page says.
const TAKEN: (u32, u32) = (40, 8);

/// A moment, by the clock that never jumps and by that of the wall.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Duration,
    pub(crate) time_of_day: Duration,
}

/// The chat, as the person sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatView {
    /// Everything, oldest first.
    pub lines: Arc<Vec<ChatLine>>,
    /// Messages that came while nobody looked.
    pub unread: usize,
    /// Too much of what the person wrote has not arrived: they have to wait before they write more.
    pub is_full: bool,
}

/// One line of the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatLine {
    /// What somebody wrote.
    Message(ChatMessage),
    /// A file that somebody offered: one of [`View::files`](crate::View::files).
    File(FileId),
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    /// Whose, which load of their page, and which message of that.
    pub id: (Author, u32, u32),
    /// What they are called.
    pub name: DisplayName,
    /// When, as a time of the day.
    pub said: Duration,
    /// What.
    pub text: ChatText,
    /// Who says that they wrote it, when they are not there to say it themself.
    pub claimed_by: Option<DisplayName>,
    /// Who has it; of what the person wrote.
    pub delivery: Option<Delivery>,
}

/// Who wrote something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// The person themself.
    Own,
    /// Somebody else.
    Peer(PeerId),
}

/// How many of those who were there have a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// So many were there.
    pub of: usize,
    /// So many have it.
    pub received: usize,
    /// So many went without it.
    pub missed: usize,
}

impl Delivery {
    /// Whether it is on its way to somebody.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        self.received + self.missed < self.of
    }
}

#[derive(Clone, Debug)]
struct Message {
    shown: ChatMessage,
    /// Those who were there and have not received it.
    waiting: Vec<PeerId>,
}

impl Message {
    /// Whether nobody has it of those who are to have it: then it is not given up for others.
    fn is_only_here(&self) -> bool {
        !self.waiting.is_empty() && self.shown.delivery.is_none_or(|delivery| delivery.received == 0)
    }
}

#[derive(Clone, Debug)]
enum Line {
    Message(Message),
    File(FileId),
}

/// The chat with one other page.
#[derive(Clone, Debug)]
struct End {
    /// Which load of their page, once they have said so.
    page: Option<u32>,
    /// Whether they have said so on the connection there is now.
    is_greeted: bool,
    /// Which message of theirs is expected; none before they have told what was before.
    expected: Option<u32>,
    /// How much more they may tell.
    may_tell: usize,
    taken: Bucket,
    /// Which own message they are sent next.
    next: u32,
    said: Bucket,
}

impl Default for End {
    fn default() -> Self {
        let (taken, said) = (Bucket::a_second(TAKEN), Bucket::a_second(SAID));
        Self { page: None, is_greeted: false, expected: None, may_tell: 0, taken, next: 0, said }
    }
}

/// Something for the other pages, or for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Peer(PeerId, PeerMessage),
    Person(DisplayName, ChatText),
}

#[derive(Clone, Debug)]
pub(crate) struct Chat {
    page: u32,
    next: u32,
    lines: Vec<Line>,
    ends: BTreeMap<PeerId, End>,
    is_looked_at: bool,
    unread: usize,
    shown: Arc<Vec<ChatLine>>,
}

impl Chat {
    /// That of a page that was loaded as `page`.
    pub(crate) fn new(page: u32) -> Self {
        Self {
            page,
            next: 0,
            lines: Vec::new(),
            ends: BTreeMap::new(),
            is_looked_at: false,
            unread: 0,
            shown: Arc::default(),
        }
    }

    pub(crate) fn view(&self) -> ChatView {
        ChatView { lines: self.shown.clone(), unread: self.unread, is_full: self.is_full() }
    }

    /// The person looks at the chat, or does not any more.
    pub(crate) fn look(&mut self, is_looked_at: bool) {
        self.is_looked_at = is_looked_at;
        if is_looked_at {
            self.unread = 0;
        }
    }

    /// Whether the person sees what comes.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.is_looked_at
    }

    /// There is a connection to this peer that has said nothing yet.
    pub(crate) fn connect(&mut self, peer: PeerId) {
        self.ends.entry(peer).or_default().is_greeted = false;
    }

    /// This peer is gone for good.
    pub(crate) fn part(&mut self, peer: PeerId) {
        self.ends.remove(&peer);
        for message in self.lines.iter_mut().filter_map(Line::message) {
            if let Some(delivery) = &mut message.shown.delivery
                && let Some(place) = message.waiting.iter().position(|&waiting| waiting == peer)
            {
                message.waiting.remove(place);
                delivery.missed += 1;
            }
        }
        self.show();
    }

    /// How far this page has come with what `peer` says.
    pub(crate) fn position(&self, peer: PeerId) -> Option<ChatPosition> {
        let end = self.ends.get(&peer)?;
        Some(ChatPosition { page: end.page?, next: end.expected? })
    }

    /// A file that was offered has its place among the messages.
    pub(crate) fn place_file(&mut self, file: FileId, is_own: bool) {
        // One that is offered again comes anew.
        self.lines.retain(|line| !matches!(line, Line::File(placed) if *placed == file));
        self.lines.push(Line::File(file));
        if !is_own && !self.is_looked_at {
            self.unread += 1;
        }
        self.show();
    }

    /// The person wrote something.
    pub(crate) fn say(&mut self, text: ChatText, name: DisplayName, moment: Moment) -> Vec<Told> {
        if self.is_full() {
            return Vec::new();
        }
        let sequence = self.next;
        self.next = self.next.saturating_add(1);
        let waiting: Vec<_> = self.ends.keys().copied().collect();
        let delivery = Some(Delivery { of: waiting.len(), received: 0, missed: 0 });
        let id = (Author::Own, self.page, sequence);
        let said = moment.time_of_day;
        let shown = ChatMessage { id, name, said, text, claimed_by: None, delivery };
        self.lines.push(Line::Message(Message { shown, waiting }));
        self.shorten();
        self.show();
        self.send(moment)
    }

    /// Sends what may be sent by now.
    pub(crate) fn send(&mut self, moment: Moment) -> Vec<Told> {
        let (own_next, page) = (self.next, self.page);
        let mut told = Vec::new();
        for (&peer, end) in self.ends.iter_mut().filter(|(_, end)| end.is_greeted) {
            while end.next < own_next && end.said.take(moment.now) {
                let id = (Author::Own, page, end.next);
                end.next += 1;
                // One that was given up for others that people wrote is not there any more.
                let message =
                    self.lines.iter_mut().filter_map(Line::message).find(|message| message.shown.id == id);
                if let Some(message) = message {
                    let (sequence, text) = (id.2, message.shown.text.clone());
                    let age = age(message.shown.said, moment);
                    told.push(Told::Peer(peer, PeerMessage::Chat { sequence, age, text }));
                }
            }
        }
        told
    }

    /// `peer` said hello: on a new connection, of this load of their page, and having come this far.
    pub(crate) fn greeted(
        &mut self,
        peer: PeerId,
        page: u32,
        theirs: Option<ChatPosition>,
        own: (PeerId, &DisplayName),
        moment: Moment,
    ) -> Vec<Told> {
        let end = self.ends.entry(peer).or_default();
        if end.page != Some(page) {
            *end = End { page: Some(page), ..End::default() };
        }
        end.is_greeted = true;
        end.may_tell = if end.expected.is_none() { TOLD_MAX } else { 0 };
        match theirs.filter(|theirs| theirs.page == self.page) {
            Some(theirs) => {
                end.next = theirs.next.min(self.next);
                self.received(peer, theirs.next);
                self.send(moment)
            }
            None => {
                end.next = self.next;
                self.history(own, moment).into_iter().map(|part| Told::Peer(peer, part)).collect()
            }
        }
    }

    /// `peer` wrote something.
    pub(crate) fn heard(
        &mut self,
        peer: PeerId,
        name: &DisplayName,
        (sequence, age, text): (u32, u32, ChatText),
        moment: Moment,
    ) -> Vec<Told> {
        let Some(end) = self.ends.get_mut(&peer) else { return Vec::new() };
        let (Some(page), Some(expected), true) = (end.page, end.expected, end.is_greeted) else {
            return Vec::new();
        };
        let acknowledge = |next| Told::Peer(peer, PeerMessage::ChatReceived { next });
        if sequence < expected {
            return vec![acknowledge(expected)];
        }
        if !end.taken.take(moment.now) {
            return Vec::new();
        }
        let next = sequence.saturating_add(1);
        end.expected = Some(next);
        let id = (Author::Peer(peer), page, sequence);
        let mut told = vec![acknowledge(next)];
        if let Some(known) = self.find(id) {
            // Somebody else has told it already; this is how it was.
            let shown = &mut known.shown;
            (shown.text, shown.name, shown.claimed_by) = (text, name.clone(), None);
        } else {
            let said = said(age, moment);
            let shown = ChatMessage {
                id,
                name: name.clone(),
                said,
                text: text.clone(),
                claimed_by: None,
                delivery: None,
            };
            self.lines.push(Line::Message(Message { shown, waiting: Vec::new() }));
            if !self.is_looked_at {
                self.unread += 1;
                told.push(Told::Person(name.clone(), text));
            }
        }
        self.shorten();
        self.show();
        told
    }

    /// `peer` has everything before `next`.
    pub(crate) fn received(&mut self, peer: PeerId, next: u32) {
        let page = self.page;
        for message in self.lines.iter_mut().filter_map(Line::message) {
            let (author, of, sequence) = message.shown.id;
            if author == Author::Own
                && of == page
                && sequence < next
                && let Some(delivery) = &mut message.shown.delivery
                && let Some(place) = message.waiting.iter().position(|&waiting| waiting == peer)
            {
                message.waiting.remove(place);
                delivery.received += 1;
            }
        }
        self.show();
    }

    /// `peer`, who is called `name`, tells what was before; `me` is this page.
    pub(crate) fn told(
        &mut self,
        peer: PeerId,
        name: &DisplayName,
        me: PeerId,
        (entries, next): (Vec<ChatEntry>, Option<u32>),
        moment: Moment,
    ) -> Vec<Told> {
        let Some(end) = self.ends.get_mut(&peer).filter(|end| end.is_greeted && end.expected.is_none())
        else {
            return Vec::new();
        };
        let may = end.may_tell.min(entries.len());
        end.may_tell -= may;
        let page = end.page;
        if let Some(next) = next {
            end.expected = Some(next);
        }
        for entry in entries.into_iter().take(may) {
            self.take_in(entry, peer, name, me, moment);
        }
        let mut told = Vec::new();
        if let Some(next) = next {
            self.drop_claims_about(peer, page);
            told.push(Told::Peer(peer, PeerMessage::ChatReceived { next }));
        }
        self.shorten();
        self.show();
        told
    }

    /// What others say that somebody wrote, who has now said themself what they wrote, counts no more.
    fn drop_claims_about(&mut self, author: PeerId, page: Option<u32>) {
        self.lines.retain(|line| match line {
            Line::Message(message) => {
                let (of, on, _) = message.shown.id;
                message.shown.claimed_by.is_none() || of != Author::Peer(author) || Some(on) != page
            }
            Line::File(_) => true,
        });
    }

    fn take_in(
        &mut self,
        entry: ChatEntry,
        teller: PeerId,
        teller_name: &DisplayName,
        me: PeerId,
        moment: Moment,
    ) {
        let is_own = entry.author == me;
        let author = if is_own { Author::Own } else { Author::Peer(entry.author) };
        let is_by_author = entry.author == teller;
        // What this page wrote it knows itself; and whoever is there tells themself what they wrote.
        let tells_themself = self
            .ends
            .get(&entry.author)
            .is_some_and(|end| end.page == Some(entry.page) && end.expected.is_some());
        if (is_own && entry.page == self.page) || (!is_by_author && tells_themself) {
            return;
        }
        let id = (author, entry.page, entry.sequence);
        let same = self.find(id).is_some().then_some(id).or_else(|| self.find_of_before(&entry));
        if let Some(known) = same.and_then(|id| self.find(id)) {
            if is_by_author && known.shown.claimed_by.is_some() {
                (known.shown.text, known.shown.name) = (entry.text, teller_name.clone());
                known.shown.claimed_by = None;
            }
            return;
        }
        let claims = self.messages().filter(|message| message.shown.claimed_by.is_some()).count();
        if !is_by_author && claims >= CLAIMS_MAX {
            return;
        }
        let shown = ChatMessage {
            id,
            name: if is_by_author { teller_name.clone() } else { entry.name },
            said: said(entry.age, moment),
            text: entry.text,
            claimed_by: (!is_by_author).then(|| teller_name.clone()),
            delivery: None,
        };
        let place = self.place(&shown);
        self.lines.insert(place, Line::Message(Message { shown, waiting: Vec::new() }));
    }

    /// By the time, but never before what the author wrote earlier, nor behind what they wrote later.
    fn place(&self, new: &ChatMessage) -> usize {
        let (author, page, sequence) = new.id;
        let (mut least, mut most, mut by_time) = (0, self.lines.len(), 0);
        for (index, line) in self.lines.iter().enumerate() {
            let Line::Message(Message { shown, .. }) = line else { continue };
            if shown.said <= new.said {
                by_time = index + 1;
            }
            if (shown.id.0, shown.id.1) == (author, page) {
                if shown.id.2 < sequence {
                    least = index + 1;
                } else {
                    most = most.min(index);
                }
            }
        }
        by_time.clamp(least, most.max(least))
    }

    /// What is told to somebody who knows nothing: the latest, in parts.
    fn history(&self, (me, own_name): (PeerId, &DisplayName), moment: Moment) -> Vec<PeerMessage> {
        let mut bytes = 0;
        let mut latest: Vec<_> = self
            .messages()
            .rev()
            .take(TOLD_MAX)
            .take_while(|message| {
                bytes += message.shown.text.as_str().len();
                bytes <= TOLD_BYTES_MAX
            })
            .collect();
        latest.reverse();
        let mut parts: Vec<Vec<ChatEntry>> = vec![Vec::new()];
        let mut of_part = 0;
        for Message { shown, .. } in latest {
            let (author, page, sequence) = shown.id;
            let (author, name) = match author {
                Author::Own => (me, own_name),
                Author::Peer(peer) => (peer, &shown.name),
            };
            let (name, age, text) = (name.clone(), age(shown.said, moment), shown.text.clone());
            of_part += text.as_str().len() + 200;
            if of_part > PART_BYTES_MAX {
                parts.push(Vec::new());
                of_part = text.as_str().len() + 200;
            }
            if let Some(part) = parts.last_mut() {
                part.push(ChatEntry { author, name, page, sequence, age, text });
            }
        }
        let last = parts.len() - 1;
        let part = |(index, messages)| PeerMessage::ChatHistory {
            messages,
            next: (index == last).then_some(self.next),
        };
        parts.into_iter().enumerate().map(part).collect()
    }

    fn is_full(&self) -> bool {
        self.messages().filter(|message| message.is_only_here()).count() >= WAITING_MAX
    }

    /// Gives up the oldest of whoever has written most, so that nobody pushes out what others wrote.
    fn shorten(&mut self) {
        loop {
            let count = self.messages().count();
            let bytes: usize = self.messages().map(|message| message.shown.text.as_str().len()).sum();
            if count <= KEPT_MAX && bytes <= KEPT_BYTES_MAX {
                return;
            }
            let mut shares: BTreeMap<Author, usize> = BTreeMap::new();
            for message in self.messages().filter(|message| !message.is_only_here()) {
                *shares.entry(message.shown.id.0).or_default() += 64 + message.shown.text.as_str().len();
            }
            let Some((&most, _)) = shares.iter().max_by_key(|(_, share)| **share) else { return };
            let oldest = self.lines.iter().position(|line| {
                matches!(line, Line::Message(message) if message.shown.id.0 == most && !message.is_only_here())
            });
            let Some(oldest) = oldest else { return };
            self.lines.remove(oldest);
        }
    }

    fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.lines.iter().filter_map(|line| match line {
            Line::Message(message) => Some(message),
            Line::File(_) => None,
        })
    }

    fn find(&mut self, id: (Author, u32, u32)) -> Option<&mut Message> {
        self.lines.iter_mut().filter_map(Line::message).find(|message| message.shown.id == id)
    }

    /// The same message under another id of its author: they were given another seat since.
    fn find_of_before(&self, entry: &ChatEntry) -> Option<(Author, u32, u32)> {
        let is_same = |message: &&Message| {
            let ChatMessage { id: (author, page, sequence), text, .. } = &message.shown;
            let is_gone = matches!(author, Author::Peer(peer) if !self.ends.contains_key(peer));
            is_gone && (*page, *sequence) == (entry.page, entry.sequence) && *text == entry.text
        };
        self.messages().find(is_same).map(|message| message.shown.id)
    }

    fn show(&mut self) {
        let shown = self.lines.iter().map(|line| match line {
            Line::Message(message) => ChatLine::Message(message.shown.clone()),
            Line::File(file) => ChatLine::File(*file),
        });
        self.shown = Arc::new(shown.collect());
    }
}

impl Line {
    fn message(&mut self) -> Option<&mut Message> {
        match self {
            Self::Message(message) => Some(message),
            Self::File(_) => None,
        }
    }
}

fn age(said: Duration, moment: Moment) -> u32 {
    u32::try_from(moment.time_of_day.saturating_sub(said).as_millis()).unwrap_or(u32::MAX)
}

fn said(age: u32, moment: Moment) -> Duration {
    moment.time_of_day.saturating_sub(Duration::from_millis(u64::from(age)))
}
