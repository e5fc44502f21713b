//! Where a received file is written: where the person says, or to a private place on the disk until it is saved, or, in a
//! browser that has neither, into memory.
//!
//! Private places are folders of this site that no other site sees. Each page has one of its own and a Web Lock of the
//! same name; what belongs to pages that are gone is removed.

use super::Shelf;
use crate::web::error;
use crate::web::ext::{LockManager, NavigatorExt, WindowExt};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::Update;
use ojak_call::protocol::{FILE_BLOCK_BYTES, FileName};
use ojak_call::{FileEvent, FileId, NotOpened};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemWritableFileStream, Url,
};

/// From this size on the person is asked where to put a file, where the browser can ask: it would be written twice
/// otherwise.
const ASKED_FROM: u64 = 128 << 20;
/// The largest file that is kept in memory.
const MEMORY_MAX: u64 = 256 << 20;
/// Of the folders, and of their locks.
const PREFIX: &str = "ojak-files-";

/// What is called when a lock is granted; held until what it returns is done.
type Granted = Closure<dyn FnMut(JsValue) -> Promise>;

/// The private places of this page.
#[derive(Default)]
pub(super) struct Places {
    folder: RefCell<Option<FileSystemDirectoryHandle>>,
    lock: RefCell<Option<Granted>>,
    next: Cell<u32>,
}

impl Places {
    /// The largest file that can be kept, if memory is all there is.
    pub(super) async fn limit(&self) -> Option<u64> {
        self.folder().await.is_none().then_some(MEMORY_MAX)
    }

    /// The folder of this page; none where pages may keep nothing, as in some private windows.
    async fn folder(&self) -> Option<FileSystemDirectoryHandle> {
        if let Some(folder) = self.folder.borrow().clone() {
            return Some(folder);
        }
        let window = web_sys::window()?;
        let prototype = Reflect::get(&window, &"FileSystemFileHandle".into()).ok()?;
        let prototype = Reflect::get(&prototype, &"prototype".into()).ok()?;
        if !Reflect::has(&prototype, &"createWritable".into()).unwrap_or(false) {
            return None;
        }
        let storage = window.navigator().storage();
        let root: FileSystemDirectoryHandle =
            JsFuture::from(storage.get_directory()).await.ok()?.unchecked_into();
        let name = [PREFIX, &(js_sys::Math::random().to_bits()).to_string()].concat();
        self.hold(&name);
        sweep(&root, &name).await;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let folder = JsFuture::from(root.get_directory_handle_with_options(&name, &options)).await.ok()?;
        let folder: FileSystemDirectoryHandle = folder.unchecked_into();
        *self.folder.borrow_mut() = Some(folder.clone());
        Some(folder)
    }

    /// Holds the lock of this page for as long as there is the page.
    fn hold(&self, name: &str) {
        let Some(locks) = locks() else { return };
        let granted = Closure::new(|_: JsValue| Promise::new(&mut |_, _| {}));
        let request = locks.request(name, &Object::new(), &granted);
        spawn_local(async move {
            // It never ends, and where there are no locks nothing is swept.
            let _ = JsFuture::from(request).await;
        });
        *self.lock.borrow_mut() = Some(granted);
    }

    /// Asks the person, or finds a place without asking.
    async fn open(&self, name: &FileName, size: u64) -> Result<Place, NotOpened> {
        if size >= ASKED_FROM
            && let Some(asked) = ask(name).await
        {
            let handle = asked?;
            let stream = writable(&handle).await.map_err(|error| why(&error))?;
            return Ok(Place::Disk { stream, handle, private: None });
        }
        let Some(folder) = self.folder().await else {
            return if size <= MEMORY_MAX { Ok(Place::Memory(Vec::new())) } else { Err(NotOpened::NoSpace) };
        };
        if room().await.is_some_and(|room| room < size as f64) {
            return Err(NotOpened::NoSpace);
        }
        let number = self.next.replace(self.next.get() + 1).to_string();
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = JsFuture::from(folder.get_file_handle_with_options(&number, &options)).await;
        let handle: FileSystemFileHandle = handle.map_err(|error| why(&error))?.unchecked_into();
        let stream = writable(&handle).await.map_err(|error| why(&error))?;
        Ok(Place::Disk { stream, handle, private: Some((folder, number)) })
    }
}

/// Bytes that this site may still keep; none where the browser does not say.
async fn room() -> Option<f64> {
    let estimate = JsFuture::from(web_sys::window()?.navigator().storage().estimate().ok()?).await.ok()?;
    let number = |key: &str| Reflect::get(&estimate, &key.into()).ok()?.as_f64();
    Some(number("quota")? - number("usage")?)
}

/// The browser's own question; none where it has none, or does not ask now.
async fn ask(name: &FileName) -> Option<Result<FileSystemFileHandle, NotOpened>> {
    let window = web_sys::window()?;
    if !Reflect::has(&window, &"showSaveFilePicker".into()).unwrap_or(false) {
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &"suggestedName".into(), &name.as_str().into()).ok()?;
    let asked = window.unchecked_ref::<WindowExt>().show_save_file_picker(&options).ok()?;
    match JsFuture::from(asked).await {
        Ok(handle) => Some(Ok(handle.unchecked_into())),
        Err(error) if error::name(&error) == "AbortError" => Some(Err(NotOpened::Dismissed)),
        Err(_) => None,
    }
}

async fn writable(handle: &FileSystemFileHandle) -> Result<FileSystemWritableFileStream, JsValue> {
    Ok(JsFuture::from(handle.create_writable()).await?.unchecked_into())
}

fn why(error: &JsValue) -> NotOpened {
    if error::name(error) == "QuotaExceededError" { NotOpened::NoSpace } else { NotOpened::Unwritable }
}

fn locks() -> Option<LockManager> {
    web_sys::window()?.navigator().unchecked_ref::<NavigatorExt>().locks()
}

/// Removes the folders of pages that are gone.
async fn sweep(root: &FileSystemDirectoryHandle, own: &str) {
    let Some(locks) = locks() else { return };
    let Ok(state) = JsFuture::from(locks.query()).await else { return };
    let held: Array = Reflect::get(&state, &"held".into()).unwrap_or_default().unchecked_into();
    let held: Vec<_> =
        held.iter().filter_map(|lock| Reflect::get(&lock, &"name".into()).ok()?.as_string()).collect();
    let keys = root.keys();
    let mut left = Vec::new();
    while let Ok(next) = keys.next() {
        let Ok(entry) = JsFuture::from(next).await else { break };
        let Some(name) = Reflect::get(&entry, &"value".into()).ok().and_then(|name| name.as_string()) else {
            break;
        };
        if name.starts_with(PREFIX) && name != own && !held.contains(&name) {
            left.push(name);
        }
    }
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    for name in left {
        // One that is in use after all stays.
        let _ = JsFuture::from(root.remove_entry_with_options(&name, &options)).await;
    }
}

enum Place {
    Disk {
        stream: FileSystemWritableFileStream,
        handle: FileSystemFileHandle,
        /// Where it is to be removed from again.
        private: Option<(FileSystemDirectoryHandle, String)>,
    },
    Memory(Vec<Blob>),
}

impl Place {
    async fn write(&mut self, block: u32, bytes: &Uint8Array) -> Result<(), JsValue> {
        match self {
            Self::Disk { stream, .. } => {
                let position = f64::from(block) * f64::from(FILE_BLOCK_BYTES);
                JsFuture::from(stream.seek_with_f64(position)?).await?;
                JsFuture::from(stream.write_with_js_u8_array(bytes)?).await?;
            }
            // Out of the memory of the page, and into wherever the browser keeps such things.
            Self::Memory(parts) => parts.push(Blob::new_with_u8_array_sequence(&Array::of1(bytes))?),
        }
        Ok(())
    }

    /// All of it is there; the address where it can be had.
    async fn close(&self) -> Result<String, JsValue> {
        match self {
            Self::Disk { stream, handle, .. } => {
                JsFuture::from(stream.close()).await?;
                let file = JsFuture::from(handle.get_file()).await?;
                Url::create_object_url_with_blob(file.unchecked_ref())
            }
            Self::Memory(parts) => {
                let parts: Array = parts.iter().collect();
                Url::create_object_url_with_blob(&Blob::new_with_blob_sequence(&parts)?)
            }
        }
    }

    /// Leaves nothing behind that the person did not put there.
    async fn clear(&self, is_closed: bool) {
        let Self::Disk { stream, private, .. } = self else { return };
        if !is_closed {
            // What was written so far never becomes the file.
            let _ = JsFuture::from(stream.abort()).await;
        }
        if let Some((folder, name)) = private {
            let _ = JsFuture::from(folder.remove_entry(name)).await;
        }
    }
}

enum Job {
    Write(u32, Uint8Array),
    Finish,
}

/// A file that is being written, one block after the other. Dropped, it is given up; a private one is removed.
pub(super) struct Writer(UnboundedSender<Job>);

impl Writer {
    pub(super) fn open(
        file: FileId,
        name: FileName,
        size: u64,
        places: Rc<Places>,
        shelf: Shelf,
        tell: Rc<dyn Fn(FileEvent)>,
    ) -> Self {
        let (sender, jobs) = unbounded();
        spawn_local(async move {
            match places.open(&name, size).await {
                Ok(place) => {
                    tell(FileEvent::Opened(file));
                    run(file, place, jobs, shelf, tell).await;
                }
                Err(why) => tell(FileEvent::NotOpened(file, why)),
            }
        });
        Self(sender)
    }

    pub(super) fn write(&self, block: u32, bytes: Uint8Array) {
        let _ = self.0.unbounded_send(Job::Write(block, bytes));
    }

    pub(super) fn finish(&self) {
        let _ = self.0.unbounded_send(Job::Finish);
    }
}

async fn run(
    file: FileId,
    mut place: Place,
    mut jobs: UnboundedReceiver<Job>,
    shelf: Shelf,
    tell: Rc<dyn Fn(FileEvent)>,
) {
    let mut is_closed = false;
    while let Some(job) = jobs.next().await {
        match job {
            Job::Write(block, bytes) => match place.write(block, &bytes).await {
                Ok(()) => tell(FileEvent::Kept(file, block)),
                Err(error) => tell(FileEvent::NotKept(file, why(&error))),
            },
            Job::Finish => match place.close().await {
                Ok(address) => {
                    is_closed = true;
                    shelf.update(|shelf| drop(shelf.insert(file, address)));
                    tell(FileEvent::Finished(file));
                }
                Err(error) => tell(FileEvent::NotKept(file, why(&error))),
            },
        }
    }
    place.clear(is_closed).await;
}
