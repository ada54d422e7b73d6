//! A vector of 128 signed bytes, scaled and added to another one.

use super::Level;

/// Components of a vector.
const COMPONENTS: usize = 128;

/// Adds `factor` times each component to its sum.
#[inline]
pub fn add_scaled(
    level: Level,
    components: &[i8; COMPONENTS],
    factor: f32,
    sum: &mut [f32; COMPONENTS],
) {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { wide(components, factor, sum) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { middle(components, factor, sum) },
        _ => plain(components, factor, sum),
    }
}

#[inline(always)]
fn plain(components: &[i8; COMPONENTS], factor: f32, sum: &mut [f32; COMPONENTS]) {
    // A plain loop: an iterator's fold is a function of its own, which the wider registers do not reach.
    let mut at = 0;
    while at < COMPONENTS {
        sum[at] += factor * f32::from(components[at]);
        at += 1;
    }
}

/// The plain loop, for registers four times as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn wide(components: &[i8; COMPONENTS], factor: f32, sum: &mut [f32; COMPONENTS]) {
    plain(components, factor, sum);
}

/// The plain loop, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn middle(components: &[i8; COMPONENTS], factor: f32, sum: &mut [f32; COMPONENTS]) {
    plain(components, factor, sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_level_adds_the_same(
            bytes in proptest::collection::vec(proptest::num::i8::ANY, COMPONENTS),
            sums in proptest::collection::vec(-9.0_f32..9.0, COMPONENTS),
            factor in -2.0_f32..2.0,
        ) {
            let components = bytes.first_chunk().expect("all of it");
            let sums: &[f32; COMPONENTS] = sums.first_chunk().expect("all of it");
            let mut expected = *sums;
            for (sum, byte) in expected.iter_mut().zip(&bytes) {
                *sum += factor * f32::from(*byte);
            }
            for level in Level::available() {
                let mut found = *sums;
                add_scaled(level, components, factor, &mut found);
                proptest::prop_assert_eq!(found, expected, "{:?}", level);
            }
        }
    }
}
