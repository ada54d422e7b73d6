//! The loops of an encoder between its products of matrices: norms, softmax, attention, activation, bytes.
//!
//! Every sum is taken in an order that does not depend on the width of the registers, and nothing is fused, so that all levels give the
//! same bits.

use std::ops::Range;

use super::Level;

/// Partial sums that run side by side.
const LANES: usize = 16;
/// Components of an attention head.
pub const HEAD: usize = 32;

/// Defines a loop that is compiled three times: for the baseline, AVX2 and AVX-512.
macro_rules! recompiled {
    ($($(#[$about:meta])* $name:ident, $loop:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            $(#[$about])*
            pub fn $name(level: Level, $($argument: $type),*) {
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn wide($($argument: $type),*) { $loop($($argument),*) }
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2")]
                fn middle($($argument: $type),*) { $loop($($argument),*) }
                match level.runnable() {
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: `runnable` returns this level only where the processor has its features.
                    Level::Avx512 => unsafe { wide($($argument),*) },
                    #[cfg(target_arch = "x86_64")]
                    // SAFETY: as above.
                    Level::Avx2 => unsafe { middle($($argument),*) },
                    _ => $loop($($argument),*),
                }
            }
        )*
    };
}

recompiled! {
    /// Rows of numbers as bytes: `x` is about `least + step * byte`, with `(least, step)` of each row in `scales`. Steps are above 0.
    ///
    /// # Panics
    /// When `bytes` is shorter than `x` or `scales` than its rows.
    to_bytes, to_bytes_loop(x: &[f32], width: usize, bytes: &mut [u8], scales: &mut [(f32, f32)]);

    /// Sums of bytes times weights as numbers: `out = step * factor * sum + least * total + bias`; the last three are those of each output.
    ///
    /// # Panics
    /// When the lengths do not fit one another.
    from_sums, from_sums_loop(sums: &[i32], scales: &[(f32, f32)], of_output: [&[f32]; 3], out: &mut [f32]);

    /// The Gaussian error linear unit, `x * phi(x)`, with the error function of Abramowitz and Stegun 7.1.26 (error below 2e-7).
    gelu, gelu_loop(x: &mut [f32]);

    /// Adds `more` to `x` and brings each row to mean 0 and variance 1, then to `gain` and `bias`.
    ///
    /// # Panics
    /// When the lengths do not fit one another, or `gain` is no multiple of 16 long.
    add_and_normalise, add_and_normalise_loop(x: &mut [f32], more: &[f32], gain: &[f32], bias: &[f32]);

    /// Attention of some rows to some: `asked` holds a query, a key and a value of `width` a row, heads of [`HEAD`] components side by side;
    /// the rows `from` of `heard` get the values of the rows `to`, weighted. `room` is overwritten.
    ///
    /// # Panics
    /// When the lengths do not fit one another, or `to` is empty.
    attend, attend_loop(asked: &[f32], width: usize, from: Range<usize>, to: Range<usize>, heard: &mut [f32], room: &mut Vec<f32>);

    /// For each row of `a` the highest cosine with a row of `b`; rows are of unit length.
    ///
    /// # Panics
    /// When `nearest` is shorter than the rows of `a`.
    nearest, nearest_loop(a: &[f32], b: &[f32], width: usize, nearest: &mut [f32]);

    /// Brings rows to unit length; a row of zeros stays.
    to_unit, to_unit_loop(x: &mut [f32], width: usize);
}

/// Added and taken away, it rounds a number of less than 2^22 to the nearest integer, and leaves that integer in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// e^x, within 3e-7 of it; 0 below -87.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = if x > 88.0 { 88.0 } else { x };
    let small = if x < -87.0 { -87.0 } else { x };
    let shifted = small * std::f32::consts::LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = small - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let p = 1.987_569_2e-4;
    let p = p * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let p = p * r * r + r + 1.0;
    let power = shifted
        .to_bits()
        .wrapping_sub(ROUNDER.to_bits())
        .wrapping_add(127)
        << 23;
    let value = p * f32::from_bits(power);
    if x < -87.0 { 0.0 } else { value }
}

/// Sum in sixteen lanes, then of the lanes.
#[inline(always)]
fn sum_of(x: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (blocks, rest) = x.as_chunks::<LANES>();
    for block in blocks {
        let mut at = 0;
        while at < LANES {
            lanes[at] += of(block[at]);
            at += 1;
        }
    }
    let mut total = 0.0;
    for lane in lanes {
        total += lane;
    }
    for &value in rest {
        total += of(value);
    }
    total
}

#[inline(always)]
fn to_bytes_loop(x: &[f32], width: usize, bytes: &mut [u8], scales: &mut [(f32, f32)]) {
    for ((row, bytes), scale) in x
        .chunks_exact(width)
        .zip(bytes.chunks_exact_mut(width))
        .zip(scales)
    {
        let (mut least, mut most) = ([f32::MAX; LANES], [f32::MIN; LANES]);
        let (blocks, rest) = row.as_chunks::<LANES>();
        for block in blocks {
            let mut at = 0;
            while at < LANES {
                least[at] = if block[at] < least[at] {
                    block[at]
                } else {
                    least[at]
                };
                most[at] = if block[at] > most[at] {
                    block[at]
                } else {
                    most[at]
                };
                at += 1;
            }
        }
        let mut low = f32::MAX;
        let mut high = f32::MIN;
        for &value in least.iter().chain(rest) {
            low = if value < low { value } else { low };
        }
        for &value in most.iter().chain(rest) {
            high = if value > high { value } else { high };
        }
        let step = if high > low {
            (high - low) / 255.0
        } else {
            1.0
        };
        let inverse = 1.0 / step;
        for (byte, &value) in bytes.iter_mut().zip(row) {
            *byte = ((value - low) * inverse + ROUNDER).to_bits().to_le_bytes()[0];
        }
        *scale = (low, step);
    }
}

#[inline(always)]
fn from_sums_loop(sums: &[i32], scales: &[(f32, f32)], of_output: [&[f32]; 3], out: &mut [f32]) {
    let [factors, totals, biases] = of_output;
    let outputs = factors.len();
    assert!(
        totals.len() == outputs && biases.len() == outputs && sums.len() == scales.len() * outputs,
        "numbers for every output"
    );
    for ((sums, out), &(least, step)) in sums
        .chunks_exact(outputs)
        .zip(out.chunks_exact_mut(outputs))
        .zip(scales)
    {
        let mut at = 0;
        while at < outputs {
            out[at] = step * factors[at] * sums[at] as f32 + (least * totals[at] + biases[at]);
            at += 1;
        }
    }
}

#[inline(always)]
fn gelu_loop(x: &mut [f32]) {
    for value in x {
        let z = value.abs() * std::f32::consts::FRAC_1_SQRT_2;
        let t = 1.0 / (1.0 + 0.327_591_1 * z);
        let p = 1.061_405_4;
        let p = p * t - 1.453_152_1;
        let p = p * t + 1.421_413_8;
        let p = p * t - 0.284_496_72;
        let p = p * t + 0.254_829_6;
        let tail = 0.5 * p * t * exp(-z * z);
        *value *= if *value < 0.0 { tail } else { 1.0 - tail };
    }
}

#[inline(always)]
fn add_and_normalise_loop(x: &mut [f32], more: &[f32], gain: &[f32], bias: &[f32]) {
    let width = gain.len();
    assert!(
        bias.len() == width && x.len() == more.len() && width.is_multiple_of(LANES),
        "a gain and a bias for every component"
    );
    for (row, more) in x.chunks_exact_mut(width).zip(more.chunks_exact(width)) {
        for (value, &more) in row.iter_mut().zip(more) {
            *value += more;
        }
        let mean = sum_of(row, |v| v) / width as f32;
        let variance = sum_of(row, |v| (v - mean) * (v - mean)) / width as f32;
        let inverse = 1.0 / (variance + 1e-12).sqrt();
        let mut at = 0;
        while at < width {
            row[at] = (row[at] - mean) * inverse * gain[at] + bias[at];
            at += 1;
        }
    }
}

#[inline(always)]
fn attend_loop(
    asked: &[f32],
    width: usize,
    from: Range<usize>,
    to: Range<usize>,
    heard: &mut [f32],
    room: &mut Vec<f32>,
) {
    let rows = heard.len() / width;
    assert!(
        asked.len() == 3 * rows * width && width.is_multiple_of(HEAD),
        "three parts a row"
    );
    assert!(!to.is_empty(), "there is somebody to listen to");
    let count = to.len();
    // Keys lie component by component, filled up to whole blocks with zeros that are left out of the sums.
    let padded = count.next_multiple_of(LANES);
    room.clear();
    room.resize((HEAD + 1) * padded, 0.0);
    let (keys, likes) = room.split_at_mut(HEAD * padded);
    let scale = 1.0 / (HEAD as f32).sqrt();
    let told = &asked[3 * width * to.start..3 * width * to.end];
    for head in 0..width / HEAD {
        let at = head * HEAD;
        for (j, row) in told.chunks_exact(3 * width).enumerate() {
            for (d, &value) in row[width + at..width + at + HEAD].iter().enumerate() {
                keys[d * padded + j] = value;
            }
        }
        for i in from.clone() {
            let query = &asked[3 * width * i + at..][..HEAD];
            for (block, likes) in likes.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let mut sums = [0.0_f32; LANES];
                for (d, &q) in query.iter().enumerate() {
                    let keys = &keys[d * padded + block * LANES..][..LANES];
                    let mut lane = 0;
                    while lane < LANES {
                        sums[lane] += q * keys[lane];
                        lane += 1;
                    }
                }
                *likes = sums;
            }
            let likes = &mut likes[..count];
            for like in likes.iter_mut() {
                *like *= scale;
            }
            let mut most = f32::MIN;
            for &like in likes.iter() {
                most = if like > most { like } else { most };
            }
            for like in likes.iter_mut() {
                *like = exp(*like - most);
            }
            let inverse = 1.0 / sum_of(likes, |v| v);
            let mut total = [0.0_f32; HEAD];
            for (row, &like) in told.chunks_exact(3 * width).zip(likes.iter()) {
                let values = &row[2 * width + at..2 * width + at + HEAD];
                let mut d = 0;
                while d < HEAD {
                    total[d] += like * values[d];
                    d += 1;
                }
            }
            for (out, total) in heard[i * width + at..][..HEAD].iter_mut().zip(total) {
                *out = total * inverse;
            }
        }
    }
}

#[inline(always)]
fn nearest_loop(a: &[f32], b: &[f32], width: usize, nearest: &mut [f32]) {
    assert!(nearest.len() * width >= a.len(), "room for every row");
    for (row, nearest) in a.chunks_exact(width).zip(nearest) {
        *nearest = -1.0;
        for other in b.chunks_exact(width) {
            let mut lanes = [0.0_f32; LANES];
            let (x, y) = (row.as_chunks::<LANES>().0, other.as_chunks::<LANES>().0);
            for (x, y) in x.iter().zip(y) {
                let mut at = 0;
                while at < LANES {
                    lanes[at] += x[at] * y[at];
                    at += 1;
                }
            }
            let mut cosine = 0.0;
            for lane in lanes {
                cosine += lane;
            }
            *nearest = if cosine > *nearest { cosine } else { *nearest };
        }
    }
}

#[inline(always)]
fn to_unit_loop(x: &mut [f32], width: usize) {
    for row in x.chunks_exact_mut(width) {
        let length = sum_of(row, |v| v * v).sqrt();
        let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
        for value in row {
            *value *= inverse;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random, -4..4.
    fn numbers(count: usize, mut state: u64) -> Vec<f32> {
        (0..count)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as f32 / (1 << 21) as f32 - 4.0
            })
            .collect()
    }

    fn bits(x: &[f32]) -> Vec<u32> {
        x.iter().map(|v| v.to_bits()).collect()
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let width = 3 * HEAD;
        for count in [1, 5, 16, 37] {
            let mut expected: Option<Vec<Vec<u32>>> = None;
            for level in Level::available() {
                let x = numbers(count * width, 5);
                let (mut bytes, mut scales) = (vec![0; x.len()], vec![(0.0, 0.0); count]);
                to_bytes(level, &x, width, &mut bytes, &mut scales);
                let sums: Vec<i32> = bytes
                    .iter()
                    .map(|&b| i32::from(b) * 1001 - 70_000)
                    .collect();
                let (a, b, c) = (numbers(width, 1), numbers(width, 2), numbers(width, 3));
                let mut out = vec![0.0; x.len()];
                from_sums(level, &sums, &scales, [&a, &b, &c], &mut out);
                let mut activated = x.clone();
                gelu(level, &mut activated);
                let mut normal = x.clone();
                add_and_normalise(level, &mut normal, &activated, &a, &b);
                let mut heard = vec![0.0; x.len()];
                let asked = numbers(3 * x.len(), 9);
                let room = &mut Vec::new();
                attend(level, &asked, width, 0..count, 0..count, &mut heard, room);
                attend(
                    level,
                    &asked,
                    width,
                    0..count / 2,
                    count / 3..count,
                    &mut heard,
                    room,
                );
                let mut unit = x.clone();
                to_unit(level, &mut unit, width);
                let mut near = vec![0.0; count];
                nearest(level, &unit, &unit[width * (count / 2)..], width, &mut near);
                let scales: Vec<f32> = scales.iter().flat_map(|&(l, s)| [l, s]).collect();
                let all = vec![
                    bits(&scales),
                    bits(&out),
                    bits(&activated),
                    bits(&normal),
                    bits(&heard),
                    bits(&near),
                ];
                match &expected {
                    None => expected = Some(all),
                    Some(expected) => assert_eq!(&all, expected, "{level:?}"),
                }
            }
        }
    }

    #[test]
    fn the_exponential_is_near_the_true_one() {
        for k in -8700..8800 {
            let x = k as f32 / 100.0;
            let (found, truth) = (f64::from(exp(x)), f64::from(x).exp());
            assert!(
                (found - truth).abs() <= 4e-7 * truth,
                "{x}: {found} for {truth}"
            );
        }
        assert_eq!(exp(-200.0), 0.0);
    }

    #[test]
    fn the_activation_is_near_its_table() {
        // Values of x * phi(x) from tables of the normal distribution.
        let mut x = [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0];
        gelu(Level::best(), &mut x);
        let table = [
            -0.004_049_7,
            -0.158_655_3,
            -0.154_268_8,
            0.0,
            0.345_731_2,
            0.841_344_7,
            2.995_950_3,
        ];
        for (found, truth) in x.iter().zip(table) {
            assert!((found - truth).abs() < 2e-6, "{found} for {truth}");
        }
    }

    #[test]
    fn a_row_of_one_value_survives_as_bytes() {
        let (mut bytes, mut scales) = ([9; 32], [(0.0, 0.0)]);
        to_bytes(Level::best(), &[2.5; 32], 32, &mut bytes, &mut scales);
        assert_eq!(scales[0].0, 2.5);
        assert!(bytes.iter().all(|&b| b == 0));
    }
}
