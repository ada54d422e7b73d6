//! The `dedup` job: near-duplicates of any number of documents, texts never held in memory.
//!
//! ```text
//! read --> sign --> pair --> verify + cluster --> write kept, removed, clusters
//! ```
//!
//! A document costs 138 bytes of memory (sketch, offset, size), and some ten more while fingerprints are sorted.
//! Texts stay where they are (memory-mapped files) and are read again only for pairs near the threshold.

use std::io::{self, Write};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::cluster::{Judge, Meetings, Member, stars};
use crate::error::{Error, Result};
use crate::model::{Origin, Problem};
use crate::observer::Observer;
use crate::options::{DedupOptions, Keep};
use crate::pair::{Fingerprints, Sketches, candidates};
use crate::read::{
    self, Fields, Opened, ReadOptions, Record, Removal, Source, Spool, SpoolBytes, TableWriter,
    Value,
};
use crate::sign::{self, Signer};
use crate::simd::SLOTS;
use crate::verify::{Gate, Match, Opinion, Reason, Verifier};

/// Bytes of input that one worker signs at a time. 256 KiB: large enough to hide the hand-over, small enough for the cache.
const PIECE: usize = 256 << 10;

/// Fingerprints held in memory before they move to a file. 32 MiB: 400,000 documents; writing and reading 80 bytes a
/// document costs little beside reading its text.
const FINGERPRINTS_IN_MEMORY: usize = 32 << 20;

/// Members that a longer text merely contains belong together only when their sketches agree in so many slots
/// (Jaccard about 0.08): two stories inside one round-up are strangers.
const KIN: u32 = 10;

/// Counts of a run.
#[derive(Clone, Debug, Default)]
pub struct DedupSummary {
    /// Documents that were compared, those given with `--against` included.
    pub documents: u64,
    /// Of these, documents given only to compare against.
    pub against: u64,
    /// Bytes of records read, decompressed.
    pub bytes: u64,
    /// Records that could not be used.
    pub lost: u64,
    /// Pairs of documents worth comparing.
    pub candidates: u64,
    /// Pairs that verification accepted and that hold clusters together.
    pub edges: u64,
    /// Groups of near-duplicates.
    pub clusters: u64,
    /// Documents removed.
    pub removed: u64,
    /// Lowest similarity among the accepted pairs.
    pub weakest: Option<f32>,
    /// What each stage took.
    pub stages: Vec<(&'static str, Duration)>,
}

/// What a run found; the records stay in their sources until they are written.
#[derive(Debug)]
pub struct Deduped {
    table: Table,
    /// One for each removed document, by document.
    removed: Vec<Member<Match>>,
    /// Cluster of each clustered document, by document; clusters from 1, largest first.
    clusters: Vec<(u32, u32)>,
    /// Counts.
    pub summary: DedupSummary,
    /// What could not be read, or was read under an assumption; sorted by origin.
    pub problems: Vec<Problem>,
}

/// Where each document is.
#[derive(Debug, Default)]
struct Table {
    sources: Vec<Source>,
    /// First document of each source.
    first: Vec<usize>,
    /// Offset of each document's record in its source.
    offsets: Vec<u64>,
    /// Number of shingles of each document, at most 65,535.
    shingles: Vec<u16>,
    /// Documents before this one are there to compare against only.
    against: usize,
    /// For each source, how many lines end before each piece; made when a line number is asked for.
    lines: Vec<OnceLock<Vec<u64>>>,
}

/// Signs, pairs, verifies and clusters the documents of `inputs`; those of `against` are kept whatever happens.
///
/// # Errors
/// [`Error::NoInput`] when no document of `inputs` can be used, [`Error::TooManyDocuments`], [`Error::Io`] when a temporary file
/// cannot be written, [`Error::Interrupted`] when the observer says stop.
pub fn dedup(
    inputs: &[String],
    against: &[String],
    read: &ReadOptions,
    options: &DedupOptions,
    observer: &dyn Observer,
) -> Result<Deduped> {
    let mut summary = DedupSummary::default();
    let mut clock = Instant::now();
    let mut lap = |summary: &mut DedupSummary, stage| {
        summary.stages.push((stage, clock.elapsed()));
        clock = Instant::now();
    };
    let mut known = Opened::default();
    if !against.is_empty() {
        known = read::open(against, read, observer)?;
    }
    let new = read::open(inputs, read, observer)?;
    lap(&mut summary, "open");

    let mut problems = known.problems;
    problems.extend(new.problems);
    let known_sources = known.sources.len();
    let sources: Vec<Source> = known.sources.into_iter().chain(new.sources).collect();
    let signed = sign_all(
        sources,
        known_sources,
        read,
        options,
        observer,
        &mut problems,
    )?;
    problems.sort();
    if signed.table.offsets.len() == signed.table.against {
        return Err(read::no_input(inputs, &problems));
    }
    lap(&mut summary, "sign");

    let table = signed.table;
    let sketches = Sketches {
        slots: &signed.slots,
        level: options.level,
    };
    let gate = Gate::new(&options.verify);
    let shingles = |document: u32| usize::from(table.shingles[document as usize]);
    let promising = |a: u32, b: u32, agreeing: u32| {
        gate.opinion(sign::jaccard(agreeing), [shingles(a), shingles(b)]) != Opinion::Refuse
    };
    let pairs = candidates(signed.fingerprints, sketches, &promising, observer)?;
    lap(&mut summary, "pair");

    let meetings = Meetings::new(
        table.offsets.len(),
        pairs.iter().map(|pair| (pair.first(), pair.second())),
    );
    summary.candidates = pairs.len() as u64;
    drop(pairs);
    let job = Job {
        table: &table,
        sketches,
        gate,
        meetings: &meetings,
        options,
        keep: Keep::Source,
    };
    let members = stars(&meetings, &job, observer)?;
    let clusters = label(&members, sketches);
    let weakest = members
        .iter()
        .map(|member| member.found.jaccard)
        .min_by(f32::total_cmp);
    summary.edges = members.len() as u64;
    let removed = match options.keep {
        Keep::Source => members,
        keep => stars(&meetings, &Job { keep, ..job }, observer)?,
    };
    lap(&mut summary, "verify");

    summary.documents = table.offsets.len() as u64;
    summary.against = table.against as u64;
    summary.bytes = table
        .sources
        .iter()
        .map(|source| source.bytes().len() as u64)
        .sum();
    summary.lost = problems.iter().filter(|problem| problem.lost).count() as u64;
    summary.clusters = clusters
        .iter()
        .map(|&(_, cluster)| u64::from(cluster))
        .max()
        .unwrap_or(0);
    summary.removed = removed.len() as u64;
    summary.weakest = weakest;
    Ok(Deduped {
        table,
        removed,
        clusters,
        summary,
        problems,
    })
}

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

/// Foretells what [`dedup`] of the same inputs would need, from the first 256 KiB of each source.
///
/// # Errors
/// As [`dedup`], while the inputs are opened.
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
    for source in &all.sources {
        let size = source.bytes().len() as u64;
        bytes += size;
        if let Some(front) = source.pieces(PIECE).into_iter().next() {
            let length = front.len() as u64;
            let block = sign_piece(source, front, &mut signer, read);
            // Rounded up, as a source seldom ends where a piece does.
            documents += (block.offsets.len() as u64 * size).div_ceil(length);
            fingerprints += (block.fingerprints.len() as u64 * size).div_ceil(length);
        }
    }
    // Offset and size of a document; its sketch; while fingerprints are sorted, twice one part of them for each worker.
    let sketches = documents * SLOTS as u64;
    let limit = options.memory.min(FINGERPRINTS_IN_MEMORY as u64);
    let sorting = fingerprints * 16 / 64 * rayon::current_num_threads() as u64;
    let spilled = |bytes: u64, limit: u64| if bytes > limit { bytes } else { 0 };
    let temporary = spilled(sketches, options.memory) + spilled(fingerprints * 8, limit);
    let memory =
        documents * 10 + sketches.min(options.memory) + (fingerprints * 8).min(limit) + sorting;
    Ok(Estimate {
        documents,
        bytes,
        memory,
        temporary,
    })
}

struct Signed {
    table: Table,
    slots: SpoolBytes,
    fingerprints: Fingerprints,
}

/// What one worker made of one piece.
#[derive(Default)]
struct Block {
    offsets: Vec<u64>,
    shingles: Vec<u16>,
    slots: Vec<u8>,
    fingerprints: Vec<u64>,
    /// How many fingerprints each document has.
    counts: Vec<u8>,
    /// Offset, message, whether the record was lost.
    problems: Vec<(usize, String, bool)>,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a guess at a number of documents"
)]
fn sign_all(
    sources: Vec<Source>,
    known_sources: usize,
    read: &ReadOptions,
    options: &DedupOptions,
    observer: &dyn Observer,
    problems: &mut Vec<Problem>,
) -> Result<Signed> {
    let total: usize = sources.iter().map(|source| source.bytes().len()).sum();
    observer.begin("sign", Some(total as u64));
    let lines = sources.iter().map(|_| OnceLock::new()).collect();
    let mut table = Table {
        sources,
        lines,
        ..Table::default()
    };
    let limit = usize::try_from(options.memory).unwrap_or(usize::MAX);
    let mut slots = Spool::with_limit(read.temp_dir.as_deref(), limit);
    let mut fingerprints =
        Fingerprints::new(FINGERPRINTS_IN_MEMORY.min(limit), read.temp_dir.as_deref());
    let group = rayon::current_num_threads() * 16;
    // Signers wait here between pieces: their buffers are worth keeping.
    let idle: Mutex<Vec<Signer>> = Mutex::new(Vec::new());
    let sign = |source: &Source, piece: &std::ops::Range<usize>| {
        let waiting = idle
            .lock()
            .expect("no worker panics while it holds the list")
            .pop();
        let mut signer = waiting.unwrap_or_else(|| Signer::new(options.seed, options.level));
        let block = sign_piece(source, piece.clone(), &mut signer, read);
        idle.lock()
            .expect("no worker panics while it holds the list")
            .push(signer);
        block
    };
    for number in 0..table.sources.len() {
        if number == known_sources {
            table.against = table.offsets.len();
        }
        table.first.push(table.offsets.len());
        let source = &table.sources[number];
        let mut found = Vec::new();
        for pieces in source.pieces(PIECE).chunks(group) {
            if observer.stopped() {
                return Err(Error::Interrupted);
            }
            let blocks: Vec<Block> = pieces.par_iter().map(|piece| sign(source, piece)).collect();
            if table.offsets.is_empty() {
                // Room for as many documents as the first pieces foretell: an array that moves is there twice.
                let signed: usize = blocks.iter().map(|block| block.offsets.len()).sum();
                let length: usize = pieces.iter().map(|piece| piece.len()).sum();
                let expected =
                    (signed as f64 * (total as f64 / length as f64) * 1.04) as usize + 64;
                table.offsets.reserve_exact(expected);
                table.shingles.reserve_exact(expected);
                slots.reserve(expected.saturating_mul(SLOTS));
            }
            for block in blocks {
                let mut at = 0;
                for (number, &count) in block.counts.iter().enumerate() {
                    let document = u32::try_from(table.offsets.len() + number)
                        .map_err(|_| Error::TooManyDocuments)?;
                    let end = at + usize::from(count);
                    for &fingerprint in &block.fingerprints[at..end] {
                        fingerprints.push(fingerprint, document)?;
                    }
                    at = end;
                }
                slots.push(&block.slots)?;
                table.offsets.extend_from_slice(&block.offsets);
                table.shingles.extend_from_slice(&block.shingles);
                found.extend(block.problems);
            }
            observer.advance(pieces.iter().map(|piece| piece.len() as u64).sum());
        }
        for (offset, message, lost) in found {
            let record = table.sources[number].record(offset);
            let line = table.line(number, offset);
            problems.push(Problem {
                origin: table.sources[number].origin(&record, line),
                message,
                lost,
            });
        }
    }
    if known_sources == table.sources.len() {
        table.against = table.offsets.len();
    }
    observer.end();
    Ok(Signed {
        table,
        slots: slots.finish()?,
        fingerprints,
    })
}

fn sign_piece(
    source: &Source,
    piece: std::ops::Range<usize>,
    signer: &mut Signer,
    read: &ReadOptions,
) -> Block {
    // A guess at the number of records: too few and arrays move once or twice.
    let guess = piece.len() / 2048 + 4;
    let mut block = Block {
        offsets: Vec::with_capacity(guess),
        shingles: Vec::with_capacity(guess),
        slots: Vec::with_capacity(guess * SLOTS),
        fingerprints: Vec::with_capacity(guess * 12),
        counts: Vec::with_capacity(guess),
        problems: Vec::new(),
    };
    let mut slots = [0; SLOTS];
    for record in source.records(piece) {
        let text = match source.fields(&record, read) {
            Ok(fields) => fields.text,
            Err(_) if record.is_blank() => continue,
            Err(message) => {
                block.problems.push((record.offset, message, true));
                continue;
            }
        };
        let Some(text) = text else { continue };
        let signature = signer.sign(text.raw, true, &mut slots);
        if !signature.valid {
            block.problems.push((
                record.offset,
                "not UTF-8; its bytes were compared as they are".to_owned(),
                false,
            ));
        }
        block
            .shingles
            .push(u16::try_from(signature.shingles).unwrap_or(u16::MAX));
        block.fingerprints.extend_from_slice(signature.fingerprints);
        block.counts.push(
            u8::try_from(signature.fingerprints.len())
                .expect("a document has at most 64 fingerprints"),
        );
        block.slots.extend_from_slice(&slots);
        block.offsets.push(record.offset as u64);
    }
    block
}

impl Table {
    fn source_of(&self, document: u32) -> usize {
        // Sources without documents share their first one with the next source.
        self.first
            .partition_point(|&first| first <= document as usize)
            - 1
    }

    fn record(&self, document: u32) -> (&Source, Record<'_>) {
        let source = &self.sources[self.source_of(document)];
        (source, source.record(self.offset(document)))
    }

    #[expect(clippy::cast_possible_truncation, reason = "offsets come from usize")]
    fn offset(&self, document: u32) -> usize {
        self.offsets[document as usize] as usize
    }

    /// The record's fields. It was read once, so that it can be read again.
    fn fields(&self, document: u32) -> (Record<'_>, Fields<'_>) {
        let (source, record) = self.record(document);
        (
            record,
            read::scan(record.bytes, source.names()).unwrap_or_default(),
        )
    }

    fn text(&self, document: u32) -> &[u8] {
        self.fields(document).1.text.map_or(&[], |text| text.raw)
    }

    /// The number, from 1, of the line of a source that begins at `offset`.
    fn line(&self, source: usize, offset: usize) -> u64 {
        let bytes = self.sources[source].bytes().len();
        let before = self.lines[source].get_or_init(|| {
            let mut sum = 0;
            (0..bytes.div_ceil(PIECE))
                .map(|piece| {
                    let before = sum;
                    sum += self.sources[source]
                        .count_lines(piece * PIECE..bytes.min((piece + 1) * PIECE));
                    before
                })
                .collect()
        });
        let piece = offset / PIECE;
        before.get(piece).copied().unwrap_or(0)
            + self.sources[source].count_lines(piece * PIECE..offset)
            + 1
    }

    fn origin(&self, document: u32) -> Origin {
        let number = self.source_of(document);
        let (source, record) = self.record(document);
        source.origin(&record, self.line(number, record.offset))
    }

    /// The document's id as JSON.
    fn id(&self, document: u32) -> Vec<u8> {
        match self.fields(document).1.id {
            Some(Value { raw, string: true }) if !raw.is_empty() => [b"\"", raw, b"\""].concat(),
            Some(Value { raw, string: false }) if raw != b"null" => raw.to_vec(),
            _ => serde_json::to_vec(&self.origin(document).to_string())
                .expect("a string can be written as JSON"),
        }
    }

    /// Seconds since 1970 of its publication; the latest moment when that is not known.
    fn published(&self, document: u32) -> i64 {
        let value = self
            .fields(document)
            .1
            .published_at
            .filter(|value| value.string);
        value
            .and_then(|value| std::str::from_utf8(value.raw).ok())
            .and_then(read::seconds)
            .unwrap_or(i64::MAX)
    }
}

/// The stage between candidates and clusters: what is measured, in which order.
#[derive(Clone, Copy)]
struct Job<'a> {
    table: &'a Table,
    sketches: Sketches<'a>,
    gate: Gate,
    meetings: &'a Meetings,
    options: &'a DedupOptions,
    keep: Keep,
}

impl Job<'_> {
    fn shingles(&self, document: u32) -> usize {
        usize::from(self.table.shingles[document as usize])
    }

    fn jaccard(&self, a: u32, b: u32) -> f32 {
        sign::jaccard(self.sketches.agreeing(a, b))
    }

    /// Whether a longer document may hold this one, and how close it is to all that it met, together.
    fn standing(&self, document: u32) -> (bool, u32) {
        let Ok(place) = self.meetings.documents().binary_search(&document) else {
            return (false, 0);
        };
        let own = self.shingles(document);
        let (mut held, mut close) = (false, 0);
        for other in self.meetings.met(place) {
            let agreeing = self.sketches.agreeing(document, other);
            let size = self.shingles(other);
            held |= own < size
                && self
                    .gate
                    .may_be_only_contained(sign::jaccard(agreeing), [own, size]);
            close += agreeing;
        }
        (held, close)
    }
}

impl Judge for Job<'_> {
    type Worker = Verifier;
    type Match = Match;

    fn worker(&self) -> Verifier {
        Verifier::new(&self.options.verify, self.options.seed, self.options.level)
    }

    fn order(&self, group: &mut Vec<u32>) {
        let fixed = |document: u32| !self.is_fixed(document);
        match self.keep {
            Keep::First => group.sort_unstable_by_key(|&document| (fixed(document), document)),
            Keep::Longest => group.sort_by_cached_key(|&document| {
                (
                    fixed(document),
                    std::cmp::Reverse(self.table.text(document).len()),
                    document,
                )
            }),
            Keep::Earliest => group.sort_by_cached_key(|&document| {
                (fixed(document), self.table.published(document), document)
            }),
            Keep::Source => {
                let mut keyed: Vec<_> = group
                    .iter()
                    .map(|&document| {
                        let (held, close) = self.standing(document);
                        // What may lie inside another comes after it, the longer first.
                        let size = if held { self.shingles(document) } else { 0 };
                        (
                            (fixed(document), held, std::cmp::Reverse((size, close))),
                            document,
                        )
                    })
                    .collect();
                keyed.sort_unstable();
                for equal in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
                    if equal.len() > 1 {
                        equal.sort_by_cached_key(|&(_, document)| {
                            let text = self.table.text(document);
                            (
                                !credits_agency(text),
                                self.table.published(document),
                                std::cmp::Reverse(text.len()),
                                document,
                            )
                        });
                    }
                }
                group.clear();
                group.extend(keyed.into_iter().map(|(_, document)| document));
            }
        }
    }

    fn is_fixed(&self, document: u32) -> bool {
        (document as usize) < self.table.against
    }

    fn likelihood(&self, center: u32, document: u32) -> u32 {
        self.sketches.agreeing(center, document)
    }

    fn judge(&self, worker: &mut Verifier, center: u32, document: u32) -> Option<Match> {
        let jaccard = self.jaccard(center, document);
        let sizes = [self.shingles(center), self.shingles(document)];
        match self.gate.opinion(jaccard, sizes) {
            Opinion::Refuse => None,
            Opinion::Accept => Some(Match {
                jaccard,
                containment: sign::containment(jaccard, sizes[1], sizes[0]),
                reason: Reason::NearDuplicate,
                exact: false,
            }),
            Opinion::Ask => worker.measure(
                (center, &|| (self.table.text(center), true)),
                (self.table.text(document), true),
            ),
        }
    }
}

/// Whether the text names an agency where agencies are credited: near its beginning or its end.
fn credits_agency(text: &[u8]) -> bool {
    const AGENCIES: [&[u8]; 8] = [
        b"Reuters",
        b"REUTERS",
        b"(AP)",
        b"Associated Press",
        b"AFP",
        b"Bloomberg",
        b"Xinhua",
        b"Interfax",
    ];
    let ends = [
        &text[..text.len().min(200)],
        &text[text.len().saturating_sub(200)..],
    ];
    ends.iter().any(|end| {
        AGENCIES
            .iter()
            .any(|agency| memchr::memmem::find(end, agency).is_some())
    })
}

/// Cluster numbers of members and centers, by document.
fn label(members: &[Member<Match>], sketches: Sketches<'_>) -> Vec<(u32, u32)> {
    let mut by_center: Vec<(u32, u32, bool)> = members
        .iter()
        .map(|member| {
            (
                member.center,
                member.document,
                member.found.reason == Reason::Contained,
            )
        })
        .collect();
    by_center.sort_unstable();
    let mut clusters: Vec<Vec<u32>> = Vec::new();
    for star in by_center.chunk_by(|a, b| a.0 == b.0) {
        let mut cluster = vec![star[0].0];
        let mut first_contained = None;
        for &(_, document, contained) in star {
            let stranger = contained
                && sketches.agreeing(*first_contained.get_or_insert(document), document) < KIN;
            if !stranger {
                cluster.push(document);
            }
        }
        cluster.sort_unstable();
        clusters.push(cluster);
    }
    clusters.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let mut labels: Vec<(u32, u32)> = (1u32..)
        .zip(&clusters)
        .flat_map(|(number, cluster)| cluster.iter().map(move |&document| (document, number)))
        .collect();
    labels.sort_unstable();
    labels
}

impl Deduped {
    /// Writes the records that are kept, byte for byte, in the order of paths and lines.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_kept(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut removed = self
            .removed
            .iter()
            .map(|member| member.document as usize)
            .peekable();
        for document in self.table.against..self.table.offsets.len() {
            if removed.next_if_eq(&document).is_some() {
                continue;
            }
            let (_, record) = self.table.record(narrow(document));
            out.write_all(record.bytes)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes the removed records in the same order, each with a field `wirecopy` that names the kept document, the
    /// similarity, the containment in it and the reason; everything else byte for byte.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_removed(&self, out: &mut dyn Write) -> io::Result<()> {
        for member in &self.removed {
            let (record, fields) = self.table.fields(member.document);
            let front = record.bytes[..fields.end].trim_ascii_end();
            out.write_all(front)?;
            out.write_all(if fields.any {
                b", \"wirecopy\": {\"kept\": "
            } else {
                b"\"wirecopy\": {\"kept\": "
            })?;
            out.write_all(&self.table.id(member.center))?;
            let Match {
                jaccard,
                containment,
                reason,
                exact,
            } = member.found;
            let about = if exact { "" } else { ", \"estimated\": true" };
            write!(
                out,
                ", \"similarity\": {jaccard:.3}, \"containment\": {containment:.3}, \"reason\": \"{}\"{about}}}",
                reason.text()
            )?;
            out.write_all(&record.bytes[fields.end..])?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes the records that are kept as one Parquet file, every column as it was.
    ///
    /// # Errors
    /// When an input is no Parquet file or has other columns than the first, and when `out` fails.
    pub fn write_kept_parquet(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut removed = self.removed.iter().map(|member| member.document).peekable();
        let kept = (self.table.against..self.table.offsets.len())
            .map(narrow)
            .filter(|document| removed.next_if_eq(document).is_none());
        self.write_parquet(kept.map(|document| (document, None)), false, out)
    }

    /// Writes the removed records as one Parquet file, with a column `wirecopy` that says what
    /// [`write_removed`](Self::write_removed) says.
    ///
    /// # Errors
    /// When an input is no Parquet file or has other columns than the first, and when `out` fails.
    pub fn write_removed_parquet(&self, out: &mut dyn Write) -> io::Result<()> {
        let removed = self.removed.iter().map(|member| {
            let Match {
                jaccard,
                containment,
                reason,
                exact,
            } = member.found;
            let kept = self.table.id(member.center);
            let removal = Removal {
                // Ids are strings in one column, whatever they are in their files.
                kept: serde_json::from_slice(&kept)
                    .unwrap_or_else(|_| String::from_utf8_lossy(&kept).into_owned()),
                similarity: jaccard,
                containment,
                reason: reason.text(),
                estimated: !exact,
            };
            (member.document, Some(removal))
        });
        self.write_parquet(removed, true, out)
    }

    fn write_parquet(
        &self,
        documents: impl Iterator<Item = (u32, Option<Removal>)>,
        with_removals: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let table = &self.table;
        let first = &table.sources[table.source_of(narrow(table.against))];
        let mut writer = TableWriter::new(first, with_removals)?;
        let mut documents = documents.peekable();
        while let Some(&(document, _)) = documents.peek() {
            let source = table.source_of(document);
            let (mut offsets, mut removals) = (Vec::new(), Vec::new());
            while let Some((document, removal)) =
                documents.next_if(|&(document, _)| table.source_of(document) == source)
            {
                offsets.push(table.offsets[document as usize]);
                removals.extend(removal);
            }
            writer.copy(&table.sources[source], &offsets, &removals, out)?;
        }
        writer.finish(out)
    }

    /// Writes one `{"id", "cluster"}` line for each document in a cluster, in the order of paths and lines.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_clusters(&self, out: &mut dyn Write) -> io::Result<()> {
        for &(document, cluster) in &self.clusters {
            out.write_all(b"{\"id\": ")?;
            out.write_all(&self.table.id(document))?;
            writeln!(out, ", \"cluster\": {cluster}}}")?;
        }
        Ok(())
    }
}

fn narrow(document: usize) -> u32 {
    u32::try_from(document).expect("documents were counted as u32")
}
