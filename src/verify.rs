//! Candidates to matches: two documents measured.
//!
//! A sketch's estimate decides where it is clear of the threshold by three standard errors. Everything else is measured from the
//! two texts: the exact Jaccard similarity of their shingles, the containment of each in the other, and, for copies with
//! words changed all over, how much of both lies in common runs of three words.

use serde::{Deserialize, Serialize};

use crate::options::VerifyOptions;
use crate::simd::{Level, SLOTS};
use crate::text::shingles::Shingles;

/// How a removed document answers the kept one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    /// The same words in the same order.
    SameWords,
    /// Most shingles are shared.
    NearDuplicate,
    /// Single words changed all over.
    Edited,
    /// All or nearly all of it stands in the kept one.
    Contained,
}

impl Reason {
    /// The words reports use.
    pub fn text(self) -> &'static str {
        match self {
            Self::SameWords => "same words",
            Self::NearDuplicate => "near-duplicate",
            Self::Edited => "words edited throughout",
            Self::Contained => "contained in the kept one",
        }
    }
}

/// A candidate that was accepted. All numbers are `0..=1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Jaccard similarity of the two sets of 5-word shingles.
    pub jaccard: f32,
    /// Share of the copy's shingles that the kept document has.
    pub containment: f32,
    /// Why it counts.
    pub reason: Reason,
    /// Whether it was measured from the texts, or estimated from the sketches far from the threshold.
    pub exact: bool,
}

/// What a sketch's estimate says of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Opinion {
    /// Above the threshold beyond doubt.
    Accept,
    /// Below every rule beyond doubt.
    Refuse,
    /// The texts must be asked.
    Ask,
}

/// The bounds that `options` put on estimates.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    accept: f32,
    /// Four standard errors under the threshold.
    doubtful: f32,
    refuse: f32,
    containment: f32,
    contained_shingles: usize,
}

impl Gate {
    /// Bounds three standard errors above and two and a half below the thresholds. The sketch's squared error is 0.5 to 0.9 of
    /// `J (1 - J) / 128` between 30 and 1,000 shingles (`estimates_stay_within_their_stated_error`).
    pub fn new(options: &VerifyOptions) -> Self {
        let error = |jaccard: f32| (0.75 * jaccard * (1.0 - jaccard) / SLOTS as f32).sqrt();
        let floor = options.threshold.min(options.edited_jaccard);
        Self {
            accept: options.threshold + 3.0 * error(options.threshold),
            doubtful: options.threshold - 4.0 * error(options.threshold),
            refuse: floor - 2.5 * error(floor),
            containment: containment_asked(options),
            contained_shingles: options.contained_shingles,
        }
    }

    /// The opinion on a pair with an estimated Jaccard similarity, of documents with so many shingles.
    pub fn opinion(&self, jaccard: f32, shingles: [usize; 2]) -> Opinion {
        if jaccard >= self.accept {
            Opinion::Accept
        } else if jaccard >= self.refuse || self.may_be_contained(jaccard, shingles) {
            Opinion::Ask
        } else {
            Opinion::Refuse
        }
    }

    /// Whether the two may reach the threshold.
    pub fn may_be_near_duplicate(&self, jaccard: f32) -> bool {
        jaccard >= self.doubtful
    }

    /// Whether the shorter of the two may lie in the longer one while the two are no near-duplicates as wholes.
    pub fn may_be_only_contained(&self, jaccard: f32, shingles: [usize; 2]) -> bool {
        !self.may_be_near_duplicate(jaccard) && self.may_be_contained(jaccard, shingles)
    }

    /// Whether the shorter of the two may lie in the longer one.
    fn may_be_contained(&self, jaccard: f32, [a, b]: [usize; 2]) -> bool {
        let (short, long) = (a.min(b), a.max(b));
        if short < self.contained_shingles {
            return false;
        }
        let most = jaccard + 3.0 * (jaccard.max(0.02) * (1.0 - jaccard) / SLOTS as f32).sqrt();
        let (own, other) = (short as f32, long as f32);
        most * (own + other) / ((1.0 + most) * own) >= self.containment
    }
}

fn containment_asked(options: &VerifyOptions) -> f32 {
    options.containment.max(options.threshold)
}

/// Measures pairs; buffers are used again.
#[derive(Clone, Debug)]
pub struct Verifier {
    options: VerifyOptions,
    kept: Shingles,
    kept_set: Set,
    /// Runs of three words of the kept text, once somebody asked for them.
    kept_runs: Set,
    kept_runs_there: bool,
    /// Which document `kept` holds.
    holds: Option<u32>,
    copy: Shingles,
    /// Which document `copy` holds.
    copy_holds: Option<u32>,
    /// Shingles of the copy that the kept text has not.
    only_copy: Set,
    copy_runs: Set,
}

impl Verifier {
    /// For texts hashed with `seed`.
    pub fn new(options: &VerifyOptions, seed: u64, level: Level) -> Self {
        let shingles = Shingles::new(seed, level);
        Self {
            options: options.clone(),
            kept: shingles.clone(),
            kept_set: Set::default(),
            kept_runs: Set::default(),
            kept_runs_there: false,
            holds: None,
            copy: shingles,
            copy_holds: None,
            only_copy: Set::default(),
            copy_runs: Set::default(),
        }
    }

    /// Measures the document `copy` against `kept`; each gives its text and whether it has JSON escapes. A text that the last call had
    /// in the same place is not read again. Linear in both texts.
    pub fn measure<'a>(
        &mut self,
        kept: (u32, &dyn Fn() -> (&'a [u8], bool)),
        copy: (u32, &dyn Fn() -> (&'a [u8], bool)),
    ) -> Option<Match> {
        if self.holds != Some(kept.0) {
            let (text, escapes) = (kept.1)();
            self.kept.read(text, escapes);
            self.kept_set.fill(self.kept.hashes().iter().copied());
            self.kept_runs_there = false;
            self.holds = Some(kept.0);
        }
        if self.copy_holds != Some(copy.0) {
            let (text, escapes) = (copy.1)();
            self.copy.read(text, escapes);
            self.copy_holds = Some(copy.0);
        }
        let options = &self.options;
        // Whether the two may still be found near-duplicates, when so many shingles are common to both and so many are the copy's alone: more of
        // the first and fewer of the second never take away from either share.
        let least = options.threshold.min(options.edited_jaccard);
        let kept_size = self.kept_set.len;
        let hopeful = |common: usize, only_copy: usize| {
            only_copy == 0
                || common as f32 / (kept_size + only_copy) as f32 >= least
                || common as f32 / (common + only_copy) as f32 >= containment_asked(options)
        };
        let common = self
            .kept_set
            .count(self.copy.hashes(), &mut self.only_copy, hopeful)?;
        let (kept, copy) = (&self.kept, &self.copy);
        let copy_size = common + self.only_copy.len;
        let jaccard = common as f32 / (kept_size + copy_size - common) as f32;
        let containment = common as f32 / copy_size as f32;
        let accepted = |reason| {
            Some(Match {
                jaccard,
                containment,
                reason,
                exact: true,
            })
        };
        if kept.words().hashes() == copy.words().hashes() && common > 0 {
            return accepted(Reason::SameWords);
        }
        if jaccard >= options.threshold {
            return accepted(Reason::NearDuplicate);
        }
        if containment >= containment_asked(options) && copy_size >= options.contained_shingles {
            return accepted(Reason::Contained);
        }
        let words = kept.words().hashes().len();
        let words = words.min(copy.words().hashes().len());
        if jaccard >= options.edited_jaccard && words >= options.edited_words && self.edited() {
            return accepted(Reason::Edited);
        }
        None
    }

    /// Whether the two differ by single words only.
    fn edited(&mut self) -> bool {
        let rise = (self.options.threshold - VerifyOptions::default().threshold).max(0.0);
        let asked = (self.options.edited_coverage + rise).min(1.0);
        let texts = [self.kept.words(), self.copy.words()];
        if !self.kept_runs_there {
            self.kept_runs.fill(runs_of_three(texts[0].hashes()));
            self.kept_runs_there = true;
        }
        if !covered(texts[1].hashes(), &self.kept_runs, asked) {
            return false;
        }
        self.copy_runs.fill(runs_of_three(texts[1].hashes()));
        if !covered(texts[0].hashes(), &self.copy_runs, asked) {
            return false;
        }
        let mut figures = texts.map(|words| {
            let hashes = words.hashes();
            let mut figures: Vec<u64> = (0..hashes.len())
                .filter(|&at| words.is_figure(at))
                .map(|at| hashes[at])
                .collect();
            figures.sort_unstable();
            figures
        });
        figures.sort_by_key(Vec::len);
        let [fewer, more] = figures;
        let mut left = more.as_slice();
        let mut common = 0;
        for figure in fewer {
            left = &left[left.partition_point(|&other| other < figure)..];
            if left.first() == Some(&figure) {
                common += 1;
                left = &left[1..];
            }
        }
        (more.len() - common) as f32 <= self.options.edited_figures * more.len() as f32 + 1.0
    }
}

fn runs_of_three(words: &[u64]) -> impl ExactSizeIterator<Item = u64> {
    words.windows(3).map(|run| {
        run[0]
            .wrapping_add(run[1].rotate_left(21))
            .wrapping_add(run[2].rotate_left(42))
    })
}

/// Whether at least the share `asked` of the words lies in runs of three that `runs` has.
fn covered(words: &[u64], runs: &Set, asked: f32) -> bool {
    let (mut covered, mut until) = (0, 0);
    for (at, run) in runs_of_three(words).enumerate() {
        if runs.contains(run) {
            covered += at + 3 - until.max(at);
            until = at + 3;
        }
    }
    covered as f32 >= asked * words.len() as f32
}

/// A set of hashes, open addressing; zero stands for an empty place and is kept apart.
#[derive(Clone, Debug, Default)]
struct Set {
    places: Vec<u64>,
    shift: u32,
    zero: bool,
    len: usize,
    /// Places that were asked for, while hashes are counted.
    seen: Vec<u64>,
}

impl Set {
    /// Holds nothing, with room for `most` hashes.
    fn clear(&mut self, most: usize) {
        // A quarter full at most: nearly all are found where they are looked for first, and what follows is no guess.
        let bits = (most.max(8) * 4).next_power_of_two().trailing_zeros();
        self.places.clear();
        self.places.resize(1 << bits, 0);
        self.shift = 64 - bits;
        self.zero = false;
        self.len = 0;
    }

    /// Holds `hashes` and nothing else.
    fn fill(&mut self, hashes: impl ExactSizeIterator<Item = u64>) {
        self.clear(hashes.len());
        for hash in hashes {
            self.insert(hash);
        }
    }

    #[inline]
    fn insert(&mut self, hash: u64) {
        if hash == 0 {
            self.len += usize::from(!self.zero);
            self.zero = true;
            return;
        }
        let at = self.find(hash);
        if self.places[at] == 0 {
            self.places[at] = hash;
            self.len += 1;
        }
    }

    /// How many different ones of `hashes` it has; those it has not go to `others`. Ends early, with nothing, when `hopeful` says no to the most that
    /// there may be and the number of others so far.
    fn count(
        &mut self,
        hashes: &[u64],
        others: &mut Self,
        hopeful: impl Fn(usize, usize) -> bool,
    ) -> Option<usize> {
        others.clear(hashes.len());
        self.seen.clear();
        self.seen.resize(self.places.len().div_ceil(64), 0);
        let (mut common, mut zero) = (0, false);
        let mut left = hashes.len();
        for part in hashes.chunks(64) {
            for &hash in part {
                if hash == 0 {
                    if self.zero {
                        common += usize::from(!zero);
                        zero = true;
                    } else {
                        others.insert(hash);
                    }
                    continue;
                }
                let at = self.find(hash);
                if self.places[at] == 0 {
                    others.insert(hash);
                    continue;
                }
                let bit = 1 << (at % 64);
                common += usize::from(self.seen[at / 64] & bit == 0);
                self.seen[at / 64] |= bit;
            }
            left -= part.len();
            if !hopeful(common + left, others.len) {
                return None;
            }
        }
        Some(common)
    }

    /// Where `hash` is or would be.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let places = self.places.as_slice();
        let last = places.len() - 1;
        let mut at = self.home(hash) & last;
        while places[at] != 0 && places[at] != hash {
            at = (at + 1) & last;
        }
        at
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the shift leaves no more bits than the table has places"
    )]
    fn home(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    fn contains(&self, hash: u64) -> bool {
        if hash == 0 {
            self.zero
        } else {
            self.places[self.find(hash)] == hash
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: std::ops::Range<u32>) -> String {
        range.map(|n| format!("word{n} ")).collect()
    }

    fn measure(kept: &str, copy: &str) -> Option<Match> {
        let mut verifier = Verifier::new(&VerifyOptions::default(), 3, Level::best());
        verifier.measure(
            (0, &|| (kept.as_bytes(), false)),
            (1, &|| (copy.as_bytes(), false)),
        )
    }

    #[test]
    fn a_text_is_a_copy_of_itself() {
        for text in ["x", "two words", &words(0..300)] {
            let found = measure(text, &text.to_uppercase()).expect("the words are the same");
            assert_eq!((found.reason, found.jaccard), (Reason::SameWords, 1.0));
        }
    }

    #[test]
    fn a_shorter_text_is_contained_in_the_longer_one_and_not_the_reverse() {
        let (short, long) = (words(100..400), words(0..900));
        assert_eq!(
            measure(&long, &short).map(|found| found.reason),
            Some(Reason::Contained)
        );
        assert_eq!(measure(&short, &long), None);
    }

    #[test]
    fn words_changed_all_over_are_an_edit_and_a_replaced_half_is_not() {
        let edited: String = (0..300)
            .map(|n| {
                if n % 11 == 5 {
                    format!("other{n} ")
                } else {
                    format!("word{n} ")
                }
            })
            .collect();
        assert_eq!(
            measure(&words(0..300), &edited).map(|found| found.reason),
            Some(Reason::Edited)
        );
        assert_eq!(measure(&words(0..300), &words(120..420)), None);
    }

    #[test]
    fn other_figures_are_other_news() {
        let report = |seed: u32| -> String {
            (0..300)
                .map(|n| {
                    if n % 11 == 5 {
                        format!("{} ", n * seed)
                    } else {
                        format!("word{n} ")
                    }
                })
                .collect()
        };
        assert_eq!(measure(&report(3), &report(7)), None);
    }

    proptest::proptest! {
        #[test]
        fn sets_count_as_plain_ones_do(kept in proptest::collection::vec(0u64..40, 0..60), copy in proptest::collection::vec(0u64..60, 0..60)) {
            // Hashes are spread over all bits, but for the one that stands for an empty place.
            let spread = |numbers: &[u64]| -> Vec<u64> {
                numbers.iter().map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect()
            };
            let (kept, copy) = (spread(&kept), spread(&copy));
            let (mut set, mut others) = (Set::default(), Set::default());
            set.fill(kept.iter().copied());
            let common = set.count(&copy, &mut others, |_, _| true);
            let plain = |hashes: &[u64]| hashes.iter().copied().collect::<std::collections::BTreeSet<_>>();
            let (kept, copy) = (plain(&kept), plain(&copy));
            assert_eq!(set.len, kept.len());
            assert_eq!(common, Some(kept.intersection(&copy).count()));
            assert_eq!(others.len, copy.difference(&kept).count());
            assert!(copy.iter().all(|&hash| set.contains(hash) == kept.contains(&hash)));
        }
    }
}
