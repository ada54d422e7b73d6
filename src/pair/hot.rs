//! Buckets that very many documents share.
//!
//! Looking at every two members would be quadratic: 200,000 copies of one dispatch are 20 billion pairs. Three looks
//! find the true pairs at near linear cost:
//!
//! 1. members with the same sketch are tied to the first of them, which then stands for all, and to the one before;
//! 2. the most central members are compared with all others: an edited copy agrees with the text it was made from
//!    more than with other edited copies. What is beyond doubt a near-duplicate of one that has many of them meets it alone; then the most
//!    central of what is left are looked for, as long as they have many;
//! 3. the others are banded: sketches that agree in a whole band of slots meet there, each with its neighbours.
//!
//! The second look parts few near-duplicates: what is one (similarity from 0.6) of a text that is one beyond doubt (from 0.7) of a central
//! member has, by the triangle inequality, a similarity of 0.3 or more with that member, and has met it. So the two have one neighbour in common,
//! and [`crate::cluster`] asks a document that has so many neighbours which centers are closest to it.

use std::ops::Range;

use super::{Candidate, Promise, Sketches};
use crate::simd::SLOTS;

/// Slots in a band, and bands.
const ROWS: usize = 8;
const BANDS: usize = SLOTS / ROWS;
/// Members from which the central ones are chosen, and how many of them are.
const SAMPLE: usize = 48;
const CENTRAL: usize = 6;
/// Neighbours in a band that are looked at.
const WINDOW: usize = 6;
/// Share of what is left that the central members must speak for, or no more of them are looked for: an eighth.
const WORTH_MORE: usize = 8;

/// Near-duplicates, or neighbours, of a document that speaks for them in crowded places.
pub(crate) const MANY: usize = 64;

pub(super) fn meet(
    members: &mut [u32],
    sketches: Sketches<'_>,
    promise: &(impl Fn(u32, u32, u32) -> Promise + Sync),
    find: &mut impl FnMut(Candidate),
) {
    let mut look = |a: u32, b: u32| {
        if a == b {
            return Promise::None;
        }
        let found = promise(a, b, sketches.agreeing(a, b));
        if found != Promise::None {
            find(Candidate::new(a, b));
        }
        found
    };
    // 1. One member for each sketch; the lowest number, as the sort is by sketch, then number.
    let mut keyed: Vec<(u64, u32)> = members
        .iter()
        .map(|&document| {
            let sketch = xxhash_rust::xxh3::xxh3_64(sketches.of(document));
            (sketch, document)
        })
        .collect();
    keyed.sort_unstable();
    for (member, &(_, document)) in members.iter_mut().zip(&keyed) {
        *member = document;
    }
    let members = &*members;
    // The first of each sketch, and where the others of it stand.
    let mut distinct: Vec<(u32, Range<usize>)> = Vec::new();
    let mut begin = 0;
    for same in keyed.chunk_by(|a, b| a.0 == b.0 && sketches.of(a.1) == sketches.of(b.1)) {
        let first = same[0].1;
        distinct.push((first, begin + 1..begin + same.len()));
        begin += same.len();
        for pair in same.windows(2) {
            look(first, pair[1].1);
            look(pair[0].1, pair[1].1);
        }
    }
    if distinct.len() <= SAMPLE {
        // Few enough for a look at every two of them.
        for (at, (a, _)) in distinct.iter().enumerate() {
            for (b, _) in &distinct[at + 1..] {
                look(*a, *b);
            }
        }
        return;
    }
    // 2. Central members of an even sample.
    let mut held = Vec::new();
    loop {
        let before = distinct.len();
        for center in central(&distinct, sketches) {
            if !distinct.iter().any(|&(first, _)| first == center) {
                continue;
            }
            held.clear();
            held.extend(
                (0..distinct.len()).filter(|&at| look(center, distinct[at].0) == Promise::Sure),
            );
            if held.len() >= MANY {
                // It speaks for those of the same sketch too: each must have met it.
                for &at in &held {
                    let (first, others) = &mut distinct[at];
                    members[others.clone()].iter().for_each(|&other| {
                        look(center, other);
                    });
                    *first = u32::MAX;
                }
                distinct.retain(|&(first, _)| first != u32::MAX && first != center);
            }
        }
        if distinct.len() <= SAMPLE || (before - distinct.len()) * WORTH_MORE < before {
            break;
        }
    }
    // 3. Bands, one at a time.
    for band in 0..BANDS {
        keyed.clear();
        keyed.extend(distinct.iter().map(|&(document, _)| {
            let rows: &[u8; ROWS] = sketches.of(document)[band * ROWS..]
                .first_chunk()
                .expect("bands fill the sketch");
            (u64::from_le_bytes(*rows), document)
        }));
        keyed.sort_unstable();
        for same in keyed.chunk_by(|a, b| a.0 == b.0) {
            for (at, &(_, a)) in same.iter().enumerate() {
                for &(_, b) in same[at + 1..].iter().take(WINDOW) {
                    look(a, b);
                }
            }
        }
    }
}

/// Members that agree most with an even sample of all, at most [`CENTRAL`] of them. Documents that share several buckets do well to find
/// another sample, and others to speak for them, in each: with one for all, versions of three related texts (one in five cut or framed) kept half
/// as many again.
fn central(
    members: &[(u32, Range<usize>)],
    sketches: Sketches<'_>,
) -> impl Iterator<Item = u32> + use<> {
    let step = members.len().div_ceil(SAMPLE);
    let sample: Vec<u32> = members.iter().step_by(step).map(|one| one.0).collect();
    let mut sums = vec![0; sample.len()];
    for (at, &a) in sample.iter().enumerate() {
        let own = sketches.of(a);
        for (other, &b) in sample.iter().enumerate().skip(at + 1) {
            let agreeing = sketches.agreeing_with(own, b);
            sums[at] += agreeing;
            sums[other] += agreeing;
        }
    }
    let mut central: Vec<(u32, u32)> = sums.into_iter().zip(sample).collect();
    central.sort_unstable_by_key(|&(sum, document)| (std::cmp::Reverse(sum), document));
    central.into_iter().take(CENTRAL).map(|(_, center)| center)
}
