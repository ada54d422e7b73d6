//! Changing an archive: one process at a time, each change all or nothing.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ahash::AHashMap;

use super::build::Builder;
use super::disk::Disk;
use super::manifest::{FileEntry, Manifest, SegmentEntry};
use super::pages::{About, FORMAT, PageWriter};
use super::record;
use super::segment::Segment;
use super::snapshot::{Place, Snapshot};
use crate::error::{Error, Result};
use crate::model::Document;
use crate::observer::Observer;
use crate::simd::Level;

/// Most documents of a segment. 262,144: what waits in memory while it is written stays near 300 MB, and a million documents lie in four
/// files.
pub(super) const MOST_DOCUMENTS: u32 = 1 << 18;
/// So many segments of like size are merged into one: every document is written again once for each size, of which there are six.
const MERGED: usize = 8;
/// Bytes of text that are signed together. 4 MiB: enough for every thread, and memory is used again soon. The same for any number of
/// threads, for what is known of frequent words while a document is read depends on it.
const BATCH: usize = 4 << 20;

const LOCK: &str = "lock";
/// Times that a lock is tried again, and the time between: half a second in all.
const TRIES: usize = 25;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// What became of a document that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// It is new.
    New,
    /// The archive has it already, word for word; nothing changed.
    Known,
    /// The archive has another text under its id; this one is kept beside it, called `id#2` (or 3, and so on).
    Edition,
}

/// What a removal did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Documents removed: later editions of an id (`id#2`) go with it.
    pub removed: Vec<String>,
    /// Ids that the archive does not have.
    pub missing: Vec<String>,
}

/// What a compaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Removed documents whose text is gone from the archive's files now.
    pub erased: u64,
    /// Documents that could not be read and were left behind, with `drop_damaged`.
    pub dropped: u64,
    /// Segments before and after.
    pub segments: (u64, u64),
    /// Bytes of all files before and after.
    pub bytes: (u64, u64),
}

/// The one process that may change an archive. What was added counts after [`commit`](Self::commit).
pub struct Writer {
    disk: Disk,
    /// Held as long as the writer lives.
    _lock: File,
    snapshot: Snapshot,
    level: Level,
    builder: Option<Builder>,
    /// Documents with the hash of what they say.
    waiting: Vec<(Document, u64)>,
    waiting_bytes: usize,
    /// Documents that were added and do not count yet, by hash of the id: id and hash of what they say. The first of a hash, for
    /// nearly all have one of their own, and the further ones.
    pending: AHashMap<u64, (String, u64)>,
    again: AHashMap<u64, Vec<(String, u64)>>,
    /// Whether an error left it between two states.
    failed: bool,
}

impl Writer {
    /// Locks the archive in `folder`.
    ///
    /// # Errors
    /// [`Error::Archive`] when another process has it locked, [`Error::Damaged`] when a part of it is not what was written: a change
    /// would build on what nobody knows.
    pub(super) fn open(folder: &Path, disk: Disk) -> Result<Self> {
        let lock = lock(folder)?;
        let (manifest, problem) = Manifest::read(folder)?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let snapshot = Snapshot::with(folder, manifest, None, &[])?;
        let writer = Self {
            disk,
            _lock: lock,
            snapshot,
            level: Level::best(),
            builder: None,
            waiting: Vec::new(),
            waiting_bytes: 0,
            pending: AHashMap::new(),
            again: AHashMap::new(),
            failed: false,
        };
        writer.clear()?;
        Ok(writer)
    }

    /// The state that counts: without what was added since the last commit.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// Documents added since the last commit.
    pub fn pending(&self) -> u64 {
        let built = self.builder.as_ref().map_or(0, Builder::count);
        u64::from(built) + self.waiting.len() as u64
    }

    /// Adds a document. Now and then a part of what was added is committed, so that memory stays bounded: whether that has
    /// happened, [`pending`](Self::pending) tells.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be written: nothing of what was added since the last commit counts, and the writer is of no
    /// further use. [`Error::Damaged`] when what is there already cannot be read.
    pub fn add(&mut self, mut document: Document) -> Result<Addition> {
        self.usable()?;
        let key = super::key(&document.id);
        let content = record::content(&document);
        let is_edition = |id: &str| id == document.id || edition_of(id) == Some(&document.id);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let again = self.again.get(&key).into_iter().flatten();
        for (id, other) in self.pending.get(&key).into_iter().chain(again) {
            if *other == content && is_edition(id) {
                return Ok(Addition::Known);
            }
            taken.insert(id.clone());
        }
        for (_, other) in self.snapshot.with_key(key)? {
            if record::content(&other) == content && is_edition(&other.id) {
                return Ok(Addition::Known);
            }
            taken.insert(other.id);
        }
        let mut addition = Addition::New;
        if taken.contains(&document.id) {
            addition = Addition::Edition;
            let mut number = 2_u64;
            let name = loop {
                let name = format!("{}#{number}", document.id);
                if !taken.contains(&name) {
                    break name;
                }
                number += 1;
            };
            document.id = name;
        }
        let known = (document.id.clone(), content);
        match self.pending.entry(key) {
            Entry::Vacant(place) => {
                place.insert(known);
            }
            Entry::Occupied(_) => self.again.entry(key).or_default().push(known),
        }
        self.waiting_bytes += document.text.len();
        self.waiting.push((document, content));
        if self.waiting_bytes >= BATCH {
            self.build(false)?;
        }
        if self.pending() >= u64::from(MOST_DOCUMENTS) {
            self.commit()?;
        }
        Ok(addition)
    }

    fn usable(&self) -> Result<()> {
        if self.failed {
            return Err(Error::Archive {
                path: self.disk.folder().to_path_buf(),
                message: "could not be written before; open it again".to_owned(),
            });
        }
        if let Some(error) = self.snapshot.unopened() {
            return Err(error);
        }
        Ok(())
    }

    /// Signs and writes what waits; what does not fill a block waits on, unless it is the `last`.
    fn build(&mut self, last: bool) -> Result<()> {
        self.waiting_bytes = 0;
        self.guarded(|writer| {
            let builder = match &mut writer.builder {
                Some(builder) => builder,
                empty => {
                    let name = segment_name(writer.snapshot.manifest().next);
                    let seed = writer.snapshot.seed();
                    empty.insert(Builder::new(&writer.disk, name, seed, writer.level)?)
                }
            };
            builder.push(&mut writer.waiting, last)
        })
    }

    /// Does a step that leaves the writer of no use when it fails.
    fn guarded<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.usable()?;
        let done = step(self);
        self.failed |= done.is_err();
        done
    }

    /// Makes what was added count: when this returns it is on the disk, and no crash loses it. Merges small segments.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be written; the archive is then as it was at the last commit.
    pub fn commit(&mut self) -> Result<()> {
        if !self.waiting.is_empty() {
            self.build(true)?;
        }
        if let Some(builder) = self.builder.take() {
            self.guarded(|writer| {
                let segment = builder.finish()?;
                let mut manifest = writer.snapshot.manifest().clone();
                manifest.next += 1;
                manifest.segments.push(segment);
                writer.publish(manifest)
            })?;
            self.pending.clear();
            self.again.clear();
            self.merge()?;
        }
        Ok(())
    }

    /// Puts a state in the place of the present one, then removes what belongs to neither.
    fn publish(&mut self, mut manifest: Manifest) -> Result<()> {
        manifest.generation += 1;
        let known: Vec<Arc<Segment>> = self
            .snapshot
            .segments()
            .map(|(_, segment)| segment.clone())
            .collect();
        manifest.write(&self.disk)?;
        self.snapshot = Snapshot::with(self.disk.folder(), manifest, None, &known)?;
        self.clear()
    }

    /// Removes files of ours that the manifest does not name: what a process that was killed left, and what was merged.
    fn clear(&self) -> Result<()> {
        let named: BTreeSet<&str> = self.snapshot.manifest().files().collect();
        for name in self.disk.names()? {
            let ours = name.ends_with(".segment")
                || name.ends_with(".removed")
                || (name.ends_with(".new") && name.starts_with("MANIFEST"));
            let numbered =
                name.starts_with("MANIFEST") || name.starts_with(|c: char| c.is_ascii_digit());
            if ours && numbered && !named.contains(name.as_str()) {
                self.disk.remove(&name)?;
            }
        }
        Ok(())
    }

    /// Merges segments of like size where there are many.
    fn merge(&mut self) -> Result<()> {
        loop {
            let segments = &self.snapshot.manifest().segments;
            let tier = |segment: &SegmentEntry| segment.documents.max(1).ilog2() / MERGED.ilog2();
            let mut picked: Option<Vec<usize>> = None;
            for wanted in 0..MOST_DOCUMENTS.ilog2() / MERGED.ilog2() {
                let members: Vec<usize> = (0..segments.len())
                    .filter(|&at| tier(&segments[at]) == wanted)
                    .collect();
                if members.len() >= MERGED {
                    picked = Some(members);
                    break;
                }
            }
            let Some(picked) = picked else { return Ok(()) };
            self.guarded(|writer| writer.rewrite(&picked, false, &crate::observer::Silent))?;
        }
    }

    /// Writes the documents of some segments into new ones; gives how many could not be read.
    fn rewrite(
        &mut self,
        picked: &[usize],
        drop_damaged: bool,
        observer: &dyn Observer,
    ) -> Result<u64> {
        let mut manifest = self.snapshot.manifest().clone();
        let expected: u64 = picked
            .iter()
            .map(|&at| {
                let segment = &manifest.segments[at];
                segment.documents - segment.removed.as_ref().map_or(0, |(_, count)| *count)
            })
            .sum();
        let mut made: Vec<SegmentEntry> = Vec::new();
        let mut builder: Option<Builder> = None;
        let mut batch: Vec<(Document, u64)> = Vec::new();
        let (mut bytes, mut seen) = (0, 0);
        let seed = self.snapshot.seed();
        let snapshot = self.snapshot.clone();
        let mut put = |batch: &mut Vec<(Document, u64)>, last: bool| -> Result<()> {
            if !batch.is_empty() {
                let builder = match &mut builder {
                    Some(builder) => builder,
                    empty => {
                        let name = segment_name(manifest.next);
                        manifest.next += 1;
                        empty.insert(Builder::new(&self.disk, name, seed, self.level)?)
                    }
                };
                builder.push(batch, last)?;
            }
            if last && let Some(builder) = builder.take() {
                made.push(builder.finish()?);
            }
            Ok(())
        };
        for &at in picked {
            let number = u32::try_from(at).map_err(|_| Error::TooManyDocuments)?;
            if snapshot.segment(number).is_none() && !drop_damaged {
                return Err(snapshot.unopened().unwrap_or(Error::TooManyDocuments));
            }
            let before = snapshot.damaged().len();
            for read in snapshot.iter_segment(number) {
                let (_, document) = read?;
                if observer.stopped() {
                    return Err(Error::Interrupted);
                }
                observer.advance(1);
                seen += 1;
                bytes += document.text.len();
                let content = record::content(&document);
                batch.push((document, content));
                // Where a segment ends does not depend on how many threads there are.
                let full = seen % u64::from(MOST_DOCUMENTS) == 0;
                if full || bytes >= BATCH {
                    bytes = 0;
                    put(&mut batch, full)?;
                }
            }
            if snapshot.damaged().len() > before && !drop_damaged {
                let said = snapshot.damaged();
                return Err(Error::Archive {
                    path: snapshot.folder().to_path_buf(),
                    message: format!(
                        "cannot be merged, {}; restore the file from a backup, or leave behind what cannot be read with `wirecopy archive compact --drop-damaged`",
                        said.join(", ")
                    ),
                });
            }
        }
        put(&mut batch, true)?;
        // New segments stand where the first old one stood: documents stay in the order in which they were added.
        let first = picked.first().copied().unwrap_or(0);
        let mut segments = Vec::new();
        for (at, segment) in manifest.segments.iter().enumerate() {
            if at == first {
                segments.append(&mut made);
            }
            if !picked.contains(&at) {
                segments.push(segment.clone());
            }
        }
        manifest.segments = segments;
        self.publish(manifest)?;
        Ok(expected.saturating_sub(seen))
    }

    /// Removes documents by id, with all their editions: they are found no more from now on, and their text leaves the files at the next
    /// [`compact`](Self::compact). What was added and not committed is committed first.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn remove(&mut self, ids: &[String]) -> Result<Removal> {
        self.commit()?;
        let mut removal = Removal::default();
        let mut places: BTreeSet<Place> = BTreeSet::new();
        for id in ids {
            let mut any = false;
            for (place, document) in self.snapshot.with_key(super::key(id))? {
                if document.id == *id || edition_of(&document.id) == Some(id) {
                    any = true;
                    if places.insert(place) {
                        removal.removed.push(document.id);
                    }
                }
            }
            if !any {
                removal.missing.push(id.clone());
            }
        }
        if places.is_empty() {
            return Ok(removal);
        }
        self.guarded(|writer| writer.strike(&places))?;
        Ok(removal)
    }

    fn strike(&mut self, places: &BTreeSet<Place>) -> Result<()> {
        let mut manifest = self.snapshot.manifest().clone();
        for (number, segment) in self.snapshot.segments() {
            let mut documents: BTreeSet<u32> = places
                .iter()
                .filter(|place| place.segment == number)
                .map(|place| place.document)
                .collect();
            if documents.is_empty() {
                continue;
            }
            documents.extend(segment.removed()?);
            let name = format!("{:06}.removed", manifest.next);
            manifest.next += 1;
            let mut out = PageWriter::new(&self.disk, &name)?;
            for document in &documents {
                out.write(&document.to_le_bytes())?;
            }
            out.end_section()?;
            let count = documents.len() as u64;
            let (bytes, sum) = out.finish(About {
                format: FORMAT,
                normaliser: super::NORMALISER,
                seed: manifest.seed,
                kind: "removed".to_owned(),
                documents: count,
                ..About::default()
            })?;
            let file = FileEntry { name, bytes, sum };
            manifest.segments[number as usize].removed = Some((file, count));
        }
        self.disk.sync()?;
        self.publish(manifest)
    }

    /// Writes the documents that count into as few files as they fit, so that the text of removed ones is gone from the archive.
    /// What the file system does with the blocks of files that are gone is its own affair. With `drop_damaged` what cannot be
    /// read is left behind; else it ends the compaction.
    ///
    /// # Errors
    /// As [`commit`](Self::commit); [`Error::Interrupted`] when the observer says stop, with the archive as it was.
    pub fn compact(&mut self, drop_damaged: bool, observer: &dyn Observer) -> Result<Compaction> {
        if !drop_damaged || !self.waiting.is_empty() || self.builder.is_some() {
            self.commit()?;
        }
        let size = |stat: &super::Stat| stat.compressed_bytes + stat.beside_bytes;
        let before = self.snapshot.stat();
        let segments = &self.snapshot.manifest().segments;
        let small = |segment: &SegmentEntry| segment.documents < u64::from(MOST_DOCUMENTS) / 2;
        let smalls = segments.iter().filter(|segment| small(segment)).count();
        let picked: Vec<usize> = (0..segments.len())
            .filter(|&at| {
                let segment = &segments[at];
                let unread = self.snapshot.segment(u32::try_from(at).unwrap_or(u32::MAX));
                segment.removed.is_some()
                    || (small(segment) && smalls > 1)
                    || (drop_damaged
                        && (unread.is_none() || !unread.is_some_and(|s| s.verify().is_empty())))
            })
            .collect();
        let mut done = Compaction {
            erased: before.removed,
            segments: (before.segments, before.segments),
            bytes: (size(&before), size(&before)),
            ..Compaction::default()
        };
        if picked.is_empty() {
            return Ok(done);
        }
        observer.begin("compact", Some(before.documents));
        let rewritten = self.rewrite(&picked, drop_damaged, observer);
        observer.end();
        if rewritten.is_err() {
            self.failed = true;
            // What was written so far belongs to nobody; the next writer removes what cannot be removed now.
            let _ = self.clear();
        }
        done.dropped = rewritten?;
        let after = self.snapshot.stat();
        done.segments.1 = after.segments;
        done.bytes.1 = size(&after);
        Ok(done)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A file that was begun and is not named is removed by the next writer where it cannot be removed now.
        self.builder = None;
        let _ = self.clear();
    }
}

fn segment_name(number: u64) -> String {
    format!("{number:06}.segment")
}

/// The id that `id` is a later edition of.
fn edition_of(id: &str) -> Option<&str> {
    let base = super::base(id);
    (base.len() < id.len()).then_some(base)
}

/// Takes the archive for this process alone.
fn lock(folder: &Path) -> Result<File> {
    let path: PathBuf = folder.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| Error::Io {
            action: "create",
            path: path.clone(),
            source,
        })?;
    let mut tried = file.try_lock();
    // A program that this process is starting shares the lock of a writer that is gone until it runs.
    for _ in 0..TRIES {
        if !matches!(tried, Err(TryLockError::WouldBlock)) {
            break;
        }
        std::thread::sleep(PAUSE);
        tried = file.try_lock();
    }
    match tried {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Archive {
            path: folder.to_path_buf(),
            message: "is being changed by another process; wait until it is done".to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(Error::Io {
            action: "lock",
            path,
            source,
        }),
    }
}
