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

    /// Whether the shorter of the two may lie in the longer one while the two are no near-duplicates as wholes.
    pub fn may_be_only_contained(&self, jaccard: f32, shingles: [usize; 2]) -> bool {
        jaccard < self.doubtful && self.may_be_contained(jaccard, shingles)
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

/// The set of one text's hashes, and runs of three words, for asking.
#[derive(Clone, Debug)]
struct Side {
    shingles: Shingles,
    set: Set,
}

/// Measures pairs; buffers are used again.
#[derive(Clone, Debug)]
pub struct Verifier {
    options: VerifyOptions,
    kept: Side,
    copy: Side,
    /// Which document `kept` holds.
    holds: Option<u32>,
    runs: [Set; 2],
}

impl Verifier {
    /// For texts hashed with `seed`.
    pub fn new(options: &VerifyOptions, seed: u64, level: Level) -> Self {
        let side = Side {
            shingles: Shingles::new(seed, level),
            set: Set::default(),
        };
        Self {
            options: options.clone(),
            kept: side.clone(),
            copy: side,
            holds: None,
            runs: Default::default(),
        }
    }

    /// Measures the document `copy` against `kept`; each gives its text and whether it has JSON escapes. The text of
    /// `kept` is not read again when it was the kept one of the last call. Linear in both texts.
    pub fn measure<'a>(
        &mut self,
        kept: (u32, &dyn Fn() -> (&'a [u8], bool)),
        copy: (&'a [u8], bool),
    ) -> Option<Match> {
        if self.holds != Some(kept.0) {
            let (text, escapes) = (kept.1)();
            self.kept.read(text, escapes);
            self.holds = Some(kept.0);
        }
        self.copy.shingles.read(copy.0, copy.1);
        let mut common = 0;
        self.copy
            .set
            .fill(self.copy.shingles.hashes().iter().copied(), |hash| {
                common += usize::from(self.kept.set.contains(hash))
            });
        let (kept, copy) = (&self.kept, &self.copy);
        let (kept_size, copy_size) = (kept.set.len, copy.set.len);
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
        let options = &self.options;
        if kept.shingles.words().hashes() == copy.shingles.words().hashes() && common > 0 {
            return accepted(Reason::SameWords);
        }
        if jaccard >= options.threshold {
            return accepted(Reason::NearDuplicate);
        }
        if containment >= containment_asked(options) && copy_size >= options.contained_shingles {
            return accepted(Reason::Contained);
        }
        let words = kept
            .shingles
            .words()
            .hashes()
            .len()
            .min(copy.shingles.words().hashes().len());
        if jaccard >= options.edited_jaccard && words >= options.edited_words && self.edited() {
            return accepted(Reason::Edited);
        }
        None
    }

    /// Whether the two differ by single words only.
    fn edited(&mut self) -> bool {
        let rise = (self.options.threshold - VerifyOptions::default().threshold).max(0.0);
        let asked = (self.options.edited_coverage + rise).min(1.0);
        let texts = [self.kept.shingles.words(), self.copy.shingles.words()];
        for (set, words) in self.runs.iter_mut().zip(texts) {
            set.fill(runs_of_three(words.hashes()), |_| {});
        }
        for (words, other) in texts.iter().zip([&self.runs[1], &self.runs[0]]) {
            let length = words.hashes().len();
            let (mut covered, mut until) = (0, 0);
            for (at, run) in runs_of_three(words.hashes()).enumerate() {
                if other.contains(run) {
                    covered += at + 3 - until.max(at);
                    until = at + 3;
                }
            }
            if (covered as f32) < asked * length as f32 {
                return false;
            }
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

fn runs_of_three(words: &[u64]) -> impl Iterator<Item = u64> {
    words.windows(3).map(|run| {
        run[0]
            .wrapping_add(run[1].rotate_left(21))
            .wrapping_add(run[2].rotate_left(42))
    })
}

impl Side {
    fn read(&mut self, text: &[u8], escapes: bool) {
        self.shingles.read(text, escapes);
        self.set
            .fill(self.shingles.hashes().iter().copied(), |_| {});
    }
}

/// A set of hashes, open addressing; zero stands for an empty place and is kept apart.
#[derive(Clone, Debug, Default)]
struct Set {
    places: Vec<u64>,
    shift: u32,
    zero: bool,
    len: usize,
}

impl Set {
    /// Holds `hashes` and nothing else; `new` is told each of them once.
    fn fill(&mut self, hashes: impl Iterator<Item = u64>, mut new: impl FnMut(u64)) {
        let most = hashes.size_hint().1.unwrap_or(0).max(8);
        let bits = (most * 2).next_power_of_two().trailing_zeros();
        self.places.clear();
        self.places.resize(1 << bits, 0);
        self.shift = 64 - bits;
        self.zero = false;
        self.len = 0;
        for hash in hashes {
            if hash == 0 {
                if !self.zero {
                    self.len += 1;
                    new(hash);
                }
                self.zero = true;
                continue;
            }
            let at = self.find(hash);
            if self.places[at] == 0 {
                self.places[at] = hash;
                self.len += 1;
                new(hash);
            }
        }
    }

    /// Where `hash` is or would be.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mut at = self.home(hash);
        while self.places[at] != 0 && self.places[at] != hash {
            at = (at + 1) & (self.places.len() - 1);
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
        verifier.measure((0, &|| (kept.as_bytes(), false)), (copy.as_bytes(), false))
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
}
