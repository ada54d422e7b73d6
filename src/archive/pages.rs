//! A file in pages, each with a checksum that is looked at when the page is first read.
//!
//! ```text
//! payload, 4,096 bytes a page | a checksum of each page | a checksum of each page of these | about | length, checksum, magic
//! ```
//!
//! Opening a file reads its end only: what it is about, and one checksum for every two megabytes.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::disk::{Disk, Growing};
use crate::error::{Error, Result};
use crate::store::{Bytes, map};

/// Bytes of a page. 4 KiB: what the system reads at least.
const PAGE: usize = 4096;
/// Bytes of a checksum.
const SUM: usize = 8;
/// The last bytes of every file.
const MAGIC: &[u8; 8] = b"wirecopy";
/// Bytes behind what a file is about: its length, its checksum, and the magic.
const TAIL: usize = 24;

/// Pages between two that are needed up to which what lies between them is read too. 4: a read of 16 KiB takes as long as one of 4.
const BETWEEN: usize = 4;
/// Pages that are asked for before they are looked at one after the other.
const AHEAD: usize = 1024;

/// Changes with every change of what the files hold.
pub(super) const FORMAT: u32 = 1;

/// What the end of a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    /// Version of the layout.
    pub(super) format: u32,
    /// Version of how words are folded and hashed.
    pub(super) normaliser: u32,
    /// Seed of every hash.
    pub(super) seed: u64,
    /// `segment` or `removed`.
    pub(super) kind: String,
    /// Documents that it tells of.
    pub(super) documents: u64,
    /// Where each section begins, and how long it is, in bytes of the payload.
    pub(super) sections: Vec<(u64, u64)>,
    /// Bytes of all texts, before compression.
    pub(super) text_bytes: u64,
    /// Pages of payload, filled in by the writer.
    pub(super) pages: u64,
    /// Checksum of the last checksums, filled in by the writer.
    pub(super) roots: u64,
}

/// Writes a file in pages.
#[derive(Debug)]
pub(super) struct PageWriter {
    out: Growing,
    page: Vec<u8>,
    sums: Vec<u8>,
    length: u64,
    begun: u64,
    sections: Vec<(u64, u64)>,
}

impl PageWriter {
    pub(super) fn new(disk: &Disk, name: &str) -> Result<Self> {
        Ok(Self {
            out: disk.create(name)?,
            page: Vec::with_capacity(PAGE),
            sums: Vec::new(),
            length: 0,
            begun: 0,
            sections: Vec::new(),
        })
    }

    /// Bytes written so far in the section that is open.
    pub(super) fn section_length(&self) -> u64 {
        self.length - self.begun
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            // Whole pages go to the file as they are.
            if self.page.is_empty() && bytes.len() >= PAGE {
                let (pages, rest) = bytes.split_at(bytes.len() / PAGE * PAGE);
                for page in pages.chunks_exact(PAGE) {
                    self.sums.extend_from_slice(&xxh3_64(page).to_le_bytes());
                }
                self.out.write(pages)?;
                bytes = rest;
                continue;
            }
            let fits = bytes.len().min(PAGE - self.page.len());
            self.page.extend_from_slice(&bytes[..fits]);
            bytes = &bytes[fits..];
            if self.page.len() == PAGE {
                self.put()?;
            }
        }
        Ok(())
    }

    fn put(&mut self) -> Result<()> {
        self.page.resize(PAGE, 0);
        self.sums
            .extend_from_slice(&xxh3_64(&self.page).to_le_bytes());
        self.out.write(&self.page)?;
        self.page.clear();
        Ok(())
    }

    /// Ends a section; the next one begins at a multiple of eight bytes.
    pub(super) fn end_section(&mut self) -> Result<()> {
        self.sections.push((self.begun, self.length - self.begun));
        let odd = usize::try_from(self.length % 8).unwrap_or(0);
        if odd > 0 {
            self.write(&[0; 8][odd..])?;
        }
        self.begun = self.length;
        Ok(())
    }

    /// Writes the checksums and what the file is about; the bytes are on the disk when this returns. Gives the length of the
    /// file and the checksum of its end.
    pub(super) fn finish(mut self, about: About) -> Result<(u64, u64)> {
        if !self.page.is_empty() {
            self.put()?;
        }
        let pages = self.sums.len() / SUM;
        let roots: Vec<u8> = self
            .sums
            .chunks(PAGE)
            .flat_map(|part| xxh3_64(part).to_le_bytes())
            .collect();
        let about = About {
            pages: pages as u64,
            roots: xxh3_64(&roots),
            sections: self.sections,
            ..about
        };
        let end = serde_json::to_vec(&about).expect("numbers can be written as JSON");
        let sum = xxh3_64(&end);
        self.out.write(&self.sums)?;
        self.out.write(&roots)?;
        self.out.write(&end)?;
        self.out.write(&(end.len() as u64).to_le_bytes())?;
        self.out.write(&sum.to_le_bytes())?;
        self.out.write(MAGIC)?;
        self.out.finish()?;
        let length = pages * PAGE + self.sums.len() + roots.len() + end.len() + TAIL;
        Ok((length as u64, sum))
    }
}

/// A file in pages, mapped.
#[derive(Debug)]
pub(super) struct Pages {
    path: PathBuf,
    bytes: Bytes,
    pages: usize,
    roots: Vec<u64>,
    /// One bit for each page that was found whole, then one for each page of checksums.
    whole: Vec<AtomicU64>,
    whole_sums: Vec<AtomicU64>,
    pub(super) about: About,
}

impl Pages {
    /// Opens a file whose length and checksum of the end the manifest gives.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the file and what is wrong; [`Error::Io`] when it cannot be opened.
    pub(super) fn open(path: &Path, length: u64, sum: u64) -> Result<Self> {
        let open = || {
            let file = File::open(path)?;
            let found = file.metadata()?.len();
            // Nothing cannot be mapped.
            let bytes = if found == 0 {
                Bytes::Owned(Vec::new())
            } else {
                map(&file)?
            };
            bytes.in_no_order();
            Ok((bytes, found))
        };
        let (bytes, found) = open().map_err(|source| Error::Io {
            action: "open",
            path: path.to_path_buf(),
            source,
        })?;
        let damaged = |message: String| Error::Damaged {
            path: path.to_path_buf(),
            message,
        };
        if found != length {
            return Err(damaged(format!(
                "it has {found} bytes, not the {length} that were written"
            )));
        }
        let end = || damaged("its end is not what was written".to_owned());
        let body = bytes.strip_suffix(MAGIC).ok_or_else(end)?;
        let (body, found_sum) = body.split_last_chunk().ok_or_else(end)?;
        let (body, size) = body.split_last_chunk().ok_or_else(end)?;
        let size = usize::try_from(u64::from_le_bytes(*size)).map_err(|_| end())?;
        let begin = body.len().checked_sub(size).ok_or_else(end)?;
        let (body, about) = body.split_at(begin);
        if u64::from_le_bytes(*found_sum) != sum || xxh3_64(about) != sum {
            return Err(end());
        }
        let about: About = serde_json::from_slice(about).map_err(|_| end())?;
        let pages = usize::try_from(about.pages).map_err(|_| end())?;
        let sums = pages.checked_mul(SUM).ok_or_else(end)?;
        let roots = sums.div_ceil(PAGE) * SUM;
        let whole = pages.checked_mul(PAGE).ok_or_else(end)?;
        if whole.checked_add(sums + roots) != Some(body.len()) {
            return Err(end());
        }
        let roots = &body[whole + sums..];
        if xxh3_64(roots) != about.roots {
            return Err(damaged("its checksums are not what was written".to_owned()));
        }
        let roots = roots
            .as_chunks()
            .0
            .iter()
            .map(|sum| u64::from_le_bytes(*sum));
        let bits = |count: usize| (0..count.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self {
            path: path.to_path_buf(),
            pages,
            roots: roots.collect(),
            whole: bits(pages),
            whole_sums: bits(sums.div_ceil(PAGE)),
            about,
            bytes,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes on disk.
    pub(super) fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The error of this file.
    pub(super) fn damaged(&self, message: impl Into<String>) -> Error {
        Error::Damaged {
            path: self.path.clone(),
            message: message.into(),
        }
    }

    /// Where section `number` is in the payload.
    ///
    /// # Errors
    /// [`Error::Damaged`] when there is none.
    pub(super) fn section(&self, number: usize) -> Result<Range<usize>> {
        let place = || {
            let &(begin, length) = self.about.sections.get(number)?;
            let begin = usize::try_from(begin).ok()?;
            let end = begin.checked_add(usize::try_from(length).ok()?)?;
            (end <= self.pages * PAGE).then_some(begin..end)
        };
        place().ok_or_else(|| self.damaged("a section is missing"))
    }

    /// Bytes of the payload, after the pages that hold them were found whole.
    ///
    /// # Errors
    /// [`Error::Damaged`] when one is not, or the range lies outside.
    #[inline]
    pub(super) fn get(&self, range: Range<usize>) -> Result<&[u8]> {
        if range.start > range.end || range.end > self.pages * PAGE {
            return Err(self.damaged("it points outside itself"));
        }
        if !range.is_empty() {
            let last = (range.end - 1) / PAGE;
            let mut asked = false;
            for page in range.start / PAGE..=last {
                let bit = 1 << (page % 64);
                if self.whole[page / 64].load(Ordering::Relaxed) & bit == 0 {
                    // Several pages are read together.
                    if page < last && !asked {
                        self.will_need(std::iter::once(page * PAGE..range.end));
                        asked = true;
                    }
                    self.look_at(page)?;
                }
            }
        }
        Ok(&self.bytes[range])
    }

    /// Asks the system for the pages of `ranges` that were not looked at yet, and for their checksums, and does not wait: what is asked
    /// for together is read together, where one missing page after the other is waited for each time.
    pub(super) fn will_need(&self, ranges: impl IntoIterator<Item = Range<usize>>) {
        let mut wanted: Vec<usize> = Vec::new();
        let is_set = |bits: &[AtomicU64], at: usize| {
            bits[at / 64].load(Ordering::Relaxed) & (1 << (at % 64)) != 0
        };
        for range in ranges {
            let last = range.end.div_ceil(PAGE).min(self.pages);
            for page in range.start / PAGE..last {
                if !is_set(&self.whole, page) {
                    wanted.push(page);
                    let of_sums = page * SUM / PAGE;
                    if !is_set(&self.whole_sums, of_sums) {
                        wanted.push(self.pages + of_sums);
                    }
                }
            }
        }
        wanted.sort_unstable();
        for near in wanted.chunk_by(|a, b| b - a <= BETWEEN) {
            if let (Some(first), Some(last)) = (near.first(), near.last()) {
                let end = ((last + 1) * PAGE).min(self.bytes.len());
                self.bytes.will_need(first * PAGE..end);
            }
        }
    }

    #[cold]
    fn look_at(&self, page: usize) -> Result<()> {
        let sums = self.pages * PAGE..self.pages * (PAGE + SUM);
        let of_sums = page * SUM / PAGE;
        let bit = 1 << (of_sums % 64);
        if self.whole_sums[of_sums / 64].load(Ordering::Relaxed) & bit == 0 {
            let begin = sums.start + of_sums * PAGE;
            let part = &self.bytes[begin..(begin + PAGE).min(sums.end)];
            if xxh3_64(part) != self.roots[of_sums] {
                return Err(self.damaged(format!(
                    "bytes {begin} to {} are not what was written",
                    begin + part.len()
                )));
            }
            self.whole_sums[of_sums / 64].fetch_or(bit, Ordering::Relaxed);
        }
        let sum = self.bytes[sums.start + page * SUM..]
            .first_chunk()
            .expect("every page has a checksum");
        if xxh3_64(&self.bytes[page * PAGE..(page + 1) * PAGE]) != u64::from_le_bytes(*sum) {
            return Err(self.damaged(format!(
                "bytes {} to {} are not what was written",
                page * PAGE,
                (page + 1) * PAGE
            )));
        }
        self.whole[page / 64].fetch_or(1 << (page % 64), Ordering::Relaxed);
        Ok(())
    }

    /// Looks at every page, whether or not it was read before; what is wrong with each.
    pub(super) fn verify(&self) -> Vec<Error> {
        for bits in self.whole.iter().chain(&self.whole_sums) {
            bits.store(0, Ordering::Relaxed);
        }
        let look = |page: usize| {
            if page.is_multiple_of(AHEAD) {
                self.will_need(std::iter::once(page * PAGE..(page + 2 * AHEAD) * PAGE));
            }
            self.look_at(page).err()
        };
        (0..self.pages).filter_map(look).collect()
    }
}

/// The 32-bit number at `index` of `bytes`.
pub(super) fn number(bytes: &[u8], index: usize) -> Option<u32> {
    let bytes = bytes.get(4 * index..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

/// The 64-bit number at byte `at` of `bytes`.
pub(super) fn long_number(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn push_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Takes a number from the front of `bytes`; `None` when there is none.
pub(super) fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_ahead_changes_nothing_of_what_is_read() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let disk = Disk::new(folder.path());
        let mut out = PageWriter::new(&disk, "a").expect("there is room");
        let payload: Vec<u8> = (0..700 * PAGE + 5)
            .map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1])
            .collect();
        out.write(&payload).expect("there is room");
        out.end_section().expect("there is room");
        let (length, sum) = out.finish(About::default()).expect("there is room");
        let path = folder.path().join("a");
        let mut bytes = std::fs::read(&path).expect("it was written");
        bytes[600 * PAGE + 1] ^= 1;
        std::fs::write(&path, bytes).expect("there is room");
        let pages = Pages::open(&path, length, sum).expect("its end is whole");
        // Single bytes, ranges over many pages, nothing, and what lies outside.
        pages.will_need([3..4, 0..payload.len(), 5..5, payload.len()..usize::MAX / 2]);
        for begin in [0, 599 * PAGE, 601 * PAGE, 700 * PAGE] {
            let range = begin..(begin + PAGE).min(payload.len());
            let found = pages.get(range.clone()).expect("these pages are whole");
            assert_eq!(found, &payload[range]);
        }
        assert!(pages.get(600 * PAGE..600 * PAGE + 1).is_err());
        assert!(pages.get(0..usize::MAX / 2).is_err());
        assert_eq!(pages.verify().len(), 1);
    }
}
