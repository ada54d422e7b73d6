//! What each kernel means. The other files must agree with this one bit for bit.

use super::{FEW, ROUNDS, SLOTS};

/// A bit for each slot.
pub(crate) type Empty = [u32; SLOTS / 32];

#[inline(always)]
pub(crate) fn copy_plain(source: &[u8], target: &mut [u8], escapes: bool) -> usize {
    copy_by(source, target, escapes, |source, target| {
        let special = |&byte: &u8| byte >= 0x80 || (escapes && byte == b'\\');
        let length = source.iter().position(special).unwrap_or(source.len());
        target[..length].copy_from_slice(&source[..length]);
        length
    })
}

/// The same, where `plain` copies up to the first byte that is not ASCII or begins an escape.
#[inline(always)]
pub(crate) fn copy_by(
    source: &[u8],
    target: &mut [u8],
    escapes: bool,
    plain: impl Fn(&[u8], &mut [u8]) -> usize,
) -> usize {
    let mut at = 0;
    loop {
        at += plain(&source[at..], &mut target[at..]);
        match parting(&source[at..], escapes) {
            0 => return at,
            length => {
                target[at..at + length].fill(b' ');
                at += length;
            }
        }
    }
}

/// What may stand after a backslash, where the two part words.
pub(crate) const SIMPLE: [u8; 8] = *b"n\"tr\\/bf";

/// Length of what stands at the front of `text`, when it is one of the marks that part words and are frequent: a simple escape of
/// JSON, or a dash, quotation mark or ellipsis of three bytes (U+2010 to U+2027, U+2030 to U+203F). Zero when it is not.
#[inline(always)]
pub(crate) fn parting(text: &[u8], escapes: bool) -> usize {
    match text {
        [b'\\', mark, ..] if escapes && SIMPLE.contains(mark) => 2,
        [0xe2, 0x80, 0x90..=0xa7 | 0xb0..=0xbf, ..] => 3,
        _ => 0,
    }
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
        shingles[i] = first[i]
            .wrapping_add(second[i].rotate_left(24))
            .wrapping_add(third[i].rotate_left(48))
            .wrapping_add(fourth[i].rotate_left(8))
            .wrapping_add(fifth[i].rotate_left(32));
    }
}

/// Slot and value of a shingle in the first round: the seven lowest bits, and the 32 after them.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "these bits are wanted")]
pub(crate) fn place(shingle: u64) -> (usize, u32) {
    (shingle as usize % SLOTS, (shingle >> 7) as u32)
}

/// The last rounds, one for each slot, over slots that hold `u32::MAX` where no earlier round put anything.
#[cold]
pub(crate) fn fixed_rounds(shingles: &[u64], rounds: &[u64; ROUNDS], values: &mut [u32; SLOTS]) {
    for (value, &multiplier) in values.iter_mut().zip(&rounds[SLOTS..]) {
        if *value == u32::MAX {
            let placed = shingles
                .iter()
                .map(|&shingle| later_value(shingle, multiplier));
            *value = placed.min().unwrap_or(u32::MAX);
        }
    }
}

/// Which slots hold `u32::MAX`: bit `slot % 32` of word `slot / 32`.
#[inline(always)]
pub(crate) fn empty_slots(values: &[u32; SLOTS]) -> Empty {
    let mut empty = [0; SLOTS / 32];
    for (bits, part) in empty.iter_mut().zip(values.as_chunks::<32>().0) {
        for (slot, &value) in part.iter().enumerate() {
            *bits |= u32::from(value == u32::MAX) << slot;
        }
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
pub(crate) fn first_round(shingles: &[u64], values: &mut [u32; SLOTS]) {
    // Two tables: neighbours never wait for each other's store.
    let mut others = [u32::MAX; SLOTS];
    let put = |shingle: u64, values: &mut [u32; SLOTS]| {
        let (slot, value) = place(shingle);
        values[slot] = values[slot].min(value);
    };
    let (pairs, rest) = shingles.as_chunks::<2>();
    for &[a, b] in pairs {
        put(a, values);
        put(b, &mut others);
    }
    for &last in rest {
        put(last, values);
    }
    for (value, other) in values.iter_mut().zip(others) {
        *value = (*value).min(other);
    }
}

#[inline(always)]
pub(crate) fn sketch(shingles: &[u64], rounds: &[u64; ROUNDS], slots: &mut [u8; SLOTS]) {
    sketch_by(shingles, rounds, slots, empty_slots, later_round);
}

/// The sketch, with kernels for the rounds after the first.
#[inline(always)]
pub(crate) fn sketch_by(
    shingles: &[u64],
    rounds: &[u64; ROUNDS],
    slots: &mut [u8; SLOTS],
    empty_slots: impl Fn(&[u32; SLOTS]) -> Empty,
    later_round: impl Fn(&[u64], u64, &Empty, &mut [u32; SLOTS]),
) {
    if shingles.is_empty() {
        slots.fill(0);
        return;
    }
    let mut values = [u32::MAX; SLOTS];
    first_round(shingles, &mut values);
    let mut later = rounds[1..SLOTS].iter();
    loop {
        let empty = empty_slots(&values);
        if empty == [0; SLOTS / 32] {
            break;
        }
        let Some(&multiplier) = later.next() else {
            fixed_rounds(shingles, rounds, &mut values);
            break;
        };
        later_round(shingles, multiplier, &empty, &mut values);
    }
    store(&values, slots);
}

/// A round after the first: only slots that were empty before it take a value.
#[inline(always)]
pub(crate) fn later_round(
    shingles: &[u64],
    multiplier: u64,
    empty: &Empty,
    values: &mut [u32; SLOTS],
) {
    for &shingle in shingles {
        let slot = later_slot(shingle, multiplier);
        if empty[slot / 32] >> (slot % 32) & 1 == 1 {
            take_later(shingle, multiplier, slot, values);
        }
    }
}

/// Slot of a shingle in a round after the first: the seven upper bits of the product of the lower halves.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower halves are wanted"
)]
pub(crate) fn later_slot(shingle: u64, multiplier: u64) -> usize {
    ((shingle as u32).wrapping_mul(multiplier as u32) >> 25) as usize
}

/// Value of a shingle in a round after the first: the upper half of the product.
#[inline(always)]
pub(crate) fn later_value(shingle: u64, multiplier: u64) -> u32 {
    (shingle.wrapping_mul(multiplier) >> 32) as u32
}

/// Puts the value of a shingle in a round after the first where it is the smallest.
#[inline(always)]
pub(crate) fn take_later(shingle: u64, multiplier: u64, slot: usize, values: &mut [u32; SLOTS]) {
    values[slot] = values[slot].min(later_value(shingle, multiplier));
}

#[inline(always)]
pub(crate) fn agreeing(a: &[u8; SLOTS], b: &[u8; SLOTS]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum()
}

#[inline(always)]
pub(crate) fn below(shingles: &[u64], bound: u64, found: &mut [u64]) -> usize {
    let mut count = 0;
    for &shingle in shingles {
        // Written always and counted when it is below: there is no branch to guess.
        found[count] = shingle;
        count += usize::from(shingle < bound);
    }
    count
}

#[inline(always)]
pub(crate) fn sort_few(values: &mut [u64; FEW], count: usize) -> bool {
    sort_few_by(values, count, |values, ranks| {
        for (block, ranks) in values.as_chunks::<8>().0.iter().zip(ranks) {
            if block[0] == u64::MAX {
                break;
            }
            for other in &values[..count] {
                for (rank, value) in ranks.iter_mut().zip(block) {
                    *rank += u64::from(other < value);
                }
            }
        }
    })
}

/// The same, where `rank` counts for each value the smaller ones, eight by eight.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "there are no more than 64")]
pub(crate) fn sort_few_by(
    values: &mut [u64; FEW],
    count: usize,
    rank: impl Fn(&[u64; FEW], &mut [[u64; 8]; FEW / 8]),
) -> bool {
    let mut ranks = [[0; 8]; FEW / 8];
    rank(values, &mut ranks);
    let mut sorted = [u64::MAX; FEW];
    let mut taken = 0u64;
    for (&value, &rank) in values[..count].iter().zip(ranks.as_flattened()) {
        let place = rank as usize % FEW;
        sorted[place] = value;
        taken |= 1 << place;
    }
    let different = taken.count_ones() as usize == count;
    if different {
        *values = sorted;
    }
    different
}

/// Masks for the front of 16 bytes.
pub(crate) const FRONT: [[u64; 2]; 17] = {
    let mut front = [[0; 2]; 17];
    let mut length = 1;
    while length <= 16 {
        let low = if length < 8 { length } else { 8 };
        front[length][0] = u64::MAX >> (64 - 8 * low);
        if length > 8 {
            front[length][1] = u64::MAX >> (128 - 8 * length);
        }
        length += 1;
    }
    front
};

#[inline(always)]
pub(crate) fn hash_words(bytes: &[u8], edges: &[[u32; 2]], keys: [u64; 2], hashes: &mut [u64]) {
    for (&[start, end], hash) in edges.iter().zip(hashes) {
        *hash = hash_word(bytes, start as usize, end as usize, keys);
    }
}

#[inline(always)]
fn hash_word(bytes: &[u8], start: usize, end: usize, keys: [u64; 2]) -> u64 {
    let length = end.wrapping_sub(start);
    if length <= 16 {
        let [low, high] = front(bytes, start, length);
        return hash_short(low, high, keys);
    }
    hash_long(bytes, start, end, keys)
}

/// Of a word of up to 16 bytes, filled up with zeros: no byte of a word is zero, so that they say how long it is. Its four quarters are
/// multiplied two by two (NH; Black, Halevi, Krawczyk, Krovetz, Rogaway: "UMAC", 1999), which every machine does in vectors.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the halves are wanted")]
pub(crate) fn hash_short(low: u64, high: u64, keys: [u64; 2]) -> u64 {
    let product = |word: u64, key: u64| {
        let front = (word as u32).wrapping_add(key as u32);
        let back = ((word >> 32) as u32).wrapping_add((key >> 32) as u32);
        u64::from(front) * u64::from(back)
    };
    let sum = product(low, keys[0]).wrapping_add(product(high, keys[1]));
    sum ^ sum >> 32
}

#[cold]
pub(crate) fn hash_long(bytes: &[u8], start: usize, end: usize, keys: [u64; 2]) -> u64 {
    let mut hash = end.wrapping_sub(start) as u64;
    let mut at = start;
    while at < end {
        let [low, high] = front(bytes, at, (end - at).min(16));
        hash =
            fold_multiply(low ^ keys[0] ^ hash, high ^ keys[1]).wrapping_add(hash.rotate_left(17));
        at += 16;
    }
    hash
}

/// The first `length` bytes from `at` on, at most 16, and zeros after them.
#[inline(always)]
fn front(bytes: &[u8], at: usize, length: usize) -> [u64; 2] {
    let [low, high] = load(bytes, at);
    [low & FRONT[length][0], high & FRONT[length][1]]
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
fn load(bytes: &[u8], at: usize) -> [u64; 2] {
    let block: &[u8; 16] = bytes[at..]
        .first_chunk()
        .expect("a text is followed by 16 spaces");
    let both = u128::from_le_bytes(*block);
    [(both & u128::from(u64::MAX)) as u64, (both >> 64) as u64]
}

/// Both halves of the 128-bit product.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
fn fold_multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product & u128::from(u64::MAX)) as u64 ^ (product >> 64) as u64
}
