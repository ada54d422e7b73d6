//! Documents to a segment.
//!
//! Texts go to the file as they come; what is sorted (keys, tables) waits in memory, some 800 bytes a document.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::disk::Disk;
use super::manifest::{FileEntry, SegmentEntry};
use super::pages::{About, FORMAT, PageWriter};
use super::record;
use super::segment::{ENTRY, Entry, NO_TIME};
use super::sentences::sentences;
use super::sorted::sorted;
use super::table;
use super::words::{Frequent, MOST_OF_A_WORD, Picked, Picking, Vocabulary};
use crate::error::{Error, Result};
use crate::model::Document;
use crate::sign::Signer;
use crate::simd::{self, Level, SLOTS};

/// Bytes of encoded documents in a block. 32 KiB: half of it compresses a tenth worse, twice as much takes twice as long to
/// read one document from.
const BLOCK_BYTES: usize = 32 << 10;
/// Level of compression, and what differs from it: the shortest match that is looked for, and the bits of the table of places. Against the
/// level as it is these take a tenth less time, and real reports become 1.7 % larger; shorter matches take more time than they save
/// room, and the level below is a tenth faster and 29 % larger.
const LEVEL: i32 = 1;
const SHORTEST_MATCH: u32 = 7;
const TABLE_BITS: u32 = 14;
/// Documents of one fingerprint that are kept.
const MOST_OF_A_FINGERPRINT: usize = 256;
/// Least unrelated articles of an outlet that a sentence must stand in to be furniture, as in `trace`.
const LEAST_ARTICLES: usize = 3;
/// Slots in which the sketches of two articles agree from which they are of one story (Jaccard 0.075).
const RELATED: u32 = 10;
/// Articles of one sentence that are compared; more prove nothing more.
const MOST_COMPARED: usize = 24;
/// Bits that say whether a sentence was seen before. 2^24: two megabytes, which a cache holds.
const SEEN: usize = 1 << 24;
/// Documents from which room for a whole segment is kept ready: growing step by step copies everything several times.
const MANY: u32 = 1 << 14;

/// A segment that is being written.
pub(super) struct Builder {
    disk: Disk,
    name: String,
    seed: u64,
    level: Level,
    out: PageWriter,
    blocks: Vec<u8>,
    block_count: u32,
    entries: Vec<u8>,
    count: u32,
    text_bytes: u64,
    keys: Vec<(u64, u32)>,
    sketches: Vec<u8>,
    fingerprints: Vec<u64>,
    words: Vocabulary,
    /// Whether a sentence of an outlet was seen, by its hash; a bit each.
    seen: Vec<u64>,
    /// Sentences from the second time on, with their documents.
    again: Vec<(u64, u32)>,
    /// Those that have nothing to do: making one is dear.
    workers: Mutex<Vec<Worker>>,
}

/// What one worker makes of the documents of a block. All lists are in the order of the documents.
#[derive(Default)]
struct Part {
    compressed: Vec<u8>,
    length: usize,
    text_bytes: u64,
    /// Entries without the number of the block.
    entries: Vec<Entry>,
    keys: Vec<u64>,
    sketches: Vec<u8>,
    /// Each with the number of its document in the block.
    fingerprints: Vec<(u32, u32)>,
    sentences: Vec<(u64, u32)>,
    words: Picked,
}

struct Worker {
    signer: Signer,
    picking: Picking,
    compressor: Compressor<'static>,
    encoded: Vec<u8>,
    compressed: Vec<u8>,
}

impl Builder {
    pub(super) fn new(disk: &Disk, name: String, seed: u64, level: Level) -> Result<Self> {
        Ok(Self {
            out: PageWriter::new(disk, &name)?,
            disk: disk.clone(),
            name,
            seed,
            level,
            blocks: Vec::new(),
            block_count: 0,
            entries: Vec::new(),
            count: 0,
            text_bytes: 0,
            keys: Vec::new(),
            sketches: Vec::new(),
            fingerprints: Vec::new(),
            words: Vocabulary::default(),
            // Zeroed pages cost nothing before they are touched.
            seen: vec![0; SEEN / 64],
            again: Vec::new(),
            workers: Mutex::default(),
        })
    }

    /// Documents so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Adds documents, in order, each with the hash of what it says ([`record::content`]), and takes them from `documents`. What does not
    /// fill a block stays there, unless it is the `last`. The bytes do not depend on the number of threads.
    pub(super) fn push(&mut self, documents: &mut Vec<(Document, u64)>, last: bool) -> Result<()> {
        let size = |(document, _): &(Document, u64)| document.text.len() + document.id.len() + 200;
        let mut blocks: Vec<(usize, &[(Document, u64)])> = Vec::new();
        let (mut begin, mut bytes) = (0, 0);
        for (at, document) in documents.iter().enumerate() {
            let size = size(document);
            if at > begin && bytes + size > BLOCK_BYTES {
                blocks.push((begin, &documents[begin..at]));
                (begin, bytes) = (at, 0);
            }
            bytes += size;
        }
        if last && begin < documents.len() {
            blocks.push((begin, &documents[begin..]));
            begin = documents.len();
        }
        let (workers, seed, level) = (&self.workers, self.seed, self.level);
        let (first, frequent) = (self.count, self.words.frequent());
        let work = |(begin, block)| {
            let idle = || workers.lock().unwrap_or_else(PoisonError::into_inner);
            let spare = idle().pop();
            let mut worker = spare.map_or_else(|| Worker::new(seed, level), Ok)?;
            let part = worker.work(first + narrow(begin)?, block, frequent)?;
            idle().push(worker);
            Ok(part)
        };
        let parts: Vec<Part> = blocks.into_par_iter().map(work).collect::<Result<_>>()?;
        for part in parts {
            self.put(part)?;
        }
        documents.drain(..begin);
        Ok(())
    }

    fn put(&mut self, part: Part) -> Result<()> {
        self.blocks
            .extend_from_slice(&self.out.section_length().to_le_bytes());
        for length in [part.compressed.len(), part.length] {
            self.blocks
                .extend_from_slice(&narrow(length)?.to_le_bytes());
        }
        self.out.write(&part.compressed)?;
        let first = self.count;
        for mut entry in part.entries {
            entry.block = self.block_count;
            entry.encode(&mut self.entries);
        }
        self.keys.extend(part.keys.iter().copied().zip(first..));
        self.sketches.extend_from_slice(&part.sketches);
        let entry =
            |&(key, document): &(u32, u32)| u64::from(key) << 32 | u64::from(first + document);
        self.fingerprints
            .extend(part.fingerprints.iter().map(entry));
        for (sentence, document) in part.sentences {
            let place = (sentence >> 40) as usize % SEEN;
            let (seen, bit) = (&mut self.seen[place / 64], 1 << (place % 64));
            if *seen & bit > 0 {
                self.again.push((sentence, first + document));
            }
            *seen |= bit;
        }
        self.text_bytes += part.text_bytes;
        self.count += narrow(part.keys.len())?;
        self.words.push(part.words);
        self.block_count += 1;
        if first < MANY && self.count >= MANY {
            let more = (super::writer::MOST_DOCUMENTS - MANY) as usize;
            self.entries.reserve_exact(more * ENTRY);
            self.keys.reserve_exact(more);
            self.sketches.reserve_exact(more * SLOTS);
            let each = self.fingerprints.len() / self.count as usize + 1;
            self.fingerprints.reserve_exact(more * each);
        }
        Ok(())
    }

    /// Writes what was kept back; the file is on the disk when this returns, and counts once a manifest names it.
    pub(super) fn finish(mut self) -> Result<SegmentEntry> {
        self.out.end_section()?;
        let blocks = std::mem::take(&mut self.blocks);
        self.section(&blocks)?;
        let entries = std::mem::take(&mut self.entries);
        self.section(&entries)?;
        self.keys.par_sort_unstable();
        let mut keys = Vec::with_capacity(12 * self.keys.len());
        for (key, document) in &self.keys {
            keys.extend_from_slice(&key.to_le_bytes());
            keys.extend_from_slice(&document.to_le_bytes());
        }
        self.section(&keys)?;
        let furniture = self.furniture();
        let sketches = std::mem::take(&mut self.sketches);
        self.section(&sketches)?;
        let mut fingerprints = sorted(&[std::mem::take(&mut self.fingerprints)]);
        fingerprints.dedup();
        let table = table::encode(&fingerprints, MOST_OF_A_FINGERPRINT);
        drop(fingerprints);
        self.section(&table)?;
        let (words, rarity) = std::mem::take(&mut self.words).rarest();
        let table = table::encode(&words, MOST_OF_A_WORD as usize);
        drop(words);
        self.section(&table)?;
        self.section(rarity.bytes())?;
        self.section(&furniture)?;
        let (bytes, sum) = self.out.finish(About {
            format: FORMAT,
            normaliser: super::NORMALISER,
            seed: self.seed,
            kind: "segment".to_owned(),
            documents: u64::from(self.count),
            text_bytes: self.text_bytes,
            ..About::default()
        })?;
        self.disk.sync()?;
        Ok(SegmentEntry {
            file: FileEntry {
                name: self.name,
                bytes,
                sum,
            },
            documents: u64::from(self.count),
            removed: None,
        })
    }

    fn section(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write(bytes)?;
        self.out.end_section()
    }

    /// Sentences that stand in several unrelated articles of an outlet, with their number.
    fn furniture(&mut self) -> Vec<u8> {
        let mut again = std::mem::take(&mut self.again);
        again.par_sort_unstable();
        again.dedup();
        let mut found = Vec::new();
        for same in again.chunk_by(|a, b| a.0 == b.0) {
            if same.len() < LEAST_ARTICLES {
                continue;
            }
            let sketch = |document: u32| -> &[u8; SLOTS] {
                self.sketches[document as usize * SLOTS..]
                    .first_chunk()
                    .expect("every document has a sketch")
            };
            let mut apart: Vec<u32> = Vec::new();
            for &(_, document) in same.iter().take(MOST_COMPARED) {
                let own = sketch(document);
                let related =
                    |&other: &u32| simd::agreeing(self.level, own, sketch(other)) >= RELATED;
                if !apart.iter().any(related) {
                    apart.push(document);
                }
            }
            if apart.len() >= LEAST_ARTICLES {
                let articles = u8::try_from(apart.len()).unwrap_or(u8::MAX);
                found.push(same[0].0 & !0xff | u64::from(articles));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|entry| *entry & !0xff);
        found.iter().flat_map(|entry| entry.to_le_bytes()).collect()
    }
}

impl Worker {
    fn new(seed: u64, level: Level) -> Result<Self> {
        let mut compressor = Compressor::new(LEVEL).map_err(failed)?;
        for parameter in [
            CParameter::MinMatch(SHORTEST_MATCH),
            CParameter::HashLog(TABLE_BITS),
        ] {
            compressor.set_parameter(parameter).map_err(failed)?;
        }
        Ok(Self {
            signer: Signer::new(seed, level),
            picking: Picking::default(),
            compressor,
            encoded: Vec::new(),
            compressed: Vec::new(),
        })
    }

    /// The documents of a block, of which the first is number `first` of the segment.
    fn work(
        &mut self,
        first: u32,
        documents: &[(Document, u64)],
        frequent: &Frequent,
    ) -> Result<Part> {
        let mut part = Part::default();
        self.encoded.clear();
        for (number, (document, content)) in (0..).zip(documents) {
            let offset = self.encoded.len();
            record::encode(document, &mut self.encoded);
            let mut slots = [0; SLOTS];
            let signature = self
                .signer
                .sign(document.text.as_bytes(), false, &mut slots);
            let fingerprints = signature.fingerprints.iter();
            part.fingerprints
                .extend(fingerprints.map(|&fingerprint| (fingerprint, number)));
            let shingles = narrow(signature.shingles)?;
            let words = self.signer.shingles().words().hashes();
            self.picking.read(first + number, words, frequent);
            part.entries.push(Entry {
                content: *content,
                published: document.published_seconds.unwrap_or(NO_TIME),
                block: 0,
                offset: narrow(offset)?,
                length: narrow(self.encoded.len() - offset)?,
                shingles,
            });
            part.text_bytes += document.text.len() as u64;
            part.keys.push(super::key(&document.id));
            part.sketches.extend_from_slice(&slots);
            sentences(document, &mut |sentence| {
                part.sentences.push((sentence, number))
            });
        }
        part.words = self.picking.take();
        part.length = self.encoded.len();
        // Room for the worst is used again; what it came to is kept.
        self.compressed.clear();
        self.compressed
            .reserve(zstd::zstd_safe::compress_bound(self.encoded.len()));
        self.compressor
            .compress_to_buffer(&self.encoded, &mut self.compressed)
            .map_err(failed)?;
        part.compressed = self.compressed.as_slice().to_vec();
        Ok(part)
    }
}

fn narrow(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| Error::TooManyDocuments)
}

fn failed(source: std::io::Error) -> Error {
    Error::Io {
        action: "compress",
        path: std::path::PathBuf::new(),
        source,
    }
}
