//! Documents to signatures: a sketch of 128 bytes that estimates similarity, and a few fingerprints to meet by.

use crate::simd::{self, FEW, Level, ROUNDS, SLOTS};
use crate::text::shingles::Shingles;
use crate::text::words::splitmix;

/// Least fingerprints of a document that has so many shingles.
const MIN_FINGERPRINTS: usize = 8;
/// Most fingerprints of a document.
const MAX_FINGERPRINTS: usize = 64;
/// One fingerprint for so many shingles, between the two bounds. A text a tenth as long as the one that holds it shares
/// two of its fingerprints at 48; every halving would cost 40 bytes a document on disk.
const SHINGLES_A_FINGERPRINT: usize = 48;

/// Signs one document after another; buffers are used again. Signatures compare only under the same seed.
#[derive(Clone, Debug)]
pub struct Signer {
    level: Level,
    shingles: Shingles,
    rounds: Box<[u64; ROUNDS]>,
    room: Vec<u64>,
    fingerprints: Vec<u32>,
}

/// What is known of a document once it is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// The fast similarity sketch (Dahlgaard, Knudsen, Thorup 2017), eight bits a slot.
    pub slots: &'a [u8; SLOTS],
    /// Fingerprints: the lower halves of the smallest shingles. Which shingles are small is chance, and the same chance for all.
    pub fingerprints: &'a [u32],
    /// Number of shingles, repeated ones counted again.
    pub shingles: usize,
    /// Whether the text was valid UTF-8.
    pub valid: bool,
}

impl Signer {
    /// A signer for hashes of `seed`.
    pub fn new(seed: u64, level: Level) -> Self {
        let mut rounds = Box::new([0; ROUNDS]);
        for (round, multiplier) in (1u64..).zip(rounds.iter_mut()) {
            *multiplier = splitmix(seed.wrapping_mul(0x1000).wrapping_add(round)) | 1;
        }
        Self {
            level,
            shingles: Shingles::new(seed, level),
            rounds,
            room: Vec::new(),
            fingerprints: Vec::new(),
        }
    }

    /// The shingles and words of the text that was signed last.
    pub fn shingles(&self) -> &Shingles {
        &self.shingles
    }

    /// Reads `text` for its shingles and words alone.
    pub fn read(&mut self, text: &[u8]) {
        self.shingles.read(text, false);
    }

    /// Signs `text`; see [`crate::text::words::Words::read`] for `escapes`. Linear in the text, plus about 0.6 us.
    pub fn sign<'a>(
        &'a mut self,
        text: &[u8],
        escapes: bool,
        slots: &'a mut [u8; SLOTS],
    ) -> Signature<'a> {
        let valid = self.shingles.read(text, escapes);
        let hashes = self.shingles.hashes();
        simd::sketch(self.level, hashes, &self.rounds, slots);
        let wanted =
            (hashes.len() / SHINGLES_A_FINGERPRINT).clamp(MIN_FINGERPRINTS, MAX_FINGERPRINTS);
        let least = smallest(self.level, hashes, wanted, &mut self.room).iter();
        self.fingerprints.clear();
        self.fingerprints
            .extend(least.take(wanted).map(|&shingle| lower_half(shingle)));
        Signature {
            slots,
            fingerprints: &self.fingerprints,
            shingles: hashes.len(),
            valid,
        }
    }
}

/// The smallest different shingles, ascending: at least `wanted` of them, or all. `room` only grows.
fn smallest<'a>(
    level: Level,
    shingles: &[u64],
    wanted: usize,
    room: &'a mut Vec<u64>,
) -> &'a [u64] {
    if room.len() < shingles.len() + 8 {
        room.resize(shingles.len() + 8, 0);
    }
    // Shingles are spread evenly: below a bound that lets half as many again pass, and some, enough are nearly always
    // found. Where they are not (a text that repeats itself), all are looked at.
    let share = u64::MAX / (shingles.len() as u64).max(1);
    let likely = share.saturating_mul((wanted + wanted / 2 + 6) as u64);
    let mut different = 0;
    for bound in [likely, u64::MAX] {
        let count = simd::below(level, shingles, bound, room);
        sort(level, &mut room[..count]);
        different = 0;
        for at in 0..count {
            if at == 0 || room[at] != room[different - 1] {
                room[different] = room[at];
                different += 1;
            }
        }
        if different >= wanted {
            break;
        }
    }
    &room[..different]
}

fn sort(level: Level, values: &mut [u64]) {
    if values.len() <= FEW {
        let mut few = [u64::MAX; FEW];
        few[..values.len()].copy_from_slice(values);
        if simd::sort_few(level, &mut few, values.len()) {
            values.copy_from_slice(&few[..values.len()]);
            return;
        }
    }
    values.sort_unstable();
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn lower_half(shingle: u64) -> u32 {
    shingle as u32
}

/// Jaccard similarity, `0..=1`, of two sets whose sketches agree in `agreeing` slots: what agrees by chance in eight bits
/// is taken off. Standard error at most `sqrt(J (1 - J) / 128)`.
pub fn jaccard(agreeing: u32) -> f32 {
    const CHANCE: f32 = 1.0 / 256.0;
    ((agreeing as f32 / SLOTS as f32 - CHANCE) / (1.0 - CHANCE)).max(0.0)
}

/// Containment of a set of `own` shingles in one of `other`, `0..=1`, whose Jaccard similarity is `jaccard`.
pub fn containment(jaccard: f32, own: usize, other: usize) -> f32 {
    let (own, other) = (own as f32, other as f32);
    (jaccard * (own + other) / ((1.0 + jaccard) * own.max(1.0))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_stay_within_their_stated_error() {
        let level = Level::best();
        for size in [30u64, 120, 400, 1000] {
            for percent in [20u64, 50, 80] {
                // Two sets of `size` that share `common` elements.
                let common = 2 * size * percent / (100 + percent);
                let exact = common as f64 / (2 * size - common) as f64;
                let mut squares = 0.0;
                let seeds = 300;
                for seed in 0..seeds {
                    let signer = Signer::new(seed, level);
                    let element = |at: u64| splitmix(seed << 32 | at);
                    let a: Vec<_> = (0..size).map(element).collect();
                    let b: Vec<_> = (size - common..2 * size - common).map(element).collect();
                    let (mut x, mut y) = ([0; SLOTS], [0; SLOTS]);
                    simd::sketch(level, &a, &signer.rounds, &mut x);
                    simd::sketch(level, &b, &signer.rounds, &mut y);
                    let error = f64::from(jaccard(simd::agreeing(level, &x, &y))) - exact;
                    squares += error * error;
                }
                let allowed = exact * (1.0 - exact) / SLOTS as f64;
                let measured = squares / seeds as f64;
                // 300 seeds: the measured mean of squares is itself uncertain by a twelfth.
                assert!(
                    measured < allowed * 1.2,
                    "{size} shingles at {exact:.2}: {measured:.6} past {allowed:.6}"
                );
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn every_kernel_agrees_with_scalar(words in proptest::collection::vec(proptest::num::u64::ANY, 5..900), seed in 0u64..1000) {
            let scalar = Signer::new(seed, Level::Scalar);
            let mut expected = vec![0; words.len() - 4];
            simd::shingles(Level::Scalar, &words, &mut expected);
            let mut slots = [0; SLOTS];
            simd::sketch(Level::Scalar, &expected, &scalar.rounds, &mut slots);
            let (mut room, mut other_room) = (Vec::new(), Vec::new());
            let least = smallest(Level::Scalar, &expected, 12, &mut room);
            for level in Level::available() {
                let mut shingles = vec![0; words.len() - 4];
                simd::shingles(level, &words, &mut shingles);
                assert_eq!(shingles, expected);
                let mut other = [0; SLOTS];
                simd::sketch(level, &shingles, &scalar.rounds, &mut other);
                assert_eq!(other, slots);
                assert_eq!(simd::agreeing(level, &other, &slots), 128);
                assert_eq!(smallest(level, &shingles, 12, &mut other_room), least);
            }
        }

        #[test]
        fn bytes_are_classified_alike(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), escapes: bool) {
            classify(&bytes, escapes);
        }

        #[test]
        fn escapes_and_dashes_are_classified_alike(text in "([a-zA-Z0-9 .]{0,70}|(\\\\){1,5}|\\\\[n\"u]|[é–“’…‘]){0,40}", cut in 0usize..4, escapes: bool) {
            // A cut may leave half a mark at the end.
            let bytes = text.as_bytes();
            classify(&bytes[..bytes.len().saturating_sub(cut)], escapes);
        }

        #[test]
        fn words_of_any_length_are_hashed_alike(lengths in proptest::collection::vec((0u32..4, 1u32..24), 0..60), keys: [u64; 2]) {
            let mut edges = Vec::new();
            let mut at = 0;
            for (gap, length) in lengths {
                edges.push([at + gap, at + gap + length]);
                at += gap + length;
            }
            let bytes: Vec<u8> = (1..=251).cycle().step_by(7).take(at as usize + 64).collect();
            let run = |level| {
                let mut hashes = vec![0; edges.len()];
                simd::hash_words(level, &bytes, &edges, keys, &mut hashes);
                hashes
            };
            let expected = run(Level::Scalar);
            for level in Level::available() {
                assert_eq!(run(level), expected);
            }
        }

        #[test]
        fn few_numbers_are_sorted_as_many_are(values in proptest::collection::vec(0u64..400, 0..=FEW), spread: bool) {
            let values: Vec<u64> = values.iter().map(|&value| if spread { splitmix(value) } else { value }).collect();
            let mut expected = values.clone();
            expected.sort_unstable();
            for level in Level::available() {
                let mut few = [u64::MAX; FEW];
                few[..values.len()].copy_from_slice(&values);
                let different = simd::sort_few(level, &mut few, values.len());
                assert_eq!(different, expected.windows(2).all(|pair| pair[0] < pair[1]));
                if different {
                    assert_eq!(few[..values.len()], expected);
                }
                let mut sorted = values.clone();
                sort(level, &mut sorted);
                assert_eq!(sorted, expected);
            }
        }
    }

    /// What every level makes of a text's bytes.
    fn classify(bytes: &[u8], escapes: bool) {
        let blocks = bytes.len() / 64 + 1;
        let run = |level| {
            let mut copy = vec![b' '; bytes.len() + 128];
            let plain = simd::copy_plain(level, bytes, &mut copy, escapes);
            let mut lowered = bytes.to_vec();
            lowered.resize(blocks * 64, b' ');
            let mut masks = vec![0; blocks];
            simd::classify(level, &mut lowered, &mut masks);
            let mut edges = vec![0; 64 * (blocks + 1)];
            let count = simd::edges(level, &masks, &mut edges);
            edges.truncate(count);
            copy.truncate(plain);
            (copy, lowered, masks, edges)
        };
        let expected = run(Level::Scalar);
        for level in Level::available() {
            assert_eq!(run(level), expected);
        }
    }
}
