//! What two texts have word for word: the words that stand in runs of five that both have.
//!
//! A lower bound of what sentences answer each other, found in linear time: it says which documents are worth aligning, and what share
//! of an article a further reprint has, without aligning it.

use std::ops::Range;

use crate::text::shingles::{SHINGLE_WORDS, Shingles};

/// Words of a run.
#[expect(clippy::cast_possible_truncation, reason = "it is five")]
const RUN: u32 = SHINGLE_WORDS as u32;

/// The runs of five words of one text, in an order in which they can be compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// Hash of a run, and the number of its first word; ascending.
    places: Vec<(u64, u32)>,
    /// Words of the text.
    words: u32,
}

impl Runs {
    /// The runs of the text that was read last.
    pub(super) fn read(&mut self, shingles: &Shingles) {
        self.places.clear();
        self.places
            .extend(shingles.hashes().iter().copied().zip(0_u32..));
        self.places.sort_unstable();
        self.words = u32::try_from(shingles.words().hashes().len()).unwrap_or(u32::MAX);
    }

    /// Words of the text.
    pub(super) fn words(&self) -> u32 {
        self.words
    }

    /// The words of this text in runs that `other` has too, as ranges, ascending and apart; and how many words of `other` stand in
    /// runs that this text has.
    pub(super) fn shared(&self, other: &Self) -> (Vec<Range<u32>>, u32) {
        let (mut own, mut theirs) = (Vec::new(), Vec::new());
        let (mut a, mut b) = (self.places.as_slice(), other.places.as_slice());
        while let (Some(&(x, _)), Some(&(y, _))) = (a.first(), b.first()) {
            let (same_a, rest_a) = a.split_at(same(a, x));
            let (same_b, rest_b) = b.split_at(same(b, y));
            if x == y {
                own.extend(same_a.iter().map(|place| place.1));
                theirs.extend(same_b.iter().map(|place| place.1));
            }
            if x <= y {
                a = rest_a;
            }
            if y <= x {
                b = rest_b;
            }
        }
        let covered = ranges(theirs, other.words);
        (ranges(own, self.words), length(&covered))
    }
}

/// How many places at the front have this hash. Repeated runs are rare: a walk is shorter than a search.
fn same(places: &[(u64, u32)], hash: u64) -> usize {
    places.iter().take_while(|place| place.0 == hash).count()
}

/// The words that runs beginning at `begins` cover, of a text of `words`.
fn ranges(mut begins: Vec<u32>, words: u32) -> Vec<Range<u32>> {
    begins.sort_unstable();
    let mut ranges: Vec<Range<u32>> = Vec::new();
    for begin in begins {
        let end = (begin + RUN).min(words);
        match ranges.last_mut() {
            Some(last) if begin <= last.end => last.end = last.end.max(end),
            _ if begin < end => ranges.push(begin..end),
            _ => {}
        }
    }
    ranges
}

/// Words in ranges that are apart.
pub(super) fn length(ranges: &[Range<u32>]) -> u32 {
    ranges.iter().map(|range| range.end - range.start).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Level;

    fn runs(text: &str) -> Runs {
        let mut shingles = Shingles::new(1, Level::Scalar);
        shingles.read(text.as_bytes(), false);
        let mut runs = Runs::default();
        runs.read(&shingles);
        runs
    }

    #[test]
    fn a_text_shares_all_of_itself_and_nothing_with_another() {
        for text in [
            "one",
            "one two three four",
            "a b c d e f g a b c d e f g",
            "",
        ] {
            let own = runs(text);
            let (ranges, theirs) = own.shared(&own);
            assert_eq!((length(&ranges), theirs), (own.words, own.words), "{text}");
        }
        let (ranges, theirs) = runs("a b c d e f").shared(&runs("a b c d x e f"));
        assert_eq!((ranges, theirs), (vec![], 0));
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_shared_when_a_run_around_it_is(a in "([a-c] ){0,40}", b in "([a-c] ){0,40}") {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let (x, y) = (words(&a), words(&b));
            proptest::prop_assume!(x.len() >= SHINGLE_WORDS && y.len() >= SHINGLE_WORDS);
            let covered = |own: &[String], other: &[String]| -> Vec<bool> {
                let mut covered = vec![false; own.len()];
                for (at, run) in own.windows(SHINGLE_WORDS).enumerate() {
                    if other.windows(SHINGLE_WORDS).any(|theirs| theirs == run) {
                        covered[at..at + SHINGLE_WORDS].fill(true);
                    }
                }
                covered
            };
            let (ranges, theirs) = runs(&a).shared(&runs(&b));
            let mut found = vec![false; x.len()];
            for range in ranges {
                found[range.start as usize..range.end as usize].fill(true);
            }
            proptest::prop_assert_eq!(found, covered(&x, &y));
            let count = covered(&y, &x).iter().filter(|covered| **covered).count();
            proptest::prop_assert_eq!(theirs as usize, count);
        }
    }
}
