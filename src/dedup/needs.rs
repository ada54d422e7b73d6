//! What a run would need, foretold from the front of each source.

use super::CANDIDATES_IN_MEMORY;
use super::documents::PIECE;
use super::signing::{Block, FINGERPRINTS_IN_MEMORY};
use crate::error::Result;
use crate::observer::Observer;
use crate::options::DedupOptions;
use crate::read::{self, ReadOptions};
use crate::sign::Signer;
use crate::simd::SLOTS;

/// What a run would need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Documents, foretold from the front of each source.
    pub documents: u64,
    /// Bytes of records, decompressed.
    pub bytes: u64,
    /// Bytes of memory of the process's own.
    pub memory: u64,
    /// Bytes of temporary files, decompressed input not counted.
    pub temporary: u64,
}

/// What a run takes whatever it reads. 16 MiB: the program itself, and buffers of two workers.
const ALWAYS: u64 = 16 << 20;

/// Foretells what [`dedup`](super::dedup) of the same inputs would need, from the first 256 KiB of each source.
///
/// # Errors
/// As [`dedup`](super::dedup), while the inputs are opened.
pub fn estimate(
    inputs: &[String],
    against: &[String],
    read: &ReadOptions,
    options: &DedupOptions,
    observer: &dyn Observer,
) -> Result<Estimate> {
    let mut all = read::open(inputs, read, observer)?;
    if all.sources.is_empty() {
        return Err(read::no_input(inputs, &all.problems));
    }
    if !against.is_empty() {
        all.sources
            .extend(read::open(against, read, observer)?.sources);
    }
    let (mut documents, mut bytes, mut fingerprints) = (0, 0, 0);
    let mut signer = Signer::new(options.seed, options.level);
    let mut front = Block::default();
    for source in &all.sources {
        let size = source.bytes().len() as u64;
        bytes += size;
        if size == 0 {
            continue;
        }
        front.sign(source, 0, &mut signer, read);
        let length = size.min(PIECE as u64);
        // Rounded up, as a source seldom ends where a piece does.
        documents += (front.len() as u64 * size).div_ceil(length);
        fingerprints += (front.fingerprints.len() as u64 * size).div_ceil(length);
    }
    // A sketch for each document; offset, size, group and what was found; eight bytes a fingerprint and a candidate, of which
    // clustered news has about four a document.
    let sketches = documents * SLOTS as u64;
    let candidates = documents * 4 * 8;
    let fingerprints = fingerprints * 8;
    let in_memory = |bytes: u64, most: usize| bytes.min(most as u64).min(options.memory);
    let spilled = |bytes: u64, most: usize| bytes - in_memory(bytes, most);
    let kept = options.resume.is_some();
    let memory = ALWAYS
        + documents * 17
        + if kept {
            0
        } else {
            in_memory(sketches, usize::MAX)
                + in_memory(fingerprints, FINGERPRINTS_IN_MEMORY)
                + in_memory(candidates, CANDIDATES_IN_MEMORY)
        };
    let temporary = if kept {
        documents * 6 + sketches + fingerprints + candidates
    } else {
        spilled(sketches, usize::MAX)
            + spilled(fingerprints, FINGERPRINTS_IN_MEMORY)
            + 2 * spilled(candidates, CANDIDATES_IN_MEMORY)
    };
    Ok(Estimate {
        documents,
        bytes,
        memory,
        temporary,
    })
}
