//! Candidate -> match: which sentences two documents share, and what share of either that is.

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
            && (self.similarity >= options.reprint_similarity
                || self.likelihood_of_retelling(overlap, shorter) >= options.min_likelihood)
    }

    /// Whether the two share hardly more than quotations: two reports of one speech. A quarter of the shared words outside
    /// quotation marks is what "the minister said in a statement" takes beside a quotation of two lines. A text that is held nearly whole
    /// on both sides is a copy, also when it is a speech.
    pub fn is_quotations(&self) -> bool {
        4 * self.unquoted < self.words
            && self.containment_of_first.min(self.containment_of_second) < 0.8
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

/// Aligns two articles and measures what they share.
pub fn measure(first: &Article, second: &Article) -> Measured {
    let (a, b): (Vec<&Words>, Vec<&Words>) =
        (first.words.iter().collect(), second.words.iter().collect());
    summarise(
        first,
        second,
        &align_indexed((&a, &first.index), (&b, &second.index)),
    )
}

/// The figures of an alignment whose `source` is `first` and whose `copy` is `second`.
pub fn summarise(first: &Article, second: &Article, matches: &[SentenceMatch]) -> Measured {
    let (mut in_first, mut in_second) = (Vec::new(), Vec::new());
    let (mut figures, mut figures_met) = (0, 0);
    let (mut unquoted_first, mut unquoted_second) = (0, 0);
    let (mut words_first, mut words_second, mut sum, mut mass) = (0.0_f32, 0.0_f32, 0.0, 0.0);
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
    }
}
