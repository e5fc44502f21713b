//! The person's own file on its way to one peer: block by block as it is allowed, and no faster than it leaves.

use super::{HEADER_BYTES, block_length, digest};
use crate::web::Listener;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, abortable};
use js_sys::{ArrayBuffer, Uint8Array};
use ojak_call::FileEvent;
use ojak_call::protocol::{FILE_BLOCK_BYTES, PeerId};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, File, RtcDataChannel, RtcDataChannelState};

/// The id of the channel of files, as both sides negotiated it.
pub(crate) const FILES_CHANNEL: u16 = 1;
/// Bytes of one frame besides its header. What every browser takes is 64 KiB.
const FRAME_BYTES: u32 = 48 * 1024;
/// More than this does not wait in the browser; and when less than that is left, more is handed to it.
const BUFFERED_MAX: u32 = 1024 * 1024;
const BUFFERED_LOW: u32 = 256 * 1024;

/// The channel of files to one peer.
#[derive(Clone)]
pub(crate) struct Channel(RtcDataChannel);

impl Channel {
    /// One that says when it can take more.
    pub(crate) fn new(channel: RtcDataChannel) -> Self {
        channel.set_buffered_amount_low_threshold(BUFFERED_LOW);
        Self(channel)
    }

    /// Waits until there is room in it; false when there will be none any more.
    async fn has_room(&self) -> bool {
        loop {
            match self.0.ready_state() {
                RtcDataChannelState::Open if self.0.buffered_amount() <= BUFFERED_MAX => return true,
                RtcDataChannelState::Open | RtcDataChannelState::Connecting => {}
                _ => return false,
            }
            let (sender, mut changes) = unbounded();
            let listen = |kind| {
                let sender: UnboundedSender<()> = sender.clone();
                Listener::new(&self.0, kind, move |_: Event| drop(sender.unbounded_send(())))
            };
            let _listeners = ["open", "bufferedamountlow", "close", "error"].map(listen);
            changes.next().await;
        }
    }
}

/// What is being sent. Dropped, nothing more of it is.
pub(super) struct Sending {
    allowed: UnboundedSender<u32>,
    task: AbortHandle,
}

impl Sending {
    /// Sends nothing before it is allowed.
    pub(super) fn begin(
        file: File,
        channel: Channel,
        to: (u32, PeerId),
        tell: Rc<dyn Fn(FileEvent)>,
    ) -> Self {
        let (allowed, blocks) = unbounded();
        let (sending, task) = abortable(run(file, channel, to, blocks, tell));
        spawn_local(async {
            // What is dropped comes to no end of its own.
            let _ = sending.await;
        });
        Self { allowed, task }
    }

    pub(super) fn allow(&self, block: u32) {
        // The other end is gone when the channel is.
        let _ = self.allowed.unbounded_send(block);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        // A channel does not say that its connection was closed from here: whoever waits for room in it would wait, with
        // a block in hand, for as long as there is the page.
        self.task.abort();
    }
}

async fn run(
    file: File,
    channel: Channel,
    (number, peer): (u32, PeerId),
    mut blocks: UnboundedReceiver<u32>,
    tell: Rc<dyn Fn(FileEvent)>,
) {
    while let Some(block) = blocks.next().await {
        let bytes = read(&file, block).await;
        let digest = match &bytes {
            Some(bytes) => digest(bytes).await,
            None => None,
        };
        let (Some(bytes), Some(digest)) = (bytes, digest) else { return tell(FileEvent::Unreadable(number)) };
        tell(FileEvent::Read(number, peer, block, digest));
        for position in (0..bytes.length()).step_by(FRAME_BYTES as usize) {
            if !channel.has_room().await {
                return;
            }
            let until = (position + FRAME_BYTES).min(bytes.length());
            let frame = Uint8Array::new_with_length(HEADER_BYTES + until - position);
            let header = [number, block, position].map(u32::to_be_bytes).concat();
            frame.subarray(0, HEADER_BYTES).copy_from(&header);
            frame.set(&bytes.subarray(position, until), HEADER_BYTES);
            if channel.0.send_with_js_u8_array(&frame).is_err() {
                return;
            }
        }
    }
}

/// None when the file has changed or is gone, or its disk is.
async fn read(file: &File, block: u32) -> Option<Uint8Array> {
    let from = f64::from(block) * f64::from(FILE_BLOCK_BYTES);
    let length = block_length(file.size() as u64, block);
    let slice = file.slice_with_f64_and_f64(from, from + f64::from(length)).ok()?;
    let buffer: ArrayBuffer = JsFuture::from(slice.array_buffer()).await.ok()?.dyn_into().ok()?;
    (buffer.byte_length() == length).then(|| Uint8Array::new(&buffer))
}
