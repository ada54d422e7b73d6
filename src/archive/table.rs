//! Which documents have a key: a directory by the upper bits of the key, and for each key its documents, as differences.
//!
//! ```text
//! bits of the directory, 4 bytes | where each bucket begins, and where the last ends | buckets
//! bucket: the lower bits of a key (2 bytes where 16 are enough, else 4), bytes of its documents, the documents
//! ```

use std::ops::Range;

use super::pages::{Pages, number, push_varint, take_varint};
use crate::error::Result;

/// Entries in a bucket, on average: fewer cost a larger directory, more a longer search.
const IN_A_BUCKET: usize = 8;

/// Writes the table of `entries` (key in the upper half, document in the lower), which are sorted and different. Of a key that more
/// than `most` documents have, the first `most` are kept: boilerplate makes no long list.
pub(super) fn encode(entries: &[u64], most: usize) -> Vec<u8> {
    let wanted = entries.len().div_ceil(IN_A_BUCKET).max(1);
    let bits = wanted.next_power_of_two().trailing_zeros().min(28);
    let mut begins = Vec::with_capacity((1 << bits) + 1);
    let mut buckets: Vec<u8> = Vec::with_capacity(entries.len() * 5);
    let mut documents = Vec::new();
    for same in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        let key = upper(same[0]);
        let bucket = bucket_of(key, bits);
        while begins.len() <= bucket {
            begins.push(narrow(buckets.len()));
        }
        if bits >= 16 {
            buckets.extend_from_slice(&key.to_le_bytes()[..2]);
        } else {
            buckets.extend_from_slice(&key.to_le_bytes());
        }
        documents.clear();
        let mut before = 0;
        for &entry in &same[..same.len().min(most)] {
            let document = entry & u64::from(u32::MAX);
            push_varint(&mut documents, document - before);
            before = document;
        }
        push_varint(&mut buckets, documents.len() as u64);
        buckets.extend_from_slice(&documents);
    }
    begins.resize((1 << bits) + 1, narrow(buckets.len()));
    let mut out = Vec::with_capacity(4 + begins.len() * 4 + buckets.len());
    out.extend_from_slice(&bits.to_le_bytes());
    for begin in begins {
        out.extend_from_slice(&begin.to_le_bytes());
    }
    out.extend_from_slice(&buckets);
    out
}

fn bucket_of(key: u32, bits: u32) -> usize {
    if bits == 0 {
        0
    } else {
        (key >> (32 - bits)) as usize
    }
}

fn upper(entry: u64) -> u32 {
    u32::try_from(entry >> 32).expect("32 bits remain")
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).expect("a segment's tables stay below 4 GiB")
}

/// A table in a section of a file.
#[derive(Debug)]
pub(super) struct Table {
    section: Range<usize>,
    bits: u32,
}

impl Table {
    pub(super) fn open(pages: &Pages, section: Range<usize>) -> Result<Self> {
        let broken = || pages.damaged("a table is too short");
        let begin = section.start;
        let bits = number(pages.get(begin..(begin + 4).min(section.end))?, 0).ok_or_else(broken)?;
        if bits > 28 || section.len() < 4 + 4 * ((1 << bits) + 1) {
            return Err(broken());
        }
        Ok(Self { section, bits })
    }

    /// Where the directory tells of the bucket of `key`.
    pub(super) fn entry(&self, key: u32) -> Range<usize> {
        let entry = self.section.start + 4 + 4 * bucket_of(key, self.bits);
        entry..entry + 8
    }

    /// Where the bucket of `key` is.
    pub(super) fn bucket(&self, pages: &Pages, key: u32) -> Result<Range<usize>> {
        let broken = || pages.damaged("a table points outside itself");
        let ends = pages.get(self.entry(key))?;
        let (Some(begin), Some(end)) = (number(ends, 0), number(ends, 1)) else {
            return Err(broken());
        };
        let first = self.section.start + 4 + 4 * ((1 << self.bits) + 1);
        let (begin, end) = (first + begin as usize, first + end as usize);
        if begin > end || end > self.section.end {
            return Err(broken());
        }
        Ok(begin..end)
    }

    /// The documents that have `key`, as [`Documents`] reads them; nothing when none has.
    pub(super) fn get<'a>(&self, pages: &'a Pages, key: u32) -> Result<Documents<'a>> {
        let broken = || pages.damaged("a table points outside itself");
        let mut rest = pages.get(self.bucket(pages, key)?)?;
        let narrow = self.bits >= 16;
        let wanted = if narrow { key & 0xffff } else { key };
        while !rest.is_empty() {
            let own = if narrow {
                take(&mut rest).map(|own| u32::from(u16::from_le_bytes(own)))
            } else {
                take(&mut rest).map(u32::from_le_bytes)
            };
            let own = own.ok_or_else(broken)?;
            let length = take_varint(&mut rest).and_then(|length| usize::try_from(length).ok());
            let (documents, behind) = length
                .and_then(|length| rest.split_at_checked(length))
                .ok_or_else(broken)?;
            if own == wanted {
                return Ok(Documents {
                    bytes: documents,
                    last: 0,
                });
            }
            rest = behind;
        }
        Ok(Documents {
            bytes: &[],
            last: 0,
        })
    }
}

/// The next bytes.
fn take<const BYTES: usize>(rest: &mut &[u8]) -> Option<[u8; BYTES]> {
    let (taken, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*taken)
}

/// Documents of a key, ascending.
#[derive(Clone, Debug)]
pub(super) struct Documents<'a> {
    bytes: &'a [u8],
    last: u32,
}

impl Documents<'_> {
    /// Bytes that are left: no fewer than documents.
    pub(super) fn most(&self) -> usize {
        self.bytes.len()
    }
}

impl Iterator for Documents<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let step = take_varint(&mut self.bytes)?;
        self.last = self.last.checked_add(u32::try_from(step).ok()?)?;
        Some(self.last)
    }
}
