//! Matches to clusters, held together by verified matches only.
//!
//! Documents are taken in an order of preference. Each is measured against the centers among its candidates (and the
//! centers that its candidates joined), likeliest first, and joins the first one that accepts it; a document that none accepts is a center itself. So every member
//! was measured against its center, a chain of look-alikes never grows past the reach of one text, and no two
//! centers that met are near-duplicates.

use crate::observer::Observer;
use crate::pair::Group;

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

/// What [`star`] asks of the pairs it looks at.
pub trait Judge: Sync {
    /// Memory of one worker.
    type Worker: Send;
    /// What a match carries.
    type Match: Send;

    /// Puts the places of a group's documents in order of preference.
    fn order(&self, group: &Group, places: &mut [u32]);
    /// Whether a document is a center whatever it meets.
    fn is_fixed(&self, document: u32) -> bool;
    /// How likely a match is; higher is asked first.
    fn likelihood(&self, center: u32, document: u32) -> u32;
    /// Whether `document` may join `center`.
    fn judge(&self, worker: &mut Self::Worker, center: u32, document: u32) -> Option<Self::Match>;
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct Buffers {
    places: Vec<u32>,
    /// The center of every document that has been taken, by place; a center is its own.
    centers: Vec<u32>,
    near: Vec<(u32, u32)>,
}

/// Not taken yet.
const NONE: u32 = u32::MAX;

/// Gives every document of `group` a center, or makes it one; members go to `found`. What is found depends on the group only.
/// When the observer says stop, some may be missing.
pub fn star<J: Judge>(
    group: &Group,
    judge: &J,
    worker: &mut J::Worker,
    buffers: &mut Buffers,
    found: &mut Vec<Member<J::Match>>,
    observer: &dyn Observer,
) {
    let Buffers {
        places,
        centers,
        near,
    } = buffers;
    let documents = group.documents();
    places.clear();
    places.extend((0u32..).take(documents.len()));
    judge.order(group, places);
    centers.clear();
    centers.resize(documents.len(), NONE);
    for (taken, &place) in places.iter().enumerate() {
        if taken % 1024 == 1023 && observer.stopped() {
            return;
        }
        let document = documents[place as usize];
        near.clear();
        if !judge.is_fixed(document) {
            // Also the centers that its neighbours joined: in a bucket of thousands not everybody met the center.
            let met = group
                .met(place)
                .iter()
                .map(|&other| centers[other as usize])
                .filter(|&center| center != NONE);
            near.extend(met.map(|center| (0, center)));
            near.sort_unstable();
            near.dedup();
            if near.len() > 1 {
                for (likelihood, center) in near.iter_mut() {
                    *likelihood = judge.likelihood(documents[*center as usize], document);
                }
                near.sort_unstable_by_key(|&(likelihood, center)| {
                    (std::cmp::Reverse(likelihood), center)
                });
            }
        }
        let joined = near.iter().find_map(|&(_, center)| {
            let found = judge.judge(worker, documents[center as usize], document)?;
            Some((center, found))
        });
        centers[place as usize] = match joined {
            Some((center, measured)) => {
                found.push(Member {
                    document,
                    center: documents[center as usize],
                    found: measured,
                });
                center
            }
            None => place,
        };
    }
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

        fn order(&self, _: &Group, _: &mut [u32]) {}
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
        let group = Group::of(&[(0, 8), (8, 16), (16, 24), (24, 32)]);
        let mut members = Vec::new();
        let mut buffers = Buffers::default();
        star(&group, &Near, &mut (), &mut buffers, &mut members, &Silent);
        let joined: Vec<_> = members
            .iter()
            .map(|member| (member.document, member.center))
            .collect();
        assert_eq!(joined, [(8, 0), (24, 16)]);
    }
}
