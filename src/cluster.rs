//! Matches to clusters, held together by verified matches only.
//!
//! Documents are taken in an order of preference. Each is measured against the centers among its candidates (and the
//! centers that its candidates joined), likeliest first, and joins the first one that accepts it; a document that none accepts is a center itself. So every member
//! was measured against its center, a chain of look-alikes never grows past the reach of one text, and no two
//! centers that met are near-duplicates.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::observer::Observer;

/// A document that joined a center.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member<M> {
    /// The document.
    pub document: u32,
    /// The center it joined.
    pub center: u32,
    /// What was measured.
    pub found: M,
}

/// Who met whom: for each document that met any other, its neighbours.
#[derive(Debug)]
pub struct Meetings {
    /// Documents that met any other, ascending.
    documents: Vec<u32>,
    starts: Vec<usize>,
    /// Neighbours as places in `documents`.
    neighbours: Vec<u32>,
}

impl Meetings {
    /// From pairs of documents numbered below `count`, each pair once.
    pub fn new(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut places = vec![u32::MAX; count];
        for (a, b) in pairs.clone() {
            places[a as usize] = 0;
            places[b as usize] = 0;
        }
        let mut documents = Vec::new();
        for (document, place) in (0u32..).zip(&mut places) {
            if *place == 0 {
                *place = narrow(documents.len());
                documents.push(document);
            }
        }
        let mut starts = vec![0usize; documents.len() + 1];
        for (a, b) in pairs.clone() {
            starts[places[a as usize] as usize + 1] += 1;
            starts[places[b as usize] as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![0u32; starts[documents.len()]];
        for (a, b) in pairs {
            let (a, b) = (places[a as usize], places[b as usize]);
            for (from, to) in [(a, b), (b, a)] {
                let at = &mut next[from as usize];
                neighbours[*at] = to;
                *at += 1;
            }
        }
        Self {
            documents,
            starts,
            neighbours,
        }
    }

    /// Documents that met any other, ascending.
    pub fn documents(&self) -> &[u32] {
        &self.documents
    }

    /// The documents that the one at `place` met.
    pub fn met(&self, place: usize) -> impl Iterator<Item = u32> {
        self.places(place)
            .iter()
            .map(|&other| self.documents[other as usize])
    }

    fn places(&self, place: usize) -> &[u32] {
        &self.neighbours[self.starts[place]..self.starts[place + 1]]
    }

    /// Places of documents that hang together, each group ascending, largest group first.
    fn groups(&self) -> Vec<Vec<u32>> {
        let mut group_of = vec![u32::MAX; self.documents.len()];
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let mut open = Vec::new();
        for start in 0..self.documents.len() {
            if group_of[start] != u32::MAX {
                continue;
            }
            let number = narrow(groups.len());
            let mut group = Vec::new();
            group_of[start] = number;
            open.push(narrow(start));
            while let Some(place) = open.pop() {
                group.push(place);
                for &other in self.places(place as usize) {
                    if group_of[other as usize] == u32::MAX {
                        group_of[other as usize] = number;
                        open.push(other);
                    }
                }
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("there are no more places than documents")
}

/// What [`stars`] asks of the pairs it looks at.
pub trait Judge: Sync {
    /// Memory of one worker.
    type Worker: Send;
    /// What a match carries.
    type Match: Send;

    /// A new worker.
    fn worker(&self) -> Self::Worker;
    /// Puts the documents of one group (those that hang together) in order of preference.
    fn order(&self, group: &mut Vec<u32>);
    /// Whether a document is a center whatever it meets.
    fn is_fixed(&self, document: u32) -> bool;
    /// How likely a match is; higher is asked first.
    fn likelihood(&self, center: u32, document: u32) -> u32;
    /// Whether `document` may join `center`.
    fn judge(&self, worker: &mut Self::Worker, center: u32, document: u32) -> Option<Self::Match>;
}

/// Gives every document that met another one a center, or makes it one. Members come sorted by document. The
/// result depends neither on threads nor on chance.
///
/// # Errors
/// When the observer says stop.
pub fn stars<J: Judge>(
    meetings: &Meetings,
    judge: &J,
    observer: &dyn Observer,
) -> Result<Vec<Member<J::Match>>> {
    let groups = meetings.groups();
    observer.begin("verify", Some(meetings.documents.len() as u64));
    let found: Vec<Vec<Member<J::Match>>> = groups
        .par_iter()
        .map_init(
            || judge.worker(),
            |worker, group| star(meetings, group, judge, worker, observer),
        )
        .collect();
    if observer.stopped() {
        return Err(Error::Interrupted);
    }
    let mut members: Vec<_> = found.into_iter().flatten().collect();
    members.par_sort_unstable_by_key(|member| member.document);
    observer.end();
    Ok(members)
}

fn star<J: Judge>(
    meetings: &Meetings,
    group: &[u32],
    judge: &J,
    worker: &mut J::Worker,
    observer: &dyn Observer,
) -> Vec<Member<J::Match>> {
    let mut order: Vec<u32> = group
        .iter()
        .map(|&place| meetings.documents[place as usize])
        .collect();
    judge.order(&mut order);
    // The center of every document that has been taken; a center is its own.
    let mut center_of = ahash::AHashMap::new();
    let mut members = Vec::new();
    let mut near: Vec<(u32, u32)> = Vec::new();
    for document in order {
        if observer.stopped() {
            break;
        }
        near.clear();
        if !judge.is_fixed(document) {
            let place = meetings
                .documents
                .partition_point(|&other| other < document);
            // Also the centers that its neighbours joined: in a bucket of thousands not everybody met the center.
            let centers = meetings
                .met(place)
                .filter_map(|other| center_of.get(&other).copied());
            near.extend(centers.map(|center| (0, center)));
            near.sort_unstable();
            near.dedup();
            for (likelihood, center) in &mut near {
                *likelihood = judge.likelihood(*center, document);
            }
            near.sort_unstable_by_key(|&(likelihood, center)| {
                (std::cmp::Reverse(likelihood), center)
            });
        }
        let joined = near.iter().find_map(|&(_, center)| {
            judge.judge(worker, center, document).map(|found| Member {
                document,
                center,
                found,
            })
        });
        match joined {
            Some(member) => {
                center_of.insert(document, member.center);
                members.push(member);
            }
            None => {
                center_of.insert(document, document);
            }
        }
        observer.advance(1);
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observer::Silent;

    /// Numbers match when they are at most ten apart.
    struct Near;

    impl Judge for Near {
        type Worker = ();
        type Match = ();

        fn worker(&self) {}
        fn order(&self, _: &mut Vec<u32>) {}
        fn is_fixed(&self, _: u32) -> bool {
            false
        }
        fn likelihood(&self, a: u32, b: u32) -> u32 {
            1000 - a.abs_diff(b)
        }
        fn judge(&self, (): &mut (), center: u32, document: u32) -> Option<()> {
            (center.abs_diff(document) <= 10).then_some(())
        }
    }

    #[test]
    fn a_chain_is_split_where_its_ends_are_strangers() {
        let pairs = [(0, 8), (8, 16), (16, 24), (24, 32)];
        let members =
            stars(&Meetings::new(40, pairs.into_iter()), &Near, &Silent).expect("nobody says stop");
        let joined: Vec<_> = members
            .iter()
            .map(|member| (member.document, member.center))
            .collect();
        assert_eq!(joined, [(8, 0), (24, 16)]);
    }
}
