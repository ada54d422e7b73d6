//! The collection on disk: memory-mapped, growing by segments that never change.
//!
//! ```text
//! DIR/MANIFEST         which files count; replaced as a whole       manifest
//! DIR/MANIFEST.copy    the same, should the other be damaged
//! DIR/000001.segment   documents that were added together           build, segment, table, words, sentences, record
//! DIR/000002.removed   documents of a segment that count no more
//! DIR/cases.log        what people decided about articles           cases
//! DIR/kept/            articles that people asked to keep           kept
//! DIR/lock             held by the one process that writes          writer
//! ```
//!
//! Every file but the last four has a checksum for each page of 4 KiB (`pages`), looked at when the page is first read: what is
//! damaged is named, and never answers. `docs/archive.md` describes the format and what is guaranteed.

mod build;
mod cases;
mod disk;
mod distinct;
mod kept;
mod manifest;
mod meet;
mod pages;
mod rarity;
mod record;
mod runs;
mod segment;
mod sentences;
mod snapshot;
mod sorted;
mod table;
mod words;
mod writer;

use std::path::{Path, PathBuf};

use self::disk::Disk;
use self::manifest::{COPY, Manifest, NAME};
use crate::error::{Error, Result};

pub use cases::{Case, Cases, State};
pub use kept::Kept;
pub use meet::{Near, Nearby};
pub use snapshot::{Furniture, Place, Snapshot, Stat};
pub use writer::{Addition, Compaction, Removal, Writer};

/// Version of how words are folded and hashed, and documents signed. It rises with every change of what
/// [`crate::text::words`], [`crate::text::shingles`] and [`crate::sign`] make of a text; `signatures_are_those_of_this_version` tells.
const NORMALISER: u32 = 2;

/// An archive's folder.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// Makes an empty archive in `folder`, which is made when it is missing. Hashes of an archive have one seed.
    ///
    /// # Errors
    /// [`Error::Archive`] when there is one already or something else lies in the folder, [`Error::Io`].
    pub fn create(folder: &Path, seed: u64) -> Result<Self> {
        let archive = Self {
            folder: folder.to_path_buf(),
        };
        let failed = |source| Error::Io {
            action: "create",
            path: folder.to_path_buf(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        if Self::is_archive(folder) {
            return Err(archive.error("is an archive already"));
        }
        let disk = Disk::new(folder);
        // What an earlier attempt left may lie there.
        let foreign = disk
            .names()?
            .into_iter()
            .find(|name| !name.starts_with("MANIFEST") && name != "lock");
        if let Some(name) = foreign {
            return Err(archive.error(&format!(
                "is no archive and not empty (it holds `{name}`); name an empty folder, or one that does not exist"
            )));
        }
        Manifest::new(seed).write(&disk)?;
        Ok(archive)
    }

    /// The archive in `folder`.
    ///
    /// # Errors
    /// [`Error::Archive`] when there is none, or one of another version; [`Error::Damaged`] when its manifest and the copy of it are.
    pub fn open(folder: &Path) -> Result<Self> {
        Manifest::read(folder)?;
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    /// Whether `folder` holds an archive, whole or not.
    pub fn is_archive(folder: &Path) -> bool {
        [NAME, COPY].iter().any(|name| folder.join(name).is_file())
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The archive as it is now. Reads a few pages of each file, whatever their size.
    ///
    /// # Errors
    /// As [`open`](Self::open). A damaged segment is no error: [`Snapshot::damaged`] names it, and the rest answers.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Snapshot::open(&self.folder, &[])
    }

    /// The archive as it is now; what `before` has open already is used again.
    ///
    /// # Errors
    /// As [`snapshot`](Self::snapshot).
    pub fn snapshot_after(&self, before: &Snapshot) -> Result<Snapshot> {
        let (manifest, problem) = Manifest::read(&self.folder)?;
        if problem.is_none() && manifest.generation == before.generation() {
            return Ok(before.clone());
        }
        let known: Vec<_> = before
            .segments()
            .map(|(_, segment)| segment.clone())
            .collect();
        Snapshot::open(&self.folder, &known)
    }

    /// The right to change it, for one process at a time.
    ///
    /// # Errors
    /// [`Error::Archive`] when another process has it, [`Error::Damaged`], [`Error::Io`].
    pub fn writer(&self) -> Result<Writer> {
        Writer::open(&self.folder, Disk::new(&self.folder))
    }

    /// What people decided about articles.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read.
    pub fn cases(&self) -> Result<Cases> {
        Cases::open(&self.folder)
    }

    /// Articles that people asked to keep.
    pub fn kept(&self) -> Kept {
        Kept::new(&self.folder)
    }

    fn error(&self, message: &str) -> Error {
        Error::Archive {
            path: self.folder.clone(),
            message: message.to_owned(),
        }
    }
}

/// Hash of an id, the same for all editions of a document.
fn key(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(base(id).as_bytes())
}

/// An id without the number of its edition: `a` of `a#2`.
fn base(id: &str) -> &str {
    match id.rsplit_once('#') {
        Some((base, number))
            if !base.is_empty()
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            base
        }
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Document;
    use crate::sign::Signer;
    use crate::simd::{Level, SLOTS};

    fn document(id: &str, text: &str) -> Document {
        Document {
            id: id.to_owned(),
            text: text.to_owned(),
            outlet: Some("Pell Mail".to_owned()),
            ..Document::default()
        }
    }

    #[test]
    fn signatures_are_those_of_this_version() {
        let text = "The dam above Größe-Stade broke on Monday, 12 May; \u{201c}forty\u{201d} farms were flooded \
                    and the railway line was cut in two places for 3.5 hours.";
        let mut signer = Signer::new(42, Level::best());
        let mut slots = [0; SLOTS];
        signer.sign(text.as_bytes(), false, &mut slots);
        let mut bytes = slots.to_vec();
        for hash in signer.shingles().hashes() {
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
        let sum = xxhash_rust::xxh3::xxh3_64(&bytes);
        assert_eq!(
            (NORMALISER, sum),
            (2, 8_251_983_384_652_746_895),
            "texts are signed in another way: raise `NORMALISER`"
        );
    }

    #[test]
    fn what_was_added_is_found_and_what_was_removed_is_not() {
        let folder = tempfile::tempdir().expect("the case is set up");
        let archive = Archive::create(&folder.path().join("a"), 42).expect("there is room");
        let mut writer = archive.writer().expect("nobody else writes");
        let text =
            "The dam above Stade broke on Monday after a week of rain and flooded forty farms.";
        assert_eq!(
            writer.add(document("x", text)).expect("there is room"),
            Addition::New
        );
        assert_eq!(
            writer.add(document("x", text)).expect("there is room"),
            Addition::Known
        );
        writer.commit().expect("there is room");
        assert_eq!(
            writer.add(document("x", text)).expect("there is room"),
            Addition::Known
        );
        assert_eq!(
            writer
                .add(document("x", "Other words."))
                .expect("there is room"),
            Addition::Edition
        );
        writer.commit().expect("there is room");
        assert!(archive.writer().is_err(), "one writer at a time");
        let before = archive.snapshot().expect("it is whole");
        assert_eq!(before.documents(), 2);
        assert_eq!(
            before.near(text, 8).expect("it is whole").near[0]
                .document
                .text,
            text
        );
        assert!(before.find("x#2").expect("it is whole").is_some());
        let removal = writer
            .remove(&["x".to_owned(), "y".to_owned()])
            .expect("there is room");
        assert_eq!(
            (removal.removed.len(), removal.missing),
            (2, vec!["y".to_owned()])
        );
        let after = archive.snapshot().expect("it is whole");
        assert!(after.near(text, 8).expect("it is whole").near.is_empty());
        assert_eq!(after.find("x").expect("it is whole"), None);
        let done = writer
            .compact(false, &crate::observer::Silent)
            .expect("there is room");
        assert_eq!(done.erased, 2);
        assert_eq!(before.iter().count(), 2, "an older snapshot still answers");
        assert_eq!(archive.snapshot().expect("it is whole").stat().segments, 0);
    }

    /// The ids of an archive, and the first texts of it.
    fn ids(archive: &Archive) -> Vec<String> {
        let snapshot = archive.snapshot().expect("it can be read");
        assert_eq!(
            snapshot.verify().expect("it can be read"),
            Vec::<String>::new()
        );
        let mut ids: Vec<String> = snapshot
            .iter()
            .map(|found| found.expect("it can be read").1.id)
            .collect();
        ids.sort();
        ids
    }

    #[test]
    fn a_write_that_fails_anywhere_leaves_the_old_or_the_new_state() {
        use std::sync::Arc;
        use std::sync::atomic::AtomicI64;
        let text = |id: u64| {
            let words = (0..60).map(|n| format!("w{} ", (id * 31 + n * n) % 997));
            words.collect::<String>()
        };
        // Seven segments, to which an eighth comes and makes a merge.
        let begun = tempfile::tempdir().expect("the case is set up");
        let archive = Archive::create(begun.path(), 7).expect("there is room");
        let mut writer = archive.writer().expect("nobody else writes");
        for id in 0..7 {
            writer
                .add(document(&id.to_string(), &text(id)))
                .and_then(|_| writer.commit())
                .expect("there is room");
        }
        drop(writer);
        let mut steps = 0;
        for fails_after in 0.. {
            let folder = tempfile::tempdir().expect("the case is set up");
            for file in std::fs::read_dir(begun.path()).expect("it is there") {
                let file = file.expect("it is there");
                let to = folder.path().join(file.file_name());
                std::fs::copy(file.path(), to).expect("there is room");
            }
            let archive = Archive::open(folder.path()).expect("it is whole");
            let mut disk = Disk::new(folder.path());
            disk.fails_after = Some(Arc::new(AtomicI64::new(fails_after)));
            let mut acknowledged: Vec<String> = (0..7).map(|id| id.to_string()).collect();
            let mut attempted = acknowledged.clone();
            let mut run = || -> Result<()> {
                let mut writer = Writer::open(folder.path(), disk.clone())?;
                attempted.push("7".to_owned());
                writer.add(document("7", &text(7)))?;
                writer.commit()?;
                acknowledged = attempted.clone();
                attempted.retain(|id| id != "3" && id != "7");
                writer.remove(&["3".to_owned(), "7".to_owned()])?;
                acknowledged = attempted.clone();
                attempted.push("8".to_owned());
                writer.add(document("8", &text(8)))?;
                writer.compact(false, &crate::observer::Silent)?;
                acknowledged = attempted.clone();
                Ok(())
            };
            let done = run();
            let found = ids(&archive);
            assert!(
                found == acknowledged || found == attempted,
                "after {fails_after} steps: {found:?}, not {acknowledged:?} or {attempted:?}"
            );
            // The next writer is not hindered by what was left.
            let mut writer = archive.writer().expect("it can be written");
            writer
                .add(document("next", &text(77)))
                .expect("there is room");
            writer.commit().expect("there is room");
            assert_eq!(ids(&archive).len(), found.len() + 1);
            let files = std::fs::read_dir(folder.path())
                .expect("it is there")
                .count();
            let named = writer.snapshot().manifest().files().count();
            assert_eq!(files, named + 3, "nothing is left behind");
            steps = fails_after;
            if done.is_ok() {
                break;
            }
        }
        assert!(steps > 30, "{steps} steps are not all of them");
    }
}
