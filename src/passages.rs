//! Candidate -> match: which sentences two documents share, and what share of either that is.

use ahash::{AHashMap, AHashSet};

use crate::align::sentences::{Match as SentenceMatch, align_indexed};
use crate::article::Article;
use crate::options::TraceOptions;
use crate::words::Words;

/// Two documents that were measured, sentence by sentence.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Positions of shared sentences among those of the first document that matter, ascending.
    pub first: Vec<u32>,
    /// The same of the second.
    pub second: Vec<u32>,
    /// Share of the first document's words that the second covers, 0..=1.
    pub containment_of_first: f32,
    /// Share of the second document's words that the first covers, 0..=1.
    pub containment_of_second: f32,
    /// Words of the smaller side that are covered.
    pub words: u32,
    /// Of these, words outside quotation marks.
    pub unquoted: u32,
    /// Mean likeness of the shared sentences, 0..=1.
    pub similarity: f32,
    /// Figures in the shared sentences of the second document.
    pub figures: u32,
    /// Of these, those that a figure of the counterpart agrees with.
    pub figures_met: u32,
    /// Words of the shared sentences of the second document that stand in runs of five that the counterpart has.
    pub in_runs: u32,
    /// Pairs of neighbouring words in the shared sentences of the second document that are neighbours in the counterpart too.
    pub neighbours: u32,
    /// How many there would be if the words of each counterpart stood in an order of chance.
    pub neighbours_by_chance: f32,
}

impl Measured {
    /// The higher of the two containments.
    pub fn containment(&self) -> f32 {
        self.containment_of_first.max(self.containment_of_second)
    }

    /// Likelihood in 0..=1 that two retellings have one text behind them and not only one event: a logistic model over what they share,
    /// fitted to independent translations of news (same text or not), to reports of like events, and to `corpus/`. `overlap` is the share of
    /// the smaller vocabulary in common, rare words weighing more (see [`crate::pair::rewrites::Candidate`]); `shorter` the words of the shorter text.
    pub fn likelihood_of_retelling(&self, overlap: f32, shorter: u32) -> f32 {
        let (high, low) = (
            self.containment(),
            self.containment_of_first.min(self.containment_of_second),
        );
        let figures = self.figures as f32;
        let met = self.figures_met as f32;
        let share = if self.figures > 0 { met / figures } else { 0.5 };
        let logit = 17.74 * (high * low).sqrt() - 6.71 * high + 0.1 * self.similarity
            - 0.609 * (self.words as f32).min(300.0) / 100.0
            + 2.602 * share
            + 2.794 * met.min(8.0) / 4.0
            + 3.261 * overlap
            + 1.719 * (shorter.max(1) as f32 / 100.0).ln()
            - 10.814;
        1.0 / (1.0 + (-logit).exp())
    }

    /// Whether the two are copies of one text as far as `options` ask. See [`Self::likelihood_of_retelling`] for `overlap` and `shorter`.
    pub fn is_copy(&self, options: &TraceOptions, overlap: f32, shorter: u32) -> bool {
        self.containment() >= options.min_containment
            && self.words >= options.min_words
            && !self.is_form()
            && !self.is_quotations()
            && !self.is_chance()
            && (self.similarity >= options.reprint_similarity
                || self.is_word_for_word(options, shorter)
                || self.likelihood_of_retelling(overlap, shorter) >= options.min_likelihood)
    }

    /// Whether the two share hardly more than quotations: two reports of one speech. A quarter of the shared words outside
    /// quotation marks is what "the minister said in a statement" takes beside a quotation of two lines. A text that is held nearly whole
    /// on both sides is a copy, also when it is a speech.
    pub fn is_quotations(&self) -> bool {
        4 * self.unquoted < self.words
            && self.containment_of_first.min(self.containment_of_second) < 0.8
    }

    /// Whether the two have words in common and no order: texts of few different words, and long sentences, look alike by chance. Language
    /// keeps its phrases however freely it is retold: accepted pairs of the development sets have four times as many pairs of
    /// neighbours as chance would bring, and more; texts of words drawn at random have about as many as chance brings (1 % of them over twice as
    /// many, where there are few). Where few are to be expected, a few more prove nothing either.
    pub fn is_chance(&self) -> bool {
        let expected = self.neighbours_by_chance;
        self.neighbours as f32 <= LEAST_ORDER * expected.max(1.0)
            || by_chance(self.neighbours, expected) > MOST_CHANCE
    }

    /// Whether so much of the shorter text stands in common runs of five words that it is a copy whatever became of the rest.
    fn is_word_for_word(&self, options: &TraceOptions, shorter: u32) -> bool {
        let share = self.in_runs as f32 / shorter.max(1) as f32;
        self.in_runs >= options.min_words && share >= LEAST_IN_RUNS
    }

    /// Whether the two only fill in the same form: market reports and forecasts share their sentences but not their
    /// figures. On the development stories copies keep 80 to 100 % of the figures, fillings of a form under 25 %, updates of a story 48 % and more.
    pub fn is_form(&self) -> bool {
        self.figures >= 6 && f64::from(self.figures_met) < 0.35 * f64::from(self.figures)
    }
}

/// Least likeness of two sentences for them to count as shared text between documents that may be independent. Higher than
/// what alignment within a known cluster asks.
pub const SHARED: f32 = 0.45;

/// The sentences of two articles that answer each other; `source` is the first.
pub fn align(first: &Article, second: &Article) -> Vec<SentenceMatch> {
    let (a, b): (Vec<&Words>, Vec<&Words>) =
        (first.words.iter().collect(), second.words.iter().collect());
    align_indexed((&a, &first.index), (&b, &second.index))
}

/// Aligns two articles and measures what they share.
pub fn measure(first: &Article, second: &Article) -> Measured {
    summarise(first, second, &align(first, second))
}

/// How many times the neighbours that chance would bring two texts must have in common. 3: see [`Measured::is_chance`].
const LEAST_ORDER: f32 = 3.0;
/// How likely as many common neighbours may be by chance. One in 1,000, by a bound that is above the likelihood: texts of 50 to 200 invented words
/// that were taken for copies without it come out at one in 14 and more; of 478 accepted retellings and reports that share text none
/// comes above one in 100,000,000.
const MOST_CHANCE: f32 = 1e-3;
/// Share of the shorter text in common runs of five words from which two texts are copies. 0.30: of the development sets eleven more
/// pairs of reports hold, all of one event and each with a passage of the other, and none of different texts.
const LEAST_IN_RUNS: f32 = 0.30;
/// Words of a run.
const RUN: usize = 5;

/// No less than the likelihood of `count` or more where `expected` are to be expected and each comes without regard to the others, as in
/// a distribution of Poisson. Chernoff 1952; close enough for a bound, and 1 where it says nothing.
fn by_chance(count: u32, expected: f32) -> f32 {
    let count = count as f32;
    if count <= expected {
        return 1.0;
    }
    (count - expected + count * (expected / count).ln()).exp()
}

/// The figures of an alignment whose `source` is `first` and whose `copy` is `second`.
pub fn summarise(first: &Article, second: &Article, matches: &[SentenceMatch]) -> Measured {
    let (mut in_first, mut in_second) = (Vec::new(), Vec::new());
    let (mut figures, mut figures_met) = (0, 0);
    let (mut unquoted_first, mut unquoted_second) = (0, 0);
    let (mut words_first, mut words_second, mut sum, mut mass) = (0.0_f32, 0.0_f32, 0.0, 0.0);
    let mut order = Order::default();
    for found in matches.iter().filter(|m| m.similarity >= SHARED) {
        let size = |article: &Article, list: &[usize]| {
            list.iter().map(|&k| article.lengths[k]).sum::<u32>() as f32
        };
        let (x, y) = (size(first, &found.source), size(second, &found.copy));
        for figure in found.copy.iter().flat_map(|&k| &second.words[k].quantities) {
            figures += 1;
            figures_met += u32::from(
                found
                    .source
                    .iter()
                    .flat_map(|&k| &first.words[k].quantities)
                    .any(|q| q.agrees(figure)),
            );
        }
        order.add(
            &sentences(first, &found.source),
            &sentences(second, &found.copy),
        );
        unquoted_first += found.source.iter().map(|&k| first.unquoted[k]).sum::<u32>();
        unquoted_second += found.copy.iter().map(|&k| second.unquoted[k]).sum::<u32>();
        words_first += x;
        words_second += y;
        sum += found.similarity * (x + y);
        mass += x + y;
        in_first.extend(
            found
                .source
                .iter()
                .map(|&k| u32::try_from(k).unwrap_or(u32::MAX)),
        );
        in_second.extend(
            found
                .copy
                .iter()
                .map(|&k| u32::try_from(k).unwrap_or(u32::MAX)),
        );
    }
    in_first.sort_unstable();
    in_second.sort_unstable();
    let share = |met: f32, article: &Article| {
        if article.length() > 0 {
            (met / article.length() as f32).min(1.0)
        } else {
            0.0
        }
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of words below 2^24"
    )]
    let words = words_first.min(words_second) as u32;
    Measured {
        containment_of_first: share(words_first, first),
        containment_of_second: share(words_second, second),
        first: in_first,
        second: in_second,
        words,
        unquoted: unquoted_first.min(unquoted_second),
        similarity: if mass > 0.0 { sum / mass } else { 0.0 },
        figures,
        figures_met,
        in_runs: order.in_runs,
        neighbours: order.neighbours,
        neighbours_by_chance: order.by_chance,
    }
}

/// Counts what two texts have in the same order, beside how much of it chance would bring.
#[derive(Default)]
struct Order {
    neighbours: u32,
    by_chance: f32,
    in_runs: u32,
    /// How often each word of the counterpart stands in it, its pairs of neighbours and its runs; used again.
    counts: AHashMap<u64, u32>,
    pairs: AHashSet<(u64, u64)>,
    runs: AHashSet<[u64; RUN]>,
}

impl Order {
    /// Adds sentences and their counterparts. In a counterpart of n words, in any order, a pair (x, y) stands about s(x) s(y) / n times, and
    /// is there at all with 1 - exp(-s(x) s(y) / n).
    fn add(&mut self, source: &[&Words], copy: &[&Words]) {
        if let ([source], [copy]) = (source, copy)
            && source.reads_like(copy)
        {
            let words = u32::try_from(copy.words.len()).unwrap_or(u32::MAX);
            self.neighbours += words.saturating_sub(1);
            self.in_runs += if copy.words.len() >= RUN { words } else { 0 };
            // Each pair of n different words would be there with 1 / n.
            self.by_chance += 1.0;
            return;
        }
        if let Some(places) = Places::new(source) {
            self.add_short(&places, copy);
            return;
        }
        self.add_long(source, copy);
    }

    /// A counterpart of as many words as there are bits.
    fn add_short(&mut self, source: &Places, copy: &[&Words]) {
        let all = source.hashes.len() as f32;
        for sentence in copy {
            // Where in the counterpart the last words stand, and where runs of two to five of them end.
            let (mut before, mut ends) = ((0, 0.0), [0_u128; RUN]);
            let mut counted = 0;
            for (k, word) in sentence.words.iter().enumerate() {
                let here = source.of(word.hash);
                let follows = |ends: u128| ends << 1 & here & !source.firsts;
                for length in (1..RUN).rev() {
                    ends[length] = follows(ends[length - 1]);
                }
                ends[0] = here;
                if k > 0 {
                    let (before, times_before) = before;
                    let times = here.count_ones() as f32;
                    let others = times - f32::from(u8::from(before == word.hash));
                    self.by_chance += 1.0 - (-times_before * others.max(0.0) / all.max(1.0)).exp();
                    self.neighbours += u32::from(ends[1] != 0);
                }
                if ends[RUN - 1] != 0 {
                    let at = k + 1 - RUN;
                    self.in_runs += u32::try_from(k + 1 - counted.max(at)).unwrap_or(0);
                    counted = k + 1;
                }
                before = (word.hash, here.count_ones() as f32);
            }
        }
    }

    /// A counterpart of any length.
    fn add_long(&mut self, source: &[&Words], copy: &[&Words]) {
        self.counts.clear();
        self.pairs.clear();
        self.runs.clear();
        let mut all = 0.0_f32;
        for sentence in source {
            for word in &sentence.words {
                *self.counts.entry(word.hash).or_default() += 1;
                all += 1.0;
            }
            let neighbours = sentence.words.windows(2).map(|w| (w[0].hash, w[1].hash));
            self.pairs.extend(neighbours);
            self.runs.extend(runs(sentence));
        }
        for sentence in copy {
            for pair in sentence.words.windows(2) {
                let (x, y) = (pair[0].hash, pair[1].hash);
                let times = |hash| self.counts.get(&hash).copied().unwrap_or(0) as f32;
                let others = times(y) - f32::from(u8::from(x == y));
                self.by_chance += 1.0 - (-times(x) * others.max(0.0) / all.max(1.0)).exp();
                self.neighbours += u32::from(self.pairs.contains(&(x, y)));
            }
            let mut counted = 0;
            for (at, run) in runs(sentence).enumerate() {
                if self.runs.contains(&run) {
                    self.in_runs += u32::try_from(at + RUN - counted.max(at)).unwrap_or(0);
                    counted = at + RUN;
                }
            }
        }
    }
}

/// The words of up to 128 places: where one stands is a number of as many bits.
struct Places {
    hashes: Vec<u64>,
    /// The first words of sentences, which follow nothing.
    firsts: u128,
}

impl Places {
    /// Nothing where there are more words.
    fn new(sentences: &[&Words]) -> Option<Self> {
        let total: usize = sentences.iter().map(|sentence| sentence.words.len()).sum();
        if total > u128::BITS as usize {
            return None;
        }
        let mut places = Self {
            hashes: Vec::with_capacity(total),
            firsts: 0,
        };
        for sentence in sentences
            .iter()
            .filter(|sentence| !sentence.words.is_empty())
        {
            places.firsts |= 1 << places.hashes.len();
            places
                .hashes
                .extend(sentence.words.iter().map(|word| word.hash));
        }
        Some(places)
    }

    fn of(&self, hash: u64) -> u128 {
        let (mut low, mut high) = (0_u64, 0_u64);
        let (first, second) = self.hashes.split_at(self.hashes.len().min(64));
        for (k, &other) in first.iter().enumerate() {
            low |= u64::from(other == hash) << k;
        }
        for (k, &other) in second.iter().enumerate() {
            high |= u64::from(other == hash) << k;
        }
        u128::from(low) | u128::from(high) << 64
    }
}

/// The runs of words of a sentence.
fn runs(sentence: &Words) -> impl Iterator<Item = [u64; RUN]> + '_ {
    let runs = sentence.words.windows(RUN);
    runs.filter_map(|words| Some(words.first_chunk::<RUN>()?.each_ref().map(|word| word.hash)))
}

fn sentences<'a>(article: &'a Article, positions: &[usize]) -> Vec<&'a Words> {
    positions.iter().map(|&k| &article.words[k]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Document;
    use crate::segment::segment;

    fn article(text: &str) -> Article {
        let document = Document {
            id: "a".to_owned(),
            text: text.to_owned(),
            ..Document::default()
        };
        Article::new(&document, &segment(&document, false))
    }

    /// Words drawn at random from `vocabulary` invented ones, in sentences of `length`.
    fn drawn(seed: u64, vocabulary: u64, length: usize) -> String {
        let mut state = seed;
        let mut words = Vec::new();
        for at in 0..200 {
            state = crate::text::words::splitmix(state);
            let word = (state >> 20) % vocabulary;
            let spelt = format!(
                "{}{}ra",
                ["bo", "ke", "mi", "tu"][word as usize % 4],
                "la".repeat(word as usize / 4 % 9 + 1)
            );
            words.push(if at % length == length - 1 {
                spelt + "."
            } else {
                spelt
            });
        }
        words.join(" ")
    }

    #[test]
    fn words_in_an_order_of_chance_are_no_copy() {
        let options = TraceOptions::default();
        for length in [12, 40, 200] {
            let (one, other) = (drawn(1, 36, length), drawn(2, 36, length));
            let measured = measure(&article(&one), &article(&other));
            assert!(measured.containment() > 0.9, "{measured:?}");
            assert!(measured.is_chance(), "{measured:?}");
            assert!(!measured.is_copy(&options, 1.0, 200));
            // The same words in the same order are one, also when every tenth is another.
            let mut edited: Vec<&str> = one.split(' ').collect();
            edited
                .iter_mut()
                .step_by(10)
                .for_each(|word| *word = "other");
            for copy in [one.clone(), edited.join(" ")] {
                let measured = measure(&article(&one), &article(&copy));
                assert!(measured.is_copy(&options, 1.0, 200), "{measured:?}");
            }
        }
    }

    #[test]
    fn a_few_common_neighbours_prove_nothing() {
        let measured = |neighbours, neighbours_by_chance| Measured {
            neighbours,
            neighbours_by_chance,
            ..measure(&article("One."), &article("Two."))
        };
        // Texts of 50 to 200 words drawn at random.
        for (found, expected) in [(4, 1.0), (4, 1.2), (5, 1.5), (6, 1.5), (10, 3.0)] {
            assert!(measured(found, expected).is_chance(), "{found}, {expected}");
        }
        // The least of retellings and of reports with text in common.
        for (found, expected) in [
            (14, 1.32),
            (20, 1.97),
            (25, 2.95),
            (24, 1.0),
            (405, 38.2),
            (4, 0.0),
        ] {
            assert!(
                !measured(found, expected).is_chance(),
                "{found}, {expected}"
            );
        }
        assert!(by_chance(3, 4.0) >= 1.0);
    }

    #[test]
    fn short_counterparts_are_counted_as_long_ones_are() {
        for (vocabulary, length) in [(4, 3), (6, 20), (9, 11), (36, 40), (36, 200)] {
            let (one, other) = (
                article(&drawn(3, vocabulary, length)),
                article(&drawn(4, vocabulary, length)),
            );
            let copy: Vec<&Words> = other.words.iter().take(3).collect();
            for count in 0..3 {
                let source: Vec<&Words> = one.words.iter().take(count).collect();
                let (mut short, mut long) = (Order::default(), Order::default());
                long.add_long(&source, &copy);
                let Some(places) = Places::new(&source) else {
                    continue;
                };
                short.add_short(&places, &copy);
                assert_eq!(short.neighbours, long.neighbours);
                assert_eq!(short.in_runs, long.in_runs);
                assert_eq!(short.by_chance.to_bits(), long.by_chance.to_bits());
            }
        }
    }

    #[test]
    fn words_in_runs_are_counted_once() {
        let words = |text: &str| Words::new(text, crate::model::Span::new(0, text.len()));
        let count = |source: &str, copy: &str| {
            let mut order = Order::default();
            order.add(&[&words(source)], &[&words(copy)]);
            (order.neighbours, order.in_runs)
        };
        let text = "Forty farms were flooded and the line was cut in two places";
        assert_eq!(count(text, &format!("{text}.")), (11, 12));
        assert_eq!(
            count(
                text,
                "Officials said forty farms were flooded and the bridge was cut in two places"
            ),
            (9, 11)
        );
        assert_eq!(count(text, "Flooded farms"), (0, 0));
    }
}
