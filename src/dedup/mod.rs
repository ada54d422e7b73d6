//! The `dedup` job: near-duplicates of any number of documents, texts never held in memory.
//!
//! ```text
//! open --> sign --> pair --> verify + cluster --> write kept, removed, clusters
//! ```
//!
//! - `documents`: where each document is
//! - `signing`: sources to signatures, pieces of them in parallel
//! - `judging`: what is measured, in which order, and which document of a group is preferred
//! - `outputs`: records kept and removed, and clusters, as bytes
//! - `needs`: what a run would need
//! - `checkpoint`: going on where an interrupted run ended
//!
//! A document costs some 150 bytes of memory: sketch 128, offset and size 6, group 4, and what was found. Fingerprints and candidates
//! are worked on in parts and lie in files when there are many. Texts stay where they are (memory-mapped files) and
//! are read again only for pairs near the threshold.

mod checkpoint;
mod documents;
mod judging;
mod needs;
mod outputs;
mod signing;

use std::time::{Duration, Instant};

use rayon::prelude::*;

use self::checkpoint::{Checkpoint, MEMBERS};
use self::documents::Documents;
use self::judging::Judging;
use self::signing::{Signed, sign_all};
use crate::cluster::{self, Buffers, Member};
use crate::error::Result;
use crate::model::Problem;
use crate::observer::Observer;
use crate::options::{DedupOptions, Keep};
use crate::pair::{Meetings, Promise, Sketches, meet_all};
use crate::read::{self, Opened, ReadOptions, Source};
use crate::sign;
use crate::store::{Shelf, Spool};
use crate::verify::{Gate, Match, Opinion, Reason};

pub use needs::{Estimate, estimate};

/// Candidates held in memory before they move to files. 32 MiB: a million documents.
const CANDIDATES_IN_MEMORY: usize = 32 << 20;

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
    /// What each stage took; one that an earlier run finished took next to nothing.
    pub stages: Vec<(&'static str, Duration)>,
}

/// What a run found; the records stay in their sources until they are written.
pub struct Deduped {
    documents: Documents,
    /// Who joined whom when likely sources are preferred, by document: what clusters are made of.
    members: Vec<Member<Match>>,
    /// Who is removed, by document, when another preference was asked for.
    removed: Option<Vec<Member<Match>>>,
    /// Cluster of each clustered document, by document; clusters from 1, largest first.
    clusters: Vec<(u32, u32)>,
    checkpoint: Checkpoint,
    /// Counts.
    pub summary: DedupSummary,
    /// What could not be read, or was read under an assumption; sorted by origin.
    pub problems: Vec<Problem>,
}

/// Signs, pairs, verifies and clusters the documents of `inputs`; those of `against` are kept whatever happens.
///
/// # Errors
/// [`Error::NoInput`](crate::Error::NoInput) when no document of `inputs` can be used, [`Error::TooManyDocuments`](crate::Error::TooManyDocuments),
/// [`Error::Io`](crate::Error::Io) when a temporary file cannot be written, [`Error::Option`](crate::Error::Option) when `options.resume` holds another run,
/// [`Error::Interrupted`](crate::Error::Interrupted) when the observer says stop.
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
    let mut problems = known.problems;
    problems.extend(new.problems);
    let known_sources = known.sources.len();
    let sources: Vec<Source> = known.sources.into_iter().chain(new.sources).collect();
    let mut checkpoint = Checkpoint::open(&sources, known_sources, read, options)?;
    lap(&mut summary, "open");

    let Signed {
        documents,
        slots,
        fingerprints,
    } = sign_all(
        sources,
        known_sources,
        read,
        options,
        &mut checkpoint,
        observer,
        &mut problems,
    )?;
    problems.sort();
    if documents.len() == documents.against {
        return Err(read::no_input(inputs, &problems));
    }
    lap(&mut summary, "sign");

    let sketches = Sketches {
        slots: &slots,
        level: options.level,
    };
    let gate = Gate::new(&options.verify);
    let judging = Judging {
        documents: &documents,
        sketches,
        gate,
        options,
        keep: Keep::Source,
    };
    let (members, removed);
    if checkpoint.progress.members.is_none() {
        let meetings = pair_all(fingerprints, &judging, &mut checkpoint, options, observer)?;
        lap(&mut summary, "pair");
        let shelf = Shelf::unnamed(read.temp_dir.as_deref());
        let found = verify_all(meetings, &shelf, judging, observer)?;
        summary.candidates = found.candidates;
        (members, removed) = (found.members, found.removed);
        keep_members(
            &members,
            removed.as_deref(),
            summary.candidates,
            &mut checkpoint,
        )?;
    } else {
        (members, removed, summary.candidates) = members_again(&checkpoint, options.keep)?;
    }
    let clusters = label(&members, sketches);
    lap(&mut summary, "verify");

    summary.documents = documents.len() as u64;
    summary.against = documents.against as u64;
    let bytes = documents
        .sources
        .iter()
        .map(|source| source.bytes().len() as u64);
    summary.bytes = bytes.sum();
    summary.lost = problems.iter().filter(|problem| problem.lost).count() as u64;
    let numbers = clusters.iter().map(|&(_, cluster)| u64::from(cluster));
    summary.clusters = numbers.max().unwrap_or(0);
    summary.edges = members.len() as u64;
    summary.removed = removed.as_ref().unwrap_or(&members).len() as u64;
    let similarities = members.iter().map(|member| member.found.jaccard);
    summary.weakest = similarities.min_by(f32::total_cmp);
    Ok(Deduped {
        documents,
        members,
        removed,
        clusters,
        checkpoint,
        summary,
        problems,
    })
}

/// Signatures to candidates.
fn pair_all(
    mut fingerprints: crate::pair::Fingerprints,
    judging: &Judging<'_>,
    checkpoint: &mut Checkpoint,
    options: &DedupOptions,
    observer: &dyn Observer,
) -> Result<Meetings> {
    let documents = judging.documents;
    let promise = |a: u32, b: u32, agreeing: u32| {
        let shingles = [documents.shingles(a), documents.shingles(b)];
        match judging.gate.opinion(sign::jaccard(agreeing), shingles) {
            Opinion::Refuse => Promise::None,
            Opinion::Ask => Promise::Some,
            Opinion::Accept => Promise::Sure,
        }
    };
    let limit = usize::try_from(options.memory).unwrap_or(usize::MAX);
    let limit = limit.min(CANDIDATES_IN_MEMORY);
    let from = checkpoint.progress.part;
    let count = documents.len();
    let mut meetings = if from == 0 {
        Meetings::new(&checkpoint.shelf, count, limit)
    } else {
        Meetings::again(
            &checkpoint.shelf,
            count,
            limit,
            checkpoint.progress.candidates,
        )?
    };
    let mut after = |meetings: &mut Meetings, part: usize| {
        // A few checkpoints are enough: parts are small beside what signing took.
        if checkpoint.is_kept() && (part.is_multiple_of(16) || observer.stopped()) {
            checkpoint.progress.candidates = meetings.settle()?;
            checkpoint.progress.part = part;
            checkpoint.save()?;
        }
        Ok(())
    };
    meet_all(
        &mut fingerprints,
        from,
        judging.sketches,
        &promise,
        &mut meetings,
        &mut after,
        observer,
    )?;
    Ok(meetings)
}

/// What verification found.
struct Verified {
    /// Pairs of documents that were worth comparing.
    candidates: u64,
    members: Vec<Member<Match>>,
    removed: Option<Vec<Member<Match>>>,
}

/// Candidates to members: by likely source for clusters, and by the preference asked for.
fn verify_all(
    meetings: Meetings,
    shelf: &Shelf,
    judging: Judging<'_>,
    observer: &dyn Observer,
) -> Result<Verified> {
    let groups = meetings.groups(shelf)?;
    let keep = judging.options.keep;
    let by_source = Judging {
        keep: Keep::Source,
        ..judging
    };
    let as_asked = Judging { keep, ..judging };
    let policies = if keep == Keep::Source {
        vec![by_source]
    } else {
        vec![by_source, as_asked]
    };
    observer.begin("verify", Some(groups.pairs()));
    let (candidates, found) = groups.each(
        || (judging.worker(), Buffers::default(), Vec::new()),
        |(verifier, buffers, stars), group, found| {
            for (number, policy) in policies.iter().enumerate() {
                cluster::star(group, policy, verifier, buffers, stars, observer);
                found.extend(stars.drain(..).map(|member| (number, member)));
            }
        },
        observer,
    )?;
    let mut by_policy = [Vec::new(), Vec::new()];
    for (number, member) in found {
        by_policy[number].push(member);
    }
    for members in &mut by_policy {
        members.par_sort_unstable_by_key(|member: &Member<Match>| member.document);
        members.shrink_to_fit();
    }
    observer.end();
    let [members, removed] = by_policy;
    Ok(Verified {
        candidates,
        members,
        removed: (keep != Keep::Source).then_some(removed),
    })
}

/// Sets down what verification found, for a run that comes back for it.
fn keep_members(
    members: &[Member<Match>],
    removed: Option<&[Member<Match>]>,
    candidates: u64,
    checkpoint: &mut Checkpoint,
) -> Result<()> {
    if !checkpoint.is_kept() {
        return Ok(());
    }
    let mut file = Spool::on(&checkpoint.shelf, MEMBERS, 0);
    for (list, members) in [Some(members), removed].into_iter().enumerate() {
        for member in members.into_iter().flatten() {
            let line = serde_json::to_vec(&(list, member.document, member.center, member.found))
                .expect("numbers can be written as JSON");
            file.push(&line)?;
        }
    }
    file.settle()?;
    checkpoint.progress.members = Some((file.len(), candidates));
    checkpoint.save()
}

/// What an earlier run's verification found: members, who is removed under another preference, and the number of candidates.
#[expect(clippy::type_complexity, reason = "three results, taken apart at once")]
fn members_again(
    checkpoint: &Checkpoint,
    keep: Keep,
) -> Result<(Vec<Member<Match>>, Option<Vec<Member<Match>>>, u64)> {
    let (length, candidates) = checkpoint.progress.members.unwrap_or_default();
    let bytes = Spool::again(&checkpoint.shelf, MEMBERS, length)?.finish()?;
    let mut lists = [Vec::new(), Vec::new()];
    let rows = serde_json::Deserializer::from_slice(&bytes).into_iter();
    for (list, document, center, found) in rows.flatten() {
        let list: usize = list;
        lists[list.min(1)].push(Member {
            document,
            center,
            found,
        });
    }
    let [members, removed] = lists;
    let removed = (keep != Keep::Source).then_some(removed);
    Ok((members, removed, candidates))
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

fn narrow(document: usize) -> u32 {
    u32::try_from(document).expect("documents were counted as u32")
}
