//! AVX2 and AVX-512 forms of the kernels.

/// Compiles the scalar loops under wider features; the compiler vectorises them.
macro_rules! recompiled {
    ($features:literal: $($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(
            #[target_feature(enable = $features)]
            pub(crate) fn $name($($argument: $type),*) $(-> $result)? {
                scalar::$name($($argument),*)
            }
        )*
    };
}

pub(crate) mod avx512 {
    use std::arch::x86_64::*;

    use super::super::{ROUNDS, SLOTS, scalar};

    recompiled! { "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,lzcnt,popcnt":
        shingles(words: &[u64], shingles: &mut [u64]);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2")]
    pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
        let escape = _mm512_set1_epi8(if escapes { b'\\' as i8 } else { -1 });
        let mut at = 0;
        while at < source.len() {
            let left = source.len() - at;
            let lanes = if left >= 64 {
                u64::MAX
            } else {
                (1 << left) - 1
            };
            // SAFETY: only the lanes inside `source` are read; the caller gives `target` 64 bytes more than `source`.
            let block = unsafe {
                let block = _mm512_maskz_loadu_epi8(lanes, source.as_ptr().add(at).cast());
                _mm512_storeu_si512(target.as_mut_ptr().add(at).cast(), block);
                block
            };
            let special =
                _mm512_movepi8_mask(block) | (_mm512_cmpeq_epi8_mask(block, escape) & lanes);
            if special != 0 {
                return at + special.trailing_zeros() as usize;
            }
            at += 64;
        }
        source.len()
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2")]
    pub(crate) fn classify(bytes: &mut [u8], masks: &mut [u64]) {
        for (block, mask) in bytes.chunks_exact_mut(64).zip(masks) {
            // SAFETY: `block` is 64 bytes long.
            let loaded = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
            let capital = _mm512_cmplt_epu8_mask(
                _mm512_sub_epi8(loaded, _mm512_set1_epi8(b'A' as i8)),
                _mm512_set1_epi8(26),
            );
            let lower = _mm512_mask_add_epi8(loaded, capital, loaded, _mm512_set1_epi8(32));
            let letter = _mm512_cmplt_epu8_mask(
                _mm512_sub_epi8(lower, _mm512_set1_epi8(b'a' as i8)),
                _mm512_set1_epi8(26),
            );
            let digit = _mm512_cmplt_epu8_mask(
                _mm512_sub_epi8(lower, _mm512_set1_epi8(b'0' as i8)),
                _mm512_set1_epi8(10),
            );
            *mask = letter | digit | _mm512_movepi8_mask(lower);
            // SAFETY: as above.
            unsafe { _mm512_storeu_si512(block.as_mut_ptr().cast(), lower) };
        }
    }

    /// The numbers of the set bits, sixteen at a time, by compressing a row of numbers.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2,popcnt")]
    pub(crate) fn edges(masks: &[u64], edges: &mut [u32]) -> usize {
        assert!(
            edges.len() >= 64 * (masks.len() + 1),
            "an edge at every byte must fit"
        );
        let mut numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let step = _mm512_set1_epi32(16);
        let mut found = 0;
        let mut carry = 0;
        for &mask in masks {
            let mut turns = mask ^ (mask << 1 | carry);
            carry = mask >> 63;
            for _ in 0..4 {
                let here = (turns & 0xffff) as u16;
                // SAFETY: at most 64 edges a mask lie before `found`, so that 16 more places are there.
                unsafe {
                    _mm512_storeu_si512(
                        edges.as_mut_ptr().add(found).cast(),
                        _mm512_maskz_compress_epi32(here, numbers),
                    )
                };
                found += here.count_ones() as usize;
                numbers = _mm512_add_epi32(numbers, step);
                turns >>= 16;
            }
        }
        found
    }

    #[target_feature(enable = "avx512f,bmi1,bmi2")]
    pub(crate) fn smallest(shingles: &[u64], least: &mut [u64]) {
        for pass in [scalar::likely_bound(shingles, least), u64::MAX] {
            let bound = _mm512_set1_epi64(pass.cast_signed());
            let blocks = shingles.chunks_exact(8);
            for &shingle in blocks.remainder() {
                if shingle < pass {
                    scalar::insert(least, shingle);
                }
            }
            for block in blocks {
                // SAFETY: `block` is eight words of 64 bits.
                let loaded = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
                let mut hits = _mm512_cmplt_epu64_mask(loaded, bound);
                while hits != 0 {
                    scalar::insert(least, block[hits.trailing_zeros() as usize]);
                    hits &= hits - 1;
                }
            }
            if least.last() != Some(&u64::MAX) {
                break;
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    fn half(bits: u128) -> i64 {
        bits as i64
    }

    #[target_feature(enable = "avx512f")]
    fn empty_slots(values: &[u32; SLOTS]) -> u128 {
        let full = _mm512_set1_epi32(-1);
        let mut empty = 0;
        for (number, part) in values.chunks_exact(16).enumerate() {
            // SAFETY: `part` is sixteen words of 32 bits.
            let loaded = unsafe { _mm512_loadu_si512(part.as_ptr().cast()) };
            empty |= u128::from(_mm512_cmpeq_epi32_mask(loaded, full)) << (16 * number);
        }
        empty
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2")]
    pub(crate) fn sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
        if shingles.is_empty() {
            slots.fill(0);
            return;
        }
        let mut values = [u32::MAX; SLOTS];
        scalar::first_round(shingles, rounds[0], &mut values);
        let mut empty = empty_slots(&values);
        for &multiplier in &rounds[1..SLOTS] {
            if empty == 0 {
                break;
            }
            // Few slots are still empty: eight shingles are asked at once whether any of them falls into one.
            let low = _mm512_set1_epi64(half(empty));
            let high = _mm512_set1_epi64(half(empty >> 64));
            let factor = _mm512_set1_epi64(multiplier.cast_signed());
            let blocks = shingles.chunks_exact(8);
            for &shingle in blocks.remainder() {
                let (slot, value) = scalar::place(shingle, multiplier);
                if empty >> slot & 1 == 1 {
                    values[slot] = values[slot].min(value);
                }
            }
            for block in blocks {
                // SAFETY: `block` is eight words of 64 bits.
                let loaded = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
                let product = _mm512_mullo_epi64(loaded, factor);
                let slot = _mm512_srli_epi64::<57>(product);
                let upper = _mm512_test_epi64_mask(slot, _mm512_set1_epi64(64));
                let word = _mm512_mask_blend_epi64(upper, low, high);
                let bit = _mm512_srlv_epi64(word, _mm512_and_si512(slot, _mm512_set1_epi64(63)));
                let mut hits = _mm512_test_epi64_mask(bit, _mm512_set1_epi64(1));
                while hits != 0 {
                    let lane = hits.trailing_zeros() as usize;
                    let (slot, value) = scalar::place(block[lane], multiplier);
                    values[slot] = values[slot].min(value);
                    hits &= hits - 1;
                }
            }
            empty = empty_slots(&values);
        }
        if empty != 0 {
            scalar::fixed_rounds(shingles, rounds, &mut values);
        }
        scalar::store(&values, slots);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,popcnt")]
    pub(crate) fn agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32 {
        let mut count = 0;
        for at in [0, 64] {
            // SAFETY: both halves of both arrays are 64 bytes long.
            let (x, y) = unsafe {
                (
                    _mm512_loadu_si512(a.as_ptr().add(at).cast()),
                    _mm512_loadu_si512(b.as_ptr().add(at).cast()),
                )
            };
            count += _mm512_cmpeq_epi8_mask(x, y).count_ones();
        }
        count
    }
}

pub(crate) mod avx2 {
    use std::arch::x86_64::*;

    use super::super::{ROUNDS, SLOTS, scalar};

    recompiled! { "avx2,bmi1,bmi2,lzcnt,popcnt":
        edges(masks: &[u64], edges: &mut [u32]) -> usize;
        shingles(words: &[u64], shingles: &mut [u64]);
        smallest(shingles: &[u64], least: &mut [u64]);
        sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]);
        agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32;
    }

    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
        let escape = _mm256_set1_epi8(if escapes { b'\\' as i8 } else { -1 });
        let mut at = 0;
        while at + 32 <= source.len() {
            // SAFETY: 32 bytes are left in `source`, and `target` is longer.
            let block = unsafe {
                let block = _mm256_loadu_si256(source.as_ptr().add(at).cast());
                _mm256_storeu_si256(target.as_mut_ptr().add(at).cast(), block);
                block
            };
            let special =
                _mm256_movemask_epi8(_mm256_or_si256(block, _mm256_cmpeq_epi8(block, escape)))
                    .cast_unsigned();
            if special != 0 {
                return at + special.trailing_zeros() as usize;
            }
            at += 32;
        }
        at + scalar::copy_plain(&source[at..], &mut target[at..], escapes)
    }

    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub(crate) fn classify(bytes: &mut [u8], masks: &mut [u64]) {
        for (block, mask) in bytes.chunks_exact_mut(64).zip(masks) {
            let mut bits = 0;
            for half in [0, 32] {
                // SAFETY: `block` is 64 bytes long, so both halves are 32.
                let loaded = unsafe { _mm256_loadu_si256(block.as_ptr().add(half).cast()) };
                // Signed comparisons: bytes past ASCII are negative, hence neither letters nor digits here.
                let between = |value: __m256i, first: u8, last: u8| {
                    _mm256_and_si256(
                        _mm256_cmpgt_epi8(value, _mm256_set1_epi8((first - 1) as i8)),
                        _mm256_cmpgt_epi8(_mm256_set1_epi8((last + 1) as i8), value),
                    )
                };
                let capital = between(loaded, b'A', b'Z');
                let lower =
                    _mm256_add_epi8(loaded, _mm256_and_si256(capital, _mm256_set1_epi8(32)));
                let word = _mm256_or_si256(between(lower, b'a', b'z'), between(lower, b'0', b'9'));
                let part = _mm256_movemask_epi8(_mm256_or_si256(word, lower)).cast_unsigned();
                bits |= u64::from(part) << half;
                // SAFETY: as above.
                unsafe { _mm256_storeu_si256(block.as_mut_ptr().add(half).cast(), lower) };
            }
            *mask = bits;
        }
    }
}
