//! Product of rows of unsigned bytes with packed signed weights: what an encoder spends its time on.

use super::Level;

/// Outputs that lie side by side in packed weights.
pub const BLOCK: usize = 64;
/// Inputs that one instruction takes together.
pub const TOGETHER: usize = 4;

/// `sums[row][output]`, the exact sum over inputs of `rows[row][input] * weights[output][input]`.
///
/// `packed` holds, for each [`BLOCK`] of outputs and each [`TOGETHER`] of inputs, the weights output by output. At most 32,768 inputs, so that no sum
/// overflows.
///
/// # Panics
/// When the lengths do not fit one another.
pub fn dense(level: Level, rows: &[u8], inputs: usize, packed: &[i8], sums: &mut [i32]) {
    assert!(
        inputs > 0 && inputs.is_multiple_of(TOGETHER) && inputs <= 1 << 15,
        "inputs come in fours"
    );
    let outputs = packed.len() / inputs;
    assert!(
        packed.len() == outputs * inputs && outputs.is_multiple_of(BLOCK),
        "outputs come in blocks"
    );
    let count = rows.len() / inputs;
    assert!(
        rows.len() == count * inputs && sums.len() == count * outputs,
        "a sum for every row and output"
    );
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 if is_x86_feature_detected!("avx512vnni") => {
            // SAFETY: `runnable` returns this level only where the processor has its features; VNNI was asked for.
            unsafe { vnni::dense(rows, inputs, packed, sums) }
        }
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns these levels only where the processor has AVX2.
        Level::Avx2 | Level::Avx512 => unsafe { avx2::dense(rows, inputs, packed, sums) },
        _ => scalar(rows, inputs, packed, sums),
    }
}

fn scalar(rows: &[u8], inputs: usize, packed: &[i8], sums: &mut [i32]) {
    let outputs = packed.len() / inputs;
    for (row, sums) in rows
        .chunks_exact(inputs)
        .zip(sums.chunks_exact_mut(outputs))
    {
        for (block, sums) in packed
            .chunks_exact(inputs * BLOCK)
            .zip(sums.chunks_exact_mut(BLOCK))
        {
            sums.fill(0);
            for (x, weights) in row
                .chunks_exact(TOGETHER)
                .zip(block.chunks_exact(BLOCK * TOGETHER))
            {
                for (sum, w) in sums.iter_mut().zip(weights.chunks_exact(TOGETHER)) {
                    for (&x, &w) in x.iter().zip(w) {
                        *sum += i32::from(x) * i32::from(w);
                    }
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod vnni {
    use std::arch::x86_64::*;

    use super::{BLOCK, TOGETHER};

    /// Rows that are multiplied together: 24 sums and four weights fill the registers.
    const ROWS: usize = 6;

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    pub(super) fn dense(rows: &[u8], inputs: usize, packed: &[i8], sums: &mut [i32]) {
        let count = rows.len() / inputs;
        let outputs = packed.len() / inputs;
        for (at, block) in packed.chunks_exact(inputs * BLOCK).enumerate() {
            let mut row = 0;
            while row < count {
                let here = &rows[row * inputs..];
                let there = &mut sums[row * outputs + at * BLOCK..];
                row += match count - row {
                    1 => tile::<1>(here, inputs, block, there, outputs),
                    2 => tile::<2>(here, inputs, block, there, outputs),
                    3 => tile::<3>(here, inputs, block, there, outputs),
                    4 => tile::<4>(here, inputs, block, there, outputs),
                    5 => tile::<5>(here, inputs, block, there, outputs),
                    _ => tile::<ROWS>(here, inputs, block, there, outputs),
                };
            }
        }
    }

    /// One block of outputs for the first `R` rows; returns `R`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn tile<const R: usize>(
        rows: &[u8],
        inputs: usize,
        block: &[i8],
        sums: &mut [i32],
        outputs: usize,
    ) -> usize {
        assert!(
            rows.len() >= R * inputs
                && block.len() == inputs * BLOCK
                && sums.len() >= (R - 1) * outputs + BLOCK,
            "a whole tile"
        );
        let mut total = [[_mm512_setzero_si512(); 4]; R];
        for step in 0..inputs / TOGETHER {
            // Plain loops: closures and adapters are functions of their own, which these registers reach only when they are inlined.
            let mut weights = [_mm512_setzero_si512(); 4];
            let mut part = 0;
            while part < 4 {
                // SAFETY: `block` holds 256 bytes for each four of `inputs`.
                weights[part] = unsafe {
                    _mm512_loadu_si512(block.as_ptr().add(step * 256 + part * 64).cast())
                };
                part += 1;
            }
            let mut r = 0;
            while r < R {
                // SAFETY: there are `R` rows of `inputs` bytes, and `step` is below a fourth of `inputs`.
                let x = unsafe {
                    rows.as_ptr()
                        .add(r * inputs + step * TOGETHER)
                        .cast::<i32>()
                        .read_unaligned()
                };
                let x = _mm512_set1_epi32(x);
                total[r][0] = _mm512_dpbusd_epi32(total[r][0], x, weights[0]);
                total[r][1] = _mm512_dpbusd_epi32(total[r][1], x, weights[1]);
                total[r][2] = _mm512_dpbusd_epi32(total[r][2], x, weights[2]);
                total[r][3] = _mm512_dpbusd_epi32(total[r][3], x, weights[3]);
                r += 1;
            }
        }
        for (r, total) in total.iter().enumerate() {
            for (part, &total) in total.iter().enumerate() {
                // SAFETY: the last row's block ends inside `sums`.
                unsafe {
                    _mm512_storeu_si512(
                        sums.as_mut_ptr().add(r * outputs + part * 16).cast(),
                        total,
                    );
                }
            }
        }
        R
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{BLOCK, TOGETHER};

    /// Rows that are multiplied together.
    const ROWS: usize = 4;

    #[target_feature(enable = "avx2")]
    pub(super) fn dense(rows: &[u8], inputs: usize, packed: &[i8], sums: &mut [i32]) {
        let count = rows.len() / inputs;
        let outputs = packed.len() / inputs;
        for (at, block) in packed.chunks_exact(inputs * BLOCK).enumerate() {
            let mut row = 0;
            while row < count {
                let here = &rows[row * inputs..];
                let there = &mut sums[row * outputs + at * BLOCK..];
                row += match count - row {
                    1 => tile::<1>(here, inputs, block, there, outputs),
                    2 => tile::<2>(here, inputs, block, there, outputs),
                    3 => tile::<3>(here, inputs, block, there, outputs),
                    _ => tile::<ROWS>(here, inputs, block, there, outputs),
                };
            }
        }
    }

    /// One block of outputs for the first `R` rows; returns `R`. Bytes are widened, since the instruction that multiplies bytes saturates.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn tile<const R: usize>(
        rows: &[u8],
        inputs: usize,
        block: &[i8],
        sums: &mut [i32],
        outputs: usize,
    ) -> usize {
        assert!(
            rows.len() >= R * inputs
                && block.len() == inputs * BLOCK
                && sums.len() >= (R - 1) * outputs + BLOCK,
            "a whole tile"
        );
        let low = _mm256_set1_epi16(0xff);
        for part in 0..BLOCK / 8 {
            let mut total = [_mm256_setzero_si256(); R];
            for step in 0..inputs / TOGETHER {
                // SAFETY: `block` holds 256 bytes for each four of `inputs`.
                let weights = unsafe {
                    _mm256_loadu_si256(block.as_ptr().add(step * 256 + part * 32).cast())
                };
                let even = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(weights));
                let odd = _mm256_srai_epi16::<8>(weights);
                for (r, total) in total.iter_mut().enumerate() {
                    // SAFETY: there are `R` rows of `inputs` bytes, and `step` is below a fourth of `inputs`.
                    let x = unsafe {
                        rows.as_ptr()
                            .add(r * inputs + step * TOGETHER)
                            .cast::<i32>()
                            .read_unaligned()
                    };
                    let x = _mm256_set1_epi32(x);
                    let first = _mm256_madd_epi16(_mm256_and_si256(x, low), even);
                    let second = _mm256_madd_epi16(_mm256_srli_epi16::<8>(x), odd);
                    *total = _mm256_add_epi32(*total, _mm256_add_epi32(first, second));
                }
            }
            for (r, &total) in total.iter().enumerate() {
                // SAFETY: the last row's block ends inside `sums`.
                unsafe {
                    _mm256_storeu_si256(
                        sums.as_mut_ptr().add(r * outputs + part * 8).cast(),
                        total,
                    );
                }
            }
        }
        R
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        #[test]
        fn every_level_gives_the_same_sums(
            count in 1_usize..14,
            fours in 1_usize..9,
            blocks in 1_usize..3,
            seed in proptest::num::u64::ANY,
        ) {
            let inputs = fours * TOGETHER;
            let mut state = seed;
            // Extremes come often: they are what saturates.
            let mut byte = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                match state >> 61 { 0 => 255, 1 => 128, 2 => 127, _ => state.to_le_bytes()[5] }
            };
            let rows: Vec<u8> = (0..count * inputs).map(|_| byte()).collect();
            let packed: Vec<i8> = (0..blocks * BLOCK * inputs).map(|_| byte().cast_signed()).collect();
            let mut expected = vec![0; count * blocks * BLOCK];
            for (row, sums) in rows.chunks_exact(inputs).zip(expected.chunks_exact_mut(blocks * BLOCK)) {
                for (output, sum) in sums.iter_mut().enumerate() {
                    *sum = (0..inputs).map(|k| {
                        let at = (output / BLOCK * inputs / TOGETHER + k / TOGETHER) * BLOCK * TOGETHER
                            + output % BLOCK * TOGETHER + k % TOGETHER;
                        i32::from(row[k]) * i32::from(packed[at])
                    }).sum();
                }
            }
            for level in Level::available() {
                let mut sums = vec![7; expected.len()];
                dense(level, &rows, inputs, &packed, &mut sums);
                proptest::prop_assert_eq!(&sums, &expected, "{:?}", level);
            }
        }
    }
}
