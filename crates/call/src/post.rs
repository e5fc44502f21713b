//! What people give to each other besides sound and pictures: the chat and files. It goes over the data channels of
//! whoever is there, and none of it over the server.

use crate::bucket::Bucket;
use crate::chat::{Chat, Moment, Told};
use crate::file::{FileEvent, FileId, FileView};
use crate::giving::{Done, Giving};
use crate::taking::Taking;
use crate::{Action, ChatView, ChosenFile, Notice, PeerAction};
use ojak_protocol::{ChatText, DisplayName, PeerId, PeerMessage, Withdrawal};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who is in the room.
pub(crate) struct Circle {
    pub(crate) me: PeerId,
    pub(crate) own_name: DisplayName,
    pub(crate) others: Vec<(PeerId, DisplayName)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Post {
    page: u32,
    chat: Chat,
    giving: Giving,
    taking: Taking,
    /// Which load of their page each of the others said hello from.
    pages: BTreeMap<PeerId, u32>,
    files: Arc<Vec<FileView>>,
    /// Whom this page has said hello to, on the connection there is now.
    greeted: Vec<PeerId>,
    /// How often each of the others may say hello: an answer can be long.
    hellos: BTreeMap<PeerId, Bucket>,
}

/// So many at once, and so many a second: one each connection is what they need.
const HELLOS: (u32, u32) = (10, 1);

impl Post {
    /// That of a page that was loaded as `page`.
    pub(crate) fn new(page: u32) -> Self {
        Self {
            page,
            chat: Chat::new(page),
            giving: Giving::default(),
            taking: Taking::default(),
            pages: BTreeMap::new(),
            files: Arc::default(),
            greeted: Vec::new(),
            hellos: BTreeMap::new(),
        }
    }

    pub(crate) fn chat(&self) -> ChatView {
        self.chat.view()
    }

    pub(crate) fn files(&self) -> Arc<Vec<FileView>> {
        self.files.clone()
    }

    /// The call is over, and with it everything that was given.
    pub(crate) fn end(&mut self) -> Vec<Action> {
        let mut done = self.giving.end();
        done.extend(self.taking.forget());
        self.taking = self.taking.emptied();
        self.chat = Chat::new(self.page);
        (self.pages, self.greeted) = Default::default();
        self.act(done)
    }

    /// Connections were made and given up by `actions`: whatever is said next is said on others.
    pub(crate) fn follow(&mut self, actions: &[Action]) -> Vec<Action> {
        let mut done = Vec::new();
        for action in actions {
            match action {
                Action::CreatePeer { peer, .. } => {
                    self.greeted.retain(|greeted| greeted != peer);
                    self.chat.connect(*peer);
                    self.taking.connect(*peer);
                    done.extend(self.giving.connect(*peer));
                }
                Action::ClosePeer(peer) => {
                    self.greeted.retain(|greeted| greeted != peer);
                    self.chat.part(*peer);
                    done.extend(self.taking.part(*peer));
                    done.extend(self.giving.part(*peer));
                }
                _ => {}
            }
        }
        if done.is_empty() { Vec::new() } else { self.act(done) }
    }

    /// The channel to `peer` is open.
    pub(crate) fn greet(&mut self, peer: PeerId) -> Vec<Action> {
        if self.greeted.contains(&peer) {
            return Vec::new();
        }
        self.greeted.push(peer);
        let hello = PeerMessage::Hello { page: self.page, chat: self.chat.position(peer) };
        vec![Action::Peer(peer, PeerAction::Say(hello))]
    }

    /// `peer` said something on the connection there is now.
    pub(crate) fn heard(
        &mut self,
        peer: PeerId,
        message: PeerMessage,
        circle: &Circle,
        moment: Moment,
    ) -> Vec<Action> {
        let Some((_, name)) = circle.others.iter().find(|(other, _)| *other == peer) else {
            return Vec::new();
        };
        let now = moment.now;
        let told = match message {
            PeerMessage::Hello { page, chat } => {
                if !self.hellos.entry(peer).or_insert_with(|| Bucket::a_second(HELLOS)).take(now) {
                    return Vec::new();
                }
                let is_new = self.pages.insert(peer, page).is_some_and(|before| before != page);
                let own = (circle.me, &circle.own_name);
                if is_new {
                    // That was said to the page of before.
                    self.greeted.retain(|greeted| *greeted != peer);
                }
                // They may have been heard before the channel was said to be open here; hello comes first.
                let mut actions = self.greet(peer);
                actions.extend(Self::tell(self.chat.greeted(peer, page, chat, own, moment)));
                let mut done = self.giving.greet(peer, is_new);
                done.extend(self.taking.greet(peer, is_new, now));
                actions.extend(self.act(done));
                return actions;
            }
            PeerMessage::Chat { sequence, age, text } => {
                self.chat.heard(peer, name, (sequence, age, text), moment)
            }
            PeerMessage::ChatReceived { next } => {
                self.chat.received(peer, next);
                Vec::new()
            }
            PeerMessage::ChatHistory { messages, next } => {
                self.chat.told(peer, name, circle.me, (messages, next), moment)
            }
            message => {
                let done = self.heard_of_file(peer, name, message, moment);
                return self.act(done);
            }
        };
        Self::tell(told)
    }

    fn heard_of_file(
        &mut self,
        peer: PeerId,
        name: &DisplayName,
        message: PeerMessage,
        moment: Moment,
    ) -> Vec<Done> {
        let now = moment.now;
        match message {
            PeerMessage::FileOffer { transfer, name: file, size } => {
                self.taking.offered(peer, name, (transfer, file, size), (now, moment.time_of_day))
            }
            PeerMessage::FileAccept { transfer, block } => self.giving.accepted(peer, transfer, block, now),
            PeerMessage::FileBlock { transfer, block, digest } => {
                self.taking.announced(peer, transfer, block, digest)
            }
            PeerMessage::FileKept { transfer, blocks } => self.giving.kept(peer, transfer, blocks, now),
            PeerMessage::FileWithdraw { transfer, reason } => self.taking.withdrawn(peer, transfer, reason),
            PeerMessage::FileDecline { transfer, reason } => self.giving.declined(peer, transfer, reason),
            _ => Vec::new(),
        }
    }

    /// The person wrote something. What cannot be sent is not; the page does not let them send it.
    pub(crate) fn say(&mut self, text: &str, own_name: DisplayName, moment: Moment) -> Vec<Action> {
        let Ok(text) = ChatText::parse(text) else { return Vec::new() };
        let told = self.chat.say(text, own_name, moment);
        Self::tell(told)
    }

    /// The person looks at the chat, or does not any more.
    pub(crate) fn look(&mut self, is_looked_at: bool) {
        self.chat.look(is_looked_at);
    }

    /// The person offers files to everybody who is there.
    pub(crate) fn offer(&mut self, chosen: Vec<ChosenFile>, circle: &Circle, moment: Moment) -> Vec<Action> {
        let (ids, done) = self.giving.offer(chosen, &circle.others, moment.time_of_day);
        for id in ids {
            self.chat.place_file(id, true);
        }
        self.act(done)
    }

    /// The person offers a file once more.
    pub(crate) fn offer_again(&mut self, number: u32, circle: &Circle) -> Vec<Action> {
        let done = self.giving.offer_again(number, &circle.others);
        self.act(done)
    }

    /// The person does not want a file to be sent, or to be received, any more.
    pub(crate) fn cancel(&mut self, file: FileId) -> Vec<Action> {
        let done = match file {
            FileId::Own(number) => self.giving.withdraw(number, Withdrawal::Cancelled),
            FileId::Theirs(_) => self.taking.decline(file),
        };
        self.act(done)
    }

    /// The person wants a file.
    pub(crate) fn take(&mut self, file: FileId) -> Vec<Action> {
        let done = self.taking.accept(file);
        self.act(done)
    }

    /// Something happened to a file here.
    pub(crate) fn file(&mut self, event: FileEvent, moment: Moment) -> Vec<Action> {
        let done = match event {
            FileEvent::Read(number, peer, block, digest) => {
                self.giving.read(number, peer, block, digest).into_iter().collect()
            }
            FileEvent::Unreadable(number) => self.giving.withdraw(number, Withdrawal::Unreadable),
            event => self.taking.handle(event, moment.now),
        };
        self.act(done)
    }

    /// Time has passed.
    pub(crate) fn pass(&mut self, moment: Moment) -> Vec<Action> {
        self.giving.pass(moment.now);
        self.taking.pass(moment.now);
        self.show();
        let told = self.chat.send(moment);
        Self::tell(told)
    }

    fn tell(told: Vec<Told>) -> Vec<Action> {
        let action = |told| match told {
            Told::Peer(peer, message) => Action::Peer(peer, PeerAction::Say(message)),
            Told::Person(name, text) => Action::Announce(Notice::Message(name, text)),
        };
        told.into_iter().map(action).collect()
    }

    fn act(&mut self, done: Vec<Done>) -> Vec<Action> {
        self.show();
        let mut actions = Vec::new();
        for done in done {
            match done {
                Done::Say(peer, message) => actions.push(Action::Peer(peer, PeerAction::Say(message))),
                Done::Do(action) => actions.push(Action::File(action)),
                Done::Offered(id, name, file) => {
                    self.chat.place_file(id, false);
                    if !self.chat.is_looked_at() {
                        actions.push(Action::Announce(Notice::File(name, file)));
                    }
                }
            }
        }
        actions
    }

    fn show(&mut self) {
        let files: Vec<_> = self.giving.views().chain(self.taking.views()).collect();
        if *self.files != files {
            self.files = Arc::new(files);
        }
    }
}
