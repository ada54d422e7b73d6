//! Documents that were added together, in one file that never changes: reading it.
//!
//! Sections of the payload, in this order:
//!
//! | section | bytes | what |
//! |---|---|---|
//! | texts | - | blocks of encoded documents, each compressed |
//! | blocks | 16 a block | offset (8), compressed length (4), length (4) |
//! | entries | 32 a document | see [`Entry`] |
//! | keys | 12 a document | hash of the id (8) and document (4), ascending |
//! | sketches | 128 a document | signatures, one flat array |
//! | fingerprints | about 45 a document | table: smallest shingles to documents |
//! | words | about 110 a document | table: rarest words to documents |
//! | rarity | up to 4 a document | how many documents have a word, roughly |
//! | furniture | 8 an entry | hash of outlet and sentence (7), unrelated articles that have it (1), ascending |

mod ahead;

use std::cell::RefCell;
use std::ops::Range;
use std::path::Path;

use zstd::bulk::Decompressor;

use super::manifest::SegmentEntry;
use super::pages::{Pages, long_number, number};
use super::rarity;
use super::record;
use super::table::{Documents, Table};
use crate::error::{Error, Result};
use crate::model::Document;
use crate::simd::SLOTS;

pub(super) const ENTRY: usize = 32;
pub(super) const BLOCK: usize = 16;
pub(super) const KEY: usize = 12;
pub(super) const FURNITURE: usize = 8;

/// Stands for a time that is not known.
pub(super) const NO_TIME: i64 = i64::MAX;

/// Where a document is, and what is known of it without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Hash of all that it says.
    pub(super) content: u64,
    /// When it was published, or [`NO_TIME`].
    pub(super) published: i64,
    pub(super) block: u32,
    /// Where it begins in its block, and its length.
    pub(super) offset: u32,
    pub(super) length: u32,
    /// Number of its shingles.
    pub(super) shingles: u32,
}

impl Entry {
    pub(super) fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.content.to_le_bytes());
        out.extend_from_slice(&self.published.to_le_bytes());
        for number in [self.block, self.offset, self.length, self.shingles] {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self {
            content: long_number(bytes, 0)?,
            published: i64::from_le_bytes(long_number(bytes, 8)?.to_le_bytes()),
            block: number(bytes, 4)?,
            offset: number(bytes, 5)?,
            length: number(bytes, 6)?,
            shingles: number(bytes, 7)?,
        })
    }
}

/// A segment, mapped.
#[derive(Debug)]
pub(super) struct Segment {
    pages: Pages,
    documents: u32,
    texts: Range<usize>,
    blocks: Range<usize>,
    entries: Range<usize>,
    keys: Range<usize>,
    sketches: Range<usize>,
    fingerprints: Table,
    words: Table,
    rarity: Range<usize>,
    furniture: Range<usize>,
    removed: Option<Removed>,
}

/// Documents of a segment that count no more.
#[derive(Debug)]
struct Removed {
    pages: Pages,
    section: Range<usize>,
}

/// A block of documents, decompressed.
#[derive(Debug)]
pub(super) struct Block(Vec<u8>);

impl Segment {
    /// Opens the files of a segment. Reads a few pages.
    ///
    /// # Errors
    /// [`Error::Damaged`] when one is not what was written, [`Error::Archive`] when it was made with another seed or version,
    /// [`Error::Io`] when it cannot be opened.
    pub(super) fn open(folder: &Path, entry: &SegmentEntry, seed: u64) -> Result<Self> {
        let file = &entry.file;
        let pages = Pages::open(&folder.join(&file.name), file.bytes, file.sum)?;
        fits(&pages, "segment", seed)?;
        let documents = u32::try_from(pages.about.documents)
            .map_err(|_| pages.damaged("it has too many documents"))?;
        let count = documents as usize;
        let section = |number, each: usize| {
            let section = pages.section(number)?;
            if each > 0 && section.len() != each * count {
                return Err(pages.damaged("a section has not the length it should have"));
            }
            Ok(section)
        };
        let removed = match &entry.removed {
            None => None,
            Some((file, _)) => {
                let pages = Pages::open(&folder.join(&file.name), file.bytes, file.sum)?;
                fits(&pages, "removed", seed)?;
                Some(Removed {
                    section: pages.section(0)?,
                    pages,
                })
            }
        };
        Ok(Self {
            documents,
            texts: section(0, 0)?,
            blocks: section(1, 0)?,
            entries: section(2, ENTRY)?,
            keys: section(3, KEY)?,
            sketches: section(4, SLOTS)?,
            fingerprints: Table::open(&pages, section(5, 0)?)?,
            words: Table::open(&pages, section(6, 0)?)?,
            rarity: section(7, 0)?,
            furniture: section(8, 0)?,
            removed,
            pages,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.pages.path()
    }

    /// Documents, removed ones among them.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Bytes of all texts, before compression.
    pub(super) fn text_bytes(&self) -> u64 {
        self.pages.about.text_bytes
    }

    /// Bytes of the file, and of it compressed texts.
    pub(super) fn bytes(&self) -> (u64, u64) {
        let removed = self.removed.as_ref();
        let removed = removed.map_or(0, |removed| removed.pages.length());
        (self.pages.length() + removed, self.texts.len() as u64)
    }

    /// The removed documents, ascending.
    pub(super) fn removed(&self) -> Result<impl Iterator<Item = u32> + '_> {
        let bytes = match &self.removed {
            None => &[],
            Some(removed) => removed.pages.get(removed.section.clone())?,
        };
        let numbers = bytes.as_chunks().0.iter();
        Ok(numbers.map(|number| u32::from_le_bytes(*number)))
    }

    /// Whether a document was removed.
    pub(super) fn is_removed(&self, document: u32) -> Result<bool> {
        let Some(removed) = &self.removed else {
            return Ok(false);
        };
        let bytes = removed.pages.get(removed.section.clone())?;
        let numbers = bytes.as_chunks().0;
        Ok(numbers
            .binary_search_by_key(&document, |number| u32::from_le_bytes(*number))
            .is_ok())
    }

    fn entry_place(&self, document: u32) -> Range<usize> {
        let begin = self.entries.start + document as usize * ENTRY;
        begin..begin + ENTRY
    }

    fn sketch_place(&self, document: u32) -> Range<usize> {
        let begin = self.sketches.start + document as usize * SLOTS;
        begin..begin + SLOTS
    }

    fn frequency_place(&self, word: u32) -> Range<usize> {
        let at = self.rarity.start + rarity::place(word, self.rarity.len());
        at..at + 1
    }

    /// Where the index of blocks tells of one.
    fn block_entry(&self, block: u32) -> Range<usize> {
        let begin = self.blocks.start + block as usize * BLOCK;
        begin..begin + BLOCK
    }

    /// Where a block is, and how long it is when it is decompressed.
    fn block_place(&self, block: u32) -> Result<(Range<usize>, usize)> {
        let entry = self.block_entry(block);
        if entry.end > self.blocks.end {
            return Err(self.pages.damaged("it points to a block that is not there"));
        }
        let about = self.pages.get(entry)?;
        let place = || {
            let offset = usize::try_from(long_number(about, 0)?).ok()?;
            let begin = self.texts.start.checked_add(offset)?;
            let end = begin.checked_add(number(about, 2)? as usize)?;
            (end <= self.texts.end).then_some((begin..end, number(about, 3)? as usize))
        };
        place().ok_or_else(|| self.pages.damaged("a block cannot be decompressed"))
    }

    pub(super) fn entry(&self, document: u32) -> Result<Entry> {
        let bytes = self.pages.get(self.entry_place(document))?;
        Entry::decode(bytes).ok_or_else(|| self.pages.damaged("an entry is too short"))
    }

    pub(super) fn sketch(&self, document: u32) -> Result<&[u8; SLOTS]> {
        let bytes = self.pages.get(self.sketch_place(document))?;
        bytes
            .first_chunk()
            .ok_or_else(|| self.pages.damaged("a signature is too short"))
    }

    /// Decompresses a block.
    pub(super) fn block(&self, block: u32) -> Result<Block> {
        let (place, length) = self.block_place(block)?;
        let broken = || self.pages.damaged("a block cannot be decompressed");
        let bytes = decompress(self.pages.get(place)?, length).map_err(|_| broken())?;
        if bytes.len() != length {
            return Err(broken());
        }
        Ok(Block(bytes))
    }

    /// An encoded document in its block.
    pub(super) fn encoded<'b>(&self, entry: &Entry, block: &'b Block) -> Result<&'b [u8]> {
        let begin = entry.offset as usize;
        block
            .0
            .get(begin..begin + entry.length as usize)
            .ok_or_else(|| self.pages.damaged("a document lies outside its block"))
    }

    /// A document in its block.
    pub(super) fn decode(&self, entry: &Entry, block: &Block) -> Result<Document> {
        let bytes = self.encoded(entry, block)?;
        record::decode(bytes).ok_or_else(|| self.pages.damaged("a document cannot be read"))
    }

    pub(super) fn document(&self, document: u32) -> Result<Document> {
        let entry = self.entry(document)?;
        self.decode(&entry, &self.block(entry.block)?)
    }

    /// The documents whose id has this hash, removed ones among them, ascending.
    pub(super) fn find(&self, key: u64) -> Result<Vec<u32>> {
        let count = self.documents as usize;
        let key_at = |at: usize| -> Result<u64> {
            let begin = self.keys.start + at * KEY;
            long_number(self.pages.get(begin..begin + KEY)?, 0)
                .ok_or_else(|| self.pages.damaged("a key is too short"))
        };
        let mut at = lower_bound(count, key, key_at)?;
        let mut found = Vec::new();
        while at < count && key_at(at)? == key {
            let begin = self.keys.start + at * KEY;
            found.extend(number(self.pages.get(begin..begin + KEY)?, 2));
            at += 1;
        }
        Ok(found)
    }

    /// The documents that have a fingerprint.
    pub(super) fn with_fingerprint(&self, fingerprint: u32) -> Result<Documents<'_>> {
        self.fingerprints.get(&self.pages, fingerprint)
    }

    /// The documents that have a word among their rarest.
    pub(super) fn with_word(&self, word: u32) -> Result<Documents<'_>> {
        self.words.get(&self.pages, word)
    }

    /// How many documents have a word, roughly.
    pub(super) fn frequency(&self, word: u32) -> Result<f32> {
        let byte = self.pages.get(self.frequency_place(word))?;
        Ok(byte.first().map_or(0.0, |&byte| rarity::documents(byte)))
    }

    /// In how many unrelated articles of its outlet a sentence stands; zero where that is not known to be several.
    pub(super) fn recurs(&self, sentence: u64) -> Result<u32> {
        let wanted = sentence & !0xff;
        let count = self.furniture.len() / FURNITURE;
        let at = |at: usize| -> Result<u64> {
            let begin = self.furniture.start + at * FURNITURE;
            long_number(self.pages.get(begin..begin + FURNITURE)?, 0)
                .ok_or_else(|| self.pages.damaged("furniture is too short"))
        };
        let place = lower_bound(count, wanted, at)?;
        if place == count {
            return Ok(0);
        }
        let found = at(place)?;
        Ok(if found & !0xff == wanted {
            u32::from(found.to_le_bytes()[0])
        } else {
            0
        })
    }

    /// What is wrong with any page.
    pub(super) fn verify(&self) -> Vec<Error> {
        let mut wrong = self.pages.verify();
        if let Some(removed) = &self.removed {
            wrong.extend(removed.pages.verify());
        }
        wrong
    }
}

/// Decompresses at most `length` bytes. What that needs beside them (100 KB and more) is used again by the thread.
fn decompress(bytes: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    thread_local! {
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    DECOMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(decompressor) => decompressor.decompress(bytes, length),
        None => kept.insert(Decompressor::new()?).decompress(bytes, length),
    })
}

fn fits(pages: &Pages, kind: &str, seed: u64) -> Result<()> {
    let about = &pages.about;
    let other = |what: &str| {
        Err(Error::Archive {
            path: pages.path().to_path_buf(),
            message: format!("does not belong to this archive: it has another {what}"),
        })
    };
    if about.kind != kind {
        return other("kind");
    }
    if about.format != super::pages::FORMAT {
        return other("format");
    }
    if about.normaliser != super::NORMALISER {
        return other("version of how words are folded");
    }
    if about.seed != seed {
        return other("seed");
    }
    Ok(())
}

/// The first of `count` ascending numbers that is not below `wanted`. Hashes are spread evenly, so that a guess from the bounds
/// lands near it (interpolation search: Perl, Itai, Avni 1978); every other step halves, so that no input makes it slow.
fn lower_bound(count: usize, wanted: u64, at: impl Fn(usize) -> Result<u64>) -> Result<usize> {
    let (mut low, mut high) = (0, count);
    let (mut least, mut most) = (0_u64, u64::MAX);
    let mut guess = true;
    while low < high {
        let middle = if guess && most > least {
            let share = u128::from(wanted.saturating_sub(least)) * (high - low) as u128
                / u128::from(most - least);
            low + usize::try_from(share).unwrap_or(0).min(high - low - 1)
        } else {
            low.midpoint(high)
        };
        guess = !guess;
        let found = at(middle)?;
        if found < wanted {
            low = middle + 1;
            least = found;
        } else {
            high = middle;
            most = found;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_place_is_found_as_a_plain_search_finds_it(mut numbers in proptest::collection::vec(proptest::num::u64::ANY, 0..80), wanted in proptest::num::u64::ANY) {
            numbers.push(wanted.wrapping_add(numbers.len() as u64 % 3));
            numbers.sort_unstable();
            let found = lower_bound(numbers.len(), wanted, |at| Ok(numbers[at])).expect("nothing fails");
            assert_eq!(found, numbers.partition_point(|&number| number < wanted));
        }
    }
}
