//! A document made ready for comparison: its sentences that matter, with their words.

use std::borrow::Cow;

use crate::model::{Document, Link, Segmented, Span, Unquoted};
use crate::text::tokens::{TokenKind, tokens};
use crate::words::Words;

/// The sentences of a document that take part in matching.
#[derive(Debug)]
pub struct Article {
    /// Numbers of the sentences, ascending.
    pub numbers: Vec<u32>,
    /// Their words.
    pub words: Vec<Words>,
    /// Count of words of each.
    pub lengths: Vec<u32>,
    /// Count of words of each outside quotation marks.
    pub unquoted: Vec<u32>,
}

impl Article {
    /// Analyses the sentences that matter. Linear time.
    pub fn new(document: &Document, segmented: &Segmented) -> Self {
        let mut numbers = Vec::new();
        let mut words = Vec::new();
        for (number, sentence) in segmented.sentences.iter().enumerate() {
            if sentence.matters() {
                numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
                words.push(Words::new(&document.text, sentence.statement()));
            }
        }
        let quoted = |span: Span| {
            let next = segmented
                .quotations
                .partition_point(|q| q.span.end <= span.start);
            segmented
                .quotations
                .get(next)
                .is_some_and(|q| q.span.overlaps(span))
        };
        let unquoted = words
            .iter()
            .map(|w: &Words| {
                let outside = w.words.iter().filter(|word| !quoted(word.span)).count();
                u32::try_from(outside).unwrap_or(u32::MAX)
            })
            .collect();
        let lengths = words
            .iter()
            .map(|w| u32::try_from(w.words.len()).unwrap_or(u32::MAX))
            .collect();
        Self {
            numbers,
            words,
            lengths,
            unquoted,
        }
    }

    /// Words in all sentences that matter.
    pub fn length(&self) -> u32 {
        self.lengths.iter().sum()
    }

    /// Sentences (positions) as one passage.
    pub fn passage(&self, positions: &[usize]) -> Cow<'_, Words> {
        match positions {
            [one] => Cow::Borrowed(&self.words[*one]),
            _ => Cow::Owned(Words::concat(
                &positions
                    .iter()
                    .map(|&k| &self.words[k])
                    .collect::<Vec<_>>(),
            )),
        }
    }

    /// The position of sentence `number` among those that matter.
    pub fn position(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }
}

/// What share of two articles `links` cover when the words inside quotation marks are left out. `links` hold every sentence of the
/// copy and every sentence of the source that counts.
pub fn unquoted(source: &Article, copy: &Article, links: &[Link]) -> Unquoted {
    let words = |article: &Article, numbers: &[u32]| -> u32 {
        numbers
            .iter()
            .filter_map(|&number| article.position(number))
            .map(|at| article.unquoted[at])
            .sum()
    };
    let share = |article: &Article, side: &dyn Fn(&Link) -> &[u32]| {
        let (mut met, mut all) = (0, 0);
        let mut seen = std::collections::BTreeSet::new();
        for link in links {
            let new: Vec<u32> = side(link)
                .iter()
                .copied()
                .filter(|&number| seen.insert(number))
                .collect();
            let count = words(article, &new);
            all += count;
            if !link.copy.is_empty() && !link.source.is_empty() {
                met += count;
            }
        }
        (all > 0).then(|| met as f32 / all as f32)
    };
    Unquoted {
        containment_of_copy: share(copy, &|link| &link.copy),
        containment_of_source: share(source, &|link| &link.source),
    }
}

/// Count of words in a sentence, marks left out.
pub fn count_words(text: &str, span: Span) -> u32 {
    u32::try_from(
        tokens(text, span)
            .iter()
            .filter(|t| t.kind != TokenKind::Mark)
            .count(),
    )
    .unwrap_or(u32::MAX)
}
