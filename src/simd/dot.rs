//! Dot product of two vectors of 128 signed bytes.

use super::Level;

/// Components of a vector.
const COMPONENTS: usize = 128;

/// The sum of products, exact: at most 128 * 128 * 128.
#[inline]
pub fn dot(level: Level, a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns these levels only where the processor has AVX2.
        Level::Avx2 | Level::Avx512 => unsafe { avx2(a, b) },
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

/// The scalar loop, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(a: &[i8; COMPONENTS], b: &[i8; COMPONENTS]) -> i32 {
    scalar(a, b)
}

/// Adds to `products` the [`dot`] of `a` with each of `many`: below 2^24, so that a float holds it exactly.
pub fn dots(
    level: Level,
    a: &[i8; COMPONENTS],
    many: &[[i8; COMPONENTS]],
    products: &mut Vec<f32>,
) {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { many_avx512(a, many, products) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { many_avx2(a, many, products) },
        _ => products.extend(many.iter().map(|b| scalar(a, b) as f32)),
    }
}

/// The scalar loop, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn many_avx2(a: &[i8; COMPONENTS], many: &[[i8; COMPONENTS]], products: &mut Vec<f32>) {
    for b in many {
        products.push(scalar(a, b) as f32);
    }
}

/// The scalar loop, for registers four times as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn many_avx512(a: &[i8; COMPONENTS], many: &[[i8; COMPONENTS]], products: &mut Vec<f32>) {
    for b in many {
        products.push(scalar(a, b) as f32);
    }
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
                let mut products = Vec::new();
                dots(level, a, &[*b, *a], &mut products);
                assert_eq!(products, [scalar(a, b) as f32, scalar(a, a) as f32]);
            }
        }
    }
}
