//! Meeting by rare fingerprints.

use rayon::prelude::*;

use super::{Candidate, Meetings, Promise, Sketches, hot, radix};
use crate::error::{Error, Result};
use crate::observer::Observer;
use crate::simd::SLOTS;
use crate::store::{Bytes, Parts, Shelf, words};

/// Fingerprints are kept apart by their upper bits, and each part is sorted on its own: so sorting needs a hundredth
/// of the memory that all of them would.
const PARTS: usize = 256;
const PART_BITS: u32 = PARTS.trailing_zeros();

/// Up to so many documents in a bucket, every two of them are looked at. 32: 496 comparisons of 5 ns.
const COLD: usize = 32;

/// Pairs of a crowded bucket that are remembered together. 1,024: 8 KiB.
const AT_ONCE: usize = 1 << 10;

/// How many fingerprints ahead sketches are asked for. 24: what comes from the last-level cache takes as long as some twenty fingerprints.
const AHEAD: usize = 24;

/// Fingerprints of all documents, in memory up to a limit, in files past it.
#[derive(Debug)]
pub struct Fingerprints(Parts);

impl Fingerprints {
    const NAME: &'static str = "fingerprints";

    /// None yet; more than `limit` bytes of them move to files on `shelf`.
    pub(crate) fn new(shelf: &Shelf, limit: usize) -> Self {
        Self(Parts::new(shelf, Self::NAME, PARTS, limit))
    }

    /// Those that an earlier run left on `shelf`, of which so many bytes of each part count.
    pub(crate) fn again(shelf: &Shelf, lengths: &[u64]) -> Result<Self> {
        Parts::again(shelf, Self::NAME, lengths).map(Self)
    }

    /// Names of the files they may have.
    pub(crate) fn files() -> impl Iterator<Item = String> {
        Parts::files(Self::NAME, PARTS)
    }

    /// The store behind them.
    pub(crate) fn parts(&mut self) -> &mut Parts {
        &mut self.0
    }

    /// Adds one of a document's fingerprints. Documents come in order.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    #[inline]
    pub fn push(&mut self, fingerprint: u32, document: u32) -> Result<()> {
        let word = u64::from(fingerprint) << 32 | u64::from(document);
        self.0
            .push((fingerprint >> (32 - PART_BITS)) as usize, word)
    }
}

/// Pairs that one worker remembers to have looked at: two copies share several fingerprints and meet as often. Two for each
/// document, so that nearly every pair is looked at once while documents are few, and at most 256 Ki: 2 MiB, a share of the last-level cache.
fn remembered(documents: usize) -> usize {
    (2 * documents)
        .next_power_of_two()
        .clamp(1 << 10, 256 << 10)
}

/// Buffers of one worker.
struct Worker {
    words: Vec<u64>,
    spare: Vec<u64>,
    members: Vec<u32>,
    fresh: Vec<Candidate>,
    found: Vec<Candidate>,
    recent: Recent,
}

impl Worker {
    fn new(documents: usize) -> Self {
        Self {
            words: Vec::new(),
            spare: Vec::new(),
            members: Vec::new(),
            fresh: Vec::new(),
            found: Vec::new(),
            recent: Recent(vec![Candidate::new(0, 0); remembered(documents)]),
        }
    }
}

/// Pairs that were looked at: each in a place of its own, until a later one takes it over.
struct Recent(Vec<Candidate>);

impl Recent {
    /// Remembers `pair`; whether it was not remembered before.
    #[inline]
    fn add(&mut self, pair: Candidate) -> bool {
        let mask = self.0.len() - 1;
        let last = &mut self.0[pair.hash() & mask];
        std::mem::replace(last, pair) != pair
    }

    /// Keeps those of `pairs` that were not remembered. Each is written, and counted when it is new: places are far away, and with
    /// no branch that waits for one many are fetched at once.
    fn retain_new(&mut self, pairs: &mut Vec<Candidate>) {
        let mut count = 0;
        for at in 0..pairs.len() {
            let pair = pairs[at];
            pairs[count] = pair;
            count += usize::from(self.add(pair));
        }
        pairs.truncate(count);
    }
}

/// Adds to `meetings` every two documents that share a fingerprint and that `promise` (given both and the slots in which they
/// agree) says are worth comparing; in crowded places what one document is sure to speak for meets that one alone. Near linear in the number of fingerprints. `after` is called after each group of parts with
/// the number of the first part that is still to do.
///
/// # Errors
/// When a temporary file cannot be used, or the observer says stop.
pub(crate) fn meet_all(
    fingerprints: &mut Fingerprints,
    from: usize,
    sketches: Sketches<'_>,
    promise: &(impl Fn(u32, u32, u32) -> Promise + Sync),
    meetings: &mut Meetings,
    after: &mut dyn FnMut(&mut Meetings, usize) -> Result<()>,
    observer: &dyn Observer,
) -> Result<()> {
    observer.begin("pair", Some(PARTS as u64));
    observer.advance(from as u64);
    let mut workers: Vec<Worker> = Vec::new();
    let documents = sketches.slots.len() / SLOTS;
    workers.resize_with(rayon::current_num_threads().max(1), || {
        Worker::new(documents)
    });
    let mut part = from;
    while part < PARTS {
        let group = workers.len().min(PARTS - part);
        let taken: Vec<Bytes> = (part..part + group)
            .map(|part| fingerprints.0.take(part))
            .collect::<Result<_>>()?;
        workers[..group]
            .par_iter_mut()
            .zip(taken)
            .for_each(|(worker, bytes)| meet(worker, &bytes, sketches, promise));
        for worker in &mut workers[..group] {
            for pair in worker.found.drain(..) {
                meetings.add(pair)?;
            }
            worker.found.shrink_to(1 << 20);
        }
        part += group;
        observer.advance(group as u64);
        after(meetings, part)?;
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
    }
    observer.end();
    Ok(())
}

fn meet(
    worker: &mut Worker,
    bytes: &[u8],
    sketches: Sketches<'_>,
    promise: &(impl Fn(u32, u32, u32) -> Promise + Sync),
) {
    let Worker {
        words: sorted,
        spare,
        members,
        fresh,
        found,
        recent,
    } = worker;
    sorted.clear();
    sorted.extend(words(bytes));
    radix::sort_by_upper_half(sorted, spare, 32 - PART_BITS);
    // Sketches lie all over the memory: those of a bucket are asked for while the ones before it are worked on.
    let ahead = |at: usize| {
        if let Some([a, b]) = sorted.get(at + AHEAD..).and_then(<[u64]>::first_chunk)
            && a >> 32 == b >> 32
        {
            sketches.ask_for(document(*a));
            sketches.ask_for(document(*b));
        }
    };
    let mut at = 0;
    for bucket in sorted.chunk_by(|a, b| a >> 32 == b >> 32) {
        (at..at + bucket.len()).for_each(ahead);
        at += bucket.len();
        if bucket.len() < 2 {
            continue;
        }
        members.clear();
        members.extend(bucket.iter().map(|&word| document(word)));
        members.dedup();
        if members.len() > COLD {
            hot::meet(members, sketches, promise, &mut |pair| {
                fresh.push(pair);
                if fresh.len() == AT_ONCE {
                    // What was looked at before and refused is refused again: who is found here was found there.
                    recent.retain_new(fresh);
                    found.append(fresh);
                }
            });
            recent.retain_new(fresh);
            found.append(fresh);
            continue;
        }
        for (at, &a) in members.iter().enumerate() {
            fresh.extend(members[at + 1..].iter().map(|&b| Candidate::new(a, b)));
        }
        recent.retain_new(fresh);
        found.extend(fresh.drain(..).filter(|pair| {
            let (a, b) = (pair.first(), pair.second());
            promise(a, b, sketches.agreeing(a, b)) != Promise::None
        }));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn document(word: u64) -> u32 {
    word as u32
}
