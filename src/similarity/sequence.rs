//! Order of words: the longest common subsequence.

/// Length of the longest common subsequence of two sequences. Time is the product of the lengths over 64: bit-parallel
/// (Hyyrö 2004).
pub fn longest_common_subsequence(a: &[u64], b: &[u64]) -> usize {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    if a.len() <= 64 {
        return of_short(a, b);
    }
    let blocks = a.len().div_ceil(64);
    let mut places: ahash::AHashMap<u64, Vec<u64>> = ahash::AHashMap::with_capacity(a.len());
    for (i, &item) in a.iter().enumerate() {
        places.entry(item).or_insert_with(|| vec![0; blocks])[i / 64] |= 1 << (i % 64);
    }
    let mut row = vec![u64::MAX; blocks];
    for item in b {
        let Some(matches) = places.get(item) else {
            continue;
        };
        let mut carry = false;
        for (word, &m) in row.iter_mut().zip(matches) {
            let u = *word & m;
            let (sum, over) = word.overflowing_add(u);
            let (sum, over_carry) = sum.overflowing_add(u64::from(carry));
            *word = sum | (*word & !m);
            carry = over || over_carry;
        }
    }
    let mut zeros: usize = row.iter().map(|w| w.count_zeros() as usize).sum();
    // Bits past the end of `a` stay one, so that nothing is to be taken off.
    zeros = zeros.min(a.len()).min(b.len());
    zeros
}

/// That of a sequence of at most 64 items and another one. A sentence has so few words that looking at all of them is faster than a table.
fn of_short(a: &[u64], b: &[u64]) -> usize {
    let mut row = u64::MAX;
    for item in b {
        let mut matches = 0;
        for (i, own) in a.iter().enumerate() {
            matches |= u64::from(own == item) << i;
        }
        row = row.wrapping_add(row & matches) | (row & !matches);
    }
    (row.count_zeros() as usize).min(a.len()).min(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(a: &[u64], b: &[u64]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..a.len() {
            for j in 0..b.len() {
                table[i + 1][j + 1] = if a[i] == b[j] {
                    table[i][j] + 1
                } else {
                    table[i][j + 1].max(table[i + 1][j])
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest::proptest! {
        #[test]
        fn equals_the_table_method(a in proptest::collection::vec(0_u64..6, 0..150), b in proptest::collection::vec(0_u64..6, 0..150)) {
            proptest::prop_assert_eq!(longest_common_subsequence(&a, &b), naive(&a, &b));
        }
    }
}
