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
        hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]);
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

    #[target_feature(enable = "avx512f,bmi1,bmi2,popcnt")]
    pub(crate) fn below(shingles: &[u64], bound: u64, found: &mut [u64]) -> usize {
        assert!(
            found.len() >= shingles.len() + 8,
            "all shingles and a whole block must fit"
        );
        let most = _mm512_set1_epi64(bound.cast_signed());
        let (blocks, rest) = shingles.as_chunks::<8>();
        let mut count = 0;
        for block in blocks {
            // SAFETY: `block` is eight words of 64 bits; no more than `shingles` were found before it, so that eight more fit.
            unsafe {
                let loaded = _mm512_loadu_si512(block.as_ptr().cast());
                let hits = _mm512_cmplt_epu64_mask(loaded, most);
                _mm512_storeu_si512(
                    found.as_mut_ptr().add(count).cast(),
                    _mm512_maskz_compress_epi64(hits, loaded),
                );
                count += hits.count_ones() as usize;
            }
        }
        count + scalar::below(rest, bound, &mut found[count..])
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,lzcnt,popcnt")]
    pub(crate) fn sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
        scalar::sketch_by(
            shingles,
            rounds,
            slots,
            |values| empty_slots(values),
            |shingles, multiplier, empty, values| later_round(shingles, multiplier, empty, values),
        );
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn empty_slots(values: &[u32; SLOTS]) -> scalar::Empty {
        let full = _mm512_set1_epi32(-1);
        let (halves, _) = values.as_chunks::<16>();
        std::array::from_fn(|word| {
            let bits = |half: &[u32; 16]| {
                // SAFETY: `half` is sixteen words of 32 bits.
                let loaded = unsafe { _mm512_loadu_si512(half.as_ptr().cast()) };
                u32::from(_mm512_cmpeq_epi32_mask(loaded, full))
            };
            bits(&halves[2 * word]) | bits(&halves[2 * word + 1]) << 16
        })
    }

    /// Few slots are still empty: sixteen shingles are asked at once whether any of them falls into one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    #[target_feature(enable = "avx512f,avx512dq")]
    fn later_round(
        shingles: &[u64],
        multiplier: u64,
        empty: &scalar::Empty,
        values: &mut [u32; SLOTS],
    ) {
        // SAFETY: `empty` is four words of 32 bits.
        let bits = unsafe { _mm_loadu_si128(empty.as_ptr().cast()) };
        let bits = _mm512_castsi128_si512(bits);
        let factor = _mm512_set1_epi32((multiplier as u32).cast_signed());
        let (blocks, rest) = shingles.as_chunks::<16>();
        for block in blocks {
            // SAFETY: `block` is sixteen words of 64 bits.
            let (front, back) = unsafe {
                (
                    _mm512_loadu_si512(block.as_ptr().cast()),
                    _mm512_loadu_si512(block.as_ptr().add(8).cast()),
                )
            };
            let low = _mm512_inserti64x4::<1>(
                _mm512_castsi256_si512(_mm512_cvtepi64_epi32(front)),
                _mm512_cvtepi64_epi32(back),
            );
            let product = _mm512_mullo_epi32(low, factor);
            // The two upper bits of a slot say in which word its bit is; turning takes the other five by itself.
            let word = _mm512_permutexvar_epi32(_mm512_srli_epi32::<30>(product), bits);
            let bit = _mm512_rorv_epi32(word, _mm512_srli_epi32::<25>(product));
            let mut hits = _mm512_test_epi32_mask(bit, _mm512_set1_epi32(1));
            while hits != 0 {
                let shingle = block[hits.trailing_zeros() as usize];
                let slot = scalar::later_slot(shingle, multiplier);
                scalar::take_later(shingle, multiplier, slot, values);
                hits &= hits - 1;
            }
        }
        scalar::later_round(rest, multiplier, empty, values);
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
        below(shingles: &[u64], bound: u64, found: &mut [u64]) -> usize;
        hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]);
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
