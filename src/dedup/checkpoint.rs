//! Going on where an interrupted run ended.
//!
//! With a folder to keep them in, intermediate results lie in files with names, each of which only grows. Now and then all of
//! them are brought to the disk, and `progress.json` is replaced: it says how far the run has come and how long each file was. A run that finds
//! it cuts the files to those lengths and goes on. What it finds does not depend on where it was interrupted, because every
//! stage adds to its files in an order of its own.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::documents::{Growing, Lengths};
use crate::error::{Error, Result};
use crate::options::DedupOptions;
use crate::pair::{Fingerprints, Meetings};
use crate::read::{ReadOptions, Source};
use crate::store::Shelf;

/// Changes with every change of what the files hold.
const FORMAT: u32 = 2;

const PROGRESS: &str = "progress.json";
pub(super) const SLOTS: &str = "sketches";
pub(super) const PROBLEMS: &str = "problems";
pub(super) const MEMBERS: &str = "members";

/// How far a run has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    format: u32,
    /// Hash of inputs and options.
    job: u64,
    /// Next source, and piece in it, to sign. Signing is done when the source is past the last.
    pub(super) source: usize,
    pub(super) piece: usize,
    /// Documents there to compare against, once their sources are signed.
    pub(super) against: Option<usize>,
    pub(super) documents: Lengths,
    pub(super) slots: u64,
    pub(super) problems: u64,
    pub(super) fingerprints: Vec<u64>,
    /// Next part of the fingerprints to pair.
    pub(super) part: usize,
    pub(super) candidates: u64,
    /// Length of what verification found, once it is done, and how many different candidates there were.
    pub(super) members: Option<(u64, u64)>,
}

/// Where a run keeps its intermediate results, and how far it has come.
pub(super) struct Checkpoint {
    pub(super) shelf: Shelf,
    pub(super) progress: Progress,
}

impl Checkpoint {
    /// A run over `sources`, begun anew or found again in `options.resume`.
    ///
    /// # Errors
    /// [`Error::Option`] when the folder holds a run over other inputs or with other options, [`Error::Io`].
    pub(super) fn open(
        sources: &[Source],
        known: usize,
        read: &ReadOptions,
        options: &DedupOptions,
    ) -> Result<Self> {
        let Some(folder) = &options.resume else {
            return Ok(Self {
                shelf: Shelf::unnamed(read.temp_dir.as_deref()),
                progress: Progress::default(),
            });
        };
        let shelf = Shelf::kept(folder)?;
        let fresh = Progress {
            format: FORMAT,
            job: job(sources, known, read, options),
            ..Progress::default()
        };
        let progress = match shelf.read(PROGRESS)? {
            None => fresh,
            Some(bytes) => {
                let other = |what: &str| {
                    let folder = folder.display();
                    Error::Option(format!(
                        "`{folder}` holds {what}; name another folder, or remove it to start anew"
                    ))
                };
                let found: Progress = serde_json::from_slice(&bytes)
                    .map_err(|_| other("a `progress.json` that cannot be read"))?;
                if found.format != FORMAT {
                    return Err(other("a run of another version of wirecopy"));
                }
                if found.job != fresh.job {
                    return Err(other("a run over other inputs or with other options"));
                }
                found
            }
        };
        Ok(Self { shelf, progress })
    }

    /// Whether intermediate results are kept.
    pub(super) fn is_kept(&self) -> bool {
        self.shelf.is_kept()
    }

    /// Sets down how far the run has come; everything it counts must be on the disk.
    pub(super) fn save(&self) -> Result<()> {
        if !self.is_kept() {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.progress).expect("numbers can be written as JSON");
        self.shelf.replace(PROGRESS, &bytes)
    }

    /// Removes every file of a run that is done.
    pub(super) fn clear(&self) -> Result<()> {
        if !self.is_kept() {
            return Ok(());
        }
        let parts: Vec<String> = Fingerprints::files().chain(Meetings::files()).collect();
        // What says how far the run has come goes first: without it the other files mean nothing.
        let names = [PROGRESS, SLOTS, PROBLEMS, MEMBERS].into_iter();
        let names = names.chain(Growing::FILES);
        self.shelf
            .clear(names.chain(parts.iter().map(String::as_str)))
    }
}

/// A hash of everything that the result depends on: options, and the paths, lengths and 64 samples of the sources.
fn job(sources: &[Source], known: usize, read: &ReadOptions, options: &DedupOptions) -> u64 {
    const SAMPLES: usize = 64;
    const SAMPLE: usize = 4096;
    let mut hash = Xxh3::new();
    let DedupOptions {
        verify, keep, seed, ..
    } = options;
    let ReadOptions {
        fields,
        max_record_bytes,
        ..
    } = read;
    let said = format!("{verify:?} {keep:?} {seed} {fields:?} {max_record_bytes} {known}");
    hash.update(said.as_bytes());
    for source in sources {
        let bytes = source.bytes();
        hash.update(format!("{:?} {}", source.path(), bytes.len()).as_bytes());
        for sample in 0..SAMPLES {
            let start = bytes.len().saturating_sub(SAMPLE) / SAMPLES * sample;
            hash.update(&bytes[start..bytes.len().min(start + SAMPLE)]);
        }
        hash.update(&bytes[bytes.len().saturating_sub(SAMPLE)..]);
    }
    hash.digest()
}
