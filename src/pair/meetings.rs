//! Who met whom, and which documents hang together.
//!
//! Candidates come in any order and more than once, more of them than memory may hold. They are set down as they
//! come, while a union-find notes which documents hang together; then they are dealt into parts so that all pairs of one
//! group lie in one part, and a part is small enough to be sorted in the cache.

use rayon::prelude::*;

use super::Candidate;
use crate::error::{Error, Result};
use crate::observer::Observer;
use crate::store::{Bytes, Parts, Shelf, Spool, words};
use crate::union_find::UnionFind;

/// Pairs in a part of [`Groups`]. 64 Ki: with its group's number a pair takes 16 bytes, and a part fits a second-level cache.
const PART: u64 = 64 << 10;

/// Most parts: each may have a file.
const MOST_PARTS: u64 = 512;

/// Candidates as they come.
#[derive(Debug)]
pub struct Meetings {
    sets: UnionFind,
    pairs: Spool,
    limit: usize,
}

impl Meetings {
    const NAME: &'static str = "candidates";

    /// None yet, among `documents` documents; past `limit` bytes they move to a file on `shelf`.
    pub(crate) fn new(shelf: &Shelf, documents: usize, limit: usize) -> Self {
        let mut pairs = Spool::on(shelf, Self::NAME, limit);
        // Four a document are seldom exceeded; memory that nobody writes to costs nothing, an array that moves does.
        pairs.reserve(documents.saturating_mul(32));
        Self {
            sets: UnionFind::new(documents),
            pairs,
            limit,
        }
    }

    /// Those that an earlier run left on `shelf`, of which `length` bytes count.
    pub(crate) fn again(
        shelf: &Shelf,
        documents: usize,
        limit: usize,
        length: u64,
    ) -> Result<Self> {
        let mut sets = UnionFind::new(documents);
        for word in words(&Spool::again(shelf, Self::NAME, length)?.finish()?) {
            let pair = Candidate(word);
            sets.join(pair.first() as usize, pair.second() as usize);
        }
        Ok(Self {
            sets,
            pairs: Spool::again(shelf, Self::NAME, length)?,
            limit,
        })
    }

    /// Names of the files they may have.
    pub(crate) fn files() -> impl Iterator<Item = String> {
        std::iter::once(Self::NAME.to_owned())
    }

    /// Adds a candidate, new or not.
    #[inline]
    pub(crate) fn add(&mut self, pair: Candidate) -> Result<()> {
        self.sets
            .join(pair.first() as usize, pair.second() as usize);
        self.pairs.push(&pair.0.to_le_bytes())
    }

    /// Everything added so far is on the disk when this returns; how many bytes that is.
    pub(crate) fn settle(&mut self) -> Result<u64> {
        self.pairs.settle()?;
        Ok(self.pairs.len())
    }

    /// The groups of documents that hang together. Temporary files go to `shelf`.
    pub(crate) fn groups(mut self, shelf: &Shelf) -> Result<Groups> {
        let pairs = self.pairs.len() / 8;
        let count = usize::try_from(pairs.div_ceil(PART).clamp(1, MOST_PARTS))
            .unwrap_or(1)
            .next_power_of_two();
        let mut parts = Parts::new(shelf, "groups", count, self.limit);
        parts.reserve(usize::try_from(pairs).unwrap_or(usize::MAX));
        for word in words(&self.pairs.finish()?) {
            let root = self.sets.root(Candidate(word).first() as usize);
            // Fibonacci hashing: groups that begin close together go apart.
            let place = (root as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            parts.push(place as usize & (count - 1), word)?;
        }
        let taken = (0..count)
            .map(|part| parts.take(part))
            .collect::<Result<_>>()?;
        Ok(Groups {
            sets: self.sets,
            parts: taken,
        })
    }
}

/// Groups of documents that hang together, in parts.
#[derive(Debug)]
pub struct Groups {
    sets: UnionFind,
    parts: Vec<Bytes>,
}

impl Groups {
    /// Pairs in all parts, repeated ones counted again.
    pub(crate) fn pairs(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64 / 8).sum()
    }

    /// Gives every group to `work`, in parallel, with buffers that `worker` makes; the number of different candidates, and what `work` made of
    /// the groups, in an order that depends on neither threads nor chance. The observer is told of [`pairs`](Self::pairs) as they are done.
    ///
    /// # Errors
    /// When the observer says stop.
    pub(crate) fn each<W, R: Send>(
        &self,
        worker: impl Fn() -> W + Sync,
        work: impl Fn(&mut W, &Group, &mut Vec<R>) + Sync,
        observer: &dyn Observer,
    ) -> Result<(u64, Vec<R>)> {
        let found: Vec<(u64, Vec<R>)> = self
            .parts
            .par_iter()
            .map_init(
                || (worker(), Sorting::default(), Group::default()),
                |(worker, sorting, group), part| {
                    let mut results = Vec::new();
                    if observer.stopped() {
                        return (0, results);
                    }
                    let pairs = sorting.sorted(part, &self.sets);
                    for same in pairs.chunk_by(|a, b| a.0 == b.0) {
                        group.fill(same);
                        work(worker, group, &mut results);
                    }
                    observer.advance(part.len() as u64 / 8);
                    (pairs.len() as u64, results)
                },
            )
            .collect();
        if observer.stopped() {
            return Err(Error::Interrupted);
        }
        let candidates = found.iter().map(|(count, _)| count).sum();
        Ok((
            candidates,
            found.into_iter().flat_map(|(_, results)| results).collect(),
        ))
    }
}

/// Buffers of one worker.
#[derive(Default)]
struct Sorting {
    words: Vec<u64>,
    /// The group of each word and where the word stands.
    order: Vec<u64>,
    pairs: Vec<(u32, Candidate)>,
}

impl Sorting {
    /// The pairs of a part with their groups, sorted, each once. Sorted twice, by pairs and by groups: numbers of 64 bits are sorted without
    /// branches, and so in half the time that both together take.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
    fn sorted(&mut self, part: &[u8], sets: &UnionFind) -> &[(u32, Candidate)] {
        self.words.clear();
        self.words.extend(words(part));
        self.words.sort_unstable();
        self.words.dedup();
        self.order.clear();
        let numbered = (0u64..).zip(&self.words);
        self.order.extend(numbered.map(|(number, &word)| {
            u64::from(sets.root_of(Candidate(word).first())) << 32 | number
        }));
        self.order.sort_unstable();
        self.pairs.clear();
        self.pairs.extend(self.order.iter().map(|&both| {
            let number = both as u32 as usize;
            ((both >> 32) as u32, Candidate(self.words[number]))
        }));
        &self.pairs
    }
}

/// Documents that hang together, and which of them met.
#[derive(Debug, Default)]
pub struct Group {
    documents: Vec<u32>,
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Group {
    /// The group of documents that `pairs` tie together, each pair once.
    pub fn of(pairs: &[(u32, u32)]) -> Self {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|&(a, b)| (0, Candidate::new(a, b)))
            .collect();
        let mut group = Self::default();
        group.fill(&pairs);
        group
    }

    /// From the pairs of one group, each once.
    fn fill(&mut self, pairs: &[(u32, Candidate)]) {
        let ends = || pairs.iter().map(|(_, pair)| [pair.first(), pair.second()]);
        self.documents.clear();
        self.documents.extend(ends().flatten());
        self.documents.sort_unstable();
        self.documents.dedup();
        self.starts.clear();
        self.starts.resize(self.documents.len() + 2, 0);
        for end in ends().flatten() {
            // Counted two places further: while neighbours are put down, starts move to where they belong.
            let place = self.place(end);
            self.starts[place + 2] += 1;
        }
        for at in 1..self.starts.len() {
            self.starts[at] += self.starts[at - 1];
        }
        self.neighbours.clear();
        self.neighbours.resize(2 * pairs.len(), 0);
        for [a, b] in ends() {
            let (a, b) = (self.place(a), self.place(b));
            for (from, to) in [(a, b), (b, a)] {
                let at = &mut self.starts[from + 1];
                self.neighbours[*at as usize] = narrow(to);
                *at += 1;
            }
        }
    }

    fn place(&self, document: u32) -> usize {
        self.documents.partition_point(|&other| other < document)
    }

    /// The documents, ascending; a document's place is its index here.
    pub fn documents(&self) -> &[u32] {
        &self.documents
    }

    /// The places of the documents that the one at `place` met.
    pub fn met(&self, place: u32) -> &[u32] {
        let bound = |at: u32| self.starts[at as usize] as usize;
        &self.neighbours[bound(place)..bound(place + 1)]
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("there are no more places than documents")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observer::Silent;

    fn groups(count: usize, pairs: &[(u32, u32)], limit: usize) -> Vec<Vec<(u32, Vec<u32>)>> {
        let shelf = Shelf::unnamed(None);
        let mut meetings = Meetings::new(&shelf, count, limit);
        for &(a, b) in pairs {
            meetings.add(Candidate::new(a, b)).expect("there is room");
        }
        let groups = meetings.groups(&shelf).expect("there is room");
        let list = |(): &mut (), group: &Group, found: &mut Vec<_>| {
            let documents = group.documents();
            let row = |place: u32| {
                let met = group
                    .met(place)
                    .iter()
                    .map(|&other| documents[other as usize]);
                (documents[place as usize], met.collect::<Vec<_>>())
            };
            found.push((0u32..).take(documents.len()).map(row).collect::<Vec<_>>());
        };
        let (_, mut found) = groups.each(|| (), list, &Silent).expect("nobody says stop");
        found.sort();
        found
    }

    #[test]
    fn pairs_come_back_in_groups_each_once() {
        let pairs = [(5, 3), (1, 2), (3, 5), (7, 3)];
        let expected = [
            vec![(1, vec![2]), (2, vec![1])],
            vec![(3, vec![5, 7]), (5, vec![3]), (7, vec![3])],
        ];
        assert_eq!(groups(9, &pairs, 1 << 20), expected);
    }

    proptest::proptest! {
        #[test]
        fn a_file_and_memory_give_the_same_groups(pairs in proptest::collection::vec((0u32..60, 60u32..90), 0..200)) {
            proptest::prop_assert_eq!(groups(90, &pairs, 0), groups(90, &pairs, 1 << 20));
        }
    }
}
