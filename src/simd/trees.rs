//! Sums of regression trees for many rows of features at once.
//!
//! QuickScorer's way (Lucchese, Nardini, Orlando, Perego, Tonellotto, Venturini 2015), its vectors of rows being those of V-QuickScorer (2016): no
//! tree is walked. Every inner node at which a row goes high takes the leaves below its low side from the row's set of leaves; the first one left
//! is the row's.
//!
//! Of a few rows each is asked by itself, and it is trees that lie side by side.

use super::Level;

/// Rows that are asked together.
pub const ROWS: usize = 16;
/// So many rows, or fewer, are asked one by one: it takes three times as long for sixteen rows as for one.
const FEW: usize = 3;
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

/// As many trees side by side as a row asks together.
const LANES: usize = 16;

/// A node of each tree.
#[derive(Clone, Debug)]
struct Nodes {
    features: [u32; LANES],
    thresholds: [f32; LANES],
    left: [u32; LANES],
}

/// Trees side by side.
#[derive(Clone, Debug)]
struct Beside {
    /// A tree with fewer nodes than another has some that change nothing.
    nodes: Box<[Nodes]>,
    /// As those of [`Tree`].
    leaves: Box<[[f32; LEAVES]]>,
}

impl Beside {
    fn new(trees: &[Tree]) -> Self {
        let most = trees.iter().map(|tree| tree.splits.len()).max();
        let nodes = (0..most.unwrap_or(0)).map(|at| {
            let mut nodes = Nodes {
                features: [0; LANES],
                thresholds: [0.0; LANES],
                left: [u32::MAX; LANES],
            };
            for (lane, tree) in trees.iter().enumerate() {
                if let Some(split) = tree.splits.get(at) {
                    nodes.features[lane] = u32::try_from(split.feature).unwrap_or(u32::MAX);
                    nodes.thresholds[lane] = split.threshold;
                    nodes.left[lane] = split.left;
                }
            }
            nodes
        });
        Self {
            nodes: nodes.collect(),
            leaves: trees.iter().map(|tree| tree.leaves).collect(),
        }
    }

    /// Adds what each tree says to the sum, `places` being where the leaves lie that are left.
    #[inline(always)]
    fn add(&self, places: &[u32; LANES], mut sum: f32) -> f32 {
        for (leaves, &place) in self.leaves.iter().zip(places) {
            sum += leaves[place as usize % LEAVES];
        }
        sum
    }
}

/// The trees of a model.
#[derive(Clone, Debug)]
pub struct Forest {
    trees: Vec<Tree>,
    beside: Vec<Beside>,
    /// One past the last feature that is looked at.
    features: usize,
}

impl Forest {
    /// Those trees, in their order.
    pub fn new(trees: Vec<Tree>) -> Self {
        let splits = trees.iter().flat_map(|tree| &tree.splits);
        Self {
            features: splits.map(|split| split.feature + 1).max().unwrap_or(0),
            beside: trees.chunks(LANES).map(Beside::new).collect(),
            trees,
        }
    }
}

/// What all trees say of each row of features, added to `base` tree by tree; behind the last row the sums are left open.
///
/// # Panics
/// When there are more than sixteen rows, or a tree looks at a feature that they do not have.
pub fn sum_trees<const N: usize>(
    level: Level,
    forest: &Forest,
    rows: &[[f32; N]],
    base: f32,
) -> [f32; ROWS] {
    assert!(
        rows.len() <= ROWS && forest.features <= N,
        "at most {ROWS} rows, with all features that are looked at"
    );
    let mut sums = [base; ROWS];
    if rows.len() <= FEW {
        for (row, sum) in rows.iter().zip(&mut sums) {
            *sum = match level.runnable() {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: `runnable` returns this level only where the processor has its features, and no tree looks past the row's end.
                Level::Avx512 => unsafe { row_avx512(&forest.beside, row, base) },
                _ => row_plain(&forest.beside, row, base),
            };
        }
        return sums;
    }
    let mut columns = [[0.0; ROWS]; N];
    for (k, row) in rows.iter().enumerate() {
        for (column, &value) in columns.iter_mut().zip(row) {
            column[k] = value;
        }
    }
    add_trees(level, &forest.trees, &columns, &mut sums, rows.len());
    sums
}

/// Written out for the reason that [`avx512`] is.
///
/// # Safety
/// No feature of a node may lie behind the end of the row.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn row_avx512(beside: &[Beside], row: &[f32], mut sum: f32) -> f32 {
    use std::arch::x86_64::*;
    for trees in beside {
        let mut left = _mm512_set1_epi32(-1);
        for nodes in &trees.nodes {
            // SAFETY: there are sixteen of each; the caller answers for the features.
            let (values, thresholds, below) = unsafe {
                let features = _mm512_loadu_si512(nodes.features.as_ptr().cast());
                (
                    _mm512_i32gather_ps::<4>(features, row.as_ptr()),
                    _mm512_loadu_ps(nodes.thresholds.as_ptr()),
                    _mm512_loadu_si512(nodes.left.as_ptr().cast()),
                )
            };
            let high = _mm512_cmp_ps_mask::<_CMP_NLE_UQ>(values, thresholds);
            left = _mm512_mask_and_epi32(left, high, left, below);
        }
        let first = _mm512_and_si512(left, _mm512_sub_epi32(_mm512_setzero_si512(), left));
        let place = _mm512_srli_epi32::<23>(_mm512_castps_si512(_mm512_cvtepi32_ps(first)));
        let mut places = [0; LANES];
        // SAFETY: there are sixteen places.
        unsafe { _mm512_storeu_si512(places.as_mut_ptr().cast(), place) };
        sum = trees.add(&places, sum);
    }
    sum
}

fn row_plain(beside: &[Beside], row: &[f32], mut sum: f32) -> f32 {
    for trees in beside {
        let mut left = [u32::MAX; LANES];
        for nodes in &trees.nodes {
            for (lane, left) in left.iter_mut().enumerate() {
                let value = row[nodes.features[lane] as usize];
                // All bits where the row goes low.
                let low = u32::from(value <= nodes.thresholds[lane]).wrapping_neg();
                *left &= low | nodes.left[lane];
            }
        }
        sum = trees.add(&left.map(place_of), sum);
    }
    sum
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
fn add_trees(
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
            let forest = Forest::new(vec![tree.clone(), tree]);
            let of_row = |row| std::array::from_fn(|column| columns[column][row]);
            let rows: Vec<[f32; 3]> = (0..ROWS).map(of_row).collect();
            for level in Level::available() {
                for rows in [1, FEW, FEW + 1, 8, 9, ROWS].map(|count| &rows[..count]) {
                    let sums = sum_trees(level, &forest, rows, 1.0);
                    for (sum, leaf) in sums.iter().zip(&expected).take(rows.len()) {
                        proptest::prop_assert_eq!(*sum, 1.0 + leaf + leaf, "{:?}", level);
                    }
                }
            }
        }
    }
}
