//! The page as `build.rs` put it into the binary.

use crate::page::Asset;
use bytes::Bytes;

struct File {
    path: &'static str,
    hash: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// All files of the page; none if it was not built before the binary was.
pub(crate) fn assets() -> impl Iterator<Item = Asset> {
    FILES.iter().map(|file| Asset {
        path: file.path.to_owned(),
        hash: file.hash.to_owned(),
        identity: Bytes::from_static(file.identity),
        brotli: file.brotli.map(Bytes::from_static),
        gzip: file.gzip.map(Bytes::from_static),
    })
}
