//! MinHash slots of a paragraph: the least value of each of many permutations.

use super::Level;

/// Lowers each slot to the least value that a shingle has under the slot's permutation. Double hashing stands in for independent
/// permutations (Kirsch, Mitzenmacher 2006), one more multiplication mixes it.
pub fn lower_slots<const N: usize>(
    level: Level,
    shingles: &[u64],
    seed: u32,
    slots: &mut [u32; N],
) {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { avx512(shingles, seed, slots) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { avx2(shingles, seed, slots) },
        _ => scalar(shingles, seed, slots),
    }
}

#[inline(always)]
fn scalar<const N: usize>(shingles: &[u64], seed: u32, slots: &mut [u32; N]) {
    for &shingle in shingles {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
        let (low, high) = (shingle as u32, (shingle >> 32) as u32);
        // A plain loop: an iterator's fold is a function of its own, which the wider registers do not reach.
        let mut factor = high;
        let mut k = 0;
        while k < N {
            let value = low.wrapping_add(factor).wrapping_mul(0x9e37_79b1) ^ seed;
            let value = value ^ (value >> 15);
            if value < slots[k] {
                slots[k] = value;
            }
            // The odd multiples of the upper half: 1, 3, 5 ...
            factor = factor.wrapping_add(high.wrapping_mul(2));
            k += 1;
        }
    }
}

/// The scalar loop, for registers four times as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<const N: usize>(shingles: &[u64], seed: u32, slots: &mut [u32; N]) {
    scalar(shingles, seed, slots);
}

/// The scalar loop, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<const N: usize>(shingles: &[u64], seed: u32, slots: &mut [u32; N]) {
    scalar(shingles, seed, slots);
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_level_finds_the_least_values(shingles in proptest::collection::vec(proptest::num::u64::ANY, 0..40), seed in proptest::num::u32::ANY) {
            let mut naive = [u32::MAX; 13];
            for &shingle in &shingles {
                let (low, high) = ((shingle & 0xffff_ffff) as u32, (shingle >> 32) as u32);
                for (k, slot) in (0_u32..).zip(&mut naive) {
                    let mixed = low.wrapping_add(high.wrapping_mul(2 * k + 1)).wrapping_mul(0x9e37_79b1) ^ seed;
                    *slot = (*slot).min(mixed ^ (mixed >> 15));
                }
            }
            for level in Level::available() {
                let mut slots = [u32::MAX; 13];
                lower_slots(level, &shingles, seed, &mut slots);
                assert_eq!(slots, naive);
            }
        }
    }
}
