//! AVX2 and AVX-512 forms of the kernels.

use std::arch::x86_64::*;

use super::scalar;

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

/// Four words at a time. What the scalar loop asks of each word is asked of all words at once.
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub(crate) fn hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
    let longest = edges
        .iter()
        .fold(0, |most, &[start, end]| end.wrapping_sub(start).max(most));
    let furthest = edges
        .as_flattened()
        .iter()
        .fold(0, |most, &edge| edge.max(most));
    assert!(
        furthest as usize + 16 <= bytes.len(),
        "a text is followed by 16 spaces"
    );
    let all = _mm256_setr_epi64x(
        keys[0].cast_signed(),
        keys[1].cast_signed(),
        keys[0].cast_signed(),
        keys[1].cast_signed(),
    );
    // The products of two words, each filled up with zeros.
    let products = |[start, end]: [u32; 2], [other_start, other_end]: [u32; 2]| {
        let front = |start: u32, end: u32| {
            let front = &scalar::FRONT[end.wrapping_sub(start).min(16) as usize];
            // SAFETY: 16 bytes are there after every edge, and a mask has 16 bytes.
            unsafe {
                (
                    _mm_loadu_si128(bytes.as_ptr().add(start as usize).cast()),
                    _mm_loadu_si128(front.as_ptr().cast()),
                )
            }
        };
        let (word, mask) = front(start, end);
        let (other, other_mask) = front(other_start, other_end);
        let words = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(word), other);
        let masks = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(mask), other_mask);
        let keyed = _mm256_add_epi32(_mm256_and_si256(words, masks), all);
        _mm256_mul_epu32(keyed, _mm256_srli_epi64::<32>(keyed))
    };
    let (blocks, rest) = edges.as_chunks::<4>();
    let (places, other_places) = hashes[..edges.len()].as_chunks_mut::<4>();
    for (&[first, second, third, fourth], place) in blocks.iter().zip(places) {
        let even = products(first, third);
        let odd = products(second, fourth);
        let sum = _mm256_add_epi64(
            _mm256_unpacklo_epi64(even, odd),
            _mm256_unpackhi_epi64(even, odd),
        );
        let hash = _mm256_xor_si256(sum, _mm256_srli_epi64::<32>(sum));
        // SAFETY: `place` is four words of 64 bits.
        unsafe { _mm256_storeu_si256(place.as_mut_ptr().cast(), hash) };
    }
    scalar::hash_words(bytes, rest, keys, other_places);
    if longest > 16 {
        for (&[start, end], hash) in edges.iter().zip(hashes) {
            if end.wrapping_sub(start) > 16 {
                *hash = scalar::hash_long(bytes, start as usize, end as usize, keys);
            }
        }
    }
}

pub(crate) mod avx512 {
    use std::arch::x86_64::*;

    use super::super::{ROUNDS, SLOTS, scalar};
    pub(crate) use super::hash_words;

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

    /// Shingles of one round that are looked at before those that count are put where they belong.
    const CHUNK: usize = 512;

    /// Few slots are still empty: sixteen shingles are asked at once whether any of them falls into one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    #[target_feature(enable = "avx512f,avx512dq,popcnt")]
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
        let row = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let lower = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        // Numbers of the shingles that fall into an empty slot: put down without a branch, as nobody can guess them.
        let mut found = [0u32; CHUNK + 16];
        for chunk in shingles.chunks(CHUNK) {
            let (blocks, rest) = chunk.as_chunks::<16>();
            let mut count = 0;
            let mut numbers = row;
            for block in blocks {
                // SAFETY: `block` is sixteen words of 64 bits.
                let (front, back) = unsafe {
                    (
                        _mm512_loadu_si512(block.as_ptr().cast()),
                        _mm512_loadu_si512(block.as_ptr().add(8).cast()),
                    )
                };
                let low = _mm512_permutex2var_epi32(front, lower, back);
                let product = _mm512_mullo_epi32(low, factor);
                // The two upper bits of a slot say in which word its bit is; turning takes the other five by itself.
                let word = _mm512_permutexvar_epi32(_mm512_srli_epi32::<30>(product), bits);
                let bit = _mm512_rorv_epi32(word, _mm512_srli_epi32::<25>(product));
                let hits = _mm512_test_epi32_mask(bit, _mm512_set1_epi32(1));
                // SAFETY: at most `CHUNK` numbers are put down, so that sixteen more places are there.
                unsafe {
                    _mm512_storeu_si512(
                        found.as_mut_ptr().add(count).cast(),
                        _mm512_maskz_compress_epi32(hits, numbers),
                    );
                }
                count += hits.count_ones() as usize;
                numbers = _mm512_add_epi32(numbers, _mm512_set1_epi32(16));
            }
            for &number in &found[..count] {
                let shingle = chunk[number as usize];
                let slot = scalar::later_slot(shingle, multiplier);
                scalar::take_later(shingle, multiplier, slot, values);
            }
            scalar::later_round(rest, multiplier, empty, values);
        }
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

    pub(crate) use super::hash_words;

    recompiled! { "avx2,bmi1,bmi2,lzcnt,popcnt":
        edges(masks: &[u64], edges: &mut [u32]) -> usize;
        below(shingles: &[u64], bound: u64, found: &mut [u64]) -> usize;
        agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32;
    }

    /// Words are turned by whole bytes, which is one shuffle each.
    #[target_feature(enable = "avx2")]
    pub(crate) fn shingles(words: &[u64], shingles: &mut [u64]) {
        assert_eq!(words.len(), shingles.len() + 4, "five words a shingle");
        // Byte `i` of a word that is turned by three bytes to the left comes from byte `i - 3`, and so on.
        let turn = |low: i64| {
            let high = low + 0x0808_0808_0808_0808;
            _mm256_setr_epi64x(low, high, low, high)
        };
        let second = turn(0x0403_0201_0007_0605);
        let third = turn(0x0100_0706_0504_0302);
        let fourth = turn(0x0605_0403_0201_0007);
        let fifth = turn(0x0302_0100_0706_0504);
        let blocks = shingles.len() / 4;
        for at in (0..4 * blocks).step_by(4) {
            // SAFETY: `at + 4` shingles and `at + 8` words are there.
            unsafe {
                let load = |at: usize| _mm256_loadu_si256(words.as_ptr().add(at).cast());
                let front = _mm256_add_epi64(load(at), _mm256_shuffle_epi8(load(at + 1), second));
                let middle = _mm256_add_epi64(
                    _mm256_shuffle_epi8(load(at + 2), third),
                    _mm256_shuffle_epi8(load(at + 3), fourth),
                );
                let back = _mm256_shuffle_epi8(load(at + 4), fifth);
                let sum = _mm256_add_epi64(_mm256_add_epi64(front, middle), back);
                _mm256_storeu_si256(shingles.as_mut_ptr().add(at).cast(), sum);
            }
        }
        scalar::shingles(&words[4 * blocks..], &mut shingles[4 * blocks..]);
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    pub(crate) fn sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
        scalar::sketch_by(
            shingles,
            rounds,
            slots,
            scalar::empty_slots,
            |shingles, multiplier, empty, values| later_round(shingles, multiplier, empty, values),
        );
    }

    /// Few slots are still empty: eight shingles are asked at once whether any of them falls into one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn later_round(
        shingles: &[u64],
        multiplier: u64,
        empty: &scalar::Empty,
        values: &mut [u32; SLOTS],
    ) {
        // SAFETY: `empty` is four words of 32 bits.
        let bits = unsafe { _mm_loadu_si128(empty.as_ptr().cast()) };
        let bits = _mm256_castsi128_si256(bits);
        let factor = _mm256_set1_epi32((multiplier as u32).cast_signed());
        let lower = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
        let (blocks, rest) = shingles.as_chunks::<8>();
        for block in blocks {
            // SAFETY: `block` is eight words of 64 bits.
            let (front, back) = unsafe {
                (
                    _mm256_loadu_si256(block.as_ptr().cast()),
                    _mm256_loadu_si256(block.as_ptr().add(4).cast()),
                )
            };
            let front = _mm256_permutevar8x32_epi32(front, lower);
            let back = _mm256_permutevar8x32_epi32(back, lower);
            let low = _mm256_blend_epi32::<0b1111_0000>(front, back);
            let product = _mm256_mullo_epi32(low, factor);
            // The two upper bits of a slot say in which word its bit is, the other five which one: it moves to the front.
            let word = _mm256_permutevar8x32_epi32(bits, _mm256_srli_epi32::<30>(product));
            let five = _mm256_and_si256(_mm256_srli_epi32::<25>(product), _mm256_set1_epi32(31));
            let bit = _mm256_sllv_epi32(word, _mm256_sub_epi32(_mm256_set1_epi32(31), five));
            let mut hits = _mm256_movemask_ps(_mm256_castsi256_ps(bit)).cast_unsigned();
            while hits != 0 {
                let shingle = block[hits.trailing_zeros() as usize];
                let slot = scalar::later_slot(shingle, multiplier);
                scalar::take_later(shingle, multiplier, slot, values);
                hits &= hits - 1;
            }
        }
        scalar::later_round(rest, multiplier, empty, values);
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
