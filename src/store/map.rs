//! Bytes that stay where they are: a memory map, or memory of our own.
#![expect(unsafe_code, reason = "a memory map is only as constant as its file")]

use std::fs::File;
use std::io;
use std::ops::Range;

/// Bytes of a file or a spool.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(memmap2::Mmap),
    Owned(Vec<u8>),
}

/// Bytes that are asked for at a time: of more, some systems read the beginning alone. 128 KiB: what Linux reads ahead where nobody says
/// otherwise.
#[cfg(unix)]
const ASKED: usize = 128 << 10;

impl Bytes {
    /// Tells the system that these bytes are read in no order: of what is missing it then reads a page, and not what lies around it,
    /// which can be megabytes.
    pub(crate) fn in_no_order(&self) {
        #[cfg(unix)]
        if let Self::Mapped(map) = self {
            // Advice that is not taken changes how long it takes, and nothing else.
            let _ = map.advise(memmap2::Advice::Random);
        }
    }

    /// Asks the system to read a range, and does not wait for it.
    pub(crate) fn will_need(&self, range: Range<usize>) {
        #[cfg(unix)]
        if let Self::Mapped(map) = self {
            for begin in range.clone().step_by(ASKED) {
                let length = ASKED.min(range.end - begin);
                let _ = map.advise_range(memmap2::Advice::WillNeed, begin, length);
            }
        }
        #[cfg(not(unix))]
        let _ = range;
    }
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
