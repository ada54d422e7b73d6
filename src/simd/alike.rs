//! Which of many words may be alike to one: what parts nearly all pairs of words, for many of them at once.

use super::Level;

/// Words that lie side by side.
pub const LANES: usize = 64;

/// What tells of a word that it is not alike to another one.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// Hashes of two base forms.
    pub key: u64,
    /// See `key`.
    pub base: u64,
    /// How it is spelt at its beginning.
    pub head: Option<u64>,
    /// Bits of its senses, and of what lies above them.
    pub kinship: ([u64; 4], [u64; 4]),
    /// One over the length of its vector; 0 where it has none.
    pub inverse_norm: f32,
}

/// Words side by side.
#[derive(Clone, Debug)]
pub struct Lanes {
    keys: [u64; LANES],
    bases: [u64; LANES],
    heads: [u64; LANES],
    /// Senses, and senses or what lies above.
    senses: [[u64; LANES]; 4],
    around: [[u64; LANES]; 4],
    inverse_norms: [f32; LANES],
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            keys: [0; LANES],
            bases: [0; LANES],
            heads: [0; LANES],
            senses: [[0; LANES]; 4],
            around: [[0; LANES]; 4],
            inverse_norms: [0.0; LANES],
        }
    }
}

impl Lanes {
    /// Puts a word into a lane.
    ///
    /// # Panics
    /// When there is no such lane.
    pub fn put(&mut self, lane: usize, word: &Telling) {
        self.keys[lane] = word.key;
        self.bases[lane] = word.base;
        self.heads[lane] = word.head.unwrap_or(0);
        for part in 0..4 {
            let (senses, above) = (word.kinship.0[part], word.kinship.1[part]);
            self.senses[part][lane] = senses;
            self.around[part][lane] = senses | above;
        }
        self.inverse_norms[lane] = word.inverse_norm;
    }

    /// The cosine of the vector in a lane with that of `one`, from their product.
    #[inline(always)]
    pub fn cosine(&self, lane: usize, one: &Telling, products: &[i32; LANES]) -> f32 {
        products[lane] as f32 * one.inverse_norm * self.inverse_norms[lane]
    }

    /// [`Self::cosine`] to the last bit as if the word in the lane were the one and `one` lay in a lane.
    #[inline(always)]
    pub fn cosine_from(&self, lane: usize, one: &Telling, products: &[i32; LANES]) -> f32 {
        products[lane] as f32 * self.inverse_norms[lane] * one.inverse_norm
    }
}

/// One bit for each lane, the first being the lowest: whether its word has a base form or the beginning of `one` or may share a sense; and whether
/// its vector has the cosine `least` or more. `products` are those of the vectors. A lane that no word was put into may have any bit.
pub fn alike(
    level: Level,
    one: &Telling,
    lanes: &Lanes,
    products: &[i32; LANES],
    least: f32,
) -> (u64, u64) {
    match level.runnable() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `runnable` returns this level only where the processor has its features.
        Level::Avx512 => unsafe { wide(one, lanes, products, least) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { middle(one, lanes, products, least) },
        _ => plain(one, lanes, products, least),
    }
}

/// The plain loops, for registers four times as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn wide(one: &Telling, lanes: &Lanes, products: &[i32; LANES], least: f32) -> (u64, u64) {
    plain(one, lanes, products, least)
}

/// The plain loops, for registers twice as wide.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn middle(one: &Telling, lanes: &Lanes, products: &[i32; LANES], least: f32) -> (u64, u64) {
    plain(one, lanes, products, least)
}

#[inline(always)]
fn plain(one: &Telling, lanes: &Lanes, products: &[i32; LANES], least: f32) -> (u64, u64) {
    // No lane has this head: it is longer than five bytes.
    let head = one.head.unwrap_or(u64::MAX);
    let (senses, above) = &one.kinship;
    let (mut akin, mut near) = ([0_u64; LANES], [0_u64; LANES]);
    let mut k = 0;
    while k < LANES {
        let same = lanes.keys[k] == one.key || lanes.bases[k] == one.base || lanes.heads[k] == head;
        akin[k] = u64::from(same);
        near[k] = u64::from(lanes.cosine(k, one, products) >= least);
        k += 1;
    }
    // What no lexicon has (names, invented words) has no senses, and these are most of what is compared here.
    let mut k = if senses.iter().chain(above).all(|&bits| bits == 0) {
        LANES
    } else {
        0
    };
    while k < LANES {
        let shared = senses[0] & lanes.around[0][k]
            | senses[1] & lanes.around[1][k]
            | senses[2] & lanes.around[2][k]
            | senses[3] & lanes.around[3][k]
            | above[0] & lanes.senses[0][k]
            | above[1] & lanes.senses[1][k]
            | above[2] & lanes.senses[2][k]
            | above[3] & lanes.senses[3][k];
        akin[k] |= u64::from(shared != 0);
        k += 1;
    }
    let mut bits = (0, 0);
    let mut k = 0;
    while k < LANES {
        bits.0 |= akin[k] << k;
        bits.1 |= near[k] << k;
        k += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_level_says_what_is_said_of_words_one_by_one(seed in proptest::num::u64::ANY) {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                state >> 33
            };
            fn bits(next: &mut dyn FnMut() -> u64) -> [u64; 4] {
                std::array::from_fn(|_| if next().is_multiple_of(4) { 1 << (next() % 64) } else { 0 })
            }
            // Few values, so that some agree; few bits, so that some do not.
            let word = |next: &mut dyn FnMut() -> u64| Telling {
                key: next() % 9,
                base: next() % 40,
                head: (next() % 4 != 1).then_some(1 + next() % 30),
                kinship: (bits(&mut *next), bits(&mut *next)),
                inverse_norm: (next() % 100) as f32 / 1e6,
            };
            let words: Vec<Telling> = (0..LANES).map(|_| word(&mut next)).collect();
            let one = word(&mut next);
            let products: [i32; LANES] = std::array::from_fn(|_| i32::try_from(next() % 2_000_000).expect("small"));
            let mut lanes = Lanes::default();
            for (k, word) in words.iter().enumerate() {
                lanes.put(k, word);
            }
            let mut expected = (0, 0);
            for (k, word) in words.iter().enumerate() {
                let (a, b) = (&one.kinship, &word.kinship);
                let shares = |x: &[u64; 4], y: &[u64; 4]| x.iter().zip(y).any(|(x, y)| x & y != 0);
                let akin = one.key == word.key
                    || one.base == word.base
                    || one.head.is_some() && one.head == word.head
                    || shares(&a.0, &b.0) || shares(&a.0, &b.1) || shares(&a.1, &b.0);
                let near = products[k] as f32 * one.inverse_norm * word.inverse_norm >= 0.5;
                expected.0 |= u64::from(akin) << k;
                expected.1 |= u64::from(near) << k;
            }
            for level in Level::available() {
                proptest::prop_assert_eq!(alike(level, &one, &lanes, &products, 0.5), expected, "{:?}", level);
            }
        }
    }
}
