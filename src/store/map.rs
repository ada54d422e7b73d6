//! Bytes that stay where they are: a memory map, or memory of our own.
#![expect(unsafe_code, reason = "a memory map is only as constant as its file")]

use std::fs::File;
use std::io;

/// Bytes of a file or a spool.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(memmap2::Mmap),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Maps a whole file for reading.
pub(crate) fn map(file: &File) -> io::Result<Bytes> {
    // SAFETY: the map is read-only and the bytes are never trusted to be valid text. A file that is cut short by
    // another process during the run ends this one with a bus error, as with every tool that maps its input.
    let map = unsafe { memmap2::Mmap::map(file)? };
    Ok(Bytes::Mapped(map))
}
