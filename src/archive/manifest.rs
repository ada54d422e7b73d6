//! Which files make up an archive: one small file, replaced as a whole, and a second copy of it.
//!
//! A line of JSON, and below it the checksum of that line. The copy is written after the file itself and before anything is
//! removed; it is read when the file itself is not what was written.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::disk::Disk;
use super::pages::FORMAT;
use crate::error::{Error, Result};

pub(super) const NAME: &str = "MANIFEST";
pub(super) const COPY: &str = "MANIFEST.copy";

/// A file, as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// Checksum of the file's end, which holds those of all the rest.
    pub(super) sum: u64,
}

/// Documents that were added together, or merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SegmentEntry {
    pub(super) file: FileEntry,
    pub(super) documents: u64,
    /// Documents of it that were removed.
    pub(super) removed: Option<(FileEntry, u64)>,
}

/// The state of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    pub(super) normaliser: u32,
    pub(super) seed: u64,
    /// Rises with every change.
    pub(super) generation: u64,
    /// Number of the next file.
    pub(super) next: u64,
    /// In the order in which documents were added.
    pub(super) segments: Vec<SegmentEntry>,
}

impl Manifest {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            format: FORMAT,
            normaliser: super::NORMALISER,
            seed,
            generation: 0,
            next: 1,
            segments: Vec::new(),
        }
    }

    /// The manifest of the archive in `folder`, and what is wrong with its file when only the copy could be read.
    ///
    /// # Errors
    /// [`Error::Archive`] when there is none, or one that this program does not know; [`Error::Damaged`] when neither is whole.
    pub(super) fn read(folder: &Path) -> Result<(Self, Option<Error>)> {
        let archive = |message: &str| Error::Archive {
            path: folder.to_path_buf(),
            message: message.to_owned(),
        };
        let damaged = |name: &str| Error::Damaged {
            path: folder.join(name),
            message: "it is not what was written".to_owned(),
        };
        let (own, copy) = (one(folder, NAME)?, one(folder, COPY)?);
        let (manifest, problem) = match (own, copy) {
            (Read::Missing, Read::Missing) => {
                return Err(archive(
                    "is no archive; `wirecopy archive add` makes one of its inputs",
                ));
            }
            (Read::Whole(own), Read::Damaged) => (own, Some(damaged(COPY))),
            // The copy may be one change behind: the process ended between the two.
            (Read::Whole(own), Read::Missing | Read::Whole(_)) => (own, None),
            (Read::Missing | Read::Damaged, Read::Whole(copy)) => (copy, Some(damaged(NAME))),
            (Read::Other(format), _) | (_, Read::Other(format)) => {
                return Err(archive(&format!(
                    "has format {format}, and this version of wirecopy reads format {FORMAT}; add its documents to a new archive"
                )));
            }
            (Read::Damaged, _) | (Read::Missing, Read::Damaged) => return Err(damaged(NAME)),
        };
        if manifest.normaliser != super::NORMALISER {
            return Err(archive(&format!(
                "was made with version {} of how words are folded, and this version of wirecopy uses {}; add its documents to a new archive",
                manifest.normaliser,
                super::NORMALISER
            )));
        }
        Ok((manifest, problem))
    }

    /// Puts this state in the place of the one before; it counts from the moment the first file has its name.
    pub(super) fn write(&self, disk: &Disk) -> Result<()> {
        let bytes = self.encode();
        disk.replace(NAME, &bytes)?;
        disk.replace(COPY, &bytes)
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("numbers can be written as JSON");
        bytes.push(b'\n');
        let sum = format!("{:016x}\n", xxh3_64(&bytes));
        bytes.extend_from_slice(sum.as_bytes());
        bytes
    }

    /// Names of the files it counts.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flat_map(|segment| {
            let removed = segment.removed.as_ref();
            let removed = removed.map(|(file, _)| file.name.as_str());
            std::iter::once(segment.file.name.as_str()).chain(removed)
        })
    }
}

enum Read {
    Missing,
    Damaged,
    /// Whole, and of another format.
    Other(u32),
    Whole(Manifest),
}

#[derive(Deserialize)]
struct JustFormat {
    format: u32,
}

fn one(folder: &Path, name: &str) -> Result<Read> {
    let bytes = match std::fs::read(folder.join(name)) {
        Ok(bytes) => bytes,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Read::Missing);
        }
        Err(source) => {
            return Err(Error::Io {
                action: "read",
                path: folder.join(name),
                source,
            });
        }
    };
    Ok(decode(&bytes).unwrap_or(Read::Damaged))
}

fn decode(bytes: &[u8]) -> Option<Read> {
    let end = memchr::memchr(b'\n', bytes)? + 1;
    let (line, sum) = bytes.split_at(end);
    (sum == format!("{:016x}\n", xxh3_64(line)).as_bytes()).then_some(())?;
    let JustFormat { format } = serde_json::from_slice(line).ok()?;
    if format != FORMAT {
        return Some(Read::Other(format));
    }
    serde_json::from_slice(line).ok().map(Read::Whole)
}
