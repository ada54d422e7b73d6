//! Documents to a segment.
//!
//! Texts go to the file as they come; what is sorted (keys, tables) waits in memory, about 1,000 bytes a document.

use rayon::prelude::*;
use zstd::bulk::Compressor;

use super::disk::Disk;
use super::manifest::{FileEntry, SegmentEntry};
use super::pages::{About, FORMAT, PageWriter};
use super::rarity::Counting;
use super::record;
use super::segment::{Entry, NO_TIME};
use super::sentences::sentences;
use super::table;
use crate::error::{Error, Result};
use crate::model::Document;
use crate::sign::Signer;
use crate::simd::{self, Level, SLOTS};

/// Bytes of encoded documents in a block. 32 KiB: half of it compresses a tenth worse, twice as much takes twice as long to
/// read one document from.
const BLOCK_BYTES: usize = 32 << 10;
/// Level of compression.
const LEVEL: i32 = 1;
/// Documents of one fingerprint that are kept.
const MOST_OF_A_FINGERPRINT: usize = 256;
/// How many of its rarest words a document can be found by, where it lies among many. 32, as in `trace`.
const WORDS: usize = 32;
/// Documents in a segment from which words are chosen: among few, no word is known to be rare.
const CHOOSE_FROM: usize = 4096;
/// Documents of one word that are kept. What more of them have is no name and no figure.
const MOST_OF_A_WORD: usize = 2048;
/// Least unrelated articles of an outlet that a sentence must stand in to be furniture, as in `trace`.
const LEAST_ARTICLES: usize = 3;
/// Slots in which the sketches of two articles agree from which they are of one story (Jaccard 0.075).
const RELATED: u32 = 10;
/// Articles of one sentence that are compared; more prove nothing more.
const MOST_COMPARED: usize = 24;
/// Counters that say whether a sentence was seen before. 2^24, a byte each.
const SEEN: usize = 1 << 24;

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
    /// Distinct words of all documents, block by block as they came: put one behind another they would be copied again and again.
    words: Vec<Lists>,
    /// Whether a sentence of an outlet was seen, by its hash.
    seen: Vec<u8>,
    /// Sentences from the second time on, with their documents.
    again: Vec<(u64, u32)>,
}

/// What one worker makes of the documents of a block.
#[derive(Default)]
struct Part {
    compressed: Vec<u8>,
    length: usize,
    documents: Vec<Signed>,
    words: Lists,
}

/// A list for each of some documents, one behind another, and where each ends.
#[derive(Default)]
struct Lists {
    items: Vec<u32>,
    ends: Vec<usize>,
}

impl Lists {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(&self.ends)
            .map(|(begin, &end)| &self.items[begin..end])
    }
}

struct Signed {
    content: u64,
    published: i64,
    offset: u32,
    length: u32,
    text: u64,
    shingles: u32,
    key: u64,
    slots: [u8; SLOTS],
    fingerprints: Vec<u32>,
    sentences: Vec<u64>,
}

struct Worker {
    signer: Signer,
    distinct: Distinct,
    compressor: Option<Compressor<'static>>,
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
            words: Vec::new(),
            // Zeroed pages cost nothing before they are touched.
            seen: vec![0; SEEN],
            again: Vec::new(),
        })
    }

    /// Documents so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Adds documents, in order, each with the hash of what it says ([`record::content`]). The bytes do not depend on the number of threads.
    pub(super) fn push(&mut self, documents: &[(Document, u64)]) -> Result<()> {
        let size = |(document, _): &(Document, u64)| document.text.len() + document.id.len() + 200;
        let mut blocks: Vec<&[(Document, u64)]> = Vec::new();
        let mut rest = documents;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = rest.iter().take_while(|document| {
                let fits = bytes == 0 || bytes + size(document) <= BLOCK_BYTES;
                bytes += size(document);
                fits
            });
            let (block, behind) = rest.split_at(fits.count());
            blocks.push(block);
            rest = behind;
        }
        let new = || Worker {
            signer: Signer::new(self.seed, self.level),
            distinct: Distinct::default(),
            compressor: Compressor::new(LEVEL).ok(),
        };
        let parts: Vec<Part> = blocks
            .into_par_iter()
            .map_init(new, Worker::work)
            .collect::<Result<_>>()?;
        for part in parts {
            self.put(part)?;
        }
        Ok(())
    }

    fn put(&mut self, part: Part) -> Result<()> {
        let narrow = |length: usize| u32::try_from(length).map_err(|_| Error::TooManyDocuments);
        self.blocks
            .extend_from_slice(&self.out.section_length().to_le_bytes());
        for length in [part.compressed.len(), part.length] {
            self.blocks
                .extend_from_slice(&narrow(length)?.to_le_bytes());
        }
        self.out.write(&part.compressed)?;
        for signed in part.documents {
            let document = self.count;
            Entry {
                content: signed.content,
                published: signed.published,
                block: self.block_count,
                offset: signed.offset,
                length: signed.length,
                shingles: signed.shingles,
            }
            .encode(&mut self.entries);
            self.text_bytes += signed.text;
            self.keys.push((signed.key, document));
            self.sketches.extend_from_slice(&signed.slots);
            let entry = |&key: &u32| u64::from(key) << 32 | u64::from(document);
            self.fingerprints
                .extend(signed.fingerprints.iter().map(entry));
            for sentence in signed.sentences {
                let seen = &mut self.seen[(sentence >> 40) as usize % SEEN];
                if *seen > 0 {
                    self.again.push((sentence, document));
                }
                *seen = 1;
            }
            self.count += 1;
        }
        self.words.push(part.words);
        self.block_count += 1;
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
        self.fingerprints.par_sort_unstable();
        self.fingerprints.dedup();
        let fingerprints = table::encode(&self.fingerprints, MOST_OF_A_FINGERPRINT);
        self.section(&fingerprints)?;
        let mut counting = Counting::new(self.count as usize);
        for block in &self.words {
            for &word in &block.items {
                counting.add(word);
            }
        }
        let words = table::encode(&self.rarest(&counting), MOST_OF_A_WORD);
        self.section(&words)?;
        self.section(&counting.encode())?;
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

    /// The words by which documents are found, with their documents, sorted.
    fn rarest(&self, counting: &Counting) -> Vec<u64> {
        let all = (self.count as usize) < CHOOSE_FROM;
        let mut first = 0;
        let blocks: Vec<(u32, &Lists)> = self
            .words
            .iter()
            .map(|block| {
                let document = first;
                first += u32::try_from(block.ends.len()).expect("a segment has fewer documents");
                (document, block)
            })
            .collect();
        let rarest = |room: &mut Vec<u64>, (document, block): (u32, &Lists)| {
            let mut entries = Vec::with_capacity(block.ends.len() * WORDS);
            for (document, words) in (document..).zip(block.iter()) {
                room.clear();
                room.resize(words.len(), 0);
                let mut kept = 0;
                for &word in words {
                    let count = counting.count(word);
                    // Whether it is rare enough nobody can foretell: it is written either way.
                    room[kept] = u64::from(count) << 32 | u64::from(word);
                    kept += usize::from(all || count as usize <= MOST_OF_A_WORD);
                }
                room.truncate(kept);
                if !all && room.len() > WORDS {
                    room.select_nth_unstable(WORDS);
                    room.truncate(WORDS);
                }
                entries.extend(room.iter().map(|word| word << 32 | u64::from(document)));
            }
            entries
        };
        let parts: Vec<Vec<u64>> = blocks.into_par_iter().map_init(Vec::new, rarest).collect();
        let mut entries = parts.concat();
        entries.par_sort_unstable();
        entries
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
    fn work(&mut self, documents: &[(Document, u64)]) -> Result<Part> {
        let mut encoded = Vec::with_capacity(BLOCK_BYTES);
        let mut part = Part::default();
        for (document, content) in documents {
            let offset = encoded.len();
            record::encode(document, &mut encoded);
            let mut slots = [0; SLOTS];
            let signature = self
                .signer
                .sign(document.text.as_bytes(), false, &mut slots);
            let (fingerprints, shingles) = (signature.fingerprints.to_vec(), signature.shingles);
            let words = self.signer.shingles().words().hashes();
            self.distinct.append(words, &mut part.words.items);
            part.words.ends.push(part.words.items.len());
            let narrow = |length: usize| u32::try_from(length).map_err(|_| Error::TooManyDocuments);
            part.documents.push(Signed {
                content: *content,
                published: document.published_seconds.unwrap_or(NO_TIME),
                offset: narrow(offset)?,
                length: narrow(encoded.len() - offset)?,
                text: document.text.len() as u64,
                shingles: narrow(shingles)?,
                key: super::key(&document.id),
                slots,
                fingerprints,
                sentences: sentences(document),
            });
        }
        // It is kept until the segment is written: no more room than it takes.
        part.words.items.shrink_to_fit();
        part.length = encoded.len();
        let failed = |source| Error::Io {
            action: "compress",
            path: std::path::PathBuf::new(),
            source,
        };
        part.compressed = match &mut self.compressor {
            Some(compressor) => compressor.compress(&encoded),
            None => zstd::bulk::compress(&encoded, LEVEL),
        }
        .map_err(failed)?;
        Ok(part)
    }
}

/// Finds the different words of one text after another; the table is used again.
#[derive(Clone, Debug, Default)]
pub(super) struct Distinct {
    /// Open addressing; zero is an empty place.
    places: Vec<u32>,
}

impl Distinct {
    /// The different words among `hashes`, as 32 bits each, in the order in which they first come.
    pub(super) fn words(&mut self, hashes: &[u64]) -> Vec<u32> {
        let mut words = Vec::new();
        self.append(hashes, &mut words);
        words
    }

    /// Appends the different words among `hashes` to `out`.
    fn append(&mut self, hashes: &[u64], out: &mut Vec<u32>) {
        let size = (4 * hashes.len()).next_power_of_two().max(64);
        self.places.clear();
        self.places.resize(size, 0);
        let begin = out.len();
        out.resize(begin + hashes.len(), 0);
        let (words, mut count) = (&mut out[begin..], 0);
        for hash in hashes {
            let word = u32::try_from(hash >> 32).expect("32 bits remain").max(1);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the place is below the size of the table"
            )]
            let mut at = (hash & (size as u64 - 1)) as usize;
            while self.places[at] != 0 && self.places[at] != word {
                at = (at + 1) & (size - 1);
            }
            // Whether a word is new nobody can foretell: it is written either way, and counts when it is.
            words[count] = word;
            count += usize::from(self.places[at] == 0);
            self.places[at] = word;
        }
        out.truncate(begin + count);
    }
}
