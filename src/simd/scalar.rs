//! What each kernel means. The other files must agree with this one bit for bit.

use super::{ROUNDS, SLOTS};

#[inline(always)]
pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
    let special = |&byte: &u8| byte >= 0x80 || (escapes && byte == b'\\');
    let length = source.iter().position(special).unwrap_or(source.len());
    target[..length].copy_from_slice(&source[..length]);
    length
}

#[inline(always)]
pub(crate) fn classify(bytes: &mut [u8], masks: &mut [u64]) {
    for (block, mask) in bytes.chunks_exact_mut(64).zip(masks) {
        let mut bits = 0;
        for (at, byte) in block.iter_mut().enumerate() {
            byte.make_ascii_lowercase();
            bits |= u64::from(byte.is_ascii_alphanumeric() || *byte >= 0x80) << at;
        }
        *mask = bits;
    }
}

#[inline(always)]
pub(crate) fn edges(masks: &[u64], edges: &mut [u32]) -> usize {
    let mut found = 0;
    let mut carry = 0;
    let mut base = 0u32;
    for &mask in masks {
        let mut turns = mask ^ (mask << 1 | carry);
        carry = mask >> 63;
        let count = turns.count_ones() as usize;
        // A fixed number of writes has no branch to guess; what is written too much is overwritten by the next block.
        let ahead = &mut edges[found..found + 64];
        for group in ahead.chunks_exact_mut(16) {
            for edge in group {
                *edge = base + turns.trailing_zeros();
                turns &= turns.wrapping_sub(1);
            }
            if turns == 0 {
                break;
            }
        }
        found += count;
        base += 64;
    }
    found
}

#[inline(always)]
pub(crate) fn shingles(words: &[u64], shingles: &mut [u64]) {
    let count = shingles.len();
    let (first, second, third, fourth, fifth) = (
        &words[..count],
        &words[1..=count],
        &words[2..count + 2],
        &words[3..count + 3],
        &words[4..count + 4],
    );
    for i in 0..count {
        // Words are hashed well already: turning them by different amounts keeps their order in the sum.
        let sum = first[i]
            .wrapping_add(second[i].rotate_left(13))
            .wrapping_add(third[i].rotate_left(26))
            .wrapping_add(fourth[i].rotate_left(39))
            .wrapping_add(fifth[i].rotate_left(52));
        shingles[i] = mix(sum);
    }
}

/// Spreads every bit of `sum` over the result, with two 32-bit multiplications, which every machine has in vectors.
#[inline(always)]
pub(crate) fn mix(sum: u64) -> u64 {
    let low = (sum & 0xffff_ffff).wrapping_mul(0x9e37_79b1);
    let high = (sum >> 32).wrapping_mul(0x85eb_ca77);
    let once = low ^ high.rotate_left(32) ^ (sum >> 29);
    let low = (once & 0xffff_ffff).wrapping_mul(0xc2b2_ae3d);
    let high = (once >> 32).wrapping_mul(0x27d4_eb2f);
    let twice = low ^ high.rotate_left(32);
    twice ^ (twice >> 31)
}

/// Slot and value of a shingle in one round: the seven upper bits of the product, and the 32 after them.
#[inline(always)]
pub(crate) fn place(shingle: u64, multiplier: u64) -> (usize, u32) {
    let product = shingle.wrapping_mul(multiplier);
    (
        (product >> 57) as usize,
        (product >> 25 & 0xffff_ffff) as u32,
    )
}

/// Rounds from `round` on, over slots that hold `u32::MAX` where no earlier round put anything.
#[inline(always)]
pub(crate) fn fixed_rounds(shingles: &[u64], rounds: &[u64; ROUNDS], values: &mut [u32; SLOTS]) {
    for (value, &multiplier) in values.iter_mut().zip(&rounds[SLOTS..]) {
        if *value == u32::MAX {
            let placed = shingles.iter().map(|&shingle| place(shingle, multiplier).1);
            *value = placed.min().unwrap_or(u32::MAX);
        }
    }
}

#[inline(always)]
pub(crate) fn empty_slots(values: &[u32; SLOTS]) -> u128 {
    let mut empty = 0;
    for (number, part) in values.chunks_exact(32).enumerate() {
        let mut bits = 0u32;
        for (slot, &value) in part.iter().enumerate() {
            bits |= u32::from(value == u32::MAX) << slot;
        }
        empty |= u128::from(bits) << (32 * number);
    }
    empty
}

#[inline(always)]
pub(crate) fn store(values: &[u32; SLOTS], slots: &mut [u8; SLOTS]) {
    for (slot, &value) in slots.iter_mut().zip(values) {
        *slot = (value & 0xff) as u8;
    }
}

#[inline(always)]
pub(crate) fn first_round(shingles: &[u64], multiplier: u64, values: &mut [u32; SLOTS]) {
    for &shingle in shingles {
        let (slot, value) = place(shingle, multiplier);
        values[slot] = values[slot].min(value);
    }
}

#[inline(always)]
pub(crate) fn sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
    if shingles.is_empty() {
        slots.fill(0);
        return;
    }
    let mut values = [u32::MAX; SLOTS];
    first_round(shingles, rounds[0], &mut values);
    let mut empty = empty_slots(&values);
    for &multiplier in &rounds[1..SLOTS] {
        if empty == 0 {
            break;
        }
        for &shingle in shingles {
            let (slot, value) = place(shingle, multiplier);
            if empty >> slot & 1 == 1 {
                values[slot] = values[slot].min(value);
            }
        }
        empty = empty_slots(&values);
    }
    if empty != 0 {
        fixed_rounds(shingles, rounds, &mut values);
    }
    store(&values, slots);
}

#[inline(always)]
pub(crate) fn agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum()
}

#[inline(always)]
pub(crate) fn smallest(shingles: &[u64], least: &mut [u64]) {
    let bound = likely_bound(shingles, least);
    for pass in [bound, u64::MAX] {
        for &shingle in shingles {
            if shingle < pass {
                insert(least, shingle);
            }
        }
        if least.last() != Some(&u64::MAX) {
            break;
        }
    }
}

/// Shingles are spread evenly: below a bound that lets half as many again pass, and some, enough are nearly always found.
/// Where they are not (a text that repeats itself), everything is looked at.
#[inline(always)]
pub(crate) fn likely_bound(shingles: &[u64], least: &[u64]) -> u64 {
    let share = u64::MAX / (shingles.len() as u64).max(1);
    let wanted = least.len() as u64;
    share.saturating_mul(wanted + wanted / 2 + 6)
}

/// Puts `key` in its place, unless it is there already or too large.
#[inline(always)]
pub(crate) fn insert(least: &mut [u64], key: u64) {
    let mut at = least.len();
    while at > 0 && least[at - 1] > key {
        at -= 1;
    }
    if at == least.len() || (at > 0 && least[at - 1] == key) {
        return;
    }
    let mut place = least.len() - 1;
    while place > at {
        least[place] = least[place - 1];
        place -= 1;
    }
    least[at] = key;
}
