//! Files that people give to each other: what is read, sent, received and written, as `call` decides.
//!
//! Their bytes stay in the browser's own buffers and never pass through this module's memory. What one holds at most is
//! the window of each file: blocks that are read and not sent, or that have arrived and are not written.

mod incoming;
mod outgoing;
mod place;

use self::incoming::Incoming;
use self::outgoing::Sending;
pub(crate) use self::outgoing::{Channel, FILES_CHANNEL};
use self::place::{Places, Writer};
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::{RwSignal, Update};
use ojak_call::protocol::{Digest, FILE_BLOCK_BYTES, PeerId};
use ojak_call::{ChosenFile, FileAction, FileEvent, FileId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

/// Before the bytes of each frame: which transfer, which block, and where in it.
const HEADER_BYTES: u32 = 12;

/// A file that the person has chosen, dropped or pasted.
pub(crate) struct Chosen(File);

impl Chosen {
    /// Those in a list that the browser made.
    pub(crate) fn all(list: Option<web_sys::FileList>) -> Vec<Self> {
        let Some(list) = list else { return Vec::new() };
        (0..list.length()).filter_map(|index| list.get(index).map(Self)).collect()
    }
}

/// Where received files can be had from, by the address of each.
pub(crate) type Shelf = RwSignal<HashMap<FileId, String>>;

/// Everything of files that is open.
pub(crate) struct Desk {
    tell: Rc<dyn Fn(FileEvent)>,
    own: HashMap<u32, File>,
    next: u32,
    sending: HashMap<(u32, PeerId), Sending>,
    incoming: HashMap<(PeerId, u32), Incoming>,
    /// Blocks that have arrived, until they are kept or not.
    held: Held,
    writers: HashMap<FileId, Writer>,
    places: Rc<Places>,
    has_looked: bool,
    shelf: Shelf,
}

type Held = Rc<RefCell<HashMap<(FileId, u32), Uint8Array>>>;

impl Desk {
    /// `tell` hears of everything; what has been received is put on `shelf`.
    pub(crate) fn new(shelf: Shelf, tell: impl Fn(FileEvent) + 'static) -> Self {
        Self {
            tell: Rc::new(tell),
            own: HashMap::new(),
            next: 0,
            sending: HashMap::new(),
            incoming: HashMap::new(),
            held: Held::default(),
            writers: HashMap::new(),
            places: Rc::default(),
            has_looked: false,
            shelf,
        }
    }

    /// Takes what the person has chosen, and says what the call has to know of it.
    pub(crate) fn take(&mut self, chosen: Vec<Chosen>) -> Vec<ChosenFile> {
        let take = |Chosen(file): Chosen| {
            let number = self.next;
            self.next += 1;
            let described = ChosenFile { number, name: file.name(), size: file.size() as u64 };
            self.own.insert(number, file);
            described
        };
        chosen.into_iter().map(take).collect()
    }

    /// Does what the call decided; `channel` is that to the peer in question.
    pub(crate) fn perform(&mut self, action: FileAction, channel: impl Fn(PeerId) -> Option<Channel>) {
        match action {
            FileAction::Begin(number, peer) => {
                if let (Some(file), Some(channel)) = (self.own.get(&number), channel(peer)) {
                    let sending = Sending::begin(file.clone(), channel, (number, peer), self.tell.clone());
                    self.sending.insert((number, peer), sending);
                }
            }
            FileAction::Send(number, peer, block) => {
                if let Some(sending) = self.sending.get(&(number, peer)) {
                    sending.allow(block);
                }
            }
            FileAction::Stop(number, peer) => {
                self.sending.remove(&(number, peer));
            }
            FileAction::Open(file, name, size) => {
                let writer =
                    Writer::open(file, name, size, self.places.clone(), self.shelf, self.tell.clone());
                self.writers.insert(file, writer);
            }
            FileAction::Expect { file, peer, transfer, size, block } => {
                self.incoming.retain(|_, incoming| incoming.file != file);
                self.held.borrow_mut().retain(|(held, _), _| *held != file);
                self.incoming.insert((peer, transfer), Incoming::new(file, size, block));
            }
            FileAction::Keep(file, block) => {
                let bytes = self.held.borrow_mut().remove(&(file, block));
                if let (Some(writer), Some(bytes)) = (self.writers.get(&file), bytes) {
                    writer.write(block, bytes);
                }
            }
            FileAction::Finish(file) => {
                self.incoming.retain(|_, incoming| incoming.file != file);
                if let Some(writer) = self.writers.get(&file) {
                    writer.finish();
                }
            }
            FileAction::Forget(file) => {
                self.incoming.retain(|_, incoming| incoming.file != file);
                self.held.borrow_mut().retain(|(held, _), _| *held != file);
                self.writers.remove(&file);
                self.shelf.update(|shelf| {
                    if let Some(address) = shelf.remove(&file) {
                        let _ = web_sys::Url::revoke_object_url(&address);
                    }
                });
            }
        }
    }

    /// Takes what `peer` sent over the channel of files. What is not expected is dropped.
    pub(crate) fn receive(&mut self, peer: PeerId, frame: &ArrayBuffer) {
        let frame = Uint8Array::new(frame);
        if frame.length() <= HEADER_BYTES {
            return;
        }
        let mut header = [0; HEADER_BYTES as usize];
        frame.subarray(0, HEADER_BYTES).copy_to(&mut header);
        let [a, b, c, d, e, f, g, h, i, j, k, l] = header;
        let (transfer, block) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        let position = u32::from_be_bytes([i, j, k, l]);
        let Some(incoming) = self.incoming.get_mut(&(peer, transfer)) else { return };
        let file = incoming.file;
        let waiting = self.held.borrow().keys().filter(|(held, _)| *held == file).count();
        let bytes = frame.subarray(HEADER_BYTES, frame.length());
        let Some(whole) = incoming.take(block, position, &bytes, waiting) else { return };
        let held = self.held.clone();
        held.borrow_mut().insert((file, block), whole.clone());
        let tell = self.tell.clone();
        spawn_local(async move {
            match digest(&whole).await {
                Some(digest) => tell(FileEvent::Arrived(file, block, digest)),
                None => drop(held.borrow_mut().remove(&(file, block))),
            }
        });
    }

    /// Looks once whether files can be written to disk here, and tells how large they may be if not.
    pub(crate) fn look(&mut self) {
        if std::mem::replace(&mut self.has_looked, true) {
            return;
        }
        let (places, tell) = (self.places.clone(), self.tell.clone());
        spawn_local(async move {
            if let Some(limit) = places.limit().await {
                tell(FileEvent::Limit(limit));
            }
        });
    }
}

/// How many bytes block `block` has, of a file of this size.
fn block_length(size: u64, block: u32) -> u32 {
    let before = u64::from(block) * u64::from(FILE_BLOCK_BYTES);
    u32::try_from(size.saturating_sub(before)).unwrap_or(u32::MAX).min(FILE_BLOCK_BYTES)
}

/// The browser's own SHA-256: of a block, since it cannot do it bit by bit.
async fn digest(bytes: &Uint8Array) -> Option<Digest> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let promise = subtle.digest_with_str_and_js_u8_array("SHA-256", bytes).ok()?;
    let digest: ArrayBuffer = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let mut bytes = [0; 32];
    let digest = Uint8Array::new(&digest);
    if digest.length() != 32 {
        return None;
    }
    digest.copy_to(&mut bytes);
    Some(Digest(bytes))
}
