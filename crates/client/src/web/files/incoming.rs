//! The block of a file that is arriving.

use super::block_length;
use js_sys::Uint8Array;
use ojak_call::FileId;
use ojak_call::protocol::FILE_WINDOW_BLOCKS;

/// What is expected next of a file.
pub(super) struct Incoming {
    pub(super) file: FileId,
    size: u64,
    block: u32,
    filled: u32,
    bytes: Option<Uint8Array>,
}

impl Incoming {
    /// From `block` on.
    pub(super) fn new(file: FileId, size: u64, block: u32) -> Self {
        Self { file, size, block, filled: 0, bytes: None }
    }

    /// Takes what was sent as the bytes of `block` from `position`, and gives the block once it is whole. `waiting`
    /// others have arrived and are not written: who sends more than they may is not heard.
    pub(super) fn take(
        &mut self,
        block: u32,
        position: u32,
        bytes: &Uint8Array,
        waiting: usize,
    ) -> Option<Uint8Array> {
        let length = block_length(self.size, self.block);
        let until = position.checked_add(bytes.length())?;
        let is_expected = block == self.block && position == self.filled && until <= length;
        if !is_expected || waiting > 2 * FILE_WINDOW_BLOCKS as usize {
            return None;
        }
        let whole = self.bytes.get_or_insert_with(|| Uint8Array::new_with_length(length));
        whole.set(bytes, position);
        self.filled = until;
        if until < length {
            return None;
        }
        self.block = self.block.saturating_add(1);
        self.filled = 0;
        self.bytes.take()
    }
}
