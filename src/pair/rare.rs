//! Meeting by rare fingerprints.

use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Candidate, Sketches, hot, radix};
use crate::error::{Error, Result};
use crate::observer::Observer;

/// Fingerprints are kept apart by their upper bits, and each part is sorted on its own: so sorting needs a sixty-fourth
/// of the memory that all of them would.
const PARTS: usize = 64;
const PART_BITS: u32 = PARTS.trailing_zeros();

/// Up to so many documents in a bucket, every two of them are looked at. 32: 496 comparisons of 5 ns.
const COLD: usize = 32;

/// Fingerprints of all documents, in memory up to a limit, in an unlinked temporary file past it.
#[derive(Debug)]
pub struct Fingerprints {
    parts: Vec<Vec<u64>>,
    files: Vec<Option<std::fs::File>>,
    in_memory: usize,
    limit: usize,
    directory: PathBuf,
}

impl Fingerprints {
    /// None yet; more than `limit` bytes of them move to files in `directory`.
    pub fn new(limit: usize, directory: Option<&Path>) -> Self {
        Self {
            parts: vec![Vec::new(); PARTS],
            files: (0..PARTS).map(|_| None).collect(),
            in_memory: 0,
            limit: limit / 8,
            directory: directory.map_or_else(std::env::temp_dir, Path::to_path_buf),
        }
    }

    /// Adds one of a document's fingerprints; of `fingerprint` the lower 32 bits count. Documents come in order.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn push(&mut self, fingerprint: u64, document: u32) -> Result<()> {
        let part = part_of(fingerprint);
        self.parts[part].push(fingerprint << 32 | u64::from(document));
        self.in_memory += 1;
        if self.in_memory > self.limit {
            self.spill().map_err(|source| self.failed(source))?;
        }
        Ok(())
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Io {
            action: "write a temporary file in",
            path: self.directory.clone(),
            source,
        }
    }

    fn spill(&mut self) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for (part, file) in self.parts.iter_mut().zip(&mut self.files) {
            let file = match file {
                Some(file) => file,
                empty => empty.insert(tempfile::tempfile_in(&self.directory)?),
            };
            bytes.clear();
            bytes.extend(part.iter().flat_map(|word| word.to_le_bytes()));
            file.write_all(&bytes)?;
            part.clear();
        }
        self.in_memory = 0;
        Ok(())
    }

    /// Takes one part out.
    fn take(&mut self, part: usize) -> Result<Vec<u64>> {
        let mut words = Vec::new();
        if let Some(mut file) = self.files[part].take() {
            let mut bytes = Vec::new();
            file.rewind()
                .and_then(|()| file.read_to_end(&mut bytes))
                .map_err(|source| self.failed(source))?;
            words.extend(
                bytes
                    .chunks_exact(8)
                    .filter_map(|word| word.first_chunk())
                    .map(|word| u64::from_le_bytes(*word)),
            );
        }
        words.append(&mut self.parts[part]);
        Ok(words)
    }
}

/// The part of a fingerprint, by the upper bits of its lower half.
fn part_of(fingerprint: u64) -> usize {
    ((fingerprint & 0xffff_ffff) >> (32 - PART_BITS)) as usize
}

/// Every two documents that share a fingerprint and that `promising` (given both and the slots in which they agree)
/// thinks worth comparing; sorted, each once. Near linear in the number of fingerprints.
///
/// # Errors
/// When a temporary file cannot be used, or the observer says stop.
pub fn candidates(
    mut fingerprints: Fingerprints,
    sketches: Sketches<'_>,
    promising: &(dyn Fn(u32, u32, u32) -> bool + Sync),
    observer: &dyn Observer,
) -> Result<Vec<Candidate>> {
    observer.begin("pair", Some(PARTS as u64));
    let mut all: Vec<Candidate> = Vec::new();
    let group = rayon::current_num_threads().max(1);
    let mut room = 1 << 18;
    let mut part = 0;
    while part < PARTS {
        let taken: Vec<_> = (part..PARTS.min(part + group))
            .map(|part| fingerprints.take(part))
            .collect::<Result<_>>()?;
        part += group;
        let found: Vec<Vec<Candidate>> = {
            taken
                .into_par_iter()
                .map(|words| meet(words, sketches, promising))
                .collect()
        };
        for found in found {
            all.extend(found);
            observer.advance(1);
        }
        // Two copies share several fingerprints and are found in as many parts: repeats must not pile up.
        if all.len() > room {
            all.par_sort_unstable();
            all.dedup();
            room = (all.len() + all.len() / 2).max(1 << 18);
        }
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
    }
    all.par_sort_unstable();
    all.dedup();
    all.shrink_to_fit();
    observer.end();
    Ok(all)
}

fn meet(
    mut words: Vec<u64>,
    sketches: Sketches<'_>,
    promising: &(dyn Fn(u32, u32, u32) -> bool + Sync),
) -> Vec<Candidate> {
    let mut spare = Vec::new();
    radix::sort_by_upper_half(&mut words, &mut spare, 32 - PART_BITS);
    drop(spare);
    let mut found = Vec::new();
    let mut members = Vec::new();
    for bucket in words.chunk_by(|a, b| a >> 32 == b >> 32) {
        if bucket.len() < 2 {
            continue;
        }
        members.clear();
        members.extend(bucket.iter().map(|&word| document(word)));
        members.dedup();
        if members.len() > COLD {
            hot::meet(&mut members, sketches, promising, &mut found);
            continue;
        }
        for (at, &a) in members.iter().enumerate() {
            for &b in &members[at + 1..] {
                if promising(a, b, sketches.agreeing(a, b)) {
                    found.push(Candidate::new(a, b));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn document(word: u64) -> u32 {
    word as u32
}
