//! Sources to signatures.

use std::sync::Mutex;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::checkpoint::{Checkpoint, PROBLEMS, SLOTS as SLOTS_FILE};
use super::documents::{Documents, Growing, PIECE, Place};
use crate::error::{Error, Result};
use crate::model::Problem;
use crate::observer::Observer;
use crate::options::DedupOptions;
use crate::pair::Fingerprints;
use crate::read::{ReadOptions, Source};
use crate::sign::Signer;
use crate::simd::SLOTS;
use crate::store::{Bytes, Spool};

/// Fingerprints held in memory before they move to files. 32 MiB: 400,000 documents; writing and reading 80 bytes a
/// document costs little beside reading its text.
pub(super) const FINGERPRINTS_IN_MEMORY: usize = 32 << 20;

/// Pieces that one worker gets at a time. 8: while they are signed those before are put away.
const PIECES_A_WORKER: usize = 8;

/// What is known of all documents once they are signed.
pub(super) struct Signed {
    pub(super) documents: Documents,
    /// `SLOTS` bytes a document.
    pub(super) slots: Bytes,
    pub(super) fingerprints: Fingerprints,
}

/// What one worker makes of one piece.
#[derive(Default)]
pub(super) struct Block {
    places: Vec<Place>,
    shingles: Vec<u16>,
    slots: Vec<u8>,
    pub(super) fingerprints: Vec<u32>,
    /// How many fingerprints each document has.
    counts: Vec<u8>,
    problems: Vec<Noted>,
}

/// A problem of a record.
#[derive(Clone, Serialize, Deserialize)]
struct Noted {
    source: usize,
    offset: usize,
    message: String,
    lost: bool,
}

/// Signing under way: everything that grows with the documents.
struct Signing<'a> {
    checkpoint: &'a mut Checkpoint,
    documents: Growing,
    slots: Spool,
    fingerprints: Fingerprints,
    problems: Spool,
    /// Bytes of input since the last checkpoint.
    unsaved: u64,
}

/// Signs every record of `sources`, the first `known` of which are there to compare against only.
///
/// # Errors
/// [`Error::TooManyDocuments`], [`Error::Io`] when a temporary file cannot be written, [`Error::Interrupted`].
pub(super) fn sign_all(
    sources: Vec<Source>,
    known: usize,
    read: &ReadOptions,
    options: &DedupOptions,
    checkpoint: &mut Checkpoint,
    observer: &dyn Observer,
    problems: &mut Vec<Problem>,
) -> Result<Signed> {
    let total: usize = sources.iter().map(|source| source.bytes().len()).sum();
    observer.begin("sign", Some(total as u64));
    let limit = usize::try_from(options.memory).unwrap_or(usize::MAX);
    let mut signing = Signing::open(checkpoint, limit)?;
    observer.advance(signing.done(&sources));
    // Signers wait here between pieces: their buffers are worth keeping.
    let idle: Mutex<Vec<Signer>> = Mutex::new(Vec::new());
    let sign = |source: &Source, piece: usize, block: &mut Block| {
        let waiting = idle
            .lock()
            .expect("no worker panics while it holds the list")
            .pop();
        let mut signer = waiting.unwrap_or_else(|| Signer::new(options.seed, options.level));
        block.sign(source, piece, &mut signer, read);
        idle.lock()
            .expect("no worker panics while it holds the list")
            .push(signer);
    };
    let group = rayon::current_num_threads() * PIECES_A_WORKER;
    let from = (
        signing.checkpoint.progress.source,
        signing.checkpoint.progress.piece,
    );
    let mut pieces = sources
        .iter()
        .enumerate()
        .flat_map(|(number, source)| (0..source.pieces(PIECE)).map(move |piece| (number, piece)))
        .skip_while(|&piece| piece < from)
        .peekable();
    // While one batch is signed, the one before is put away.
    let new_blocks = || -> Vec<Block> { (0..group).map(|_| Block::default()).collect() };
    let (mut blocks, mut blocks_before) = (new_blocks(), new_blocks());
    let mut batch_before: Vec<(usize, usize)> = Vec::new();
    loop {
        let batch: Vec<(usize, usize)> = pieces.by_ref().take(group).collect();
        if batch.is_empty() && batch_before.is_empty() {
            break;
        }
        let ((), put) = rayon::join(
            || {
                let work = blocks.par_iter_mut().zip(&batch);
                work.for_each(|(block, &(source, piece))| sign(&sources[source], piece, block));
            },
            || signing.put_away(&batch_before, &blocks_before, known, total),
        );
        put?;
        observer.advance((batch_before.len() * PIECE) as u64);
        let stopped = observer.stopped();
        if let Some(&(source, piece)) = batch.first() {
            (
                signing.checkpoint.progress.source,
                signing.checkpoint.progress.piece,
            ) = (source, piece);
            if stopped || signing.unsaved >= options.checkpoint_bytes {
                signing.save()?;
            }
        }
        if stopped {
            return Err(Error::Interrupted);
        }
        std::mem::swap(&mut blocks, &mut blocks_before);
        batch_before = batch;
    }
    let progress = &mut signing.checkpoint.progress;
    (progress.source, progress.piece) = (sources.len(), 0);
    progress.against.get_or_insert(signing.documents.len());
    signing.save()?;
    observer.end();
    signing.finish(sources, problems)
}

impl<'a> Signing<'a> {
    /// Begun anew, or as the checkpoint left it.
    fn open(checkpoint: &'a mut Checkpoint, limit: usize) -> Result<Self> {
        let shelf = &checkpoint.shelf;
        let progress = &checkpoint.progress;
        let signing = if progress.fingerprints.is_empty() {
            let in_memory = FINGERPRINTS_IN_MEMORY.min(limit);
            (
                Growing::new(shelf, limit),
                Spool::on(shelf, SLOTS_FILE, limit),
                Fingerprints::new(shelf, in_memory),
                Spool::on(shelf, PROBLEMS, limit),
            )
        } else {
            (
                Growing::again(shelf, progress.documents)?,
                Spool::again(shelf, SLOTS_FILE, progress.slots)?,
                Fingerprints::again(shelf, &progress.fingerprints)?,
                Spool::again(shelf, PROBLEMS, progress.problems)?,
            )
        };
        let (documents, slots, fingerprints, problems) = signing;
        Ok(Self {
            checkpoint,
            documents,
            slots,
            fingerprints,
            problems,
            unsaved: 0,
        })
    }

    /// Bytes of input that an earlier run signed.
    fn done(&self, sources: &[Source]) -> u64 {
        let progress = &self.checkpoint.progress;
        let whole = sources.iter().take(progress.source);
        let bytes: usize = whole.map(|source| source.bytes().len()).sum();
        (bytes + progress.piece * PIECE) as u64
    }

    /// Appends what was made of `batch`, pieces with the numbers of their sources.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a guess at a number of documents"
    )]
    fn put_away(
        &mut self,
        batch: &[(usize, usize)],
        blocks: &[Block],
        known: usize,
        total: usize,
    ) -> Result<()> {
        let blocks = &blocks[..batch.len()];
        if self.documents.len() == 0 && !batch.is_empty() {
            // Room for as many documents as the first pieces foretell: an array that moves is there twice.
            let scale = 1.04 * total as f64 / (batch.len() * PIECE).min(total).max(1) as f64;
            let expected = |found: usize| (found as f64 * scale) as usize + 64;
            let documents = expected(blocks.iter().map(|block| block.places.len()).sum());
            self.documents.reserve(documents);
            self.slots.reserve(documents.saturating_mul(SLOTS));
            let fingerprints = blocks.iter().map(|block| block.fingerprints.len()).sum();
            self.fingerprints.parts().reserve(expected(fingerprints));
        }
        for (&(source, piece), block) in batch.iter().zip(blocks) {
            if source >= known {
                let before = self.documents.len();
                self.checkpoint.progress.against.get_or_insert(before);
            }
            let first = self.documents.len();
            self.documents
                .push(source, piece, &block.places, &block.shingles)?;
            self.slots.push(&block.slots)?;
            let mut left = block.fingerprints.as_slice();
            for (document, &count) in (first..).zip(&block.counts) {
                let document = u32::try_from(document).map_err(|_| Error::TooManyDocuments)?;
                let (own, rest) = left.split_at(usize::from(count));
                for &fingerprint in own {
                    self.fingerprints.push(fingerprint, document)?;
                }
                left = rest;
            }
            for problem in &block.problems {
                let noted = Noted {
                    source,
                    ..problem.clone()
                };
                let line = serde_json::to_vec(&noted).expect("a problem can be written as JSON");
                self.problems.push(&line)?;
                self.problems.push(b"\n")?;
            }
        }
        self.unsaved += (batch.len() * PIECE) as u64;
        Ok(())
    }

    /// Brings everything to the disk and sets down how far it goes; nothing when no run can come back for it.
    fn save(&mut self) -> Result<()> {
        if !self.checkpoint.is_kept() {
            return Ok(());
        }
        self.slots.settle()?;
        self.problems.settle()?;
        self.fingerprints.parts().settle()?;
        let progress = &mut self.checkpoint.progress;
        progress.documents = self.documents.settle()?;
        progress.slots = self.slots.len();
        progress.problems = self.problems.len();
        progress.fingerprints = self.fingerprints.parts().lengths();
        self.unsaved = 0;
        self.checkpoint.save()
    }

    fn finish(self, sources: Vec<Source>, problems: &mut Vec<Problem>) -> Result<Signed> {
        let against = self.checkpoint.progress.against.unwrap_or(0);
        let documents = self.documents.finish(sources, against)?;
        let noted = self.problems.finish()?;
        let noted = serde_json::Deserializer::from_slice(&noted).into_iter::<Noted>();
        for problem in noted.flatten() {
            let source = &documents.sources[problem.source];
            let line = documents.line(problem.source, problem.offset);
            problems.push(Problem {
                origin: source.origin(&source.record(problem.offset), line),
                message: problem.message,
                lost: problem.lost,
            });
        }
        Ok(Signed {
            documents,
            slots: self.slots.finish()?,
            fingerprints: self.fingerprints,
        })
    }
}

impl Block {
    /// Signs the records of one piece of a source.
    pub(super) fn sign(
        &mut self,
        source: &Source,
        piece: usize,
        signer: &mut Signer,
        read: &ReadOptions,
    ) {
        self.places.clear();
        self.shingles.clear();
        self.slots.clear();
        self.fingerprints.clear();
        self.counts.clear();
        self.problems.clear();
        let begin = piece * PIECE;
        let mut slots = [0; SLOTS];
        for (record, fields) in source.articles(source.piece(piece, PIECE), read) {
            let mut note = |message: String, lost| {
                self.problems.push(Noted {
                    source: 0,
                    offset: record.offset,
                    message,
                    lost,
                })
            };
            let fields = match fields {
                Ok(fields) => fields,
                Err(_) if record.is_blank() => continue,
                Err(message) => {
                    note(message, true);
                    continue;
                }
            };
            let Some(text) = fields.text else { continue };
            let signature = signer.sign(text.raw, true, &mut slots);
            if !signature.valid {
                note(
                    "not UTF-8; its bytes were compared as they are".to_owned(),
                    false,
                );
            }
            self.places
                .push(Place::new(record.offset - begin, &record, &fields));
            let shingles = u16::try_from(signature.shingles).unwrap_or(u16::MAX);
            self.shingles.push(shingles);
            self.fingerprints.extend_from_slice(signature.fingerprints);
            let count = u8::try_from(signature.fingerprints.len());
            self.counts
                .push(count.expect("a document has at most 64 fingerprints"));
            self.slots.extend_from_slice(&slots);
        }
    }

    /// How many documents it has.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }
}
