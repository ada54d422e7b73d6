//! Entries of a table, brought into order.

use rayon::prelude::*;

/// Entries from which they are parted by their first byte before they are sorted: fewer fit a cache as they are.
const PARTED: usize = 1 << 14;

/// The entries of all `parts`, ascending. Keys are hashes, spread evenly: parted by their first byte, every part is sorted where
/// a cache holds it.
pub(super) fn sorted(parts: &[Vec<u64>]) -> Vec<u64> {
    let total = parts.iter().map(Vec::len).sum();
    if total < PARTED {
        let mut entries = parts.concat();
        entries.sort_unstable();
        return entries;
    }
    let part = |entry: u64| usize::from(entry.to_be_bytes()[0]);
    let mut ends = [0_usize; 256];
    for &entry in parts.iter().flatten() {
        ends[part(entry)] += 1;
    }
    let lengths = ends;
    let mut next = 0;
    for end in &mut ends {
        next += std::mem::replace(end, next);
    }
    let mut entries = vec![0; total];
    // From here on `ends` tells where the next entry of each part goes.
    for &entry in parts.iter().flatten() {
        let end = &mut ends[part(entry)];
        entries[*end] = entry;
        *end += 1;
    }
    let mut rest = entries.as_mut_slice();
    let mut slices = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (slice, behind) = rest.split_at_mut(length);
        slices.push(slice);
        rest = behind;
    }
    slices.into_par_iter().for_each(<[u64]>::sort_unstable);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words::splitmix;

    #[test]
    fn many_entries_are_sorted_as_few_are() {
        for count in [0, 1, 700, PARTED as u64 + 5_000] {
            let parts: Vec<Vec<u64>> = (0..7)
                .map(|number| {
                    let all = (0..count).filter(|at| at % 7 == number);
                    all.map(|at| splitmix(at / 2)).collect()
                })
                .collect();
            let mut expected = parts.concat();
            expected.sort_unstable();
            assert_eq!(sorted(&parts), expected);
        }
    }
}
