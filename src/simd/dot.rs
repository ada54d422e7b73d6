//! Dot product of two vectors of 128 signed bytes.

use super::Level;

/// Components of a vector.
const COMPONENTS: usize = 128;

/// The sum of products, exact: at most 128 * 128 * 128.
#[inline]
pub fn dot(level: Level, a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { avx512(a, b) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { avx2(a, b) },
        _ => scalar(a, b),
    }
}

#[inline(always)]
fn scalar(a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    // A plain loop: an iterator's fold is a function of its own, which the wider registers do not reach.
    let mut sum = 0;
    let mut at = 0;
    while at < COMPONENTS {
        sum += i32::from(a[at]) * i32::from(b[at]);
        at += 1;
    }
    sum
}

/// The scalar loop, for registers four times as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512(a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    scalar(a, b)
}

/// The scalar loop, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    scalar(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_level_gives_the_same_product(bytes in proptest::collection::vec(proptest::num::i8::ANY, 2 * COMPONENTS)) {
            let (a, b) = bytes.split_at(COMPONENTS);
            let (a, b) = (a.first_chunk().expect("half of it"), b.first_chunk().expect("half of it"));
            for level in Level::available() {
                assert_eq!(dot(level, a, b), scalar(a, b));
            }
        }
    }
}
