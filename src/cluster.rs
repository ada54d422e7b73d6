//! Matches to clusters, held together by verified matches only.
//!
//! Documents are taken in an order of preference. Each is measured against the centers among its candidates (and the
//! centers that its candidates joined), likeliest first, and joins the first one that accepts it; a document that none accepts is a center itself. So every member
//! was measured against its center, a chain of look-alikes never grows past the reach of one text, and no two
//! centers that met are near-duplicates.
//!
//! In a crowd not everybody met everybody: a document with very many neighbours stands between those that are near-duplicates of it beyond
//! doubt and all others that may be near-duplicates of these. It remembers the centers that it met, closest first, and they are asked too.

use std::cmp::Reverse;

use crate::observer::Observer;
use crate::pair::{Group, MANY};

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
    /// Whether two documents are near-duplicates beyond doubt.
    fn is_sure(&self, one: u32, other: u32) -> bool;
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
    hubs: Hubs,
}

/// Not taken yet; no hub.
const NONE: u32 = u32::MAX;

/// Centers that a hub remembers.
const REMEMBERED: usize = 8;

/// Documents of a group with so many neighbours that they stand between others.
#[derive(Debug, Default)]
struct Hubs {
    /// For each place the number of its hub, or [`NONE`].
    numbers: Vec<u32>,
    /// For each hub the centers that it met, with their likelihood, likeliest first, and whether they are its near-duplicates beyond doubt.
    centers: Vec<Vec<(Reverse<u32>, u32, bool)>>,
}

impl Hubs {
    /// Those of a group, which met no center yet.
    fn find(&mut self, group: &Group) {
        self.numbers.clear();
        self.centers.clear();
        if group.documents().len() <= MANY {
            return;
        }
        for place in (0..).take(group.documents().len()) {
            let many = group.met(place).len() >= MANY;
            self.numbers.push(if many {
                u32::try_from(self.centers.len()).unwrap_or(NONE)
            } else {
                NONE
            });
            if many {
                self.centers.push(Vec::new());
            }
        }
    }

    /// The number of the hub at a place.
    fn at(&self, place: u32) -> Option<usize> {
        let number = *self.numbers.get(place as usize)?;
        (number != NONE).then_some(number as usize)
    }

    /// Tells the hubs beside `place` that it is a center.
    fn tell<J: Judge>(&mut self, group: &Group, judge: &J, place: u32) {
        if self.centers.is_empty() {
            return;
        }
        let documents = group.documents();
        let center = documents[place as usize];
        for &other in group.met(place) {
            let Some(hub) = self.at(other) else {
                continue;
            };
            let document = documents[other as usize];
            let likelihood = Reverse(judge.likelihood(center, document));
            let known = &mut self.centers[hub];
            let at = known.partition_point(|met| (met.0, met.1) < (likelihood, place));
            if at < REMEMBERED {
                known.truncate(REMEMBERED - 1);
                known.insert(at, (likelihood, place, judge.is_sure(center, document)));
            }
        }
    }

    /// The centers that hubs beside `place` met and that it may not have met for their sake.
    fn ask<J: Judge>(&self, group: &Group, judge: &J, place: u32, near: &mut Vec<(u32, u32)>) {
        if self.centers.is_empty() {
            return;
        }
        let documents = group.documents();
        for &other in group.met(place) {
            let Some(known) = self.at(other).map(|hub| &self.centers[hub]) else {
                continue;
            };
            if known.is_empty() {
                continue;
            }
            let sure = judge.is_sure(documents[other as usize], documents[place as usize]);
            let met = known.iter().filter(|met| sure || met.2);
            near.extend(met.map(|met| (0, met.1)));
        }
    }
}

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
        hubs,
    } = buffers;
    let documents = group.documents();
    places.clear();
    places.extend((0u32..).take(documents.len()));
    judge.order(group, places);
    centers.clear();
    centers.resize(documents.len(), NONE);
    hubs.find(group);
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
            hubs.ask(group, judge, place, near);
            near.sort_unstable();
            near.dedup();
            if near.len() > 1 {
                for (likelihood, center) in near.iter_mut() {
                    *likelihood = judge.likelihood(documents[*center as usize], document);
                }
                near.sort_unstable_by_key(|&(likelihood, center)| (Reverse(likelihood), center));
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
            None => {
                hubs.tell(group, judge, place);
                place
            }
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
        fn is_sure(&self, a: u32, b: u32) -> bool {
            a.abs_diff(b) <= 6
        }
        fn judge(&self, (): &mut (), center: u32, document: u32) -> Option<()> {
            (center.abs_diff(document) <= 10).then_some(())
        }
    }

    /// The same, the last ones first.
    struct Backwards;

    impl Judge for Backwards {
        type Worker = ();
        type Match = ();

        fn order(&self, _: &Group, places: &mut [u32]) {
            places.reverse();
        }
        fn is_fixed(&self, _: u32) -> bool {
            false
        }
        fn likelihood(&self, a: u32, b: u32) -> u32 {
            Near.likelihood(a, b)
        }
        fn is_sure(&self, a: u32, b: u32) -> bool {
            Near.is_sure(a, b)
        }
        fn judge(&self, worker: &mut (), center: u32, document: u32) -> Option<()> {
            Near.judge(worker, center, document)
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

    #[test]
    fn documents_that_met_nobody_but_one_that_everybody_met_find_the_center_between_them() {
        // All are near-duplicates of the one in the middle, which comes last, and of nobody else did anybody hear.
        let middle = 1000;
        // So that they are many, strangers met it too.
        let others = (1001..1006).chain((1100..).step_by(8).take(100));
        let pairs: Vec<(u32, u32)> = others.map(|other| (middle, other)).collect();
        let group = Group::of(&pairs);
        let mut members = Vec::new();
        star(
            &group,
            &Backwards,
            &mut (),
            &mut Buffers::default(),
            &mut members,
            &Silent,
        );
        let joined: Vec<u32> = members
            .iter()
            .filter(|member| member.document < 1010)
            .map(|member| member.center)
            .collect();
        // 1005 is taken first and becomes a center.
        assert_eq!(joined, [1005; 5]);
    }
}
