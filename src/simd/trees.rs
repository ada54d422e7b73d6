//! Sums of regression trees for many rows of features at once.
//!
//! QuickScorer's way (Lucchese, Nardini, Orlando, Perego, Tonellotto, Venturini 2015), its vectors of rows being those of V-QuickScorer (2016): no
//! tree is walked. Every inner node at which a row goes high takes the leaves below its low side from the row's set of leaves; the first one left
//! is the row's.

use super::Level;

/// Rows that are asked together.
pub const ROWS: usize = 16;
/// Most leaves of a tree.
const LEAVES: usize = 16;

/// An inner node. What is no number goes high.
#[derive(Clone, Copy, Debug)]
pub struct Split {
    /// Which feature is looked at.
    pub feature: usize,
    /// Where it is at most this, the row goes low.
    pub threshold: f32,
    /// A bit for each leaf, the lowest being the first from the low side: those left of a row that goes high.
    pub left: u32,
}

/// A tree.
#[derive(Clone, Debug)]
pub struct Tree {
    splits: Box<[Split]>,
    /// Values of the leaves, that of leaf `n` in place `n + 15` modulo 16: see [`place_of`].
    leaves: [f32; LEAVES],
}

impl Tree {
    /// Inner nodes in any order, and the leaves from the low side to the high one.
    ///
    /// # Panics
    /// When there are more than 16 leaves.
    pub fn new(splits: Vec<Split>, leaves: &[f32]) -> Self {
        assert!(leaves.len() <= LEAVES, "a tree has at most {LEAVES} leaves");
        let mut placed = [0.0; LEAVES];
        for (leaf, &value) in leaves.iter().enumerate() {
            placed[(leaf + 15) % LEAVES] = value;
        }
        Self {
            splits: splits.into(),
            leaves: placed,
        }
    }
}

/// Where the value of the first leaf of a set lies, in the lowest four bits: the exponent of its bit as a number, which is 127 more than the
/// leaf's number and costs less than counting zeros.
#[inline(always)]
fn place_of(left: u32) -> u32 {
    ((left & left.wrapping_neg()).cast_signed() as f32).to_bits() >> 23
}

/// Adds what each tree says of each row to the row's sum, tree by tree. `columns` hold a feature of all rows each; only the first `rows` rows count,
/// and what is added to the others is left open.
///
/// # Panics
/// When a tree looks at a feature for which there is no column.
pub fn add_trees(
    level: Level,
    trees: &[Tree],
    columns: &[[f32; ROWS]],
    sums: &mut [f32; ROWS],
    rows: usize,
) {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { avx512(trees, columns, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { avx2(trees, columns, sums, rows) },
        _ => plain(trees, columns, sums),
    }
}

/// Written out: the compiler makes the plain loop one row at a time, with a branch for each, which takes ten times as long.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(trees: &[Tree], columns: &[[f32; ROWS]], sums: &mut [f32; ROWS]) {
    use std::arch::x86_64::*;
    // SAFETY: there are sixteen sums.
    let mut total = unsafe { _mm512_loadu_ps(sums.as_ptr()) };
    for tree in trees {
        let mut left = _mm512_set1_epi32(-1);
        for split in &tree.splits {
            // SAFETY: a column has sixteen rows.
            let column = unsafe { _mm512_loadu_ps(columns[split.feature].as_ptr()) };
            let threshold = _mm512_set1_ps(split.threshold);
            let high = _mm512_cmp_ps_mask::<_CMP_NLE_UQ>(column, threshold);
            let below = _mm512_set1_epi32(split.left.cast_signed());
            left = _mm512_mask_and_epi32(left, high, left, below);
        }
        let first = _mm512_and_si512(left, _mm512_sub_epi32(_mm512_setzero_si512(), left));
        let place = _mm512_srli_epi32::<23>(_mm512_castps_si512(_mm512_cvtepi32_ps(first)));
        // SAFETY: there are sixteen leaves.
        let leaves = unsafe { _mm512_loadu_ps(tree.leaves.as_ptr()) };
        total = _mm512_add_ps(total, _mm512_permutexvar_ps(place, leaves));
    }
    // SAFETY: as for the load.
    unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), total) };
}

/// Written out for the same reason. Of up to eight rows half of the work is left out.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(trees: &[Tree], columns: &[[f32; ROWS]], sums: &mut [f32; ROWS], rows: usize) {
    if rows <= ROWS / 2 {
        halves_avx2::<1>(trees, columns, sums);
    } else {
        halves_avx2::<2>(trees, columns, sums);
    }
}

/// The first `HALVES` times eight rows.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn halves_avx2<const HALVES: usize>(
    trees: &[Tree],
    columns: &[[f32; ROWS]],
    sums: &mut [f32; ROWS],
) {
    use std::arch::x86_64::*;
    const { assert!(HALVES * 8 <= ROWS, "there are sixteen rows") };
    // SAFETY: there are sixteen sums, and eight from each half on.
    let mut totals: [_; HALVES] =
        std::array::from_fn(|half| unsafe { _mm256_loadu_ps(sums.as_ptr().add(8 * half)) });
    for tree in trees {
        let mut left = [_mm256_set1_epi32(-1); HALVES];
        for split in &tree.splits {
            let column = &columns[split.feature];
            let threshold = _mm256_set1_ps(split.threshold);
            let below = _mm256_set1_epi32(split.left.cast_signed());
            for (half, left) in left.iter_mut().enumerate() {
                // SAFETY: a column has sixteen rows, and eight from each half on.
                let values = unsafe { _mm256_loadu_ps(column.as_ptr().add(8 * half)) };
                let low = _mm256_cmp_ps::<_CMP_LE_OQ>(values, threshold);
                *left = _mm256_and_si256(*left, _mm256_or_si256(_mm256_castps_si256(low), below));
            }
        }
        for (total, left) in totals.iter_mut().zip(left) {
            let first = _mm256_and_si256(left, _mm256_sub_epi32(_mm256_setzero_si256(), left));
            let place = _mm256_srli_epi32::<23>(_mm256_castps_si256(_mm256_cvtepi32_ps(first)));
            let place = _mm256_and_si256(place, _mm256_set1_epi32(15));
            // SAFETY: there are sixteen leaves, and no place is above fifteen.
            let leaves = unsafe { _mm256_i32gather_ps::<4>(tree.leaves.as_ptr(), place) };
            *total = _mm256_add_ps(*total, leaves);
        }
    }
    for (half, total) in totals.into_iter().enumerate() {
        // SAFETY: as for the load.
        unsafe { _mm256_storeu_ps(sums.as_mut_ptr().add(8 * half), total) };
    }
}

fn plain(trees: &[Tree], columns: &[[f32; ROWS]], sums: &mut [f32; ROWS]) {
    for tree in trees {
        let mut left = [u32::MAX; ROWS];
        for split in &tree.splits {
            let column = &columns[split.feature];
            for (left, &value) in left.iter_mut().zip(column) {
                // All bits where the row goes low.
                let low = u32::from(value <= split.threshold).wrapping_neg();
                *left &= low | split.left;
            }
        }
        for (sum, &left) in sums.iter_mut().zip(&left) {
            *sum += tree.leaves[place_of(left) as usize % LEAVES];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_level_walks_to_the_same_leaves(cells in proptest::collection::vec(-2.0_f32..2.0, 3 * ROWS)) {
            // Low at the root: leaf 0. Else low: leaf 1; else leaf 2 or 3.
            let split = |feature, threshold, left| Split { feature, threshold, left };
            let splits = vec![split(0, 0.0, !0b0001), split(1, 0.5, !0b0010), split(2, -0.5, !0b0100)];
            let tree = Tree::new(splits, &[0.25, 1.25, 2.25, 3.25]);
            let mut columns: Vec<[f32; ROWS]> = cells.as_chunks().0.to_vec();
            columns[1][3] = f32::NAN;
            let expected: Vec<f32> = (0..ROWS)
                .map(|row| {
                    if columns[0][row] <= 0.0 {
                        0.25
                    } else if columns[1][row] <= 0.5 {
                        1.25
                    } else if columns[2][row] <= -0.5 {
                        2.25
                    } else {
                        3.25
                    }
                })
                .collect();
            for level in Level::available() {
                for rows in [1, 8, 9, ROWS] {
                    let mut sums = [1.0; ROWS];
                    add_trees(level, &[tree.clone(), tree.clone()], &columns, &mut sums, rows);
                    for (sum, leaf) in sums.iter().zip(&expected).take(rows) {
                        proptest::prop_assert_eq!(*sum, 1.0 + leaf + leaf, "{:?}", level);
                    }
                }
            }
        }
    }
}
