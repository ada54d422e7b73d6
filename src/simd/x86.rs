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
        hash_long_words(bytes, edges, keys, hashes);
    }
}

/// Hashes the words of more than 16 bytes, and no other.
#[cold]
fn hash_long_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
    for (&[start, end], hash) in edges.iter().zip(hashes) {
        if end.wrapping_sub(start) > 16 {
            *hash = scalar::hash_long(bytes, start as usize, end as usize, keys);
        }
    }
}

/// Which of 64 bytes are what; a bit for each.
struct Marks {
    /// Not ASCII.
    high: u64,
    /// Backslashes that count.
    backslashes: u64,
    /// What may follow a backslash, where the two part words.
    simple: u64,
    /// What may be the first, second and third byte of a dash, a quotation mark or an ellipsis.
    dashes: [u64; 3],
}

impl Marks {
    /// What begins at one of the last two bytes may go on in the next block.
    const SURE: usize = 62;

    #[inline(always)]
    fn new(high: u64, backslashes: u64) -> Self {
        Self {
            high,
            backslashes,
            simple: 0,
            dashes: [0; 3],
        }
    }

    /// Which bytes give way to spaces, and how many come before the first that must be looked at.
    #[inline(always)]
    fn partings(&self) -> (u64, usize) {
        let mut starts = self.backslashes;
        if starts & starts << 1 != 0 {
            starts = every_other(starts);
        }
        let escapes = starts & self.simple >> 1;
        let [first, second, third] = self.dashes;
        let dashes = first & second >> 1 & third >> 2;
        let dashes = dashes | dashes << 1 | dashes << 2;
        let looked_at = self.high & !dashes | starts & !escapes;
        (
            escapes | escapes << 1 | dashes,
            looked_at.trailing_zeros() as usize,
        )
    }
}

/// Of each run of bits the first, the third and so on: a backslash after a backslash is what that one stands for.
#[cold]
fn every_other(mut bits: u64) -> u64 {
    let mut starts = 0;
    while bits != 0 {
        let first = bits & bits.wrapping_neg();
        starts |= first;
        bits &= !(first | first << 1);
    }
    starts
}

pub(crate) mod avx512 {
    use std::arch::x86_64::*;
    use std::mem::MaybeUninit;

    use super::super::{FEW, ROUNDS, SLOTS, scalar};
    use super::Marks;
    use super::scalar::SIMPLE;

    /// Eight words at a time, where the processor can shuffle single bytes.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2")]
    pub(crate) fn hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
        if is_x86_feature_detected!("avx512vbmi") {
            // SAFETY: the processor has what it needs.
            unsafe { hash_eight_words(bytes, edges, keys, hashes) };
        } else {
            super::hash_words(bytes, edges, keys, hashes);
        }
    }

    /// Of four words that lie within 64 bytes, each is brought to a quarter of a register, filled up with zeros.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi,bmi1,bmi2")]
    fn hash_eight_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
        let longest = edges
            .iter()
            .fold(0, |most, &[start, end]| end.wrapping_sub(start).max(most));
        let all =
            _mm512_broadcast_i32x4(_mm_set_epi64x(keys[1].cast_signed(), keys[0].cast_signed()));
        let quarter = _mm512_setr_epi32(
            0,
            0,
            0,
            0,
            0x0808_0808,
            0x0808_0808,
            0x0808_0808,
            0x0808_0808,
            0x1010_1010,
            0x1010_1010,
            0x1010_1010,
            0x1010_1010,
            0x1818_1818,
            0x1818_1818,
            0x1818_1818,
            0x1818_1818,
        );
        let start_of = quarter;
        let end_of = _mm512_add_epi8(quarter, _mm512_set1_epi8(4));
        let places = _mm512_broadcast_i32x4(_mm_setr_epi8(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        ));
        let in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
        // The products of four words, two of each, unless they take more than 64 bytes or the text ends before.
        let products = |edges: &[[u32; 2]; 4]| {
            let begin = edges[0][0];
            let text = bytes.get(begin as usize..)?.first_chunk::<64>()?;
            if edges[3][1].wrapping_sub(begin) > 64 {
                return None;
            }
            // SAFETY: the edges are eight words of 32 bits, the text is 64 bytes.
            let (edges, text) = unsafe {
                (
                    _mm256_loadu_si256(edges.as_ptr().cast()),
                    _mm512_loadu_si512(text.as_ptr().cast()),
                )
            };
            // At most 64, so that the lowest byte of each says it.
            let edges = _mm256_sub_epi32(edges, _mm256_set1_epi32(begin.cast_signed()));
            let edges = _mm512_castsi256_si512(edges);
            let ends = _mm512_permutexvar_epi8(end_of, edges);
            let from = _mm512_add_epi8(_mm512_permutexvar_epi8(start_of, edges), places);
            let lanes = _mm512_cmplt_epu8_mask(from, ends);
            let words = _mm512_maskz_permutexvar_epi8(lanes, from, text);
            let keyed = _mm512_add_epi32(words, all);
            Some(_mm512_mul_epu32(keyed, _mm512_srli_epi64::<32>(keyed)))
        };
        let (blocks, rest) = edges.as_chunks::<8>();
        let (targets, other_targets) = hashes[..edges.len()].as_chunks_mut::<8>();
        for (block, target) in blocks.iter().zip(targets) {
            let (fours, _) = block.as_chunks::<4>();
            let (Some(first), Some(second)) = (products(&fours[0]), products(&fours[1])) else {
                scalar::hash_words(bytes, block, keys, target);
                continue;
            };
            let sum = _mm512_add_epi64(
                _mm512_unpacklo_epi64(first, second),
                _mm512_unpackhi_epi64(first, second),
            );
            let hash = _mm512_xor_si512(sum, _mm512_srli_epi64::<32>(sum));
            let hash = _mm512_permutexvar_epi64(in_order, hash);
            // SAFETY: `target` is eight words of 64 bits.
            unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), hash) };
        }
        scalar::hash_words(bytes, rest, keys, other_targets);
        if longest > 16 {
            super::hash_long_words(bytes, edges, keys, hashes);
        }
    }

    recompiled! { "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,lzcnt,popcnt":
        shingles(words: &[u64], shingles: &mut [u64]);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2")]
    pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
        // No byte of ASCII is like the other: what is not ASCII is looked at anyway.
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
            let high = _mm512_movepi8_mask(block);
            let backslashes = _mm512_cmpeq_epi8_mask(block, escape) & !high;
            if high | backslashes == 0 {
                at += 64;
                continue;
            }
            let is = |byte: u8| _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(byte as i8));
            let within = |first: u8, count: i8| {
                let moved = _mm512_sub_epi8(block, _mm512_set1_epi8(first as i8));
                _mm512_cmplt_epu8_mask(moved, _mm512_set1_epi8(count))
            };
            let mut marks = Marks::new(high, backslashes);
            if backslashes != 0 {
                marks.simple = SIMPLE.iter().fold(0, |all, &byte| all | is(byte));
            }
            if high != 0 {
                marks.dashes = [is(0xe2), is(0x80), within(0x90, 0x18) | within(0xb0, 0x10)];
            }
            let (spaces, plain) = marks.partings();
            // SAFETY: as above.
            unsafe {
                let parted = _mm512_mask_mov_epi8(block, spaces, _mm512_set1_epi8(b' ' as i8));
                _mm512_storeu_si512(target.as_mut_ptr().add(at).cast(), parted);
            }
            at += plain;
            if plain < Marks::SURE || left <= 64 && plain < left {
                return at;
            }
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

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2,popcnt")]
    pub(crate) fn sort_few(values: &mut [u64; FEW], count: usize) -> bool {
        scalar::sort_few_by(values, count, |values, ranks| {
            let blocks = values.as_chunks::<8>().0.iter().zip(ranks);
            for (block, ranks) in blocks.take(count.div_ceil(8)) {
                // SAFETY: `block` and `ranks` are eight words of 64 bits.
                unsafe {
                    let own = _mm512_loadu_si512(block.as_ptr().cast());
                    let mut sum = _mm512_setzero_si512();
                    for &other in &values[..count] {
                        let other = _mm512_set1_epi64(other.cast_signed());
                        let smaller = _mm512_cmplt_epu64_mask(other, own);
                        sum = _mm512_mask_add_epi64(sum, smaller, sum, _mm512_set1_epi64(1));
                    }
                    _mm512_storeu_si512(ranks.as_mut_ptr().cast(), sum);
                }
            }
        })
    }

    /// The numbers of the set bits, by compressing a row of numbers: 64 at a time where the processor compresses single bytes, else sixteen.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2,popcnt")]
    pub(crate) fn edges(masks: &[u64], edges: &mut [u32]) -> usize {
        if is_x86_feature_detected!("avx512vbmi2") {
            // SAFETY: the processor has what it needs.
            unsafe { edges_of_bytes(masks, edges) }
        } else {
            edges_of_words(masks, edges)
        }
    }

    /// The numbers of 64 bytes.
    const ROW: [u8; 64] = {
        let mut row = [0; 64];
        let mut at = 0;
        while at < 64 {
            row[at as usize] = at;
            at += 1;
        }
        row
    };

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi1,bmi2,popcnt")]
    fn edges_of_bytes(masks: &[u64], edges: &mut [u32]) -> usize {
        assert!(
            edges.len() >= 64 * (masks.len() + 1),
            "an edge at every byte must fit"
        );
        // SAFETY: the row is 64 bytes long.
        let row = unsafe { _mm512_loadu_si512(ROW.as_ptr().cast()) };
        let mut base = _mm512_setzero_si512();
        let mut found = 0;
        let mut carry = 0;
        for &mask in masks {
            let turns = mask ^ (mask << 1 | carry);
            carry = mask >> 63;
            let count = turns.count_ones() as usize;
            let numbers = _mm512_maskz_compress_epi8(turns, row);
            let put = |sixteen: __m128i, at: usize, edges: &mut [u32]| {
                let wide = _mm512_add_epi32(base, _mm512_cvtepu8_epi32(sixteen));
                // SAFETY: at most 64 edges a mask lie before `found`, and 64 more places are there.
                unsafe {
                    _mm512_storeu_si512(edges.as_mut_ptr().add(found + at).cast(), wide);
                }
            };
            // A line of text has twenty edges or so.
            put(_mm512_castsi512_si128(numbers), 0, edges);
            put(_mm512_extracti32x4_epi32::<1>(numbers), 16, edges);
            if count > 32 {
                put(_mm512_extracti32x4_epi32::<2>(numbers), 32, edges);
                put(_mm512_extracti32x4_epi32::<3>(numbers), 48, edges);
            }
            found += count;
            base = _mm512_add_epi32(base, _mm512_set1_epi32(64));
        }
        found
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2,popcnt")]
    fn edges_of_words(masks: &[u64], edges: &mut [u32]) -> usize {
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
        let mut found = [const { MaybeUninit::<u32>::uninit() }; CHUNK + 16];
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
            for number in &found[..count] {
                // SAFETY: so many were put down.
                let shingle = chunk[unsafe { number.assume_init() } as usize];
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

    use super::super::{FEW, ROUNDS, SLOTS, scalar};
    use super::Marks;
    pub(crate) use super::hash_words;
    use super::scalar::SIMPLE;

    recompiled! { "avx2,bmi1,bmi2,lzcnt,popcnt":
        edges(masks: &[u64], edges: &mut [u32]) -> usize;
        below(shingles: &[u64], bound: u64, found: &mut [u64]) -> usize;
        agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32;
        sort_few(values: &mut [u64; FEW], count: usize) -> bool;
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
        // No byte of ASCII is like the other: what is not ASCII is looked at anyway.
        let escape = if escapes { b'\\' } else { 0xff };
        let mut at = 0;
        while at < source.len() {
            let left = source.len() - at;
            let mut last = [0; 64];
            let from = if left >= 64 {
                source[at..].as_ptr()
            } else {
                last[..left].copy_from_slice(&source[at..]);
                last.as_ptr()
            };
            // SAFETY: 64 bytes are there; the caller gives `target` 64 bytes more than `source`.
            let halves = unsafe {
                let halves = [0, 32].map(|half| _mm256_loadu_si256(from.add(half).cast()));
                for (half, loaded) in [0, 32].into_iter().zip(halves) {
                    _mm256_storeu_si256(target.as_mut_ptr().add(at + half).cast(), loaded);
                }
                halves
            };
            let bits = |of: [__m256i; 2]| {
                let [low, high] = of.map(|half| _mm256_movemask_epi8(half).cast_unsigned());
                u64::from(low) | u64::from(high) << 32
            };
            let is = |byte: u8| {
                bits(halves.map(|half| _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8))))
            };
            // Of bytes past ASCII, which are negative, and rise with the number they are read as.
            let within = |first: u8, last: u8| {
                bits(halves.map(|half| {
                    _mm256_and_si256(
                        _mm256_cmpgt_epi8(half, _mm256_set1_epi8((first - 1) as i8)),
                        _mm256_cmpgt_epi8(_mm256_set1_epi8((last + 1) as i8), half),
                    )
                }))
            };
            let high = bits(halves);
            let backslashes = is(escape) & !high;
            if high | backslashes == 0 {
                at += 64;
                continue;
            }
            let mut marks = Marks::new(high, backslashes);
            if backslashes != 0 {
                marks.simple = SIMPLE.iter().fold(0, |all, &byte| all | is(byte));
            }
            if high != 0 {
                marks.dashes = [is(0xe2), is(0x80), within(0x90, 0xa7) | within(0xb0, 0xbf)];
            }
            let (mut spaces, plain) = marks.partings();
            while spaces != 0 {
                target[at + spaces.trailing_zeros() as usize] = b' ';
                spaces &= spaces - 1;
            }
            at += plain;
            if plain < Marks::SURE || left <= 64 && plain < left {
                return at;
            }
        }
        source.len()
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
