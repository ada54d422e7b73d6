//! An archive as it was at one moment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::manifest::Manifest;
use super::segment::{Block, Segment};
use super::sentences;
use crate::error::{Error, Result};
use crate::model::Document;
use crate::simd::Level;
use crate::text::outlets::outlet;

/// Times that opening is tried again when files went away meanwhile: a writer replaced them.
const TRIES: usize = 8;

/// Where a document lies in a snapshot; of no meaning in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub(super) segment: u32,
    pub(super) document: u32,
}

/// An archive as it was at one moment: what is added, removed or merged later does not show. Cheap to clone, and used from any
/// number of threads.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    manifest: Manifest,
    /// In the order of the manifest; `None` for one that could not be opened.
    segments: Vec<Option<Arc<Segment>>>,
    level: Level,
    /// What was found damaged, by file.
    damaged: Mutex<BTreeMap<PathBuf, String>>,
    /// Scores of documents, all zero, for the next search.
    scores: Mutex<Vec<Vec<f32>>>,
}

/// Sizes of an archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stat {
    /// Documents that count.
    pub documents: u64,
    /// Documents that were removed and whose text is still in the files: the next compaction takes it out.
    pub removed: u64,
    /// Files of documents.
    pub segments: u64,
    /// Bytes of all texts, before compression, removed ones among them.
    pub text_bytes: u64,
    /// Bytes of compressed documents (texts with what is known of them).
    pub compressed_bytes: u64,
    /// Bytes of everything else: signatures, tables, checksums.
    pub beside_bytes: u64,
    /// Rises with every change.
    pub generation: u64,
    /// Seed of every hash.
    pub seed: u64,
}

impl Snapshot {
    /// The state that the manifest of `folder` tells.
    pub(super) fn open(folder: &Path, known: &[Arc<Segment>]) -> Result<Self> {
        let mut tries = 0;
        loop {
            let (manifest, problem) = Manifest::read(folder)?;
            let generation = manifest.generation;
            match Self::with(folder, manifest, problem, known) {
                // A merge took the files away between the two steps: there is a newer state.
                Err(Error::Io { action, source, .. })
                    if action == "open"
                        && source.kind() == std::io::ErrorKind::NotFound
                        && tries < TRIES
                        && Manifest::read(folder)?.0.generation != generation =>
                {
                    tries += 1;
                }
                Err(Error::Io {
                    action: "open",
                    path,
                    source,
                }) if source.kind() == std::io::ErrorKind::NotFound && tries < TRIES => {
                    // It is missing for good: the rest still answers.
                    tries = TRIES;
                    let _ = path;
                }
                other => return other,
            }
        }
    }

    /// The state of `manifest`; segments that are open already are used again.
    pub(super) fn with(
        folder: &Path,
        manifest: Manifest,
        problem: Option<Error>,
        known: &[Arc<Segment>],
    ) -> Result<Self> {
        let mut damaged = BTreeMap::new();
        let mut tell = |error: Error| match error {
            Error::Damaged { path, message } => {
                damaged.insert(path, message);
                Ok(None)
            }
            error => Err(error),
        };
        if let Some(problem) = problem {
            tell(problem)?;
        }
        let mut segments = Vec::with_capacity(manifest.segments.len());
        for entry in &manifest.segments {
            let path = folder.join(&entry.file.name);
            let open = known
                .iter()
                .find(|segment| entry.removed.is_none() && segment.path() == path);
            segments.push(match open {
                Some(segment) => Some(segment.clone()),
                None => match Segment::open(folder, entry, manifest.seed) {
                    Ok(segment) => Some(Arc::new(segment)),
                    Err(error) => tell(error)?,
                },
            });
        }
        Ok(Self(Arc::new(Inner {
            folder: folder.to_path_buf(),
            manifest,
            segments,
            level: Level::best(),
            damaged: Mutex::new(damaged),
            scores: Mutex::new(Vec::new()),
        })))
    }

    /// The archive's folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Seed of every hash.
    pub fn seed(&self) -> u64 {
        self.0.manifest.seed
    }

    /// Rises with every change of the archive: two snapshots of one generation are the same.
    pub fn generation(&self) -> u64 {
        self.0.manifest.generation
    }

    /// Documents that count.
    pub fn documents(&self) -> u64 {
        let live = |segment: &super::manifest::SegmentEntry| {
            segment.documents - segment.removed.as_ref().map_or(0, |(_, count)| *count)
        };
        self.0.manifest.segments.iter().map(live).sum()
    }

    /// Files that were found damaged so far, each with what is wrong: what they hold is missing from answers.
    pub fn damaged(&self) -> Vec<String> {
        let damaged = self
            .0
            .damaged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        damaged
            .iter()
            .map(|(path, message)| format!("`{}` is damaged: {message}", path.display()))
            .collect()
    }

    /// Remembers a damaged file, so that the rest can go on; other errors are given back.
    pub(super) fn set_aside(&self, error: Error) -> Result<()> {
        match error {
            Error::Damaged { path, message } => {
                let mut damaged = self
                    .0
                    .damaged
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // Of several, the same one whoever came first.
                let told = damaged.entry(path).or_insert_with(|| message.clone());
                if message < *told {
                    *told = message;
                }
                Ok(())
            }
            error => Err(error),
        }
    }

    /// What `read` gives, or nothing where it meets a damaged file.
    pub(super) fn or_aside<T>(&self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(found) => Ok(Some(found)),
            Err(error) => self.set_aside(error).map(|()| None),
        }
    }

    /// The segments that could be opened, with their numbers.
    pub(super) fn segments(&self) -> impl Iterator<Item = (u32, &Arc<Segment>)> {
        (0..)
            .zip(&self.0.segments)
            .filter_map(|(number, segment)| Some((number, segment.as_ref()?)))
    }

    pub(super) fn segment(&self, number: u32) -> Option<&Arc<Segment>> {
        self.0.segments.get(number as usize)?.as_ref()
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    pub(super) fn level(&self) -> Level {
        self.0.level
    }

    /// Zeroes for `documents`, to be given back all zero.
    pub(super) fn scores(&self, documents: usize) -> Vec<f32> {
        let mut spare = self.0.scores.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scores = spare.pop().unwrap_or_default();
        if scores.len() < documents {
            scores.resize(documents, 0.0);
        }
        scores
    }

    pub(super) fn give_back(&self, scores: Vec<f32>) {
        let mut spare = self.0.scores.lock().unwrap_or_else(PoisonError::into_inner);
        spare.push(scores);
    }

    /// The document at a place of this snapshot.
    ///
    /// # Errors
    /// [`Error::Damaged`] when its file is not what was written.
    pub fn document(&self, place: Place) -> Result<Document> {
        let missing = || Error::Archive {
            path: self.0.folder.clone(),
            message: "has no document at this place of this snapshot".to_owned(),
        };
        let segment = self.segment(place.segment).ok_or_else(missing)?;
        if place.document >= segment.documents() {
            return Err(missing());
        }
        segment.document(place.document)
    }

    /// The place of the document called `id`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a file that may hold it is not what was written.
    pub fn find(&self, id: &str) -> Result<Option<Place>> {
        for (place, document) in self.with_key(super::key(id))? {
            if document.id == id {
                return Ok(Some(place));
            }
        }
        if let Some(error) = self.unopened() {
            return Err(error);
        }
        Ok(None)
    }

    /// A segment that could not be opened.
    pub(super) fn unopened(&self) -> Option<Error> {
        let damaged = self
            .0
            .damaged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let missing = self.0.segments.iter().position(Option::is_none)?;
        let path = self
            .0
            .folder
            .join(&self.0.manifest.segments[missing].file.name);
        let message = damaged.get(&path).cloned();
        Some(Error::Damaged {
            message: message.unwrap_or_else(|| "what goes with it cannot be read".to_owned()),
            path,
        })
    }

    /// The documents whose id has this hash, removed ones left out.
    pub(super) fn with_key(&self, key: u64) -> Result<Vec<(Place, Document)>> {
        let mut found = Vec::new();
        for (number, segment) in self.segments() {
            for document in segment.find(key)? {
                if !segment.is_removed(document)? {
                    let place = Place {
                        segment: number,
                        document,
                    };
                    found.push((place, segment.document(document)?));
                }
            }
        }
        Ok(found)
    }

    /// Every document, in the order in which they were added. Documents of a damaged part are left out, and the part is named by
    /// [`damaged`](Self::damaged) afterwards.
    pub fn iter(&self) -> impl Iterator<Item = Result<(Place, Document)>> + '_ {
        let numbers = 0..u32::try_from(self.0.segments.len()).unwrap_or(u32::MAX);
        numbers.flat_map(|number| self.iter_segment(number))
    }

    /// Every document of one segment; nothing when it could not be opened.
    pub(super) fn iter_segment(
        &self,
        number: u32,
    ) -> impl Iterator<Item = Result<(Place, Document)>> + '_ {
        let mut walk = Walk {
            snapshot: self,
            segment: None,
            next: 0,
            removed: Vec::new(),
            block: None,
            error: None,
        };
        if let Some(segment) = self.segment(number) {
            match segment.removed() {
                Ok(removed) => {
                    walk.removed = removed.collect();
                    walk.segment = Some((number, segment));
                }
                Err(error) => walk.error = Some(error),
            }
        }
        walk
    }

    /// Sizes.
    pub fn stat(&self) -> Stat {
        let manifest = &self.0.manifest;
        let mut stat = Stat {
            documents: self.documents(),
            segments: manifest.segments.len() as u64,
            generation: manifest.generation,
            seed: manifest.seed,
            ..Stat::default()
        };
        for entry in &manifest.segments {
            stat.removed += entry.removed.as_ref().map_or(0, |(_, count)| *count);
        }
        for (_, segment) in self.segments() {
            let (bytes, compressed) = segment.bytes();
            stat.text_bytes += segment.text_bytes();
            stat.compressed_bytes += compressed;
            stat.beside_bytes += bytes - compressed;
        }
        stat
    }

    /// Reads every byte of every file; what is wrong with each.
    ///
    /// # Errors
    /// Never for damage: that is in the answer.
    pub fn verify(&self) -> Result<Vec<String>> {
        let mut wrong = self.damaged();
        for (_, segment) in self.segments() {
            wrong.extend(segment.verify().iter().map(Error::to_string));
            let mut last: Option<(u32, Block)> = None;
            for document in 0..segment.documents() {
                segment.will_walk(document);
                let mut read = || -> Result<()> {
                    let entry = segment.entry(document)?;
                    if last
                        .as_ref()
                        .is_none_or(|(number, _)| *number != entry.block)
                    {
                        last = Some((entry.block, segment.block(entry.block)?));
                    }
                    if let Some((_, block)) = &last {
                        let found = segment.decode(&entry, block)?;
                        if super::record::content(&found) != entry.content {
                            return Err(Error::Damaged {
                                path: segment.path().to_path_buf(),
                                message: format!("document {document} is not what was added"),
                            });
                        }
                    }
                    Ok(())
                };
                if let Err(error) = read() {
                    wrong.push(error.to_string());
                }
            }
        }
        wrong.sort();
        wrong.dedup();
        Ok(wrong)
    }

    /// In how many unrelated articles of the document's outlet each sentence stands, as far as the archive knows: for
    /// [`crate::segment::mark_known`]. `None` when the document has no outlet.
    pub fn furniture(&self, document: &Document) -> Option<Furniture<'_>> {
        Some(Furniture {
            snapshot: self,
            outlet: sentences::of_outlet(&outlet(document)?),
        })
    }
}

/// What an archive knows of an outlet's sentences.
pub struct Furniture<'a> {
    snapshot: &'a Snapshot,
    outlet: u64,
}

impl Furniture<'_> {
    /// In how many unrelated articles of the outlet a sentence stands; zero when it is not known to be several.
    ///
    /// # Errors
    /// None for damage, which [`Snapshot::damaged`] names.
    pub fn articles(&self, sentence: &str) -> Result<u32> {
        let Some(hash) = sentences::hash(self.outlet, sentence) else {
            return Ok(0);
        };
        let mut most = 0;
        for (_, segment) in self.snapshot.segments() {
            let articles = self.snapshot.or_aside(segment.recurs(hash))?;
            most = most.max(articles.unwrap_or(0));
        }
        Ok(most)
    }
}

/// The documents of a segment.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    segment: Option<(u32, &'a Arc<Segment>)>,
    next: u32,
    removed: Vec<u32>,
    block: Option<(u32, Block)>,
    error: Option<Error>,
}

impl Walk<'_> {
    fn read(&mut self, segment: &Segment, document: u32) -> Result<Document> {
        let entry = segment.entry(document)?;
        let block = match self.block.take() {
            Some((number, block)) if number == entry.block => block,
            _ => segment.block(entry.block)?,
        };
        let found = segment.decode(&entry, &block);
        self.block = Some((entry.block, block));
        found
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<(Place, Document)>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.error.take() {
            return self.snapshot.set_aside(error).err().map(Err);
        }
        let (number, segment) = self.segment?;
        while self.next < segment.documents() {
            let document = self.next;
            self.next += 1;
            segment.will_walk(document);
            if self.removed.binary_search(&document).is_ok() {
                continue;
            }
            let place = Place {
                segment: number,
                document,
            };
            match self.read(segment, document) {
                Ok(found) => return Some(Ok((place, found))),
                Err(error) => {
                    if let Err(error) = self.snapshot.set_aside(error) {
                        return Some(Err(error));
                    }
                }
            }
        }
        None
    }
}
