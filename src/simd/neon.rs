//! NEON forms of the kernels that the compiler does not vectorise by itself. Every 64-bit ARM processor has NEON, so that the scalar
//! loops are compiled for it, too.

use std::arch::aarch64::*;

use super::scalar;
pub(crate) use super::scalar::{agreeing, below, edges, shingles, sketch, sort_few};

pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
    scalar::copy_by(source, target, escapes, |source, target| {
        plain(source, target, escapes)
    })
}

/// Copies up to the first byte that is not ASCII or begins an escape.
#[inline(always)]
fn plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
    let (blocks, _) = source.as_chunks::<16>();
    let (places, _) = target.as_chunks_mut::<16>();
    for (number, (block, place)) in blocks.iter().zip(places).enumerate() {
        // SAFETY: `block` and `place` are 16 bytes long.
        let special = unsafe {
            let loaded = vld1q_u8(block.as_ptr());
            vst1q_u8(place.as_mut_ptr(), loaded);
            let escape = vceqq_u8(loaded, vdupq_n_u8(if escapes { b'\\' } else { 0xff }));
            vcgeq_u8(vorrq_u8(loaded, escape), vdupq_n_u8(0x80))
        };
        // SAFETY: these work on registers alone.
        let nibbles = unsafe {
            let narrow = vshrn_n_u16::<4>(vreinterpretq_u16_u8(special));
            vget_lane_u64::<0>(vreinterpret_u64_u8(narrow))
        };
        if nibbles != 0 {
            return 16 * number + nibbles.trailing_zeros() as usize / 4;
        }
    }
    let done = 16 * blocks.len();
    let special = |&byte: &u8| byte >= 0x80 || (escapes && byte == b'\\');
    let rest = &source[done..];
    let length = rest.iter().position(special).unwrap_or(rest.len());
    target[done..done + length].copy_from_slice(&rest[..length]);
    done + length
}

pub(crate) fn classify(bytes: &mut [u8], masks: &mut [u64]) {
    for (block, mask) in bytes.as_chunks_mut::<64>().0.iter_mut().zip(masks) {
        let (parts, _) = block.as_chunks_mut::<16>();
        let [first, second, third, fourth] = parts else {
            unreachable!("64 bytes are four times 16");
        };
        // SAFETY: every part is 16 bytes long; the rest works on registers alone.
        *mask = unsafe {
            let firsts = vpaddq_u8(lower(first), lower(second));
            let lasts = vpaddq_u8(lower(third), lower(fourth));
            let all = vpaddq_u8(firsts, lasts);
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(all, all)))
        };
    }
}

/// Lowers capitals in place; of every byte that is part of a word the bit that is its own among eight, of the others nothing.
#[inline(always)]
fn lower(part: &mut [u8; 16]) -> uint8x16_t {
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: `part` and `BITS` are 16 bytes long.
    unsafe {
        let loaded = vld1q_u8(part.as_ptr());
        let between = |value, first: u8, count: u8| {
            vcltq_u8(vsubq_u8(value, vdupq_n_u8(first)), vdupq_n_u8(count))
        };
        let capital = between(loaded, b'A', 26);
        let lower = vaddq_u8(loaded, vandq_u8(capital, vdupq_n_u8(32)));
        vst1q_u8(part.as_mut_ptr(), lower);
        let word = vorrq_u8(between(lower, b'a', 26), between(lower, b'0', 10));
        let word = vorrq_u8(word, vcgeq_u8(lower, vdupq_n_u8(0x80)));
        vandq_u8(word, vld1q_u8(BITS.as_ptr()))
    }
}

/// Two words at a time.
pub(crate) fn hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
    let (pairs, rest) = edges.as_chunks::<2>();
    let (places, other_places) = hashes[..edges.len()].as_chunks_mut::<2>();
    for (pair, place) in pairs.iter().zip(places) {
        let keyed = pair.map(|[start, end]| {
            let word: &[u8; 16] = bytes[start as usize..]
                .first_chunk()
                .expect("a text is followed by 16 spaces");
            let front = &scalar::FRONT[end.wrapping_sub(start).min(16) as usize];
            // SAFETY: word, mask and keys are 16 bytes long.
            unsafe {
                let mask = vreinterpretq_u8_u64(vld1q_u64(front.as_ptr()));
                let word = vandq_u8(vld1q_u8(word.as_ptr()), mask);
                let keys = vreinterpretq_u32_u64(vld1q_u64(keys.as_ptr()));
                vaddq_u32(vreinterpretq_u32_u8(word), keys)
            }
        });
        // SAFETY: `place` is two words of 64 bits; the rest works on registers alone.
        unsafe {
            let fronts = vuzp1q_u32(keyed[0], keyed[1]);
            let backs = vuzp2q_u32(keyed[0], keyed[1]);
            let first = vmull_u32(vget_low_u32(fronts), vget_low_u32(backs));
            let second = vmull_high_u32(fronts, backs);
            let sums = vpaddq_u64(first, second);
            vst1q_u64(place.as_mut_ptr(), veorq_u64(sums, vshrq_n_u64::<32>(sums)));
        }
        for (&[start, end], hash) in pair.iter().zip(place) {
            if end.wrapping_sub(start) > 16 {
                *hash = scalar::hash_long(bytes, start as usize, end as usize, keys);
            }
        }
    }
    scalar::hash_words(bytes, rest, keys, other_places);
}
