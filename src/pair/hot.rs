//! Buckets that very many documents share.
//!
//! Looking at every two members would be quadratic: 200,000 copies of one dispatch are 20 billion pairs. Three looks
//! find the true pairs at near linear cost:
//!
//! 1. members with the same sketch are tied to the first of them, which then stands for all, and to the one before;
//! 2. the most central members are compared with all others: an edited copy agrees with the text it was made from
//!    more than with other edited copies;
//! 3. the others are banded: sketches that agree in a whole band of slots meet there, each with its neighbours.

use super::{Candidate, Sketches};
use crate::simd::SLOTS;

/// Slots in a band, and bands.
const ROWS: usize = 8;
const BANDS: usize = SLOTS / ROWS;
/// Members from which the central ones are chosen, and how many are.
const SAMPLE: usize = 48;
const CENTRAL: usize = 6;
/// Neighbours in a band that are looked at.
const WINDOW: usize = 6;

pub(super) fn meet(
    members: &mut [u32],
    sketches: Sketches<'_>,
    promising: &(impl Fn(u32, u32, u32) -> bool + Sync),
    find: &mut impl FnMut(Candidate),
) {
    let mut look = |a: u32, b: u32| {
        if a != b && promising(a, b, sketches.agreeing(a, b)) {
            find(Candidate::new(a, b));
        }
    };
    // 1. One member for each sketch; the lowest number, as the sort is by sketch, then number.
    members.sort_unstable_by(|&a, &b| sketches.of(a).cmp(sketches.of(b)).then(a.cmp(&b)));
    let mut distinct: Vec<u32> = Vec::new();
    for same in members.chunk_by(|&a, &b| sketches.of(a) == sketches.of(b)) {
        distinct.push(same[0]);
        for pair in same.windows(2) {
            look(same[0], pair[1]);
            look(pair[0], pair[1]);
        }
    }
    if distinct.len() <= SAMPLE {
        // Few enough for a look at every two of them.
        for (at, &a) in distinct.iter().enumerate() {
            for &b in &distinct[at + 1..] {
                look(a, b);
            }
        }
        return;
    }
    // 2. Central members of an even sample.
    let step = distinct.len().div_ceil(SAMPLE);
    let sample: Vec<u32> = distinct.iter().copied().step_by(step).collect();
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
    for &(_, center) in central.iter().take(CENTRAL) {
        for &other in &distinct {
            look(center, other);
        }
    }
    // 3. Bands, one at a time.
    let mut keyed: Vec<(u64, u32)> = Vec::with_capacity(distinct.len());
    for band in 0..BANDS {
        keyed.clear();
        keyed.extend(distinct.iter().map(|&document| {
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
